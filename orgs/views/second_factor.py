"""The code after the password; and how an account gets, renews and loses its second factor."""

import base64
import io

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused
from orgs import actions
from orgs.actions.second_factor import codes_left, new_key, otp_address
from orgs.forms import AppCodeForm, CodeForm
from orgs.views import pending

# The secret of a second factor that is being set up waits here, on our side, until the app has shown a code.
DRAFT = "second_factor_draft"


@login_not_required  # the password was right, but nobody is logged in before the code is
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request):
    """The second step of the login. Wrong codes count like wrong passwords."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    user, next_page = pending.recall(request)
    if user is None:
        pending.forget(request)
        reason = _("Account and password come first; after ten minutes they are asked for again.")
        return render(request, "orgs/login_again.html", {"reason": reason}, status=409)
    form = CodeForm(request.POST or None)
    credentials = {"username": user.username}
    if request.method == "POST" and form.is_valid():
        if not AxesProxyHandler.is_allowed(request, credentials):
            return get_lockout_response(request, None, credentials)
        verdict = actions.check_code(user=user, code=form.cleaned_data["code"], at=request.at)
        if verdict.accepted:
            pending.forget(request)
            auth.login(request, user)
            tell_codes_left(request, verdict)
            return redirect(next_page)
        if not verdict.is_early:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.add_error("code", refusal_of(verdict))
    return render(request, "orgs/login_code.html", {"form": form, "account": user})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request):
    """Whether the account has a second factor; with a code it is removed, or gets new recovery codes."""
    user = request.user
    form = CodeForm(request.POST or None)
    if request.method == "POST" and user.second_factor_at and form.is_valid():
        verdict = actions.check_code(user=user, code=form.cleaned_data["code"], at=request.at)
        if not verdict.accepted:
            form.add_error("code", refusal_of(verdict))
        elif request.POST.get("do") == "remove":
            auth.update_session_auth_hash(request, actions.remove_second_factor(user=user, at=request.at))
            messages.success(request, _("The second factor is removed."))
            return redirect("second_factor")
        else:
            return codes_page(request, actions.renew_recovery_codes(user=user, at=request.at))
    left = codes_left(user) if user.second_factor_at else 0
    return render(request, "orgs/second_factor.html", {"form": form, "left": left, "is_off": is_off()})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request):
    """The secret as a QR code, as a link and typed out; the code that the app makes of it ties it to the account."""
    if request.user.second_factor_at or is_off():
        return redirect("second_factor")
    key = request.session.setdefault(DRAFT, new_key())
    form = AppCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            codes = actions.set_up_second_factor(user=request.user, key=key, code=code, at=request.at)
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            del request.session[DRAFT]
            request.user.second_factor_at = request.at
            auth.update_session_auth_hash(request, request.user)
            return codes_page(request, codes)
    address = otp_address(request.user, key)
    context = {"form": form, "address": address, "secret": grouped(key), "is_duty": request.user.owes_second_factor}
    return render(request, "orgs/second_factor_setup.html", context)


@never_cache
@require_safe
def qr(request):
    """The secret that is being set up as a QR code; it has an address of its own, for the strict policy's sake."""
    key = request.session.get(DRAFT)
    if key is None:
        raise Http404
    out = io.BytesIO()
    segno.make(otp_address(request.user, key), error="m").save(out, kind="svg", border=3, light="#fff", omitsize=True)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def codes_page(request, codes):
    """The recovery codes, shown this once: the portal keeps only their hashes."""
    return render(request, "orgs/recovery_codes.html", {"codes": codes})


def is_off():
    """Whether the portal works without second factors."""
    return settings.SECOND_FACTOR == "off"


def grouped(key):
    """The secret as apps take it when it is typed: Base32 in groups of four."""
    text = base64.b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def refusal_of(verdict):
    """What to tell whoever sent a code that was not accepted."""
    if verdict.is_early:
        return _("After a wrong code there is a short wait, a little longer each time. Try again in a moment.")
    return _("This code is not right, or it was used already. Wait for the next one.")


def tell_codes_left(request, verdict):
    """After a recovery code was used up: how many are left."""
    if verdict.codes_left is not None:
        text = _("A recovery code was used up; %(left)s are left. Is your telephone lost? Then set up the new one.")
        messages.warning(request, text % {"left": verdict.codes_left})
