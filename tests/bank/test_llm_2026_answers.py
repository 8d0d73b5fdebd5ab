"""Labelled answers to the forty questions of 2026: what marking made of them when they came in, it still makes.

With those of `llm_2026_answers.jsonl` the rubrics were mended. Those of the other file were written afterwards by
people who had seen neither rubrics nor marks, and nothing was mended with them: a failure asks for a look, not for a
new line.
"""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from quiz.bank.content import rubric_of
from quiz.marking import Outcome, mark
from quiz.marking.agreement import mean_absolute_error, pairwise_order, precision_and_recall, spearman
from tests.bank.test_content import FILES

QUESTIONS = {question["number"]: question for question in FILES["llm_2026.json"]["questions"]}
FOLDER = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


ANSWERS, UNSEEN = read("llm_2026_answers.jsonl"), read("llm_2026_unseen_answers.jsonl")


def marked(answers: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int, set[str]]]:
    """Each answer with its score and the Chinese labels of the scored points that it covers."""
    results = []
    for answer in answers:
        question = QUESTIONS[answer["entry"]]
        marking = mark(rubric_of(question), answer["answer"])
        covered = {
            point["label_zh"]
            for point, one in zip(question["key_points"], marking.marks, strict=True)
            if point["origin"] == "seed" and one.outcome is Outcome.COVERED
        }
        results.append((answer, marking.score, covered))
    return results


def test_each_question_has_good_partial_and_wrong_answers_in_both_languages():
    kinds = defaultdict(Counter)
    for answer in ANSWERS:
        kinds[answer["entry"]].update([answer["kind"], answer["lang"]])
    assert kinds.keys() == QUESTIONS.keys()
    for number, counts in kinds.items():
        assert all(counts[kind] for kind in ("good", "partial", "wrong", "zh", "en")), number
        assert counts["zh"] + counts["en"] >= 4, number


def test_each_answer_is_labelled_with_the_points_of_its_question():
    for answer in ANSWERS + UNSEEN:
        labels = [point["label_zh"] for point in QUESTIONS[answer["entry"]]["key_points"] if point["origin"] == "seed"]
        assert sorted([*answer["covered"], *answer["missed"]]) == sorted(labels), answer
        assert set(answer["contradicted"]) <= set(answer["missed"])
        assert 0 <= answer["score"] <= 100


def agreement(answers: list[dict[str, Any]]) -> dict[str, float]:
    results = marked(answers)
    ours, theirs = [score for _, score, _ in results], [answer["score"] for answer in answers]
    precision, recall = precision_and_recall(
        [covered for _, _, covered in results], [set(answer["covered"]) for answer in answers]
    )
    return {
        "spearman": spearman(ours, theirs),
        "order": pairwise_order(ours, theirs, [answer["entry"] for answer in answers]),
        "error": mean_absolute_error(ours, theirs),
        "precision": precision,
        "recall": recall,
    }


# Least precision, recall, Spearman and order, and the greatest mean error.
@pytest.mark.parametrize(
    ("answers", "least", "error"),
    [(ANSWERS, (0.95, 0.95, 0.9, 0.97), 6), (UNSEEN, (0.88, 0.83, 0.85, 0.95), 12)],
    ids=["mended with", "unseen"],
)
def test_marks_agree_with_people(answers, least, error):
    figures = agreement(answers)
    for name, wanted in zip(("precision", "recall", "spearman", "order"), least, strict=True):
        assert figures[name] >= wanted, name
    assert figures["error"] <= error


def test_no_wrong_answer_comes_near_a_good_one():
    scores = defaultdict(list)
    for answer, score, _ in marked(ANSWERS):
        scores[answer["kind"]].append(score)
    assert min(scores["good"]) >= 70
    assert max(scores["wrong"]) <= 20
