"""Reads of interviews."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet

from accounts.models import User
from quiz.bank.models import Question, QuestionVersion
from quiz.bank.queries import matching_questions
from quiz.interviews.draw import Candidate, families
from quiz.interviews.models import Attempt, Blueprint, Response


def attempts_of(user: User) -> QuerySet[Attempt]:
    """Newest first."""
    return Attempt.objects.filter(user=user).order_by("-started_at", "-pk")


ATTEMPT_OF = "SELECT * FROM interviews_attempt WHERE id = %s AND user_id = %s"


def attempt_of(user: User, attempt_id: UUID) -> Attempt | None:
    """The user's attempt; None for anybody else's.

    Every save begins here. For Django to put the same query together takes longer than the database to answer it.
    """
    key = Attempt._meta.pk.get_db_prep_value(attempt_id, connection)
    return next(iter(Attempt.objects.raw(ATTEMPT_OF, [key, user.pk])), None)


def running_attempt(user: User) -> Attempt | None:
    """The one that is not finished, though its time may have passed; None where there is none."""
    return Attempt.objects.filter(user=user, finished_at=None).first()


def responses_of(attempt: Attempt) -> QuerySet[Response]:
    """In the order of their slots, with the version and the topic that they are about."""
    return attempt.responses.select_related("version__question__topic").order_by("slot")


def slots_of(attempt_id: UUID) -> QuerySet[Response]:
    """What the room shows of the responses, without the questions' contents."""
    question = ("attempt_id", "slot", "version_id", "parent_id", "key_point")
    shown = (*question, "answer", "revision", "stored_at", "seconds", "flagged")
    return Response.objects.filter(attempt=attempt_id).only(*shown).order_by("slot")


def exchange_of(attempt: Attempt, slot: int) -> list[Response]:
    """The answer to the question that the slot is about, then those to its follow-ups, the slot's own the last.

    Response.DoesNotExist where there is no such slot.
    """
    here = attempt.responses.get(slot=slot)
    first = here.parent_id or here.pk
    exchange = attempt.responses.filter(Q(pk=first) | Q(parent=first), slot__lte=slot)
    return list(exchange.select_related("version").order_by("slot"))


def version_with_topic(version_id: int) -> QuestionVersion:
    """A question as the room shows it: the version's content, and the names of the topic."""
    names = ("question__topic__name_zh", "question__topic__name_en")
    versions = QuestionVersion.objects.select_related("question__topic").only("content", *names)
    return versions.get(pk=version_id)


def published_blueprints() -> QuerySet[Blueprint]:
    """In the editors' order, with their topics; none are published at first."""
    return Blueprint.objects.filter(published=True).prefetch_related("topics")


@dataclass(frozen=True)
class Pool:
    """What an interview can be drawn from."""

    questions: list[Question]

    @property
    def families(self) -> int:
        """How many questions one interview can have at most."""
        return len(families([Candidate(id=question.pk, family=question.family) for question in self.questions]))

    @property
    def minutes(self) -> int:
        """Suggested minutes a question, the mean rounded to whole ones, 0 for an empty pool."""
        seconds = [question.suggested_seconds for question in self.questions]
        return round(sum(seconds) / len(seconds) / 60) if seconds else 0


def pool(*, topics: list[str], difficulties: list[str]) -> Pool:
    """Of the published questions of these topics (slugs) and difficulties; an empty list means all."""
    questions = matching_questions(topics=topics, difficulties=difficulties)
    return Pool(list(questions.only("family", "suggested_seconds", "topic__slug")))


def candidates(questions: QuerySet[Question], user: User) -> list[Candidate]:
    """The questions as the draw needs them, with when the user last met each."""
    seen: dict[int, datetime] = dict(
        Response.objects.filter(attempt__user=user)
        .values_list("version__question")
        .annotate(last=Max("attempt__started_at"))
    )
    overlaps: dict[int, set[int]] = {}
    for one, other in Question.avoid_with.through.objects.values_list("from_question", "to_question"):
        overlaps.setdefault(one, set()).add(other)
    return [
        Candidate(id=pk, family=family, avoid=frozenset(overlaps.get(pk, ())), seen=seen.get(pk))
        for pk, family in questions.values_list("pk", "family")
    ]
