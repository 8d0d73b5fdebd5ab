"""Marks as an assessment stores them."""

from typing import Any

from quiz.marking import Mark, Outcome, Span


def as_json(mark: Mark) -> dict[str, Any]:
    return {
        "position": mark.position,
        "outcome": mark.outcome.value,
        "evidence": [[span.start, span.end] for span in mark.evidence],
        "expression": mark.expression,
    }


def from_json(stored: dict[str, Any]) -> Mark:
    return Mark(
        position=stored["position"],
        outcome=Outcome(stored["outcome"]),
        evidence=tuple(Span(start, end) for start, end in stored["evidence"]),
        expression=stored["expression"],
    )
