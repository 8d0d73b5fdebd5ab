"""Loading and authorising in one call."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.requests import HtmxRequest
from quiz.bank.models import Question, Status


def question_for(user: User | AnonymousUser, slug: str) -> Question:
    """The published question; editors see drafts and retired ones too, for everybody else they are 404."""
    questions = Question.objects.select_related("topic")
    if not is_editor(user):
        questions = questions.filter(status=Status.PUBLISHED)
    return get_object_or_404(questions, slug=slug)


def is_editor(user: User | AnonymousUser) -> bool:
    return user.is_staff and user.has_perm("bank.view_question")


def reader_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send whoever is not signed in to the sign-in, also out of a page that asks for a fragment of itself."""

    @wraps(view)
    def wrapped(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if not request.htmx:
            return redirect_to_login(request.get_full_path())
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseClientRedirect(f"{resolve_url('account_login')}?{query}")

    return wrapped
