"""Working days of the Chinese mainland, by year, from the notices of the General Office of the State Council.

Weekends are days off unless a notice makes them working days (调休); holidays are off. The table of a year appears in
the autumn before; a year without a table is refused, never guessed. Adding a year is one row in each table, or, between
two versions of the portal, a file that the administrator writes (`learn`; docs/operations.md).
"""

import json
from datetime import date, timedelta

from django.utils.translation import gettext as _


class CalendarMissing(Exception):
    """No official calendar is known for the year `self.year`. `str()` says so."""

    def __init__(self, year):
        self.year = year
        super().__init__(
            _("The official calendar of working days of %(year)s is not in the portal yet.") % {"year": year}
        )


def _days(year, *spans):
    """The days of `year` in spans of ((month, day), (month, day)), both ends included."""
    days = set()
    for first, last in spans:
        day, end = date(year, *first), date(year, *last)
        while day <= end:
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


# Days off beyond the weekends. 2025: 国办发明电〔2024〕12号; 2026: 国办发明电〔2025〕7号.
HOLIDAYS = {
    2025: _days(
        2025,
        ((1, 1), (1, 1)),
        ((1, 28), (2, 4)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((5, 31), (6, 2)),
        ((10, 1), (10, 8)),
    ),
    2026: _days(
        2026,
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ),
}
# Weekend days that are worked.
WORKED_WEEKENDS = {
    2025: frozenset(date(2025, m, d) for m, d in ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))),
    2026: frozenset(date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))),
}


class CalendarWrong(ValueError):
    """A file of working days cannot be so. `str()` says what is wrong, for the administrator, in English."""


def learn(text):
    """Know the years of a file: {"2027": {"source": "国办发明电…号", "off": ["2027-01-01/2027-01-03"], "worked": […]}}.

    What it says of a year holds before what the portal says. Raises CalendarWrong, and then nothing was learnt.
    """
    try:
        years = {int(year): _table(int(year), **row) for year, row in json.loads(text).items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CalendarWrong(str(error)) from error
    for year, (off, worked) in years.items():
        HOLIDAYS[year], WORKED_WEEKENDS[year] = off, worked


def _table(year, *, source, off, worked):
    """(days off, weekend days that are worked) of a year."""
    if not source.strip():
        raise ValueError(f"{year}: name the notice of the State Council under source")
    found = set()
    for span in off:
        first, _slash, last = span.partition("/")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if end < day or (end - day).days > 30:
            raise ValueError(f"{year}: {span} is no span of days off")
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    made_up = frozenset(date.fromisoformat(day) for day in worked)
    if not found or any(day.year != year for day in found | made_up):
        raise ValueError(f"{year}: days off of this year, and none of another, are needed")
    if wrong := [day for day in made_up if day.weekday() < 5 or day in found]:
        raise ValueError(f"{year}: {min(wrong)} is no day of a weekend that is worked")
    return frozenset(found), made_up


def is_workday(day):
    """Whether offices work on `day`. Raises CalendarMissing for a year without a table."""
    if day.year not in HOLIDAYS:
        raise CalendarMissing(day.year)
    if day in WORKED_WEEKENDS[day.year]:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS[day.year]


def add_workdays(day, count):
    """The `count`-th working day after `day`; `day` itself does not count. Raises CalendarMissing, ValueError."""
    if count < 1:
        raise ValueError("count must be at least 1")
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
