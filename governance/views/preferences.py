"""How the visitor wants to read: size of print and language.

Exempt from the CSRF check: the only effect is a display preference in the visitor's own browser, and a token would put
a cookie into every public page, which then could not come from a cache.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from governance.context import LARGE_COOKIE

YEAR = 365 * 24 * 60 * 60  # seconds


@login_not_required  # a preference of any visitor
@csrf_exempt
@require_POST
def set_look(request):
    """Large print on (`large=1`) or off, then back to the page."""
    response = _back(request)
    if request.POST.get("large") == "1":
        remember(response, LARGE_COOKIE, "1")
    else:
        response.delete_cookie(LARGE_COOKIE)
    return response


@login_not_required  # a preference of any visitor
@csrf_exempt
@require_POST
def set_language(request):
    """The language of the interface, one of settings.LANGUAGES, then back to the page."""
    response = _back(request)
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def _back(request):
    """A redirect to the page of ours that the form came from; home for any other address."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("home")
    return HttpResponseRedirect(target)


def remember(response, name, value):
    """Keep `value` in the visitor's browser for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)
