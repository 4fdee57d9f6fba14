"""The public boards, their CSV and the Atom feed of a unit."""

import csv
import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from disclosure.catalogue import ITEMS
from disclosure.enums import Board
from disclosure.forms import BoardFilter
from disclosure.models import Announcement, NoticeVersion
from disclosure.tables import BoardTable
from disclosure.text import printable
from disclosure.views.common import absolute, boards_of, paged, place

FEED_LENGTH = 40
# Where a spreadsheet would run what a cell holds; Chinese ones also run full-width signs.
FORMULA = tuple("=+-@\t\r＝＋－＠")
_STATES = (("", "all"), ("on_display", "on_display"), ("display_ended", "display_ended"), ("withdrawn", "withdrawn"))


def board_name(board, unit):
    """The official name of a board at `unit`: a village has 村务公开 where a community has 居务公开."""
    if board == Board.RESIDENTIAL and unit.is_village:
        return _("Village affairs")
    return Board(board).label


def _rows(unit, board):
    """The current public versions of a board, their notices at hand."""
    rows = NoticeVersion.objects.public().current().filter(notice__unit=unit, notice__board=board)
    return rows.select_related("notice__issuer")


def _known_board(unit, board):
    """Http404 for a board that does not exist at a unit of this level."""
    if board not in boards_of(unit):
        raise Http404


@login_not_required  # residents have no accounts
@require_safe
def board(request, code, board):
    """One board of a unit, in force first, with filter, tabs by state, sorting and paging."""
    unit, above, phones = place(code)
    _known_board(unit, board)
    rows = _rows(unit, board)
    form = BoardFilter(request.GET, board=board)
    matching = form.condition()
    counts = rows.board_counts(request.today, matching)
    form = BoardFilter(request.GET, board=board, years=sorted(counts["years"], reverse=True))
    state = request.GET.get("state", "")
    state = state if state in dict(_STATES) else ""
    total = counts[dict(_STATES)[state]]
    labels = {
        "": _("All"),
        "on_display": _("On display"),
        "display_ended": _("Display ended"),
        "withdrawn": _("Withdrawn"),
    }
    table = BoardTable(
        Versions(rows.filter(matching).in_state(state, request.today), unit),
        today=request.today,
        caption=_("%(board)s, %(count)s in all") % {"board": board_name(board, unit), "count": total},
    )
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "board": board,
        "board_name": board_name(board, unit),
        "boards": [(key, board_name(key, unit)) for key in boards_of(unit)],
        "form": form,
        "tabs": [(key, labels[key], counts[name], key == state) for key, name in _STATES if counts[name] or not key],
        "table": paged(request, table, total),
    }
    return render(request, "disclosure/board.html", context)


class Versions:
    """A queryset of versions for a table that hands each its unit, which all of them share."""

    def __init__(self, rows, unit):
        self.rows, self.unit = rows, unit

    def order_by(self, *names):
        return Versions(self.rows.order_by(*names), self.unit)

    def __len__(self):
        return self.rows.count()

    def __getitem__(self, index):
        part = self.rows[index]
        if isinstance(index, slice):
            return list(map(self._placed, part))
        return self._placed(part)

    def __iter__(self):
        return map(self._placed, self.rows)

    def _placed(self, version):
        version.notice.unit = self.unit
        return version


def cell(value):
    """A CSV cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


@login_not_required  # open data
@require_safe
def board_csv(request, code, board):
    """Everything public of a board as CSV, for Excel (with a byte-order mark)."""
    unit, _above, _phones = place(code)
    _known_board(unit, board)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{unit.code}-{board}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            *(
                pgettext("notice", "Number"),
                _("Version"),
                _("Title"),
                pgettext("notice", "Item"),
                _("Issued by"),
                _("Published"),
                _("Displayed until"),
            ),
            *(_("Objections until"), _("State"), _("Address")),
        ]
    )
    for version in Versions(_rows(unit, board).order_by("-notice__year", "-notice__serial"), unit):
        notice = version.notice
        line = [
            *(notice.number, version.number, version.title, f"{notice.item} {notice.row.title}", notice.issuer.name),
            *(version.published_on, version.displayed_until, version.window_until or ""),
            *(version.stage(request.today).label, absolute(request, notice.get_absolute_url())),
        ]
        writer.writerow([cell(value) for value in line])
    return response


@login_not_required  # readers of feeds have no accounts
@require_safe
def feed(request, code):
    """Atom: the newest notices and announcements of a unit."""
    unit, _above, _phones = place(code)
    home = absolute(request, reverse("unit", args=[unit.code]))
    entries = []
    hidden = [key for key, item in ITEMS.items() if item.noindex]
    versions = (
        NoticeVersion.objects.public()
        .current()
        .filter(notice__unit=unit, withdrawn_at=None)
        .exclude(notice__item__in=hidden)
        .select_related("notice__issuer")
        .order_by("-signed_at")[:FEED_LENGTH]
    )
    for version in versions:
        version.notice.unit = unit
        entries.append(
            (version.signed_at, f"{version.title} {version.notice.short_number}", version, version.notice.issuer.name)
        )
    for announcement in (
        Announcement.objects.filter(unit=unit).shown(request.today).order_by("-signed_at")[:FEED_LENGTH]
    ):
        announcement.unit = unit
        entries.append((announcement.signed_at, announcement.title, announcement, unit.name))
    entries.sort(key=lambda entry: entry[0], reverse=True)
    atom = feedgenerator.Atom1Feed(
        title=_("%(unit)s: notices and announcements") % {"unit": unit.name},
        link=home,
        description="",
        language=request.LANGUAGE_CODE,
        feed_url=absolute(request, request.path),
        feed_guid=absolute(request, request.path),
        author_name=unit.name,
    )
    for moment, title, record, author in entries[:FEED_LENGTH]:
        address = absolute(request, record.get_absolute_url())
        text = record.published_text if isinstance(record, NoticeVersion) else record.text
        atom.add_item(
            title=printable(title),
            link=address,
            description=printable(text),
            unique_id=f"{address}#{moment:%Y%m%d%H%M%S}",
            pubdate=moment,
            updateddate=moment,
            author_name=author,
        )
    if not entries:
        # A feed has a date of its own, even an empty one: that of the day it is asked.
        atom.latest_post_date = lambda: datetime.datetime.combine(request.today, datetime.time(), datetime.UTC)
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    atom.write(response, "utf-8")
    return response
