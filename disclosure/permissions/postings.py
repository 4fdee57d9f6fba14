"""When a notice can have hung on a physical board."""

from django.utils.translation import gettext as _


def wrong_posting(notice, posted_on, taken_down_on, on):
    """{field: why} of the days on which the notice cannot have hung; empty when it can.

    A day that is None is not judged: it was not read, or the notice still hangs.
    """
    versions = notice.signed_versions
    if not versions:
        return {"posted_on": _("This notice is not published.")}
    wrong = {}
    if taken_down_on and taken_down_on > on:
        wrong["taken_down_on"] = _("This day has not come yet.")
    elif taken_down_on and posted_on and taken_down_on < posted_on:
        wrong["taken_down_on"] = _("It was taken down before it was posted.")
    if posted_on and posted_on < versions[-1].published_on:
        wrong["posted_on"] = _("It was not published yet on this day.")
    elif posted_on and posted_on > on:
        wrong["posted_on"] = _("This day has not come yet.")
    return wrong
