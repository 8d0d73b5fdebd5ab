import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.results.scores import mean_score


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
