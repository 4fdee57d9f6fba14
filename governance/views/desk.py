"""`/desk/`: what waits for me, and the list of what is due in the units below."""

import datetime

from django.db.models import Min
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from councils import desk as councils_desk
from councils import desk_consultations, desk_turns
from disclosure import desk as disclosure_desk
from disclosure import desk_duties
from governance.filters import BelowFilter
from governance.tables import BELOW, BelowTable
from orgs.desk import DeskItem
from orgs.listing import Listing
from orgs.models import Term
from orgs.permissions import scopes
from orgs.powers import Power

SOURCES = (disclosure_desk, desk_duties, councils_desk, desk_consultations, desk_turns)
TERMS_AHEAD = 60  # days in which the end of terms is announced
NEVER = datetime.date.max


@require_safe
def desk(request):
    """This week's meetings, what waits for this person and for others, and what falls due; oldest first."""
    user, today = request.user, request.today
    powers = scopes(user, on=today)
    found = collect("items", user, today)
    items = in_order([item for item in found if not (item.sent or item.by_itself)])
    by_itself = [item for item in found if item.by_itself]
    upcoming = in_order([*by_itself, *collect("upcoming", user, today), *ending_terms(powers, today)])
    context = {
        "today": today,
        "powers": {str(power) for power in powers},
        "items": [(item, item.is_overdue(today)) for item in items],
        "overdue": sum(item.is_overdue(today) for item in items),
        "below": [(item, item.is_overdue(today)) for item in in_order(collect("below", user, today))],
        "waiting": in_order([item for item in found if item.sent]),
        "upcoming": upcoming,
        "meetings": sorted(collect("meetings", user, today), key=lambda meeting: _moment(meeting.at)),
    }
    return render(request, "governance/desk.html", context)


@require_safe
def below(request):
    """What units below have not done yet, for whoever oversees them: filter, sort, pages, sheet."""
    items = in_order(collect("below", request.user, request.today))
    form = BelowFilter(request.GET, units=sorted({item.unit for item in items}))
    table = BelowTable([item for item in items if form.takes(item, request.today)], today=request.today)
    return Listing(request, table, BELOW, filters=form).page("governance/below.html")


def collect(name, user, today):
    """What the apps offer for the desk under `name` (see `orgs.desk`); an app without it adds nothing."""
    found = []
    for source in SOURCES:
        function = getattr(source, name, None)
        if function:
            found += function(user, today)
    return found


def in_order(items):
    """Oldest due first, open ends last."""
    return sorted(items, key=lambda item: (item.due or NEVER, str(item.title)))


def ending_terms(powers, today):
    """Bodies of this person's units whose terms end soon or wait for the handover. One query."""
    here = powers.get(Power.SEE_INTERNAL)
    if not here:
        return []
    ending = (
        Term.objects.running_on(today)
        .filter(here.q("body__unit__path"), due_on__lte=today + datetime.timedelta(TERMS_AHEAD))
        .values("body__name", "body__unit__code")
        .annotate(due=Min("due_on"))
        .order_by("due", "body__name")[:10]
    )
    return [
        DeskItem(
            due=row["due"],
            title=row["body__name"],
            url="",
            todo=_("Terms end") if row["due"] >= today else _("In office until handover"),
            kind="terms",
        )
        for row in ending
    ]


def _moment(at):
    """`at` as a pair that puts dates before datetimes of the same day."""
    return (at.date(), at.time()) if isinstance(at, datetime.datetime) else (at, datetime.time.min)
