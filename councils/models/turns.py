"""How a matter left its straight way: the turns people decided, faults found in the procedure, rounds gone by."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from councils.enums import STORED_STATUSES, Fault, Ground, TurnKind, Verdict
from councils.models.budget import BudgetLine
from councils.models.matter import Matter
from orgs.models import User

STATUS_CHOICES = [(status.value, status.label) for status in STORED_STATUSES]


class Round(models.Model):
    """What a round of a matter was about and where it ended, kept when the next one began. Append-only (trigger).

    `budget`: the lines as they were, [{"kind", "label", "planned", "actual"}] in fen. The notices are those that this
    round published; they stay readable. Only a corrected count that reopens the round takes the row away again.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=40)
    plan = models.TextField()
    motion = models.CharField(max_length=300)
    budget = models.JSONField(default=list)
    status = models.CharField(max_length=20, choices=STATUS_CHOICES)
    ended_on = models.DateField()
    resolution_notice = models.OneToOneField(
        "disclosure.Notice", null=True, on_delete=models.PROTECT, related_name="resolved_round"
    )
    outcome_notice = models.OneToOneField(
        "disclosure.Notice", null=True, on_delete=models.PROTECT, related_name="finished_round"
    )

    class Meta:
        verbose_name = _("earlier round")
        verbose_name_plural = _("earlier rounds")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="round_once"),
            models.CheckConstraint(condition=Q(status__in=STORED_STATUSES), name="round_status_is_stored"),
        ]

    def __str__(self):
        return f"{self.matter} ({self.number})"

    @property
    def lines(self):
        """The lines of the budget as unsaved rows."""
        return [BudgetLine(**line) for line in self.budget]


class Finding(models.Model):
    """A fault in a deliberation of a matter that the supervision committee found, and the committee's one answer.

    Agreed: the turn that held the meeting again names it. Not agreed: with a reason, and the street is told; it may
    note once what it says. `text` is for everyone. What was found and answered stands (trigger).
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="findings")
    step = models.CharField(_("step"), max_length=20)
    round = models.PositiveSmallIntegerField()
    fault = models.CharField(_("fault"), max_length=20, choices=Fault)
    text = models.TextField(_("what was found, and on what basis"))
    on = models.DateField(_("found on"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(_("answer of the committee"), max_length=20, choices=Verdict, blank=True)
    answer = models.TextField(_("reason"), blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    note = models.TextField(_("what the street says"), blank=True)
    noted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("finding of the supervision committee")
        verbose_name_plural = _("findings of the supervision committee")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "step"], condition=Q(verdict=""), name="finding_one_open_per_step"
            ),
            models.CheckConstraint(condition=Q(fault__in=Fault.values) & ~Q(text=""), name="finding_says_what"),
            models.CheckConstraint(
                condition=Q(verdict="", answer="", answered_by=None, answered_at=None)
                | Q(verdict__in=Verdict.values, answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer=""),
                name="finding_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")), name="finding_answered_by_another"
            ),
            models.CheckConstraint(
                condition=Q(note="", noted_by=None, noted_at=None)
                | Q(verdict=Verdict.DISAGREED, noted_by__isnull=False, noted_at__isnull=False) & ~Q(note=""),
                name="finding_note_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.matter} {self.step}: {self.get_fault_display()}"

    def get_absolute_url(self):
        return reverse("finding", args=[self.pk])

    @property
    def step_row(self):
        """The `Deliberation` that was found at fault."""
        return self.matter.procedure_row.step(self.step)


class Turn(models.Model):
    """One turn of a matter (`councils.procedures.TURNS`), by whom and why. Append-only (trigger).

    `version` is the version the matter had: one turn each. `step`: what it opened again, and with it a new round.
    `on` is the day it was decided, `at` when it was entered. `document`: a ruling, a letter; `resolved_in`: the matter
    in which a body overturned the resolution.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="turns")
    version = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=TurnKind)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, blank=True)
    from_status = models.CharField(max_length=20, choices=STATUS_CHOICES)
    to_status = models.CharField(max_length=20, choices=STATUS_CHOICES)
    from_round = models.PositiveSmallIntegerField()
    to_round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20, blank=True)
    on = models.DateField(_("date"))
    reason = models.TextField(_("reason"))
    document = models.CharField(_("document"), max_length=120, blank=True)
    objection = models.OneToOneField(
        "disclosure.Objection", null=True, on_delete=models.PROTECT, related_name="turn", verbose_name=_("objection")
    )
    finding = models.OneToOneField(Finding, null=True, on_delete=models.PROTECT, related_name="turn")
    resolved_in = models.ForeignKey(Matter, null=True, on_delete=models.PROTECT, related_name="overturned")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("turn of a matter")
        verbose_name_plural = _("turns of matters")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="turn_once_per_version"),
            models.UniqueConstraint(
                fields=["matter", "from_round"], condition=Q(kind=TurnKind.ANSWERED), name="turn_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TurnKind.values, from_status__in=STORED_STATUSES, to_status__in=STORED_STATUSES)
                & (Q(ground="") | Q(ground__in=Ground.values)),
                name="turn_words_are_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="turn_has_reason"),
            models.CheckConstraint(
                condition=Q(step="", to_round=F("from_round")) | ~Q(step="") & Q(to_round=F("from_round") + 1),
                name="turn_that_opens_a_step_begins_a_round",
            ),
            models.CheckConstraint(
                condition=Q(kind=TurnKind.OBJECTION, objection__isnull=False)
                | ~Q(kind=TurnKind.OBJECTION) & Q(objection=None),
                name="turn_names_its_objection",
            ),
            models.CheckConstraint(
                condition=Q(kind=TurnKind.VOID, finding__isnull=False) | ~Q(kind=TurnKind.VOID) & Q(finding=None),
                name="turn_names_its_finding",
            ),
            models.CheckConstraint(
                condition=~Q(kind=TurnKind.REVOKED)
                | ~Q(ground="") & (~Q(document="") | Q(resolved_in__isnull=False) & ~Q(resolved_in=F("matter"))),
                name="turn_revoked_names_its_ground",
            ),
        ]

    def __str__(self):
        return f"{self.matter}: {self.get_kind_display()}"
