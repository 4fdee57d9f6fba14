"""Notices at the desk: the list, the page of one, the steps from draft to board."""

from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from audit.enums import Audience
from audit.errors import Refused
from audit.models import Event
from disclosure import actions, guard, permissions
from disclosure.changes import compare
from disclosure.enums import Board, Stage
from disclosure.forms.boards import DeskFilter
from disclosure.forms.drafts import AddFilesForm
from disclosure.forms.reviews import AnswerToReviewForm, OpinionForm, PublicReasonForm, ReasonForm, SignForm
from disclosure.handovers import timeline, waiting
from disclosure.models import Notice, NoticeVersion
from disclosure.tables import NOTICES, NoticeTable
from disclosure.views.boards import board_name
from disclosure.views.common import dated
from orgs.listing import Listing
from orgs.permissions import refusal, scope
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
        ("scheduled", _("Scheduled"), Q(Exists(versions.scheduled(on)))),
        ("on_display", _("On display"), Q(Exists(versions.filter(published_on__lte=on, displayed_until__gte=on)))),
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
    table = NoticeTable(rows, today=request.today)
    listing = Listing(request, table, NOTICES, filters=form, prepare=dated(request.today), total=counts[state or "all"])
    context = {
        "tabs": [(key, name, counts[key or "all"], key == state) for key, name, _condition in states],
        "may_draft": bool(held),
        "may_review": bool(scope(request.user, Power.REVIEW_NOTICES, on=request.today)),
        "today": request.today,
    }
    return listing.page("disclosure/desk_notices.html", context)


def find_notice(request, pk):
    """The notice with its versions, or 404 for whom it is none of their business."""
    visible = Notice.objects.visible_to(request.user, request.today).select_related("unit", "issuer")
    return get_object_or_404(visible.with_versions(), pk=pk)


def warnings_of(notice, title, text):
    """What the guard finds, for the drafter: first in the title, which is line 0, then in the text."""
    office = guard.office_numbers(notice.unit)
    in_title = guard.findings(notice, title, office)
    return [*(replace(finding, line=0) for finding in in_title), *guard.findings(notice, text, office)]


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
        who = str(version.reviewed_by or "")
        steps.append((str(version.notice.checking.label), who, version.reviewed_at, bool(version.reviewed_at)))
    steps.append((pgettext("step", "Signature"), str(version.signed_by or ""), version.signed_at, signed))
    if stage == Stage.RECALLED:
        steps.append((pgettext("step", "Recalled"), str(version.withdrawn_by), version.withdrawn_at, True))
    else:
        over = signed and stage not in (Stage.SCHEDULED, Stage.ON_DISPLAY)
        steps.append((pgettext("step", "Display"), "", version.published_on, over))
    track, reached = [], False
    for number, (short, body, on, done) in enumerate(steps, 1):
        state = "done" if done and not reached else "todo" if reached else "now"
        reached = reached or state == "now"
        track.append(TrackStep(number, short, body, on if done or number == 1 or signed else None, state, "text"))
    return [(stage.label, track)]


def _guarded(version):
    """What the guard finds in an open version, and who let exactly that through, if anybody did."""
    if version.is_signed:
        return guard.Guarded((), ()), None
    guarded = guard.look_at(version)
    overrides = version.overrides.filter(revision=version.revision, digest=guarded.digest).select_related("approved_by")
    return guarded, overrides.first() if guarded.places else None


def _approval(request, version, guarded, override):
    """Whether the user may let through what the guard found, and what becomes of their signature then."""
    person = getattr(request.user, "person", None)
    refused = permissions.missing_approval(version.notice, request.user, request.today)
    asks = not (refused or override or permissions.may_approve(version, person, guarded))
    left, refused = permissions.after_approval(version, person, request.today) if asks else (None, None)
    return {
        "may_approve": asks,
        "approve_refused": refused,
        "signers_left": left,
        "approve_form": ReasonForm(prefix="approve"),
    }


def _withdraw_form(request, notice, data=None):
    """Why `notice` is withdrawn; what never hung for everyone is recalled with a reason for the desk."""
    internal = notice.audience != Audience.PUBLIC or not notice.published_versions(request.today)
    return PublicReasonForm(data, prefix="withdraw", unit=notice.unit, internal=internal)


def _who_masks(request, notice):
    """Who masks parts of a published notice, for those who have no part in it; None for those who have."""
    asking = permissions.missing_power("withdraw", notice, request.user, request.today)
    deciding = permissions.missing_redaction_power(notice, request.user, request.today)
    return permissions.who_masks(notice, request.today) if asking and deciding else None


def _whole(version):
    return f"{version.title}\n{version.body}"


def _context(request, notice):
    """What the page of a notice shows."""
    person = getattr(request.user, "person", None)
    version = notice.newest
    prefetch_related_objects([version], guard.FILES)
    verbs = permissions.verbs_of(notice, request.user, person, request.today)
    guarded, override = _guarded(version)
    if not verbs.get("submit", True):
        verbs["submit"] = permissions.may_hand_in(guarded)
    if not verbs.get("sign", True):
        verbs["sign"] = permissions.may_show(guarded, override, person)
    power = refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    opinions = list(version.opinions.select_related("person", "scan", "answered_by", "entered_by"))
    events = Event.objects.filter(url=notice.desk_url).order_by("id")
    is_public = notice.audience == Audience.PUBLIC and bool(notice.published_versions(request.today))
    was_recalled = bool(notice.current and notice.current.is_recalled)
    corrected = notice.current if version.is_correction and not version.is_signed and not was_recalled else None
    return {
        "notice": notice,
        "unit": notice.unit,
        "board_name": board_name(notice.board, notice.unit),
        "version": version,
        "stage": version.stage(request.today),
        "track": _track(version, request.today),
        "blocks": version.blocks(request.today),
        "verbs": verbs,
        "guarded": guarded,
        "override": override,
        **_approval(request, version, guarded, override),
        "attachments": list(version.attachments.all()),
        "versions": notice.signed_versions,
        "was_recalled": was_recalled,
        "corrected": corrected,
        "changes": compare(_whole(corrected), _whole(version)) if corrected else [],
        "objections": list(notice.objections.all()),
        "may_register": power is None and bool(notice.published_versions(request.today)),
        "no_drafting": permissions.missing_power("edit", notice, request.user, request.today),
        "is_public": is_public,
        "who_masks": _who_masks(request, notice) if is_public else None,
        "history": timeline(notice, events, request.today),
        "waiting": waiting(version),
        "opinions": opinions,
        "said": [opinion for opinion in opinions if opinion.revision == version.revision],
        "answers_objection": any(opinion.is_open for opinion in opinions),
        "unchecked": not version.review_required and notice.row.reviewers and notice.board == Board.COMPOUND,
        "mine": [row for row in opinions if row.on_paper and row.person == person and not row.contradicted_at],
        "answer_form": AnswerToReviewForm(),
        "contradict_form": ReasonForm(prefix="contradict"),
        "opinion_form": OpinionForm(),
        "sign_form": SignForm(),
        "return_form": ReasonForm(prefix="return"),
        "withdraw_form": _withdraw_form(request, notice),
        "files_form": AddFilesForm(),
        "today": request.today,
    }


@require_safe
def desk_notice(request, pk):
    """One notice: where it stands, its text, and what the user may do now; closed buttons say why."""
    return render(request, "disclosure/desk_notice.html", _context(request, find_notice(request, pk)))


def _submit(request, version, seen):
    form = AnswerToReviewForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    actions.submit_draft(version=version, by=request.user, at=request.at, answer=answer, seen=seen)
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
    form = SignForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(form.errors["publish_on"]))
    day = form.cleaned_data["publish_on"]
    version = actions.sign_notice(version=version, by=request.user, at=request.at, publish_on=day, seen=seen)
    if version.published_on > request.today:
        day = formats.date_format(version.published_on, "DATE_FORMAT")
        return _("Signed as %(number)s; it is published on %(day)s.") % {"number": version.notice.number, "day": day}
    return _("Published as %(number)s.") % {"number": version.notice.number}


def _withdraw(request, version, seen):
    form = _withdraw_form(request, version.notice, request.POST)
    if not form.is_valid():
        raise Refused(" ".join(form.errors["reason"]))
    reason = form.cleaned_data["reason"]
    actions.withdraw_version(version=version, by=request.user, at=request.at, reason=reason)
    return _("Withdrawn.") if version.is_published(request.today) else _("Recalled. Nobody outside the desk saw it.")


def _contradict(request, version, seen):
    form = ReasonForm(request.POST, prefix="contradict")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    asked = request.POST.get("opinion", "")
    opinion = get_object_or_404(version.opinions, pk=asked if asked.isdecimal() else 0)
    actions.contradict_opinion(opinion=opinion, by=request.user, at=request.at, reason=reason)
    return _("Your contradiction is recorded.")


def _mask(request, version, seen):
    actions.mask_places(
        version=version, code=request.POST.get("place") or None, by=request.user, at=request.at, seen=seen
    )
    return _("Masked. Please read the draft again, then submit it.")


def _approve(request, version, seen):
    form = ReasonForm(request.POST, prefix="approve")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.approve_places(version=version, reason=reason, by=request.user, at=request.at, seen=seen)
    return _("Approved; the reason is on record.")


def _discard(request, version, seen):
    actions.discard_draft(version=version, by=request.user, at=request.at)
    return _("The draft has been thrown away.")


_VERBS = {
    "submit": _submit,
    "mask": _mask,
    "approve": _approve,
    "review": _review,
    "return": _return,
    "sign": _sign,
    "withdraw": _withdraw,
    "contradict": _contradict,
    "discard": _discard,
}


@require_POST
def desk_notice_act(request, pk, verb):
    """One step of a notice. A refusal shows the page again with its reason, and nothing typed is lost."""
    if verb not in _VERBS:
        raise Http404
    notice = find_notice(request, pk)
    version = notice.current if verb == "withdraw" else notice.newest
    if version is None:
        version = notice.newest
    try:
        said = _VERBS[verb](request, version, request.POST.get("seen") or None)
    except Refused as error:
        context = _context(request, find_notice(request, pk))
        context["refused"] = str(error)
        context["return_form"] = ReasonForm(request.POST if verb == "return" else None, prefix="return")
        context["approve_form"] = ReasonForm(request.POST if verb == "approve" else None, prefix="approve")
        context["withdraw_form"] = _withdraw_form(request, notice, request.POST if verb == "withdraw" else None)
        context["answer_form"] = AnswerToReviewForm(request.POST if verb == "submit" else None)
        context["contradict_form"] = ReasonForm(request.POST if verb == "contradict" else None, prefix="contradict")
        context["sign_form"] = SignForm(request.POST if verb == "sign" else None)
        context["opinion_form"] = OpinionForm(request.POST if verb == "review" else None)
        return render(request, "disclosure/desk_notice.html", context, status=409)
    messages.success(request, said)
    if verb == "discard" and notice.current is None:
        return redirect("desk_notices")
    return redirect(notice.desk_url)
