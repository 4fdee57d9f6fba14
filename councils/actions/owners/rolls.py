"""Rolls of owners and what the owners adopted about those who return no ballot."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import actions as audit
from audit.errors import Mistaken, Refused
from councils.actions.common import already_done, today
from councils.enums import SilentKind
from councils.models import AdoptedRule, OwnerHead, OwnerRoll, PropertyUnit
from councils.owner_roll import gather
from councils.permissions import require_at
from orgs.models import OrgUnit
from orgs.powers import Power


@transaction.atomic
def import_roll(*, by, at, unit, as_of, basis, doors, token):
    """Write a new provisional version of the roll of `unit` from `doors` (`owner_roll.Door`), all or nothing.

    Raises Mistaken when the doors contradict each other. Needs `run_meetings` at the compound.
    """
    require_at(by, Power.RUN_MEETINGS, unit, today(at))
    if OwnerRoll.objects.filter(token=token).exists():
        raise already_done()
    if as_of > today(at):
        raise Mistaken({"as_of": _("The roll says who owned on a day that has come.")})
    if not basis.strip():
        raise Mistaken({"basis": _("Say which register the roll is taken from.")})
    reading = gather(doors)
    if reading.problems:
        raise Mistaken({"file": "; ".join(f"{row}: {reason}" for row, reason in reading.problems[:5])})
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    last = OwnerRoll.objects.filter(unit=unit).order_by("-number").first()
    try:
        with transaction.atomic():
            roll = OwnerRoll.objects.create(
                unit=unit,
                number=last.number + 1 if last else 1,
                as_of=as_of,
                basis=basis.strip(),
                heads=len(reading.heads),
                doors=len(reading.doors),
                area=reading.area,
                token=token,
                created_by=by,
                created_at=at,
            )
    except IntegrityError as error:
        if "owner_roll_number_once" in str(error) or "token" in str(error):
            raise already_done() from error
        raise
    heads = OwnerHead.objects.bulk_create(
        OwnerHead(roll=roll, number=number, kind=head.kind, names=head.names, code=head.code)
        for number, head in enumerate(reading.heads, 1)
    )
    PropertyUnit.objects.bulk_create(
        PropertyUnit(roll=roll, head=row, building=door.building, door=door.door, area=door.area, source=door.source)
        for row, head in zip(heads, reading.heads, strict=True)
        for door in head.doors
    )
    _record(by, "import_owner_roll", at, roll, heads=roll.heads, doors=roll.doors, area=roll.area)
    return roll


@transaction.atomic
def discard_roll(*, by, at, roll):
    """Throw a provisional roll away. Refused once an assembly votes by it. Needs `run_meetings` at the compound."""
    roll = OwnerRoll.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=roll.pk).first()
    if roll is None:
        raise already_done()
    require_at(by, Power.RUN_MEETINGS, roll.unit, today(at))
    if roll.fixed_at:
        raise Refused(_("An assembly votes by this roll; it stands."))
    _record(by, "discard_owner_roll", at, roll, url=reverse("owners_desk", args=[roll.unit_id]))
    roll.units.all().delete()
    roll.owners.all().delete()
    roll.delete()


def note_roll_read(*, by, at, roll, what="read_owner_roll"):
    """Write down that somebody looked at names and doors: views of personal data are events too."""
    _record(by, what, at, roll)


def _record(by, verb, at, roll, *, url=None, **data):
    audit.record(
        by=by, verb=verb, at=at, label=f"{roll.unit} {roll}", url=url or roll.get_absolute_url(), path=roll.unit.path,
        data=data,
    )  # fmt: skip


@transaction.atomic
def adopt_rule(*, by, at, unit, kind, adopted_on, document, signed_only=True):
    """Record what the owners adopted about those who return no ballot; it stands until it is ended.

    Needs `confirm_records` at the compound.
    """
    require_at(by, Power.CONFIRM_RECORDS, unit, today(at))
    if adopted_on > today(at):
        raise Mistaken({"adopted_on": _("This day has not come yet.")})
    if not document.strip():
        raise Mistaken({"document": _("Name the resolution or the document, with its article.")})
    try:
        with transaction.atomic():
            rule = AdoptedRule.objects.create(
                unit=unit,
                kind=SilentKind(kind).value,
                signed_only=signed_only,
                adopted_on=adopted_on,
                document=document.strip(),
                recorded_by=by,
                recorded_at=at,
            )
    except IntegrityError as error:
        if "adopted_rule_one_in_force" in str(error):
            raise Refused(_("A rule is in force already; end it first.")) from error
        raise
    audit.record(
        by=by, verb="adopt_silent_rule", at=at, label=f"{unit} {rule.document}", path=unit.path,
        url=reverse("owners_desk", args=[unit.pk]), data={"kind": rule.kind, "adopted_on": adopted_on.isoformat()},
    )  # fmt: skip
    return rule


@transaction.atomic
def end_rule(*, by, at, rule):
    """The adopted rule is no longer in force from today. Counts that used it stand. Needs `confirm_records`."""
    rule = AdoptedRule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=rule.pk)
    require_at(by, Power.CONFIRM_RECORDS, rule.unit, today(at))
    if rule.ended_on:
        raise already_done()
    rule.ended_on = today(at)
    rule.save(update_fields=["ended_on"])
    audit.record(
        by=by, verb="end_silent_rule", at=at, label=f"{rule.unit} {rule.document}", path=rule.unit.path,
        url=reverse("owners_desk", args=[rule.unit_id]),
    )  # fmt: skip
    return rule
