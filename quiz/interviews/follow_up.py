"""Which follow-up an interviewer asks. Pure: what was said and how it was marked in, a key point out."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from quiz.marking import Marking, Outcome, Rubric

LEAST_TIME = timedelta(seconds=30)
"""With less left, nobody could answer one more question."""

URGENCY = [Outcome.CONTRADICTED, Outcome.MISSED, Outcome.PARTLY]


def is_wanted(*, answers: Sequence[str], most: int, left: timedelta) -> bool:
    """Whether one more follow-up may be asked after these: the answer to the question, then those to its follow-ups.

    Who says nothing gets one, as help; who has nothing to say to that either is left in peace.
    """
    asked = len(answers) - 1
    has_given_up = asked > 0 and not any(answer.strip() for answer in answers)
    return asked < most and left >= LEAST_TIME and not has_given_up


def key_point_to_ask(
    *, rubric: Rubric, follow_ups: Sequence[str], markings: Sequence[Marking], asked: Collection[int]
) -> int | None:
    """The position of the most important key point that is still open, None where there is none.

    `follow_ups` are the texts by position, empty where there is none; `markings` are those of the answer to the
    question and of the answers to its follow-ups, in this order, each against the whole rubric; `asked` are the
    positions that had their follow-up. Contradicted comes before missed, and that before partly covered; then the
    weight decides, then the rubric's order.
    """
    said = _said_last(markings)
    outcomes = {point: said.get(point.position, Outcome.MISSED) for point in rubric.points if point.scored}
    still_open = [
        point
        for point, outcome in outcomes.items()
        if outcome in URGENCY and point.position not in asked and follow_ups[point.position].strip()
    ]
    first = min(still_open, key=lambda point: (URGENCY.index(outcomes[point]), -point.weight), default=None)
    return None if first is None else first.position


def _said_last(markings: Sequence[Marking]) -> dict[int, Outcome]:
    """What the candidate said last on each key point that came up at all."""
    return {
        mark.position: mark.outcome
        for marking in markings
        for mark in marking.marks
        if mark.outcome is not Outcome.MISSED
    }
