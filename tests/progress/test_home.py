import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from quiz.interviews.models import Attempt, Blueprint, Ended, Response
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import Draft, start_attempt
from quiz.marking import Span
from quiz.results.models import Assessment, By
from quiz.results.services import assess_attempt, tick_key_points
from tests.base import NOW, make_bank, make_question, save_draft
from tests.pages import squeezed
from tests.results.sitting import sit

MINUTE = timedelta(minutes=1)


def page(client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def section(html: str, title: str) -> str:
    return html.split(f'aria-labelledby="{title}"')[1].split("</section>", maxsplit=1)[0]


# Signed out


def test_whoever_is_not_signed_in_sees_the_landing_page(client, db):
    html = page(client)
    assert html.count("<h1>") == 1
    assert f'href="{reverse("account_signup")}"' in html and f'href="{reverse("account_login")}"' in html
    assert "Ready for a mock interview?" not in html


def test_robots_are_welcome_on_the_landing_page_only(client, client_of_alice):
    assert '<meta name="robots" content="index, follow">' in page(client)
    assert '<meta name="robots" content="noindex">' in page(client_of_alice)


def test_the_landing_page_speaks_the_browsers_language(client, db):
    for language, tag in (("zh-CN", "zh-hans"), ("en", "en")):
        html = client.get("/", headers={"Accept-Language": language}).content.decode()
        assert f'<html lang="{tag}"' in html
        with override(tag):
            assert gettext("Mock interviews on large language models") in html


def test_the_landing_page_asks_the_database_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page(client)


# A newcomer


def test_a_newcomer_is_led_to_the_first_interview(client_of_alice):
    html = page(client_of_alice)
    assert "Ready for a mock interview?" in html
    assert "Nothing yet." in html
    assert "<svg" not in html.split("<main")[1]


def test_one_click_starts_the_usual_interview_in_the_candidates_language(client_of_alice, alice):
    make_bank(8)
    alice.language = "zh-hans"
    alice.save()
    form = page(client_of_alice).split(f'action="{reverse("interviews:new")}"')[1].split("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    sent.pop("csrfmiddlewaretoken", None)
    assert sent == {"count": "5", "minutes": "15", "language": "zh-hans", "format": "paper"}
    answer = client_of_alice.post(reverse("interviews:new"), sent)
    attempt = Attempt.objects.get()
    assert answer["Location"] == reverse("interviews:slot", args=[attempt.pk, 1])
    assert (attempt.responses.count(), attempt.time_limit, attempt.language) == (5, 15 * MINUTE, "zh-hans")


def test_published_blueprints_start_with_one_click_too(client_of_alice):
    make_bank(8)
    Blueprint.objects.create(slug="short", name_zh="短面试", name_en="Short one", count=2, minutes=6, published=True)
    Blueprint.objects.create(slug="draft", name_zh="草稿", count=2)
    html = page(client_of_alice)
    assert 'name="blueprint" value="short"' in html and 'value="draft"' not in html
    assert "Short one 2 questions · 6 minutes" in squeezed(html)
    client_of_alice.post(reverse("interviews:new"), {"blueprint": "short"})
    assert Attempt.objects.get().responses.count() == 2


# A running interview


def test_a_running_interview_is_offered_for_resumption_with_its_time_left(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): ""}, took=None)
    time_machine.move_to(attempt.deadline - timedelta(seconds=372), tick=False)
    html = page(client_of_alice)
    assert "The interview of 09:00 has 6:12 left." in squeezed(html)
    assert f'href="{reverse("interviews:attempt", args=[attempt.pk])}"' in html
    assert "Start now" not in html


def test_in_the_late_tolerance_the_answers_are_being_collected(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): ""}, took=None)
    time_machine.move_to(attempt.deadline + timedelta(seconds=3), tick=False)
    assert "Your answers are being collected." in page(client_of_alice)


def test_an_interview_whose_time_passed_with_the_page_closed_is_ended_and_marked(client_of_alice, alice, time_machine):
    make_bank(1)
    attempt = start_attempt(user=alice, recipe=Recipe(language="en", count=1), now=NOW)
    save_draft(attempt, Draft(slot=1, answer="alpha1", revision=0), now=NOW + MINUTE)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    html = page(client_of_alice)
    attempt.refresh_from_db()
    assert (attempt.ended, attempt.finished_at, attempt.score) == (Ended.TIMED_OUT, attempt.deadline, 60)
    assert "Start now" in html and reverse("results:result", args=[attempt.pk]) in html


# What was


def test_recent_results_are_newest_first_with_both_scores(client_of_alice, alice):
    one, two = make_question(1), make_question(2, topic="systems")
    older = sit(alice, {one: "alpha1 beta1"}, started=NOW - timedelta(days=2))
    newer = sit(alice, {two: "alpha2"}, started=NOW - timedelta(days=1))
    for attempt in (older, newer):
        assess_attempt(attempt=attempt, now=NOW)
    tick_key_points(response=newer.responses.get(), covered={0}, evidence={1: Span(0, 6)}, now=NOW)
    recent = section(page(client_of_alice), "recent-title")
    assert squeezed(recent.split(">", 1)[1]) == (
        "Recent results 2026-03-01 09:00 60 own 100 Topic systems 2026-02-28 09:00 100 Topic attention All interviews"
    )
    assert str(newer.pk) in recent and str(older.pk) in recent


def test_the_chart_shows_the_automatic_scores_oldest_first(client_of_alice, alice):
    question = make_question(1)
    for day, answer in ((3, "alpha1"), (2, ""), (1, "alpha1 beta1")):
        assess_attempt(attempt=sit(alice, {question: answer}, started=NOW - timedelta(days=day)), now=NOW)
    scores = section(page(client_of_alice), "scores-title")
    titles = re.findall(r"<circle [^>]*><title>(.*?)</title>", scores)
    assert titles == ["2026-02-27: 60", "2026-02-28: 0", "2026-03-01: 100"]
    assert "3 interviews from 2026-02-27 to 2026-03-01: lowest 0, highest 100, at the end 100." in squeezed(scores)


def test_a_topic_shows_the_mean_of_its_last_ten_questions(client_of_alice, alice):
    one, other = make_question(1), make_question(2, topic="systems")
    for day in range(20, 10, -1):
        sit(alice, {one: ""}, started=NOW - timedelta(days=day))
    for day in range(10, 0, -1):
        sit(alice, {one: "alpha1 beta1" if day > 5 else "alpha1", other: ""}, started=NOW - timedelta(days=day))
    for attempt in Attempt.objects.all():
        assess_attempt(attempt=attempt, now=NOW)
    topics = section(page(client_of_alice), "topics-title")
    assert squeezed(topics.split(">", 1)[1]).startswith("Topics Topic attention 80 Topic systems 0")


def test_a_topic_answered_long_ago_keeps_its_mean_whatever_came_after_it(client_of_alice, alice):
    one, other = make_question(1), make_question(2, topic="systems")
    answered = [{other: "alpha2 beta2"}, *({one: "alpha1"} for _ in range(12))]
    for day, answers in enumerate(answered):
        sit(alice, answers, started=NOW - timedelta(days=20 - day))
    Assessment.objects.bulk_create(
        Assessment(response=response, by=By.AUTOMATIC, engine=f"0.{old}", marks=[], score=0, created_at=NOW)
        for response in Response.objects.all()
        for old in range(30)
    )
    for attempt in Attempt.objects.all():
        assess_attempt(attempt=attempt, now=NOW)
    topics = section(page(client_of_alice), "topics-title")
    assert squeezed(topics.split(">", 1)[1]).startswith("Topics Topic attention 60 Topic systems 100")


def test_bobs_results_are_not_alices(client_of_bob, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    assess_attempt(attempt=attempt, now=NOW)
    html = page(client_of_bob)
    assert str(attempt.pk) not in html and "Nothing yet." in html


@pytest.mark.parametrize("count", [5, 500])
def test_home_costs_the_same_at_5_and_at_500_attempts(client_of_alice, alice, django_assert_num_queries, count):
    questions = make_bank(8)
    for number in range(count):
        sit(alice, {questions[number % 8]: ""}, started=NOW - timedelta(hours=number + 1), score=number % 100)
    with django_assert_num_queries(11):
        page(client_of_alice)


def test_there_is_no_inline_script_or_style(client, client_of_alice, alice):
    assess_attempt(attempt=sit(alice, {make_question(1): "alpha1"}), now=NOW)
    for html in (page(client), page(client_of_alice)):
        assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", html)
