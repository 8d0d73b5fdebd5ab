"""The bank's twenty entries as the result page renders them, text for text."""

import html
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from quiz.bank.models import Question
from quiz.results.models import Assessment
from tests.results.sitting import sit

FIXTURE = Path(__file__).parents[2] / "fixtures" / "twenty_entries.json"
ENTRIES = json.loads(FIXTURE.read_text(encoding="utf-8"))["questions"]
NUMBERED = re.compile(r"^\s*\d+\.\s+", re.MULTILINE)
BULLET = re.compile(r"^\s*[-*]\s+", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*")


def letters(text: str) -> str:
    """Every character but white space."""
    return "".join(text.split())


def written(markdown: str) -> str:
    """What is left to read of the seed's Markdown: its lists and its bold."""
    return letters(BOLD.sub(r"\1", BULLET.sub("", NUMBERED.sub("", markdown))))


def read(markup: str) -> str:
    return letters(html.unescape(re.sub(r"<[^>]+>", "", markup)))


def fold(card: str, title: str) -> str:
    found = re.search(rf"<summary>{title}</summary>\s*(<div class=\"prose\".*?)</details>", card, re.DOTALL)
    assert found, title
    return found[1]


@pytest.fixture
def cards(client_of_alice, alice) -> list[str]:
    """The cards of an attempt that recites all twenty reference answers."""
    call_command("load_bank", FIXTURE, verbosity=0)
    answers = {question: question.reference_answer_zh for question in Question.objects.order_by("number")}
    attempt = sit(alice, answers, language="zh-hans")
    page = client_of_alice.get(reverse("results:result", args=[attempt.pk])).content.decode()
    return [card.split("</article>", maxsplit=1)[0] for card in page.split('<article class="card question"')[1:]]


def test_the_result_page_shows_all_twenty_entries_character_for_character(cards):
    assert len(cards) == len(ENTRIES) == 20
    for number, (entry, card) in enumerate(zip(ENTRIES, cards, strict=True), start=1):
        assert f'lang="zh-Hans">{number}. {html.escape(entry["title_zh"])}</h2>' in card
        prompt = card.split('class="question-prompt">')[1].split("<h3>", maxsplit=1)[0]
        assert read(prompt) == written(entry["prompt_zh"])
        for title, field in {"Reference answer": "reference_answer_zh", "Explanation": "explanation_zh"}.items():
            shown = fold(card, title)
            assert read(shown) == written(entry[field])
            items = len(NUMBERED.findall(entry[field])) + len(BULLET.findall(entry[field]))
            assert shown.count("<li>") == items
            assert [read(bold) for bold in re.findall(r"<strong>(.*?)</strong>", shown)] == [
                letters(bold) for bold in BOLD.findall(entry[field])
            ]


def test_reciting_a_reference_answer_earns_full_marks_and_marks_its_evidence(cards):
    assert set(Assessment.objects.values_list("score", flat=True)) == {100}
    for entry, card in zip(ENTRIES, cards, strict=True):
        answer = re.search(r'<div class="answer-text"[^>]*>(.*?)</div>', card, re.DOTALL)[1]
        assert "<mark>" in answer
        without_numbers = re.sub(r"<sup.*?</sup>", "", answer)
        assert html.unescape(re.sub(r"</?mark>", "", without_numbers)) == entry["reference_answer_zh"]
