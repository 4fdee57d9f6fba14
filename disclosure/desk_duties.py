"""What the desk says of duties: what a community is to publish this month, what is overdue below a street."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from disclosure import duties
from disclosure.enums import Cause
from disclosure.models import duties_at, duty_counts
from orgs.desk import DeskItem
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import scope
from orgs.powers import Power

MOST_UNITS = 2  # communities with a line of their own


def items(user, on):
    """One line for each community where the user drafts: what nobody drafted of this month. Two queries, at most."""
    held = scope(user, Power.DRAFT_NOTICES, on=on)
    units = list(OrgUnit.objects.filter(held.q(), level=Level.COMMUNITY).open_on(on)[: MOST_UNITS + 1]) if held else []
    # Whoever drafts for many finds them on the list of the street.
    if not units or len(units) > MOST_UNITS:
        return []
    end = duties.month_after(on.replace(day=1))
    undrafted = [duty for duty in duties_at(*units, on=on) if duty.cause == Cause.NOT_DRAFTED]
    undone = [duty for duty in undrafted if not duty.is_done and duty.due.on < end]
    found = []
    for unit in units:
        waiting = [duty for duty in undone if duty.unit == unit.pk]
        if waiting:
            number, late = len(waiting), sum(duty.due.on < on for duty in waiting)
            title = ngettext("%(number)s item to draft this month", "%(number)s items to draft this month", number)
            text = ngettext("%(number)s of them overdue", "%(number)s of them overdue", late)
            found.append(
                DeskItem(
                    due=waiting[0].due.on,
                    title=title % {"number": number},
                    url=f"{reverse('desk_calendar')}?unit={unit.code}",
                    todo=_("Draft it"),
                    reason=text % {"number": late} if late else "",
                    kind="duty",
                    unit=unit.name,
                )
            )
    return found


def below(user, on):
    """One line for the street that this person oversees: how much is overdue below it. Two queries, at most."""
    seen = scope(user, Power.OVERSEE, on=on)
    if not seen:
        return []
    streets = OrgUnit.objects.filter(seen.q(), level=Level.STREET).order_by("code")[:2]
    if len(streets) != 1:
        return []
    street = streets[0]
    late = [(overdue, first) for _total, _done, overdue, first in duty_counts(street, on=on).values() if overdue]
    if not late:
        return []
    number = sum(overdue for overdue, _first in late)
    title = ngettext("%(number)s disclosure is overdue", "%(number)s disclosures are overdue", number)
    return [
        DeskItem(
            due=min(first for _overdue, first in late),
            title=title % {"number": number},
            url=reverse("desk_duties"),
            todo=ngettext("in %(units)s unit", "in %(units)s units", len(late)) % {"units": len(late)},
            kind="duty",
            unit=street.name,
        )
    ]
