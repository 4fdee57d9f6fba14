"""`/u/<code>/calendar.ics`: the public meetings of a unit; `duties.ics`: what it must publish."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from councils.enums import MeetingOutcome
from councils.models import Meeting
from disclosure.enums import Board
from disclosure.models import duties_at
from disclosure.views.common import absolute
from orgs.views import place_or_404
from orgs.village import in_place

# No meeting says beforehand when it ends, and Outlook shows one without an end as 0 minutes.
LASTS = datetime.timedelta(hours=2)
BACK, AHEAD, AGAIN = datetime.timedelta(30), datetime.timedelta(365), datetime.timedelta(hours=6)


@login_not_required  # calendar programs have no accounts
@require_safe
def unit_calendar(request, code):
    """The meetings of 30 days back and of a year ahead."""
    unit, _above, _below, _phones = place_or_404(code)
    meetings = Meeting.objects.not_party().filter(unit=unit, held_on__range=_days(request)).select_related("body")
    home = absolute(request, reverse("unit", args=[unit.code]))
    return _answer(unit.name, [_of_meeting(meeting, unit, home) for meeting in meetings.order_by("held_on", "id")])


@login_not_required  # calendar programs have no accounts
@require_safe
def unit_duties(request, code):
    """The last days of what must be published, of as many days. All-day events that occupy nobody."""
    unit, _above, _below, _phones = place_or_404(code)
    first, last = _days(request)
    boards = {board: absolute(request, reverse("board", args=[unit.code, board])) for board in Board}
    events = [
        _of_duty(duty, unit, boards[duty.item.board])
        for duty in duties_at(unit, on=request.today, until=last)
        if duty.unit == unit.pk and first <= duty.due.on <= last
    ]
    return _answer(_("%(unit)s: what must be published") % {"unit": unit.name}, events)


def _days(request):
    return request.today - BACK, request.today + AHEAD


def _answer(name, events):
    """iCalendar (RFC 5545) in the time of China, of `events` whose ids never change."""
    calendar = Calendar()
    calendar.add("prodid", "-//community governance portal//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", timezone.get_default_timezone_name())
    # How often programs ask again: Apple's and others' (RFC 7986), and Outlook's.
    calendar.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _of_meeting(meeting, unit, url):
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{unit.code}.portal")
    event.add("dtstamp", meeting.called_at.astimezone(datetime.UTC))
    event.add("sequence", meeting.version)
    event.add("summary", meeting.body.name)
    if meeting.voting_from:
        event.add("dtstart", meeting.voting_from)
        event.add("dtend", meeting.held_on + datetime.timedelta(1))
    elif meeting.held_at:
        moment = datetime.datetime.combine(meeting.held_on, meeting.held_at, timezone.get_default_timezone())
        event.add("dtstart", moment)
        event.add("dtend", moment + LASTS)
    else:
        event.add("dtstart", meeting.held_on)
    event.add("location", meeting.place)
    event.add("url", url)
    event.add("status", "CANCELLED" if meeting.outcome == MeetingOutcome.CALLED_OFF else "CONFIRMED")
    return event


def _of_duty(duty, unit, url):
    title = in_place(duty.item.title, unit)
    period = duty.period.code if duty.period else "standing"
    begins = duty.period.first if duty.period else duty.due.on
    event = Event()
    event.add("uid", f"duty-{duty.item.key}-{period}@{unit.code}.portal")
    # A duty is nobody's record: it is there from the first day of its period.
    event.add("dtstamp", datetime.datetime.combine(begins, datetime.time(), datetime.UTC))
    event.add("summary", _("To be published: %(item)s") % {"item": title})
    event.add("dtstart", duty.due.on)
    event.add("dtend", duty.due.on + datetime.timedelta(1))
    event.add("transp", "TRANSPARENT")
    if duty.period:
        event.add("description", duty.period.label)
    event.add("url", url)
    return event
