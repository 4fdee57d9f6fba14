"""What residents bring up, the reply, and what they say to it."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import clocks, escalation, sealed
from disclosure.enums import Channel, Feedback, Handling, Kind, Outcome
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

    def awaiting_opinion(self):
        """Whose resident is not satisfied, until the supervision committee has said its opinion."""
        return self.filter(feedback=Feedback.NOT_SATISFIED, supervision_on=None)

    def replied(self):
        """With a reply."""
        return self.filter(replied_on__isnull=False)

    def upheld(self):
        """Objections that were found right: what they object to must not go on."""
        return self.filter(outcome=Outcome.UPHELD)

    def with_receipt(self, code):
        """The one whose receipt has this code, as it is kept."""
        return self.filter(receipt__in=sealed.digests_of(code, "receipt"))

    def visible_to(self, user, on):
        """Whose raw text and name a member of staff may read on `on`; never beyond those who answer or supervise."""
        mine = Q(pk__in=[])
        for power in (Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL, Power.REVIEW_NOTICES):
            mine |= scope(user, power, on=on).q("notice__unit__path")
        return self.filter(mine)


class Objection(models.Model):
    """A resident's question, suggestion or objection to a notice, with one reply.

    `text`, `name` and `contact` are internal for good; the public sees `summary` and what was replied. `received_by` is
    None when it came through the page; `receipt` is the digest of the code on the resident's receipt (empty: received
    before there were such codes); `owner` is who looks after the reply (None: everybody with the power). What
    cannot be answered at once gets one `interim` reply that names the day of the reply. To the reply the resident says
    once, within ten days, whether it satisfies (`feedback`; through the receipt, or by telephone or visit, then
    `feedback_by` is the clerk); if not, the supervision committee gives its opinion once (`supervision_*`).
    Triggers refuse any change of what was received, and every second reply, feedback or opinion.
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
    receipt = models.CharField(max_length=64, blank=True)
    summary = models.CharField(_("summary for the public"), max_length=300, blank=True)
    summarised_on = models.DateField(null=True)  # when `summary` was last written before the reply
    passed_to_supervision_on = models.DateField(null=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    interim_reply = models.TextField(_("interim reply"), blank=True)
    interim_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    interim_on = models.DateField(null=True)
    interim_until = models.DateField(_("reply promised by"), null=True)
    reply = models.TextField(_("reply"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    replied_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    replied_on = models.DateField(_("replied on"), null=True)
    feedback = models.CharField(_("what the resident says"), max_length=20, choices=Feedback, blank=True)
    feedback_channel = models.CharField(max_length=10, choices=Channel, blank=True)
    feedback_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    feedback_on = models.DateField(null=True)
    supervision_opinion = models.TextField(_("opinion of the supervision committee"), blank=True)
    supervision_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    supervision_on = models.DateField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="objection_kind_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="objection_has_text"),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="objection_receipt_once"),
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
            models.CheckConstraint(
                condition=Q(interim_on=None, interim_by=None, interim_until=None, interim_reply="")
                | Q(interim_on__isnull=False, interim_by__isnull=False, interim_until__isnull=False)
                & Q(interim_on__gte=F("received_on"), interim_until__gt=F("interim_on"))
                & ~Q(interim_reply=""),
                name="objection_interim_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(feedback="", feedback_on=None, feedback_channel="", feedback_by=None)
                | Q(feedback__in=[Feedback.SATISFIED, Feedback.NOT_SATISFIED])
                & Q(replied_on__isnull=False, feedback_on__isnull=False, feedback_on__gte=F("replied_on"))
                & (
                    Q(feedback_channel=Channel.WEB, feedback_by=None)
                    | Q(feedback_channel__in=[Channel.PHONE, Channel.VISIT], feedback_by__isnull=False)
                ),
                name="objection_feedback_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(supervision_on=None, supervision_by=None, supervision_opinion="")
                | Q(feedback=Feedback.NOT_SATISFIED, supervision_on__isnull=False, supervision_by__isnull=False)
                & Q(supervision_on__gte=F("feedback_on"))
                & ~Q(supervision_opinion=""),
                name="objection_opinion_follows_dissatisfaction",
            ),
        ]

    def __str__(self):
        return _("%(kind)s to %(number)s") % {"kind": self.get_kind_display(), "number": self.notice.number}

    def get_absolute_url(self):
        return reverse("desk_objection", args=[self.pk])

    @property
    def first_reply_due(self):
        """The last day for a first reply, the reply or an interim one; None without a calendar."""
        try:
            return clocks.reply_due(self.received_on)
        except CalendarMissing:
            return None

    @property
    def due(self):
        """The last day for the reply: as an interim reply promised it in time, else that of the first reply.

        An interim reply that was late itself (there are old ones) moves nothing. None without a calendar.
        """
        first = self.first_reply_due
        put_off = self.interim_on and (first is None or self.interim_on <= first)
        return self.interim_until if put_off else first

    @property
    def feedback_until(self):
        """The last day for the resident to say whether the reply satisfies; None before it."""
        return self.replied_on and clocks.display_period(self.replied_on, clocks.FEEDBACK_DAYS).last

    def handling(self, on):
        """In hand (perhaps with an interim reply), overdue or replied on the day `on`."""
        if self.replied_on:
            return Handling.REPLIED
        if self.due and on > self.due:
            return Handling.OVERDUE
        return Handling.INTERIM if self.interim_on else Handling.IN_HAND

    def rungs(self, on):
        """Who sees on the day `on` that no reply came (`disclosure/escalation.py`)."""
        return () if self.replied_on else escalation.reached(self.due, on)

    @property
    def feedback_word(self):
        """What the resident said to the reply, as a `Feedback`."""
        return Feedback(self.feedback)

    @property
    def waits_for_opinion(self):
        """The resident is not satisfied, and the supervision committee has not said its opinion yet."""
        return self.feedback == Feedback.NOT_SATISFIED and self.supervision_on is None
