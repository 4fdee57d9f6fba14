"""calendar.ics opens in ordinary calendar programs: parsed, and held to the letter of RFC 5545."""

import datetime
import zoneinfo

from django.urls import reverse
from icalendar import Calendar

from councils.models import Meeting
from tests.world import TODAY


def test_meetings_and_last_days_for_any_calendar_program(world, settings, django_assert_max_num_queries):
    settings.PAGE_CACHE_SECONDS = 1
    address, duties = (reverse(name, args=[world.liuxi.code]) for name in ("unit_calendar", "unit_duties"))
    with django_assert_max_num_queries(6):
        due = Calendar.from_ical(world.client().get(duties).content)
    with django_assert_max_num_queries(6):
        response = world.client().get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert b"\n" not in b"".join(lines) and all(len(line) <= 75 for line in lines)
    calendar = Calendar.from_ical(response.content)
    assert not calendar.errors
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in lines and b"X-PUBLISHED-TTL:PT6H" in lines
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert all(key.startswith("meeting-") for key in events), "of duties residents have no appointments"
    events |= {str(event["UID"]): event for event in due.walk("VEVENT")}
    assert len(events) == len(calendar.walk("VEVENT")) + len(due.walk("VEVENT")) and not due.errors
    assert all(event["DTSTAMP"].to_ical().endswith(b"Z") for event in events.values())
    due = events[f"duty-R28-2026-10@{world.liuxi.code}.portal"]
    assert due["DTSTART"].dt == datetime.date(2026, 11, 16) and due["DTEND"].dt == datetime.date(2026, 11, 17)
    near = range(-30, 366)
    meetings = [key for key in events if key.startswith("meeting-")]
    public = Meeting.objects.not_party().filter(unit=world.liuxi)
    shown = [row for row in public if (row.held_on - TODAY).days in near]
    assert sorted(meetings) == sorted(f"meeting-{row.pk}@{world.liuxi.code}.portal" for row in shown) and shown
    timed = next(row for row in shown if row.held_at)
    start = events[f"meeting-{timed.pk}@{world.liuxi.code}.portal"]["DTSTART"]
    assert start.params["TZID"] == "Asia/Shanghai"
    assert start.dt == datetime.datetime.combine(timed.held_on, timed.held_at, zoneinfo.ZoneInfo("Asia/Shanghai"))
    end = events[f"meeting-{timed.pk}@{world.liuxi.code}.portal"]["DTEND"]
    assert end.params["TZID"] == "Asia/Shanghai" and end.dt - start.dt == datetime.timedelta(hours=2)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert not any("P12" in key for key in events)
    again = world.client().get(address, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
