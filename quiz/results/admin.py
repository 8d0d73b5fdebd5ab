"""Assessments to look at: marks change only with an engine or with whoever gave them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from quiz.bank.desk import ReadOnlyAdmin
from quiz.results.models import Assessment, MarkingReport

EXCERPT = 300
"""Characters of an answer that a report shows."""


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "candidate", "question", "by", "engine", "score"]
    list_filter = ["by", "engine", "created_at"]
    list_select_related = ["response__attempt__user", "response__version"]
    search_fields = ["=response__attempt__id", "response__attempt__user__username", "response__version__question__slug"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]

    @admin.display(description=_("candidate"), ordering="response__attempt__user")
    def candidate(self, assessment: Assessment) -> str:
        return str(assessment.response.attempt.user)

    @admin.display(description=_("question"))
    def question(self, assessment: Assessment) -> str:
        return str(assessment.response)


@admin.register(MarkingReport)
class MarkingReportAdmin(ReadOnlyAdmin):
    """What candidates say of wrong marks: to look at, to mend the rubric, and to settle."""

    list_display = ["created_at", "question", "label", "outcome", "expression", "note", "settled"]
    list_filter = ["settled", "outcome", "engine", "created_at"]
    list_select_related = ["response__version__question"]
    search_fields = ["note", "response__version__question__slug"]
    readonly_fields = ["question", "label", "outcome", "expression", "excerpt"]
    ordering = ["settled", "-created_at", "-pk"]
    actions = ["settle"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MarkingReport]:
        return super().get_queryset(request).prefetch_related("response__assessments")

    @admin.display(description=_("question"))
    def question(self, report: MarkingReport) -> str:
        question = report.response.version.question
        return format_html('<a href="{}">{}</a>', reverse("admin:bank_question_change", args=[question.pk]), question)

    @admin.display(description=_("key point"))
    def label(self, report: MarkingReport) -> str:
        return report.label

    @admin.display(description=_("what it went by"))
    def expression(self, report: MarkingReport) -> str:
        marks: list[dict[str, Any]] = [
            mark
            for assessment in report.response.assessments.all()
            if assessment.engine == report.engine
            for mark in assessment.marks
        ]
        return next((mark["expression"] for mark in marks if mark["position"] == report.key_point), "")

    @admin.display(description=_("answer"))
    def excerpt(self, report: MarkingReport) -> str:
        return report.response.answer[:EXCERPT]

    @admin.action(description=_("Settle the chosen reports"), permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[MarkingReport]) -> None:
        queryset.update(settled=True)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("results.change_markingreport")
