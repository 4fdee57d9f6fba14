"""What waits in consultations: records to enter, points to answer. Shapes and functions as in `orgs/desk.py`."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.models import Consultation
from orgs.desk import DeskItem
from orgs.permissions import scope
from orgs.powers import Power


def items(user, today):
    """Consultations of this person's units without a record, or with open points. One query."""
    run, reply = scope(user, Power.RUN_MEETINGS, on=today), scope(user, Power.ANSWER_RESIDENTS, on=today)
    if not (run or reply):
        return []
    result = []
    for row in _standing(run.q("unit__path") | reply.q("unit__path"), today):
        if not row.is_held and run.covers(row.unit.path):
            todo, reason, due = _("Enter the record of the consultation"), _("Its day has come."), row.held_on
        elif row.is_held and reply.covers(row.unit.path):
            todo, due = _points(row), row.first_due
            reason = _("Residents wait for an answer.")
        else:
            continue
        result.append(
            DeskItem(due=due, title=str(row), url=row.get_desk_url(), todo=todo, reason=reason, kind="consultation")
        )
    return result


def below(user, today):
    """Points that communities below have not answered in time, for whoever oversees them. One query."""
    seen = scope(user, Power.OVERSEE, on=today)
    if not seen:
        return []
    return [
        DeskItem(
            due=row.first_due,
            title=str(row),
            url=row.get_desk_url(),
            todo=_points(row),
            kind="consultation",
            unit=row.unit.name,
        )
        for row in _standing(seen.q("unit__path"), today)
        if row.is_held and row.first_due < today
    ]


def _standing(mine, today):
    """Consultations whose day has come and that are not called off, unless every point is answered."""
    rows = Consultation.objects.filter(mine, held_on__lte=today, called_off_reason="").select_related("unit")
    return rows.with_points().filter(Q(recorded_at=None) | Q(open_points__gt=0)).order_by("held_on", "id")


def _points(row):
    text = ngettext("Answer %(number)s point", "Answer %(number)s points", row.open_points)
    return text % {"number": row.open_points}
