"""Choosing from the bank by topic, difficulty and search. Pure: rows in, ids and counts out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody asked for; "" means all."""

    topic: str = ""
    difficulty: str = ""
    query: str = ""
    new: bool = False

    @property
    def is_active(self) -> bool:
        return bool(self.topic or self.difficulty or self.query or self.new)


@dataclass(frozen=True, slots=True)
class Row:
    """A question, as much of it as choosing needs."""

    id: int
    topic: str
    difficulty: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`ids` in the order of the rows; the counts say how many there would be under another of the filters."""

    ids: list[int]
    topics: Counter[str]
    difficulties: Counter[str]
    new: Counter[bool]


def choose(rows: Iterable[Row], filters: Filters) -> Choice:
    """Those of the rows, all found by the search already, that match topic, difficulty and newness."""
    rows = list(rows)

    def left(*, topic: str, difficulty: str, new: bool) -> list[Row]:
        return [
            row
            for row in rows
            if topic in ("", row.topic) and difficulty in ("", row.difficulty) and (row.new or not new)
        ]

    return Choice(
        ids=[row.id for row in left(topic=filters.topic, difficulty=filters.difficulty, new=filters.new)],
        topics=Counter(row.topic for row in left(topic="", difficulty=filters.difficulty, new=filters.new)),
        difficulties=Counter(row.difficulty for row in left(topic=filters.topic, difficulty="", new=filters.new)),
        new=Counter(row.new for row in left(topic=filters.topic, difficulty=filters.difficulty, new=False)),
    )
