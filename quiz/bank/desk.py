"""What the editors' desks of all rooms share."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows what candidates or the system wrote. It can be looked at, and goes only with what it belongs to."""

    actions: list[str] | None = None

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Never on its own pages; but whoever may delete it may delete an account, which takes it along."""
        here = request.resolver_match.url_name if request.resolver_match else ""
        own = f"{self.opts.app_label}_{self.opts.model_name}_"
        return not (here or "").startswith(own) and super().has_delete_permission(request, obj)
