"""An evaluation by residents: the numbers of its answers, and apart from them the codes of its slips.

**What links an answer to a household?** Nothing that is kept. Nobody writes down who got which slip; of a code only a
keyed digest is stored; an answer raises one of four numbers of the evaluation's row and leaves no row, event or time of
its own. The database keeps a row of the slip that was used, and whoever reads its files could see the order of those
rows; but the four numbers stand in one row, of which only the newest state is there, so that this order belongs to no
order of answers. Whoever may copy the whole database before and after a single answer could tell what it was, and of
which digest; without the slip itself that still names no household.
"""

from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import evaluation
from disclosure.enums import Answer, EvaluationState
from disclosure.models.notices import Notice
from orgs.models import Person

COUNTS = tuple(Answer.values)
# What everyone may read of one, or what that is computed from.
_SHOWN = ("question", "opens_on", "closes_on", "households", "called_off_at", "called_off_reason", *COUNTS)


class EvaluationQuerySet(models.QuerySet):
    """Evaluations ..."""

    def visible_to(self, user, on):
        """Those of notices that `user` may open at the desk on `on`."""
        return self.filter(notice__in=Notice.objects.visible_to(user, on))

    def of_each_notice(self):
        """An annotation for notices, without a query of its own: theirs, newest first, as `from_row` reads them."""
        rows = self.filter(notice=OuterRef("pk")).order_by("-id")
        return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in ("id", *_SHOWN)})))


class Evaluation(models.Model):
    """What a community asks its households about what a notice discloses, from `opens_on` to `closes_on`.

    `households` is the number of slips; `satisfied` … are how many gave each answer. Triggers let only the four numbers
    grow, and the slips be printed anew before the first day. Until its last day it may be called off (`called_off_*`):
    then its slips are void, its numbers stay and are shown to nobody, and residents may be asked about the notice anew.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("notice"))
    question = models.CharField(_("question"), max_length=100)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    households = models.PositiveIntegerField(_("households"))
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    printed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(null=True)
    satisfied = models.PositiveIntegerField(default=0)
    fairly = models.PositiveIntegerField(default=0)
    unsatisfied = models.PositiveIntegerField(default=0)
    unaware = models.PositiveIntegerField(default=0)
    called_off_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    called_off_at = models.DateTimeField(_("called off"), null=True)
    called_off_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation by residents")
        verbose_name_plural = _("evaluations by residents")
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=Q(called_off_at=None), name="evaluation_one_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None, called_off_by=None, called_off_reason="")
                | Q(called_off_at__isnull=False, called_off_by__isnull=False) & ~Q(called_off_reason=""),
                name="evaluation_calling_off_is_whole",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="evaluation_has_question"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="evaluation_dates_in_order"),
            models.CheckConstraint(
                condition=Q(households__gt=0, households__lte=evaluation.MOST_HOUSEHOLDS),
                name="evaluation_households_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(printed_at=None, printed_by=None) | Q(printed_at__isnull=False, printed_by__isnull=False),
                name="evaluation_printing_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(households__gte=F("satisfied") + F("fairly") + F("unsatisfied") + F("unaware")),
                name="evaluation_one_answer_per_household",
            ),
        ]

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return reverse("desk_evaluation", args=[self.pk])

    @classmethod
    def from_row(cls, row):
        """One from a row of `of_each_notice`, with what everyone may read of it."""
        days = {name: date.fromisoformat(row[name]) for name in ("opens_on", "closes_on")}
        called_off_at = row["called_off_at"] and datetime.fromisoformat(row["called_off_at"])
        return cls(**row | days | {"called_off_at": called_off_at})

    def state(self, on):
        """The `EvaluationState` on the day `on`."""
        if self.called_off_at:
            return EvaluationState.CALLED_OFF
        return evaluation.state_of(self.opens_on, self.closes_on, on)

    @property
    def printing(self):
        """What tells one printing of the slips from another; empty before the first."""
        return self.printed_at.isoformat() if self.printed_at else ""

    @property
    def counting_until(self):
        return evaluation.counting_until(self.closes_on)

    @property
    def result_from(self):
        return evaluation.result_from(self.closes_on)

    def result(self):
        """The `Result`; shown when the evaluation is finished, never before, and never of one that was called off."""
        return evaluation.result_of(self.households, {answer: getattr(self, answer.value) for answer in Answer})


class Slip(models.Model):
    """A code that was printed: `digest` is all that is kept of it. Rows follow their digests, not the printing."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="slips")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        constraints = [models.UniqueConstraint(fields=["digest"], name="slip_digest_once")]

    def __str__(self):
        return self.digest[:8]


class SlipUse(models.Model):
    """That a slip was used: one row at most, without a time and without a number that counts up."""

    slip = models.OneToOneField(Slip, primary_key=True, on_delete=models.PROTECT, related_name="use")

    class Meta:
        verbose_name = _("used slip")
        verbose_name_plural = _("used slips")

    def __str__(self):
        return str(self.slip)


class PaperCount(models.Model):
    """A bundle of paper slips as two tellers counted it: its numbers went into the evaluation's, once and for all."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="paper_counts")
    satisfied = models.PositiveIntegerField(default=0)
    fairly = models.PositiveIntegerField(default=0)
    unsatisfied = models.PositiveIntegerField(default=0)
    unaware = models.PositiveIntegerField(default=0)
    first_teller = models.CharField(_("first teller"), max_length=30)
    second_teller = models.CharField(_("second teller"), max_length=30)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_on = models.DateField()

    class Meta:
        verbose_name = _("count of paper slips")
        verbose_name_plural = _("counts of paper slips")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfied__gt=0) | Q(fairly__gt=0) | Q(unsatisfied__gt=0) | Q(unaware__gt=0),
                name="paper_count_counts_something",
            ),
            models.CheckConstraint(
                condition=~Q(first_teller="") & ~Q(second_teller="") & ~Q(first_teller=F("second_teller")),
                name="paper_count_by_two_tellers",
            ),
        ]

    def __str__(self):
        return f"{self.total}"

    @property
    def total(self):
        return sum(getattr(self, name) for name in COUNTS)
