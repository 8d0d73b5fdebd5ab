"""Two at once, over connections of their own: the database lets one win, and nobody meets an exception."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from quiz.interviews.models import Attempt, Ended, Format
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import (
    AlreadyRunning,
    Draft,
    Save,
    close_overdue,
    finish_attempt,
    go_on,
    hand_in,
    start_attempt,
)
from tests.base import NOW, make_bank, save_draft

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised, all started together."""
    barrier = threading.Barrier(len(calls))
    outcomes: list[object] = [None] * len(calls)

    def run(index: int) -> None:
        barrier.wait()
        try:
            outcomes[index] = calls[index]()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def bank():
    make_bank(4)


@pytest.fixture
def start(bank, alice):
    """A new attempt each time, the one before it handed in."""

    def start() -> Attempt:
        for attempt in Attempt.objects.filter(finished_at=None):
            finish_attempt(attempt=attempt, now=NOW)
        return start_attempt(user=alice, recipe=Recipe(language="en", count=2), now=NOW)

    return start


def draft(answer: str) -> Draft:
    return Draft(slot=1, answer=answer, revision=0)


def test_of_two_tabs_that_save_one_wins(start):
    for _ in range(ROUNDS):
        attempt = start()
        outcomes = at_once(
            partial(save_draft, attempt, draft("one"), now=NOW),
            partial(save_draft, attempt, draft("two"), now=NOW),
        )
        assert sorted(saved.outcome.name for saved in outcomes) == ["CONFLICT", "STORED"]
        winner = "one" if outcomes[0].outcome is Save.STORED else "two"
        response = attempt.responses.get(slot=1)
        assert (response.answer, response.revision) == (winner, 1)


def test_of_two_starts_one_wins(bank, alice):
    for _ in range(ROUNDS):
        recipe = Recipe(language="en", count=2)
        outcomes = at_once(*[partial(start_attempt, user=alice, recipe=recipe, now=NOW)] * 2)
        assert {type(outcome) for outcome in outcomes} == {Attempt, AlreadyRunning}
        running = Attempt.objects.get(finished_at=None)
        assert running.responses.count() == 2
        finish_attempt(attempt=running, now=NOW)


def test_two_hand_ins_finish_once_and_lose_no_text(start):
    for _ in range(ROUNDS):
        attempt = start()
        outcomes = at_once(
            *[
                partial(hand_in, attempt=copy, draft=draft("last words"), now=NOW)
                for copy in (attempt, Attempt.objects.get(pk=attempt.pk))
            ]
        )
        assert set(outcomes) <= {Save.STORED, Save.LATE}
        assert Save.STORED in outcomes
        attempt.refresh_from_db()
        assert (attempt.ended, attempt.responses.get(slot=1).answer) == (Ended.SUBMITTED, "last words")


def test_a_save_that_races_a_hand_in_is_stored_or_kept_as_late(start):
    for _ in range(ROUNDS):
        attempt = start()
        tab = Attempt.objects.get(pk=attempt.pk)
        saved, handed_in = at_once(
            partial(save_draft, tab, draft("under way"), now=NOW),
            partial(finish_attempt, attempt=attempt, now=NOW),
        )
        response = attempt.responses.get(slot=1)
        assert handed_in is True
        kept = {Save.STORED: response.answer, Save.LATE: response.late_text}
        assert kept[saved.outcome] == "under way"


def test_several_that_end_the_overdue_end_each_once(start):
    attempt = start()
    later = attempt.deadline + timedelta(minutes=1)
    ended = at_once(*[partial(close_overdue, now=later)] * 4)
    assert sorted(ended) == [0, 0, 0, 1]


@pytest.fixture
def oral(start, alice):
    """As `start`, with an interviewer."""

    def oral() -> Attempt:
        finish_attempt(attempt=start(), now=NOW)
        return start_attempt(user=alice, recipe=Recipe(language="en", count=2, format=Format.INTERVIEWER), now=NOW)

    return oral


def test_two_tabs_that_go_on_do_so_once(oral):
    for _ in range(ROUNDS):
        attempt = oral()
        tabs = [Attempt.objects.get(pk=attempt.pk) for _ in range(2)]
        assert at_once(*[partial(go_on, attempt=tab, slot=1, now=NOW) for tab in tabs]) == [2, 2]
        asked = attempt.responses.order_by("slot").values_list("slot", "parent__slot", "closed")
        assert list(asked) == [(1, None, True), (2, 1, False), (3, None, True)]
        finish_attempt(attempt=attempt, now=NOW)


def test_a_save_that_races_going_on_is_stored_or_kept_as_late(oral):
    for _ in range(ROUNDS):
        attempt = oral()
        tab = Attempt.objects.get(pk=attempt.pk)
        saved, slot = at_once(
            partial(save_draft, tab, draft("under way"), now=NOW),
            partial(go_on, attempt=attempt, slot=1, now=NOW),
        )
        response = attempt.responses.get(slot=1)
        kept = {Save.STORED: response.answer, Save.LATE: response.late_text}
        assert (kept[saved.outcome], slot, response.closed) == ("under way", 2, True)
        finish_attempt(attempt=attempt, now=NOW)


def test_going_on_that_races_a_hand_in_leaves_nothing_open(oral):
    for _ in range(ROUNDS):
        attempt = oral()
        tab = Attempt.objects.get(pk=attempt.pk)
        slot, handed_in = at_once(
            partial(go_on, attempt=tab, slot=1, now=NOW),
            partial(finish_attempt, attempt=attempt, now=NOW),
        )
        assert (slot in (1, 2), handed_in) == (True, True)
        assert not attempt.responses.filter(closed=False).exists()
