"""Marks as an assessment stores them."""

from collections.abc import Iterable
from typing import Any

from quiz.marking import Mark, Outcome, Span
from quiz.results.scores import Agreement

FOUND = frozenset({Outcome.COVERED, Outcome.PARTLY})


def agreement(own: Iterable[dict[str, Any]], automatic: Iterable[dict[str, Any]]) -> Agreement:
    """Of stored marks of one response: partly covered counts as covered, points that only one has as nothing."""
    found = {mark["position"]: Outcome(mark["outcome"]) in FOUND for mark in automatic}
    ticked = {mark["position"]: Outcome(mark["outcome"]) in FOUND for mark in own}
    both = found.keys() & ticked.keys()
    return Agreement(sum(found[position] == ticked[position] for position in both), len(both))


def as_json(mark: Mark) -> dict[str, Any]:
    return {
        "position": mark.position,
        "outcome": mark.outcome.value,
        "evidence": [[span.start, span.end] for span in mark.evidence],
        "expression": mark.expression,
        "confidence": mark.confidence,
    }


def from_json(stored: dict[str, Any]) -> Mark:
    return Mark(
        position=stored["position"],
        outcome=Outcome(stored["outcome"]),
        evidence=tuple(Span(start, end) for start, end in stored["evidence"]),
        expression=stored["expression"],
        confidence=stored.get("confidence", 1.0 if stored["evidence"] else 0.0),  # the first engine told none
    )
