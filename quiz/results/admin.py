"""Assessments to look at: marks change only with an engine or with whoever gave them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from quiz.bank.desk import ReadOnlyAdmin
from quiz.results.models import Assessment


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
