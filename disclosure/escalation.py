"""Who is told when a resident gets no reply, as data (pure).

The clock is that of the reply (`Objection.due`). Whoever is next sees it at the desk by the day alone: nothing is
sent, stored or ticked off. The rungs are a custom of the place, not law; three days for a reply are local (Chongqing).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from disclosure.workdays import CalendarMissing, add_workdays
from orgs.powers import Power


@dataclass(frozen=True)
class Rung:
    """`power` sees an unanswered objection from the day after `late` working days past its due day."""

    key: str
    power: Power
    late: int
    label: str | Promise


# With a reply due within three working days: the supervision committee from the fourth, the street from the seventh.
RUNGS = (
    Rung("supervision", Power.REVIEW_NOTICES, 0, _("at the supervision committee")),
    Rung("street", Power.OVERSEE, 3, _("at the street")),
)


def reached(due, on):
    """The rungs where an unanswered objection with the due day `due` stands on the day `on`, lowest first.

    None without a due day, and none that a year without a calendar of working days would have to be guessed for.
    """
    found = []
    for rung in RUNGS:
        try:
            if due and on > (add_workdays(due, rung.late) if rung.late else due):
                found.append(rung)
        except CalendarMissing:
            break
    return tuple(found)
