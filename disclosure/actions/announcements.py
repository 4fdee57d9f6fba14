"""Everyday announcements: published with one signature, shown until a day, withdrawn with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Stale
from disclosure.actions.common import decide, lock_person, refuse_personal_data, today
from disclosure.models import Announcement
from disclosure.text import clean
from orgs.permissions import require
from orgs.powers import Power

MOST_YEARS = 10  # nobody looks after a page for longer


@transaction.atomic
def publish_announcement(*, unit, title, text, shown_until, by, at):
    """Publish at once, until `shown_until`. Personal data is refused as on a notice."""
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, unit.path, on=today(at))
    published_on = today(at)
    if shown_until < published_on:
        raise Refused(_("The last day lies in the past."))
    if shown_until.year > published_on.year + MOST_YEARS:
        raise Refused(_("The last day lies more than ten years ahead."))
    text = clean(text)
    refuse_personal_data(unit, title, text)
    same = Announcement.objects.filter(unit=unit, title=title, text=text, published_on=published_on, withdrawn_at=None)
    if same.exists():
        raise Stale(_("This has been registered; there is no need to send it again."))
    announcement = Announcement.objects.create(
        unit=unit,
        title=title,
        text=text,
        signed_by=person,
        signed_at=at,
        published_on=published_on,
        shown_until=shown_until,
    )
    record(by=by, verb="publish_announcement", at=at, obj=announcement, path=unit.path)
    return announcement


@transaction.atomic
def withdraw_announcement(*, announcement, reason, by, at):
    """Take it off the page."""
    announcement = Announcement.objects.select_for_update(of=("self",)).select_related("unit").get(pk=announcement.pk)
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, announcement.unit.path, on=today(at))
    decide(_("This announcement has been withdrawn already.") if announcement.withdrawn_at else None, stale=True)
    decide(None if reason.strip() else _("Say why it is withdrawn."))
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
