"""The lists of matters, at the desk and in public, and their columns as a sheet."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from councils.models import Matter
from councils.procedures import CATEGORIES
from orgs.exports import Export, Field, yuan
from orgs.offices import BODY_KINDS


class MatterTable(tables.Table):
    """Matters, newest first. Each record carries `standing`, `kind` and `waiting` for its row."""

    title = tables.Column(verbose_name=_("Matter"), order_by=("title",))
    number = tables.Column(verbose_name=_("Number"), accessor="serial", order_by=("year", "serial"))
    unit = tables.Column(verbose_name=_("Unit"), order_by=("unit__name",))
    status = tables.Column(verbose_name=_("Status"), orderable=False, empty_values=())
    waiting = tables.Column(verbose_name=_("Waiting for"), orderable=False, empty_values=())
    registered_on = tables.Column(verbose_name=_("Registered on"))

    row_template = "councils/_matter_row.html"
    empty_text = _("There are no matters here.")

    class Meta:
        model = Matter
        fields = ("title", "number", "unit", "status", "waiting", "registered_on")
        template_name = "ui/table.html"


class PublicMatterTable(tables.Table):
    """The matters of one unit for everyone. Each record carries `standing`, `kind` and `pips` for its row."""

    title = tables.Column(verbose_name=_("Matter"), order_by=("title",))
    number = tables.Column(verbose_name=_("Number"), accessor="serial", order_by=("year", "serial"))
    status = tables.Column(verbose_name=_("Status"), orderable=False, empty_values=())
    registered_on = tables.Column(verbose_name=_("Registered on"))

    row_template = "councils/_public_matter_row.html"
    empty_text = _("No matter has been registered yet.")

    class Meta:
        model = Matter
        fields = ("title", "number", "status", "registered_on")
        template_name = "ui/table.html"


# What everyone may know of each matter.
MATTERS = Export(
    "matters",
    _("Matters of the community"),
    (
        Field("number", _("Number"), lambda row: row.number, 22),
        Field("title", _("Title"), lambda row: row.title, 44),
        Field("unit", _("Unit"), lambda row: row.unit.name, 18),
        Field("category", _("Category"), lambda row: str(CATEGORIES[row.category].title), 24),
        Field("origin", _("Origin"), lambda row: row.get_origin_display()),
        Field("registered_on", _("Registered on"), lambda row: row.registered_on),
        Field("status", _("Status"), lambda row: str(row.standing)),
        Field("waiting", _("Waiting for"), lambda row: row.waiting, 24),
        Field("decided_by", _("Decided by"), lambda row: str(BODY_KINDS[row.deciding_body].title), 24),
        Field("planned", _("Budget (yuan)"), lambda row: yuan(row.planned_total)),
        Field("spent", _("Spent (yuan)"), lambda row: yuan(row.actual_total)),
        Field("starts_on", _("Planned from"), lambda row: row.starts_on),
        Field("ends_on", _("Planned to"), lambda row: row.ends_on),
    ),
    related=("lines",),
)
