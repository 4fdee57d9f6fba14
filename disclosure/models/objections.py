"""What residents bring up, and the one reply."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import clocks
from disclosure.enums import (
    Channel,
    Handling,
    Kind,
    Outcome,
)
from disclosure.models.notices import Notice
from disclosure.workdays import CalendarMissing
from orgs.models import Person
from orgs.permissions import scope
from orgs.powers import Power


class ObjectionQuerySet(models.QuerySet):
    """Questions, suggestions and objections ..."""

    def open(self):
        """Without a reply."""
        return self.filter(replied_on=None)

    def replied(self):
        """With a reply."""
        return self.filter(replied_on__isnull=False)

    def upheld(self):
        """Objections that were found right: what they object to must not go on."""
        return self.filter(outcome=Outcome.UPHELD)

    def visible_to(self, user, on):
        """Whose raw text and name a member of staff may read on `on`; never beyond those who answer or supervise."""
        mine = Q(pk__in=[])
        for power in (Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL, Power.REVIEW_NOTICES):
            mine |= scope(user, power, on=on).q("notice__unit__path")
        return self.filter(mine)


class Objection(models.Model):
    """A resident's question, suggestion or objection to a notice, with one reply.

    `text`, `name` and `contact` are internal for good; the public sees `summary` and `reply`. `received_by` is None
    when it came through the page. Triggers refuse a second reply and any change of what was received.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections", verbose_name=_("notice"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("received"), max_length=10, choices=Channel)
    text = models.TextField(_("what it says"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    contact = models.CharField(_("telephone or other contact"), max_length=100, blank=True)
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(_("summary for the public"), max_length=300, blank=True)
    passed_to_supervision_on = models.DateField(null=True)
    reply = models.TextField(_("reply"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    replied_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    replied_on = models.DateField(_("replied on"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="objection_kind_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="objection_has_text"),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB, received_by=None)
                | Q(channel__in=[Channel.PHONE, Channel.VISIT], received_by__isnull=False),
                name="objection_channel_and_clerk",
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None, replied_by=None, reply="", outcome="")
                | Q(replied_on__isnull=False, replied_by__isnull=False, outcome__in=Outcome.values)
                & ~Q(reply="")
                & ~Q(summary=""),
                name="objection_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", Outcome.NONE]) & (Q(outcome="") | ~Q(kind=Kind.OBJECTION))
                | Q(outcome__in=[Outcome.UPHELD, Outcome.NOT_UPHELD], kind=Kind.OBJECTION),
                name="objection_outcome_of_objections",
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None) | Q(replied_on__gte=F("received_on")), name="objection_dates_in_order"
            ),
        ]

    def __str__(self):
        return _("%(kind)s to %(number)s") % {"kind": self.get_kind_display(), "number": self.notice.number}

    def get_absolute_url(self):
        return reverse("desk_objection", args=[self.pk])

    @property
    def due(self):
        """The last day for the reply, or None while the calendar of that year is not known."""
        try:
            return clocks.reply_due(self.received_on)
        except CalendarMissing:
            return None

    def handling(self, on):
        """In hand, overdue or replied on the day `on`."""
        if self.replied_on:
            return Handling.REPLIED
        return Handling.OVERDUE if self.due and on > self.due else Handling.IN_HAND
