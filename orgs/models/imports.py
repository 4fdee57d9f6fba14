"""Imports that were done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models.accounts import User


class Import(models.Model):
    """A sheet that was imported: which kind, the digest of the file, by whom. One row for each preview confirmed.

    `token` was made with the preview, so that a preview confirmed twice, also at the same moment, is done once.
    """

    token = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("file"), max_length=150)
    sha256 = models.CharField(max_length=64)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="import_has_digest"),
        ]

    def __str__(self):
        return f"{self.kind} {self.name}"
