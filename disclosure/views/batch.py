"""Everything that waits for the supervision committee on one page: read, tick or object, hand in once."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Refused
from disclosure import actions, guard, permissions
from disclosure.actions.common import MOST_WORDS
from disclosure.enums import Board
from disclosure.forms.reviews import OpinionForm
from disclosure.models import NoticeVersion
from orgs.permissions import PowerMissing, scope
from orgs.powers import Power

MOST = 50  # on one page


@dataclass(frozen=True)
class Said:
    """What was handed in about one draft: the revision that was on the page, a tick, words of an objection."""

    seen: str | None
    agrees: bool
    objection: str


@dataclass(frozen=True)
class Row:
    """A draft on the page: why it is not agreed to here (`closed`, or None), what was typed, why that was not done."""

    version: NoticeVersion
    body: list
    guarded: guard.Guarded
    closed: str | None
    said: Said | None
    error: str


def _said(sent):
    """{id: what was said about this draft} of what was ticked or written into. A box holds "id:revision"."""
    ticked = dict(box.split(":", 1) for box in sent.getlist("version") if box.count(":") == 1)
    typed = {
        name.removeprefix("objection-"): words.strip()
        for name, words in sent.items()
        if name.startswith("objection-") and words.strip()
    }
    return {
        int(pk): Said(ticked.get(pk) or sent.get(f"seen-{pk}") or None, pk in ticked, typed.get(pk, ""))
        for pk in (*ticked, *typed)
        if pk.isdecimal() and len(pk) < 10
    }


def _do(version, said, closed, opinion, request):
    """Object or agree; returns the verb. Raises Refused."""
    who = {"version": version, "by": request.user, "at": request.at, "seen": said.seen}
    if said.agrees and said.objection:
        raise Refused(_("You agreed and objected at once. Untick it, or clear the objection."))
    if len(said.objection) > MOST_WORDS:
        raise Refused(_("An objection has at most %(most)s characters.") % {"most": MOST_WORDS})
    if said.objection:
        actions.return_notice(reason=said.objection, **who)
        return "objected"
    if closed:
        raise Refused(closed)
    actions.review_notice(opinion=opinion, **who)
    return "agreed"


def _gone(said, held):
    """What to say of drafts that were on the page and do not wait any more, with the words typed there."""
    titles = dict(NoticeVersion.objects.filter(held.q("notice__unit__path"), pk__in=said).values_list("pk", "title"))
    for pk, one in said.items():
        if pk in titles:
            text = _("“%(title)s” was changed or settled meanwhile; nothing was done now.") % {"title": titles[pk]}
        else:
            text = _("A draft that was on the page is no longer there; nothing was done.")
        if one.objection:
            text = f"{text} " + _("Your objection was: %(words)s") % {"words": one.objection}
        yield text


def _waiting(held):
    return list(
        NoticeVersion.objects.open()
        .with_superseded()
        .filter(held.q("notice__unit__path"), review_required=True, submitted_at__isnull=False)
        .filter(returned_at=None, reviewed_at=None)
        .exclude(notice__board__in=[Board.PARTY, Board.COMPOUND])
        .select_related("notice__unit", "notice__issuer", "drafted_by")
        .prefetch_related(guard.FILES)
        .order_by("submitted_at", "pk")[:MOST]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def desk_review_batch(request):
    """Show the drafts, and do what was handed in about them; what cannot be done is said, with what was typed."""
    held = scope(request.user, Power.REVIEW_NOTICES, on=request.today)
    if not held:
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.REVIEW_NOTICES.label})
    rows, form = _rows(_waiting(held), request), OpinionForm(request.POST if request.method == "POST" else None)
    said, errors, gone = {}, {}, []
    if request.method == "POST":
        said = _said(request.POST)
        if form.is_valid():
            errors = _hand_in(rows, said, form.cleaned_data["opinion"], request)
            waited = {row.version.pk for row in rows}
            gone = list(_gone({pk: one for pk, one in said.items() if pk not in waited}, held))
            if not said:
                messages.error(request, _("Tick the notices that you agree to."))
            if not (errors or gone):
                return redirect("desk_review_batch")
            rows = _rows(_waiting(held), request, said, errors)
        else:
            rows = _rows([row.version for row in rows], request, said)
    context = {"rows": rows, "gone": gone, "form": form, "today": request.today}
    return render(request, "disclosure/desk_review.html", context, status=409 if errors or gone else 200)


def _hand_in(rows, said, opinion, request):
    """Do what was said, each on its own; returns {id: why it was not done}."""
    done, errors = {"agreed": 0, "objected": 0}, {}
    for row in rows:
        one = said.get(row.version.pk)
        if one is None:
            continue
        try:
            done[_do(row.version, one, row.closed, opinion, request)] += 1
        except Refused as error:
            errors[row.version.pk] = str(error)
    if done["agreed"]:
        messages.success(request, _("Reviewed: %(count)s.") % {"count": done["agreed"]})
    if done["objected"]:
        messages.success(request, _("Objected: %(count)s.") % {"count": done["objected"]})
    return errors


def _rows(waiting, request, said=None, errors=None):
    """The rows of the page, with what was typed where it was not done. A tick on an older text does not stay."""
    person = getattr(request.user, "person", None)
    found = guard.look_at_all(waiting)
    alone = permissions.without_signers(waiting, person, request.today)
    rows = []
    for version in waiting:
        closed = permissions.may_review(version, person) or alone.get(version.pk)
        closed = closed or permissions.may_review_unopened(found[version.pk])
        one = (said or {}).get(version.pk)
        if one and one.seen != str(version.revision):
            one = Said(None, False, one.objection)
        body = version.body_blocks(request.today)
        rows.append(Row(version, body, found[version.pk], closed, one, (errors or {}).get(version.pk, "")))
    return rows
