"""What a place owes its boards on a day, for every page that says so."""

from disclosure.catalogue import of_board
from disclosure.enums import DutyState
from disclosure.models import NothingToReport, duties_at


def by_item(duties, unit):
    """{key: [Duty, …]} of `unit` alone, oldest first."""
    found = {}
    for duty in duties:
        if duty.unit == unit.pk:
            found.setdefault(duty.item.key, []).append(duty)
    return found


def owed(unit, board, today):
    """(duties of `board` that are due or overdue at `unit`, statements that there is nothing). At most two queries."""
    items = [item for item in of_board(board) if item.scope.is_public]
    duties = by_item(duties_at(unit, on=today, items=items), unit)
    found = [duty for own in duties.values() for duty in own if duty.item.board == board]
    waiting = [duty for duty in found if duty.state(today) in (DutyState.DUE, DutyState.OVERDUE)]
    stated = {(duty.item.key, duty.period.first): duty for duty in found if duty.state(today) == DutyState.NOTHING}
    statements = []
    if stated:
        rows = NothingToReport.objects.filter(unit=unit, item__in=[key for key, _first in stated])
        rows = rows.select_related("signed_by")
        statements = [row for row in rows if (row.item, row.period_first) in stated]
    return sorted(waiting, key=lambda duty: (duty.due.on, duty.item.key)), statements
