"""`/u/<code>/catalogue/`: what must be published here, how often, by whom, on what legal basis, and when it was."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.catalogue import AFFAIRS, Item, as_kept
from disclosure.duties import Duty
from disclosure.enums import Change, DutyState
from disclosure.models import CatalogueChange, NoticeVersion, duties_at
from disclosure.views.boards import board_name
from disclosure.views.common import boards_of, place
from disclosure.views.owed import by_item
from orgs.village import in_place


@dataclass(frozen=True)
class Line:
    """One item at a place: the last notice of it, the oldest duty that is overdue, and the next one."""

    item: Item
    title: str
    basis: str
    last: NoticeVersion | None
    overdue: Duty | None
    next: Duty | None


@login_not_required  # what must be published is everybody's to know
@require_safe
def catalogue(request, code):
    """The catalogue as this place keeps it, board by board, with what it changed and why."""
    unit, above, phones = place(code)
    today = request.today
    changes = list(CatalogueChange.objects.at(unit).holding(today))
    items = as_kept(changes)
    duties = by_item(duties_at(unit, on=today), unit)
    newest = last_published(unit, today)
    boards = []
    for board in boards_of(unit):
        lines = [
            _line(item, unit, duties.get(item.key, ()), newest.get(item.key), today)
            for item in items.values()
            if item.board == board and item.scope.is_public
        ]
        boards.append((board, board_name(board, unit), AFFAIRS[board], lines))
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "boards": boards,
        "changes": [change for change in changes if change.kind != Change.BEGINS and is_public(change)],
        "today": today,
    }
    return render(request, "disclosure/catalogue.html", context)


def is_public(change):
    """Whether everyone may read what was settled: items of the Party organisation stay with it."""
    return change.row is None or change.row.scope.is_public


def last_published(unit, today):
    """{key of an item: the newest published version of it at `unit`}. One query."""
    versions = (
        NoticeVersion.objects.public()
        .current()
        .filter(notice__unit=unit, withdrawn_at=None, published_on__lte=today)
        .select_related("notice")
        .order_by("notice__item", "-published_on", "-id")
        .distinct("notice__item")
    )
    found = {}
    for version in versions:
        version.notice.unit = unit
        found[version.notice.item] = version
    return found


def _line(item, unit, duties, last, today):
    waiting = [duty for duty in duties if not duty.is_done]
    overdue = [duty for duty in waiting if duty.state(today) == DutyState.OVERDUE]
    coming = [duty for duty in waiting if duty.state(today) != DutyState.OVERDUE]
    return Line(
        item=item,
        title=in_place(item.title, unit),
        basis=item.basis_at(unit),
        last=last,
        overdue=overdue[0] if overdue else None,
        next=coming[0] if coming else None,
    )
