"""The list of consultations at the desk, and its columns as a sheet."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from councils.models import Consultation
from orgs.exports import Export, Field
from orgs.village import in_place


class ConsultationTable(tables.Table):
    """Consultations, newest first."""

    subject = tables.Column(_("Subject"), order_by=("subject",))
    unit = tables.Column(_("Unit"), order_by=("unit__code",))
    kind = tables.Column(_("Kind"))
    held_on = tables.Column(_("Date"), order_by=("held_on", "held_at"))
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "councils/_consultation_row.html"
    empty_text = _("There are no consultations here.")

    class Meta:
        model = Consultation
        fields = ("subject", "unit", "kind", "held_on", "state")
        template_name = "ui/table.html"


CONSULTATIONS = Export(
    "consultations",
    _("Consultations"),
    (
        Field("number", _("Number"), lambda row: row.number, 24),
        Field("subject", _("Subject"), lambda row: row.subject, 44),
        Field("unit", _("Unit"), lambda row: row.unit.name, 18),
        Field("kind", _("Kind"), lambda row: in_place(row.get_kind_display(), row.unit)),
        Field("held_on", _("Date"), lambda row: row.held_on),
        Field("held_at", _("Time"), lambda row: row.held_at, 8),
        Field("place", _("Place"), lambda row: row.place, 24),
        Field("participants", _("Residents who came"), lambda row: row.participants, 10),
        Field("raised", _("Points raised"), lambda row: row.raised, 10),
        Field("open_points", _("Points not answered"), lambda row: row.open_points, 10),
        Field("called_off", _("Why it was called off"), lambda row: row.called_off_reason, 24),
    ),
)
