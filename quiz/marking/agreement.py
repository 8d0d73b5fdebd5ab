"""How well marks agree with a person's. Pure arithmetic on lists of the same length; scores are 0-100.

Where a figure is not defined (nothing to compare, no variation) it is NaN.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations

HUMAN_GAP = 10
"""Points by which a person has to hold two answers apart before their order counts."""

BINS = 11


def pearson(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Pearson's correlation, -1 to 1."""
    count = len(ours)
    if count < 2:
        return math.nan
    mean, other = sum(ours) / count, sum(theirs) / count
    covariance = sum((one - mean) * (two - other) for one, two in zip(ours, theirs, strict=True))
    spread = sum((one - mean) ** 2 for one in ours) * sum((two - other) ** 2 for two in theirs)
    return covariance / math.sqrt(spread) if spread else math.nan


def spearman(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Spearman's correlation of ranks, -1 to 1; equal scores share the mean of their ranks."""
    return pearson(_ranks(ours), _ranks(theirs))


def _ranks(scores: Sequence[float]) -> list[float]:
    order = sorted(range(len(scores)), key=lambda index: scores[index])
    ranks = [0.0] * len(scores)
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or scores[order[end]] != scores[order[start]]:
            for index in order[start:end]:
                ranks[index] = (start + end - 1) / 2
            start = end
    return ranks


def pairwise_order(ours: Sequence[float], theirs: Sequence[float], groups: Sequence[Hashable]) -> float:
    """The share, 0-1, of pairs of one group that stand in the order a person gave them; equal scores count half.

    Only pairs count that the person holds at least HUMAN_GAP apart.
    """
    right = pairs = 0.0
    for one, two in combinations(range(len(ours)), 2):
        gap = theirs[one] - theirs[two]
        if groups[one] != groups[two] or abs(gap) < HUMAN_GAP:
            continue
        pairs += 1
        difference = (ours[one] - ours[two]) * math.copysign(1, gap)
        right += 1 if difference > 0 else 0.5 if difference == 0 else 0
    return right / pairs if pairs else math.nan


def mean_absolute_error(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """In points of the score."""
    if not ours:
        return math.nan
    return sum(abs(one - two) for one, two in zip(ours, theirs, strict=True)) / len(ours)


def quadratic_weighted_kappa(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968) over 11 bins of 10 points, rounded half up; 1 is agreement."""
    one, two = [_bin(score) for score in ours], [_bin(score) for score in theirs]
    seen = sum((a - b) ** 2 for a, b in zip(one, two, strict=True))
    ours_in, theirs_in = Counter(one), Counter(two)
    by_chance = sum(ours_in[a] * theirs_in[b] * (a - b) ** 2 for a in ours_in for b in theirs_in)
    return 1 - seen * len(one) / by_chance if by_chance else math.nan


def _bin(score: float) -> int:
    return max(0, min(BINS - 1, math.floor(score / 10 + 0.5)))


def precision_and_recall(found: Sequence[set[str]], right: Sequence[set[str]]) -> tuple[float, float]:
    """Of all points found, the share that is right; of all that are right, the share that was found."""
    both = sum(len(one & two) for one, two in zip(found, right, strict=True))
    ours, theirs = sum(map(len, found)), sum(map(len, right))
    return (both / ours if ours else math.nan), (both / theirs if theirs else math.nan)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank)."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
