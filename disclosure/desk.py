"""What the desk shows of disclosure: what waits for a person, what they wait for, what falls due."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.enums import Audience
from disclosure.chain import CHECKS
from disclosure.enums import Board, Stage, Verdict
from disclosure.models import NoticeVersion, Objection, Opinion
from disclosure.permissions import signing_power, without_signers
from orgs.desk import DeskItem
from orgs.models import Term
from orgs.permissions import scope
from orgs.powers import Power

AHEAD = timedelta(days=14)


def _drafts(user, on):
    """Open drafts where the user has any part, or an opinion entered from paper in their name, and signed versions that
    wait for them: recalled before their day (`DRAFT_NOTICES`), or `disowned` by a reviewer. One query.
    """
    path = "notice__unit__path"
    recalled = NoticeVersion.objects.recalled().filter(scope(user, Power.DRAFT_NOTICES, on=on).q(path))
    disowned = _disowned(user, on)
    to_finish = (
        NoticeVersion.objects.open()
        .order_by()
        .values("pk")
        .union(recalled.order_by().values("pk"), disowned.order_by().values("version"))
    )
    public = Q(pk__in=[])
    for power in (Power.DRAFT_NOTICES, Power.REVIEW_NOTICES, Power.SIGN_NOTICES):
        public |= scope(user, power, on=on).q(path)
    party = scope(user, Power.SIGN_PARTY_NOTICES, on=on).q(path)
    inside = scope(user, Power.SEE_PARTY_INTERNAL, on=on).q(path)
    party |= scope(user, Power.DRAFT_NOTICES, on=on).q(path) & inside | Q(notice__board=Board.PARTY) & inside
    opinions = Opinion.objects.standing().filter(version=OuterRef("pk"), revision=OuterRef("revision"))
    entered = opinions.filter(person__user=user, scan__isnull=False)
    seats = Term.objects.running_on(on).filter(
        person__user=user, body__unit=OuterRef("notice__unit"), body__kind__in=CHECKS[Board.COMPOUND].bodies
    )
    seated = Q(notice__board=Board.COMPOUND) & Exists(seats)
    return (
        NoticeVersion.objects.filter(pk__in=to_finish)
        .with_corrects()
        .annotate(
            objected=Exists(opinions.unanswered()),
            disowned=Subquery(disowned.filter(version=OuterRef("pk")).values("person__name")[:1]),
            entered=Exists(entered),
            owner_sits=Exists(seats),
            owner_agreed=Exists(opinions.filter(person__user=user, verdict=Verdict.AGREED)),
        )
        .filter(
            Q(notice__audience=Audience.PUBLIC) & (public | party | seated)
            | Q(notice__audience=Audience.PARTY) & party
            | Q(entered=True)
            | Q(disowned__isnull=False)
        )
        .select_related("notice__unit")
        .order_by("drafted_at")
    )


def _signing(user, on, board):
    return scope(user, signing_power(board), on=on)


def items(user, on):
    """What waits for this person: drafts to finish, to review, to sign; residents to answer. What they handed in and
    others have now is marked `sent`. Two queries, up to three more for whoever checks and signs, and one for the
    user's powers.
    """
    person = getattr(user, "person", None)
    if person is None:
        return []
    found = []
    drafts = list(_drafts(user, on))
    alone = _alone(user, person, drafts, on)
    for version in drafts:
        path, stage, mine = version.notice.unit.path, version.stage_of_draft, person.pk in version.authors
        if version.disowned:
            reason = _("%(person)s says that the review entered from paper is not theirs.")
            reason %= {"person": version.disowned}
            found.append(_item(version, _("Correct or withdraw the notice"), reason, "draft"))
            continue
        if version.is_signed:
            reason = _("It was recalled before its day; its number is missing on the board.")
            found.append(_item(version, _("Draft it anew"), reason, "draft"))
            continue
        if mine and stage == Stage.RETURNED:
            since = version.returned_at if version.objected else None
            found.append(_item(version, _("Change and submit again"), version.returned_reason, "draft", since=since))
        elif mine and stage == Stage.DRAFT:
            found.append(_item(version, _("Finish and submit"), _("You drafted it."), "draft"))
        elif mine and stage == Stage.IN_REVIEW:
            whom = _("With %(whom)s") % {"whom": version.notice.checking.waits}
            found.append(_item(version, whom, "", "notice", since=version.submitted_at, sent=True))
        elif mine and stage == Stage.REVIEWED:
            found.append(_item(version, _("Waits for the signature"), "", "notice", sent=True))
        elif not mine and stage == Stage.IN_REVIEW and version.pk not in alone and _may_check(user, version, on):
            reason = _("Only after a review can it be signed.")
            found.append(_item(version, _("Review"), reason, "review", since=version.submitted_at))
        elif (
            not mine
            and stage == Stage.REVIEWED
            and version.reviewed_by_id != person.pk
            and _signing(user, on, version.notice.board).covers(path)
        ):
            found.append(_item(version, _("Sign"), _("It is published when you sign it."), "sign"))
        elif version.pk in alone and stage == Stage.REVIEWED:
            reason = _("You checked it, and nobody else can sign it.")
            found.append(_item(version, _("Return for changes"), reason, "review"))
        if version.entered:
            reason = _("It was entered from paper in your name. You need not do anything if it is right.")
            found.append(_item(version, _("Look at the entry from paper"), reason, "review", sent=True))
    return found + _objections(user, person, on)


def _disowned(user, on):
    """Opinions entered from paper of which the reviewer says, after the publication, that they are not theirs; until
    the notice is corrected or withdrawn, for who signs there, and who oversees them.
    """
    path = "version__notice__unit__path"
    party = Q(version__notice__board=Board.PARTY)
    deciding = ~party & _signing(user, on, Board.RESIDENTIAL).q(path) | party & _signing(user, on, Board.PARTY).q(path)
    deciding |= Q(version__notice__audience=Audience.PUBLIC) & scope(user, Power.OVERSEE, on=on).q(path)
    return Opinion.objects.contradicted_after_signature().filter(deciding)


# What each of a person's powers has to do about an objection; the rungs of disclosure/escalation.py bring the others.
_TODO = {
    "answer": (gettext_lazy("Answer"), gettext_lazy("A resident waits for the reply.")),
    "opinion": (
        gettext_lazy("Give the opinion of the supervision committee"),
        gettext_lazy("The resident is not satisfied."),
    ),
    "passed": (gettext_lazy("See to the reply"), gettext_lazy("The community passed it to the supervision committee.")),
    "supervision": (
        gettext_lazy("Ask the committee for the reply"),
        gettext_lazy("The resident was not answered in time."),
    ),
    "street": (gettext_lazy("Have the resident answered"), gettext_lazy("There is no reply long after it was due.")),
}


def _objections(user, person, on):
    """Objections to answer, to give an opinion on, that nobody answered in time, or to follow. One query."""
    path = "notice__unit__path"
    answering = scope(user, Power.ANSWER_RESIDENTS, on=on)
    reviewing = scope(user, Power.REVIEW_NOTICES, on=on)
    overseeing = scope(user, Power.OVERSEE, on=on)
    drafting = scope(user, Power.DRAFT_NOTICES, on=on)
    if not (answering or reviewing or overseeing or drafting):
        return []
    mine = Q(replied_on=None) & (answering.q(path) | reviewing.q(path) | overseeing.q(path))
    mine |= Q(pk__in=Objection.objects.awaiting_opinion().filter(reviewing.q(path)).values("pk"))
    to_follow = Exists(_to_follow().filter(drafting.q(path), pk=OuterRef("pk")))
    rows = Objection.objects.annotate(to_follow=to_follow).filter(mine | Q(to_follow=True))
    found = []
    for objection in rows.select_related("notice__unit"):
        place = objection.notice.unit.path
        if objection.to_follow:
            found.append(_follow_line(objection))
        late = {rung.power for rung in objection.rungs(on)}
        if objection.waits_for_opinion and reviewing.covers(place):
            duty = "opinion"
        elif objection.replied_on:
            continue
        elif answering.covers(place) and (late or objection.owner_id in (None, person.pk)):
            duty = "answer"
        elif reviewing.covers(place) and Power.REVIEW_NOTICES in late:
            duty = "supervision"
        elif reviewing.covers(place) and objection.passed_to_supervision_on:
            duty = "passed"
        elif overseeing.covers(place) and Power.OVERSEE in late:
            duty = "street"
        else:
            continue
        todo, reason = _TODO[duty]
        title = _("%(kind)s to %(number)s") % {
            "kind": objection.get_kind_display(),
            "number": objection.notice.number,
        }
        due = None if duty == "opinion" else objection.due
        found.append(DeskItem(due, title, objection.get_absolute_url(), todo, reason, kind="reply"))
    return found


def _alone(user, person, drafts, on):
    """The ids of those among `drafts` that only this person can sign, who is asked to check or has checked them."""
    asked = [
        version
        for version in drafts
        if (version.stage_of_draft == Stage.IN_REVIEW and _may_check(user, version, on))
        or (version.stage_of_draft == Stage.REVIEWED and version.reviewed_by_id == person.pk)
    ]
    signing = [row for row in asked if _signing(user, on, row.notice.board).covers(row.notice.unit.path)]
    return without_signers(signing, person, on)


def _may_check(user, version, on):
    """Who checks by power; members of owners' bodies are asked at the compound itself."""
    checking = version.notice.checking
    if not checking.by_members:
        return scope(user, checking.power, on=on).covers(version.notice.unit.path)
    return version.owner_sits and version.owner_agreed is False


def _to_follow():
    """Upheld objections whose notice nobody corrected or withdrew since; those of a matter follow it."""
    seen_to = NoticeVersion.objects.filter(notice=OuterRef("notice")).filter(
        Q(signed_at=None) | Q(withdrawn_at__isnull=False) | Q(number__gt=1, published_on__gte=OuterRef("replied_on"))
    )
    return Objection.objects.upheld().filter(~Exists(seen_to), notice__source_url="")


def _follow_line(objection):
    return DeskItem(
        due=None,
        title=objection.notice.number,
        url=objection.notice.desk_url,
        todo=_("Correct or withdraw the notice"),
        reason=_("An objection to it was upheld."),
        kind="draft",
    )


def _item(version, todo, reason, kind, *, since=None, sent=False):
    """Due by the end of the check that runs `since` then, or of its duty, when nothing of it is published yet."""
    notice = version.notice
    check = since and notice.checking.due(timezone.localdate(since))
    due = min(filter(None, (check, not version.is_correction and notice.due)), default=None)
    return DeskItem(due=due, title=version.title, url=notice.desk_url, todo=todo, reason=reason, kind=kind, sent=sent)


def upcoming(user, on):
    """Displays and objection windows that end within two weeks at the user's units. One query."""
    seen = scope(user, Power.DRAFT_NOTICES, on=on).q("notice__unit__path")
    seen |= scope(user, Power.SIGN_NOTICES, on=on).q("notice__unit__path")
    rows = (
        NoticeVersion.objects.public()
        .on_display(on)
        .filter(seen)
        .filter(Q(displayed_until__lte=on + AHEAD) | Q(window_until__gte=on, window_until__lte=on + AHEAD))
        .select_related("notice__unit")
    )
    found = []
    for version in rows:
        url = reverse("desk_notice", args=[version.notice_id])
        if version.window_until and on <= version.window_until <= on + AHEAD:
            found.append(DeskItem(version.window_until, version.title, url, _("Objection window ends"), kind="notice"))
        if version.displayed_until <= on + AHEAD:
            found.append(DeskItem(version.displayed_until, version.title, url, _("Display ends"), kind="notice"))
    return sorted(found, key=lambda item: (item.due, item.title))


def below(user, on):
    """Replies that communities owe residents, for whoever oversees them (提醒). One query."""
    seen = scope(user, Power.OVERSEE, on=on)
    if not seen:
        return []
    rows = Objection.objects.open().filter(seen.q("notice__unit__path")).select_related("notice__unit")
    return [
        DeskItem(
            due=objection.due,
            title=_("%(kind)s to %(number)s")
            % {"kind": objection.get_kind_display(), "number": objection.notice.number},
            url=objection.notice.get_absolute_url(),
            todo=_("%(unit)s has to answer a resident") % {"unit": objection.notice.unit},
            kind="reply",
            unit=objection.notice.unit.name,
        )
        for objection in rows
    ]
