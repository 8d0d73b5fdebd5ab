"""Marking without a rubric."""

import pytest
from hypothesis import given

from quiz.marking import KeyPoint, Outcome, Rubric, draft_rubric, mark
from tests.marking.strategies import answers, patient

PROMPT = "盘点的方式有哪些？"
REFERENCE = "盘点的方式包括：1. 定期盘点；2. 临时盘点；3. 循环盘点。"


def test_the_enumerated_points_of_the_reference_become_key_points():
    assert [point.text for point in draft_rubric(PROMPT, REFERENCE).points] == ["定期盘点", "临时盘点", "循环盘点"]


def test_without_a_list_its_clauses_do():
    rubric = draft_rubric("Why LoRA?", "It trains few parameters, so that optimizer states stay small. Weights merge.")
    assert [point.text for point in rubric.points] == [
        "It trains few parameters",
        "so that optimizer states stay small",
        "Weights merge",
    ]


def test_what_only_repeats_the_question_is_no_key_point():
    assert draft_rubric("What is LoRA?", "LoRA").points == ()


@pytest.mark.parametrize(
    ("answer", "score"),
    [("临时盘点、定期盘点，还有循环盘点", 100), ("定期盘点", 33), ("盘点的方式有哪些", 0), ("", 0), ("看天气", 0)],
)
def test_a_list_is_marked_item_by_item_and_the_questions_words_earn_nothing(answer: str, score: int):
    assert mark(draft_rubric(PROMPT, REFERENCE), answer).score == score


def test_it_is_marked_as_of_low_confidence_and_shows_where_to_look():
    answer = "我们每月定期盘点一次"
    marking = mark(draft_rubric(PROMPT, REFERENCE), answer)
    assert marking.low_confidence
    first = marking.marks[0]
    assert (first.outcome, first.confidence) == (Outcome.COVERED, 0.3)
    assert answer[first.evidence[0].start : first.evidence[0].end] in "定期盘点"


@pytest.mark.parametrize("answer", ["定期盘点、临时盘点、循环盘点", "periodic, spot and cycle counting"])
def test_a_point_in_two_languages_is_earned_whole_in_either(answer: str):
    texts = ("定期盘点\nPeriodic counting", "临时盘点\nSpot counting", "循环盘点\nCycle counting")
    points = tuple(KeyPoint(position, 1, True, (), text=text) for position, text in enumerate(texts))
    marking = mark(Rubric(points, PROMPT, is_draft=True), answer)
    assert [one.outcome for one in marking.marks] == [Outcome.COVERED] * 3
    assert marking.score == 100


@patient
@given(answers, answers, answers)
def test_any_texts_are_marked_the_same_each_time_with_evidence_inside(prompt: str, reference: str, answer: str):
    marking = mark(draft_rubric(prompt, reference), answer)
    assert marking == mark(draft_rubric(prompt, reference), answer)
    assert 0 <= marking.score <= 100
    for one in marking.marks:
        assert all(span.end <= len(answer) for span in one.evidence)
        assert bool(one.evidence) == (one.outcome is not Outcome.MISSED)
