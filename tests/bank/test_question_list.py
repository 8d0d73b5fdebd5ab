import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from quiz.bank.models import Question
from quiz.bank.services import publish_question, retire_question, write_version
from tests.base import NOW, make_bank, make_question, make_topic
from tests.pages import squeezed

URL = "/questions/"
HTMX = {"HX-Request": "true"}
SCRIPT = "<script>alert(1)</script>"


def numbers(response) -> list[int]:
    """The questions on the page, by number, in their order."""
    return [int(number) for number in re.findall(r'href="/questions/question-(\d+)/"', response.content.decode())]


def test_signed_out_visitors_are_sent_to_sign_in(client, db):
    make_question(1)
    for path in (URL, URL + "question-1/"):
        response = client.get(path + "?answer=1")
        assert response.status_code == 302
        assert response.url == f"/accounts/login/?next={path}%3Fanswer%3D1"


def test_a_signed_out_page_that_asks_for_a_fragment_goes_to_sign_in_as_a_whole(client, db):
    response = client.get(URL + "?q=x", headers=HTMX)
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fquestions%2F%3Fq%3Dx"
    assert response.content == b""


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_list_only_answers_reads(client_of_alice, method):
    assert getattr(client_of_alice, method)(URL).status_code == 405


def test_the_list_shows_every_published_question_by_number(client_of_alice):
    make_question(5)
    make_bank(4)
    make_question(6, publish=False)
    retire_question(question=Question.objects.get(number=2))
    assert numbers(client_of_alice.get(URL)) == [1, 3, 4, 5]


def test_a_row_tells_topic_difficulty_and_suggested_time(client_of_alice):
    make_question(1, difficulty="hard", suggested_seconds=150)
    text = squeezed(client_of_alice.get(URL).content.decode())
    assert "Title 1 Topic attention Hard Suggested time 2:30" in text


@pytest.mark.parametrize(
    ("fields", "incomplete"),
    [
        ({}, False),
        ({"title_en": ""}, True),
        ({"prompt_en": ""}, True),
        ({"reference_answer_en": ""}, True),
        ({"explanation_en": ""}, True),
        ({"explanation_en": "", "explanation_zh": ""}, False),
        ({"editors_note_en": "", "editors_note_zh": ""}, False),
    ],
)
def test_a_row_tells_where_english_is_incomplete(client_of_alice, fields, incomplete):
    make_question(1, **fields)
    assert ("English incomplete" in client_of_alice.get(URL).content.decode()) == incomplete


def test_the_list_speaks_the_language_of_its_reader(alice, client_of_alice):
    make_question(1)
    make_question(2, title_en="")
    html = client_of_alice.get(URL).content.decode()
    assert '<a href="/questions/question-1/" lang="en">Title 1</a>' in html
    assert '<a href="/questions/question-2/" lang="zh-Hans">标题 2</a>' in html
    alice.language = "zh-hans"
    alice.save()
    html = client_of_alice.get(URL).content.decode()
    assert '<html lang="zh-hans"' in html
    assert '<a href="/questions/question-1/" lang="zh-Hans">标题 1</a>' in html
    assert '<span lang="zh-Hans">主题 attention</span>' in html


def test_the_list_is_filtered_by_topic_and_difficulty(client_of_alice):
    make_question(1, topic="attention", difficulty="easy")
    make_question(2, topic="attention", difficulty="hard")
    make_question(3, topic="training", difficulty="hard")
    assert numbers(client_of_alice.get(URL, {"topic": "attention"})) == [1, 2]
    assert numbers(client_of_alice.get(URL, {"difficulty": "hard"})) == [2, 3]
    assert numbers(client_of_alice.get(URL, {"topic": "attention", "difficulty": "hard"})) == [2]


def test_filters_are_links_that_keep_the_others_and_tell_their_counts(client_of_alice):
    make_question(1, topic="attention", difficulty="easy")
    make_question(2, topic="attention", difficulty="hard")
    make_question(3, topic="training", difficulty="hard")
    html = client_of_alice.get(URL, {"topic": "attention", "q": "Title", "page": "1"}).content.decode()
    link = re.search(r'<a id="difficulty-hard" href="([^"]+)" hx-get="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    assert link[1] == link[2] == "?topic=attention&amp;q=Title&amp;difficulty=hard"
    assert '<span class="number">1</span>' in link[3]
    here = re.search(r'<a id="topic-attention"[^>]*>(.*?)</a>', html)
    assert 'aria-current="true"' in here[0]
    assert '<span class="number">2</span>' in here[1]
    assert re.search(r'<a id="topic-all" href="\?q=Title"', html)
    assert html.count('aria-current="true"') == 2


def test_a_topic_without_questions_is_not_offered(client_of_alice):
    make_question(1)
    make_topic("empty")
    assert "topic-empty" not in client_of_alice.get(URL).content.decode()


@pytest.mark.parametrize(
    "query", ["topic=nowhere", "difficulty=very", "page=0", "page=99", "page=x", "topic=&difficulty=&q=", "q=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_list(client_of_alice, query):
    make_bank(3)
    response = client_of_alice.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert numbers(response) == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "found"),
    [("标题 2", 2), ("title 3", 3), ("Prompt 1", 1), ("参考答案", None), ("alpha", None), ("要点", None)],
)
def test_a_search_finds_in_both_languages(client_of_alice, query, found):
    make_bank(3)
    listed = numbers(client_of_alice.get(URL, {"q": query}))
    assert listed[0] == found if found else sorted(listed) == [1, 2, 3]


@pytest.mark.parametrize(("query", "found"), [("arxiv", []), ("自注意力", [1]), ("paper", [1])])
def test_a_search_finds_words_and_neither_addresses_nor_markers(client_of_alice, query, found):
    make_question(1, explanation_zh="自**注意**力：见 [paper](https://arxiv.org/abs/1706.03762)")
    assert numbers(client_of_alice.get(URL, {"q": query})) == found


def test_a_search_keeps_the_filters(client_of_alice):
    make_bank(6)
    html = client_of_alice.get(URL, {"q": "Title", "topic": "training", "difficulty": "medium"}).content.decode()
    assert '<input type="hidden" name="topic" value="training" form="search">' in html
    assert '<input type="hidden" name="difficulty" value="medium" form="search">' in html
    assert 'name="q" value="Title"' in html


def test_a_search_does_not_find_drafts(client_of_alice):
    make_question(1, publish=False)
    assert numbers(client_of_alice.get(URL, {"q": "Title 1"})) == []


def test_nothing_found_says_what_to_do_next(client_of_alice):
    make_bank(3)
    html = client_of_alice.get(URL, {"q": "zzzz"}).content.decode()
    assert "0 questions found" in html
    assert "Try other words" in html
    assert "Show all questions" in html
    assert "Search everywhere" not in html


def test_nothing_found_here_leads_to_what_is_found_elsewhere(client_of_alice):
    make_question(1, topic="attention")
    make_question(2, topic="systems", title_en="Kernel")
    html = client_of_alice.get(URL, {"q": "kernel", "topic": "attention"}).content.decode()
    assert "In the whole bank, 1 question matches." in html
    assert re.search(r'href="\?q=kernel"[^>]*>Search everywhere', html)


def test_an_empty_topic_and_difficulty_says_what_to_do_next(client_of_alice):
    make_question(1, difficulty="easy")
    html = client_of_alice.get(URL, {"difficulty": "hard"}).content.decode()
    assert "Drop one of them." in html


def test_an_empty_bank_says_what_to_do_next(client_of_alice, client_of_editor):
    assert "Come back later." in client_of_alice.get(URL).content.decode()
    html = client_of_editor.get(URL).content.decode()
    assert "load_bank" in html
    assert "/admin/bank/question/add/" in html


def test_the_list_comes_in_pages_of_twenty(client_of_alice):
    make_bank(21)
    first = client_of_alice.get(URL, {"difficulty": "medium"})
    assert len(numbers(first)) == 20
    assert 'href="?difficulty=medium&amp;page=2"' in first.content.decode()
    second = client_of_alice.get(URL, {"page": "2"})
    assert numbers(second) == [21]
    assert "Page 2 of 2" in second.content.decode()


def test_htmx_gets_the_list_alone_and_the_count_for_the_status(client_of_alice):
    make_bank(3)
    response = client_of_alice.get(URL, {"topic": "training"}, headers=HTMX)
    html = response.content.decode().strip()
    assert html.startswith('<div id="question-list"')
    assert '<p id="question-count" hx-swap-oob="innerHTML">1 question found</p>' in html
    assert "<html" not in html
    assert 'id="search"' not in html
    assert numbers(response) == [1]


def test_a_fragment_is_never_kept_as_the_page(client_of_alice):
    make_bank(1)
    assert "no-store" in client_of_alice.get(URL, headers=HTMX).headers["Cache-Control"]


def test_the_fragment_is_the_same_as_in_the_page(client_of_alice):
    make_bank(3)
    fragment = client_of_alice.get(URL, headers=HTMX).content.decode().split("<p id=")[0].strip()
    assert fragment in client_of_alice.get(URL).content.decode()


def test_the_search_form_works_without_scripts(client_of_alice):
    make_bank(2)
    form = re.search(r"<form id=\"search\"[^>]*>", client_of_alice.get(URL).content.decode())[0]
    assert 'method="get"' in form
    assert 'action="/questions/"' in form


def test_hostile_texts_and_searches_come_out_harmless(client_of_alice):
    make_question(1, title_en=SCRIPT, topic=make_topic("evil", name_en=SCRIPT).slug)
    for query in ("", SCRIPT, '"><img src=x onerror=alert(1)>'):
        html = client_of_alice.get(URL, {"q": query}).content.decode()
        assert SCRIPT not in html
        assert "<img src=x" not in html


class TestNew:
    @pytest.fixture(autouse=True)
    def _bank(self, db):
        make_bank(3)
        with time_machine.travel(NOW + timedelta(days=40), tick=False):
            publish_question(question=make_question(4, publish=False), now=timezone.now())
            yield

    def test_what_came_in_the_last_30_days_is_marked_and_can_be_chosen(self, client_of_alice):
        html = client_of_alice.get(URL).content.decode()
        assert html.count(">New</li>") == 1
        assert "In the last 30 days 1" in squeezed(html)
        assert numbers(client_of_alice.get(URL, {"new": "1"})) == [4]

    def test_a_search_stays_among_the_new(self, client_of_alice):
        assert numbers(client_of_alice.get(URL, {"new": "1", "q": "Title"})) == [4]
        assert 'name="new" value="1" form="search"' in client_of_alice.get(URL, {"new": "1"}).content.decode()

    def test_after_30_days_nothing_is_new(self, client_of_alice):
        with time_machine.travel(NOW + timedelta(days=71), tick=False):
            html = client_of_alice.get(URL).content.decode()
        assert "In the last 30 days" not in html
        assert ">New</li>" not in html

    def test_a_new_version_of_a_question_does_not_make_it_new(self, client_of_alice):
        question = Question.objects.get(number=1)
        question.title_en = "Changed"
        question.save()
        write_version(question=question, now=timezone.now())
        assert numbers(client_of_alice.get(URL, {"new": "1"})) == [4]


def test_the_questions_that_a_bank_begins_with_are_not_new(client_of_alice):
    make_bank(3)
    with time_machine.travel(NOW, tick=False):
        assert "In the last 30 days" not in client_of_alice.get(URL).content.decode()


@pytest.mark.parametrize("query", [{}, {"q": "Title"}, {"topic": "training", "difficulty": "medium"}])
def test_the_list_costs_the_same_with_five_and_a_hundred_questions(client_of_alice, django_assert_num_queries, query):
    # Session, user, topics, rows, the page's questions; a search reads the questions' and key points' texts as well.
    expected = 7 if "q" in query else 5
    make_bank(5)
    with django_assert_num_queries(expected):
        client_of_alice.get(URL, query)
    for number in range(6, 101):
        make_question(number, topic="training")
    with django_assert_num_queries(expected):
        client_of_alice.get(URL, query)


def test_every_language_and_theme_of_the_page_is_free_of_inline_script_and_style(client_of_alice):
    make_bank(3)
    html = client_of_alice.get(URL).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_the_count_is_announced_politely(client_of_alice):
    make_bank(1)
    assert re.search(
        r'<p id="question-count"[^>]*role="status">1 question</p>', client_of_alice.get(URL).content.decode()
    )


def test_bob_without_a_session_sees_nothing_of_the_bank(db):
    make_question(1)
    assert b"Title 1" not in Client().get(URL, follow=True).content
