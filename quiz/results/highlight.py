"""The answer cut into pieces, so that a page can mark the evidence in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from quiz.marking import Mark


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the answer, and the positions of the key points that it is evidence for: none in between.

    `firsts` are those of them for which it is the first in the answer.
    """

    text: str
    points: tuple[int, ...] = ()
    firsts: tuple[int, ...] = ()


def pieces(answer: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cut `answer` at its evidence: joined, the pieces are the answer again.

    Spans that overlap become one piece with the key points of both. A span that reaches outside the answer counts for
    nothing.
    """
    cut: list[Piece] = []
    known: set[int] = set()
    end = 0
    for start, stop, points in _merged(answer, marks):
        if end < start:
            cut.append(Piece(answer[end:start]))
        cut.append(Piece(answer[start:stop], points, tuple(point for point in points if point not in known)))
        known.update(points)
        end = stop
    if end < len(answer):
        cut.append(Piece(answer[end:]))
    return cut


def _merged(answer: str, marks: Iterable[Mark]) -> list[tuple[int, int, tuple[int, ...]]]:
    spans = sorted(
        (span.start, span.end, mark.position) for mark in marks for span in mark.evidence if span.end <= len(answer)
    )
    merged: list[tuple[int, int, set[int]]] = []
    for start, end, position in spans:
        if merged and start < merged[-1][1]:
            first, last, positions = merged.pop()
            merged.append((first, max(last, end), positions | {position}))
        else:
            merged.append((start, end, {position}))
    return [(start, end, tuple(sorted(positions))) for start, end, positions in merged]
