import csv
import io
from datetime import timedelta

from django.utils.translation import gettext, override

from quiz.interviews.models import Blueprint
from quiz.marking import Span
from quiz.results.services import assess_attempt, tick_key_points
from tests.base import NOW, make_question
from tests.results.sitting import sit

HEAD = [
    "Interview",
    "Started",
    "Finished",
    "Time zone",
    "How it ended",
    "Blueprint",
    "Topics",
    "Questions asked",
    "Time used (seconds)",
    "Time limit (seconds)",
    "Language",
    "Automatic score",
    "Own score",
]


def table(client, **query) -> list[list[str]]:
    content = client.get("/history.csv", query).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_it_is_a_file_of_csv_in_utf_8_with_a_byte_order_mark(client_of_alice, time_machine):
    time_machine.move_to(NOW, tick=False)
    answer = client_of_alice.get("/history.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="viva-history-2026-03-02.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_a_row_holds_all_there_is_to_know(client_of_alice, alice):
    alice.time_zone = "Asia/Shanghai"
    alice.save()
    one, two = make_question(1, topic="systems"), make_question(2)
    attempt = sit(alice, {one: "alpha1", two: "nothing"})
    assess_attempt(attempt=attempt, now=NOW)
    shown = {0: Span(0, 7), 1: Span(0, 7)}
    tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence=shown, now=NOW)
    head, row = table(client_of_alice)
    assert head == HEAD
    assert row == [
        str(attempt.pk),
        "2026-03-02 17:00:00",
        "2026-03-02 17:13:08",
        "Asia/Shanghai",
        "Handed in",
        "",
        "Topic attention, Topic systems",
        "2",
        "788",
        "900",
        "en",
        "30",
        "80",
    ]


def test_a_running_attempt_has_empty_cells(client_of_alice, alice, time_machine):
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    sit(alice, {make_question(1): ""}, took=None)
    row = dict(zip(*table(client_of_alice), strict=True))
    assert row["How it ended"] == "Running"
    assert [row[name] for name in ("Finished", "Time used (seconds)", "Automatic score", "Own score")] == [""] * 4


def test_what_nobody_has_looked_at_is_marked_first(client_of_alice, alice):
    sit(alice, {make_question(1): "alpha1"})
    assert table(client_of_alice)[1][11] == "60"


def test_a_formula_in_a_name_is_neutralised(client_of_alice, alice):
    blueprint = Blueprint.objects.create(slug="evil", name_zh="=cmd|' /C calc'!A0")
    sit(alice, {make_question(1): ""}, blueprint=blueprint)
    assert table(client_of_alice)[1][5] == "'=cmd|' /C calc'!A0"


def test_the_filters_of_the_page_hold(client_of_alice, alice):
    question = make_question(1)
    sit(alice, {question: ""})
    old = sit(alice, {question: ""}, started=NOW - timedelta(days=30))
    assert [row[0] for row in table(client_of_alice, until="2026-02-20")[1:]] == [str(old.pk)]


def test_it_is_not_paged(client_of_alice, alice):
    question = make_question(1)
    for day in range(60):
        sit(alice, {question: ""}, started=NOW - timedelta(days=day), score=1)
    assert len(table(client_of_alice)) == 61


def test_the_headings_are_in_the_candidates_language(client_of_alice, alice):
    alice.language = "zh-hans"
    alice.save()
    with override("zh-hans"):
        assert table(client_of_alice)[0] == [gettext(name) for name in HEAD]


def test_bob_gets_nothing_of_alices(client_of_bob, alice):
    sit(alice, {make_question(1): ""})
    assert len(table(client_of_bob)) == 1
