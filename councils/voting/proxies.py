"""Where the law lets somebody vote for another, and for how many (domain §4). Elsewhere members come themselves."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Proxies:
    """Written proxies: `most` for one holder (None: the law sets no number), `not_in` the modes without any."""

    basis: str | Promise
    most: int | None = None
    not_in: tuple[str, ...] = ()


_ELECTION = Proxies(
    gettext_lazy("Organic Law of the Urban Residents' Committees, article 19"), most=3, not_in=("representatives",)
)
_OWNERS = Proxies(gettext_lazy("Regulations on Property Management, article 12"))
# By the key of the voting rule.
PROXIES = {
    "urc_election": _ELECTION,
    "urc_election_rerun": _ELECTION,
    "owners_ordinary": _OWNERS,
    "owners_special": _OWNERS,
}


def proxies_of(rule):
    """The `Proxies` that `rule` knows, None where everybody comes in person."""
    row = PROXIES.get(rule.key)
    return None if row is None or rule.mode in row.not_in else row


def why_no_proxies(rule):
    """Why nobody may vote for another under `rule`; None when somebody may."""
    if proxies_of(rule):
        return None
    if row := PROXIES.get(rule.key):
        return _("Representatives vote themselves (%(basis)s).") % {"basis": row.basis}
    return _("The members of this meeting come in person, without proxies (%(basis)s).") % {"basis": rule.basis}


def limited(row, most, document):
    """`row` with the number `most` that `document` sets (None: it sets none), never more than the law's."""
    if most is None or row.most is not None and row.most <= most:
        return row
    return replace(row, most=most, basis=document)


def why_too_many(row, held):
    """Why a holder of `held` proxies may not take another under `row` (`Proxies`); None when they may."""
    if row.most is None or held < row.most:
        return None
    return _("Nobody votes for more than %(most)s others (%(basis)s).") % {"most": row.most, "basis": row.basis}
