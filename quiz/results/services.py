"""Writes of results: assessing, and the candidate's own marks. Each is one transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from quiz.bank.content import rubric_of, rubric_of_follow_up
from quiz.interviews.models import Attempt, Response
from quiz.marking import ENGINE_VERSION, Mark, Outcome, Span, mark, score_of
from quiz.results.marks import FOUND, as_json, from_json
from quiz.results.models import Assessment, By, MarkingReport
from quiz.results.queries import shown_assessments, unmarked_responses
from quiz.results.scores import mean_score


class UnknownKeyPoint(ValueError):
    """A position at which the question has no scored key point."""


class UnknownSpan(ValueError):
    """A place at which the answer has no text."""


class NothingShown(ValueError):
    """A key point ticked that was neither found automatically nor shown in the answer."""


@transaction.atomic
def assess_attempt(*, attempt: Attempt, now: datetime) -> None:
    """Mark every response that the present engine has not marked, and renew the attempt's scores.

    Doing it twice, also at once, changes nothing. ValueError for an attempt that is still running.
    """
    if attempt.is_running:
        raise ValueError("a running attempt has no marks")
    _lock(attempt)
    unmarked = unmarked_responses().filter(attempt=attempt).select_related("version")
    Assessment.objects.bulk_create([_automatic(response, now) for response in unmarked], ignore_conflicts=True)
    _renew_scores(attempt)


@transaction.atomic
def tick_key_points(
    *, response: Response, covered: set[int], now: datetime, evidence: Mapping[int, Span] | None = None
) -> Assessment:
    """Store the candidate's own marks in place of any before: covered are the key points at these positions.

    `evidence` shows where the answer says a point that was not found automatically; what was shown before stays shown.
    Raises UnknownKeyPoint where a position is not that of a scored key point of the response's version, UnknownSpan
    where a span is no text of the answer, and NothingShown where a point is ticked that was neither found nor shown.
    """
    evidence = evidence or {}
    covered = covered | set(evidence)
    rubric = rubric_of(response.version.content)
    scored = [point.position for point in rubric.points if point.scored]
    if unknown := covered.difference(scored):
        raise UnknownKeyPoint(f"no scored key points at {sorted(unknown)}")
    answer = response.answer
    if not all(span.end <= len(answer) and answer[span.start : span.end].strip() for span in evidence.values()):
        raise UnknownSpan("no text of the answer stands there")
    _lock(response.attempt)
    found, shown = _found_and_shown(response)
    if not covered <= found | set(shown) | set(evidence):
        raise NothingShown(f"nothing shows the key points at {sorted(covered - found - set(shown) - set(evidence))}")
    spans = shown | {position: (span,) for position, span in evidence.items()}
    marks = [
        Mark(position, Outcome.COVERED, spans.get(position, ()), expression="")
        if position in covered
        else Mark(position, Outcome.MISSED, evidence=(), expression="")
        for position in scored
    ]
    assessment, _ = Assessment.objects.update_or_create(
        response=response,
        by=By.OWN,
        defaults={
            "marks": [as_json(mark) for mark in marks],
            "score": score_of(rubric, covered),
            "created_at": now,
        },
    )
    _renew_scores(response.attempt)
    return assessment


def _found_and_shown(response: Response) -> tuple[set[int], dict[int, tuple[Span, ...]]]:
    """The key points that the present engine found, and those that the candidate has shown before, with where."""
    found: set[int] = set()
    shown: dict[int, tuple[Span, ...]] = {}
    for assessment in response.assessments.filter(shown_assessments()):
        for one in map(from_json, assessment.marks):
            if assessment.by == By.AUTOMATIC and one.outcome in FOUND:
                found.add(one.position)
            elif assessment.by == By.OWN and one.evidence:
                shown[one.position] = one.evidence
    return found, shown


@transaction.atomic
def take_back_ticks(*, response: Response) -> None:
    """Delete the candidate's own marks: the automatic ones stand alone again."""
    _lock(response.attempt)
    Assessment.objects.filter(response=response, by=By.OWN).delete()
    _renew_scores(response.attempt)


@transaction.atomic
def report_marking(*, response: Response, key_point: int, note: str | None, now: datetime) -> MarkingReport:
    """Tell the editors that the automatic mark of that key point is wrong; again only changes the note.

    `note` None leaves a note as it is. Raises UnknownKeyPoint.
    """
    automatic = response.assessments.get(by=By.AUTOMATIC, engine=ENGINE_VERSION)
    marked = {mark.position: mark for mark in map(from_json, automatic.marks)}
    if key_point not in marked:
        raise UnknownKeyPoint(f"no key point at {key_point}")
    told = {"engine": ENGINE_VERSION, "outcome": marked[key_point].outcome.value, "created_at": now}
    report, _ = MarkingReport.objects.get_or_create(response=response, key_point=key_point, defaults=told)
    if note is not None:
        report.note = note
        report.settled = False
        report.save(update_fields=["note", "settled"])
    return report


def _lock(attempt: Attempt) -> None:
    """Two writers of one attempt's marks take turns, so that its scores are of all of them."""
    Attempt.objects.select_for_update().get(pk=attempt.pk)


def _automatic(response: Response, now: datetime) -> Assessment:
    content = response.version.content
    if response.key_point is None:
        rubric = rubric_of(content)
    else:
        rubric = rubric_of_follow_up(content, response.key_point)
    marking = mark(rubric, response.answer)
    return Assessment(
        response=response,
        by=By.AUTOMATIC,
        engine=ENGINE_VERSION,
        marks=[as_json(one) for one in marking.marks],
        score=marking.score,
        low_confidence=marking.low_confidence,
        created_at=now,
    )


def _renew_scores(attempt: Attempt) -> None:
    assessments = Assessment.objects.filter(response__attempt=attempt, response__parent=None)
    automatic = dict(
        assessments.filter(by=By.AUTOMATIC, engine=ENGINE_VERSION).values_list("response", "score"),
    )
    own = dict(assessments.filter(by=By.OWN).values_list("response", "score"))
    attempt.score = mean_score(automatic.values())
    attempt.own_score = mean_score((automatic | own).values()) if own else None
    attempt.save(update_fields=["score", "own_score"])
