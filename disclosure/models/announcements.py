"""Everyday announcements."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import text
from orgs.models import OrgUnit, Person


class AnnouncementQuerySet(models.QuerySet):
    """Announcements ..."""

    def shown(self, on):
        """Published, not withdrawn, not past their last day on `on`."""
        return self.filter(withdrawn_at=None, published_on__lte=on, shown_until__gte=on)

    def public(self):
        """All but the withdrawn ones."""
        return self.filter(withdrawn_at=None)


class Announcement(models.Model):
    """An everyday announcement (a water cut, the rota of a holiday) with one signature; not a statutory disclosure."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    published_on = models.DateField(_("published on"))
    shown_until = models.DateField(_("shown until"))
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["unit", "-published_on"], name="announcement_by_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="announcement_has_title_and_text"),
            models.CheckConstraint(condition=Q(shown_until__gte=F("published_on")), name="announcement_dates_in_order"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="announcement_withdrawal_is_whole",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("announcement", args=[self.unit.code, self.pk])

    def state(self, on):
        """(where it stands on the day `on`, in a word; how the word is framed)."""
        if self.withdrawn_at:
            return _("withdrawn"), "void"
        return (_("past"), "") if self.shown_until < on else (_("shown"), "good")

    def blocks(self):
        """The text as formatted blocks."""
        return text.blocks(self.text)
