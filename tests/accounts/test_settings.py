from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.time_zones import known_time_zones, time_zones_by_area
from tests.accounts.page import Page
from tests.conftest import signed_in

PATH = "/accounts/settings/"
CHOSEN = {
    "language": "en",
    "time_zone": "Asia/Shanghai",
    "theme": "dark",
    "extra_time": "1.50",
    "single_key_shortcuts": "on",
}


@pytest.mark.django_db
def test_a_visitor_is_sent_to_sign_in_and_then_back():
    response = Client().get(PATH)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={PATH}")


def test_what_alice_chooses_is_stored_and_she_is_told(alice, client_of_alice):
    response = client_of_alice.post(PATH, CHOSEN, follow=True)
    assert "Your settings are saved." in response.text
    alice.refresh_from_db()
    assert (alice.language, alice.time_zone, alice.theme) == ("en", "Asia/Shanghai", "dark")
    assert (alice.extra_time, alice.single_key_shortcuts) == (Decimal("1.50"), True)
    page = Page(response)
    assert page.one("html")["data-theme"] == "dark"
    for name in ("language", "theme", "extra_time"):
        (checked,) = [radio for radio in page.all("input", name=name) if "checked" in radio]
        assert checked["value"] == CHOSEN[name]
    (selected,) = [option for option in page.all("option") if "selected" in option]
    assert selected["value"] == "Asia/Shanghai"


def test_an_unticked_box_switches_the_single_keys_off(alice, client_of_alice):
    client_of_alice.post(PATH, {name: value for name, value in CHOSEN.items() if name != "single_key_shortcuts"})
    alice.refresh_from_db()
    assert not alice.single_key_shortcuts


@pytest.mark.parametrize("factor", ["1.00", "1.25", "1.50", "2.00"])
def test_every_factor_of_extra_time_can_be_chosen(alice, client_of_alice, factor):
    client_of_alice.post(PATH, CHOSEN | {"extra_time": factor})
    alice.refresh_from_db()
    assert alice.extra_time == Decimal(factor)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "fr"),
        ("time_zone", "Mars/Olympus"),
        ("theme", "pink"),
        ("theme", ""),
        ("extra_time", "3"),
        ("extra_time", "much"),
        ("extra_time", ""),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_changes_nothing(alice, client_of_alice, field, value):
    response = client_of_alice.post(PATH, CHOSEN | {"language": "zh-hans"} | {field: value})
    page = Page(response)
    assert f"id_{field}_error" in page.ids
    assert page.one("html")["lang"] == "en" and page.one("html")["data-theme"] == "system"
    unchanged = User.objects.get(pk=alice.pk)
    assert (unchanged.language, unchanged.time_zone, unchanged.theme) == ("en", "UTC", "system")
    assert unchanged.extra_time == 1


def test_nobody_can_make_himself_an_editor_through_the_settings(alice, client_of_alice):
    client_of_alice.post(PATH, CHOSEN | {"is_staff": "on", "is_superuser": "on", "username": "root"})
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.username) == (False, False, "alice")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [("en", "zh-hans", "设置已保存。"), ("zh-hans", "en", "Your settings are saved.")],
)
def test_a_new_language_speaks_on_the_page_that_confirms_it(alice, before, after, message):
    alice.language = before
    alice.save()
    response = signed_in(alice).post(PATH, CHOSEN | {"language": after}, follow=True)
    assert message in response.text
    assert Page(response).one("html")["lang"] == after
    assert response.headers["Content-Language"] == after


def test_leaving_the_language_to_the_browser_forgets_what_the_switch_remembered(alice):
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(alice)
    client.post("/accounts/preferences/", {"language": "en"})
    response = client.post(PATH, CHOSEN | {"language": ""}, follow=True)
    assert "设置已保存。" in response.text
    assert Page(response).one("html")["lang"] == "zh-hans"


def test_what_was_chosen_stays_in_this_browser_after_signing_out(client_of_alice):
    client_of_alice.post(PATH, CHOSEN | {"language": "en"})
    client_of_alice.post("/accounts/logout/")
    html = Page(client_of_alice.get("/accounts/login/", headers={"accept-language": "zh-CN"})).one("html")
    assert (html["lang"], html["data-theme"]) == ("en", "dark")


def test_the_first_zone_is_the_browsers_and_shows_which_that_is_now(alice, client_of_alice):
    assert '<option value="">The browser&#x27;s</option>' in client_of_alice.get(PATH).text
    client_of_alice.cookies["time_zone"] = "Europe/Berlin"
    assert '<option value="">The browser&#x27;s: Europe/Berlin</option>' in client_of_alice.get(PATH).text


def test_a_zone_that_only_an_administrator_can_set_survives_the_saving_of_something_else(alice, client_of_alice):
    User.objects.update(time_zone="Etc/GMT-8")
    page = Page(client_of_alice.get(PATH))
    (selected,) = [option for option in page.all("option") if "selected" in option]
    client_of_alice.post(PATH, CHOSEN | {"time_zone": selected["value"]})
    alice.refresh_from_db()
    assert (alice.time_zone, alice.theme) == ("Etc/GMT-8", "dark")


def test_the_zones_offered_are_places_and_all_known():
    with translation.override("en"):
        areas = {str(area): zones for area, zones in time_zones_by_area()}
    offered = [name for zones in areas.values() for name, _place in zones]
    assert len(offered) == len(set(offered)) > 300
    assert set(offered) <= known_time_zones()
    assert {"Asia/Shanghai", "Europe/Berlin", "America/Argentina/Buenos_Aires"} <= set(offered)
    assert not [name for name in offered if name.startswith(("Etc/", "US/", "posix"))]
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in areas["America"]


def test_the_page_links_to_password_addresses_and_the_way_out(client_of_alice):
    page = Page(client_of_alice.get(PATH))
    for target in ("/accounts/password/change/", "/accounts/email/"):
        assert page.all("a", href=target)
    assert page.all("form", action="/accounts/logout/", method="post")


def test_the_page_costs_three_queries(client_of_alice, django_assert_num_queries):
    with django_assert_num_queries(3):  # session, user, the form's own user
        client_of_alice.get(PATH)
