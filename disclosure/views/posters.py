"""Posters for boards of paper: one notice, or a whole board for a month, as a page to print and as a PDF."""

import hashlib
import logging
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import segno
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.actions import keep_file
from disclosure import archive, printing, text
from disclosure.enums import Stage
from disclosure.logged import logged_current
from disclosure.sharing import made_for
from disclosure.sheets import Paper, beside, last_of, month_of, shortened
from disclosure.views.boards import _known_board, _rows, board_name
from disclosure.views.common import absolute, place, printed_address
from disclosure.views.notices import _find, _hide, _version, checked

MOST = 100  # notices on the poster of a board
STYLES = ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css", "css/print.css", "css/poster.css")
log = logging.getLogger(__name__)


def qr_svg(address):
    """The QR code of `address` as SVG inside a page: drawn as lines, so it is sharp at every size."""
    svg = segno.make_qr(address, error="m").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # made of numbers only


def _notice_poster(request, code, ref):
    """(notice, context): the notice on sheets of the size that was asked for."""
    notice, unit, above, _phones = _find(code, ref, request.today)
    version = _version(request, notice)
    shown = archive.public_text(version, request.today)
    logged = checked(notice, version)
    address = printed_address(request, notice, version.check_code)
    paper = Paper.of(request.GET.get("paper"))
    asked = {"version": version.number} if version.is_superseded else {}
    context = {
        "unit": unit,
        "above": above,
        "notice": notice,
        "version": version,
        "blocks": text.blocks(shown),
        "stage": version.stage(request.today),
        "archived": archive.is_archived(version, request.today),
        "names_masked": shown not in (version.published_text, archive.STATEMENT),
        "address": address,
        "qr": qr_svg(address),
        "check": version.check_code,
        "logged": logged,
        "touched": bool(logged and not logged.holds),
        "may_print": version.stage(request.today) in (Stage.ON_DISPLAY, Stage.DISPLAY_ENDED)
        and not (logged and not logged.holds),
        "title": f"{notice.number} {version.title}",
        "sheet": "disclosure/_poster.html",
    }
    page = reverse("notice_poster", args=[unit.code, notice.ref])
    pdf = reverse("notice_poster_pdf", args=[unit.code, notice.ref])
    return notice, context | _ways(page, pdf, paper, asked)


def _ways(page, pdf, paper, asked):
    """The other sizes of the poster, and its PDF where this server can print."""
    return {
        "paper": paper,
        "papers": [(each, f"{page}?{urlencode(asked | {'paper': each.value})}") for each in Paper],
        "pdf": f"{pdf}?{urlencode(asked | {'paper': paper.value})}" if printing.program() else "",
    }


@login_not_required  # residents have no accounts
@require_safe
def notice_poster(request, code, ref):
    """A notice on A4 or A3, with a QR code that leads to its check: the original, and whether it is unchanged."""
    notice, context = _notice_poster(request, code, ref)
    return _hide(render(request, "disclosure/poster.html", context), notice)


@login_not_required  # printed by anyone
@require_safe
def notice_poster_pdf(request, code, ref):
    """The same as a PDF."""
    notice, context = _notice_poster(request, code, ref)
    return _pdf(request, context, notice.ref)


def _board_poster(request, code, board):
    """The context of a board's poster: what was published or on display in the month that was asked for."""
    unit, above, _phones = place(code)
    _known_board(unit, board)
    first = month_of(request.GET.get("month"), request.today)
    if first is None:
        raise Http404
    in_full = request.GET.get("text") == "full"
    versions = (
        _rows(unit, board, request.today)
        .select_related("signed_by", "reviewed_by", "redaction")
        .filter(withdrawn_at=None, published_on__lte=last_of(first), displayed_until__gte=first)
        .order_by("-published_on", "-id")[: MOST + 1]
    )
    for version in versions:
        version.notice.unit = unit
    texts = archive.public_texts(versions, request.today)
    said = logged_current(versions)
    items = [_item(request, version, texts[version.pk], said[version.pk], in_full) for version in versions]
    asked = {"month": f"{first:%Y-%m}"} | ({"text": "full"} if in_full else {})
    page = reverse("board_poster", args=[unit.code, board])
    paper = Paper.of(request.GET.get("paper"))
    address = absolute(request, reverse("board", args=[unit.code, board]))

    def other(**changed):
        return f"{page}?{urlencode({k: v for k, v in (asked | {'paper': paper.value} | changed).items() if v})}"

    context = {
        "unit": unit,
        "above": above,
        "board": board,
        "board_name": board_name(board, unit),
        "first": first,
        "items": items[:MOST],
        "more": len(items) > MOST,
        "address": address,
        "qr": qr_svg(address),
        "texts": [
            (_("Long texts in short"), other(text=""), not in_full),
            (_("All texts in full"), other(text="full"), in_full),
        ],
        "months": [(month, other(month=f"{month:%Y-%m}")) for month in beside(first, request.today)],
        "title": _("%(board)s of %(unit)s, %(month)s")
        % {"board": board_name(board, unit), "unit": unit.name, "month": date_format(first, "YEAR_MONTH_FORMAT")},
        "sheet": "disclosure/_board_poster.html",
    }
    pdf = reverse("board_poster_pdf", args=[unit.code, board])
    return context | _ways(page, pdf, paper, asked)


def _item(request, version, shown, logged, in_full):
    """A notice on the poster of its board: its blocks, whether they were shortened, the codes of its check.

    One that was touched behind the portal's back has neither text nor code, and says so.
    """
    blocks = text.blocks(shown)
    version.shown, version.is_short = (blocks, False) if in_full else shortened(blocks)
    version.touched = bool(logged and not logged.holds)
    version.check = logged.code if logged and logged.holds else ""
    version.qr = qr_svg(printed_address(request, version.notice, version.check))
    return version


@login_not_required  # printed by anyone
@require_safe
def board_poster(request, code, board):
    """All notices of a board in a month on A4 or A3."""
    return _hidden(render(request, "disclosure/poster.html", _board_poster(request, code, board)))


@login_not_required  # printed by anyone
@require_safe
def board_poster_pdf(request, code, board):
    """The same as a PDF."""
    context = _board_poster(request, code, board)
    return _pdf(request, context, f"{code}-{board}-{context['first']:%Y-%m}")


def _hidden(response):
    """Prints show what has a page of its own, lists of people in need among it: not for search engines."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@cache
def _styles():
    """The style sheets of paper as one text, for a document that may fetch nothing."""
    return mark_safe("\n".join(Path(finders.find(path)).read_text(encoding="utf-8") for path in STYLES))


def _pdf(request, context, name):
    """The sheets of `context` as a PDF: printed once for each content, then kept among the files."""
    if not printing.program():
        raise Http404
    html = render_to_string("disclosure/poster_print.html", context | {"styles": _styles()}, request)
    digest = hashlib.sha256(html.encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = HttpResponse(_kept(html, made_for(context["unit"]), digest), content_type="application/pdf")
        except printing.NotPrinted as error:
            log.warning("A poster was not printed: %s", error)
            text = _("Printing is busy. Please try again in a minute, or print the poster from your browser.")
            response = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
            response.headers["Retry-After"] = "30"
            return response
        response.headers["Content-Disposition"] = f'inline; filename="{name}-{context["paper"].value}.pdf"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache, private"
    return _hidden(response)


def _kept(html, folder, digest):
    where = f"{folder}/{digest}.pdf"
    keep_file(where, lambda: printing.printed(html))
    with default_storage.open(where) as file:
        return file.read()
