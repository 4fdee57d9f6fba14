"""How `verify_log` reads the rows behind the leaves about notices."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from audit.enums import LeafKind
from audit.log.sources import Row, register
from audit.models import Leaf
from disclosure import records
from disclosure.models import NoticeAttachment, NoticeVersion, Redaction

AT_ONCE = 200  # versions, with their texts


def _versions(kind):
    """The public versions, those with a leaf of `kind` first, in the order of their leaves."""
    leaf = Leaf.objects.filter(subject=OuterRef("subject"), kind=kind).values("index")
    rows = NoticeVersion.objects.public().with_subject().annotate(leaf=Subquery(leaf))
    return rows.order_by("leaf", "pk").select_related("notice__unit", "redaction")


def _published(kind):
    def rows():
        versions = _versions(kind).prefetch_related("attachments__attachment__withheld")
        numbered = {"number": 1} if kind == LeafKind.PUBLICATION else {"number__gt": 1}
        for version in versions.filter(**numbered).iterator(chunk_size=AT_ONCE):
            yield _published_row(version)

    return rows


def _redacted():
    versions = (
        _versions(LeafKind.REDACTION)
        .filter(redaction__isnull=False)
        .prefetch_related("attachments__attachment__withheld")
    )
    for version in versions.iterator(chunk_size=AT_ONCE):
        yield _published_row(version)


def _withdrawn():
    for version in _versions(LeafKind.WITHDRAWAL).filter(withdrawn_at__isnull=False).iterator(chunk_size=AT_ONCE):
        yield _row(version, records.withdrawal(version))


def _published_row(version):
    files = version.attachments.all()
    agree = records.files_agree(version, files) and not any(map(_is_withheld_by_nobody, files))
    return _row(version, records.publication(version, files) if agree else None)


def _is_withheld_by_nobody(row):
    """Whether a file is withheld by a redaction of another version that did not take this content away."""
    leaf = row.attachment.withheld
    if leaf is None:
        return False
    _notice, pk, number = leaf.subject.split("/")
    taken = NoticeAttachment.objects.filter(attachment__sha256=row.attachment.sha256).values("pk")
    redactions = Redaction.objects.filter(version__notice=pk, version__number=number, agreed=True)
    return not redactions.filter(files__overlap=ArraySubquery(taken)).exists()


def _row(version, content):
    notice = version.notice
    return Row(records.subject_of(version), content, notice.get_absolute_url(), notice.unit_id, notice.short_number)


def register_sources():
    """Tell `verify_log` of notices."""
    for kind in records.PUBLISHED_KINDS:
        register(kind, _published(kind))
    register(LeafKind.WITHDRAWAL, _withdrawn)
    register(LeafKind.REDACTION, _redacted)
