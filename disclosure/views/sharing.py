"""Passing a notice or an announcement on: text to copy into a group, the notice as a long picture."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.actions import keep_file
from disclosure import archive, posters
from disclosure.enums import Stage
from disclosure.models import Announcement
from disclosure.sharing import group_text, made_for
from disclosure.views.common import absolute, place, printed_address
from disclosure.views.notices import _find, _hide, checked

# The picture is drawn for what is in force; the words on it are Chinese like the notice itself.
HINT = "长按识别或扫描二维码，查看原文并核验，了解意见答复和办理进展。"


def why_no_picture(notice, version, on):
    """Why `version` is not handed out as a picture on the day `on`; None when it is."""
    if notice.row.noindex:
        return _("This notice names people in need: it stays on the board and is not passed on as a picture.")
    if version.stage(on) == Stage.DISPLAY_ENDED:
        return _("The display has ended; the archived text is on the page.")
    if version.stage(on) != Stage.ON_DISPLAY:
        return _("This version is not in force any more. Do not pass it on.")
    return why_no_font()


def why_no_font():
    """Why no picture can be drawn on this machine; None when it can."""
    if posters.has_font():
        return None
    return _(
        "This server has no Chinese font to draw with: install the package %(package)s or name a font in PORTAL_FONT."
    ) % {"package": posters.PACKAGE}


def why_touched(notice, version):
    """Why a version whose row was changed behind the portal is not passed on; None when it is as it was logged."""
    found = checked(notice, version)
    return None if found is None or found.holds else _("This record does not agree with the log")


@login_not_required  # part of a public page
@require_safe
def notice_share(request, code, ref):
    """The text of a notice to copy into a group, and the way to its picture and its poster."""
    notice, unit, above, _phones = _find(code, ref, request.today)
    version = notice.current
    address = absolute(request, notice.get_absolute_url())
    text = group_text(
        version.title,
        archive.public_text(version, request.today),
        address,
        number=notice.number,
        closed=bool(notice.row.noindex),
    )
    if touched := why_touched(notice, version):
        text = f"{touched}\n{address}"
    context = {
        "unit": unit,
        "above": above,
        "title": version.title,
        "mid": notice.number,
        "mid_url": notice.get_absolute_url(),
        "text": text,
        "withdrawn": version.withdrawn_at,
        "notice": notice,
        "version": version,
        "no_picture": touched or why_no_picture(notice, version, request.today),
    }
    return _hide(render(request, "disclosure/share.html", context), notice)


@login_not_required  # part of a public page
@require_safe
def announcement_share(request, code, pk):
    """The text of an announcement to copy into a group."""
    unit, above, _phones = place(code)
    record = Announcement.objects.public().filter(unit=unit, pk=pk).first()
    if record is None:
        raise Http404
    record.unit = unit
    address = absolute(request, record.get_absolute_url())
    context = {
        "unit": unit,
        "above": above,
        "title": record.title,
        "mid": record.title,
        "mid_url": record.get_absolute_url(),
        "text": group_text(record.title, record.text, address, word="通知"),
    }
    return render(request, "disclosure/share.html", context)


@login_not_required  # passed on by anyone, and shown on the cards of links
@require_safe
def notice_picture(request, code, ref, number):
    """A version of a notice as a PNG. Asked for again each time: it goes when the version is masked or withdrawn."""
    notice, unit, _above, _phones = _find(code, ref, request.today)
    version = next((version for version in notice.published_versions(request.today) if version.number == number), None)
    if version is None:
        raise Http404
    if reason := why_no_picture(notice, version, request.today) or why_touched(notice, version):
        status = 503 if reason == why_no_font() else 404
        return _hide(HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8"), notice)
    poster = posters.Poster(
        version.issuer_name,
        notice.number,
        version.title,
        tuple(version.blocks(request.today)),
        printed_address(request, notice, version.check_code),
        HINT,
        version.check_code,
    )
    name = hashlib.sha256(repr((posters.LAYOUT, settings.PORTAL_FONT, poster)).encode()).hexdigest()
    etag = f'"{name[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_drawn(poster, unit, name), content_type="image/png")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


def _drawn(poster, unit, name):
    """The PNG, drawn once for each content and kept among the files."""
    where = f"{made_for(unit)}/{name}.png"
    keep_file(where, lambda: posters.draw(poster, *posters.fonts(settings.PORTAL_FONT)))
    with default_storage.open(where) as kept:
        return kept.read()
