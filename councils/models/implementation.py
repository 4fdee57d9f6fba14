"""How a resolution was carried out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.enums import MilestoneKind
from councils.models.matter import Matter
from orgs.models import User


class Milestone(models.Model):
    """One dated fact of the implementation. Acceptance is one too: `text` then names who signed. Append-only.

    `round`: the round of the matter whose resolution was carried out; work that a later round goes on with is accepted
    anew.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="milestones")
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=MilestoneKind)
    on = models.DateField(_("date"))
    text = models.CharField(_("what happened"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MilestoneKind.values), name="milestone_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=[MilestoneKind.OTHER, MilestoneKind.ACCEPTED, MilestoneKind.NOT_ACCEPTED])
                | ~Q(text=""),
                name="milestone_says_what",
            ),
            models.UniqueConstraint(
                fields=["matter", "round", "kind"],
                condition=Q(
                    kind__in=[
                        MilestoneKind.STARTED,
                        MilestoneKind.COMPLETED,
                        MilestoneKind.ACCEPTED,
                        MilestoneKind.TRIAL,
                    ]
                ),
                name="milestone_kind_once",
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.get_kind_display()}"


class Selection(models.Model):
    """How the contractor was chosen. Append-only."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="selection")
    on = models.DateField(_("date"))
    method = models.CharField(_("method"), max_length=60)
    offers = models.PositiveSmallIntegerField(_("number of offers"))
    result = models.CharField(_("result"), max_length=200)
    supervised = models.BooleanField(_("the supervision committee was present"), default=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("choice of the contractor")
        verbose_name_plural = _("choices of contractors")
        constraints = [models.CheckConstraint(condition=Q(offers__gt=0), name="selection_has_offers")]

    def __str__(self):
        return f"{self.method} {self.result}"


class Evaluation(models.Model):
    """What residents said about the result: forms issued, returned, and the three answers. Append-only."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="evaluation")
    on = models.DateField(_("date"))
    issued = models.PositiveIntegerField(_("forms issued"))
    returned = models.PositiveIntegerField(_("forms returned"))
    satisfied = models.PositiveIntegerField(_("satisfied"))
    fairly = models.PositiveIntegerField(_("fairly satisfied"))
    unsatisfied = models.PositiveIntegerField(_("not satisfied"))
    note = models.CharField(_("what was said and done about it"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("residents' evaluation")
        verbose_name_plural = _("residents' evaluations")
        constraints = [
            models.CheckConstraint(
                condition=Q(issued__gte=F("returned"), returned=F("satisfied") + F("fairly") + F("unsatisfied")),
                name="evaluation_forms_add_up",
            )
        ]

    def __str__(self):
        return f"{self.on} {self.returned}/{self.issued}"
