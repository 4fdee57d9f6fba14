"""`/search/`: what the public pages say; `/desk/search/`: what the records say that a member of staff may read."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.log import codes
from disclosure.enums import Board
from governance.context import page as page_facts
from governance.models import Kind, SearchEntry
from governance.search import query
from governance.search.forms import SearchForm
from governance.search.text import words as words_of
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.models.units import IdsOfPath
from orgs.permissions import scope
from orgs.powers import Power
from orgs.prepared import Given, Prepared

PER_PAGE = 20


@login_not_required  # residents have no accounts
@require_safe
def search(request):
    """Matters, notices, announcements, meetings and people of public office that hold all the words. Five queries."""
    code = request.GET.get("unit") or page_facts(request)["last_code"]
    return answer(
        request,
        "governance/search.html",
        SearchEntry.objects.public().on(request.today),
        places_around(code),
        public_only=True,
    )


@require_safe
def desk_search(request):
    """The same at the desk: drafts, minutes and whatever else this person may read in their units."""
    entries = SearchEntry.objects.visible_to(request.user, request.today).on(request.today)
    return answer(request, "governance/desk_search.html", entries, places_of(request.user, request.today))


def answer(request, template, entries, places, *, public_only=False):
    """The page of what is found among `entries`, which may be narrowed down to one of `places`."""
    form = SearchForm(request.GET, places=places, today=request.today, public_only=public_only)
    asked = [word for word in words_of(form.query) if word and "q" not in form.errors]
    unit = next((place for place in places if place.code == form.chosen("unit")), None)
    context = {"form": form, "query": form.query, "unit": unit, "places": places, "check_code": _check_code(form.query)}
    if form.query and not asked:
        context["has_no_words"] = "q" not in form.errors
    if asked and query.is_too_short(asked, unit):
        context["is_too_short"] = True
    elif asked:
        if unit:
            entries = entries.within(unit)
        if form.chosen("kind"):
            entries = entries.filter(kind=Kind(form.chosen("kind")))
        if form.chosen("item"):
            # An item belongs to one board: to ask for both would let the planner expect too little and sort it all.
            entries = entries.filter(item=form.chosen("item"))
        elif form.chosen("board"):
            entries = entries.filter(board=Board(form.chosen("board")))
        if form.chosen("year"):
            entries = entries.filter(day__year=form.chosen("year"))
        hits = query.find(entries, asked, newest=form.chosen("order") == "new")
        page = Paginator(hits[: query.MOST], PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "hits": query.read(list(page)),
            "has_more": len(hits) > query.MOST,
        }
        context["most"] = query.MOST
    return render(request, template, context)


def _check_code(typed):
    """The check code that somebody typed, as it is printed; "" when it is none."""
    try:
        return codes.grouped(codes.read(typed))
    except codes.Mistyped:
        return ""


def places_around(code):
    """The unit with this code and the places above it down from the street, nearest first; none without. One query."""
    # A database takes no zero byte, not even to say that there is no such code.
    return _CHAIN(code=code) if code and "\0" not in code else []


def _chain(code):
    ids = OrgUnit.objects.filter(code=code).values(ids=IdsOfPath("path"))
    return OrgUnit.objects.filter(pk__in=ids, level__gte=Level.STREET).order_by("-level")


_CHAIN = Prepared(lambda: _chain(Given("code")))


def places_of(user, on):
    """The units from which `user` reads records. One query besides that of the powers."""
    held = scope(user, Power.SEE_INTERNAL, on=on)
    return list(OrgUnit.objects.filter(path__in=[*held.units, *held.trees]).order_by("level", "code"))
