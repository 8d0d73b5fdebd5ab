from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.time_zones import known_time_zones


def validate_time_zone(value: str) -> None:
    if value not in known_time_zones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """Whoever signs in: a candidate, or an editor where `is_staff` is set."""

    EXTRA_TIME = [(Decimal(factor), f"× {factor}") for factor in ("1.00", "1.25", "1.50", "2.00")]

    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Empty: as the browser asks."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: the browser's."),
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    extra_time = models.DecimalField(
        _("extra time"),
        max_digits=3,
        decimal_places=2,
        choices=EXTRA_TIME,
        default=Decimal("1.00"),
        help_text=_("Every time limit is multiplied by this factor. It holds for the next interview."),
    )
    single_key_shortcuts = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("F flags a question and ? lists the shortcuts, outside the answer's field."),
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(extra_time__gte=1, extra_time__lte=2), name="extra_time_1_to_2")
        ]
