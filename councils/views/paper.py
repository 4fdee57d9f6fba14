"""Past steps entered from signed paper in one sitting, and the one confirmation of everything that waits for it."""

import re
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from audit.errors import Mistaken, Refused, Stale
from councils.actions.meetings import matters_beside, why_roll_differs
from councils.actions.past import enter_past_steps, why_no_paper
from councils.actions.records import (
    confirm_records,
    is_own_record,
    return_records,
    waiting_meetings,
    why_not_confirmable,
)
from councils.enums import ScanKind
from councils.forms.meetings import ReasonForm, SeenForm
from councils.forms.paper import PaperForm, Together, check_order, sections_of
from councils.models import AgendaItem, Matter, RollEntry, Scan
from councils.permissions import may_confirm, may_read_meeting, require_confirming
from councils.procedures import Deliberation
from councils.views.answers import PARTS, RELATED, VOTES, mended_ballots
from councils.views.records import keep_scan
from councils.views.todo import RETURN_IT
from councils.voting import explain_json
from orgs.answers import keep_current, show_refusal
from orgs.permissions import PowerMissing, require
from orgs.powers import Power

RECORD = re.compile("[0-9]{1,18}:[0-9]{1,9}")
FORM_METHODS = ["GET", "HEAD", "POST"]


def _matter(request, pk):
    matters = Matter.objects.visible_to(request.user, request.today).with_progress().select_related("unit")
    matters = matters.prefetch_related(Prefetch("items", AgendaItem.objects.select_related("meeting")))
    return get_object_or_404(matters, pk=pk)


@require_http_methods(FORM_METHODS)
def paper_entry(request, pk):
    """Enter every step that was done on paper, at once or not at all; empty sections are left for later."""
    matter = _matter(request, pk)
    require(request.user, Power.RUN_MEETINGS, matter.unit.path, on=request.today)
    reason = why_no_paper(matter, request.today)
    if reason and request.method != "POST":
        messages.warning(request, reason)
        return redirect(matter.get_desk_url())
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(data, initial={"token": uuid4(), "seen": matter.version})
    step = matter.open_step(request.today)
    others = matters_beside(matter, step.key, request.today) if isinstance(step, Deliberation) else ()
    sections = sections_of(matter, request.today, data, files, others)
    status = 200
    ready = False
    if request.method == "POST":
        checked = [form.is_valid(), *(section.is_valid() for section in sections)]  # each shows its errors
        if not any(section.is_filled for section in sections):
            form.add_error(None, _("There is no meeting to enter."))
        ready = check_order(sections, matter) and all(checked)
        if ready and request.POST.get("do") == "save":
            status = _enter(request, matter, form, sections)
            if status is None:
                return redirect(matter.get_desk_url())
            ready = False
    context = {"matter": matter, "form": form, "steps": _by_step(matter, sections)}
    beside = [row for section in sections for row in section.taken]
    context |= {"ready": ready, "reason": reason, "together": Together([form, *sections, *beside])}
    return render(request, "councils/paper_entry.html", context, status=status)


def _by_step(matter, sections):
    """[(number, step, void section, deciding section)]."""
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return [(matter.procedure_row.number(form.step.key), form.step, void, form) for void, form in pairs]


def _enter(request, matter, form, sections):
    """Save everything or nothing. None when done, otherwise the status of the page."""
    filled = [section for section in sections if section.is_filled]
    try:
        with transaction.atomic():
            sittings = enter_past_steps(
                by=request.user,
                at=request.at,
                matter=matter,
                seen=form.cleaned_data["seen"],
                token=form.cleaned_data["token"],
                sittings=[section.sitting for section in filled],
            )
            for section, sitting in zip(filled, sittings, strict=True):
                if upload := section.cleaned_data.get("scan"):
                    keep_scan(request, sitting, upload, ScanKind.MINUTES)
    except Refused as refused:
        place = getattr(refused, "place", None)
        if isinstance(refused, Stale) and place is None:
            if _was_sent_before(request, matter):
                messages.warning(request, str(refused))
                return None
            keep_current(form, Matter.objects.get(pk=matter.pk).version)
        show_refusal(filled[place] if place is not None else form, refused)
        return 200 if isinstance(refused, Mistaken) else 409
    text = ngettext(
        "%(n)s meeting is entered; it counts once it is confirmed.",
        "%(n)s meetings are entered; they count once they are confirmed.",
        len(sittings),
    )
    messages.success(request, text % {"n": len(sittings)})
    return None


def _was_sent_before(request, matter):
    """Whether this person entered these steps a moment ago: then nothing that was typed is lost."""
    mine = matter.items.filter(void=False, round=matter.round, meeting__from_paper=True, meeting__confirmed_at=None)
    return mine.filter(meeting__called_by=request.user).exists()


@require_http_methods(FORM_METHODS)
def records_confirm(request, pk):
    """Everything of one matter that waits for confirmation, with its computed results; confirmed at once."""
    matter = _matter(request, pk)
    require(request.user, Power.CONFIRM_RECORDS, matter.unit.path, on=request.today)
    if request.method == "POST":
        return _return(request, matter) if request.POST.get("do") == "return" else _confirm(request, matter)
    waiting = _waiting(request, matter)
    if not waiting:
        messages.warning(request, _("Nothing waits for confirmation."))
        return redirect(matter.get_desk_url())
    form = SeenForm(initial={"seen": matter.version})
    return render(request, "councils/confirm.html", _confirm_context(request.user, matter, form, waiting))


def _waiting(request, matter):
    """The meetings that wait, each with its items, results and the reason why this person cannot confirm it."""
    items = AgendaItem.objects.select_related("matter__unit", "sorting__by__person").prefetch_related(VOTES)
    meetings = waiting_meetings(matter).prefetch_related(
        Prefetch("items", items, to_attr="agenda"),
        Prefetch("roll", RollEntry.objects.filter(presence__in=("leave", "absent")), to_attr="exceptions"),
        Prefetch("scans", Scan.objects.select_related("attachment"), to_attr="papers"),
    )
    waiting = list(meetings.select_related(*RELATED, *PARTS))
    for meeting in waiting:
        meeting.readable = may_read_meeting(request.user, meeting, request.today)
        meeting.mine = may_confirm(request.user, meeting, request.today)
        meeting.differs = why_roll_differs(meeting) if meeting.readable else None
        meeting.reason = _why_not(request, meeting)
        for item in meeting.agenda:
            item.meeting = meeting
            item.explanation = item.vote.explanation if item.vote else None
        meeting.quorum = explain_json(meeting.quorum_result) if meeting.quorum_result else None
        meeting.mended_ballots = mended_ballots(meeting) if meeting.by_ballots and meeting.readable else []
    return waiting


def _why_not(request, meeting):
    try:
        require_confirming(request.user, meeting, request.today)
    except PowerMissing as missing:
        return str(missing)
    return why_not_confirmable(meeting, meeting.agenda, request.user)


def _confirm_context(user, matter, form, waiting):
    mine = [meeting for meeting in waiting if meeting.mine]
    reasons = list(dict.fromkeys(str(meeting.reason) for meeting in mine or waiting if meeting.reason))
    again = ReasonForm(
        row=matter, label=gettext_lazy("What is to be changed"), help_text=gettext_lazy("The clerk reads it.")
    )
    context = {"matter": matter, "form": form, "waiting": waiting, "mine": mine, "reasons": reasons}
    if any(is_own_record(meeting, meeting.agenda, user) for meeting in mine):
        context["return_it"] = RETURN_IT
    return context | {"return_form": again}


def _return(request, matter):
    """Send everything that waits back to the clerk, with a reason."""
    form = ReasonForm(request.POST, row=matter)
    if form.is_valid():
        try:
            return_records(
                by=request.user,
                at=request.at,
                matter=matter,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect(matter.get_desk_url())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The records are returned for changes."))
            return redirect(matter.get_desk_url())
    context = _confirm_context(
        request.user, matter, SeenForm(initial={"seen": matter.version}), _waiting(request, matter)
    )
    return render(request, "councils/confirm.html", context | {"return_form": form})


def _seen_records(data):
    """{meeting id: version} of the records that the page showed, from its "id:version"; what is not so says nothing."""
    pairs = (text.split(":") for text in data.getlist("record") if RECORD.fullmatch(text))
    return {int(pk): int(version) for pk, version in pairs}


def _confirm(request, matter):
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise Http404
    seen = {"seen": form.cleaned_data["seen"], "records": _seen_records(request.POST)}
    try:
        done = confirm_records(by=request.user, at=request.at, matter=matter, **seen)
    except Refused as refused:
        waiting = _waiting(request, matter)
        if isinstance(refused, Stale) and not waiting:
            messages.warning(request, str(refused))
            return redirect(matter.get_desk_url())
        show_refusal(form, refused)
        keep_current(form, matter.version)
        context = _confirm_context(request.user, matter, form, waiting)
        return render(request, "councils/confirm.html", context, status=409)
    text = ngettext("%(n)s record is confirmed.", "%(n)s records are confirmed.", len(done)) % {"n": len(done)}
    messages.success(request, text)
    return redirect(matter.get_desk_url())
