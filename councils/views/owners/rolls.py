"""Rolls of owners at the desk of a compound. Names and doors are internal: to open them is written down."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.errors import Refused
from councils.actions import owners as actions
from councils.forms.owners import AdoptedRuleForm, RollForm
from councils.models import AdoptedRule, Meeting, OwnerRoll, PropertyUnit
from orgs.answers import show_refusal
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import refusal, require, scope
from orgs.powers import Power

PER_PAGE = 100
SHOWN = 50  # doors and problems of a preview
FORM_METHODS = ["GET", "HEAD", "POST"]


def compounds(request):
    """The compounds whose internal records this person may see."""
    mine = scope(request.user, Power.SEE_INTERNAL, on=request.today).q("path")
    return OrgUnit.objects.filter(mine, level=Level.COMPOUND, closed_on=None).order_by("path")


@require_safe
def owner_units(request):
    """Every compound this person may see, with its newest roll."""
    if not scope(request.user, Power.SEE_INTERNAL, on=request.today):
        raise Http404
    return render(request, "councils/owners/units.html", {"units": compounds(request).prefetch_related("owner_rolls")})


def find_compound(request, pk):
    """The compound with this id; a stranger finds nothing."""
    return get_object_or_404(compounds(request), pk=pk)


@require_safe
def owners_desk(request, pk):
    """One compound: versions of its roll, its assemblies, and what it adopted about owners who return no ballot."""
    unit = find_compound(request, pk)
    context = {
        "unit": unit,
        "rolls": list(unit.owner_rolls.all()),
        "meetings": list(Meeting.objects.filter(unit=unit, by_ballots=True).select_related("body")),
        "rule": AdoptedRule.objects.filter(unit=unit, ended_on=None).first(),
        "refusal": refusal(request.user, Power.RUN_MEETINGS, unit.path, on=request.today),
        "rule_refusal": refusal(request.user, Power.CONFIRM_RECORDS, unit.path, on=request.today),
    }
    return render(request, "councils/owners/desk.html", context)


@require_http_methods(FORM_METHODS)
def silent_rule(request, pk):
    """Record what the owners adopted about those who return no ballot, or that it is no longer in force."""
    unit = find_compound(request, pk)
    require(request.user, Power.CONFIRM_RECORDS, unit.path, on=request.today)
    rule = AdoptedRule.objects.filter(unit=unit, ended_on=None).first()
    ending = request.method == "POST" and request.POST.get("do") == "end"
    form = AdoptedRuleForm(request.POST if request.method == "POST" and not ending else None)
    status = 200
    if ending and rule is None:
        return redirect("owners_desk", unit.pk)
    if ending or form.is_valid():
        try:
            if ending:
                actions.end_rule(by=request.user, at=request.at, rule=rule)
            else:
                actions.adopt_rule(by=request.user, at=request.at, unit=unit, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused) if form.is_bound else messages.warning(request, str(refused))
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("owners_desk", unit.pk)
    context = {"unit": unit, "rule": rule, "form": form}
    return render(request, "councils/owners/silent_rule.html", context, status=status)


@require_http_methods(FORM_METHODS)
def owner_import(request, pk):
    """Import a new version of the roll from a sheet: looked at first with every bad row, then written as a whole."""
    unit = find_compound(request, pk)
    require(request.user, Power.RUN_MEETINGS, unit.path, on=request.today)
    sent = request.method == "POST"
    form = RollForm(request.POST if sent else None, request.FILES if sent else None, unit=unit, today=request.today)
    status = 200
    if sent and form.is_valid() and not form.problems and request.POST.get("do") == "save":
        given = form.cleaned_data
        try:
            roll = actions.import_roll(
                by=request.user,
                at=request.at,
                unit=unit,
                as_of=given["as_of"],
                basis=given["basis"],
                doors=form.reading.doors,
                token=given["token"],
            )
        except Refused as refused:
            show_refusal(form, refused)
            status = 409
        else:
            messages.success(request, _("The roll is imported."))
            return redirect(roll)
    context = {"unit": unit, "form": form, "reading": form.reading}
    if form.reading:
        context |= {
            "problems": form.problems[:SHOWN],
            "more_problems": max(0, len(form.problems) - SHOWN),
            "remarks": form.reading.remarks[:SHOWN],
            "heads": form.reading.heads[:SHOWN],
            "more_heads": max(0, len(form.reading.heads) - SHOWN),
        }
    return render(request, "councils/owners/import.html", context, status=status)


def find_roll(request, pk):
    """The roll with this id, of a compound that this person may see."""
    rolls = OwnerRoll.objects.filter(unit__in=compounds(request)).select_related("unit")
    return get_object_or_404(rolls, pk=pk)


@require_safe
def owner_roll(request, pk):
    """One version of a roll with its names and doors."""
    roll = find_roll(request, pk)
    if request.method == "GET":
        actions.note_roll_read(by=request.user, at=request.at, roll=roll)
    owners = roll.owners.prefetch_related(Prefetch("units", PropertyUnit.objects.order_by("pk")))
    page = Paginator(owners, PER_PAGE).get_page(request.GET.get("page"))
    for head in page:
        head.area = sum(door.area for door in head.units.all())
    context = {
        "roll": roll,
        "unit": roll.unit,
        "page": page,
        "refusal": refusal(request.user, Power.RUN_MEETINGS, roll.unit.path, on=request.today),
    }
    return render(request, "councils/owners/roll.html", context)


@require_POST
def owner_roll_discard(request, pk):
    """Throw a provisional roll away."""
    roll = find_roll(request, pk)
    require(request.user, Power.RUN_MEETINGS, roll.unit.path, on=request.today)
    try:
        actions.discard_roll(by=request.user, at=request.at, roll=roll)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The roll is thrown away."))
    return redirect("owners_desk", roll.unit_id)
