"""What was typed survives the network, the tab, the browser, the sign-in and the deadline."""

import os
import signal
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from quiz.interviews.models import Attempt, Ended
from tests.browser.conftest import QUIET, sign_in
from tests.browser.room_page import ANSWER, answer_of, saved, saved_by_itself

STATUS = "#save-status"
FORBIDDEN = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def becomes(read: Callable[[], object], wanted: object) -> None:
    """Wait for another thread or process to get there, at most ten seconds."""
    pause = Event()
    for _ in range(200):
        if read() == wanted:
            return
        pause.wait(0.05)
    assert read() == wanted


def kept(page: Page) -> None:
    expect(page.locator(STATUS)).to_contain_text("Kept on this device")


def open_room(context: BrowserContext, attempt: Attempt, slot: int = 1) -> Page:
    page = context.new_page()
    page.goto(f"/interviews/{attempt.pk}/{slot}/")
    return page


@contextmanager
def almost_over(attempt: Attempt, seconds: int = 3):
    with time_machine.travel(attempt.deadline - timedelta(seconds=seconds), tick=True) as traveller:
        yield traveller


class TestSaving:
    def test_continuous_typing_is_saved_at_least_every_ten_seconds(self, signed_in, attempt):
        page = signed_in.new_page()
        now = datetime.now(UTC)
        page.clock.install(time=now)
        page.goto(f"/interviews/{attempt.pk}/1/")
        page.clock.pause_at(now + timedelta(minutes=1))  # however long the typing takes this machine
        sent = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        for _ in range(9):
            page.locator(ANSWER).press_sequentially("a")
            page.clock.run_for(1000)
        assert sent == []
        page.locator(ANSWER).press_sequentially("a")
        page.clock.run_for(1000)
        saved_by_itself(page)
        assert len(sent) == 1
        assert answer_of(attempt) == "a" * 10

    def test_unchanged_text_is_not_sent(self, signed_in, attempt):
        page = signed_in.new_page()
        page.clock.install(time=datetime.now(UTC))
        page.goto(f"/interviews/{attempt.pk}/1/")
        sent = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        page.fill(ANSWER, "once")
        page.clock.run_for(2000)
        saved_by_itself(page)
        page.locator("h1").click()
        for event in ("blur", "focus", "online", "pagehide"):
            page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        page.clock.run_for(60_000)
        assert len(sent) == 1

    @pytest.mark.parametrize("words", ["a keystroke", "长" * 20_000], ids=["short", "20,000 characters"])
    def test_a_tab_closed_right_after_a_keystroke_loses_nothing(self, room, attempt, words):
        room.fill(ANSWER, words)
        room.close(run_before_unload=True)
        becomes(lambda: answer_of(attempt), words)

    def test_what_was_deleted_again_while_its_save_hung_does_not_come_back(self, room, attempt):
        held = []
        room.route("**/responses/1/", lambda route: route.continue_() if held else held.append(route))
        room.fill(ANSWER, "typed in anger")
        expect(room.locator(STATUS)).to_have_text("Saving…")
        room.fill(ANSWER, "")
        with room.expect_response("**/responses/1/"):
            room.evaluate("window.dispatchEvent(new Event('pagehide'))")
        with room.expect_response("**/responses/1/"):
            held[0].continue_()
        assert answer_of(attempt) == ""
        expect(room.locator("#conflict")).to_be_empty()

    def test_what_is_too_big_to_outlive_its_page_waits_on_the_device(self, signed_in, room, attempt):
        words = "\U0001f469" * 20_000  # 80 kB, and a browser carries 64 KiB past the end of a page
        signed_in.set_offline(True)
        room.fill(ANSWER, words)
        with room.expect_event("close"):
            room.close(run_before_unload=True)
        signed_in.set_offline(False)
        saved_by_itself(open_room(signed_in, attempt))
        assert answer_of(attempt) == words

    @pytest.mark.parametrize("character", ["\\ud83d", "\\0"])
    def test_a_character_that_cannot_be_stored_is_refused_clearly(self, room, attempt, character):
        room.evaluate(
            f"""const field = document.querySelector('{ANSWER}');
            field.value = 'half {character}';
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));"""
        )
        expect(room.locator(STATUS)).to_contain_text("cannot be stored")
        room.locator(".next").click()
        expect(room.locator(STATUS)).to_contain_text("cannot be stored")
        assert answer_of(attempt) == ""
        room.fill(ANSWER, "whole \U0001f469\u200d\U0001f467 \u202ertl\u202c")
        saved(room)
        assert answer_of(attempt) == "whole \U0001f469\u200d\U0001f467 \u202ertl\u202c"


class TestWithoutANetwork:
    def test_the_candidate_moves_between_loaded_questions_and_all_is_sent_on_return(self, signed_in, room, attempt):
        titles = [response.version.content["title_zh"] for response in attempt.responses.order_by("slot")]
        room.locator(".next").click()
        room.wait_for_url("**/2/")
        signed_in.set_offline(True)
        room.fill(ANSWER, "second, offline")
        room.locator(".previous").click()
        expect(room.locator("h1")).to_have_text(titles[0])
        assert room.url.endswith("/1/")
        expect(room.locator(".slot[aria-current]")).to_have_text("Question 1")
        room.locator(ANSWER).press_sequentially("first, offline")
        kept(room)
        room.keyboard.press("Control+Enter")
        expect(room.locator("h1")).to_have_text(titles[1])
        expect(room.locator(ANSWER)).to_have_value("second, offline")
        room.locator(ANSWER).press_sequentially(" too")
        room.go_back()
        expect(room.locator("h1")).to_have_text(titles[0])
        expect(room.locator(ANSWER)).to_have_value("first, offline")
        signed_in.set_offline(False)
        becomes(lambda: answer_of(attempt, 1), "first, offline")
        becomes(lambda: answer_of(attempt, 2), "second, offline too")
        room.locator(".next").click()
        expect(room.locator(ANSWER)).to_have_value("second, offline too")
        becomes(lambda: room.evaluate("Object.keys(localStorage).length"), 0)

    def test_a_question_that_was_not_loaded_waits_and_the_page_says_why(self, signed_in, room, attempt):
        signed_in.set_offline(True)
        room.locator(".next").click()
        expect(room.locator(STATUS)).to_contain_text("No connection")
        room.fill(ANSWER, "written on")
        kept(room)
        signed_in.set_offline(False)
        saved_by_itself(room)
        room.locator(".next").click()
        room.wait_for_url("**/2/")
        assert answer_of(attempt) == "written on"

    def test_the_clock_goes_on(self, signed_in, attempt):
        page = signed_in.new_page()
        page.clock.install(time=datetime.now(UTC))
        page.goto(f"/interviews/{attempt.pk}/1/")
        signed_in.set_offline(True)
        page.clock.fast_forward(10 * 60_000)
        assert page.locator("#time-left time").inner_text() in {"5:00", "4:59", "4:58", "4:57"}

    def test_a_server_that_fails_is_tried_again(self, room, attempt):
        answers = [503, 500, 502]
        room.route(
            "**/responses/1/", lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_()
        )
        room.clock.install()
        room.fill(ANSWER, "through an outage")
        room.clock.run_for(2000)
        kept(room)
        for _ in range(3):
            with room.expect_response("**/responses/1/"):
                room.clock.run_for(11_000)
        saved_by_itself(room)
        assert answer_of(attempt) == "through an outage"

    def test_handing_in_sends_what_waits_for_the_other_questions_first(self, signed_in, room, attempt):
        room.locator(".next").click()
        room.wait_for_url("**/2/")
        room.evaluate(
            f"""const draft = {{ url: '/interviews/{attempt.pk}/responses/1/', text: 'waiting', revision: '0',
                page: 'page-of-before', seq: 3, seconds: 4 }};
            const key = document.getElementById('response-form').dataset.draft.replace(/2$/, '1');
            localStorage.setItem(key, JSON.stringify(draft));"""
        )
        room.locator(".hand-in").click()
        room.locator("#hand-in").get_by_role("button", name="Hand in").click()
        room.wait_for_url("**/result/")
        assert attempt.responses.get(slot=1).answer == "waiting"
        assert attempt.responses.get(slot=1).late_text == ""


class TestTheEnd:
    def test_a_deadline_passed_offline_hands_in_on_return_and_keeps_the_late_text(self, signed_in, attempt):
        with almost_over(attempt) as traveller:
            page = open_room(signed_in, attempt)
            signed_in.set_offline(True)
            page.fill(ANSWER, "written in a tunnel")
            expect(page.locator(ANSWER)).not_to_be_editable()
            kept(page)
            traveller.shift(timedelta(minutes=1))
            signed_in.set_offline(False)
            page.wait_for_url("**/result/", timeout=20_000)
            expect(page.locator("#question-1")).to_contain_text("written in a tunnel")
        attempt.refresh_from_db()
        response = attempt.responses.get(slot=1)
        assert (attempt.ended, response.answer) == (Ended.TIMED_OUT, "")
        assert response.late_text == "written in a tunnel"

    def test_what_comes_back_within_the_tolerance_counts(self, signed_in, attempt, settings):
        settings.LATE_TOLERANCE = timedelta(seconds=60)
        with almost_over(attempt):
            page = open_room(signed_in, attempt)
            signed_in.set_offline(True)
            page.fill(ANSWER, "just in time")
            expect(page.locator(ANSWER)).not_to_be_editable()
            kept(page)
            signed_in.set_offline(False)
            becomes(lambda: answer_of(attempt), "just in time")

    def test_no_network_at_the_end_shows_no_broken_page(self, signed_in, attempt, settings):
        settings.LATE_TOLERANCE = timedelta(seconds=1)
        with almost_over(attempt):
            page = open_room(signed_in, attempt)
            page.fill(ANSWER, "all of it saved")
            page.locator("h1").click()
            saved_by_itself(page)
            signed_in.set_offline(True)
            with page.expect_event("requestfailed", lambda request: request.url.endswith("/healthz")):
                expect(page.locator(ANSWER)).not_to_be_editable()
            assert page.url.endswith("/1/")
            signed_in.set_offline(False)
            page.wait_for_url("**/result/")

    def test_back_after_finishing_leads_to_the_result_again(self, room, attempt):
        room.fill(ANSWER, "the answer")
        room.locator(".hand-in").click()
        room.locator("#hand-in").get_by_role("button", name="Hand in").click()
        room.wait_for_url("**/result/")
        room.go_back()
        room.wait_for_url("**/result/")
        assert answer_of(attempt) == "the answer"
        assert attempt.responses.get(slot=1).late_text == ""

    def test_a_double_click_hands_in_once(self, room, attempt):
        room.fill(ANSWER, "the answer")
        room.locator(".hand-in").click()
        room.locator("#hand-in").get_by_role("button", name="Hand in").dblclick()
        room.wait_for_url("**/result/")
        attempt.refresh_from_db()
        assert (attempt.ended, attempt.responses.get(slot=1).late_text) == (Ended.SUBMITTED, "")
        assert attempt.responses.get(slot=1).assessments.count() == 1


class TestTheDevice:
    def test_a_crash_of_the_page_gives_the_text_back(self, signed_in, room, attempt):
        room.route("**/responses/1/", lambda route: route.abort())
        room.fill(ANSWER, "typed before the crash")
        kept(room)
        with room.expect_event("crash"), suppress(Error):
            room.goto("chrome://crash")
        again = open_room(signed_in, attempt)
        saved_by_itself(again)
        assert answer_of(attempt) == "typed before the crash"

    def test_a_killed_browser_gives_the_text_back(self, browser: Browser, live_server, user, attempt, tmp_path):
        def launch() -> BrowserContext:
            found = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
            path = found if Path(found).exists() else None
            context = browser.browser_type.launch_persistent_context(
                tmp_path, executable_path=path, args=QUIET, base_url=live_server.url
            )
            sign_in(context, live_server.url, user)
            return context

        context = launch()
        page = open_room(context, attempt)
        context.set_offline(True)
        page.fill(ANSWER, "typed before the kill")
        becomes(lambda: is_on_disk(tmp_path, "typed before the kill"), True)
        kill_browser_of(tmp_path)
        context = launch()
        saved_by_itself(open_room(context, attempt))
        context.close()
        assert answer_of(attempt) == "typed before the kill"

    def test_a_full_storage_is_told_and_saving_goes_on(self, signed_in, attempt):
        page = signed_in.new_page()
        page.add_init_script(FORBIDDEN)
        page.goto(f"/interviews/{attempt.pk}/1/")
        page.fill(ANSWER, "no room for drafts")
        expect(page.locator("#no-drafts")).to_be_visible()
        saved(page)
        assert answer_of(attempt) == "no room for drafts"

    def test_with_a_full_storage_a_dead_network_keeps_the_text_in_the_page(self, signed_in, attempt):
        page = signed_in.new_page()
        page.add_init_script(FORBIDDEN)
        page.goto(f"/interviews/{attempt.pk}/1/")
        page.locator(".next").click()
        page.wait_for_url("**/2/")
        signed_in.set_offline(True)
        page.fill(ANSWER, "in this page alone")
        expect(page.locator(STATUS)).to_contain_text("not kept on this device")
        page.locator(".previous").click()
        page.wait_for_url("**/1/")
        signed_in.set_offline(False)
        becomes(lambda: answer_of(attempt, 2), "in this page alone")

    def test_the_draft_of_another_question_is_sent_when_the_room_opens_again(self, signed_in, room, attempt):
        room.locator(".next").click()
        room.wait_for_url("**/2/")
        signed_in.set_offline(True)
        room.fill(ANSWER, "left behind")
        kept(room)
        room.close()
        signed_in.set_offline(False)
        open_room(signed_in, attempt, slot=1)
        becomes(lambda: answer_of(attempt, 2), "left behind")


class TestSigningOut:
    def test_it_sends_first(self, signed_in, room, attempt):
        signed_in.set_offline(True)
        room.fill(ANSWER, "not sent yet")
        kept(room)
        room.close()
        signed_in.set_offline(False)
        page = signed_in.new_page()
        page.goto("/questions/")
        page.get_by_role("button", name="Sign out").first.click()
        page.wait_for_url(lambda url: url.endswith("/"))
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
        assert answer_of(attempt) == "not sent yet"

    def test_it_asks_where_it_cannot_send(self, signed_in, room, attempt):
        signed_in.set_offline(True)
        room.fill(ANSWER, "refused by the server")
        kept(room)
        room.close()
        signed_in.set_offline(False)
        attempt.responses.filter(slot=1).update(answer="from another device", revision=4, page="page-elsewhere")
        page = signed_in.new_page()
        page.goto("/questions/")
        page.get_by_role("button", name="Sign out").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("not saved")
        dialog.get_by_role("button", name="Stay signed in").click()
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Sign out").first.click()
        dialog.get_by_role("button", name="Sign out all the same").click()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
        assert "refused by the server" in page.evaluate("JSON.stringify(localStorage)")
        assert answer_of(attempt) == "from another device"

    def test_bobs_page_never_sends_alices_draft(self, context_of, live_server, bob, signed_in, room, attempt):
        signed_in.set_offline(True)
        room.fill(ANSWER, "alice's")
        kept(room)
        room.close()
        signed_in.set_offline(False)
        signed_in.clear_cookies()
        sign_in(signed_in, live_server.url, bob)
        page = signed_in.new_page()
        sent = []
        page.on("request", lambda request: sent.append(request.url) if "/responses/" in request.url else None)
        page.goto("/questions/")
        page.get_by_role("button", name="Sign out").first.click()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
        assert sent == []

    def test_somebody_else_signed_in_is_told_and_the_text_stays(self, signed_in, live_server, user, bob, room, attempt):
        signed_in.clear_cookies()
        sign_in(signed_in, live_server.url, bob)
        room.fill(ANSWER, "alice types on")
        expect(room.locator(STATUS)).to_contain_text("you are signed out")
        sign_in(signed_in, live_server.url, user)
        room.evaluate("window.dispatchEvent(new Event('focus'))")
        saved_by_itself(room)
        assert answer_of(attempt) == "alice types on"


class TestTheClock:
    def test_it_is_right_across_a_change_to_summer_time(self, context_of, live_server, user, attempt):
        start = datetime(2026, 3, 29, 0, 55, tzinfo=UTC)  # five minutes before Berlin's clocks jump from 2 to 3
        Attempt.objects.filter(pk=attempt.pk).update(started_at=start, deadline=start + timedelta(minutes=15))
        context = context_of(time_zone="Europe/Berlin")
        with time_machine.travel(start, tick=True):
            sign_in(context, live_server.url, user)
            page = context.new_page()
            page.clock.install(time=start)
            page.goto(f"/interviews/{attempt.pk}/1/")
            page.clock.fast_forward(10 * 60_000)
            assert page.locator("#time-left time").inner_text() in {"5:00", "4:59", "4:58", "4:57"}

    def test_it_asks_the_server_when_somebody_sets_the_devices_clock(self, signed_in, attempt):
        page = signed_in.new_page()
        now = datetime.now(UTC)
        page.clock.install(time=now)
        page.goto(f"/interviews/{attempt.pk}/1/")
        page.clock.set_system_time(now + timedelta(hours=1))
        with page.expect_response("**/healthz"):
            page.clock.run_for(500)
        page.clock.run_for(1000)
        expect(page.locator(ANSWER)).to_be_editable()
        assert page.locator("#time-left time").inner_text()[:3] in {"15:", "14:"}


def is_on_disk(folder: Path, words: str) -> bool:
    """Chromium writes its local storage some seconds after the page has."""
    files = [path for path in folder.glob("Default/Local Storage/leveldb/*") if path.is_file()]
    return any(words.encode(code) in path.read_bytes() for path in files for code in ("latin-1", "utf-16-le"))


def kill_browser_of(folder: Path) -> None:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"--user-data-dir={folder}" in command:
            os.kill(int(process.parent.name), signal.SIGKILL)
