"""What the guard said of files, and who let something through all the same."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disclosure.models.versions import NoticeVersion
from orgs.models import Person


class FileScan(models.Model):
    """What the guard found in a file, kept by the hash of its content so that a signature need not read it again.

    `found` is a list of {"place", "kind", "excerpt", "key"}: masked, never the thing itself. `problem` says why a file
    could not be read. `rules` is the `disclosure.privacy.RULES` it was judged by; an older one is judged anew.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    rules = models.PositiveSmallIntegerField()
    found = models.JSONField(default=list)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("check of a file")
        verbose_name_plural = _("checks of files")

    def __str__(self):
        return self.sha256[:12]


class PrivacyOverride(models.Model):
    """A second person let what the guard found in a draft be published, for a reason that stays on record.

    Holds for one `revision` of the version and for exactly the places with this `digest`. Identity numbers and bank
    cards are never let through (PIPL art. 28). Triggers refuse every change, an author who approves, and an approver
    who signs.
    """

    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="overrides")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("approval of personal data")
        verbose_name_plural = _("approvals of personal data")
        constraints = [
            models.UniqueConstraint(fields=["version", "revision"], name="override_once_per_revision"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="override_digest_is_sha256"),
        ]

    def __str__(self):
        return self.reason
