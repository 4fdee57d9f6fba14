"""The list of meetings at the desk, and its columns as a sheet."""

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.enums import MeetingOutcome
from councils.models import Meeting
from orgs.exports import Export, Field


class MeetingTable(tables.Table):
    """Meetings, newest first. Each record carries its `state`, and `readable`: may its reader see more than the day."""

    body = tables.Column(verbose_name=_("Meeting"), order_by=("body__kind", "-held_on"))
    matters = tables.Column(verbose_name=_("Matters"), orderable=False, empty_values=())
    held_on = tables.Column(verbose_name=_("Date"), order_by=("held_on", "held_at"))
    place = tables.Column(verbose_name=_("Place"), orderable=False)
    outcome = tables.Column(verbose_name=_("State"), order_by=("outcome", "confirmed_at"), empty_values=())

    row_template = "councils/_meeting_row.html"
    empty_text = _("There are no meetings here.")

    class Meta:
        model = Meeting
        fields = ("body", "matters", "held_on", "place", "outcome")
        order_by = ("-held_on",)
        template_name = "ui/table.html"


def state_of(meeting, on):
    """(where the record of `meeting` stands on the day `on`, in a word; how the word is framed), or None.

    Of a Party meeting that its reader may not read (`readable`) it says only that it was held.
    """
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        return _("called off"), "void"
    if not meeting.readable:
        return (_("held"), "") if meeting.confirmed_at and meeting.outcome == MeetingOutcome.VALID else None
    if meeting.is_void:
        return _("void, to be held again"), "void"
    if meeting.confirmed_at:
        return _("confirmed"), "good"
    if meeting.outcome:
        return (_("waiting for confirmation") if meeting.minutes else _("record not finished")), "wait"
    if meeting.voting_from and meeting.voting_from <= on <= meeting.held_on:
        return _("voting under way"), ""
    return (_("attendance not entered"), "wait") if meeting.held_on < on else (_("coming"), "")


def _open(name):
    """The column `name`, for who may read more of the meeting than body and day."""
    return lambda meeting: getattr(meeting, name) if meeting.readable else None


def _matters(what):
    return lambda meeting: _("; ").join(str(getattr(item.matter, what)) for item in meeting.items.all())


MEETINGS = Export(
    "meetings",
    pgettext_lazy("menu", "Meetings"),
    (
        Field("body", _("Meeting"), lambda row: row.body.name, 30),
        Field("unit", _("Unit"), lambda row: row.unit.name, 18),
        Field("numbers", _("Numbers of the matters"), _matters("number"), 24),
        Field("matters", _("Matters"), _matters("short_title"), 30),
        Field("held_on", _("Date"), lambda row: row.held_on),
        Field("held_at", _("Time"), _open("held_at"), 8),
        Field("place", _("Place"), _open("place"), 24),
        Field("entitled", _("Entitled"), _open("entitled"), 8),
        Field("present", _("Present"), _open("present"), 8),
        Field("on_leave", _("On leave"), _open("on_leave"), 8),
        Field("absent", _("Absent"), _open("absent"), 8),
        Field("state", _("State"), lambda row: str(row.state[0]) if row.state else ""),
        Field("confirmed_on", _("Confirmed on"), lambda row: row.confirmed_at and timezone.localdate(row.confirmed_at)),
    ),
)
