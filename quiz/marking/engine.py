"""Marking by what an answer states: each key point is covered, partly covered, contradicted or missed."""

from collections.abc import Collection, Iterable
from itertools import islice

from quiz.marking.expressions import compiled
from quiz.marking.matching import Match, Place, matches
from quiz.marking.reading import Reading, read
from quiz.marking.recall import mark_by_recall
from quiz.marking.rubric import KeyPoint, Mark, Marking, Outcome, Rubric, Span

ENGINE_VERSION = "2"

# More quotations would not convince anybody who doubts the first three.
MAX_EVIDENCE = 3

MOST_MATCHES = 12
"""Of one expression: an answer that says the same a thousand times is believed as well after a dozen."""

PARTLY_CONFIDENCE = 0.5


def mark(rubric: Rubric, answer: str) -> Marking:
    """Mark any text, also an empty one, against `rubric`. An invalid expression never matches."""
    if rubric.is_draft:
        return mark_by_recall(rubric, answer)
    reading = read(answer, rubric.prompt)
    claims = [_Claim(point, reading) for point in rubric.points]
    _share_out(claims)
    marks = tuple(claim.mark(reading) for claim in claims)
    return Marking(score_of(rubric, {one.position: one.outcome for one in marks}), marks)


def prepare(rubric: Rubric) -> None:
    """Read the rubric's expressions now, once for the process, instead of with the first answer: some 50 ms."""
    for point in rubric.points:
        for written in (*point.expressions, *point.misconceptions):
            compiled(written)


# A fifth of the score is for saying something right and nothing wrong: all of it from a quarter of the weight on, and
# TAKEN_OFF less for each contradicted point. The rest is the share of the weight.
SOUNDNESS = 20
FULL_SOUNDNESS_FROM = 4
TAKEN_OFF = 10
MOST_TAKEN_OFF = 30


def score_of(rubric: Rubric, outcomes: dict[int, Outcome] | Collection[int]) -> int:
    """The score, 0-100 rounded half up, of an answer with these outcomes by position, or that covers these positions.

    With s the share of the scored weight that is covered (half of it where partly covered) and c the number of scored
    points that are contradicted: 80 s + 20 min(1, 4 s) - min(30, 10 c), not below 0. Nothing scored is 0. Positions
    that are not in the rubric count for nothing.
    """
    if not isinstance(outcomes, dict):
        outcomes = dict.fromkeys(outcomes, Outcome.COVERED)
    scored = [point for point in rubric.points if point.scored]
    total = 2 * sum(point.weight for point in scored)
    if total == 0:
        return 0
    worth = {Outcome.COVERED: 2, Outcome.PARTLY: 1}
    reached = sum(worth.get(outcomes.get(point.position, Outcome.MISSED), 0) * point.weight for point in scored)
    wrong = sum(outcomes.get(point.position) is Outcome.CONTRADICTED for point in scored)
    share = (100 - SOUNDNESS) * reached + SOUNDNESS * min(total, FULL_SOUNDNESS_FROM * reached)
    score = (2 * share + total) // (2 * total) - min(MOST_TAKEN_OFF, TAKEN_OFF * wrong)
    return max(0, score)


class _Claim:
    """What an answer offers for one key point."""

    def __init__(self, point: KeyPoint, reading: Reading) -> None:
        self.point = point
        found = sorted(_found(point.expressions, reading), key=lambda match: (match.is_partial, match.start))
        wrong = _found(point.misconceptions, reading, with_typos=False)  # one letter can make a right word wrong
        self.wrong = sorted(wrong, key=lambda match: match.start)
        self.offered = list({match.places: match for match in reversed(found)}.values())[::-1]
        self.earned: list[Match] = self.offered

    def mark(self, reading: Reading) -> Mark:
        if self.wrong:
            return self._mark(Outcome.CONTRADICTED, self.wrong, reading)
        whole = [match for match in self.earned if not match.is_partial]
        if whole:
            return self._mark(Outcome.COVERED, whole, reading)
        if self.earned:
            return self._mark(Outcome.PARTLY, self.earned, reading)
        return Mark(self.point.position, Outcome.MISSED, evidence=(), expression="")

    def _mark(self, outcome: Outcome, found: list[Match], reading: Reading) -> Mark:
        best = max(found, key=lambda match: match.confidence)
        evidence = _apart(reading.span(match.start, match.end) for match in [best, *found])
        confidence = PARTLY_CONFIDENCE if outcome is Outcome.PARTLY else best.confidence
        return Mark(self.point.position, outcome, evidence, best.written, confidence)


def _found(expressions: Iterable[str], reading: Reading, *, with_typos: bool = True) -> list[Match]:
    found: list[Match] = []
    for written in expressions:
        if expression := compiled(written):
            key = (expression, with_typos)
            if key not in reading.matches:
                met = matches(expression, reading, with_typos=with_typos)
                reading.matches[key] = list(islice(met, MOST_MATCHES))
            found += reading.matches[key]
    return found


def _apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The first spans that do not overlap one before them, in order of where they stand."""
    chosen: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
        if len(chosen) == MAX_EVIDENCE:
            break
    return tuple(sorted(chosen, key=lambda span: span.start))


def _share_out(claims: list[_Claim]) -> None:
    """The very same words earn one key point only: give them out so that as many points as can be are covered."""
    owners: dict[tuple[Place, ...], int] = {}

    def find_place(number: int, tried: set[tuple[Place, ...]]) -> bool:
        for match in claims[number].offered:
            if match.places not in tried:
                tried.add(match.places)
                if match.places not in owners or find_place(owners[match.places], tried):
                    owners[match.places] = number
                    return True
        return False

    for number, claim in enumerate(claims):
        if claim.offered and not claim.wrong:
            find_place(number, set())
    for number, claim in enumerate(claims):
        claim.earned = [match for match in claim.offered if owners.get(match.places, number) == number]
        if number not in owners.values():
            claim.earned = []
