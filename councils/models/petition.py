"""The signatures of a call by law, and the clock they set."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from councils.enums import MeetingOutcome
from councils.models.matter import AgendaItem, Matter
from councils.procedures import ENDED
from orgs.models import User


class PetitionQuerySet(models.QuerySet):
    """Petitions ..."""

    def uncalled(self):
        """Of matters that have not ended, for which no meeting was called that was not called off again."""
        items = AgendaItem.objects.filter(matter=OuterRef("matter"))
        called = items.exclude(meeting__outcome=MeetingOutcome.CALLED_OFF)
        return self.filter(~Exists(called)).exclude(matter__status__in=ENDED).select_related("matter__unit")


class Petition(models.Model):
    """How the signatures of a call by law were counted: by whom, when, against which register; and what follows.

    How many signed, and of how many, is said by the matter; `registered` is how many the portal itself has, where that
    is another number, and `difference` why. `due_on` is the last day for the committee to call the
    meeting, `days` the number of days it was reckoned with and `days_basis` where that number comes from, empty for the
    portal's own default. Everyone may read all of it but `counted_by`. Never changed (trigger).
    """

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="petition")
    counted_by = models.CharField(_("signatures counted by"), max_length=100)
    counted_on = models.DateField(_("signatures counted on"))
    base_source = models.CharField(_("register they are counted against"), max_length=200)
    registered = models.PositiveIntegerField(null=True)
    difference = models.CharField(_("why the number differs from the register"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField()
    days_basis = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(_("to be called by"))
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("call by law")
        verbose_name_plural = _("calls by law")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(counted_by="") & ~Q(base_source=""), name="petition_count_is_documented"
            ),
            models.CheckConstraint(
                condition=Q(registered=None, difference="") | Q(registered__isnull=False) & ~Q(difference=""),
                name="petition_difference_is_explained",
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("counted_on")), name="petition_due_after_count"),
        ]

    def __str__(self):
        return f"{self.matter}: {self.due_on}"

    def called_on(self):
        """The day on which the meeting was called; None while it is not. Reads `matter.items`."""
        days = [
            item.meeting.notice_on
            for item in self.matter.items.all()
            if item.meeting.outcome != MeetingOutcome.CALLED_OFF
        ]
        return min(days, default=None)
