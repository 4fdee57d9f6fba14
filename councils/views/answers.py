"""How the pages of meetings find their rows, and how they answer when an action refuses."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from audit.errors import Mistaken, Refused, Stale
from councils.actions.meetings.bodies import chair_from_outside
from councils.models import BallotEntry, Meeting, Vote
from councils.permissions import may_read_meeting, require_recording
from councils.tables_meetings import state_of
from orgs.answers import keep_current, show_refusal
from orgs.models import Person, Term
from orgs.permissions import PowerMissing

RELATED = (
    "unit",
    "body",
    "chair",
    "recorder",
    "recorded_by__person",
    "confirmed_by__person",
    "called_by__person",
    "returned_by__person",
)
# Read with the meeting: of most there is no other part, and nobody should have to ask for it.
PARTS = ("follows__body", "second_part__body")
# The votes of agenda items, with who entered them.
VOTES = Prefetch("votes", Vote.objects.select_related("recorded_by__person"))


def find_meeting(request, pk):
    """The meeting that this person may see at the desk, with `readable` and `state`; a stranger finds nothing."""
    meetings = Meeting.objects.visible_to(request.user, request.today).select_related(*RELATED, *PARTS)
    meeting = get_object_or_404(meetings, pk=pk)
    meeting.readable = may_read_meeting(request.user, meeting, request.today)
    meeting.state = state_of(meeting, request.today)
    return meeting


def meeting_to_record(request, pk):
    """The meeting that this person may enter the record of.

    Raises PowerMissing for who sees the record but may not enter it; who may not even read it finds nothing.
    """
    meeting = readable_meeting(request, pk)
    require_recording(request.user, meeting, request.today)
    return meeting


def recording_refusal(user, meeting, today):
    """Why `user` may not enter the record of `meeting`; None when they may."""
    try:
        require_recording(user, meeting, today)
    except PowerMissing as missing:
        return str(missing)
    return None


def readable_meeting(request, pk):
    """The meeting whose roll, minutes and papers this person may read; for others there are none."""
    meeting = find_meeting(request, pk)
    if not meeting.readable:
        raise Http404
    return meeting


def items_of(meeting):
    """The agenda of `meeting` with matters and votes: two queries."""
    items = list(
        meeting.items.select_related("matter__unit", "sorting__by__person")
        .prefetch_related(VOTES)
        .order_by("position", "id")
    )
    for item in items:
        item.meeting = meeting
        item.number = item.matter.procedure_row.number(item.step)
        item.total = sum(step.numbered for step in item.matter.procedure_row.steps)
    return items


def mended_ballots(meeting):
    """The entries that changed what two people had entered alike, for who confirms the record. One query."""
    looks = BallotEntry.objects.filter(ballot__assembly__meeting=meeting, look__gt=2).exclude(reason="")
    return list(looks.select_related("ballot", "by__person"))


def item_or_404(items, pk):
    """The one of the agenda `items` with the id `pk`; Http404 when it is of another meeting."""
    for item in items:
        if item.pk == pk:
            return item
    raise Http404


# Seats that many hold: none of these chairs or records a meeting by virtue of it.
ORDINARY_SEATS = ("representative", "party_member")


def persons_of(unit, today):
    """Who holds an office at `unit` or the unit above it on the day `today`: chairs and recorders."""
    terms = Term.objects.running_on(today).filter(body__unit__in=[unit.pk, unit.parent_id])
    terms = terms.exclude(office__in=ORDINARY_SEATS)
    return list(Person.objects.filter(terms__in=terms).distinct().order_by("id"))


def warn_of_chair(request, meeting):
    """Say so when somebody chairs `meeting` who does not belong to its body."""
    if remark := chair_from_outside(meeting):
        messages.warning(request, remark)


def attempt(request, form, act, *, row, closed, target=None):
    """Do `act()`. None when it was done; otherwise the answer: a redirect, or the status to show `form` again with.

    A form that came too late (`closed(row)`, read anew, says why its time is over) is told so where the record stands
    now. Any other form is shown again with everything that was typed, for the state its reader now sees.
    """
    try:
        act()
    except Refused as refused:
        if isinstance(refused, Stale):
            fresh = type(row).objects.get(pk=row.pk)
            if closed(fresh):
                messages.warning(request, str(refused))
                return redirect(target or fresh)
            keep_current(form, fresh.version)
        show_refusal(form, refused)
        return 200 if isinstance(refused, Mistaken) else 409
    return None
