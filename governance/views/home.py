"""`/`: find my community."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from disclosure.models import NoticeVersion
from governance.context import page
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.naming import half_width, parted

MOST_RESULTS = 300  # 274 villages of the country share the commonest name
PER_PAGE = 40
MOST_PLACES = 60
_SHOWN = ("code", "name", "level", "parent")  # of each place
MOST_NEWS = 2


@login_not_required  # the front door
@require_safe
def home(request):
    """The search for a community, its results, and the community looked at last. One certain result opens at once."""
    query = half_width(request.GET.get("q", "")[:60]).strip()
    units = OrgUnit.objects.open_on(request.today)
    context = {"query": query, "results": []}
    if query:
        results = list(units.find(query, MOST_RESULTS + 1))
        if not results and (names := parted(query)) != query:
            results = list(units.find(names, MOST_RESULTS + 1))
        # A whole code names one place, though those below it begin with the same digits.
        certain = results if len(results) == 1 else [unit for unit in results if unit.code == query]
        if certain:
            return redirect(certain[0])
        page_of_results = Paginator(results[:MOST_RESULTS], PER_PAGE).get_page(request.GET.get("page"))
        context |= {"results": page_of_results, "has_more": len(results) > MOST_RESULTS}
    else:
        code = page(request)["last_code"]
        context["last"] = last = units.with_place().filter(code=code).first() if code else None
        context["news"] = news_of(last, request.today) if last else []
        context["places"] = topmost(units)
    return render(request, "governance/home.html", context)


def news_of(unit, today):
    """The newest notices of the unit that are on display. One query."""
    shown = NoticeVersion.objects.on_display(today).public().filter(notice__unit=unit).select_related("notice")
    news = list(shown.order_by("-published_on", "-id")[:MOST_NEWS])
    for version in news:
        version.notice.unit = unit
    return news


def topmost(units):
    """The places to choose from when nothing is known: the roots, or the highest layer with more than one place."""
    layers = {}
    for unit in units.filter(level__lte=Level.COMMUNITY).only(*_SHOWN).order_by("level", "code")[:MOST_PLACES]:
        layers.setdefault(unit.level if unit.parent_id else 0, []).append(unit)
    return next((layer for _level, layer in sorted(layers.items()) if len(layer) > 1), next(iter(layers.values()), []))
