"""What hung on a physical board, and when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Attachment
from disclosure.models.notices import Notice
from orgs.models import Person


class Posting(models.Model):
    """A notice posted on a physical board, with the days and perhaps a photograph. Optional; nothing asks for it.

    `photo` is internal, unless who entered it declared that neither people nor personal data can be seen on it.
    A trigger lets nothing change but the day it was taken down, once.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="postings", verbose_name=_("notice"))
    posted_on = models.DateField(_("posted on"))
    taken_down_on = models.DateField(_("taken down on"), null=True)
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("posting on a physical board")
        verbose_name_plural = _("postings on physical boards")
        ordering = ["posted_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "posted_on"], name="posting_once_a_day"),
            models.CheckConstraint(
                condition=Q(taken_down_on=None) | Q(taken_down_on__gte=F("posted_on")), name="posting_dates_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.notice} {self.posted_on}"
