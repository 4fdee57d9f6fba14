"""Calling a meeting, its roll and attendance, minutes and papers."""

from councils.actions.meetings.agenda import matters_beside
from councils.actions.meetings.attendance import (
    change_roll,
    open_attendance,
    record_attendance,
    recuse,
    why_roll_stands,
)
from councils.actions.meetings.bodies import bodies_for, formal_members, why_not_by_committee
from councils.actions.meetings.calls import (
    call_meeting,
    call_off_meeting,
    course_of,
    registered_voters,
    why_nobody_entitled,
    why_not_callable,
    why_not_held,
    why_notice_too_short,
    why_number_unexplained,
    why_roll_differs,
)
from councils.actions.meetings.mending import mend_meeting, why_not_mendable
from councils.actions.meetings.minutes import add_scan, note_read, record_minutes
from councils.actions.meetings.parts import (
    next_in_one_sitting,
    one_leads,
    other_part,
    why_not_in_one_sitting,
    why_part_waits,
)
from councils.actions.meetings.proxies import allowed_proxies, record_proxy, remove_proxy, why_no_proxy

__all__ = [
    "add_scan",
    "allowed_proxies",
    "bodies_for",
    "call_meeting",
    "call_off_meeting",
    "change_roll",
    "course_of",
    "formal_members",
    "matters_beside",
    "mend_meeting",
    "next_in_one_sitting",
    "note_read",
    "open_attendance",
    "one_leads",
    "other_part",
    "record_attendance",
    "record_minutes",
    "record_proxy",
    "recuse",
    "registered_voters",
    "remove_proxy",
    "why_no_proxy",
    "why_nobody_entitled",
    "why_not_by_committee",
    "why_not_callable",
    "why_not_held",
    "why_not_in_one_sitting",
    "why_not_mendable",
    "why_notice_too_short",
    "why_number_unexplained",
    "why_part_waits",
    "why_roll_differs",
    "why_roll_stands",
]
