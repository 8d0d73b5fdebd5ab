"""The fixtures and the database: loading, loading again, exporting. What the questions say: test_content.py."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from quiz.bank.markdown_form import parse
from quiz.bank.models import Question, QuestionVersion, Status, Topic

FOLDER = Path(settings.BASE_DIR) / "fixtures"
TWENTY, FORTY = FOLDER / "twenty_entries.json", FOLDER / "llm_2026.json"
QUESTIONS = json.loads(TWENTY.read_text(encoding="utf-8"))["questions"]

pytestmark = pytest.mark.django_db


def test_all_sixty_questions_are_published():
    call_command("load_bank", verbosity=0)
    published = Question.objects.filter(status=Status.PUBLISHED)
    assert list(published.values_list("number", flat=True)) == list(range(1, 61))
    assert Topic.objects.count() == 8


def test_loading_them_twice_changes_nothing(capsys):
    call_command("load_bank", verbosity=0)
    call_command("load_bank")
    told = capsys.readouterr().out
    assert "llm_2026.json: 0 created, 0 updated, 40 unchanged, 0 kept" in told
    assert "twenty_entries.json: 0 created, 0 updated, 20 unchanged, 0 kept" in told


def test_a_bank_of_the_twenty_gets_the_forty_and_keeps_what_an_editor_changed(capsys):
    call_command("load_bank", TWENTY, verbosity=0)
    Question.objects.filter(number=3).update(title_en="Ours")
    Question.objects.filter(number=4).update(status=Status.RETIRED)
    call_command("load_bank")
    told = capsys.readouterr().out
    assert "llm_2026.json: 40 created" in told
    assert "19 unchanged, 1 kept as editors changed them (what-is-reparameterization)" in told
    assert Question.objects.get(number=3).title_en == "Ours"
    assert Question.objects.get(number=4).status == Status.RETIRED
    assert QuestionVersion.objects.count() == 60


@pytest.mark.parametrize("file", [TWENTY, FORTY], ids=["twenty", "forty"])
def test_an_export_gives_the_file_back_byte_for_byte(tmp_path, file):
    call_command("load_bank", file, verbosity=0)
    call_command("export_bank", format="json", output=tmp_path / "bank.json")
    assert (tmp_path / "bank.json").read_bytes() == file.read_bytes()


def test_an_export_of_the_twenty_gives_their_markdown_back_byte_for_byte(tmp_path):
    call_command("load_bank", TWENTY, verbosity=0)
    call_command("export_bank", format="markdown", output=tmp_path / "bank.md")
    assert (tmp_path / "bank.md").read_bytes() == (FOLDER / "twenty_entries.md").read_bytes()


def test_building_from_the_markdown_gives_the_fixture_back_byte_for_byte(tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(TWENTY.read_bytes())
    call_command("build_fixture", str(FOLDER / "twenty_entries.md"), fixture=copy)
    assert copy.read_bytes() == TWENTY.read_bytes()


def test_the_markdown_form_has_the_same_chinese_texts():
    texts = ("title_zh", "prompt_zh", "reference_answer_zh", "explanation_zh")
    entries = parse((FOLDER / "twenty_entries.md").read_text(encoding="utf-8"))
    assert [(e.title, e.prompt, e.reference_answer, e.explanation) for e in entries] == [
        tuple(question[column] for column in texts) for question in QUESTIONS
    ]


def test_every_scored_point_of_an_entry_weighs_the_same():
    weights = {point["weight"] for entry in QUESTIONS for point in entry["key_points"] if point["origin"] == "seed"}
    assert weights == {1}


def test_near_duplicates_share_a_family():
    families: dict[str, set[int]] = {}
    for entry in QUESTIONS:
        if entry["family"]:
            families.setdefault(entry["family"], set()).add(entry["number"])
    assert sorted(map(sorted, families.values())) == [[3, 4, 5, 7], [6, 18], [8, 20], [11, 17]]


def test_the_note_stands_open_where_the_premise_is_doubtful():
    assert [entry["number"] for entry in QUESTIONS if entry["note_open"]] == [3, 4, 5, 7, 16]
