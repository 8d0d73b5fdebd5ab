"""What the browser remembers for somebody who has not signed in: language, theme and time zone."""

from datetime import timedelta
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request

from accounts.models import Theme
from accounts.time_zones import known_time_zones

THEME_COOKIE = "theme"
TIME_ZONE_COOKIE = "time_zone"
COOKIE_AGE = timedelta(days=365)


def theme_of(request: HttpRequest) -> str:
    """The user's theme, else the browser's; a request refused before anybody was recognised has no user at all."""
    if chosen := getattr(getattr(request, "user", None), "theme", ""):
        return chosen
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in Theme else Theme.SYSTEM.value


def browser_time_zone(request: HttpRequest) -> str:
    """The zone that page.js told us in its cookie, or "" where it told none that the server knows."""
    told = unquote(request.COOKIES.get(TIME_ZONE_COOKIE, ""))
    return told if told in known_time_zones() else ""


def time_zone_of(request: HttpRequest) -> str:
    """The user's time zone, else the browser's, else ""."""
    chosen = getattr(request.user, "time_zone", "")
    return chosen if chosen in known_time_zones() else browser_time_zone(request)


def remember_theme(response: HttpResponse, theme: str) -> None:
    _remember(response, THEME_COOKIE, theme)


def remember_language(response: HttpResponse, language: str) -> None:
    """In the cookie that Django's LocaleMiddleware reads; "" forgets it, so that the browser's wish counts again."""
    if language:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")


def language_wished(request: HttpRequest, language: str) -> str:
    """`language`, or for "" what the browser asks, whatever the cookie says."""
    without_cookies = HttpRequest()
    without_cookies.META = request.META
    return language or get_language_from_request(without_cookies)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_AGE, samesite="Lax", secure=settings.HTTPS)
