"""Every question that Viva ships: complete in two languages, well-formed, and fair to who knows the field.

docs/content.md says how one is written.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from quiz.bank.content import TEXT_COLUMNS, plain_lines, rubric_of
from quiz.bank.markdown import render
from quiz.bank.models import Difficulty
from quiz.marking import Marking, Outcome, Rubric, check_expression, mark

FOLDER = Path(settings.BASE_DIR) / "fixtures"
FILES = {
    name: json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("twenty_entries.json", "llm_2026.json")
}
QUESTIONS = {question["number"]: question for fixture in FILES.values() for question in fixture["questions"]}
ENTRIES = [question["number"] for question in FILES["twenty_entries.json"]["questions"]]
NEW = [question["number"] for question in FILES["llm_2026.json"]["questions"]]
ANSWERS = [f"{text}_{language}" for text in ("reference_answer", "explanation") for language in ("zh", "en")]


def by_number(numbers: list[int]) -> pytest.MarkDecorator:
    """Each question's tests in one process, which marks each text once."""
    groups = [pytest.param(number, marks=pytest.mark.xdist_group(f"question-{number}")) for number in numbers]
    return pytest.mark.parametrize("number", groups, ids=map(str, numbers))


every_question = by_number(list(QUESTIONS))
each_new_one = by_number(NEW)
in_both_languages = pytest.mark.parametrize("language", ["zh", "en"])


@lru_cache(maxsize=1)
def rubric(number: int) -> Rubric:
    return rubric_of(QUESTIONS[number])


@lru_cache(maxsize=2 * len(ANSWERS) * len(QUESTIONS))
def marking(number: int, other: int, text: str) -> Marking:
    """Of one question's text as an answer to another."""
    return mark(rubric(number), QUESTIONS[other][text])


def labels(number: int, marking: Marking, *outcomes: Outcome) -> list[str]:
    points = QUESTIONS[number]["key_points"]
    return [points[one.position]["label_zh"] for one in marking.marks if one.outcome in outcomes]


def scored(number: int) -> list[dict[str, Any]]:
    return [point for point in QUESTIONS[number]["key_points"] if point["origin"] == "seed"]


# The form


def test_there_are_twenty_entries_and_forty_questions_of_2026():
    assert list(range(1, 21)) == ENTRIES
    assert list(range(21, 61)) == NEW


def test_addresses_and_titles_are_unique():
    for column in ("slug", "title_zh", "title_en"):
        counts = Counter(question[column] for question in QUESTIONS.values())
        assert [text for text, count in counts.items() if count > 1] == []


def test_both_files_have_the_same_topics_and_each_has_questions():
    topics, others = (fixture["topics"] for fixture in FILES.values())
    assert topics == others
    assert {topic["slug"] for topic in topics} == {question["topic"] for question in QUESTIONS.values()}


def test_no_family_has_a_single_member():
    sizes = Counter(question["family"] for question in QUESTIONS.values() if question["family"])
    assert [family for family, size in sizes.items() if size == 1] == []


@every_question
def test_a_question_is_complete_in_both_languages(number):
    question = QUESTIONS[number]
    for column in TEXT_COLUMNS:
        assert question[column], column
    for point in question["key_points"]:
        for column in ("label", "follow_up"):
            assert point[f"{column}_zh"] and point[f"{column}_en"], point["label_zh"]
        assert bool(point["erratum_zh"]) == bool(point["erratum_en"])


@every_question
def test_labels_are_unique_in_both_languages(number):
    for language in ("zh", "en"):
        names = [point[f"label_{language}"] for point in QUESTIONS[number]["key_points"]]
        assert len(set(names)) == len(names)


@every_question
def test_each_scored_point_can_be_earned_and_contradicted(number):
    assert len(scored(number)) >= 3
    for point in scored(number):
        assert point["expressions"], point["label_zh"]
        assert point["misconceptions"], point["label_zh"]


@every_question
def test_expressions_can_be_read_and_none_stands_twice(number):
    for point in QUESTIONS[number]["key_points"]:
        for lines in (point["expressions"], point["misconceptions"]):
            for line in lines:
                check_expression(line)
            assert len(set(lines)) == len(lines), point["label_zh"]


@every_question
def test_lengths_are_within_bounds(number):
    question = QUESTIONS[number]
    assert question["difficulty"] in Difficulty
    assert 60 <= question["suggested_seconds"] <= 600
    assert len(question["title_zh"]) <= 120
    assert len(question["title_en"]) <= 140
    assert len(question["prompt_zh"]) <= 300
    assert len(question["prompt_en"]) <= 500


FORMULA = re.compile(r"\$[^$]*\$")


def chinese_characters(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def english_words(text: str) -> int:
    return len(re.findall(r"[A-Za-z0-9][\w'’-]*", FORMULA.sub(" x ", text)))


@each_new_one
def test_a_new_question_is_neither_thin_nor_long(number):
    question = QUESTIONS[number]
    assert 150 <= chinese_characters(question["reference_answer_zh"]) <= 400
    assert 100 <= english_words(question["reference_answer_en"]) <= 280
    assert 100 <= chinese_characters(question["explanation_zh"]) <= 300
    assert 70 <= english_words(question["explanation_en"]) <= 220
    assert 3 <= len(scored(number)) <= 7
    assert all(len(line) <= 300 for point in question["key_points"] for line in point["expressions"])


@each_new_one
@in_both_languages
def test_a_new_reference_answer_has_a_formula_and_is_structured(number, language):
    answer = QUESTIONS[number][f"reference_answer_{language}"]
    assert FORMULA.search(answer)
    assert re.search(r"^1\. \*\*", answer, re.MULTILINE)


@every_question
def test_markdown_and_formulas_are_shown_as_meant(number):
    for column in TEXT_COLUMNS:
        text = QUESTIONS[number][column]
        html = render(text)
        formulas = len(re.findall(r"\$\$[^$]+\$\$|\$[^$]+\$", text))
        assert html.count("<math") == formulas, column
        assert html.count("<li>") == len(re.findall(r"^\s*(?:\d+\.|-) ", text, re.MULTILINE)), column
        assert "<code" not in html or "`" in text, column
        assert "**" not in html, column


@every_question
def test_what_is_shown_as_plain_text_has_no_markup(number):
    question = QUESTIONS[number]
    plain = [question["title_zh"], question["title_en"]]
    for point in question["key_points"]:
        plain += [point[f"{column}_{language}"] for column in ("label", "follow_up") for language in ("zh", "en")]
    assert [text for text in plain if re.search(r"[$`\\]|\*\*", text)] == []


REFERENCE = re.compile(
    r"- [^*]+\. \*[^*]+(\*\.|\?\*) [^\[\]]+\.( \[arXiv:(?P<id>\d{4}\.\d{4,5})\]\(https://arxiv\.org/abs/(?P=id)\))?"
)


def references(note: str) -> list[str]:
    _, _, listed = re.split(r"(#### 参考文献|#### References)\n\n", note)
    return str(listed).splitlines()


@every_question
def test_references_are_well_formed_and_the_same_in_both_languages(number):
    chinese, english = (references(QUESTIONS[number][f"editors_note_{language}"]) for language in ("zh", "en"))
    assert chinese == english
    assert chinese
    for reference in chinese:
        assert REFERENCE.fullmatch(reference), reference


def test_an_arxiv_id_names_one_title_and_a_title_one_id():
    pairs = {
        (found["title"], found["id"])
        for question in QUESTIONS.values()
        for line in references(question["editors_note_en"])
        if (found := re.search(r"\*(?P<title>[^*]+)\*.*\[arXiv:(?P<id>[\d.]+)", line))
    }
    assert len({title for title, _ in pairs}) == len({id for _, id in pairs}) == len(pairs)


# The marking


@every_question
@in_both_languages
def test_reciting_the_reference_answer_earns_full_marks(number, language):
    recited = marking(number, number, f"reference_answer_{language}")
    assert recited.score == 100, labels(number, recited, Outcome.MISSED, Outcome.PARTLY, Outcome.CONTRADICTED)


@every_question
def test_restating_the_question_earns_nothing(number):
    question = QUESTIONS[number]
    for language in ("zh", "en"):
        restated = f"{question[f'title_{language}']}\n{question[f'prompt_{language}']}"
        assert mark(rubric(number), restated).score == 0


@every_question
def test_no_text_of_the_bank_states_a_misconception(number):
    """Not of its own question, nor of any other: whoever recites one is never told to be wrong."""
    wrong = {
        (other, text): found
        for other in QUESTIONS
        for text in ANSWERS
        if (found := labels(number, marking(number, other, text), Outcome.CONTRADICTED))
    }
    assert wrong == {}


@each_new_one
def test_the_reference_answer_to_another_question_earns_at_most_ten(number):
    others = [(other, text) for other in QUESTIONS if other != number for text in ANSWERS[:2]]
    earned = {(other, text): marking(number, other, text).score for other, text in others}
    assert {key: score for key, score in earned.items() if score > 10} == {}


@each_new_one
@in_both_languages
@pytest.mark.parametrize("between", ["、", ", ", "\n", "\n- ", "; "])
def test_a_list_of_the_labels_earns_at_most_twenty(number, language, between):
    listed = between.join(point[f"label_{language}"] for point in QUESTIONS[number]["key_points"])
    assert mark(rubric(number), listed).score <= 20


@each_new_one
@in_both_languages
def test_a_follow_up_does_not_give_its_point_away(number, language):
    for position, point in enumerate(QUESTIONS[number]["key_points"]):
        outcome = mark(rubric(number), plain_lines(point[f"follow_up_{language}"])).marks[position].outcome
        assert outcome is Outcome.MISSED, point["label_zh"]
