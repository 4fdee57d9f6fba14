"""The clocks of a notice (pure). Days count from the day after the event (Civil Code, art. 201).

Two clocks run side by side: the *display period* (公布期限, at least 15 days: URC art. 34) and, inside it, the
*objection window* (意见反映期, customary 7 days). A correction starts both again.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from disclosure.workdays import add_workdays

DISPLAY_DAYS = 15  # URC art. 34, VC art. 35
WINDOW_DAYS = 7  # custom of the place; nothing in the law
REPLY_WORKDAYS = 3  # first reply to a question or objection; local (Chongqing)
INTERIM_DAYS = 15  # the reply to what cannot be answered at once; local (Shanghai)
FEEDBACK_DAYS = 10  # in which a resident may say whether the reply satisfies; custom of the place


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self):
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @property
    def days(self):
        """Its length in days."""
        return (self.last - self.first).days + 1


def display_period(published_on, days):
    """The `days` days of display after the day of publication."""
    if days < 1:
        raise ValueError("days must be at least 1")
    return Period(published_on + timedelta(days=1), published_on + timedelta(days=days))


def objection_window(published_on, days):
    """The days for objections, or None when the notice has no window (`days` is 0)."""
    return display_period(published_on, days) if days else None


def interim_latest(received_on):
    """The last day that an interim reply may promise for the reply."""
    return received_on + timedelta(days=INTERIM_DAYS)


def reply_due(received_on, days=REPLY_WORKDAYS):
    """The last day for a first reply: `days` working days after receipt. Raises CalendarMissing."""
    return add_workdays(received_on, days)
