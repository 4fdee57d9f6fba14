"""What disclosure writes into the public log: in the transaction of the publication, as its last lock."""

from django.db.models import Exists, OuterRef

from audit.actions import Entry, append_leaves
from audit.enums import Audience, LeafKind
from audit.models import Leaf
from disclosure import records
from disclosure.models import NoticeVersion


def log_publication(version, *, at):
    """Log a version that was just signed, unless it is for the Party organisation only."""
    if version.notice.audience == Audience.PUBLIC:
        append_leaves([_published(version, version.attachments.select_related("attachment"), at)])


def log_withdrawal(version, *, at):
    """Log that a published version was withdrawn."""
    if version.notice.audience == Audience.PUBLIC:
        append_leaves([_withdrawn(version, at)])


def log_redaction(version, *, at):
    """Log that a masked text took the place of a version's, and return the leaf; the original's salt goes with it."""
    content = records.publication(version, version.attachments.select_related("attachment"))
    return append_leaves([_entry(LeafKind.REDACTION, version, content, at)])[0]


def unlogged_publications(at):
    """What was published before there was a log: (moment, Entry as of `at`), oldest first."""
    rows = (
        _without_leaf(records.PUBLISHED_KINDS).order_by("signed_at", "pk").prefetch_related("attachments__attachment")
    )
    for version in rows.iterator(chunk_size=2000):
        yield version.signed_at, _published(version, version.attachments.all(), at)


def unlogged_withdrawals(at):
    """What was withdrawn before there was a log, likewise."""
    rows = _without_leaf([LeafKind.WITHDRAWAL]).filter(withdrawn_at__isnull=False).order_by("withdrawn_at", "pk")
    for version in rows.iterator(chunk_size=2000):
        yield version.withdrawn_at, _withdrawn(version, at)


def _without_leaf(kinds):
    leaves = Leaf.objects.filter(subject=OuterRef("subject"), kind__in=kinds)
    return (
        NoticeVersion.objects.public()
        .with_subject()
        .filter(~Exists(leaves))
        .select_related("notice__unit", "redaction")
    )


def _published(version, files, at):
    return _entry(records.kind_of(version), version, records.publication(version, files), at)


def _withdrawn(version, at):
    return _entry(LeafKind.WITHDRAWAL, version, records.withdrawal(version), at)


def _entry(kind, version, content, at):
    notice = version.notice
    return Entry(kind, records.subject_of(version), notice.unit.path, notice.number, version.number, content, at)
