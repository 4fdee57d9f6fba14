"""The public page of a notice, its QR code, and the form for residents."""

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure import archive, permissions, text
from disclosure.changes import compare
from disclosure.enums import Board, EvaluationState, Handling, Kind, Outcome, Stage
from disclosure.logged import leaves_of, logged_version
from disclosure.models import Evaluation, Notice, NoticeAttachment, NoticeVersion, Objection, Posting
from disclosure.posters import has_font
from disclosure.views.boards import board_at_signature
from disclosure.views.common import absolute, place
from orgs.prepared import Given, Prepared

_NUMBERED = {name: Given(name) for name in ("unit", "board", "year", "serial")}
_NOTICE = Prepared(
    lambda: (
        Notice.objects.public()
        .filter(**_NUMBERED)
        .annotate(hung=Posting.objects.of_each_notice(), asked=Evaluation.objects.of_each_notice())
    ),
    versions=Prepared(lambda: NoticeVersion.objects.with_people().filter(notice=Given("of"))),
)
_OBJECTIONS = Prepared(lambda: Objection.objects.filter(notice=Given("notice")))
_FILES = Prepared(
    lambda: NoticeAttachment.objects.filter(version=Given("version")).select_related("attachment__withheld")
)


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


def checked(notice, version):
    """What the log says of a version that is handed out on paper or in a picture; it then knows its code. Two queries.

    None without a leaf.
    """
    found = logged_version(version, _FILES(version=version.pk), leaves_of(notice))
    version.__dict__["check_code"] = found.code if found and found.holds else ""
    return found


def _card(notice, version, text, on):
    """(text, picture) for the card of a link: nothing of items that name people in need, no picture off the board."""
    if notice.row.noindex:
        return version.issuer_name, ""
    if version.stage(on) != Stage.ON_DISPLAY or not has_font():
        return text, ""
    return text, reverse("notice_picture", args=[notice.unit.code, notice.ref, version.number])


def _hide(response, notice):
    """Tell search engines to stay away from items that name people in need (SAL art. 45)."""
    if notice.row.noindex:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _evaluations(notice, on):
    """What residents are asked about the notice, newest first, as [(evaluation, state, result)].

    The result when that is over; nothing of it before, nor of what was called off.
    """
    rows = [Evaluation.from_row(row) for row in notice.asked]
    states = [(row, row.state(on)) for row in rows]
    return [(row, state, row.result() if state == EvaluationState.FINISHED else None) for row, state in states]


@login_not_required  # residents have no accounts
@require_safe
def notice(request, code, ref):
    """A notice: its text, both clocks, questions and answers, files, older versions."""
    notice, unit, above, phones = _find(code, ref, request.today)
    version = _version(request, notice)
    files = _FILES(version=version.pk)
    logged = logged_version(version, files, leaves_of(notice))
    versions = notice.published_versions(request.today)
    before = next((old for old in versions if old.number < version.number), None)
    texts = archive.public_texts([version, before] if before else [version], request.today)
    withheld = archive.is_withheld(version, request.today)
    received = _OBJECTIONS(notice=notice.pk)
    objections = [objection for objection in received if objection.replied_on or objection.summary]
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "board_name": board_at_signature(notice),
        "version": version,
        "blocks": text.blocks(texts[version.pk]),
        "changes": compare(texts[before.pk], texts[version.pk]) if before and not withheld else [],
        "before": before,
        "archived": archive.is_archived(version, request.today),
        "withheld": withheld,
        "stage": version.stage(request.today),
        "versions": versions,
        "objections": objections,
        "received": len(received),
        "waiting": len(received) - len(objections),
        "late": sum(objection.handling(request.today) == Handling.OVERDUE for objection in received),
        "answered": sum(1 for objection in objections if objection.replied_on),
        "attachments": [] if withheld else files,
        "closed_files": archive.closed_files(version, files, request.today),
        "logged": logged,
        "postings": [Posting.from_row(row) for row in notice.hung],
        "upheld": any(objection.outcome == Outcome.UPHELD for objection in objections),
        "card": _card(notice, version, texts[version.pk], request.today),
        "may_ask": permissions.may_object(notice, Kind.QUESTION, request.today) is None,
        "reply_days": permissions.reply_days(),
        "today": request.today,
        "evaluations": _evaluations(notice, request.today),
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
