"""A real Chromium against the real application in this process, so that time can be travelled."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from accounts.models import User
from quiz.interviews.models import Attempt
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import start_attempt

# The live server answers in threads; Playwright's own event loop in this thread is no reason to forbid the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ENTRIES = settings.BASE_DIR / "fixtures" / "twenty_entries.json"
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
WANTED = "A browser test needs Chromium: install it (on Debian: apt install chromium), or name yours with CHROMIUM="


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.xdist_group("browser"))


def launch(playwright: Playwright) -> Browser:
    """CHROMIUM=, else Debian's, else the one that Playwright has or can fetch; a clear word where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found and not Path(playwright.chromium.executable_path).exists():
        fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
        if subprocess.run(fetch, check=False).returncode != 0:
            raise RuntimeError(WANTED)
    try:
        return playwright.chromium.launch(executable_path=found, args=QUIET)
    except Error as error:
        raise RuntimeError(f"{found or 'Chromium'} does not start. {WANTED}") from error


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """Give the context a session of the user's, for the server at this address."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def bank(transactional_db: None) -> None:
    call_command("load_bank", ENTRIES, verbosity=0)


@pytest.fixture
def context_of(browser: Browser, live_server) -> Iterator[Callable[..., BrowserContext]]:
    """A maker of browser contexts, each a device of its own; a script error or a CSP violation fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(
        size: str = "desktop", language: str = "en", time_zone: str = "Asia/Shanghai", **options: object
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=SIZES[size],
            locale={"en": "en-GB", "zh-hans": "zh-CN"}[language],
            timezone_id=time_zone,
            has_touch=size == "phone",
            is_mobile=size == "phone",
            **options,
        )
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda message: faults.append(message.text) if _is_fault(message.text) else None)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


@pytest.fixture
def page(context_of) -> Page:
    return context_of().new_page()


@pytest.fixture
def user(bank) -> User:
    return User.objects.create_user("alice", password=None, language="en", time_zone="UTC")


@pytest.fixture
def attempt(user) -> Attempt:
    recipe = Recipe(language="zh-hans", count=3, minutes=15)
    return start_attempt(user=user, recipe=recipe, now=datetime.now(UTC), seed=1)


@pytest.fixture
def signed_in(context_of, live_server, user) -> BrowserContext:
    context = context_of()
    sign_in(context, live_server.url, user)
    return context


@pytest.fixture
def room(signed_in, attempt) -> Page:
    page = signed_in.new_page()
    page.goto(f"/interviews/{attempt.pk}/1/")
    return page
