"""Pages for requests that cannot be answered: what happened, and what to do now."""

from inspect import getclosurevars, isfunction

from django.http import HttpResponseNotAllowed, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _


def forbidden(request, exception=None):
    """403 with the reason that the exception carries (`orgs.permissions.PowerMissing`)."""
    reason = str(exception) if exception and str(exception) else _("You have no power to do this.")
    return render(request, "403.html", {"reason": reason}, status=403)


def csrf_failure(request, reason=""):
    """403 when a form comes without its token: mostly a page that was open for too long; 405 where none is taken."""
    if request.resolver_match and request.method not in (allowed := _methods(request.resolver_match.func)):
        return HttpResponseNotAllowed(allowed)
    reason = _("The page was open for too long, or your browser refuses cookies. Please reload it and send it again.")
    return render(request, "not_done.html", {"reason": reason}, status=403)


def _methods(view):
    """What `require_http_methods` lets through to `view`; it keeps that nowhere else. Without it, what forms send."""
    while isfunction(view):
        if allowed := getclosurevars(view).nonlocals.get("request_method_list"):
            return allowed
        view = getattr(view, "__wrapped__", None)
    return ["GET", "HEAD", "POST"]


def bad_request(request, exception=None):
    """400."""
    return render(request, "400.html", status=400)


def wrong_method(request, allowed):
    """405 for an address that only takes forms."""
    reason = _(
        "This address only takes what a form sends and cannot be opened. Go back to the page before it. If you were "
        "logged out at the desk meanwhile, log in and send the form again."
    )
    response = render(request, "not_done.html", {"reason": reason}, status=405)
    response.headers["Allow"] = allowed
    return response


def too_long(request):
    """414 for an address longer than anything the portal's own forms send."""
    reason = _("The address is too long. Go back, shorten what you typed or choose fewer filters, and try again.")
    return render(request, "not_done.html", {"reason": reason}, status=414)


def not_found(request, exception=None):
    """404."""
    return render(request, "404.html", status=404)


def server_error(request):
    """500. It needs nothing but its template; the number finds the fault in the log."""
    text = get_template("500.html").render({"number": getattr(request, "id", "")[:8]})
    return HttpResponseServerError(text)
