"""Reads of the bank."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When

from quiz.bank.answer_lines import Entry
from quiz.bank.browse import Row
from quiz.bank.content import TEXT_FIELDS, rubric_of
from quiz.bank.markdown import plain_text
from quiz.bank.models import KeyPoint, Question, QuestionVersion, Status, Topic
from quiz.bank.search import Document, search
from quiz.marking import prepare


def published_questions() -> QuerySet[Question]:
    return Question.objects.filter(status=Status.PUBLISHED).select_related("topic")


def topics_with_counts() -> QuerySet[Topic]:
    """All topics in their order, each with the number of its published questions as `published`."""
    published = Count("questions", filter=Q(questions__status=Status.PUBLISHED))
    return Topic.objects.annotate(published=published).order_by("order", "slug")


def matching_questions(*, topics: list[str], difficulties: list[str]) -> QuerySet[Question]:
    """The published questions of any of the topics (slugs) and difficulties; an empty list means all."""
    questions = published_questions()
    if topics:
        questions = questions.filter(topic__slug__in=topics)
    if difficulties:
        questions = questions.filter(difficulty__in=difficulties)
    return questions


def latest_versions(question_ids: Collection[int]) -> dict[int, QuestionVersion]:
    """The newest version of each question, by the question's id; questions never published have none."""
    later = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    newest = QuestionVersion.objects.filter(~Exists(later), question__in=question_ids)
    return {version.question_id: version for version in newest}


def entries() -> dict[int, Entry]:
    """The rubric of each published question's newest version, by the question's number."""
    versions = latest_versions(published_questions().values_list("pk", flat=True))
    return {version.content["number"]: _entry(version.content) for version in versions.values()}


def _entry(content: dict[str, Any]) -> Entry:
    labels = {position: point["label_zh"] for position, point in enumerate(content["key_points"])}
    rubric = rubric_of(content)
    prepare(rubric)
    return Entry(rubric, labels)


NEW_FOR = timedelta(days=30)
"""How long a question counts as new; those with which the bank began never do."""


def rows_found(query: str, *, now: datetime) -> list[Row]:
    """The published questions that a search finds, best first; without one all of them, by number."""
    rows = {row.id: row for row in _rows(now)}
    return [rows[number] for number in search(query, _documents())] if query else list(rows.values())


def _rows(now: datetime) -> list[Row]:
    questions = published_questions().annotate(since=Min("versions__created_at")).order_by("number")
    columns = list(questions.values_list("pk", "topic__slug", "difficulty", "since"))
    began = min((since for *_, since in columns if since), default=now)
    known_before = max(now - NEW_FOR, began + timedelta(days=1))
    return [Row(pk, topic, level, bool(since and since > known_before)) for pk, topic, level, since in columns]


def _documents() -> list[Document]:
    """The published questions' texts. Key points count as answer: their labels are often all there is in English."""
    labels: dict[int, list[str]] = {}
    points = KeyPoint.objects.filter(question__status=Status.PUBLISHED)
    for question, *names in points.values_list("question", "label_zh", "label_en"):
        labels.setdefault(question, []).extend(names)
    columns = [f"{field}_{suffix}" for field in TEXT_FIELDS[:4] for suffix in ("zh", "en")]
    return [
        Document(
            id=pk,
            title="\n".join(texts[:2]),
            prompt=_plain(texts[2:4]),
            answer="\n".join([_plain(texts[4:]), *labels.get(pk, ())]),
        )
        for pk, *texts in published_questions().values_list("pk", *columns)
    ]


def _plain(texts: Iterable[str]) -> str:
    return "\n".join(map(_plain_text, texts))


# Without their Markdown: addresses and markers are not what anybody searches for.
_plain_text = lru_cache(maxsize=8_192)(plain_text)


def listed_questions(ids: list[int]) -> list[Question]:
    """The questions in the order of `ids`, with what a list shows: `in_english` says whether no text lacks it."""
    whole = Q()
    for field in TEXT_FIELDS:
        whole &= Q(**{f"{field}_zh": ""}) | ~Q(**{f"{field}_en": ""})
    questions = (
        Question.objects.select_related("topic")
        .only("slug", "number", "title_zh", "title_en", "topic", "difficulty", "suggested_seconds")
        .annotate(in_english=Case(When(whole, then=Value(True)), default=Value(False), output_field=BooleanField()))
        .in_bulk(ids)
    )
    return [questions[pk] for pk in ids if pk in questions]


def neighbours_of(question: Question) -> tuple[Question | None, Question | None]:
    """The published questions before and after it by number."""
    questions = _linked()
    before = questions.filter(number__lt=question.number).order_by("-number").first()
    return before, questions.filter(number__gt=question.number).order_by("number").first()


def similar_questions(question: Question) -> list[Question]:
    """The other published questions of its family."""
    if not question.family:
        return []
    return list(_linked().filter(family=question.family).exclude(pk=question.pk))


def _linked() -> QuerySet[Question]:
    """The published questions, as much of them as a link needs."""
    return published_questions().select_related(None).only("slug", "number", "title_zh", "title_en")


def exported_questions() -> list[Question]:
    """What an export holds, ready for `content_of`: every question that is not retired."""
    questions = Question.objects.exclude(status=Status.RETIRED).select_related("topic")
    return list(questions.prefetch_related("avoid_with", "key_points"))
