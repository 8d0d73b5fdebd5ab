"""Marking without a rubric: how much of each point of the reference answer an answer repeats. Of low confidence.

The points are the reference answer's enumerated items, else its clauses. Of a point counts which share of its terms
(pairs of Chinese characters, Latin words, numbers) stand in the answer, each weighted by its rarity: a term of several
points tells little, a term of the question next to nothing. This recognises words, not statements, and cannot tell a
list of terms or a denial from an answer.
"""

import math
import re
from collections import Counter
from itertools import pairwise

from quiz.marking.reading import LONGEST_READ, is_bare
from quiz.marking.rubric import KeyPoint, Mark, Marking, Outcome, Rubric, Span
from quiz.marking.text import NormalisedText, normalise
from quiz.marking.vocabulary import words

ITEM = re.compile(
    r"[、，,;；。！？!?\n:：/]|(?<!\d)\.(?!\d)|[①-⑳]|[(（]?\d{1,2}[)）.、](?!\d)|——|以及|分为|包括|其次|[和与及]"
    r"|第?[一二三四五六]是|\b(?:and|or|such as|including)\b"
)
TERM = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]|[√∑=<>+]")
FUNCTION_CHARACTERS = frozenset("的了是在有和与及或而就也都这那其之以于对为可被把将由从到会要能上中下个们不所")
FUNCTION_WORDS = frozenset(
    words(
        "a | an | the | of | to | in | on | at | by | for | with | from | as | is | are | was | were | be | been | "
        "it | its | this | that | these | those | which | and | or | so | can | will | may | not | than | then | there"
    )
)
IN_QUESTION = 0.1
FUNCTIONAL = 0.4

LIST, PROSE = (0.25, 0.8), (0.0, 0.4)
"""Shares of a point's terms that count as nothing and as all of it; in between it counts in proportion. An item of a
list is either named or not, a clause is put in other words."""
PARTLY_FROM, COVERED_FROM = 0.2, 0.6
"""Of what is left after that."""

ASKS_FOR_LIST = re.compile(r"哪些|哪几|几[种类个项方]|包括|组成|构成|\b(?:list|name|which|what are)\b", re.IGNORECASE)
LIST_FROM = 0.7
"""The share of bare terms among the points from which on the reference answer is a list, as where the question asks for
one: it is marked item by item. Of statements, which nobody repeats word for word, the marks grow with the square root
of the share."""

LOW_CONFIDENCE = 0.3

WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
MOST_TERMS = 3
"""Of a suggested expression."""


def draft_rubric(prompt: str, reference: str) -> Rubric:
    """The key points that a reference answer has by itself: one for each item or clause that says something new."""
    known = set(_terms(prompt))
    texts = [text for piece in ITEM.split(reference) if (text := piece.strip()) and not set(_terms(text)) <= known]
    points = (KeyPoint(position, 1, True, (), text=text) for position, text in enumerate(texts))
    return Rubric(tuple(points), prompt, is_draft=True)


def suggested_expression(text: str, prompt: str) -> str:
    """A line of accepted expressions to begin with, for a key point with this text: its most telling terms.

    Empty where the text has none that the question has not.
    """
    asked = normalise(prompt).text
    pieces = (piece for run in WORDS.findall(normalise(text).text) for piece in _cut(run))
    telling = [piece for piece in dict.fromkeys(pieces) if len(piece) > 1 and piece not in asked]
    chosen = sorted(telling, key=len, reverse=True)[:MOST_TERMS]
    return " + ".join(sorted(chosen, key=telling.index))


def _cut(run: str) -> list[str]:
    if run.isascii():
        return [] if run in FUNCTION_WORDS or run.isdecimal() else [run]
    return "".join(" " if char in FUNCTION_CHARACTERS else char for char in run).split()


def mark_by_recall(rubric: Rubric, answer: str) -> Marking:
    """Mark by the texts of the key points. Deterministic, linear in the length of the answer.

    A text says the point once a line, in another language each: the line counts that the answer repeats best.
    """
    read = normalise(answer[:LONGEST_READ])
    said = set(_terms(read.text)) | set(TERM.findall(read.text))
    asked = set(_terms(rubric.prompt))
    wordings = [(point, [(line, set(_terms(line))) for line in point.text.split("\n")]) for point in rubric.points]
    frequency = Counter(term for _, lines in wordings for term in set().union(*(terms for _, terms in lines)))
    bare = sum(any(is_bare(normalise(line).text) for line, _ in lines) for _, lines in wordings)
    is_list = bool(ASKS_FOR_LIST.search(rubric.prompt)) or bare >= LIST_FROM * len(wordings)
    shares, marks = {}, []
    for point, lines in wordings:
        reached = [(_share(terms, said, asked, frequency, LIST if is_list else PROSE), terms) for _, terms in lines]
        share, terms = max(reached, key=lambda one: one[0])
        shares[point.position] = share
        marks.append(_mark(point, terms & said - asked, share, read))
    return Marking(_score(rubric, shares, is_list=is_list), tuple(marks), low_confidence=True)


def _score(rubric: Rubric, shares: dict[int, float], *, is_list: bool) -> int:
    scored = [point for point in rubric.points if point.scored]
    total = sum(point.weight for point in scored)
    if not total:
        return 0
    reached = sum(point.weight * shares[point.position] for point in scored) / total
    return math.floor(100 * (reached if is_list else math.sqrt(reached)) + 0.5)


def _share(
    terms: set[str], said: set[str], asked: set[str], frequency: Counter[str], scale: tuple[float, float]
) -> float:
    nothing, everything = scale
    weights = {term: _weight(term, asked) / frequency[term] ** 2 for term in sorted(terms)}
    whole = sum(weights.values())
    part = sum(weight for term, weight in weights.items() if term in said)
    return max(0.0, min(1.0, (part / whole - nothing) / (everything - nothing))) if whole else 0.0


def _weight(term: str, asked: set[str]) -> float:
    functional = term in FUNCTION_WORDS or (not term.isascii() and not FUNCTION_CHARACTERS.isdisjoint(term))
    return (IN_QUESTION if term in asked else 1.0) * (FUNCTIONAL if functional else 1.0)


def _terms(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters, and Latin words, numbers and signs; the characters of a text of one."""
    units = TERM.findall(normalise(text).text)
    pairs = [one + other for one, other in pairwise(units) if not (one + other).isascii()]
    latin = [unit[:-1] if len(unit) > 3 and unit.endswith("s") else unit for unit in units if unit.isascii()]
    return [pair for pair in pairs if not any(char.isascii() for char in pair)] + latin or units


def _mark(point: KeyPoint, found: set[str], share: float, read: NormalisedText) -> Mark:
    outcome = Outcome.COVERED if share >= COVERED_FROM else Outcome.PARTLY if share >= PARTLY_FROM else Outcome.MISSED
    span = _stretch(found, read) if outcome is not Outcome.MISSED else None
    if span is None:
        return Mark(point.position, Outcome.MISSED, (), "")
    return Mark(point.position, outcome, (span,), point.text, LOW_CONFIDENCE)


def _stretch(terms: set[str], read: NormalisedText) -> Span | None:
    """From the first place of the rarest found term to its end: where a reader should look."""
    places = [(read.text.count(term), read.text.find(term), term) for term in terms if term in read.text]
    if not places:
        return None
    _, start, term = min(places)
    return read.span(start, start + len(term))
