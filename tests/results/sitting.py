"""Finished attempts with known questions, which the draw would choose by chance."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from quiz.bank.models import Question
from quiz.interviews.models import Attempt, Ended, Response
from tests.base import NOW

LIMIT = timedelta(minutes=15)


def sit(
    user: User,
    answers: dict[Question, str],
    *,
    started: datetime = NOW,
    took: timedelta | None = timedelta(minutes=13, seconds=8),
    language: str = "en",
    **fields: Any,
) -> Attempt:
    """An attempt that asked these questions, in this order; `took=None` leaves it running."""
    finished = {"finished_at": started + took, "ended": Ended.SUBMITTED} if took is not None else {}
    attempt = Attempt.objects.create(
        **{
            "user": user,
            "language": language,
            "seed": 1,
            "started_at": started,
            "time_limit": LIMIT,
            "deadline": started + LIMIT,
            **finished,
            **fields,
        }
    )
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            slot=slot,
            version=question.versions.first(),
            answer=answer,
            seconds=171,
            closed=took is not None,
        )
        for slot, (question, answer) in enumerate(answers.items(), start=1)
    )
    return attempt
