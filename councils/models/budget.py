"""What a matter costs, who pays, and the files that came with it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Attachment
from councils.enums import LineKind
from councils.models.matter import Matter


class MatterFile(models.Model):
    """A file that belongs to a matter from its registration on: a drawing, an estimate, the signed request."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="files")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120)

    class Meta:
        verbose_name = _("file of a matter")
        verbose_name_plural = _("files of matters")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(label=""), name="matter_file_has_label")]

    def __str__(self):
        return self.label


class BudgetLine(models.Model):
    """One item of cost or one source of money of a matter, in fen. Both sides add up to the same total."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    label = models.CharField(_("label"), max_length=60)
    planned = models.BigIntegerField(_("planned (fen)"), validators=[MinValueValidator(0)])
    actual = models.BigIntegerField(_("actual (fen)"), null=True, blank=True, validators=[MinValueValidator(0)])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "kind", "label"], name="budget_line_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="budget_line_kind_is_known"),
            models.CheckConstraint(condition=Q(planned__gte=0), name="budget_line_planned_not_negative"),
            models.CheckConstraint(condition=Q(actual=None) | Q(actual__gte=0), name="budget_line_actual_not_negative"),
        ]

    def __str__(self):
        return f"{self.label} {self.planned}"
