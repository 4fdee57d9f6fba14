"""`/desk/catalogue/`: what places settled about their catalogue, with its history; entering and ending it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from disclosure import actions, permissions
from disclosure.enums import Board, Change
from disclosure.forms.catalogue import FORMS, LastDayForm
from disclosure.models import CatalogueChange
from orgs.answers import answer
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing, refusal, scope
from orgs.powers import Power

# kind in the address -> (title, action). Where it may be entered: `_kinds`.
VERBS = {
    Change.BEGINS: (gettext_lazy("Reckon duties from a day on"), actions.begin_duties),
    Change.ADDED: (gettext_lazy("Add an item"), actions.add_item),
    Change.STRICTER: (gettext_lazy("Ask for more: more often or longer"), actions.tighten_item),
    Change.LEFT_OUT: (gettext_lazy("Leave an item out"), actions.leave_out),
    "party": (gettext_lazy("Leave out all items inside the Party"), actions.switch_off_party_items),
}
MOST_PLACES = 40  # with buttons of their own
_SETTLING = (Power.SIGN_NOTICES, Power.SIGN_PARTY_NOTICES, Power.OVERSEE)


@require_safe
def desk_catalogue(request):
    """Everything that was settled at the places this person sees, ended or not, and what they may enter."""
    today = request.today
    rows = CatalogueChange.objects.visible_to(request.user, today).select_related("unit", "entered_by__person")
    found = {}
    for row in rows.order_by(*_ORDER)[:500]:
        found.setdefault(row.together, []).append(row)
    rows = [own[0] for own in found.values()]
    for row in rows:
        row.at_once = found[row.together]
        row.in_force, row.coming = row.holds(today), row.first_on > today
        row.mine = row.last_on is None and permissions.missing_ending(row, request.user, today) is None
    held = [scope(request.user, power, on=today).q() for power in _SETTLING]
    places = OrgUnit.objects.filter(held[0] | held[1] | held[2], level__in=(Level.STREET, Level.COMMUNITY))
    offered = [
        (unit, _kinds(request.user, unit, today)) for unit in places.open_on(today).order_by("level", "code")[:40]
    ]
    context = {"rows": rows, "offered": [(unit, kinds) for unit, kinds in offered if kinds]}
    return render(request, "disclosure/desk_catalogue.html", context)


_ORDER = ("unit__level", "unit__code", "-first_on", "-id")


def _kinds(user, unit, today):
    """[(kind, title)] of what `user` may enter at `unit`."""
    oversees = permissions.missing_oversight(unit, user, today) is None
    own = unit.level == Level.COMMUNITY and bool(_boards(user, unit, today))
    may = {
        Change.BEGINS: oversees,
        Change.ADDED: own,
        Change.STRICTER: own or oversees and unit.level < Level.COMMUNITY,
        Change.LEFT_OUT: own,
        "party": oversees and unit.level < Level.COMMUNITY,
    }
    return [(str(kind), title) for kind, (title, _act) in VERBS.items() if may[kind]]


def _boards(user, unit, today):
    """The boards whose catalogue `user` may settle at `unit`."""
    return [board for board in Board if permissions.missing_settling(unit, board, user, today) is None]


@require_http_methods(["GET", "HEAD", "POST"])
def desk_catalogue_new(request, code, kind):
    """Enter what a place settled: which item, how much more, from when on, and why."""
    unit = get_object_or_404(OrgUnit, code=code)
    known = [refusal(request.user, power, unit.path, on=request.today) for power in (Power.SEE_INTERNAL, *_SETTLING)]
    if kind not in VERBS or all(known) or unit.level not in (Level.STREET, Level.COMMUNITY):
        raise Http404(kind)
    if kind not in dict(_kinds(request.user, unit, request.today)):
        raise PowerMissing(_("This is settled by who signs the notices here, above a community by who oversees it."))
    title, act = VERBS[kind]
    boards = _boards(request.user, unit, request.today)
    items = CatalogueChange.objects.kept(unit, request.today)
    form = FORMS[kind](
        request.POST if request.method == "POST" else None,
        unit=unit,
        items={key: item for key, item in items.items() if item.board in boards},
        today=request.today,
    )
    words = {"unit": unit, "title": title, "done": _("Entered.")}
    return _answer(request, form, lambda: act(unit=unit, by=request.user, at=request.at, **form.cleaned_data), words)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_catalogue_end(request, pk):
    """Enter the last day of what was settled."""
    rows = CatalogueChange.objects.visible_to(request.user, request.today).select_related("unit")
    row = get_object_or_404(rows, pk=pk)
    if reason := permissions.missing_ending(row, request.user, request.today):
        raise PowerMissing(reason)
    form = LastDayForm(request.POST if request.method == "POST" else None, initial={"last_on": request.today})
    words = {"unit": row.unit, "title": _("End this change"), "done": _("The last day is entered."), "change": row}

    def act():
        return actions.end_change(change=row, by=request.user, at=request.at, **form.cleaned_data)

    return _answer(request, form, act, words)


def _answer(request, form, act, words):
    """The answer to a form of this page."""
    return answer(
        request, form, act, template="disclosure/desk_catalogue_form.html", words=words, target="desk_catalogue"
    )
