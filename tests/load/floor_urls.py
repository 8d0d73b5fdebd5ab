"""The application's addresses, and after them the floor under a save's cost.

The floor passes the application's middleware, CSRF check included, knows its user by the session, reads the form and
writes the text to one row by its primary key. No save that a database keeps can do less. It writes beside the answer,
so that the check for lost saves still holds.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as application
from quiz.interviews.models import Response

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@require_POST
def floor(request: HttpRequest, response_id: int) -> HttpResponse:
    if not request.user.is_authenticated or "answer" not in request.POST:
        return HttpResponse(status=401)
    stored = Response.objects.filter(pk=response_id).update(late_text=request.POST["answer"], stored_at=timezone.now())
    return HttpResponse(status=200 if stored else 404)


urlpatterns = [*application, path("floor/<int:response_id>/", floor)]
