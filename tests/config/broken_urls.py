"""The real addresses and one whose view breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret of the view")


urlpatterns = [path("broken", broken), path("", include("config.urls"))]
