"""The server as `make run` starts it: production settings, hashed and compressed files, a cold browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import PASSWORD
from tests.browser.room_page import ANSWER, saved, saved_by_itself
from tests.serving import Server, serving

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


def test_a_server_killed_under_the_page_loses_nothing_and_the_page_goes_on_when_it_is_back(tmp_path, browser: Browser):
    server = Server(tmp_path)
    server.prepare()
    server.start()
    context = browser.new_context(locale="en-GB")
    try:
        page = context.new_page()
        sign_up_and_start(page, server.address)
        page.fill(ANSWER, "before")
        saved(page)
        server.kill()
        page.locator(ANSWER).press_sequentially(", during")
        expect(page.locator("#save-status")).to_contain_text("Kept on this device")
        server.start()
        saved_by_itself(page)
        page.locator(ANSWER).press_sequentially(", after")
        saved(page)
        page.reload()
        expect(page.locator(ANSWER)).to_have_value("before, during, after")
    finally:
        context.close()
        server.kill()
