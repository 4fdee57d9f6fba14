"""`/u/<code>/catalogue/`: what must be published here, how often, by whom, on what legal basis, and when it was."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.catalogue import AFFAIRS, Affairs, Item, as_kept
from disclosure.duties import Duty
from disclosure.enums import BY_STRICTNESS, Board, Change, DutyState, Frequency
from disclosure.models import CatalogueChange, NoticeVersion, duties_at
from disclosure.views.boards import board_name
from disclosure.views.common import boards_of, place
from disclosure.views.owed import by_item
from orgs.village import in_place


@dataclass(frozen=True)
class Line:
    """One item at a place: the last notice of it, the oldest duty that is overdue, and the next one.

    `source` is the place of its legal basis, from 1, among the `sources` of its shelf.
    """

    item: Item
    title: str
    source: int
    last: NoticeVersion | None
    overdue: Duty | None
    next: Duty | None


@dataclass(frozen=True)
class Group:
    """The lines of a board that are due equally often; `overdue` of them are."""

    often: Frequency
    lines: list[Line]

    @property
    def overdue(self):
        return sum(bool(line.overdue) for line in self.lines)


@dataclass(frozen=True)
class Shelf:
    """What a board must hold, from the most frequent to what stands or follows an event, and the laws that say so."""

    board: Board
    name: str
    affairs: Affairs
    groups: list[Group]
    sources: list[str]

    @property
    def number(self):
        return sum(len(group.lines) for group in self.groups)


_FREQUENCIES = [*BY_STRICTNESS, Frequency.STANDING, Frequency.EVENT]


@login_not_required  # what must be published is everybody's to know
@require_safe
def catalogue(request, code):
    """The catalogue as this place keeps it, board by board, with what it changed and why."""
    unit, above, phones = place(code)
    today = request.today
    changes = list(CatalogueChange.objects.at(unit).holding(today))
    items = [item for item in as_kept(changes).values() if item.scope.is_public]
    duties = by_item(duties_at(unit, on=today), unit)
    newest = last_published(unit, today)
    shelves = [_shelf(board, unit, items, duties, newest, today) for board in boards_of(unit)]
    lines = [line for shelf in shelves for group in shelf.groups for line in group.lines]
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "shelves": shelves,
        "nominal": any(line.next and not line.overdue and line.next.due.nominal for line in lines),
        "changes": [change for change in changes if change.kind != Change.BEGINS and is_public(change)],
        "today": today,
    }
    return render(request, "disclosure/catalogue.html", context)


def _shelf(board, unit, items, duties, newest, today):
    items = sorted((item for item in items if item.board == board), key=lambda item: _FREQUENCIES.index(item.duty))
    sources = list(dict.fromkeys(str(item.basis_at(unit)) for item in items))
    groups = []
    for often, own in groupby(items, key=lambda item: item.duty):
        lines = []
        for item in own:
            source = sources.index(str(item.basis_at(unit))) + 1
            lines.append(_line(item, unit, source, duties.get(item.key, ()), newest.get(item.key), today))
        groups.append(Group(often, lines))
    return Shelf(board, board_name(board, unit), AFFAIRS[board], groups, sources)


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


def _line(item, unit, source, duties, last, today):
    waiting = [duty for duty in duties if not duty.is_done]
    overdue = [duty for duty in waiting if duty.state(today) == DutyState.OVERDUE]
    coming = [duty for duty in waiting if duty.state(today) != DutyState.OVERDUE]
    return Line(
        item=item,
        title=in_place(item.title, unit),
        source=source,
        last=last,
        overdue=overdue[0] if overdue else None,
        next=coming[0] if coming else None,
    )
