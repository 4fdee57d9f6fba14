"""Procedures as data (design §4, domain §3): which body does what in which order, and what follows from each outcome.

Pure: no queries, request or clock. A matter keeps the version of the procedure it began with.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from councils.enums import Status
from councils.voting import Share
from orgs.enums import Level, UnitKind


class Audience(StrEnum):
    """Who may read the record of a step; of the others the public sees body, date and outcome only.

    PARTY is for the Party organisation that held it, INTERNAL for the committees and the staff of the unit.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    PARTY = "party"


class Purpose(StrEnum):
    """What a disclosure tells: what was decided, or what came of it."""

    RESOLUTION = "resolution"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Sitting:
    """A body kind that may hold a step, and the voting rules it may decide by, the usual one first."""

    body: str
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deliberation:
    """A step that a meeting decides. `if_lost` are the lawful states after a vote not carried, the usual one first."""

    key: str
    label: str | Promise
    verb: str | Promise
    sittings: tuple[Sitting, ...]
    done: Status
    if_lost: tuple[Status, ...]
    lost: str | Promise
    basis: str | Promise
    entry: str | Promise
    chair: str | Promise
    observers: str | Promise = ""
    audience: Audience = Audience.PUBLIC
    binding: bool = False
    numbered: bool = True
    again_from: str = ""

    @property
    def bodies(self):
        """The kinds of body that may hold this step, the usual one first."""
        return tuple(sitting.body for sitting in self.sittings)

    def rules_of(self, body):
        """The voting rules `body` may decide this step by; none when it may not hold it."""
        return next((sitting.rules for sitting in self.sittings if sitting.body == body), ())

    @property
    def is_party(self):
        """Whether the record stays within the Party organisation."""
        return self.audience == Audience.PARTY

    @property
    def is_public(self):
        """Whether counts and minutes may be shown to everyone."""
        return self.audience == Audience.PUBLIC


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """A step that a notice of the catalogue item `item` does. Days are the least the law allows, and the custom."""

    key: str
    label: str | Promise
    verb: str | Promise
    item: str
    purpose: Purpose
    issuers: tuple[str, ...]
    reviewer: str
    done: Status
    basis: str | Promise
    display_days: int = 15
    objection_days: int = 7
    within_days: int | None = None
    numbered: bool = True


@dataclass(frozen=True, kw_only=True)
class Implementation:
    """The work between the two disclosures, from the first milestone to acceptance; it has no number of its own."""

    key: str
    label: str | Promise
    verb: str | Promise
    begun: Status
    done: Status
    basis: str | Promise
    numbered: bool = False


Step = Deliberation | Disclosure | Implementation


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A named, versioned sequence of steps for units of some levels and kinds."""

    key: str
    version: str
    in_force_from: date
    title: str | Promise
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]
    steps: tuple[Step, ...]
    basis: str | Promise

    def step(self, key):
        """The step `key`. KeyError when the procedure has none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def number(self, key):
        """The number of the step on the track of six, None for the work between."""
        numbered = [step.key for step in self.steps if step.numbered]
        return numbered.index(key) + 1 if key in numbered else None

    @property
    def deciding_step(self):
        """The step whose decision binds."""
        return next(step for step in self.steps if isinstance(step, Deliberation) and step.binding)


@dataclass(frozen=True)
class Category:
    """A kind of major matter. `decider` is who decides it where nothing else is said."""

    code: str
    title: str | Promise
    decider: str = "representatives"  # or "meeting", "owners"
    common_parts: bool = False  # often touches the owners' common parts


@dataclass(frozen=True)
class OwnersItem:
    """An item of CC 278 paragraph 1, reserved to the owners of a compound."""

    number: int
    title: str | Promise
    rule: str


@dataclass(frozen=True)
class StatutoryCall:
    """A request that no branch can block: enough people ask, and the deciding body must meet."""

    key: str
    label: str | Promise
    share: Share
    body: str
    basis: str | Promise


@dataclass(frozen=True)
class Proposal:
    """What the portal proposes for a new matter, and why; a person may choose otherwise where the law leaves room."""

    procedure: Procedure
    body: str
    rule: str
    first_step: str
    reasons: tuple[str, ...] = field(default=())


class NoProcedure(LookupError):
    """No procedure fits; the message is for the person registering the matter."""


STATUTE_OF_URC = _("Organic Law of the Urban Residents' Committees, articles 27 to 30")
STATUTE_OF_VC = _("Organic Law of the Villagers' Committees, articles 26 to 30")
FORM_PRACTICE = _("Local rules on four deliberations and two disclosures")

_LOST_AT_PROPOSAL = _("Declined with a written reason to who brought it; it may be raised again.")
_LOST_AT_CONFERRAL = _("Returned to the proposal, or shelved; who disagreed is heard.")
_LOST_AT_REVIEW = _("It must not go on to a decision: changed and reviewed again, or withdrawn.")
_LOST_AT_RESOLUTION = _("Voted down: it is not implemented; a new round starts with the conferral.")


def _propose(label, *sittings):
    return Deliberation(
        key="propose",
        label=label,
        verb=_("Record the proposal"),
        sittings=sittings,
        done=Status.PROPOSED,
        if_lost=(Status.DECLINED,),
        lost=_LOST_AT_PROPOSAL,
        basis=_("Regulations on the Work of Party Branches (trial), articles 11 and 12"),
        entry=_("Opinions are gathered and it can be done."),
        chair=_("secretary of the Party organisation"),
        observers=_("The supervision committee, by invitation"),
        audience=Audience.PARTY,
    )


def _confer(label, *sittings):
    return Deliberation(
        key="confer",
        label=label,
        verb=_("Record the conferral"),
        sittings=sittings,
        done=Status.CONFERRED,
        if_lost=(Status.RETURNED, Status.SHELVED),
        lost=_LOST_AT_CONFERRAL,
        basis=FORM_PRACTICE,
        entry=_("The members had the draft beforehand."),
        chair=_("secretary of the Party organisation"),
        observers=_("The supervision committee; experts"),
        audience=Audience.INTERNAL,
        again_from="propose",
    )


def _review(label, *sittings):
    return Deliberation(
        key="review",
        label=label,
        verb=_("Record the review"),
        sittings=sittings,
        done=Status.REVIEWED,
        if_lost=(Status.RETURNED, Status.WITHDRAWN),
        lost=_LOST_AT_REVIEW,
        basis=_("Regulations on the Work of Party Branches (trial), article 11"),
        entry=_("The plan went to all members beforehand."),
        chair=_("secretary of the Party organisation"),
        observers=_("A person of the street; the supervision committee, by invitation"),
        audience=Audience.PARTY,
        again_from="confer",
    )


def _resolve(label, basis, chair, *sittings):
    return Deliberation(
        key="resolve",
        label=label,
        verb=_("Record the resolution"),
        sittings=sittings,
        done=Status.RESOLVED,
        if_lost=(Status.REJECTED,),
        lost=_LOST_AT_RESOLUTION,
        basis=basis,
        entry=_("The agenda was announced and the supervision committee was asked for its opinion."),
        chair=chair,
        observers=_("The supervision committee; residents; a person of the street; units concerned"),
        binding=True,
        again_from="confer",
    )


def _after(*, item, issuers, reviewer, basis, within_days=None):
    """The two disclosures and the work between them."""
    notice = {"item": item, "issuers": issuers, "reviewer": reviewer, "basis": basis, "within_days": within_days}
    return (
        Disclosure(
            key="disclose",
            label=_("Resolution disclosed"),
            verb=_("Draft the resolution notice"),
            purpose=Purpose.RESOLUTION,
            done=Status.DISCLOSED,
            **notice,
        ),
        Implementation(
            key="implement",
            label=_("Implementation"),
            verb=_("Record the implementation"),
            begun=Status.IMPLEMENTING,
            done=Status.ACCEPTED,
            basis=FORM_PRACTICE,
        ),
        Disclosure(
            key="disclose_outcome",
            label=_("Outcome disclosed"),
            verb=_("Draft the outcome notice"),
            purpose=Purpose.OUTCOME,
            done=Status.OUTCOME_DISCLOSED,
            **{**notice, "within_days": None},
        ),
    )


_PROPOSED_BY_COMMUNITY = _propose(
    _("Proposed by the community Party organisation"),
    Sitting("party_committee", ("branch_committee",)),
    Sitting("party_assembly", ("branch_assembly",)),
)
_CONFERRED_BY_TWO = _confer(_("Conferred by the two committees"), Sitting("two_committees", ("two_committees",)))
_REVIEWED_BY_COMMUNITY = _review(
    _("Reviewed by the Party members' assembly"), Sitting("party_assembly", ("branch_assembly_4y2g",))
)
_SINCE_2026 = {"version": "2026-1", "in_force_from": date(2026, 1, 1)}

PROCEDURES = {
    procedure.key: procedure
    for procedure in (
        Procedure(
            key="four_two_community",
            title=_("Four deliberations, two disclosures (community)"),
            levels=(Level.COMMUNITY,),
            kinds=(UnitKind.RESIDENTS, UnitKind.OTHER_COMMUNITY),
            basis=STATUTE_OF_URC,
            steps=(
                _PROPOSED_BY_COMMUNITY,
                _CONFERRED_BY_TWO,
                _REVIEWED_BY_COMMUNITY,
                _resolve(
                    _("Resolved by the residents' representatives meeting or the residents' meeting"),
                    _("Organic Law of the Urban Residents' Committees, articles 27 to 30"),
                    _("residents' committee"),
                    Sitting("residents_reps", ("residents_reps",)),
                    Sitting("residents_meeting", ("residents_meeting",)),
                ),
                *_after(
                    item="R01",
                    issuers=("residents_committee",),
                    reviewer="supervision_committee",
                    basis=_("Organic Law of the Urban Residents' Committees, articles 34 and 36"),
                ),
            ),
            **_SINCE_2026,
        ),
        Procedure(
            key="four_two_village",
            title=_("Four deliberations, two disclosures (village)"),
            levels=(Level.COMMUNITY,),
            kinds=(UnitKind.VILLAGE,),
            basis=STATUTE_OF_VC,
            steps=(
                _PROPOSED_BY_COMMUNITY,
                _CONFERRED_BY_TWO,
                _REVIEWED_BY_COMMUNITY,
                _resolve(
                    _("Resolved by the villagers' representatives meeting or the villagers' meeting"),
                    _("Organic Law of the Villagers' Committees, articles 26 to 30"),
                    _("villagers' committee"),
                    Sitting("villagers_reps", ("villagers_reps",)),
                    Sitting("villagers_meeting", ("villagers_meeting",)),
                ),
                *_after(
                    item="R01",
                    issuers=("villagers_committee",),
                    reviewer="village_supervision_committee",
                    basis=_("Organic Law of the Villagers' Committees, article 35"),
                ),
            ),
            **_SINCE_2026,
        ),
        Procedure(
            key="four_two_compound",
            title=_("Four deliberations, two disclosures (compound)"),
            levels=(Level.COMPOUND,),
            kinds=(UnitKind.COMPOUND, UnitKind.COURTYARD, UnitKind.GRID),
            basis=_("Civil Code, articles 278 and 281"),
            steps=(
                _propose(
                    _("Proposed by the compound branch"),
                    Sitting("branch_committee", ("branch_committee",)),
                    Sitting("branch_assembly", ("branch_assembly",)),
                ),
                _confer(
                    _("Conferred by the branch with the owners' committee"),
                    Sitting("joint_meeting", ("joint_meeting",)),
                    Sitting("owners_committee", ("owners_committee",)),
                ),
                _review(
                    _("Reviewed by the branch members' assembly"), Sitting("branch_assembly", ("branch_assembly_4y2g",))
                ),
                _resolve(
                    _("Resolved by the owners' assembly"),
                    _("Civil Code, article 278"),
                    _("owners' committee"),
                    Sitting("owners_assembly", ("owners_ordinary", "owners_special")),
                ),
                *_after(
                    item="E03",
                    issuers=("owners_committee",),
                    reviewer="supervision_committee",
                    basis=_("Civil Code, article 281; local property rules: within 3 days"),
                    within_days=3,
                ),
            ),
            **_SINCE_2026,
        ),
    )
}

# Domain §3: composed from local rules and URC 30, 34, 42.
CATEGORIES = {
    category.code: category
    for category in (
        Category("M01", _("Plans and yearly plans")),
        Category("M02", _("Self-government charter and residents' covenant"), decider="meeting"),
        Category("M03", _("Yearly report, budget and final account of the residents' committee")),
        Category("M04", _("Public works and livelihood projects")),
        Category("M05", _("Raising money or labour, donations")),
        Category("M06", _("Use of the Party service fund")),
        Category("M07", _("Buying, letting or disposing of collective or community assets")),
        Category("M08", _("Large spending")),
        Category("M09", _("Works contracts and procurement")),
        Category("M10", _("Renovation of old compounds, added lifts"), common_parts=True),
        Category("M11", _("Property company, common revenue, maintenance fund"), decider="owners", common_parts=True),
        Category("M12", _("Distribution of benefits, relief and aid")),
        Category("M13", _("Pay and honours of community workers")),
        Category("M14", _("Public rules on parking, environment, safety")),
        Category("M15", _("Expropriation and resettlement")),
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

STATUTORY_CALLS = {
    call.key: call
    for call in (
        StatutoryCall(
            "residents_tenth",
            _("one tenth of the adult residents or household representatives"),
            Share(1, 10),
            "residents_meeting",
            _("Organic Law of the Urban Residents' Committees, article 26"),
        ),
        StatutoryCall(
            "reps_third",
            _("one third of the residents' representatives"),
            Share(1, 3),
            "residents_meeting",
            _("Organic Law of the Urban Residents' Committees, article 26"),
        ),
        StatutoryCall(
            "reps_fifth",
            _("one fifth of the residents' representatives"),
            Share(1, 5),
            "residents_reps",
            _("Organic Law of the Urban Residents' Committees, article 28"),
        ),
        StatutoryCall(
            "villagers_tenth",
            _("one tenth of the villagers"),
            Share(1, 10),
            "villagers_meeting",
            _("Organic Law of the Villagers' Committees, article 25"),
        ),
        StatutoryCall(
            "village_reps_third",
            _("one third of the villagers' representatives"),
            Share(1, 3),
            "villagers_meeting",
            _("Organic Law of the Villagers' Committees, article 25"),
        ),
        StatutoryCall(
            "village_reps_fifth",
            _("one fifth of the villagers' representatives"),
            Share(1, 5),
            "villagers_reps",
            _("Organic Law of the Villagers' Committees, article 30"),
        ),
        StatutoryCall(
            "owners_fifth",
            _("20 percent of the owners"),
            Share(1, 5),
            "owners_assembly",
            _("Regulations on Property Management, article 13"),
        ),
    )
}

ENDED = frozenset({Status.DECLINED, Status.WITHDRAWN, Status.REJECTED, Status.VOID, Status.REVOKED, Status.CLOSED})


def procedure_for(key, on):
    """The version of the procedure `key` that a matter registered on the day `on` begins with.

    Raises NoProcedure before its first version.
    """
    procedure = PROCEDURES[key]
    if on < procedure.in_force_from:
        raise NoProcedure(
            _now("This procedure is in force from %(day)s.") % {"day": procedure.in_force_from.isoformat()}
        )
    return procedure


def first_step(procedure, statutory=False):
    """The step a matter enters at: the first, or after a statutory call the deciding one."""
    return procedure.deciding_step if statutory else procedure.steps[0]


def steps_of(procedure, statutory=False):
    """The steps a matter has to go through."""
    start = procedure.steps.index(first_step(procedure, statutory))
    return procedure.steps[start:]


def next_step(procedure, done: Collection[str], statutory=False):
    """The first step that is not validly done, None when all are."""
    return next((step for step in steps_of(procedure, statutory) if step.key not in done), None)


def why_closed(procedure, key, *, done: Collection[str], status, statutory=False):
    """Why the step `key` cannot be taken now, in words a member can act on; None when it is open."""
    if status in ENDED:
        return _now("This matter has ended: %(status)s.") % {"status": Status(status).label}
    if key in done:
        return _now("This step is done.")
    if key not in {step.key for step in steps_of(procedure, statutory)}:
        return _now("After a statutory call the matter goes straight to the deciding body.")
    open_step = next_step(procedure, done, statutory)
    if open_step.key == key:
        return None
    return _now("The step before is not done yet: %(step)s.") % {"step": open_step.label}


def why_not_held_by(step, body, rule=None):
    """Why a body of the kind `body` may not hold the deliberation `step` (by `rule`); None when it may."""
    if body not in step.bodies:
        return _now("This body cannot hold this step.")
    if rule is not None and rule not in step.rules_of(body):
        return _now("This body does not decide this step by this rule.")
    return None


def why_not_called(call, asking, of):
    """Why `asking` of `of` people do not make the statutory call; None when they do. Whole numbers."""
    if call.share.is_met(asking, of):
        return None
    return _now("%(asking)s of %(of)s ask for it; %(basis)s wants at least %(need)s.") % {
        "asking": asking,
        "of": of,
        "basis": call.basis,
        "need": call.share.need(of),
    }


def propose(
    *, level, kind, category, owners_item=None, common_parts=False, representatives_authorised=False, call=None
):
    """Which procedure, deciding body and voting rule fit a matter, and why.

    `owners_item` is an item of CC 278 (1 to 9), `common_parts` says that owners' common parts are touched,
    `representatives_authorised` that the residents' meeting let the representatives decide it, `call` the key of a
    statutory call. Raises NoProcedure with a reason where no procedure fits.
    """
    about = CATEGORIES[category]
    statutory = STATUTORY_CALLS[call] if call else None
    if owners_item or common_parts or about.decider == "owners" or level == Level.COMPOUND:
        body, rule, reasons = _owners(level, about, owners_item, common_parts)
        procedure = PROCEDURES["four_two_compound"]
    else:
        procedure = _procedure_at(level, kind)
        body, reasons = _residents(procedure, about, representatives_authorised)
        rule = body
    if statutory:
        if why_not_held_by(procedure.deciding_step, statutory.body):
            raise NoProcedure(_now("This call is not for the body that decides this matter."))
        if about.decider == "meeting" and statutory.body != body and not representatives_authorised:
            raise NoProcedure(_now("The meeting of all must decide this; representatives cannot be called for it."))
        if statutory.body != body:
            body, rule = statutory.body, procedure.deciding_step.rules_of(statutory.body)[0]
        reasons.append(
            _now("%(who)s called for it (%(basis)s): it enters at the decision, and no branch can block it.")
            % {"who": statutory.label, "basis": statutory.basis}
        )
    return Proposal(procedure, body, rule, first_step(procedure, bool(statutory)).key, tuple(reasons))


def _procedure_at(level, kind):
    for procedure in PROCEDURES.values():
        if level in procedure.levels and kind in procedure.kinds:
            return procedure
    raise NoProcedure(_now("A matter belongs to a community, a village or a compound."))


def _owners(level, about, owners_item, common_parts):
    """The owners' assembly by the rule of the item, with reasons."""
    reasons = []
    if owners_item is None:
        owners_item = 7 if common_parts else 9
        reasons.append(
            _now("No item of Civil Code article 278 was chosen; item %(item)s is assumed: %(title)s.")
            % {"item": owners_item, "title": OWNERS_ITEMS[owners_item].title}
        )
    item = OWNERS_ITEMS[owners_item]
    reasons.append(
        _now("The owners decide together on this (Civil Code, article 278, item %(item)s): %(title)s.")
        % {"item": item.number, "title": item.title}
    )
    if level != Level.COMPOUND:
        reasons.append(_now("A residents' meeting cannot decide it; register the matter at the compound."))
    return "owners_assembly", item.rule, reasons


def _residents(procedure, about, authorised):
    """The meeting or its representatives, with reasons."""
    representatives, meeting = procedure.deciding_step.bodies
    village = procedure.key == "four_two_village"
    if about.decider == "meeting" and (village or not authorised):
        if about.code == "M02":
            reason = _now("Only the meeting of all decides on charter and covenant, unless it authorised others.")
        else:
            reason = _now("One tenth of the residents ask for it: the meeting of all decides.")
        return meeting, [reason]
    if about.decider == "meeting":
        return representatives, [_now("The residents' meeting authorised the representatives to decide it.")]
    reasons = [_now("The representatives meeting decides major matters between meetings of all.")]
    if about.common_parts:
        reasons.append(
            _now("Where common parts of a compound are altered, the owners decide instead (Civil Code, article 278).")
        )
    if village and about.code == "M07":
        reasons.append(_now("Property of the rural collective is decided by the collective's own assembly."))
    return representatives, reasons
