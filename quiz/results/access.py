"""Loading, authorising and marking in one call."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from quiz.interviews.access import attempt_for
from quiz.interviews.models import Attempt
from quiz.results.queries import needs_assessment
from quiz.results.services import assess_attempt


def assessed_attempt_for(user: User, attempt_id: UUID, now: datetime) -> Attempt:
    """The user's attempt, marked if it is finished; 404 for anybody else's."""
    attempt = attempt_for(user, attempt_id, now)
    if not attempt.is_running and needs_assessment(attempt):
        assess_attempt(attempt=attempt, now=now)
    return attempt
