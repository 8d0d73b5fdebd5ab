from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.views import logout
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def sign_out(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    return logout(request)


# One door: who signs in to the admin passes the same limits, and later the same second factor, as everybody else.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = sign_out  # type: ignore[method-assign, assignment]


@admin.register(User)
class VivaUserAdmin(UserAdmin):
    list_display = ["username", "email", "is_staff", "is_active", "date_joined", "last_login"]
    fieldsets = [
        *(UserAdmin.fieldsets or ()),
        (_("Preferences"), {"fields": ["language", "time_zone", "theme", "extra_time", "single_key_shortcuts"]}),
    ]
