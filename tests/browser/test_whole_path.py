"""From a newcomer's first page to the score history, as a candidate walks it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from quiz.interviews.models import Attempt, Ended
from tests import PASSWORD

WORDS = {
    "en": {"start": "Start now", "hand_in": "Hand in", "next": "Next", "result": "Interview result"},
    "zh-hans": {"start": "马上开始", "hand_in": "交卷", "next": "下一题", "result": "面试结果"},
}


def sign_up(page: Page, username: str = "newcomer") -> None:
    page.goto("/accounts/signup/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/")


def saved(page: Page) -> None:
    expect(page.locator("#save-status time")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sign_up_start_answer_reload_hand_in_result_history(bank, context_of, language, size):
    words = WORDS[language]
    page = context_of(size, language).new_page()
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    sign_up(page)

    page.get_by_role("button", name=words["start"]).first.click()
    page.wait_for_url(re.compile(r"/interviews/[0-9a-f-]{36}/1/"))
    attempt = Attempt.objects.get()
    reference = attempt.responses.get(slot=1).version.content["reference_answer_zh"]
    page.fill("textarea[name=answer]", reference)
    saved(page)

    page.reload()
    expect(page.locator("textarea[name=answer]")).to_have_value(reference)
    page.get_by_role("button", name=words["next"]).click()
    page.wait_for_url("**/2/")
    expect(page.locator("textarea[name=answer]")).to_have_value("")
    page.fill("textarea[name=answer]", "不知道")

    page.locator(".hand-in").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3")
    dialog.get_by_role("button", name=words["hand_in"]).click()
    page.wait_for_url("**/result/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["result"])

    attempt.refresh_from_db()
    assert (attempt.ended, attempt.score) == (Ended.SUBMITTED, 20)
    assert attempt.responses.get(slot=2).answer == "不知道"
    expect(page.locator("#question-1 mark").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.goto("/history/")
    page.locator(f"a[href*='{attempt.pk}']").first.click()
    page.wait_for_url(f"**/interviews/{attempt.pk}/result/")


def test_the_deadline_passes_with_the_page_closed(bank, context_of):
    context = context_of()
    page = context.new_page()
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=True) as traveller:
        sign_up(page)
        page.get_by_role("button", name="Start now").first.click()
        page.wait_for_url("**/1/")
        page.fill("textarea[name=answer]", "stored before the page was closed")
        saved(page)
        page.close()
        traveller.shift(timedelta(minutes=16))
        page = context.new_page()
        page.goto("/history/")
        attempt = Attempt.objects.get()
        page.locator(f"a[href*='{attempt.pk}']").first.click()
        expect(page.locator("#question-1")).to_contain_text("stored before the page was closed")
    assert (attempt.ended, attempt.finished_at) == (Ended.TIMED_OUT, attempt.deadline)


def test_the_whole_path_works_without_scripts(bank, context_of):
    page = context_of("phone", "en", java_script_enabled=False).new_page()
    sign_up(page)
    page.get_by_role("button", name="Start now").first.click()
    page.fill("textarea[name=answer]", "typed without scripts")
    page.locator("#flag").click()
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("textarea[name=answer]")).to_have_value("typed without scripts")
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/2/")
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("textarea[name=answer]")).to_have_value("typed without scripts")
    page.locator(".hand-in").click()
    expect(page.locator("main")).to_contain_text("4 questions")
    page.locator("main form button").first.click()
    page.wait_for_url("**/result/")
    expect(page.locator("#question-1")).to_contain_text("typed without scripts")
