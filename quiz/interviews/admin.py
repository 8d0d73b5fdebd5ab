"""Blueprints to edit; attempts and responses to look at."""

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quiz.bank.desk import ReadOnlyAdmin
from quiz.bank.models import Difficulty
from quiz.interviews.models import Attempt, Blueprint, Response


class BlueprintForm(forms.ModelForm):
    difficulties = forms.MultipleChoiceField(
        label=_("Difficulties"),
        choices=Difficulty.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None means all."),
    )

    class Meta:
        model = Blueprint
        exclude: list[str] = []


@admin.register(Blueprint)
class BlueprintAdmin(admin.ModelAdmin):
    form = BlueprintForm
    list_display = ["name_zh", "name_en", "count", "minutes", "format", "published", "order"]
    list_filter = ["published", "format", "topics"]
    search_fields = ["name_zh", "name_en", "slug"]
    filter_horizontal = ["topics"]
    prepopulated_fields = {"slug": ["name_en"]}


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = [
        "started_at",
        "user",
        "blueprint",
        "format",
        "time_limit",
        "language",
        "ended",
        "score",
        "own_score",
    ]
    list_filter = ["ended", "format", "language", "blueprint", "started_at"]
    list_select_related = ["user", "blueprint"]
    search_fields = ["=id", "user__username", "user__email"]
    date_hierarchy = "started_at"
    readonly_fields = ["answers"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        return super().get_queryset(request).annotate(responses_number=Count("responses"))

    @admin.display(description=_("responses"))
    def answers(self, attempt: Attempt) -> SafeString:
        url = reverse("admin:interviews_response_changelist")
        number = attempt.responses_number  # type: ignore[attr-defined]
        return format_html('<a href="{}?attempt__id__exact={}">{}</a>', url, attempt.pk, number)


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = ["attempt", "slot", "version", "follows_up", "stored_at", "seconds", "flagged", "closed"]
    list_display_links = ["attempt", "slot"]
    list_filter = ["flagged", "closed", ("parent", admin.EmptyFieldListFilter)]
    list_select_related = ["attempt__user", "version", "parent"]
    search_fields = ["=attempt__id", "attempt__user__username", "version__question__slug"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "attempt__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("follows up on"))
    def follows_up(self, response: Response) -> str:
        if response.parent is None or response.key_point is None:
            return ""
        words = {"slot": response.parent.slot, "point": response.key_point + 1}
        return gettext("slot %(slot)s, key point %(point)s") % words
