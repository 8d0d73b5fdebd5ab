"""Search in Chinese and English. Pure: documents and what somebody typed in, ids out, best first.

Chinese has no spaces between its words, so it is compared by pairs of neighbouring characters; what is written in
letters and digits is compared by words, of which the beginning is enough.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from quiz.marking.text import normalise

MAX_QUERY = 200

# Where a term stands counts this much: a title tells what a question is about, an answer mentions a great deal.
TITLE, PROMPT, ANSWER = 8, 3, 1

# Of what was typed, the share that a document must have. Two of five words by chance are no answer to a search.
LEAST_SHARE = 0.5

# They say that something is asked and not what. Where nothing else is typed, they are searched for all the same.
CHINESE_QUESTION_WORDS = re.compile(
    "是什么|为什么|什么是|什么|怎么样|怎么办|怎么|怎样|如何|哪些|哪个|有没有|是否|请解释|请简述|请列举|解释|介绍|吗|呢|的"
)
ENGLISH_QUESTION_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "can", "do", "does", "explain", "for", "how", "i", "in", "is", "it", "its", "of"),
        *("on", "or", "please", "the", "to", "what", "when", "which", "why", "with"),
    )
)

_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\s{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


@dataclass(frozen=True, slots=True)
class Document:
    """Texts of a question, as plain text, in any mixture of languages."""

    id: int
    title: str
    prompt: str
    answer: str


def search(query: str, documents: Sequence[Document]) -> list[int]:
    """Ids of the documents that have enough of what was typed, best first; equals keep their order.

    Everything for an empty query or one of nothing but punctuation. Takes time proportional to the documents' length.
    """
    terms = _terms(query[:MAX_QUERY])
    if not terms:
        return [document.id for document in documents]
    indexed = [tuple(map(_indexed, (document.title, document.prompt, document.answer))) for document in documents]
    places = [[_place(term, *texts) for term in terms] for texts in indexed]
    weights = [_rarity(sum(bool(row[position]) for row in places), len(places)) for position in range(len(terms))]
    ranked: list[tuple[float, int, int]] = []
    for document, row in zip(documents, places, strict=True):
        if _share(terms, row) >= LEAST_SHARE:
            score = sum(place * weight for place, weight in zip(row, weights, strict=True))
            ranked.append((-score, len(ranked), document.id))
    return [number for _, _, number in sorted(ranked)]


@dataclass(frozen=True, slots=True)
class _Term:
    """`needle` is looked for in an indexed text; `run` and `offset` say where it stood in the query."""

    needle: str
    run: int
    offset: int
    length: int


def _terms(query: str) -> list[_Term]:
    text = normalise(query).text
    runs = _RUN.findall(CHINESE_QUESTION_WORDS.sub(" ", text))
    runs = [run for run in runs if run not in ENGLISH_QUESTION_WORDS] or _RUN.findall(text)
    terms = []
    for number, run in enumerate(runs):
        if not _IS_HAN.match(run):
            # The singular finds the plural and the other way round.
            stem = run[:-1] if len(run) > 4 and run.endswith("s") else run
            terms.append(_Term(" " + stem, number, 0, 1))
        elif len(run) == 1:
            terms.append(_Term(run, number, 0, 1))
        else:
            terms += [_Term(run[index : index + 2], number, index, 2) for index in range(len(run) - 1)]
    return terms


@lru_cache(maxsize=8_192)
def _indexed(text: str) -> str:
    """The normalised text with a space before every run of one script, so that a word is found by its beginning."""
    return " " + " ".join(_RUN.findall(normalise(text).text))


def _place(term: _Term, title: str, prompt: str, answer: str) -> int:
    """The weight of the best place where the term stands, 0 if it stands nowhere."""
    if term.needle in title:
        return TITLE
    if term.needle in prompt:
        return PROMPT
    return ANSWER if term.needle in answer else 0


def _share(terms: Iterable[_Term], places: Iterable[int]) -> float:
    """How much of the query the document has: characters of Chinese that stand in a pair it has, and whole words."""
    wanted, had = set(), set()
    for term, place in zip(terms, places, strict=True):
        characters = {(term.run, term.offset + index) for index in range(term.length)}
        wanted |= characters
        if place:
            had |= characters
    return len(had) / len(wanted)


def _rarity(count: int, documents: int) -> float:
    """What few documents have tells more than what most have."""
    return log(1 + documents / (1 + count))
