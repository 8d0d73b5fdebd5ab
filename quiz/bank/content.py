"""A question's whole content as plain data: what a version freezes, a fixture carries and an export writes."""

import hashlib
import json
from typing import Any

from quiz.bank.models import KeyPoint, Origin, Question
from quiz.bank.texts import Text, in_language
from quiz.marking import KeyPoint as MarkedPoint
from quiz.marking import Rubric, draft_rubric

SCHEMA = 1

TOPIC_COLUMNS = ("slug", "name_zh", "name_en", "order")
TEXT_FIELDS = ("title", "prompt", "reference_answer", "explanation", "editors_note")
TEXT_COLUMNS = tuple(f"{field}_{suffix}" for field in TEXT_FIELDS for suffix in ("zh", "en"))
QUESTION_COLUMNS = ("slug", "number", "difficulty", "suggested_seconds", "family", "note_open", *TEXT_COLUMNS)
KEY_POINT_COLUMNS = (
    "label_zh",
    "label_en",
    "weight",
    "origin",
    "follow_up_zh",
    "follow_up_en",
    "erratum_zh",
    "erratum_en",
)
KEY_POINT_LISTS = ("expressions", "misconceptions")
# As people read them, which is the order in fixtures.
KEYS = (
    *("slug", "number", "topic", "difficulty", "suggested_seconds", "family", "avoid_with", "note_open"),
    *TEXT_COLUMNS,
    "key_points",
)
KEY_POINT_KEYS = ("label_zh", "label_en", "weight", "origin", *KEY_POINT_LISTS, *KEY_POINT_COLUMNS[4:])


def content_of(question: Question) -> dict[str, Any]:
    """The question with its rubric: key points in their order, overlaps by number, lists for what is one a line."""
    overlaps = sorted(question.avoid_with.all(), key=lambda other: other.number)
    content = {
        **{column: getattr(question, column) for column in QUESTION_COLUMNS},
        "topic": question.topic.slug,
        "avoid_with": [other.slug for other in overlaps],
        "key_points": [content_of_key_point(point) for point in question.key_points.all()],
    }
    return {key: content[key] for key in KEYS}


def content_of_key_point(point: KeyPoint) -> dict[str, Any]:
    content = {
        **{column: getattr(point, column) for column in KEY_POINT_COLUMNS},
        **{column: lines(getattr(point, column)) for column in KEY_POINT_LISTS},
    }
    return {key: content[key] for key in KEY_POINT_KEYS}


def frozen(content: dict[str, Any]) -> dict[str, Any]:
    """What a version keeps: all that a candidate sees and is marked against.

    Not what it overlaps with: only drawing needs that, and it changes with the other question, unseen by this one.
    A question without a scored key point gets those that its reference answer has by itself.
    """
    kept = {key: value for key, value in content.items() if key != "avoid_with"}
    if not any(is_scored(point) for point in content["key_points"]):
        kept["key_points"] = [*drafted_key_points(content), *content["key_points"]]
    return kept


MAX_LABEL = 200
"""Characters that the column of a label holds."""


def drafted_key_points(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The key points that the reference answer has by itself, without expressions; none where it says nothing new.

    They have an English label where the English reference answer has as many points as the Chinese one.
    """
    chinese, english = (_drafted_labels(content, language) for language in ("zh", "en"))
    if len(english) != len(chinese):
        english = [""] * len(chinese)
    empty = {"follow_up_zh": "", "follow_up_en": "", "erratum_zh": "", "erratum_en": ""}
    return [
        {
            "label_zh": label_zh,
            "label_en": label_en,
            "weight": 1,
            "origin": Origin.SEED.value,
            **{column: [] for column in KEY_POINT_LISTS},
            **empty,
        }
        for label_zh, label_en in dict(zip(chinese, english, strict=True)).items()
    ]


def _drafted_labels(content: dict[str, Any], language: str) -> list[str]:
    rubric = draft_rubric(content[f"prompt_{language}"], plain_lines(content[f"reference_answer_{language}"]))
    return [point.text[:MAX_LABEL] for point in rubric.points]


MARKUP = str.maketrans("", "", "*`#>")


def plain_lines(text: str) -> str:
    """Markdown without its marks, line by line: enough for words, not for a page."""
    return text.translate(MARKUP)


def fingerprint(content: dict[str, Any], *, neighbours: set[str]) -> str:
    """By this the loader tells whether an editor has touched a question since a fixture wrote it.

    Of the overlaps only those with `neighbours` count, the questions that came from fixtures: an editor who writes a
    question that overlaps with a loaded one has not touched the loaded one.
    """
    return sha256(content | {"avoid_with": sorted(neighbours.intersection(content["avoid_with"]))})


def is_edited(question: Question) -> bool:
    """Whether an editor has touched the question since a fixture wrote it; false for an editor's own."""
    if not question.loaded_hash:
        return False
    neighbours = {other.slug for other in question.avoid_with.all() if other.loaded_hash}
    return fingerprint(content_of(question), neighbours=neighbours) != question.loaded_hash


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def sha256(content: dict[str, Any]) -> str:
    """SHA-256 of the content, whatever the order of its keys."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def rubric_of(content: dict[str, Any]) -> Rubric:
    """The rubric that a version's content is marked against; a key point's position in it counts from 0."""
    return Rubric(
        points=tuple(
            MarkedPoint(
                position=position,
                weight=point["weight"],
                scored=is_scored(point),
                expressions=tuple(point["expressions"]),
                misconceptions=tuple(point["misconceptions"]),
                text="\n".join(filter(None, [point["label_zh"], point["label_en"]])),
            )
            for position, point in enumerate(content["key_points"])
        ),
        prompt="\n".join([content["prompt_zh"], content["prompt_en"]]),
        is_draft=not any(is_scored(point) and point["expressions"] for point in content["key_points"]),
    )


def rubric_of_follow_up(content: dict[str, Any], position: int) -> Rubric:
    """The rubric that the answer to a follow-up is marked against: the one key point that it asks about.

    Neither the words of the follow-up nor those of the question earn anything. IndexError where there is no such point.
    """
    whole, point = rubric_of(content), content["key_points"][position]
    prompt = "\n".join([point["follow_up_zh"], point["follow_up_en"], whole.prompt])
    return Rubric(points=(whole.points[position],), prompt=prompt)


def follow_up_of(content: dict[str, Any], position: int, language: str | None) -> Text:
    """What an interviewer asks where that key point is missing; empty where no editor has written it."""
    return in_language(content["key_points"][position], "follow_up", language)


def is_scored(point: dict[str, Any]) -> bool:
    return bool(point["origin"] == Origin.SEED.value)


def missing_for_publishing(content: dict[str, Any]) -> list[str]:
    """What an interview cannot do without: keys of the content, `key_points` where not all of them can be earned.

    Empty for a question that may be published. Without key points it may: they are drafted from the reference answer.
    """
    missing = [key for key in ("title_zh", "prompt_zh", "reference_answer_zh") if not content[key].strip()]
    scored = [point for point in content["key_points"] if is_scored(point)]
    if not all(point["expressions"] for point in scored):
        missing.append("key_points")
    return missing
