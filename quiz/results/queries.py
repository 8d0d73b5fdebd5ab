"""Reads of results."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from quiz.bank.queries import latest_versions
from quiz.interviews.models import Attempt, Response
from quiz.interviews.queries import responses_of
from quiz.marking import ENGINE_VERSION
from quiz.results.models import Assessment, By
from quiz.results.sheet import Card, Earlier, Sheet, card_of


def unmarked_responses() -> QuerySet[Response]:
    """Those that the present engine has not marked."""
    marked = Assessment.objects.filter(response=OuterRef("pk"), by=By.AUTOMATIC, engine=ENGINE_VERSION)
    return Response.objects.filter(~Exists(marked))


def unassessed_attempts() -> QuerySet[Attempt]:
    """Finished attempts that the present engine has yet to mark, oldest first."""
    unmarked = unmarked_responses().filter(attempt=OuterRef("pk"))
    return Attempt.objects.filter(Q(score=None) | Exists(unmarked), finished_at__isnull=False).order_by("started_at")


def attempts_without_score(user: User) -> QuerySet[Attempt]:
    """The user's finished attempts that nobody has marked yet, newest first."""
    return Attempt.objects.filter(user=user, finished_at__isnull=False, score=None).order_by("-started_at")


def needs_assessment(attempt: Attempt) -> bool:
    """Whether it is finished and the present engine has yet to mark it; False while it is running."""
    return unassessed_attempts().filter(pk=attempt.pk).exists()


def shown_assessments() -> Q:
    """The present engine's, and the candidate's own."""
    return Q(by=By.OWN) | Q(by=By.AUTOMATIC, engine=ENGINE_VERSION)


def marked_responses(attempt: Attempt) -> QuerySet[Response]:
    """The responses with their `assessments`, the present engine's and the candidate's own, and their `reports`."""
    shown = Assessment.objects.filter(shown_assessments())
    return responses_of(attempt).prefetch_related(Prefetch("assessments", shown), "reports")


def card_in(attempt: Attempt, slot: int) -> Card:
    """The card of the question in that slot, or that the follow-up in it belongs to."""
    return next(card for card in _cards(attempt, list(marked_responses(attempt))) if slot in card.slots)


def sheet_of(attempt: Attempt) -> Sheet:
    """The result sheet of an attempt that the present engine has marked."""
    responses = list(marked_responses(attempt))
    questions = {response.version.question_id for response in responses}
    earlier, newest = earlier_scores(attempt, questions), latest_versions(questions)
    return Sheet(attempt, _cards(attempt, responses, earlier=earlier, newest=newest))


def _cards(attempt: Attempt, responses: list[Response], **more: Mapping[int, Any]) -> list[Card]:
    """A card for each question, with its follow-ups; they are numbered from 1, whatever their slots."""
    main = [response for response in responses if not response.is_follow_up]
    return [
        card_of(
            response,
            attempt.language,
            number=number,
            follow_ups=[other for other in responses if other.parent_id == response.pk],
            **more,
        )
        for number, response in enumerate(main, start=1)
    ]


def earlier_scores(attempt: Attempt, questions: set[int]) -> dict[int, Earlier]:
    """How the questions went when the candidate last answered them before, marked by the same engine."""
    # What counts as answered is decided here: databases differ in what their expressions take for a space.
    assessments = (
        Assessment.objects.filter(
            by=By.AUTOMATIC,
            engine=ENGINE_VERSION,
            response__attempt__user=attempt.user_id,
            response__attempt__finished_at__isnull=False,
            response__attempt__started_at__lt=attempt.started_at,
            response__version__question__in=questions,
            response__parent=None,
        )
        .exclude(response__answer="")
        .select_related("response__attempt", "response__version")
        .only(
            "score",
            "response__answer",
            "response__attempt__started_at",
            "response__version__question_id",
            "response__version__sha256",
        )
        .order_by("response__attempt__started_at")
    )
    return {
        one.response.version.question_id: Earlier(
            one.response.attempt_id, one.response.attempt.started_at, one.score, one.response.version.sha256
        )
        for one in assessments
        if one.response.is_answered
    }
