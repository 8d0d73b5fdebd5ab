"""Accepted expressions: how an editor writes them, and how they match."""

import re
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, digits

from quiz.marking.rubric import Span
from quiz.marking.text import NormalisedText, normalise

WORD_CHARACTERS = frozenset(ascii_lowercase + digits)
NOT_IN_WORD = re.compile("[^a-z0-9]")

# The asterisk and its two compatibility forms, which Chinese input methods produce.
STARS = ("*", "\N{FULLWIDTH ASTERISK}", "\N{SMALL ASTERISK}")


class InvalidExpression(ValueError):
    """An expression that cannot match anything or does not say what it seems to.

    `key` names the fault for translation (`empty`, `star-not-last`), `message` says it in English, and `position` is
    the code point of the expression, as written, where it lies.
    """

    def __init__(self, key: str, message: str, position: int) -> None:
        super().__init__(message)
        self.key = key
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, made ready for both ways of matching."""

    spaced: NormalisedText
    unspaced: NormalisedText


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression after parsing: `text` is normalised and never empty.

    With `whole_words` (ASCII only) no letter or digit may stand next to the match; `open_end` lifts that on the right.
    Without, `text` has no spaces and matches anywhere.
    """

    text: str
    whole_words: bool
    open_end: bool

    def first_match(self, reading: Reading, offset: int) -> Span | None:
        """The first match that begins at `offset` of the original answer or later, None if there is none."""
        normalised = reading.spaced if self.whole_words else reading.unspaced
        start = normalised.text.find(self.text, normalised.index_from(offset))
        while start >= 0 and not self._stands_alone(normalised.text, start):
            start = normalised.text.find(self.text, self._next_start(normalised.text, start))
        return normalised.span(start, start + len(self.text)) if start >= 0 else None

    def _stands_alone(self, text: str, start: int) -> bool:
        if not self.whole_words:
            return True
        end = start + len(self.text)
        joined_left = start > 0 and text[start - 1] in WORD_CHARACTERS
        joined_right = not self.open_end and end < len(text) and text[end] in WORD_CHARACTERS
        return not (joined_left or joined_right)

    def _next_start(self, text: str, start: int) -> int:
        """Where to look on after a match at `start` that did not stand alone."""
        if self.text[0] not in WORD_CHARACTERS:
            return start + 1
        # Nothing else in this run of letters begins a word; trying each of them would be slow on "aaaaaa...".
        gap = NOT_IN_WORD.search(text, start)
        return gap.end() if gap else len(text)


def read(answer: str) -> Reading:
    """Normalise an answer once for all expressions."""
    spaced = normalise(answer)
    return Reading(spaced, spaced.without_spaces())


def parse_expression(written: str) -> Expression:
    """Parse an expression as an editor wrote it; InvalidExpression if it is empty or has a `*` that is not last."""
    body = written.rstrip()
    open_end = body.endswith(STARS)
    if open_end:
        body = body[:-1]
    for position, char in enumerate(body):
        if char in STARS:
            raise InvalidExpression("star-not-last", "A * may only stand at the end of an expression.", position)
    normalised = normalise(body)
    if not normalised.text:
        raise InvalidExpression("empty", "An expression needs at least one letter, digit or symbol.", 0)
    if normalised.text.isascii():
        return Expression(normalised.text, whole_words=True, open_end=open_end)
    return Expression(normalised.without_spaces().text, whole_words=False, open_end=open_end)


def check_expression(written: str) -> None:
    """Raise InvalidExpression unless `written` can be used in a rubric."""
    parse_expression(written)


@lru_cache(maxsize=8_192)
def compiled(written: str) -> Expression | None:
    """The parsed expression; None for an invalid one.

    Editors see faults when they save. A frozen question version cannot be repaired any more, and one faulty expression
    in it must not keep a candidate from the result.
    """
    try:
        return parse_expression(written)
    except InvalidExpression:
        return None
