"""The real bank: all twenty entries, complete, well-formed, and fair to who knows them by heart."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from quiz.bank.content import TEXT_COLUMNS, rubric_of
from quiz.bank.markdown_form import parse
from quiz.bank.models import Difficulty, Question, Status, Topic
from quiz.marking import Mark, Outcome, check_expression, mark

FOLDER = Path(settings.BASE_DIR) / "fixtures"
ENTRIES = json.loads((FOLDER / "twenty_entries.json").read_text(encoding="utf-8"))
QUESTIONS = ENTRIES["questions"]
by_number = pytest.mark.parametrize("entry", QUESTIONS, ids=[str(entry["number"]) for entry in QUESTIONS])


@pytest.fixture
def bank(db) -> None:
    call_command("load_bank", verbosity=0)


def test_all_twenty_entries_are_published(bank):
    published = Question.objects.filter(status=Status.PUBLISHED)
    assert list(published.values_list("number", flat=True)) == list(range(1, 21))
    assert Topic.objects.count() == 8


def test_loading_them_twice_changes_nothing(bank, capsys):
    call_command("load_bank")
    assert "0 created, 0 updated, 20 unchanged, 0 kept" in capsys.readouterr().out


@pytest.mark.parametrize(("form", "name"), [("markdown", "twenty_entries.md"), ("json", "twenty_entries.json")])
def test_an_export_gives_the_file_back_byte_for_byte(bank, tmp_path, form, name):
    call_command("export_bank", format=form, output=tmp_path / name)
    assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_building_from_the_markdown_gives_the_fixture_back_byte_for_byte(tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes((FOLDER / "twenty_entries.json").read_bytes())
    call_command("build_fixture", str(FOLDER / "twenty_entries.md"), fixture=copy)
    assert copy.read_bytes() == (FOLDER / "twenty_entries.json").read_bytes()


def test_the_markdown_form_has_the_same_chinese_texts():
    texts = ("title_zh", "prompt_zh", "reference_answer_zh", "explanation_zh")
    entries = parse((FOLDER / "twenty_entries.md").read_text(encoding="utf-8"))
    assert [(e.title, e.prompt, e.reference_answer, e.explanation) for e in entries] == [
        tuple(question[column] for column in texts) for question in QUESTIONS
    ]


@by_number
def test_every_entry_has_what_both_languages_need(entry):
    for column in TEXT_COLUMNS:
        assert entry[column], column
    assert entry["difficulty"] in Difficulty
    assert 60 <= entry["suggested_seconds"] <= 600


@by_number
def test_every_scored_point_weighs_the_same_and_can_be_earned(entry):
    scored = [point for point in entry["key_points"] if point["origin"] == "seed"]
    assert len(scored) >= 3
    assert {point["weight"] for point in scored} == {1}
    assert all(point["expressions"] for point in scored)


@by_number
def test_every_key_point_is_labelled_in_both_languages_and_asks_on(entry):
    for point in entry["key_points"]:
        assert point["label_zh"]
        assert point["label_en"]
        assert point["follow_up_zh"]
        assert point["follow_up_en"]
        assert bool(point["erratum_zh"]) == bool(point["erratum_en"])


@by_number
def test_every_expression_is_valid_and_none_stands_twice(entry):
    for point in entry["key_points"]:
        for expression in point["expressions"]:
            check_expression(expression)
        assert len(set(point["expressions"])) == len(point["expressions"])


@by_number
@pytest.mark.parametrize("language", ["zh", "en"])
def test_reciting_the_reference_answer_earns_full_marks(entry, language):
    marking = mark(rubric_of(entry), entry[f"reference_answer_{language}"])
    missed = [entry["key_points"][one.position]["label_zh"] for one in marking.marks if one.outcome is Outcome.MISSED]
    assert marking.score == 100, missed


@by_number
def test_restating_the_question_earns_nothing(entry):
    for language in ("zh", "en"):
        question = f"{entry[f'title_{language}']}\n{entry[f'prompt_{language}']}"
        assert mark(rubric_of(entry), question).score == 0


@by_number
def test_no_text_of_the_bank_states_a_misconception(entry):
    """Not of its own question, nor of any other: whoever recites one is never told to be wrong."""
    for other in QUESTIONS:
        for text in ("reference_answer_zh", "reference_answer_en", "explanation_zh", "explanation_en"):
            marking = mark(rubric_of(entry), other[text])
            wrong = [entry["key_points"][one.position]["label_zh"] for one in marking.marks if is_wrong(one)]
            assert wrong == [], f"in {text} of {other['slug']}"


def is_wrong(mark: Mark) -> bool:
    return mark.outcome is Outcome.CONTRADICTED


@by_number
def test_each_scored_point_has_statements_misconceptions_and_a_follow_up(entry):
    for point in entry["key_points"]:
        assert point["expressions"], point["label_zh"]
        if point["origin"] == "seed":
            assert point["misconceptions"], point["label_zh"]
            assert point["follow_up_zh"] and point["follow_up_en"], point["label_zh"]


def test_near_duplicates_share_a_family():
    families: dict[str, set[int]] = {}
    for entry in QUESTIONS:
        if entry["family"]:
            families.setdefault(entry["family"], set()).add(entry["number"])
    assert sorted(map(sorted, families.values())) == [[3, 4, 5, 7], [6, 18], [8, 20], [11, 17]]


def test_the_note_stands_open_where_the_premise_is_doubtful():
    assert [entry["number"] for entry in QUESTIONS if entry["note_open"]] == [3, 4, 5, 7, 16]
