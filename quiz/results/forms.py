from django import forms
from django.utils.translation import gettext_lazy as _

from quiz.results.models import MAX_NOTE


class ReportForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea({"rows": 4, "aria-describedby": "note-help"}),
        label=_("What is wrong with this mark?"),
    )
