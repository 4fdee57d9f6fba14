"""The public page of a notice, its QR code, and the form for residents."""

import segno
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.addresses import client_address
from audit.errors import Refused, Stale
from disclosure import actions, archive, clocks, permissions, text
from disclosure.changes import compare
from disclosure.enums import Board, Kind, Stage
from disclosure.forms import ObjectionForm
from disclosure.logged import LEAVES, logged_version
from disclosure.models import Notice, NoticeAttachment, NoticeVersion, Objection
from disclosure.posters import has_font
from disclosure.records import subject_of
from disclosure.views.boards import board_name
from disclosure.views.common import absolute, place
from disclosure.workdays import CalendarMissing
from orgs.prepared import Given, Prepared

SENT_PER_DAY = 20  # by one address: a whole building may share it
_SALT = "disclosure.received"
_NUMBERED = {name: Given(name) for name in ("unit", "board", "year", "serial")}
_NOTICE = Prepared(
    lambda: Notice.objects.public().filter(**_NUMBERED).select_related("issuer"),
    versions=Prepared(lambda: NoticeVersion.objects.with_people().filter(notice=Given("of"))),
)
_OBJECTIONS = Prepared(lambda: Objection.objects.filter(notice=Given("notice")))
_FILES = Prepared(lambda: NoticeAttachment.objects.filter(version=Given("version")).select_related("attachment"))


def _find(code, ref, on):
    """(notice with its versions, unit, units above, telephones); Http404 before its day. Three queries."""
    unit, above, phones = place(code)
    board, _dash, rest = ref.partition("-")
    year, _dash, serial = rest.partition("-")
    if board not in Board.values or not (year.isdecimal() and serial.isdecimal()) or len(year) > 4 or len(serial) > 6:
        raise Http404
    notice = _NOTICE.one(unit=unit.pk, board=board, year=int(year), serial=int(serial))
    if notice is None or notice.ref != ref or not notice.published_versions(on):
        raise Http404
    notice.unit = unit
    return notice, unit, above, phones


def _version(request, notice):
    """The version that the query asks for, else the current one; Http404."""
    asked = request.GET.get("version", "")
    if not asked:
        return notice.current
    for version in notice.published_versions(request.today):
        if str(version.number) == asked:
            return version
    raise Http404


def _card(notice, version, text, on):
    """(text, picture) for the card of a link: nothing of items that name people in need, no picture off the board."""
    if notice.row.noindex:
        return notice.issuer.name, ""
    if version.stage(on) != Stage.ON_DISPLAY or not has_font():
        return text, ""
    return text, reverse("notice_picture", args=[notice.unit.code, notice.ref, version.number])


def _hide(response, notice):
    """Tell search engines to stay away from items that name people in need (SAL art. 45)."""
    if notice.row.noindex:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@login_not_required  # residents have no accounts
@require_safe
def notice(request, code, ref):
    """A notice: its text, both clocks, questions and answers, files, older versions."""
    notice, unit, above, phones = _find(code, ref, request.today)
    version = _version(request, notice)
    files = _FILES(version=version.pk)
    logged = logged_version(version, files, LEAVES(subject=subject_of(version)))
    versions = notice.published_versions(request.today)
    before = next((old for old in versions if old.number < version.number), None)
    texts = archive.public_texts([version, before] if before else [version], request.today)
    withheld = archive.is_withheld(version, request.today)
    objections = [objection for objection in _OBJECTIONS(notice=notice.pk) if objection.replied_on or objection.summary]
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "board_name": board_name(notice.board, unit),
        "version": version,
        "blocks": text.blocks(texts[version.pk]),
        "changes": compare(texts[before.pk], texts[version.pk]) if before and not withheld else [],
        "before": before,
        "archived": archive.is_archived(version, request.today),
        "withheld": withheld,
        "stage": version.stage(request.today),
        "versions": versions,
        "objections": objections,
        "answered": sum(1 for objection in objections if objection.replied_on),
        "attachments": [] if withheld else files,
        "logged": logged,
        "card": _card(notice, version, texts[version.pk], request.today),
        "may_ask": permissions.may_object(notice, Kind.QUESTION, request.today) is None,
        "reply_days": permissions.reply_days(),
        "today": request.today,
    }
    return _hide(render(request, "disclosure/notice.html", context), notice)


@login_not_required  # part of a public page
@require_safe
def notice_qr(request, code, ref):
    """The QR code of the notice's address as SVG. It holds nothing but the address."""
    notice, _unit, _above, _phones = _find(code, ref, request.today)
    response = HttpResponse(content_type="image/svg+xml")
    code = segno.make_qr(absolute(request, notice.get_absolute_url()), error="m")
    code.save(response, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None)
    # It holds the address, which never changes.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return _hide(response, notice)


def _counter(request):
    """The key under which today's messages of this address are counted; it holds no address."""
    sender = salted_hmac("disclosure.sender", client_address(request)).hexdigest()[:24]
    return f"sent:{request.today}:{sender}"


@login_not_required  # residents have no accounts
@require_http_methods(["GET", "HEAD", "POST"])
def notice_object(request, code, ref):
    """Ask, suggest or object. No account, no name needed; the reply is on the page of the notice."""
    notice, unit, above, phones = _find(code, ref, request.today)
    closed = permissions.may_object(notice, Kind.QUESTION, request.today)
    objections_closed = permissions.may_object(notice, Kind.OBJECTION, request.today)
    form = ObjectionForm(request.POST or None, objections_open=objections_closed is None)
    status, refused = 200, closed
    if request.method == "POST" and not closed and form.is_valid():
        key = _counter(request)
        cache.add(key, 0, 24 * 60 * 60)
        if cache.get(key, 0) >= SENT_PER_DAY:
            refused = _("Many messages have come from here today. Please call us, or write again tomorrow.")
            status = 429
        else:
            try:
                actions.receive_objection(notice=notice, at=request.at, **form.cleaned_data)
                cache.incr(key)
            except Stale:
                pass  # sent twice: the first one counts, and the sender sees that it arrived
            except Refused as error:
                refused, status = str(error), 409
            if not refused:
                token = signing.dumps(request.today.isoformat(), salt=_SALT)
                return redirect("notice_received", code, ref, token)
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "version": notice.current,
        "form": form,
        "refused": refused,
        "closed": closed,
        "objections_closed": objections_closed,
        "reply_days": permissions.reply_days(),
    }
    return _hide(render(request, "disclosure/object.html", context, status=status), notice)


@login_not_required  # follows the form
@require_safe
def notice_received(request, code, ref, token):
    """It arrived, and when the reply is due. Says nothing of what was written."""
    notice, unit, above, phones = _find(code, ref, request.today)
    try:
        received_on = parse_date(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise Http404 from None
    try:
        due = clocks.reply_due(received_on)
    except CalendarMissing:
        due = None
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "received_on": received_on,
        "due": due,
        "reply_days": permissions.reply_days(),
    }
    return _hide(render(request, "disclosure/received.html", context), notice)
