"""The server as `make run` starts it: production settings, hashed and compressed files, a cold browser."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.base import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 60_000
"""Bytes over the wire for a cold room page, everything in it."""
REQUESTS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    var = str(tmp_path_factory.mktemp("var"))
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": var, "PORT": port, "LANG": "C.UTF-8"}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert "http://localhost" in process.stdout.readline()
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str) -> None:
    opener = urllib.request.build_opener()
    for _ in range(200):
        try:
            opener.open(f"{address}/readyz", timeout=5).close()
        except OSError:
            with pytest.MonkeyPatch.context():
                subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise AssertionError("the server does not answer")


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
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.reload(wait_until="networkidle")
    context.close()
    print(f"room page, cold: {sum(sizes)} bytes in {len(sizes)} requests")
    assert len(sizes) <= REQUESTS
    assert sum(sizes) < BUDGET


def test_static_files_are_compressed_and_cached_for_good(server, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    answers = []
    page.on("response", lambda response: answers.append(response))
    page.goto(server)
    static = [answer for answer in answers if "/static/" in answer.url and answer.url.endswith((".css", ".js"))]
    assert static
    for answer in static:
        assert answer.header_value("content-encoding") in {"br", "gzip"}
        assert "immutable" in answer.header_value("cache-control")
    context.close()
