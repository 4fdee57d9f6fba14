"""`/u/<code>/`: one place and everything public about it."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from governance.context import UNIT_COOKIE
from governance.views.preferences import remember
from orgs.enums import Level
from orgs.models import OrgUnit


@login_not_required  # residents have no accounts
@require_safe
def unit(request, code):
    """Where the unit stands, who is who, boards, matters, meetings, telephones and the units below."""
    unit = get_object_or_404(OrgUnit, code=code)
    ancestors = list(OrgUnit.objects.ancestors_of(unit))
    context = {
        "unit": unit,
        "ancestors": ancestors,
        "children": list(unit.children.open_on(request.today)),
    }
    response = render(request, "governance/unit.html", context)
    home = next((place for place in [unit, *ancestors] if place.level == Level.COMMUNITY), None)
    if home and request.COOKIES.get(UNIT_COOKIE) != home.code:
        remember(response, UNIT_COOKIE, home.code)
    return response
