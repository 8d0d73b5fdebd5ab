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

    @property
    def is_active(self) -> bool:
        return bool(self.topic or self.difficulty or self.query)


@dataclass(frozen=True, slots=True)
class Row:
    """A question, as much of it as choosing needs."""

    id: int
    topic: str
    difficulty: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`ids` in the order of the rows; the counts say how many there would be under another topic or difficulty."""

    ids: list[int]
    topics: Counter[str]
    difficulties: Counter[str]


def choose(rows: Iterable[Row], filters: Filters) -> Choice:
    """Those of the rows, all found by the search already, that match topic and difficulty."""
    rows = list(rows)
    of_topic = [row for row in rows if filters.topic in ("", row.topic)]
    of_difficulty = [row for row in rows if filters.difficulty in ("", row.difficulty)]
    return Choice(
        ids=[row.id for row in of_topic if filters.difficulty in ("", row.difficulty)],
        topics=Counter(row.topic for row in of_difficulty),
        difficulties=Counter(row.difficulty for row in of_topic),
    )
