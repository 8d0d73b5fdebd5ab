"""Normalised text that remembers where each of its characters stood in the original."""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from quiz.marking.rubric import Span

# Unicode's stream-safe format allows 30 combining marks in a row. Without a limit one "character" could be the whole
# answer, and putting its marks in order takes quadratic time.
MAX_SEGMENT = 32

# Circled and parenthesised numbers begin an item of a list; NFKC would glue a digit to the word after them.
ITEM_NUMBERS = frozenset(map(chr, [*range(0x2460, 0x2500), *range(0x2776, 0x2794)]))

# Vowels and final consonants of Hangul: letters that nevertheless compose with the character before them.
JOINING_JAMO = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """`text`, and for each of its characters the code points of the original, `starts[i]` to `ends[i]`, it came from.

    Both lists never decrease. Characters that were normalised together (a letter and its accents) share their origin.
    """

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> Span:
        """The original characters behind `text[start:end]`, which must not be empty."""
        return Span(self.starts[start], self.ends[end - 1])

    def index_from(self, offset: int) -> int:
        """Index of the first character that comes from `offset` in the original or later; `len(text)` if none does."""
        return bisect_left(self.starts, offset)

    def without_spaces(self) -> "NormalisedText":
        """The same text and origins with the spaces left out."""
        kept = [index for index, char in enumerate(self.text) if char != " "]
        return NormalisedText(
            text=self.text.replace(" ", ""),
            starts=[self.starts[index] for index in kept],
            ends=[self.ends[index] for index in kept],
        )


def normalise(original: str) -> NormalisedText:
    """NFKC, lower case, simplified Chinese; separators become single spaces, none at either end. Takes any string."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _segments(original):
        for char in _folded(original[start:end]):
            if char == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(char)
            starts.append(start)
            ends.append(end)
    if chars and chars[-1] == " ":
        del chars[-1], starts[-1], ends[-1]
    return NormalisedText("".join(chars), starts, ends)


def _segments(original: str) -> Iterator[tuple[int, int]]:
    """Cut `original` where nothing on the right can combine with anything on the left under NFKC."""
    start = 0
    for index, char in enumerate(original):
        if index > start and (index - start >= MAX_SEGMENT or not _joins_previous(char)):
            yield start, index
            start = index
    if original:
        yield start, len(original)


@lru_cache(maxsize=16_384)
def _joins_previous(char: str) -> bool:
    """Whether NFKC may reorder or compose `char` with what stands before it."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first).startswith("M") or ord(first) in JOINING_JAMO


@lru_cache(maxsize=16_384)
def _folded(segment: str) -> str:
    """Normalise one segment; each separator in it becomes a space."""
    if segment[0] in ITEM_NUMBERS:
        return " "
    simplified = _simplified_chinese()
    # Lower case by character: str.lower() of a whole text looks around (final sigma).
    lowered = (lower for char in unicodedata.normalize("NFKC", segment) for lower in char.lower())
    return "".join(" " if _is_separator(char) else simplified.get(char, char) for char in lowered)


def _is_separator(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "PZC" or category == "Sk"


@cache
def _simplified_chinese() -> Mapping[str, str]:
    """Simplified character for each traditional one that differs.

    Read from the table inside zhconv: importing the library searches for pkg_resources, and its own loader keeps
    half a megabyte of phrase tables and their prefixes, in every worker, of which single characters need a tenth.
    """
    package = find_spec("zhconv")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("zhconv is not installed", name="zhconv")
    tables: dict[str, dict[str, str]] = json.loads(Path(package.origin).with_name("zhcdict.json").read_bytes())
    return {old: new for old, new in tables["zh2Hans"].items() if len(old) == len(new) == 1 and old != new}
