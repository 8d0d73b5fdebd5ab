"""The room with an interviewer: one question at a time, follow-ups, and no way back."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from quiz.interviews.models import Attempt, Ended, Format
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import start_attempt
from tests.browser.conftest import sign_in
from tests.browser.room_page import ANSWER, answer_of, saved, saved_by_itself

WORDS = {
    "en": {
        "format": "Interviewer",
        "start": "Start the interview",
        "next": "Give answer and go on",
        "first": "Question 1 of 2",
        "follow_up": "Question 1 of 2, follow-up",
        "hand_in": "Hand in",
        "result": "Interview result",
    },
    "zh-hans": {
        "format": "面试官",
        "start": "开始面试",
        "next": "提交回答，继续",
        "first": "第 1 / 2 题",
        "follow_up": "第 1 / 2 题，追问",
        "hand_in": "交卷",
        "result": "面试结果",
    },
}


@pytest.fixture
def attempt(user) -> Attempt:
    recipe = Recipe(language="en", count=2, minutes=15, format=Format.INTERVIEWER)
    return start_attempt(user=user, recipe=recipe, now=datetime.now(UTC), seed=1)


@pytest.mark.parametrize(("language", "size"), [("zh-hans", "phone"), ("en", "desktop")])
def test_a_whole_interview(bank, context_of, live_server, language, size):
    words = WORDS[language]
    context = context_of(size, language)
    sign_in(context, live_server.url, User.objects.create_user("alice", password=None, language=language))
    page = context.new_page()
    page.goto("/interviews/new/")
    page.get_by_label(re.compile(words["format"])).check()
    page.fill("input[name=count]", "2")
    page.get_by_role("button", name=words["start"]).click()
    page.wait_for_url("**/1/")
    attempt = Attempt.objects.get()
    content = attempt.responses.get(slot=1).version.content
    suffix = "en" if language == "en" else "zh"
    expect(page.locator("h1")).to_have_text(content[f"title_{suffix}"])
    expect(page.locator(".room-place")).to_contain_text(words["first"])

    page.locator(ANSWER).press_sequentially("?!")
    for slot in (2, 3):
        page.get_by_role("button", name=words["next"]).click()
        page.wait_for_url(f"**/{slot}/")
        follow_up = attempt.responses.get(slot=slot)
        asks = content["key_points"][follow_up.key_point][f"follow_up_{suffix}"]
        expect(page.locator("h1")).to_have_text(asks)
        expect(page.locator("h1")).to_be_in_viewport()
        expect(page.locator(".room-place")).to_contain_text(words["follow_up"])
        expect(page.locator(".said")).to_contain_text("?!")
        expect(page.locator(ANSWER)).to_have_value("")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        page.fill(ANSWER, "?")
        saved(page)
        page.reload()
        expect(page.locator("h1")).to_have_text(asks)

    page.get_by_role("button", name=words["next"]).click()
    page.wait_for_url("**/4/")
    second = attempt.responses.get(slot=4)
    assert second.parent is None
    reference = second.version.content["reference_answer_zh"]
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.wait_for_url("**/4/")
    page.fill(ANSWER, reference)
    page.get_by_role("button", name=words["next"]).click()
    page.get_by_role("dialog").get_by_role("button", name=words["hand_in"]).click()
    page.wait_for_url("**/result/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["result"])
    attempt.refresh_from_db()
    assert (attempt.ended, answer_of(attempt, 4)) == (Ended.SUBMITTED, reference)
    assert not attempt.responses.filter(closed=False).exists()


def test_a_double_click_gives_one_answer(room: Page, attempt: Attempt):
    given = []
    room.on("request", lambda request: given.append(request) if 'name="go"' in (request.post_data or "") else None)
    room.fill(ANSWER, "one")
    room.locator(".next").dblclick()
    room.wait_for_url("**/2/")
    expect(room.locator(".said")).to_be_visible()
    assert len(given) == 1
    attempt.refresh_from_db()
    assert attempt.current_slot == 2


def test_the_keys_go_on_and_never_back(room: Page, attempt: Attempt):
    room.locator(ANSWER).press_sequentially("by keyboard")
    room.keyboard.press("Control+Enter")
    room.wait_for_url("**/2/")
    expect(room.locator(ANSWER)).to_be_focused()
    room.keyboard.press("Control+Shift+Enter")
    room.go_back()
    expect(room).not_to_have_url(re.compile("/1/$"))
    assert answer_of(attempt) == "by keyboard"


def test_without_a_network_the_answer_waits_and_goes_on_when_it_is_back(
    signed_in: BrowserContext, room: Page, attempt: Attempt
):
    signed_in.set_offline(True)
    room.fill(ANSWER, "given in a tunnel")
    room.locator(".next").click()
    expect(room.locator("#save-status")).to_contain_text("the next question comes when it is back")
    assert answer_of(attempt) == ""
    signed_in.set_offline(False)
    room.wait_for_url("**/2/")
    expect(room.locator(".said")).to_contain_text("given in a tunnel")
    assert answer_of(attempt) == "given in a tunnel"


def test_who_writes_on_without_a_network_is_not_cut_short(signed_in: BrowserContext, room: Page, attempt: Attempt):
    signed_in.set_offline(True)
    room.fill(ANSWER, "given")
    room.locator(".next").click()
    expect(room.locator("#save-status")).to_contain_text("the next question comes")
    room.fill(ANSWER, "given, and more")
    signed_in.set_offline(False)
    saved_by_itself(room)
    room.reload()
    expect(room.locator(ANSWER)).to_have_value("given, and more")
    attempt.refresh_from_db()
    assert (attempt.current_slot, answer_of(attempt)) == (1, "given, and more")


def test_an_answer_whose_reply_was_lost_goes_on_once(room: Page, attempt: Attempt):
    lost = [True]

    def lose(route):
        if lost and "\r\n\r\nnext\r\n" in route.request.post_data:
            lost.clear()
            route.fetch()
            route.abort()
        else:
            route.continue_()

    room.route("**/responses/1/", lose)
    room.fill(ANSWER, "once")
    room.locator(".next").click()
    room.wait_for_url("**/2/")
    attempt.refresh_from_db()
    first = attempt.responses.get(slot=1)
    assert (attempt.current_slot, first.answer, first.late_text) == (2, "once", "")


def test_a_tab_that_stayed_behind_loses_nothing(signed_in: BrowserContext, room: Page, attempt: Attempt):
    other = signed_in.new_page()
    other.goto(room.url)
    room.fill(ANSWER, "from the first tab")
    room.locator(".next").click()
    room.wait_for_url("**/2/")
    other.locator(ANSWER).press_sequentially("from the second tab")
    expect(other.locator("#refused")).to_contain_text("The interview has gone on")
    expect(other.locator(ANSWER)).to_have_attribute("readonly", "")
    response = attempt.responses.get(slot=1)
    assert (response.answer, response.late_text) == ("from the first tab", "from the second tab")
    other.locator("#refused a").click()
    other.wait_for_url("**/2/")


def test_the_draft_of_a_closed_question_arrives_as_late_text(room: Page, attempt: Attempt):
    room.fill(ANSWER, "given")
    room.locator(".next").click()
    room.wait_for_url("**/2/")
    draft = {"url": f"/interviews/{attempt.pk}/responses/1/", "text": "only here", "revision": "0"}
    key = room.locator("form[data-draft]").get_attribute("data-draft").removesuffix("2") + "1"
    room.evaluate(
        "([key, draft]) => localStorage.setItem(key, JSON.stringify(draft))",
        [key, draft | {"page": "left-behind", "seq": 1, "seconds": 1}],
    )
    with room.expect_response("**/responses/1/") as arrived:
        room.reload()
    assert arrived.value.status == 410
    response = attempt.responses.get(slot=1)
    assert (response.answer, response.late_text) == ("given", "only here")


def test_without_scripts(user, attempt, context_of, live_server):
    context = context_of("phone", "en", java_script_enabled=False)
    sign_in(context, live_server.url, user)
    page = context.new_page()
    page.goto(f"/interviews/{attempt.pk}/")
    page.fill(ANSWER, "typed without scripts")
    page.get_by_role("button", name="Give answer and go on").click()
    page.wait_for_url("**/2/")
    expect(page.locator(".said")).to_contain_text("typed without scripts")
    page.go_back()
    page.reload()
    page.wait_for_url("**/2/")
