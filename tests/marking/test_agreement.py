"""Figures worked out by hand, or by their definitions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.marking.agreement import (
    mean_absolute_error,
    pairwise_order,
    pearson,
    percentile,
    precision_and_recall,
    quadratic_weighted_kappa,
    spearman,
)

scores = st.lists(st.integers(0, 100), min_size=2, max_size=12)


def test_pearson_of_what_grows_together_is_1_and_of_what_does_not_vary_is_undefined():
    assert pearson([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert pearson([1, 2, 3], [30, 20, 10]) == pytest.approx(-1)
    assert pearson([0, 1, 2, 3], [0, 2, 1, 3]) == pytest.approx(0.8)
    assert math.isnan(pearson([1, 1], [1, 2]))
    assert math.isnan(pearson([1], [2]))


def test_spearman_goes_by_ranks_and_ties_share_theirs():
    assert spearman([1, 10, 100], [1, 2, 3]) == pytest.approx(1)
    assert spearman([5, 5, 9], [1, 2, 3]) == pytest.approx(math.sqrt(3) / 2)


def test_pairs_count_within_their_group_from_a_gap_of_10_and_ties_count_half():
    assert pairwise_order([1, 2, 3], [0, 9, 10], ["a", "a", "a"]) == 1  # only the first and the last
    assert pairwise_order([3, 2, 2], [0, 50, 90], ["a", "a", "a"]) == pytest.approx(0.5 / 3)
    assert math.isnan(pairwise_order([1, 2], [0, 100], ["a", "b"]))


def test_the_mean_absolute_error_is_in_points():
    assert mean_absolute_error([10, 30], [20, 25]) == 7.5
    assert math.isnan(mean_absolute_error([], []))


def test_kappa_is_1_for_equal_bins_and_0_for_chance():
    assert quadratic_weighted_kappa([0, 52, 100], [4, 48, 96]) == 1
    assert quadratic_weighted_kappa([0, 100, 0, 100], [0, 0, 100, 100]) == 0
    assert quadratic_weighted_kappa([100, 0], [0, 100]) == -1


@given(scores, st.randoms())
def test_kappa_agrees_with_its_definition_by_matrices(ours, random):
    theirs = [random.randint(0, 100) for _ in ours]
    bins = [(math.floor(a / 10 + 0.5), math.floor(b / 10 + 0.5)) for a, b in zip(ours, theirs, strict=True)]
    seen = expected = 0.0
    for i in range(11):
        for j in range(11):
            weight = (i - j) ** 2 / 100
            seen += weight * bins.count((i, j))
            expected += weight * sum(a == i for a, _ in bins) * sum(b == j for _, b in bins) / len(bins)
    if expected:
        assert quadratic_weighted_kappa(ours, theirs) == pytest.approx(1 - seen / expected)


def test_precision_and_recall_are_over_all_points_together():
    assert precision_and_recall([{"a", "b"}, {"c"}], [{"a"}, {"c", "d", "e"}]) == (2 / 3, 1 / 2)
    assert all(map(math.isnan, precision_and_recall([set()], [set()])))


def test_a_percentile_is_one_of_the_values():
    assert percentile([4, 1, 3, 2], 50) == 2
    assert percentile([1, 2, 3], 95) == 3
    assert math.isnan(percentile([], 50))
