"""The result of an interview, and the candidate's own marks in it."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from quiz.interviews import clock
from quiz.interviews.access import candidate_required, response_for
from quiz.marking import ENGINE_VERSION
from quiz.results.access import assessed_attempt_for
from quiz.results.queries import marked_responses, sheet_of
from quiz.results.services import UnknownKeyPoint, take_back_ticks, tick_key_points
from quiz.results.sheet import card_of

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
    response = response_for(attempt, slot)
    if "take_back" in request.POST:
        take_back_ticks(response=response)
    else:
        try:
            tick_key_points(response=response, covered=_positions(request.POST.getlist("points")), now=now)
        except UnknownKeyPoint as error:
            raise BadRequest(str(error)) from error
    if not request.htmx:
        return redirect(f"{reverse('results:result', args=[attempt.pk])}#question-{slot}")
    card = card_of(marked_responses(attempt).get(slot=slot), attempt.language)
    return render(request, "results/result.html#marks", {"attempt": attempt, "card": card, "engine": ENGINE_VERSION})


def _positions(values: list[str]) -> set[int]:
    if not all(value.isdecimal() and len(value) <= 3 for value in values):
        raise BadRequest("not the position of a key point")
    return {int(value) for value in values}
