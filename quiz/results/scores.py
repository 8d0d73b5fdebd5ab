"""Arithmetic of scores, in integers."""

from collections.abc import Collection
from dataclasses import dataclass


def mean_score(scores: Collection[int]) -> int:
    """The mean of scores from 0 to 100, rounded half up; 0 where there are none."""
    count = len(scores)
    return (2 * sum(scores) + count) // (2 * count) if count else 0


@dataclass(frozen=True)
class Agreement:
    """On how many of how many key points a candidate's own marks and the automatic ones say the same."""

    same: int = 0
    of: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(self.same + other.same, self.of + other.of)

    @property
    def percent(self) -> int:
        """Rounded half up; 0 of nothing."""
        return (200 * self.same + self.of) // (2 * self.of) if self.of else 0
