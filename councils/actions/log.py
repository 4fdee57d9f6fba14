"""What councils write into the public log: resolutions, in the transaction of their confirmation, as its last lock."""

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from audit.actions import append_leaf
from audit.enums import LeafKind
from audit.models import Leaf
from councils.models import Resolution
from councils.records import resolution_content, subject_of


def log_resolutions(matters, *, at):
    """Log the resolutions of `matters` that the transaction made. Call it when nothing else is locked any more."""
    subject = Concat(Value("resolution/"), Cast(OuterRef("pk"), TextField()))
    there = Leaf.objects.filter(kind=LeafKind.RESOLUTION, subject=subject)
    new = Resolution.objects.filter(~Exists(there), matter__in=matters).order_by("pk")
    for resolution in new.select_related("vote__item__matter__unit"):
        append_leaf(
            kind=LeafKind.RESOLUTION,
            subject=subject_of(resolution),
            unit_path=resolution.vote.item.matter.unit.path,
            number=resolution.number,
            version=1,
            content=resolution_content(resolution, resolution.vote.item.step_row.is_public),
            at=at,
        )
