"""The room in a real browser: saving, moving, two tabs, the end of the time."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from quiz.interviews.services import finish_attempt
from tests.browser.conftest import sign_in
from tests.browser.room_page import ANSWER, answer_of, saved, saved_by_itself


def test_typing_is_saved_after_a_pause_and_saved_is_said_only_then(room, attempt):
    assert room.locator("#save-status").inner_text().strip() == ""
    room.locator(ANSWER).press_sequentially("self-attention")
    saved_by_itself(room)
    assert answer_of(attempt) == "self-attention"


def test_a_move_carries_what_was_just_typed_and_back_brings_it_back(room, attempt):
    room.locator(ANSWER).press_sequentially("first")
    room.keyboard.press("Control+Enter")
    room.wait_for_url("**/2/")
    expect(room.locator("h1")).to_have_text(attempt.responses.get(slot=2).version.content["title_zh"])
    assert answer_of(attempt) == "first"
    expect(room).to_have_title("Question 2 of 3 · Viva")
    room.locator(ANSWER).press_sequentially("second")
    room.go_back()
    expect(room.locator(ANSWER)).to_have_value("first")
    room.go_forward()
    expect(room.locator(ANSWER)).to_have_value("second")
    assert (answer_of(attempt), answer_of(attempt, 2)) == ("first", "second")


def test_the_focus_goes_where_the_swap_went(room):
    room.locator(".next").click()
    room.wait_for_url("**/2/")
    expect(room.locator(ANSWER)).to_be_focused()


def test_the_navigator_shows_what_is_answered_flagged_and_current(room):
    room.fill(ANSWER, "something")
    room.locator("#flag").click()
    expect(room.locator("#flag")).to_have_attribute("aria-pressed", "true")
    room.locator(".slot").nth(2).click()
    room.wait_for_url("**/3/")
    first = room.locator(".slot").first
    expect(first).to_have_class("slot is-answered is-flagged")
    expect(room.locator(".slot").nth(2)).to_have_attribute("aria-current", "step")


def test_f_flags_outside_the_field_and_is_a_letter_inside(room):
    room.locator(ANSWER).press_sequentially("f")
    expect(room.locator("#flag")).to_have_attribute("aria-pressed", "false")
    room.locator("h1").click()
    room.evaluate("document.activeElement.blur()")
    room.keyboard.press("f")
    expect(room.locator("#flag")).to_have_attribute("aria-pressed", "true")
    room.keyboard.press("?")
    expect(room.get_by_role("dialog")).to_be_visible()


def test_single_keys_can_be_switched_off(user, signed_in, attempt):
    User.objects.filter(pk=user.pk).update(single_key_shortcuts=False)
    page = signed_in.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.keyboard.press("f")
    page.keyboard.press("?")
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_two_tabs_overwrite_nothing_and_the_candidate_chooses(signed_in, attempt, room):
    other = signed_in.new_page()
    other.goto(f"/interviews/{attempt.pk}/1/")
    other.fill(ANSWER, "from the other tab")
    saved(other)
    room.fill(ANSWER, "from this tab")
    box = room.locator("#conflict")
    expect(box).to_contain_text("from the other tab")
    expect(box).to_contain_text("from this tab")
    assert answer_of(attempt) == "from the other tab"
    box.get_by_role("button", name="Keep mine").click()
    expect(box).to_be_empty()
    saved(room)
    assert answer_of(attempt) == "from this tab"
    other.fill(ANSWER, "again the other")
    other.locator("#conflict").get_by_role("link", name="Take the other one").click()
    expect(other.locator(ANSWER)).to_have_value("from this tab")
    other.locator(ANSWER).press_sequentially(", and on")
    saved(other)
    expect(other.locator("#conflict")).to_be_empty()
    assert answer_of(attempt) == "from this tab, and on"


def test_a_dead_network_keeps_the_text_on_the_device_and_sends_it_later(signed_in, room, attempt):
    signed_in.set_offline(True)
    room.fill(ANSWER, "typed offline")
    expect(room.locator("#save-status")).to_contain_text("Kept on this device")
    signed_in.set_offline(False)
    saved_by_itself(room)
    assert answer_of(attempt) == "typed offline"


def test_a_page_that_dies_before_it_saved_gets_its_text_back(signed_in, attempt, room):
    signed_in.set_offline(True)
    room.fill(ANSWER, "never reached the server")
    expect(room.locator("#save-status")).to_contain_text("Kept on this device")
    room.close()
    signed_in.set_offline(False)
    again = signed_in.new_page()
    again.goto(f"/interviews/{attempt.pk}/1/")
    expect(again.locator(ANSWER)).to_have_value("never reached the server")
    saved_by_itself(again)
    assert answer_of(attempt) == "never reached the server"


def test_text_in_the_middle_of_a_composition_is_not_sent(room, attempt):
    room.fill(ANSWER, "注意力")
    session = room.context.new_cdp_session(room)
    session.send("Input.imeSetComposition", {"text": "jizhi", "selectionStart": 5, "selectionEnd": 5})
    expect(room.locator(ANSWER)).to_have_value("注意力jizhi")
    room.evaluate("window.dispatchEvent(new Event('pagehide'))")
    saved_by_itself(room)
    assert answer_of(attempt) == "注意力"
    with room.expect_response("**/responses/1/"):
        session.send("Input.insertText", {"text": "机制"})
    assert answer_of(attempt) == "注意力机制"


def test_at_zero_the_page_stops_the_field_saves_and_goes_to_the_result(signed_in, attempt):
    almost = attempt.deadline - timedelta(seconds=3)
    with time_machine.travel(almost, tick=True):
        page = signed_in.new_page()
        page.goto(f"/interviews/{attempt.pk}/1/")
        page.fill(ANSWER, "the last words")
        expect(page.locator(ANSWER)).not_to_be_editable()
        page.wait_for_url("**/result/", timeout=15_000)
        expect(page.locator("#question-1")).to_contain_text("the last words", timeout=15_000)
    assert answer_of(attempt) == "the last words"


def test_the_clock_is_right_although_the_device_is_an_hour_off(signed_in, attempt):
    page = signed_in.new_page()
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=1))
    page.goto(f"/interviews/{attempt.pk}/1/")
    assert page.locator("#time-left time").inner_text() in {"15:00", "14:59", "14:58", "14:57"}


def test_the_clock_warns_and_tells_screen_readers_seldom(signed_in, attempt):
    page = signed_in.new_page()
    page.clock.install(time=datetime.now(UTC))
    page.goto(f"/interviews/{attempt.pk}/1/")
    told = []
    for seconds in (240, 120, 300, 182, 30):
        page.clock.fast_forward(seconds * 1000)
        told.append((page.locator("#announcer").inner_text(), page.locator("#time-left").get_attribute("class")))
    assert told == [
        ("", "time-left"),
        ("10 minutes left", "time-left"),
        ("5 minutes left", "time-left is-warn"),
        ("1 minute left", "time-left is-danger"),
        ("30 seconds left", "time-left is-danger"),
    ]


def test_the_bar_stays_and_nothing_scrolls_sideways_on_a_phone(context_of, live_server, user, attempt):
    context = context_of("phone", "zh-hans")
    sign_in(context, live_server.url, user)
    page = context.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.fill(ANSWER, "长" * 2000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".next").bounding_box()["y"] < 740


def test_flagging_gives_no_time(signed_in, attempt):
    page = signed_in.new_page()
    page.clock.install(time=datetime.now(UTC))
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.clock.fast_forward(5 * 60_000)
    page.locator("#flag").click()
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    page.clock.fast_forward(1_000)
    assert page.locator("#time-left time").inner_text() in {"10:00", "9:59", "9:58", "9:57", "9:56"}


def test_two_saves_of_one_page_that_arrive_in_the_wrong_order_are_no_conflict(room, attempt):
    held = []
    room.route("**/responses/1/", lambda route: route.continue_() if held else held.append(route))
    room.fill(ANSWER, "older")
    expect(room.locator("#save-status")).to_have_text("Saving…")
    room.fill(ANSWER, "older and newer")
    room.evaluate("window.dispatchEvent(new Event('pagehide'))")
    saved_by_itself(room)
    with room.expect_response("**/responses/1/"):
        held[0].continue_()
    with room.expect_response("**/responses/1/") as response:
        room.fill(ANSWER, "older and newer, and on")
    expect(room.locator("#conflict")).to_be_empty()
    assert (response.value.status, answer_of(attempt)) == (200, "older and newer, and on")


def test_a_conflict_at_hand_in_is_not_hidden_behind_the_dialog(signed_in, attempt, room):
    room.locator(".hand-in").click()
    dialog = room.locator("#hand-in")
    expect(dialog).to_be_visible()
    other = signed_in.new_page()
    other.goto(f"/interviews/{attempt.pk}/1/")
    with other.expect_response("**/responses/1/"):
        other.fill(ANSWER, "from the other tab")
    dialog.get_by_role("button", name="Hand in").click()
    expect(room.locator("#conflict")).to_contain_text("from the other tab")
    expect(dialog).to_be_hidden()
    attempt.refresh_from_db()
    assert attempt.is_running


def test_after_signing_in_again_elsewhere_the_same_page_saves(signed_in, live_server, user, attempt, room):
    signed_in.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    room.fill(ANSWER, "typed while signed out")
    expect(room.locator("#save-status")).to_contain_text("you are signed out")
    sign_in(signed_in, live_server.url, user)
    room.evaluate("window.dispatchEvent(new Event('focus'))")
    saved_by_itself(room)
    assert answer_of(attempt) == "typed while signed out"


def test_too_long_an_answer_is_told_with_the_limit_and_saved_once_it_is_shorter(room, attempt):
    room.fill(ANSWER, "长" * 20_001)
    expect(room.locator("#refused")).to_contain_text("20000 is the most")
    room.fill(ANSWER, "长" * 20_000)
    saved(room)
    expect(room.locator("#refused")).to_be_empty()
    assert len(answer_of(attempt)) == 20_000


def test_a_draft_that_differs_from_what_the_server_has_is_offered(signed_in, attempt, room):
    signed_in.set_offline(True)
    room.fill(ANSWER, "only on this device")
    expect(room.locator("#save-status")).to_contain_text("Kept on this device")
    room.close()
    signed_in.set_offline(False)
    stored = attempt.responses.get(slot=1)
    stored.answer, stored.revision = "from another device", 1
    stored.save()
    page = signed_in.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    expect(page.locator(ANSWER)).to_have_value("from another device")
    offer = page.locator("#draft-offer")
    expect(offer).to_contain_text("only on this device")
    offer.get_by_role("button", name="Use the text of this device").click()
    saved(page)
    assert answer_of(attempt) == "only on this device"


def test_a_draft_of_an_interview_that_ended_offline_arrives_late_and_is_shown(signed_in, attempt, room):
    signed_in.set_offline(True)
    room.fill(ANSWER, "written without a network")
    expect(room.locator("#save-status")).to_contain_text("Kept on this device")
    room.close()
    signed_in.set_offline(False)
    finish_attempt(attempt=attempt, now=datetime.now(UTC))
    page = signed_in.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.wait_for_url("**/result/")
    expect(page.locator("#question-1")).to_contain_text("written without a network")
    assert attempt.responses.get(slot=1).late_text == "written without a network"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_save_after_the_end_says_so_and_keeps_the_text_in_the_page(attempt, room):
    finish_attempt(attempt=attempt, now=datetime.now(UTC))
    room.fill(ANSWER, "typed after the end")
    expect(room.locator("#refused")).to_contain_text("The interview is over")
    expect(room.locator(ANSWER)).to_have_value("typed after the end")
    expect(room.locator(ANSWER)).not_to_be_editable()


def test_a_conflict_leaves_the_focus_in_the_field_where_a_key_would_choose(signed_in, attempt, room):
    other = signed_in.new_page()
    other.goto(f"/interviews/{attempt.pk}/1/")
    with other.expect_response("**/responses/1/"):
        other.fill(ANSWER, "from the other tab")
    room.locator(ANSWER).press_sequentially("from this tab")
    expect(room.locator("#conflict")).to_contain_text("from the other tab")
    room.keyboard.press("Space")
    room.keyboard.press("Enter")
    expect(room.locator(ANSWER)).to_be_focused()
    expect(room.locator("#conflict")).to_contain_text("from the other tab")
    assert answer_of(attempt) == "from the other tab"


def test_what_is_typed_while_a_move_is_under_way_is_saved(room, attempt):
    held = []
    room.route("**/responses/1/", lambda route: route.continue_() if held else held.append(route))
    room.locator(ANSWER).press_sequentially("before the move")
    room.keyboard.press("Control+Enter")
    room.wait_for_function("document.querySelector('.htmx-request')")
    room.locator(ANSWER).press_sequentially(" and during it")
    with room.expect_request(lambda request: "and during it" in (request.post_data or "")) as sent:
        held[0].continue_()
        room.wait_for_url("**/2/")
    assert sent.value.response().status == 200
    assert answer_of(attempt) == "before the move and during it"


def test_an_offered_draft_survives_typing_without_a_choice(signed_in, attempt, room):
    signed_in.set_offline(True)
    room.fill(ANSWER, "only on this device")
    expect(room.locator("#save-status")).to_contain_text("Kept on this device")
    room.close()
    signed_in.set_offline(False)
    attempt.responses.filter(slot=1).update(answer="from another device", revision=1)
    page = signed_in.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    page.locator(ANSWER).press_sequentially("typed on: ")
    saved(page)
    page.reload()
    expect(page.locator("#draft-offer")).to_contain_text("only on this device")


def test_enter_does_not_hand_in_by_itself(room, attempt):
    room.locator(".hand-in").focus()
    room.keyboard.press("Enter")
    expect(room.locator("#hand-in")).to_be_visible()
    room.keyboard.press("Enter")
    expect(room.locator("#hand-in")).to_be_hidden()
    attempt.refresh_from_db()
    assert attempt.is_running
