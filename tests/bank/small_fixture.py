"""A fixture of three questions, for tests that load, edit and load again."""

from copy import deepcopy
from typing import Any

from quiz.bank.fixture import new_question


def point(label: str, **fields: Any) -> dict[str, Any]:
    return {
        "label_zh": label,
        "label_en": "",
        "weight": 1,
        "origin": "seed",
        "expressions": [label],
        "misconceptions": [],
        "follow_up_zh": "",
        "follow_up_en": "",
        "erratum_zh": "",
        "erratum_en": "",
        **fields,
    }


def entry(number: int, **fields: Any) -> dict[str, Any]:
    return {
        **new_question(number),
        "topic": "attention",
        "title_zh": f"标题 {number}",
        "prompt_zh": f"题面 {number}",
        "reference_answer_zh": f"答案 {number}",
        "explanation_zh": f"解析 {number}",
        "key_points": [point("甲"), point("乙")],
        **fields,
    }


def fixture(*changes: tuple[int, dict[str, Any]], extra: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Questions 1 to 3, of which 1 and 2 overlap; `changes` by number."""
    questions = [entry(1, avoid_with=["question-2"]), entry(2, avoid_with=["question-1"]), entry(3)]
    for number, fields in changes:
        questions[number - 1] |= fields
    topics = [
        {"slug": "attention", "name_zh": "注意力", "name_en": "Attention", "order": 1},
        {"slug": "training", "name_zh": "训练", "name_en": "Training", "order": 2},
    ]
    return deepcopy({"schema": 1, "topics": topics, "questions": [*questions, *extra]})
