"""What must be published when (pure): a duty is an item of the catalogue at a unit for a period.

Nobody types a duty. Periodic items are due on the 15th of the month after their period (custom of Chongqing [LOC]; URC
art. 34 says 及时); standing items once, within a month of the day from which duties are reckoned, and again when their
notice is withdrawn; event items have no day, because nobody but the committee knows of the event. A last day that is a
holiday moves to the next working day (Civil Code, art. 203); in a year whose calendar is not known yet it stays where
it is and is marked `nominal`.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from disclosure import periods
from disclosure.catalogue import Item
from disclosure.enums import Cause, DutyState, Frequency
from disclosure.workdays import HOLIDAYS, CalendarMissing, is_workday

BACK = timedelta(400)  # a year and the time to publish its last period: older duties are past help
NOTHING_TEXT = "本期无{title}内容，特此说明。"


@dataclass(frozen=True)
class Due:
    """The last day of a duty. `nominal`: the calendar of that year is unknown, a holiday may still move it."""

    on: date
    nominal: bool = False


@cache
def last_day(nominal):
    """`nominal`, or the next working day when it is none."""
    day = nominal
    try:
        while not is_workday(day):
            day += timedelta(1)
    except CalendarMissing:
        return Due(nominal, nominal=True)
    return Due(day)


@cache
def days_off():
    """Every day of the known years on which offices are closed, for the database, which has no calendar of its own."""
    found = []
    for year in HOLIDAYS:
        day = date(year, 1, 1)
        while day.year == year:
            if not is_workday(day):
                found.append(day)
            day += timedelta(1)
    return found


def month_after(day):
    """The same day of the next month, or its last one: within a month of `day`."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def periods_between(first, last):
    """[(period, its Due)] of every frequency, of all periods that end on or after `first` and begin by `last`."""
    found = []
    for frequency in periods.MONTHS:
        period = periods.period_of(frequency, last)
        while period.last >= first:
            found.append((period, last_day(period.nominal_due)))
            period = periods.period_of(frequency, period.first - timedelta(1))
    return found


@dataclass(frozen=True)
class Duty:
    """One duty and what was done about it. `period` is None for standing items.

    `published_on`: the day on which its notice first hung; `nothing_on`: when it was signed that there is nothing to
    report; `cause`: what it waits for while neither happened; `notice`: the id of its notice or draft.
    """

    unit: int
    item: Item
    period: periods.Period | None
    due: Due
    published_on: date | None = None
    nothing_on: date | None = None
    cause: Cause = Cause.NOT_DRAFTED
    notice: int | None = None

    @property
    def is_done(self):
        return bool(self.published_on or self.nothing_on)

    @property
    def standing(self):
        return self.item.duty == Frequency.STANDING

    def state(self, on):
        """The `DutyState` on the day `on`. Late is after the last day; the last day itself is in time."""
        if self.published_on:
            return DutyState.DONE_LATE if self.published_on > self.due.on else DutyState.DONE
        if self.nothing_on:
            return DutyState.NOTHING
        if on > self.due.on:
            return DutyState.OVERDUE
        return DutyState.NOT_YET if self.period and on <= self.period.last else DutyState.DUE

    @property
    def query(self):
        """What opens the form of its draft: item and period."""
        return f"item={self.item.key}" + (f"&period={self.period.code}" if self.period else "")
