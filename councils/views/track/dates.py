"""Days as a sentence names them."""

from django.utils import formats
from django.utils.translation import pgettext


def day_text(value, on=None):
    """3月6日, or 6 March; beside the day `on` with its year when that is another one."""
    if on and value.year != on.year:
        return formats.date_format(value, pgettext("date format: year, month and day", "j F Y"))
    return formats.date_format(value, pgettext("date format: month and day", "j F"))


def month_text(value):
    """2026年4月, or April 2026."""
    return formats.date_format(value, pgettext("date format: year and month", "F Y"))
