"""The editors' desk: topics, questions with their key points, and the versions that saving them has written."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from quiz.bank.compare import changed_fields
from quiz.bank.content import TEXT_FIELDS, is_edited
from quiz.bank.desk import ReadOnlyAdmin
from quiz.bank.forms import KeyPointForm, KeyPointFormSet, MarkdownTextarea, QuestionForm, Textarea, missing_in_words
from quiz.bank.markdown import MAX_SOURCE, render
from quiz.bank.models import KeyPoint, Question, QuestionVersion, Status, Topic
from quiz.bank.services import (
    NotPublishable,
    draft_key_points,
    number_key_points,
    publish_question,
    retire_question,
    write_version,
)
from quiz.bank.texts import TAG

admin.site.site_header = gettext_lazy("Viva: the editors' desk")
admin.site.site_title = gettext_lazy("Viva")
admin.site.index_title = gettext_lazy("What there is to edit")


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name_zh", "name_en", "slug", "order", "questions_count"]
    search_fields = ["name_zh", "name_en", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(questions_number=Count("questions"))

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        # Links, versions and blueprints name a topic by its address.
        return ["slug"] if obj else []

    @admin.display(description=gettext_lazy("questions"), ordering="questions_number")
    def questions_count(self, topic: Any) -> SafeString:
        url = reverse("admin:bank_question_changelist")
        return format_html('<a href="{}?topic__id__exact={}">{}</a>', url, topic.pk, topic.questions_number)


class KeyPointInline(admin.StackedInline):
    model = KeyPoint
    form = KeyPointForm
    formset = KeyPointFormSet
    extra = 0
    fields = [
        ("position", "weight", "origin"),
        ("label_zh", "label_en"),
        ("expressions", "misconceptions"),
        ("follow_up_zh", "follow_up_en"),
        ("erratum_zh", "erratum_en"),
    ]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 3})}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _in_its_language(super().formfield_for_dbfield(db_field, request, **kwargs), db_field.name)


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    form = QuestionForm
    inlines = [KeyPointInline]
    list_display = ["number", "name", "topic", "difficulty", "status", "family", "edited", "versions_count"]
    list_display_links = ["number", "name"]
    list_filter = ["topic", "difficulty", "status", "family"]
    list_select_related = ["topic"]
    search_fields = ["=number", "slug", *(f"{field}_{suffix}" for field in TEXT_FIELDS for suffix in ("zh", "en"))]
    ordering = ["number"]
    filter_horizontal = ["avoid_with"]
    actions = ["publish", "retire", "draft_key_points"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": [("number", "slug", "status"), ("topic", "difficulty"), ("suggested_seconds", "family")]}),
        (gettext_lazy("Question"), {"fields": [("title_zh", "title_en"), ("prompt_zh", "prompt_en")]}),
        (
            gettext_lazy("Answer"),
            {"fields": [("reference_answer_zh", "reference_answer_en"), ("explanation_zh", "explanation_en")]},
        ),
        (
            gettext_lazy("Editor's note"),
            {"fields": [("editors_note_zh", "editors_note_en"), "note_open"]},
        ),
        (gettext_lazy("Overlaps"), {"classes": ["collapse"], "fields": ["avoid_with"]}),
        (None, {"fields": ["version_note", "content_hash"]}),
    ]
    formfield_overrides = {models.TextField: {"widget": MarkdownTextarea}}

    class Media:
        css = {"all": ["quiz/css/admin.css"]}

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "bank_question_changelist":
            questions = questions.annotate(versions_number=Count("versions")).prefetch_related(
                "key_points", "avoid_with"
            )
        return questions

    @admin.display(description=gettext_lazy("title"), ordering="title_zh")
    def name(self, question: Question) -> SafeString:
        return format_html('<span lang="{}">{}</span>', question.title.lang, question.title)

    @admin.display(description=gettext_lazy("edited since loaded"), boolean=True)
    def edited(self, question: Question) -> bool | None:
        """None for a question that came from no fixture."""
        return is_edited(question) if question.loaded_hash else None

    @admin.display(description=gettext_lazy("versions"), ordering="versions_number")
    def versions_count(self, question: Any) -> SafeString:
        url = reverse("admin:bank_questionversion_changelist")
        return format_html('<a href="{}?question__id__exact={}">{}</a>', url, question.pk, question.versions_number)

    @admin.action(description=gettext_lazy("Publish the selected questions"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        now = timezone.now()
        done = 0
        for question in queryset.exclude(status=Status.PUBLISHED):
            try:
                publish_question(question=question, now=now, editor=cast(User, request.user))
            except NotPublishable as error:
                lacking = {"question": question, "missing": "; ".join(missing_in_words(error.missing))}
                messages.error(request, _("“%(question)s” stays unpublished. It lacks: %(missing)s.") % lacking)
            else:
                done += 1
                self.log_change(request, question, [{"changed": {"fields": ["status"]}}])
        told = ngettext("%(count)s question is published now.", "%(count)s questions are published now.", done)
        messages.success(request, told % {"count": done})

    @admin.action(description=gettext_lazy("Retire the selected questions"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        done = 0
        for question in queryset.filter(status=Status.PUBLISHED):
            retire_question(question=question)
            done += 1
            self.log_change(request, question, [{"changed": {"fields": ["status"]}}])
        told = ngettext(
            "%(count)s question is retired now. Interviews that have it keep it.",
            "%(count)s questions are retired now. Interviews that have them keep them.",
            done,
        )
        messages.success(request, told % {"count": done})

    @admin.action(description=gettext_lazy("Draft key points from the reference answer"), permissions=["change"])
    def draft_key_points(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        for question in queryset:
            drafted = draft_key_points(question=question)
            if not drafted:
                told = _("“%(question)s” has key points already, or nothing to draft them from.")
                messages.warning(request, told % {"question": question})
                continue
            self.log_change(request, question, [{"added": {"name": str(KeyPoint._meta.verbose_name_plural)}}])
            told = ngettext(
                "“%(question)s”: %(count)s key point drafted. Make a statement of its expressions, then save.",
                "“%(question)s”: %(count)s key points drafted. Make statements of their expressions, then save.",
                drafted,
            )
            messages.success(request, told % {"question": question, "count": drafted})

    # The form

    def view_on_site(self, question: Question) -> str:
        return question.get_absolute_url()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        number = (Question.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        return {"number": number, "slug": f"question-{number}", **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> list[str]:
        # Links lead to the address, and a fixture finds its question by it.
        return ["slug"] if obj and obj.versions.exists() else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Question | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["title_en"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = _in_its_language(super().formfield_for_dbfield(db_field, request, **kwargs), db_field.name)
        if db_field.name == "topic":
            field.widget.can_delete_related = field.widget.can_view_related = False
        elif db_field.name in ("prompt_zh", "prompt_en"):
            field.widget.attrs["rows"] = 5
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        """Only drafts go: attempts and results point at the versions of what was published. Retire it instead."""
        return super().has_delete_permission(request, obj) and not (obj and obj.versions.exists())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        number_key_points(question=form.instance)
        version = write_version(
            question=form.instance,
            now=timezone.now(),
            editor=cast(User, request.user),
            note=form.cleaned_data.get("version_note", ""),
        )
        if version:
            messages.info(request, _("Version %(number)s was written.") % {"number": version.number})

    # The preview

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.preview))
        return [path("preview/", view, name="bank_question_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The Markdown text as candidates will see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponse(render(request.POST.get("text", "")[:MAX_SOURCE]))


@admin.register(QuestionVersion)
class QuestionVersionAdmin(ReadOnlyAdmin):
    list_display = ["question", "number", "created_at", "editor", "note"]
    list_display_links = ["question", "number"]
    list_filter = ["created_at", "editor"]
    list_select_related = ["question", "editor"]
    search_fields = ["=question__number", "question__title_zh", "question__title_en", "note"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = ["question", "number", "created_at", "editor", "note", "difference", "sha256"]
    readonly_fields = ["difference"]

    class Media:
        css = {"all": ["quiz/css/admin.css"]}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup == "question__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("changed since the version before"))
    def difference(self, version: QuestionVersion) -> SafeString:
        before = version.question.versions.filter(number__lt=version.number).order_by("-number").first()
        fields = changed_fields(before.content if before else {}, version.content)
        return render_to_string("admin/bank/difference.html", {"fields": fields, "is_first": before is None})


def _in_its_language(field: Any, name: str) -> Any:
    """The form's field, told which language is written in it: for spelling, fonts and voices."""
    tag = TAG.get(name.rpartition("_")[2])
    if field and tag:
        field.widget.attrs["lang"] = tag
    return field
