"""The server as `make run` starts it: production settings, hashed and compressed files, a cold browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import PASSWORD
from tests.serving import serving

BUDGET = 60_000
"""Bytes over the wire for a cold room page, everything in it."""
REQUESTS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("var")) as address:
        yield address


def sign_up_and_start(page: Page, server: str) -> None:
    page.goto(f"{server}/accounts/signup/")
    page.fill("input[name=username]", "newcomer")
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{server}/interviews/new/")
    page.locator("form.set-up button").click()
    page.wait_for_url("**/1/")


def test_a_cold_room_page_is_under_60_kb_in_at_most_8_requests(server, browser: Browser):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    sign_up_and_start(page, server)
    room = page.url
    page.goto("about:blank")  # so that nothing of the pages before is still loading
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(room, wait_until="networkidle")
    context.close()
    assert len(sizes) <= REQUESTS
    assert 10_000 < sum(sizes) < BUDGET


def test_static_files_are_compressed_and_cached_for_good(server, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    with page.expect_response("**/base.*.css") as style, page.expect_response("**/page.*.js") as script:
        page.goto(server)
    for answer in (style.value, script.value):
        assert answer.header_value("content-encoding") in {"br", "gzip"}
        assert "immutable" in answer.header_value("cache-control")
    context.close()
