"""The bank as a file: the form of fixtures, checked before anything is written."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from quiz.bank.content import (
    KEY_POINT_KEYS,
    KEY_POINT_LISTS,
    KEYS,
    SCHEMA,
    TEXT_COLUMNS,
    TOPIC_COLUMNS,
    lines,
)
from quiz.marking import InvalidExpression, check_expression

INTEGERS = {"number", "suggested_seconds", "weight", "order"}


class InvalidFixture(ValueError):
    """A fixture that cannot be loaded; the message names the place, for whoever wrote the file."""


def dump_fixture(fixture: dict[str, Any]) -> str:
    """The file's text, in the form in which fixtures are kept, so that a diff shows what changed and nothing else."""
    return json.dumps(fixture, ensure_ascii=False, indent=1) + "\n"


def parse_fixture(text: str) -> dict[str, Any]:
    """The fixture, its form checked and its expressions not yet; InvalidFixture if the text is not one."""
    try:
        fixture: dict[str, Any] = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidFixture(f"not valid JSON: {error}") from None
    check_form(fixture)
    return fixture


def check_fixture(fixture: Any) -> None:
    """Raise InvalidFixture where the form is not the schema's, names lead nowhere or an expression cannot be used.

    What only the database's columns know (lengths, choices, ranges) is checked where they are written.
    """
    check_form(fixture)
    for question in fixture["questions"]:
        check_expressions(question)


def check_expressions(question: dict[str, Any]) -> None:
    """Raise InvalidFixture where one cannot be used. To read thousands takes seconds."""
    for position, point in enumerate(question["key_points"], start=1):
        for expression in [*point["expressions"], *point["misconceptions"]]:
            try:
                check_expression(expression)
            except InvalidExpression as error:
                place = f"{question['slug']}, key point {position}"
                raise InvalidFixture(f"{place}: the expression {expression!r}: {error.message}") from None


def check_form(fixture: Any) -> None:
    """`check_fixture` without the expressions."""
    if not isinstance(fixture, dict) or "schema" not in fixture:
        raise InvalidFixture('not a fixture of the bank: there is no "schema"')
    if fixture["schema"] != SCHEMA:
        raise InvalidFixture(f"its schema is {fixture['schema']!r}, this version of Viva reads {SCHEMA}")
    for name in ("topics", "questions"):
        if not isinstance(fixture.get(name), list):
            raise InvalidFixture(f'"{name}" is not a list')
    for position, topic in enumerate(fixture["topics"], start=1):
        _check_columns(topic, TOPIC_COLUMNS, f"topic {position}")
    for position, question in enumerate(fixture["questions"], start=1):
        _check_question(question, f"question {position}")
    _check_unique(fixture["topics"], "slug", "topics")
    _check_unique(fixture["questions"], "slug", "questions")
    _check_unique(fixture["questions"], "number", "questions")
    _check_names(fixture)


def _check_question(question: Any, place: str) -> None:
    _check_columns(question, KEYS, place)
    place = f"{place} ({question['slug']})"
    for position, point in enumerate(question["key_points"], start=1):
        _check_columns(point, KEY_POINT_KEYS, f"{place}, key point {position}")
    labels = Counter(point["label_zh"] for point in question["key_points"])
    if labels and max(labels.values()) > 1:
        raise InvalidFixture(f"{place}: two key points have the label {labels.most_common(1)[0][0]!r}")


def _check_columns(row: Any, columns: Iterable[str], place: str) -> None:
    if not isinstance(row, dict):
        raise InvalidFixture(f"{place} is not an object")
    for problem, names in (("lacks", set(columns) - set(row)), ("has an unknown", set(row) - set(columns))):
        if names:
            raise InvalidFixture(f"{place} {problem} {', '.join(sorted(names))}")
    for column, value in row.items():
        if reason := _wrong(column, value):
            raise InvalidFixture(f"{place}: {column} {reason}")


def _wrong(column: str, value: Any) -> str:
    """What is wrong with the value, "" if nothing is."""
    if column == "key_points":
        return "" if isinstance(value, list) else "is not a list"
    if column == "avoid_with" or column in KEY_POINT_LISTS:
        # What is kept one a line has to come out of the editor's form as it went in.
        whole = isinstance(value, list) and all(isinstance(item, str) and lines(item) == [item] for item in value)
        return "" if whole else "is not a list of texts of one line"
    if column in INTEGERS:
        return "" if type(value) is int and value >= 0 else "is not a whole number"
    if column == "note_open":
        return "" if isinstance(value, bool) else "is neither true nor false"
    if not isinstance(value, str):
        return "is not a text"
    # An editor's form would change these, and the question would count as edited though nobody wrote a word.
    if value != value.strip() or "\r" in value or "\0" in value:
        return "begins or ends with a space or an empty line, or has line ends other than LF"
    if column in ("slug", "title_zh", "label_zh") and not value:
        return "is empty"
    return ""


def _check_unique(rows: list[dict[str, Any]], column: str, name: str) -> None:
    counts = Counter(row[column] for row in rows)
    if counts and max(counts.values()) > 1:
        raise InvalidFixture(f"two {name} have the {column} {counts.most_common(1)[0][0]!r}")


def _check_names(fixture: dict[str, Any]) -> None:
    topics = {topic["slug"] for topic in fixture["topics"]}
    overlaps = {question["slug"]: set(question["avoid_with"]) for question in fixture["questions"]}
    for question in fixture["questions"]:
        slug = question["slug"]
        if question["topic"] not in topics:
            raise InvalidFixture(f"{slug}: there is no topic {question['topic']!r} in this file")
        for other in question["avoid_with"]:
            if other not in overlaps:
                raise InvalidFixture(f"{slug}: avoid_with names {other!r}, which is not in this file")
            if other == slug or slug not in overlaps[other]:
                raise InvalidFixture(f"{slug}: avoid_with names {other!r}, but that one does not name it")


# What a question has that comes from the Markdown form alone.
UNSORTED = {"slug": "unsorted", "name_zh": "未分类", "name_en": "Unsorted", "order": 99}
DEFAULTS: Mapping[str, Any] = {
    "topic": UNSORTED["slug"],
    "difficulty": "medium",
    "suggested_seconds": 180,
    "family": "",
    "note_open": False,
    **dict.fromkeys(TEXT_COLUMNS, ""),
}


def new_question(number: int) -> dict[str, Any]:
    content = {**DEFAULTS, "slug": f"question-{number}", "number": number, "avoid_with": [], "key_points": []}
    return {key: content[key] for key in KEYS}
