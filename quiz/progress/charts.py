"""The geometry of the score chart. Pure: scores in, coordinates out.

Across, places are percentages of the chart's width, so that one drawing suits a phone and a desk without its lines
being stretched; downwards they are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from quiz.results.scores import mean_score

SCALE = (100, 75, 50, 25, 0)
HEIGHT = 180
# More dots than these touch on a desk, and hide the line on a phone.
MAX_DOTS = 60
# Percent left free at either side, so that the first and the last dot are whole.
MARGIN = 2


@dataclass(frozen=True, slots=True)
class Dot:
    """One score, or the mean of `count` neighbouring ones."""

    x: str
    y: str
    score: int
    count: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Chart:
    height: int
    scale: tuple[int, ...]
    """Scores to measure by, from above."""
    grid: list[Line]
    """One for each value of the scale."""
    lines: list[Line]
    dots: list[Dot]
    """Oldest first."""
    group: int
    """How many scores a dot stands for at most; 1: each is shown by itself."""
    lowest: int
    highest: int
    latest: int
    count: int


def score_chart(
    scores: Sequence[tuple[datetime, int]], *, max_dots: int = MAX_DOTS, height: int = HEIGHT
) -> Chart | None:
    """A line through `scores` (when, and 0-100; oldest first); None where there are none.

    Where there are more than `max_dots`, each dot stands for the mean of equally many neighbours, counted from the
    newest: the oldest group may be smaller.
    """
    if not scores:
        return None
    size = -(-len(scores) // max_dots)
    groups = [scores[max(0, end - size) : end] for end in range(len(scores), 0, -size)][::-1]
    dots = [_dot(group, index, len(groups), height) for index, group in enumerate(groups)]
    values = [score for _, score in scores]
    return Chart(
        height=height,
        scale=SCALE,
        grid=[Line("0%", _down(score, height), "100%", _down(score, height)) for score in SCALE],
        lines=[Line(one.x, one.y, other.x, other.y) for one, other in pairwise(dots)],
        dots=dots,
        group=size,
        lowest=min(values),
        highest=max(values),
        latest=values[-1],
        count=len(values),
    )


def _dot(group: Sequence[tuple[datetime, int]], index: int, count: int, height: int) -> Dot:
    score = mean_score([score for _, score in group])
    share = index / (count - 1) if count > 1 else 0.5
    return Dot(
        x=f"{MARGIN + share * (100 - 2 * MARGIN):.2f}%",
        y=_down(score, height),
        score=score,
        count=len(group),
        since=group[0][0],
        until=group[-1][0],
    )


def _down(score: int, height: int) -> str:
    return f"{height * (100 - score) / 100:.1f}"
