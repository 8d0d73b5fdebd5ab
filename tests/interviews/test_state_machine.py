"""Any order of what candidates' pages, the clock and `finish_overdue` do, beside a model written from the design.

The model knows of each slot what is stored and who stored it, and of each sitting whether and how it ended. After every
step the database has to hold the same; what the design promises beyond that is checked without the model.
"""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from quiz.interviews.models import LONGEST, Attempt, Ended, Response
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import (
    LATE_TEXTS_APART,
    AlreadyRunning,
    Draft,
    Save,
    Saved,
    close_overdue,
    finish_attempt,
    hand_in,
    start_attempt,
    toggle_flag,
    visit_slot,
)
from tests.base import NOW, make_bank, save_draft

TOLERANCE = django_settings.LATE_TOLERANCE
A_MOMENT = timedelta(milliseconds=1)
A_SECOND = timedelta(seconds=1)
DELAYS = [timedelta(0)] * 4 + [A_SECOND, TOLERANCE, TOLERANCE + A_SECOND]
SLOTS = (1, 2)
COMPARED = ("answer", "revision", "page", "seq", "seconds", "flagged")
Rows = dict[Any, dict[str, Any]]

# Few texts, so that one page often writes what another has written; one is a part of another, two look empty.
texts = st.sampled_from(["", " \n", "alpha", "alpha beta", "beta", "注意力", "注意力机制"])
slots = st.sampled_from(SLOTS)
minutes = st.sampled_from([1, 15, 15, 180])
spent = st.sampled_from([0, 1, 20, 10**6])
# Saves before which nothing ends an interview: without it most interviews would be over before two pages meet in one.
calms = st.sampled_from([0, 3, 6, 12])
# A request reads the clock once, and others may have been quicker since.
under_way = st.sampled_from(DELAYS)
while_writing = st.sampled_from([A_MOMENT, A_SECOND, 20 * A_SECOND, 300 * A_SECOND])
around_the_end = st.sampled_from(
    [
        -A_SECOND,
        -A_MOMENT,
        timedelta(0),
        A_MOMENT,
        TOLERANCE - A_MOMENT,
        TOLERANCE,
        TOLERANCE + A_MOMENT,
        900 * A_SECOND,
    ]
)


@dataclass
class Slot:
    """What is stored, and the page (with its sequence number) that stored it last."""

    answer: str = ""
    revision: int = 0
    page: str = ""
    seq: int = 0
    seconds: int = 0
    flagged: bool = False
    late: list[str] = field(default_factory=list)

    def was_seen_by(self, draft: Draft) -> bool:
        """The page has itself stored it, earlier; or, where another one has, it has seen what that one stored."""
        if draft.page != "" and draft.page == self.page:
            return self.seq < draft.seq
        return draft.revision == self.revision


@dataclass(eq=False)
class Sitting:
    """One attempt as it has to be."""

    attempt_id: uuid.UUID
    owner: str
    started_at: datetime
    deadline: datetime
    place: int = 1
    finished_at: datetime | None = None
    ended: str = ""
    slots: dict[int, Slot] = field(default_factory=lambda: {slot: Slot() for slot in SLOTS})

    def load(self) -> Attempt:
        return Attempt.objects.get(pk=self.attempt_id)

    def has_closed_by(self, now: datetime) -> bool:
        return self.finished_at is not None or now > self.deadline + TOLERANCE

    def save(self, draft: Draft, now: datetime) -> Save:
        slot = self.slots[draft.slot]
        if self.has_closed_by(now):
            if draft.answer.strip() and draft.answer != slot.answer:
                slot.late.append(draft.answer)
            return Save.LATE
        if not slot.was_seen_by(draft):
            return Save.STORED if draft.answer == slot.answer else Save.CONFLICT
        slot.revision += draft.answer != slot.answer
        slot.answer, slot.page, slot.seq = draft.answer, draft.page, draft.seq
        slot.seconds = min(slot.seconds + draft.seconds, LONGEST)
        return Save.STORED

    def finish(self, now: datetime) -> bool:
        if self.finished_at is not None or self.deadline <= now <= self.deadline + TOLERANCE:
            return False
        if now < self.deadline:
            self.finished_at, self.ended = now, Ended.SUBMITTED
        else:
            self.finished_at, self.ended = self.deadline, Ended.TIMED_OUT
        for slot in self.slots.values():
            slot.seconds = min(slot.seconds, self.used_seconds)
        return True

    @property
    def used_seconds(self) -> int:
        assert self.finished_at is not None
        return int((self.finished_at - self.started_at).total_seconds())


@dataclass(eq=False)
class Tab:
    """A page that is open. Its attempt is the one of when it was opened: as old as a request can have it, and older."""

    sitting: Sitting
    attempt: Attempt
    slot: int
    page: str
    revision: int
    seq: int = 0
    sent: list[Draft] = field(default_factory=list)

    def write(self, text: str, seconds: int) -> Draft:
        self.seq += 1  # without a page it must not count
        draft = Draft(
            slot=self.slot, answer=text, revision=self.revision, page=self.page, seq=self.seq, seconds=seconds
        )
        self.sent.append(draft)
        return draft

    def see(self) -> None:
        """Learn the stored revision, as from the reply to a save, a reload or a choice between two texts."""
        self.revision = self.sitting.slots[self.slot].revision


may_end = precondition(lambda machine: machine.saves >= machine.calm)


class Interviews(RuleBasedStateMachine):
    tabs = Bundle("tabs")
    sittings = st.runner().flatmap(lambda machine: st.sampled_from(machine.sittings_so_far))

    def __init__(self, users: dict[str, User]) -> None:
        super().__init__()
        self.users = users
        self.now = NOW
        self.pages = itertools.count(1)
        self.saves = self.calm = 0
        self.sittings_so_far: list[Sitting] = []
        self.attempts_before: Rows = {}
        self.responses_before: Rows = {}
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        """The next example finds the bank and the users, and nothing of this one."""
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # Starting, and looking

    @initialize(target=tabs, minutes=minutes, calm=calms)
    def alice_and_bob_start(self, minutes, calm):
        self.calm = calm
        self.begin("alice", minutes, seed=1)
        self.begin("bob", minutes, seed=2)
        return self.open(self.sittings_so_far[0], slot=1, has_scripts=True)

    @rule(owner=st.sampled_from(["alice", "bob"]), minutes=minutes, seed=st.integers(0, 9))
    def start(self, owner, minutes, seed):
        own = [sitting for sitting in self.sittings_so_far if sitting.owner == owner]
        if all(sitting.has_closed_by(self.now) for sitting in own):
            for sitting in own:
                sitting.finish(self.now)
            self.begin(owner, minutes, seed)
        else:
            with pytest.raises(AlreadyRunning):
                self.begin(owner, minutes, seed)

    def begin(self, owner: str, minutes: int, seed: int) -> None:
        recipe = Recipe(language="en", count=len(SLOTS), minutes=minutes)
        attempt = start_attempt(user=self.users[owner], recipe=recipe, now=self.now, seed=seed)
        sitting = Sitting(attempt.pk, owner, self.now, self.now + timedelta(minutes=minutes))
        self.sittings_so_far.append(sitting)
        self.saves = 0

    @rule(target=tabs, sitting=sittings, slot=slots, has_scripts=st.booleans())
    def open(self, sitting, slot, has_scripts):
        page = f"page-{next(self.pages)}" if has_scripts else ""
        return Tab(sitting, sitting.load(), slot, page, sitting.slots[slot].revision)

    def open_beside(self, tab: Tab) -> Tab:
        other = Tab(tab.sitting, tab.sitting.load(), tab.slot, f"page-{next(self.pages)}", 0)
        other.see()
        return other

    @rule(tab=tabs)
    def load_again(self, tab):
        tab.attempt = tab.sitting.load()
        tab.see()

    @rule(tab=tabs, slot=slots)
    def move(self, tab, slot):
        visit_slot(attempt=tab.sitting.load(), slot=slot)
        tab.sitting.place = tab.slot = slot
        tab.see()

    @rule(tab=tabs)
    def flag(self, tab):
        toggle_flag(attempt=tab.attempt, slot=tab.slot)
        if tab.sitting.finished_at is None:
            tab.sitting.slots[tab.slot].flagged ^= True

    # Writing

    @rule(tab=tabs, saves=st.lists(st.tuples(texts, spent, under_way, st.booleans()), min_size=1, max_size=4))
    def save(self, tab, saves):
        for text, seconds, ago, does_the_reply_arrive in saves:
            outcome = self.send(tab, tab.write(text, seconds), ago)
            if outcome is Save.STORED and does_the_reply_arrive:
                tab.see()

    @rule(tab=tabs, text=texts, ago=under_way)
    def save_beside_another_page(self, tab, text, ago):
        """The page opens where another one is, and each saves what the other has not seen."""
        other = self.open_beside(tab)
        for page, its_text in ((tab, text), (other, f"{text} beside"), (tab, f"{text} again")):
            self.send(page, page.write(its_text, seconds=1), ago)

    @rule(tab=tabs, data=st.data(), ago=under_way)
    def a_draft_arrives_again_or_out_of_turn(self, tab, data, ago):
        if tab.sent:
            self.send(tab, data.draw(st.sampled_from([tab.sent[-1], *tab.sent])), ago)

    @rule(tab=tabs, text=texts, seconds=spent)
    def save_twice_because_the_reply_was_lost(self, tab, text, seconds):
        draft = tab.write(text, seconds)
        self.send(tab, draft, timedelta(0))
        self.send(tab, draft, timedelta(0))

    @rule(tab=tabs, text=texts, back=st.integers(1, 3), ago=under_way)
    def save_from_a_page_that_has_slept(self, tab, text, back, ago):
        stored = tab.sitting.slots[tab.slot]
        if back <= stored.revision:
            draft = Draft(slot=tab.slot, answer=text, revision=stored.revision - back, page="page-asleep", seq=9)
            outcome = self.send(tab, draft, ago)
            assert outcome is not Save.STORED or text == stored.answer

    def send(self, tab: Tab, draft: Draft, ago: timedelta) -> Save:
        self.saves += 1
        now = self.moment(tab, ago)
        expected = tab.sitting.save(draft, now)
        saved = save_draft(tab.attempt, draft, now=now)
        assert saved == Saved(expected, tab.sitting.slots[draft.slot].revision)
        self.all_is_as_it_should_be()
        return expected

    def moment(self, tab: Tab, ago: timedelta) -> datetime:
        return max(tab.sitting.started_at, self.now - ago)

    # Ending

    @may_end
    @rule(tab=tabs, text=st.none() | texts, ago=under_way)
    def hand_in(self, tab, text, ago):
        self.send_hand_in(tab, None if text is None else tab.write(text, seconds=1), ago)

    @rule(tab=tabs, text=texts, ago=under_way)
    def hand_in_with_an_answer_that_another_page_has_replaced(self, tab, text, ago):
        other = self.open_beside(tab)
        self.send(other, other.write(f"{text} beside", seconds=1), timedelta(0))
        draft = Draft(slot=tab.slot, answer=text, revision=0)
        if tab.sitting.slots[tab.slot].revision:
            self.send_hand_in(tab, draft, ago)

    @may_end
    @rule(tab=tabs, text=texts, ago=under_way)
    def hand_in_while_another_page_saves(self, tab, text, ago):
        other = self.open_beside(tab)
        self.send_hand_in(tab, None, timedelta(0))
        self.send(other, other.write(text, seconds=1), ago)

    def send_hand_in(self, tab: Tab, draft: Draft | None, ago: timedelta) -> None:
        now = self.moment(tab, ago)
        expected = Save.STORED if draft is None else tab.sitting.save(draft, now)
        if expected is not Save.CONFLICT:
            tab.sitting.finish(now)
        assert hand_in(attempt=tab.attempt, draft=draft, now=now) is expected
        self.all_is_as_it_should_be()

    @may_end
    @rule(tab=tabs, ago=under_way)
    def finish(self, tab, ago):
        now = self.moment(tab, ago)
        expected = tab.sitting.finish(now)
        assert finish_attempt(attempt=tab.attempt, now=now) is expected
        assert (tab.attempt.finished_at, tab.attempt.ended) == (tab.sitting.finished_at, tab.sitting.ended)

    @rule(owner=st.sampled_from(["alice", "bob", None]))
    def expire(self, owner):
        closed = [one for one in self.sittings_so_far if owner in (None, one.owner) and one.has_closed_by(self.now)]
        ended = sum(sitting.finish(self.now) for sitting in closed)
        assert close_overdue(now=self.now, user=self.users.get(owner)) == ended

    # Time

    @rule(step=while_writing)
    def time_passes(self, step):
        self.now += step

    @may_end
    @rule(sitting=sittings, offset=around_the_end)
    def the_end_comes(self, sitting, offset):
        self.now = max(self.now, sitting.deadline + offset)

    # What holds after every step

    @invariant()
    def all_is_as_it_should_be(self):
        attempts = {row["id"]: row for row in Attempt.objects.values()}
        responses = {(row["attempt_id"], row["slot"]): row for row in Response.objects.values()}
        self.the_database_holds_what_the_model_holds(attempts, responses)
        self.the_design_keeps_its_promises(attempts, responses)
        self.attempts_before, self.responses_before = attempts, responses

    def the_database_holds_what_the_model_holds(self, attempts: Rows, responses: Rows) -> None:
        assert len(attempts) == len(self.sittings_so_far)
        for sitting in self.sittings_so_far:
            attempt = attempts[sitting.attempt_id]
            assert (attempt["started_at"], attempt["deadline"]) == (sitting.started_at, sitting.deadline)
            assert (attempt["finished_at"], attempt["ended"]) == (sitting.finished_at, sitting.ended)
            assert attempt["current_slot"] == sitting.place
            for number, slot in sitting.slots.items():
                response = responses[sitting.attempt_id, number]
                assert {name: response[name] for name in COMPARED} == {name: getattr(slot, name) for name in COMPARED}
                assert all(text in response["late_text"] for text in slot.late)
                assert set(response["late_text"].split(LATE_TEXTS_APART)) <= {"", *slot.late}

    def the_design_keeps_its_promises(self, attempts: Rows, responses: Rows) -> None:
        """Without the model: from what the database holds now, and held a step ago."""
        running = [attempt["user_id"] for attempt in attempts.values() if attempt["finished_at"] is None]
        assert len(running) == len(set(running)), "a candidate has two running attempts"
        for key, attempt in attempts.items():
            before = self.attempts_before.get(key, attempt)
            if attempt["finished_at"] is not None:
                assert attempt["finished_at"] <= min(attempt["deadline"], self.now)
            if before["finished_at"] is not None:
                assert (before["finished_at"], before["ended"]) == (attempt["finished_at"], attempt["ended"])
        for key, response in responses.items():
            attempt = attempts[response["attempt_id"]]
            before = self.responses_before.get(key, response)
            assert response["closed"] == (attempt["finished_at"] is not None)
            assert response["revision"] - before["revision"] == (response["answer"] != before["answer"])
            assert response["late_text"].startswith(before["late_text"])
            used = attempt["finished_at"] and (attempt["finished_at"] - attempt["started_at"]).total_seconds()
            assert response["seconds"] <= (LONGEST if used is None else used)
            if before["closed"]:
                assert all(response[name] == before[name] for name in ("closed", *COMPARED))
            if self.now > attempt["deadline"] + TOLERANCE + max(DELAYS):
                assert response["answer"] == before["answer"]


@pytest.mark.django_db
def test_no_order_of_events_breaks_what_the_design_promises(alice, bob):
    make_bank()
    run_state_machine_as_test(
        lambda: Interviews({"alice": alice, "bob": bob}),
        settings=settings(max_examples=100, stateful_step_count=25, deadline=None),
    )
