"""Masking what must go from a published version: asked for on one day, decided by another person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from audit.errors import Refused
from disclosure import actions, permissions, text
from disclosure.changes import compare
from disclosure.forms.reviews import RedactionForm
from disclosure.models import NoticeAttachment
from disclosure.views.desk import find_notice


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_redact(request, pk, number):
    """The form that asks for the masking of a version; while a request waits, its decision."""
    notice = find_notice(request, pk)
    version = next((version for version in notice.signed_versions if version.number == number), None)
    if version is None:
        raise Http404
    may_ask = permissions.missing_power("withdraw", notice, request.user, request.today)
    may_decide = permissions.missing_redaction_power(notice, request.user, request.today)
    if may_ask and may_decide:
        raise PermissionDenied(may_ask)
    initial = {"title": version.title, "text": version.published_text}
    files = list(version.attachments.select_related("attachment"))
    sent = request.POST if request.POST.get("do") == "ask" else None
    form = RedactionForm(sent, initial=initial, unit=notice.unit, files=files)
    status, refused = 200, ""
    if request.method == "POST":
        try:
            if said := _act(request, version, form):
                messages.success(request, said)
                return redirect("desk_notice_redact", pk, number)
        except Refused as error:
            refused, status = str(error), 409
    waiting = version.redactions.filter(decided_at=None).select_related("asked_by").first()
    person = getattr(request.user, "person", None)
    context = {
        "notice": notice,
        "unit": notice.unit,
        "version": version,
        "form": form,
        "refused": refused,
        "waiting": waiting,
        "blocks": text.blocks(waiting.text) if waiting else [],
        "changes": _changes(version, waiting) if waiting and not _is_unchanged(version, waiting) else [],
        "files": [row for row in files if waiting and row.pk in waiting.files],
        "shared": pgettext("between names", ", ").join(map(str, _shared(version, files))),
        "who_masks": permissions.who_masks(notice, request.today) if may_ask else None,
        "why_not_ask": permissions.may_ask_redaction(version),
        "why_not_decide": waiting and (may_decide or permissions.may_decide_redaction(waiting, person)),
    }
    return render(request, "disclosure/desk_notice_redact.html", context, status=status)


def _is_unchanged(version, waiting):
    """Whether only files go."""
    return (waiting.title, waiting.text) == (version.title, text.clean(version.published_text).strip())


def _changes(version, waiting):
    """What would be masked, marked in title and text: for the one who decides."""
    return compare(f"{version.title}\n{version.published_text}", f"{waiting.title}\n{waiting.text}")


def _shared(version, files):
    """The numbers of other versions that have files of this one: there their names stay until these are masked too."""
    rows = NoticeAttachment.objects.filter(attachment__in=[row.attachment_id for row in files])
    rows = rows.exclude(version=version).filter(version__signed_at__isnull=False)
    return sorted(set(rows.values_list("version__number", flat=True)))


def _act(request, version, form):
    """What was done, in words; None when the form has mistakes."""
    who = {"version": version, "by": request.user, "at": request.at}
    if request.POST.get("do") == "agree":
        actions.agree_redaction(**who)
        return _("Masked. The log says so.")
    if request.POST.get("do") == "decline":
        actions.decline_redaction(**who)
        return _("Declined; the version stays as it is.")
    if not form.is_valid():
        return None
    actions.ask_redaction(**who, **form.cleaned_data)
    return _("Asked. Another person decides: of the supervision committee or of the street.")
