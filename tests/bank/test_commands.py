import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from quiz.bank.fixture import dump_fixture
from quiz.bank.models import Question, QuestionVersion, Status
from quiz.bank.services import retire_question
from tests.bank.small_fixture import entry, fixture
from tests.base import make_question

pytestmark = pytest.mark.django_db

MARKDOWN = """### 1. 新标题

#### 面试题：
新题面

**答案：**
1. 一
   - 二

**解析：**
新解析
"""


@pytest.fixture
def bank_file(tmp_path: Path) -> Path:
    path = tmp_path / "bank.json"
    path.write_text(dump_fixture(fixture()), encoding="utf-8")
    return path


def run(*arguments: object, **options: object) -> None:
    call_command(*map(str, arguments), **options)


def test_load_bank_says_in_one_line_what_it_did(bank_file, capsys):
    run("load_bank", bank_file)
    run("load_bank", bank_file)
    Question.objects.filter(number=2).update(title_zh="编辑")
    bank_file.write_text(dump_fixture(fixture((1, {"title_zh": "新"}))), encoding="utf-8")
    run("load_bank", bank_file)
    assert capsys.readouterr().out.splitlines() == [
        "bank.json: 3 created, 0 updated, 0 unchanged, 0 kept as editors changed them",
        "bank.json: 0 created, 0 updated, 3 unchanged, 0 kept as editors changed them",
        "bank.json: 0 created, 1 updated, 1 unchanged, 1 kept as editors changed them (question-2)",
    ]


def test_load_bank_can_be_quiet(bank_file, capsys):
    run("load_bank", bank_file, verbosity=0)
    assert capsys.readouterr().out == ""


def test_load_bank_tells_of_a_question_that_it_left_out(bank_file, capsys):
    make_question(3, slug="own")
    run("load_bank", bank_file)
    assert "question-3 was left out: own has its number." in capsys.readouterr().err


def test_load_bank_takes_the_fixtures_of_the_bank_by_default(tmp_path, settings, capsys):
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "fixtures"
    folder.mkdir()
    (folder / "b.json").write_text(dump_fixture(fixture()), encoding="utf-8")
    (folder / "a.json").write_text('[{"model": "auth.group"}]', encoding="utf-8")
    run("load_bank")
    assert capsys.readouterr().out.startswith("b.json: 3 created")


def test_load_bank_without_any_fixture_says_so(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="there is no fixture of the bank in"):
        run("load_bank")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not valid JSON"),
        (b"\xff", "is not UTF-8 text"),
        (b'{"schema": 9}', "its schema is 9"),
        (dump_fixture(fixture((1, {"title_zh": 1}))).encode(), "question 1: title_zh is not a text"),
    ],
)
def test_a_broken_file_is_one_clear_line(bank_file, content, message):
    bank_file.write_bytes(content)
    with pytest.raises(CommandError, match=message) as error:
        run("load_bank", bank_file)
    assert str(bank_file) in str(error.value)
    assert "\n" not in str(error.value)
    assert not Question.objects.exists()


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(CommandError, match=r"none\.json cannot be read: No such file"):
        run("load_bank", tmp_path / "none.json")


@pytest.fixture
def markdown_file(tmp_path: Path) -> Path:
    path = tmp_path / "entries.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    return path


def test_build_fixture_replaces_texts_and_keeps_all_else(markdown_file, bank_file, capsys):
    before = json.loads(bank_file.read_text())["questions"]
    run("build_fixture", markdown_file, fixture=bank_file)
    after = json.loads(bank_file.read_text())["questions"]
    texts = {
        "title_zh": "新标题",
        "prompt_zh": "新题面",
        "reference_answer_zh": "1. 一\n   - 二",
        "explanation_zh": "新解析",
    }
    assert after == [before[0] | texts, *before[1:]]
    assert capsys.readouterr().out == "bank.json: 1 changed, 0 added, 3 in all\n"


def test_build_fixture_appends_new_entries_with_defaults(markdown_file, bank_file):
    markdown_file.write_text(MARKDOWN.replace("### 1.", "### 21."), encoding="utf-8")
    run("build_fixture", markdown_file, fixture=bank_file)
    built = json.loads(bank_file.read_text())
    new = built["questions"][3]
    assert (new["slug"], new["number"], new["topic"], new["key_points"]) == ("question-21", 21, "unsorted", [])
    assert [topic["slug"] for topic in built["topics"]] == ["attention", "training", "unsorted"]
    run("load_bank", bank_file)
    assert Question.objects.get(number=21).status == Status.PUBLISHED


def test_build_fixture_makes_a_fixture_where_there_is_none(markdown_file, tmp_path):
    run("build_fixture", markdown_file, fixture=tmp_path / "new.json")
    run("load_bank", tmp_path / "new.json")
    assert Question.objects.get().title_zh == "新标题"


def test_markdown_survives_the_way_through_fixture_and_bank(markdown_file, tmp_path, capsys):
    run("build_fixture", markdown_file, fixture=tmp_path / "new.json", verbosity=0)
    run("load_bank", tmp_path / "new.json", verbosity=0)
    capsys.readouterr()
    run("export_bank")
    assert capsys.readouterr().out == MARKDOWN


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("**解析：**", "解析：", "entries.md: line 1: entry 1 has no “\\*\\*解析：\\*\\*”"),
        ("#### 面试题：\n新题面", "#### 面试题：", "entries.md: line 3: there is nothing under"),
    ],
)
def test_malformed_markdown_is_told_with_its_line_and_writes_nothing(markdown_file, bank_file, old, new, message):
    markdown_file.write_text(MARKDOWN.replace(old, new), encoding="utf-8")
    before = bank_file.read_text()
    with pytest.raises(CommandError, match=message):
        run("build_fixture", markdown_file, fixture=bank_file)
    assert bank_file.read_text() == before


def test_build_fixture_refuses_a_broken_fixture(markdown_file, bank_file):
    bank_file.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bank\.json: not valid JSON"):
        run("build_fixture", markdown_file, fixture=bank_file)
    assert bank_file.read_text() == "{"


def test_build_fixture_without_its_markdown_is_one_clear_line(bank_file, tmp_path):
    with pytest.raises(CommandError, match=r"none\.md: No such file"):
        run("build_fixture", tmp_path / "none.md", fixture=bank_file)


def test_an_export_can_be_loaded_into_an_empty_bank(bank_file, tmp_path):
    run("load_bank", bank_file)
    copy = tmp_path / "copy.json"
    run("export_bank", format="json", output=copy)
    assert copy.read_bytes() == bank_file.read_bytes()
    QuestionVersion.objects.all().delete()
    Question.objects.all().delete()
    run("load_bank", copy)
    assert Question.objects.count() == 3


def test_an_export_leaves_out_retired_questions_and_the_overlaps_with_them(bank_file, capsys):
    run("load_bank", bank_file, verbosity=0)
    retire_question(question=Question.objects.get(number=1))
    run("export_bank", format="json")
    exported = json.loads(capsys.readouterr().out)["questions"]
    assert [(question["number"], question["avoid_with"]) for question in exported] == [(2, []), (3, [])]


def test_an_export_names_a_text_that_the_markdown_form_cannot_hold():
    make_question(7, explanation_zh="**解析：**")
    with pytest.raises(CommandError, match="entry 7 has a text that looks like"):
        run("export_bank")


def test_an_export_that_cannot_be_written_is_one_clear_line(tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_bank", output=tmp_path / "no" / "where.md")


def test_an_export_of_an_empty_bank_is_empty(capsys):
    run("export_bank")
    assert capsys.readouterr().out == ""


def test_load_bank_takes_several_files(bank_file, tmp_path):
    extra = tmp_path / "second.json"
    extra.write_text(dump_fixture(fixture() | {"questions": [entry(9)]}), encoding="utf-8")
    run("load_bank", bank_file, extra)
    assert sorted(Question.objects.values_list("number", flat=True)) == [1, 2, 3, 9]
