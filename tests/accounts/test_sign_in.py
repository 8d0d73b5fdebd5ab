"""Making an account, signing in and out, and a password that was forgotten or has to change."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from tests import PASSWORD
from tests.accounts.page import Page
from tests.conftest import signed_in

NEW_PASSWORD = "another-Horse-88-battery"
SIGN_UP = {"username": "carol", "email": "", "password1": PASSWORD, "password2": PASSWORD}
LANGUAGES = [("en", "en-GB"), ("zh-hans", "zh-CN")]


def browser(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def user_of(client: Client) -> str | None:
    """The name that the client is signed in with."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).username if key else None


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"http://testserver(/accounts/\S+)", message.body)[1]


@pytest.mark.django_db
def test_somebody_signs_up_without_an_email_address_and_is_signed_in_at_home():
    client = browser()
    response = client.post("/accounts/signup/", SIGN_UP)
    assert (response.status_code, response.url) == (302, "/")
    assert user_of(client) == "carol"
    assert mail.outbox == []
    carol = User.objects.get(username="carol")
    assert (carol.language, carol.time_zone, carol.theme) == ("", "", "system")


@pytest.mark.django_db
def test_language_and_theme_chosen_before_signing_up_go_on_after_it():
    client = browser("en")
    client.post("/accounts/preferences/", {"language": "zh-hans"})
    client.post("/accounts/preferences/", {"theme": "dark"})
    client.post("/accounts/signup/", SIGN_UP)
    html = Page(client.get("/accounts/settings/")).one("html")
    assert (html["lang"], html["data-theme"]) == ("zh-hans", "dark")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "asked"), LANGUAGES)
def test_an_address_given_at_sign_up_is_confirmed_by_mail_in_the_language_of_the_page(language, asked):
    client = browser(asked)
    client.post("/accounts/signup/", SIGN_UP | {"email": "carol@example.org"})
    (message,) = mail.outbox
    assert message.to == ["carol@example.org"]
    if language == "en":
        assert message.subject == "Viva: confirm your email address"
        assert "the account carol on Viva" in message.body
    else:
        assert message.subject == "Viva：请确认你的邮箱"
        assert "Viva 账号 carol" in message.body
    assert "Viva · http://testserver/" in message.body
    link = link_in(message)
    assert "carol@example.org" in client.get(link).text
    assert not EmailAddress.objects.get(email="carol@example.org").verified
    client.post(link)
    assert EmailAddress.objects.get(email="carol@example.org").verified


@pytest.mark.parametrize("taken", ["alice", "ALICE"])
def test_a_username_that_somebody_has_is_refused_and_says_so(alice, taken):
    response = browser().post("/accounts/signup/", SIGN_UP | {"username": taken})
    assert "Somebody has this username already. Choose another." in response.text
    assert User.objects.count() == 1


def test_an_email_address_that_somebody_has_is_refused_and_says_so(alice):
    response = browser().post("/accounts/signup/", SIGN_UP | {"email": "Alice@example.org"})
    assert "Another account has this email address already." in response.text
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "words"),
    [("en", "This password is too short: use at least 8 characters."), ("zh-CN", "密码太短，至少要有 8 个字符。")],
)
def test_a_short_password_is_refused_in_both_languages(asked, words):
    response = browser(asked).post("/accounts/signup/", SIGN_UP | {"password1": "x7", "password2": "x7"})
    assert words in response.text
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_account_is_made_although_the_mail_server_is_down_and_the_page_says_that_no_mail_went(monkeypatch):
    def fail(*args, **kwargs):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    client = browser()
    response = client.post("/accounts/signup/", SIGN_UP | {"email": "carol@example.org"})
    assert response.status_code == 302 and user_of(client) == "carol"
    assert "The mail to carol@example.org could not be sent." in client.get("/accounts/settings/").text


@pytest.mark.parametrize("name", ["alice", "Alice", "alice@example.org", "ALICE@example.org", " alice "])
def test_alice_signs_in_by_username_or_email(alice, name):
    client = browser()
    response = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert (response.status_code, response.url) == (302, "/")
    assert user_of(client) == "alice"
    assert client.session.get_expire_at_browser_close() is False


def test_signing_in_leads_to_where_the_visitor_was_going_but_never_to_another_site(alice):
    form = {"login": "alice", "password": PASSWORD}
    assert browser().post("/accounts/login/", form | {"next": "/accounts/settings/"}).url == "/accounts/settings/"
    assert browser().post("/accounts/login/", form | {"next": "https://evil.example/"}).url == "/"


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("alice", "en", "The username or the password is wrong."),
        ("alice@example.org", "en", "The email address or the password is wrong."),
        ("nobody", "en", "The username or the password is wrong."),
        ("nobody", "zh-CN", "用户名或密码不正确。"),
    ],
)
def test_a_wrong_password_and_an_unknown_name_are_told_alike(alice, name, asked, words):
    client = browser(asked)
    response = client.post("/accounts/login/", {"login": name, "password": "wrong"})
    assert words in response.text and 'role="alert"' in response.text
    assert user_of(client) is None


def test_who_is_closed_out_is_told_so(alice):
    User.objects.update(is_active=False)
    client = browser()
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD}, follow=True)
    assert Page(response).text("h1") == "This account is closed"
    assert user_of(client) is None


def test_alice_signs_out_by_post_alone(client_of_alice):
    client_of_alice.get("/accounts/logout/")
    assert user_of(client_of_alice) == "alice"
    response = client_of_alice.post("/accounts/logout/")
    assert (response.status_code, response.url) == (302, "/")
    assert user_of(client_of_alice) is None


@pytest.mark.parametrize(
    ("asked", "subject", "words"),
    [("en", "Viva: choose a new password", "Hello alice,"), ("zh-CN", "Viva：设置新密码", "alice，你好！")],
)
def test_a_forgotten_password_is_replaced_through_a_mail(alice, asked, subject, words):
    client = browser(asked)
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (message,) = mail.outbox
    assert message.subject == subject
    assert message.body.startswith(words)
    link = link_in(message)
    response = client.get(link, follow=True)
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert link not in response.request["PATH_INFO"], "the key must not stay in the address"
    assert client.post(response.request["PATH_INFO"], form).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert Page(browser().get(link)).text("h1") == "This link no longer works"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "subject"),
    [("en", "Viva: no account with this address"), ("zh-CN", "Viva：没有使用这个邮箱的账号")],
)
def test_an_unknown_address_gets_another_mail_and_the_page_gives_nothing_away(alice, asked, subject):
    pages = []
    for address in ("alice@example.org", "nobody@example.org"):
        response = browser(asked).post("/accounts/password/reset/", {"email": address}, follow=True)
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.text))
    assert pages[0] == pages[1]
    assert mail.outbox[1].subject == subject
    assert link_in(mail.outbox[1]) == "/accounts/signup/"


def test_alice_changes_her_password_stays_signed_in_and_is_told_on_the_settings(alice):
    client = signed_in(alice)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = client.post("/accounts/password/change/", form, follow=True)
    assert response.request["PATH_INFO"] == "/accounts/settings/"
    assert "Your password is changed." in response.text
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)


def test_a_wrong_present_password_changes_nothing(alice):
    form = {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = signed_in(alice).post("/accounts/password/change/", form)
    assert "This is not your present password." in response.text
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_alice_keeps_several_addresses_and_one_is_primary(alice):
    client = signed_in(alice)
    client.get("/accounts/email/")
    response = client.post("/accounts/email/", {"action_add": "", "email": "second@example.org"}, follow=True)
    assert "A mail to second@example.org asks you to confirm the address." in response.text
    client.post(link_in(mail.outbox[0]))
    response = client.post("/accounts/email/", {"action_primary": "", "email": "second@example.org"}, follow=True)
    assert "The primary address is set." in response.text
    alice.refresh_from_db()
    assert alice.email == "second@example.org"
    response = client.post("/accounts/email/", {"action_remove": "", "email": "second@example.org"}, follow=True)
    assert "second@example.org is your primary address." in response.text
    response = client.post("/accounts/email/", {"action_remove": "", "email": "alice@example.org"}, follow=True)
    assert "alice@example.org is removed." in response.text
    assert [address.email for address in EmailAddress.objects.all()] == ["second@example.org"]


def test_an_address_that_alice_has_already_is_refused(alice):
    client = signed_in(alice)
    client.get("/accounts/email/")
    response = client.post("/accounts/email/", {"action_add": "", "email": "alice@example.org"})
    assert "Your account has this email address already." in response.text


def test_bob_cannot_remove_or_confirm_the_address_of_alice(alice, client_of_bob):
    signed_in(alice).get("/accounts/email/")
    for action in ("action_remove", "action_primary", "action_send"):
        client_of_bob.post("/accounts/email/", {action: "", "email": "alice@example.org"})
    assert EmailAddress.objects.get(email="alice@example.org").user == alice
    assert mail.outbox == []
