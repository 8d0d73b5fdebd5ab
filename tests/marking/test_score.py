from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.marking import KeyPoint, Outcome, Rubric, Span, score_of
from tests.marking.strategies import patient, rubrics


def rubric_of(*weights: int, unscored: tuple[int, ...] = ()) -> Rubric:
    """Scored points at 0, 1, 2, ... and unscored ones from 100 on."""
    scored = [KeyPoint(position, weight, True, ()) for position, weight in enumerate(weights)]
    return Rubric((*scored, *(KeyPoint(100 + n, weight, False, ()) for n, weight in enumerate(unscored))))


@pytest.mark.parametrize(
    ("weights", "covered", "score"),
    [
        ((1, 1, 1, 1), [0], 40),  # 80 / 4 + 20
        ((1, 1, 1), [0, 1], 73),  # 73.3
        ((1,) * 8, [0], 20),  # 10 + 20 / 2
        ((1,) * 16, [0], 10),  # 5 + 20 / 4
        ((3, 2, 2, 1), [3], 20),
        ((3, 1), [0], 80),
        ((3, 1), [], 0),
        ((3, 1), [0, 1], 100),
    ],
)
def test_it_grows_with_the_share_of_the_weight(weights: tuple[int, ...], covered: list[int], score: int):
    assert score_of(rubric_of(*weights), covered) == score


def test_a_partly_covered_point_counts_half():
    outcomes = {0: Outcome.COVERED, 1: Outcome.PARTLY}
    assert score_of(rubric_of(1, 1, 1, 1), outcomes) == 50  # 30 + 20


@pytest.mark.parametrize(("wrong", "score"), [(1, 58), (2, 48), (3, 38), (4, 38)])
def test_each_contradicted_point_takes_10_off_and_all_together_30_at_most(wrong: int, score: int):
    covered = dict.fromkeys(range(6), Outcome.COVERED)
    contradicted = dict.fromkeys(range(6, 6 + wrong), Outcome.CONTRADICTED)
    assert score_of(rubric_of(*[1] * 10), covered | contradicted) == score


def test_what_is_wrong_never_takes_a_score_below_0():
    assert score_of(rubric_of(1, 1), {0: Outcome.CONTRADICTED, 1: Outcome.CONTRADICTED}) == 0


def test_points_that_are_not_scored_count_neither_way():
    rubric = rubric_of(1, 1, unscored=(3, 3))
    assert score_of(rubric, {0, 100, 101}) == 60
    assert score_of(rubric, {0, 1}) == 100


def test_the_score_is_0_where_nothing_is_scored():
    assert score_of(Rubric(()), []) == 0
    assert score_of(rubric_of(unscored=(2,)), {100}) == 0
    assert score_of(rubric_of(0), {0}) == 0


def test_positions_outside_the_rubric_and_repeated_ones_count_nothing():
    assert score_of(rubric_of(1, 1), [0, 0, 7, -1]) == 60


@patient
@given(rubrics(), st.dictionaries(st.integers(0, 50), st.sampled_from(Outcome)))
def test_it_agrees_with_exact_arithmetic(rubric: Rubric, outcomes: dict[int, Outcome]):
    scored = {point.position: point.weight for point in rubric.points if point.scored}
    worth = {Outcome.COVERED: Fraction(1), Outcome.PARTLY: Fraction(1, 2)}
    reached = sum(
        (worth.get(outcomes.get(at, Outcome.MISSED), 0) * weight for at, weight in scored.items()), Fraction(0)
    )
    share = reached / (sum(scored.values()) or 1)
    wrong = sum(outcomes.get(at) is Outcome.CONTRADICTED for at in scored)
    exact = floor(80 * share + 20 * min(1, 4 * share) + Fraction(1, 2)) - min(30, 10 * wrong)
    assert score_of(rubric, outcomes) == max(0, exact)


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
