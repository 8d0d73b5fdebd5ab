import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.base import make_question

pytestmark = pytest.mark.django_db


def written(path, *lines):
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def marked(source, tmp_path):
    out = tmp_path / "out.jsonl"
    call_command("mark_answers", source, out=out)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_an_answer_to_an_entry_comes_back_with_its_marks(tmp_path):
    question = make_question(7)
    labels = list(question.key_points.values_list("label_zh", flat=True))
    source = written(tmp_path / "in.jsonl", {"entry": 7, "answer": "it is alpha7", "kind": "partial"})
    (line,) = marked(source, tmp_path)
    assert line.pop("ms") >= 0
    assert line == {
        "entry": 7,
        "answer": "it is alpha7",
        "kind": "partial",
        "score": 60,
        "covered": labels[:1],
        "partly": [],
        "missed": labels[1:],
        "contradicted": [],
        "beyond": [],
        "evidence": [{"label": labels[0], "start": 6, "end": 12, "text": "alpha7"}],
        "low_confidence": False,
    }


def test_without_a_rubric_the_best_of_the_references_counts(tmp_path):
    line = {"prompt": "有哪些方式？", "references": ["快递；自提", "海运；空运"], "answer": "海运和空运"}
    (line,) = marked(written(tmp_path / "in.jsonl", line), tmp_path)
    assert (line["score"], line["covered"], line["low_confidence"]) == (100, ["海运", "空运"], True)


def test_bad_lines_are_named_and_the_rest_goes_on(tmp_path):
    make_question(1)
    source = written(
        tmp_path / "in.jsonl",
        "{",
        "[]",
        {"entry": 99, "answer": "x"},
        {"entry": True, "answer": "x"},
        {"entry": 1},
        {"prompt": "p", "references": [], "answer": "x"},
        "",
        "[" * 100_000,
        {"entry": 1, "answer": "\ud800 alpha1"},
    )
    out, errors = tmp_path / "out.jsonl", StringIO()
    with pytest.raises(CommandError, match="7 lines could not be marked"):
        call_command("mark_answers", source, out=out, stderr=errors)
    assert [line.split(":")[0] for line in errors.getvalue().splitlines()] == [
        f"line {n}" for n in (1, 2, 3, 4, 5, 6, 8)
    ]
    (line,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (line["score"], line["answer"]) == (60, "\ud800 alpha1")


def test_a_file_that_is_not_there_is_an_error_in_a_word(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("mark_answers", tmp_path / "none.jsonl")


def test_the_benchmark_prints_how_well_marks_agree(tmp_path):
    make_question(1)
    answers = {"excellent": ("it is alpha1, then beta1", 100), "partial": ("it is beta1", 50), "wrong": ("nothing", 0)}
    label = "标签 1"
    source = written(
        tmp_path / "in.jsonl",
        *(
            {
                "entry": 1,
                "lang": "en",
                "kind": kind,
                "answer": answer,
                "score": score,
                "covered": [label] * (score > 90),
            }
            for kind, (answer, score) in answers.items()
        ),
    )
    out = StringIO()
    call_command("bench_marking", source, stdout=out)
    rows = out.getvalue().splitlines()
    assert rows[2].startswith("| en | 3 | 1.000 | 0.99")
    assert "| partial en | 1 | 50 | 60 | 60 | 60 | 10.0 |" in rows
    assert rows[-1].startswith("time an answer: p50 ")


def test_the_benchmark_needs_a_persons_score(tmp_path):
    make_question(1)
    with pytest.raises(CommandError, match="line 1: no score"):
        call_command("bench_marking", written(tmp_path / "in.jsonl", {"entry": 1, "answer": "x"}))
