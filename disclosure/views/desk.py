"""Notices at the desk: the list, drafts, and the steps from draft to board."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused, Stale
from audit.models import Attachment, Event
from disclosure import actions, permissions, privacy
from disclosure.catalogue import ITEMS
from disclosure.enums import Board, Stage
from disclosure.forms import (
    AddFilesForm,
    CorrectionForm,
    DeskFilter,
    DraftForm,
    NewNoticeForm,
    OpinionForm,
    ReasonForm,
)
from disclosure.models import Notice, NoticeVersion
from disclosure.tables import NoticeTable
from disclosure.views.boards import board_name
from disclosure.views.common import paged
from orgs.models import Body, Phone
from orgs.permissions import PowerMissing, scope
from orgs.powers import Power


def _open_draft(**conditions):
    return Exists(NoticeVersion.objects.open().filter(notice=OuterRef("pk"), **conditions))


def _states(on):
    """(key, name, condition on Notice) of the tabs of the list."""
    versions = NoticeVersion.objects.current().filter(notice=OuterRef("pk"), withdrawn_at=None)
    return (
        ("", _("All"), Q()),
        ("open", _("Under way"), Q(_open_draft())),
        (
            "in_review",
            _("In review"),
            Q(_open_draft(review_required=True, submitted_at__isnull=False, returned_at=None, reviewed_at=None)),
        ),
        (
            "reviewed",
            _("Ready to be signed"),
            Q(
                Exists(
                    NoticeVersion.objects.open()
                    .filter(notice=OuterRef("pk"), submitted_at__isnull=False, returned_at=None)
                    .filter(Q(review_required=False) | Q(reviewed_at__isnull=False))
                )
            ),
        ),
        ("on_display", _("On display"), Q(Exists(versions.filter(displayed_until__gte=on)))),
        ("display_ended", _("Display ended"), Q(Exists(versions.filter(displayed_until__lt=on)))),
    )


@require_safe
def desk_notices(request):
    """The notices of the units where the user has duties, with filter, tabs, sorting and paging."""
    form = DeskFilter(request.GET)
    states = _states(request.today)
    state = request.GET.get("state", "")
    state = state if state in {key for key, _name, _condition in states} else ""
    visible = Notice.objects.visible_to(request.user, request.today)
    matching = Notice.objects.filter(pk__in=visible.filter(form.condition()).values("pk"))
    counts = matching.aggregate(**{key or "all": Count("pk", filter=condition) for key, _name, condition in states})
    condition = next(condition for key, _name, condition in states if key == state)
    rows = matching.filter(condition).select_related("unit", "issuer").with_versions().order_by("-pk")
    held = scope(request.user, Power.DRAFT_NOTICES, on=request.today)
    context = {
        "form": form,
        "tabs": [(key, name, counts[key or "all"], key == state) for key, name, _condition in states],
        "table": paged(request, NoticeTable(rows, today=request.today), counts[state or "all"]),
        "may_draft": bool(held),
        "may_review": bool(scope(request.user, Power.REVIEW_NOTICES, on=request.today)),
        "today": request.today,
    }
    return render(request, "disclosure/desk_notices.html", context)


def _find(request, pk):
    """The notice with its versions, or 404 for whom it is none of their business."""
    visible = Notice.objects.visible_to(request.user, request.today).select_related("unit", "issuer")
    return get_object_or_404(visible.with_versions(), pk=pk)


def _warnings(unit, *texts):
    """What the guard finds, for the drafter."""
    office = Phone.objects.filter(unit_id__in=[*unit.ancestor_ids, unit.pk]).values_list("number", flat=True)
    return privacy.find("\n".join(texts), office_numbers=office)


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
    item = ITEMS.get(request.GET.get("item", ""))
    form = NewNoticeForm(
        request.POST or None,
        request.FILES or None,
        issuers=issuers,
        boards=Board.values,
        initial={"item": item and item.key},
    )
    context, status = {"form": form}, 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = ITEMS[data["item"]]
        unit = data["issuer"].unit
        if "preview" in request.POST:
            context |= {
                "warnings": _warnings(unit, data["title"], data["text"]),
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


@dataclass(frozen=True)
class TrackStep:
    """A step of a notice for the track: `state` is done, now or todo."""

    number: int
    short: str
    body: str
    on: date | None
    state: str
    anchor: str


def _track(version, today):
    """Draft, review (where asked for), signature, display."""
    stage = version.stage(today)
    signed = version.is_signed
    steps = [(pgettext("step", "Draft"), str(version.drafted_by), version.drafted_at, bool(version.submitted_at))]
    if version.review_required:
        steps.append(
            (pgettext("step", "Review"), str(version.reviewed_by or ""), version.reviewed_at, version.reviewed_at)
        )
    steps.append((pgettext("step", "Signature"), str(version.signed_by or ""), version.signed_at, signed))
    steps.append((pgettext("step", "Display"), "", version.displayed_until, signed and stage != Stage.ON_DISPLAY))
    track, reached = [], False
    for number, (short, body, on, done) in enumerate(steps, 1):
        state = "done" if done and not reached else "todo" if reached else "now"
        reached = reached or state == "now"
        track.append(TrackStep(number, short, body, on if done or number == 1 or signed else None, state, "text"))
    return [(stage.label, track)]


def _context(request, notice):
    """What the page of a notice shows."""
    person = getattr(request.user, "person", None)
    version = notice.newest
    verbs = permissions.verbs_of(notice, request.user, person, request.today)
    office = _warnings(notice.unit, version.title, version.text) if not version.is_signed else []
    power = permissions.refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    return {
        "notice": notice,
        "unit": notice.unit,
        "board_name": board_name(notice.board, notice.unit),
        "version": version,
        "stage": version.stage(request.today),
        "track": _track(version, request.today),
        "blocks": version.blocks(request.today),
        "verbs": verbs,
        "warnings": office,
        "attachments": list(version.attachments.select_related("attachment")),
        "versions": notice.signed_versions,
        "objections": list(notice.objections.all()),
        "may_register": power is None and notice.current is not None,
        "history": Event.objects.filter(url=notice.desk_url).order_by("id"),
        "opinion_form": OpinionForm(),
        "return_form": ReasonForm(prefix="return"),
        "withdraw_form": ReasonForm(prefix="withdraw"),
        "files_form": AddFilesForm(),
        "today": request.today,
    }


@require_safe
def desk_notice(request, pk):
    """One notice: where it stands, its text, and what the user may do now; closed buttons say why."""
    return render(request, "disclosure/desk_notice.html", _context(request, _find(request, pk)))


def _need(verb, notice, request):
    """The page of a verb is for those with its power: 403 without."""
    reason = permissions.missing_power(verb, notice, request.user, request.today)
    if reason:
        raise PowerMissing(reason)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_edit(request, pk):
    """Change the draft of a notice."""
    notice = _find(request, pk)
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
            context["warnings"] = _warnings(notice.unit, data["title"], data["text"])
        else:
            try:
                actions.edit_draft(version=version, by=request.user, at=request.at, **data)
            except Refused as error:
                context["refused"], status = str(error), 409
            else:
                messages.success(request, _("Saved."))
                return redirect(notice.desk_url)
    elif request.method != "POST":
        context["warnings"] = _warnings(notice.unit, version.title, version.text)
    return render(request, "disclosure/desk_notice_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_correct(request, pk):
    """Begin a correction of a published notice; the form holds the present text."""
    notice = _find(request, pk)
    _need("correct", notice, request)
    reason = permissions.may_correct(notice)
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
    notice = _find(request, pk)
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


def _submit(request, version, seen):
    actions.submit_draft(version=version, by=request.user, at=request.at, seen=seen)
    return _("Submitted.")


def _review(request, version, seen):
    form = OpinionForm(request.POST)
    opinion = form.cleaned_data["opinion"] if form.is_valid() else ""
    actions.review_notice(version=version, by=request.user, at=request.at, opinion=opinion, seen=seen)
    return _("Reviewed.")


def _return(request, version, seen):
    form = ReasonForm(request.POST, prefix="return")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.return_notice(version=version, by=request.user, at=request.at, reason=reason, seen=seen)
    return _("Returned for changes.")


def _sign(request, version, seen):
    version = actions.sign_notice(version=version, by=request.user, at=request.at, seen=seen)
    return _("Published as %(number)s.") % {"number": version.notice.number}


def _withdraw(request, version, seen):
    form = ReasonForm(request.POST, prefix="withdraw")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.withdraw_version(version=version, by=request.user, at=request.at, reason=reason)
    return _("Withdrawn.")


def _discard(request, version, seen):
    actions.discard_draft(version=version, by=request.user, at=request.at)
    return _("The draft has been thrown away.")


_VERBS = {
    "submit": _submit,
    "review": _review,
    "return": _return,
    "sign": _sign,
    "withdraw": _withdraw,
    "discard": _discard,
}


@require_POST
def desk_notice_act(request, pk, verb):
    """One step of a notice. A refusal shows the page again with its reason, and nothing typed is lost."""
    if verb not in _VERBS:
        raise Http404
    notice = _find(request, pk)
    version = notice.current if verb == "withdraw" else notice.newest
    if version is None:
        version = notice.newest
    try:
        said = _VERBS[verb](request, version, request.POST.get("seen") or None)
    except Refused as error:
        context = _context(request, _find(request, pk))
        context["refused"] = str(error)
        context["return_form"] = ReasonForm(request.POST if verb == "return" else None, prefix="return")
        context["withdraw_form"] = ReasonForm(request.POST if verb == "withdraw" else None, prefix="withdraw")
        context["opinion_form"] = OpinionForm(request.POST if verb == "review" else None)
        return render(request, "disclosure/desk_notice.html", context, status=409)
    messages.success(request, said)
    if verb == "discard" and notice.current is None:
        return redirect("desk_notices")
    return redirect(notice.desk_url)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_review_batch(request):
    """Everything that waits for the supervision committee on one page: read, tick, agree."""
    held = scope(request.user, Power.REVIEW_NOTICES, on=request.today)
    if not held:
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.REVIEW_NOTICES.label})
    waiting = list(
        NoticeVersion.objects.open()
        .with_superseded()
        .filter(held.q("notice__unit__path"), review_required=True, submitted_at__isnull=False)
        .filter(returned_at=None, reviewed_at=None)
        .select_related("notice__unit", "notice__issuer", "drafted_by")
        .order_by("submitted_at")[:50]
    )
    if request.method == "POST":
        # Each box holds "id:revision" of what was on the page.
        ticked = dict(box.split(":", 1) for box in request.POST.getlist("version") if box.count(":") == 1)
        chosen = [version for version in waiting if str(version.pk) in ticked]
        seen = {version.pk: ticked[str(version.pk)] for version in chosen}
        form = OpinionForm(request.POST)
        opinion = form.cleaned_data["opinion"] if form.is_valid() else ""
        done, refused = actions.review_notices(
            versions=chosen, by=request.user, at=request.at, opinion=opinion, seen=seen
        )
        if done:
            messages.success(request, _("Reviewed: %(count)s.") % {"count": len(done)})
        for version, reason in refused:
            messages.error(request, f"{version.title}: {reason}")
        if not chosen:
            messages.error(request, _("Tick the notices that you agree to."))
        return redirect("desk_review_batch")
    person = getattr(request.user, "person", None)
    rows = [(version, permissions.may_review(version, person)) for version in waiting]
    context = {"rows": rows, "form": OpinionForm(), "today": request.today}
    return render(request, "disclosure/desk_review.html", context)
