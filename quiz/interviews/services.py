"""Writes of interviews: starting, saving, flagging, finishing."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Least

from accounts.models import User
from quiz.bank.content import follow_up_of, rubric_of
from quiz.bank.models import Topic
from quiz.bank.queries import latest_versions, matching_questions
from quiz.interviews import clock
from quiz.interviews.draw import draw
from quiz.interviews.follow_up import is_wanted, key_point_to_ask
from quiz.interviews.models import LONGEST, MAX_ANSWER, Attempt, Blueprint, Ended, Response
from quiz.interviews.queries import candidates, exchange_of
from quiz.interviews.recipe import Recipe
from quiz.marking import mark


class AlreadyRunning(Exception):
    """The user has a running attempt: the database holds that there is one at most."""


class NothingMatches(Exception):
    """No published question is of the chosen topics and difficulties."""


def start_attempt(*, user: User, recipe: Recipe, now: datetime, seed: int | None = None) -> Attempt:
    """Draw the questions and start the clock.

    Fewer questions than asked for come out where fewer families match. Raises AlreadyRunning, NothingMatches.
    """
    close_overdue(now=now, user=user)
    seed = secrets.randbits(63) if seed is None else seed
    pool = matching_questions(topics=recipe.topics, difficulties=recipe.difficulties)
    drawn = draw(candidates(pool, user), count=recipe.count, seed=seed)
    if not drawn:
        raise NothingMatches
    versions = latest_versions(drawn)
    suggested = [versions[pk].content["suggested_seconds"] for pk in drawn]
    limit = clock.time_limit(minutes=recipe.minutes, suggested_seconds=suggested)
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(
                user=user,
                blueprint_id=recipe.blueprint_id,
                topics=recipe.topics,
                difficulties=recipe.difficulties,
                format=recipe.format,
                language=recipe.language,
                seed=seed,
                started_at=now,
                time_limit=limit,
                deadline=clock.deadline(started=now, limit=limit, extra_time=user.extra_time),
            )
            Response.objects.bulk_create(
                Response(attempt=attempt, slot=slot, version=versions[pk], closed=attempt.has_interviewer and slot > 1)
                for slot, pk in enumerate(drawn, start=1)
            )
    except IntegrityError as error:
        if Attempt.objects.filter(user=user, finished_at=None).exists():
            raise AlreadyRunning from error
        raise
    return attempt


def visit_slot(*, attempt: Attempt, slot: int) -> None:
    """Remember where the candidate is, for a reload or another device. Only `go_on` moves an interviewer."""
    if attempt.current_slot != slot and not attempt.has_interviewer:
        Attempt.objects.filter(pk=attempt.pk).update(current_slot=slot)
        attempt.current_slot = slot


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An answer as a page sends it.

    `revision` is the one that the page has seen; `page` and `seq` (random per page load, and growing) come from pages
    with scripts only; `seconds` is the time spent since this page's last stored save.
    """

    slot: int
    answer: str
    revision: int
    page: str = ""
    seq: int = 0
    seconds: int = 0


LATE_TEXTS_APART = "\n\n---\n\n"
MAX_LATE_TEXT = 10 * MAX_ANSWER
"""Characters after which no further text is taken: a loop that posts on must not grow the row."""


class Save(Enum):
    STORED = auto()
    CONFLICT = auto()
    LATE = auto()
    FULL = auto()
    """Late, and so much late text is kept already that this one is not: its page has to keep it."""


@dataclass(frozen=True)
class Saved:
    """What became of a draft, and the revision that is stored now."""

    outcome: Save
    revision: int


# One conditional UPDATE decides, on columns of Response alone: of two that race, the database lets one win. It finds
# the running attempt through its owner, so that an ordinary save asks the database once. It is SQL because Django's
# update() cannot return the revision it made; asking for that again would cost more than the save.
STORE = """
    UPDATE interviews_response
    SET answer = %(answer)s,
        revision = CASE WHEN answer = %(answer)s THEN revision ELSE revision + 1 END,
        page = %(page)s,
        seq = %(seq)s,
        seconds = CASE WHEN seconds + %(seconds)s > %(longest)s THEN %(longest)s ELSE seconds + %(seconds)s END,
        stored_at = %(now)s
    WHERE slot = %(slot)s AND NOT closed
        AND attempt_id = (
            SELECT id FROM interviews_attempt
            WHERE id = %(attempt)s AND user_id = %(user)s AND finished_at IS NULL AND deadline >= %(open_deadline)s
        )
        AND CASE WHEN %(page)s <> '' AND page = %(page)s THEN seq < %(seq)s ELSE revision = %(revision)s END
    RETURNING revision
"""


def save_response(*, user_id: int, attempt_id: UUID, draft: Draft, now: datetime) -> Saved:
    """Store an answer, unless another page has replaced what this one saw, or the attempt or the question has closed.

    Raises Response.DoesNotExist where the user has no such attempt, or the attempt no such slot yet.
    """
    revision = _store(user_id, attempt_id, draft, now)
    if revision is not None:
        return Saved(Save.STORED, revision)
    response = Response.objects.select_related("attempt").get(
        attempt=attempt_id, attempt__user=user_id, slot=draft.slot
    )
    attempt, is_stored = response.attempt, response.answer == draft.answer
    if not attempt.has_reached(draft.slot):
        raise Response.DoesNotExist
    if clock.has_closed(attempt.deadline, settings.LATE_TOLERANCE, now) or not attempt.is_running:
        return _keep_late(response.pk, draft)
    if response.closed and not is_stored:
        return _keep_late(response.pk, draft)
    return Saved(Save.STORED if is_stored else Save.CONFLICT, response.revision)


def _store(user_id: int, attempt_id: UUID, draft: Draft, now: datetime) -> int | None:
    """The new revision; None where nothing was stored."""
    moment = Response._meta.get_field("stored_at")
    values = {
        "answer": draft.answer,
        "page": draft.page,
        "seq": draft.seq,
        "seconds": min(draft.seconds, LONGEST),
        "longest": LONGEST,
        "now": moment.get_db_prep_value(now, connection),
        "open_deadline": moment.get_db_prep_value(now - settings.LATE_TOLERANCE, connection),
        "user": user_id,
        "attempt": Attempt._meta.pk.get_db_prep_value(attempt_id, connection),
        "slot": draft.slot,
        "revision": draft.revision,
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        stored = cursor.fetchone()
    return stored and stored[0]


@transaction.atomic
def _keep_late(response_id: int, draft: Draft) -> Saved:
    """What came too late is shown in the result, not marked and not thrown away; another tab's comes below it."""
    response = Response.objects.select_for_update().get(pk=response_id)
    late = response.late_text.split(LATE_TEXTS_APART) if response.late_text else []
    if draft.answer.strip() and draft.answer not in (response.answer, *late):
        if len(response.late_text) + len(draft.answer) > MAX_LATE_TEXT:
            return Saved(Save.FULL, response.revision)
        response.late_text = LATE_TEXTS_APART.join([*late, draft.answer])
        response.save(update_fields=["late_text"])
    return Saved(Save.LATE, response.revision)


def toggle_flag(*, attempt: Attempt, slot: int) -> None:
    """Mark a question to come back to; the answer's revision stays as it is."""
    Response.objects.filter(attempt=attempt, slot=slot, closed=False).update(
        flagged=Case(When(flagged=True, then=Value(False)), default=Value(True))
    )


def go_on(*, attempt: Attempt, slot: int, now: datetime) -> int | None:
    """Close the answer in that slot and ask what comes next, a follow-up if one is due; the slot that is open then.

    Twice, also at once, is once: only the open slot can be left. None where nothing is left to ask: the last answer
    stays open until it is handed in. Of a finished attempt nothing moves.
    """
    if attempt.current_slot != slot:
        return attempt.current_slot
    # Marking takes its time, in which on SQLite a transaction would hold up everybody's saves.
    key_point = _follow_up_due(attempt, slot, now)
    with transaction.atomic():
        locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
        attempt.current_slot, attempt.finished_at, attempt.ended = locked.current_slot, locked.finished_at, locked.ended
        if attempt.current_slot != slot or not attempt.is_running:
            return attempt.current_slot
        if key_point is not None:
            _ask(attempt, slot, key_point)
        if not attempt.responses.filter(slot=slot + 1).exists():
            return None
        attempt.responses.filter(slot=slot).update(closed=True)
        attempt.responses.filter(slot=slot + 1).update(closed=False)
        attempt.current_slot = slot + 1
        attempt.save(update_fields=["current_slot"])
    return attempt.current_slot


def _follow_up_due(attempt: Attempt, slot: int, now: datetime) -> int | None:
    """The position of the key point to ask about after the answer in that slot; None for the next question."""
    first, *follow_ups = said = exchange_of(attempt, slot)
    answers = [response.answer for response in said]
    if not is_wanted(answers=answers, most=settings.FOLLOW_UPS, left=attempt.deadline - now):
        return None
    content = first.version.content
    rubric = rubric_of(content)
    positions = range(len(rubric.points))
    return key_point_to_ask(
        rubric=rubric,
        follow_ups=[follow_up_of(content, position, attempt.language) for position in positions],
        markings=[mark(rubric, answer) for answer in answers],
        asked={response.key_point for response in follow_ups if response.key_point is not None},
    )


APART = 10_000
"""More than any attempt has slots."""


def _ask(attempt: Attempt, slot: int, key_point: int) -> None:
    """A follow-up in the next slot: what comes later, and nobody has seen, moves up by one.

    So slots stay the order in which everything was asked. They move by way of numbers that are free, because databases
    check row by row that no two are the same.
    """
    attempt.responses.filter(slot__gt=slot).update(slot=F("slot") + APART)
    attempt.responses.filter(slot__gt=APART).update(slot=F("slot") - APART + 1)
    given = attempt.responses.get(slot=slot)
    Response.objects.create(
        attempt=attempt,
        slot=slot + 1,
        version_id=given.version_id,
        parent_id=given.parent_id or given.pk,
        key_point=key_point,
        closed=True,
    )


@transaction.atomic
def hand_in(*, attempt: Attempt, now: datetime, draft: Draft | None = None) -> Save:
    """Finish, with the open answer in the same transaction; a conflict there leaves the attempt running."""
    Attempt.objects.select_for_update().get(pk=attempt.pk)  # two tabs take turns instead of waiting for each other
    saved = Save.STORED
    if draft:
        saved = save_response(user_id=attempt.user_id, attempt_id=attempt.pk, draft=draft, now=now).outcome
    if saved is not Save.CONFLICT:
        finish_attempt(attempt=attempt, now=now)
    return saved


@transaction.atomic
def finish_attempt(*, attempt: Attempt, now: datetime) -> bool:
    """End the attempt and close its responses; True for the one call that did it.

    From the deadline until the late tolerance has passed nobody can: a save may be under way from another tab.
    """
    if clock.is_collecting(attempt.deadline, settings.LATE_TOLERANCE, now):
        return False
    over = clock.is_over(attempt.deadline, now)
    end = min(now, attempt.deadline)
    won = Attempt.objects.filter(pk=attempt.pk, finished_at=None).update(
        finished_at=end, ended=Ended.TIMED_OUT if over else Ended.SUBMITTED
    )
    if won:
        used = int((end - attempt.started_at).total_seconds())  # nobody has spent longer on a question
        Response.objects.filter(attempt=attempt).update(closed=True, seconds=Least("seconds", Value(used)))
    attempt.refresh_from_db(fields=["finished_at", "ended"])
    return bool(won)


def close_overdue(*, now: datetime, user: User | None = None) -> int:
    """Finish every attempt (of the user, if given) whose time has passed; how many this call finished."""
    overdue = Attempt.objects.filter(finished_at=None, deadline__lt=now - settings.LATE_TOLERANCE)
    if user is not None:
        overdue = overdue.filter(user=user)
    return sum(finish_attempt(attempt=attempt, now=now) for attempt in overdue)


@transaction.atomic
def load_blueprints(*, rows: list[dict[str, Any]]) -> list[str]:
    """Bring in the blueprints that are missing, published, topics by slug; the slugs of those that came in.

    One of whose topics the bank has not stays out: without it the blueprint would ask something else. ValidationError,
    and nothing written, where a column does not take its value.
    """
    stored = set(Blueprint.objects.values_list("slug", flat=True))
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    created = []
    for row in rows:
        columns = {**row, "published": True}
        chosen = columns.pop("topics")
        if columns["slug"] in stored or not topics.keys() >= set(chosen):
            continue
        blueprint = Blueprint(**columns)
        blueprint.full_clean()
        blueprint.save()
        blueprint.topics.set(topics[slug] for slug in chosen)
        created.append(blueprint.slug)
    return created
