"""What a community settled for itself: for everyone at /u/<code>/rules/, kept at /desk/rules/."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused, Stale
from councils.actions import house as actions
from councils.actions.common import Mistaken
from councils.forms.house import AuthorisationForm, EndForm
from councils.forms.refusals import show_refusal
from councils.models import Authorisation, Resolution
from councils.models.house import MEETINGS_OF_ALL
from councils.permissions import may, require_at
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import scope
from orgs.powers import Power
from orgs.views import place_or_404

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_not_required  # residents have no accounts
@require_safe
def unit_rules(request, code):
    """What this place settled for itself beside the law."""
    unit, above, _below, phones = place_or_404(code)
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "authorisations": Authorisation.objects.of(unit).in_force(request.today),
    }
    return render(request, "councils/unit_rules.html", context)


@require_safe
def desk_rules(request):
    """What the places of this person settled for themselves, ended or not, and what may be entered."""
    rows = Authorisation.objects.visible_to(request.user, request.today).select_related(
        "unit", "resolution__matter__unit"
    )
    rows = list(rows.order_by("unit", "-given_on", "-id"))
    for row in rows:
        row.in_force = row.is_in_force(request.today)
        row.mine = may(request.user, Power.CONFIRM_RECORDS, row.unit, request.today)
    context = {"authorisations": rows, "units": _keepers(request)}
    return render(request, "councils/desk_rules.html", context)


def _keepers(request):
    """The communities for which this person may enter what was settled."""
    held = scope(request.user, Power.CONFIRM_RECORDS, on=request.today)
    if not held:
        return []
    return list(OrgUnit.objects.filter(held.q("path"), level=Level.COMMUNITY).open_on(request.today).order_by("code"))


@require_http_methods(FORM_METHODS)
def authorisation_new(request, code):
    """Enter an authorisation of the representatives."""
    unit = _unit(request, code)
    resolutions = Resolution.objects.filter(matter__unit=unit, matter__deciding_body__in=MEETINGS_OF_ALL)
    form = AuthorisationForm(
        request.POST if request.method == "POST" else None,
        unit=unit,
        resolutions=list(resolutions.select_related("matter__unit").order_by("-adopted_on")),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.authorise_representatives(by=request.user, at=request.at, unit=unit, **form.cleaned_data)
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("desk_rules")
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, _("The authorisation is entered."))
            return redirect("desk_rules")
    context = {"form": form, "unit": unit, "title": _("Authorise the representatives"), "verb": _("Enter")}
    return render(request, "councils/house_form.html", context, status=status)


def _unit(request, code):
    """The unit with this code whose records this person sees; PowerMissing when they may not enter what it settled."""
    unit = get_object_or_404(OrgUnit, code=code)
    if unit.level != Level.COMMUNITY or not may(request.user, Power.SEE_INTERNAL, unit, request.today):
        raise Http404
    require_at(request.user, Power.CONFIRM_RECORDS, unit, request.today)
    return unit


@require_http_methods(FORM_METHODS)
def authorisation_end(request, pk):
    """End an authorisation of the representatives."""
    rows = Authorisation.objects.visible_to(request.user, request.today).select_related("unit")
    row = get_object_or_404(rows, pk=pk)
    require_at(request.user, Power.CONFIRM_RECORDS, row.unit, request.today)
    if row.ended_on and request.method != "POST":
        messages.warning(request, _("This has ended."))
        return redirect("desk_rules")
    form = EndForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_authorisation(
                by=request.user, at=request.at, authorisation=row, reason=form.cleaned_data["reason"]
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("desk_rules")
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, _("The authorisation has ended."))
            return redirect("desk_rules")
    context = {"form": form, "unit": row.unit, "title": _("End the authorisation"), "verb": _("End it")}
    return render(request, "councils/house_form.html", context, status=status)
