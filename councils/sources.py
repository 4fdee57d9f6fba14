"""How `verify_log` reads the rows behind the leaves about resolutions."""

from audit.enums import LeafKind
from audit.log.sources import Row, register
from councils.models import Resolution
from councils.records import content_of, subject_of


def _resolved():
    rows = Resolution.objects.with_leaf().order_by("leaf_index", "pk").select_related("vote__item__matter__unit")
    for resolution in rows.iterator(chunk_size=200):
        matter = resolution.vote.item.matter
        yield Row(subject_of(resolution), content_of(resolution), matter.get_absolute_url(), matter.unit_id)


def register_sources():
    """Tell `verify_log` of resolutions."""
    register(LeafKind.RESOLUTION, _resolved)
