"""axe finds nothing on any page, in either theme, on a phone; and the whole path goes by keyboard."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from quiz.bank.models import Question
from quiz.interviews.models import Attempt, Format
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import Draft, finish_attempt, go_on, start_attempt
from quiz.marking import Span
from quiz.results.models import Assessment
from quiz.results.services import assess_attempt, report_marking, tick_key_points
from tests.base import save_draft
from tests.browser.conftest import sign_in

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIGNED_OUT = ["/", "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/", "/no-such-page/"]
SIGNED_IN = [
    "/",
    "/questions/",
    "/questions/?q=nonsensenonsense",
    "/questions/{question}/",
    "/questions/{question}/?answer=1",
    "/interviews/new/",
    "/interviews/{finished}/result/",
    "/interviews/{finished}/responses/2/report/0/",
    "/history/",
    "/accounts/settings/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/interviews/{running}/1/",
    "/interviews/{running}/finish/",
]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.fixture
def names(bank) -> dict[str, object]:
    """A candidate with a finished and a running interview."""
    user = User.objects.create_user("alice", password=None)
    now = datetime.now(UTC)
    recipe = Recipe(language="zh-hans", count=3)
    finished: Attempt = start_attempt(user=user, recipe=recipe, now=now, seed=1)
    reference = finished.responses.get(slot=1).version.content["reference_answer_zh"]
    save_draft(finished, Draft(slot=1, answer=reference, revision=0), now=now)
    save_draft(finished, Draft(slot=2, answer="说错了。没说到。", revision=0), now=now)
    finish_attempt(attempt=finished, now=now)
    assess_attempt(attempt=finished, now=now)
    second = Assessment.objects.get(response__attempt=finished, response__slot=2)
    second.low_confidence = True
    for mark, outcome in zip(second.marks, ["contradicted", "partly"], strict=False):
        mark |= {"outcome": outcome, "evidence": [[0, 3]], "expression": "说错", "confidence": 0.5}
    second.save()
    wrong = second.response
    tick_key_points(response=wrong, covered=set(), evidence={2: Span(4, 7)}, now=now)
    report_marking(response=wrong, key_point=0, note=None, now=now)
    running = start_attempt(user=user, recipe=recipe, now=now, seed=2)
    return {"user": user, "question": Question.objects.first().slug, "finished": finished.pk, "running": running.pk}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_signed_out(bank, context_of, language, theme):
    page = context_of("phone", language, color_scheme=theme).new_page()
    found = []
    for path in SIGNED_OUT:
        page.goto(path)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing_signed_in(names, context_of, live_server, size, theme):
    context = context_of(size, "zh-hans", color_scheme=theme)
    sign_in(context, live_server.url, names["user"])
    page = context.new_page()
    found, sideways = [], []
    for path in SIGNED_IN:
        page.goto(path.format(**names))
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            sideways.append(page.url)
    assert found == []
    assert sideways == []


def test_the_open_dialogs_pass_too(names, context_of, live_server):
    context = context_of()
    sign_in(context, live_server.url, names["user"])
    page = context.new_page()
    page.goto(f"/interviews/{names['running']}/1/")
    page.locator(".hand-in").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_question_about_unsent_text_passes_too(names, context_of, live_server):
    context = context_of()
    sign_in(context, live_server.url, names["user"])
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.getElementById('unsent').showModal()")
    assert violations(page) == []


def test_the_pages_for_a_conflict_and_for_a_late_text_pass_too(names, context_of, live_server):
    """As a browser without scripts gets them; axe itself needs scripts."""
    context = context_of("phone", "en", color_scheme="dark")
    sign_in(context, live_server.url, names["user"])
    page = context.new_page()
    running = Attempt.objects.get(pk=names["running"])

    def send(text: str) -> None:
        page.goto(f"/interviews/{running.pk}/1/")
        page.locator("textarea[name=answer]").fill(text)

    send("from this tab")
    save_draft(running, Draft(slot=1, answer="from another tab", revision=0), now=datetime.now(UTC))
    with page.expect_navigation():
        page.evaluate("document.getElementById('response-form').submit()")
    expect(page.get_by_text("from another tab", exact=True).first).to_be_visible()
    assert violations(page) == []
    send("after the end")
    finish_attempt(attempt=running, now=datetime.now(UTC))
    with page.expect_navigation():
        page.evaluate("document.getElementById('response-form').submit()")
    expect(page.get_by_text("after the end", exact=True)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("size", "theme", "language"), [("desktop", "light", "en"), ("phone", "dark", "zh-hans")])
def test_the_room_with_an_interviewer_passes_too(bank, context_of, live_server, size, theme, language):
    user = User.objects.create_user("alice", password=None, language=language)
    now = datetime.now(UTC)
    recipe = Recipe(language=language, count=2, format=Format.INTERVIEWER)
    attempt = start_attempt(user=user, recipe=recipe, now=now, seed=1)
    context = context_of(size, language, color_scheme=theme)
    sign_in(context, live_server.url, user)
    page = context.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    found = violations(page)
    save_draft(attempt, Draft(slot=1, answer="word " * 500, revision=0), now=now)
    assert go_on(attempt=attempt, slot=1, now=now) == 2
    page.goto(f"/interviews/{attempt.pk}/2/")
    expect(page.locator(".said")).to_be_visible()
    found += violations(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_an_interview_goes_by_keyboard_alone(bank, context_of, live_server):
    context = context_of()
    sign_in(context, live_server.url, User.objects.create_user("keys", password=None, language="en"))
    page = context.new_page()
    page.goto("/")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the Tab key never reaches {selector}")

    tab_to("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/1/$"))
    tab_to("textarea[name=answer]")
    page.keyboard.type("by keyboard")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/2/$"))
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url(re.compile(r"/1/$"))
    expect(page.locator("textarea[name=answer]")).to_have_value("by keyboard")
    tab_to(".slot:not([aria-current])")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/2/$"))
    tab_to(".room-bar .flag")
    page.keyboard.press("Space")
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    page.locator(".hand-in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to("dialog button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
