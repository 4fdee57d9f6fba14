"""How `verify_log` reads the rows behind the leaves about notices."""

from django.db.models import OuterRef, Subquery

from audit.enums import LeafKind
from audit.log.sources import Row, register
from audit.models import Leaf
from disclosure import records
from disclosure.models import NoticeVersion

AT_ONCE = 1000  # versions


def _versions(kind):
    """The public versions, those with a leaf of `kind` first, in the order of their leaves."""
    leaf = Leaf.objects.filter(subject=OuterRef("subject"), kind=kind).values("index")
    rows = NoticeVersion.objects.public().with_subject().annotate(leaf=Subquery(leaf))
    return rows.order_by("leaf", "pk").select_related("notice__unit", "redaction")


def _published(kind):
    def rows():
        versions = _versions(kind).prefetch_related("attachments__attachment")
        numbered = {"number": 1} if kind == LeafKind.PUBLICATION else {"number__gt": 1}
        for version in versions.filter(**numbered).iterator(chunk_size=AT_ONCE):
            yield _row(version, records.publication(version, version.attachments.all()))

    return rows


def _redacted():
    versions = _versions(LeafKind.REDACTION).filter(redaction__isnull=False).prefetch_related("attachments__attachment")
    for version in versions.iterator(chunk_size=AT_ONCE):
        yield _row(version, records.publication(version, version.attachments.all()))


def _withdrawn():
    for version in _versions(LeafKind.WITHDRAWAL).filter(withdrawn_at__isnull=False).iterator(chunk_size=AT_ONCE):
        yield _row(version, records.withdrawal(version))


def _row(version, content):
    return Row(records.subject_of(version), content, version.notice.get_absolute_url())


def register_sources():
    """Tell `verify_log` of notices."""
    for kind in records.PUBLISHED_KINDS:
        register(kind, _published(kind))
    register(LeafKind.WITHDRAWAL, _withdrawn)
    register(LeafKind.REDACTION, _redacted)
