"""Login, passwords, and the internal pages on the bodies of a unit: how they are put together, who is in them."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused
from orgs import actions
from orgs.actions.accounts import open_link
from orgs.forms import ChangePasswordForm, FirstPasswordForm, LoginForm, TermFilter
from orgs.listing import Listing
from orgs.models import Body, OrgUnit, Term
from orgs.offices import PARTY_KINDS
from orgs.permissions import scope
from orgs.powers import Power
from orgs.tables_terms import TERMS, TermTable, state_of
from orgs.views import pending


def place_or_404(code):
    """The `Place` of the unit with this code, for the pages of every app. One query."""
    try:
        return OrgUnit.objects.place(code)
    except OrgUnit.DoesNotExist:
        raise Http404 from None


class Login(LoginView):
    """Django's own: it keeps `next` on this host and changes the session's key at login. With a second factor the
    password leads to the page that asks for the code, and opens nothing yet.
    """

    template_name = "orgs/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        if not user.is_asked_for_code:
            return super().form_valid(form)
        pending.remember(self.request, user, self.get_success_url())
        return redirect("login_code")


login = Login.as_view()

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


@require_safe
def unit_terms(request, code):
    """Who holds which office at a unit, on request with those below it. Party offices for their own people only."""
    unit = get_object_or_404(OrgUnit, code=code)
    seen = scope(request.user, Power.SEE_INTERNAL, on=request.today)
    if not seen.covers(unit.path):
        raise Http404
    party = scope(request.user, Power.SEE_PARTY_INTERNAL, on=request.today)

    def readable(path, kind):
        return seen.q(path) & ~Q(**{f"{kind}__in": PARTY_KINDS}) | party.q(path) & Q(**{f"{kind}__in": PARTY_KINDS})

    bodies = Body.objects.filter(readable("unit__path", "kind"), unit=unit)
    form = TermFilter(request.GET, bodies=bodies)
    rows = Term.objects.filter(readable("body__unit__path", "body__kind"), form.condition(unit, request.today))
    rows = rows.select_related("person", "body__unit").order_by("body__unit__code", "body", "office", "seat", "id")
    listing = Listing(
        request,
        TermTable(rows),
        TERMS,
        filters=form,
        prepare=lambda term: setattr(term, "state", state_of(term, request.today)),
    )
    return listing.page("orgs/term_list.html", {"unit": unit, "above": OrgUnit.objects.ancestors_of(unit)})
