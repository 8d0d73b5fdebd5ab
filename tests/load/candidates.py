"""Candidates for the load scripts: made straight in the database, and speaking as the room's page does."""

import argparse
import os
import re
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django

from tests import PASSWORD
from tests.load.connection import Answer
from tests.serving import Server
from tests.with_postgres import postgres

MINUTES = 180
"""Nobody's time runs out while we measure."""
SHOWN_LINES = 200
CSRF = "0123456789abcdefghijklmnopqrstuv"
BOUNDARY = "----viva-load"
REVISION = re.compile(r'name="revision" value="(\d+)"')


# The server and its database


@contextmanager
def served(*, on_postgres: bool, environment: Mapping[str, str] | None = None, command: str = "") -> Iterator[Server]:
    """A started server with a new database, on which Django is set up here too; both are gone afterwards."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is stopped in that case too
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory(prefix="viva-load-"))
        more = dict(environment or {})
        if on_postgres:
            more["DATABASE_URL"] = stack.enter_context(postgres())
        log = Path(var) / "server.log"
        server = Server(Path(var), environment=more, command=command, log=log)
        server.prepare()
        set_up_django(server.environment)
        stack.callback(show_unexpected, log)
        stack.callback(close_database)
        stack.callback(server.stop)
        server.start()
        yield server


def set_up_django(environment: Mapping[str, str]) -> None:
    """For this process, with the same database and secret key as the server's."""
    for name in ("VAR_DIR", "DATABASE_URL", "CACHE_URL"):
        os.environ.pop(name, None)
        if name in environment:
            os.environ[name] = environment[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()


def show_unexpected(log: Path) -> None:
    """What the server said, but for the conflicts and the late saves that we provoke, each of which is a line."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    told = [line for line in lines if " WARNING django.request: " not in line]
    print(*told[-SHOWN_LINES:], sep="\n", end="\n" if told else "", file=sys.stderr)


def close_database() -> None:
    """So that nobody but the server holds the database open: after a kill it has to recover it by itself."""
    from django.db import connections

    connections.close_all()


def add_postgres_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--postgres", action="store_true", help="on a throwaway PostgreSQL instead of SQLite")


# Candidates


@dataclass
class Candidate:
    """A signed-in user with a running attempt, and what the open page knows.

    For each slot it keeps the last text that the server acknowledged, and those sent later that had no answer.
    """

    username: str
    session: str
    user_id: int
    attempt_id: str = ""
    responses: dict[int, int] = field(default_factory=dict)
    """Primary keys by slot."""
    page: str = ""
    seq: int = 0
    revisions: dict[int, int] = field(default_factory=dict)
    acknowledged: dict[int, str] = field(default_factory=dict)
    unanswered: dict[int, list[str]] = field(default_factory=dict)

    def get(self, path: str, *, headers: str = "") -> bytes:
        return self._head("GET", path, headers).encode()

    def post(self, path: str, fields: Mapping[str, object], *, headers: str = "HX-Request: true\r\n") -> bytes:
        body = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        encoded = f"{body}--{BOUNDARY}--\r\n".encode()
        headers += f"X-CSRFToken: {CSRF}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        headers += f"Content-Length: {len(encoded)}\r\n"
        return self._head("POST", path, headers).encode() + encoded

    def _head(self, method: str, path: str, headers: str) -> str:
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: csrftoken={CSRF}{f'; sessionid={self.session}' if self.session else ''}\r\n"
            f"Accept-Encoding: gzip, deflate, br\r\nAccept-Language: zh-CN\r\n{headers}\r\n"
        )

    def interview(self, rest: str = "") -> str:
        return f"/interviews/{self.attempt_id}/{rest}"

    def room(self, slot: int) -> bytes:
        return self.get(self.interview(f"{slot}/"))

    def draft(self, text: str, revision: int) -> dict[str, object]:
        """What the page's form holds."""
        self.seq += 1
        return {"answer": text, "revision": revision, "seconds": 3, "page": self.page, "seq": self.seq}

    def save(self, slot: int, text: str, go: int | None = None) -> bytes:
        """An autosave; with `go` a move to that slot, as htmx sends it."""
        self.unanswered.setdefault(slot, []).append(text)
        move = {} if go is None else {"go": go}
        fields = self.draft(text, self.revisions.get(slot, 0)) | move
        return self.post(self.interview(f"responses/{slot}/"), fields)

    def heed(self, slot: int, text: str, answer: Answer, go: int | None = None) -> None:
        """The server has stored the text; its fragment brings the revision of the slot that is open now."""
        self.keep(slot, text)
        self.revisions[slot if go is None else go] = int(REVISION.search(answer.text)[1])

    def keep(self, slot: int, text: str) -> None:
        """From now on no text older than this one may stand in that slot."""
        self.acknowledged[slot] = text
        self.unanswered[slot] = []

    def open(self, slot: int, answer: Answer) -> None:
        """A page has loaded."""
        self.page = secrets.token_hex(12)
        self.revisions[slot] = int(REVISION.search(answer.text)[1])


def make_candidates(
    count: int, *, prefix: str = "candidate", questions: int = 5, attempts: bool = True
) -> list[Candidate]:
    """Users with a password and a session, and by default each with a running attempt."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.hashers import make_password
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction

    from accounts.models import User
    from quiz.interviews.recipe import Recipe
    from quiz.interviews.services import start_attempt

    recipe = Recipe(language="zh-hans", count=questions, minutes=MINUTES)
    password = make_password(PASSWORD)  # one hash for all: it takes 0.4 s, and to check it takes as long for each
    names = [f"{prefix}-{number:04}" for number in range(count)]
    User.objects.bulk_create([User(username=name, password=password) for name in names])
    candidates = []
    with transaction.atomic():
        for user in User.objects.filter(username__in=names).order_by("username"):
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            candidate = Candidate(user.username, session.session_key, user.pk, page=secrets.token_hex(12))
            if attempts:
                attempt = start_attempt(user=user, recipe=recipe, now=datetime.now(UTC))
                candidate.attempt_id = str(attempt.pk)
                candidate.responses = dict(attempt.responses.values_list("slot", "pk"))
            candidates.append(candidate)
    return candidates


def find_lost(candidates: list[Candidate]) -> list[str]:
    """One line for each slot whose stored text is neither the last acknowledged one nor one sent after it.

    Nothing may be under way meanwhile. What stands there now must not vanish later, acknowledged or not.
    """
    from quiz.interviews.models import Response

    attempts = [candidate.attempt_id for candidate in candidates]
    rows = Response.objects.filter(attempt__in=attempts).values_list("attempt", "slot", "answer")
    stored = {(str(attempt), slot): answer for attempt, slot, answer in rows}
    lost = []
    for candidate in candidates:
        for slot in candidate.responses:
            there = stored[candidate.attempt_id, slot]
            last = candidate.acknowledged.get(slot, "")
            if there == last or there in candidate.unanswered.get(slot, ()):
                candidate.keep(slot, there)
            else:
                lost.append(f"{candidate.username} slot {slot}: {there[:40]!r} instead of {last[:40]!r}")
    return lost
