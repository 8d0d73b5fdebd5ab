"""Where allauth asks the site: our words for what went wrong, and mail that fails without taking the page with it."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.preferences import theme_of

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or the password is wrong."),
        "email_password_mismatch": _("The email address or the password is wrong."),
        "too_many_login_attempts": _("Too many failed tries. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "username_taken": _("Somebody has this username already. Choose another."),
        "email_taken": _("Another account has this email address already."),
        "duplicate_email": _("Your account has this email address already."),
    }

    def new_user(self, request: HttpRequest) -> User:
        """The theme chosen before signing up goes on; the language does so by its cookie."""
        user = super().new_user(request)
        user.theme = theme_of(request)
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down is told on the page: the account that was just made stays usable."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            log.exception("A mail could not be sent: %s", template_prefix)
            self._tell_unsent(email)

    def _tell_unsent(self, email: str) -> None:
        text = _("The mail to %(email)s could not be sent. Try again later; if it stays like this, tell the operator.")
        messages.error(context.request, text % {"email": email})
