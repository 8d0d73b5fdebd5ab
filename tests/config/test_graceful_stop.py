"""A server that is told to stop, as by a deployment, first answers the saves that are under way."""

import http.client
import re
import signal
import socket
import sqlite3
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests import PASSWORD
from tests.serving import PATIENCE, Server


class Browser:
    """A candidate without scripts, over plain HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Referer", f"{address}/")]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    @property
    def token(self) -> str:
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken")

    def fill_in(self, path: str, **fields: str) -> str:
        """Get a form's page and send the form; the address that this leads to."""
        self.opener.open(self.address + path, timeout=PATIENCE).close()
        form = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": self.token}).encode()
        with self.opener.open(self.address + path, form, timeout=PATIENCE) as response:
            return response.url

    def interview(self) -> str:
        """The path of an interview's room, the candidate just signed up."""
        self.fill_in("/accounts/signup/", username="alice", email="", password1=PASSWORD, password2=PASSWORD)
        room = self.fill_in("/interviews/new/", count="2", minutes="15", language="en", format="paper")
        found = re.search(r"/interviews/[0-9a-f-]{36}/", room)
        assert found, room
        return found[0]

    def save_request(self, interview: str, answer: str) -> tuple[bytes, bytes]:
        """A save of slot 1 as it goes over the wire: its head, and its body, which the server has to ask for."""
        fields = {"revision": "0", "seconds": "1", "answer": answer}
        parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
        body = "".join([*parts, "--b--\r\n"]).encode()
        head = [
            f"POST {interview}responses/1/ HTTP/1.1",
            f"Host: {self.address.removeprefix('http://')}",
            f"Cookie: {self.cookie}",
            f"X-CSRFToken: {self.token}",
            f"Referer: {self.address}/",
            "HX-Request: true",
            "Content-Type: multipart/form-data; boundary=b",
            f"Content-Length: {len(body)}",
            "Connection: close",
            "Expect: 100-continue",
        ]
        return "\r\n".join([*head, "\r\n"]).encode(), body


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.prepare()
    server.start()
    yield server
    server.stop()


def wait_until_it_takes_no_more(port: int) -> None:
    """Until the listening socket is closed: the signal has reached every worker."""
    pause = threading.Event()
    for _ in range(PATIENCE * 20):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        pause.wait(0.05)
    raise AssertionError("the server goes on listening")


@contextmanager
def save_under_way(port: int, head: bytes) -> Iterator[socket.socket]:
    """The connection on which a worker has begun with the save: it asks for the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(head)
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += connection.recv(1)
        assert asked.startswith(b"HTTP/1.1 100 ")
        yield connection


def status_of_answer(connection: socket.socket) -> int:
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


def stored_answers(var: Path) -> list[str]:
    with closing(sqlite3.connect(var / "viva.sqlite3")) as database:
        return [answer for (answer,) in database.execute("SELECT answer FROM interviews_response ORDER BY slot")]


def test_a_save_that_is_half_here_when_the_server_is_told_to_stop_is_answered_and_stored(server, tmp_path):
    candidate = Browser(server.address)
    head, body = candidate.save_request(candidate.interview(), "half here")
    with save_under_way(server.port, head) as connection:
        connection.sendall(body[:-20])
        server.process.send_signal(signal.SIGTERM)
        wait_until_it_takes_no_more(server.port)
        connection.sendall(body[-20:])
        assert status_of_answer(connection) == 200
    assert server.process.wait(PATIENCE) == 0
    assert stored_answers(tmp_path) == ["half here", ""]


def test_a_save_that_waits_for_the_database_when_the_server_is_told_to_stop_is_answered_and_stored(server, tmp_path):
    candidate = Browser(server.address)
    head, body = candidate.save_request(candidate.interview(), "waiting")
    with closing(sqlite3.connect(tmp_path / "viva.sqlite3", isolation_level=None)) as another_writer:
        another_writer.execute("BEGIN IMMEDIATE")
        with save_under_way(server.port, head) as connection:
            connection.sendall(body)
            server.process.send_signal(signal.SIGTERM)
            wait_until_it_takes_no_more(server.port)
            another_writer.execute("ROLLBACK")
            assert status_of_answer(connection) == 200
    assert server.process.wait(PATIENCE) == 0
    assert stored_answers(tmp_path) == ["waiting", ""]
