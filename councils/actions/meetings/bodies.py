"""Which bodies may hold a step, as far as their own members decide it."""

from django.db.models import OuterRef, Subquery

from councils.enums import MeetingOutcome, RollMode
from councils.models import Meeting
from councils.procedures import ASSEMBLY_OF, why_no_committee
from orgs.models import Body


def formal_members(committee, on):
    """How many formal members the branch of the Party body `committee` has on the day `on`; None when nobody knows.

    The register of terms may be incomplete, so the larger counts: the members registered, or the number of the last
    assembly that was counted. Three queries at most.
    """
    counted = Meeting.objects.filter(
        body=OuterRef("pk"), roll_mode=RollMode.COUNTED, roll_frozen_at__isnull=False, held_on__lte=on
    ).exclude(outcome=MeetingOutcome.CALLED_OFF)
    assembly = (
        Body.objects.filter(unit=committee.unit_id, kind=ASSEMBLY_OF[committee.kind])
        .annotate(counted=Subquery(counted.order_by("-held_on", "-id").values("entitled")[:1]))
        .first()
    )
    if assembly is None:
        return None
    registered = {seat.person.pk for seat in assembly.roll(on) if seat.votes}
    if registered:
        registered |= {seat.person.pk for seat in committee.roll(on) if seat.votes}
    return max(len(registered), assembly.counted or 0) or None


def why_not_by_committee(body, on):
    """Why the Party body `body` cannot hold a step on the day `on` because its branch is too small for a committee."""
    if body.kind not in ASSEMBLY_OF:
        return None
    return why_no_committee(body.kind, formal_members(body, on))
