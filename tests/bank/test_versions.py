"""Versions: written when a published question's content changes, and never changed themselves."""

from datetime import timedelta

import pytest

from quiz.bank.content import content_of, frozen, missing_for_publishing, rubric_of, sha256
from quiz.bank.models import Question, Status
from quiz.bank.services import (
    NotPublishable,
    number_key_points,
    publish_question,
    retire_question,
    write_version,
)
from quiz.marking import mark
from tests.base import NOW, make_question

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_publishing_writes_the_first_version(editor):
    question = make_question(1, publish=False)
    publish_question(question=question, now=NOW, editor=editor, note="ready")
    version = question.versions.get()
    assert (version.number, version.editor, version.note, version.created_at) == (1, editor, "ready", NOW)
    assert question.status == Status.PUBLISHED


def test_a_draft_gets_no_version():
    question = make_question(1, publish=False)
    assert write_version(question=question, now=NOW) is None
    assert not question.versions.exists()


def test_saving_without_a_change_writes_no_version():
    question = make_question(1)
    assert write_version(question=question, now=LATER) is None
    assert question.versions.count() == 1


@pytest.mark.parametrize(
    "change", [{"title_en": "New"}, {"editors_note_zh": "新"}, {"difficulty": "hard"}, {"suggested_seconds": 60}]
)
def test_a_changed_question_gets_the_next_version(change):
    question = make_question(1)
    Question.objects.update(**change)
    version = write_version(question=question, now=LATER)
    assert version.number == 2
    assert version.content.items() >= change.items()


def test_a_changed_key_point_gets_the_next_version():
    question = make_question(1)
    question.key_points.filter(position=1).update(expressions="gamma1")
    assert write_version(question=question, now=LATER).number == 2


def test_the_order_of_key_points_is_content():
    question = make_question(1)
    question.key_points.filter(position=1).update(position=9)
    version = write_version(question=question, now=LATER)
    assert [point["label_en"] for point in version.content["key_points"]] == ["Point beta", "Point alpha"]


def test_a_version_is_of_what_is_stored_and_not_of_a_stale_instance():
    question = make_question(1)
    stale = Question.objects.prefetch_related("key_points").get()
    list(stale.key_points.all())
    question.key_points.filter(position=1).update(label_en="Stored")
    Question.objects.update(title_en="Stored")
    content = write_version(question=stale, now=LATER).content
    assert (content["title_en"], content["key_points"][0]["label_en"]) == ("Stored", "Stored")


def test_going_back_to_an_earlier_text_is_a_new_version():
    question = make_question(1)
    for title in ("New", "Title 1"):
        Question.objects.update(title_en=title)
        write_version(question=question, now=LATER)
    first, _, third = question.versions.order_by("number")
    assert first.sha256 == third.sha256


def test_a_version_never_changes_when_the_question_does():
    question = make_question(1)
    before = question.versions.get()
    Question.objects.update(title_zh="新", reference_answer_zh="新")
    question.key_points.all().delete()
    write_version(question=question, now=LATER)
    retire_question(question=question)
    after = question.versions.get(number=1)
    assert (after.content, after.sha256) == (before.content, before.sha256)
    assert after.sha256 == sha256(after.content)


def test_an_overlap_belongs_to_the_draw_and_not_to_a_version():
    question, other = make_question(1), make_question(2)
    other.avoid_with.add(question)
    assert write_version(question=question, now=LATER) is None
    assert content_of(question)["avoid_with"] == ["question-2"]
    assert "avoid_with" not in frozen(content_of(question))


def test_a_retired_question_gets_no_version_until_it_is_published_again():
    question = make_question(1)
    retire_question(question=question)
    Question.objects.update(title_en="New")
    assert write_version(question=question, now=LATER) is None
    publish_question(question=Question.objects.get(), now=LATER)
    assert question.versions.first().content["title_en"] == "New"


@pytest.mark.parametrize("column", ["title_zh", "prompt_zh", "reference_answer_zh"])
def test_a_question_without_its_chinese_texts_cannot_be_published(column):
    question = make_question(1, publish=False, **{column: " "})
    with pytest.raises(NotPublishable) as error:
        publish_question(question=question, now=NOW)
    assert error.value.missing == [column]
    assert Question.objects.get().status == Status.DRAFT


def test_a_question_without_english_can_be_published():
    question = make_question(1, publish=False, title_en="", prompt_en="", reference_answer_en="", explanation_en="")
    publish_question(question=question, now=NOW)
    assert Question.objects.get().status == Status.PUBLISHED


def test_a_question_that_nobody_could_earn_marks_on_cannot_be_published():
    question = make_question(1, points=0, publish=False)
    assert missing_for_publishing(content_of(question)) == []  # its key points are drafted
    question.key_points.create(label_zh="超出", origin="beyond", expressions="x")
    assert missing_for_publishing(content_of(question)) == []
    point = question.key_points.create(label_zh="要点")
    assert missing_for_publishing(content_of(question)) == ["key_points"]
    point.expressions = "x"
    point.save()
    assert missing_for_publishing(content_of(question)) == []


def test_every_scored_point_needs_an_expression():
    question = make_question(1, publish=False)
    question.key_points.filter(position=2).update(expressions="")
    with pytest.raises(NotPublishable):
        publish_question(question=question, now=NOW)


def test_key_points_are_numbered_in_their_order():
    question = make_question(1, points=3)
    question.key_points.filter(position=1).update(position=32_000)
    number_key_points(question=question)
    assert list(question.key_points.values_list("position", "label_en")) == [
        (1, "Point beta"),
        (2, "Point gamma"),
        (3, "Point alpha"),
    ]


def test_the_rubric_of_a_version_marks_answers():
    question = make_question(1)
    question.key_points.create(position=3, label_zh="超出", origin="beyond", weight=3, expressions="gamma1")
    rubric = rubric_of(content_of(question))
    assert [point.scored for point in rubric.points] == [True, True, False]
    assert [mark(rubric, answer).score for answer in ("alpha1", "alpha1 beta1", "gamma1")] == [60, 100, 0]
