"""Reads of interviews."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet

from accounts.models import User
from quiz.bank.models import Question, Topic
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


@dataclass(frozen=True)
class Slots:
    """An attempt's responses in order, without the questions' contents, but with that of the open slot.

    A question's content comes without its key points, a follow-up's with them.
    """

    responses: list[Response]
    here: Response
    content: dict[str, Any]
    topic: Topic
    """With its names alone."""


WITHOUT_RUBRIC = {"sqlite": "json_remove(v.content, '$.key_points')", "postgresql": "v.content - 'key_points'"}
"""The rubric is nine tenths of a version, and only a follow-up is asked from it."""

SLOTS_OF = """
    SELECT r.id, r.attempt_id, r.slot, r.version_id, r.parent_id, r.key_point, r.answer, r.revision, r.stored_at,
        r.seconds, r.flagged, t.name_zh, t.name_en,
        CASE WHEN r.slot <> %s THEN NULL WHEN r.parent_id IS NULL THEN {texts} ELSE v.content END AS content
    FROM interviews_response r
    JOIN bank_questionversion v ON v.id = r.version_id
    JOIN bank_question q ON q.id = v.question_id
    JOIN bank_topic t ON t.id = q.topic_id
    WHERE r.attempt_id = %s
    ORDER BY r.slot
"""


def slots_of(attempt_id: UUID, slot: int) -> Slots | None:
    """What the room shows; None where there is no such slot.

    One query, as SQL for the reason that `attempt_of` has: the room is read more often than anything else.
    """
    key = Attempt._meta.pk.get_db_prep_value(attempt_id, connection)
    sql = SLOTS_OF.format(texts=WITHOUT_RUBRIC[connection.vendor])
    responses = list(Response.objects.raw(sql, [slot, key]))
    here = next((response for response in responses if response.slot == slot), None)
    if here is None:
        return None
    columns = vars(here)
    topic = Topic(name_zh=columns["name_zh"], name_en=columns["name_en"])
    return Slots(responses, here, json.loads(columns["content"]), topic)


def exchange_of(attempt: Attempt, slot: int) -> list[Response]:
    """The answer to the question that the slot is about, then those to its follow-ups, the slot's own the last.

    Response.DoesNotExist where there is no such slot.
    """
    here = attempt.responses.get(slot=slot)
    first = here.parent_id or here.pk
    exchange = attempt.responses.filter(Q(pk=first) | Q(parent=first), slot__lte=slot)
    return list(exchange.select_related("version").order_by("slot"))


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
        Candidate(id=pk, topic=topic, family=family, avoid=frozenset(overlaps.get(pk, ())), seen=seen.get(pk))
        for pk, topic, family in questions.values_list("pk", "topic", "family")
    ]
