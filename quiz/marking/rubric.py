"""The values that go into marking and come out of it."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the answer does with one key point."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"
    CONTRADICTED = "contradicted"


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

    `position` names the point within its rubric, `weight` counts in the score where `scored` is true, any one of
    `expressions` covers the point, and any one of `misconceptions` contradicts it. `text` says it in words: marking
    without a rubric goes by it. ValueError for a negative weight.
    """

    position: int
    weight: int
    scored: bool
    expressions: tuple[str, ...]
    misconceptions: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ValueError(f"key point {self.position} has a negative weight: {self.weight}")


@dataclass(frozen=True, slots=True)
class Rubric:
    """The key points of one question, and the question, whose words earn nothing.

    `is_draft` where nobody has written the key points: they come from the reference answers, and marking by them is of
    low confidence. ValueError where two points share a position.
    """

    points: tuple[KeyPoint, ...]
    prompt: str = ""
    is_draft: bool = False

    def __post_init__(self) -> None:
        if len({point.position for point in self.points}) < len(self.points):
            raise ValueError("two key points share a position")


@dataclass(frozen=True, slots=True)
class Mark:
    """The outcome for the key point at `position`.

    `evidence` holds up to three spans of the answer, in order and not overlapping, `expression` the line of the rubric,
    as the editor wrote it, behind the first of them, and `confidence` says how sure that is, 0-1. A missed point has no
    evidence, no expression and confidence 0.
    """

    position: int
    outcome: Outcome
    evidence: tuple[Span, ...]
    expression: str
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Marking:
    """Score from 0 to 100, and one mark for each key point in the rubric's order, scored or not."""

    score: int
    marks: tuple[Mark, ...]
    low_confidence: bool = False
