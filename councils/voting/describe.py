"""A rule in words, before anyone has voted: what it asks for and of whom."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.voting.shares import Ballot, Base, Evidence, Measure, Roll, Words
from councils.voting.words import fraction_text

_ROLLS = {
    Roll.ADULTS: _("adult residents"),
    Roll.ADULT_VILLAGERS: _("adult villagers"),
    Roll.HOUSEHOLD_REPS: _("household representatives"),
    Roll.GROUP_DELEGATES: _("delegates of the residents' groups"),
    Roll.REPRESENTATIVES_BODY: _("members of the committee and representatives"),
    Roll.REPRESENTATIVES: _("representatives"),
    Roll.VOTERS: _("registered voters"),
    Roll.COMMITTEE_MEMBERS: _("members of the branch committee"),
    Roll.PARTY_MEMBERS: _("Party members with a vote"),
    Roll.PARTY_VOTERS: _("Party members with the right to elect"),
    Roll.BOTH_COMMITTEES: _("members of the two committees"),
    Roll.OWNERS: _("owners"),
    Roll.OWNERS_COMMITTEE: _("members of the owners' committee"),
    Roll.FULL_MEMBERS: _("members of full capacity"),
    Roll.MEMBER_REPRESENTATIVES: _("members' representatives"),
    Roll.DIRECTORS: _("directors"),
    Roll.MEETING_MEMBERS: _("members of the meeting"),
}
_BASES = {
    Base.PRESENT: _("those present"),
    Base.PARTICIPATING: _("the owners taking part"),
    Base.BALLOTS: _("the ballots cast"),
}
_WHOLE_AREA = _("the whole area")
_AREA_TAKING_PART = _("the area taking part")

_BALLOTS = {
    Ballot.OPEN: pgettext_lazy("ballot", "open"),
    Ballot.SECRET: pgettext_lazy("ballot", "secret"),
    Ballot.NAMED: pgettext_lazy("ballot", "named"),
    Ballot.LOCAL: pgettext_lazy("ballot", "as local rules or the meeting say"),
    Ballot.CONTESTED: pgettext_lazy("ballot", "open; secret when contested"),
}
_EVIDENCE = {
    Evidence.LAW: pgettext_lazy("source", "law"),
    Evidence.PARTY_RULE: pgettext_lazy("source", "Party rule"),
    Evidence.LOCAL: pgettext_lazy("source", "local rule"),
    Evidence.CUSTOM: pgettext_lazy("source", "custom, no national rule"),
}

# (entitled, present) of a count, in the vocabulary of the vote.
_ATTENDANCE = {
    Words.ELECTION: (_("Entitled to vote"), _("Voted (ballots cast)")),
    Words.RECALL: (_("Entitled to vote"), _("Voted (ballots cast)")),
    Words.OWNERS: (_("Owners in all"), _("Owners taking part")),
}


def share_text(share):
    """“more than half”, “at least two thirds”."""
    if share.strict and (share.part, share.whole) == (1, 2):
        return str(_("more than half"))
    wording = _("more than %(share)s") if share.strict else _("at least %(share)s")
    return wording % {"share": fraction_text(share)}


def roll_text(rule):
    """Who is counted."""
    return str(_ROLLS[rule.roll])


def quorum_texts(rule):
    """What attendance the rule asks for, a phrase for each measure and share."""
    return [
        _share_of(asked.share, _WHOLE_AREA if measure == Measure.AREA else _ROLLS[rule.roll])
        for asked in rule.quorums
        for measure in rule.measures
    ]


def passing_texts(rule):
    """What must be in favour, a phrase for each measure."""
    return [
        _share_of(
            rule.passing,
            _AREA_TAKING_PART if measure == Measure.AREA else _BASES.get(rule.pass_base, _ROLLS[rule.roll]),
        )
        for measure in rule.measures
    ]


def ballot_text(rule):
    """How the vote is taken."""
    return str(_BALLOTS[rule.ballot])


def evidence_text(rule):
    """Whether the rule is law, Party rule, local rule or custom."""
    return str(_EVIDENCE[rule.evidence])


def attendance_labels(words):
    """The names of `entitled` and `present` in this vocabulary."""
    return _ATTENDANCE.get(words, (_("Entitled"), _("Present")))


def _share_of(share, base):
    return _("%(share)s of %(base)s") % {"share": share_text(share), "base": base}
