"""Questions that came without key points: marked by their reference answer until an editor has written a rubric."""

import pytest
from django.urls import reverse
from hypothesis import given

from quiz.bank.content import content_of, frozen, rubric_of, sha256
from quiz.bank.models import KeyPoint, Question, Status
from quiz.bank.services import NotPublishable, draft_key_points, publish_question
from quiz.marking import Outcome, check_expression, mark, suggested_expression
from tests.base import NOW, make_question
from tests.marking.strategies import answers, patient

CHINESE = "1. **定期盘点**：按固定周期清点；2. **临时盘点**：随时清点。"


@pytest.fixture
def bare(db) -> Question:
    question = make_question(1, points=0, publish=False, prompt_zh="盘点有哪些方式？", reference_answer_zh=CHINESE)
    publish_question(question=question, now=NOW)
    return question


def test_it_is_published_with_key_points_drafted_from_its_reference_answer(bare):
    content = bare.versions.get().content
    labels = [point["label_zh"] for point in content["key_points"]]
    assert labels == ["定期盘点", "按固定周期清点", "临时盘点", "随时清点"]
    assert not bare.key_points.exists()


def test_its_answers_are_marked_with_low_confidence(bare):
    marking = mark(rubric_of(bare.versions.get().content), "定期盘点，按固定周期清点一遍")
    assert marking.low_confidence
    assert [one.outcome for one in marking.marks][:2] == [Outcome.COVERED, Outcome.COVERED]
    assert 0 < marking.score < 100


def test_a_question_with_key_points_freezes_as_it_is_and_is_marked_by_them(db):
    question = make_question(2)
    content = content_of(question)
    assert frozen(content)["key_points"] == content["key_points"]
    assert not rubric_of(content).is_draft
    assert not mark(rubric_of(content), "alpha2").low_confidence


def test_freezing_twice_gives_the_same_hash(bare):
    assert sha256(frozen(content_of(bare))) == bare.versions.get().sha256


def test_a_scored_key_point_without_expressions_still_cannot_be_published(db):
    question = make_question(3, publish=False)
    KeyPoint.objects.filter(question=question, position=1).update(expressions="")
    with pytest.raises(NotPublishable):
        publish_question(question=question, now=NOW)


def test_the_draft_becomes_key_points_with_expressions_to_begin_with(bare):
    assert draft_key_points(question=bare) == 4
    points = list(bare.key_points.all())
    assert [point.label_zh for point in points][:2] == ["定期盘点", "按固定周期清点"]
    for line in points[1].expressions.splitlines():
        check_expression(line)
    assert draft_key_points(question=bare) == 0
    assert bare.versions.count() == 1


def test_the_editor_drafts_from_the_list(client_of_editor, bare):
    whole = make_question(2)
    answer = client_of_editor.post(
        reverse("admin:bank_question_changelist"),
        {"action": "draft_key_points", "_selected_action": [bare.pk, whole.pk]},
        follow=True,
    ).content.decode()
    assert "4 key points drafted" in answer and "has key points already" in answer
    assert bare.key_points.count() == 4 and whole.key_points.count() == 2
    bare.refresh_from_db()
    assert bare.status == Status.PUBLISHED


@patient
@given(answers, answers)
def test_any_suggested_expression_can_be_read(text: str, prompt: str):
    if line := suggested_expression(text, prompt):
        check_expression(line)


def test_a_suggestion_holds_the_most_telling_terms_in_their_order():
    assert suggested_expression("按固定周期清点库存的数量", "盘点有哪些方式") == "按固定周期清点库存 + 数量"
    assert suggested_expression("It clips the gradient norm", "What is clipping?") == "clips + gradient + norm"
    assert suggested_expression("盘点", "盘点有哪些方式") == ""
