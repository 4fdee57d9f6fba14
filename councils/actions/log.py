"""What councils write into the public log: resolutions, in the transaction of their confirmation, as its last lock."""

from audit.actions import Entry, append_leaves
from audit.enums import LeafKind
from councils.models import Resolution
from councils.records import content_of, subject_of


def log_resolutions(matters, *, at):
    """Log the resolutions of `matters` that the transaction made. Call it when nothing else is locked any more."""
    if entries := [entry for _moment, entry in unlogged_resolutions(at, matter__in=matters)]:
        append_leaves(entries)


def unlogged_resolutions(at, **condition):
    """The resolutions without a leaf: (moment, Entry as of `at`), oldest first."""
    rows = Resolution.objects.with_leaf().filter(leaf_index=None, **condition).order_by("vote__recorded_at", "pk")
    for resolution in rows.select_related("vote__item__matter__unit"):
        path = resolution.vote.item.matter.unit.path
        content = content_of(resolution)
        entry = Entry(LeafKind.RESOLUTION, subject_of(resolution), path, resolution.number, 1, content, at)
        yield resolution.vote.recorded_at, entry
