"""Durations as a clock shows them."""

from datetime import datetime, timedelta

from django import template

from quiz.interviews.clock import as_clock

register = template.Library()


@register.filter
def clock(duration: int | timedelta) -> str:
    """Seconds, or a timedelta, as 12:47 or 1:02:03."""
    return as_clock(int(duration.total_seconds()) if isinstance(duration, timedelta) else duration)


@register.filter
def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC, as JavaScript counts."""
    return round(moment.timestamp() * 1000)
