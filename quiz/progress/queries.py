"""Reads of a candidate's progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db.models import Exists, F, JSONField, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from quiz.bank.models import Topic
from quiz.interviews.models import Attempt, Blueprint, Response
from quiz.interviews.queries import attempts_of
from quiz.results.marks import agreement
from quiz.results.models import Assessment, By
from quiz.results.scores import Agreement, mean_score
from quiz.results.sheet import TopicScore

SCORES_OF_TOPIC = 10
"""A topic's mean speaks of this many last questions: who learned something need not carry the first tries for ever."""


def history_of(
    user: User,
    *,
    zone: tzinfo,
    topic: Topic | None = None,
    blueprint: Blueprint | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Attempt]:
    """The user's attempts, newest first.

    `since` and `until` are whole days in `zone`, both included; `topic` finds those that ask a question of it.
    """
    attempts = attempts_of(user).select_related("blueprint")
    if topic:
        of_topic = Response.objects.filter(attempt=OuterRef("pk"), version__question__topic=topic)
        attempts = attempts.filter(Exists(of_topic))
    if blueprint:
        attempts = attempts.filter(blueprint=blueprint)
    if since:
        attempts = attempts.filter(started_at__gte=datetime.combine(since, time.min, zone))
    if until:
        attempts = attempts.filter(started_at__lt=datetime.combine(until + timedelta(days=1), time.min, zone))
    return attempts


def scores_in(attempts: QuerySet[Attempt]) -> list[tuple[datetime, int]]:
    """When and how high, of those that have a score, oldest first."""
    rows = attempts.order_by("started_at", "pk").values_list("started_at", "score")
    return [(started, score) for started, score in rows if score is not None]


@dataclass(frozen=True)
class Row:
    """An attempt of the history."""

    attempt: Attempt
    topics: list[Topic]
    """What it asks about, in the topics' order."""
    count: int
    """How many questions it has."""
    agreement: Agreement | None = None
    """Of own and automatic marks; None without own marks, or where it was not asked for."""


def rows_of(
    attempts: list[Attempt] | QuerySet[Attempt], agreements: Mapping[UUID, Agreement] | None = None
) -> list[Row]:
    """The attempts with what they ask about; one without questions has no topics and the count 0."""
    topics = Topic.objects.in_bulk()
    asked: dict[UUID, list[int]] = {}
    questions = Response.objects.filter(attempt__in=attempts, parent=None).order_by()
    for attempt_id, topic in questions.values_list("attempt", "version__question__topic"):
        asked.setdefault(attempt_id, []).append(topic)
    return [
        Row(
            attempt,
            [topic for pk, topic in topics.items() if pk in asked.get(attempt.pk, ())],
            len(asked.get(attempt.pk, ())),
            (agreements or {}).get(attempt.pk),
        )
        for attempt in attempts
    ]


def agreements_in(attempts: list[Attempt] | QuerySet[Attempt]) -> dict[UUID, Agreement]:
    """How far own and automatic marks agree, of the attempts that have own marks."""
    own = Assessment.objects.filter(by=By.OWN, response__attempt__in=attempts).order_by()
    automatic = Assessment.objects.filter(by=By.AUTOMATIC, response=OuterRef("response")).order_by("-pk")
    found: dict[UUID, Agreement] = {}
    rows = own.annotate(automatic=Subquery(automatic.values("marks")[:1], output_field=JSONField()))
    for attempt_id, marks, others in rows.values_list("response__attempt", "marks", "automatic"):
        found[attempt_id] = found.get(attempt_id, Agreement()) + agreement(marks, others or [])
    return found


def topic_scores(user: User) -> list[TopicScore]:
    """The mean of each topic's last automatic scores, in the topics' order; topics never asked are left out."""
    automatic = Assessment.objects.filter(by=By.AUTOMATIC, response__attempt__user=user, response__parent=None)
    by_newer_engine = automatic.filter(response=OuterRef("response"), pk__gt=OuterRef("pk"))
    position = Window(
        RowNumber(),
        partition_by=F("response__version__question__topic"),
        order_by=[F("response__attempt__started_at").desc(), F("response__slot")],
    )
    last = automatic.filter(~Exists(by_newer_engine)).annotate(position=position).filter(position__lte=SCORES_OF_TOPIC)
    scores: dict[int, list[int]] = {}
    for topic, score in last.order_by().values_list("response__version__question__topic", "score"):
        scores.setdefault(topic, []).append(score)
    topics = Topic.objects.in_bulk()
    return [TopicScore(topics[pk], mean_score(scores[pk]), len(scores[pk])) for pk in topics if pk in scores]
