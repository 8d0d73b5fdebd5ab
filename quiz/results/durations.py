"""How long an attempt took, and how long it might have taken."""

from datetime import timedelta

from quiz.interviews.models import Attempt


def time_used(attempt: Attempt) -> timedelta | None:
    """From the start to the end; None for an attempt that is still running."""
    return None if attempt.finished_at is None else attempt.finished_at - attempt.started_at


def time_allowed(attempt: Attempt) -> timedelta:
    """The time limit, with the candidate's extra time."""
    return attempt.deadline - attempt.started_at
