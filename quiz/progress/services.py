"""Writes that a candidate's pages call for."""

from datetime import datetime

from accounts.models import User
from quiz.interviews.services import close_overdue
from quiz.results.queries import attempts_without_score
from quiz.results.services import assess_attempt

MAX_ASSESSED = 10
"""A candidate has one running interview at a time: more than this wait only after something went wrong."""


def settle_attempts(*, user: User, now: datetime) -> None:
    """Finish the user's interview whose time has passed with the page closed, and mark what nobody has looked at."""
    close_overdue(now=now, user=user)
    for attempt in attempts_without_score(user)[:MAX_ASSESSED]:
        assess_attempt(attempt=attempt, now=now)
