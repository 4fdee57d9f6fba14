"""How many may sign a call by law, by the registers that the portal itself has."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from councils.enums import InitiatorKind
from councils.models import OwnerRoll
from orgs.models import Term

_REPRESENTATIVES = ("residents_reps", "villagers_reps")


@dataclass(frozen=True)
class Registered:
    """`number` by the register called `source`; not `exact`: as many at most, because minors are counted too."""

    number: int
    source: str
    exact: bool = True

    def fits(self, base):
        """Whether `base` may be the whole that signatures are counted against."""
        return base == self.number if self.exact else base <= self.number


def registered_for(kind, unit, on):
    """How many of `kind` (InitiatorKind) there are at `unit` on the day `on`; None when no register says. One query."""
    if kind == InitiatorKind.REPRESENTATIVES:
        seats = Term.objects.running_on(on).filter(
            body__unit=unit, body__kind__in=_REPRESENTATIVES, office="representative"
        )
        found = Registered(seats.values("person").distinct().count(), _("register of terms"))
    elif kind == InitiatorKind.OWNERS:
        roll = OwnerRoll.objects.filter(unit=unit, as_of__lte=on).order_by("-number").first()
        found = Registered(roll.heads if roll else 0, _("owner roll"))
    elif kind == InitiatorKind.HOUSEHOLDS:
        found = Registered(unit.households or 0, _("register of units, households"))
    elif kind == InitiatorKind.RESIDENTS:
        found = Registered(unit.residents or 0, _("register of units, residents of any age"), exact=False)
    else:
        return None
    return found if found.number else None


def why_base_unexplained(registered, base, said, basis):
    """Why `base` cannot stand without a word (`said`): the portal knows another number. None when it can.

    Registers may be out of date, so a reason is enough; everyone reads both numbers. `basis`: the law of the call.
    """
    if registered is None or registered.fits(base) or said.strip():
        return None
    return _(
        "The signatures are counted against %(base)s here; the portal has %(number)s (%(source)s). By law (%(basis)s) "
        "all who are entitled count. Correct the number, or say why it differs."
    ) % {"base": base, "number": registered.number, "source": registered.source, "basis": basis}
