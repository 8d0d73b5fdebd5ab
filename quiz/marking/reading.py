"""An answer read once for all key points: its sentences and clauses, what is quoted, listed, denied or asked in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from quiz.marking.expressions import START, TYPO_LETTERS
from quiz.marking.polarity import denials_in
from quiz.marking.rubric import Span
from quiz.marking.text import NormalisedText, normalise

LONGEST_READ = 50_000
"""Code points of an answer that are read: more than twice what Viva stores. What follows counts as not written."""

# How far apart the parts of one statement may stand: a Chinese character counts 1, a Latin word or number LATIN_WORD.
LATIN_WORD = 1.5

SENTENCE_END = re.compile(r"[。！？!?；;…\n\r\v\f\x85\u2028\u2029]|\.(?=[\s\u3400-\u9fff])")
CLAUSE_END = re.compile(r"[,，:：()（）—–]|\s-\s")
ITEM_END = re.compile(r"[、/|·\u2460-\u24ff\u2776-\u2793]")
GAP = re.compile(f"{SENTENCE_END.pattern}|{CLAUSE_END.pattern}|{ITEM_END.pattern}")
HEADING = re.compile(r"[:：][\s*•-]*$")  # it goes on in the next line
EXPLANATION = re.compile(r"[:：][ \t]*\w|[(（]\s*\w[^()（）\n]{3,}[)）]")
ITEM_NUMBER = re.compile(r" ?[0-9]{1,2}")  # "1. " begins an item, and ends no sentence
ABBREVIATION = re.compile(r"\b(?:et al|e g|i e|vs|cf|fig|eq)$")  # nor does their point
ABBREVIATION_LENGTH = 6
ASKED = re.compile(r"[?？]")
RHETORICAL = re.compile(r"难道|何尝|岂不|不就是|不正是|\b(?:is|are|do|does)n t\b")

WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
LATIN = re.compile(r"[a-z0-9]+")
CHINESE_SPACE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
CJK_RUN = re.compile(r"[\u3400-\u9fff]+")

QUOTED_LENGTH = 12
"""Characters without spaces that an answer must have in common with the question to count as taken from it."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open, in characters of the reading's text."""

    start: int
    end: int

    def covers(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end


@dataclass(eq=False)
class Reading:
    """`spaced` is the normalised answer; all other positions here are characters of it."""

    spaced: NormalisedText
    sentences: list[Interval]
    clauses: list[Interval]
    items: list[Interval]
    """The clauses, cut at the signs of a list, too."""
    asked: frozenset[int]
    """Numbers of the sentences that end with a question mark."""
    explanations: int = 0
    """How many terms a colon or a parenthesis explains."""
    prompt: str = ""
    places: dict[object, list[tuple[int, int]]] = field(default_factory=dict)
    events: dict[object, list[Any]] = field(default_factory=dict)
    matches: dict[object, Any] = field(default_factory=dict)
    """Where each term, group and expression of the rubric is met: filled by matching, so that none is sought twice."""

    @property
    def text(self) -> str:
        return self.spaced.text

    @cached_property
    def unspaced(self) -> tuple[str, list[int]]:
        """The text without spaces, and where each of its characters stands in the text."""
        kept = [index for index, char in enumerate(self.text) if char != " "]
        return self.text.replace(" ", ""), kept

    @cached_property
    def words(self) -> dict[str, dict[str, list[tuple[int, int]]]]:
        """The Latin words that are long enough for a typo, by first letter, with their places."""
        found: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for word in LATIN.finditer(self.text):
            letters = word.group()
            if len(letters) >= TYPO_LETTERS - 1:
                found.setdefault(letters[0], {}).setdefault(letters, []).append(word.span())
        return found

    @cached_property
    def starts(self) -> set[str]:
        """What a term in the text can begin with: all stretches of up to START characters, with and without spaces."""
        unspaced, _ = self.unspaced
        return {
            text[at : at + length]
            for text in (self.text, unspaced)
            for length in range(1, START + 1)
            for at in range(len(text) - length + 1)
        }

    @cached_property
    def item_ends(self) -> set[int]:
        return {item.end for item in self.items}

    @cached_property
    def sentence_ends(self) -> set[int]:
        return {sentence.end for sentence in self.sentences}

    @cached_property
    def units(self) -> list[float]:
        """The length of the text before each character, and of all of it: Chinese characters and Latin words."""
        lengths, total, inside_word = [], 0.0, False
        for char in self.text:
            lengths.append(total)
            if "a" <= char <= "z" or "0" <= char <= "9":
                total += 0 if inside_word else LATIN_WORD
                inside_word = True
            else:
                total += char != " "
                inside_word = False
        return [*lengths, total]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _clause_starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    def sentence_at(self, position: int) -> int:
        return bisect_right(self._sentence_starts, position) - 1

    @cached_property
    def _item_starts(self) -> list[int]:
        return [item.start for item in self.items]

    def item_at(self, position: int) -> int:
        return bisect_right(self._item_starts, position) - 1

    def clause_at(self, position: int) -> int:
        return bisect_right(self._clause_starts, position) - 1

    @cached_property
    def denied(self) -> list["Denial"]:
        """What negations reach, in order of where they begin."""
        found = []
        for clause in self.clauses:
            for one in denials_in(self.text[clause.start : clause.end]):
                cue = Interval(clause.start + one.start, clause.start + one.end)
                end = self._end_of_reach(cue, clause.start + one.reach_end)
                second = None if one.cancelled_by is None else clause.start + one.cancelled_by
                found.append(Denial(cue, Interval(clause.start + one.reach_start, end), second))
        return found

    def _end_of_reach(self, cue: Interval, end: int) -> int:
        """A denial reaches over what is only named after a 、, not over what is said there."""
        number = self.item_at(cue.start)
        while number + 1 < len(self.items) and (item := self.items[number + 1]).start < end:
            if self.units[item.end] - self.units[item.start] > NAMED:
                return item.start
            number += 1
        return end

    @cached_property
    def _denied_by_clause(self) -> dict[int, list["Denial"]]:
        by_clause: dict[int, list[Denial]] = {}
        for denial in self.denied:
            by_clause.setdefault(self.clause_at(denial.cue.start), []).append(denial)
        return by_clause

    def denials_at(self, position: int) -> list["Denial"]:
        """The denials in the clause of that position."""
        return self._denied_by_clause.get(self.clause_at(position), [])

    @cached_property
    def listed(self) -> list[Interval]:
        """The items of a bare list of terms, where such a list is all, or nearly all, of the answer."""
        items = [piece for item in self.items for piece in self._cut_at_spaces(item)]
        bare = [item for item in items if is_bare(self.text[item.start : item.end])]
        terms = sum(max(1, len(self.text[item.start : item.end].split()) // 2) for item in bare)
        length = sum(item.end - item.start for item in bare)
        if terms < LIST_ITEMS or length <= LIST_SHARE * len(self.text) or self.explanations >= LIST_EXPLANATIONS:
            return []
        return bare

    def _cut_at_spaces(self, item: Interval) -> Iterator[Interval]:
        """Chinese has no spaces between its words: where they stand they part the terms of a list."""
        start = item.start
        for space in CHINESE_SPACE.finditer(self.text, item.start, item.end):
            yield Interval(start, space.start())
            start = space.start()
        yield Interval(start, item.end)

    @cached_property
    def quoted(self) -> list[Interval]:
        """Stretches that are copied from the question."""
        return list(_copied(self, self.prompt)) if self.prompt else []

    def span(self, start: int, end: int) -> Span:
        return self.spaced.span(start, end)


@dataclass(frozen=True, slots=True)
class Denial:
    cue: Interval
    reach: Interval
    cancelled_by: int | None = None
    """Where a second negation stands that leaves only what has it in itself denied."""


NAMED = 4.0
"""The longest term after a 、 that a denial before it reaches, in units."""

LIST_ITEMS = 3
LIST_SHARE = 0.7
LIST_EXPLANATIONS = 2
"""Terms with a colon and something after it from which on they are explained, not just listed."""

# What a statement has and a list of terms has not: function words, everyday verbs, the signs of a formula.
PREDICATE = re.compile(
    r"[是把将被使让令给从由往为各会须只都也还又就才便则却但而若故没不着了们它越已更再靠拿按防避省看像够]"
    r"|可(?!扩展性|解释性|视化|靠性|控性)|(?<![性智功效技可节])能(?![力量耗])"
    r"|降低|减少|提升|提高|控制|避免|防止|增加|改善|缓解|捕捉|衡量|反映|丢弃|学习到|预测出|更新|缩小|放大|随机丢|惩罚"
    r"|通过|用[来于它以]|来自|变成|得到|作为|进行|需要|对着|学会|算出|因为|所以|如果|无[须需法]|基于|取决"
    r"|[=<>≈≤≥∝→←⇒↑↓∑]"
    r"|\b(?:learn|generate|handle|use|used|using|based|trained|give|make|map|compute|predict|measure|compare|score|sample|"
    r"reduce|increase|prevent|avoid|solve|capture|help|keep|let|allow|update|split|share|send|add|drop|clip|stop|need|take|"
    r"produce|turn|get|work|run|grow|shrink|explode|vanish|converge|improve|lower|speed|build|focus|combine|replace|means?)s?\b"
    r"|\b(?:is|are|was|be|been|being|has|have|had|do|does|can|could|may|might|will|would|should|must|to|by|"
    r"from|into|onto|in|on|at|as|per|via|the|a|an|this|that|these|those|it|its|they|them|their|each|every|all|only|"
    r"because|since|when|while|if|then|than|which|what|who|how|why|not|no|but|so)\b"
)
ITEM_LENGTH = 9.0
"""The longest term in a list, in units."""
WORDLESS_LENGTH = 20.0
"""Units without any PREDICATE from which on a stretch is several terms."""
NAMES = re.compile(r"\b(?:all reduce|end to end|one to one|sequence to sequence|seq to seq|in context)\b")


def sentences(answer: str) -> list[Span]:
    """The sentences of a text, in order, as spans of it."""
    reading = read(answer)
    starts = [one.start + (reading.text[one.start] == " ") for one in reading.sentences]
    return [reading.span(start, one.end) for start, one in zip(starts, reading.sentences, strict=True)]


def is_bare(item: str) -> bool:
    """Whether it is a term, or several with nothing but spaces between them.

    What goes on for long without a word that a statement has is no statement either.
    """
    if PREDICATE.search(NAMES.sub("", item)):
        return False
    if _length(item) >= WORDLESS_LENGTH:
        return True
    chinese = CJK_RUN.findall(item)
    return all(_length(term) <= ITEM_LENGTH for term in chinese) if chinese else _length(item) <= ITEM_LENGTH


def _length(text: str) -> float:
    return sum(LATIN_WORD if word[0].isascii() else 1 for word in WORD.findall(text))


def read(answer: str, prompt: str = "") -> Reading:
    """Read any text, also an empty one; `prompt` is the question, whose words earn nothing."""
    spaced = normalise(answer[:LONGEST_READ])
    cuts = _boundaries(answer, spaced)
    asked = (
        number
        for number in cuts.asked
        if not RHETORICAL.search(spaced.text[cuts.sentences[number].start : cuts.sentences[number].end])
    )
    explanations = len(EXPLANATION.findall(answer[:LONGEST_READ]))
    return Reading(spaced, cuts.sentences, cuts.clauses, cuts.items, frozenset(asked), explanations, prompt)


def _boundaries(answer: str, spaced: NormalisedText) -> "_Cuts":
    """Cut where what normalising took for a space was the end of a sentence, a clause or an item of a list."""
    cuts = _Cuts()
    if not spaced.text:
        return cuts
    for index, char in enumerate(spaced.text):
        if char == " ":
            gap = answer[spaced.ends[index - 1] : spaced.starts[index + 1]]
            if not GAP.search(gap) and "." not in gap:
                continue
            after = answer[spaced.starts[index + 1]]  # a point ends a sentence before a space or Chinese, not in 0.95
            if "." in gap and ITEM_NUMBER.fullmatch(spaced.text[cuts.item_start : index]):
                continue
            if "." in gap and ABBREVIATION.search(spaced.text[max(0, index - ABBREVIATION_LENGTH) : index]):
                continue
            ends_sentence = bool(SENTENCE_END.search(gap + after)) and not HEADING.search(gap)
            ends_clause = ends_sentence or bool(CLAUSE_END.search(gap) or HEADING.search(gap))
            cuts.add(index, ends_sentence=ends_sentence, ends_clause=ends_clause, asked=bool(ASKED.search(gap)))
    rest = answer[spaced.ends[-1] : spaced.ends[-1] + 8]
    cuts.add(len(spaced.text), ends_sentence=True, ends_clause=True, asked=bool(ASKED.search(rest)))
    return cuts


class _Cuts:
    def __init__(self) -> None:
        self.sentences: list[Interval] = []
        self.clauses: list[Interval] = []
        self.items: list[Interval] = []
        self.asked: set[int] = set()
        self.item_start = self._clause_start = self._sentence_start = 0

    def add(self, stop: int, *, ends_sentence: bool, ends_clause: bool, asked: bool) -> None:
        self.items.append(Interval(self.item_start, stop))
        self.item_start = stop
        if ends_clause:
            self.clauses.append(Interval(self._clause_start, stop))
            self._clause_start = stop
        if ends_sentence:
            if asked:
                self.asked.add(len(self.sentences))
            self.sentences.append(Interval(self._sentence_start, stop))
            self._sentence_start = stop


@lru_cache(maxsize=1_024)
def _stretches(prompt: str) -> frozenset[str]:
    """All that an answer can have copied from the question, as short as it counts."""
    question = normalise(prompt).text.replace(" ", "")
    return frozenset(question[at : at + QUOTED_LENGTH] for at in range(len(question) - QUOTED_LENGTH + 1))


def _copied(reading: Reading, prompt: str) -> Iterator[Interval]:
    known = _stretches(prompt)
    text, places = reading.unspaced
    start = end = -1
    for at in range(len(text) - QUOTED_LENGTH + 1):
        if text[at : at + QUOTED_LENGTH] in known:
            if at > end:
                if end > start >= 0:
                    yield Interval(places[start], places[end - 1] + 1)
                start = at
            end = at + QUOTED_LENGTH
    if end > start >= 0:
        yield Interval(places[start], places[end - 1] + 1)
