"""Reads of results."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from quiz.bank.models import QuestionVersion
from quiz.interviews.models import Attempt, Response
from quiz.interviews.queries import responses_of
from quiz.marking import ENGINE_VERSION
from quiz.results.models import Assessment, By
from quiz.results.sheet import Earlier, Sheet, card_of


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
    return unassessed_attempts().filter(pk=attempt.pk).exists()


def marked_responses(attempt: Attempt) -> QuerySet[Response]:
    """The responses with their `assessments`: the present engine's, and the candidate's own."""
    shown = Assessment.objects.filter(Q(by=By.OWN) | Q(by=By.AUTOMATIC, engine=ENGINE_VERSION))
    return responses_of(attempt).prefetch_related(Prefetch("assessments", shown))


def sheet_of(attempt: Attempt) -> Sheet:
    """The result sheet of an attempt that the present engine has marked."""
    responses = list(marked_responses(attempt))
    questions = {response.version.question_id for response in responses}
    earlier, newest = earlier_scores(attempt, questions), newest_versions(questions)
    cards = [card_of(response, attempt.language, earlier=earlier, newest=newest) for response in responses]
    return Sheet(attempt, cards)


def earlier_scores(attempt: Attempt, questions: set[int]) -> dict[int, Earlier]:
    """How the questions went when the candidate last answered them before, marked by the same engine."""
    rows: Iterable[tuple[int, UUID, datetime, int, str]] = (
        Assessment.objects.filter(
            by=By.AUTOMATIC,
            engine=ENGINE_VERSION,
            response__attempt__user=attempt.user_id,
            response__attempt__finished_at__isnull=False,
            response__attempt__started_at__lt=attempt.started_at,
            response__version__question__in=questions,
        )
        .exclude(response__answer__regex=r"^\s*$")
        .order_by("response__attempt__started_at")
        .values_list(
            "response__version__question",
            "response__attempt",
            "response__attempt__started_at",
            "score",
            "response__version__sha256",
        )
    )
    return {question: Earlier(attempt_id, at, score, sha256) for question, attempt_id, at, score, sha256 in rows}


def newest_versions(questions: set[int]) -> dict[int, QuestionVersion]:
    """The newest version of each question, by question."""
    later = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    newest = QuestionVersion.objects.filter(~Exists(later), question__in=questions)
    return {version.question_id: version for version in newest}
