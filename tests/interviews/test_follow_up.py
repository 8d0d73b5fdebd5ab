from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.interviews.follow_up import LEAST_TIME, URGENCY, is_wanted, key_point_to_ask
from quiz.marking import KeyPoint, Mark, Marking, Outcome, Rubric

LONG = timedelta(minutes=5)


def rubric(*weights: int, scored: bool = True) -> Rubric:
    return Rubric(tuple(KeyPoint(n, weight, scored, (f"word{n}",)) for n, weight in enumerate(weights)))


def marking(*outcomes: Outcome) -> Marking:
    return Marking(0, tuple(Mark(position, outcome, (), "") for position, outcome in enumerate(outcomes)))


def asked_after(points: Rubric, *markings: Marking, follow_ups=None, asked=()) -> int | None:
    texts = ["?"] * len(points.points) if follow_ups is None else follow_ups
    return key_point_to_ask(rubric=points, follow_ups=texts, markings=markings, asked=asked)


class TestWhichKeyPoint:
    def test_contradicted_comes_before_missed_and_that_before_partly(self):
        said = marking(Outcome.PARTLY, Outcome.MISSED, Outcome.CONTRADICTED, Outcome.COVERED)
        points = rubric(3, 2, 1, 3)
        assert asked_after(points, said) == 2
        assert asked_after(points, said, asked={2}) == 1
        assert asked_after(points, said, asked={1, 2}) == 0
        assert asked_after(points, said, asked={0, 1, 2}) is None

    def test_then_the_weight_decides_and_then_the_rubrics_order(self):
        said = marking(*[Outcome.MISSED] * 4)
        assert asked_after(rubric(1, 3, 3, 2), said) == 1
        assert asked_after(rubric(1, 3, 3, 2), said, asked={1}) == 2

    def test_a_point_without_a_follow_up_is_passed_over(self):
        assert asked_after(rubric(3, 1), marking(Outcome.MISSED, Outcome.MISSED), follow_ups=[" ", "?"]) == 1

    def test_what_earns_nothing_is_not_asked(self):
        assert asked_after(rubric(3, scored=False), marking(Outcome.MISSED)) is None

    def test_what_an_earlier_follow_up_brought_is_not_asked_again(self):
        first, second = marking(Outcome.MISSED, Outcome.MISSED), marking(Outcome.MISSED, Outcome.COVERED)
        assert asked_after(rubric(1, 3), first, second) == 0

    def test_what_was_right_and_then_taken_back_is_asked(self):
        first, second = marking(Outcome.COVERED, Outcome.MISSED), marking(Outcome.CONTRADICTED, Outcome.MISSED)
        assert asked_after(rubric(1, 3), first, second) == 0

    @given(st.data())
    def test_no_open_point_is_more_important_than_the_one_asked(self, data):
        count = data.draw(st.integers(0, 6))
        points = Rubric(
            tuple(
                KeyPoint(n, data.draw(st.integers(0, 3)), data.draw(st.booleans()), (f"word{n}",)) for n in range(count)
            )
        )
        outcomes = data.draw(st.lists(st.sampled_from(Outcome), min_size=count, max_size=count))
        texts = data.draw(st.lists(st.sampled_from(["", "?"]), min_size=count, max_size=count))
        asked = data.draw(st.sets(st.integers(0, 6)))
        chosen = asked_after(points, marking(*outcomes), follow_ups=texts, asked=asked)
        possible = [
            point
            for point in points.points
            if point.scored and texts[point.position] and point.position not in asked
            if outcomes[point.position] is not Outcome.COVERED
        ]
        assert (chosen is None) == (not possible)
        if chosen is not None:
            one = points.points[chosen]
            assert one in possible
            rank = (URGENCY.index(outcomes[chosen]), -one.weight, chosen)
            assert all(rank <= (URGENCY.index(outcomes[p.position]), -p.weight, p.position) for p in possible)


class TestWhetherToAsk:
    def test_at_most_as_many_as_the_setting_says(self):
        assert is_wanted(answers=["one", "two"], most=2, left=LONG)
        assert not is_wanted(answers=["one", "two", "three"], most=2, left=LONG)
        assert not is_wanted(answers=["one"], most=0, left=LONG)

    @pytest.mark.parametrize(("seconds", "wanted"), [(30, True), (29.9, False), (-1, False)])
    def test_only_while_there_is_time_to_answer(self, seconds, wanted):
        assert timedelta(seconds=30) == LEAST_TIME
        assert is_wanted(answers=["one"], most=2, left=timedelta(seconds=seconds)) is wanted

    def test_who_says_nothing_is_helped_once(self):
        assert is_wanted(answers=[" "], most=2, left=LONG)
        assert not is_wanted(answers=["", "\n"], most=2, left=LONG)
        assert is_wanted(answers=["something", ""], most=2, left=LONG)
        assert is_wanted(answers=["", "something"], most=2, left=LONG)
