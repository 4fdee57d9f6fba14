"""How dates, times and money read, in the language of the page. Pure: no clock, no request."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import pgettext


def day(date):
    """3月6日, or 6 March: a day of the year that the text around it makes clear."""
    return formats.date_format(date, pgettext("date format: month and day", "j F"))


def longday(date):
    """2026年3月6日, or 6 March 2026; of a moment its day here."""
    if isinstance(date, datetime):
        date = timezone.localdate(date)
    return formats.date_format(date, pgettext("date format: year, month and day", "j F Y"))


def month(date):
    """6月, or Jun: the head of a calendar leaf."""
    return formats.date_format(date, pgettext("date format: month on a calendar leaf", "M"))


def leaf_weekday(date):
    """星期四, or Thu: the foot of a calendar leaf."""
    return formats.date_format(date, pgettext("date format: weekday on a calendar leaf", "D"))


def weekday(date):
    """星期四, or Thursday."""
    return formats.date_format(date, "l")


def clocktime(time):
    """上午9:30, 下午3:00, 晚7:00, or 9:30 am. `time` has `hour` and `minute`; an aware datetime comes in local time."""
    figures = f"{(time.hour - 1) % 12 + 1}:{time.minute:02}"
    if time.hour < 6:
        return pgettext("before 6 in the morning", "%s am") % figures
    if time.hour < 12:
        return pgettext("morning", "%s am") % figures
    if time.hour < 13:
        return pgettext("noon", "%s pm") % figures
    if time.hour < 18:
        return pgettext("afternoon", "%s pm") % figures
    return pgettext("evening", "%s pm") % figures


def yuan(fen):
    """186000 or 186000.50: integer fen as running text writes yuan, without separators."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    whole, rest = divmod(fen, 100)
    return f"{sign}{whole}.{rest:02}" if rest else f"{sign}{whole}"


def account(fen):
    """186,000.00: integer fen as a table of account writes yuan."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    whole, rest = divmod(fen, 100)
    return f"{sign}{whole:,}.{rest:02}"
