"""Who publishes what of each board, who reviews and signs it, who supervises it, and the legal sources in words.

The chains are those of domain.md §5; each names its source, and where that is not national law it says so.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.enums import Board

# What the catalogue cites, under the short names of domain.md.
BASES = {
    "PD 15": _("Regulations on the Openness of Party Affairs (trial), article 15"),
    "URC 19": _("Organic Law of the Urban Residents' Committees, article 19"),
    "URC 31": _("Organic Law of the Urban Residents' Committees, article 31"),
    "URC 32, 34": _("Organic Law of the Urban Residents' Committees, articles 32 and 34"),
    "URC 34": _("Organic Law of the Urban Residents' Committees, article 34"),
    "URC 34, 36": _("Organic Law of the Urban Residents' Committees, articles 34 and 36"),
    "URC 34, 42": _("Organic Law of the Urban Residents' Committees, articles 34 and 42"),
    "URC 34, 43": _("Organic Law of the Urban Residents' Committees, articles 34 and 43"),
    "URC 37": _("Organic Law of the Urban Residents' Committees, article 37"),
    "VC 35": _("Organic Law of the Villagers' Committees, article 35"),
    "SAL 45": _("Social Assistance Law, article 45"),
    "CC 278": _("Civil Code, article 278"),
    "CC 281": _("Civil Code, article 281"),
    "CC 943": _("Civil Code, article 943"),
    "SPC 13": _("Interpretation of the Supreme People's Court on condominium ownership, article 13"),
    "Shanghai 67": _("Shanghai Rules on Residential Property, article 67 (local)"),
    "Beijing": _("Beijing Regulations on Property Management (local)"),
    "MCA 2020/20": _("Ministry of Civil Affairs and others, document 20 of 2020"),
    "collective finance": _("Rules on the Openness of Rural Collective Finance, document 13 of 2011 (unconfirmed)"),
    "custom": _("Custom of many places, no law"),
    "local": _("Added by this community"),
}


def basis_in_village(basis):
    """The legal source at a village: the law of residents' committees does not hold there, VC art. 35 does."""
    return "VC 35" if basis.startswith("URC") else basis


@dataclass(frozen=True)
class Affairs:
    """A class of items: its publisher and channel, the chain from preparing to filing, and who supervises it.

    `issuers` are the kinds of bodies that `publisher` stands for. `chain_basis`: where the chain comes from; only that
    of Party affairs is a national rule. `elements`: what a notice of the class says at least, where its item names
    nothing else.
    """

    publisher: Promise
    issuers: tuple[str, ...]
    channel: Promise
    prepare: Promise
    review: Promise
    approve: Promise
    filing: Promise
    supervise: Promise
    chain_basis: Promise
    elements: Promise


_BOARDS = _("Notice board of the community, and this portal")
_FILED = _("Published and filed with the street")
_COMMITTEES = ("residents_committee", "villagers_committee")
AFFAIRS = {
    Board.PARTY: Affairs(
        publisher=pgettext_lazy("affairs", "Party organisation"),
        issuers=("party_committee", "big_party_committee", "general_branch", "branch_committee"),
        channel=_BOARDS,
        prepare=_("A member of the Party organisation drafts content, audience, time and way"),
        review=_("Secrecy and accuracy are checked"),
        approve=_("The secretary or the committee; what is above its power goes to the superior organisation"),
        filing=pgettext_lazy("affairs", "Published"),
        supervise=_("Party members, the superior Party organisation, the member for discipline"),
        chain_basis=BASES["PD 15"],
        elements=_("Content, audience, time, way, responsible person"),
    ),
    Board.RESIDENTIAL: Affairs(
        publisher=pgettext_lazy("affairs", "Residents' committee"),
        issuers=_COMMITTEES,
        channel=_BOARDS,
        prepare=_("A community worker drafts it"),
        review=_("The affairs supervision committee reviews it"),
        approve=_("The residents' committee or its chair confirms it"),
        filing=_FILED,
        supervise=_("The affairs supervision committee, residents"),
        chain_basis=_("Chongqing, article 29 (local rule of villages)"),
        elements=_("Matter, basis, result or progress, responsible person, time, telephone for questions"),
    ),
    Board.FINANCIAL: Affairs(
        publisher=pgettext_lazy("affairs", "Residents' committee"),
        issuers=_COMMITTEES,
        channel=_BOARDS,
        prepare=_("The accountant prepares it"),
        review=_("The affairs supervision committee or the group for democratic finance checks and signs it"),
        approve=_("The chair, the leader of the group and the accountant sign it"),
        filing=_FILED,
        supervise=_("The affairs supervision committee, the street, audit"),
        chain_basis=_("Rules of 2011 on rural collective finance (unconfirmed)"),
        elements=_("Period, opening balance, income by source, expenditure by item, closing balance, who signed"),
    ),
    Board.COMPOUND: Affairs(
        publisher=_("Owners' committee or property company"),
        issuers=(
            *("owners_committee", "owners_assembly", "interim_property_committee", "courtyard_committee"),
            "property_company",
        ),
        channel=_("Board at the entrances of the compound, and this portal"),
        prepare=_("The head of the owners' committee or of the property company prepares it"),
        review=_("At least three representatives of the owners check it again"),
        approve=_("The two committees of the community sign it"),
        filing=_("Published at the entrances"),
        supervise=_("Owners, the residents' committee, the housing department"),
        chain_basis=_("Liangping (local practice)"),
        elements=_("Matter, period, amounts with their sources, responsible person, telephone for questions"),
    ),
}
