from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from accounts.preferences import time_zone_of


class PreferencesMiddleware:
    """Speak the signed-in user's language and show times in the user's zone, else the browser's.

    Comes after LocaleMiddleware, which has chosen a language from the cookie or the browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if language := getattr(request.user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        if name := time_zone_of(request):
            timezone.activate(ZoneInfo(name))
        else:
            timezone.deactivate()
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # what somebody sees signed in is for nobody else, and not for later
        return response
