"""Who may read an internal file; `audit` asks here, because it knows no units and no powers."""

from audit.enums import Audience
from disclosure import archive
from disclosure.catalogue import ITEMS
from disclosure.models import NoticeAttachment
from orgs.permissions import scope
from orgs.powers import Power

POWER = {Audience.UNIT: Power.SEE_INTERNAL, Audience.PARTY: Power.SEE_PARTY_INTERNAL}


def may_read(user, attachment, on):
    """Whether `user` holds, on the day `on`, the power that opens files of this audience at this unit.

    A file of the Party organisation stays with that organisation; the power for internal records does not open it.
    """
    return scope(user, POWER.get(attachment.audience_on(on), Power.SEE_INTERNAL), on=on).covers(attachment.path)


def is_withheld(attachment, on):
    """Whether a public file belongs to a relief list that is off the board on `on`: then it is internal again.

    At most three queries; one for every other file.
    """
    hidden = [key for key, item in ITEMS.items() if item.noindex]
    rows = NoticeAttachment.objects.filter(attachment=attachment, version__notice__item__in=hidden)
    versions = [row.version for row in rows.select_related("version__notice__unit")]
    return bool(versions) and all(archive.is_withheld(version, on) for version in versions)
