"""The words of disclosure: boards, stages, kinds of objections and where they came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Board(models.TextChoices):
    """A notice board. Owners' business belongs to none of the three affairs; compounds have a board of their own."""

    PARTY = "party", _("Party affairs")
    RESIDENTIAL = "residential", _("Residential affairs")
    FINANCIAL = "financial", _("Financial affairs")
    COMPOUND = "compound", _("Compound affairs")


# What stands between the short name of the unit and 公 in a number; a village's committee is a 村民委员会.
NUMBER_WORD = {Board.PARTY: "党", Board.RESIDENTIAL: "居", Board.FINANCIAL: "财", Board.COMPOUND: "区"}
VILLAGE_NUMBER_WORD = NUMBER_WORD | {Board.RESIDENTIAL: "村"}


class Frequency(models.TextChoices):
    """How often an item is disclosed."""

    STANDING = "L", _("standing, renewed on change")
    YEAR = "Y", _("every year")
    HALF_YEAR = "H", _("every half-year")
    QUARTER = "Q", _("every quarter")
    MONTH = "M", _("every month")
    EVENT = "E", _("on the event")


# From the most frequent to the least: a place may ask for an item more often than the catalogue, never less.
BY_STRICTNESS = (Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR, Frequency.YEAR)


class Scope(models.TextChoices):
    """To whom an item is open: the four scopes of the Regulations on the Openness of Party Affairs."""

    SOCIETY = "society", _("society")
    WHOLE_PARTY = "whole_party", _("the whole Party")
    COMMUNITY = "community", _("this community")
    PERSONS = "persons", _("certain Party organisations and persons")

    @property
    def is_public(self):
        """Whether it may stand on a public page at all."""
        return self in (Scope.SOCIETY, Scope.COMMUNITY)


class Change(models.TextChoices):
    """What a place settles about its catalogue."""

    BEGINS = "begins", _("duties are reckoned")
    ADDED = "added", _("item added")
    STRICTER = "stricter", _("more often or longer")
    LEFT_OUT = "left_out", _("item left out")


class DutyState(models.TextChoices):
    """Where a duty stands on a day; derived by `duties.state`, never stored."""

    NOT_YET = "not_yet", _("not yet due")
    DUE = "due", pgettext_lazy("duty", "due")
    OVERDUE = "overdue", _("overdue")
    DONE = "done", pgettext_lazy("duty", "published")
    DONE_LATE = "done_late", _("published late")
    NOTHING = "nothing", _("nothing to report")

    @property
    def tag(self):
        """How the word is framed."""
        return {
            DutyState.DUE: "wait",
            DutyState.OVERDUE: "late",
            DutyState.DONE: "good",
            DutyState.DONE_LATE: "good",
            DutyState.NOTHING: "good",
        }.get(self, "")


class Cause(models.TextChoices):
    """What an overdue duty waits for."""

    NOT_DRAFTED = "not_drafted", _("not drafted yet")
    DRAFTED = "drafted", _("drafted, not submitted")
    REVIEW = "review", _("waits for the review")
    RETURNED = "returned", _("returned for changes")
    SIGNATURE = "signature", _("waits for the signature")
    SCHEDULED = "scheduled", _("signed for a later day")
    RECALLED = "recalled", _("recalled, to be drafted anew")


class Stage(models.TextChoices):
    """Where a version of a notice stands. Derived from its dates by `NoticeVersion.stage(on)`, never stored."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned for changes")
    REVIEWED = "reviewed", _("ready to be signed")
    SCHEDULED = "scheduled", _("scheduled")
    RECALLED = "recalled", _("recalled before publication")
    ON_DISPLAY = "on_display", _("on display")
    DISPLAY_ENDED = "display_ended", _("display ended")
    SUPERSEDED = "superseded", _("superseded version (corrected)")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def tag(self):
        """How the word is framed: good, wait, late, void or plain."""
        return _STAGE_TAGS.get(self, "")


_STAGE_TAGS = {
    Stage.IN_REVIEW: "wait",
    Stage.RETURNED: "late",
    Stage.REVIEWED: "wait",
    Stage.SCHEDULED: "wait",
    Stage.RECALLED: "void",
    Stage.ON_DISPLAY: "good",
    Stage.SUPERSEDED: "void",
    Stage.WITHDRAWN: "void",
}

PUBLISHED = frozenset({Stage.ON_DISPLAY, Stage.DISPLAY_ENDED, Stage.SUPERSEDED, Stage.WITHDRAWN})


class Verdict(models.TextChoices):
    """What a checker says to a draft."""

    AGREED = "agreed", _("agreed")
    OBJECTED = "objected", _("objected")


class Kind(models.TextChoices):
    """What a resident brings up."""

    QUESTION = "question", pgettext_lazy("kind of objection", "question")
    SUGGESTION = "suggestion", pgettext_lazy("kind of objection", "suggestion")
    OBJECTION = "objection", pgettext_lazy("kind of objection", "objection")


class Channel(models.TextChoices):
    """How it reached the community."""

    WEB = "web", _("on this page")
    PHONE = "phone", _("by telephone")
    VISIT = "visit", _("in person")


class Outcome(models.TextChoices):
    """What became of an objection. Questions and suggestions are answered without one."""

    NONE = "none", _("answered")
    UPHELD = "upheld", _("objection upheld")
    NOT_UPHELD = "not_upheld", _("objection not upheld")


class Handling(models.TextChoices):
    """Where the answer stands on a day; derived."""

    IN_HAND = "in_hand", _("in hand")
    INTERIM = "interim", _("interim reply given")
    OVERDUE = "overdue", _("reply overdue")
    REPLIED = "replied", _("replied")

    @property
    def tag(self):
        """How the word is framed."""
        return {Handling.OVERDUE: "late", Handling.REPLIED: "good"}.get(self, "wait")


class Feedback(models.TextChoices):
    """What the resident says to the reply. Nothing said is nothing said: silence is never satisfaction."""

    NONE = "", _("no answer from the resident")
    SATISFIED = "satisfied", _("resident satisfied")
    NOT_SATISFIED = "not_satisfied", _("resident not satisfied")

    @property
    def tag(self):
        """How the word is framed."""
        return {Feedback.SATISFIED: "good", Feedback.NOT_SATISFIED: "late"}.get(self, "")


class AnnouncementKind(models.TextChoices):
    """What people read daily. A service guide stands until it is replaced; a rota ends with its last day."""

    ANNOUNCEMENT = "announcement", pgettext_lazy("kind of announcement", "announcement")
    GUIDE = "guide", pgettext_lazy("kind of announcement", "service guide")
    ROTA = "rota", pgettext_lazy("kind of announcement", "duty rota")


class Answer(models.TextChoices):
    """What a resident says of an outcome."""

    SATISFIED = "satisfied", pgettext_lazy("evaluation", "satisfied")
    FAIRLY = "fairly", pgettext_lazy("evaluation", "fairly satisfied")
    UNSATISFIED = "unsatisfied", pgettext_lazy("evaluation", "not satisfied")
    UNAWARE = "unaware", pgettext_lazy("evaluation", "do not know about it")


class EvaluationState(models.TextChoices):
    """Where an evaluation stands; derived from its days, unless it was called off."""

    PLANNED = "planned", pgettext_lazy("evaluation", "announced")
    OPEN = "open", pgettext_lazy("evaluation", "open")
    COUNTING = "counting", pgettext_lazy("evaluation", "being counted")
    FINISHED = "finished", pgettext_lazy("evaluation", "finished")
    CALLED_OFF = "called_off", pgettext_lazy("evaluation", "called off")

    @property
    def tag(self):
        """How the word is framed."""
        words = {EvaluationState.OPEN: "good", EvaluationState.FINISHED: "", EvaluationState.CALLED_OFF: "late"}
        return words.get(self, "wait")
