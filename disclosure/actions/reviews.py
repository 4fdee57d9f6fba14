"""What is said to a draft before its signature: agreed or objected, at the desk or on paper, and contradicted."""

from django.db import transaction
from django.utils.translation import gettext as _

from disclosure import permissions
from disclosure.actions.common import (
    PROGRESS,
    check_seen,
    decide,
    event,
    hand_back,
    lock_person,
    lock_version,
    reopen,
    require,
    today,
)
from disclosure.enums import Stage, Verdict
from disclosure.models import Opinion
from orgs.models import Body, Term
from orgs.permissions import PowerMissing


def seat_of(person, notice, on):
    """The body in whose name `person` checks `notice` on the day `on`: at its unit, else above it; None without."""
    terms = Term.objects.running_on(on).filter(person=person, body__kind__in=notice.checking.bodies)
    sits = {term.body.unit_id: term.body for term in terms.select_related("body")}
    return next((sits[place] for place in (notice.unit_id, *reversed(notice.unit.ancestor_ids)) if place in sits), None)


def _body(person, notice, on):
    """Where they sit, else the unit's own."""
    own = Body.objects.filter(unit=notice.unit, kind__in=notice.checking.bodies, dissolved_on=None)
    return seat_of(person, notice, on) or own.first()


def _settle(version, at, text):
    """The draft is checked once enough people agreed to this very text."""
    agreed = version.opinions.standing().filter(revision=version.revision, verdict=Verdict.AGREED)
    opinions = list(agreed.select_related("person", "body"))
    if len(opinions) < version.notice.checking.people:
        return
    last = opinions[-1]
    version.reviewed_at, version.review_note = at, text
    if version.notice.checking.by_members:
        version.rechecked_by = len(opinions)
    else:
        version.reviewed_by, version.review_body = last.person, last.body
    version.save(update_fields=["reviewed_by", "reviewed_at", "review_note", "review_body", "rechecked_by"])


@transaction.atomic
def review_notice(*, version, by, at, opinion="", seen=None):
    """Agree to a draft: for the affairs supervision committee, for the Party organisation, as an owners' representative
    (chain.py). Not by its drafter.
    """
    version = lock_version(version)
    person = lock_person(by)
    require("review", version.notice, by=by, at=at)
    check_seen(version, seen)
    decide(permissions.may_review(version, person), stale=version.stage_of_draft != Stage.IN_REVIEW)
    decide(permissions.after_review(version, person, today(at)))
    mine = version.opinions.standing().filter(person=person, revision=version.revision, verdict=Verdict.AGREED)
    decide(_("You have agreed to this text already.") if mine.exists() else None, stale=True)
    version.opinions.create(
        revision=version.revision,
        verdict=Verdict.AGREED,
        person=person,
        body=_body(person, version.notice, today(at)),
        on=today(at),
        text=opinion,
        entered_by=person,
        entered_at=at,
    )
    _settle(version, at, opinion)
    event("review_notice", version, by=by, at=at, opinion=opinion)
    return version


@transaction.atomic
def return_notice(*, version, by, at, reason, seen=None):
    """Send a draft back to its drafter with what to change. By who checks it this is an objection, which the committee
    answers; by who signs it is not.
    """
    version = lock_version(version)
    person = lock_person(by)
    require("return", version.notice, by=by, at=at)
    stage = version.stage_of_draft
    check_seen(version, seen)
    decide(permissions.may_return(version, person), stale=stage not in (Stage.IN_REVIEW, Stage.REVIEWED))
    decide(None if reason.strip() else _("Say what should be changed."))
    if stage == Stage.IN_REVIEW:
        version.opinions.create(
            revision=version.revision,
            verdict=Verdict.OBJECTED,
            person=person,
            body=_body(person, version.notice, today(at)),
            on=today(at),
            text=reason.strip(),
            entered_by=person,
            entered_at=at,
        )
    hand_back(version, person, at, reason.strip())
    event("object_to_draft" if stage == Stage.IN_REVIEW else "return_notice", version, by=by, at=at, reason=reason)
    return version


@transaction.atomic
def enter_opinion(*, version, by, at, on, verdict, scan, person=None, names=(), text="", seen=None):
    """Enter what was said on paper on the day `on`, with the scan of the signed sheet (an internal Attachment).

    `person` sat in the checking body on that day; owners' representatives may be given by their `names` instead. Who
    is named sees it at the desk and may contradict. Needs the power to draft.
    """
    version = lock_version(version)
    clerk = lock_person(by)
    require("submit", version.notice, by=by, at=at)
    decide(permissions.may_review(version, person), stale=version.stage_of_draft != Stage.IN_REVIEW)
    check_seen(version, seen)
    decide(permissions.why_no_sheet(scan))
    decide(permissions.paper_day_fits(version, on, today(at)))
    text, names = text.strip(), [name.strip() for name in names if name.strip()]
    decide(_("Say what they object to.") if verdict == Verdict.OBJECTED and not text else None)
    if person is not None:
        body = seat_of(person, version.notice, on)
        decide(None if body else _("%(person)s did not sit in the checking body on that day.") % {"person": person})
        decide(permissions.after_review(version, person, today(at)) if verdict == Verdict.AGREED else None)
        signers = [{"person": person, "body": body}]
    else:
        decide(permissions.why_no_names(version, names))
        signers = [{"name": name} for name in names]
    for signer in signers[: 1 if verdict == Verdict.OBJECTED else None]:
        Opinion.objects.create(
            version=version,
            revision=version.revision,
            verdict=verdict,
            on=on,
            text=text,
            scan=scan,
            entered_by=clerk,
            entered_at=at,
            **signer,
        )
    if verdict == Verdict.OBJECTED:
        hand_back(version, person or clerk, at, text)
    else:
        _settle(version, at, text)
    said = {"on": on.isoformat(), "reason" if verdict == Verdict.OBJECTED else "opinion": text}
    event(f"enter_paper_{verdict}", version, by=by, at=at, of=str(person or "、".join(names)), **said)
    return version


@transaction.atomic
def contradict_opinion(*, opinion, by, at, reason):
    """Say that an opinion entered in one's name from paper is not one's own. Before the signature the check begins
    again; after it the contradiction stays on record.
    """
    version = lock_version(opinion.version)
    person = lock_person(by)
    opinion = version.opinions.select_for_update(no_key=True).get(pk=opinion.pk)
    if opinion.person_id != person.pk or not opinion.on_paper:
        raise PowerMissing(_("Only the person in whose name it was entered can contradict it."))
    decide(_("You have contradicted this already.") if opinion.contradicted_at else None, stale=True)
    decide(None if reason.strip() else _("Say what is wrong."))
    opinion.contradiction, opinion.contradicted_at = reason.strip(), at
    opinion.save(update_fields=["contradiction", "contradicted_at"])
    if not version.is_signed and opinion.revision == version.revision and version.stage_of_draft != Stage.DRAFT:
        submitted_at = version.submitted_at
        reopen(version)
        version.submitted_at = submitted_at
        version.save(update_fields=list(PROGRESS))
    event("contradict_opinion", version, by=by, at=at, reason=reason.strip())
    return opinion


def answer_objection_to(version, person, at, answer):
    """With the draft handed in again, its objection is answered: by another text, or by why it stays. Called locked."""
    opinion = version.opinions.standing().unanswered().first()
    if opinion is None:
        return
    unchanged = opinion.revision == version.revision
    decide(
        _("%(who)s objected. Change the text, or say why it stays as it is.") % {"who": opinion.who}
        if unchanged and not answer.strip()
        else None
    )
    opinion.answer, opinion.answered_by, opinion.answered_at = answer.strip(), person, at
    opinion.save(update_fields=["answer", "answered_by", "answered_at"])
