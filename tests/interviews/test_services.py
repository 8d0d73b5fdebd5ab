from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from quiz.bank.services import retire_question
from quiz.interviews.models import LONGEST, Attempt, Ended, Response
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import (
    AlreadyRunning,
    Draft,
    NothingMatches,
    Save,
    Saved,
    close_overdue,
    finish_attempt,
    hand_in,
    start_attempt,
    toggle_flag,
    visit_slot,
)
from tests.base import NOW, make_bank, make_question, save_draft

pytestmark = pytest.mark.django_db
RECIPE = Recipe(language="zh-hans", count=3, minutes=15)
TOLERANCE = timedelta(seconds=5)


@pytest.fixture
def attempt(alice):
    make_bank()
    return start_attempt(user=alice, recipe=RECIPE, now=NOW, seed=1)


def answer_of(attempt, slot=1):
    return attempt.responses.get(slot=slot).answer


def draft(answer, revision=0, **fields):
    return Draft(slot=1, answer=answer, revision=revision, **fields)


class TestStarting:
    def test_it_draws_the_questions_and_starts_the_clock(self, attempt):
        assert list(attempt.responses.values_list("slot", flat=True)) == [1, 2, 3]
        assert attempt.deadline == NOW + timedelta(minutes=15)
        assert attempt.is_running

    def test_extra_time_lengthens_the_deadline_and_not_the_limit(self, alice):
        make_bank()
        alice.extra_time = Decimal("1.50")
        attempt = start_attempt(user=alice, recipe=RECIPE, now=NOW)
        assert attempt.time_limit == timedelta(minutes=15)
        assert attempt.deadline == NOW + timedelta(minutes=22.5)

    def test_a_second_running_attempt_is_refused_by_the_database(self, alice, attempt):
        with pytest.raises(AlreadyRunning):
            start_attempt(user=alice, recipe=RECIPE, now=NOW)
        twin = Attempt(
            user=alice, language="en", seed=1, started_at=NOW, time_limit=TOLERANCE, deadline=NOW + TOLERANCE
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()

    def test_one_whose_time_has_passed_does_not_stand_in_the_way(self, alice, attempt):
        again = start_attempt(user=alice, recipe=RECIPE, now=NOW + timedelta(hours=1))
        attempt.refresh_from_db()
        assert (attempt.ended, again.is_running) == (Ended.TIMED_OUT, True)

    def test_only_published_questions_of_the_choice_are_drawn(self, alice):
        questions = make_bank(8)
        make_question(9, publish=False)
        retire_question(question=questions[0])
        recipe = Recipe(language="en", topics=["attention", "training"], count=50)
        attempt = start_attempt(user=alice, recipe=recipe, now=NOW)
        drawn = {response.version.question for response in attempt.responses.all()}
        assert {question.topic.slug for question in drawn} == {"attention", "training"}
        assert drawn == {q for q in questions[1:] if q.topic.slug in recipe.topics}

    def test_nothing_matches(self, alice):
        make_bank()
        with pytest.raises(NothingMatches):
            start_attempt(user=alice, recipe=Recipe(language="en", difficulties=["hard"]), now=NOW)

    def test_the_next_interview_asks_what_was_not_asked(self, alice):
        make_bank(6)
        first = start_attempt(user=alice, recipe=RECIPE, now=NOW)
        finish_attempt(attempt=first, now=NOW)
        second = start_attempt(user=alice, recipe=RECIPE, now=NOW + timedelta(days=1))
        asked = [set(one.responses.values_list("version", flat=True)) for one in (first, second)]
        assert asked[0].isdisjoint(asked[1])


class TestSaving:
    def test_each_stored_change_raises_the_revision_by_one(self, attempt):
        assert save_draft(attempt, draft("one"), now=NOW) == Saved(Save.STORED, 1)
        assert save_draft(attempt, draft("two", revision=1), now=NOW) == Saved(Save.STORED, 2)
        response = attempt.responses.get(slot=1)
        assert (response.answer, response.revision, response.stored_at) == ("two", 2, NOW)

    def test_an_unchanged_text_keeps_its_revision_and_counts_its_seconds(self, attempt):
        now = NOW + timedelta(minutes=5)
        save_draft(attempt, draft("one", seconds=10), now=now)
        save_draft(attempt, draft("one", revision=1, seconds=7), now=now)
        response = attempt.responses.get(slot=1)
        assert (response.revision, response.seconds) == (1, 17)

    def test_a_stale_page_overwrites_nothing(self, attempt):
        save_draft(attempt, draft("new"), now=NOW)
        assert save_draft(attempt, draft("old"), now=NOW).outcome is Save.CONFLICT
        assert answer_of(attempt) == "new"

    def test_a_stale_page_with_the_very_text_that_is_stored_is_no_conflict(self, attempt):
        save_draft(attempt, draft("same"), now=NOW)
        assert save_draft(attempt, draft("same"), now=NOW).outcome is Save.STORED

    def test_the_same_page_saves_on_by_its_sequence_alone(self, attempt):
        save_draft(attempt, draft("one", page="page-one", seq=1), now=NOW)
        saved = save_draft(attempt, draft("two", page="page-one", seq=2), now=NOW).outcome
        assert (saved, answer_of(attempt)) == (Save.STORED, "two")

    def test_what_the_same_page_sent_earlier_and_arrives_later_changes_nothing(self, attempt):
        save_draft(attempt, draft("newer", page="page-one", seq=2), now=NOW)
        older = draft("older", page="page-one", seq=1)
        assert save_draft(attempt, older, now=NOW).outcome is Save.CONFLICT
        assert answer_of(attempt) == "newer"

    def test_an_older_save_of_the_page_does_not_return_though_the_revision_is_still_the_same(self, attempt):
        save_draft(attempt, draft("", page="page-one", seq=2), now=NOW)
        deleted = draft("typed, then deleted", page="page-one", seq=1)
        assert save_draft(attempt, deleted, now=NOW) == Saved(Save.CONFLICT, 0)
        assert answer_of(attempt) == ""

    def test_a_save_that_is_sent_twice_counts_its_seconds_once(self, attempt):
        now = NOW + timedelta(minutes=5)
        twice = draft("one", page="page-one", seq=1, seconds=50)
        for _ in range(2):
            assert save_draft(attempt, twice, now=now) == Saved(Save.STORED, 1)
        assert attempt.responses.get(slot=1).seconds == 50

    def test_pages_without_scripts_have_no_sequence_to_go_by(self, attempt):
        save_draft(attempt, draft("one", seq=1), now=NOW)
        assert save_draft(attempt, draft("two", seq=2), now=NOW).outcome is Save.CONFLICT

    @pytest.mark.parametrize("seconds", [0, 900, 905])
    def test_what_arrives_within_the_tolerance_counts(self, attempt, seconds):
        now = NOW + timedelta(seconds=seconds)
        assert save_draft(attempt, draft("in time"), now=now).outcome is Save.STORED

    def test_what_arrives_later_is_kept_and_not_stored(self, attempt):
        now = attempt.deadline + TOLERANCE + timedelta(milliseconds=1)
        assert save_draft(attempt, draft("too late"), now=now).outcome is Save.LATE
        response = attempt.responses.get(slot=1)
        assert (response.answer, response.late_text) == ("", "too late")

    def test_after_the_hand_in_a_save_is_late(self, attempt):
        stale = Attempt.objects.get(pk=attempt.pk)
        finish_attempt(attempt=attempt, now=NOW)
        assert save_draft(stale, draft("typed on"), now=NOW).outcome is Save.LATE
        assert attempt.responses.get(slot=1).late_text == "typed on"

    def test_a_late_retry_of_what_is_stored_is_no_late_text(self, attempt):
        save_draft(attempt, draft("one"), now=NOW)
        finish_attempt(attempt=attempt, now=NOW)
        save_draft(attempt, draft("one"), now=NOW)
        assert attempt.responses.get(slot=1).late_text == ""

    def test_the_seconds_of_a_mad_clock_end_at_the_longest_interview(self, attempt):
        now = NOW + timedelta(seconds=30)
        for revision in range(3):
            save_draft(attempt, draft(f"x{revision}", revision, seconds=2**31 - 1), now=now)
        assert attempt.responses.get(slot=1).seconds == LONGEST
        finish_attempt(attempt=attempt, now=now)
        assert attempt.responses.get(slot=1).seconds == 30

    def test_late_texts_of_two_tabs_are_both_kept(self, attempt):
        finish_attempt(attempt=attempt, now=NOW)
        for text in ("first tab", "second tab", "first tab"):
            save_draft(attempt, draft(text), now=NOW)
        assert attempt.responses.get(slot=1).late_text == "first tab\n\n---\n\nsecond tab"

    def test_a_late_text_that_is_part_of_another_is_kept_too(self, attempt):
        finish_attempt(attempt=attempt, now=NOW)
        for text in ("no, it is not", "it is"):
            save_draft(attempt, draft(text), now=NOW)
        assert attempt.responses.get(slot=1).late_text.endswith("\n\n---\n\nit is")

    def test_no_more_late_text_is_kept_than_ten_answers_and_the_page_is_told(self, attempt):
        finish_attempt(attempt=attempt, now=NOW)
        outcomes = [save_draft(attempt, draft(letter * 20_000), now=NOW).outcome for letter in "abcdefghijk"]
        assert set(outcomes[:9]) == {Save.LATE}
        assert outcomes[-1] is Save.FULL
        assert "k" not in attempt.responses.get(slot=1).late_text

    @pytest.mark.parametrize("hours", [0, 1])
    def test_there_is_no_such_slot(self, attempt, hours):
        with pytest.raises(Response.DoesNotExist):
            now = NOW + timedelta(hours=hours)
            save_draft(attempt, Draft(slot=9, answer="x", revision=0), now=now)

    def test_flagging_leaves_the_revision_alone(self, attempt):
        save_draft(attempt, draft("one"), now=NOW)
        toggle_flag(attempt=attempt, slot=1)
        response = attempt.responses.get(slot=1)
        assert (response.flagged, response.revision) == (True, 1)
        toggle_flag(attempt=attempt, slot=1)
        assert not attempt.responses.get(slot=1).flagged

    def test_the_place_is_remembered(self, attempt):
        visit_slot(attempt=attempt, slot=3)
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 3


class TestFinishing:
    def test_handing_in_carries_the_open_answer(self, attempt):
        assert hand_in(attempt=attempt, draft=draft("last words"), now=NOW) is Save.STORED
        assert (answer_of(attempt), attempt.ended, attempt.finished_at) == ("last words", Ended.SUBMITTED, NOW)
        assert not attempt.responses.filter(closed=False).exists()

    def test_a_conflict_in_the_open_answer_leaves_it_running(self, attempt):
        save_draft(attempt, draft("other tab"), now=NOW)
        assert hand_in(attempt=attempt, draft=draft("this tab"), now=NOW) is Save.CONFLICT
        assert Attempt.objects.get(pk=attempt.pk).is_running

    def test_finishing_twice_is_harmless(self, attempt):
        stale = Attempt.objects.get(pk=attempt.pk)
        assert finish_attempt(attempt=attempt, now=NOW) is True
        assert finish_attempt(attempt=stale, now=NOW + timedelta(minutes=1)) is False
        assert stale.finished_at == NOW

    @pytest.mark.parametrize("seconds", [0, 5])
    def test_nobody_cuts_the_tolerance_short(self, attempt, seconds):
        now = attempt.deadline + timedelta(seconds=seconds)
        assert hand_in(attempt=attempt, draft=draft("at zero"), now=now) is Save.STORED
        assert attempt.is_running
        assert save_draft(attempt, draft("other tab", revision=1), now=now).outcome is Save.STORED

    def test_an_attempt_past_its_tolerance_timed_out_at_its_deadline(self, attempt):
        finish_attempt(attempt=attempt, now=attempt.deadline + timedelta(hours=3))
        assert (attempt.ended, attempt.finished_at) == (Ended.TIMED_OUT, attempt.deadline)

    def test_closing_the_overdue_leaves_the_others(self, alice, bob, attempt):
        running = start_attempt(user=bob, recipe=Recipe(language="en", minutes=180), now=NOW)
        now = attempt.deadline + TOLERANCE
        assert close_overdue(now=now) == 0
        assert close_overdue(now=now + timedelta(seconds=1)) == 1
        assert close_overdue(now=now + timedelta(seconds=1)) == 0
        assert Attempt.objects.get(pk=running.pk).is_running
