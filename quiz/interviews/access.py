"""Loading and authorising in one call: what belongs to somebody else does not exist."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.http import reswap, retarget

from accounts.models import User
from accounts.requests import SignedInRequest
from quiz.interviews import clock
from quiz.interviews.models import MAX_ANSWER, Attempt, Response
from quiz.interviews.queries import attempt_of, responses_of
from quiz.interviews.services import finish_attempt


def attempt_for(user: User, attempt_id: UUID, now: datetime) -> Attempt:
    """The user's attempt, finished first if its time has passed; 404 for anybody else's."""
    attempt = attempt_of(user, attempt_id)
    if attempt is None:
        raise Http404
    if attempt.is_running and clock.has_closed(attempt.deadline, settings.LATE_TOLERANCE, now):
        finish_attempt(attempt=attempt, now=now)
    return attempt


def response_for(attempt: Attempt, slot: int) -> Response:
    """The attempt's response in that slot; 404 where there is no such slot, or an interviewer has yet to ask it."""
    if not attempt.has_reached(slot):
        raise Http404
    return get_object_or_404(responses_of(attempt), slot=slot)


def candidate_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send whoever is not signed in to the sign-in; a page's script gets 401 and keeps its text."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx:
            return HttpResponse(status=401)
        if "answer" in request.POST:
            return render(request, "interviews/signed_out.html", {"answer": request.POST["answer"]}, status=401)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")

    return wrapped


def readable_form_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """413 for a form larger than any answer, 400 for one that is not valid UTF-8.

    Django would replace each wrong byte, and say nothing. The body has to be read before the form is, and the CSRF
    check reads the form: so that check comes here, after it.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            body = request.body
        except RequestDataTooBig:
            return too_long(request)
        if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise BadRequest("the form is not said to be UTF-8")
        if request.content_type == "application/x-www-form-urlencoded":
            body = unquote_to_bytes(body)
        try:
            body.decode()
        except UnicodeDecodeError:
            raise BadRequest("the form is not valid UTF-8") from None
        return protected(request, *args, **kwargs)

    return wrapped


def too_long(request: SignedInRequest) -> HttpResponse:
    """Nothing of it was read; the page keeps its text."""
    context = {"max_answer": MAX_ANSWER}
    if not request.htmx:
        return render(request, "interviews/too_long.html", context, status=413)
    refusal = render(request, "interviews/too_long.html#refused", context, status=413)
    return into("#refused", refusal)


def into(target: str, response: HttpResponse) -> HttpResponse:
    """The fragment goes there instead of where the page's form would put it."""
    return reswap(retarget(response, target), "innerHTML")
