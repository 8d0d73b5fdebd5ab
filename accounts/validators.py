from django.contrib.auth import password_validation
from django.utils.translation import ngettext


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's, but for the message, which Django 5.2 has in no Chinese."""

    def get_error_message(self) -> str:
        return (
            ngettext(
                "This password is too short: use at least %d character.",
                "This password is too short: use at least %d characters.",
                self.min_length,
            )
            % self.min_length
        )
