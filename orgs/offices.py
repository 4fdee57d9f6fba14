"""Body kinds and offices as data (domain.md §2).

A body or office is one row here; what it may do is in governance/roles.py.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.enums import Level, UnitKind


@dataclass(frozen=True)
class Office:
    """A post in a body. `seats` is (least, most) or None; `slot` is its place in 1+1+N+X ("1a", "1b", "N", "X")."""

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
    distinct person once; a derived body has no terms of its own. `committee` says that it publishes under its name.
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


STREET = (Level.STREET,)
COMMUNITY = (Level.COMMUNITY,)
COMPOUND = (Level.COMPOUND,)
BUILDING = (Level.BUILDING,)
URBAN = (UnitKind.RESIDENTS,)
RURAL = (UnitKind.VILLAGE,)

_COMMITTEE_POSTS = (
    Office("secretary", _("secretary"), seats=(1, 1)),
    Office("deputy_secretary", _("deputy secretary")),
    Office("committee_member", _("committee member")),
)
_CHAIR_POSTS = (
    Office("chair", _("chair"), seats=(1, 1)),
    Office("deputy_chair", _("deputy chair")),
    Office("committee_member", _("committee member")),
)

BODY_KINDS = {
    kind.key: kind
    for kind in (
        # Street
        BodyKind(
            "street_committee",
            _("Street committee"),
            STREET,
            (
                Office("posted_leader", _("posted district leader"), slot="1a", seats=(1, 1)),
                Office("secretary", _("secretary"), slot="1b", seats=(1, 1)),
                Office("deputy_secretary", _("deputy secretary"), slot="N"),
                Office("full_time_member", _("full-time member"), slot="N"),
                Office("part_time_member", _("part-time member"), slot="X"),
            ),
            party=True,
            basis="1+1+N+X",
        ),
        BodyKind("street_party_committee", _("Street Party working committee"), STREET, _COMMITTEE_POSTS, party=True),
        BodyKind("organisation_office", _("Party-building office"), STREET, (Office("officer", _("officer")),)),
        BodyKind("governance_office", _("Community governance office"), STREET, (Office("officer", _("officer")),)),
        BodyKind("finance_office", _("Finance office"), STREET, (Office("officer", _("officer")),)),
        BodyKind("discipline_office", _("Discipline office"), STREET, (Office("officer", _("officer")),)),
        # Community
        BodyKind(
            "big_party_committee",
            _("Community big Party committee"),
            COMMUNITY,
            (
                Office("work_team_head", _("head of the seconded work team"), slot="1a", seats=(1, 1)),
                Office("secretary", _("secretary"), slot="1b", seats=(1, 1)),
                Office("full_time_deputy", _("full-time deputy secretary"), slot="N"),
                Office("full_time_member", _("full-time member"), slot="N"),
                Office("part_time_member", _("part-time member"), slot="X"),
            ),
            party=True,
            basis="1+1+N+X",
        ),
        BodyKind(
            "party_committee",
            _("Community Party organisation"),
            COMMUNITY,
            (
                Office("first_secretary", _("first secretary"), seats=(0, 1), votes=False),
                *_COMMITTEE_POSTS,
                Office("party_worker", _("Party affairs worker"), votes=False),
            ),
            party=True,
            term_years=5,
            basis="BR 12",
        ),
        BodyKind(
            "party_assembly",
            _("Party members' assembly"),
            COMMUNITY,
            (Office("party_member", _("Party member"), public=False),),
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
                ("party_committee", ("secretary", "deputy_secretary", "committee_member")),
                ("residents_committee", ("chair", "deputy_chair", "committee_member")),
                ("villagers_committee", ("chair", "deputy_chair", "committee_member")),
            ),
        ),
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
            term_years=5,
            basis="URC 36",
        ),
        BodyKind(
            "residents_reps",
            _("Residents' representatives meeting"),
            COMMUNITY,
            (Office("representative", _("residents' representative")),),
            kinds=URBAN,
            roll_sources=(
                ("residents_reps", ("representative",)),
                ("residents_committee", ("chair", "deputy_chair", "committee_member")),
            ),
            term_years=5,
            basis="URC 28, 29",
        ),
        BodyKind("residents_meeting", _("Residents' meeting"), COMMUNITY, kinds=URBAN, counted=True, basis="URC 27"),
        BodyKind("community_staff", _("Community workers"), COMMUNITY, (Office("worker", _("community worker")),)),
        # Compound
        BodyKind("branch_committee", _("Compound branch"), COMPOUND, _COMMITTEE_POSTS, party=True, basis="BR 12"),
        BodyKind("owners_committee", _("Owners' committee"), COMPOUND, _CHAIR_POSTS, term_years=5, basis="CC 277"),
        BodyKind("owners_assembly", _("Owners' assembly"), COMPOUND, counted=True, basis="CC 278"),
        # Building
        BodyKind(
            "building_group", _("Building group"), BUILDING, (Office("group_leader", _("group leader")),), party=True
        ),
    )
}


def office(body_kind, key):
    """The office `key` of the body kind `body_kind`. KeyError when there is none."""
    for post in BODY_KINDS[body_kind].offices:
        if post.key == key:
            return post
    raise KeyError(f"{body_kind}.{key}")
