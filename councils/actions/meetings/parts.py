"""Two steps in one sitting (一肩挑, 一会两票; local rules): one call, two meetings on a day, each with its roll.

The second part is opened once the first is carried, and both are confirmed together.
"""

from django.utils.translation import gettext as _

from councils.enums import MeetingOutcome
from councils.models import Meeting
from councils.procedures import Deliberation


def next_in_one_sitting(matter, step):
    """The deliberation that may be held in one sitting with `step`, None when there is none.

    It is the second one with the first, or one that the procedure holds together with the step before.
    """
    steps = matter.procedure_row.steps
    place = steps.index(matter.procedure_row.step(step))
    row = steps[place + 1] if place + 1 < len(steps) else None
    if matter.is_statutory or not isinstance(row, Deliberation):
        return None
    if row.with_before:
        return row
    return row if place == 0 and not row.binding and not steps[0].is_triage else None


def why_not_in_one_sitting(step, first, second, on):
    """Why the body `second` cannot hold `step` in the sitting of `first` on the day `on`; None when it can.

    Where the procedure does not hold both together, one person must lead both bodies.
    """
    if step.with_before or one_leads(first.roll(on), second.roll(on)):
        return None
    return _("Two steps in one sitting are for places whose secretary chairs the committee too (a local rule).")


def one_leads(first, second):
    """Whether the secretary on the roll `first` is the chair on the roll `second` (lists of `Seat`)."""
    secretaries = {seat.person.pk for seat in first if _holds(seat, "secretary")}
    return bool(secretaries & {seat.person.pk for seat in second if _holds(seat, "chair")})


def _holds(seat, office):
    return any(term.office == office for term in seat.terms)


def other_part(meeting):
    """The other meeting of the same sitting, when there is one that was not called off."""
    if meeting.follows_id:
        return meeting.follows
    second = getattr(meeting, "second_part", None)
    return second if second and second.outcome != MeetingOutcome.CALLED_OFF else None


def why_part_waits(meeting):
    """Why the second part of a sitting cannot be entered yet; None when it can, or the meeting is no second part."""
    if not meeting.follows_id or meeting.outcome:
        return None
    first = meeting.follows
    if first.outcome != MeetingOutcome.VALID:
        return _("The part before it comes first: %(body)s.") % {"body": first.body}
    if any(item.vote is None for item in first.items.prefetch_related("votes")):
        return _("The vote of the part before it comes first: %(body)s.") % {"body": first.body}
    return None


def lost_before(meeting):
    """The ids of the matters that were not carried in the part before `meeting`."""
    if not meeting.follows_id:
        return set()
    first = meeting.follows
    held = first.outcome == MeetingOutcome.VALID
    return {
        item.matter_id
        for item in first.items.select_related("matter").prefetch_related("votes")
        if not held or (item.vote and not item.step_row.goes_on(item.vote.is_carried))
    }


def second_part_of(first):
    """The second part of the locked meeting `first`, locked too; None without one that is still to be confirmed."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "body", "follows")
    second = rows.filter(follows=first, confirmed_at=None).exclude(outcome=MeetingOutcome.CALLED_OFF).first()
    if second:
        second.follows = first
    return second
