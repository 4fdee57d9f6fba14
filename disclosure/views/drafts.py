"""Drafts at the desk: writing, changing, correcting, and their files."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused, Stale
from audit.models import Attachment
from disclosure import actions, permissions, relief
from disclosure.catalogue import ITEMS
from disclosure.clocks import WINDOW_DAYS
from disclosure.enums import Board
from disclosure.forms.drafts import MOST_CHARACTERS, AddFilesForm, CorrectionForm, DraftForm, NewNoticeForm
from disclosure.forms.relief import ReliefForm
from disclosure.models import CatalogueChange
from disclosure.views.desk import find_notice, warnings_of
from disclosure.views.drafting import begin, show, typed, unsaved_notice
from orgs import unsent
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


# Who publishes anything: committees and Party organisations, and not staff.
ISSUERS = {kind for item in ITEMS.values() for kind in item.issuers}


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_new(request):
    """Draft a notice: from nothing, its template, the last one or a file. “Preview” shows it and keeps nothing.

    An item of people who receive aid leads to the form of its lists, unless a text is wanted (`free`).
    """
    if request.method != "POST" and request.GET.get("item") in relief.KEYS and "free" not in request.GET:
        return redirect(f"{reverse('desk_notice_new_relief')}?{request.GET.urlencode()}")
    return _new_notice(request, NewNoticeForm, {"begins": True})


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_new_relief(request):
    """Draft a notice from the rows of a list of people who receive aid; it is an ordinary draft from then on."""
    return _new_notice(request, ReliefForm, {"relief": True})


def _new_notice(request, form_class, shown):
    """The page of a new notice with a form of `form_class`; `shown` is what its template asks besides."""
    issuers = _issuers(request)
    if not scope(request.user, Power.DRAFT_NOTICES, on=request.today):
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.DRAFT_NOTICES.label})
    units = list({body.unit_id: body.unit for body in issuers}.values())
    fixed = {
        "issuers": issuers,
        "boards": Board.values,
        "kept": CatalogueChange.objects.kept_at(units, request.today),
        "today": request.today,
    }

    def form_with(data=None, files=None, /, **initial):
        form = form_class(data, files, initial=initial, **fixed)
        if village := only_villages(units):
            form_in_place(form, village, "item")
        return form

    asked = {name: request.GET.get(name, "") for name in ("item", "period")}
    form, context = _form(request, form_with, asked)
    context |= shown
    status = 200
    if "preview" in request.POST:
        row, issuer = form.chosen()
        context |= _looked_at(request, form, unsaved_notice(row, issuer), row.display_days if row else 1)
    elif form.is_bound and form.is_valid():
        data = form.cleaned_data
        row = data["row"]
        unit = data["issuer"].unit
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
        except PowerMissing as error:
            # Not the page for strangers: what was typed stays, for another item or for a colleague.
            form.add_error("item", str(error))
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_notice", version.notice_id)
    return render(request, "disclosure/desk_notice_new.html", context | {"form": form}, status=status)


def _form(request, form_with, initial):
    """(the form, its context): as it was sent, as a button filled it in, with what was kept while nobody was logged in,
    or new with `initial`.
    """
    context = {"writer": unsent.writer_of(request)}
    if request.method != "POST":
        if back := unsent.take(request):
            context["back"] = True
        return form_with(**initial | back), context
    form = form_with(request.POST, request.FILES)
    if "begin" not in request.POST:
        return form, context
    try:
        values, context["notes"] = begin(request.POST["begin"], form)
    except Refused as error:
        values, context["refused"] = typed(form), str(error)
    return form_with(**values), context


def _looked_at(request, form, notice, display_days, least=None):
    """What the preview shows of the form as it stands, finished or not."""
    form.full_clean()
    values, good = typed(form), form.cleaned_data
    title = good.get("title") or values["title"]
    text = form.text_so_far()[:MOST_CHARACTERS]
    days = good.get("display_days") or display_days
    window = good.get("window_days")
    shown = show(
        notice,
        title,
        text,
        display_days=days,
        window_days=min(WINDOW_DAYS if window is None else window, days),
        least=least or (notice.row.min_display if notice else 1),
        today=request.today,
        problems=[f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors],
    )
    warnings = warnings_of(notice, title, text) if notice else []
    return {"shown": shown, "warnings": warnings}


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

    def form_with(data=None, files=None, /, **initial):
        return DraftForm(data, files, initial=initial)

    form, context = _form(request, form_with, initial)
    context |= {"notice": notice, "version": version, "unit": notice.unit}
    status = 200
    if "preview" in request.POST:
        context |= _looked_at(request, form, notice, version.display_days, version.min_display_days)
    elif form.is_bound and form.is_valid():
        try:
            actions.edit_draft(version=version, by=request.user, at=request.at, **_without_source(form))
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, _("Saved."))
            return redirect(notice.desk_url)
    elif request.method != "POST":
        context["warnings"] = warnings_of(notice, version.title, version.text)
    return render(request, "disclosure/desk_notice_edit.html", context | {"form": form}, status=status)


def _without_source(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "source"}


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

    def form_with(data=None, files=None, /, **initial):
        return CorrectionForm(data, files, initial=initial)

    form, context = _form(request, form_with, initial)
    context |= {"notice": notice, "version": old, "unit": notice.unit}
    status = 200
    if "preview" in request.POST:
        context |= _looked_at(request, form, notice, old.display_days, old.min_display_days)
    elif form.is_bound and form.is_valid():
        data = _without_source(form)
        data.pop("seen")
        try:
            actions.correct_notice(notice=notice, by=request.user, at=request.at, **data)
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, _("Saved."))
            return redirect(notice.desk_url)
    return render(request, "disclosure/desk_notice_correct.html", context | {"form": form}, status=status)


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
