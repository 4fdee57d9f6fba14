"""Masking what must go from a published version by law: one person asks, another agrees, both with their names."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import drop_made, keep_internal, record, withhold_file
from audit.enums import Audience
from audit.models import WITHHELD, Attachment
from audit.reasons import why_no_reason
from disclosure import permissions
from disclosure.actions.common import (
    decide,
    lock_person,
    lock_version,
    refuse_personal_data,
    refuse_public_reason,
    today,
    void_draft,
)
from disclosure.actions.log import log_redaction
from disclosure.models import FileScan, Redaction
from disclosure.named import residents_in
from disclosure.redaction import mask_words
from disclosure.sealed import sealed_words
from disclosure.sharing import made_for
from disclosure.text import clean
from orgs.permissions import PowerMissing, body_of


@transaction.atomic
def ask_redaction(*, version, title, text, reason, by, at, files=()):
    """Ask that `title` and `text` take the place of a published version's, for a `reason` that everyone will read.

    `files` are the ids of those of its NoticeAttachments that must go. By who may sign notices of the board.
    Nothing changes before another person agrees.
    """
    version, person = lock_version(version), lock_person(by)
    _require(permissions.missing_power("withdraw", version.notice, by, today(at)))
    decide(permissions.may_ask_redaction(version), stale=True)
    title, text, reason = title.strip(), clean(text).strip(), reason.strip()
    decide(None if title and text else _("Write the masked title and text."))
    decide(why_no_reason(reason))
    files = sorted(version.attachments.filter(pk__in=files).values_list("pk", flat=True))
    decide(permissions.may_mask(version, title, text, files))
    refuse_personal_data(version.notice.unit, title, text)
    refuse_public_reason(version.notice, reason)
    words = permissions.words_hidden(version, title, text)
    decide(permissions.may_say(words, reason))
    power = permissions.power_for("withdraw", version.notice)
    redaction = Redaction.objects.create(
        version=version,
        title=title,
        text=text,
        reason=reason,
        files=files,
        hidden=sealed_words(words),
        asked_by=person,
        asked_for=body_of(by, power, version.notice.unit.path, on=today(at)),
        asked_at=at,
    )
    _event("ask_redaction", version, by=by, at=at)
    return redaction


@transaction.atomic
def agree_redaction(*, version, by, at):
    """Let the masked text take the place of the original, for good, and withhold the files; the log says so.

    By another person. Needs `review_notices` at the unit, or `oversee`.
    """
    version, person, redaction = _decided(version, by=by, at=at, agreed=True)
    decide(permissions.may_mask(version, redaction.title, redaction.text, redaction.files))
    words = permissions.words_hidden(version, redaction.title, redaction.text)
    decide(permissions.may_say(words, redaction.reason))
    _mask_draft(version.notice, person, at, words)
    version.redaction = redaction
    version.title, version.text, version.published_text = redaction.title, redaction.text, redaction.text
    version.named = residents_in(version)
    version.save(update_fields=["redaction", "title", "text", "published_text", "named"])
    version.attachments.filter(pk__in=redaction.files).update(label=WITHHELD)
    _event("agree_redaction", version, by=by, at=at, reason=redaction.reason, files=redaction.files)
    shown = version.notice.postings.filter(photo__audience=Audience.PUBLIC).values("photo")
    for photo in Attachment.objects.filter(pk__in=shown):  # of the paper that says what is masked now
        keep_internal(photo, by=by, at=at)
    leaf = log_redaction(version, at=at)
    for row in version.attachments.filter(pk__in=redaction.files).select_related("attachment"):
        withhold_file(row.attachment, leaf=leaf, by=by, at=at)
        FileScan.objects.filter(sha256=row.attachment.sha256).delete()
    transaction.on_commit(partial(drop_made, made_for(version.notice.unit)), robust=True)
    return version


@transaction.atomic
def decline_redaction(*, version, by, at):
    """Leave the version as it is. By another person than who asked."""
    version, _person, _redaction = _decided(version, by=by, at=at, agreed=False)
    _event("decline_redaction", version, by=by, at=at)
    return version


# What of a draft is masked, and how many characters each may have.
_MASKED_IN = {"title": 120, "text": None, "correction_reason": 300}


def _mask_draft(notice, person, at, words):
    """Mask the same `words` in the open draft of the notice, which is returned: they would come back with it."""
    said = _(
        "Parts of the published version were masked by law meanwhile; the same words are masked here too. "
        "Read the draft again, then submit it again."
    )
    if (draft := notice.draft) is not None:
        masked = {name: mask_words(getattr(draft, name), words)[:most] for name, most in _MASKED_IN.items()}
        void_draft(notice, person, at, said, **masked)


def _decided(version, *, by, at, agreed):
    version, person = lock_version(version), lock_person(by)
    _require(permissions.missing_redaction_power(version.notice, by, today(at)))
    waiting = version.redactions.filter(decided_at=None).first()
    decide(None if waiting else _("Nobody waits for this decision any more."), stale=True)
    decide(permissions.may_decide_redaction(waiting, person))
    power = permissions.redacting_power(version.notice, by, today(at))
    waiting.agreed, waiting.decided_by, waiting.decided_at = agreed, person, at
    waiting.decided_for = body_of(by, power, version.notice.unit.path, on=today(at))
    waiting.save(update_fields=["agreed", "decided_by", "decided_for", "decided_at"])
    return version, person, waiting


def _require(reason):
    if reason:
        raise PowerMissing(reason)


def _event(verb, version, *, by, at, **data):
    """Record it without a word of the text or the title."""
    notice = version.notice
    data = {"notice": notice.pk, "version": version.number, **data}
    record(by=by, verb=verb, at=at, label=notice.number, url=notice.desk_url, path=notice.unit.path, data=data)
