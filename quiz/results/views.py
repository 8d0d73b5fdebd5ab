"""The result of an interview, and the candidate's own marks in it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from quiz.interviews import clock
from quiz.interviews.access import candidate_required, response_for
from quiz.interviews.models import Attempt, Response
from quiz.marking import ENGINE_VERSION, Span
from quiz.results.access import assessed_attempt_for
from quiz.results.forms import ReportForm
from quiz.results.queries import card_in, sheet_of
from quiz.results.services import (
    NothingShown,
    UnknownKeyPoint,
    UnknownSpan,
    report_marking,
    take_back_ticks,
    tick_key_points,
)
from quiz.results.sheet import Point

# The browser looks again this often while saves that are under way at zero still count; the tolerance is a few seconds.
COLLECTING_SECONDS = 2


@candidate_required
@never_cache
@require_safe
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    now = timezone.now()
    attempt = assessed_attempt_for(request.user, attempt_id, now)
    if attempt.is_running and clock.is_over(attempt.deadline, now):
        collecting = render(request, "results/collecting.html", {"attempt": attempt})
        collecting["Refresh"] = str(COLLECTING_SECONDS)
        return collecting
    if attempt.is_running:
        return redirect("interviews:attempt", attempt.pk)
    context = {"attempt": attempt, "sheet": sheet_of(attempt), "engine": ENGINE_VERSION}
    return render(request, "results/result.html", context)


@candidate_required
@never_cache
@require_POST
def ticks(request: SignedInRequest, attempt_id: UUID, slot: int) -> HttpResponse:
    """Store or take back the own marks of one response."""
    now = timezone.now()
    attempt = assessed_attempt_for(request.user, attempt_id, now)
    if attempt.is_running:
        return render(request, "results/still_running.html", {"attempt": attempt}, status=409)
    response = _main_response(attempt, slot)
    if "take_back" in request.POST:
        take_back_ticks(response=response)
        return _marks(request, attempt, slot)
    covered, evidence = _positions(request.POST.getlist("points")), _evidence(request)
    try:
        tick_key_points(response=response, covered=covered, evidence=evidence, now=now)
    except (UnknownKeyPoint, UnknownSpan) as error:
        raise BadRequest(str(error)) from error
    except NothingShown:
        refusal = _("Nothing was changed: to tick a key point that was not found, show the sentence that says it.")
        return _marks(request, attempt, slot, refusal=refusal)
    return _marks(request, attempt, slot)


@candidate_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, attempt_id: UUID, slot: int, key_point: int) -> HttpResponse:
    """Tell the editors of a wrong mark: POST does with one tap, GET has the form for a note."""
    now = timezone.now()
    attempt = assessed_attempt_for(request.user, attempt_id, now)
    if attempt.is_running:
        return render(request, "results/still_running.html", {"attempt": attempt}, status=409)
    response = _main_response(attempt, slot)
    point = next((one for one in card_in(attempt, slot).all_points if one.position == key_point), None)
    if point is None:
        raise Http404
    form = ReportForm(request.POST if "note" in request.POST else None, initial={"note": _note(point)})
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        note = form.cleaned_data["note"] if form.is_bound else None
        report_marking(response=response, key_point=key_point, note=note, now=now)
        return _marks(request, attempt, slot, at=f"point-{slot}-{key_point}", said=_("Reported to the editors"))
    context = {"attempt": attempt, "slot": slot, "point": point, "form": form}
    return render(request, "results/report.html", context, status=422 if form.is_bound else 200)


# What these share


def _note(point: Point) -> str:
    return point.report.note if point.report else ""


def _main_response(attempt: Attempt, slot: int) -> Response:
    """404 for a follow-up, too: it is marked by itself, and shown with its question."""
    response = response_for(attempt, slot)
    if response.is_follow_up:
        raise Http404
    return response


def _marks(
    request: SignedInRequest, attempt: Attempt, slot: int, *, refusal: str = "", said: str = "", at: str = ""
) -> HttpResponse:
    """The marks of one question, or the page with them; `said` is for screen readers, else that the marks are saved."""
    if not request.htmx:
        if refusal:
            messages.warning(request, refusal)
        return redirect(f"{reverse('results:result', args=[attempt.pk])}#{at or f'question-{slot}'}")
    attempt.refresh_from_db(fields=["score", "own_score"])
    context = {"attempt": attempt, "card": card_in(attempt, slot), "engine": ENGINE_VERSION}
    context |= {"refusal": refusal, "said": said or refusal}
    return render(request, "results/result.html#marks", context, status=422 if refusal else 200)


def _positions(values: list[str]) -> set[int]:
    if not all(value.isdecimal() and len(value) <= 3 for value in values):
        raise BadRequest("not the position of a key point")
    return {int(value) for value in values}


def _evidence(request: SignedInRequest) -> dict[int, Span]:
    """From fields `evidence-<position>` = `<start>-<end>`, in code points of the answer."""
    found: dict[int, Span] = {}
    for name in request.POST:
        value = request.POST[name]
        if name.startswith("evidence-"):
            (position,) = _positions([name.removeprefix("evidence-")])
            start, _dash, end = value.partition("-")
            if not (start.isdecimal() and end.isdecimal() and len(value) <= 13 and int(start) < int(end)):
                raise BadRequest("not a stretch of the answer")
            found[position] = Span(int(start), int(end))
    return found
