"""Own marks and filters in a real browser: what is swapped, what stays, and where the keyboard is afterwards."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from quiz.interviews.models import Attempt
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import finish_attempt, start_attempt
from quiz.results.models import Assessment, By
from quiz.results.services import assess_attempt
from tests.browser.conftest import sign_in


@pytest.fixture
def attempt(bank) -> Attempt:
    """A finished interview of two questions without answers."""
    user = User.objects.create_user("alice", password=None, language="en")
    now = datetime.now(UTC)
    attempt = start_attempt(user=user, recipe=Recipe(language="en", count=2), now=now - timedelta(minutes=9), seed=1)
    finish_attempt(attempt=attempt, now=now)
    assess_attempt(attempt=attempt, now=now)
    return attempt


def page_of(context: BrowserContext, address: str, attempt: Attempt) -> Page:
    sign_in(context, address, attempt.user)
    return context.new_page()


def own_outcomes() -> list[str]:
    return [mark["outcome"] for mark in Assessment.objects.get(by=By.OWN).marks]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_tick_is_stored_at_once_and_keeps_the_keyboards_place(attempt, context_of, live_server, size):
    page = page_of(context_of(size), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    fold = page.locator("#question-2 details", has_text="Reference answer").last
    fold.locator("summary").click()

    page.locator("#tick-2-0").focus()
    page.keyboard.press("Space")
    expect(page.locator("#score-2 .own-tag")).to_be_visible()
    expect(page.locator("#total .score-own")).to_be_visible()
    expect(page.locator("#tick-2-0")).to_be_checked()
    expect(page.locator("#tick-2-0")).to_be_focused()
    expect(page.locator("#marks-status")).to_contain_text("question 2")
    expect(fold).to_have_attribute("open", "")
    expect(page.locator("#score-1 .own-tag")).to_have_count(0)
    assert own_outcomes().count("covered") == 1

    page.get_by_role("button", name="Take back my marks").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#total .score-own")).to_have_count(0)
    expect(page.locator("#tick-2-0")).not_to_be_checked()
    expect(page.locator("#marks-title-2")).to_be_focused()
    assert not Assessment.objects.filter(by=By.OWN).exists()


def test_ticks_made_while_one_is_being_stored_are_stored_after_it(attempt, context_of, live_server):
    page = page_of(context_of(), live_server.url, attempt)
    sent: list[Route] = []

    def hold_the_first(route: Route) -> None:
        sent.append(route)
        if len(sent) > 1:
            route.continue_()

    page.route("**/ticks/", hold_the_first)
    page.goto(f"/interviews/{attempt.pk}/result/")
    points = page.locator("#marks-1 .point").count()
    with page.expect_request("**/ticks/"):
        page.locator("#tick-1-0").check()
    for position in range(1, points):
        page.locator(f"#tick-1-{position}").check()
    expect(page.locator("#marks-1 form")).to_have_attribute("data-again", "")
    sent[0].continue_()
    expect(page.locator("#score-1 .own-tag")).to_contain_text("100")
    expect(page.locator("#marks-1 .point.is-covered")).to_have_count(points)
    assert len(sent) == 2
    assert own_outcomes() == ["covered"] * points


def test_ticks_that_could_not_be_stored_say_so(attempt, context_of, live_server):
    page = page_of(context_of(), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    page.route("**/ticks/", lambda route: route.abort())
    page.locator("#tick-1-0").check()
    expect(page.locator("#marks-1 [data-failed]")).to_contain_text("Not saved")
    expect(page.locator("#tick-1-0")).to_be_checked()
    page.unroute_all()
    page.locator("#tick-1-1").check()
    expect(page.locator("#marks-1 [data-failed]")).to_be_hidden()
    assert own_outcomes()[:2] == ["covered", "covered"]


def test_own_marks_work_without_scripts(attempt, context_of, live_server):
    page = page_of(context_of("phone", java_script_enabled=False), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    page.locator("#tick-2-0").check()
    page.locator("#marks-2").get_by_role("button", name="Save my marks").click()
    page.wait_for_url("**/result/#question-2")
    expect(page.locator("#tick-2-0")).to_be_checked()
    expect(page.locator("#total .score-own")).to_be_visible()
    page.get_by_role("button", name="Take back my marks").click()
    expect(page.locator("#total .score-own")).to_have_count(0)


def test_the_evidence_of_a_point_beyond_leads_into_its_fold(attempt, context_of, live_server):
    response = attempt.responses.get(slot=1)
    beyond = next(point for point in response.version.content["key_points"] if point["origin"] == "beyond")
    attempt.responses.filter(slot=1).update(answer=beyond["expressions"][0])
    Assessment.objects.all().delete()
    page = page_of(context_of(), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    link = page.locator("#question-1 .evidence a").last
    target = page.locator(link.get_attribute("href"))
    expect(target).to_be_hidden()
    link.click()
    expect(target).to_be_visible()


def test_filtering_the_history_swaps_the_list_and_keeps_the_filters_in_the_address(attempt, context_of, live_server):
    page = page_of(context_of(), live_server.url, attempt)
    page.goto("/history/")
    expect(page.locator("#history-list tbody tr")).to_have_count(1)
    page.fill("input[name=since]", "2099-01-01")
    page.locator("input[name=since]").blur()
    expect(page.locator("#history-list")).to_contain_text("No interview matches these filters.")
    expect(page.locator("#history-count")).to_have_text("0 interviews")
    expect(page).to_have_url(re.compile(r"since=2099-01-01"))
    page.reload()
    expect(page.locator("input[name=since]")).to_have_value("2099-01-01")
    page.go_back()
    expect(page.locator("#history-list tbody tr")).to_have_count(1)
