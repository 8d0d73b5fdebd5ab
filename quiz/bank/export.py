"""The bank as a fixture, and as the Markdown form."""

from collections.abc import Iterable
from typing import Any

from quiz.bank import markdown_form
from quiz.bank.content import SCHEMA, TOPIC_COLUMNS, content_of
from quiz.bank.fixture import UNSORTED, new_question
from quiz.bank.markdown_form import Entry
from quiz.bank.models import Question, Topic


def as_fixture(topics: Iterable[Topic], questions: Iterable[Question]) -> dict[str, Any]:
    """A fixture that can be loaded again; overlaps with questions that are not among these are left out."""
    contents = [content_of(question) for question in questions]
    slugs = {content["slug"] for content in contents}
    for content in contents:
        content["avoid_with"] = [slug for slug in content["avoid_with"] if slug in slugs]
    return {
        "schema": SCHEMA,
        "topics": [{column: getattr(topic, column) for column in TOPIC_COLUMNS} for topic in topics],
        "questions": contents,
    }


def as_markdown(questions: Iterable[Question]) -> str:
    """The Chinese texts in the Markdown form; ValueError for one that the form cannot hold."""
    return markdown_form.write(
        Entry(
            number=question.number,
            title=question.title_zh,
            prompt=question.prompt_zh,
            reference_answer=question.reference_answer_zh,
            explanation=question.explanation_zh,
        )
        for question in questions
    )


def with_texts(fixture: dict[str, Any], entries: Iterable[Entry]) -> dict[str, Any]:
    """The fixture with the entries' Chinese texts, matched by number; an entry that it lacks is appended as new."""
    texts = {entry.number: _columns(entry) for entry in entries}
    known = {question["number"] for question in fixture["questions"]}
    questions = [question | texts.get(question["number"], {}) for question in fixture["questions"]]
    new = [new_question(number) | columns for number, columns in texts.items() if number not in known]
    topics = list(fixture["topics"])
    if new and not any(topic["slug"] == UNSORTED["slug"] for topic in topics):
        topics.append(UNSORTED)
    return {"schema": SCHEMA, "topics": topics, "questions": [*questions, *new]}


def _columns(entry: Entry) -> dict[str, str]:
    return {
        "title_zh": entry.title,
        "prompt_zh": entry.prompt,
        "reference_answer_zh": entry.reference_answer,
        "explanation_zh": entry.explanation,
    }
