"""Writes of results: assessing, and the candidate's own marks. Each is one transaction."""

from datetime import datetime

from django.db import transaction

from quiz.bank.content import rubric_of
from quiz.interviews.models import Attempt, Response
from quiz.marking import ENGINE_VERSION, Mark, Outcome, mark, score_of
from quiz.results.marks import as_json
from quiz.results.models import Assessment, By
from quiz.results.queries import unmarked_responses
from quiz.results.scores import mean_score


class UnknownKeyPoint(ValueError):
    """A position at which the question has no scored key point."""


@transaction.atomic
def assess_attempt(*, attempt: Attempt, now: datetime) -> None:
    """Mark every response that the present engine has not marked, and renew the attempt's scores.

    Doing it twice, also at once, changes nothing. ValueError for an attempt that is still running.
    """
    if attempt.is_running:
        raise ValueError("a running attempt has no marks")
    _lock(attempt)
    unmarked = unmarked_responses().filter(attempt=attempt).select_related("version")
    Assessment.objects.bulk_create([_automatic(response, now) for response in unmarked], ignore_conflicts=True)
    _renew_scores(attempt)


@transaction.atomic
def tick_key_points(*, response: Response, covered: set[int], now: datetime) -> Assessment:
    """Store the candidate's own marks in place of any before: covered are the key points at these positions.

    Raises UnknownKeyPoint where one of them is not a scored key point of the response's version.
    """
    rubric = rubric_of(response.version.content)
    scored = [point.position for point in rubric.points if point.scored]
    if unknown := covered.difference(scored):
        raise UnknownKeyPoint(f"no scored key points at {sorted(unknown)}")
    _lock(response.attempt)
    marks = [
        Mark(position, Outcome.COVERED if position in covered else Outcome.MISSED, evidence=(), expression="")
        for position in scored
    ]
    assessment, _ = Assessment.objects.update_or_create(
        response=response,
        by=By.OWN,
        defaults={
            "marks": [as_json(mark) for mark in marks],
            "score": score_of(rubric, covered),
            "created_at": now,
        },
    )
    _renew_scores(response.attempt)
    return assessment


@transaction.atomic
def take_back_ticks(*, response: Response) -> None:
    """Delete the candidate's own marks: the automatic ones stand alone again."""
    _lock(response.attempt)
    Assessment.objects.filter(response=response, by=By.OWN).delete()
    _renew_scores(response.attempt)


def _lock(attempt: Attempt) -> None:
    """Two writers of one attempt's marks take turns, so that its scores are of all of them."""
    Attempt.objects.select_for_update().get(pk=attempt.pk)


def _automatic(response: Response, now: datetime) -> Assessment:
    marking = mark(rubric_of(response.version.content), response.answer)
    return Assessment(
        response=response,
        by=By.AUTOMATIC,
        engine=ENGINE_VERSION,
        marks=[as_json(one) for one in marking.marks],
        score=marking.score,
        created_at=now,
    )


def _renew_scores(attempt: Attempt) -> None:
    assessments = Assessment.objects.filter(response__attempt=attempt)
    automatic = dict(
        assessments.filter(by=By.AUTOMATIC, engine=ENGINE_VERSION).values_list("response", "score"),
    )
    own = dict(assessments.filter(by=By.OWN).values_list("response", "score"))
    attempt.score = mean_score(automatic.values())
    attempt.own_score = mean_score((automatic | own).values()) if own else None
    attempt.save(update_fields=["score", "own_score"])
