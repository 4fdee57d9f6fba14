"""Who looks at a draft between its drafter and its signatory, by class (pure).

What each class does in words, with its sources, stands in `disclosure/catalogue/affairs.py`; here is what the portal
holds people to. Drafter, checker and signatory are different persons.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.enums import Board
from orgs.powers import Power


@dataclass(frozen=True)
class Check:
    """One look at a draft before its signature.

    `power` is what a checker holds at the unit; `people` is how many must agree, and more than one of them must sit in
    one of `bodies` themselves. `days` are the calendar days to agree or object, and those to answer an objection,
    from the day after (0: nothing sets a time). `basis` names a local source as local.
    """

    label: str | Promise
    waits: str | Promise
    power: Power
    bodies: tuple[str, ...]
    basis: str | Promise
    people: int = 1
    days: int = 0

    @property
    def by_members(self):
        """Whether only members of `bodies` may check: owners' representatives have no power of their own."""
        return self.people > 1

    def due(self, since):
        """The last day for what began on the day `since`; None without a time."""
        return since + timedelta(days=self.days) if self.days else None


_REVIEW = Check(
    label=pgettext_lazy("step", "Review"),
    waits=_("the affairs supervision committee"),
    power=Power.REVIEW_NOTICES,
    bodies=("supervision_committee", "village_supervision_committee"),
    basis=_("Organic Law of the Urban Residents' Committees, article 36; days: Chongqing, article 35 (local)"),
    days=5,
)
CHECKS = {
    Board.PARTY: Check(
        label=pgettext_lazy("step", "Secrecy and accuracy"),
        waits=_("another person of the Party organisation, for secrecy and accuracy"),
        power=Power.SEE_PARTY_INTERNAL,
        bodies=("party_committee", "branch_committee"),
        basis=_("Regulations on the Openness of Party Affairs (trial), article 15"),
    ),
    Board.RESIDENTIAL: _REVIEW,
    Board.FINANCIAL: _REVIEW,
    Board.COMPOUND: Check(
        label=pgettext_lazy("step", "Re-check"),
        waits=_("three representatives of the owners"),
        power=Power.SEE_INTERNAL,
        bodies=("owners_committee", "interim_property_committee", "courtyard_committee", "owners_assembly"),
        basis=_("Liangping (local practice)"),
        people=3,
    ),
}
# What the owners decided and counted themselves goes on the board within three days; nobody checks it again for them.
DECIDED_BY_OWNERS = ("E01", "E02", "E03", "E04")


def checkers(key, board):
    """The kinds of bodies whose members check an item; empty: it goes straight to the signature."""
    return () if key in DECIDED_BY_OWNERS else CHECKS[board].bodies
