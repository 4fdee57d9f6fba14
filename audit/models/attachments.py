"""The files that belong to what was done."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.enums import Audience
from audit.models.log import Leaf

WITHHELD = (
    "附件已依法撤下"  # what stands for the name of a withheld file: an official text, so not translated (ADR 0004)
)


class Attachment(models.Model):
    """A file kept under the SHA-256 of its content; one row for each use of it.

    `path` is the id path of the unit whose people may read an internal file. A public one with a day in `public_from`
    (it belongs to a notice that is scheduled) is internal before it. A file that had to go by law is `withheld`: it
    names the redaction in the public log and keeps its hash and size, but neither its name nor, unless another row
    uses it, its content. Triggers let nothing else change but the step from public to internal.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    audience = models.CharField(max_length=10, choices=Audience)
    path = models.CharField(max_length=300, blank=True, db_collation="C")
    uploader_id = models.BigIntegerField()
    uploader = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    public_from = models.DateField(_("public from"), null=True, blank=True)
    withheld = models.ForeignKey(Leaf, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_hash_is_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="attachment_audience_is_known"),
            models.CheckConstraint(condition=Q(audience="public") | ~Q(path=""), name="attachment_internal_has_unit"),
            models.CheckConstraint(
                condition=Q(withheld=None) | ~Q(audience="public") & Q(name=WITHHELD, public_from=None),
                name="attachment_withheld_is_closed",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("attachment", args=[self.pk, self.name])

    def audience_on(self, day):
        """Who may read it on `day`: a public file is internal before its day."""
        if self.public_from and day < self.public_from:
            return Audience.UNIT
        return Audience(self.audience)


class AttachmentText(models.Model):
    """What a public file says, as far as `audit/reading.py` reads it; one row for each content, for the search."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("text of an attachment")
        verbose_name_plural = _("texts of attachments")

    def __str__(self):
        return self.sha256
