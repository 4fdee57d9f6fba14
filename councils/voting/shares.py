"""A voting rule and the parts it is made of: shares, what they are shares of, and how they are measured."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise


@dataclass(frozen=True)
class Share:
    """A part of a whole: `strict` is 超过 / 过半数 (more than), otherwise 以上 / 不少于 (at least; CC 1259)."""

    part: int
    whole: int
    strict: bool = False

    def __post_init__(self):
        if not 0 < self.part <= self.whole or (self.strict and self.part == self.whole):
            raise ValueError(f"{self.part}/{self.whole} is not a share that can be met.")

    def is_met(self, count, total):
        """Whether `count` of `total` is enough; nothing is enough of nothing."""
        left, right = count * self.whole, total * self.part
        return total > 0 and (left > right if self.strict else left >= right)

    def need(self, total):
        """The smallest whole number that meets the share of `total`."""
        quotient, remainder = divmod(total * self.part, self.whole)
        return quotient + 1 if self.strict or remainder else max(quotient, 1)

    def is_at_least(self, other):
        """Whether everything that meets this share also meets `other`."""
        left, right = self.part * other.whole, other.part * self.whole
        return left > right or (left == right and (self.strict or not other.strict))


MORE_THAN_HALF = Share(1, 2, strict=True)
HALF = Share(1, 2)
ONE_THIRD = Share(1, 3)
TWO_THIRDS = Share(2, 3)
MORE_THAN_TWO_THIRDS = Share(2, 3, strict=True)
THREE_QUARTERS = Share(3, 4)
FOUR_FIFTHS = Share(4, 5)


class Base(StrEnum):
    """What a share is of. The first two are the same number, told apart because the law names them differently."""

    ENTITLED = "entitled"  # 应到: all who may vote
    ALL_MEMBERS = "all_members"  # 全体成员: every member of the body, present or not
    PRESENT = "present"  # 到会
    PARTICIPATING = "participating"  # 参与表决的业主
    BALLOTS = "ballots"  # 参加投票, ballots cast, the invalid ones too


# Bases that are fixed before anyone comes; the others depend on the attendance.
FIXED_BASES = frozenset({Base.ENTITLED, Base.ALL_MEMBERS})


class Measure(StrEnum):
    """What is counted: heads, or the exclusive area of owners in whole units of 0.01 m²."""

    HEADS = "heads"
    AREA = "area"


class Stage(StrEnum):
    QUORUM = "quorum"
    PASSING = "passing"


class Outcome(StrEnum):
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"
    NO_QUORUM = "no_quorum"


class Evidence(StrEnum):
    """How well a rule is founded; only a law sets a 法定人数."""

    LAW = "law"
    PARTY_RULE = "party_rule"
    LOCAL = "local"
    CUSTOM = "custom"


class Ballot(StrEnum):
    """How the vote is taken. LOCAL: as the local rules or the meeting say; CONTESTED: secret when contested."""

    OPEN = "open"
    SECRET = "secret"
    NAMED = "named"
    LOCAL = "local"
    CONTESTED = "contested"


class Words(StrEnum):
    """The vocabulary of a vote: Party meetings 赞成, residents 同意, elections 得票, owners heads and area."""

    MEETING = "meeting"
    PARTY = "party"
    ELECTION = "election"
    PARTY_ELECTION = "party_election"
    RECALL = "recall"
    OWNERS = "owners"


class Roll(StrEnum):
    """Who is entitled."""

    ADULTS = "adults"
    ADULT_VILLAGERS = "adult_villagers"
    HOUSEHOLD_REPS = "household_reps"
    GROUP_DELEGATES = "group_delegates"
    REPRESENTATIVES_BODY = "representatives_body"
    REPRESENTATIVES = "representatives"
    VOTERS = "voters"
    COMMITTEE_MEMBERS = "committee_members"
    PARTY_MEMBERS = "party_members"
    PARTY_VOTERS = "party_voters"
    BOTH_COMMITTEES = "both_committees"
    OWNERS = "owners"
    OWNERS_COMMITTEE = "owners_committee"
    FULL_MEMBERS = "full_members"
    MEMBER_REPRESENTATIVES = "member_representatives"
    DIRECTORS = "directors"
    MEETING_MEMBERS = "meeting_members"


@dataclass(frozen=True)
class Quorum:
    """One share that must be there before anything may be decided."""

    share: Share
    base: Base = Base.ENTITLED


@dataclass(frozen=True)
class VotingRule:
    """One way to count one kind of meeting, as long as it is in force (both days included)."""

    key: str
    version: str
    in_force_from: date
    title: str | Promise
    roll: Roll
    quorums: tuple[Quorum, ...]
    passing: Share
    pass_base: Base
    basis: str | Promise
    evidence: Evidence
    mode: str = ""
    mode_title: str | Promise = ""
    in_force_until: date | None = None
    measures: tuple[Measure, ...] = (Measure.HEADS,)
    words: Words = Words.MEETING
    ballot: Ballot = Ballot.LOCAL
    notice_days: int | None = None
    notes: tuple[str | Promise, ...] = ()
    tightened: bool = False

    @property
    def by_area(self):
        """Whether area is counted beside heads (owners)."""
        return Measure.AREA in self.measures

    @property
    def is_party(self):
        return self.words in (Words.PARTY, Words.PARTY_ELECTION)

    def in_force_on(self, day):
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)
