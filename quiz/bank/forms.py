"""The editors' forms: what is typed is kept as it was typed, and nobody overwrites somebody else unseen."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from quiz.bank.content import content_of, lines, sha256
from quiz.bank.models import KeyPoint, Origin, Question, Status
from quiz.bank.services import locked
from quiz.marking import InvalidExpression, check_expression

LAST_POSITION = 32_767  # what the column holds; the key points are numbered anew after every save

FAULTS: Mapping[str, str | Promise] = {
    "empty": _("An expression needs at least one letter, digit or symbol."),
    "empty-alternative": _("Something is missing beside this sign."),
    "star-not-last": _("A * may only stand at the end of a word."),
    "gap-at-end": _("Words have to stand on both sides of a gap."),
    "no-spaces": _("Put spaces around the sign, or quotation marks around a formula."),
    "unknown-group": _("There is no group of words with this name."),
    "mixed-signs": _("Use either + or > between the groups of a line."),
    "after-exclusion": _("What is excluded by ! has to come last."),
    "inner-parentheses": _("Parentheses have to stand around the whole group: write each alternative out."),
    "too-many": _("There are too many alternatives in one group."),
}
NEEDED: Mapping[str, str | Promise] = {
    "title_zh": _("the title in Chinese"),
    "prompt_zh": _("the prompt in Chinese"),
    "reference_answer_zh": _("the reference answer in Chinese"),
    "key_points": _("accepted expressions for each scored key point"),
}


class Textarea(AdminTextareaWidget):
    """Gives line ends as LF: browsers send CRLF, and every text would count as changed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class MarkdownTextarea(Textarea):
    """A text that candidates see rendered: the page's script puts a button for the preview below it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        preview = {
            "data-preview-url": reverse_lazy("admin:bank_question_preview"),
            "data-text-preview": _("Preview"),
            "data-text-hide": _("Hide the preview"),
            "data-text-empty": _("There is nothing to show yet."),
            "data-text-failed": _("The preview did not arrive. What you typed is still here; try again."),
        }
        super().__init__({"rows": 14, **preview, **(attrs or {})})

    class Media:
        js = ["quiz/js/admin-preview.js"]


def state_of(question: Question) -> str:
    """A hash of everything that the form writes: two that are the same have nothing to overwrite between them."""
    return sha256({**content_of(question), "status": question.status})


class QuestionForm(forms.ModelForm):
    content_hash = forms.CharField(required=False, widget=forms.HiddenInput)
    version_note = forms.CharField(
        label=_("Note for the version"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("What you changed and why. Kept with the version that saving a published question writes."),
    )

    class Meta:
        model = Question
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["content_hash"] = state_of(self.instance)
        if self.instance.pk and "status" in self.fields and self.instance.versions.exists():
            # A draft is what nobody has seen; what has been published is retired instead.
            self.fields["status"].choices = [pair for pair in Status.choices if pair[0] != Status.DRAFT]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk:
            self._refuse_to_overwrite(cleaned.get("content_hash", ""))
        return cleaned

    def _refuse_to_overwrite(self, opened: str) -> None:
        stored = locked(self.instance)
        current = state_of(stored)
        if opened == current:
            return
        # Whoever has read the message and saves once more means it.
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("content_hash")] = current  # type: ignore[index]
        self.add_error(None, _conflict(stored))


def _conflict(question: Question) -> str:
    content_type = ContentType.objects.get_for_model(Question)
    last = LogEntry.objects.filter(content_type=content_type, object_id=str(question.pk)).select_related("user").first()
    who = (
        _("%(editor)s saved this question at %(time)s, after you had opened it.")
        % {"editor": last.user, "time": localtime(last.action_time).strftime("%H:%M:%S")}
        if last
        else _("This question was changed after you had opened it.")
    )
    return format_html(
        '{} {} <a href="" target="_blank" rel="noopener">{}</a>',
        who,
        _(
            "Nothing of yours has been saved; it is still in the fields below. Bring over what changed meanwhile, then "
            "save again: that replaces the other text with yours."
        ),
        _("See the question as it is now (in a new tab)"),
    )


class KeyPointForm(forms.ModelForm):
    position = forms.IntegerField(
        label=_("Position"),
        required=False,
        min_value=1,
        max_value=LAST_POSITION,
        help_text=_("Empty: last."),
        widget=forms.NumberInput(attrs={"class": "vSmallIntegerField"}),
    )

    class Meta:
        model = KeyPoint
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = None

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or LAST_POSITION

    def clean_expressions(self) -> str:
        return _checked(self.cleaned_data["expressions"])

    def clean_misconceptions(self) -> str:
        return _checked(self.cleaned_data["misconceptions"])


def _checked(text: str) -> str:
    """The expressions, one a line; where some cannot be read, each fault with its line and character."""
    expressions = lines(text)
    errors = []
    for number, expression in enumerate(expressions, start=1):
        try:
            check_expression(expression)
        except InvalidExpression as fault:
            told = {
                "number": number,
                "position": fault.position + 1,
                "expression": expression,
                "fault": FAULTS.get(fault.key, fault.message),
            }
            message = _("Line %(number)s, character %(position)s of “%(expression)s”: %(fault)s")
            errors.append(ValidationError(message, params=told))
    if errors:
        raise ValidationError(errors)
    return "\n".join(expressions)


class KeyPointFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.status != Status.PUBLISHED:
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        scored = [point for point in kept if point["origin"] == Origin.SEED]
        if not all(point["expressions"] for point in scored):
            raise ValidationError(
                _(
                    "Without %(needed)s, nobody could earn all marks. Complete the key points, or save the question "
                    "as a draft or as retired."
                ),
                params={"needed": NEEDED["key_points"]},
            )


def missing_in_words(keys: list[str]) -> list[str]:
    return [str(NEEDED[key]) for key in keys]
