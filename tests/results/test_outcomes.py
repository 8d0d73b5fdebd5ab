"""What the result page says of points stated wrongly, partly covered, won back, and reported."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quiz.bank.models import KeyPoint
from quiz.bank.services import publish_question
from quiz.interviews.models import Format
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import Draft, finish_attempt, go_on, start_attempt
from quiz.marking import ENGINE_VERSION
from quiz.results.models import Assessment, MarkingReport
from quiz.results.services import assess_attempt
from tests.base import NOW, make_question, save_draft
from tests.pages import squeezed
from tests.results.sitting import sit

MINUTE = timedelta(minutes=1)


@pytest.fixture
def question(db):
    """Its second point is about perplexity, and can be got wrong or half right."""
    question = make_question(
        1, publish=False, reference_answer_en="First alpha1. A good model has a low perplexity. That is all."
    )
    KeyPoint.objects.filter(position=2).update(
        expressions="perplexity + low | lower\n~ perplexity + number", misconceptions="perplexity + high | higher"
    )
    publish_question(question=question, now=NOW)
    return question


def page(client, attempt) -> str:
    return client.get(reverse("results:result", args=[attempt.pk])).content.decode()


def point(html: str, position: int = 1) -> str:
    return (
        html.split(f'id="point-1-{position}"')[1].split('<li class="point', maxsplit=1)[0].split("</ol>", maxsplit=1)[0]
    )


def test_what_is_stated_wrongly_is_shown_with_the_right_statement_and_costs_10(client_of_alice, alice, question):
    html = page(client_of_alice, sit(alice, {question: "It says alpha1. Perplexity should be high & mighty"}))
    said = squeezed(point(html))
    assert "Stated wrongly" in said and "Your words: Perplexity should be high" in said
    assert "Right is: A good model has a low perplexity" in said
    assert '<mark class="is-wrong">Perplexity should be high</mark>' in html
    assert 'aria-label="Contradicts key point 2"' in html
    assert "10 off the score of this question" in html
    assert Assessment.objects.get().score == 50


def test_a_denied_misconception_is_no_mistake(client_of_alice, alice, question):
    html = page(client_of_alice, sit(alice, {question: "Perplexity is not better when high, but when it is lower"}))
    assert "Stated wrongly" not in html


def test_a_partly_covered_point_earns_half_and_says_so(client_of_alice, alice, question):
    html = page(client_of_alice, sit(alice, {question: "Perplexity is a number"}))
    assert "Partly found automatically: half its weight" in squeezed(point(html))
    assert Assessment.objects.get().score == 40  # 20 + 20


def test_evidence_and_key_point_lead_to_each_other(client_of_alice, alice, question):
    html = page(client_of_alice, sit(alice, {question: "alpha1"}))
    assert '<a id="evidence-1-0" href="#point-1-0"' in html
    assert '<a class="quote" href="#evidence-1-0"><q lang="en">alpha1</q></a>' in point(html, 0)


def test_marks_of_low_confidence_say_so(client_of_alice, alice, question):
    attempt = sit(alice, {question: "alpha1"})
    assess_attempt(attempt=attempt, now=NOW)
    assert "Low confidence" not in page(client_of_alice, attempt)
    Assessment.objects.update(low_confidence=True)
    assert "Low confidence: this question has no rubric" in page(client_of_alice, attempt)


# Follow-ups


@pytest.fixture
def interview(alice, question):
    """One question whose first point is said, then a follow-up on the second."""
    recipe = Recipe(language="en", count=1, format=Format.INTERVIEWER)
    attempt = start_attempt(user=alice, recipe=recipe, now=NOW)
    save_draft(attempt, Draft(slot=1, answer="It says alpha1", revision=0), now=NOW)
    assert go_on(attempt=attempt, slot=1, now=NOW + MINUTE) == 2
    return attempt


def test_what_a_follow_up_wins_back_is_shown_and_leaves_the_score(client_of_alice, interview):
    save_draft(interview, Draft(slot=2, answer="Its perplexity is low", revision=0), now=NOW + MINUTE)
    finish_attempt(attempt=interview, now=NOW + 2 * MINUTE)
    html = page(client_of_alice, interview)
    said = squeezed(point(html))
    assert "The interviewer asked: What about beta?" in said and "Its perplexity is low" in said
    assert "Won back" in said and "Not won back" not in said
    interview.refresh_from_db()
    assert interview.score == 60
    assert "1 question" in html and 'id="question-2"' not in html


def test_a_follow_up_is_marked_against_its_own_key_point_only(client_of_alice, interview):
    save_draft(interview, Draft(slot=2, answer="I can only repeat alpha1", revision=0), now=NOW + MINUTE)
    finish_attempt(attempt=interview, now=NOW + 2 * MINUTE)
    said = squeezed(point(page(client_of_alice, interview)))
    assert "Not won back" in said
    assert [len(one.marks) for one in Assessment.objects.order_by("response__slot")] == [2, 1]


def test_a_follow_up_takes_no_ticks_and_no_reports(client_of_alice, interview):
    finish_attempt(attempt=interview, now=NOW + 2 * MINUTE)
    page(client_of_alice, interview)
    assert client_of_alice.post(reverse("results:ticks", args=[interview.pk, 2]), {}).status_code == 404
    assert client_of_alice.post(reverse("results:report", args=[interview.pk, 2, 1]), {}).status_code == 404


# Reports


def report_url(attempt, key_point=1, slot=1) -> str:
    return reverse("results:report", args=[attempt.pk, slot, key_point])


@pytest.fixture
def attempt(alice, question):
    attempt = sit(alice, {question: "It says alpha1"})
    assess_attempt(attempt=attempt, now=NOW)
    return attempt


def test_one_tap_reports_a_wrong_mark(client_of_alice, attempt):
    answer = client_of_alice.post(report_url(attempt))
    assert answer["Location"].endswith("/result/#point-1-1")
    report = MarkingReport.objects.get()
    assert (report.key_point, report.outcome, report.engine, report.note) == (1, "missed", ENGINE_VERSION, "")
    assert "Reported to the editors" in point(page(client_of_alice, attempt))


def test_htmx_gets_the_marks_with_the_report_in_them(client_of_alice, attempt):
    answer = client_of_alice.post(report_url(attempt), {"points": "0"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "Reported to the editors" in point(answer.content.decode())
    assert not Assessment.objects.filter(by="own").exists()


def test_a_note_is_added_and_reporting_again_leaves_it(client_of_alice, attempt):
    client_of_alice.post(report_url(attempt), {"note": "I said it in other words"})
    client_of_alice.post(report_url(attempt))
    assert MarkingReport.objects.get().note == "I said it in other words"
    html = client_of_alice.get(report_url(attempt)).content.decode()
    assert "I said it in other words</textarea>" in html


def test_a_note_that_is_too_long_comes_back_with_a_word(client_of_alice, attempt):
    answer = client_of_alice.post(report_url(attempt), {"note": "x" * 1001})
    assert answer.status_code == 422 and "x" * 1001 in answer.content.decode()
    assert not MarkingReport.objects.exists()


@pytest.mark.parametrize(("slot", "key_point"), [(1, 9), (2, 0)])
def test_what_is_not_there_cannot_be_reported(client_of_alice, attempt, slot, key_point):
    assert client_of_alice.post(report_url(attempt, key_point, slot)).status_code == 404


def test_bob_cannot_report_or_read_alices_marks(client_of_bob, attempt):
    assert client_of_bob.post(report_url(attempt)).status_code == 404
    assert client_of_bob.get(report_url(attempt)).status_code == 404
    assert not MarkingReport.objects.exists()


def test_the_editor_sees_the_report_with_its_answer_and_settles_it(client_of_editor, client_of_alice, attempt):
    client_of_alice.post(report_url(attempt, 0), {"note": "<b>wrong</b>"})
    report = MarkingReport.objects.get()
    listed = client_of_editor.get(reverse("admin:results_markingreport_changelist")).content.decode()
    assert "&lt;b&gt;wrong&lt;/b&gt;" in listed and "alpha1" in listed
    shown = client_of_editor.get(reverse("admin:results_markingreport_change", args=[report.pk])).content.decode()
    assert "It says alpha1" in shown
    client_of_editor.post(
        reverse("admin:results_markingreport_changelist"), {"action": "settle", "_selected_action": report.pk}
    )
    report.refresh_from_db()
    assert report.settled
