"""The procedures. A step is one row here; a changed procedure is a new version of it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from councils.enums import Status
from councils.procedures.steps import (
    Audience,
    Deliberation,
    Disclosure,
    Implementation,
    Procedure,
    Purpose,
    Sitting,
)
from orgs.enums import Level, UnitKind

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


_PROPOSERS = (Sitting("party_committee", ("branch_committee",)), Sitting("party_assembly", ("branch_assembly",)))
_PROPOSED_BY_COMMUNITY = _propose(_("Proposed by the community Party organisation"), *_PROPOSERS)
_PROPOSED_BY_VILLAGE = _propose(_("Proposed by the village Party organisation"), *_PROPOSERS)
_CONFERRED_BY_TWO = _confer(_("Conferred by the two committees"), Sitting("two_committees", ("two_committees",)))
_REVIEWED_BY_COMMUNITY = _review(
    _("Reviewed by the Party members' assembly"), Sitting("party_assembly", ("branch_assembly_4y2g",))
)
_SINCE_2026 = {"version": "2026-1", "in_force_from": date(2026, 1, 1)}

VERSIONS = (
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
            _PROPOSED_BY_VILLAGE,
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

# The newest version of each.
PROCEDURES = {procedure.key: procedure for procedure in sorted(VERSIONS, key=lambda row: row.in_force_from)}
