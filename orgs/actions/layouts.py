"""The columns that a street wants in its exports."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused
from orgs.enums import Level
from orgs.models import LayoutColumn
from orgs.permissions import require_administration
from orgs.powers import Power


@transaction.atomic
def add_layout(*, layout, columns, by, at):
    """Add the unsaved `layout` with `columns`, pairs of key and own heading, in this order.

    Needs `manage_units` at the street.
    """
    require_administration(by, Power.MANAGE_UNITS, layout.unit.path, at=at)
    if layout.unit.level != Level.STREET:
        raise Refused(_("A layout belongs to a street or town; all units below it use it."))
    layout.save(force_insert=True)
    LayoutColumn.objects.bulk_create(
        LayoutColumn(layout=layout, key=key, heading=heading, position=place)
        for place, (key, heading) in enumerate(columns, 1)
    )
    note_layout(layout=layout, verb="layout_added", by=by, at=at)
    return layout


@transaction.atomic
def remove_layout(*, layout, by, at):
    """Take a layout away: the exports have the usual columns again. The event keeps what it was."""
    require_administration(by, Power.MANAGE_UNITS, layout.unit.path, at=at)
    note_layout(layout=layout, verb="layout_removed", by=by, at=at)
    layout.delete()


def note_layout(*, layout, verb, by, at):
    """Record what the columns of a layout are now."""
    columns = [f"{key}: {heading}" if heading else key for key, heading in layout.columns.values_list("key", "heading")]
    record(by=by, verb=verb, obj=layout, at=at, path=layout.unit.path, data={"list": layout.sheet, "columns": columns})
