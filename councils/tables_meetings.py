"""The list of meetings at the desk."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from councils.models import Meeting


class MeetingTable(tables.Table):
    """Meetings, newest first. Each record carries `readable`: whether its reader may see more than body and day."""

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
