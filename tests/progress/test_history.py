import re
from datetime import timedelta

import pytest
from django.urls import reverse

from quiz.interviews.models import Attempt, Blueprint, Ended
from quiz.marking import Span
from quiz.progress.services import MAX_ASSESSED
from quiz.results.services import assess_attempt, tick_key_points
from tests.base import NOW, make_bank, make_question, make_topic
from tests.pages import squeezed
from tests.results.sitting import sit

DAY = timedelta(days=1)


def page(client, **query) -> str:
    answer = client.get("/history/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> list[str]:
    return html.split("<tbody")[1].split("</tbody>", maxsplit=1)[0].split("<tr")[1:]


def shown(html: str) -> list[str]:
    """The attempts on the page, in its order."""
    return re.findall(r"/interviews/([0-9a-f-]{36})/", html)


@pytest.fixture
def many(alice) -> list[Attempt]:
    """One attempt a day from NOW backwards, newest first, each marked."""
    question = make_question(1)
    return [sit(alice, {question: ""}, started=NOW - day * DAY, score=day % 100) for day in range(120)]


def test_the_empty_history_leads_to_the_first_interview(client_of_alice):
    html = page(client_of_alice)
    assert "No interviews yet" in html and f'href="{reverse("interviews:new")}"' in html
    assert "<form class" not in html and "<table" not in html


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, db):
    for path in ("/history/", "/history.csv"):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_row_shows_date_topics_length_end_and_both_scores(client_of_alice, alice):
    one, two = make_question(1, topic="training"), make_question(2, topic="attention")
    attempt = sit(alice, {one: "alpha1", two: "nothing"})
    assess_attempt(attempt=attempt, now=NOW)
    shown = {0: Span(0, 7), 1: Span(0, 7)}
    tick_key_points(response=attempt.responses.get(slot=2), covered=set(), evidence=shown, now=NOW)
    (row,) = rows(page(client_of_alice))
    assert f'href="{reverse("results:result", args=[attempt.pk])}"' in row
    assert '<time datetime="2026-03-02T09:00:00+00:00">' in row
    assert squeezed("<" + row) == (
        "2026-03-02 09:00 Topic attention · Topic training 2 2 questions 13:08 / 15:00 Handed in 30 80 own 80 "
        "0 % agreed"
    )


def test_the_agreement_of_own_and_automatic_marks_is_told_over_all_interviews(client_of_alice, alice):
    question = make_question(1)
    first = sit(alice, {question: "alpha1"}, started=NOW - timedelta(days=2))
    second = sit(alice, {question: "alpha1"}, started=NOW - timedelta(days=1))
    for attempt in (first, second):
        assess_attempt(attempt=attempt, now=NOW)
    assert "agree on" not in page(client_of_alice)
    tick_key_points(response=first.responses.get(), covered={0}, now=NOW)
    tick_key_points(response=second.responses.get(), covered={0}, evidence={1: Span(0, 6)}, now=NOW)
    html = squeezed(page(client_of_alice))
    assert "Own and automatic marks agree on 75 % of 4 key points of 2 interviews." in html
    assert "50 % agreed" in html and "100 % agreed" in html


def test_topics_stand_in_their_own_order(client_of_alice, alice):
    make_topic("zeta", order=1)
    make_topic("alpha", order=2)
    sit(alice, {make_question(1, topic="alpha"): "", make_question(2, topic="zeta"): ""})
    assert "Topic zeta · Topic alpha" in squeezed(page(client_of_alice))


def test_dates_are_in_the_candidates_time_zone(client_of_alice, alice):
    alice.time_zone = "Asia/Shanghai"
    alice.save()
    sit(alice, {make_question(1): ""}, started=NOW.replace(hour=20))
    assert '<time datetime="2026-03-03T04:00:00+08:00">2026-03-03 04:00</time>' in page(client_of_alice)


def test_a_running_attempt_appears_as_running_and_leads_to_the_room(client_of_alice, alice, time_machine):
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    attempt = sit(alice, {make_question(1): ""}, took=None)
    (row,) = rows(page(client_of_alice))
    assert "Running" in row and f'href="{reverse("interviews:attempt", args=[attempt.pk])}"' in row


def test_an_attempt_that_nobody_finished_appears_as_ended_and_marked(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): "alpha1"}, took=None)
    time_machine.move_to(NOW + DAY, tick=False)
    (row,) = rows(page(client_of_alice))
    assert "Time ran out" in row and "15:00" in row and "<strong>60</strong>" in row
    attempt.refresh_from_db()
    assert attempt.ended == Ended.TIMED_OUT


def test_more_unmarked_interviews_than_one_page_marks_say_so(client_of_alice, alice):
    question = make_question(1)
    for day in range(MAX_ASSESSED + 2):
        sit(alice, {question: "alpha1"}, started=NOW - (day + 1) * DAY)
    said = ["not marked yet" in row for row in rows(page(client_of_alice))]
    assert said == [False] * MAX_ASSESSED + [True] * 2
    assert "not marked yet" not in page(client_of_alice)


def test_the_history_is_newest_first_and_has_50_on_a_page(client_of_alice, many):
    ids = [str(attempt.pk) for attempt in many]
    first, second, third = (page(client_of_alice, page=number) for number in (1, 2, 3))
    assert shown(first) == ids[:50]
    assert shown(second) == ids[50:100]
    assert shown(third) == ids[100:]
    assert "Page 2 of 3" in second
    assert 'rel="prev" href="?page=1"' in second and 'rel="next" href="?page=3"' in second
    assert 'rel="prev"' not in first and 'rel="next"' not in third


@pytest.mark.parametrize("number", ["0", "99", "x", "-1"])
def test_a_page_that_is_not_there_is_one_that_is(client_of_alice, many, number):
    assert len(shown(page(client_of_alice, page=number))) in (50, 20)


def test_bob_sees_nothing_of_alices(client_of_bob, many):
    assert shown(page(client_of_bob)) == []


# Filters


def test_a_topic_finds_the_attempts_that_ask_about_it(client_of_alice, alice):
    one, two = make_question(1, topic="training"), make_question(2, topic="systems")
    both = sit(alice, {one: "", two: ""})
    training = sit(alice, {one: ""}, started=NOW - DAY)
    assert shown(page(client_of_alice, topic="training")) == [str(both.pk), str(training.pk)]
    html = page(client_of_alice, topic="systems")
    assert shown(html) == [str(both.pk)]
    assert '<option value="systems" selected>' in html
    assert "Topic systems · Topic training" in squeezed(html)


def test_a_blueprint_finds_its_attempts(client_of_alice, alice):
    assert 'name="blueprint"' not in page(client_of_alice)
    question = make_question(1)
    blueprint = Blueprint.objects.create(slug="short", name_zh="短面试", name_en="Short one")
    attempt = sit(alice, {question: ""}, blueprint=blueprint)
    sit(alice, {question: ""}, started=NOW - DAY)
    html = page(client_of_alice, blueprint="short")
    assert shown(html) == [str(attempt.pk)]
    assert "Short one" in rows(html)[0]


def test_the_filter_offers_the_blueprints_of_the_candidates_own_attempts_alone(client_of_alice, alice, bob):
    question = make_question(1)
    for slug in ("once", "twice", "bobs", "draft"):
        Blueprint.objects.create(slug=slug, name_zh=slug, published=slug == "twice")
    for user, slug, days in ((alice, "once", 1), (alice, "twice", 2), (alice, "twice", 3), (bob, "bobs", 1)):
        blueprint = Blueprint.objects.get(slug=slug)
        sit(user, {question: ""}, started=NOW - days * DAY, blueprint=blueprint)
    offered = page(client_of_alice).split('name="blueprint"')[1].split("</select>")[0]
    assert re.findall(r'<option value="(\w+)"', offered) == ["once", "twice"]


def test_bob_cannot_filter_by_a_blueprint_that_he_never_sat(client_of_bob, alice, bob):
    blueprint = Blueprint.objects.create(slug="hers", name_zh="她的面试")
    question = make_question(1)
    sit(alice, {question: ""}, blueprint=blueprint)
    own = sit(bob, {question: ""})
    html = page(client_of_bob, blueprint="hers")
    assert shown(html) == [str(own.pk)]
    assert "errorlist" in html and "她的面试" not in html


def test_the_days_of_a_range_are_whole_days_of_the_candidates_time_zone(client_of_alice, alice):
    alice.time_zone = "Asia/Shanghai"
    alice.save()
    question = make_question(1)
    evening = NOW.replace(hour=16)  # midnight in Shanghai
    before = sit(alice, {question: ""}, started=evening - timedelta(minutes=20))
    first = sit(alice, {question: ""}, started=evening)
    last = sit(alice, {question: ""}, started=evening + timedelta(hours=23, minutes=59))
    after = sit(alice, {question: ""}, started=evening + timedelta(hours=24))
    assert shown(page(client_of_alice, since="2026-03-03", until="2026-03-03")) == [str(last.pk), str(first.pk)]
    assert shown(page(client_of_alice, until="2026-03-02")) == [str(before.pk)]
    assert shown(page(client_of_alice, since="2026-03-04")) == [str(after.pk)]


@pytest.mark.parametrize(
    "query",
    [{"since": "x"}, {"until": "0001-01-01"}, {"until": "9999-12-31"}, {"topic": "no-such"}, {"blueprint": "x"}],
)
def test_a_filter_that_makes_no_sense_says_so_and_filters_nothing(client_of_alice, many, query):
    html = page(client_of_alice, **query)
    assert len(shown(html)) == 50
    assert 'class="errorlist"' in html


def test_filters_that_find_nothing_can_be_taken_off(client_of_alice, many):
    html = page(client_of_alice, since="2030-01-01")
    assert "No interview matches these filters." in html and "Show all" in html


def test_paging_and_csv_keep_the_filters(client_of_alice, many):
    html = page(client_of_alice, until="2026-02-28", page="2")
    assert 'href="?until=2026-02-28&amp;page=1"' in html
    assert 'href="/history.csv?until=2026-02-28"' in html


def test_htmx_gets_the_list_alone(client_of_alice, many):
    answer = client_of_alice.get("/history/", {"since": "2026-03-01"}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert html.strip().startswith('<div id="history-list">') and "<html" not in html and "<form" not in html
    assert len(shown(html)) == 2
    assert '<p class="muted" id="history-count" role="status" hx-swap-oob="innerHTML">2 interviews</p>' in html
    assert "HX-Request" in answer["Vary"]


# The chart


def test_the_chart_is_of_all_filtered_attempts_and_not_of_one_page(client_of_alice, many):
    html = page(client_of_alice, page="2")
    assert "120 interviews from 2025-11-03 to 2026-03-02: lowest 0, highest 99, at the end 0." in squeezed(html)
    assert html.count("<circle") == 60
    assert "Each dot is the mean of 2 interviews." in html


def test_a_history_without_scores_has_no_chart(client_of_alice, alice, time_machine):
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    sit(alice, {make_question(1): ""}, took=None)
    html = page(client_of_alice)
    assert "<circle" not in html and len(rows(html)) == 1


# Both languages, and the cost


def test_the_history_speaks_chinese(client_of_alice, alice):
    alice.language = "zh-hans"
    alice.save()
    sit(alice, {make_question(1): ""})
    html = page(client_of_alice)
    assert '<html lang="zh-hans"' in html and '<span lang="zh-Hans">主题 attention</span>' in html
    for text in ("成绩", "用时", "自动得分"):
        assert text in html


@pytest.mark.parametrize("count", [5, 500])
def test_the_history_costs_the_same_at_5_and_at_500_attempts(client_of_alice, alice, django_assert_num_queries, count):
    questions = make_bank(8)
    for number in range(count):
        sit(alice, {questions[number % 8]: ""}, started=NOW - timedelta(hours=number + 1), score=number % 100)
    with django_assert_num_queries(12):
        page(client_of_alice)
    with django_assert_num_queries(7):
        client_of_alice.get("/history.csv")
