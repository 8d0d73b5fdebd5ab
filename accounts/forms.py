"""The settings, the switches in the header, and allauth's forms in our words."""

from decimal import Decimal
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import Theme, User
from accounts.time_zones import known_time_zones, time_zones_by_area

LANGUAGE_NAMES = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
# A phone's keyboard would write the first letter large and the rest as a word of its dictionary.
NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class FirstErrorFocused(forms.BaseForm):
    """A form that comes back with errors puts the cursor into the first field that has one."""

    def full_clean(self) -> None:
        super().full_clean()
        if first := next((field for name, field in self.fields.items() if name in self.errors), None):
            first.widget.attrs["autofocus"] = True


class PreferencesForm(forms.Form):
    """What the switches in the header send: one of the two."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=Theme, required=False)

    def chosen(self) -> dict[str, str]:
        """Field to value, without what was not sent; for a valid form only."""
        return {field: value for field, value in self.cleaned_data.items() if value}


class SettingsForm(FirstErrorFocused, forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the browser asks")), *LANGUAGE_NAMES],
        required=False,
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("The times on every page are shown in this zone.")
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme, widget=forms.RadioSelect)
    extra_time = forms.TypedChoiceField(
        label=_("Extra time"),
        choices=[
            (factor, _("The usual time") if factor == 1 else f"× {factor.normalize()}")
            for factor, _label in User.EXTRA_TIME
        ],
        coerce=Decimal,
        widget=forms.RadioSelect,
        help_text=_("Every time limit is multiplied by this factor, from the next interview on."),
    )
    single_key_shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("In an interview, F flags the question and ? lists the shortcuts while you are not typing."),
    )

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "extra_time", "single_key_shortcuts"]

    def __init__(self, *args: Any, browser_time_zone: str, **kwargs: Any) -> None:
        """`browser_time_zone`: the zone the browser is in at present, or "" where it has told none."""
        super().__init__(*args, **kwargs)
        told = _("The browser's: %(zone)s") % {"zone": browser_time_zone} if browser_time_zone else ""
        zones: list[Any] = [("", told or _("The browser's")), ("UTC", "UTC"), *time_zones_by_area()]
        # An administrator may have set a zone that the list does not offer: saving something else must not undo it.
        kept = self.instance.time_zone
        if kept in known_time_zones() and not any(kept in dict(group) for _area, group in time_zones_by_area()):
            zones.insert(1, (kept, kept))
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]


class OurWords(FirstErrorFocused):
    """An allauth form with our labels and without its placeholders, which only repeat them."""

    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignupForm(OurWords, allauth_forms.SignupForm):
    labels = {
        "username": _("Username"),
        "email": _("Email (optional)"),
        "password1": _("Password"),
        "password2": _("Password, once more"),
    }
    help_texts = {"email": _("Without it, a forgotten password cannot be reset.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= NAME_ATTRS


class LoginForm(OurWords, allauth_forms.LoginForm):
    labels = {"login": _("Username or email"), "password": _("Password")}
    help_texts = {"password": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= NAME_ATTRS


class ReauthenticateForm(OurWords, allauth_forms.ReauthenticateForm):
    labels = {"password": _("Password")}
    help_texts = {"password": ""}


class ChangePasswordForm(OurWords, allauth_forms.ChangePasswordForm):
    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    help_texts = {"oldpassword": ""}


class SetPasswordForm(OurWords, allauth_forms.SetPasswordForm):
    labels = {"password1": _("New password"), "password2": _("New password, once more")}


class ResetPasswordKeyForm(OurWords, allauth_forms.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password, once more")}


class ResetPasswordForm(OurWords, allauth_forms.ResetPasswordForm):
    labels = {"email": _("Email")}


class AddEmailForm(OurWords, allauth_forms.AddEmailForm):
    labels = {"email": _("Email")}
