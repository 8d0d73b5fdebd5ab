"""Where in an answer an expression is met, and whether it is said there or denied."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import NamedTuple

from rapidfuzz.distance import OSA

from quiz.marking.expressions import Alternative, Expression, Group, Term
from quiz.marking.reading import Interval, Reading

WINDOW = 26.0
"""Units (Chinese characters; a Latin word is 1.5) that may stand between the parts of one statement, at most."""
GAP = 10.0
"""Units that a gap inside a phrase spans at most."""

# A wrong character must neither turn a term into its opposite nor be a word of its own.
WITHOUT_TYPO = frozenset(
    "前反后上下高低大小增减升降编解正负加多少有无左右内外长短不非未没可强弱快慢先入出收发软硬静动显隐单双同异"
    "的了是在和与及或而就也都这那其之以于对为被把将由从到会要个一两三"
)

CJK = "\u3400"
MOST_TRIED = 16
"""Ways to meet an expression at one place."""

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
    """A group is met: from where to where, and in which parts, of which there are several where a gap is between."""

    start: int
    end: int
    parts: tuple[Place, ...]
    confidence: float
    group: int = 0

    @property
    def is_typo(self) -> bool:
        """Typos are looked for where nothing is met without one: all events of a group are, or none is."""
        return self.confidence == TYPO


def matches(expression: Expression, reading: Reading, *, with_typos: bool = True) -> Iterator[Match]:
    """Wherever the answer states the expression: all groups near each other in one sentence, none of them denied."""
    found: list[_Event] = []
    for number in expression.smallest_first:
        met = _events(expression.groups[number], reading)
        if not met or (not with_typos and met[0].is_typo):
            return
        found += [_Event(*event[:4], number) for event in met]
    excluded = _standing(expression.excluded, reading) if expression.excluded else []
    for windows in _windows(sorted(found), len(expression.groups), reading):
        for window in windows:
            if expression.in_order and [event.group for event in window] != sorted(event.group for event in window):
                continue
            places = tuple(part for event in window for part in event.parts)
            if (excluded and _is_excluded(excluded, places, reading)) or not is_stated(places, reading):
                continue
            clauses = {reading.clause_at(start) for start, _ in places}
            confidence = min([event.confidence for event in window] + ([FAR] if len(clauses) > 1 else []))
            yield Match(expression.written, places, confidence, expression.is_partial)
            break


def _standing(group: Group, reading: Reading) -> list[int]:
    """Where a word of the group stands without being denied, and without a typo."""
    return [
        event.start for event in _events(group, reading) if not event.is_typo and not _is_denied(event.parts, reading)
    ]


def is_stated(places: tuple[Place, ...], reading: Reading) -> bool:
    """Whether these words are the candidate's own claim: not denied, asked, copied from the question, or listed."""
    if reading.sentence_at(places[0][0]) in reading.asked or _is_denied(places, reading):
        return False
    return not (_all_within(reading.quoted, places) or _all_within(reading.listed, places))


def _is_denied(places: tuple[Place, ...], reading: Reading) -> bool:
    """Whether a negation that is not itself one of these words reaches one of them."""

    def is_within(position: int) -> bool:
        return any(start <= position < end for start, end in places)

    return any(
        denial.reach.covers(start, end)
        and not is_within(denial.cue.start)
        and (denial.cancelled_by is None or is_within(denial.cancelled_by))
        for start, end in places
        for denial in reading.denials_at(start)
    )


def _all_within(intervals: list[Interval], places: tuple[Place, ...]) -> bool:
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
    first = reading.items[reading.item_at(places[0][0])]
    last = reading.items[reading.item_at(places[-1][0])]
    at = bisect_left(excluded, first.start)
    return at < len(excluded) and excluded[at] < last.end


def _windows(events: list[_Event], groups: int, reading: Reading) -> Iterator[list[tuple[_Event, ...]]]:
    """The shortest stretches that have an event of every group, within one sentence and the window: one pass.

    For each, the ways to meet it with one of the last two events of each group, none overlapping another.
    """
    latest: dict[int, list[_Event]] = {}
    sentence = -1
    for event in events:
        if (number := reading.sentence_at(event.start)) != sentence:
            latest.clear()
            sentence = number
        latest[event.group] = [event, *latest.get(event.group, ())[:1]]
        if len(latest) == groups:
            others = [some for group, some in latest.items() if group != event.group]
            chosen = (tuple(sorted((*some, event))) for some in islice(product(*others), MOST_TRIED))
            yield [one for one in chosen if _is_apart(one) and _length(one, reading) <= WINDOW]


def _is_apart(events: tuple[_Event, ...]) -> bool:
    return all(one.end <= other.start for one, other in pairwise(events))


def _length(events: tuple[_Event, ...], reading: Reading) -> float:
    """The units between the events, without their own."""
    units = reading.units
    return sum(units[other.start] - units[one.end] for one, other in pairwise(events))


def _events(group: Group, reading: Reading) -> list[_Event]:
    """Where the group is met, each once, in order."""
    if group not in reading.events:
        found: dict[Place, _Event] = {}
        for start in group.by_start.keys() & reading.starts:
            for alternative in group.by_start[start]:
                for parts in _places(alternative, reading):
                    place = (parts[0][0], parts[-1][1])
                    found[place] = _Event(*place, parts, CERTAIN)
        if not found and (group.by_letter or group.by_half):
            found = {place: _Event(*place, (place,), TYPO) for place in _with_typo(group, reading)}
        reading.events[group] = _longest(sorted(found.values())) if found else []
    return reading.events[group]


def _longest(events: list[_Event]) -> list[_Event]:
    """Without those that lie in another: of 没有 and 并没有 at one place, 并没有."""
    kept: list[_Event] = []
    for event in events:
        if kept and kept[-1].start == event.start:
            kept.pop()  # sorted: the later of two that begin together is the longer
        if not kept or event.end > kept[-1].end:
            kept.append(event)
    return kept


def _places(alternative: Alternative, reading: Reading) -> list[tuple[Place, ...]]:
    """Where the alternative's terms follow each other."""
    found: list[tuple[Place, ...]] = [(place,) for place in _term_places(alternative.terms[0], reading)]
    for term in alternative.terms[1:]:
        if not found:
            break
        found = _followed(found, _term_places(term, reading), reading)
    return found


def _followed(before: list[tuple[Place, ...]], after: list[Place], reading: Reading) -> list[tuple[Place, ...]]:
    """Those of `before` that one of `after` follows within the gap, in the same sentence."""
    starts = [start for start, _ in after]
    found = []
    for parts in before:
        end = parts[-1][1]
        at = bisect_left(starts, end)
        if at == len(after) or reading.units[after[at][0]] - reading.units[end] > GAP:
            continue
        if reading.sentence_at(parts[0][0]) == reading.sentence_at(after[at][0]):
            found.append((*parts, after[at]))
    return found


def _term_places(term: Term, reading: Reading) -> list[Place]:
    places = reading.places.get(term)
    if places is None:
        found = _whole_words(term, reading.text) if term.whole_words else _anywhere(term, reading)
        places = reading.places[term] = [place for place in found if _is_together(place, reading)]
    return places


def _is_together(place: Place, reading: Reading) -> bool:
    """Whether no sentence ends in it, and no Chinese word is put together over a punctuation mark."""
    start, end = place
    text = reading.text
    at = text.find(" ", start, end)
    while at >= 0:
        if at in reading.item_ends and (at in reading.sentence_ends or text[at - 1] >= CJK <= text[at + 1]):
            return False
        at = text.find(" ", at + 1, end)
    return True


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


def _with_typo(group: Group, reading: Reading) -> Iterator[Place]:
    for letter in group.by_letter.keys() & reading.words.keys():
        for term in group.by_letter[letter]:
            if not _term_places(term, reading):
                yield from _misspelt(term, reading)
    for half in group.by_half.keys() & reading.starts:
        for term in group.by_half[half]:
            if not _term_places(term, reading):
                yield from _mistyped(term, reading)


def _misspelt(term: Term, reading: Reading) -> Iterator[Place]:
    length = len(term.text)
    for word, places in reading.words[term.text[0]].items():
        if length - 1 <= len(word) <= length + (3 if term.open_end else 1) and f"{word}s" != term.text:
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
            if len(seen) == len(term.text) and len(wrong) == 1 and WITHOUT_TYPO.isdisjoint(wrong[0]):
                yield places[start], places[start + len(seen) - 1] + 1
            at = text.find(part, at + 1)
