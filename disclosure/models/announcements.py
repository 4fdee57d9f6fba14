"""Everyday announcements."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import everyday, text
from disclosure.enums import AnnouncementKind
from orgs.models import OrgUnit, Person


class AnnouncementQuerySet(models.QuerySet):
    """Announcements ..."""

    def shown(self, on):
        """Published, neither withdrawn nor replaced, not past their last day on `on`."""
        rows = self.filter(withdrawn_at=None, successor=None, published_on__lte=on)
        return rows.filter(Q(shown_until=None) | Q(shown_until__gte=on))

    def public(self):
        """All but the withdrawn ones."""
        return self.filter(withdrawn_at=None)


class Announcement(models.Model):
    """An everyday announcement (a water cut), service guide or duty rota, with one signature; no statutory disclosure.

    `shown_until` None: it stands until it is replaced, which only a guide may. `supersedes` is the one that it
    corrects; the old one stays readable. Guides and rotas are texts of their own form (`disclosure/everyday.py`).
    A trigger refuses every change but one withdrawal, and a successor of another unit or kind.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=AnnouncementKind, default=AnnouncementKind.ANNOUNCEMENT)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    published_on = models.DateField(_("published on"))
    shown_until = models.DateField(_("shown until"), null=True)
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="successor")
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_on", "-id"]
        indexes = [
            models.Index(fields=["unit", "-published_on"], name="announcement_by_unit"),
            models.Index(fields=["-signed_at", "-id"], name="announcement_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnnouncementKind.values), name="announcement_kind_is_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="announcement_has_title_and_text"),
            models.CheckConstraint(
                condition=Q(shown_until__gte=F("published_on")) | Q(shown_until=None),
                name="announcement_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(shown_until__isnull=False) | Q(kind=AnnouncementKind.GUIDE),
                name="announcement_only_guides_stand",
            ),
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

    @property
    def replaced_by(self):
        """The one that corrects it, or None. A query unless `select_related("successor")`."""
        return getattr(self, "successor", None)

    def is_past(self, on):
        """Whether its last day has gone by on the day `on`."""
        return self.shown_until is not None and self.shown_until < on

    def state(self, on):
        """(where it stands on the day `on`, in a word; how the word is framed)."""
        if self.withdrawn_at:
            return _("withdrawn"), "void"
        if self.replaced_by:
            return _("replaced"), "void"
        return (_("past"), "") if self.is_past(on) else (_("shown"), "good")

    def blocks(self):
        """The text as formatted blocks."""
        return text.blocks(self.text)

    def duties(self):
        """The lines of a rota, in order of days."""
        return everyday.read_rota(self.text, year=self.published_on.year)

    def guide(self):
        """The parts of a service guide as (field, heading, text)."""
        parts = everyday.guide_parts(self.text)
        return [(key, heading, parts.get(key, "")) for key, heading in everyday.GUIDE_PARTS]
