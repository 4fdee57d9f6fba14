"""What must go from a published version by law: masked by two persons with a reason."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Person


class Redaction(models.Model):
    """A masked text for a published version, asked for by one person and agreed to or declined by another.

    Holds nothing of the original: `title` and `text` are what is published instead, the closing block included, and
    `files` are the ids of the NoticeAttachments of the version that are withheld. `hidden` are keyed digests of the
    words that go (`disclosure/sealed.py`), so that no public reason repeats them later. `asked_for` and `decided_for`
    name the bodies that the two persons spoke for. Triggers let the agreed one, and nothing else, take the place of
    the text and withhold files; it is never changed afterwards.
    """

    version = models.ForeignKey("disclosure.NoticeVersion", on_delete=models.PROTECT, related_name="redactions")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("masked text"))
    reason = models.CharField(_("reason"), max_length=300)
    files = ArrayField(models.BigIntegerField(), default=list, blank=True)
    hidden = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_for = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_for = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(decided_at=None), name="redaction_one_waits"),
            models.UniqueConstraint(fields=["version"], condition=Q(agreed=True), name="redaction_once"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(reason=""), name="redaction_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(agreed=None, decided_by=None, decided_at=None)
                | Q(agreed__isnull=False, decided_by__isnull=False, decided_at__gte=F("asked_at")),
                name="redaction_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="redaction_by_two_persons"
            ),
        ]

    def __str__(self):
        return f"{self.version_id}: {self.reason}"
