"""Drafts at the desk: writing, changing, correcting, and their files."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused, Stale
from audit.models import Attachment
from disclosure import actions, permissions
from disclosure.enums import Board
from disclosure.forms import (
    AddFilesForm,
    CorrectionForm,
    DraftForm,
    NewNoticeForm,
)
from disclosure.models import CatalogueChange, Notice, NoticeVersion
from disclosure.views.desk import find_notice, warnings_of
from orgs.models import Body
from orgs.permissions import PowerMissing, scope
from orgs.powers import Power
from orgs.village import form_in_place, only_villages


def _issuers(request):
    """The bodies in whose name the user may draft: committees and Party organisations of their units."""
    held = scope(request.user, Power.DRAFT_NOTICES, on=request.today)
    return (
        Body.objects.filter(held.q("unit__path"), dissolved_on=None, kind__in=ISSUERS)
        .select_related("unit")
        .order_by("unit__code", "id")
    )


# Who publishes: committees and Party organisations, not assemblies, which decide, and not staff.
ISSUERS = (
    *("party_committee", "big_party_committee", "residents_committee", "villagers_committee"),
    *("supervision_committee", "village_supervision_committee"),
    *("branch_committee", "owners_committee", "interim_property_committee", "courtyard_committee", "property_company"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_new(request):
    """Draft a notice. “Preview” shows it with what the guard found, and keeps nothing."""
    issuers = _issuers(request)
    if not scope(request.user, Power.DRAFT_NOTICES, on=request.today):
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.DRAFT_NOTICES.label})
    units = list({body.unit_id: body.unit for body in issuers}.values())
    form = NewNoticeForm(
        request.POST or None,
        request.FILES or None,
        issuers=issuers,
        boards=Board.values,
        kept=CatalogueChange.objects.kept_at(units, request.today),
        today=request.today,
        initial={"item": request.GET.get("item", ""), "period": request.GET.get("period", "")},
    )
    if village := only_villages(units):
        form_in_place(form, village, "item")
    context, status = {"form": form}, 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = data["row"]
        unit = data["issuer"].unit
        if "preview" in request.POST:
            context |= {
                "warnings": warnings_of(unit, data["title"], data["text"]),
                "preview": _preview(request, data, row),
            }
        else:
            try:
                audience = Audience.PARTY if row.audience == Audience.PARTY else Audience.UNIT
                files = [
                    store(upload, audience=audience, path=unit.path, by=request.user, at=request.at)
                    for upload in data["files"]
                ]
                version = actions.draft_notice(
                    unit=unit,
                    board=row.board,
                    item=row.key,
                    period=data["period"],
                    issuer=data["issuer"],
                    title=data["title"],
                    text=data["text"],
                    display_days=data["display_days"],
                    window_days=data["window_days"],
                    attachments=files,
                    by=request.user,
                    at=request.at,
                )
            except Refused as error:
                context["refused"], status = str(error), 409
            else:
                messages.success(request, _("Saved."))
                return redirect("desk_notice", version.notice_id)
    return render(request, "disclosure/desk_notice_new.html", context, status=status)


def _preview(request, data, row):
    """The text as it would be published today: a version that is never saved."""
    notice = Notice(unit=data["issuer"].unit, board=row.board, item=row.key, issuer=data["issuer"])
    version = NoticeVersion(
        notice=notice,
        title=data["title"],
        text=data["text"],
        display_days=data["display_days"] or row.display_days,
        window_days=7 if data["window_days"] is None else data["window_days"],
    )
    return version.blocks(request.today)


def _need(verb, notice, request):
    """The page of a verb is for those with its power: 403 without."""
    reason = permissions.missing_power(verb, notice, request.user, request.today)
    if reason:
        raise PowerMissing(reason)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_edit(request, pk):
    """Change the draft of a notice."""
    notice = find_notice(request, pk)
    _need("edit", notice, request)
    version = notice.draft
    if version is None:
        messages.error(request, permissions.may_edit(notice.newest))
        return redirect(notice.desk_url)
    initial = {
        "title": version.title,
        "text": version.text,
        "display_days": version.display_days,
        "window_days": version.window_days,
        "seen": version.revision,
    }
    form = DraftForm(request.POST or None, initial=initial)
    context = {"form": form, "notice": notice, "version": version, "unit": notice.unit}
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "preview" in request.POST:
            version.title, version.text = data["title"], data["text"]
            version.display_days = data["display_days"] or version.display_days
            version.window_days = version.window_days if data["window_days"] is None else data["window_days"]
            context["preview"] = version.blocks(request.today)
            context["warnings"] = warnings_of(notice.unit, data["title"], data["text"])
        else:
            try:
                actions.edit_draft(version=version, by=request.user, at=request.at, **data)
            except Refused as error:
                context["refused"], status = str(error), 409
            else:
                messages.success(request, _("Saved."))
                return redirect(notice.desk_url)
    elif request.method != "POST":
        context["warnings"] = warnings_of(notice.unit, version.title, version.text)
    return render(request, "disclosure/desk_notice_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_correct(request, pk):
    """Begin a correction of a published notice; the form holds the present text."""
    notice = find_notice(request, pk)
    _need("correct", notice, request)
    reason = permissions.may_correct(notice, request.today)
    if reason:
        messages.error(request, reason)
        return redirect(notice.desk_url)
    old = notice.current
    initial = {
        "title": old.title,
        "text": old.text,
        "display_days": old.display_days,
        "window_days": old.window_days,
    }
    form = CorrectionForm(request.POST or None, initial=initial)
    context, status = {"form": form, "notice": notice, "version": old, "unit": notice.unit}, 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("seen")
        try:
            actions.correct_notice(notice=notice, by=request.user, at=request.at, **data)
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, _("Saved."))
            return redirect(notice.desk_url)
    return render(request, "disclosure/desk_notice_correct.html", context, status=status)


@require_POST
def desk_notice_files(request, pk):
    """Add files to a draft, or take one off (`remove`: the id of an attachment)."""
    notice = find_notice(request, pk)
    _need("edit", notice, request)
    version = notice.draft
    try:
        if version is None:
            raise Stale(permissions.may_edit(notice.newest))
        if request.POST.get("remove", "").isdecimal():
            attachment = get_object_or_404(Attachment, pk=request.POST["remove"])
            actions.detach(version=version, attachment=attachment, by=request.user, at=request.at)
        else:
            form = AddFilesForm(request.POST, request.FILES)
            if not form.is_valid():
                raise Refused(_("Choose a file first."))
            audience = Audience.PARTY if notice.audience == Audience.PARTY else Audience.UNIT
            for upload in form.cleaned_data["files"]:
                kept = store(upload, audience=audience, path=notice.unit.path, by=request.user, at=request.at)
                version = actions.attach(
                    version=version, attachment=kept, label=kept.name, by=request.user, at=request.at
                )
        messages.success(request, _("Saved."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(notice.desk_url)
