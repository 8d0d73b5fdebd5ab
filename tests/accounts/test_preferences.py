"""The switches in the header, and what the middleware makes of cookies and of a user's own choice."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.middleware import PreferencesMiddleware
from accounts.models import Theme, User
from accounts.preferences import browser_time_zone, theme_of, time_zone_of
from accounts.time_zones import known_time_zones
from tests.accounts.page import Page

SWITCH = "/accounts/preferences/"
LOGIN = "/accounts/login/"
ANYTHING = st.text(max_size=60) | st.sampled_from(
    ["../../etc/passwd", "%2e%2e/", "%ff", "Asia/Shanghai%00", "UTC\n", ""]
)


def page_of(client: Client) -> dict[str, str]:
    return Page(client.get(LOGIN)).one("html")


def zone_during(user: User | None, cookies: dict[str, str]) -> str:
    """The time zone in which a request with these cookies is answered."""
    request = RequestFactory().get("/")
    request.COOKIES = cookies
    request.user = user or User()
    seen = []

    def view(request):
        seen.append(str(timezone.get_current_timezone()))
        return HttpResponse()

    PreferencesMiddleware(view)(request)
    return seen[0]


# the switches


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "chosen"), [("zh-CN", "en"), ("en", "zh-hans")])
def test_a_visitor_switches_the_language_and_it_stays_against_the_browsers_wish(asked, chosen):
    client = Client(headers={"accept-language": asked})
    response = client.post(SWITCH, {"language": chosen, "next": "/accounts/login/?next=/questions/"})
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/questions/")
    assert page_of(client)["lang"] == chosen


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_a_visitor_switches_the_theme_and_it_stays(theme):
    client = Client()
    client.post(SWITCH, {"theme": theme, "next": LOGIN})
    assert page_of(client)["data-theme"] == theme


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "then"), [("system", "light"), ("light", "dark"), ("dark", "system")])
def test_the_theme_button_goes_round_and_says_what_it_will_do(now, then):
    client = Client(headers={"accept-language": "en"})
    client.cookies["theme"] = now
    response = client.get(LOGIN)
    assert Page(response).one("button", name="theme")["value"] == then
    assert f"Switch to {then}".replace("to system", "to the system") in response.text


def test_the_choice_of_a_signed_in_user_is_stored_with_the_account(alice, client_of_alice):
    client_of_alice.post(SWITCH, {"language": "zh-hans"})
    client_of_alice.post(SWITCH, {"theme": "dark"})
    alice.refresh_from_db()
    assert (alice.language, alice.theme) == ("zh-hans", "dark")
    html = Page(client_of_alice.get("/accounts/settings/")).one("html")
    assert (html["lang"], html["data-theme"]) == ("zh-hans", "dark")


@pytest.mark.parametrize("field", ["email", "is_staff", "extra_time"])
def test_the_switch_changes_nothing_else_of_the_account(alice, client_of_alice, field):
    before = getattr(alice, field)
    client_of_alice.post(SWITCH, {"theme": "dark", field: "1.50"})
    alice.refresh_from_db()
    assert getattr(alice, field) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{}, {"language": "fr"}, {"theme": "pink"}, {"language": ""}, {"language": "en", "theme": "pink"}]
)
def test_a_value_that_there_is_not_is_a_bad_request(sent):
    response = Client().post(SWITCH, sent)
    assert response.status_code == 400
    assert not response.cookies.get("theme") and not response.cookies.get("django_language")


@pytest.mark.django_db
def test_the_switch_takes_posts_alone():
    assert Client().get(SWITCH).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "\x08//evil.example",
        "",
    ],
)
def test_the_switch_never_leads_to_another_site(evil):
    response = Client().post(SWITCH, {"theme": "dark", "next": evil})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.django_db
def test_a_line_break_in_next_cannot_add_a_header():
    response = Client().post(SWITCH, {"theme": "dark", "next": "/\r\nSet-Cookie: a=b"})
    assert "\n" not in response.headers["Location"] and "a" not in response.cookies


@pytest.mark.django_db
def test_the_switch_needs_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    assert client.post(SWITCH, {"theme": "dark"}).status_code == 403
    token = Page(client.get(LOGIN)).all("input", name="csrfmiddlewaretoken")[0]["value"]
    assert client.post(SWITCH, {"theme": "dark", "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "pressed"), [("en", ["false", "true"]), ("zh-hans", ["true", "false"])])
def test_the_language_switch_shows_which_language_is_on_and_names_each_in_itself(language, pressed):
    client = Client(headers={"accept-language": language})
    page = Page(client.get("/accounts/login/?next=/a%26b"))
    buttons = page.all("button", name="language")
    assert [button["aria-pressed"] for button in buttons] == pressed
    assert [button["lang"] for button in buttons] == ["zh-Hans", "en"]
    assert page.all("input", name="next", value="/accounts/login/?next=/a%26b")


@pytest.mark.django_db
def test_after_a_form_that_was_refused_the_switch_leads_home_because_a_post_cannot_be_repeated():
    page = Page(Client().post("/accounts/signup/", {}))
    assert {field["value"] for field in page.all("input", name="next")} == {"/"}


# what counts


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("zh-CN", "zh-hans"), ("zh-TW", "zh-hans"), ("zh", "zh-hans"), ("en-GB,zh;q=0.5", "en"), ("fr", "zh-hans")],
)
def test_a_visitor_is_answered_in_the_language_of_the_browser(asked, spoken):
    response = Client().get(LOGIN, headers={"accept-language": asked})
    assert Page(response).one("html")["lang"] == spoken
    assert response.headers["Content-Language"] == spoken


def test_the_language_of_a_user_wins_over_cookie_and_browser(alice):
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(alice)
    client.cookies["django_language"] = "zh-hans"
    response = client.get("/accounts/settings/")
    assert Page(response).one("html")["lang"] == "en"
    assert response.headers["Content-Language"] == "en"


def test_the_language_of_one_request_does_not_leak_into_the_next(alice, client_of_alice):
    User.objects.update(language="zh-hans")
    client_of_alice.get("/accounts/settings/")
    assert Page(Client().get(LOGIN, headers={"accept-language": "en"})).one("html")["lang"] == "en"


@pytest.mark.django_db
def test_the_theme_of_a_user_wins_over_the_cookie(alice, client_of_alice):
    client_of_alice.cookies["theme"] = "dark"
    assert Page(client_of_alice.get("/accounts/settings/")).one("html")["data-theme"] == "system"


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["pink", '"><script>alert(1)</script>', "%22onload=1", "dark light"])
def test_a_hostile_theme_cookie_is_ignored(value):
    client = Client()
    client.cookies["theme"] = value
    assert page_of(client)["data-theme"] == "system"


@pytest.mark.django_db
def test_hostile_cookies_of_language_and_zone_are_ignored():
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "../../etc"
    client.cookies["time_zone"] = "../../etc/passwd"
    assert page_of(client)["lang"] == "en"


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("Asia%2FShanghai", "Asia/Shanghai"),
        ("Etc/GMT-8", "Etc/GMT-8"),
        ("Mars/Olympus", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("%ff%fe", "UTC"),
        ("", "UTC"),
    ],
)
def test_times_are_in_the_zone_that_the_browser_tells_else_in_the_servers(cookie, zone):
    assert zone_during(None, {"time_zone": cookie}) == zone


def test_the_zone_that_a_user_chose_wins_over_the_browsers():
    assert zone_during(User(time_zone="Europe/Berlin"), {"time_zone": "Asia/Shanghai"}) == "Europe/Berlin"


def test_a_stored_zone_that_the_server_no_longer_knows_does_not_lock_the_user_out():
    assert zone_during(User(time_zone="Asia/Atlantis"), {"time_zone": "Asia/Shanghai"}) == "Asia/Shanghai"


def test_the_zone_of_one_request_does_not_leak_into_the_next():
    zone_during(None, {"time_zone": "Asia/Shanghai"})
    assert zone_during(None, {}) == "UTC"


def test_a_zone_moves_the_clock_on_the_page():
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert timezone.localtime(noon, ZoneInfo("Asia/Shanghai")).hour == 20


@given(value=ANYTHING)
def test_no_cookie_whatever_breaks_the_choice_of_theme_and_zone(value):
    request = RequestFactory().get("/")
    request.COOKIES = {"theme": value, "time_zone": value}
    request.user = User(theme="")
    assert theme_of(request) in Theme.values
    assert browser_time_zone(request) in known_time_zones() | {""}
    assert time_zone_of(request) == browser_time_zone(request)
