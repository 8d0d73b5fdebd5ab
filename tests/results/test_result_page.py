import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from quiz.bank.models import KeyPoint, Origin, Question
from quiz.bank.services import publish_question, retire_question, write_version
from quiz.interviews.models import Attempt, Ended
from quiz.marking import ENGINE_VERSION, Span
from quiz.results.models import Assessment
from quiz.results.services import assess_attempt, tick_key_points
from tests.base import NOW, make_bank, make_question
from tests.pages import squeezed
from tests.results.sitting import LIMIT, sit

TOMORROW = NOW + timedelta(days=1)


def url(attempt: Attempt) -> str:
    return reverse("results:result", args=[attempt.pk])


def page(client, attempt: Attempt) -> str:
    answer = client.get(url(attempt))
    assert answer.status_code == 200
    return answer.content.decode()


def card(html: str, slot: int) -> str:
    return html.split(f'id="question-{slot}"')[1].split("</article>", maxsplit=1)[0]


# When it is shown


def test_seeing_the_result_marks_it(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "alpha1", make_question(2): ""})
    html = page(client_of_alice, attempt)
    attempt.refresh_from_db()
    assert attempt.score == 30
    assert '<dd class="score-value">30</dd>' in html


def test_seeing_it_again_marks_nothing_again(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    page(client_of_alice, attempt)
    before = list(Assessment.objects.values())
    page(client_of_alice, attempt)
    assert list(Assessment.objects.values()) == before


def test_bob_gets_404_for_alices_result(client_of_bob, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    assert client_of_bob.get(url(attempt)).status_code == 404
    attempt.refresh_from_db()
    assert attempt.score is None


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    answer = client.get(url(attempt))
    assert answer["Location"] == f"/accounts/login/?next={url(attempt)}"


def test_a_running_attempt_leads_back_to_the_room(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): "alpha1"}, took=None)
    time_machine.move_to(attempt.deadline - timedelta(seconds=1), tick=False)
    answer = client_of_alice.get(url(attempt))
    assert answer["Location"] == reverse("interviews:attempt", args=[attempt.pk])


def test_within_the_late_tolerance_the_answers_are_being_collected(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): "alpha1"}, took=None)
    for late in (0, 5):
        time_machine.move_to(attempt.deadline + timedelta(seconds=late), tick=False)
        answer = client_of_alice.get(url(attempt))
        assert (answer.status_code, answer["Refresh"]) == (200, "2")
        assert "Your answers are being collected" in answer.content.decode()
    attempt.refresh_from_db()
    assert attempt.is_running


def test_once_the_tolerance_has_passed_the_attempt_ends_and_is_marked(client_of_alice, alice, time_machine):
    attempt = sit(alice, {make_question(1): "alpha1"}, took=None)
    time_machine.move_to(attempt.deadline + timedelta(seconds=6), tick=False)
    html = page(client_of_alice, attempt)
    attempt.refresh_from_db()
    assert (attempt.ended, attempt.finished_at, attempt.score) == (Ended.TIMED_OUT, attempt.deadline, 60)
    assert "Time ran out" in html


# The head


def test_it_says_when_how_many_how_long_and_how_it_ended(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "", make_question(2): ""})
    text = squeezed(page(client_of_alice, attempt))
    assert "2026-03-02 09:00 · 2 questions · Time used 13:08 / 15:00 · Handed in" in text


def test_the_date_is_in_the_candidates_time_zone(client_of_alice, alice):
    alice.time_zone = "Asia/Shanghai"
    alice.save()
    html = page(client_of_alice, sit(alice, {make_question(1): ""}))
    assert '<time datetime="2026-03-02T17:00:00+08:00">2026-03-02 17:00</time>' in html


def test_extra_time_counts_in_the_limit(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): ""}, deadline=NOW + 2 * LIMIT)
    assert "13:08 / 30:00" in squeezed(page(client_of_alice, attempt))


def test_it_says_how_marking_works_and_by_which_engine(client_of_alice, alice):
    text = squeezed(page(client_of_alice, sit(alice, {make_question(1): ""})))
    assert f"Engine {ENGINE_VERSION} looks for statements of each key point" in text
    assert "80 for the share of the weight that is covered" in text


def test_each_topic_has_a_bar_and_its_mean(client_of_alice, alice):
    one, two, three = make_question(1), make_question(2), make_question(3, topic="systems")
    html = page(client_of_alice, sit(alice, {one: "alpha1 beta1", two: "", three: "alpha3"}))
    bars = html.split('class="bars"')[1].split("</ul>")[0]
    assert squeezed(bars.split(">", 1)[1]) == "Topic attention 50 Topic systems 60"
    assert ['<rect class="fill" width="50"' in bars, '<rect class="fill" width="60"' in bars] == [True, True]


def test_the_own_score_stands_beside_the_automatic_one(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    assert "By your own marks" not in page(client_of_alice, attempt)
    tick_key_points(response=attempt.responses.get(), covered={0}, evidence={1: Span(0, 6)}, now=TOMORROW)
    total = page(client_of_alice, attempt).split('id="total"')[1].split("</dl>")[0]
    assert squeezed(total.split(">", 1)[1]) == "60 Automatic score 100 By your own marks"


# What went before


def test_a_question_answered_before_shows_how_it_went_then(client_of_alice, alice):
    again, new = make_question(1), make_question(2)
    earliest = sit(alice, {again: "alpha1 beta1"}, started=NOW - timedelta(days=9))
    earlier = sit(alice, {again: "alpha1"}, started=NOW - timedelta(days=3))
    attempt = sit(alice, {again: "", new: "alpha2 beta2"})
    for one in (earliest, earlier):
        assess_attempt(attempt=one, now=NOW)
    html = page(client_of_alice, attempt)
    before = html.split('id="before-title">')[1].split("</section>")[0]
    assert "1 question of this interview you had answered before." in squeezed(before)
    assert url(earlier) in before and url(earliest) not in before
    assert squeezed(before).endswith("Title 1 2026-02-27 60 → now 0")
    assert squeezed(before).startswith("Answered before 60 → then, now 0")


@pytest.mark.parametrize("case", ["later", "running", "unanswered", "spaces", "bobs"])
def test_what_was_not_answered_before_is_not_compared(client_of_alice, alice, bob, case):
    question = make_question(1)
    attempt = sit(alice, {question: "alpha1"})
    other = {
        "later": lambda: sit(alice, {question: "alpha1"}, started=NOW + timedelta(hours=1)),
        "running": lambda: sit(alice, {question: "alpha1"}, started=NOW - timedelta(days=1), took=None),
        "unanswered": lambda: sit(alice, {question: ""}, started=NOW - timedelta(days=1)),
        "spaces": lambda: sit(alice, {question: " \n\u00a0\u3000"}, started=NOW - timedelta(days=1)),
        "bobs": lambda: sit(bob, {question: "alpha1"}, started=NOW - timedelta(days=1)),
    }[case]()
    if not other.is_running:
        assess_attempt(attempt=other, now=NOW)
    assert "Answered before" not in page(client_of_alice, attempt)


def test_an_earlier_answer_to_another_version_is_told_apart(client_of_alice, alice):
    question = make_question(1)
    earlier = sit(alice, {question: "alpha1"}, started=NOW - timedelta(days=3))
    assess_attempt(attempt=earlier, now=NOW)
    Question.objects.update(prompt_en="Another prompt")
    write_version(question=Question.objects.get(), now=NOW)
    html = page(client_of_alice, sit(alice, {question: "alpha1"}))
    assert "the question has changed in between" in html


# The cards


def test_the_card_shows_time_used_and_suggested_and_the_score(client_of_alice, alice):
    html = page(client_of_alice, sit(alice, {make_question(1): "alpha1"}))
    assert "Time used 2:51 / suggested 3:00 Automatic score 60" in squeezed(card(html, 1))


def test_the_evidence_is_marked_in_the_answer_and_leads_to_its_key_point(client_of_alice, alice):
    html = page(client_of_alice, sit(alice, {make_question(1): "we say alpha1 here"}))
    assert (
        '<div class="answer-text" id="answer-1" dir="auto" lang="en">we say <mark>alpha1</mark><sup class="evidence">'
        '<a id="evidence-1-0" href="#point-1-0" aria-label="Evidence for key point 1">1</a></sup> here</div>'
    ) in html
    assert 'id="point-1-0"' in html


def test_an_answer_is_text_and_never_markup(client_of_alice, alice):
    hostile = '<script>alert(1)</script> **bold** <img src=x onerror=alert(2)> "alpha1" & </div>'
    attempt = sit(alice, {make_question(1): hostile})
    attempt.responses.update(late_text="<b onclick=alert(3)>late</b>")
    html = page(client_of_alice, attempt)
    assert "<script>alert" not in html and "<img" not in html and "<b onclick" not in html
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; **bold** &lt;img src=x onerror=alert(2)&gt; &quot;<mark>alpha1</mark>"
        in html
    )
    assert "&lt;b onclick=alert(3)&gt;late&lt;/b&gt;" in html


def test_line_breaks_of_the_answer_are_kept(client_of_alice, alice):
    html = page(client_of_alice, sit(alice, {make_question(1): "one\n  two\n\nthree"}))
    assert '<div class="answer-text" id="answer-1" dir="auto" lang="en">one\n  two\n\nthree</div>' in html


def test_an_empty_answer_says_so_and_shows_what_was_asked_for(client_of_alice, alice):
    text = squeezed(card(page(client_of_alice, sit(alice, {make_question(1): " \n "})), 1))
    assert "No answer." in text
    assert text.count("An interviewer would ask:") == 2


def test_late_text_is_shown_apart_and_not_marked(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): ""})
    attempt.responses.update(late_text="alpha1 beta1")
    html = card(page(client_of_alice, attempt), 1)
    assert "Arrived late, not marked" in html and "alpha1 beta1" in html
    assert Assessment.objects.get().score == 0


def test_a_covered_point_quotes_its_evidence_and_a_missed_one_is_followed_up(client_of_alice, alice):
    html = card(page(client_of_alice, sit(alice, {make_question(1): "ALPHA1"})), 1)
    first, second = html.split('<li class="point')[1:]
    assert first.startswith(' is-covered"') and "checked" in first and "Evidence: ALPHA1" in squeezed(first)
    assert "An interviewer would ask" not in first
    assert not second.startswith(" is-covered") and "checkbox" not in second and "show where" in second
    assert 'An interviewer would ask: <span lang="en">What about beta?</span>' in second


def test_the_card_says_who_gave_the_marks(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): "alpha1"})
    html = card(page(client_of_alice, attempt), 1)
    assert f"Marked automatically, engine {ENGINE_VERSION}" in html
    assert "Take back my marks" not in html
    tick_key_points(response=attempt.responses.get(), covered=set(), evidence={1: Span(0, 6)}, now=TOMORROW)
    html = card(page(client_of_alice, attempt), 1)
    assert f"Marked by you, 2026-03-03 09:00: 60 · automatically, engine {ENGINE_VERSION}: 60" in html
    assert "Yours: not covered · automatic: found" in html and "Yours: covered · automatic: not found" in html
    assert "Take back my marks" in html


def test_weights_are_shown_where_they_differ(client_of_alice, alice):
    same, other = make_question(1), make_question(2, publish=False)
    KeyPoint.objects.filter(question=other, position=2).update(weight=3)
    publish_question(question=other, now=NOW)
    html = page(client_of_alice, sit(alice, {same: "", other: ""}))
    assert "weight" not in squeezed(card(html, 1))
    assert "weight 1" in card(html, 2) and "weight 3" in card(html, 2)


def test_a_point_beyond_the_reference_answer_is_shown_apart_without_a_box_to_tick(client_of_alice, alice):
    question = make_question(1, publish=False)
    KeyPoint.objects.create(
        question=question, position=3, label_zh="更多", label_en="More", expressions="more", origin=Origin.BEYOND
    )
    publish_question(question=question, now=NOW)
    html = card(page(client_of_alice, sit(alice, {question: "alpha1 and more"})), 1)
    assert 'An expert would add <span class="fold-note number">1 of 1 found</span>' in html
    assert html.count('type="checkbox"') == 1 and 'name="evidence-2"' not in html
    assert '<mark>more</mark><sup class="evidence"><a id="evidence-1-2" href="#point-1-2"' in html
    assert Assessment.objects.get().score == 60


def test_an_erratum_stands_beside_its_mark(client_of_alice, alice):
    question = make_question(1, publish=False)
    KeyPoint.objects.filter(position=2).update(erratum_zh="并非如此", erratum_en="It is *not* so.")
    publish_question(question=question, now=NOW)
    html = card(page(client_of_alice, sit(alice, {question: ""})), 1)
    assert '<div class="prose" lang="en"><p>It is <em>not</em> so.</p>' in html.split('id="point-1-1"')[1]


def test_a_question_without_key_points_is_marked_by_its_reference_answer_and_says_so(client_of_alice, alice):
    question = make_question(1, reference_answer_zh="先算点积。再做归一化。")
    question.key_points.all().delete()
    write_version(question=question, now=NOW)
    html = card(page(client_of_alice, sit(alice, {question: "先算点积"}, language="zh-hans")), 1)
    assert "Low confidence: this question has no rubric" in html
    assert "先算点积" in html.split('id="point-1-0"')[1] and "再做归一化" in html.split('id="point-1-1"')[1]


def test_a_question_with_nothing_to_mark_by_says_so(client_of_alice, alice):
    question = make_question(1, prompt_zh="点积", reference_answer_zh="点积")
    question.key_points.all().delete()
    write_version(question=question, now=NOW)
    html = page(client_of_alice, sit(alice, {question: "alpha1"}))
    assert "The editors have not written key points for this question" in html


def test_reference_answer_explanation_and_note_are_there(client_of_alice, alice):
    html = card(page(client_of_alice, sit(alice, {make_question(1): ""})), 1)
    for text in ("Reference answer 1", "Explanation 1", "Editor's note 1", "Prompt 1"):
        assert text in html.replace("&#x27;", "'")
    assert "<details" in html and "open>" not in html


def test_the_note_of_a_doubtful_question_stands_open(client_of_alice, alice):
    html = card(page(client_of_alice, sit(alice, {make_question(1, note_open=True): ""})), 1)
    assert re.search(r'<details class="fold" open>\s*<summary>Editor', html)
    assert html.count(" open>") == 1


def test_texts_that_are_not_there_make_no_fold(client_of_alice, alice):
    question = make_question(1, explanation_zh="", explanation_en="", editors_note_zh="", editors_note_en="")
    html = card(page(client_of_alice, sit(alice, {question: ""})), 1)
    assert "Explanation" not in html and "Editor" not in html


def test_the_card_leads_to_the_question_in_the_bank_while_it_is_published(client_of_alice, alice):
    question = make_question(1)
    attempt = sit(alice, {question: ""})
    link = f'href="{reverse("bank:question", args=[question.slug])}"'
    assert link in page(client_of_alice, attempt)
    retire_question(question=question)
    assert link not in page(client_of_alice, attempt)


# Languages


def test_the_content_is_in_the_attempts_language_and_the_page_in_the_candidates(client_of_alice, alice):
    html = page(client_of_alice, sit(alice, {make_question(1): ""}, language="zh-hans"))
    assert '<html lang="en"' in html
    assert '<h2 id="title-1" lang="zh-Hans">1. 标题 1</h2>' in html
    assert '<span lang="zh-Hans">要点 alpha</span>' in html
    assert '<div class="prose" lang="zh-Hans"><p>参考答案 1</p>' in html


def test_the_page_speaks_chinese(client_of_alice, alice):
    alice.language = "zh-hans"
    alice.save()
    html = page(client_of_alice, sit(alice, {make_question(1): "alpha1"}, language="zh-hans"))
    assert '<html lang="zh-hans"' in html
    with override("zh-hans"):
        for text in ("Interview result", "Automatic score", "Key points"):
            assert gettext(text) in html


def test_where_the_english_is_missing_the_chinese_stands_and_is_marked_as_such(client_of_alice, alice):
    question = make_question(1, title_en="", reference_answer_en="")
    html = page(client_of_alice, sit(alice, {question: ""}))
    assert '<h2 id="title-1" lang="zh-Hans">1. 标题 1</h2>' in html
    with override("en"):
        assert gettext("Only in Chinese so far.") in html


# What has changed since


def test_an_unchanged_question_says_nothing_of_changes(client_of_alice, alice):
    assert "has changed since" not in page(client_of_alice, sit(alice, {make_question(1): ""}))


def test_a_changed_question_shows_the_difference_and_keeps_what_was_asked(client_of_alice, alice):
    question = make_question(1)
    attempt = sit(alice, {question: "alpha1"})
    Question.objects.update(explanation_en="Explanation <1> renewed", title_zh="只有中文变了")
    KeyPoint.objects.filter(position=1).update(label_en="Point omega")
    write_version(question=Question.objects.get(), now=TOMORROW)
    html = card(page(client_of_alice, attempt), 1)
    changed = html.split("This question has changed since")[1].split("</details>")[0]
    assert re.findall(r"<h3>(.*?)</h3>", changed) == ["Explanation", "Key points"]
    assert "<ins>" in changed and "<del>" in changed
    assert "&lt;1&gt; renewed" in changed
    assert '<span lang="en">Point alpha</span>' in html.split('class="folds"')[0]


def test_a_change_of_the_marking_alone_is_told_without_a_difference(client_of_alice, alice):
    attempt = sit(alice, {make_question(1): ""})
    KeyPoint.objects.filter(position=1).update(expressions="other")
    write_version(question=Question.objects.get(), now=TOMORROW)
    html = page(client_of_alice, attempt)
    assert "This question has changed since" in html
    assert "Its texts are the same; what changed is how it is marked or sorted." in html


def test_a_new_translation_is_no_difference_of_texts(client_of_alice, alice):
    attempt = sit(alice, {make_question(1, title_en=""): ""})
    Question.objects.update(title_en="Title 1")
    write_version(question=Question.objects.get(), now=TOMORROW)
    changed = page(client_of_alice, attempt).split("This question has changed since")[1].split("</details>")[0]
    assert "Translated since." in changed and "<ins>" not in changed


# Cost


def test_the_queries_do_not_grow_with_questions_and_earlier_attempts(client_of_alice, alice, django_assert_num_queries):
    questions = make_bank(8)
    small = sit(alice, dict.fromkeys(questions[:1], "alpha"), started=NOW - timedelta(days=9))
    large = sit(alice, dict.fromkeys(questions, "alpha"))
    for attempt in (small, large):
        assess_attempt(attempt=attempt, now=NOW)
    for attempt in (small, large):
        with django_assert_num_queries(9):  # one for the reports
            page(client_of_alice, attempt)


def test_there_is_no_inline_script_or_style(client_of_alice, alice):
    html = page(client_of_alice, sit(alice, {make_question(1): "alpha1"}))
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", html)
