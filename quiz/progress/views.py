"""The home page, and the score history."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import sign_in_required
from accounts.requests import HtmxRequest, SignedInRequest
from quiz.interviews import clock
from quiz.interviews.forms import SetUpForm
from quiz.interviews.queries import attempts_of, published_blueprints, running_attempt
from quiz.progress.charts import score_chart
from quiz.progress.export import history_csv_of
from quiz.progress.forms import HistoryFilter
from quiz.progress.queries import agreements_in, history_of, rows_of, scores_in, topic_scores
from quiz.progress.services import settle_attempts
from quiz.results.scores import Agreement

PAGE_SIZE = 50
CHART_ON_HOME = 20
RECENT_ON_HOME = 5


@never_cache
@require_safe
def home(request: HtmxRequest) -> HttpResponse:
    """The candidate's home; the landing page for whoever is not signed in."""
    if not request.user.is_authenticated:
        return render(request, "progress/landing.html")
    now = timezone.now()
    settle_attempts(user=request.user, now=now)
    running = running_attempt(request.user)
    finished = list(attempts_of(request.user).exclude(finished_at=None)[:CHART_ON_HOME])
    scores = [(attempt.started_at, attempt.score) for attempt in reversed(finished) if attempt.score is not None]
    context = {
        "usual": SetUpForm.usual(next(iter(finished), None)),
        "blueprints": published_blueprints(),
        "running": running,
        "seconds_left": clock.seconds_left(running.deadline, now) if running else 0,
        "chart": score_chart(scores),
        "topics": topic_scores(request.user),
        "recent": rows_of(finished[:RECENT_ON_HOME]),
    }
    return render(request, "progress/home.html", context)


@sign_in_required
@never_cache
@vary_on_headers("HX-Request")
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    settle_attempts(user=request.user, now=timezone.now())
    form = HistoryFilter(request.GET, user=request.user)
    attempts = history_of(request.user, zone=timezone.get_current_timezone(), **form.valid_filters())
    page = Paginator(attempts, PAGE_SIZE).get_page(request.GET.get("page"))
    agreements = agreements_in(attempts)
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "form": form,
        "filters": filters.urlencode(),
        "page": page,
        "rows": rows_of(list(page), agreements),
        "agreement": sum(agreements.values(), Agreement()),
        "agreed": len(agreements),
        "chart": score_chart(scores_in(attempts)),
        "oob": bool(request.htmx),
    }
    template = "progress/history.html#history-list" if request.htmx else "progress/history.html"
    return render(request, template, context)


@sign_in_required
@never_cache
@require_safe
def history_csv(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    settle_attempts(user=request.user, now=now)
    filters = HistoryFilter(request.GET, user=request.user).valid_filters()
    attempts = history_of(request.user, zone=timezone.get_current_timezone(), **filters)
    name = f"viva-history-{timezone.localdate(now)}.csv"
    return HttpResponse(
        history_csv_of(rows_of(attempts)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
