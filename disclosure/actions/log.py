"""What disclosure writes into the public log: in the transaction of the publication, as its last lock."""

from audit.actions import append_leaf
from audit.enums import Audience, LeafKind
from disclosure import records


def log_publication(version, *, at):
    """Log a version that was just signed, unless it is for the Party organisation only."""
    files = version.attachments.select_related("attachment")
    kind = LeafKind.CORRECTION if version.number > 1 else LeafKind.PUBLICATION
    _log(kind, version, records.publication(version, files), at=at)


def log_withdrawal(version, *, at):
    """Log that a published version was withdrawn."""
    _log(LeafKind.WITHDRAWAL, version, records.withdrawal(version), at=at)


def _log(kind, version, content, *, at):
    notice = version.notice
    if notice.audience != Audience.PUBLIC:
        return
    append_leaf(
        kind=kind,
        subject=records.subject_of(version),
        unit_path=notice.unit.path,
        number=notice.number,
        version=version.number,
        content=content,
        at=at,
    )
