"""Meetings at the desk: the list, the call, and the one page that leads from the call to the confirmed record."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Mistaken, Refused, Stale
from councils.actions import meetings as actions
from councils.actions.records import is_own_record
from councils.actions.votes import why_not_correctable
from councils.course import course, why_not_called_off
from councils.forms.meetings import CallForm, MeetingFilter, MendForm, ReasonForm
from councils.models import Matter, Meeting, OwnerRoll
from councils.permissions import may_confirm, may_read_meeting
from councils.procedures import Deliberation
from councils.tables_meetings import MEETINGS, MeetingTable, state_of
from councils.views.answers import (
    attempt,
    find_meeting,
    items_of,
    meeting_to_record,
    persons_of,
    recording_refusal,
    warn_of_chair,
)
from councils.views.todo import RETURN_IT
from councils.voting import explain_json, modes_of, proxies_of, square_metres
from orgs.answers import keep_current, show_refusal
from orgs.listing import Listing
from orgs.models import Body
from orgs.permissions import require
from orgs.powers import Power


@require_safe
def desk_meetings(request):
    """Every meeting this person may see: this week's first, then all, newest first."""
    visible = Meeting.objects.visible_to(request.user, request.today)
    bodies = Body.objects.filter(meetings__in=visible).distinct().order_by("unit", "id")
    form = MeetingFilter(request.GET, bodies=bodies)
    rows = form.filtered(visible, request.today).select_related("body", "unit").prefetch_related("items__matter")

    def prepare(meeting):
        meeting.readable = may_read_meeting(request.user, meeting, request.today)
        meeting.state = state_of(meeting, request.today)

    listing = Listing(request, MeetingTable(rows), MEETINGS, filters=form, prepare=prepare)
    week = []
    if not form.narrows and listing.table.page.number == 1:
        week = list(Meeting.objects.this_week(request.user, request.today))
    return listing.page("councils/meeting_list.html", {"week": week, "sunday": request.today + timedelta(days=6)})


@require_safe
def meeting(request, pk):
    """One meeting: where it stands, the one thing to do next, and everything recorded so far."""
    sitting = find_meeting(request, pk)
    items = items_of(sitting)
    context = {"meeting": sitting, "items": items, "first": items[0] if items else None}
    if not sitting.readable:
        return render(request, "councils/meeting_reduced.html", context)
    if sitting.is_party and request.method == "GET":
        actions.note_read(by=request.user, at=request.at, meeting=sitting)
    user, today = request.user, request.today
    refusal = recording_refusal(user, sitting, today)
    for item in items:
        vote = item.vote
        item.shown = vote
        item.explanation = vote.explanation if vote else None
        item.wrong = (why_not_correctable(item) or _own_count(vote, user)) if vote else None
    context |= {
        "legs": course(sitting, items, user, today),
        "refusal": refusal,
        "may_confirm": may_confirm(user, sitting, today),
        "roll": list(sitting.roll.all()) if sitting.is_named else [],
        "changes": list(sitting.roll_changes.select_related("by__person")),
        "scans": list(sitting.scans.select_related("attachment")),
        "attendance": explain_json(sitting.quorum_result) if sitting.quorum_result else None,
        "again": Meeting.objects.filter(replaces=sitting).first() if sitting.is_void else None,
        "differs": actions.why_roll_differs(sitting),
        "before": Meeting.objects.filter(pk=sitting.replaces_id).first() if sitting.replaces_id else None,
    }
    context["proxies"] = list(sitting.proxies.all()) if proxies_of(sitting.rule) else None
    if context["may_confirm"] and is_own_record(sitting, items, user):
        context["return_it"] = RETURN_IT
    context["next_part"] = _next_part(sitting, refusal)
    context["exceptions"] = [entry for entry in context["roll"] if entry.presence in ("leave", "absent")]
    context["recused"] = [entry for entry in context["roll"] if entry.recused]
    return render(request, "councils/meeting.html", context)


def _next_part(sitting, refusal):
    """The second part of the sitting, when it is to be entered next; None otherwise."""
    part = actions.other_part(sitting)
    if refusal or part is None or sitting.follows_id or part.outcome or actions.why_part_waits(part):
        return None
    return part


def _own_count(vote, user):
    if vote.recorded_by_id == user.pk:
        return _("A count is corrected by another person than the one who entered it.")
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_call(request, pk, step):
    """Call a body to a meeting about one matter at one step."""
    matters = Matter.objects.visible_to(request.user, request.today).with_progress().select_related("unit")
    matter = get_object_or_404(matters, pk=pk)
    row = _deliberation(matter, step)
    require(request.user, Power.RUN_MEETINGS, matter.unit.path, on=request.today)
    sittings = list(matter.items.filter(step=step).select_related("meeting__body").order_by("-meeting__held_on"))
    void = next((item.meeting for item in sittings if item.round == matter.round and item.meeting.is_void), None)
    context = {"matter": matter, "step": row, "number": matter.procedure_row.number(step), "void": void}
    after = actions.next_in_one_sitting(matter, step)
    existing = actions.bodies_for(matter, [row, after] if after else [row], request.today)
    bodies, closed = _holders(matter, step, existing[step], request.today)
    seats = {body.pk: body.roll(request.today) for body in bodies}
    rules = {body.pk: matter.rule_key if row.binding else row.rules_of(body.kind)[0] for body in bodies}
    form = CallForm(
        request.POST if request.method == "POST" else None,
        bodies=bodies,
        seats=seats,
        rules=rules,
        persons=persons_of(matter.unit, request.today),
        today=request.today,
        initial=_call_initial(request, matter, bodies, void),
        others=[] if closed else actions.matters_beside(matter, step, request.today),
        then=None if closed else _then(after, existing, seats[bodies[0].pk], request.today),
        ticked=set(void.items.values_list("matter", flat=True)) if void else (),
    )
    if after and after.with_before:
        form.hold_together()
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = _call(request, matter, step, form)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    elif request.method == "POST" and closed:
        status = 409
    context |= {
        "form": form,
        "closed": closed,
        "bodies": [
            {"body": body, "seats": seats[body.pk], "voters": sum(seat.votes for seat in seats[body.pk]), "rule": rule}
            for body in bodies
            for rule in modes_of(rules[body.pk], request.today)[:1]
        ],
    }
    return render(request, "councils/meeting_call.html", context, status=status)


def _deliberation(matter, step):
    try:
        row = matter.procedure_row.step(step)
    except KeyError:
        raise Http404 from None
    if not isinstance(row, Deliberation):
        raise Http404
    return row


def _holders(matter, step, bodies, today):
    """(those of `bodies` that may hold the step now, the usual one first; why none may). All when none may."""
    if not bodies:
        return [], matter.why_closed(step, today) or _("The unit has no body that may hold it.")
    # That a branch is too small is said of its committee alone; everything else of any body.
    reason = actions.why_not_callable(matter, step, bodies[0], today)
    if reason and len(bodies) > 1 and reason == actions.why_not_by_committee(bodies[0], today):
        return bodies[1:], actions.why_not_callable(matter, step, bodies[1], today)
    return bodies, reason


def _then(after, existing, roll, today):
    """The first body that may hold the step `after` in one sitting with the body of `roll`; None without one."""
    bodies = existing[after.key] if after else []
    together = after is not None and after.with_before
    return next((body for body in bodies if together or actions.one_leads(roll, body.roll(today))), None)


def _owners_on_roll(matter):
    """What the newest roll of the owners gives for a call, if it is their matter and they have one."""
    roll = OwnerRoll.objects.filter(unit=matter.unit).first() if matter.deciding_body == "owners_assembly" else None
    if roll is None:
        return {}
    area = square_metres(roll.area)
    return {"entitled": roll.heads, "area_entitled": area, "roll_basis": roll.basis, "roll_source": str(roll)}


def _call_initial(request, matter, bodies, void):
    usual = bodies[0] if bodies else None
    counted = usual is None or usual.is_party or usual.row.counted
    initial = {
        "token": uuid4(),
        "seen": matter.version,
        "body": str(usual.pk) if usual else "",
        "roll_mode": "counted" if counted else "named",
        "recorder": str(request.user.person.pk) if hasattr(request.user, "person") else "",
    } | _owners_on_roll(matter)
    if void:
        initial |= {
            "body": str(void.body_id),
            "roll_mode": void.roll_mode,
            "held_at": void.held_at,
            "place": void.place,
            "chair": str(void.chair_id or ""),
            "recorder": str(void.recorder_id or ""),
        }
    return initial


def _call(request, matter, step, form):
    """Call the meeting: a redirect to it, or to what somebody called before; otherwise the status of the form."""
    given = form.cleaned_data
    fields = {
        name: given[name]
        for name in ("body", "held_on", "held_at", "place", "notice_on", "urgent_reason", "roll_mode", "entitled")
    } | {name: given[name] for name in ("roll_basis", "roll_source", "chair", "recorder")}
    fields |= {name: given[name] for name in ("area_entitled", "rule_mode", "voting_from") if given.get(name)}
    fields["then"] = given.get("then")
    if fields["roll_mode"] == "named":
        fields |= {"entitled": None, "roll_basis": "", "roll_source": ""}
    try:
        sitting = actions.call_meeting(
            by=request.user,
            at=request.at,
            matters=[matter, *(row.matter for row in form.chosen)],
            step=step,
            seen={matter.pk: given["seen"]} | {row.matter.pk: row.seen for row in form.chosen},
            token=given["token"],
            **fields,
        )
    except Refused as refused:
        called = matter.items.filter(step=step, round=matter.round, void=False).select_related("meeting").first()
        if called and isinstance(refused, Stale):
            messages.warning(request, str(refused))
            return redirect(called.meeting)
        if isinstance(refused, Stale):
            keep_current(form, Matter.objects.get(pk=matter.pk).version)
        show_refusal(form, refused)
        return 200 if isinstance(refused, Mistaken) else 409
    messages.success(request, _("The meeting is called."))
    warn_of_chair(request, sitting)
    return redirect(sitting)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_mend(request, pk):
    """Put day, place and people of a meeting right while its record is not confirmed."""
    sitting = meeting_to_record(request, pk)
    if request.method != "POST" and (reason := actions.why_not_mendable(sitting)):
        messages.warning(request, reason)
        return redirect(sitting)
    persons = persons_of(sitting.unit, request.today)
    form = MendForm(request.POST if request.method == "POST" else None, meeting=sitting, persons=persons)
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request,
            form,
            lambda: actions.mend_meeting(
                by=request.user, at=request.at, meeting=sitting, seen=form.cleaned_data["seen"], **form.arguments()
            ),
            row=sitting,
            closed=actions.why_not_mendable,
        )
        if answer is None:
            messages.success(request, _("The change is noted."))
            warn_of_chair(request, Meeting.objects.select_related("body", "chair").get(pk=sitting.pk))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"meeting": sitting, "form": form, "title": _("Put day, place and people right"), "verb": _("Save")}
    return render(request, "councils/meeting_reason.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_call_off(request, pk):
    """Call off a meeting that was not held."""
    sitting = meeting_to_record(request, pk)
    if request.method != "POST" and (reason := why_not_called_off(sitting)):
        messages.warning(request, reason)
        return redirect(sitting)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        row=sitting,
        label=_("Why the meeting is called off"),
        help_text=_("The step may be called again afterwards."),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request,
            form,
            lambda: actions.call_off_meeting(
                by=request.user,
                at=request.at,
                meeting=sitting,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
            ),
            row=sitting,
            closed=why_not_called_off,
        )
        if answer is None:
            messages.success(request, _("The meeting is called off."))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    return render(
        request,
        "councils/meeting_reason.html",
        {"meeting": sitting, "form": form, "title": _("Call off the meeting"), "verb": _("Call off")},
        status=status,
    )
