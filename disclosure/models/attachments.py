"""The files that belong to a version of a notice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Attachment
from disclosure.models.versions import NoticeVersion


class NoticeAttachment(models.Model):
    """A file that belongs to a version; fixed with its signature, but that a redaction takes the `label` away.

    `names_people`: whether it goes with the display (`disclosure/named.py`), found when the notice was signed; None:
    nobody has looked yet.
    """

    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="attachments")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120)
    names_people = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("attachment of a notice")
        verbose_name_plural = _("attachments of notices")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "attachment"], name="notice_attachment_once"),
            models.CheckConstraint(condition=~Q(label=""), name="notice_attachment_has_label"),
        ]

    def __str__(self):
        return self.label

    def name_shown_at(self, place):
        """What people read of it at a `place` (1, 2, ...) among the files of its version.

        Never the name of a withheld file, which another version may still have. An official text (ADR 0004).
        """
        return self.label if self.attachment.withheld_id is None else f"附件{place}（已依法撤下）"
