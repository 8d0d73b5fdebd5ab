import re
from itertools import pairwise

import pytest

from quiz.bank.models import KeyPoint, Question
from quiz.bank.services import retire_question
from tests.base import make_question

HTMX = {"HX-Request": "true"}
SECRETS_IN_ENGLISH = ["<p>Reference answer 1</p>", "<p>Explanation 1</p>", "<p>Editor's note 1</p>", "Point alpha"]
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">[x](javascript:alert(3))'


def page(client, number: int = 1, query: str = "", **headers: str) -> str:
    response = client.get(f"/questions/question-{number}/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_prompt_comes_first_and_nothing_of_the_answer(client_of_alice):
    make_question(1, suggested_seconds=150)
    html = page(client_of_alice)
    assert '<h1 lang="en">Title 1</h1>' in html
    assert "<p>Prompt 1</p>" in html
    assert 'suggested time <span class="number">2:30</span>' in html
    secrets = ["Reference answer 1", "Explanation 1", "Editor's note 1", "Point alpha", "What about alpha?", "alpha1"]
    for secret in [*secrets, "参考答案 1", "解析 1", "编者注 1", "要点 alpha"]:
        assert secret not in html


@pytest.mark.parametrize("query", ["?answer=", "?answer=0", "?answer=2", "?Answer=1"])
def test_nothing_but_the_request_shows_the_answer(client_of_alice, query):
    make_question(1)
    assert "Reference answer 1" not in page(client_of_alice, query=query)


def test_a_plain_link_shows_answer_explanation_note_and_key_points(client_of_alice):
    make_question(1)
    assert 'href="?answer=1"' in page(client_of_alice)
    html = page(client_of_alice, query="?answer=1")
    for text in (*SECRETS_IN_ENGLISH, "What a good answer covers", "What about beta?"):
        assert text in html
    assert "Hide the answer" in html


def test_htmx_gets_the_answer_alone_and_the_focus_goes_to_it(client_of_alice):
    make_question(1)
    html = page(client_of_alice, query="?answer=1", **HTMX).strip()
    assert html.startswith('<div id="answer"')
    assert "<html" not in html
    assert re.search(r"<h2[^>]*tabindex=\"-1\" autofocus>Reference answer</h2>", html)
    assert "autofocus" not in page(client_of_alice, query="?answer=1")


def test_the_expressions_that_earn_a_point_are_never_shown(client_of_alice):
    make_question(1)
    assert "alpha1" not in page(client_of_alice, query="?answer=1")


def test_what_goes_beyond_stands_apart(client_of_alice):
    question = make_question(1)
    KeyPoint.objects.create(question=question, position=3, label_zh="更深", label_en="Deeper", origin="beyond")
    before, after = page(client_of_alice, query="?answer=1").split("What an expert would add")
    assert "Point beta" in before
    assert "Deeper" in after
    assert "Deeper" not in before


def test_an_erratum_stands_beside_its_point_rendered(client_of_alice):
    question = make_question(1)
    question.key_points.filter(position=1).update(erratum_zh="不对", erratum_en="**Wrong** in fact")
    assert "<strong>Wrong</strong> in fact" in page(client_of_alice, query="?answer=1")


@pytest.mark.parametrize("note_open", [True, False])
def test_the_note_is_folded_unless_it_has_to_be_seen(client_of_alice, note_open):
    make_question(1, note_open=note_open)
    details = re.search(r"<details[^>]*>", page(client_of_alice, query="?answer=1"))[0]
    assert details.endswith(" open>") == note_open


def test_a_question_without_explanation_note_and_points_shows_none_of_them(client_of_alice):
    question = make_question(1, explanation_zh="", explanation_en="", editors_note_zh="", editors_note_en="")
    question.key_points.all().delete()
    html = page(client_of_alice, query="?answer=1")
    for heading in ("Explanation", "Editor's note", "What a good answer covers", "What an expert would add"):
        assert heading not in html
    assert "<details" not in html


def test_where_english_is_missing_the_chinese_stands_and_says_so(client_of_alice):
    make_question(1, reference_answer_en="", prompt_en="")
    html = page(client_of_alice, query="?answer=1")
    assert '<div class="prose" lang="zh-Hans"><p>参考答案 1</p>' in html
    assert '<div class="prose" lang="zh-Hans"><p>题面 1</p>' in html
    assert html.count("Only in Chinese so far.") == 2


def test_a_chinese_reader_gets_chinese(alice, client_of_alice):
    make_question(1)
    alice.language = "zh-hans"
    alice.save()
    html = page(client_of_alice, query="?answer=1")
    assert '<h1 lang="zh-Hans">标题 1</h1>' in html
    assert '<div class="prose" lang="zh-Hans"><p>参考答案 1</p>' in html
    assert '<p class="key-point-label" lang="zh-Hans">要点 alpha</p>' in html


def test_previous_and_next_are_published_neighbours_by_number(client_of_alice):
    for number in (2, 4, 6):
        make_question(number)
    make_question(5, publish=False)
    html = page(client_of_alice, 4)
    assert re.search(r'href="/questions/question-2/" rel="prev"', html)
    assert re.search(r'href="/questions/question-6/" rel="next"', html)
    assert 'rel="prev"' not in page(client_of_alice, 2)
    assert 'rel="next"' not in page(client_of_alice, 6)


def test_published_questions_of_the_same_family_are_linked(client_of_alice):
    for number in (1, 2, 3):
        make_question(number, family="near")
    make_question(4)
    retire_question(question=Question.objects.get(number=3))
    similar = page(client_of_alice).split("Similar questions")[1].split("</section>")[0]
    assert re.findall(r"question-(\d)/", similar) == ["2"]
    assert "Similar questions" not in page(client_of_alice, 4)


def test_bob_gets_404_for_a_draft_and_for_a_retired_question(client_of_bob):
    make_question(1, publish=False)
    retire_question(question=make_question(2))
    for number in (1, 2, 3):
        assert client_of_bob.get(f"/questions/question-{number}/").status_code == 404


def test_an_editor_sees_drafts_and_retired_questions_marked_as_such(client_of_editor):
    make_question(1, publish=False)
    retire_question(question=make_question(2))
    assert "A draft: only editors see this page" in page(client_of_editor)
    assert "Retired: only editors see this page" in page(client_of_editor, 2)


def test_only_an_editor_is_led_to_the_form(client_of_alice, client_of_editor):
    question = make_question(1)
    link = f"/admin/bank/question/{question.pk}/change/"
    assert link in page(client_of_editor)
    assert link not in page(client_of_alice)


def test_staff_without_the_permission_is_no_editor(bob, client_of_bob):
    make_question(1, publish=False)
    bob.is_staff = True
    bob.save()
    assert client_of_bob.get("/questions/question-1/").status_code == 404


def test_hostile_texts_come_out_harmless(client_of_alice):
    question = make_question(
        1,
        title_en=HOSTILE,
        prompt_en=HOSTILE,
        reference_answer_en=HOSTILE,
        explanation_en=HOSTILE,
        editors_note_en=HOSTILE,
    )
    fields = {"label_en": HOSTILE[:100], "follow_up_en": HOSTILE, "erratum_en": HOSTILE}
    question.key_points.filter(position=1).update(**fields)
    html = page(client_of_alice, query="?answer=1")
    assert "<script>alert" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert html.count("&lt;script&gt;alert(1)") >= 8


def test_headings_go_down_one_level_at_a_time(client_of_alice):
    make_question(
        1, editors_note_en="text\n\n#### Corrections\n\n##### One\n\n#### References", reference_answer_en="# A"
    )
    html = page(client_of_alice, query="?answer=1")
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 6),  # session, user, question, previous, next, similar
        ("?answer=1", 7),  # and the key points
    ],
)
def test_a_question_costs_the_same_however_many_there_are(client_of_alice, django_assert_num_queries, query, queries):
    question = make_question(1, family="near")
    make_question(2, family="near")
    with django_assert_num_queries(queries):
        page(client_of_alice, query=query)
    for number in range(3, 30):
        make_question(number, family="near")
    for position in range(3, 20):
        KeyPoint.objects.create(question=question, position=position, label_zh=f"更多 {position}")
    with django_assert_num_queries(queries):
        page(client_of_alice, query=query)
