"""What units below have not done yet, as a list and as a sheet."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.exports import Export, Field


class BelowTable(tables.Table):
    """DeskItems of units below, oldest due first. `today` is read by the row."""

    title = tables.Column(pgettext_lazy("desk", "Item"))
    unit = tables.Column(_("Unit"))
    todo = tables.Column(_("What to do"), orderable=False)
    due = tables.Column(pgettext_lazy("desk", "Due"))

    row_template = "governance/_below_row.html"
    empty_text = _("Nothing is overdue below.")

    def __init__(self, items, *, today):
        super().__init__(items)
        self.today = today

    class Meta:
        fields = ("title", "unit", "todo", "due")
        template_name = "ui/table.html"


BELOW = Export(
    "below",
    _("Due in the units below"),
    (
        Field("unit", _("Unit"), lambda item: item.unit, 18),
        Field("title", pgettext_lazy("desk", "Item"), lambda item: item.title, 44),
        Field("todo", _("What to do"), lambda item: str(item.todo), 30),
        Field("due", pgettext_lazy("desk", "Due"), lambda item: item.due),
    ),
)
