"""The tree of units and the bodies that stand at them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused
from orgs.models import Body, OrgUnit, Term
from orgs.offices import kinds_at
from orgs.permissions import require_administration
from orgs.powers import Power
from orgs.rules import close_refusal, kind_refusal, move_refusal, parent_refusal


@dataclass(frozen=True)
class Move:
    """What moving a unit would change. `reason` says why it is refused, or is None."""

    unit: OrgUnit
    parent: OrgUnit
    reason: str | None
    units: int
    bodies: int
    running_terms: int
    old_place: list
    new_place: list


@dataclass(frozen=True)
class Closing:
    """What stands in the way of closing a unit, and the bodies that would be dissolved with it."""

    unit: OrgUnit
    reason: str | None
    children: list
    terms: list
    bodies: list


def _plain(value):
    return value if isinstance(value, str | int | bool | None) else str(value)


def _save_changes(row, facts):
    """Write the columns of `facts` that differ and return {column: [old, new]} for the record."""
    changes = {}
    for column, value in facts.items():
        old = getattr(row, column)
        if old != value:
            changes[column] = [_plain(old), _plain(value)]
            setattr(row, column, value)
    if changes:
        row.save(update_fields=list(changes))
    return changes


@transaction.atomic
def open_unit(*, unit, by, at):
    """Add the unsaved `unit` to the tree. Needs `manage_units` above it; a root is for a superuser alone."""
    require_administration(by, Power.MANAGE_UNITS, unit.parent.path if unit.parent else "/", at=at)
    if unit.parent and (reason := parent_refusal(unit, unit.parent, timezone.localdate(at))):
        raise Refused(reason)
    unit.save(force_insert=True)
    record(by=by, verb="unit_opened", obj=unit, at=at, path=unit.path, data={"code": unit.code})
    return unit


@transaction.atomic
def change_unit(*, unit, facts, by, at):
    """Change names, kind and facts of a unit; never its code, level or place in the tree.

    A community with records becomes no village, nor the other way round.
    """
    unit = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    require_administration(by, Power.MANAGE_UNITS, unit.path, at=at)
    if fixed := {"code", "level", "parent", "path", "closed_on"} & set(facts):
        raise Refused(_("These are not changed here: %(columns)s.") % {"columns": ", ".join(sorted(fixed))})
    has_records = OrgUnit.objects.with_records().get(pk=unit.pk).has_records
    if reason := kind_refusal(unit, facts.get("kind", unit.kind), has_records):
        raise Refused(reason)
    if changes := _save_changes(unit, facts):
        record(by=by, verb="unit_changed", obj=unit, at=at, path=unit.path, data=changes)
    return unit


def preview_move(unit, parent, *, on):
    """What moving `unit` below `parent` would change. Five queries, nothing is written."""
    subtree = OrgUnit.objects.within(unit)
    return Move(
        unit=unit,
        parent=parent,
        reason=move_refusal(unit, parent, on),
        units=subtree.count(),
        bodies=Body.objects.filter(unit__in=subtree, dissolved_on=None).count(),
        running_terms=Term.objects.filter(body__unit__in=subtree).running_on(on).count(),
        old_place=list(OrgUnit.objects.ancestors_of(unit)),
        new_place=[*OrgUnit.objects.ancestors_of(parent), parent],
    )


@transaction.atomic
def move_unit(*, unit, parent, by, at):
    """Move a unit with everything below it. The database rewrites the paths of the subtree in one UPDATE.

    Needs `manage_units` at the old and at the new place. Refuses cycles, wrong levels and closed units.
    """
    # Always in the same order, so that two moves cannot wait for each other.
    locked = {
        row.pk: row for row in OrgUnit.objects.select_for_update().filter(pk__in=[unit.pk, parent.pk]).order_by("pk")
    }
    unit, parent = locked[unit.pk], locked[parent.pk]
    require_administration(by, Power.MANAGE_UNITS, unit.path, at=at)
    require_administration(by, Power.MANAGE_UNITS, parent.path, at=at)
    if reason := move_refusal(unit, parent, timezone.localdate(at)):
        raise Refused(reason)
    old = unit.path
    number = OrgUnit.objects.within(unit).count()
    unit.parent = parent
    unit.save(update_fields=["parent"])
    unit.refresh_from_db(fields=["path"])
    record(
        by=by,
        verb="unit_moved",
        obj=unit,
        at=at,
        path=unit.path,
        data={"from": old, "to": unit.path, "units": number},
    )
    return unit


def preview_close(unit, *, on):
    """What stands in the way of closing `unit` on the day `on`. Three queries, nothing is written."""
    children = list(unit.children.open_on(on)[:100])
    terms = list(
        Term.objects.filter(body__unit=unit).running_on(on).select_related("person", "body").order_by("body", "id")
    )
    bodies = list(unit.bodies.filter(dissolved_on=None))
    return Closing(unit, close_refusal(unit, len(children), len(terms), on), children, terms, bodies)


@transaction.atomic
def close_unit(*, unit, by, at):
    """Close a unit from today on and dissolve its bodies. Refuses while units below are open or terms run."""
    on = timezone.localdate(at)
    unit = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    require_administration(by, Power.MANAGE_UNITS, unit.path, at=at)
    closing = preview_close(unit, on=on)
    if closing.reason:
        raise Refused(closing.reason)
    for body in closing.bodies:
        dissolve_body(body=body, on=on, by=by, at=at, power=Power.MANAGE_UNITS)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    record(by=by, verb="unit_closed", obj=unit, at=at, path=unit.path)
    return unit


@transaction.atomic
def establish_body(*, body, by, at):
    """Add the unsaved `body` at its unit."""
    require_administration(by, Power.MANAGE_TERMS, body.unit.path, at=at)
    if body.kind not in {row.key for row in kinds_at(body.unit.level, body.unit.kind)}:
        raise Refused(_("There is no %(body)s at a unit of this kind.") % {"body": body.row.title})
    if not body.unit.is_open_on(timezone.localdate(at)):
        raise Refused(_("%(parent)s is closed.") % {"parent": body.unit})
    body.save(force_insert=True)
    record(by=by, verb="body_established", obj=body, at=at, path=body.unit.path, data={"kind": body.kind})
    return body


@transaction.atomic
def change_body(*, body, facts, by, at):
    """Change the name of a body or the day it was established."""
    body = Body.objects.select_for_update(of=("self",)).select_related("unit").get(pk=body.pk)
    require_administration(by, Power.MANAGE_TERMS, body.unit.path, at=at)
    if changes := _save_changes(body, facts):
        record(by=by, verb="body_changed", obj=body, at=at, path=body.unit.path, data=changes)
    return body


@transaction.atomic
def dissolve_body(*, body, on, by, at, power=Power.MANAGE_TERMS):
    """The body exists until the day before `on`. Refuses while terms run on that day or later."""
    body = Body.objects.select_for_update(of=("self",)).select_related("unit").get(pk=body.pk)
    require_administration(by, power, body.unit.path, at=at)
    if body.dissolved_on:
        raise Refused(_("%(body)s is dissolved already.") % {"body": body})
    if on < body.established_on:
        raise Refused(_("%(body)s was established later.") % {"body": body})
    lasting = body.terms.exclude(ended_on__lte=on).count()
    if lasting:
        raise Refused(_("%(number)s terms still run; end them first.") % {"number": lasting})
    body.dissolved_on = on
    body.save(update_fields=["dissolved_on"])
    record(by=by, verb="body_dissolved", obj=body, at=at, path=body.unit.path, data={"on": str(on)})
    return body
