"""`/desk/duties/`: what is overdue in the units below, by cause; no ranking, in the order of codes."""

from collections import Counter
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure.duties import Duty
from disclosure.enums import Cause
from disclosure.forms.catalogue import OverdueFilter
from disclosure.models import overdue_at
from disclosure.tables import OVERDUE, OverdueTable
from orgs.enums import PhoneKind
from orgs.listing import Listing
from orgs.models import OrgUnit, Phone
from orgs.permissions import PowerMissing, scope
from orgs.powers import Power
from orgs.village import in_place


@dataclass(frozen=True)
class OverdueLine:
    """An overdue duty with its unit, as the list and its sheet show it."""

    unit: OrgUnit
    duty: Duty
    phone: Phone | None  # of its office, to remind it

    @property
    def title(self):
        """The item in the words of the unit."""
        return f"{self.duty.item.key} {in_place(self.duty.item.title, self.unit)}"

    @property
    def draft(self):
        """The notice that waits, as its id; what stays in the Party is not opened from here."""
        return self.duty.notice if self.duty.item.scope.is_public else None


@require_safe
def desk_duties(request):
    """What is overdue below a street, item by item: what each waits for, and the way down to its community."""
    root = _root(request)
    duties = overdue_at(root, on=request.today)
    units = {unit.pk: unit for unit in OrgUnit.objects.filter(pk__in={duty.unit for duty in duties}).order_by("code")}
    offices = Phone.objects.filter(unit__in=units, kind=PhoneKind.OFFICE)
    phones = {phone.unit_id: phone for phone in offices.order_by("-position", "-id")}
    lines = [OverdueLine(units[duty.unit], duty, phones.get(duty.unit)) for duty in duties]
    lines.sort(key=lambda line: (line.unit.code, line.duty.due.on, line.duty.item.key))
    form = OverdueFilter(request.GET, units=units.values())
    causes = Counter(line.duty.cause for line in lines)
    table = OverdueTable([line for line in lines if form.takes(line)], today=request.today)
    context = {
        "root": root,
        "causes": [(cause, cause.label, causes[cause]) for cause in Cause if causes[cause]],
        "number": len(lines),
        "units": len(units),
    }
    return Listing(request, table, OVERDUE, filters=form).page("disclosure/desk_duties.html", context)


def _root(request):
    """The unit of `?under=`, else the first that this person oversees. PowerMissing without any."""
    held = scope(request.user, Power.OVERSEE, on=request.today)
    if not held:
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.OVERSEE.label})
    if code := request.GET.get("under", "").replace("\x00", ""):
        unit = get_object_or_404(OrgUnit, code=code)
        if not held.covers(unit.path):
            raise Http404(code)
        return unit
    return OrgUnit.objects.filter(held.q()).order_by("level", "code").first()
