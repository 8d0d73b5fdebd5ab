"""What belongs to no room: health, robots, and the error pages."""

import sys

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:  # whatever keeps the database from answering, the word is the same
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("migrations waiting\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("quiz/icon.svg"))


def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, csrf=True, answer=request.POST.get("answer", ""))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database gives up, because it is busy, full or gone; what was typed comes back either way."""
    is_database = isinstance(sys.exc_info()[1], OperationalError)
    response = error_page(request, 503 if is_database else 500, answer=_typed(request))
    if is_database:
        response["Retry-After"] = "5"
    return response


def _typed(request: HttpRequest) -> str:
    try:
        return request.POST.get("answer", "")
    except Exception:  # the request itself may be what broke
        return ""


def error_page(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    """What happened, what was kept and what to do; from 500 on without the request, whose parts may be broken."""
    context = {"status": status, **more}
    return render(None if status >= 500 else request, "error.html", context, status=status)
