"""Own marks and filters in a real browser: what is swapped, what stays, and where the keyboard is afterwards."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from quiz.interviews.models import Attempt
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import finish_attempt, start_attempt
from quiz.results.models import Assessment, By, MarkingReport
from quiz.results.services import assess_attempt
from tests.browser.conftest import sign_in


@pytest.fixture
def attempt(bank) -> Attempt:
    """A finished interview of two questions whose reference answers were recited."""
    user = User.objects.create_user("alice", password=None, language="en")
    now = datetime.now(UTC)
    attempt = start_attempt(user=user, recipe=Recipe(language="en", count=2), now=now - timedelta(minutes=9), seed=1)
    for response in attempt.responses.select_related("version"):
        response.answer = response.version.content["reference_answer_zh"]
        response.save(update_fields=["answer"])
    finish_attempt(attempt=attempt, now=now)
    assess_attempt(attempt=attempt, now=now)
    return attempt


def page_of(context: BrowserContext, address: str, attempt: Attempt) -> Page:
    sign_in(context, address, attempt.user)
    return context.new_page()


def own_outcomes() -> list[str]:
    return [mark["outcome"] for mark in Assessment.objects.get(by=By.OWN).marks]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_tick_taken_off_is_stored_at_once_and_keeps_the_keyboards_place(attempt, context_of, live_server, size):
    page = page_of(context_of(size), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    fold = page.locator("#question-2 details", has_text="Reference answer").last
    fold.locator("summary").click()

    page.locator("#tick-2-0").focus()
    page.keyboard.press("Space")
    expect(page.locator("#score-2 .own-tag")).to_be_visible()
    expect(page.locator("#total .score-own")).to_be_visible()
    expect(page.locator("#tick-2-0")).not_to_be_checked()
    expect(page.locator("#tick-2-0")).to_be_focused()
    expect(page.locator("#marks-status")).to_contain_text("question 2")
    expect(fold).to_have_attribute("open", "")
    expect(page.locator("#score-1 .own-tag")).to_have_count(0)
    assert own_outcomes().count("missed") == 1

    page.get_by_role("button", name="Take back my marks").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#total .score-own")).to_have_count(0)
    expect(page.locator("#tick-2-0")).to_be_checked()
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
        page.locator("#tick-1-0").uncheck()
    for position in range(1, points):
        page.locator(f"#tick-1-{position}").uncheck()
    expect(page.locator("#marks-1 form")).to_have_attribute("data-again", "")
    sent[0].continue_()
    expect(page.locator("#score-1 .own-tag")).to_contain_text("0")
    expect(page.locator("#marks-1 .point.is-covered")).to_have_count(0)
    assert len(sent) == 2
    assert own_outcomes() == ["missed"] * points


def test_ticks_that_could_not_be_stored_say_so(attempt, context_of, live_server):
    page = page_of(context_of(), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    page.route("**/ticks/", lambda route: route.abort())
    page.locator("#tick-1-0").uncheck()
    expect(page.locator("#marks-1 [data-failed]")).to_contain_text("Not saved")
    expect(page.locator("#tick-1-0")).not_to_be_checked()
    page.unroute_all()
    page.locator("#tick-1-1").uncheck()
    expect(page.locator("#marks-1 [data-failed]")).to_be_hidden()
    assert own_outcomes()[:2] == ["missed", "missed"]


def test_own_marks_work_without_scripts(attempt, context_of, live_server):
    page = page_of(context_of("phone", java_script_enabled=False), live_server.url, attempt)
    page.goto(f"/interviews/{attempt.pk}/result/")
    page.locator("#tick-2-0").uncheck()
    page.locator("#marks-2").get_by_role("button", name="Save my marks").click()
    page.wait_for_url("**/result/#question-2")
    expect(page.locator("#tick-2-0")).not_to_be_checked()
    expect(page.locator("#total .score-own")).to_be_visible()
    page.get_by_role("button", name="Take back my marks").click()
    expect(page.locator("#total .score-own")).to_have_count(0)


@pytest.fixture
def missed(attempt) -> Attempt:
    """The first answer is two sentences that show nothing."""
    attempt.responses.filter(slot=1).update(answer="It rains today. In my own words I did say it.")
    Assessment.objects.all().delete()
    return attempt


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_missed_point_is_shown_by_keyboard_and_taken_off_again(missed, context_of, live_server, has_scripts):
    page = page_of(context_of("phone", java_script_enabled=has_scripts), live_server.url, missed)
    page.goto(f"/interviews/{missed.pk}/result/")
    point = page.locator("#point-1-0")
    point.get_by_text("I said this: show where").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(point).to_contain_text("Shown by you: In my own words I did say it")
    expect(page.locator("#question-1 mark")).to_have_text("In my own words I did say it")
    expect(page.locator("#tick-1-0")).to_be_checked()
    expect(page.locator("#score-1 .own-tag")).to_be_visible()
    point.locator(".quote").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#evidence-1-0$"))
    page.locator("#tick-1-0").click()  # the tick goes with its evidence
    if not has_scripts:
        page.locator("#marks-1").get_by_role("button", name="Save my marks").click()
    expect(page.locator("#score-1 .own-tag")).to_contain_text("0")
    expect(page.locator("#question-1 mark")).to_have_count(0)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_wrong_mark_is_reported_with_one_tap(missed, context_of, live_server, has_scripts):
    page = page_of(context_of("phone", java_script_enabled=has_scripts), live_server.url, missed)
    page.goto(f"/interviews/{missed.pk}/result/")
    page.locator("#point-1-0 .report button").click()
    expect(page.locator("#point-1-0")).to_contain_text("Reported to the editors")
    page.locator("#point-1-0 .report a").click()
    page.get_by_label("What is wrong with this mark?").fill("I said it")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/result/#point-1-0")
    assert MarkingReport.objects.get().note == "I said it"
    assert not Assessment.objects.filter(by=By.OWN).exists()


def test_the_evidence_of_a_point_beyond_leads_into_its_fold(attempt, context_of, live_server):
    response = attempt.responses.get(slot=1)
    beyond = next(point for point in response.version.content["key_points"] if point["origin"] == "beyond")
    said = " ".join(group.split("|")[0].strip(" *") for group in beyond["expressions"][0].split(" + "))
    attempt.responses.filter(slot=1).update(answer=f"so {said}")
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
