"""`python -m tests.load.kill`: is every acknowledged save still there after the server was killed at any moment?

Candidates save without a pause while SIGKILL meets parent and workers of the production server together, again and
again. After each restart the database must hold, byte for byte, the last text that the server acknowledged, or one that
the same candidate sent later and whose answer died with the connection. Exit code 1 if anything was lost.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.load.candidates import Candidate, add_postgres_option, close_database, find_lost, make_candidates, served
from tests.load.connection import Connection
from tests.serving import Server

PIECES = [
    "注意力机制", "让每个词元", "直接看到", "其他所有词元，", "键值缓存。", "\n", "\n\n", "  ", "𠮷", "é", "e\u0301",
    "softmax(QKᵀ/√d)", "gradient ", "checkpointing ", "<b>&amp;</b>", "🙂", "👩🏽‍💻", "🇨🇳", "'; DROP TABLE --",
    "\t", "“引号”",
]  # fmt: skip
LONGEST = 600
"""Pieces of an answer: about 3,000 characters."""


@dataclass
class Tally:
    acknowledged: int = 0
    cut_off: int = 0
    """Saves that were under way when the server was killed."""
    kills: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    """Statuses other than 200: none is expected."""
    lost: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    """Seconds from the start of the process to its first answer."""


def some_text(rng: random.Random, number: int) -> str:
    """Any text, begun and ended by its number, so that a torn one shows and no two are equal."""
    return f"{number} {''.join(rng.choices(PIECES, k=rng.randint(0, LONGEST)))} {number}"


async def save_on(candidate: Candidate, port: int, rng: random.Random, tally: Tally, over: asyncio.Event) -> None:
    """Until the connection breaks or it is over: one save after the other, each to any of the questions."""
    connection = None
    try:
        connection = await Connection.to(port)
        while not over.is_set():
            slot = rng.choice(list(candidate.responses))
            text = some_text(rng, candidate.seq)
            answer = await connection.ask(candidate.save(slot, text))
            if answer.status == 200:
                candidate.heed(slot, text, answer)
                tally.acknowledged += 1
            else:
                tally.refused[answer.status] += 1
    except (OSError, TimeoutError):
        tally.cut_off += 1
    finally:
        if connection:
            connection.close()


async def live(
    server: Server, candidates: list[Candidate], seconds: float, rng: random.Random, tally: Tally, *, kill: bool
) -> None:
    """One life of the server: everybody saves for that long, then it is killed in the midst of it."""
    over = asyncio.Event()
    saving = [asyncio.create_task(save_on(candidate, server.port, rng, tally, over)) for candidate in candidates]
    await asyncio.sleep(seconds)
    if kill:
        server.kill()
        tally.kills += 1
    else:
        over.set()
    await asyncio.gather(*saving)


def torture(server: Server, candidates: list[Candidate], seconds: float, kills: int, rng: random.Random) -> Tally:
    tally = Tally()
    moments = sorted(rng.uniform(0, seconds) for _ in range(kills))
    for begins, ends in zip([0, *moments], [*moments, seconds], strict=True):
        last = ends == seconds
        asyncio.run(live(server, candidates, ends - begins, rng, tally, kill=not last))
        if not last:
            started = time.monotonic()
            server.start()
            tally.restarts.append(time.monotonic() - started)
        tally.lost += find_lost(candidates)
        close_database()
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="of saving in all, the restarts not counted")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--candidates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    add_postgres_option(parser)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with served(on_postgres=options.postgres) as server:
        candidates = make_candidates(options.candidates)
        close_database()
        tally = torture(server, candidates, options.seconds, options.kills, random.Random(options.seed))
    print(f"saves acknowledged: {tally.acknowledged}")
    print(f"kills: {tally.kills}, with {tally.cut_off} saves under way")
    print(f"slowest restart: {max(tally.restarts, default=0):.1f} s")
    print(f"refused: {dict(tally.refused) or 0}")
    print(f"lost: {len(tally.lost)}", *tally.lost[:20], sep="\n  ")
    failed = tally.lost or tally.refused or tally.kills < options.kills or not tally.acknowledged
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
