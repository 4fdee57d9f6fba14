"""The parts that procedures are made of: a function for each kind of step, and what the law fixes at a kind of place.

The procedures of `table.py` and those that a street defines (`local.py`) are built from the same parts.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.enums import Status
from councils.procedures.steps import (
    At,
    Audience,
    Deliberation,
    Disclosure,
    Implementation,
    Purpose,
    Sitting,
    Triage,
    Way,
)
from councils.voting import KEYS
from orgs.enums import Level, UnitKind
from orgs.offices import kinds_at

FORM_PRACTICE = _("Local rules on four deliberations and two disclosures")
LOCAL_PRACTICE = _("Local practice")
CONSULTATION = _("Organic Law of the Urban Residents' Committees, article 32; local practice")
BRANCH_RULES = _("Regulations on the Work of Party Branches (trial), article 11")
SECRETARY = _("secretary of the Party organisation")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A kind of place with what the law fixes there: who decides, who publishes what is decided, who checks it."""

    key: str
    label: str | Promise
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]
    decision: str | Promise
    deciding_basis: str | Promise
    chair: str | Promise
    deciders: tuple[Sitting, ...]
    studied_first: bool
    item: str
    issuers: tuple[str, ...]
    reviewer: str
    publishing_basis: str | Promise
    within_days: int | None = None


COMMUNITY = Place(
    key="community",
    label=_("residents' community"),
    levels=(Level.COMMUNITY,),
    kinds=(UnitKind.RESIDENTS, UnitKind.OTHER_COMMUNITY),
    decision=_("Resolved by the residents' representatives meeting or the residents' meeting"),
    deciding_basis=_("Organic Law of the Urban Residents' Committees, articles 27 to 30"),
    chair=_("residents' committee"),
    deciders=(Sitting("residents_reps", ("residents_reps",)), Sitting("residents_meeting", ("residents_meeting",))),
    studied_first=True,
    item="R01",
    issuers=("residents_committee",),
    reviewer="supervision_committee",
    publishing_basis=_("Organic Law of the Urban Residents' Committees, articles 34 and 36"),
)
VILLAGE = Place(
    key="village",
    label=_("village"),
    levels=(Level.COMMUNITY,),
    kinds=(UnitKind.VILLAGE,),
    decision=_("Resolved by the villagers' representatives meeting or the villagers' meeting"),
    deciding_basis=_("Organic Law of the Villagers' Committees, articles 26 to 30"),
    chair=_("villagers' committee"),
    deciders=(Sitting("villagers_reps", ("villagers_reps",)), Sitting("villagers_meeting", ("villagers_meeting",))),
    studied_first=True,
    item="R01",
    issuers=("villagers_committee",),
    reviewer="village_supervision_committee",
    publishing_basis=_("Organic Law of the Villagers' Committees, article 35"),
)
COMPOUND = Place(
    key="compound",
    label=_("residential compound"),
    levels=(Level.COMPOUND,),
    kinds=(UnitKind.COMPOUND, UnitKind.COURTYARD, UnitKind.GRID),
    decision=_("Resolved by the owners' assembly"),
    deciding_basis=_("Civil Code, article 278"),
    chair=_("owners' committee"),
    deciders=(Sitting("owners_assembly", ("owners_ordinary", "owners_special")),),
    studied_first=False,
    item="E03",
    issuers=("owners_committee",),
    reviewer="supervision_committee",
    publishing_basis=_("Civil Code, article 281; local property rules: within 3 days"),
    within_days=3,
)
PLACES = {place.key: place for place in (COMMUNITY, VILLAGE, COMPOUND)}

# The voting rules that fit a kind of body, the usual one first. A body that is not here holds no step.
FITTING = {
    "party_committee": ("branch_committee",),
    "general_branch": ("branch_committee",),
    "branch_committee": ("branch_committee",),
    "party_assembly": ("branch_assembly_4y2g", "branch_assembly"),
    "branch_assembly": ("branch_assembly_4y2g", "branch_assembly"),
    "building_group": ("party_group",),
    "two_committees": ("two_committees",),
    "residents_reps": ("residents_reps",),
    "residents_meeting": ("residents_meeting",),
    "villagers_reps": ("villagers_reps",),
    "villagers_meeting": ("villagers_meeting",),
    "villagers_group": ("villagers_group",),
    "owners_assembly": ("owners_ordinary", "owners_special"),
    "owners_committee": ("owners_committee",),
    "interim_property_committee": ("owners_committee", "joint_meeting"),
    **dict.fromkeys(
        (
            "residents_committee",
            "villagers_committee",
            "big_party_committee",
            "courtyard_committee",
            "deliberation_council",
            "consultation_council",
            "joint_meeting",
        ),
        ("joint_meeting",),
    ),
}
# By which rules a body elects or decides outside of procedures.
_BESIDE = {
    "party_assembly": ("party_election",),
    "branch_assembly": ("party_election",),
    "residents_meeting": ("urc_election", "urc_election_rerun", "urc_recall"),
    "collective_assembly": ("collective_assembly",),
}


def rules_settled_at(level, kind):
    """The keys of the voting rules that a unit may tighten: those of its own bodies; a street, all of them."""
    if level == Level.STREET:
        return KEYS
    bodies = [row.key for row in kinds_at(level, kind)]
    held = {key for body in bodies for key in (*FITTING.get(body, ()), *_BESIDE.get(body, ()))}
    return tuple(key for key in KEYS if key in held)


# They co-ordinate: what they say is advice.
CO_ORDINATING = ("street_committee", "big_party_committee")

_ADVICE_GIVEN = _("Advice does not bind: the result is recorded and the matter goes on.")

# The three ways of 三事分流; how each is handled is custom.
WAYS = (
    Way("major", _("major matter"), _("It goes through the formal procedure.")),
    Way(
        "higher",
        _("major matter beyond this place"),
        _("It is handed to the higher level that can settle it."),
        Status.REFERRED,
    ),
    Way("minor", _("minor matter"), _("It is settled on the spot."), Status.SETTLED),
    Way("private", _("private matter"), _("Those concerned settle it, or mediation helps them."), Status.REFERRED),
)


# Deliberations


def _part(kind=Deliberation, **usual):
    """A function `build(label, *sittings, **more)` for steps of one part; `more` says what differs from the `usual`."""

    def build(label, *sittings, **more):
        return kind(**{**usual, "label": label, "sittings": sittings, **more})

    return build


# A non-binding suggestion.
suggest = _part(
    key="suggest",
    short=pgettext_lazy("short step", "Suggestion"),
    verb=_("Record the suggestion"),
    done=Status.PROPOSED,
    lost=_ADVICE_GIVEN,
    audience=Audience.PARTY,
    advisory=True,
    basis=LOCAL_PRACTICE,
    entry=_("What the people concerned want is gathered."),
    chair=_("head of the body"),
)
# Non-binding advice on a suggestion.
advise = _part(
    key="advise",
    short=pgettext_lazy("short step", "Advice"),
    verb=_("Record the advice"),
    done=Status.CONFERRED,
    lost=_ADVICE_GIVEN,
    advisory=True,
    basis=LOCAL_PRACTICE,
    entry=_("The suggestion is recorded."),
    chair=_("head of the body"),
)
# A consultation of those concerned, before the decision; it settles nothing by itself.
consult = _part(
    key="consult",
    short=pgettext_lazy("short step", "Consultation"),
    verb=_("Record the consultation"),
    done=Status.CONFERRED,
    lost=_ADVICE_GIVEN,
    advisory=True,
    basis=CONSULTATION,
    entry=_("Those concerned are invited and had the draft beforehand."),
    chair=_("convener"),
)
# A joint meeting sorts the matter: major, minor or private.
sort = _part(
    Triage,
    key="sort",
    short=pgettext_lazy("short step", "Sorting"),
    verb=_("Record the sorting"),
    done=Status.SORTED,
    if_lost=(Status.RETURNED,),
    lost=_("The meeting did not agree how to sort it; it comes before the meeting again."),
    again_from="sort",
    ways=WAYS,
    basis=LOCAL_PRACTICE,
    entry=_("What is asked for is written down."),
    chair=_("convener"),
)
# The Party organisation proposes the matter.
propose = _part(
    key="propose",
    short=pgettext_lazy("short step", "Proposal"),
    verb=_("Record the proposal"),
    done=Status.PROPOSED,
    if_lost=(Status.DECLINED,),
    lost=_("Declined with a written reason to who brought it; it may be raised again."),
    audience=Audience.PARTY,
    basis=_(
        "Regulations on the Work of Party Branches (trial), articles 11 and 12, by analogy for a Party committee or "
        "general branch"
    ),
    entry=_("Opinions are gathered and it can be done."),
    chair=SECRETARY,
    observers=_("The supervision committee, by invitation"),
)
# Committees confer on the draft.
confer = _part(
    key="confer",
    short=pgettext_lazy("short step", "Conferral"),
    verb=_("Record the conferral"),
    done=Status.CONFERRED,
    if_lost=(Status.RETURNED, Status.SHELVED),
    lost=_("Returned to the proposal, or shelved; who disagreed is heard."),
    audience=Audience.INTERNAL,
    basis=FORM_PRACTICE,
    entry=_("The members had the draft beforehand."),
    chair=SECRETARY,
    observers=_("The supervision committee; experts"),
    again_from="propose",
)
# The Party members review the plan.
review = _part(
    key="review",
    short=pgettext_lazy("short step", "Review"),
    verb=_("Record the review"),
    done=Status.REVIEWED,
    if_lost=(Status.RETURNED, Status.WITHDRAWN),
    lost=_("It must not go on to a decision: changed and reviewed again, or withdrawn."),
    audience=Audience.PARTY,
    basis=BRANCH_RULES,
    entry=_("The plan went to all members beforehand."),
    chair=SECRETARY,
    observers=_("A person of the street; the supervision committee, by invitation"),
    again_from="confer",
)
# What was done is judged by those it was done for.
evaluate = _part(
    key="evaluate",
    short=pgettext_lazy("short step", "Evaluation"),
    verb=_("Record the evaluation"),
    done=Status.ACCEPTED,
    lost=_("Not satisfied: the outcome notice says so and what is still to be done."),
    advisory=True,
    basis=LOCAL_PRACTICE,
    entry=_("The work is accepted and its costs are known."),
    chair=_("supervision committee"),
)


def resolve(place, **more):
    """The body that the law names decides; that is the same at every place of one kind."""
    return Deliberation(
        key="resolve",
        short=pgettext_lazy("short step", "Resolution"),
        verb=_("Record the resolution"),
        sittings=place.deciders,
        done=Status.RESOLVED,
        if_lost=(Status.REJECTED,),
        entry=_("The agenda was announced and the supervision committee was asked for its opinion."),
        observers=_("The supervision committee; residents; a person of the street; units concerned"),
        binding=True,
        **{
            "label": place.decision,
            "basis": place.deciding_basis,
            "chair": place.chair,
            "lost": _("Voted down: it is not implemented; a new round starts with the conferral."),
            "again_from": "confer",
            **more,
        },
    )


# After the decision


def disclose(place, **more):
    """The resolution is put on display."""
    return Disclosure(
        key="disclose",
        short=pgettext_lazy("short step", "Disclosure"),
        verb=_("Draft the resolution notice"),
        purpose=Purpose.RESOLUTION,
        done=Status.DISCLOSED,
        within_days=place.within_days,
        **{"label": _("Resolution disclosed"), **_notice(place), **more},
    )


def implement(**more):
    """The resolution is carried out."""
    return Implementation(
        key="implement",
        verb=_("Record the implementation"),
        begun=Status.IMPLEMENTING,
        done=Status.ACCEPTED,
        basis=FORM_PRACTICE,
        **{"label": _("Implementation"), **more},
    )


def disclose_outcome(place, **more):
    """What came of it is put on display."""
    return Disclosure(
        key="disclose_outcome",
        short=pgettext_lazy("short step", "Outcome"),
        verb=_("Draft the outcome notice"),
        purpose=Purpose.OUTCOME,
        done=Status.OUTCOME_DISCLOSED,
        **{"label": _("Outcome disclosed"), **_notice(place), **more},
    )


def _notice(place):
    return {
        "item": place.item,
        "issuers": place.issuers,
        "reviewer": place.reviewer,
        "basis": place.publishing_basis,
    }


def after(place, *between):
    """The two disclosures and the work between them; `between`: steps after the work."""
    return (disclose(place), implement(), *between, disclose_outcome(place))


def at_place(place):
    """What a procedure for this kind of place says of the units it is for."""
    return {"levels": place.levels, "kinds": place.kinds}


def everywhere(body, *rules):
    """A body of the unit or, where it has none, of a unit above it."""
    rules = rules or FITTING[body]
    return Sitting(body, rules), Sitting(body, rules, At.ABOVE)
