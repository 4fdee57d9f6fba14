"""The periods that items are disclosed for (pure): months, quarters, half-years, years.

A period has a code for addresses and forms: 2026-09, 2026Q3, 2026H2, 2026. All of them are whole months, so that all
follow one rule for their last day to be published: the 15th of the month after they ended.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from disclosure.enums import Frequency

MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF_YEAR: 6, Frequency.YEAR: 12}
# The 15th of the following month: custom of Chongqing for monthly and quarterly items (domain.md §3 [LOC]); no
# national law names a day, URC art. 34 says 及时.
DAYS_AFTER = 15
_CODE = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>\d\d)|(?P<letter>[QH])(?P<part>\d))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """Whole months from `first` to `last` for an item of `frequency`; standing and event items have none."""

    first: date
    last: date
    frequency: Frequency

    @property
    def code(self):
        """2026-09, 2026Q3, 2026H2 or 2026."""
        year, part = self.first.year, (self.first.month - 1) // MONTHS[self.frequency] + 1
        return {
            Frequency.MONTH: f"{year}-{part:02d}",
            Frequency.QUARTER: f"{year}Q{part}",
            Frequency.HALF_YEAR: f"{year}H{part}",
            Frequency.YEAR: f"{year}",
        }[self.frequency]

    @property
    def label(self):
        """In words."""
        year, part = self.first.year, (self.first.month - 1) // MONTHS[self.frequency] + 1
        words = {
            Frequency.MONTH: _("%(month)s/%(year)s"),
            Frequency.QUARTER: _("quarter %(part)s of %(year)s"),
            Frequency.HALF_YEAR: _("first half of %(year)s") if part == 1 else _("second half of %(year)s"),
            Frequency.YEAR: _("year %(year)s"),
        }[self.frequency]
        return words % {"year": year, "month": self.first.month, "part": part}

    @property
    def nominal_due(self):
        """The 15th of the month after it ended, before holidays move it."""
        return self.last + timedelta(DAYS_AFTER)

    def __str__(self):
        return self.label


@lru_cache(4096)
def period_of(frequency, day):
    """The period of `frequency` that holds `day`; None for standing and event items."""
    months = MONTHS.get(frequency)
    if months is None:
        return None
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, _last_day(first, months), Frequency(frequency))


def between(first, last):
    """The period whose days these are; None when they are none."""
    for frequency in MONTHS:
        period = first and period_of(frequency, first)
        if period and (period.first, period.last) == (first, last):
            return period
    return None


def parse(code):
    """The period with this code; None for anything else."""
    match = _CODE.fullmatch(code or "")
    if not match:
        return None
    if match["month"]:
        frequency, month = Frequency.MONTH, int(match["month"])
    elif match["letter"]:
        frequency = Frequency(match["letter"])
        month = (int(match["part"]) - 1) * MONTHS[frequency] + 1
    else:
        frequency, month = Frequency.YEAR, 1
    return period_of(frequency, date(int(match["year"]), month, 1)) if 1 <= month <= 12 else None


def recent(frequency, today, count):
    """The period of `frequency` that `today` is in and the `count` before it, newest first."""
    found = [period_of(frequency, today)]
    while len(found) <= count:
        found.append(period_of(frequency, found[-1].first - timedelta(1)))
    return found


def _last_day(first, months):
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1) - timedelta(1)
