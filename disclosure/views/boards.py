"""The public boards and their sheets."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure import relief
from disclosure.enums import NUMBER_WORD, VILLAGE_NUMBER_WORD, Board
from disclosure.forms.boards import BoardFilter
from disclosure.models import NoticeVersion
from disclosure.tables import BOARD, BoardTable
from disclosure.views.common import absolute, boards_of, place
from disclosure.views.owed import owed
from orgs.exports import MEDIA_TYPES
from orgs.listing import Listing
from orgs.village import form_in_place

_STATES = (("", "all"), ("on_display", "on_display"), ("display_ended", "display_ended"), ("withdrawn", "withdrawn"))


def board_name(board, unit):
    """The official name of a board at `unit`: a village has 村务公开 where a community has 居务公开."""
    if board == Board.RESIDENTIAL and unit.is_village:
        return _("Village affairs")
    return Board(board).label


def board_at_signature(notice):
    """What the board of a notice was called when it got its number, whatever its unit has become: a village's number
    has a word of its own.
    """
    if notice.board == Board.RESIDENTIAL and notice.number.partition("〔")[0].endswith(f"{_OF_VILLAGE}公"):
        return _("Village affairs")
    return Board(notice.board).label


_OF_VILLAGE = VILLAGE_NUMBER_WORD[Board.RESIDENTIAL]


def board_mark(board, unit):
    """The character on the seal of a board, the same as in the numbers of its notices."""
    return (VILLAGE_NUMBER_WORD if unit.is_village else NUMBER_WORD)[Board(board)]


def _rows(unit, board, on):
    """The current public versions of a board, their notices at hand."""
    rows = NoticeVersion.objects.public().published(on).current().filter(notice__unit=unit, notice__board=board)
    return rows.with_corrects().select_related("notice")


def _known_board(unit, board):
    """Http404 for a board that does not exist at a unit of this level."""
    if board not in boards_of(unit):
        raise Http404


def _listing(request, unit, board, without=()):
    """(the board as filtered, its tabs); `without`: items that are left out."""
    rows = _rows(unit, board, request.today).exclude(notice__item__in=without)
    matching = BoardFilter(request.GET, board=board).condition()
    counts = rows.board_counts(request.today, matching)
    form = BoardFilter(request.GET, board=board, years=sorted(counts["years"], reverse=True))
    form_in_place(form, unit, "item")
    state = request.GET.get("state", "")
    state = state if state in dict(_STATES) else ""
    total = counts[dict(_STATES)[state]]
    labels = {
        "": _("All"),
        "on_display": _("On display"),
        "display_ended": _("Display ended"),
        "withdrawn": _("Withdrawn"),
    }
    tabs = [(key, labels[key], counts[name], key == state) for key, name in _STATES if counts[name] or not key]

    def prepare(version):
        version.notice.unit, version.on = unit, request.today
        version.path = version.notice.get_absolute_url()
        version.address = absolute(request, version.path)

    table = BoardTable(
        rows.filter(matching).in_state(state, request.today),
        today=request.today,
        caption=_("%(board)s, %(count)s in all") % {"board": board_name(board, unit), "count": total},
    )
    addresses = {kind: reverse(f"board_{kind}", args=[unit.code, board]) for kind in MEDIA_TYPES}
    listing = Listing(request, table, BOARD, filters=form, prepare=prepare, total=total, unit=unit, addresses=addresses)
    return listing, tabs


@login_not_required  # residents have no accounts
@require_safe
def board(request, code, board):
    """One board of a unit, in force first, with filter, tabs by state, sorting and paging."""
    unit, above, phones = place(code)
    _known_board(unit, board)
    listing, tabs = _listing(request, unit, board)
    waiting, statements = owed(unit, board, request.today)
    context = {
        "waiting": [(duty, duty.state(request.today)) for duty in waiting],
        "statements": statements,
        "unit": unit,
        "above": above,
        "phones": phones,
        "board": board,
        "board_name": board_name(board, unit),
        "mark": board_mark(board, unit),
        "boards": [(key, board_name(key, unit)) for key in boards_of(unit)],
        "tabs": tabs,
    }
    return listing.page("disclosure/board.html", context)


@login_not_required  # open data
@require_safe
def board_sheet(request, code, board, kind):
    """Everything public of a board, or what the filter leaves of it, as CSV or XLSX; never who receives aid."""
    unit, _above, _phones = place(code)
    _known_board(unit, board)
    listing, _tabs = _listing(request, unit, board, without=relief.KEYS)
    return listing.sheet(kind, board_name(board, unit))
