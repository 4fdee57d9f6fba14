"""Registering a matter at the desk, and changing it while no meeting has dealt with it."""

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import store
from audit.errors import Refused, Stale
from audit.models import Attachment, Audience
from councils import actions
from councils.enums import PointOutcome
from councils.forms.matters import Budget, EditForm, MatterForm
from councils.models import Authorisation, Matter, Point
from councils.procedures import CATEGORIES, PROCEDURES, Disclosure, first_step
from councils.views.matters import matter_for
from orgs.answers import show_refusal
from orgs.models import Body, OrgUnit, Term
from orgs.permissions import PowerMissing, refusal, scope
from orgs.powers import Power

SALT = "councils.matter.files"
# The answer to a point that became a matter: official text, so Chinese (ADR 0004).
CARRIED = "已作为议事事项登记，编号：{number}，按程序办理。"
# Whoever holds an office of these may be in charge of a matter.
ANSWERING = (
    "residents_committee",
    "villagers_committee",
    "party_committee",
    "community_staff",
    "owners_committee",
    "interim_property_committee",
    "courtyard_committee",
    "branch_committee",
)


@require_http_methods(["GET", "POST"])
def matter_new(request):
    """Register a matter: choose the unit, write it down, see who decides and why, register."""
    units = registering_units(request.user, request.today)
    if not units:
        raise PowerMissing(refusal(request.user, Power.RUN_MEETINGS, "", on=request.today))
    code = request.POST.get("unit") or request.GET.get("unit") or (units[0].code if len(units) == 1 else "")
    if not code:
        return render(request, "councils/matter_unit.html", {"units": units})
    unit = next((unit for unit in units if unit.code == code), None)
    if unit is None:
        raise Http404
    terms = officers(unit, request.today)
    context = {"unit": unit, "terms": terms, "today": request.today}
    context["authorisations"] = list(Authorisation.objects.of(unit))
    if request.method == "GET":
        form = MatterForm(**context, raised=point_of(request, unit))
        return _new(request, unit, form, Budget())
    return _register(request, unit, context)


def point_of(request, unit):
    """The open point of a consultation of `unit` that the matter is registered from, or None."""
    asked = (request.POST or request.GET).get("point", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    rows = Point.objects.filter(consultation__unit=unit, answered_at=None)
    return rows.select_related("consultation__unit").filter(pk=asked).first()


def _register(request, unit, context):
    data, step = request.POST, request.POST.get("step", "preview")
    form, budget = MatterForm(data, request.FILES, **context), Budget(data)
    kept = kept_files(request)
    if request.FILES:
        try:
            kept = keep_file(request, unit, kept)
        except Refused as refused:
            if "files" not in form.errors:
                form.add_error("files", str(refused))
            return _new(request, unit, form, budget, kept)
    if step in ("item", "source", "back"):
        # More rows, or back from the preview: shown again as typed, nothing judged.
        form = MatterForm(**context, typed=data)
        return _new(request, unit, form, Budget(typed=data, more=step), kept)
    if not all([form.is_valid(), budget.is_valid()]):
        return _new(request, unit, form, budget, kept)
    if step != "register":
        return _preview(request, unit, form, budget, kept)
    point = point_of(request, unit)
    try:
        with transaction.atomic():
            matter = actions.register_matter(
                by=request.user,
                at=request.at,
                unit=unit,
                lines=budget.lines,
                supervisor=supervisor_of(unit),
                files=kept_attachments(kept),
                **form.columns,
            )
            if point is not None:
                actions.answer_point(
                    by=request.user,
                    at=request.at,
                    point=point,
                    outcome=PointOutcome.MATTER,
                    answer=CARRIED.format(number=matter.number),
                    matter=matter,
                )
    except Stale as stale:
        messages.warning(request, str(stale))
        known = Matter.objects.filter(token=form.cleaned_data["token"], unit=unit).first()
        return redirect(known.get_desk_url() if known else reverse("desk_matters"))
    except Refused as refused:
        show_refusal(form, refused)
        return _new(request, unit, form, budget, kept, status=409)
    messages.success(request, _("Registered as %(number)s.") % {"number": matter.number})
    return redirect(matter.get_desk_url())


def _new(request, unit, form, budget, kept=(), status=200):
    context = {
        "unit": unit,
        "form": form,
        "budget": budget,
        "kept": kept,
        "kept_token": signed(request, kept),
        "point": point_of(request, unit),
    }
    return render(request, "councils/matter_form.html", context, status=status)


def _preview(request, unit, form, budget, kept):
    """What will be registered, who decides and why."""
    shown = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "step", "deciding_body", "procedure", "kept")
    ]
    procedure = form.chosen.procedure
    context = {
        "unit": unit,
        "form": form,
        "typed": shown,
        "kept": kept,
        "kept_token": signed(request, kept),
        "proposal": form.proposal,
        "procedure": procedure,
        "first": first_step(procedure, bool(form.cleaned_data.get("statutory_call"))),
        "choices": [choice for choice in form.choices if choice.why_not is None],
        "closed": [choice for choice in form.choices if choice.why_not],
        "picked": form.chosen.value,
        "alternatives": form.alternatives,
        "chosen": form.cleaned_data.get("deciding_body") or form.proposal.body,
        "category": CATEGORIES[form.cleaned_data["category"]].title,
        "responsible": form.columns["responsible"],
        "responsible_title": form.columns["responsible_title"],
        "sides": [(_("Items of cost"), budget.items), (_("Sources of money"), budget.sources)],
    }
    return render(request, "councils/matter_preview.html", context)


def registering_units(user, on):
    """The units with a procedure of their own where `user` registers matters, topmost first."""
    levels = {level for procedure in PROCEDURES.values() for level in procedure.levels}
    held = scope(user, Power.RUN_MEETINGS, on=on)
    return list(OrgUnit.objects.filter(held.q("path"), level__in=levels).open_on(on).order_by("level", "code"))


def officers(unit, on):
    """The terms of those who may be in charge of a matter of `unit`, in the order of the bodies."""
    terms = Term.objects.running_on(on).filter(body__unit=unit, body__kind__in=ANSWERING, person__suspended_on=None)
    found = terms.exclude(office="party_worker").select_related("person", "body__unit").order_by("seat", "id")
    return sorted(found, key=lambda term: ANSWERING.index(term.body.kind))


def supervisor_of(unit):
    """The body that supervises what `unit` decides: its own supervision committee, or the one of its community."""
    kinds = {
        step.reviewer for procedure in PROCEDURES.values() for step in procedure.steps if isinstance(step, Disclosure)
    }
    near = Body.objects.filter(Q(unit=unit) | Q(unit__in=unit.ancestor_ids), kind__in=kinds, dissolved_on=None)
    return near.order_by("-unit__level").first()


# Files that came with a form which is shown again


def keep_file(request, unit, kept):
    """Keep the uploaded file until the matter is registered; the list of kept files with it. Raises Refused."""
    upload = request.FILES["files"]
    attachment = store(upload, audience=Audience.UNIT, path=unit.path, by=request.user, at=request.at)
    return [*kept, (attachment.pk, attachment.name)]


def signed(request, kept):
    """The kept files for a hidden field; nobody can put somebody else's file there."""
    return signing.dumps([request.user.pk, list(kept)], salt=SALT) if kept else ""


def kept_files(request):
    """[(attachment id, name)] from the hidden field."""
    try:
        owner, kept = signing.loads(request.POST.get("kept", ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return [tuple(row) for row in kept] if owner == request.user.pk else []


def kept_attachments(kept):
    """(Attachment, label) of the kept files."""
    found = Attachment.objects.in_bulk([pk for pk, _name in kept])
    return [(found[pk], name) for pk, name in kept if pk in found]


@require_http_methods(["GET", "POST"])
def matter_edit(request, pk):
    """Change the text and the budget while no meeting has dealt with them."""
    matter = matter_for(request, pk)
    reason = refusal(request.user, Power.RUN_MEETINGS, matter.unit.path, on=request.today)
    if reason:
        raise PowerMissing(reason)
    closed = actions.why_not_editable(matter)
    if closed:
        messages.warning(request, closed)
        return redirect(matter.get_desk_url())
    terms = officers(matter.unit, request.today)
    if request.method == "GET":
        return _edit(request, matter, EditForm(matter=matter, terms=terms), Budget(lines=matter.lines.all()))
    step = request.POST.get("step")
    if step in ("item", "source"):
        form = EditForm(matter=matter, terms=terms, typed=request.POST)
        return _edit(request, matter, form, Budget(typed=request.POST, more=step))
    form, budget = EditForm(request.POST, matter=matter, terms=terms), Budget(request.POST)
    if not all([form.is_valid(), budget.is_valid()]):
        return _edit(request, matter, form, budget)
    try:
        actions.edit_matter(
            by=request.user,
            at=request.at,
            matter=matter,
            seen=form.cleaned_data["seen"],
            lines=budget.lines,
            **form.columns,
        )
    except Refused as refused:
        show_refusal(form, refused)
        return _edit(request, matter, form, budget, status=409)
    messages.success(request, _("Saved."))
    return redirect(matter.get_desk_url())


def _edit(request, matter, form, budget, status=200):
    context = {"matter": matter, "unit": matter.unit, "form": form, "budget": budget}
    return render(request, "councils/matter_edit.html", context, status=status)
