"""Login, passwords, and the internal page on how the bodies of a unit are put together."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused
from orgs import actions
from orgs.actions.accounts import open_link
from orgs.forms import ChangePasswordForm, FirstPasswordForm, LoginForm
from orgs.models import OrgUnit
from orgs.permissions import scope
from orgs.powers import Power


def place_or_404(code):
    """The `Place` of the unit with this code, for the pages of every app. One query."""
    try:
        return OrgUnit.objects.place(code)
    except OrgUnit.DoesNotExist:
        raise Http404 from None


# Django's own view: it keeps `next` on this host and changes the session's key at login.
login = LoginView.as_view(
    template_name="orgs/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)

# Open to everyone: who is logged out already (in another tab) is sent home, not to the login page.
logout = login_not_required(LogoutView.as_view())


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_change(request):
    """A new password for the account that is logged in; other sessions of it end."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = actions.choose_password(user=request.user, password=form.cleaned_data["new_password1"], at=request.at)
        update_session_auth_hash(request, user)
        messages.success(request, _("The password is changed."))
        return redirect("desk")
    return render(request, "orgs/password_change.html", {"form": form})


@login_not_required  # The token is the key: who opens the link has no password yet.
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def first_login(request, token):
    """The owner of a one-time link chooses a password, which uses the link up."""
    link = open_link(token, at=request.at)
    if link is None:
        return render(request, "orgs/link_closed.html", status=410)
    form = FirstPasswordForm(link.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_password(
                user=link.user, password=form.cleaned_data["new_password1"], at=request.at, token=token
            )
        except Refused:  # used a moment ago, in another tab
            return render(request, "orgs/link_closed.html", status=410)
        messages.success(request, _("The password is saved. Log in with it now."))
        return redirect("login")
    return render(request, "orgs/first_login.html", {"form": form, "account": link.user})


@require_safe
def composition(request, code):
    """Breaches of law and missed targets of the bodies of a unit. Internal; Party bodies for their own people only."""
    unit = get_object_or_404(OrgUnit, code=code)
    if not scope(request.user, Power.SEE_INTERNAL, on=request.today).covers(unit.path):
        raise Http404
    sees_party = scope(request.user, Power.SEE_PARTY_INTERNAL, on=request.today).covers(unit.path)
    bodies = [
        (body, [finding for finding in findings if sees_party or not finding.is_party])
        for body, findings in unit.composition(request.today)
        if sees_party or not body.is_party
    ]
    above = OrgUnit.objects.ancestors_of(unit)
    return render(request, "orgs/composition.html", {"unit": unit, "above": above, "bodies": bodies})
