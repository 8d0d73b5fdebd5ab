from datetime import timedelta

import pytest
from django.core.management import call_command

from quiz.bank.models import KeyPoint
from quiz.bank.services import write_version
from quiz.interviews.models import Attempt
from quiz.marking import ENGINE_VERSION
from quiz.results import queries, services
from quiz.results.models import Assessment, By
from quiz.results.services import assess_attempt
from tests.base import NOW, make_question
from tests.results.sitting import sit

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def other_engine(monkeypatch):
    """A newer engine, which has marked nothing yet."""
    for module in (queries, services):
        monkeypatch.setattr(module, "ENGINE_VERSION", "other")


def test_every_response_gets_one_automatic_assessment_with_its_evidence(alice):
    attempt = sit(alice, {make_question(1): "alpha1 is here", make_question(2): ""})
    assess_attempt(attempt=attempt, now=LATER)
    first, second = Assessment.objects.order_by("response__slot")
    assert (first.by, first.engine, first.score, first.created_at) == (By.AUTOMATIC, ENGINE_VERSION, 60, LATER)
    assert first.marks == [
        {"position": 0, "outcome": "covered", "evidence": [[0, 6]], "expression": "alpha1", "confidence": 1.0},
        {"position": 1, "outcome": "missed", "evidence": [], "expression": "", "confidence": 0.0},
    ]
    assert (second.score, attempt.score, attempt.own_score) == (0, 30, None)


def test_the_score_is_the_mean_of_all_responses_rounded_half_up(alice):
    questions = [make_question(number) for number in range(1, 5)]
    attempt = sit(alice, dict(zip(questions, ["alpha1 beta1", "", "", "alpha4"], strict=True)))
    assess_attempt(attempt=attempt, now=LATER)
    assert Attempt.objects.get().score == 40  # 150 / 4 = 37.5


def test_assessing_twice_changes_nothing(alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    assess_attempt(attempt=attempt, now=LATER)
    before = list(Assessment.objects.values())
    assess_attempt(attempt=attempt, now=LATER + timedelta(hours=1))
    assert list(Assessment.objects.values()) == before
    assert Attempt.objects.get().score == 60


def test_assessing_at_once_leaves_one_assessment(alice, monkeypatch):
    """The other call has marked everything between this one's look and its insert: the constraint lets one stand."""
    attempt = sit(alice, {make_question(1): "alpha1"})
    unmarked = list(attempt.responses.select_related("version"))
    assess_attempt(attempt=attempt, now=LATER)
    first = Assessment.objects.get()

    class Stale:
        def filter(self, **_):
            return self

        def select_related(self, *_):
            return unmarked

    monkeypatch.setattr(services, "unmarked_responses", Stale)
    assess_attempt(attempt=attempt, now=LATER + timedelta(hours=1))
    assert list(Assessment.objects.values_list("pk", "created_at")) == [(first.pk, LATER)]
    assert Attempt.objects.get().score == 60


def test_a_running_attempt_is_not_assessed(alice):
    attempt = sit(alice, {make_question(1): "alpha1"}, took=None)
    with pytest.raises(ValueError, match="running"):
        assess_attempt(attempt=attempt, now=NOW)
    assert not Assessment.objects.exists()


def test_another_engine_adds_its_own_assessment_and_its_score_counts(alice, other_engine, monkeypatch):
    question = make_question(1)
    attempt = sit(alice, {question: "alpha1"})
    Assessment.objects.create(
        response=attempt.responses.get(), by=By.AUTOMATIC, engine="old", marks=[], score=7, created_at=NOW
    )
    Attempt.objects.update(score=7)
    assess_attempt(attempt=attempt, now=LATER)
    assert dict(Assessment.objects.values_list("engine", "score")) == {"old": 7, "other": 60}
    assert Attempt.objects.get().score == 60


def test_it_is_marked_against_the_version_that_was_asked(alice):
    question = make_question(1)
    attempt = sit(alice, {question: "alpha1 beta1"})
    KeyPoint.objects.filter(question=question).update(expressions="something else")
    write_version(question=question, now=LATER)
    assess_attempt(attempt=attempt, now=LATER)
    assert attempt.score == 100


def test_the_command_assesses_what_is_finished_and_counts_it(alice, bob, capsys):
    question = make_question(1)
    finished = sit(alice, {question: "alpha1"})
    running = sit(bob, {question: "alpha1"}, took=None)
    call_command("assess")
    assert capsys.readouterr().out == "Assessed 1 finished interviews.\n"
    finished.refresh_from_db()
    running.refresh_from_db()
    assert (finished.score, running.score, running.is_running) == (60, None, True)
    call_command("assess")
    assert capsys.readouterr().out == "Assessed 0 finished interviews.\n"


def test_the_command_marks_again_what_an_older_engine_marked(alice, other_engine, capsys):
    attempt = sit(alice, {make_question(1): "alpha1"}, score=7)
    Assessment.objects.create(
        response=attempt.responses.get(), by=By.AUTOMATIC, engine="old", marks=[], score=7, created_at=NOW
    )
    call_command("assess")
    assert capsys.readouterr().out == "Assessed 1 finished interviews.\n"
    assert Attempt.objects.get().score == 60
