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
from disclosure.changes import compare
from disclosure.clocks import WINDOW_DAYS
from disclosure.enums import Board, Stage
from disclosure.forms.drafts import MOST_CHARACTERS, CorrectionForm, DraftForm, NewNoticeForm, SubjectForm
from disclosure.forms.relief import ReliefForm
from disclosure.models import CatalogueChange
from disclosure.text import clean
from disclosure.views.desk import find_notice, warnings_of
from disclosure.views.drafting import begin, show, typed, unsaved_notice
from orgs import unsent
from orgs.answers import keep_current
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
    if not scope(request.user, Power.DRAFT_NOTICES, on=request.today):
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.DRAFT_NOTICES.label})

    def save(form):
        data = form.cleaned_data
        row, unit = data["row"], data["issuer"].unit
        files = [_keep(request, checked, row.audience, unit.path) for checked in data["files"]]
        return actions.draft_notice(
            unit=unit,
            board=row.board,
            item=row.key,
            attachments=files,
            by=request.user,
            at=request.at,
            **{name: data[name] for name in ("period", "issuer", "title", "text", "display_days", "window_days")},
        )

    return _write(
        request,
        "disclosure/desk_notice_new.html",
        _subject_form(request, form_class),
        {name: request.GET.get(name, "") for name in ("item", "period")},
        shown,
        save,
    )


def _subject_form(request, form_class):
    """What makes a form of `form_class` that asks what a notice is about, for the user's units."""
    issuers = _issuers(request)
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

    return form_with


def _keep(request, upload, audience, path):
    """An upload in the store: of the Party organisation, or of the unit until its notice is signed."""
    audience = Audience.PARTY if audience == Audience.PARTY else Audience.UNIT
    try:
        return store(upload, audience=audience, path=path, by=request.user, at=request.at)
    except Refused as error:
        raise Refused(f"{upload.name}：{error}") from None


def _saved(before):
    """What is said of a saved change to `before`, the version as it was (None: a new one)."""
    if before and before.stage_of_draft in (Stage.IN_REVIEW, Stage.REVIEWED):
        return _("Saved. What was reviewed and approved is void: the draft must be submitted again.")
    return _("Saved.")


def _write(request, template, form_with, initial, context, save, *, version=None):
    """The page on which a text is written: begun by a button, previewed, or given to `save`, which returns its version.

    `version`: what is changed or corrected; None for a new notice.
    """
    form, begun = _form(request, form_with, initial)
    context, status = {**context, **begun, "version": version}, 200
    notice = version and version.notice
    if notice:
        context |= {"notice": notice, "unit": notice.unit}
    if "preview" in request.POST:
        context |= _looked_at(request, form, version)
    elif form.is_bound and form.is_valid():
        try:
            saved = save(form)
        except PowerMissing as error:
            # Not the page for strangers: what was typed stays, for another item or for a colleague.
            form.add_error("item" if "item" in form.fields else None, str(error))
        except Refused as error:
            context |= {"refused": str(error), "made": error.made, "theirs": _theirs(form, version)}
            status = 409
        else:
            messages.success(request, _saved(version))
            if permissions.changes_nothing(saved):
                messages.warning(request, permissions.may_submit(saved, request.today))
            return redirect("desk_notice", saved.notice_id)
    elif notice and not form.is_bound:
        context["warnings"] = warnings_of(notice, version.title, version.text)
    context["lost_files"] = request.FILES.getlist("files") and not context.get("made")
    return render(request, template, context | {"form": form}, status=status)


def _theirs(form, version):
    """What the draft `version` holds beside what was typed, changes marked, when the form was made for an older text.

    From then on the form carries the mark of the text that is shown: saved again, it replaces that knowingly.
    """
    if version is None or version.is_signed or form["seen"].value() == str(version.revision):
        return None
    keep_current(form, version.revision)
    mine = form.cleaned_data
    days = [name for name in ("display_days", "window_days") if mine[name] is not None]

    def lines(title, text, values):
        return "\n".join([title, clean(text), *(f"{form.fields[name].label} {values[name]}" for name in days)])

    return compare(lines(version.title, version.text, vars(version)), lines(mine["title"], mine["text"], mine))


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


def _looked_at(request, form, version):
    """What the preview shows of the form as it stands, finished or not; `version`: what is changed, if anything is."""
    form.full_clean()
    row, issuer = form.chosen() if "item" in form.fields else (None, None)
    notice = unsaved_notice(row, issuer) or version and version.notice
    least, days = (row.min_display, row.display_days) if row else (1, 1)
    if version and not row:
        least, days = version.min_display_days, version.display_days
    values, good = typed(form), form.cleaned_data
    title = good.get("title") or values["title"]
    text = form.text_so_far()[:MOST_CHARACTERS]
    days, window = good.get("display_days") or days, good.get("window_days")
    shown = show(
        notice,
        title,
        text,
        display_days=days,
        window_days=min(WINDOW_DAYS if window is None else window, days),
        least=least,
        today=request.today,
        problems=[f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors],
    )
    return {"shown": shown, "warnings": warnings_of(notice, title, text) if notice else []}


def _need(verb, notice, request):
    """The page of a verb is for those with its power: 403 without."""
    reason = permissions.missing_power(verb, notice, request.user, request.today)
    if reason:
        raise PowerMissing(reason)


_TEXT = ("title", "text", "display_days", "window_days")


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_edit(request, pk):
    """Change the draft of a notice; what it is about, too, while nobody but its drafters had it."""
    notice = find_notice(request, pk)
    _need("edit", notice, request)
    version = notice.draft
    if version is None:
        messages.error(request, permissions.may_edit(notice.newest))
        return redirect(notice.desk_url)
    initial = {name: getattr(version, name) for name in _TEXT} | {"seen": version.revision}
    about = permissions.may_change_subject(version)
    # A page from before it was taken back does not ask this, and leaves it.
    asks = about is None and (request.method != "POST" or "item" in request.POST)
    if asks:
        form_with = _subject_form(request, SubjectForm)
        period = notice.period.code if notice.period else ""
        initial |= {"item": notice.item, "issuer": notice.issuer_id, "period": period}
    else:

        def form_with(data=None, files=None, /, **initial):
            return DraftForm(data, files, initial=initial, least=version.min_display_days, usual=version.display_days)

    def save(form):
        data = form.cleaned_data
        subject = (data["row"].key, data["issuer"], data["period"]) if asks else None
        text = {name: data[name] for name in (*_TEXT, "seen")}
        return actions.edit_draft(version=version, subject=subject, by=request.user, at=request.at, **text)

    shown = {"about": about}
    return _write(request, "disclosure/desk_notice_edit.html", form_with, initial, shown, save, version=version)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_correct(request, pk):
    """Begin a correction of a published notice, or draft one anew that was recalled; the form holds its text."""
    notice = find_notice(request, pk)
    _need("correct", notice, request)
    if reason := permissions.may_correct(notice, request.today):
        messages.error(request, reason)
        return redirect(notice.desk_url)
    old = notice.current

    def form_with(data=None, files=None, /, **initial):
        days = {"least": old.min_display_days, "usual": old.display_days}
        if old.is_recalled:
            return DraftForm(data, files, initial=initial, **days)
        return CorrectionForm(data, files, initial=initial, unit=notice.unit, **days)

    def save(form):
        text = {name: value for name, value in form.cleaned_data.items() if name != "source"}
        return actions.correct_notice(notice=notice, by=request.user, at=request.at, **text)

    initial = {name: getattr(old, name) for name in _TEXT} | {"text": old.body, "seen": old.mark}
    shown = {"heading": _("Draft it anew") if old.is_recalled else _("Correct the notice")}
    return _write(request, "disclosure/desk_notice_correct.html", form_with, initial, shown, save, version=old)


@require_POST
def desk_notice_files(request, pk):
    """Add files to a draft, or take one off (`remove`: the id of an attachment). A bad one does not stop the others."""
    notice = find_notice(request, pk)
    _need("edit", notice, request)
    before = version = notice.draft
    uploads, refused = request.FILES.getlist("files"), []
    try:
        if version is None:
            raise Stale(permissions.may_edit(notice.newest))
        if request.POST.get("remove", "").isdecimal():
            attachment = get_object_or_404(Attachment, pk=request.POST["remove"])
            actions.detach(version=version, attachment=attachment, by=request.user, at=request.at)
        elif not uploads:
            raise Refused(_("Choose a file first."))
        for upload in uploads:
            try:
                kept = _keep(request, upload, notice.audience, notice.unit.path)
                version = actions.attach(
                    version=version, attachment=kept, label=kept.name, by=request.user, at=request.at
                )
            except Refused as error:
                refused.append(str(error))
        if len(refused) < max(len(uploads), 1):
            messages.success(request, _saved(before))
    except Refused as error:
        refused = [str(error)]
    for reason in refused:
        messages.error(request, reason)
    return redirect(notice.desk_url)
