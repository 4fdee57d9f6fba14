"""Which papers there are, and how long the archive keeps them: tables of data."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from councils.papers import matters, meetings

# Periods of retention as archives name them. The model is the Measures on the Archives of Villages (2017); which row
# falls under which period is custom, unconfirmed, and said to be so on the paper itself (domain §7).
PERMANENT, THIRTY, TEN = "永久", "30年", "10年"
RETENTION = {
    "register": PERMANENT,
    "resolution": PERMANENT,
    "resolution_notice": PERMANENT,
    "outcome_notice": PERMANENT,
    "minutes": THIRTY,
    "count": THIRTY,
    "sign-in": THIRTY,
    "opinions": THIRTY,
    "consultation": THIRTY,
    "scan": THIRTY,
    "file": THIRTY,
    "notice": TEN,
}
RETENTION_NOTE = "保管期限参照《村级档案管理办法》（2017年）填列，具体期限未经核实，以当地档案主管部门规定为准。"


@dataclass(frozen=True)
class Form:
    """A paper that can be printed and saved: `build` makes it, `why_not` says why there is none (or None)."""

    key: str
    title: str | Promise
    build: Callable
    why_not: Callable = staticmethod(lambda subject: None)


def _table(*forms):
    return {form.key: form for form in forms}


# Of a meeting; `build` takes a Session.
MEETING_FORMS = _table(
    Form("packet", _("Packet for the meeting"), meetings.packet),
    Form("notice", _("Notice of the meeting"), meetings.notice),
    Form("sign-in", _("Sign-in sheet"), meetings.sign_in, meetings.why_no_sign_in),
    Form("ballots", _("Ballots"), meetings.ballots, meetings.why_no_ballots),
    Form("count", _("Count sheet"), meetings.count_sheet),
    Form("minutes", _("Minutes"), meetings.minutes),
)
# Those that the dossier keeps, in the order of their use.
KEPT = ("notice", "sign-in", "count", "minutes")
# Of these, those that were there before the meeting: the portal made them only of a meeting that it called.
BEFOREHAND = ("notice", "sign-in")
# Of a matter; `build` takes the matter as `for_page` loads it and `opened`, which sittings the reader may read.
MATTER_FORMS = _table(
    Form("resolution", _("Resolution"), lambda matter, opened: matters.resolution(matter), matters.why_no_resolution),
    Form("register", _("Register of the six stages"), lambda matter, opened: matters.register(matter, opened=opened)),
)
