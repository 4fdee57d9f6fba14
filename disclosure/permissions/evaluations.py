"""When residents are asked for their evaluation, and what is wrong with its days and tellers."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.enums import Audience
from disclosure import evaluation


def may_open_evaluation(notice, on):
    """Of a public notice that counts."""
    version = notice.current
    if notice.audience != Audience.PUBLIC or version is None or on < version.published_on:
        return _("This notice is not published.")
    if version.withdrawn_at:
        return _("This notice has been withdrawn.")
    return None


def wrong_days(opens_on, closes_on, on):
    """What is wrong with the days of an evaluation that is announced on `on`."""
    if opens_on <= on:
        return _("The first day must lie ahead: slips are printed and handed out before it.")
    if closes_on < opens_on:
        return _("The last day lies before the first.")
    if (closes_on - opens_on).days >= evaluation.MOST_DAYS:
        return _("An evaluation lasts at most %(days)s days.") % {"days": evaluation.MOST_DAYS}
    return None


def may_print_slips(row, on):
    """Before the first day as often as needed, after that only if there are none yet."""
    if over := may_call_off(row, on):
        return over
    if row.printed_at and on >= row.opens_on:
        return _("The slips are in use: printing them anew would void answers.")
    return None


def may_answer_evaluation(row, on):
    """From the first day to the last; in words for residents."""
    if row.called_off_at:
        return _("This evaluation has been called off; its slips are void. Reason: %(reason)s") % {
            "reason": row.called_off_reason
        }
    if on < row.opens_on:
        days = {"day": date_format(row.opens_on)}
        return _("This evaluation begins on %(day)s. Please keep your slip until then.") % days
    if on > row.closes_on:
        return _("This evaluation ended on %(day)s. Thank you all the same.") % {"day": date_format(row.closes_on)}
    return None


def may_enter_paper(row, on):
    """From the first day until counting ends."""
    if row.called_off_at:
        return _("This evaluation has been called off.")
    if not row.printed_at or on < row.opens_on:
        return _("This evaluation has not begun.")
    if on > row.counting_until:
        return _("Counting has ended; the result stands.")
    return None


def may_call_off(row, on):
    """Until the last day. After it somebody may know how the answers fall, and nobody shall choose by that."""
    if row.called_off_at:
        return _("This evaluation has been called off.")
    if on > row.closes_on:
        return _("This evaluation is over.")
    return None


def wrong_tellers(first, second):
    """Two of them, by name."""
    if not first or not second or first == second:
        return _("Two tellers count together. Enter both names.")
    return None
