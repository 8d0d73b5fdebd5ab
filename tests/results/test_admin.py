"""Assessments can be looked at and nothing else."""

import pytest

from quiz.results.models import Assessment
from quiz.results.services import assess_attempt
from tests.base import NOW, make_question
from tests.results.sitting import sit

URL = "/admin/results/assessment/"


@pytest.fixture
def assessment(alice) -> Assessment:
    attempt = sit(alice, {make_question(1): "alpha1"})
    assess_attempt(attempt=attempt, now=NOW)
    return Assessment.objects.get()


def test_an_assessment_can_be_looked_at(client_of_editor, assessment):
    listed = client_of_editor.get(URL).content.decode()
    assert "alice" in listed
    assert "1. Title 1" in listed
    assert client_of_editor.get(f"{URL}{assessment.pk}/change/").status_code == 200


def test_nobody_adds_changes_or_deletes_one(client_of_editor, assessment):
    assert client_of_editor.get(f"{URL}add/").status_code == 403
    assert client_of_editor.post(f"{URL}{assessment.pk}/change/", {"score": "100"}).status_code == 403
    assert client_of_editor.post(f"{URL}{assessment.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Assessment.objects.get().score == 60


@pytest.mark.parametrize(("word", "found"), [("alice", 1), ("bob", 0), ("question-1", 1)])
def test_it_is_found_by_candidate_and_question(client_of_editor, assessment, word, found):
    assert client_of_editor.get(URL, {"q": word}).context["cl"].result_count == found


def test_an_account_is_deleted_with_its_assessments(client_of_editor, assessment, alice):
    client_of_editor.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert not Assessment.objects.exists()
