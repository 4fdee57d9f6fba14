"""Matters at the desk: the list, registering, the page of one matter, opening counts that are not public."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from audit.errors import Refused
from audit.models import Event
from councils import actions
from councils.enums import MeetingOutcome
from councils.forms.matters import DeskFilter
from councils.models import Matter, Meeting, Scan, story_of, with_story
from councils.papers.catalogue import MATTER_FORMS
from councils.permissions import may, may_read_meeting
from councils.procedures import CATEGORIES
from councils.tables import MATTERS, MatterTable
from councils.views.public import budget as budget_tables
from councils.views.todo import QUIET_VERBS, VERBS, next_action, other_actions
from councils.views.track import origin_sentence, stand, track
from councils.views.ways import other_ways
from orgs.listing import Listing
from orgs.models import OrgUnit
from orgs.offices import BODY_KINDS
from orgs.permissions import scope
from orgs.powers import Power

MOST_EVENTS = 30


def matter_for(request, pk, rows=None):
    """The matter `pk` that this member of staff may open. Http404 for everybody else."""
    rows = Matter.objects.select_related("unit") if rows is None else rows
    return get_object_or_404(rows.visible_to(request.user, request.today), pk=pk)


# The list


@require_safe
def desk_matters(request):
    """The matters of my units: filter, sort, pages, and all of them as a sheet."""
    mine = Matter.objects.visible_to(request.user, request.today)
    places = mine.order_by("unit__code", "year").values_list("unit__code", "unit__name", "year").distinct()
    units, years = {}, set()
    for code, name, year in places:
        units[code] = OrgUnit(code=code, name=name)
        years.add(year)
    form = DeskFilter(request.GET, units=units.values(), years=sorted(years, reverse=True))
    rows = form.filtered(mine.with_progress().select_related("unit"), request.today).order_by(
        "-year", "-serial", "unit"
    )
    listing = Listing(request, MatterTable(rows), MATTERS, filters=form, prepare=lambda row: stand(row, request.today))
    number = listing.number
    listing.table.caption = ngettext("%(number)s matter", "%(number)s matters", number) % {"number": number}
    context = {"may_register": bool(scope(request.user, Power.RUN_MEETINGS, on=request.today))}
    return listing.page("councils/matters_desk.html", context)


# The page of one matter


@require_safe
def matter_desk(request, pk):
    """Where the matter stands, what to do next, its meetings and papers, its plan, money and history."""
    matter = matter_for(request, pk, with_story(Matter.objects.for_page()).prefetch_related("files__attachment"))
    today = request.today

    def opened(item):
        return may_read_meeting(request.user, item.meeting, today)

    story = story_of(matter)
    shown = track(matter, today, opened=opened, closed_listed=True, story=story)
    readable = [item.meeting_id for item in matter.items.all() if opened(item)]
    context = {
        "matter": matter,
        "unit": matter.unit,
        "track": shown,
        "origin": origin_sentence(matter),
        "next": next_action(matter, request.user, today),
        "others": other_actions(matter, request.user, today),
        "ways": other_ways(matter, story, request.user, today),
        "budget": budget_tables(matter),
        "scans": scans_of(readable),
        "papers": papers_of(matter),
        "events": history(matter, readable),
        "openable": [
            item.meeting
            for item in matter.items.all()
            if item.step_row.may_be_opened
            and item.meeting.confirmed_at
            and not item.meeting.counts_opened_at
            and item.meeting.outcome == MeetingOutcome.VALID
        ]
        if may(request.user, Power.SIGN_PARTY_NOTICES, matter.unit, today)
        else [],
        "why_not_editable": actions.why_not_editable(matter),
        "may_run": may(request.user, Power.RUN_MEETINGS, matter.unit, today),
        "decider": BODY_KINDS[matter.deciding_body].title,
        "category": CATEGORIES[matter.category].title,
    }
    return render(request, "councils/matter_desk.html", context)


def papers_of(matter):
    """[(form, address)] of the papers of the matter itself that can be printed now."""
    forms = (form for form in MATTER_FORMS.values() if form.why_not(matter) is None)
    return [(form, reverse("matter_paper", args=[matter.pk, form.key])) for form in forms]


def scans_of(meetings):
    """The scanned papers of the meetings with these ids."""
    if not meetings:
        return []
    return list(Scan.objects.filter(meeting__in=meetings).select_related("attachment", "meeting__body"))


def history(matter, readable):
    """Who did what with the matter and with those of its meetings that the reader may read, newest first."""
    urls = [matter.get_desk_url(), *(reverse("meeting", args=[pk]) for pk in readable)]
    rows = Event.objects.filter(path=matter.unit.path, url__in=urls).exclude(verb__in=QUIET_VERBS)
    return [
        {
            "event": row,
            "what": VERBS.get(row.verb, row.verb),
            # What was said about a Party meeting in an event of the matter itself is not for everybody here.
            "reason": row.data.get("reason", "") if row.url != urls[0] else "",
        }
        for row in rows[:MOST_EVENTS]
    ]


@require_POST
def open_counts(request, pk, meeting_pk):
    """The Party organisation lets everyone see the counts of a meeting whose step is not public."""
    matter = matter_for(request, pk)
    meeting = get_object_or_404(Meeting.objects.filter(items__matter=matter), pk=meeting_pk)
    seen = request.POST.get("seen", "")
    try:
        actions.open_counts(by=request.user, at=request.at, meeting=meeting, seen=int(seen) if seen.isdigit() else None)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The counts of this meeting are public from now on."))
    return redirect(matter.get_desk_url())
