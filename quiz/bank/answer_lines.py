"""Answers as lines of JSON, marked outside of any interview: to measure the engine, or to use it by itself.

A line is `{"entry": 6, "answer": "..."}`, the number of a published question, or `{"prompt": "...", "references":
["..."], "answer": "..."}` for a question without a rubric; further keys are kept.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quiz.marking import Marking, Outcome, Rubric, draft_rubric, mark


class InvalidLine(ValueError):
    """A line that cannot be marked; the message says why, in English."""


@dataclass(frozen=True)
class Entry:
    """A question's rubric, and the Chinese labels of its key points by position."""

    rubric: Rubric
    labels: Mapping[int, str]


def parse_line(text: str) -> dict[str, Any]:
    """Raises InvalidLine."""
    try:
        line = json.loads(text)
    except ValueError as error:
        raise InvalidLine(f"not JSON: {error}") from None
    except RecursionError:
        raise InvalidLine("not JSON: nested too deeply") from None
    if not isinstance(line, dict):
        raise InvalidLine("not an object")
    if not isinstance(line.get("answer"), str):
        raise InvalidLine("no text as the answer")
    return line


def mark_line(line: dict[str, Any], entries: Mapping[int, Entry]) -> dict[str, Any]:
    """The line with its marks: only scored key points are told of, those beyond the reference answer as `beyond`.

    `ms` is the time that marking took, in milliseconds. Raises InvalidLine.
    """
    candidates = _candidates(line, entries)
    start = time.perf_counter()
    entry, marking = max(
        ((entry, mark(entry.rubric, line["answer"])) for entry in candidates), key=lambda pair: pair[1].score
    )
    took = 1000 * (time.perf_counter() - start)
    return line | _as_fields(entry, marking, line["answer"]) | {"ms": round(took, 3)}


def _candidates(line: dict[str, Any], entries: Mapping[int, Entry]) -> list[Entry]:
    if "entry" in line:
        number = line["entry"]
        if isinstance(number, bool) or not isinstance(number, int) or number not in entries:
            raise InvalidLine(f"no published question has the number {number!r}")
        return [entries[number]]
    prompt, references = line.get("prompt"), line.get("references")
    if not isinstance(prompt, str) or not isinstance(references, list) or not references:
        raise InvalidLine("neither an entry, nor a prompt with references")
    if not all(isinstance(reference, str) for reference in references):
        raise InvalidLine("a reference that is no text")
    rubrics = [draft_rubric(prompt, reference) for reference in references]
    return [Entry(rubric, {point.position: point.text for point in rubric.points}) for rubric in rubrics]


def _as_fields(entry: Entry, marking: Marking, answer: str) -> dict[str, Any]:
    scored = {point.position for point in entry.rubric.points if point.scored}
    told = [one for one in marking.marks if one.position in scored]
    labels = entry.labels
    return {
        "score": marking.score,
        **{outcome.value: [labels[one.position] for one in told if one.outcome is outcome] for outcome in Outcome},
        "beyond": [
            labels[one.position]
            for one in marking.marks
            if one.position not in scored and one.outcome is Outcome.COVERED
        ],
        "evidence": [
            {
                "label": labels[one.position],
                "start": span.start,
                "end": span.end,
                "text": answer[span.start : span.end],
            }
            for one in told
            for span in one.evidence
        ],
        "low_confidence": marking.low_confidence,
    }
