"""What the browser remembers for somebody who has not signed in: theme and time zone (the language has Django's cookie)."""

from datetime import timedelta
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import Theme

THEME_COOKIE = "theme"
TIME_ZONE_COOKIE = "time_zone"
COOKIE_AGE = timedelta(days=365)


def theme_of(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.theme
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in Theme else Theme.SYSTEM.value


def time_zone_of(request: HttpRequest) -> str:
    """The user's time zone, else the browser's as its cookie tells it, else ""."""
    chosen = getattr(request.user, "time_zone", "")
    told = request.COOKIES.get(TIME_ZONE_COOKIE, "")
    return chosen or (told if told in available_timezones() else "")


def remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_AGE, samesite="Lax", secure=settings.HTTPS)
