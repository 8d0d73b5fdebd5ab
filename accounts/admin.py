from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class VivaUserAdmin(UserAdmin):
    list_display = ["username", "email", "is_staff", "is_active", "date_joined", "last_login"]
    fieldsets = [
        *UserAdmin.fieldsets,
        (_("Preferences"), {"fields": ["language", "time_zone", "theme", "extra_time", "single_key_shortcuts"]}),
    ]
