"""Within how many days the committee calls a meeting that enough people ask for by law.

The laws say that it must be called, not by when: these days are the portal's own default, unconfirmed. A community
whose rules give another number enters it (see `LocalRule`).
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 30
# Where practice gives owners longer.
DAYS = {"owners_assembly": 60}
BASIS = _("common practice; no law sets a number of days")


def days_to_call(body):
    """Days in which a meeting of the kind `body` is called, where no local rule says otherwise."""
    return DAYS.get(body, DEFAULT_DAYS)


def last_day_to_call(counted_on, days):
    """The last day on which the meeting may be called: days count from the day after the signatures were counted."""
    return counted_on + timedelta(days=days)
