"""Where in an answer an expression is met, and whether it is said there or denied."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from quiz.marking.expressions import Alternative, Expression, Group, Term
from quiz.marking.reading import Interval, Reading

WINDOW = 26.0
"""Units (Chinese characters; a Latin word is 1.5) that may stand between the parts of one statement, at most."""
GAP = 10.0
"""Units that a gap inside a phrase spans at most."""

# A word of so many letters may have one letter wrong, missing, doubled or exchanged with its neighbour.
TYPO_LETTERS = 6
# A Chinese term of so many characters may have a wrong one, unless that turns it into its opposite.
TYPO_CHARACTERS = 5
OPPOSITES = frozenset(
    "前反后上下高低大小增减升降编解正负加多少有无左右内外长短不非未没可强弱快慢先入出收发软硬静动显隐单双"
)

CERTAIN, TYPO, FAR = 1.0, 0.8, 0.9

Place = tuple[int, int]
"""Start and end in characters of the reading's text."""


@dataclass(frozen=True, slots=True)
class Match:
    """An expression, met in the answer: the places of its parts, in order, and how sure that is, 0-1."""

    written: str
    places: tuple[Place, ...]
    confidence: float
    is_partial: bool

    @property
    def start(self) -> int:
        return self.places[0][0]

    @property
    def end(self) -> int:
        return max(end for _, end in self.places)


class _Event(NamedTuple):
    start: int
    end: int
    group: int
    confidence: float


def matches(expression: Expression, reading: Reading) -> Iterator[Match]:
    """Wherever the answer states the expression: all groups near each other in one sentence, none of them denied."""
    found = [
        [_Event(start, end, number, sure) for start, end, sure in _occurrences(group, reading)]
        for number, group in enumerate(expression.groups)
    ]
    if not all(found):
        return
    excluded = [start for start, _, _ in _occurrences(expression.excluded, reading)] if expression.excluded else []
    for events in _windows(sorted(event for group in found for event in group), len(found), reading):
        if expression.in_order and [event.group for event in events] != sorted(event.group for event in events):
            continue
        places = tuple(sorted((event.start, event.end) for event in events))
        if any(one[1] > other[0] for one, other in pairwise(places)):
            continue
        if excluded and _is_excluded(excluded, places, reading):
            continue
        if not is_stated(places, reading):
            continue
        clauses = {reading.clause_at(start) for start, _ in places}
        confidence = min([event.confidence for event in events] + ([FAR] if len(clauses) > 1 else []))
        yield Match(expression.written, places, confidence, expression.is_partial)


def is_stated(places: Iterable[Place], reading: Reading) -> bool:
    """Whether these words are the candidate's own claim: not denied, asked, copied from the question, or listed."""
    places = list(places)
    if reading.sentence_at(places[0][0]) in reading.asked:
        return False
    for start, end in places:
        for denial in reading.denials_at(start):
            if denial.reach.covers(start, end) and not any(
                one < denial.cue.end and denial.cue.start < other for one, other in places
            ):
                return False
    return not (_all_within(reading.quoted, places) or _all_within(reading.listed, places))


def _all_within(intervals: list[Interval], places: list[Place]) -> bool:
    """Whether each of the places lies in one of the intervals, which are in order and apart."""
    if not intervals:
        return False
    starts = [interval.start for interval in intervals]
    for start, end in places:
        at = bisect_left(starts, start + 1) - 1
        if at < 0 or not intervals[at].covers(start, end):
            return False
    return True


def _is_excluded(excluded: list[int], places: tuple[Place, ...], reading: Reading) -> bool:
    first = reading.clauses[reading.clause_at(places[0][0])]
    last = reading.clauses[reading.clause_at(places[-1][0])]
    at = bisect_left(excluded, first.start)
    return at < len(excluded) and excluded[at] < last.end


def _windows(events: list[_Event], groups: int, reading: Reading) -> Iterator[list[_Event]]:
    """The shortest stretches that have an event of every group, within one sentence and the window: one pass."""
    latest: dict[int, _Event] = {}
    sentence = -1
    units = reading.units
    for event in events:
        if (number := reading.sentence_at(event.start)) != sentence:
            latest.clear()
            sentence = number
        latest[event.group] = event
        if len(latest) < groups:
            continue
        chosen = sorted(latest.values())
        between = units[event.start] - units[min(chosen[0].end, event.start)]
        if between - sum(units[one.end] - units[one.start] for one in chosen[1:-1]) <= WINDOW:
            yield chosen


def _occurrences(group: Group, reading: Reading) -> list[tuple[int, int, float]]:
    """Where the group is met, each once, in order."""
    if group not in reading.occurrences:
        found = {place: CERTAIN for alternative in group.alternatives for place in _places(alternative, reading)}
        for place in (place for alternative in group.alternatives for place in _with_typo(alternative, reading)):
            found.setdefault(place, TYPO)
        reading.occurrences[group] = [(start, end, sure) for (start, end), sure in sorted(found.items())]
    return reading.occurrences[group]


def _places(alternative: Alternative, reading: Reading) -> list[Place]:
    first, *rest = (_term_places(term, reading) for term in alternative.terms)
    for following in rest:
        first = _joined(first, following, reading)
    return first


def _joined(before: list[Place], after: list[Place], reading: Reading) -> list[Place]:
    """Those of `before` that one of `after` follows within the gap, as one place."""
    starts = [start for start, _ in after]
    joined = []
    for start, end in before:
        at = bisect_left(starts, end)
        if at == len(after) or reading.units[after[at][0]] - reading.units[end] > GAP:
            continue
        if reading.sentence_at(start) == reading.sentence_at(after[at][0]):
            joined.append((start, after[at][1]))
    return joined


def _term_places(term: Term, reading: Reading) -> list[Place]:
    if term not in reading.places:
        found = _whole_words(term, reading.text) if term.whole_words else _anywhere(term, reading)
        reading.places[term] = [place for place in found if _is_in_one_sentence(place, reading)]
    return reading.places[term]


def _is_in_one_sentence(place: Place, reading: Reading) -> bool:
    start, end = place
    return " " not in reading.text[start:end] or reading.sentence_at(start) == reading.sentence_at(end - 1)


def _whole_words(term: Term, text: str) -> Iterator[Place]:
    begins_word, ends_word = term.text[0].isalnum(), term.text[-1].isalnum() and not term.open_end
    start = text.find(term.text)
    while start >= 0:
        end = start + len(term.text)
        while term.open_end and end < len(text) and _is_latin(text[end]):
            end += 1
        plural = int(ends_word and len(term.text) > 2 and text[end : end + 1] == "s")
        joined_left = begins_word and start > 0 and _is_latin(text[start - 1])
        joined_right = ends_word and end + plural < len(text) and _is_latin(text[end + plural])
        if not (joined_left or joined_right):
            yield start, end + plural
        start = text.find(term.text, end if not joined_left else start + 1)


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z" or "0" <= char <= "9"


def _anywhere(term: Term, reading: Reading) -> Iterator[Place]:
    text, places = reading.unspaced
    start = text.find(term.text)
    while start >= 0:
        end = start + len(term.text)
        yield places[start], places[end - 1] + 1
        start = text.find(term.text, end)


def _with_typo(alternative: Alternative, reading: Reading) -> Iterator[Place]:
    if len(alternative.terms) > 1:
        return
    term = alternative.terms[0]
    if term.whole_words:
        if len(term.text) >= TYPO_LETTERS and " " not in term.text and not _term_places(term, reading):
            yield from _misspelt(term, reading)
    elif len(term.text) >= TYPO_CHARACTERS and not _term_places(term, reading):
        yield from _mistyped(term, reading)


def _misspelt(term: Term, reading: Reading) -> Iterator[Place]:
    length = len(term.text)
    for size in range(length - 1, (length + 2) if not term.open_end else length + 4):
        for word, places in reading.words.get((term.text[0], size), {}).items():
            begin = word[:length] if term.open_end else word
            if OSA.distance(term.text, begin, score_cutoff=1) <= 1:
                yield from places


def _mistyped(term: Term, reading: Reading) -> Iterator[Place]:
    """One wrong character: the half of the term without it stands as it should, and the other half but for one."""
    text, places = reading.unspaced
    half = len(term.text) // 2
    for part, offset in ((term.text[:half], 0), (term.text[half:], half)):
        at = text.find(part)
        while at >= 0:
            start = at - offset
            seen = text[start : start + len(term.text)] if start >= 0 else ""
            wrong = [(one, other) for one, other in zip(term.text, seen, strict=False) if one != other]
            if len(seen) == len(term.text) and len(wrong) == 1 and not OPPOSITES & set(wrong[0]):
                yield places[start], places[start + len(seen) - 1] + 1
            at = text.find(part, at + 1)
