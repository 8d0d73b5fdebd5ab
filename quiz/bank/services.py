"""Writes to the bank."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from accounts.models import User
from quiz.bank.content import (
    KEY_POINT_COLUMNS,
    KEY_POINT_LISTS,
    QUESTION_COLUMNS,
    SCHEMA,
    content_of,
    drafted_key_points,
    fingerprint,
    frozen,
    is_edited,
    missing_for_publishing,
    sha256,
)
from quiz.bank.fixture import InvalidFixture, check_expressions, check_form
from quiz.bank.models import KeyPoint, Question, QuestionVersion, Status, Topic
from quiz.marking import suggested_expression


class NotPublishable(Exception):
    """The question lacks what an interview needs; `missing` holds the keys, see `missing_for_publishing`."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@transaction.atomic
def write_version(
    *, question: Question, now: datetime, editor: User | None = None, note: str = ""
) -> QuestionVersion | None:
    """Freeze the stored content of a published question; None where it is not published or nothing has changed."""
    stored = locked(question)
    if stored.status != Status.PUBLISHED:
        return None
    content = frozen(content_of(stored))
    latest = stored.versions.order_by("-number").first()
    if latest and latest.sha256 == sha256(content):
        return None
    return QuestionVersion.objects.create(
        question=stored,
        number=latest.number + 1 if latest else 1,
        schema=SCHEMA,
        content=content,
        sha256=sha256(content),
        editor=editor,
        note=note,
        created_at=now,
    )


def locked(question: Question) -> Question:
    """The question as it is stored, held until the transaction ends: of two editors at once the second waits."""
    return Question.objects.select_for_update(of=("self",)).select_related("topic").get(pk=question.pk)


@transaction.atomic
def publish_question(*, question: Question, now: datetime, editor: User | None = None, note: str = "") -> None:
    """Let interviews ask it; NotPublishable where it lacks what they need."""
    missing = missing_for_publishing(content_of(locked(question)))
    if missing:
        raise NotPublishable(missing)
    question.status = Status.PUBLISHED
    question.save(update_fields=["status"])
    write_version(question=question, now=now, editor=editor, note=note)


def retire_question(*, question: Question) -> None:
    """Ask it no more; attempts that have it keep it."""
    question.status = Status.RETIRED
    question.save(update_fields=["status"])


def number_key_points(*, question: Question) -> None:
    """Give the key points the positions 1, 2, 3, ... in their present order."""
    points = list(question.key_points.order_by("position", "pk"))
    for position, point in enumerate(points, start=1):
        point.position = position
    KeyPoint.objects.bulk_update(points, ["position"])


@dataclass
class Loaded:
    """What a fixture changed: slugs of questions."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Left alone because an editor has changed them since they were loaded."""
    refused: dict[str, str] = field(default_factory=dict)
    """Not written because another question, whose slug is the value, has their number."""


@transaction.atomic
def load_fixture(*, fixture: dict[str, Any], now: datetime) -> Loaded:
    """Bring in a fixture's new questions, and its new texts for those that no editor has touched.

    A question without a rubric comes in as a draft. Topics that are there already are left alone. InvalidFixture, and
    nothing written, where the fixture is not sound.
    """
    check_form(fixture)
    stored = {
        question.slug: question
        for question in Question.objects.select_related("topic").prefetch_related("avoid_with", "key_points")
    }
    holders = {question.number: question.slug for question in stored.values()}
    new = [content for content in fixture["questions"] if content["slug"] not in stored]
    neighbours = {slug for slug, question in stored.items() if question.loaded_hash}
    neighbours |= {content["slug"] for content in new if content["number"] not in holders}

    loaded = Loaded()
    to_write = []
    for content in fixture["questions"]:
        slug, question = content["slug"], stored.get(content["slug"])
        holder = holders.get(content["number"], slug)
        if question and (not question.loaded_hash or is_edited(question)):
            loaded.kept.append(slug)
        elif question and question.loaded_hash == fingerprint(content, neighbours=neighbours):
            loaded.unchanged.append(slug)
        elif holder != slug:
            loaded.refused[slug] = holder
        else:
            check_expressions(content)
            (loaded.updated if question else loaded.created).append(slug)
            to_write.append((question or Question(), content))

    needed = {content["topic"] for _, content in to_write}
    first_load = len(new) == len(fixture["questions"])
    topics = _topics([topic for topic in fixture["topics"] if first_load or topic["slug"] in needed])
    for question, content in to_write:
        _write_content(question, content, topics, fingerprint(content, neighbours=neighbours))
    _link_overlaps(to_write, neighbours)
    for question, _ in to_write:
        write_version(question=question, now=now, note=f"loaded, schema {SCHEMA}")
    return loaded


def _topics(wanted: Iterable[dict[str, Any]]) -> dict[str, Topic]:
    """All topics by slug, those that are wanted and missing made."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    for columns in wanted:
        if columns["slug"] not in topics:
            topic = Topic(**columns)
            _check(topic, f"topic {topic.slug}")
            topic.save()
            topics[topic.slug] = topic
    return topics


def _write_content(question: Question, content: dict[str, Any], topics: dict[str, Topic], loaded_hash: str) -> None:
    for column in QUESTION_COLUMNS:
        setattr(question, column, content[column])
    question.topic = topics[content["topic"]]
    question.loaded_hash = loaded_hash
    if question.status == Status.DRAFT and not missing_for_publishing(content):
        question.status = Status.PUBLISHED
    _check(question, question.slug)
    question.save()
    question.key_points.all().delete()
    points = [
        KeyPoint(
            question=question,
            position=position,
            **{column: point[column] for column in KEY_POINT_COLUMNS},
            **{column: "\n".join(point[column]) for column in KEY_POINT_LISTS},
        )
        for position, point in enumerate(content["key_points"], start=1)
    ]
    for point in points:
        _check(point, f"{question.slug}, key point {point.position}")
    KeyPoint.objects.bulk_create(points)


def _check(row: Topic | Question | KeyPoint, place: str) -> None:
    """InvalidFixture, in English, where a column does not take its value."""
    with translation.override("en"):
        try:
            row.clean_fields(exclude=["topic", "question"])
        except ValidationError as error:
            column, messages = next(iter(error.message_dict.items()))
            raise InvalidFixture(f"{place}: {column}: {messages[0]}") from None


def _link_overlaps(written: list[tuple[Question, dict[str, Any]]], neighbours: set[str]) -> None:
    """As the fixture says among the questions that came from fixtures; the links to an editor's own stay."""
    ids = dict(Question.objects.filter(slug__in=neighbours).values_list("slug", "pk"))
    for question, content in written:
        own = question.avoid_with.exclude(pk__in=ids.values()).values_list("pk", flat=True)
        question.avoid_with.set([*own, *(ids[slug] for slug in content["avoid_with"] if slug in ids)])


@transaction.atomic
def draft_key_points(*, question: Question) -> int:
    """Write key points into a question that has none, from its reference answer; how many.

    Each has one suggested line of expressions, for an editor to make statements of. No version is written: that is for
    the editor's save.
    """
    content = content_of(locked(question))
    if content["key_points"]:
        return 0
    prompt = "\n".join([content["prompt_zh"], content["prompt_en"]])
    drafted = drafted_key_points(content)
    KeyPoint.objects.bulk_create(
        KeyPoint(
            question=question,
            position=position,
            label_zh=point["label_zh"],
            label_en=point["label_en"],
            expressions="\n".join(
                line
                for label in (point["label_zh"], point["label_en"])
                if (line := suggested_expression(label, prompt))
            ),
        )
        for position, point in enumerate(drafted, start=1)
    )
    return len(drafted)
