"""Counters of serial numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import OrgUnit


class Counter(models.Model):
    """The last serial number of a series (a board, "matter" …) at a unit in a year. Written by `next_serial` only."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["unit", "series", "year"], name="counter_once_per_year"),
            models.CheckConstraint(condition=Q(last__gt=0), name="counter_starts_at_one"),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.series} {self.year}: {self.last}"
