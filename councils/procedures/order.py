"""Which step is open, and why another is not. A guard returns the reason it says no, or None."""

from collections.abc import Collection

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from councils.enums import Status
from councils.procedures.steps import At
from councils.procedures.table import VERSIONS


class NoProcedure(LookupError):
    """No procedure fits; the message is for the person registering the matter."""


# Ends that a triage led to: nothing failed, and no step waits any more.
SORTED_OUT = frozenset({Status.SETTLED, Status.REFERRED})
ENDED = SORTED_OUT | {
    Status.DECLINED,
    Status.WITHDRAWN,
    Status.REJECTED,
    Status.REVOKED,
    Status.CLOSED,
}


def procedure_for(key, on):
    """The version of the procedure `key` that a matter registered on the day `on` begins with.

    Raises NoProcedure before its first version.
    """
    if in_force := procedures_on(on).get(key):
        return in_force
    first = min(row.in_force_from for row in VERSIONS if row.key == key)
    raise NoProcedure(_("This procedure is in force from %(day)s.") % {"day": date_format(first, "DATE_FORMAT")})


def procedures_on(on):
    """{key: its version in force on the day `on`}; without those that began later."""
    return {row.key: row for row in sorted(VERSIONS, key=lambda row: row.in_force_from) if row.in_force_from <= on}


def procedure_named(key, version):
    """The version of the procedure `key` that a matter began with. KeyError: rows are never removed."""
    for row in VERSIONS:
        if (row.key, row.version) == (key, version):
            return row
    raise KeyError(f"{key} {version}")


def first_step(procedure, statutory=False):
    """The step a matter enters at: the first, or after a statutory call the deciding one."""
    return procedure.deciding_step if statutory else procedure.steps[0]


def steps_of(procedure, statutory=False):
    """The steps a matter has to go through."""
    start = procedure.steps.index(first_step(procedure, statutory))
    return procedure.steps[start:]


def next_step(procedure, done: Collection[str], statutory=False):
    """The first step that is not validly done, None when all are."""
    return next((step for step in steps_of(procedure, statutory) if step.key not in done), None)


def status_before(procedure, key, statutory=False):
    """Where a matter stands that waits for the step `key`: what the step before it made of it."""
    steps = steps_of(procedure, statutory)
    place = [step.key for step in steps].index(key)
    return steps[place - 1].done if place else Status.REGISTERED


def why_closed(procedure, key, *, done: Collection[str], status, statutory=False):
    """Why the step `key` cannot be taken now, in words a member can act on; None when it is open."""
    if status in ENDED:
        return _("This matter has ended: %(status)s.") % {"status": Status(status).label}
    if status == Status.SHELVED:
        return _("This matter is shelved; it goes on once it is taken up again.")
    if key in done:
        return _("This step is done.")
    if key not in {step.key for step in steps_of(procedure, statutory)}:
        return _("After a statutory call the matter goes straight to the deciding body.")
    open_step = next_step(procedure, done, statutory)
    if open_step.key == key:
        return None
    return _("The step before is not done yet: %(step)s.") % {"step": open_step.label}


def why_not_held_by(step, body, rule=None):
    """Why a body of the kind `body` may not hold the deliberation `step` (by `rule`); None when it may."""
    if body not in step.bodies:
        return _("This body cannot hold this step.")
    if rule is not None and rule not in step.rules_of(body):
        return _("This body does not decide this step by this rule.")
    return None


def why_not_standing(step, body, unit_path, body_path):
    """Why a body of the kind `body` at the unit with `body_path` may not hold `step` for the unit with `unit_path`."""
    if where(unit_path, body_path) in step.places_of(body):
        return None
    return _("The body belongs to another unit than the matter.")


def where(unit_path, other):
    """Where the unit with the path `other` stands, seen from the one with `unit_path`; None beside it."""
    if other == unit_path:
        return At.HERE
    if other.startswith(unit_path):
        return At.BELOW
    return At.ABOVE if unit_path.startswith(other) else None


def why_not_together(step, before_on, held_on):
    """Why `step` cannot be held on `held_on`, when the step before was held on `before_on`; None when it can."""
    if step.with_before and before_on is not None and held_on != before_on:
        return _("Both votes are taken in one meeting: the step before was held on %(day)s.") % {
            "day": date_format(before_on, "DATE_FORMAT")
        }
    return None


def why_out_of_order(held, last, opened_on=None):
    """Why a sitting cannot be held at `held`, after that at `last`, in a round opened on `opened_on`; None when it can.

    Sittings are pairs of a day and an hour, which is None where it is not known; `last` and `opened_on` may be None.
    """
    if opened_on and held[0] < opened_on:
        return _("The matter was taken up again on %(day)s; no meeting about it can lie before.") % {
            "day": date_format(opened_on, "DATE_FORMAT")
        }
    if last is None or held[0] > last[0]:
        return None
    day = date_format(last[0], "DATE_FORMAT")
    if held[0] < last[0]:
        return _("The sitting before was held on %(day)s; this one cannot lie before it.") % {"day": day}
    if None not in (held[1], last[1]) and held[1] < last[1]:
        return _("The sitting before was held on %(day)s at %(hour)s; this one cannot lie before it.") % {
            "day": day,
            "hour": last[1].strftime("%H:%M"),
        }
    return None


def why_not_asked_by(call, kind):
    """Why people of the kind `kind` do not make the statutory call; None when they do."""
    if kind in call.asked_by:
        return None
    return _("This call by law is made by others: choose those whose signatures were counted.")


def why_not_called(call, asking, of, on):
    """Why `asking` of `of` people do not make the statutory call on the day `on`; None when they do. Whole numbers."""
    if call.known_from and on < call.known_from:
        return _("The law knows this call only from %(day)s on.") % {"day": date_format(call.known_from, "DATE_FORMAT")}
    if call.share.is_met(asking, of):
        return None
    return _("%(asking)s of %(of)s ask for it; %(basis)s wants at least %(need)s.") % {
        "asking": asking,
        "of": of,
        "basis": call.basis,
        "need": call.share.need(of),
    }
