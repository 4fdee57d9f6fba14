"""Calling a meeting, its roll and attendance, minutes and papers."""

from councils.actions.meetings.agenda import matters_beside
from councils.actions.meetings.attendance import (
    change_roll,
    open_attendance,
    record_attendance,
    recuse,
    why_roll_stands,
)
from councils.actions.meetings.bodies import formal_members, why_not_by_committee
from councils.actions.meetings.calls import (
    call_meeting,
    call_off_meeting,
    why_not_callable,
    why_not_held,
    why_notice_too_short,
)
from councils.actions.meetings.minutes import add_scan, note_read, record_minutes

__all__ = [
    "add_scan",
    "call_meeting",
    "call_off_meeting",
    "change_roll",
    "formal_members",
    "matters_beside",
    "note_read",
    "open_attendance",
    "record_attendance",
    "record_minutes",
    "recuse",
    "why_not_by_committee",
    "why_not_callable",
    "why_not_held",
    "why_notice_too_short",
    "why_roll_stands",
]
