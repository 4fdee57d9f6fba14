"""Minutes and scanned papers of a meeting."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record as record_event
from audit.errors import Mistaken, Refused
from audit.models import Audience
from councils.actions.common import (
    check_seen,
    lock_meeting_and_matters,
    person_of,
    record,
    refuse_in_field,
    save,
    today,
)
from councils.actions.meetings.bodies import why_not_both
from councils.actions.meetings.mending import note_mended
from councils.enums import MeetingOutcome, ScanKind
from councils.models import Scan
from councils.permissions import require_recording
from disclosure.actions.common import refuse_personal_data


@transaction.atomic
def record_minutes(
    *,
    by,
    at,
    meeting,
    seen,
    minutes,
    public_summary="",
    supervision_opinion="",
    observers=(),
    chair=None,
    recorder=None,
):
    """Enter or change the minutes until the record is confirmed. `observers`: dicts of `name` and `capacity`.

    `public_summary` is the one sentence of plain words that everyone may read. Needs the power to enter this meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    if meeting.confirmed_at:
        raise Refused(_("The record of this meeting is confirmed."))
    if not meeting.outcome or meeting.outcome == MeetingOutcome.CALLED_OFF:
        raise Refused(_("Enter the attendance first."))
    write_minutes(
        meeting,
        at=at,
        minutes=minutes,
        public_summary=public_summary,
        supervision_opinion=supervision_opinion,
        observers=observers,
        chair=chair,
        recorder=recorder,
    )
    note_mended(meeting, by=by, at=at)
    record(by=by, verb="record_minutes", at=at, row=meeting)
    return meeting


def write_minutes(meeting, *, at, minutes, public_summary, supervision_opinion, observers, chair, recorder):
    """The columns of the minutes of the locked meeting."""
    if not minutes.strip():
        raise Mistaken({"minutes": _("The minutes are empty.")})
    meeting.chair, meeting.recorder = chair or meeting.chair, recorder or meeting.recorder
    refuse_in_field("recorder", why_not_both(meeting.chair, meeting.recorder))
    refuse_personal_data(meeting.unit, public_summary)
    meeting.minutes, meeting.public_summary = minutes.strip(), public_summary.strip()
    meeting.supervision_opinion = supervision_opinion.strip()
    meeting.observers = [
        {"name": person["name"].strip(), "capacity": person.get("capacity", "").strip()}
        for person in observers
        if person["name"].strip()
    ]
    meeting.minutes_at = at
    save(
        meeting,
        "minutes",
        "public_summary",
        "supervision_opinion",
        "observers",
        "chair",
        "recorder",
        "minutes_at",
    )


@transaction.atomic
def add_scan(*, by, at, meeting, attachment, kind):
    """Add a scanned paper; also after the record was confirmed, since it changes nothing that was recorded.

    The attachment must be internal: of a Party meeting for the Party organisation alone. Needs the power to enter this
    meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    wanted = Audience.PARTY if meeting.is_party else Audience.UNIT
    if attachment.audience != wanted or attachment.path != meeting.unit.path:
        raise Refused(_("The scan of a meeting is kept among the internal papers of its own unit."))
    scan = Scan.objects.create(meeting=meeting, attachment=attachment, kind=ScanKind(kind).value)
    record(by=by, verb="add_scan", at=at, row=meeting, kind=scan.kind)
    return scan


def note_read(*, by, at, meeting):
    """Write down that somebody looked at the record of a Party meeting: views of sensitive data are events too."""
    person_of(by)
    record_event(
        by=by,
        verb="read_party_record",
        at=at,
        label=str(meeting),
        url=meeting.get_absolute_url(),
        path=meeting.unit.path,
    )
