"""Who may read an internal file; `audit` asks here, because it knows no units and no powers."""

from audit.enums import Audience
from orgs.permissions import scope
from orgs.powers import Power

POWER = {Audience.UNIT: Power.SEE_INTERNAL, Audience.PARTY: Power.SEE_PARTY_INTERNAL}


def may_read(user, attachment, on):
    """Whether `user` holds, on the day `on`, the power that opens files of this audience at this unit.

    A file of the Party organisation stays with that organisation; the power for internal records does not open it.
    """
    return scope(user, POWER[attachment.audience_on(on)], on=on).covers(attachment.path)
