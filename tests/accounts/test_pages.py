"""Every page of allauth that our settings make reachable: our look, both languages, nothing the CSP refuses."""

import pytest
from django.template import Context, Origin, Template
from django.test import Client

from accounts.models import User
from tests import PASSWORD
from tests.accounts.page import Page, assert_accessible, assert_strict_csp_holds
from tests.conftest import signed_in

SIGNED_OUT = {
    "/accounts/login/": ("Sign in", "登录"),
    "/accounts/signup/": ("Create an account", "注册账号"),
    "/accounts/password/reset/": ("Reset your password", "重置密码"),
    "/accounts/password/reset/done/": ("Look into your mail", "请查收邮件"),
    "/accounts/password/reset/key/1-abc/": ("This link no longer works", "链接已失效"),
    "/accounts/password/reset/key/done/": ("Your password is changed", "密码已修改"),
    "/accounts/confirm-email/": ("Confirm your email address", "确认邮箱"),
    "/accounts/confirm-email/nonsense/": ("This link no longer works", "链接已失效"),
    "/accounts/inactive/": ("This account is closed", "账号已停用"),
}
SIGNED_IN = {
    "/accounts/logout/": ("Sign out", "退出登录"),
    "/accounts/password/change/": ("Change the password", "修改密码"),
    "/accounts/email/": ("Email addresses", "邮箱"),
    "/accounts/reauthenticate/": ("Is it you?", "确认是你本人"),
    "/accounts/settings/": ("Settings", "设置"),
}


def assert_ours(response, heading: str, language: str) -> Page:
    page = Page(response)
    assert response.status_code == 200
    assert page.text("h1") == heading
    assert page.one("html")["lang"] == language
    assert "quiz/css/base.css" in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert_strict_csp_holds(page)
    assert_accessible(page)
    return page


@pytest.mark.django_db
@pytest.mark.parametrize("path", SIGNED_OUT)
@pytest.mark.parametrize(("asked", "nth", "language"), [("en-GB", 0, "en"), ("zh-CN", 1, "zh-hans")])
def test_a_page_before_signing_in_is_ours(path, asked, nth, language):
    response = Client(headers={"accept-language": asked}).get(path)
    assert_ours(response, SIGNED_OUT[path][nth], language)


@pytest.mark.parametrize("path", SIGNED_IN)
@pytest.mark.parametrize(("nth", "language"), [(0, "en"), (1, "zh-hans")])
def test_a_page_after_signing_in_is_ours(alice, path, nth, language):
    alice.language = language
    alice.save()
    assert_ours(signed_in(alice).get(path), SIGNED_IN[path][nth], language)


@pytest.mark.parametrize(("language", "heading"), [("en", "Set a password"), ("zh-hans", "设置密码")])
def test_somebody_without_a_password_can_set_one(alice, language, heading):
    alice.language = language
    alice.set_unusable_password()
    alice.save()
    client = signed_in(alice)
    assert_ours(client.get("/accounts/password/change/", follow=True), heading, language)
    client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.django_db
def test_a_refused_sign_up_ties_each_error_to_its_field_and_keeps_what_was_typed():
    typed = {"username": "bad name", "email": "no address", "password1": "123", "password2": "124"}
    page = Page(Client(headers={"accept-language": "en"}).post("/accounts/signup/", typed))
    assert_accessible(page)
    assert_strict_csp_holds(page)
    for name in ("username", "email", "password1"):
        field = page.one("input", name=name)
        assert field["aria-invalid"] == "true"
        assert f"id_{name}_error" in field["aria-describedby"].split()
    assert page.one("input", name="username")["value"] == "bad name"
    assert "value" not in page.one("input", name="password1")
    assert [attrs["name"] for tag, attrs in page.elements if "autofocus" in attrs] == ["username"]


@pytest.mark.django_db
def test_passwords_and_names_can_be_filled_in_by_the_browser():
    signup, login = Page(Client().get("/accounts/signup/")), Page(Client().get("/accounts/login/"))
    complete = {attrs["name"]: attrs["autocomplete"] for attrs in signup.all("input") if "autocomplete" in attrs}
    assert complete == {
        "username": "username",
        "email": "email",
        "password1": "new-password",
        "password2": "new-password",
    }
    assert login.one("input", name="login")["autocomplete"] == "username"
    assert login.one("input", name="password")["autocomplete"] == "current-password"


@pytest.mark.django_db
def test_sign_in_and_sign_up_lead_to_each_other_and_keep_where_the_visitor_was_going():
    login = Page(Client().get("/accounts/login/?next=/interviews/new/"))
    signup = Page(Client().get("/accounts/signup/?next=/interviews/new/"))
    assert login.all("a", href="/accounts/signup/?next=%2Finterviews%2Fnew%2F")
    assert signup.all("a", href="/accounts/login/?next=%2Finterviews%2Fnew%2F")
    assert login.all("input", name="next", value="/interviews/new/")


def test_the_elements_that_a_second_factor_will_need_come_in_our_classes():
    template = """{% load allauth %}
        {% element panel %}{% slot title %}Keys{% endslot %}{% slot body %}two{% endslot %}
          {% slot actions %}{% element button href="/add" %}Add{% endelement %}{% endslot %}{% endelement %}
        {% element field id="code" name="code" type="text" value="<1>" disabled=True %}
          {% slot label %}Code{% endslot %}{% slot help_text %}six digits{% endslot %}{% endelement %}
        {% element field id="yes" type="checkbox" checked=True %}{% slot label %}Yes{% endslot %}{% endelement %}
        {% element field id="all" type="textarea" rows=2 readonly=True %}
          {% slot label %}All{% endslot %}{% slot value %}a b{% endslot %}{% endelement %}
        {% element button type="submit" tags="danger,delete" %}Remove{% endelement %}
        {% element button type="submit" form="f" tags="link,cancel" %}Cancel{% endelement %}
        {% element alert %}{% slot message %}Look{% endslot %}{% endelement %}
        {% element table %}{% element tr %}{% element td %}1{% endelement %}{% endelement %}{% endelement %}"""
    html = Template(template, Origin("page", "page.html")).render(Context())
    page = Page(type("Rendered", (), {"content": html.encode()}))
    assert_strict_csp_holds(page)
    assert page.one("section")["class"] == "card"
    assert page.one("a", href="/add")["class"] == "button"
    code = page.one("input", id="code")
    assert code["value"] == "<1>" and code["aria-describedby"] == "code_helptext" and "disabled" in code
    assert "checked" in page.one("input", type="checkbox")
    assert page.text("textarea") == "a b" and "value" not in page.one("textarea")
    assert [button["class"] for button in page.all("button")] == ["button button-danger", "link-button"]
    assert page.one("p", **{"class": "notice"})
    assert page.one("table")["class"] == "table"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "name"), [("en", "Settings of alice"), ("zh-hans", "个人设置： alice")])
def test_the_header_tells_who_is_signed_in(language, name):
    user = User.objects.create_user("alice", password=PASSWORD, language=language)
    assert name in " ".join(" ".join(Page(signed_in(user).get("/accounts/email/")).texts["a"]).split())
