"""Carrying out a resolution: contractor, milestones, acceptance, costs, evaluation; drafting the two notices."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Refused
from councils import actions
from councils.enums import MilestoneKind, Status
from councils.forms.implementation import PARTS
from councils.models import Matter
from councils.views.matters import matter_for
from councils.views.public import budget
from councils.views.track import milestone_sentence, money_sentence, selection_sentence
from orgs.answers import show_refusal
from orgs.permissions import refusal
from orgs.powers import Power

VERBS = {
    "selection": actions.record_selection,
    "milestone": actions.add_milestone,
    "acceptance": actions.record_acceptance,
    "costs": actions.record_costs,
    "evaluation": actions.record_evaluation,
    "outcome": actions.draft_outcome_notice,
}


@require_http_methods(["GET", "POST"])
def implementation(request, pk):
    """Everything between the two disclosures on one page; each part is sent by itself."""
    matter = matter_for(request, pk, Matter.objects.for_page())
    if request.method == "GET":
        return _page(request, matter)
    part = next((row for row in PARTS if row.key == request.POST.get("part")), None)
    if part is None:
        raise Http404
    form = part(request.POST, matter=matter, today=request.today)
    if not form.is_valid():
        return _page(request, matter, form)
    try:
        done = VERBS[part.key](by=request.user, at=request.at, matter=matter, **form.columns)
    except Refused as refused:
        show_refusal(form, refused)
        return _page(request, matter, form, status=409)
    if part.key == "outcome":
        messages.success(request, _("The notice is drafted. Read it, then hand it in for review."))
        return redirect(done.notice.desk_url)
    messages.success(request, _("Saved."))
    return redirect(reverse("implementation", args=[matter.pk]) + f"#{part.key}")


def _page(request, matter, sent=None, status=200):
    on = request.today
    forms = {
        part.key: sent if sent is not None and sent.key == part.key else part(matter=matter, today=on) for part in PARTS
    }
    selection, evaluation = getattr(matter, "selection", None), getattr(matter, "evaluation", None)
    milestones = list(matter.milestones.all())
    standing = _standing(matter)
    context = {
        "matter": matter,
        "unit": matter.unit,
        "forms": forms,
        "sent": sent,
        "start_reason": _start_reason(request, matter),
        "may_start": matter.status == Status.RESOLVED,
        "why_closed": refusal(request.user, Power.RUN_MEETINGS, matter.unit.path, on=on) or standing,
        "why_no_outcome": refusal(request.user, Power.DRAFT_NOTICES, matter.unit.path, on=on)
        or actions.why_no_outcome_notice(matter),
        "selection": selection and selection_sentence(selection, matter.unit),
        "milestones": [milestone_sentence(row) for row in milestones],
        "why_no_acceptance": _why_no_acceptance(matter, milestones),
        "evaluation": evaluation,
        "budget": budget(matter),
        "over": actions.why_cost_repeats(matter),
        "balance": money_sentence(matter) if matter.actual_total is not None else "",
    }
    return render(request, "councils/implementation.html", context, status=status)


def _standing(matter):
    """Why nothing can be entered about the work; None when it can."""
    if matter.outcome_notice_id:
        return _("The notice of the outcome has been drafted; this stands.")
    if matter.status not in (Status.IMPLEMENTING, Status.ACCEPTED):
        return _("The matter is not being implemented.")
    return None


def _start_reason(request, matter):
    if matter.status != Status.RESOLVED:
        return ""
    power = refusal(request.user, Power.RUN_MEETINGS, matter.unit.path, on=request.today)
    return power or actions.why_not_startable(matter, request.today) or ""


def _why_no_acceptance(matter, milestones):
    if matter.status == Status.ACCEPTED:
        return _("The work is accepted.")
    if not any(row.kind == MilestoneKind.COMPLETED for row in milestones):
        return _("Enter first when the work was completed.")
    return None


@require_POST
def start(request, pk):
    """Begin to carry out the resolution."""
    matter = matter_for(request, pk)
    try:
        actions.start_implementation(by=request.user, at=request.at, matter=matter, seen=seen(request))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(matter.get_desk_url())
    messages.success(request, _("The implementation has begun."))
    return redirect("implementation", matter.pk)


@require_POST
def draft(request, pk, purpose):
    """Draft the notice of the resolution from the record, and open it."""
    if purpose != "resolution":
        raise Http404
    matter = matter_for(request, pk)
    try:
        version = actions.draft_resolution_notice(by=request.user, at=request.at, matter=matter, seen=seen(request))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(matter.get_desk_url())
    messages.success(request, _("The notice is drafted. Read it, then hand it in for review."))
    return redirect(version.notice.desk_url)


def seen(request):
    """The version of the matter that the page showed; None when the form says nothing sensible."""
    value = request.POST.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() else None
