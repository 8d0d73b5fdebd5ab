"""The Markdown form of the bank's Chinese texts, as people write and send it. Pure: text in, entries out, and back.

Each entry is a block with its headings in this order; empty lines around a text do not belong to it:

    ### 7. 标题

    #### 面试题：
    题面

    **答案：**
    参考答案

    **解析：**
    解析
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEADING = re.compile(r"### (\d{1,9})\. +(\S.*)")
PROMPT, ANSWER, EXPLANATION = "#### 面试题：", "**答案：**", "**解析：**"
PARTS = (PROMPT, ANSWER, EXPLANATION)


@dataclass(frozen=True, slots=True)
class Entry:
    """One question's Chinese texts, none with white space around it; only the explanation may be empty."""

    number: int
    title: str
    prompt: str
    reference_answer: str
    explanation: str


class MalformedMarkdown(ValueError):
    """Text that is not in the form; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


def parse(source: str) -> list[Entry]:
    """The entries in their order; MalformedMarkdown where the text is not in the form."""
    rows = source.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [index for index, row in enumerate(rows) if HEADING.fullmatch(row.rstrip())]
    for index, row in enumerate(rows[: starts[0] if starts else None]):
        if row.strip():
            raise MalformedMarkdown(index + 1, "expected the heading of an entry, such as “### 1. 标题”")
    if not starts:
        raise MalformedMarkdown(1, "there is no entry; each begins with a heading such as “### 1. 标题”")
    entries: dict[int, Entry] = {}
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        entry = _entry(rows[start:end], start)
        if entry.number in entries:
            raise MalformedMarkdown(start + 1, f"there is an entry {entry.number} already")
        entries[entry.number] = entry
    return list(entries.values())


def write(entries: Iterable[Entry]) -> str:
    """The entries in the form, so that `parse` gives them back; ValueError for one that the form cannot hold."""
    return "\n".join(_block(entry) for entry in entries)


def _entry(rows: list[str], offset: int) -> Entry:
    heading = HEADING.fullmatch(rows[0].rstrip())
    assert heading, "an entry begins with its heading"  # noqa: S101  (parse has cut the text there)
    marks = [(index, row.rstrip()) for index, row in enumerate(rows) if row.rstrip() in PARTS]
    for position, part in enumerate(PARTS):
        if position == len(marks):
            raise MalformedMarkdown(offset + 1, f"entry {heading[1]} has no “{part}”")
        if marks[position][1] != part:
            raise MalformedMarkdown(offset + marks[position][0] + 1, f"expected “{part}” of entry {heading[1]} first")
    if len(marks) > len(PARTS):
        raise MalformedMarkdown(offset + marks[len(PARTS)][0] + 1, f"“{marks[len(PARTS)][1]}” comes twice")
    places = [index for index, _ in marks]
    between, prompt, answer, explanation = _texts(rows, [0, *places])
    if between:
        raise MalformedMarkdown(offset + 2, f"expected “{PROMPT}” right after the heading of entry {heading[1]}")
    for text, (place, part) in zip((prompt, answer), marks, strict=False):
        if not text:
            raise MalformedMarkdown(offset + place + 1, f"there is nothing under “{part}” of entry {heading[1]}")
    return Entry(int(heading[1]), heading[2], prompt, answer, explanation)


def _texts(rows: list[str], places: list[int]) -> Iterator[str]:
    """What stands between one heading and the next."""
    for place, end in zip(places, [*places[1:], len(rows)], strict=True):
        yield "\n".join(rows[place + 1 : end]).strip()


def _block(entry: Entry) -> str:
    block = (
        f"### {entry.number}. {entry.title}\n\n"
        f"{PROMPT}\n{entry.prompt}\n\n"
        f"{ANSWER}\n{entry.reference_answer}\n\n"
        f"{EXPLANATION}\n{entry.explanation}"
    ).rstrip() + "\n"
    try:
        same = parse(block) == [entry]
    except MalformedMarkdown:
        same = False
    if not same:
        raise ValueError(f"entry {entry.number} has a text that looks like one of the form's own headings, or is empty")
    return block
