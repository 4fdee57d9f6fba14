"""Draft → review → signature → correction or withdrawal."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import keep_internal, publish_file, record
from audit.enums import Audience
from audit.errors import Refused
from audit.models import Attachment
from disclosure import clocks, closing, permissions
from disclosure.actions.common import (
    check_seen,
    decide,
    lock_notice,
    lock_person,
    lock_version,
    refuse_personal_data,
    today,
)
from disclosure.actions.log import log_publication, log_withdrawal
from disclosure.catalogue import ITEMS
from disclosure.enums import Stage
from disclosure.models import CatalogueChange, Notice, NoticeAttachment, NoticeVersion
from disclosure.numbers import next_serial
from disclosure.text import clean
from orgs.models import Body, Term
from orgs.permissions import PowerMissing


def _event(verb, version, *, by, at, **data):
    """Record what was done to `version`."""
    notice = version.notice
    record(
        by=by,
        verb=verb,
        at=at,
        label=f"{notice.number} {version.title}".strip(),
        url=notice.desk_url,
        path=notice.unit.path,
        data={"notice": notice.pk, "version": version.number, **data},
    )


def _require(verb, notice, *, by, at):
    reason = permissions.missing_power(verb, notice, by, today(at))
    if reason:
        raise PowerMissing(reason)


def _add_files(version, attachments):
    for entry in attachments:
        attachment, label = entry if isinstance(entry, tuple) else (entry, entry.name)
        _check_audience(version.notice, attachment)
        NoticeAttachment.objects.create(version=version, attachment=attachment, label=label[:120])


def _check_audience(notice, attachment):
    """A public notice must not promise a file of the Party organisation."""
    if notice.audience == Audience.PUBLIC and attachment.audience == Audience.PARTY:
        raise Refused(_("Files of the Party organisation are not published."))


@transaction.atomic
def draft_notice(
    *,
    unit,
    board,
    item,
    issuer,
    title,
    text,
    by,
    at,
    display_days=None,
    window_days=None,
    source_label="",
    source_url="",
    attachments=(),
    period=None,
):
    """Begin a notice of the catalogue `item` on a board of `unit`, in the name of `issuer`; returns its first version.

    `text` may hold the tokens of `disclosure/text.py` and must not hold the closing block, which is added.
    `window_days` 0: no objection window. `attachments`: Attachments, or (Attachment, label). The same draft
    sent twice is refused. `period` (`periods.Period`): what a periodic item is disclosed for. Internal files of the
    unit are opened to everyone by the signature, not before.
    """
    person = lock_person(by)
    row = CatalogueChange.objects.kept(unit, today(at)).get(item)
    if row is None or row.board != board:
        raise Refused(_("This item does not belong to this board."))
    if issuer.unit_id != unit.pk:
        raise Refused(_("The issuer must be a body of the unit."))
    decide(permissions.fits_item(period, row))
    notice = Notice(
        unit=unit,
        board=board,
        item=item,
        item_title="" if item in ITEMS else row.title,
        period_first=period and period.first,
        period_last=period and period.last,
        issuer=issuer,
        audience=row.audience,
        source_label=source_label,
        source_url=source_url,
    )
    _require("edit", notice, by=by, at=at)
    days = row.display_days if display_days is None else display_days
    decide(permissions.display_long_enough(days, row.min_display))
    text = clean(text)
    same = NoticeVersion.objects.open().filter(
        notice__unit=unit,
        notice__item=item,
        notice__period_first=notice.period_first,
        drafted_by=person,
        title=title,
        text=text,
    )
    decide(_("This has been registered; there is no need to send it again.") if same.exists() else None, stale=True)
    notice.save()
    version = NoticeVersion.objects.create(
        notice=notice,
        title=title,
        text=text,
        display_days=days,
        min_display_days=row.min_display,
        window_days=min(clocks.WINDOW_DAYS if window_days is None else window_days, days),
        review_required=bool(row.reviewers),
        drafted_by=person,
        drafted_at=at,
        authors=[person.pk],
    )
    _add_files(version, attachments)
    _event("draft_notice", version, by=by, at=at)
    return version


@transaction.atomic
def edit_draft(*, version, title, text, by, at, display_days=None, window_days=None, correction_reason=None, seen=None):
    """Change a draft. A review falls away with the text it was given to; `by` becomes one of its authors.

    `seen` is the `revision` that the editor saw.
    """
    version = lock_version(version)
    person = lock_person(by)
    _require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    check_seen(version, seen)
    days = version.display_days if display_days is None else display_days
    decide(permissions.display_long_enough(days, version.min_display_days))
    version.title, version.text, version.display_days = title, clean(text), days
    version.window_days = min(version.window_days if window_days is None else window_days, days)
    if correction_reason is not None:
        version.correction_reason = correction_reason
    _changed(version, person, "title", "text", "display_days", "window_days", "correction_reason")
    _event("edit_draft", version, by=by, at=at, revision=version.revision)
    return version


_PROGRESS = (
    *("submitted_at", "reviewed_by", "reviewed_at", "review_body", "review_note"),
    *("returned_by", "returned_at", "returned_reason"),
)
_SIGNATURE = (
    *("signed_by", "signed_at", "published_on", "displayed_until", "window_until", "published_text"),
    *("unit_code", "unit_name", "issuer_name"),
)


def _reopen(version):
    """Back to a draft: nothing submitted, reviewed or returned."""
    for name in _PROGRESS:
        setattr(version, name, "" if name in ("review_note", "returned_reason") else None)


def _changed(version, person, *fields):
    """Save a changed draft: `person` is among its authors from now on, and it must be submitted again."""
    _reopen(version)
    version.revision += 1
    if person.pk not in version.authors:
        version.authors.append(person.pk)
    version.save(update_fields=[*fields, *_PROGRESS, "revision", "authors"])


@transaction.atomic
def attach(*, version, attachment, label, by, at):
    """Add a file to a draft; like any change of the draft it needs a new review."""
    version = lock_version(version)
    _require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    _add_files(version, [(attachment, label or attachment.name)])
    _changed(version, lock_person(by))
    _event("attach_to_draft", version, by=by, at=at, attachment=attachment.pk)
    return version


@transaction.atomic
def detach(*, version, attachment, by, at):
    """Take a file off a draft; the file itself stays in the store."""
    version = lock_version(version)
    _require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    gone, _rows = version.attachments.filter(attachment=attachment).delete()
    decide(None if gone else _("This file is not attached any more."), stale=True)
    _changed(version, lock_person(by))
    _event("detach_from_draft", version, by=by, at=at, attachment=attachment.pk)
    return version


@transaction.atomic
def discard_draft(*, version, by, at):
    """Throw a draft away that was never submitted, or came back. What was published of the notice stays."""
    version = lock_version(version)
    _require("edit", version.notice, by=by, at=at)
    decide(permissions.may_discard(version), stale=True)
    _event("discard_draft", version, by=by, at=at, title=version.title)
    version.attachments.all().delete()
    version.delete()
    if version.notice.serial is None:
        version.notice.delete()


@transaction.atomic
def submit_draft(*, version, by, at, seen=None):
    """Hand a draft in: for review where its class asks for one, else for the signature."""
    version = lock_version(version)
    _require("submit", version.notice, by=by, at=at)
    decide(permissions.may_submit(version), stale=version.stage_of_draft not in (Stage.DRAFT, Stage.RETURNED))
    check_seen(version, seen)
    _reopen(version)
    version.submitted_at = at
    version.save(update_fields=list(_PROGRESS))
    _event("submit_draft", version, by=by, at=at)
    return version


def _reviewing_body(version, person, on):
    """The body for which `person` reviews on `on`: where they sit, else the unit's own."""
    kinds, unit = version.notice.row.reviewers, version.notice.unit
    terms = Term.objects.running_on(on).filter(person=person, body__kind__in=kinds).select_related("body")
    sits = {term.body.unit_id: term.body for term in terms}
    for place in (unit.pk, *reversed(unit.ancestor_ids)):
        if place in sits:
            return sits[place]
    return Body.objects.filter(unit=unit, kind__in=kinds, dissolved_on=None).first()


@transaction.atomic
def review_notice(*, version, by, at, opinion="", seen=None):
    """Agree to a draft for the affairs supervision committee. Not by its drafter."""
    version = lock_version(version)
    person = lock_person(by)
    _require("review", version.notice, by=by, at=at)
    decide(permissions.may_review(version, person), stale=version.stage_of_draft != Stage.IN_REVIEW)
    check_seen(version, seen)
    version.reviewed_by, version.reviewed_at, version.review_note = person, at, opinion
    version.review_body = _reviewing_body(version, person, today(at))
    version.save(update_fields=["reviewed_by", "reviewed_at", "review_note", "review_body"])
    _event("review_notice", version, by=by, at=at)
    return version


def review_notices(*, versions, by, at, opinion="", seen=None):
    """Agree to several drafts, each on its own: returns (reviewed versions, [(version, reason it was not)]).

    `seen` maps the id of a version to the revision that was seen.
    """
    done, refused = [], []
    for version in versions:
        try:
            done.append(
                review_notice(version=version, by=by, at=at, opinion=opinion, seen=(seen or {}).get(version.pk))
            )
        except Refused as error:
            refused.append((version, str(error)))
    return done, refused


@transaction.atomic
def return_notice(*, version, by, at, reason, seen=None):
    """Send a draft back to its drafter with what to change; by whoever reviews or signs."""
    version = lock_version(version)
    person = lock_person(by)
    _require("return", version.notice, by=by, at=at)
    decide(
        permissions.may_return(version, person),
        stale=version.stage_of_draft not in (Stage.IN_REVIEW, Stage.REVIEWED),
    )
    check_seen(version, seen)
    decide(None if reason.strip() else _("Say what should be changed."))
    submitted_at = version.submitted_at
    _reopen(version)
    version.submitted_at = submitted_at
    version.returned_by, version.returned_at, version.returned_reason = person, at, reason.strip()
    version.save(update_fields=list(_PROGRESS))
    _event("return_notice", version, by=by, at=at, reason=reason.strip())
    return version


@transaction.atomic
def sign_notice(*, version, by, at, publish_on=None, seen=None):
    """Publish a version: number, text with the closing block, and both clocks from the day after.

    By a person who neither drafted nor reviewed it. Texts with personal data are refused. With a later day in
    `publish_on` it is fixed and numbered now, and nobody outside the desk sees it before that day.
    """
    version = lock_version(version)
    person = lock_person(by)
    notice = version.notice
    _require("sign", notice, by=by, at=at)
    decide(permissions.may_sign(version, person), stale=version.is_signed)
    check_seen(version, seen)
    published_on = publish_on or today(at)
    decide(permissions.may_publish_on(version, published_on, today(at)))
    refuse_personal_data(notice.unit, version.title, version.text)
    if notice.serial is None:
        notice.year = published_on.year
        notice.serial = next_serial(notice.unit, notice.board, notice.year)
        notice.number = f"{notice.prefix}〔{notice.year}〕{notice.serial}号"
        notice.save(update_fields=["year", "serial", "number"])
    if notice.audience == Audience.PUBLIC:
        for row in version.attachments.select_related("attachment"):
            row.attachment = publish_file(row.attachment, by=by, at=at, on=publish_on)
            row.save(update_fields=["attachment"])
    facts = version.facts(published_on)
    version.signed_by, version.signed_at, version.published_on = person, at, published_on
    version.displayed_until = facts.display.last
    version.window_until = facts.window.last if facts.window else None
    version.published_text = closing.compose(version.text, facts)
    unit = notice.unit
    version.unit_code, version.unit_name, version.issuer_name = unit.code, unit.name, notice.issuer.name
    version.save(update_fields=list(_SIGNATURE))
    _event("sign_notice", version, by=by, at=at, number=notice.number, published_on=published_on.isoformat())
    log_publication(version, at=at)
    return version


@transaction.atomic
def correct_notice(*, notice, title, text, reason, by, at, display_days=None, window_days=None):
    """Begin a new version of a published notice, with the files of the old one. Its signature restarts both clocks."""
    notice = lock_notice(notice.pk)
    person = lock_person(by)
    _require("correct", notice, by=by, at=at)
    decide(permissions.may_correct(notice, today(at)), stale=notice.draft is not None)
    decide(None if reason.strip() else _("Say why the notice is corrected."))
    old = notice.current
    days = old.display_days if display_days is None else display_days
    decide(permissions.display_long_enough(days, old.min_display_days))
    version = NoticeVersion.objects.create(
        notice=notice,
        number=notice.newest.number + 1,
        title=title,
        text=clean(text),
        correction_reason=reason.strip(),
        display_days=days,
        min_display_days=old.min_display_days,
        window_days=min(old.window_days if window_days is None else window_days, days),
        review_required=bool(notice.row.reviewers),
        drafted_by=person,
        drafted_at=at,
        authors=[person.pk],
    )
    files = Attachment.objects.in_bulk(old.attachments.values_list("attachment_id", flat=True))
    _add_files(version, [(files[row.attachment_id], row.label) for row in old.attachments.all()])
    _event("correct_notice", version, by=by, at=at, reason=reason.strip())
    return version


@transaction.atomic
def withdraw_version(*, version, reason, by, at):
    """Take the published version off the board, with a reason that stays on its page.

    Before its day of publication it is recalled: nobody read it and nobody will; the number stays with the notice, for
    what is drafted anew.
    """
    version = lock_version(version)
    person = lock_person(by)
    _require("withdraw", version.notice, by=by, at=at)
    decide(permissions.may_withdraw(version), stale=bool(version.withdrawn_at))
    decide(None if reason.strip() else _("Say why the notice is withdrawn."))
    version.withdrawn_by, version.withdrawn_at, version.withdrawn_reason = person, at, reason.strip()
    version.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    if version.is_recalled:
        for row in version.attachments.filter(attachment__public_from__isnull=False).select_related("attachment"):
            keep_internal(row.attachment, by=by, at=at)
    verb = "recall_version" if version.is_recalled else "withdraw_version"
    _event(verb, version, by=by, at=at, reason=reason.strip())
    log_withdrawal(version, at=at)
    return version
