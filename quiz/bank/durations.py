"""Durations as people read them. Pure."""

from datetime import timedelta


def as_clock(duration: int | timedelta) -> str:
    """Seconds, or a timedelta, as 12:47, or 1:02:03 from an hour on."""
    seconds = int(duration.total_seconds()) if isinstance(duration, timedelta) else duration
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
