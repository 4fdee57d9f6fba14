"""Who settles what is due at a place, and who signs that there is nothing to report."""

from django.utils.translation import gettext as _

from disclosure.permissions.notices import signing_power
from orgs.enums import Level
from orgs.permissions import refusal
from orgs.powers import Power


def missing_oversight(unit, user, on):
    """Why `user` may not settle from when on duties are reckoned: that is for whoever oversees `unit`. None: may."""
    return refusal(user, Power.OVERSEE, unit.path, on=on)


def missing_settling(unit, board, user, on):
    """Why `user` may not change the catalogue of `board` at `unit` on `on`, or None.

    At a community by who signs the notices of the board, above it by who oversees the communities.
    """
    power = signing_power(board) if unit.level >= Level.COMMUNITY else Power.OVERSEE
    return refusal(user, power, unit.path, on=on)


def missing_ending(change, user, on):
    """Why `user` may not end what was settled, or None: whoever could enter it may."""
    if change.row is None:
        return missing_oversight(change.unit, user, on)
    return missing_settling(change.unit, change.row.board, user, on)


def may_leave_out(unit, item):
    """A street may leave out, for all below, only what is for the Party organisation."""
    if unit.level < Level.COMMUNITY and item.scope.is_public:
        return _("Only a community itself can leave out what is open to its residents.")
    return None


def missing_signature(unit, item, user, on):
    """Why `user` may not sign statements about `item` at `unit` on `on`, or None."""
    reason = refusal(user, signing_power(item.board), unit.path, on=on)
    if reason is None and not item.scope.is_public:
        reason = refusal(user, Power.SEE_PARTY_INTERNAL, unit.path, on=on)
    return reason


def may_sign_nothing(duty, on):
    """Only for a duty (None: there is none) whose period is over, and while nothing was published or stated."""
    if duty is None or duty.period is None:
        return _("This is not due here.")
    if duty.published_on:
        return _("A notice has been published for this period.")
    if duty.nothing_on:
        return _("This has been registered; there is no need to send it again.")
    if duty.notice:
        return _("A draft for this period is being worked on. Throw it away first, or publish it.")
    if on <= duty.period.last:
        return _("The period is not over yet.")
    return None
