from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.marking import KeyPoint, Rubric, Span, score_of
from tests.marking.strategies import patient, rubrics


def rubric_of(*weights: int, unscored: tuple[int, ...] = ()) -> Rubric:
    """Scored points at 0, 1, 2, ... and unscored ones from 100 on."""
    scored = [KeyPoint(position, weight, True, ()) for position, weight in enumerate(weights)]
    return Rubric((*scored, *(KeyPoint(100 + n, weight, False, ()) for n, weight in enumerate(unscored))))


@pytest.mark.parametrize(
    ("weights", "covered", "score"),
    [
        ((1, 1, 1), [0], 33),
        ((1, 1, 1), [0, 1], 67),
        ((1,) * 8, [0], 13),  # 12.5
        ((1,) * 8, [0, 1, 2], 38),  # 37.5
        ((3, 2, 2, 1), [3], 13),
        ((1,) * 200, [0], 1),  # 0.5
        ((1,) * 201, [0], 0),
        ((3, 1), [0], 75),
        ((3, 1), [], 0),
        ((3, 1), [0, 1], 100),
    ],
)
def test_it_is_the_share_of_the_weights_rounded_half_up(weights: tuple[int, ...], covered: list[int], score: int):
    assert score_of(rubric_of(*weights), covered) == score


def test_points_that_are_not_scored_count_neither_way():
    rubric = rubric_of(1, 1, unscored=(3, 3))
    assert score_of(rubric, {0, 100, 101}) == 50
    assert score_of(rubric, {0, 1}) == 100


def test_the_score_is_0_where_nothing_is_scored():
    assert score_of(Rubric(()), []) == 0
    assert score_of(rubric_of(unscored=(2,)), {100}) == 0
    assert score_of(rubric_of(0), {0}) == 0


def test_positions_outside_the_rubric_and_repeated_ones_count_nothing():
    assert score_of(rubric_of(1, 1), [0, 0, 7, -1]) == 50


@patient
@given(rubrics(), st.sets(st.integers(0, 50)))
def test_it_agrees_with_exact_arithmetic(rubric: Rubric, covered: set[int]):
    total = sum(point.weight for point in rubric.points if point.scored)
    reached = sum(point.weight for point in rubric.points if point.scored and point.position in covered)
    exact = Fraction(100 * reached, total) if total else Fraction(0)
    assert score_of(rubric, covered) == floor(exact + Fraction(1, 2))


@patient
@given(rubrics(), st.sets(st.integers(0, 50)), st.integers(0, 50))
def test_one_more_point_never_lowers_it(rubric: Rubric, covered: set[int], more: int):
    assert 0 <= score_of(rubric, covered) <= score_of(rubric, covered | {more}) <= 100


def test_values_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="negative weight"):
        KeyPoint(1, -1, True, ())
    with pytest.raises(ValueError, match="share a position"):
        Rubric((KeyPoint(1, 1, True, ()), KeyPoint(1, 2, True, ())))
    for start, end in [(3, 3), (4, 3), (-1, 2)]:
        with pytest.raises(ValueError, match="not a span"):
            Span(start, end)
