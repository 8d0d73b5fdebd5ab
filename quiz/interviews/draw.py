"""Drawing an interview's questions. Pure: candidates, history and a seed in, questions out, the same each time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

NEVER = datetime.min.replace(tzinfo=UTC)
SEARCH_STEPS = 5_000
"""How long to look for a choice without overlaps: enough for a bank of hundreds, and milliseconds at the worst."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn. `seen` is when this candidate last met it, `avoid` the ids that overlap with it."""

    id: int
    topic: int = 0
    family: str = ""
    avoid: frozenset[int] = frozenset()
    seen: datetime | None = None


def families(candidates: list[Candidate]) -> list[list[Candidate]]:
    """Near-duplicates together; a question without a family is one of its own."""
    grouped: dict[str | int, list[Candidate]] = {}
    for candidate in candidates:
        grouped.setdefault(candidate.family or candidate.id, []).append(candidate)
    return list(grouped.values())


def draw(candidates: list[Candidate], *, count: int, seed: int) -> list[int]:
    """Ids of at most `count` questions, in the order in which they are asked.

    At most one of a family, and in a topic every family with the same chance, whatever its size. Families not seen
    lately come first, of these each topic in turn, and in a family the member not seen lately. Questions that overlap
    are drawn together only where the pool leaves no other choice.
    """
    random = Random(seed)  # noqa: S311  (fairness that can be repeated, not secrecy)
    one_of_each = [_preferred(family, random) for family in sorted(families(candidates), key=_first_id)]
    random.shuffle(one_of_each)
    ranked = _topics_in_turn(one_of_each)
    chosen = _without_overlaps(ranked, count) or _fewest_overlaps(ranked, count)
    random.shuffle(chosen)
    return [candidate.id for candidate in chosen]


def _first_id(family: list[Candidate]) -> int:
    return min(candidate.id for candidate in family)


def _preferred(family: list[Candidate], random: Random) -> tuple[datetime, Candidate]:
    """When the family was last seen, and its member that was not seen for the longest time."""
    members = sorted(family, key=lambda candidate: candidate.id)
    random.shuffle(members)
    last_seen = max(candidate.seen or NEVER for candidate in members)
    return last_seen, min(members, key=lambda candidate: candidate.seen or NEVER)


def _topics_in_turn(picks: list[tuple[datetime, Candidate]]) -> list[Candidate]:
    """Those not seen for the longest time first; of those last seen at one time one of each topic, then a second."""
    before: Counter[tuple[datetime, int]] = Counter()
    ranks = []
    for seen, candidate in picks:
        ranks.append((seen, before[seen, candidate.topic]))
        before[seen, candidate.topic] += 1
    order = sorted(range(len(picks)), key=ranks.__getitem__)
    return [picks[at][1] for at in order]


def _overlaps(one: Candidate, other: Candidate) -> bool:
    return other.id in one.avoid or one.id in other.avoid


def _without_overlaps(ranked: list[Candidate], count: int) -> list[Candidate]:
    """The best-ranked `count` candidates of which no two overlap, [] where there are none or the search is too long."""
    wanted = min(count, len(ranked))
    chosen: list[Candidate] = []
    untried: list[Iterator[int]] = [iter(range(len(ranked)))]
    for _ in range(SEARCH_STEPS):
        if len(chosen) == wanted:
            return chosen
        index = next(untried[-1], None)
        if index is None or len(ranked) - index < wanted - len(chosen):
            untried.pop()
            if not chosen:
                return []
            chosen.pop()
        elif not any(_overlaps(ranked[index], other) for other in chosen):
            chosen.append(ranked[index])
            untried.append(iter(range(index + 1, len(ranked))))
    return []


def _fewest_overlaps(ranked: list[Candidate], count: int) -> list[Candidate]:
    """Greedy: each time the best-ranked of those that overlap with the fewest already chosen."""
    left = list(ranked)
    chosen: list[Candidate] = []
    while left and len(chosen) < count:
        best = min(left, key=lambda candidate: sum(_overlaps(candidate, other) for other in chosen))
        left.remove(best)
        chosen.append(best)
    return chosen
