"""The list of matters at the desk."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from councils.models import Matter


class MatterTable(tables.Table):
    """Matters, newest first. Each record carries `standing`, `kind`, `pips` and `waiting` for its row."""

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
