"""What the verbs share: locking, refusing, the guard against personal data."""

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Repeated, Stale
from disclosure import guard, permissions
from disclosure.models import Notice, NoticeVersion, PrivacyOverride
from orgs.models import Person
from orgs.permissions import PowerMissing


def today(at):
    """The day of the moment `at` in the portal's time zone."""
    return timezone.localdate(at)


def lock_notice(pk):
    """The notice with the id `pk`, locked, with its unit and issuer; its versions are read afresh."""
    return Notice.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "issuer").get(pk=pk)


def lock_version(version):
    """The version, locked after its notice: always in this order, so that two actions never wait for each other."""
    notice = lock_notice(version.notice_id)
    list(NoticeVersion.objects.select_for_update(of=("self",), no_key=True).filter(notice=notice))
    for own in notice._versions:
        if own.pk == version.pk:
            return own
    raise Stale(_("This draft no longer exists."))


def lock_person(by):
    """The person of the account `by`, locked, so that a double click runs one after the other. PowerMissing without."""
    person = Person.objects.select_for_update(no_key=True).filter(user_id=by.pk).first()
    if person is None:
        raise PowerMissing(_("This account belongs to no person."))
    return person


def decide(reason, *, stale=False):
    """Raise Refused (or Stale: somebody came first) when there is a `reason`."""
    if reason:
        raise (Stale if stale else Refused)(reason)


def refuse_repeated(same):
    """Raise Repeated when one of `same`, the rows that the form would make once more, is there."""
    if made := same.first():
        raise Repeated(_("This has been registered; there is no need to send it again."), made)


def check_seen(version, seen):
    """Raise Stale unless the person saw this revision of the text (`seen`; None: the caller has just read it)."""
    if seen is not None and str(seen) != str(version.revision):
        raise Stale(_("Somebody else has changed this meanwhile. Look at the new text first, then act."))


def refuse_unguarded(version, person):
    """Raise Refused when the guard finds something in an open version that nobody let through for this revision."""
    override = PrivacyOverride.objects.filter(version=version, revision=version.revision).first()
    decide(permissions.may_show(guard.look_at(version), override, person))


def refuse_personal_data(unit, *texts, names=()):
    """Raise Refused when a text holds what boards must never show, or one of `names` (residents, in full)."""
    decide(guard.personal_data(unit, *texts, names=names))


def refuse_public_reason(notice, reason):
    """Raise Refused when a reason that everyone reads names somebody, holds personal data or says what was masked."""
    decide(guard.why_not_public(notice.unit, reason))
    decide(permissions.may_repeat(notice, reason))


def event(verb, version, *, by, at, **data):
    """Record what was done to `version`, without its title: an event is never redacted."""
    notice = version.notice
    record(
        by=by,
        verb=verb,
        at=at,
        label=notice.number or notice.row.title,
        url=notice.desk_url,
        path=notice.unit.path,
        data={"notice": notice.pk, "version": version.number, **data},
    )


def require(verb, notice, *, by, at):
    """Raise PowerMissing unless `by` holds the power of `verb` for `notice`."""
    reason = permissions.missing_power(verb, notice, by, today(at))
    if reason:
        raise PowerMissing(reason)


MOST_WORDS = 500  # of a reason for which a draft is returned
PROGRESS = (
    *("submitted_at", "reviewed_by", "reviewed_at", "review_body", "rechecked_by", "review_note"),
    *("returned_by", "returned_at", "returned_reason"),
)


def reopen(version):
    """Back to a draft: nothing submitted, reviewed or returned."""
    blank = {"review_note": "", "returned_reason": "", "rechecked_by": 0}
    for name in PROGRESS:
        setattr(version, name, blank.get(name))


def hand_back(version, person, at, reason, **changed):
    """Returned to its drafter, submitted as it was, with other fields `changed` on the way."""
    submitted_at = version.submitted_at
    reopen(version)
    version.submitted_at = submitted_at
    version.returned_by, version.returned_at, version.returned_reason = person, at, reason
    for name, value in changed.items():
        setattr(version, name, value)
    version.save(update_fields=[*PROGRESS, *changed])


def void_draft(notice, person, at, reason, **changed):
    """Return the open draft of `notice`, if there is one, because what it corrects is another now: nobody's opinion on
    it counts any more, and no page from before acts on it. Fields that are `changed` with it too. Called locked.
    """
    if (draft := notice.draft) is not None:
        said = f"{reason} {draft.returned_reason}".strip()[:MOST_WORDS]
        hand_back(draft, person, at, said, revision=draft.revision + 1, **changed)
