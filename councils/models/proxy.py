"""Somebody votes for another, in writing, where the law allows it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.models.meeting import Meeting
from orgs.models import User


class Proxy(models.Model):
    """A written proxy for one meeting: `holder` votes for `giver`. Internal, as the roll is.

    `place` numbers the proxies of one holder from 1, and `most` is how many the law allows them (None: no number), so
    that two proxies entered at once cannot be one too many. Entered before the attendance. `head`: the owner on the
    fixed roll who gives it, where ballots are counted; the entries of that owner's ballot name it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proxies")
    giver = models.CharField(_("who gives the proxy"), max_length=60)
    head = models.ForeignKey(
        "councils.OwnerHead", null=True, blank=True, on_delete=models.PROTECT, related_name="proxies"
    )
    holder = models.CharField(_("who votes for them"), max_length=60)
    place = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    document = models.CharField(_("written proxy"), max_length=200)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        ordering = ["meeting", "holder", "place"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "giver"], name="proxy_given_once"),
            models.UniqueConstraint(fields=["meeting", "head"], name="proxy_given_once_by_owner"),
            models.UniqueConstraint(fields=["meeting", "holder", "place"], name="proxy_place_once"),
            models.CheckConstraint(
                condition=Q(place__gte=1) & (Q(most=None) | Q(place__lte=F("most"))), name="proxy_within_number"
            ),
            models.CheckConstraint(condition=~Q(giver=F("holder")), name="proxy_for_another"),
            models.CheckConstraint(condition=~Q(document="") & ~Q(giver="") & ~Q(holder=""), name="proxy_in_writing"),
        ]

    def __str__(self):
        return f"{self.giver} → {self.holder}"
