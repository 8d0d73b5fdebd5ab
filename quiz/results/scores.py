"""Arithmetic of scores, in integers."""

from collections.abc import Collection


def mean_score(scores: Collection[int]) -> int:
    """The mean of scores from 0 to 100, rounded half up; 0 where there are none."""
    count = len(scores)
    return (2 * sum(scores) + count) // (2 * count) if count else 0
