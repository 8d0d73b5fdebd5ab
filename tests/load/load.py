"""`python -m tests.load.load`: how many candidates the production server carries, and how fast its saves are.

Prints Markdown tables. First what the server can do at most, with a few connections that ask without a pause, against
the floor: the cheapest save that a database keeps (see floor_urls.py), on the same server and in alternating slices, so
that the ratio does not depend on what else the machine does. Then candidates at a person's pace: each opens its room,
saves every 2 to 4 seconds, and about every tenth time moves to another question.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from tests import PASSWORD
from tests.load.candidates import (
    Candidate,
    add_postgres_option,
    close_database,
    find_lost,
    make_candidates,
    served,
)
from tests.load.connection import Answer, Connection
from tests.serving import Server

LEVELS = [1, 20, 50, 100, 200, 500]
MIXED_LEVEL = 200
PACE = (2, 4)
"""Seconds between an answer and the next save, at least and at most."""
MOVES = 0.1
"""The share of the saves that are moves to another question."""
ARRIVAL = 10
"""Seconds in which a level's candidates open their rooms; what is measured begins after them."""
SIGN_IN_EVERY, EXPORT_EVERY = 1, 2
"""Seconds."""
VISITORS = 50
"""Users who sign in, in turn."""
EXPORTED = 300
"""Finished interviews of the user who exports a history."""
WORDS = (
    "自注意力让每个词元直接看到其他所有词元：查询与键的缩放点积经 softmax 成为权重，再对值加权平均。"
    "它可以并行计算，也能建模长距离依赖；代价是计算与显存随长度平方增长。\n"
    "KV cache keeps the keys and values of earlier tokens, so that each new token costs one step. "
) * 8
TYPED = 40
"""Characters that a candidate has typed more at each save, until WORDS ends and the answer begins anew."""


def typed(number: int) -> str:
    """An answer that grows; its number makes each another one."""
    return f"{WORDS[: 1 + number * TYPED % len(WORDS)]}{number}"


# Asking without a pause


async def save(connection: Connection, candidate: Candidate) -> int:
    text = typed(candidate.seq)
    answer = await connection.ask(candidate.save(1, text))
    if answer.status == 200:
        candidate.heed(1, text, answer)
    return answer.status


async def touch_floor(connection: Connection, candidate: Candidate) -> int:
    """The same form as a save's."""
    fields = candidate.draft(typed(candidate.seq), revision=0)
    return (await connection.ask(candidate.post(f"/floor/{candidate.responses[1]}/", fields))).status


async def read_room(connection: Connection, candidate: Candidate) -> int:
    return (await connection.ask(candidate.room(1))).status


Ask = Callable[[Connection, Candidate], Awaitable[int]]


async def rate(ask: Ask, pairs: list[tuple[Connection, Candidate]], seconds: float, errors: Counter[int]) -> float:
    """Successes a second, each candidate asking as soon as the last answer is there."""
    done = 0
    began = time.monotonic()

    async def ask_on(connection: Connection, candidate: Candidate) -> None:
        nonlocal done
        while time.monotonic() < began + seconds:
            status = await ask(connection, candidate)
            if status == 200:
                done += 1
            else:
                errors[status] += 1

    await asyncio.gather(*(ask_on(*pair) for pair in pairs))
    return done / (time.monotonic() - began)


async def compare(server: Server, candidates: list[Candidate], slices: int, seconds: float) -> dict[str, Any]:
    """Medians of the slices. Each turn has new connections: they land on one worker or the other by chance."""
    asks: dict[str, Ask] = {"floor": touch_floor, "saves": save, "pages": read_room}
    rates: dict[str, list[float]] = {name: [] for name in asks}
    errors: Counter[int] = Counter()
    for turn in range(slices + 1):
        pairs = [(await Connection.to(server.port), candidate) for candidate in candidates]
        for name, ask in asks.items():
            reached = await rate(ask, pairs, seconds if turn else min(1, seconds), errors)
            if turn:  # the first one warms up
                rates[name].append(reached)
        for connection, _ in pairs:
            connection.close()
    medians = {name: median(values) for name, values in rates.items()}
    ratio = medians["saves"] / medians["floor"]
    return {"rates": rates, "medians": medians, "saves_to_floor": ratio, "errors": dict(errors)}


# At a person's pace


@dataclass
class Times:
    """Seconds that each answer took."""

    seconds: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """In milliseconds; only the count where nothing was measured."""
        ordered = sorted(self.seconds)
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1} if ordered else {}
        places = {name: ceil(share * len(ordered)) - 1 for name, share in shares.items()}
        return {"count": len(ordered), **{name: 1000 * ordered[place] for name, place in places.items()}}


@dataclass
class Record:
    """What was asked between two moments of the monotonic clock; errors count at any time."""

    begins: float
    ends: float
    saves: Times = field(default_factory=Times)
    pages: Times = field(default_factory=Times)
    sign_ins: Times = field(default_factory=Times)
    exports: Times = field(default_factory=Times)
    errors: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    """Requests that met a connection which the server had closed as idle, and went out again on a new one."""

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends


class Browser:
    """One candidate's connection, opened anew when the server has closed it."""

    def __init__(self, port: int, record: Record) -> None:
        self.port, self.record = port, record
        self.connection: Connection | None = None

    async def ask(self, request: bytes, times: Times, expected: int = 200) -> Answer | None:
        """None where no answer came or another than expected; both are counted as errors."""
        began = time.monotonic()
        try:
            answer = await self._ask(request)
        except (OSError, TimeoutError) as error:
            self.record.errors[type(error).__name__] += 1
            return None
        if began >= self.record.begins:
            times.seconds.append(time.monotonic() - began)
        if answer.status != expected:
            self.record.errors[str(answer.status)] += 1
            return None
        return answer

    async def _ask(self, request: bytes) -> Answer:
        """As a browser does, a connection that was used before is given a second chance."""
        if self.connection and self.connection.is_open:
            try:
                return await self.connection.ask(request)
            except ConnectionError:
                self.record.retried += 1
        self.connection = await Connection.to(self.port)
        return await self.connection.ask(request)

    def close(self) -> None:
        if self.connection:
            self.connection.close()


async def sit(candidate: Candidate, browser: Browser, rng: random.Random) -> None:
    record = browser.record
    await asyncio.sleep(rng.uniform(0, ARRIVAL - PACE[0]))
    slot = rng.choice(list(candidate.responses))
    page = await browser.ask(candidate.room(slot), record.pages)
    if page:
        candidate.open(slot, page)
    while True:
        await asyncio.sleep(rng.uniform(*PACE))
        if record.is_over:
            break
        go = rng.choice(list(candidate.responses)) if rng.random() < MOVES else None
        text = typed(candidate.seq)
        request = candidate.save(slot, text, go)
        answer = await browser.ask(request, record.saves if go is None else record.pages)
        if answer:
            candidate.heed(slot, text, answer, go)
            slot = go or slot
    browser.close()


async def paced(
    server: Server, candidates: list[Candidate], seconds: float, rng: random.Random, historian: Candidate | None = None
) -> Record:
    """With a historian, others sign in and the historian exports meanwhile."""
    begins = time.monotonic() + ARRIVAL
    record = Record(begins, begins + seconds)
    sitting = [sit(candidate, Browser(server.port, record), rng) for candidate in candidates]
    beside = []
    if historian:
        browser = Browser(server.port, record)
        export = historian.get("/history.csv")
        beside.append(every(SIGN_IN_EVERY, record, lambda number: sign_in(server.port, number, record)))
        beside.append(every(EXPORT_EVERY, record, lambda _: browser.ask(export, record.exports)))
    await asyncio.gather(*sitting, *beside)
    return record


async def every(seconds: float, record: Record, act: Callable[[int], Awaitable[Any]]) -> None:
    """Later only where the last one took longer than that."""
    began = time.monotonic()
    number = 0
    while not record.is_over:
        await act(number)
        number += 1
        await asyncio.sleep(max(0, began + number * seconds - time.monotonic()))


async def sign_in(port: int, number: int, record: Record) -> None:
    """A visitor without a session, from an address of its own: allauth limits how often one address signs in."""
    visitor = Candidate(f"visitor-{number % VISITORS:04}", session="", user_id=0)
    address = f"X-Forwarded-For: 10.0.{number // 250}.{number % 250}\r\n"
    form = {"login": visitor.username, "password": PASSWORD}
    browser = Browser(port, record)
    await browser.ask(visitor.post("/accounts/login/", form, headers=address), record.sign_ins, expected=302)
    browser.close()


def make_historian() -> Candidate:
    """A user with many finished and marked interviews, one a day."""
    from django.db import transaction

    from accounts.models import User
    from quiz.interviews.recipe import Recipe
    from quiz.interviews.services import finish_attempt, start_attempt
    from quiz.results.services import assess_attempt

    [historian] = make_candidates(1, prefix="historian", attempts=False)
    user = User.objects.get(pk=historian.user_id)
    today = datetime.now(UTC)
    with transaction.atomic():
        for day in range(EXPORTED, 0, -1):
            now = today - timedelta(days=day)
            attempt = start_attempt(user=user, recipe=Recipe(language="zh-hans"), now=now)
            finish_attempt(attempt=attempt, now=now + timedelta(minutes=9))
            assess_attempt(attempt=attempt, now=now + timedelta(minutes=9))
    return historian


# What it costs


def memory(server: Server) -> float:
    """Megabytes of all the server's processes: PSS, which counts once what they share.

    Programs beside them that run the same Python make it a few megabytes less.
    """
    kilobytes = 0
    for pid in server.pids():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


@contextmanager
def own_share(result: dict[str, Any]) -> Iterator[None]:
    """Adds what this load generator takes of one processor meanwhile: the server lacks it."""
    clocks = time.process_time(), time.monotonic()
    yield
    result["generator"] = (time.process_time() - clocks[0]) / (time.monotonic() - clocks[1])


# The parts


def measure_level(
    server: Server,
    candidates: list[Candidate],
    seconds: float,
    rng: random.Random,
    historian: Candidate | None = None,
) -> dict[str, Any]:
    result: dict[str, Any] = {"candidates": len(candidates)}
    with own_share(result):
        record = asyncio.run(paced(server, candidates, seconds, rng, historian))
    for name in ("saves", "pages", "sign_ins", "exports"):
        result[name] = getattr(record, name).summary()
    result["saves_a_second"] = len(record.saves.seconds) / seconds
    result["errors"], result["retried"] = dict(record.errors), record.retried
    result["lost"] = find_lost(candidates)
    result["memory"] = memory(server)
    close_database()
    return result


def table(headings: list[str], rows: list[list[Any]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def milliseconds(summary: dict[str, float]) -> list[str]:
    return [f"{summary[name]:.0f}" if name in summary else "–" for name in ("p50", "p95", "p99", "max")]


def unpaced_table(result: dict[str, Any]) -> str:
    names = {
        "floor": "the floor: session, CSRF check, form, the text by one UPDATE by primary key",
        "saves": "autosaves",
        "pages": "room pages",
    }
    rows = [
        [words, f"{result['medians'][name]:.0f}", f"{min(result['rates'][name]):.0f}–{max(result['rates'][name]):.0f}"]
        for name, words in names.items()
    ]
    notes = f"Saves to floor: {result['saves_to_floor']:.2f}; errors: {result['errors'] or 0}; "
    notes += f"the load generator took {result['generator']:.0%} of one processor.\n"
    return f"{table(['without a pause', 'a second', 'slices'], rows)}\n{notes}"


def paced_table(levels: list[dict[str, Any]]) -> str:
    headings = ["at once", "saves/s", "save p50 ms", "p95", "p99", "max", "page p50 ms", "p95", "p99", "max"]
    headings += ["errors", "retried", "lost", "memory MB", "generator"]
    rows = [
        [
            level["candidates"],
            f"{level['saves_a_second']:.1f}",
            *milliseconds(level["saves"]),
            *milliseconds(level["pages"]),
            level["errors"] or 0,
            level["retried"],
            len(level["lost"]),
            f"{level['memory']:.0f}",
            f"{level['generator']:.0%}",
        ]
        for level in levels
    ]
    return table(headings, rows)


def mixed_table(level: dict[str, Any]) -> str:
    names = {"saves": "saves", "pages": "pages", "sign_ins": "sign-ins", "exports": f"exports of {EXPORTED} interviews"}
    rows = [[words, level[name]["count"], *milliseconds(level[name])] for name, words in names.items()]
    notes = f"Errors: {level['errors'] or 0}; lost: {len(level['lost'])}; memory {level['memory']:.0f} MB.\n"
    heading = f"{level['candidates']} candidates beside others"
    return f"{table([heading, 'count', 'p50 ms', 'p95', 'p99', 'max'], rows)}\n{notes}"


def measure(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """Prints each table as soon as it is there."""
    rng = random.Random(options.seed)
    results: dict[str, Any] = {"memory_at_start": memory(server)}
    most = max([*options.candidates, options.connections, options.mixed if options.mix else 0])
    candidates = make_candidates(most)
    if options.mix:
        make_candidates(VISITORS, prefix="visitor", attempts=False)
    historian = make_historian() if options.mix else None
    close_database()
    if options.slices:
        unpaced: dict[str, Any] = {}
        with own_share(unpaced):
            first = candidates[: options.connections]
            unpaced |= asyncio.run(compare(server, first, options.slices, options.slice_seconds))
        results["unpaced"] = unpaced
        print(unpaced_table(unpaced), flush=True)
    levels = results["levels"] = []
    for count in options.candidates:
        print(f"{count} candidates …", file=sys.stderr, flush=True)
        levels.append(measure_level(server, candidates[:count], options.seconds, rng))
    if levels:
        print(paced_table(levels), flush=True)
    if historian:
        mixed = results["mixed"] = measure_level(server, candidates[: options.mixed], options.seconds, rng, historian)
        print(mixed_table(mixed), flush=True)
    return results


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, nargs="*", default=LEVELS, help="at once; none skips this part")
    parser.add_argument("--seconds", type=float, default=20, help="measured at each level, after its arrivals")
    parser.add_argument("--connections", type=int, default=8, help="that ask without a pause")
    parser.add_argument("--slices", type=int, default=5, help="of floor, saves and pages in turn; 0 skips this part")
    parser.add_argument("--slice-seconds", type=float, default=3)
    parser.add_argument("--mix", action="store_true", help="in the end, saves beside sign-ins and exports")
    parser.add_argument("--mixed", type=int, default=MIXED_LEVEL, help="candidates who save beside the others")
    parser.add_argument("--workers", default="", help="of the server; its own default where this is not given")
    parser.add_argument("--threads", default="", help="of each worker")
    parser.add_argument("--server", default="", metavar="COMMAND", help="another server, with {port} for the port")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    add_postgres_option(parser)
    return parser.parse_args()


def main() -> int:
    options = parse()
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.load.floor_settings",
        "WORKERS": options.workers,
        "THREADS": options.threads,
        "TRUSTED_PROXIES": "1",
    }
    with served(on_postgres=options.postgres, environment=environment, command=options.server) as server:
        results = measure(server, options)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    parts = [*results["levels"], *filter(None, [results.get("mixed"), results.get("unpaced")])]
    return 1 if any(part["errors"] or part.get("lost") for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
