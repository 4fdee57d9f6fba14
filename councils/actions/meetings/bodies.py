"""Which bodies may hold a step, as far as their own members decide it."""

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from councils.enums import MeetingOutcome, RollMode
from councils.models import Meeting
from councils.procedures import ASSEMBLY_OF, At, where, why_no_committee
from orgs.models import Body


def bodies_for(matter, steps, on):
    """{step key: the bodies that may hold it on the day `on`} of the deliberations `steps`, with their units.

    They stand where the procedure lets them; the usual kind and place come first. One query.
    """
    sittings = {step.key: _sittings(matter, step) for step in steps}
    own = matter.unit
    near = {
        At.HERE: Q(unit=own.pk),
        At.BELOW: Q(unit__path__gt=own.path, unit__path__lt=own.path[:-1] + "0"),
        At.ABOVE: Q(unit__in=own.ancestor_ids),
    }
    condition = Q(pk__in=[])
    for kind, at in {pair for pairs in sittings.values() for pair in pairs}:
        condition |= near[at] & Q(kind=kind)
    existing = (
        Body.objects.filter(condition, established_on__lte=on).select_related("unit").order_by("unit__path", "id")
    )
    found = [
        (body, (body.kind, where(own.path, body.unit.path)))
        for body in existing
        if body.dissolved_on is None or body.dissolved_on > on
    ]
    return {
        key: [body for pair in pairs for body, stands in found if stands == pair] for key, pairs in sittings.items()
    }


def _sittings(matter, step):
    """[(kind of body, where it stands)] that may hold `step` of `matter`."""
    return [(row.body, row.at) for row in step.sittings if not step.binding or row.body == matter.deciding_body]


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


def why_not_both(chair, recorder):
    """Why `chair` and `recorder` cannot be one person: each of the two signs the minutes (domain §9). None when not."""
    if chair is not None and chair == recorder:
        return _("Chair and recorder are two people.")
    return None


def chair_from_outside(meeting):
    """A remark when who chairs `meeting` is not on the roll of its body on that day; None otherwise.

    No refusal: a person of the street or the branch may preside where a rule says so, and a roll may be incomplete. A
    meeting of the Party organisation may be chaired by any of its members. Two queries at most.
    """
    body, chair = meeting.body, meeting.chair
    members = {seat.person.pk for seat in body.roll(meeting.held_on)} if chair else set()
    if not members or chair.pk in members:
        return None
    if body.is_party and Body.party_members([chair.pk], meeting.held_on):
        return None
    return _(
        "%(person)s, who chairs, is no member of the %(body)s. Please check, or say in the minutes why this person"
        " presides."
    ) % {"person": chair, "body": body.name}
