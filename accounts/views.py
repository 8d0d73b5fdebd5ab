from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import PreferencesForm, SettingsForm
from accounts.models import User
from accounts.preferences import browser_time_zone, language_wished, remember_language, remember_theme
from accounts.requests import SignedInRequest
from accounts.services import store_preferences


@login_required
def settings_page(request: SignedInRequest) -> HttpResponse:
    # The form writes into its instance, also when it refuses: the header goes on showing what is stored.
    user = User.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, instance=user, browser_time_zone=browser_time_zone(request))
    if not form.is_valid():
        return render(request, "accounts/settings.html", {"form": form})
    form.save()
    with translation.override(language_wished(request, user.language)):
        messages.success(request, _("Your settings are saved."))
    response = redirect("accounts:settings")
    remember_language(response, user.language)
    remember_theme(response, user.theme)
    return response


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """The switches in the header, signed in or not."""
    form = PreferencesForm(request.POST)
    if not form.is_valid() or not form.chosen():
        raise BadRequest("neither a language nor a theme that there is")
    chosen = form.chosen()
    if isinstance(request.user, User):
        store_preferences(user=request.user, **chosen)
    response = HttpResponseRedirect(_own_address(request, request.POST.get("next", "")))
    if language := chosen.get("language"):
        remember_language(response, language)
    if theme := chosen.get("theme"):
        remember_theme(response, theme)
    return response


def _own_address(request: HttpRequest, address: str) -> str:
    """`address` if it leads to this site, else "/"."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "/"
