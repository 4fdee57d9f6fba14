"""What matters there are, which of them are the owners', and who can call for a decision."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from councils.enums import InitiatorKind
from councils.voting import Share


@dataclass(frozen=True)
class Category:
    """A kind of major matter. `decider` is who decides it where nothing else is said."""

    code: str
    title: str | Promise
    decider: str = "representatives"  # or "meeting", "owners"
    common_parts: bool = False  # often touches the owners' common parts
    in_compounds: bool = True  # not what only the committee of residents or villagers has


@dataclass(frozen=True)
class OwnersItem:
    """An item of CC 278 paragraph 1, reserved to the owners of a compound."""

    number: int
    title: str | Promise
    rule: str


@dataclass(frozen=True)
class StatutoryCall:
    """A request that no branch can block: enough people ask, and the deciding body must meet.

    `asked_by`: whom its law counts. `known_from`: the day its law came into force, where that lies after the first
    version of the procedures.
    """

    key: str
    label: str | Promise
    share: Share
    body: str
    basis: str | Promise
    asked_by: tuple[InitiatorKind, ...]
    known_from: date | None = None


# Domain §3: composed from local rules and URC 30, 34, 42.
CATEGORIES = {
    category.code: category
    for category in (
        Category("M01", _("Plans and yearly plans")),
        Category("M02", _("Self-government charter and residents' covenant"), decider="meeting", in_compounds=False),
        Category("M03", _("Yearly report, budget and final account of the residents' committee"), in_compounds=False),
        Category("M04", _("Public works and livelihood projects")),
        Category("M05", _("Raising money or labour, donations")),
        Category("M06", _("Use of the Party service fund"), in_compounds=False),
        Category("M07", _("Buying, letting or disposing of collective or community assets")),
        Category("M08", _("Large spending")),
        Category("M09", _("Works contracts and procurement")),
        Category("M10", _("Renovation of old compounds, added lifts"), common_parts=True),
        Category("M11", _("Property company, common revenue, maintenance fund"), decider="owners", common_parts=True),
        Category("M12", _("Distribution of benefits, relief and aid")),
        Category("M13", _("Pay and honours of community workers"), in_compounds=False),
        Category("M14", _("Public rules on parking, environment, safety")),
        Category("M15", _("Expropriation and resettlement"), in_compounds=False),
        Category("M16", _("Choosing persons (supervision, mediation, councils)")),
        Category("M17", _("Other matters that one tenth of the residents ask for"), decider="meeting"),
    )
}

ORDINARY, SPECIAL = "owners_ordinary", "owners_special"
OWNERS_ITEMS = {
    item.number: item
    for item in (
        OwnersItem(1, _("Rules of procedure of the owners' assembly"), ORDINARY),
        OwnersItem(2, _("Management covenant"), ORDINARY),
        OwnersItem(3, _("Electing the owners' committee or replacing its members"), ORDINARY),
        OwnersItem(4, _("Hiring or dismissing the property company or other manager"), ORDINARY),
        OwnersItem(5, _("Using the maintenance fund"), ORDINARY),
        OwnersItem(6, _("Raising the maintenance fund"), SPECIAL),
        OwnersItem(7, _("Altering or rebuilding a building and its facilities"), SPECIAL),
        OwnersItem(8, _("Changing the use of common parts or running a business on them"), SPECIAL),
        OwnersItem(9, _("Other important matters of co-ownership and joint management"), ORDINARY),
    )
}

_NEW_URC = date(2026, 1, 1)
STATUTORY_CALLS = {
    call.key: call
    for call in (
        StatutoryCall(
            "residents_tenth",
            _("one tenth of the adult residents or household representatives"),
            Share(1, 10),
            "residents_meeting",
            _("Organic Law of the Urban Residents' Committees, article 26"),
            (InitiatorKind.RESIDENTS, InitiatorKind.HOUSEHOLDS),
            _NEW_URC,
        ),
        StatutoryCall(
            "reps_third",
            _("one third of the residents' representatives"),
            Share(1, 3),
            "residents_meeting",
            _("Organic Law of the Urban Residents' Committees, article 26"),
            (InitiatorKind.REPRESENTATIVES,),
            _NEW_URC,
        ),
        StatutoryCall(
            "reps_fifth",
            _("one fifth of the residents' representatives"),
            Share(1, 5),
            "residents_reps",
            _("Organic Law of the Urban Residents' Committees, article 28"),
            (InitiatorKind.REPRESENTATIVES,),
            _NEW_URC,
        ),
        StatutoryCall(
            "villagers_tenth",
            _("one tenth of the villagers"),
            Share(1, 10),
            "villagers_meeting",
            _("Organic Law of the Villagers' Committees, article 25"),
            (InitiatorKind.RESIDENTS,),
        ),
        StatutoryCall(
            "village_reps_third",
            _("one third of the villagers' representatives"),
            Share(1, 3),
            "villagers_meeting",
            _("Organic Law of the Villagers' Committees, article 25"),
            (InitiatorKind.REPRESENTATIVES,),
        ),
        StatutoryCall(
            "village_reps_fifth",
            _("one fifth of the villagers' representatives"),
            Share(1, 5),
            "villagers_reps",
            _("Organic Law of the Villagers' Committees, article 30"),
            (InitiatorKind.REPRESENTATIVES,),
        ),
        StatutoryCall(
            "owners_fifth",
            _("20 percent of the owners"),
            Share(1, 5),
            "owners_assembly",
            _("Regulations on Property Management, article 13"),
            (InitiatorKind.OWNERS,),
        ),
    )
}
