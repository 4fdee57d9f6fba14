"""Which matters one meeting may take together."""

from django.db.models import Exists, OuterRef

from councils.models import AgendaItem, Matter
from councils.procedures import ENDED


def matters_beside(matter, step, on):
    """The other matters of the same unit that one meeting on the step `step` may take with `matter` on the day `on`.

    They wait for the same deliberation, no meeting is called for them, and a binding one is decided by the same body
    and rule. One query; the rows are `with_progress()`.
    """
    row = matter.procedure_row.step(step)
    called = AgendaItem.objects.filter(matter=OuterRef("pk"), step=step, round=OuterRef("round"), void=False)
    others = (
        Matter.objects.filter(~Exists(called), unit=matter.unit_id, registered_on__lte=on)
        .exclude(pk=matter.pk)
        .exclude(status__in=ENDED)
        .with_progress()
        .select_related("unit")
        .order_by("year", "serial")
    )
    return [
        other
        for other in others
        if other.why_closed(step, on) is None
        and other.procedure_row.step(step) == row
        and (not row.binding or _decided_like(other, matter))
    ]


def _decided_like(other, matter):
    return (other.deciding_body, other.rule_key) == (matter.deciding_body, matter.rule_key)
