"""The list of who holds which office, and its columns as a sheet. (`orgs/tables.py` is about the database's tables.)"""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.exports import Export, Field
from orgs.models import Term


class TermTable(tables.Table):
    """Terms of the bodies of a unit. Each record carries its `state`."""

    person = tables.Column(_("Name"), order_by=("person__name", "person__pk"))
    office = tables.Column(pgettext_lazy("term", "Office"), orderable=False)
    body = tables.Column(pgettext_lazy("term", "Body"), order_by=("body__unit__code", "body__id"))
    started_on = tables.Column(pgettext_lazy("term", "From"))
    due_on = tables.Column(_("Due to end on"))
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "orgs/_term_row.html"
    empty_text = _("Nobody holds an office here.")

    class Meta:
        model = Term
        fields = ("person", "office", "body", "started_on", "due_on", "state")
        template_name = "ui/table.html"


def state_of(term, on):
    """(where the term stands on the day `on`, in a word; how the word is framed)."""
    if term.started_on > on:
        return _("not yet in office"), ""
    if term.ended_on and term.ended_on <= on:
        return _("left office"), ""
    return (_("in office until handover"), "wait") if term.is_overdue_on(on) else (_("in office"), "good")


TERMS = Export(
    "terms",
    _("Offices and terms"),
    (
        Field("unit", _("Unit"), lambda row: row.body.unit.name, 18),
        Field("code", _("Code of the unit"), lambda row: row.body.unit.code, 18),
        Field("body", pgettext_lazy("term", "Body"), lambda row: row.body.name, 30),
        Field("office", pgettext_lazy("term", "Office"), lambda row: str(row.title), 18),
        Field("person", _("Name"), lambda row: row.person.name),
        Field("gender", _("Gender"), lambda row: row.person.get_gender_display(), 8),
        Field("seat", _("Seat"), lambda row: row.seat, 8),
        Field("standing", _("Standing"), lambda row: row.get_standing_display(), 10),
        Field("started_on", pgettext_lazy("term", "From"), lambda row: row.started_on),
        Field("due_on", _("Due to end on"), lambda row: row.due_on),
        Field("ended_on", _("Ended on"), lambda row: row.ended_on),
        Field("source", _("Source of the appointment"), lambda row: row.source, 24),
        Field("state", _("State"), lambda row: str(row.state[0])),
    ),
)
