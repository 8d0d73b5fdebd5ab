from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.interviews import clock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLERANCE = timedelta(seconds=5)
moments = st.datetimes(timezones=st.just(UTC))
factors = st.sampled_from([Decimal("1.00"), Decimal("1.25"), Decimal("1.50"), Decimal("2.00")])


@pytest.mark.parametrize(("factor", "minutes"), [("1.00", 15), ("1.25", 18.75), ("1.50", 22.5), ("2.00", 30)])
def test_extra_time_multiplies_the_limit(factor, minutes):
    deadline = clock.deadline(started=START, limit=timedelta(minutes=15), extra_time=Decimal(factor))
    assert deadline == START + timedelta(minutes=minutes)


def test_a_chosen_limit_is_taken_as_it_is():
    assert clock.time_limit(minutes=15, suggested_seconds=[180, 120]) == timedelta(minutes=15)


def test_without_minutes_the_questions_suggest_the_limit_in_whole_minutes():
    assert clock.time_limit(minutes=None, suggested_seconds=[180, 120, 150]) == timedelta(minutes=8)


def test_one_millisecond_left_is_shown_as_a_second():
    assert clock.seconds_left(START + timedelta(milliseconds=1), START) == 1


def test_the_boundaries_of_the_end():
    just_before = START - timedelta(microseconds=1)
    assert not clock.is_over(START, just_before)
    assert clock.is_over(START, START)
    assert not clock.has_closed(START, TOLERANCE, START + TOLERANCE)
    assert clock.has_closed(START, TOLERANCE, START + TOLERANCE + timedelta(microseconds=1))


@given(moments, st.integers(1, 180), factors, moments)
def test_every_moment_is_in_exactly_one_phase(started, minutes, factor, now):
    try:
        deadline = clock.deadline(started=started, limit=timedelta(minutes=minutes), extra_time=factor)
        closes = deadline + TOLERANCE
    except OverflowError:
        return
    phases = [now < deadline, clock.is_collecting(deadline, TOLERANCE, now), clock.has_closed(deadline, TOLERANCE, now)]
    assert phases.count(True) == 1
    assert (clock.seconds_left(deadline, now) == 0) == clock.is_over(deadline, now)
    assert phases[2] == (now > closes)
