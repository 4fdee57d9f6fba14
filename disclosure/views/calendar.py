"""The calendar of what a place must publish, at its desk; and signing that there is nothing to report."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused
from disclosure import actions, periods, permissions
from disclosure.catalogue import ITEMS
from disclosure.duties import NOTHING_TEXT, Duty, month_after
from disclosure.enums import DutyState
from disclosure.models import duties_at
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing, refusal, scope
from orgs.powers import Power
from orgs.village import in_place

MOST_UNITS = 60  # to choose from; whoever sees more comes from the list of a street


@dataclass(frozen=True)
class Entry:
    """A duty on the calendar, with what this person may do about it; a closed button says why."""

    duty: Duty
    title: str
    state: DutyState
    draft_refused: str | None
    nothing_refused: str | None
    nothing_url: str


@require_safe
def desk_calendar(request):
    """What a place must publish in a month, as a list: what is overdue first, then by day."""
    units = _units(request)
    unit = _chosen(request, units)
    today, month = request.today, _month(request)
    after = month_after(month)
    duties = []
    if unit:
        items = items_for(request.user, unit, today)
        asked = duties_at(unit, on=today, until=max(today, after), items=items)
        duties = [duty for duty in asked if duty.unit == unit.pk]
    this_month = month == today.replace(day=1)
    late = [duty for duty in duties if this_month and duty.state(today) == DutyState.OVERDUE and duty.due.on < month]
    in_month = [duty for duty in duties if month <= duty.due.on < after]
    open_days, done = {}, []
    for duty in in_month:
        entry = _entry(request, unit, duty)
        if duty.is_done:
            done.append(entry)
        else:
            open_days.setdefault(duty.due.on, []).append(entry)
    context = {
        "unit": unit,
        "units": units if len(units) > 1 else [],
        "month": month,
        "before": month - timedelta(1),
        "after": after,
        "late": [_entry(request, unit, duty) for duty in late],
        "days": sorted(open_days.items()),
        "waiting": sum(len(entries) for entries in open_days.values()),
        "done": done,
        "nominal": any(duty.due.nominal for duty in late + in_month),
        "reckoned": bool(duties),
        "may_settle": bool(unit) and may_settle(request.user, unit, today),
    }
    return render(request, "disclosure/desk_calendar.html", context)


def items_for(user, unit, today):
    """The items of the catalogue whose duties `user` may see at `unit`: in-Party ones only inside."""
    inside = refusal(user, Power.SEE_PARTY_INTERNAL, unit.path, on=today) is None
    return [item for item in ITEMS.values() if item.scope.is_public or inside]


def may_settle(user, unit, today):
    """Whether `user` may change anything of the catalogue of `unit`."""
    powers = (Power.SIGN_NOTICES, Power.SIGN_PARTY_NOTICES, Power.OVERSEE)
    return any(refusal(user, power, unit.path, on=today) is None for power in powers)


def _units(request):
    """The communities and compounds whose duties this person sees, first of their own."""
    seen = scope(request.user, Power.SEE_INTERNAL, on=request.today).q()
    rows = OrgUnit.objects.filter(seen, level__in=(Level.COMMUNITY, Level.COMPOUND)).open_on(request.today)
    return list(rows.order_by("level", "code")[:MOST_UNITS])


def _chosen(request, units):
    """The unit of `?unit=`, else the first; None without any. Http404 for one that is none of their business."""
    code = request.GET.get("unit", "")
    if not code:
        return units[0] if units else None
    known = next((unit for unit in units if unit.code == code), None)
    return known or unit_of(request, code)


def unit_of(request, code):
    """The unit with this code whose records this person sees; Http404 otherwise."""
    unit = OrgUnit.objects.filter(code=code).first() if "\x00" not in code else None
    if unit is None or refusal(request.user, Power.SEE_INTERNAL, unit.path, on=request.today):
        raise Http404(code)
    return unit


def _month(request):
    """The first day of `?month=2026-11`; of this month for anything else."""
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", request.GET.get("month", ""), re.ASCII)
    return date(int(match[1]), int(match[2]), 1) if match else request.today.replace(day=1)


def _entry(request, unit, duty):
    user, today = request.user, request.today
    item = duty.item
    return Entry(
        duty=duty,
        title=in_place(item.title, unit),
        state=duty.state(today),
        draft_refused=refusal(user, Power.DRAFT_NOTICES, unit.path, on=today),
        nothing_refused=permissions.missing_signature(unit, item, user, today)
        or permissions.may_sign_nothing(duty, today),
        nothing_url=f"{reverse('desk_nothing', args=[unit.code])}?{duty.query}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def desk_nothing(request, code):
    """Sign that there is nothing to report of `?item=` for `?period=`: what it says first, then the signature."""
    unit = unit_of(request, code)
    period = periods.parse(request.GET.get("period"))
    duties = duties_at(unit, on=request.today, items=items_for(request.user, unit, request.today))
    key = request.GET.get("item", "")
    duty = next(
        (row for row in duties if (row.unit, row.item.key, row.period) == (unit.pk, key, period) and period), None
    )
    if duty is None:
        raise Http404(key)
    if missing := permissions.missing_signature(unit, duty.item, request.user, request.today):
        raise PowerMissing(missing)
    refused, status = permissions.may_sign_nothing(duty, request.today), 200
    if request.method == "POST":
        try:
            actions.sign_nothing(unit=unit, item=key, period=period, by=request.user, at=request.at)
        except Refused as error:
            refused, status = str(error), 409
        else:
            messages.success(request, _("Signed. The board says so."))
            return redirect(f"{reverse('desk_calendar')}?unit={unit.code}")
    context = {
        "unit": unit,
        "duty": duty,
        "title": in_place(duty.item.title, unit),
        "text": NOTHING_TEXT.format(title=in_place(duty.item.title, unit)),
        "refused": refused,
    }
    return render(request, "disclosure/desk_nothing.html", context, status=status)
