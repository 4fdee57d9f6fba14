"""The words of the councils: where a matter comes from and where it stands, how a body meets and votes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a matter stands. A status follows from the last step validly done, or says how the matter ended.

    Only what people do is stored (`STORED_STATUSES`); what follows from the dates of the two notices is answered by
    `Matter.status_on(day)`.
    """

    REGISTERED = "registered", pgettext_lazy("matter", "registered")
    SORTED = "sorted", pgettext_lazy("matter", "taken up as a major matter")
    PROPOSED = "proposed", pgettext_lazy("matter", "proposed")
    CONFERRED = "conferred", pgettext_lazy("matter", "conferred")
    REVIEWED = "reviewed", pgettext_lazy("matter", "reviewed")
    RESOLVED = "resolved", pgettext_lazy("matter", "resolved")
    DISCLOSED = "disclosed", pgettext_lazy("matter", "resolution on display")
    IMPLEMENTING = "implementing", pgettext_lazy("matter", "being implemented")
    ACCEPTED = "accepted", pgettext_lazy("matter", "accepted")
    OUTCOME_DISCLOSED = "outcome_disclosed", pgettext_lazy("matter", "outcome on display")
    CLOSED = "closed", pgettext_lazy("matter", "closed")
    # Waiting for the people who brought it, or for a meeting to be held again
    RETURNED = "returned", pgettext_lazy("matter", "returned for changes")
    SHELVED = "shelved", pgettext_lazy("matter", "shelved")
    VOID = "void", pgettext_lazy("matter", "void, to be held again")
    # Ends
    SETTLED = "settled", pgettext_lazy("matter", "settled on the spot")
    REFERRED = "referred", pgettext_lazy("matter", "handed on")
    DECLINED = "declined", pgettext_lazy("matter", "declined with reasons")
    WITHDRAWN = "withdrawn", pgettext_lazy("matter", "withdrawn")
    REJECTED = "rejected", pgettext_lazy("matter", "voted down")
    REVOKED = "revoked", pgettext_lazy("matter", "resolution revoked by law")


STORED_STATUSES = (
    Status.REGISTERED,
    Status.SORTED,
    Status.PROPOSED,
    Status.CONFERRED,
    Status.REVIEWED,
    Status.RESOLVED,
    Status.IMPLEMENTING,
    Status.ACCEPTED,
    Status.RETURNED,
    Status.SHELVED,
    Status.VOID,
    Status.DECLINED,
    Status.WITHDRAWN,
    Status.REJECTED,
    Status.REVOKED,
    Status.SETTLED,
    Status.REFERRED,
)
# A matter that stands at one of these says why in `Matter.ended_reason`.
EXPLAINED_STATUSES = (
    Status.RETURNED,
    Status.SHELVED,
    Status.VOID,
    Status.DECLINED,
    Status.WITHDRAWN,
    Status.REJECTED,
    Status.REVOKED,
    Status.SETTLED,
    Status.REFERRED,
)


class Origin(models.TextChoices):
    """Where a matter comes from: the tick on every sheet of the register (动议事由)."""

    RESIDENTS = "residents", _("suggested by Party members and residents")
    CADRES = "cadres", _("put forward by cadres of the community")
    HIGHER = "higher", _("arranged from above")


class InitiatorKind(models.TextChoices):
    """Who puts a matter forward jointly. The law counts each against its own whole (URC 26, 28; PMR 13)."""

    REPRESENTATIVES = "representatives", _("residents' representatives")
    RESIDENTS = "residents", _("residents")
    HOUSEHOLDS = "households", _("household representatives")
    OWNERS = "owners", _("owners")
    PARTY_MEMBERS = "party_members", _("Party members")
    GROUP = "group", _("residents' group")


class LineKind(models.TextChoices):
    """The two sides of a budget."""

    ITEM = "item", _("item of cost")
    SOURCE = "source", _("source of money")


class RollMode(models.TextChoices):
    """Whether the entitled are written down one by one, or as a number with its basis and source."""

    NAMED = "named", _("by name")
    COUNTED = "counted", _("by number")


class Presence(models.TextChoices):
    """Who came."""

    PRESENT = "present", _("present")
    LEAVE = "leave", _("on leave")
    ABSENT = "absent", _("absent")


class MeetingOutcome(models.TextChoices):
    """What became of a meeting that was called; empty until the attendance is entered."""

    VALID = "valid", _("meeting valid")
    NO_QUORUM = "no_quorum", _("meeting void, to be held again")
    CALLED_OFF = "called_off", _("called off")


class Method(models.TextChoices):
    """How a vote is taken."""

    HANDS = "hands", _("show of hands")
    NAMED = "named", _("named vote")
    SECRET = "secret", _("secret ballot")


class Choice(models.TextChoices):
    """What one voter chose in a named vote."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")
    ABSTAIN = "abstain", _("abstain")


class TellerRole(models.TextChoices):
    """The three jobs at a count: 监票人, 计票人, 唱票人."""

    SUPERVISOR = "supervisor", _("supervises the count")
    COUNTER = "counter", _("counts the votes")
    ANNOUNCER = "announcer", _("reads out the votes")


class ScanKind(models.TextChoices):
    """What a scanned paper is. The signed paper is the evidence of record."""

    SIGN_IN = "sign_in", _("sign-in sheet")
    MINUTES = "minutes", _("signed minutes")
    COUNT_SHEET = "count_sheet", _("count sheet")
    BALLOTS = "ballots", _("ballots")
    OTHER = "other", _("other paper")


class MilestoneKind(models.TextChoices):
    """What happened while a resolution was carried out."""

    STARTED = "started", _("work started")
    COMPLETED = "completed", _("work completed")
    NOT_ACCEPTED = "not_accepted", _("acceptance refused")
    ACCEPTED = "accepted", _("accepted")
    TRIAL = "trial", _("trial operation")
    OTHER = "other", _("other event")


class ConsultationKind(models.TextChoices):
    """How residents are heard without a vote (URC 32; the names and ways are local practice)."""

    SPEAKING_DAY = "speaking_day", _("residents' speaking day")
    OPEN_TALK = "open_talk", _("open talk with residents")
    HEARING = "hearing", _("hearing")
    COURTYARD = "courtyard", _("courtyard meeting on a draft plan")
    COUNCIL = "council", _("residents' deliberation meeting")


class PointOutcome(models.TextChoices):
    """What became of a point that residents raised."""

    SETTLED = "settled", pgettext_lazy("point", "settled")
    MATTER = "matter", pgettext_lazy("point", "carried into a matter")
    PASSED_ON = "passed_on", pgettext_lazy("point", "passed on to who is responsible")
    CLOSED = "closed", pgettext_lazy("point", "not taken up, with reason")


class HeadKind(models.TextChoices):
    """Who counts as one owner among the heads (SPC 9)."""

    PERSON = "person", pgettext_lazy("owner", "one person")
    CO_OWNERS = "co_owners", pgettext_lazy("owner", "co-owners together")
    ORGANISATION = "organisation", pgettext_lazy("owner", "organisation")
    DEVELOPER = "developer", pgettext_lazy("owner", "developer: unsold or not handed over")


class AreaSource(models.TextChoices):
    """Where the exclusive area of a unit is written, in the order in which the law trusts it (SPC 8)."""

    REGISTER = "register", _("real estate register")
    SURVEY = "survey", _("survey report")
    CONTRACT = "contract", _("sales contract")


class DeliveryMethod(models.TextChoices):
    """How a ballot reached an owner."""

    HAND = "hand", _("by hand")
    MAILBOX = "mailbox", _("into the letter box")
    REGISTERED = "registered", _("by registered post")
    POSTED = "posted", _("posted at the entrance")
    OTHER = "other", _("another way that the owners adopted")


class Marked(models.TextChoices):
    """What an owner's paper ballot says about one question."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")
    ABSTAIN = "abstain", _("abstain")
    INVALID = "invalid", _("cannot be told")


class SilentKind(models.TextChoices):
    """How owners are counted who got a ballot and returned none, where their rules of procedure say so. Contested."""

    MAJORITY = "majority", _("as agreeing with the majority")
    ABSTAIN = "abstain", _("as taking part and abstaining")


class TurnKind(models.TextChoices):
    """How a matter leaves its straight way by the decision of a person, not by a vote of its own."""

    ANSWERED = "answered", _("reason given in writing")
    RAISED_AGAIN = "raised_again", _("raised again")
    SHELVED = "shelved", pgettext_lazy("turn", "shelved")
    TAKEN_UP = "taken_up", _("taken up again")
    WITHDRAWN = "withdrawn", pgettext_lazy("turn", "withdrawn")
    OBJECTION = "objection", _("objection upheld")
    VOID = "void", _("fault in the procedure")
    REVOKED = "revoked", pgettext_lazy("turn", "revoked")
    CHANGED = "changed", _("plan changed")


class Ground(models.TextChoices):
    """On what ground, or in what way, a turn was taken. Which of them fit says `councils.procedures.turns`."""

    IN_PERSON = "in_person", _("handed over in person")
    BY_POST = "by_post", _("sent by post")
    BY_MESSAGE = "by_message", _("sent as an electronic message")
    SAME_SUBSTANCE = "same_substance", _("in substance the same")
    OTHER_SUBSTANCE = "other_substance", _("changed in substance")
    BY_INITIATORS = "by_initiators", _("at the request of who brought it")
    BY_PROPOSERS = "by_proposers", _("by the bodies that proposed it")
    ALL_RESIDENTS = "all_residents", _("overturned by the meeting of all")
    REPRESENTATIVES = "representatives", _("overturned by the representatives meeting")
    COURT = "court", _("revoked by a court")
    CONTENT = "content", _("the substance changes")
    COST = "cost", _("the cost changes")


class Fault(models.TextChoices):
    """What was wrong with a deliberation, as the supervision committee finds it."""

    CALL = "call", _("not called as the rules ask")
    ROLL = "roll", _("not the right people were entitled or voted")
    QUORUM = "quorum", _("too few were present")
    COUNT = "count", _("the count is not right")
    TEXT = "text", _("not the announced text was voted on")
    OTHER = "other", _("another fault")


class Verdict(models.TextChoices):
    """What the committee answers to a finding."""

    HELD_AGAIN = "held_again", _("agreed: the meeting is held again")
    DISAGREED = "disagreed", _("not agreed")
