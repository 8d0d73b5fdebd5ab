"""The interview's time. Pure: moments in UTC in, moments and seconds out; nobody here reads a clock."""

import math
from datetime import datetime, timedelta
from decimal import Decimal


def time_limit(*, minutes: int | None, suggested_seconds: list[int]) -> timedelta:
    """The chosen minutes, else the sum of what the questions suggest, rounded up to whole minutes."""
    return timedelta(minutes=minutes or math.ceil(sum(suggested_seconds) / 60))


def deadline(*, started: datetime, limit: timedelta, extra_time: Decimal) -> datetime:
    """The limit times the candidate's factor after the start, rounded up to whole seconds."""
    return started + timedelta(seconds=math.ceil(Decimal(limit.total_seconds()) * extra_time))


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Whole seconds to the deadline, rounded up, 0 once it has passed."""
    return max(0, math.ceil((deadline - now).total_seconds()))


def is_over(deadline: datetime, now: datetime) -> bool:
    """Nobody may write any more; what was sent at the last moment may still be on its way."""
    return now >= deadline


def has_closed(deadline: datetime, late_tolerance: timedelta, now: datetime) -> bool:
    """What arrives from here on is late."""
    return now > deadline + late_tolerance


def is_collecting(deadline: datetime, late_tolerance: timedelta, now: datetime) -> bool:
    """Between the deadline and the close, when only saves under way at zero still count."""
    return is_over(deadline, now) and not has_closed(deadline, late_tolerance, now)
