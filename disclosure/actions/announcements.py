"""Everyday announcements: published with one signature, shown until a day, withdrawn with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Mistaken, Refused
from audit.reasons import why_no_reason
from disclosure import everyday
from disclosure.actions.common import decide, lock_person, refuse_personal_data, refuse_repeated, today
from disclosure.enums import AnnouncementKind
from disclosure.models import Announcement
from disclosure.permissions import may_replace
from disclosure.text import clean
from orgs.permissions import require
from orgs.powers import Power


@transaction.atomic
def publish_announcement(
    *, unit, title, text, by, at, shown_until=None, kind=AnnouncementKind.ANNOUNCEMENT, supersedes=None
):
    """Publish at once, until `shown_until`; a guide may stand without. Personal data is refused as on a notice.

    `supersedes`: the announcement of the same unit and kind that this one corrects and replaces.
    """
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, unit.path, on=today(at))
    if supersedes:
        supersedes = _lock(supersedes)
        decide(may_replace(supersedes), stale=True)
        if (supersedes.unit_id, supersedes.kind) != (unit.pk, kind):
            raise Refused(_("Only an announcement of the same unit and kind can be replaced."))
    published_on = today(at)
    if reason := everyday.wrong_end(kind, shown_until, published_on):
        raise Mistaken({"shown_until": reason})
    text = clean(text)
    decide(everyday.wrong(kind, text))
    refuse_personal_data(unit, title, text)
    same = Announcement.objects.filter(
        unit=unit, title=title, text=text, published_on=published_on, shown_until=shown_until, withdrawn_at=None
    )
    refuse_repeated(same)
    announcement = Announcement.objects.create(
        unit=unit,
        kind=kind,
        title=title,
        text=text,
        signed_by=person,
        signed_at=at,
        published_on=published_on,
        shown_until=shown_until,
        supersedes=supersedes,
    )
    record(
        by=by,
        verb="publish_announcement",
        at=at,
        obj=announcement,
        path=unit.path,
        data={"supersedes": supersedes.pk} if supersedes else {},
    )
    return announcement


def _lock(announcement):
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("unit", "successor")
    return rows.get(pk=announcement.pk)


@transaction.atomic
def withdraw_announcement(*, announcement, reason, by, at):
    """Take it off the page."""
    announcement = _lock(announcement)
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, announcement.unit.path, on=today(at))
    decide(may_replace(announcement), stale=True)
    decide(why_no_reason(reason))
    announcement.withdrawn_by, announcement.withdrawn_at = person, at
    announcement.withdrawn_reason = reason.strip()
    announcement.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    record(
        by=by,
        verb="withdraw_announcement",
        at=at,
        obj=announcement,
        path=announcement.unit.path,
        data={"reason": reason.strip()},
    )
    return announcement
