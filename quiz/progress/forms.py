from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from quiz.bank.models import Topic
from quiz.interviews.models import Attempt, Blueprint

# Beyond these a time zone would push the day out of the calendar.
IN_EVERY_TIME_ZONE = [MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(9000, 1, 1))]


def day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"], validators=IN_EVERY_TIME_ZONE
    )


class HistoryFilter(forms.Form):
    topic = forms.ModelChoiceField(
        Topic.objects.all(), to_field_name="slug", required=False, label=_("Topic"), empty_label=_("All topics")
    )
    blueprint = forms.ModelChoiceField(
        Blueprint.objects.none(),
        to_field_name="slug",
        required=False,
        label=_("Blueprint"),
        empty_label=_("All interviews"),
    )
    since = day(_("From"))
    until = day(_("Until"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Also those that an editor has withdrawn since, and no drafts.
        sat = Blueprint.objects.filter(pk__in=Attempt.objects.filter(user=user).values("blueprint"))
        self.fields["blueprint"].queryset = sat  # type: ignore[attr-defined]

    @property
    def is_set(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def valid_filters(self) -> dict[str, Any]:
        """The filters that make sense; the others are shown with what is wrong with them."""
        self.is_valid()
        return self.cleaned_data
