"""Marking by accepted expressions: a key point is covered where any of its expressions occurs in the answer."""

from collections.abc import Collection
from typing import NamedTuple

from quiz.marking.expressions import Expression, Reading, compiled, read
from quiz.marking.rubric import KeyPoint, Mark, Marking, Outcome, Rubric, Span

ENGINE_VERSION = "1"

# More quotations would not convince anybody who doubts the first three.
MAX_EVIDENCE = 3


class _Match(NamedTuple):
    span: Span
    expression: str


def mark(rubric: Rubric, answer: str) -> Marking:
    """Mark any text, also an empty one, against `rubric`. An invalid expression never matches."""
    reading = read(answer)
    marks = tuple(_mark_point(point, reading) for point in rubric.points)
    covered = {each.position for each in marks if each.outcome is Outcome.COVERED}
    return Marking(score=score_of(rubric, covered), marks=marks)


def score_of(rubric: Rubric, covered: Collection[int]) -> int:
    """The score, 0-100 rounded half up, of an answer that covers the points at the positions in `covered`.

    It is the share of their weight in the weight of all scored points, and 0 where nothing is scored. Positions that
    are not in the rubric count for nothing.
    """
    scored = [point for point in rubric.points if point.scored]
    total = sum(point.weight for point in scored)
    if total == 0:
        return 0
    reached = sum(point.weight for point in scored if point.position in covered)
    return (200 * reached + total) // (2 * total)


def _mark_point(point: KeyPoint, reading: Reading) -> Mark:
    matches = _matches(point, reading)
    if not matches:
        return Mark(point.position, Outcome.MISSED, evidence=(), expression="")
    evidence = tuple(match.span for match in matches)
    return Mark(point.position, Outcome.COVERED, evidence, matches[0].expression)


def _matches(point: KeyPoint, reading: Reading) -> list[_Match]:
    """The first matches of any of the point's expressions, in order, none overlapping another."""
    expressions = [(written, compiled(written)) for written in point.expressions]
    usable = [(written, expression) for written, expression in expressions if expression]
    matches: list[_Match] = []
    offset = 0
    while len(matches) < MAX_EVIDENCE and (match := _leftmost_longest(usable, reading, offset)):
        matches.append(match)
        offset = match.span.end
    return matches


def _leftmost_longest(expressions: list[tuple[str, Expression]], reading: Reading, offset: int) -> _Match | None:
    found = (
        _Match(span, written)
        for written, expression in expressions
        if (span := expression.first_match(reading, offset)) is not None
    )
    return min(found, key=lambda match: (match.span.start, -match.span.end), default=None)
