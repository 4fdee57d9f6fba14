"""What a community settled for itself: for everyone at /u/<code>/rules/, kept at /desk/rules/."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from councils.actions import house as actions
from councils.forms.house import AuthorisationForm, EndForm, LastDayForm, LocalRuleForm
from councils.models import Authorisation, LocalRule, Resolution
from councils.models.house import MEETINGS_OF_ALL
from councils.permissions import may, may_settle, require_at, require_settling
from councils.views.procedures import lines
from orgs.answers import answer
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import scope
from orgs.powers import Power
from orgs.views import place_or_404
from orgs.village import in_place, only_villages

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
        "local_rules": LocalRule.objects.at(unit).in_force(request.today),
        "procedures": lines(unit, request.today),
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
    local = list(LocalRule.objects.visible_to(request.user, request.today).select_related("unit"))
    for row in local:
        row.in_force = row.is_in_force(request.today)
        row.mine = may_settle(request.user, row.unit, request.today)
    units = _keepers(request)
    context = {"authorisations": rows, "local_rules": local, "units": units, "places": _settlers(request)}
    context["village"] = only_villages(units)
    return render(request, "councils/desk_rules.html", context)


def _keepers(request):
    """The communities for which this person may enter what the meeting of all settled."""
    held = scope(request.user, Power.CONFIRM_RECORDS, on=request.today)
    return _places(held.q("path"), request.today, Level.COMMUNITY) if held else []


def _settlers(request):
    """The units for which this person may enter stricter numbers."""
    records = scope(request.user, Power.CONFIRM_RECORDS, on=request.today)
    terms = scope(request.user, Power.MANAGE_TERMS, on=request.today)
    found = _places(records.q("path"), request.today, Level.COMMUNITY, Level.COMPOUND) if records else []
    found += _places(terms.q("path"), request.today, Level.STREET) if terms else []
    return found


def _places(q, today, *levels):
    return list(OrgUnit.objects.filter(q, level__in=levels).open_on(today).order_by("code"))


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
    return _settle(
        request,
        form,
        lambda: actions.authorise_representatives(by=request.user, at=request.at, unit=unit, **form.cleaned_data),
        {
            "unit": unit,
            "title": in_place(_("Authorise the representatives"), unit),
            "verb": _("Enter"),
            "done": _("The authorisation is entered."),
        },
    )


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
    return _settle(
        request,
        form,
        lambda: actions.end_authorisation(
            by=request.user, at=request.at, authorisation=row, reason=form.cleaned_data["reason"]
        ),
        {
            "unit": row.unit,
            "title": _("End the authorisation"),
            "verb": _("End it"),
            "done": _("The authorisation has ended."),
        },
    )


@require_http_methods(FORM_METHODS)
def local_rule_new(request, code):
    """Enter numbers stricter than the law's for a unit and all below it."""
    unit = get_object_or_404(OrgUnit, code=code)
    known = may(request.user, Power.SEE_INTERNAL, unit, request.today)
    if not known and not may_settle(request.user, unit, request.today):
        raise Http404
    require_settling(request.user, unit, request.today)
    form = LocalRuleForm(request.POST if request.method == "POST" else None, unit=unit)
    return _settle(
        request,
        form,
        lambda: actions.adopt_local_rule(by=request.user, at=request.at, unit=unit, **form.cleaned_data),
        {
            "unit": unit,
            "title": _("Enter a stricter local rule"),
            "verb": _("Enter"),
            "done": _("The local rule is entered. Meetings called from now on are judged by it."),
        },
    )


@require_http_methods(FORM_METHODS)
def local_rule_end(request, pk):
    """Enter the last day of a local rule."""
    rows = LocalRule.objects.visible_to(request.user, request.today).select_related("unit")
    row = get_object_or_404(rows, pk=pk)
    require_settling(request.user, row.unit, request.today)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    return _settle(
        request,
        form,
        lambda: actions.end_local_rule(
            by=request.user, at=request.at, rule=row, last_day=form.cleaned_data["last_day"]
        ),
        {
            "unit": row.unit,
            "title": _("End the local rule"),
            "verb": _("End it"),
            "done": _("The last day of the local rule is entered."),
        },
    )


def _settle(request, form, act, words):
    """The answer to a form of this page."""
    return answer(request, form, act, template="councils/house_form.html", words=words, target="desk_rules")
