"""The procedures. A step is one row here; a changed procedure is a new version of it.

Those marked local are practice of some places: the law asks for none of them, and a matter goes through one only where
somebody chooses it. Of those marked unconfirmed no rule was seen; what each step does is the usual reading of its name.
"""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from councils.procedures.parts import (
    COMMUNITY,
    COMPOUND,
    FITTING,
    LOCAL_PRACTICE,
    VILLAGE,
    advise,
    after,
    at_place,
    confer,
    consult,
    disclose,
    disclose_outcome,
    evaluate,
    everywhere,
    implement,
    propose,
    resolve,
    review,
    sort,
    suggest,
)
from councils.procedures.steps import At, Audience, Deliberation, Procedure, Sitting

STATUTE_OF_URC = _("Organic Law of the Urban Residents' Committees, articles 27 to 30")
STATUTE_OF_VC = _("Organic Law of the Villagers' Committees, articles 26 to 30")

_PROPOSERS = (Sitting("party_committee", ("branch_committee",)), Sitting("party_assembly", ("branch_assembly",)))
_BRANCH = (Sitting("branch_committee", ("branch_committee",)), Sitting("branch_assembly", ("branch_assembly",)))
_TWO_COMMITTEES = Sitting("two_committees", ("two_committees",))
_MEMBERS = Sitting("party_assembly", ("branch_assembly_4y2g",))
_SINCE_2026 = {"version": "2026-1", "in_force_from": date(2026, 1, 1)}
# The first days on which every step has a voting rule; matters of past years are entered from paper.
_SINCE_2019 = {"version": "2019-1", "in_force_from": date(2019, 1, 1)}
_SINCE_2021 = {"version": "2021-1", "in_force_from": date(2021, 1, 1)}


def _four_deliberations(proposed, place):
    return (
        propose(proposed, *_PROPOSERS),
        confer(_("Conferred by the two committees"), _TWO_COMMITTEES),
        review(_("Reviewed by the Party members' assembly"), _MEMBERS),
        resolve(place),
    )


_IN_COMMUNITY = _four_deliberations(_("Proposed by the community Party organisation"), COMMUNITY)
_IN_VILLAGE = _four_deliberations(_("Proposed by the village Party organisation"), VILLAGE)
_IN_COMPOUND = (
    propose(_("Proposed by the compound branch"), *_BRANCH),
    confer(
        _("Conferred by the branch with the owners' committee"),
        Sitting("joint_meeting", ("joint_meeting",)),
        Sitting("owners_committee", ("owners_committee",)),
    ),
    review(_("Reviewed by the branch members' assembly"), Sitting("branch_assembly", ("branch_assembly_4y2g",))),
    resolve(COMPOUND),
)


def _supervised(steps):
    """The steps, each with the opinion of the supervision committee in its record."""
    return tuple(replace(step, supervised=True) if isinstance(step, Deliberation) else step for step in steps)


def _earlier(now, place, since, basis, deciding_basis):
    """The procedure `now` as it was from the day of `since` on: the same steps, decided under the law of that time.

    Notices are signed under the law of their own day, so the disclosures name the law of today.
    """
    decision = resolve(replace(place, deciding_basis=deciding_basis))
    steps = tuple(decision if step.key == decision.key else step for step in now.steps)
    return replace(now, **since, basis=basis, steps=steps)


_FOUR_TWO_COMMUNITY = Procedure(
    key="four_two_community",
    title=_("Four deliberations, two disclosures (community)"),
    basis=STATUTE_OF_URC,
    steps=(*_IN_COMMUNITY, *after(COMMUNITY)),
    **at_place(COMMUNITY),
    **_SINCE_2026,
)
_FOUR_TWO_VILLAGE = Procedure(
    key="four_two_village",
    title=_("Four deliberations, two disclosures (village)"),
    basis=STATUTE_OF_VC,
    steps=(*_IN_VILLAGE, *after(VILLAGE)),
    **at_place(VILLAGE),
    **_SINCE_2026,
)
_FOUR_TWO_COMPOUND = Procedure(
    key="four_two_compound",
    title=_("Four deliberations, two disclosures (compound)"),
    basis=_("Civil Code, articles 278 and 281"),
    steps=(*_IN_COMPOUND, *after(COMPOUND)),
    **at_place(COMPOUND),
    **_SINCE_2026,
)

VERSIONS = (
    _FOUR_TWO_COMMUNITY,
    _FOUR_TWO_VILLAGE,
    _FOUR_TWO_COMPOUND,
    _earlier(
        _FOUR_TWO_COMMUNITY,
        COMMUNITY,
        _SINCE_2019,
        _(
            "Local rules on four deliberations and two disclosures; Organic Law of the Urban Residents' Committees "
            "(amended in 2018), articles 9 and 10"
        ),
        _("Organic Law of the Urban Residents' Committees (amended in 2018), articles 9 and 10"),
    ),
    _earlier(
        _FOUR_TWO_VILLAGE,
        VILLAGE,
        _SINCE_2019,
        _(
            "Regulations on the Work of Rural Primary Party Organisations (2018) and local rules; Organic Law of the "
            "Villagers' Committees (amended in 2018), articles 21 to 26"
        ),
        _("Organic Law of the Villagers' Committees (amended in 2018), articles 21 to 26"),
    ),
    # The Civil Code has not changed since.
    replace(_FOUR_TWO_COMPOUND, **_SINCE_2021),
    Procedure(
        key="four_two_watched",
        title=_("Four deliberations, two disclosures, one supervision"),
        basis=LOCAL_PRACTICE,
        about=_("The supervision committee gives its opinion at every step."),
        steps=(*_supervised(_IN_COMMUNITY), *after(COMMUNITY)),
        local=True,
        **at_place(COMMUNITY),
        **_SINCE_2026,
    ),
    Procedure(
        key="four_two_watched_village",
        title=_("Four deliberations, two disclosures, one supervision (village)"),
        basis=LOCAL_PRACTICE,
        about=_("The supervision committee gives its opinion at every step."),
        steps=(*_supervised(_IN_VILLAGE), *after(VILLAGE)),
        local=True,
        **at_place(VILLAGE),
        **_SINCE_2026,
    ),
    Procedure(
        key="five_two",
        title=_("Five deliberations, two disclosures"),
        basis=LOCAL_PRACTICE,
        about=_("After the work the residents' representatives evaluate what came of it."),
        steps=(
            *_IN_COMMUNITY,
            *after(
                COMMUNITY,
                evaluate(
                    _("Evaluated by the residents' representatives"), Sitting("residents_reps", ("residents_reps",))
                ),
            ),
        ),
        local=True,
        **at_place(COMMUNITY),
        **_SINCE_2026,
    ),
    Procedure(
        key="three_meetings",
        title=_("Three meetings, three deliberations"),
        basis=LOCAL_PRACTICE,
        about=_(
            "Building group and compound branch suggest, the owners' committee advises, the owners' assembly decides."
        ),
        steps=(
            suggest(
                _("Suggested by the building group"), Sitting("building_group", FITTING["building_group"], At.BELOW)
            ),
            suggest(_("Suggested by the compound branch"), *_BRANCH, key="suggest_2"),
            advise(_("Advised on by the owners' committee"), Sitting("owners_committee", FITTING["owners_committee"])),
            resolve(
                COMPOUND,
                again_from="suggest_2",
                lost=_("Voted down: it is not implemented; a new round starts with a suggestion."),
            ),
            *after(COMPOUND),
        ),
        local=True,
        **at_place(COMPOUND),
        **_SINCE_2026,
    ),
    Procedure(
        key="four_parties",
        title=_("Four-party joint meeting with triage"),
        basis=LOCAL_PRACTICE,
        about=_(
            "Community, owners' committee, property company and consultation council sort what owners bring: major"
            " matters take the formal procedure or go to a higher level, minor ones are settled on the spot, private"
            " ones are left to those concerned or to mediation."
        ),
        steps=(sort(_("Sorted by the joint meeting"), *everywhere("joint_meeting")), *_IN_COMPOUND, *after(COMPOUND)),
        local=True,
        unconfirmed=True,
        **at_place(COMPOUND),
        **_SINCE_2026,
    ),
    Procedure(
        key="five_steps",
        title=_("Five-step deliberation"),
        basis=LOCAL_PRACTICE,
        about=_("Topics are gathered, examined, consulted on, voted on, then disclosed and carried out."),
        steps=(
            suggest(
                _("Topics gathered by the deliberation council"),
                Sitting("deliberation_council", FITTING["deliberation_council"]),
                Sitting("consultation_council", FITTING["consultation_council"]),
                audience=Audience.PUBLIC,
            ),
            propose(_("Examined by the community Party organisation"), *_PROPOSERS),
            consult(
                _("Consulted on with those concerned"),
                Sitting("consultation_council", FITTING["consultation_council"]),
                Sitting("joint_meeting", FITTING["joint_meeting"]),
            ),
            resolve(
                COMMUNITY,
                again_from="consult",
                lost=_("Voted down: it is not implemented; a new round starts with the consultation."),
            ),
            disclose(COMMUNITY, label=_("Disclosed and carried out")),
            implement(),
            # The law asks for it; the five steps do not count it.
            disclose_outcome(COMMUNITY, numbered=False),
        ),
        local=True,
        unconfirmed=True,
        **at_place(COMMUNITY),
        **_SINCE_2026,
    ),
    Procedure(
        key="one_meeting_two_votes",
        title=_("One meeting, two votes"),
        basis=LOCAL_PRACTICE,
        about=_(
            "Party members and residents' representatives meet together and vote by themselves; both must carry it."
        ),
        steps=(
            propose(_("Proposed by the community Party organisation"), *_PROPOSERS),
            confer(_("Conferred by the two committees"), _TWO_COMMITTEES),
            review(_("First vote: Party members"), _MEMBERS),
            resolve(COMMUNITY, with_before=True, label=_("Second vote: residents' representatives")),
            *after(COMMUNITY),
        ),
        local=True,
        unconfirmed=True,
        **at_place(COMMUNITY),
        **_SINCE_2026,
    ),
)

# The newest version of each, those of everywhere before local ones.
PROCEDURES = {procedure.key: procedure for procedure in sorted(VERSIONS, key=lambda row: row.in_force_from)}
