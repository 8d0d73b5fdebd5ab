"""Setting up an interview, and the room in which it is sat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url, replace_url

from accounts.access import sign_in_required
from accounts.requests import SignedInRequest
from quiz.bank.content import follow_up_of
from quiz.bank.models import Difficulty
from quiz.bank.texts import Text
from quiz.interviews import clock
from quiz.interviews.access import attempt_for, candidate_required, into, readable_form_required, response_for
from quiz.interviews.forms import AnswerForm, SetUpForm
from quiz.interviews.models import MAX_ANSWER, Attempt, Response
from quiz.interviews.queries import (
    attempts_of,
    pool,
    published_blueprints,
    running_attempt,
    slots_of,
)
from quiz.interviews.services import (
    AlreadyRunning,
    NothingMatches,
    Save,
    Saved,
    close_overdue,
    go_on,
    hand_in,
    save_response,
    start_attempt,
    toggle_flag,
    visit_slot,
)

HAND_IN, NEXT = "finish", "next"


# Setting up


@sign_in_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    close_overdue(now=now, user=request.user)
    if request.method == "POST":
        return _start(request, now)
    usual = SetUpForm.usual(attempts_of(request.user).first())
    form = SetUpForm(request.GET if "count" in request.GET else None, initial=usual)
    template = "interviews/set_up.html#pool" if request.htmx else "interviews/set_up.html"
    return render(request, template, _set_up_context(request, form, now))


def _start(request: SignedInRequest, now: datetime) -> HttpResponse:
    form = SetUpForm(request.POST)
    if slug := request.POST.get("blueprint"):
        blueprint = get_object_or_404(published_blueprints(), slug=slug)
        recipe = blueprint.recipe(SetUpForm.usual()["language"])
    elif form.is_valid():
        recipe = form.recipe()
    else:
        return render(request, "interviews/set_up.html", _set_up_context(request, form, now), status=422)
    try:
        attempt = start_attempt(user=request.user, recipe=recipe, now=now)
    except AlreadyRunning:
        return render(request, "interviews/set_up.html", _set_up_context(request, form, now), status=409)
    except NothingMatches:
        form.is_valid()
        form.add_error(None, _("No question matches this choice. Choose more topics or difficulties."))
        return render(request, "interviews/set_up.html", _set_up_context(request, form, now), status=422)
    drawn = attempt.responses.count()
    if drawn < recipe.count:
        told = ngettext(
            "Only %(count)s question matches your choice.", "Only %(count)s questions match your choice.", drawn
        )
        messages.info(request, told % {"count": drawn})
    return redirect("interviews:slot", attempt.pk, attempt.current_slot)


def _set_up_context(request: SignedInRequest, form: SetUpForm, now: datetime) -> dict[str, Any]:
    chosen = form.matching() if form.is_bound else {"topics": [], "difficulties": []}
    running = running_attempt(request.user)
    return {
        "form": form,
        "pool": pool(**chosen),
        "blueprints": published_blueprints(),
        "running": running,
        "running_seconds": clock.seconds_left(running.deadline, now) if running else 0,
    }


# The room


@candidate_required
@never_cache
@require_GET
def attempt(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Back to where the candidate was."""
    attempt = attempt_for(request.user, attempt_id, timezone.now())
    return redirect("interviews:slot", attempt.pk, attempt.current_slot)


@candidate_required
@never_cache
@require_GET
def room(request: SignedInRequest, attempt_id: UUID, slot: int) -> HttpResponse:
    now = timezone.now()
    attempt = attempt_for(request.user, attempt_id, now)
    if not attempt.is_running or clock.is_over(attempt.deadline, now):
        return _to_result(request, attempt)
    if attempt.has_interviewer and slot != attempt.current_slot:
        return redirect("interviews:slot", attempt.pk, attempt.current_slot)
    return _room(request, attempt, slot, now)


@readable_form_required
@candidate_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: SignedInRequest, attempt_id: UUID, slot: int) -> HttpResponse:
    """Store the answer; with `go`, also move to that slot, on to what an interviewer asks next, or to the hand-in.

    GET reloads what a save answered.
    """
    if request.method != "POST":
        return redirect("interviews:slot", attempt_id, slot)
    now = timezone.now()
    saved = _store(request, attempt_id, slot, now)
    if isinstance(saved, HttpResponse):
        return saved
    go = request.POST.get("go", "")
    if request.htmx and not go:
        status = {"revision": saved.revision, "stored_at": now, "now": now}
        return render(None, "interviews/room.html#save-status", status)  # it needs nothing of the request
    attempt = attempt_for(request.user, attempt_id, now)
    if clock.is_over(attempt.deadline, now):
        return _to_result(request, attempt)
    if attempt.has_interviewer and go == NEXT and go_on(attempt=attempt, slot=slot, now=now) is None:
        go = HAND_IN
    if not attempt.is_running:
        return _to_result(request, attempt)
    if go == HAND_IN:
        return _confirm(request, attempt, slot, now)
    if attempt.has_interviewer:
        return _ask(request, attempt, now)
    if go:
        return _move(request, attempt, go, now)
    return redirect("interviews:slot", attempt.pk, slot)


@readable_form_required
@candidate_required
@never_cache
@require_POST
def flag(request: SignedInRequest, attempt_id: UUID, slot: int) -> HttpResponse:
    """Toggle the flag. Without scripts the button submits the whole form, so what was typed is stored first."""
    now = timezone.now()
    attempt = attempt_for(request.user, attempt_id, now)
    response_for(attempt, slot)
    if "answer" in request.POST:
        saved = _store(request, attempt_id, slot, now)
        if isinstance(saved, HttpResponse):
            return saved
    toggle_flag(attempt=attempt, slot=slot)
    if request.htmx:
        return render(request, "interviews/room.html#flagged", _navigator_context(attempt, slot))
    return redirect("interviews:slot", attempt.pk, slot)


@readable_form_required
@candidate_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """GET asks once more, POST hands in, with the open answer if the page sends it. Twice is harmless."""
    now = timezone.now()
    attempt = attempt_for(request.user, attempt_id, now)
    if request.method != "POST":
        if not attempt.is_running or clock.is_over(attempt.deadline, now):
            return _to_result(request, attempt)
        return _confirm(request, attempt, attempt.current_slot, now)
    draft = None
    if "answer" in request.POST:
        form, slot = AnswerForm(request.POST), _slot(request.POST.get("slot", ""))
        if not form.is_valid():
            return _invalid(request, attempt, slot, form, now)
        draft = form.draft(response_for(attempt, slot).slot)
    try:
        outcome = hand_in(attempt=attempt, draft=draft, now=now)
    except Attempt.DoesNotExist:
        raise Http404 from None
    if outcome is Save.CONFLICT and draft:
        return _conflict(request, attempt, draft.slot, draft.answer, now)
    return _to_result(request, attempt)


# What these share


def _to_result(request: SignedInRequest, attempt: Attempt) -> HttpResponse:
    result = reverse("results:result", args=[attempt.pk])
    return HttpResponseClientRedirect(result) if request.htmx else redirect(result)


def _slot(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise BadRequest("not a slot")
    return int(text)


def _store(request: SignedInRequest, attempt_id: UUID, slot: int, now: datetime) -> Saved | HttpResponse:
    """Save what the page sent; what to answer where it could not be stored."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _invalid(request, attempt_for(request.user, attempt_id, now), slot, form, now)
    draft = form.draft(slot)
    try:
        saved = save_response(user_id=request.user.pk, attempt_id=attempt_id, draft=draft, now=now)
    except Response.DoesNotExist:
        raise Http404 from None
    if saved.outcome is Save.STORED:
        return saved
    attempt = attempt_for(request.user, attempt_id, now)
    if saved.outcome is Save.CONFLICT:
        return _conflict(request, attempt, slot, draft.answer, now)
    return _late(request, attempt, draft.answer, now, is_kept=saved.outcome is Save.LATE)


def _move(request: SignedInRequest, attempt: Attempt, go: str, now: datetime) -> HttpResponse:
    target = reverse("interviews:slot", args=[attempt.pk, _slot(go)])
    if not request.htmx:
        return redirect(target)
    return push_url(_room(request, attempt, _slot(go), now), target)


def _ask(request: SignedInRequest, attempt: Attempt, now: datetime) -> HttpResponse:
    """What the interviewer asks now; the browser's way back does not lead to what was asked before."""
    target = reverse("interviews:slot", args=[attempt.pk, attempt.current_slot])
    if not request.htmx:
        return redirect(target)
    return replace_url(_room(request, attempt, attempt.current_slot, now), target)


def _room(
    request: SignedInRequest, attempt: Attempt, slot: int, now: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    context = _navigator_context(attempt, slot)
    here, content = context["here"], context["content"]
    visit_slot(attempt=attempt, slot=slot)
    context |= {
        "answer": here.answer,
        "said": _said(context["slots"], here, content, attempt.language),
        "follow_up": _question(here, content, attempt.language),
        "difficulty": Difficulty(content["difficulty"]).label,
        "max_answer": MAX_ANSWER,
        "late_tolerance": settings.LATE_TOLERANCE.total_seconds(),
        **_status_context(context, now),
        **more,
    }
    template = (
        "interviews/room.html#room"
        if request.htmx and not request.htmx.history_restore_request
        else "interviews/room.html"
    )
    return render(request, template, context, status=status)


def _navigator_context(attempt: Attempt, slot: int) -> dict[str, Any]:
    found = slots_of(attempt.pk, slot)
    if found is None or not attempt.has_reached(slot):
        raise Http404
    slots = found.responses
    questions = [one for one in slots if not one.is_follow_up]
    return {
        "attempt": attempt,
        "slots": slots,
        "slot": slot,
        "here": found.here,
        "content": found.content,
        "topic": found.topic,
        "number": sum(one.slot <= slot for one in questions),
        "total": len(questions),
        "previous": slot - 1 if slot > 1 else None,
        "next": slot + 1 if slot < len(slots) else None,
        "unanswered": sum(not one.is_answered for one in questions),
    }


def _question(response: Response, content: dict[str, Any], language: str) -> Text | None:
    """What a follow-up asks; None for a question, which has a title and a prompt."""
    return None if response.key_point is None else follow_up_of(content, response.key_point, language)


def _said(
    slots: list[Response], here: Response, content: dict[str, Any], language: str
) -> list[tuple[Text | None, Response]]:
    """What was asked and answered before a follow-up: the question, and its earlier follow-ups."""
    if not here.is_follow_up:
        return []
    before = [one for one in slots if one.slot < here.slot and here.parent_id in (one.pk, one.parent_id)]
    return [(_question(one, content, language), one) for one in before]


def _status_context(context: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "revision": context["here"].revision,
        "stored_at": context["here"].stored_at,
        "seconds_left": clock.seconds_left(context["attempt"].deadline, now),
        "now": now,
    }


def _confirm(request: SignedInRequest, attempt: Attempt, slot: int, now: datetime) -> HttpResponse:
    context = _navigator_context(attempt, slot)
    context |= _status_context(context, now)
    if request.htmx:
        return into("#hand-in", render(request, "interviews/finish.html#dialog", context))
    return render(request, "interviews/finish.html", context)


def _conflict(request: SignedInRequest, attempt: Attempt, slot: int, answer: str, now: datetime) -> HttpResponse:
    """Another page stored another text meanwhile: show both, and let the candidate choose."""
    if request.htmx:
        stored = response_for(attempt, slot)
        context = {"attempt": attempt, "slot": slot, "stored": stored, "answer": answer, "now": now}
        return into("#conflict", render(request, "interviews/room.html#conflict", context, status=409))
    return _room(request, attempt, slot, now, status=409, answer=answer, conflict=True)


def _late(request: SignedInRequest, attempt: Attempt, answer: str, now: datetime, *, is_kept: bool) -> HttpResponse:
    """410 where the server keeps the text, else 422: the page has to."""
    goes_on = attempt.is_running and not clock.is_over(attempt.deadline, now)
    context = {"attempt": attempt, "answer": answer, "is_kept": is_kept, "goes_on": goes_on}
    status = 410 if is_kept else 422
    if request.htmx:
        return into("#refused", render(request, "interviews/late.html#late", context, status=status))
    return render(request, "interviews/late.html", context, status=status)


def _invalid(request: SignedInRequest, attempt: Attempt, slot: int, form: AnswerForm, now: datetime) -> HttpResponse:
    """Nothing was stored: say why, and give the text back."""
    if not attempt.has_reached(slot):
        raise Http404
    status = 413 if form.is_too_long else 422
    answer = form.data.get("answer", "").replace("\r\n", "\n")
    context = {"too_long": form.is_too_long, "max_answer": MAX_ANSWER, "length": len(answer)}
    if request.htmx:
        return into("#refused", render(request, "interviews/room.html#refused", context, status=status))
    if not attempt.is_running or attempt.has_left(slot):
        return _late(request, attempt, answer, now, is_kept=False)
    return _room(request, attempt, slot, now, status=status, answer=answer, refused=True, **context)
