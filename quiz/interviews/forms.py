"""What the interview's pages send, checked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quiz.bank.models import Difficulty
from quiz.bank.queries import topics_with_counts
from quiz.interviews.models import MAX_ANSWER, MAX_MINUTES, MAX_QUESTIONS, Attempt, Format
from quiz.interviews.recipe import USUAL_COUNT, USUAL_MINUTES, Recipe
from quiz.interviews.services import Draft

MAX_INT = 2**31 - 1
SUGGESTED = "suggested"


class MinutesWidget(forms.NumberInput):
    """A number field beside a radio button of the same name, so that both work without scripts."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        return SUGGESTED if SUGGESTED in values else next((value for value in reversed(values) if value), None)


class MinutesField(forms.IntegerField):
    """1 to 180, or None for `suggested`."""

    widget = MinutesWidget

    def clean(self, value: Any) -> int | None:
        return None if value == SUGGESTED else super().clean(value)


class SetUpForm(forms.Form):
    topics = forms.ModelMultipleChoiceField(
        topics_with_counts(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Topics"),
    )
    difficulty = forms.MultipleChoiceField(
        choices=Difficulty.choices, required=False, widget=forms.CheckboxSelectMultiple, label=_("Difficulty")
    )
    count = forms.IntegerField(min_value=1, max_value=MAX_QUESTIONS, label=_("Number of questions"))
    minutes = MinutesField(min_value=1, max_value=MAX_MINUTES, label=_("Minutes"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the questions"))
    format = forms.ChoiceField(choices=Format.choices, required=False, label=_("Format"))

    @staticmethod
    def usual(last: Attempt | None = None) -> dict[str, Any]:
        """What one click starts; in the format of the candidate's last interview."""
        language = get_language()
        return {
            "topics": [],
            "difficulty": [],
            "count": USUAL_COUNT,
            "minutes": USUAL_MINUTES,
            "language": language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
            "format": last.format if last else Format.PAPER,
        }

    def recipe(self) -> Recipe:
        data = self.cleaned_data
        return Recipe(
            topics=[topic.slug for topic in data["topics"]],
            difficulties=data["difficulty"],
            count=data["count"],
            minutes=data["minutes"],
            language=data["language"],
            format=data["format"] or Format.PAPER,
        )

    def matching(self) -> dict[str, list[str]]:
        """The chosen topics and difficulties, as far as they make sense, whatever else is wrong with the form."""
        self.is_valid()
        return {
            "topics": [topic.slug for topic in self.cleaned_data.get("topics", [])],
            "difficulties": self.cleaned_data.get("difficulty", []),
        }


class AnswerField(forms.CharField):
    """Any text as typed, line ends as LF. NUL is refused, because PostgreSQL cannot store it."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class AnswerForm(forms.Form):
    """An answer on its way from the room."""

    answer = AnswerField(strip=False, required=False, max_length=MAX_ANSWER)
    revision = forms.IntegerField(min_value=0, max_value=MAX_INT)
    seconds = forms.IntegerField(min_value=0, max_value=MAX_INT, required=False)
    page = forms.CharField(required=False, validators=[RegexValidator(r"^[0-9a-zA-Z-]{8,36}\Z")])
    seq = forms.IntegerField(min_value=0, max_value=MAX_INT, required=False)

    def clean_answer(self) -> str:
        if "answer" not in self.data:  # nothing sent is not the same as an empty answer
            raise forms.ValidationError("missing")
        return self.cleaned_data["answer"]

    @property
    def is_too_long(self) -> bool:
        return self.has_error("answer", "max_length")

    def draft(self, slot: int) -> Draft:
        data = self.cleaned_data
        return Draft(
            slot=slot,
            answer=data["answer"],
            revision=data["revision"],
            page=data["page"],
            seq=data["seq"] or 0,
            seconds=data["seconds"] or 0,
        )
