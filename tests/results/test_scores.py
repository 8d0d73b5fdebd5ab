import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.results.marks import agreement
from quiz.results.scores import Agreement, mean_score


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        ([], 0),
        ([0], 0),
        ([100], 100),
        ([50, 51], 51),
        ([0, 1], 1),
        ([0, 0, 1], 0),
        ([33, 33, 34], 33),
        ([1, 1, 0, 0], 1),
    ],
)
def test_the_mean_is_rounded_half_up(scores, mean):
    assert mean_score(scores) == mean


@given(st.lists(st.integers(0, 100), min_size=1))
def test_the_mean_lies_between_the_lowest_and_the_highest(scores):
    assert min(scores) <= mean_score(scores) <= max(scores)


@given(st.lists(st.integers(0, 100), min_size=1))
def test_the_mean_is_less_than_half_a_point_off(scores):
    assert -len(scores) < 2 * (len(scores) * mean_score(scores) - sum(scores)) <= len(scores)


def test_agreement_counts_the_points_that_both_have_marked():
    own = [
        {"position": 0, "outcome": "covered"},
        {"position": 1, "outcome": "missed"},
        {"position": 9, "outcome": "missed"},
    ]
    automatic = [
        {"position": 0, "outcome": "partly"},
        {"position": 1, "outcome": "covered"},
        {"position": 2, "outcome": "contradicted"},
    ]
    found = agreement(own, automatic)
    assert (found, found.percent) == (Agreement(1, 2), 50)
    assert (found + Agreement(2, 2)).percent == 75
    assert Agreement().percent == 0
