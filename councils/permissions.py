"""Who may read and do what with matters and meetings. Rows are checked against the same scope as the lists.

The records of a Party meeting belong to its Party organisation alone: whoever has no `see_party_internal` at that unit
sees of it the body, the day and that it passed, at the desk as in public, and can neither enter nor confirm it.
"""

from orgs.permissions import holders, require, scope
from orgs.powers import Power


def may_read_meeting(user, meeting, on):
    """Whether `user` may read roll, minutes, scans and counts of `meeting` on the day `on`."""
    power = Power.SEE_PARTY_INTERNAL if meeting.is_party else Power.SEE_INTERNAL
    return scope(user, power, on=on).covers(meeting.unit.path)


def may(user, power, unit, on):
    """Whether `user` holds `power` at `unit` on the day `on`: shows or hides a button."""
    return scope(user, power, on=on).covers(unit.path)


def require_at(user, power, unit, on):
    """PowerMissing unless `user` holds `power` at `unit` on the day `on`."""
    require(user, power, unit.path, on=on)


def require_recording(user, meeting, on):
    """PowerMissing unless `user` may enter the record of `meeting`."""
    require(user, Power.RUN_MEETINGS, meeting.unit.path, on=on)
    if meeting.is_party:
        require(user, Power.SEE_PARTY_INTERNAL, meeting.unit.path, on=on)


def recorders(meeting, on):
    """The ids of the users who may enter the record of `meeting`, which is none of the Party's."""
    return holders(Power.RUN_MEETINGS, meeting.unit.path, on=on)


def may_confirm(user, meeting, on):
    """Whether `user` may confirm the record of `meeting`, as far as powers go."""
    return may(user, Power.CONFIRM_RECORDS, meeting.unit, on) and may_read_meeting(user, meeting, on)


def require_confirming(user, meeting, on):
    """PowerMissing unless `user` may confirm the record of `meeting`."""
    require(user, Power.CONFIRM_RECORDS, meeting.unit.path, on=on)
    if meeting.is_party:
        require(user, Power.SEE_PARTY_INTERNAL, meeting.unit.path, on=on)


def may_settle(user, unit, on):
    """Whether `user` may enter local rules of `unit` on `on`: who answers for its records, or keeps its terms."""
    return may(user, Power.CONFIRM_RECORDS, unit, on) or may(user, Power.MANAGE_TERMS, unit, on)


def require_settling(user, unit, on):
    """PowerMissing unless `user` may enter local rules of `unit`."""
    if not may_settle(user, unit, on):
        require(user, Power.CONFIRM_RECORDS, unit.path, on=on)
