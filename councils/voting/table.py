"""The table of voting rules (domain §4), one row per key, version and mode.

A row is never changed once meetings have been judged by it: a new law is a new row, and the old one gets its last day
(`in_force_until`).
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from councils.voting.shares import (
    FOUR_FIFTHS,
    HALF,
    MORE_THAN_HALF,
    MORE_THAN_TWO_THIRDS,
    ONE_THIRD,
    THREE_QUARTERS,
    TWO_THIRDS,
    Ballot,
    Base,
    Evidence,
    Measure,
    Quorum,
    Roll,
    VotingRule,
    Words,
)

URC_LAST_OLD_DAY = date(2025, 12, 31)  # the revised URC and the amended VC are in force from 2026-01-01
URC_NEW = {"version": "2026-1", "in_force_from": date(2026, 1, 1), "evidence": Evidence.LAW}
URC_OLD = {
    "version": "1990-1",
    "in_force_from": date(1990, 1, 1),
    "in_force_until": URC_LAST_OLD_DAY,
    "evidence": Evidence.LAW,
}
VC_OLD = {
    "version": "2010-1",
    "in_force_from": date(2010, 10, 28),
    "in_force_until": URC_LAST_OLD_DAY,
    "evidence": Evidence.LAW,
}
CC = {"version": "2021-1", "in_force_from": date(2021, 1, 1), "evidence": Evidence.LAW}
BRANCH = {"version": "2018-1", "in_force_from": date(2018, 10, 25), "evidence": Evidence.PARTY_RULE}
RCEO = {"version": "2025-1", "in_force_from": date(2025, 5, 1), "evidence": Evidence.LAW}
# No national rule: the portal's own defaults, from the first day it would judge a meeting by them.
CUSTOM = {"version": "2019-1", "in_force_from": date(2019, 1, 1), "evidence": Evidence.CUSTOM}

ADULTS = {"mode": "adults", "mode_title": _("adult residents"), "roll": Roll.ADULTS}
HOUSEHOLDS = {
    "mode": "household_reps",
    "mode_title": _("household representatives"),
    "roll": Roll.HOUSEHOLD_REPS,
}
DELEGATES = {
    "mode": "group_delegates",
    "mode_title": _("delegates of the residents' groups"),
    "roll": Roll.GROUP_DELEGATES,
}
VOTERS = {"mode": "voters", "mode_title": _("registered voters"), "roll": Roll.VOTERS}
REPRESENTATIVES = {
    "mode": "representatives",
    "mode_title": _("residents' representatives"),
    "roll": Roll.REPRESENTATIVES,
}

OVER_HALF_OF_PRESENT = {"passing": MORE_THAN_HALF, "pass_base": Base.PRESENT}
OVER_HALF_OF_ALL = {"passing": MORE_THAN_HALF, "pass_base": Base.ALL_MEMBERS}
OVER_HALF_OF_ENTITLED = {"passing": MORE_THAN_HALF, "pass_base": Base.ENTITLED}
OVER_HALF_CAME = {"quorums": (Quorum(MORE_THAN_HALF),)}
HALF_CAME = {"quorums": (Quorum(HALF),)}
TWO_THIRDS_CAME = {"quorums": (Quorum(TWO_THIRDS),)}

NO_VOTE_IN_PARTY = _("Probationary members and members on probation within the Party have no vote and are not counted.")
BLANKS_COUNT_AS_AGAINST = _("Abstentions, blank and invalid ballots are not votes in favour.")
ONE_BASIS = _("One meeting has one basis: adult residents or household representatives, never a mixture.")
OWNER_HEADS = _(
    "One unit is one head; a buyer of several units is one head; unsold units are one head together. "
    "Area is that of the register, else the survey, else the contract."
)
OWNERS_AWAY = _("Owners who return no ballot do not participate, unless the adopted rules of procedure say otherwise.")

PARTY_RULES = (
    VotingRule(
        key="branch_committee",
        title=_("Branch committee meeting"),
        roll=Roll.COMMITTEE_MEMBERS,
        basis=_(
            "Regulations on the Work of Party Branches (trial), article 12, by analogy for a Party committee or "
            "general branch; passing share by custom"
        ),
        words=Words.PARTY,
        ballot=Ballot.OPEN,
        **BRANCH,
        **HALF_CAME,
        **OVER_HALF_OF_ALL,
    ),
    VotingRule(
        key="branch_assembly",
        title=_("Party members' assembly"),
        roll=Roll.PARTY_MEMBERS,
        basis=_("Regulations on the Work of Party Branches (trial), article 11"),
        words=Words.PARTY,
        ballot=Ballot.OPEN,
        notes=(NO_VOTE_IN_PARTY,),
        **BRANCH,
        **HALF_CAME,
        **OVER_HALF_OF_ENTITLED,
    ),
    VotingRule(
        key="branch_assembly_4y2g",
        title=_("Party members' assembly reviewing a matter (step 3 of four deliberations)"),
        roll=Roll.PARTY_MEMBERS,
        basis=_(
            "Regulations on the Work of Party Branches (trial), article 11, with the attendance of two thirds that "
            "local rules on four deliberations and two disclosures ask for"
        ),
        words=Words.PARTY,
        ballot=Ballot.OPEN,
        notes=(_("The stricter of the national and the local rule applies."), NO_VOTE_IN_PARTY),
        **{**BRANCH, "evidence": Evidence.LOCAL},
        **TWO_THIRDS_CAME,
        **OVER_HALF_OF_ENTITLED,
    ),
    VotingRule(
        key="party_election",
        version="2020-1",
        in_force_from=date(2020, 7, 13),
        title=_("Election within the Party"),
        roll=Roll.PARTY_VOTERS,
        quorums=(Quorum(FOUR_FIFTHS),),
        passing=MORE_THAN_HALF,
        pass_base=Base.PRESENT,
        basis=_("Regulations on the Election of Primary Organisations of the Party (2020)"),
        evidence=Evidence.PARTY_RULE,
        words=Words.PARTY_ELECTION,
        ballot=Ballot.SECRET,
        notes=(_("Counted for each candidate by itself."), NO_VOTE_IN_PARTY),
    ),
    VotingRule(
        key="party_group",
        title=_("Party group meeting"),
        roll=Roll.PARTY_MEMBERS,
        basis=_("No national number; practice of Party groups"),
        words=Words.PARTY,
        ballot=Ballot.OPEN,
        notes=(_("It advises; the branch decides."), NO_VOTE_IN_PARTY),
        **CUSTOM,
        **OVER_HALF_CAME,
        **OVER_HALF_OF_PRESENT,
    ),
    VotingRule(
        key="two_committees",
        title=_("Joint meeting of the two committees"),
        roll=Roll.BOTH_COMMITTEES,
        basis=_("No national rule; practice of four deliberations and two disclosures"),
        ballot=Ballot.CONTESTED,
        notes=(
            _("Who sits in both committees is counted once."),
            _("Local rules may ask for two thirds to be present."),
        ),
        **CUSTOM,
        **OVER_HALF_CAME,
        **OVER_HALF_OF_ENTITLED,
    ),
)

OLD_URC_9 = _("Organic Law of the Urban Residents' Committees (1989), article 9")
RESIDENTS_MEETING = {
    "key": "residents_meeting",
    "title": _("Residents' meeting"),
    **OVER_HALF_CAME,
    **OVER_HALF_OF_PRESENT,
}
RESIDENTS_MEETING_NOW = {
    **RESIDENTS_MEETING,
    **URC_NEW,
    "basis": _("Organic Law of the Urban Residents' Committees, article 27"),
    "notice_days": 10,
    "notes": (ONE_BASIS, BLANKS_COUNT_AS_AGAINST),
}
RESIDENTS_REPS = {"key": "residents_reps", "title": _("Residents' representatives meeting"), **OVER_HALF_OF_PRESENT}
URC_ELECTION = {
    "key": "urc_election",
    "title": _("Election of the residents' committee"),
    "basis": _("Organic Law of the Urban Residents' Committees, article 19"),
    "words": Words.ELECTION,
    "ballot": Ballot.SECRET,
    "pass_base": Base.BALLOTS,
    "notes": (
        _("Counted for each candidate by itself."),
        _("Proxies: in writing, at most three per holder, never among representatives."),
    ),
    **URC_NEW,
}
URC_RERUN = {
    **URC_ELECTION,
    "key": "urc_election_rerun",
    "title": _("Further election of the residents' committee for seats left open"),
    "passing": ONE_THIRD,
    "notes": (
        _("The candidates with the most votes are elected, if each has at least one third of the ballots cast."),
        _("Counted for each candidate by itself."),
    ),
}
URC_RECALL = {
    "key": "urc_recall",
    "title": _("Recall of a member of the residents' committee"),
    "basis": _("Organic Law of the Urban Residents' Committees, article 20"),
    "words": Words.RECALL,
    "ballot": Ballot.SECRET,
    "notes": (
        _("Asked for by one tenth of the voters or one third of the representatives; decided as the election was."),
    ),
    "passing": MORE_THAN_HALF,
    "pass_base": Base.BALLOTS,
    **URC_NEW,
}
ELECTION_MODES = (
    {**VOTERS, **OVER_HALF_CAME},
    {**HOUSEHOLDS, **OVER_HALF_CAME},
    {**REPRESENTATIVES, "quorums": (Quorum(MORE_THAN_TWO_THIRDS),)},
)

RESIDENTS_RULES = (
    VotingRule(**RESIDENTS_MEETING_NOW, **ADULTS),
    VotingRule(**RESIDENTS_MEETING_NOW, **HOUSEHOLDS),
    VotingRule(**RESIDENTS_MEETING, **URC_OLD, **ADULTS, basis=OLD_URC_9),
    VotingRule(**RESIDENTS_MEETING, **URC_OLD, **HOUSEHOLDS, basis=OLD_URC_9),
    VotingRule(**RESIDENTS_MEETING, **URC_OLD, **DELEGATES, basis=OLD_URC_9),
    VotingRule(
        roll=Roll.REPRESENTATIVES_BODY,
        basis=_("Organic Law of the Urban Residents' Committees, articles 28 and 29"),
        notes=(
            _("The residents' committee belongs to the meeting; representatives are at least four fifths of it."),
            BLANKS_COUNT_AS_AGAINST,
        ),
        **RESIDENTS_REPS,
        **URC_NEW,
        **TWO_THIRDS_CAME,
    ),
    VotingRule(
        roll=Roll.GROUP_DELEGATES,
        basis=OLD_URC_9,
        notes=(_("The law of the time knew delegates of the residents' groups as a form of the residents' meeting."),),
        **RESIDENTS_REPS,
        **URC_OLD,
        **OVER_HALF_CAME,
    ),
    *(VotingRule(**URC_ELECTION, **mode, passing=MORE_THAN_HALF) for mode in ELECTION_MODES),
    *(VotingRule(**URC_RERUN, **mode) for mode in ELECTION_MODES),
    *(VotingRule(**URC_RECALL, **mode) for mode in ELECTION_MODES),
)

VILLAGERS_MEETING = {
    "key": "villagers_meeting",
    "title": _("Villagers' meeting"),
    "notice_days": 10,
    **OVER_HALF_OF_PRESENT,
}
VC_26 = {**URC_NEW, "basis": _("Organic Law of the Villagers' Committees, article 26")}
VC_OLD_22 = {**VC_OLD, "basis": _("Organic Law of the Villagers' Committees (2010), article 22")}
VILLAGERS_REPS = {
    "key": "villagers_reps",
    "title": _("Villagers' representatives meeting"),
    "roll": Roll.REPRESENTATIVES_BODY,
    **TWO_THIRDS_CAME,
    **OVER_HALF_OF_PRESENT,
}
VILLAGERS_GROUP = {
    "key": "villagers_group",
    "title": _("Villagers' group meeting"),
    **TWO_THIRDS_CAME,
    **OVER_HALF_OF_PRESENT,
}
VC_32 = {**URC_NEW, "basis": _("Organic Law of the Villagers' Committees, article 32")}
VC_OLD_28 = {**VC_OLD, "basis": _("Organic Law of the Villagers' Committees (2010), article 28")}
ADULT_VILLAGERS = {"mode": "adults", "mode_title": _("adult villagers"), "roll": Roll.ADULT_VILLAGERS}

VILLAGERS_RULES = (
    *(
        VotingRule(**VILLAGERS_MEETING, **law, **mode, **came)
        for law in (VC_26, VC_OLD_22)
        for mode, came in ((ADULT_VILLAGERS, OVER_HALF_CAME), (HOUSEHOLDS, TWO_THIRDS_CAME))
    ),
    VotingRule(
        **VILLAGERS_REPS,
        **URC_NEW,
        basis=_("Organic Law of the Villagers' Committees, articles 29 and 30"),
        notes=(_("Women are at least one third of the representatives."),),
    ),
    VotingRule(
        **VILLAGERS_REPS, **VC_OLD, basis=_("Organic Law of the Villagers' Committees (2010), articles 25 and 26")
    ),
    *(
        VotingRule(**VILLAGERS_GROUP, **law, **mode)
        for law in (VC_32, VC_OLD_28)
        for mode in (ADULT_VILLAGERS, HOUSEHOLDS)
    ),
)

OWNERS = {
    "roll": Roll.OWNERS,
    "measures": (Measure.HEADS, Measure.AREA),
    "pass_base": Base.PARTICIPATING,
    "words": Words.OWNERS,
    "ballot": Ballot.NAMED,
    "notice_days": 15,
    "notes": (OWNER_HEADS, OWNERS_AWAY),
    **TWO_THIRDS_CAME,
    **CC,
}
OWNERS_RULES = (
    VotingRule(
        key="owners_ordinary",
        title=_("Owners' joint decision on an ordinary item"),
        basis=_("Civil Code, article 278, paragraph 1, items 1 to 5 and 9, and paragraph 2"),
        passing=MORE_THAN_HALF,
        **OWNERS,
    ),
    VotingRule(
        key="owners_special",
        title=_("Owners' joint decision on a special item"),
        basis=_("Civil Code, article 278, paragraph 1, items 6 to 8, and paragraph 2"),
        passing=THREE_QUARTERS,
        **OWNERS,
    ),
    VotingRule(
        key="owners_committee",
        version="2020-1",
        in_force_from=date(2020, 5, 1),
        title=_("Owners' committee meeting"),
        roll=Roll.OWNERS_COMMITTEE,
        basis=_("Local property rules (Beijing article 45, Shanghai article 26, Hangzhou article 29)"),
        evidence=Evidence.LOCAL,
        ballot=Ballot.OPEN,
        notes=(_("Members come in person, without proxies, and sign the decision."),),
        **OVER_HALF_CAME,
        **OVER_HALF_OF_ALL,
    ),
)

COLLECTIVE = {
    "key": "collective_assembly",
    "title": _("Assembly of the rural collective"),
    "ballot": Ballot.OPEN,
    **RCEO,
}
TWO_THIRDS_OF_ALL = {"passing": TWO_THIRDS, "pass_base": Base.ALL_MEMBERS}
OTHER_RULES = (
    VotingRule(
        roll=Roll.FULL_MEMBERS,
        mode="assembly",
        mode_title=_("assembly of members"),
        basis=_("Law on Rural Collective Economic Organisations, article 27"),
        notice_days=10,
        notes=(_("One person, one vote; members of full legal capacity are counted."),),
        **COLLECTIVE,
        **TWO_THIRDS_CAME,
        **TWO_THIRDS_OF_ALL,
    ),
    VotingRule(
        roll=Roll.MEMBER_REPRESENTATIVES,
        mode="representatives",
        mode_title=_("assembly of members' representatives"),
        basis=_("Law on Rural Collective Economic Organisations, article 28"),
        notes=(_("The attendance follows from the passing share: fewer than two thirds can decide nothing."),),
        **COLLECTIVE,
        **TWO_THIRDS_CAME,
        **TWO_THIRDS_OF_ALL,
    ),
    VotingRule(
        roll=Roll.DIRECTORS,
        mode="board",
        mode_title=_("board of directors"),
        basis=_("Law on Rural Collective Economic Organisations, article 31"),
        **COLLECTIVE,
        **TWO_THIRDS_CAME,
        **OVER_HALF_OF_ALL,
    ),
    VotingRule(
        key="joint_meeting",
        title=_("Joint meeting (big Party committee, four parties, council, courtyard committee)"),
        roll=Roll.MEETING_MEMBERS,
        basis=_("House rules of the meeting; no national rule"),
        ballot=Ballot.OPEN,
        notes=(_("It co-ordinates and advises; it does not decide for the residents or owners."),),
        **CUSTOM,
        **OVER_HALF_CAME,
        **OVER_HALF_OF_PRESENT,
    ),
)

GROUPS = (
    (_("Party organisation"), PARTY_RULES),
    (_("Residents"), RESIDENTS_RULES),
    (_("Villagers"), VILLAGERS_RULES),
    (_("Owners"), OWNERS_RULES),
    (_("Collectives and joint meetings"), OTHER_RULES),
)
RULES = PARTY_RULES + RESIDENTS_RULES + VILLAGERS_RULES + OWNERS_RULES + OTHER_RULES
KEYS = tuple(dict.fromkeys(rule.key for rule in RULES))
