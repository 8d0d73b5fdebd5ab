"""`python -m tests.load.race`: two requests at once for the same thing, over HTTP, a thousand times of each kind.

Both requests of a round go to the server but for their last byte; then these are let go together, or one a few
milliseconds before the other. After each round the database is read. Exit code 1 if any promise was broken.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.load.candidates import Candidate, add_postgres_option, make_candidates, served
from tests.load.connection import Answer, Connection

CONNECTIONS = 16
"""A round takes any two of them, so that both workers and all threads get their turn."""
HEAD_START = 0.008
"""Seconds by which one request is ahead at most: about the time that a save or a hand-in takes."""
QUESTIONS = 3
"""Of an interview that is finished; the pages of results are not what we measure."""
MANY_QUESTIONS = 10
"""Of an interview whose answers each see one race of saves."""


@dataclass
class Report:
    kind: str
    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    seconds: float = 0

    def expect(self, holds: bool, what: str, *answers: Answer) -> None:
        if not holds:
            self.violations.append(f"round {self.rounds}: {what} (answered {[answer.status for answer in answers]})")


class Arena:
    """The connections, and what lets two requests go."""

    def __init__(self, port: int, rng: random.Random) -> None:
        self.port, self.rng = port, rng
        self.connections: list[Connection] = []

    async def both(self, one: bytes, other: bytes) -> tuple[Answer, Answer]:
        """Their answers, in the order of the arguments."""
        pair = self.rng.sample(self.connections, 2)
        requests = dict(zip(pair, (one, other), strict=True))
        for connection, request in requests.items():
            connection.send(request[:-1])
        await asyncio.sleep(0.001)
        order = self.rng.sample(pair, 2)
        ahead = self.rng.choice([0, self.rng.uniform(0, HEAD_START)])
        order[0].send(requests[order[0]][-1:])
        if ahead:
            await asyncio.sleep(ahead)
        order[1].send(requests[order[1]][-1:])
        first, second = await asyncio.gather(*(connection.answer() for connection in pair))
        return first, second

    async def connect(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections = [await Connection.to(self.port) for _ in range(CONNECTIONS)]


Round = Callable[[Arena, Report, Candidate], Awaitable[str]]
"""Runs one round and returns who won."""


async def save_against_save(arena: Arena, report: Report, candidate: Candidate) -> str:
    """Of two pages that saw the same revision one wins, and the other gets to see the conflict."""
    slot = next(iter(candidate.responses))
    pk = candidate.responses.pop(slot)
    texts = [f"第一页 {report.rounds} 🙂\n", f"第二页 {report.rounds}\n"]
    pages = [f"page-one-{report.rounds}", f"page-two-{report.rounds}"]
    requests = [
        candidate.post(
            candidate.interview(f"responses/{slot}/"), candidate.draft(text, revision=0) | {"page": page, "seq": 1}
        )
        for text, page in zip(texts, pages, strict=True)
    ]
    answers = await arena.both(*requests)
    response = response_of(pk)
    report.expect(sorted(one.status for one in answers) == [200, 409], "one save wins, one conflicts", *answers)
    report.expect(response.revision == 1, f"the revision is {response.revision}", *answers)
    winner = 0 if answers[0].status == 200 else 1
    report.expect(response.answer == texts[winner], f"the winner's text is not there: {response.answer!r}", *answers)
    return f"{'first' if winner == 0 else 'second'} page"


async def save_against_finish(arena: Arena, report: Report, candidate: Candidate) -> str:
    """Another tab hands in without an open answer: the save is stored in time, or kept as late."""
    text = f"保存 {report.rounds}"
    save, finish = await arena.both(candidate.save(1, text), candidate.post(candidate.interview("finish/"), {}))
    response = response_of(candidate.responses[1])
    report.expect(save.status in (200, 410), "the save is stored or late", save, finish)
    if save.status == 200:
        report.expect(response.answer == text and not response.late_text, "the stored save is gone", save, finish)
    else:
        report.expect(response.late_text == text and not response.answer, "the late save is gone", save, finish)
    expect_result(report, candidate, finish)
    expect_finished(report, candidate)
    return "save" if save.status == 200 else "finish"


async def save_against_hand_in(arena: Arena, report: Report, candidate: Candidate) -> str:
    """Another tab hands in with a text of its own for the same question: one of the two texts is the answer."""
    mine, theirs = f"保存 {report.rounds}", f"交卷 {report.rounds}"
    draft = candidate.draft(theirs, revision=0) | {"page": f"other-tab-{report.rounds}", "slot": 1}
    request = candidate.post(candidate.interview("finish/"), draft)
    save, finish = await arena.both(candidate.save(1, mine), request)
    response = response_of(candidate.responses[1])
    if save.status == 200:
        report.expect(finish.status == 409, "the hand-in conflicts", save, finish)
        report.expect(response.answer == mine and not response.closed, "the stored save is gone", save, finish)
        report.expect(attempt_of(candidate).is_running, "a hand-in that conflicts has finished", save, finish)
        return "save"
    report.expect(save.status == 410, "the save is stored or late", save, finish)
    report.expect(response.answer == theirs, f"what was handed in is gone: {response.answer!r}", save, finish)
    report.expect(response.late_text == mine, "the late save is gone", save, finish)
    expect_result(report, candidate, finish)
    expect_finished(report, candidate)
    return "hand-in"


async def finish_against_finish(arena: Arena, report: Report, candidate: Candidate) -> str:
    """Both tabs come to the result, and two that open it at once get it marked once."""
    from quiz.results.models import Assessment

    request = candidate.post(candidate.interview("finish/"), {})
    answers = await arena.both(request, request)
    for answer in answers:
        expect_result(report, candidate, answer)
    expect_finished(report, candidate)
    finished_at = attempt_of(candidate).finished_at
    page = candidate.get(candidate.interview("result/"))
    results = await arena.both(page, page)
    report.expect(all(result.status == 200 for result in results), "both see the result", *results)
    marked = Assessment.objects.filter(response__attempt=candidate.attempt_id, by="automatic").values_list("response")
    report.expect(
        sorted(pk for (pk,) in marked) == sorted(candidate.responses.values()), "each is marked once", *results
    )
    attempt = attempt_of(candidate)
    report.expect(attempt.score is not None, "there is no score", *results)
    report.expect(attempt.finished_at == finished_at, "it has finished twice", *results)
    return "both"


async def start_against_start(arena: Arena, report: Report, candidate: Candidate) -> str:
    """Of two that start, one comes to its room; the other hears that an interview is running."""
    from quiz.interviews.models import Attempt

    fields = {"count": QUESTIONS, "minutes": 180, "language": "zh-hans", "format": "paper"}
    requests = [candidate.post("/interviews/new/", fields, headers="") for _ in range(2)]
    answers = await arena.both(*requests)
    running = Attempt.objects.filter(user=candidate.user_id, finished_at=None)
    report.expect(len(running) == 1, f"{len(running)} attempts are running", *answers)
    report.expect(sorted(one.status for one in answers) == [302, 409], "one starts, one hears of it", *answers)
    winner = 0 if answers[0].status == 302 else 1
    room = f"/interviews/{running[0].pk}/1/" if running else "nowhere"
    report.expect(answers[winner].header("Location") == room, "the winner comes to its room", *answers)
    count = running[0].responses.count() if running else 0
    report.expect(count == QUESTIONS, f"the attempt has {count} questions", *answers)
    return f"{'first' if winner == 0 else 'second'} tab"


# Reading the database


def response_of(pk: int):
    from quiz.interviews.models import Response

    return Response.objects.get(pk=pk)


def attempt_of(candidate: Candidate):
    from quiz.interviews.models import Attempt

    return Attempt.objects.get(pk=candidate.attempt_id)


def expect_result(report: Report, candidate: Candidate, answer: Answer) -> None:
    result = candidate.interview("result/")
    report.expect(
        answer.status == 200 and answer.header("HX-Redirect") == result, "the hand-in leads to the result", answer
    )


def expect_finished(report: Report, candidate: Candidate) -> None:
    attempt = attempt_of(candidate)
    report.expect(attempt.ended == "submitted", f"the attempt has ended {attempt.ended!r}")
    report.expect(not attempt.responses.filter(closed=False).exists(), "a response is open after the end")


# The rounds


async def run(arena: Arena, kind: str, race: Round, candidates: list[Candidate]) -> Report:
    """One round for each candidate, each over what no other round has touched."""
    report = Report(kind)
    began = time.monotonic()
    await arena.connect()
    for candidate in candidates:
        report.rounds += 1
        try:
            report.outcomes[await race(arena, report, candidate)] += 1
        except (OSError, TimeoutError) as error:
            report.violations.append(f"round {report.rounds}: {error!r}")
            await arena.connect()
    report.seconds = time.monotonic() - began
    return report


async def run_all(port: int, rounds: int, rng: random.Random) -> list[Report]:
    arena = Arena(port, rng)
    savers = make_candidates(-(-rounds // MANY_QUESTIONS), prefix="saver", questions=MANY_QUESTIONS)
    per_slot = [saver for saver in savers for _ in saver.responses][:rounds]
    reports = [await run(arena, "save against save", save_against_save, per_slot)]
    for kind, race in {
        "save against finish": save_against_finish,
        "save against hand-in": save_against_hand_in,
        "finish against finish": finish_against_finish,
    }.items():
        candidates = make_candidates(rounds, prefix=kind.replace(" ", "-"), questions=QUESTIONS)
        reports.append(await run(arena, kind, race, candidates))
    newcomers = make_candidates(rounds, prefix="newcomer", attempts=False)
    reports.append(await run(arena, "start against start", start_against_start, newcomers))
    return reports


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    add_postgres_option(parser)
    options = parser.parse_args()
    print(f"seed {options.seed}\n", flush=True)
    with served(on_postgres=options.postgres) as server:
        reports = asyncio.run(run_all(server.port, options.rounds, random.Random(options.seed)))
    print("| race | rounds | violations | won | ms a round |", "| --- | --- | --- | --- | --- |", sep="\n")
    for report in reports:
        won = ", ".join(f"{name} {times}" for name, times in report.outcomes.most_common())
        pace = 1000 * report.seconds / max(1, report.rounds)
        print(f"| {report.kind} | {report.rounds} | {len(report.violations)} | {won} | {pace:.0f} |")
    broken = [f"{report.kind}, {violation}" for report in reports for violation in report.violations]
    print(*broken[:20], sep="\n")
    whole = all(report.rounds == options.rounds for report in reports)
    return 1 if broken or not whole else 0


if __name__ == "__main__":
    sys.exit(main())
