"""Browsing the bank, and a question's page for practice without a clock."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.requests import HtmxRequest
from quiz.bank.access import is_editor, question_for
from quiz.bank.browse import Filters, choose
from quiz.bank.models import Difficulty, Origin, Topic
from quiz.bank.queries import listed_questions, neighbours_of, rows_found, similar_questions
from quiz.bank.search import MAX_QUERY

PAGE = 20


@require_safe
@never_cache  # a fragment has its page's address, and must not come back as the page
@sign_in_required
def questions(request: HtmxRequest) -> HttpResponse:
    topics = list(Topic.objects.all())
    filters = _filters(request, topics)
    rows = rows_found(filters.query, now=timezone.now())
    choice = choose(rows, filters)
    page = Paginator(choice.ids, PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "topics": [(topic, choice.topics[topic.slug]) for topic in topics],
        "difficulties": [(value, label, choice.difficulties[value]) for value, label in Difficulty.choices],
        "all_topics": choice.topics.total(),
        "all_difficulties": choice.difficulties.total(),
        "all_ages": choice.new.total(),
        "new_ones": choice.new[True],
        "new": {row.id for row in rows if row.new},
        "page": page,
        "questions": listed_questions(list(page.object_list)),
        "found_anywhere": len(rows),
        "max_query": MAX_QUERY,
    }
    return render(request, f"bank/questions.html{'#fragment' if request.htmx else ''}", context)


def _filters(request: HttpRequest, topics: list[Topic]) -> Filters:
    """What an address asks for; a topic or difficulty that there is not counts as none."""

    def one_of(name: str, values: list[str]) -> str:
        value = request.GET.get(name, "")
        return value if value in values else ""

    return Filters(
        topic=one_of("topic", [topic.slug for topic in topics]),
        difficulty=one_of("difficulty", Difficulty.values),
        new=request.GET.get("new") == "1",
        query=request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY],
    )


@require_safe
@never_cache
@sign_in_required
def question(request: HtmxRequest, slug: str) -> HttpResponse:
    question = question_for(request.user, slug)
    context: dict[str, Any] = {
        "question": question,
        "answer": request.GET.get("answer") == "1",
        "is_editor": is_editor(request.user),
    }
    if context["answer"]:
        points = question.key_points.all()
        context["points"] = [point for point in points if point.origin == Origin.SEED]
        context["beyond"] = [point for point in points if point.origin == Origin.BEYOND]
    if request.htmx:
        return render(request, "bank/question.html#answer", context)
    context["previous"], context["next"] = neighbours_of(question)
    context["similar"] = similar_questions(question)
    return render(request, "bank/question.html", context)
