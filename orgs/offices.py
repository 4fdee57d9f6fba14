"""Body kinds and offices as data (domain.md §2).

A body or office is one row here; what it may do is in governance/roles.py. Add an office: one row and `manage.py
migrate`, which tells the database. Add a body kind: one row and `makemigrations`.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.enums import Level, UnitKind


@dataclass(frozen=True)
class Office:
    """A post in a body. `seats` is (least, most) or None; `slot` is its place in 1+1+N+X ("1a", "1b", "N", "X").

    `votes`: its holder has a vote in the body. `public`: the holder's name is shown to everyone.
    """

    key: str
    title: str | Promise
    votes: bool = True
    seats: tuple[int, int | None] | None = None
    slot: str = ""
    public: bool = True


@dataclass(frozen=True)
class BodyKind:
    """A kind of organised body. `party` bodies keep their rolls, minutes and counts to themselves.

    `roll_sources` names the (body kind, office keys) whose terms at the same unit make up a derived body, each
    distinct person once; without it the body's own terms do. `counted`: the roll is usually a number with its source,
    not a list of names. `kinds` limits the units it may stand at; empty: any kind of the levels. `village_title`: what
    it is called in a village, where that differs.
    """

    key: str
    title: str | Promise
    levels: tuple[Level, ...]
    offices: tuple[Office, ...] = ()
    kinds: tuple[UnitKind, ...] = ()
    party: bool = False
    counted: bool = False
    roll_sources: tuple[tuple[str, tuple[str, ...]], ...] = ()
    term_years: int | None = None
    basis: str = ""
    notes: tuple[str, ...] = field(default=())
    village_title: str | Promise = ""

    def title_in(self, village):
        """What it is called in a village (`village` true) or in a community."""
        return (village and self.village_title) or self.title

    def office(self, key):
        """The office `key` of this kind of body. KeyError when there is none."""
        for post in self.offices:
            if post.key == key:
                return post
        raise KeyError(f"{self.key}.{key}")

    @property
    def is_one_one_n_x(self):
        """Whether it is put together as 1+1+N+X."""
        return any(post.slot for post in self.offices)


ABOVE_COMMUNITY = (Level.PROVINCE, Level.CITY, Level.DISTRICT, Level.STREET)
STREET = (Level.STREET,)
COMMUNITY = (Level.COMMUNITY,)
COMPOUND = (Level.COMPOUND,)
BUILDING = (Level.BUILDING,)
COMMUNITY_AND_BELOW = COMMUNITY + COMPOUND + BUILDING
# Other areas of community level (farms, development zones) follow the urban law when they have a committee.
URBAN = (UnitKind.RESIDENTS, UnitKind.OTHER_COMMUNITY)
RURAL = (UnitKind.VILLAGE,)

# Titles carry the context "office": there "chair" is 主任, not the 主持人 of a meeting.
CHAIR = pgettext_lazy("office", "chair")
DEPUTY_CHAIR = pgettext_lazy("office", "deputy chair")
MEMBER = pgettext_lazy("office", "member")
SECRETARY = pgettext_lazy("office", "secretary")
DEPUTY_SECRETARY = pgettext_lazy("office", "deputy secretary")
FULL_TIME_DEPUTY = pgettext_lazy("office", "full-time deputy secretary")
FULL_TIME_MEMBER = pgettext_lazy("office", "full-time member")
PART_TIME_MEMBER = pgettext_lazy("office", "part-time member")
PARTY_MEMBER = pgettext_lazy("office", "Party member")
GROUP_LEADER = pgettext_lazy("office", "group leader")
OFFICER = pgettext_lazy("office", "officer")
CONVENER = pgettext_lazy("office", "convener")

_PARTY_POSTS = (
    Office("secretary", SECRETARY, seats=(1, 1)),
    Office("deputy_secretary", DEPUTY_SECRETARY),
    Office("committee_member", MEMBER),
)
_CHAIR_POSTS = (
    Office("chair", CHAIR, seats=(1, 1)),
    Office("deputy_chair", DEPUTY_CHAIR),
    Office("committee_member", MEMBER),
)
_COUNCIL_POSTS = (Office("convener", CONVENER, seats=(1, 1)), Office("council_member", MEMBER))
_CHAIR_KEYS = tuple(post.key for post in _CHAIR_POSTS)

_STREET_KINDS = (
    BodyKind(
        "street_committee",
        _("Street committee"),
        STREET,
        (
            Office("posted_leader", pgettext_lazy("office", "posted district leader"), slot="1a", seats=(1, 1)),
            Office("secretary", SECRETARY, slot="1b", seats=(1, 1)),
            Office("deputy_secretary", DEPUTY_SECRETARY, slot="N"),
            Office("full_time_member", FULL_TIME_MEMBER, slot="N"),
            Office("paired_unit_head", pgettext_lazy("office", "member from a paired unit"), slot="N"),
            Office("community_secretary", pgettext_lazy("office", "member, community secretary"), slot="X"),
            Office("resident_unit_member", pgettext_lazy("office", "member from a resident unit"), slot="X"),
            Office("part_time_member", PART_TIME_MEMBER, slot="X"),
        ),
        party=True,
        basis="1+1+N+X",
    ),
    BodyKind("street_party_committee", _("Street Party working committee"), STREET, _PARTY_POSTS, party=True),
    BodyKind("organisation_office", _("Party-building office"), STREET, (Office("officer", OFFICER),)),
    BodyKind("governance_office", _("Community governance office"), STREET, (Office("officer", OFFICER),)),
    BodyKind("finance_office", _("Finance office"), STREET, (Office("officer", OFFICER),)),
    BodyKind("discipline_office", _("Discipline office"), STREET, (Office("officer", OFFICER),)),
    BodyKind(
        "portal_administration",
        _("Administration of the portal"),
        ABOVE_COMMUNITY,
        (Office("administrator", pgettext_lazy("office", "administrator"), public=False),),
    ),
)

_COMMUNITY_PARTY_KINDS = (
    BodyKind(
        "big_party_committee",
        _("Community big Party committee"),
        COMMUNITY,
        (
            Office(
                "work_team_head", pgettext_lazy("office", "head of the seconded work team"), slot="1a", seats=(1, 1)
            ),
            Office("secretary", SECRETARY, slot="1b", seats=(1, 1)),
            Office("full_time_deputy", FULL_TIME_DEPUTY, slot="N"),
            Office("full_time_member", FULL_TIME_MEMBER, slot="N"),
            Office("paired_unit_member", pgettext_lazy("office", "member from a paired unit"), slot="N"),
            Office(
                "community_member", pgettext_lazy("office", "member from the community Party organisation"), slot="X"
            ),
            Office("resident_unit_member", pgettext_lazy("office", "member from a resident unit"), slot="X"),
            Office("owners_member", pgettext_lazy("office", "member from an owners' or courtyard committee"), slot="X"),
            Office("property_member", pgettext_lazy("office", "member from the property company"), slot="X"),
            Office("police_member", pgettext_lazy("office", "member, community police"), slot="X"),
            Office("grid_branch_member", pgettext_lazy("office", "member from a grid branch"), slot="X"),
            Office("resident_member", pgettext_lazy("office", "member from the residents"), slot="X"),
            Office("site_member", pgettext_lazy("office", "member from a building, market or park"), slot="X"),
            Office("part_time_member", PART_TIME_MEMBER, slot="X"),
        ),
        party=True,
        basis="1+1+N+X",
    ),
    BodyKind(
        "party_committee",
        _("Community Party organisation"),
        COMMUNITY,
        (
            Office("first_secretary", pgettext_lazy("office", "first secretary"), seats=(0, 1), votes=False),
            Office("secretary", SECRETARY, seats=(1, 1)),
            Office("full_time_deputy", FULL_TIME_DEPUTY),
            Office("deputy_secretary", DEPUTY_SECRETARY),
            Office("committee_member", MEMBER),
            Office("part_time_member", PART_TIME_MEMBER),
            Office("party_worker", pgettext_lazy("office", "Party affairs worker"), votes=False, public=False),
        ),
        party=True,
        term_years=5,
        basis="BR 12",
        village_title=_("Village Party organisation"),
    ),
    BodyKind(
        "party_assembly",
        _("Party members' assembly"),
        COMMUNITY,
        (Office("party_member", PARTY_MEMBER, public=False),),
        party=True,
        counted=True,
        basis="BR 11",
    ),
    BodyKind(
        "two_committees",
        _("The two committees"),
        COMMUNITY,
        party=True,
        roll_sources=(
            ("party_committee", ("secretary", "full_time_deputy", "deputy_secretary", "committee_member")),
            ("residents_committee", _CHAIR_KEYS),
            ("villagers_committee", _CHAIR_KEYS),
        ),
        village_title=_("The two committees of the village"),
    ),
    BodyKind("general_branch", _("Second-tier general branch"), COMMUNITY + COMPOUND, _PARTY_POSTS, party=True),
)

_COMMUNITY_KINDS = (
    BodyKind(
        "residents_committee",
        _("Residents' committee"),
        COMMUNITY,
        _CHAIR_POSTS,
        kinds=URBAN,
        term_years=5,
        basis="URC 8, 13",
    ),
    BodyKind(
        "supervision_committee",
        _("Affairs supervision committee"),
        COMMUNITY,
        _CHAIR_POSTS,
        kinds=URBAN,
        term_years=5,
        basis="URC 36",
    ),
    BodyKind(
        "residents_reps",
        _("Residents' representatives meeting"),
        COMMUNITY,
        (Office("representative", pgettext_lazy("office", "residents' representative")),),
        kinds=URBAN,
        roll_sources=(("residents_reps", ("representative",)), ("residents_committee", _CHAIR_KEYS)),
        term_years=5,
        basis="URC 28, 29",
    ),
    BodyKind("residents_meeting", _("Residents' meeting"), COMMUNITY, kinds=URBAN, counted=True, basis="URC 27"),
    BodyKind(
        "residents_group",
        _("Residents' group"),
        COMMUNITY_AND_BELOW,
        (Office("group_leader", pgettext_lazy("office", "residents' group leader"), seats=(1, 1)),),
        counted=True,
        basis="URC 14",
    ),
    BodyKind(
        "villagers_committee",
        _("Villagers' committee"),
        COMMUNITY,
        _CHAIR_POSTS,
        kinds=RURAL,
        term_years=5,
        basis="VC 6, 11",
    ),
    BodyKind(
        "village_supervision_committee",
        _("Village affairs supervision committee"),
        COMMUNITY,
        _CHAIR_POSTS,
        kinds=RURAL,
        term_years=5,
        basis="VC 32",
    ),
    BodyKind(
        "villagers_reps",
        _("Villagers' representatives meeting"),
        COMMUNITY,
        (Office("representative", pgettext_lazy("office", "villagers' representative")),),
        kinds=RURAL,
        roll_sources=(("villagers_reps", ("representative",)), ("villagers_committee", _CHAIR_KEYS)),
        term_years=5,
        basis="VC 29, 30",
    ),
    BodyKind("villagers_meeting", _("Villagers' meeting"), COMMUNITY, kinds=RURAL, counted=True, basis="VC 26"),
    BodyKind(
        "villagers_group",
        _("Villagers' group"),
        COMMUNITY_AND_BELOW,
        (Office("group_leader", pgettext_lazy("office", "villagers' group leader"), seats=(1, 1)),),
        counted=True,
        basis="VC 32",
    ),
    BodyKind("collective_assembly", _("Members' assembly of the collective"), COMMUNITY, counted=True, basis="RCEO 27"),
    BodyKind(
        "collective_reps",
        _("Members' representatives assembly of the collective"),
        COMMUNITY,
        (Office("representative", pgettext_lazy("office", "members' representative")),),
        basis="RCEO 28",
    ),
    BodyKind(
        "collective_board",
        _("Board of the collective"),
        COMMUNITY,
        (Office("board_chair", pgettext_lazy("office", "chair of the board"), seats=(1, 1)), Office("member", MEMBER)),
        basis="RCEO 31",
    ),
    BodyKind(
        "community_staff",
        _("Community workers"),
        COMMUNITY,
        (Office("worker", pgettext_lazy("office", "community worker")),),
    ),
    BodyKind(
        "mediation_committee",
        _("People's mediation committee"),
        COMMUNITY,
        (Office("chair", CHAIR, seats=(1, 1)), Office("mediator", pgettext_lazy("office", "mediator"))),
        term_years=3,
        basis="PM 8, 9",
    ),
    BodyKind("health_committee", _("Public health committee"), COMMUNITY, _CHAIR_POSTS),
    BodyKind("consultation_council", _("Consultation council"), COMMUNITY, _COUNCIL_POSTS),
    BodyKind("ethics_council", _("Ethics council"), COMMUNITY, _COUNCIL_POSTS),
    BodyKind("ceremonies_council", _("Weddings-and-funerals council"), COMMUNITY, _COUNCIL_POSTS),
    BodyKind("drugs_gambling_council", _("Council against drugs and gambling"), COMMUNITY, _COUNCIL_POSTS),
    BodyKind(
        "police_office",
        _("Community police office"),
        COMMUNITY,
        (Office("police_officer", pgettext_lazy("office", "community police officer")),),
    ),
)

_COMPOUND_KINDS = (
    BodyKind("branch_committee", _("Compound branch"), COMPOUND, _PARTY_POSTS, party=True, term_years=3, basis="BR 12"),
    BodyKind(
        "branch_assembly",
        _("Branch members' assembly"),
        COMPOUND,
        (Office("party_member", PARTY_MEMBER, public=False),),
        party=True,
        counted=True,
        basis="BR 11",
    ),
    BodyKind("owners_committee", _("Owners' committee"), COMPOUND, _CHAIR_POSTS, term_years=5, basis="CC 277"),
    BodyKind("owners_assembly", _("Owners' assembly"), COMPOUND, counted=True, basis="CC 278"),
    BodyKind("interim_property_committee", _("Interim property committee"), COMPOUND, _CHAIR_POSTS),
    BodyKind("courtyard_committee", _("Courtyard committee"), COMPOUND, _CHAIR_POSTS),
    BodyKind("deliberation_council", _("Deliberation council"), COMMUNITY + COMPOUND, _COUNCIL_POSTS),
    BodyKind(
        "supervisory_board",
        _("Supervisory board"),
        COMPOUND,
        (
            Office("head", pgettext_lazy("office", "head of the supervisory board"), seats=(1, 1)),
            Office("supervisor", MEMBER),
        ),
    ),
    BodyKind(
        "property_company",
        _("Property company"),
        COMPOUND,
        (Office("manager", pgettext_lazy("office", "project manager"), seats=(0, 1)),),
    ),
    BodyKind(
        "joint_meeting",
        _("Joint meeting"),
        COMMUNITY + COMPOUND,
        (
            Office("convener", CONVENER, seats=(1, 1)),
            Office("community_side", pgettext_lazy("office", "member for the community")),
            Office("owners_side", pgettext_lazy("office", "member for the owners' committee")),
            Office("property_side", pgettext_lazy("office", "member for the property company")),
            Office("council_side", pgettext_lazy("office", "member for the consultation council")),
            Office("resident_unit_side", pgettext_lazy("office", "member from a resident unit")),
        ),
    ),
    BodyKind(
        "grid_team",
        _("Grid"),
        COMMUNITY_AND_BELOW,
        (
            Office("grid_leader", pgettext_lazy("office", "grid leader"), seats=(1, 1)),
            Office("grid_worker", pgettext_lazy("office", "grid worker")),
        ),
    ),
)

_BUILDING_KINDS = (
    BodyKind(
        "building_group",
        _("Building group"),
        BUILDING,
        (Office("group_leader", GROUP_LEADER, seats=(1, 1)), Office("party_member", PARTY_MEMBER, public=False)),
        party=True,
    ),
    BodyKind(
        "stewards",
        _("Stewards and volunteers' posts"),
        COMMUNITY_AND_BELOW,
        (
            Office("building_steward", pgettext_lazy("office", "building steward")),
            Office("street_steward", pgettext_lazy("office", "street steward")),
            Office("lane_steward", pgettext_lazy("office", "lane steward")),
            Office("red_steward", pgettext_lazy("office", "red steward")),
            Office("hub_household", pgettext_lazy("office", "party-member hub household")),
            Office("sentiment_collector", pgettext_lazy("office", "sentiment collector")),
            Office("dispute_mediator", pgettext_lazy("office", "dispute mediator")),
            Office("civility_adviser", pgettext_lazy("office", "civility adviser")),
        ),
    ),
)

BODY_KINDS = {
    kind.key: kind
    for kind in (*_STREET_KINDS, *_COMMUNITY_PARTY_KINDS, *_COMMUNITY_KINDS, *_COMPOUND_KINDS, *_BUILDING_KINDS)
}
# Whose rolls, minutes and counts belong to the Party organisation alone.
PARTY_KINDS = [key for key, row in BODY_KINDS.items() if row.party]


def office(body_kind, key):
    """The office `key` of the body kind `body_kind`. KeyError when there is none."""
    return BODY_KINDS[body_kind].office(key)


def kinds_at(level, kind):
    """The body kinds that may stand at a unit of this level and kind."""
    return [row for row in BODY_KINDS.values() if level in row.levels and (not row.kinds or kind in row.kinds)]


def as_plain_data():
    """The table as JSON values for the triggers that check bodies and terms (orgs/migrations, orgs/apps.py)."""
    return {
        key: {
            "levels": [int(level) for level in row.levels],
            "kinds": [str(kind.value) for kind in row.kinds],
            "offices": [post.key for post in row.offices],
        }
        for key, row in BODY_KINDS.items()
    }
