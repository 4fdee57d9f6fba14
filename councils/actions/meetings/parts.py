"""Two steps in one sitting (一肩挑, a local rule): one call, two meetings on one day, each with a roll and minutes.

The second part is opened once the first is carried, and both are confirmed together.
"""

from django.utils.translation import gettext as _

from councils.enums import MeetingOutcome
from councils.models import Meeting
from councils.procedures import Deliberation


def next_in_one_sitting(matter, step):
    """The deliberation that may be held in one sitting with `step`: the second one with the first. None otherwise."""
    steps = matter.procedure_row.steps
    if step != steps[0].key or matter.is_statutory:
        return None
    row = steps[1]
    return row if isinstance(row, Deliberation) and not row.binding else None


def why_not_in_one_sitting(first, second, on):
    """Why the bodies `first` and `second` cannot sit in one on the day `on`; None when one person leads both."""
    if one_leads(first.roll(on), second.roll(on)):
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
        for item in first.items.prefetch_related("votes")
        if not held or (item.vote and not item.vote.is_carried)
    }


def second_part_of(first):
    """The second part of the locked meeting `first`, locked too; None without one that is still to be confirmed."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "body", "follows")
    second = rows.filter(follows=first, confirmed_at=None).exclude(outcome=MeetingOutcome.CALLED_OFF).first()
    if second:
        second.follows = first
    return second
