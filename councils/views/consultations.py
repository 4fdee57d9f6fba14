"""Consultations: the public pages of a unit, and at the desk the call, the record, the points and their answers."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused, Stale
from councils import actions
from councils.actions.consultations import why_not_called_off, why_not_recordable
from councils.forms.consultations import (
    AnswerForm,
    CallOffForm,
    ConsultationFilter,
    ConsultationForm,
    PointsFormSet,
    RecordForm,
)
from councils.models import Consultation, Matter
from councils.procedures import ENDED
from councils.tables_consultations import CONSULTATIONS, ConsultationTable
from councils.views.answers import attempt, persons_of
from councils.views.registering import registering_units
from orgs.answers import show_refusal
from orgs.exports import MEDIA_TYPES
from orgs.listing import Listing
from orgs.permissions import PowerMissing, refusal, scope
from orgs.powers import Power
from orgs.views import place_or_404
from orgs.village import form_in_place

FORM_METHODS = ["GET", "HEAD", "POST"]


# For everyone


def _listing(request, unit):
    """The consultations of `unit` that everyone may know of, as the filter asks for, newest first."""
    form = ConsultationFilter(request.GET)
    form_in_place(form, unit, "kind")
    rows = form.filtered(Consultation.objects.filter(unit=unit).announced(request.today).with_points())

    def prepare(consultation):
        consultation.unit = unit

    table = ConsultationTable(rows.order_by("-held_on", "-id"))
    addresses = {kind: reverse(f"consultations_{kind}", args=[unit.code]) for kind in MEDIA_TYPES}
    return Listing(request, table, CONSULTATIONS, filters=form, prepare=prepare, unit=unit, addresses=addresses)


@login_not_required  # residents have no accounts
@require_safe
def consultations(request, code):
    """The consultations of a unit, coming ones first, then newest first."""
    unit, above, _below, phones = place_or_404(code)
    listing = _listing(request, unit)
    asked = listing.filters.is_valid() and any(listing.filters.cleaned_data.values())
    context = {"unit": unit, "above": above, "phones": phones, "asked": asked}
    return listing.page("councils/consultation_list.html", context)


@login_not_required  # anyone may check
@require_safe
def consultations_sheet(request, code, kind):
    """The list as a sheet, CSV or XLSX."""
    unit, *_around = place_or_404(code)
    return _listing(request, unit).sheet(kind)


@login_not_required  # residents have no accounts
@require_safe
def consultation(request, code, year, serial):
    """What residents are asked or were told: subject, draft, record, each point with its answer."""
    unit, above, _below, phones = place_or_404(code)
    rows = Consultation.objects.announced(request.today).with_points().select_related("matter", "host")
    row = get_object_or_404(rows, unit=unit, year=year, serial=serial)
    row.unit = unit
    points = list(row.points.select_related("matter").order_by("position"))
    for point in points:
        if point.matter:
            point.matter.unit = unit
    if row.matter:
        row.matter.unit = unit
    context = {"consultation": row, "points": points, "unit": unit, "above": above, "phones": phones}
    return render(request, "councils/consultation.html", context)


# At the desk


def consultation_for(request, pk):
    """The consultation `pk` that this member of staff may open. Http404 for everybody else."""
    rows = Consultation.objects.visible_to(request.user, request.today).with_points()
    return get_object_or_404(rows.select_related("unit", "matter__unit", "host"), pk=pk)


def require_here(request, power, unit):
    """PowerMissing, with its reason, unless the visitor holds `power` at `unit` today."""
    reason = refusal(request.user, power, unit.path, on=request.today)
    if reason:
        raise PowerMissing(reason)


@require_safe
def desk_consultations(request):
    """The consultations of my units, newest first: filter, sort, pages, and all of them as a sheet."""
    form = ConsultationFilter(request.GET)
    rows = form.filtered(Consultation.objects.visible_to(request.user, request.today).with_points())
    table = ConsultationTable(rows.select_related("unit").order_by("-held_on", "-id"))
    context = {"may_call": bool(scope(request.user, Power.RUN_MEETINGS, on=request.today))}
    return Listing(request, table, CONSULTATIONS, filters=form).page("councils/consultations_desk.html", context)


@require_http_methods(FORM_METHODS)
def consultation_new(request):
    """Announce a consultation, also one on the plan of the matter `?matter=`."""
    units = registering_units(request.user, request.today)
    if not units:
        raise PowerMissing(refusal(request.user, Power.RUN_MEETINGS, "", on=request.today))
    asked = request.POST or request.GET
    about = asked.get("matter", "")
    matter = Matter.objects.filter(pk=about, unit__in=units).first() if about.isascii() and about.isdigit() else None
    code = asked.get("unit") or (matter.unit.code if matter else units[0].code if len(units) == 1 else "")
    if not code:
        return render(request, "councils/consultation_unit.html", {"units": units})
    unit = next((unit for unit in units if unit.code == code), None)
    if unit is None:
        raise Http404
    form = ConsultationForm(
        request.POST if request.method == "POST" else None,
        matters=open_matters(unit),
        persons=persons_of(unit, request.today),
        initial={"token": uuid4(), "called_on": request.today.isoformat(), "matter": matter and str(matter.pk)},
    )
    form_in_place(form, unit, "kind")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.call_consultation(by=request.user, at=request.at, unit=unit, **form.columns)
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("desk_consultations")
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if getattr(refused, "errors", None) else 409
        else:
            messages.success(request, _("Announced as %(number)s.") % {"number": row.number})
            return redirect(row.get_desk_url())
    return render(request, "councils/consultation_new.html", {"form": form, "unit": unit}, status=status)


def open_matters(unit):
    """The matters of `unit` that have not ended, newest first."""
    return list(Matter.objects.filter(unit=unit).exclude(status__in=ENDED).select_related("unit"))


@require_safe
def consultation_desk(request, pk):
    """One consultation: what is recorded, what is still to be done."""
    row = consultation_for(request, pk)
    points = list(row.points.select_related("matter__unit", "answered_by__person").order_by("position"))
    run = refusal(request.user, Power.RUN_MEETINGS, row.unit.path, on=request.today)
    context = {
        "consultation": row,
        "unit": row.unit,
        "points": points,
        "why_not_recorded": run or why_not_recordable(row, request.today),
        "why_not_called_off": run or why_not_called_off(row),
        "may_note": row.is_held and not run,
        "why_no_answer": refusal(request.user, Power.ANSWER_RESIDENTS, row.unit.path, on=request.today),
        "may_run": not run,
    }
    return render(request, "councils/consultation_desk.html", context)


@require_http_methods(FORM_METHODS)
def consultation_record(request, pk):
    """Enter who came, what was talked over and the points raised; later, further points alone."""
    row = consultation_for(request, pk)
    require_here(request, Power.RUN_MEETINGS, row.unit)
    data = request.POST if request.method == "POST" else None
    # Who typed a whole record keeps it before their eyes, though somebody else was quicker.
    only_points = row.is_held and (data is None or "summary" not in data)
    form = RecordForm(data, initial={"seen": row.version}, held=only_points)
    form_in_place(form, row.unit)
    if not row.is_held and data is None and (closed := why_not_recordable(row, request.today)):
        messages.warning(request, closed)
        return redirect(row.get_desk_url())
    points = PointsFormSet(data, prefix="point")
    status = 200
    if data is not None and all([form.is_valid(), points.is_valid()]):
        verb = actions.note_points if only_points else actions.record_consultation
        answer = attempt(
            request,
            form,
            lambda: verb(by=request.user, at=request.at, consultation=row, points=points.filled, **form.cleaned_data),
            row=row,
            closed=lambda fresh: None,
        )
        if answer is None:
            messages.success(request, _("The record is entered."))
            return redirect(row.get_desk_url())
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"consultation": row, "unit": row.unit, "form": form, "points": points, "only_points": only_points}
    return render(request, "councils/consultation_record.html", context, status=status)


@require_http_methods(FORM_METHODS)
def consultation_call_off(request, pk):
    """Call it off with a reason."""
    row = consultation_for(request, pk)
    require_here(request, Power.RUN_MEETINGS, row.unit)
    if request.method != "POST" and (closed := why_not_called_off(row)):
        messages.warning(request, closed)
        return redirect(row.get_desk_url())
    form = CallOffForm(request.POST if request.method == "POST" else None, initial={"seen": row.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request,
            form,
            lambda: actions.call_off_consultation(
                by=request.user, at=request.at, consultation=row, **form.cleaned_data
            ),
            row=row,
            closed=why_not_called_off,
            target=row.get_desk_url(),
        )
        if answer is None:
            messages.success(request, _("The consultation is called off."))
            return redirect(row.get_desk_url())
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"consultation": row, "unit": row.unit, "form": form}
    return render(request, "councils/consultation_call_off.html", context, status=status)


@require_http_methods(FORM_METHODS)
def point_answer(request, pk, position):
    """Answer one point, or register a matter from it."""
    row = consultation_for(request, pk)
    require_here(request, Power.ANSWER_RESIDENTS, row.unit)
    point = get_object_or_404(row.points, position=position)
    point.consultation = row
    if point.is_answered and request.method != "POST":
        messages.warning(request, _("This point is answered."))
        return redirect(row.get_desk_url())
    form = AnswerForm(request.POST if request.method == "POST" else None, matters=open_matters(row.unit))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_point(by=request.user, at=request.at, point=point, **form.columns)
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if getattr(refused, "errors", None) else 409
        else:
            messages.success(request, _("The answer is public."))
            return redirect(row.get_desk_url())
    context = {
        "consultation": row,
        "unit": row.unit,
        "point": point,
        "form": form,
        "register_url": f"{reverse('matter_new')}?unit={row.unit.code}&point={point.pk}",
        "why_not_registered": refusal(request.user, Power.RUN_MEETINGS, row.unit.path, on=request.today),
    }
    return render(request, "councils/point_answer.html", context, status=status)
