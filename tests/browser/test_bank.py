"""The bank in a real browser: search while typing, filters with Back, the answer on request, and the editors' form."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from quiz.bank.models import Question
from tests.browser.conftest import sign_in


def page_of(context: BrowserContext, address: str, user: User) -> Page:
    sign_in(context, address, user)
    return context.new_page()


@pytest.fixture
def reader(bank, context_of, live_server) -> Page:
    user = User.objects.create_user("alice", language="en")
    return page_of(context_of(), live_server.url, user)


def test_typing_searches_after_a_pause_and_keeps_the_field(reader):
    reader.goto("/questions/")
    field = reader.get_by_role("searchbox")
    field.press_sequentially("梯度消失", delay=20)
    expect(reader.locator("#question-count")).to_have_text(re.compile(r"^\d+ questions found$"))
    expect(reader.locator(".question-row").first).to_contain_text("gradient")
    expect(field).to_be_focused()
    expect(reader).to_have_url(re.compile(r"\?q="))
    field.press_sequentially("怎么办", delay=20)
    expect(reader).to_have_url(re.compile("q=.*" + "%E5%8A%9E$"))
    # What was typed on is the same step: Back leads to the list before the search.
    reader.go_back()
    expect(reader.locator("#question-count")).to_have_text("20 questions")
    expect(field).to_have_value("")


def test_a_composition_is_not_searched_for_before_it_ends(reader):
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    reader.clock.install()
    reader.goto("/questions/")
    session = reader.context.new_cdp_session(reader)
    reader.get_by_role("searchbox").focus()
    session.send("Input.imeSetComposition", {"text": "ti du", "selectionStart": 5, "selectionEnd": 5})
    reader.clock.run_for(5000)
    assert asked == []
    session.send("Input.insertText", {"text": "梯度"})
    reader.clock.run_for(5000)
    expect(reader).to_have_url(re.compile("%E6%A2%AF%E5%BA%A6"))


def test_filters_keep_the_search_the_focus_and_the_way_back(reader):
    reader.goto("/questions/?q=model")
    reader.get_by_role("link", name=re.compile("^Hard")).click()
    expect(reader).to_have_url(re.compile(r"\?q=model&difficulty=hard$"))
    expect(reader.locator("#difficulty-hard")).to_be_focused()
    expect(reader.locator("#difficulty-hard")).to_have_attribute("aria-current", "true")
    reader.get_by_role("searchbox").fill("GAN")
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile(r"\?q=GAN&difficulty=hard$"))
    reader.go_back()
    expect(reader).to_have_url(re.compile(r"\?q=model$"))
    expect(reader.get_by_role("searchbox")).to_have_value("model")
    expect(reader.locator("#difficulty-all")).to_have_attribute("aria-current", "true")


def test_the_answer_comes_on_request_with_the_focus(reader):
    reader.goto("/questions/what-is-reparameterization/")
    expect(reader.get_by_text("Only in Chinese so far.")).to_have_count(0)
    reader.get_by_role("link", name="Show the answer").click()
    expect(reader.get_by_role("heading", name="Reference answer")).to_be_focused()
    expect(reader).to_have_url(re.compile(r"\?answer=1$"))
    reader.go_back()
    expect(reader.get_by_role("link", name="Show the answer")).to_be_visible()
    expect(reader.get_by_role("heading", name="Reference answer")).to_have_count(0)


@pytest.mark.parametrize("path", ["/questions/", "/questions/?q=%E6%A2%AF%E5%BA%A6&difficulty=medium"])
def test_the_bank_works_without_scripts(bank, context_of, live_server, path):
    user = User.objects.create_user("alice", language="zh-hans")
    page = page_of(context_of("phone", "zh-hans", java_script_enabled=False), live_server.url, user)
    page.goto(path)
    page.get_by_role("searchbox").fill("自注意力")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=%E8%87%AA"))
    page.locator(".question-row a").first.click()
    page.locator("a[href='?answer=1']").click()
    expect(page.locator("#answer-title")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_editor_previews_and_saves_a_question(bank, context_of, live_server, language):
    editor = User.objects.create_superuser("editor", language=language)
    page = page_of(context_of("desktop", language), live_server.url, editor)
    question = Question.objects.get(number=3)
    page.goto(f"/admin/bank/question/{question.pk}/change/")
    text = page.locator("#id_explanation_en")
    text.fill("**Bold** and $x^2$ <script>alert(1)</script>")
    box = page.locator("#id_explanation_en_preview")
    button = page.locator("[aria-controls=id_explanation_en_preview]")
    button.click()
    expect(box.locator("strong")).to_have_text("Bold")
    expect(box.locator("math")).to_have_count(1)
    expect(box.locator("script")).to_have_count(0)
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(box).to_be_hidden()
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert question.versions.count() == 2


def test_a_key_point_is_added_in_the_form(bank, context_of, live_server):
    editor = User.objects.create_superuser("editor", language="en")
    page = page_of(context_of(), live_server.url, editor)
    question = Question.objects.get(number=1)
    count = question.key_points.count()
    page.goto(f"/admin/bank/question/{question.pk}/change/")
    page.get_by_text("Add another Key point").click()
    page.locator(f"#id_key_points-{count}-label_zh").fill("新要点")
    page.locator(f"#id_key_points-{count}-expressions").fill("一\nb*d")
    page.locator("input[name=_continue]").first.click()
    expect(page.get_by_text("Line 2, character 2 of “b*d”")).to_be_visible()
    page.locator(f"#id_key_points-{count}-expressions").fill("一\nbd*")
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert question.key_points.last().expressions == "一\nbd*"
    assert question.key_points.last().position == count + 1


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/bank/question/",
        "/admin/bank/question/add/",
        "/admin/bank/questionversion/",
        "/admin/bank/topic/add/",
        "/admin/interviews/blueprint/add/",
        "/admin/interviews/attempt/",
        "/admin/results/assessment/",
        "/admin/accounts/user/",
    ],
)
def test_the_desk_holds_under_the_strict_policy(bank, context_of, live_server, path):
    editor = User.objects.create_superuser("editor", language="zh-hans")
    page = page_of(context_of("desktop", "zh-hans"), live_server.url, editor)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#site-name")).to_be_visible()
