"""What can be done about personal data in a draft: put the masked form there, or let it through with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.reasons import why_no_reason
from disclosure import guard, permissions, privacy
from disclosure.actions.common import check_seen, decide, event, lock_person, lock_version, today
from disclosure.actions.notices import edit_draft
from disclosure.models import PrivacyOverride
from orgs.permissions import PowerMissing


@transaction.atomic
def mask_places(*, version, by, at, code=None, seen=None):
    """Put the masked form where the guard found something: at the place with this `code`, or at all. A change of the
    draft like every other: it must be submitted, and reviewed, again.
    """
    version = lock_version(version)
    check_seen(version, seen)
    office = guard.office_numbers(version.notice.unit)
    masked = {}
    for where, text in (("title", version.title), ("text", version.text)):
        found = guard.findings(version.notice, text, office)
        masked[where] = privacy.mask(text, [finding for finding in found if code in (None, f"{where}:{finding.start}")])
    changed = masked != {"title": version.title, "text": version.text}
    decide(None if changed else _("This place is not in the draft any more."), stale=True)
    return edit_draft(version=version, by=by, at=at, title=masked["title"][:120], text=masked["text"])


@transaction.atomic
def approve_places(*, version, reason, by, at, seen=None):
    """Let what the guard found in this revision be published, as a second person who neither drafts nor signs it."""
    version = lock_version(version)
    person = lock_person(by)
    missing = permissions.missing_approval(version.notice, by, today(at))
    if missing:
        raise PowerMissing(missing)
    check_seen(version, seen)
    guarded = guard.look_at(version)
    decide(permissions.may_approve(version, person, guarded))
    decide(permissions.after_approval(version, person, today(at))[1])
    decide(why_no_reason(reason))
    taken = PrivacyOverride.objects.filter(version=version, revision=version.revision).exists()
    decide(_("Somebody has approved this already.") if taken else None, stale=True)
    override = PrivacyOverride.objects.create(
        version=version,
        revision=version.revision,
        digest=guarded.digest,
        approved_by=person,
        approved_at=at,
        reason=reason.strip(),
    )
    kinds = sorted({place.sort.value for place in guarded.places})
    event("approve_places", version, by=by, at=at, kinds=kinds, reason=override.reason)
    return override
