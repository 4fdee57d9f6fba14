"""What the public log keeps a hash of (pure): the content of publications, withdrawals and redactions.

Contents are dicts of ASCII keys with texts, integers and lists of such dicts, so that everybody writes the same
canonical JSON (RFC 8785). They hold only what is public and never changes after the signature: a unit or a body that is
renamed later does not make an old record look touched. Days are written YYYY-MM-DD, an absent one is "";
moments are seconds since 1970.
"""

from audit.enums import LeafKind

PUBLISHED_KINDS = (LeafKind.PUBLICATION, LeafKind.CORRECTION)


def kind_of(version):
    """The kind of leaf that says a version was published."""
    return LeafKind.CORRECTION if version.number > 1 else LeafKind.PUBLICATION


def subject_of(version):
    """What names a published version in the log."""
    return f"notice/{version.notice_id}/{version.number}"


def _day(day):
    return day.isoformat() if day else ""


def publication(version, files):
    """The content of a signed `version` with its `files` (NoticeAttachments with their attachment, in any order).

    Of a redacted one the masked text, when and why, and which files are withheld: the content of its leaf of the
    redaction.
    """
    notice, redaction, more = version.notice, version.redaction, {}
    withheld = redaction.files if redaction else ()
    if redaction:
        more = {"redacted_at": int(redaction.decided_at.timestamp()), "redacted_for": redaction.reason}
    if version.signer_name:  # what was signed before its names were kept was logged without these
        more |= {
            "review_body": version.review_body_name,
            "reviewer": version.reviewer_name,
            "signer": version.signer_name,
            "source_url": notice.source_url,
        }
    return more | {
        "board": notice.board,
        "correction_reason": version.correction_reason,
        "displayed_until": _day(version.displayed_until),
        "files": [
            {"name": row.label, "sha256": row.attachment.sha256, "size": row.attachment.size}
            | ({"withheld": 1} if row.pk in withheld else {})
            for row in sorted(files, key=lambda row: row.pk)
        ],
        "issuer": version.issuer_name,
        "item": notice.item,
        "item_title": notice.item_title,
        "number": notice.number,
        "objections_until": _day(version.window_until),
        "period_first": _day(notice.period_first),
        "period_last": _day(notice.period_last),
        "published_on": _day(version.published_on),
        "source": notice.source_label,
        "text": version.published_text,
        "title": version.title,
        "unit": version.unit_code,
        "unit_name": version.unit_name,
        "version": version.number,
    }


def files_agree(version, files):
    """Whether exactly those `files` of a signed version are withheld that a redaction in the log takes away.

    The files know their attachment and the leaf that it is withheld by. Of another version's leaf its subject counts.
    """
    own = version.redaction.files if version.redaction else ()
    for row in files:
        leaf = row.attachment.withheld
        if leaf is None and row.pk in own:
            return False
        is_redacted = leaf is None or leaf.kind == LeafKind.REDACTION
        if not is_redacted or (leaf and leaf.subject == subject_of(version) and row.pk not in own):
            return False
    return True


def withdrawal(version):
    """The content of the withdrawal of `version`: which one, when and why."""
    return {
        "number": version.notice.number,
        "reason": version.withdrawn_reason,
        "unit": version.unit_code,
        "unit_name": version.unit_name,
        "version": version.number,
        "withdrawn_at": int(version.withdrawn_at.timestamp()),
    }
