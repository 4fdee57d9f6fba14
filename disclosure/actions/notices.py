"""Draft → review → signature → correction or withdrawal."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import keep_internal, publish_file
from audit.enums import Audience
from audit.errors import Refused
from audit.reasons import why_no_reason
from disclosure import clocks, closing, permissions
from disclosure.actions.common import (
    PROGRESS,
    check_seen,
    decide,
    event,
    lock_notice,
    lock_person,
    lock_version,
    refuse_public_reason,
    refuse_repeated,
    refuse_unguarded,
    reopen,
    require,
    today,
    void_draft,
)
from disclosure.actions.log import log_publication, log_withdrawal
from disclosure.actions.reviews import answer_objection_to
from disclosure.catalogue import ITEMS
from disclosure.enums import Stage
from disclosure.guard import look_at, refused_list, scan_file
from disclosure.models import CatalogueChange, Notice, NoticeAttachment, NoticeVersion
from disclosure.named import names_people, residents_in
from disclosure.numbers import next_serial
from disclosure.text import clean


def _add_files(version, attachments):
    for entry in attachments:
        attachment, label = entry if isinstance(entry, tuple) else (entry, entry.name)
        _check_audience(version.notice, attachment)
        scan_file(attachment)
        NoticeAttachment.objects.create(version=version, attachment=attachment, label=label[:120])


def _check_audience(notice, attachment):
    """A public notice must not promise a file of the Party organisation."""
    if notice.audience == Audience.PUBLIC and attachment.audience == Audience.PARTY:
        raise Refused(_("Files of the Party organisation are not published."))


# Kept with a later version in the place of a reason, where nobody could read an earlier one.
DRAFTED_ANEW = "公布前撤回，重新起草。"

_SUBJECT = ("unit", "board", "item", "item_title", "period_first", "period_last", "issuer", "audience")


def _disclose(notice, *, item, unit, issuer, period, at):
    """Let `notice` be about this; returns the row of the catalogue. Raises Refused for what does not fit together."""
    row = CatalogueChange.objects.kept(unit, today(at)).get(item)
    if row is None:
        raise Refused(_("This item does not belong to this board."))
    if issuer.unit_id != unit.pk:
        raise Refused(_("The issuer must be a body of the unit."))
    decide(permissions.fits_item(period, row) or permissions.fits_issuer(issuer, row))
    notice.unit, notice.board, notice.item, notice.issuer = unit, row.board, item, issuer
    notice.item_title = "" if item in ITEMS else row.title
    notice.period_first, notice.period_last = (period.first, period.last) if period else (None, None)
    notice.audience = row.audience
    return row


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
    notice = Notice(source_label=source_label, source_url=source_url)
    row = _disclose(notice, item=item, unit=unit, issuer=issuer, period=period, at=at)
    if row.board != board:
        raise Refused(_("This item does not belong to this board."))
    require("edit", notice, by=by, at=at)
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
    refuse_repeated(same)
    notice.save()
    version = NoticeVersion.objects.create(
        notice=notice,
        title=title,
        text=text,
        display_days=days,
        min_display_days=row.min_display,
        window_days=min(clocks.WINDOW_DAYS if window_days is None else window_days, days),
        review_required=permissions.needs_check(notice),
        drafted_by=person,
        drafted_at=at,
        authors=[person.pk],
    )
    _add_files(version, attachments)
    event("draft_notice", version, by=by, at=at)
    return version


@transaction.atomic
def edit_draft(*, version, title, text, by, at, display_days=None, window_days=None, subject=None, seen=None):
    """Change a draft. A review falls away with the text it was given to; `by` becomes one of its authors.

    `subject`: (key of the item, issuer, period), when what it is about may change too. `seen` is the `revision` that
    the editor saw.
    """
    version = lock_version(version)
    person = lock_person(by)
    require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    check_seen(version, seen)
    notice = version.notice
    if subject not in (None, (notice.item, notice.issuer, notice.period)):
        _change_subject(version, *subject, by=by, at=at)
    days = version.display_days if display_days is None else display_days
    decide(permissions.display_long_enough(days, version.min_display_days))
    version.title, version.text, version.display_days = title, clean(text), days
    version.window_days = min(version.window_days if window_days is None else window_days, days)
    _changed(version, person, *_TEXT)
    event("edit_draft", version, by=by, at=at, revision=version.revision)
    return version


_TEXT = ("title", "text", "display_days", "window_days", "min_display_days", "review_required")


def _change_subject(version, item, issuer, period, *, by, at):
    """Let a draft that nobody else has seen be about something else: as if it were drafted so. Called locked."""
    notice = version.notice
    decide(permissions.may_change_subject(version))
    before = notice.unit, notice.audience
    row = _disclose(notice, item=item, unit=issuer.unit, issuer=issuer, period=period, at=at)
    moved = before != (notice.unit, notice.audience) and version.attachments.exists()
    decide(_("Other people may read its files then. Remove the files first and add them again.") if moved else None)
    require("edit", notice, by=by, at=at)
    notice.save(update_fields=_SUBJECT)
    version.min_display_days, version.review_required = row.min_display, permissions.needs_check(notice)


_SIGNATURE = (
    *("signed_by", "signed_at", "published_on", "displayed_until", "window_until", "published_text", "named"),
    *("unit_code", "unit_name", "issuer_name", "signer_name", "reviewer_name", "review_body_name"),
)


def _changed(version, person, *fields):
    """Save a changed draft: `person` is among its authors from now on, and it must be submitted again."""
    reopen(version)
    version.revision += 1
    if person.pk not in version.authors:
        version.authors.append(person.pk)
    version.save(update_fields=[*fields, *PROGRESS, "revision", "authors"])


@transaction.atomic
def attach(*, version, attachment, label, by, at):
    """Add a file to a draft; like any change of the draft it needs a new review."""
    version = lock_version(version)
    require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    _add_files(version, [(attachment, label or attachment.name)])
    _changed(version, lock_person(by))
    event("attach_to_draft", version, by=by, at=at, attachment=attachment.pk)
    return version


@transaction.atomic
def detach(*, version, attachment, by, at):
    """Take a file off a draft; the file itself stays in the store."""
    version = lock_version(version)
    require("edit", version.notice, by=by, at=at)
    decide(permissions.may_edit(version), stale=True)
    gone, _rows = version.attachments.filter(attachment=attachment).delete()
    decide(None if gone else _("This file is not attached any more."), stale=True)
    _changed(version, lock_person(by))
    event("detach_from_draft", version, by=by, at=at, attachment=attachment.pk)
    return version


@transaction.atomic
def discard_draft(*, version, by, at):
    """Throw a draft away that was never submitted, or came back. What was published of the notice stays."""
    version = lock_version(version)
    require("edit", version.notice, by=by, at=at)
    decide(permissions.may_discard(version), stale=True)
    event("discard_draft", version, by=by, at=at, title=version.title)
    version.attachments.all().delete()
    version.opinions.all().delete()
    version.delete()
    if version.notice.serial is None:
        version.notice.delete()


@transaction.atomic
def submit_draft(*, version, by, at, answer="", seen=None):
    """Hand a draft in: to be checked where its class asks for it, else for the signature.

    After an objection the text is another one, or `answer` says why it stays. What was said before a return counts no
    more: a new round begins, even with the same text. Numbers that nobody can let through stay with the drafter.
    """
    version = lock_version(version)
    require("submit", version.notice, by=by, at=at)
    done = version.stage_of_draft not in (Stage.DRAFT, Stage.RETURNED)
    decide(permissions.may_submit(version, today(at)), stale=done)
    decide(refused_list(version))
    check_seen(version, seen)
    decide(permissions.may_hand_in(look_at(version)))
    answer_objection_to(version, lock_person(by), at, answer)
    version.revision += version.stage_of_draft == Stage.RETURNED
    reopen(version)
    version.submitted_at = at
    version.save(update_fields=[*PROGRESS, "revision"])
    event("submit_draft", version, by=by, at=at, **({"answer": answer.strip()} if answer.strip() else {}))
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
    require("sign", notice, by=by, at=at)
    check_seen(version, seen)
    decide(permissions.may_sign(version, person, today(at)), stale=version.is_signed)
    published_on = publish_on or today(at)
    decide(permissions.may_publish_on(version, published_on, today(at)))
    refuse_unguarded(version, person)
    if notice.serial is None:
        notice.year = published_on.year
        notice.serial = next_serial(notice.unit, notice.board, notice.year)
        notice.number = f"{notice.prefix}〔{notice.year}〕{notice.serial}号"
        notice.save(update_fields=["year", "serial", "number"])
    version.signed_by, version.signed_at, version.published_on = person, at, published_on
    if notice.audience == Audience.PUBLIC:
        _publish_files(version, by=by, at=at, on=publish_on)
    facts = version.facts(published_on)
    version.displayed_until = facts.display.last
    version.window_until = facts.window.last if facts.window else None
    version.published_text = closing.compose(version.text, facts)
    version.named = residents_in(version)
    unit = notice.unit
    version.unit_code, version.unit_name, version.issuer_name = unit.code, unit.name, notice.issuer.name
    version.signer_name = person.name
    version.reviewer_name = version.reviewed_by.name if version.reviewed_by else ""
    version.review_body_name = version.review_body.name if version.review_body else ""
    version.save(update_fields=list(_SIGNATURE))
    event("sign_notice", version, by=by, at=at, number=notice.number, published_on=published_on.isoformat())
    log_publication(version, at=at)
    return version


def _publish_files(version, *, by, at, on):
    """Open the files of a version to everyone, from the day `on` if it is given, and keep which go with the display."""
    files = list(version.attachments.select_related("attachment"))
    with_display = names_people(version, files)
    for row in files:
        row.names_people = with_display[row.pk]
        row.attachment = publish_file(row.attachment, by=by, at=at, on=on)
        row.save(update_fields=["attachment", "names_people"])


@transaction.atomic
def correct_notice(*, notice, title, text, by, at, reason="", display_days=None, window_days=None, seen=None):
    """Begin a new version of a published notice, with the files of the old one. Its signature restarts both clocks.

    Everyone reads the `reason`; what was recalled before its day and is drafted anew corrects nothing and has none.
    `seen` is the `mark` of the version that the writer saw: what was masked meanwhile does not come back.
    """
    notice = lock_notice(notice.pk)
    person = lock_person(by)
    require("correct", notice, by=by, at=at)
    decide(permissions.may_correct(notice, today(at)), stale=notice.draft is not None)
    old = notice.current
    reason = DRAFTED_ANEW if old.is_recalled else reason.strip()
    decide(why_no_reason(reason))
    refuse_public_reason(notice, reason)
    changed = _("The published version was changed meanwhile. Open the form again and begin with its present text.")
    decide(changed if seen and seen != old.mark else None, stale=True)
    days = old.display_days if display_days is None else display_days
    decide(permissions.display_long_enough(days, old.min_display_days))
    version = NoticeVersion.objects.create(
        notice=notice,
        number=notice.newest.number + 1,
        title=title,
        text=clean(text),
        correction_reason=reason,
        display_days=days,
        min_display_days=old.min_display_days,
        window_days=min(old.window_days if window_days is None else window_days, days),
        review_required=permissions.needs_check(notice),
        drafted_by=person,
        drafted_at=at,
        authors=[person.pk],
    )
    kept = old.attachments.filter(attachment__withheld=None).select_related("attachment")
    _add_files(version, [(row.attachment, row.label) for row in kept])
    if old.is_recalled:
        event("draft_notice", version, by=by, at=at)
    else:
        event("correct_notice", version, by=by, at=at, reason=reason)
    return version


@transaction.atomic
def withdraw_version(*, version, reason, by, at):
    """Take the published version off the board, with a reason that stays on its page.

    Before its day of publication it is recalled: nobody read it and nobody will; the number stays with the notice, for
    what is drafted anew.
    """
    version = lock_version(version)
    person = lock_person(by)
    require("withdraw", version.notice, by=by, at=at)
    decide(permissions.may_withdraw(version), stale=bool(version.withdrawn_at))
    decide(why_no_reason(reason))
    refuse_public_reason(version.notice, reason)
    version.withdrawn_by, version.withdrawn_at, version.withdrawn_reason = person, at, reason.strip()
    version.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    if version.is_recalled:
        for row in version.attachments.filter(attachment__public_from__isnull=False).select_related("attachment"):
            keep_internal(row.attachment, by=by, at=at)
    said = _(
        "The published version was withdrawn meanwhile. Decide whether it is still to be corrected, then submit again."
    )
    void_draft(version.notice, person, at, said)
    verb = "recall_version" if version.is_recalled else "withdraw_version"
    event(verb, version, by=by, at=at, reason=reason.strip())
    log_withdrawal(version, at=at)
    return version
