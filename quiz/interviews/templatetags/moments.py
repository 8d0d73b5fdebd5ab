"""Moments as a page's scripts read them."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter
def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC, as JavaScript counts."""
    return round(moment.timestamp() * 1000)
