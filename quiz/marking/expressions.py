"""Accepted expressions: how an editor writes a statement, and what is wrong where one cannot be read.

One line is one statement:

    裁剪 | 截断 | clip* + 梯度 | gradient + 范数 | 阈值 | norm | threshold

`+` stands between groups that must all be met, in any order and near each other in one sentence; `>` the same, in this
order; `|` between alternatives of which one is enough; `!` before a last group of which none may stand in the clauses
of the others. `*` ends a word that may go on, `…` (or `...`) leaves a gap of a few words, `"…"` takes its content as it
stands, `@name` is a group of `vocabulary.GROUPS`, and `~` at the very beginning makes the line earn half.
Parentheses may stand around a group, to please the eye.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from quiz.marking.text import normalise
from quiz.marking.vocabulary import GROUPS

# The asterisk and its two compatibility forms, which Chinese input methods produce.
STARS = "*\N{FULLWIDTH ASTERISK}\N{SMALL ASTERISK}"
SIGNS = {"+": "+", "＋": "+", ">": ">", "＞": ">", "|": "|", "｜": "|", "!": "!", "！": "!"}
OPENING, CLOSING = "(（", ")）"
QUOTES = {'"': '"', "“": "”"}
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
GAP = re.compile(rf"\s*(?:…+|\.\.\.+)\s*|(?<=[{re.escape(STARS)}])\s+(?=\S)")
CHINESE = re.compile(r"[\u3400-\u9fff]+")

# A Latin word of so many letters may have one letter wrong, missing, doubled or exchanged with its neighbour, a Chinese
# term of so many characters a wrong one.
TYPO_LETTERS = 6
TYPO_CHARACTERS = 5

START = 3
"""Characters that tell soon whether a term can be in a text."""

MOST_ALTERNATIVES = 200
"""In one group, so that no line can make marking slow."""


class InvalidExpression(ValueError):
    """An expression that cannot match anything or does not say what it seems to.

    `key` names the fault for translation, `message` says it in English, and `position` is the code point of the
    expression, as written, where it lies.
    """

    def __init__(self, key: str, message: str, position: int) -> None:
        super().__init__(message)
        self.key = key
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A word or phrase, normalised and never empty. The same one is the same object, so that it is looked up but once.

    With `whole_words` (ASCII only) no letter or digit may stand next to it; `open_end` lifts that on the right.
    Without, `text` has no spaces and stands anywhere.
    """

    text: str
    whole_words: bool
    open_end: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that follow each other with a gap of a few words between them; most often there is one."""

    terms: tuple[Term, ...]


class Group:
    """Alternatives of which one is enough. The same text gives the same group, so that it is looked up but once.

    `by_start` has the alternatives by the first characters of their first terms, START of them or all, and `by_letter`
    and `by_half` the terms that may have a typo, Latin ones by their first letter and Chinese ones by the first two
    characters of either half: of hundreds of alternatives only those are looked for that can be there.
    """

    def __init__(self, alternatives: tuple[Alternative, ...]) -> None:
        self.alternatives = alternatives
        self.by_start: dict[str, list[Alternative]] = {}
        self.by_letter: dict[str, list[Term]] = {}
        self.by_half: dict[str, list[Term]] = {}
        for alternative in alternatives:
            term = alternative.terms[0]
            self.by_start.setdefault(term.text[:START], []).append(alternative)
            if len(alternative.terms) > 1:
                continue
            if term.whole_words and len(term.text) >= TYPO_LETTERS + term.open_end and term.text.isalpha():
                self.by_letter.setdefault(term.text[0], []).append(term)
            elif len(term.text) >= TYPO_CHARACTERS and CHINESE.fullmatch(term.text):
                for half in (term.text[:2], term.text[len(term.text) // 2 :][:2]):
                    self.by_half.setdefault(half, []).append(term)


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """`groups` must all be met, `in_order` if so; none of `excluded` may stand in the same clauses."""

    written: str
    groups: tuple[Group, ...]
    in_order: bool
    excluded: Group | None
    is_partial: bool
    smallest_first: tuple[int, ...]
    """The numbers of the groups: the smaller a group, the sooner it shows that the expression is not met."""


def parse_expression(written: str) -> Expression:
    """Parse an expression as an editor wrote it; raises InvalidExpression."""
    is_partial = written.lstrip().startswith(("~", "～"))
    start = len(written) - len(written.lstrip()) + 1 if is_partial else 0
    if not written[start:].strip():
        raise InvalidExpression("empty", "An expression needs at least one letter, digit or symbol.", 0)
    groups: list[Group] = []
    excluded: Group | None = None
    signs: set[str] = set()
    sign_before = ""
    for sign, position, text in _groups(written, start):
        try:
            group = _group(text)
        except InvalidExpression as fault:
            raise InvalidExpression(fault.key, fault.message, max(0, position + fault.position)) from None
        if sign_before == "!":
            raise InvalidExpression("after-exclusion", "What is excluded by ! has to come last.", position - 1)
        if sign == "!":
            excluded = group
        else:
            groups.append(group)
            signs.update(sign)
        sign_before = sign
    if len(signs) > 1:
        raise InvalidExpression("mixed-signs", "Use either + or > between the groups of a line.", 0)
    smallest_first = sorted(range(len(groups)), key=lambda number: len(groups[number].by_start))
    return Expression(written, tuple(groups), ">" in signs, excluded, is_partial, tuple(smallest_first))


def check_expression(written: str) -> None:
    """Raise InvalidExpression unless `written` can be used in a rubric."""
    if compiled(written) is None:
        parse_expression(written)


@lru_cache(maxsize=16_384)
def compiled(written: str) -> Expression | None:
    """The parsed expression; None for an invalid one.

    Editors see faults when they save. A frozen question version cannot be repaired any more, and one faulty expression
    in it must not keep a candidate from the result.
    """
    try:
        return parse_expression(written)
    except InvalidExpression:
        return None


def _groups(written: str, start: int) -> list[tuple[str, int, str]]:
    """The sign before each group, where the group begins, and its text."""
    found: list[tuple[str, int, str]] = []
    sign, begin, at = "", start, start
    while at < len(written):
        char = written[at]
        if char in QUOTES and (end := written.find(QUOTES[char], at + 1)) > at:
            at = end
        elif SIGNS.get(char) in ("+", ">", "!"):
            if char in "+>" and not {written[at - 1 : at], written[at + 1 : at + 2]} & {" ", ""}:
                message = "Put spaces around the sign, or quotation marks around a formula."
                raise InvalidExpression("no-spaces", message, at)
            found.append((sign, begin, written[begin:at]))
            sign, begin = SIGNS[char], at + 1
        at += 1
    found.append((sign, begin, written[begin:]))
    return found


@lru_cache(maxsize=16_384)
def _group(text: str) -> Group:
    """Raises InvalidExpression with a position in this text, -1 for the sign before it."""
    body, position = _without_parentheses(text)
    alternatives: list[Alternative] = []
    begin = at = 0
    pieces: list[tuple[int, str]] = []
    while at < len(body):
        char = body[at]
        if char in QUOTES and (end := body.find(QUOTES[char], at + 1)) > at:
            at = end
        elif SIGNS.get(char) == "|":
            pieces.append((begin, body[begin:at]))
            begin = at + 1
        at += 1
    pieces.append((begin, body[begin:]))
    for offset, piece in pieces:
        alternatives += _alternatives(piece, position + offset)
    if len(alternatives) > MOST_ALTERNATIVES:
        message = f"A group may have {MOST_ALTERNATIVES} alternatives at most."
        raise InvalidExpression("too-many", message, position)
    return Group(tuple(dict.fromkeys(alternatives)))


def _without_parentheses(text: str) -> tuple[str, int]:
    """Parentheses around the whole group are for the eye; around a part of its alternatives they would mislead.

    What is inside, and where it begins.
    """
    stripped = text.strip()
    offset = text.find(stripped) if stripped else 0
    if (
        stripped
        and stripped[0] in OPENING
        and stripped[-1] in CLOSING
        and not set(stripped[1:-1]) & set(OPENING + CLOSING)
    ):
        return stripped[1:-1], offset + 1
    depth = 0
    for at, char in enumerate(QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)):
        depth += (char in OPENING) - (char in CLOSING)
        if depth > 0 and SIGNS.get(char) == "|":
            message = "Parentheses have to stand around the whole group: write each alternative out."
            raise InvalidExpression("inner-parentheses", message, at)
    return text, 0


def _alternatives(piece: str, position: int) -> list[Alternative]:
    body = piece.strip()
    if not body:
        raise InvalidExpression("empty-alternative", "Something is missing beside this sign.", position - 1)
    position += piece.find(body)
    if body[0] in QUOTES and body[-1] == QUOTES[body[0]] and len(body) > 1:
        return [Alternative((_term(body[1:-1], position + 1, open_end=False),))]
    if body[0] == "@":
        if body[1:] not in GROUPS:
            names = ", ".join(f"@{name}" for name in GROUPS)
            raise InvalidExpression("unknown-group", f"There is no such group; there are {names}.", position)
        return [alternative for word in GROUPS[body[1:]] for alternative in _alternatives(word, position)]
    terms, begin = [], 0
    for gap in [*GAP.finditer(body), None]:
        part = body[begin : gap.start() if gap else len(body)]
        if not part.strip():
            raise InvalidExpression("gap-at-end", "Words have to stand on both sides of a gap.", position + begin)
        terms.append(_starred(part, position + begin))
        begin = gap.end() if gap else begin
    return [Alternative(tuple(terms))]


def _starred(part: str, position: int) -> Term:
    body = part.rstrip()
    open_end = body[-1:] in STARS and bool(body)
    if open_end:
        body = body[:-1]
    for at, char in enumerate(body):
        if char in STARS:
            raise InvalidExpression("star-not-last", "A * may only stand at the end of a word.", position + at)
    return _term(body, position, open_end=open_end)


def _term(text: str, position: int, *, open_end: bool) -> Term:
    normalised = normalise(text).text
    if not normalised:
        raise InvalidExpression("empty", "An expression needs at least one letter, digit or symbol.", position)
    return _shared_term(normalised, open_end)


@lru_cache(maxsize=65_536)
def _shared_term(normalised: str, open_end: bool) -> Term:
    if normalised.isascii():
        return Term(normalised, whole_words=True, open_end=open_end)
    return Term(normalised.replace(" ", ""), whole_words=False, open_end=open_end)
