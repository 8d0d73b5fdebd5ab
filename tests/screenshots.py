"""`make screenshots`: a demonstration candidate walks through the real application, in both languages and themes.

Writes var/screenshots/<page>-<language>-<theme>-<width>.png. The database is one of its own, thrown away at the end.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import PASSWORD
from tests.serving import ROOT, serving

FOLDER = ROOT / "var" / "screenshots"
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-GB"}
THEMES = ("light", "dark")
WIDTHS = {1280: 800, 360: 740}
QUESTIONS = [
    question
    for name in ("twenty_entries", "llm_2026")
    for question in json.loads((ROOT / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))["questions"]
]
NEWER = [question["slug"] for question in QUESTIONS if question["number"] in (25, 36, 42, 46, 57)]


def typed(language: str, page: Page) -> str:
    """Most of the reference answer."""
    suffix = language[:2]
    title = page.locator("h1").inner_text()
    [answer] = [one[f"reference_answer_{suffix}"] for one in QUESTIONS if one[f"title_{suffix}"] == title]
    lines = [line for line in answer.replace("**", "").splitlines() if line.strip()]
    return "\n".join(lines[: max(1, len(lines) * 2 // 3)])


class Camera:
    """Takes a page in every width and theme, in one language, with one candidate's session."""

    def __init__(self, browser: Browser, address: str, language: str) -> None:
        self.browser, self.address, self.language = browser, address, language
        self.state: dict | None = None

    @contextmanager
    def page(self, width: int = 1280, theme: str = "light") -> Iterator[Page]:
        context: BrowserContext = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=theme,
            locale=LANGUAGES[self.language],
            timezone_id="Asia/Shanghai",
            storage_state=self.state,
        )
        yield context.new_page()
        context.close()

    def sign_in(self, username: str) -> None:
        with self.page() as page:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", username)
            page.fill("input[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_url(f"{self.address}/")
            self.state = page.context.storage_state()

    def take(self, name: str, path: str, *, whole: bool = True, before: str = "") -> None:
        """`before` is a selector to click first."""
        for width in WIDTHS:
            for theme in THEMES:
                with self.page(width, theme) as page:
                    page.goto(path, wait_until="networkidle")
                    if before:
                        page.locator(before).first.click()
                        page.wait_for_timeout(300)
                    file = FOLDER / f"{name}-{self.language}-{theme}-{width}.png"
                    page.screenshot(path=file, full_page=whole, animations="disabled")


def walk(camera: Camera, username: str, result: str) -> None:
    camera.take("landing", "/")
    camera.take("sign-up", "/accounts/signup/")
    camera.take("sign-in", "/accounts/login/")
    camera.take("error-404", "/there-is-no-such-page/")
    camera.sign_in(username)
    camera.take("home", "/")
    camera.take("set-up", "/interviews/new/")
    camera.take("questions", "/questions/")
    camera.take("question", "/questions/self-attention-in-the-transformer/")
    camera.take("question-answer", "/questions/self-attention-in-the-transformer/?answer=1")
    for slug in NEWER:
        camera.take(slug, f"/questions/{slug}/?answer=1")
    camera.take("result-systems", result)
    camera.take("history", "/history/")
    camera.take("settings", "/accounts/settings/")
    camera.take("error-403", "/admin/")
    with camera.page() as page:
        page.goto("/")
        page.locator("main form button").first.click()
        page.wait_for_url(re.compile(r".*/interviews/[0-9a-f-]{36}/1/"))
        room = page.url.removesuffix("1/").removeprefix(camera.address)
        page.fill("textarea[name=answer]", typed(camera.language, page))
        page.locator(".next").click()
        page.wait_for_url("**/2/")
        page.fill("textarea[name=answer]", typed(camera.language, page))
        page.locator("#flag").click()
        page.locator("#flag[aria-pressed=true]").wait_for()
        page.locator(".next").click()
        page.wait_for_url("**/3/")
        page.fill("textarea[name=answer]", typed(camera.language, page))
        page.locator("#save-status time").wait_for()
    camera.take("home-running", "/")
    camera.take("set-up-running", "/interviews/new/")
    camera.take("room", f"{room}3/", whole=False)
    camera.take("hand-in", f"{room}3/", whole=False, before=".hand-in")
    with camera.page() as page:
        page.goto(f"{room}finish/")
        page.locator("main form button").first.click()
        page.wait_for_url("**/result/")
    camera.take("result", f"{room}result/")


def demonstrate() -> dict[str, str]:
    """Candidates with some weeks of history, and an editor; of each candidate the address of the newest result."""
    from accounts.models import User
    from quiz.interviews.models import Attempt
    from quiz.interviews.recipe import Recipe
    from quiz.interviews.services import Draft, finish_attempt, start_attempt
    from quiz.results.services import assess_attempt
    from tests.base import save_draft

    User.objects.create_superuser("editor", "editor@example.org", PASSWORD)
    today = datetime.now(UTC)
    results = {}
    for language, username in {"zh-hans": "lin", "en": "robin"}.items():
        user = User.objects.create_user(username, password=PASSWORD)
        for times in range(8):
            now = today - timedelta(days=27 - 3 * times, hours=times)
            recipe = Recipe(language=language, topics=["systems"] if times == 7 else [])
            attempt: Attempt = start_attempt(user=user, recipe=recipe, now=now, seed=times)
            for response in attempt.responses.select_related("version"):
                words = response.version.content[f"reference_answer_{language[:2]}"]
                part = words[: len(words) * (3 + times) // 11]
                draft = Draft(slot=response.slot, answer=part, revision=0, seconds=110 + 9 * times)
                save_draft(attempt, draft, now=now + timedelta(minutes=3 * response.slot - 1))
            finish_attempt(attempt=attempt, now=now + timedelta(minutes=14))
            assess_attempt(attempt=attempt, now=now + timedelta(minutes=14))
        results[username] = f"/interviews/{attempt.pk}/result/"
    return results


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as var:
        os.environ["VAR_DIR"] = var
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        django.setup()
        with serving(Path(var)) as address, sync_playwright() as playwright:
            from tests.browser.conftest import launch

            results = demonstrate()
            browser = launch(playwright)
            for language, username in {"zh-hans": "lin", "en": "robin"}.items():
                walk(Camera(browser, address, language), username, results[username])
                desk = Camera(browser, address, language)
                desk.sign_in("editor")
                desk.take("admin-questions", "/admin/bank/question/")
                desk.take("admin-question", "/admin/bank/question/1/change/")
            browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} screenshots in {FOLDER.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
