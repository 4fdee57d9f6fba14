"""The procedures that a street defines for the units below."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record as record_event
from audit.errors import Mistaken
from councils.actions.common import already_done, refuse
from councils.models import LocalProcedure, LocalStep
from councils.procedures import PROCEDURES, check_procedure, snapshot
from councils.procedures.local import build
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import require_administration
from orgs.powers import Power


@transaction.atomic
def define_procedure(*, by, at, procedure, steps):
    """Save `procedure` (a LocalProcedure, new or changed) with `steps`, its LocalSteps in order, in place of the old.

    A new row gets the next version of its key. Raises Mistaken with every reason under `steps` when it is not sound
    and lawful. Needs `manage_units` at the street.
    """
    require_administration(by, Power.MANAGE_UNITS, procedure.unit.path, at=at)
    if procedure.pk:
        LocalProcedure.objects.select_for_update().get(pk=procedure.pk)
        refuse(why_not_changeable(procedure))
    errors = field_errors(procedure)
    if errors:
        raise Mistaken(errors)
    reasons = why_not_sound(procedure, steps)
    if reasons:
        raise Mistaken({"steps": " ".join(reasons)})
    verb = "change_procedure" if procedure.pk else "define_procedure"
    if not procedure.pk:
        _take_version(procedure, steps)
    try:
        with transaction.atomic():
            procedure.save()
    except IntegrityError as error:
        if "local_procedure_version_once" in str(error):
            raise already_done() from error
        raise
    procedure.steps.all().delete()
    for position, step in enumerate(steps, start=1):
        step.pk, step.procedure, step.position = None, procedure, position
    LocalStep.objects.bulk_create(steps)
    _record(by, verb, at, procedure, **procedure.snapshot)
    return procedure


@transaction.atomic
def end_procedure(*, by, at, procedure, until):
    """Let no matter begin with this version after the day `until`. Needs `manage_units` at the street."""
    require_administration(by, Power.MANAGE_UNITS, procedure.unit.path, at=at)
    procedure = LocalProcedure.objects.select_for_update().get(pk=procedure.pk)
    if until < procedure.in_force_from:
        raise Mistaken({"in_force_until": _("The end lies before the beginning.")})
    procedure.in_force_until = until
    procedure.save(update_fields=["in_force_until"])
    _record(by, "end_procedure", at, procedure, until=until.isoformat())
    return procedure


def why_not_changeable(procedure):
    """Why this version stands; None while no matter began with it."""
    if procedure.is_used:
        return _("Matters have begun with this version, so it stands; add a new version instead.")
    return None


def field_errors(procedure):
    """{field: what is wrong} with the facts about a local procedure, its steps apart."""
    errors = procedure.day_errors()
    if procedure.unit.level != Level.STREET:
        errors["unit"] = _("Procedures are defined by a street.")
    if procedure.key in PROCEDURES:
        errors["key"] = _("A procedure of the portal has this key.")
    return errors


def why_not_sound(procedure, steps):
    """Every reason why the procedure with these steps cannot be used; the checks of those in the code."""
    return check_procedure(build(procedure.outline_of(steps)))


def _take_version(procedure, steps):
    """Give the new `procedure` the next version of its key, one after the other. Stale when it repeats the last."""
    OrgUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=procedure.unit_id)
    last = LocalProcedure.objects.filter(unit=procedure.unit, key=procedure.key).order_by("-version").first()
    if last:
        procedure.version = last.version
        if snapshot(procedure.outline_of(steps)) == last.snapshot:
            raise already_done()
        procedure.version = last.version + 1


def _record(by, verb, at, procedure, **data):
    record_event(by=by, verb=verb, at=at, obj=procedure, path=procedure.unit.path, data=data)
