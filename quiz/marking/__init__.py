"""Marking of an answer against a rubric: text in, evidence and marks out. Pure: no Django, no database, no clock."""

from quiz.marking.engine import ENGINE_VERSION, mark, prepare, score_of
from quiz.marking.expressions import InvalidExpression, check_expression
from quiz.marking.reading import sentences
from quiz.marking.recall import draft_rubric, suggested_expression
from quiz.marking.rubric import KeyPoint, Mark, Marking, Outcome, Rubric, Span

__all__ = [
    "ENGINE_VERSION",
    "InvalidExpression",
    "KeyPoint",
    "Mark",
    "Marking",
    "Outcome",
    "Rubric",
    "Span",
    "check_expression",
    "draft_rubric",
    "mark",
    "prepare",
    "score_of",
    "sentences",
    "suggested_expression",
]
