"""The values that go into marking and come out of it."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the answer does with one key point."""

    COVERED = "covered"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the answer as typed, in code points; `end` is exclusive. Never empty: ValueError otherwise."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start} to {self.end}")


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One thing that a good answer says.

    `position` names the point within its rubric, `weight` counts in the score where `scored` is true, and any one of
    `expressions` covers the point. ValueError for a negative weight.
    """

    position: int
    weight: int
    scored: bool
    expressions: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ValueError(f"key point {self.position} has a negative weight: {self.weight}")


@dataclass(frozen=True, slots=True)
class Rubric:
    """The key points of one question. ValueError where two share a position."""

    points: tuple[KeyPoint, ...]

    def __post_init__(self) -> None:
        if len({point.position for point in self.points}) < len(self.points):
            raise ValueError("two key points share a position")


@dataclass(frozen=True, slots=True)
class Mark:
    """The outcome for the key point at `position`.

    `evidence` holds up to three spans of the answer, in order and not overlapping; `expression` is the accepted
    expression, as the editor wrote it, behind the first of them. Both are empty for a missed point.
    """

    position: int
    outcome: Outcome
    evidence: tuple[Span, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class Marking:
    """Score from 0 to 100, and one mark for each key point in the rubric's order, scored or not."""

    score: int
    marks: tuple[Mark, ...]
