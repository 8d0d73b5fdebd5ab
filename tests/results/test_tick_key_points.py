import re
from datetime import timedelta

import pytest
from django.urls import reverse

from quiz.bank.models import KeyPoint, Origin
from quiz.bank.services import publish_question
from quiz.interviews.models import Attempt
from quiz.marking import Span
from quiz.results.models import Assessment, By
from quiz.results.services import (
    NothingShown,
    UnknownKeyPoint,
    UnknownSpan,
    assess_attempt,
    take_back_ticks,
    tick_key_points,
)
from tests.base import NOW, make_question
from tests.results.sitting import sit

LATER = NOW + timedelta(hours=1)


def url(attempt: Attempt, slot: int = 1) -> str:
    return reverse("results:ticks", args=[attempt.pk, slot])


@pytest.fixture
def attempt(alice) -> Attempt:
    """Automatically 50 and 0, so 25."""
    attempt = sit(alice, {make_question(1): "alpha1", make_question(2): "nothing of use"})
    assess_attempt(attempt=attempt, now=NOW)
    return attempt


ALL = Span(0, 7)
"""`nothing`, the first word of the second answer."""


def scores(attempt: Attempt) -> tuple[int | None, int | None]:
    attempt.refresh_from_db()
    return attempt.score, attempt.own_score


def test_own_marks_stand_beside_the_automatic_ones(attempt):
    tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence={0: ALL, 1: ALL}, now=LATER)
    own = Assessment.objects.get(by=By.OWN)
    assert (own.score, own.engine, own.created_at) == (100, "", LATER)
    assert [mark["outcome"] for mark in own.marks] == ["covered", "covered"]
    assert scores(attempt) == (30, 80)


def test_ticking_again_replaces_the_own_marks(attempt):
    response = attempt.responses.get(slot=2)
    tick_key_points(response=response, covered=set(), evidence={0: ALL, 1: ALL}, now=NOW)
    tick_key_points(response=response, covered={1}, now=LATER)
    assert list(Assessment.objects.filter(by=By.OWN).values_list("score", "created_at")) == [(60, LATER)]
    assert scores(attempt) == (30, 60)


def test_own_marks_that_agree_with_the_automatic_ones_are_still_own_marks(attempt):
    tick_key_points(response=attempt.responses.get(slot=1), covered={0}, now=LATER)
    assert scores(attempt) == (30, 30)


def test_taking_back_the_own_marks_leaves_the_automatic_score_alone(attempt):
    response = attempt.responses.get(slot=1)
    tick_key_points(response=response, covered=set(), now=LATER)
    assert scores(attempt) == (30, 0)
    take_back_ticks(response=response)
    assert scores(attempt) == (30, None)
    assert not Assessment.objects.filter(by=By.OWN).exists()


def test_a_later_automatic_assessment_keeps_the_own_score(attempt):
    tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence={0: ALL}, now=LATER)
    Assessment.objects.filter(by=By.AUTOMATIC).delete()
    assess_attempt(attempt=attempt, now=LATER)
    assert scores(attempt) == (30, 60)


@pytest.mark.parametrize("covered", [{2}, {0, 99}, {-1}])
def test_a_key_point_that_is_not_there_is_refused(attempt, covered):
    with pytest.raises(UnknownKeyPoint):
        tick_key_points(response=attempt.responses.get(slot=1), covered=covered, now=LATER)
    assert not Assessment.objects.filter(by=By.OWN).exists()


def test_a_point_beyond_the_reference_answer_earns_no_tick(alice):
    question = make_question(1, publish=False)
    KeyPoint.objects.create(question=question, position=3, label_zh="更多", expressions="more", origin=Origin.BEYOND)
    publish_question(question=question, now=NOW)
    attempt = sit(alice, {question: "alpha1"})
    assess_attempt(attempt=attempt, now=NOW)
    with pytest.raises(UnknownKeyPoint):
        tick_key_points(response=attempt.responses.get(), covered={0, 2}, now=LATER)


# Evidence


def test_a_point_that_was_not_found_is_ticked_by_showing_where_it_is_said(attempt):
    tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence={1: Span(8, 10)}, now=LATER)
    own = Assessment.objects.get(by=By.OWN)
    assert [(mark["outcome"], mark["evidence"]) for mark in own.marks] == [("missed", []), ("covered", [[8, 10]])]


def test_what_was_shown_once_stays_shown_until_it_is_unticked(attempt):
    response = attempt.responses.get(slot=2)
    tick_key_points(response=response, covered=set(), evidence={1: ALL}, now=LATER)
    tick_key_points(response=response, covered={1}, evidence={0: Span(8, 10)}, now=LATER)
    assert [mark["evidence"] for mark in Assessment.objects.get(by=By.OWN).marks] == [[[8, 10]], [[0, 7]]]
    tick_key_points(response=response, covered={0}, now=LATER)
    with pytest.raises(NothingShown):
        tick_key_points(response=response, covered={0, 1}, now=LATER)


def test_a_tick_without_evidence_for_what_was_not_found_changes_nothing(attempt):
    with pytest.raises(NothingShown):
        tick_key_points(response=attempt.responses.get(slot=2), covered={0}, now=LATER)
    assert scores(attempt) == (30, None)


@pytest.mark.parametrize("span", [Span(14, 15), Span(0, 15), Span(90, 99), Span(7, 8)])
def test_evidence_is_text_of_the_answer(attempt, span):
    with pytest.raises(UnknownSpan):
        tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence={0: span}, now=LATER)


def test_the_page_says_so_where_nothing_was_shown(client_of_alice, attempt):
    for headers in ({}, {"HX-Request": "true"}):
        answer = client_of_alice.post(url(attempt, 2), {"points": "0"}, headers=headers, follow=True)
        assert "show the sentence that says it" in answer.content.decode()
    assert answer.status_code == 422
    assert scores(attempt) == (30, None)


@pytest.mark.parametrize("value", ["", "3", "5-3", "0-0", "-1-4", "a-b", "0-9999999999999", "0-7-9"])
def test_a_stretch_that_makes_no_sense_is_a_bad_request(client_of_alice, attempt, value):
    assert client_of_alice.post(url(attempt, 2), {"evidence-0": value}).status_code == 400
    assert client_of_alice.post(url(attempt, 2), {"evidence-x": "0-7"}).status_code == 400
    assert scores(attempt) == (30, None)


def test_the_sentences_of_the_answer_are_there_to_choose_from(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "First this. Then alpha1; and that!"})
    html = client_of_alice.get(reverse("results:result", args=[attempt.pk])).content.decode()
    chosen = re.findall(r'name="evidence-1" value="(\d+-\d+)" lang="en">([^<]*)<', html)
    assert chosen == [("0-10", "First this"), ("12-23", "Then alpha1"), ("25-33", "and that")]
    assert 'name="evidence-0"' not in html
    client_of_alice.post(url(attempt), {"points": "0", "evidence-1": chosen[2][0]})
    html = client_of_alice.get(reverse("results:result", args=[attempt.pk])).content.decode()
    assert "Shown by you:" in html and '<mark>and that</mark><sup class="evidence"><a id="evidence-1-1"' in html


# Through the page


def test_a_plain_form_goes_back_to_its_question(client_of_alice, attempt):
    answer = client_of_alice.post(url(attempt, 2), {"evidence-0": "0-7", "evidence-1": "8-10"})
    assert (answer.status_code, answer["Location"]) == (302, f"/interviews/{attempt.pk}/result/#question-2")
    assert scores(attempt) == (30, 80)


def test_htmx_gets_the_marks_of_the_question_and_the_new_total(client_of_alice, attempt):
    answer = client_of_alice.post(url(attempt, 2), {"evidence-1": "0-7"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="marks-2"' in page and 'id="marks-1"' not in page and "<html" not in page
    assert 'id="tick-2-1" checked' in page and 'id="tick-2-0"' not in page
    assert '<dl id="total" class="total" hx-swap-oob="true">' in page
    assert '<dd class="score-value">30</dd>' in page and '<dd class="score-value">60</dd>' in page
    assert "Your marks of question 2 are saved: 60." in page


def test_unticking_everything_is_an_own_assessment_of_zero(client_of_alice, attempt):
    client_of_alice.post(url(attempt, 1), {})
    assert scores(attempt) == (30, 0)


def test_the_own_marks_can_be_taken_back(client_of_alice, attempt):
    client_of_alice.post(url(attempt, 2), {"evidence-1": "0-7"})
    page = client_of_alice.post(
        url(attempt, 2), {"points": "1", "take_back": "1"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert scores(attempt) == (30, None)
    assert "Your marks of question 2 are taken back." in page and "By your own marks" not in page


@pytest.mark.parametrize("points", [["2"], ["x"], ["-1"], ["0", "1.5"], ["9" * 50], [""]])
def test_bad_positions_are_a_bad_request(client_of_alice, attempt, points):
    assert client_of_alice.post(url(attempt), {"points": points}).status_code == 400
    assert scores(attempt) == (30, None)


def test_a_slot_that_is_not_there_is_not_found(client_of_alice, attempt):
    assert client_of_alice.post(url(attempt, 3), {"points": "0"}).status_code == 404


def test_a_running_attempt_takes_no_marks(client_of_bob, bob, time_machine):
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    running = sit(bob, {make_question(1): "alpha1"}, took=None)
    answer = client_of_bob.post(url(running), {"points": "0"})
    assert answer.status_code == 409
    assert "still running" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_an_attempt_that_nobody_has_looked_at_is_marked_before_the_tick(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    client_of_alice.post(url(attempt), {"points": ["0"], "evidence-1": "0-6"})
    assert scores(attempt) == (60, 100)


def test_bob_cannot_tick_in_alices_result(client_of_bob, attempt):
    assert client_of_bob.post(url(attempt), {"points": "0"}).status_code == 404
    assert scores(attempt) == (30, None)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, attempt):
    answer = client.post(url(attempt), {"points": "0"})
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert client.post(url(attempt), {"points": "0"}, headers={"HX-Request": "true"}).status_code == 401


def test_marks_are_not_stored_by_a_link(client_of_alice, attempt):
    assert client_of_alice.get(url(attempt)).status_code == 405
