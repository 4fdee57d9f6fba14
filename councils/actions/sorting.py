"""How a joint meeting sorted a matter: entered with its record, in force once that is confirmed."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken
from councils.actions.common import check_seen, lock_meeting_and_matters, record, refuse, save, today
from councils.actions.meetings.mending import note_mended
from councils.enums import MeetingOutcome
from councils.models import Sorting
from councils.permissions import require_recording
from disclosure.actions.common import refuse_personal_data


@transaction.atomic
def record_sorting(*, by, at, item, seen, way, note):
    """Enter how the meeting of `item` sorted its matter, with the reason; it may be entered anew until it is confirmed.

    `way`: a key of the triage's ways. Everyone reads `note`, so personal data in it is refused. `seen` is
    `meeting.version` of the form. Returns the Sorting. Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(item.meeting_id)
    require_recording(by, meeting, today(at))
    item = next(own for own in items if own.pk == item.pk)
    check_seen(meeting, seen)
    refuse(why_not_sortable(item))
    try:
        chosen = item.step_row.way(way)
    except KeyError:
        raise Mistaken({"way": _("Choose one of these.")}) from None
    if not note.strip():
        raise Mistaken({"note": _("Say why, and what follows.")})
    refuse_personal_data(meeting.unit, note)
    before = Sorting.objects.filter(item=item).first()
    sorting, _created = Sorting.objects.update_or_create(
        item=item, defaults={"way": chosen.key, "note": note.strip(), "by": by, "at": at}
    )
    save(meeting)
    note_mended(meeting, by=by, at=at)
    earlier = {"before": before.way, "note_before": before.note} if before else {}
    record(by=by, verb="record_sorting", at=at, row=meeting, matter=item.matter.number, way=chosen.key, **earlier)
    return sorting


def why_not_sortable(item):
    """Why the meeting of `item` cannot say how it sorted the matter; None when it can."""
    if not item.step_row.is_triage:
        return _("This meeting sorts nothing.")
    if item.meeting.confirmed_at:
        return _("The record of this meeting is confirmed.")
    if item.meeting.outcome == "":
        return _("Enter the attendance first.")
    if item.meeting.outcome != MeetingOutcome.VALID:
        return _("The meeting is void; nothing can be voted on.")
    if item.vote and not item.step_row.goes_on(item.vote.is_carried):
        return _("The motion was not carried, so nothing is sorted; the matter comes before the meeting again.")
    return None
