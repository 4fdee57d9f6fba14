"""`/u/<code>/wall/`: what stands on the boards of a place, picture after picture, for a large screen.

`?step=n` is the n-th picture; they go round. static/js/wall.js fetches the next one, without it the page refreshes
itself. Lists of people in need never go to the screen (SAL art. 45).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure.catalogue import ITEMS
from disclosure.enums import AnnouncementKind, Board
from disclosure.models import Announcement, NoticeVersion
from disclosure.sheets import shortened
from disclosure.views.boards import board_name
from disclosure.views.common import absolute
from disclosure.views.posters import qr_svg
from governance.views.unit import matters_of, meetings_of
from orgs.views import place_or_404

SECONDS = 20  # that a picture stands
MOST_NOTICES = 24  # the newest on display
MOST_TEXTS = 8  # of them with a picture of their own
MOST_ANNOUNCEMENTS = 8
ROWS = 4  # of a list
DUTY_DAYS = 3  # of a rota: today and the two days after, as the screen says above it
LONG = 150  # characters; of a longer text the screen shows the opening
HIDDEN = [key for key, item in ITEMS.items() if item.noindex]


@dataclass(frozen=True)
class Picture:
    """One picture: `kind` chooses how `rows` are drawn (see governance/wall.html), `url` goes into its code."""

    kind: str
    heading: str
    rows: list
    url: str
    note: str = ""
    board: str = ""


@login_not_required  # a large screen has nobody to log in
@require_safe
def wall(request, code):
    """One picture, and where the next one is."""
    unit, _above, _below, _phones = place_or_404(code)
    pictures = pictures_of(unit, request.today)
    asked = request.GET.get("step", "")
    step = int(asked) % len(pictures) if asked.isdecimal() and len(asked) < 10 else 0
    picture = pictures[step]
    context = {
        "unit": unit,
        "picture": picture,
        "qr": qr_svg(absolute(request, picture.url)),
        "step": step,
        "number": step + 1,
        "count": len(pictures),
        "next": (step + 1) % len(pictures),
        "seconds": SECONDS,
        "paused": "pause" in request.GET,
        "now": request.at,
    }
    response = render(request, "governance/wall.html", context)
    # The clock on it is that of the moment.
    response.headers["Cache-Control"] = "no-store"
    return response


def pictures_of(unit, today):
    """All pictures of `unit` on the day `today`, never none. Five queries at most, however much there is."""
    found = [
        *_announced(unit, today),
        *_boards(unit, today),
        *_parts("matters", _("Matters under way"), matters_of(unit, today), reverse("matters", args=[unit.code])),
        *_parts("meetings", _("Coming meetings"), meetings_of(unit, today), unit.get_absolute_url()),
    ]
    return found or [Picture("empty", unit.name, [], unit.get_absolute_url())]


def _parts(kind, heading, rows, url, **more):
    """`rows` on as many pictures as they need."""
    return [Picture(kind, heading, rows[at : at + ROWS], url, **more) for at in range(0, len(rows), ROWS)]


def _text(kind, heading, record, blocks, **more):
    """The beginning of a text on a picture of its own."""
    shown, _is_short = shortened(blocks, long=LONG, opening=LONG)
    return Picture(kind, heading, shown, record.get_absolute_url(), **more)


def _announced(unit, today):
    """Who is on duty, then the newest announcements. Guides stand on the page of the place. One query."""
    rows = Announcement.objects.shown(today).filter(unit=unit).exclude(kind=AnnouncementKind.GUIDE)
    for announcement in rows[:MOST_ANNOUNCEMENTS]:
        announcement.unit = unit
        if announcement.kind == AnnouncementKind.ROTA:
            last = today + timedelta(DUTY_DAYS - 1)
            duties = [duty for duty in announcement.duties() if today <= duty.day <= last]
            note = _("On duty today and the two days after")
            yield from _parts("duties", announcement.title, duties, announcement.get_absolute_url(), note=note)
        else:
            yield _text("text", announcement.title, announcement, announcement.blocks(), note=_("Announcement"))


def _boards(unit, today):
    """Each board as a list, then the newest notices one by one. One query."""
    rows = NoticeVersion.objects.public().published(today).on_display(today).filter(notice__unit=unit)
    rows = rows.exclude(notice__item__in=HIDDEN).select_related("notice").order_by("-published_on", "-id")
    versions = list(rows[:MOST_NOTICES])
    for version in versions:
        version.notice.unit = unit
    for board in Board:
        own = [version for version in versions if version.notice.board == board]
        url = reverse("board", args=[unit.code, board.value])
        yield from _parts("notices", board_name(board, unit), own, url, board=board.value)
    for version in versions[:MOST_TEXTS]:
        yield _text(
            "text",
            version.title,
            version.notice,
            version.blocks(today),
            note=version.notice.number,
            board=version.notice.board,
        )
