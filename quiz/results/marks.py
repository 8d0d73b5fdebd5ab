"""Marks as an assessment stores them."""

from typing import Any

from quiz.marking import Mark, Outcome, Span

FOUND = frozenset({Outcome.COVERED, Outcome.PARTLY})


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
