"""The difference between two texts, readable in Chinese and in English."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A Chinese character is a token as a Latin word is: comparing words letter by letter leaves rubble.
TOKEN = re.compile(r"\s+|[^\W\u3040-\u30ff\u3400-\u9fff]+|.", re.DOTALL)
# Two or three characters that two changes happen to have between them read better as part of the change.
SHORTEST_COMMON = 3
# Comparing tokens takes quadratic time: whatever is longer is shown as replaced as a whole.
LONGEST_COMPARED = 4000


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"
    """Stands for a stretch that is the same; has no text."""


@dataclass(frozen=True, slots=True)
class Change:
    kind: Kind
    text: str


@dataclass(slots=True)
class _Block:
    before: str
    after: str
    same: bool


def difference(before: str, after: str) -> list[Change]:
    """What is the same, removed and added, in reading order.

    Everything but the added joined is `before`; everything but the removed joined is `after`.
    """
    blocks = _without_rubble(_blocks(before, after))
    changes: list[Change] = []
    for block in blocks:
        if block.same:
            changes.append(Change(Kind.SAME, block.before))
            continue
        if block.before:
            changes.append(Change(Kind.REMOVED, block.before))
        if block.after:
            changes.append(Change(Kind.ADDED, block.after))
    return changes


def shortened(changes: Sequence[Change], context: int = 40) -> list[Change]:
    """The same changes with `context` characters around each; long stretches in between are skipped."""
    short: list[Change] = []
    for index, change in enumerate(changes):
        first, last = index == 0, index == len(changes) - 1
        if change.kind is not Kind.SAME or len(change.text) <= 2 * context:
            short.append(change)
            continue
        if not first:
            short.append(Change(Kind.SAME, change.text[:context]))
        short.append(Change(Kind.SKIPPED, ""))
        if not last:
            short.append(Change(Kind.SAME, change.text[-context:]))
    return short


def _blocks(before: str, after: str) -> Iterator[_Block]:
    """Lines first, then the tokens of the lines that differ: fast, and a moved comma marks no paragraph."""
    for block in _compared(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if block.same or not (block.before and block.after) or len(block.before) + len(block.after) > LONGEST_COMPARED:
            yield block
        else:
            yield from _compared(TOKEN.findall(block.before), TOKEN.findall(block.after))


def _compared(before: list[str], after: list[str]) -> Iterator[_Block]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        yield _Block("".join(before[start:end]), "".join(after[other_start:other_end]), tag == "equal")


def _without_rubble(blocks: Iterable[_Block]) -> list[_Block]:
    """Neighbouring changes as one, with the short common stretches between them."""
    joined: list[_Block] = []
    for block in blocks:
        if joined and joined[-1].same == block.same:
            _append(joined[-1], block)
        elif len(joined) >= 2 and not block.same and len(joined[-1].before.strip()) < SHORTEST_COMMON:
            common = joined.pop()
            _append(joined[-1], common)
            _append(joined[-1], block)
        else:
            joined.append(_Block(block.before, block.after, block.same))
    return joined


def _append(block: _Block, other: _Block) -> None:
    block.before += other.before
    block.after += other.after
