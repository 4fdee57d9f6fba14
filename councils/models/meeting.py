"""A session of a body: its call, agenda, roll, attendance and papers."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Attachment
from councils.enums import MeetingOutcome, Presence, RollMode, ScanKind
from councils.voting import restored, rule_for
from orgs.models import Body, OrgUnit, Person, User
from orgs.offices import BODY_KINDS
from orgs.permissions import scope
from orgs.powers import Power

PARTY_BODIES = [key for key, row in BODY_KINDS.items() if row.party]
# More than this many days between a sitting and its record shows as 补录 (entered later).
LATE_AFTER_DAYS = 7


class MeetingQuerySet(models.QuerySet):
    """Meetings ..."""

    def visible_to(self, user, on):
        """What a member of staff may see at the desk on `on`. Of a Party meeting that is body, date and result only,
        unless `councils.permissions.may_read_meeting` says more."""
        mine = scope(user, Power.SEE_INTERNAL, on=on).q("unit__path")
        return self.filter(mine | scope(user, Power.SEE_PARTY_INTERNAL, on=on).q("unit__path"))

    def not_party(self):
        """Of bodies that are not the Party's."""
        return self.exclude(body__kind__in=PARTY_BODIES)

    def coming(self, on):
        """Called and still to be held on `on` or later."""
        return self.filter(outcome="", held_on__gte=on).order_by("held_on", "held_at", "id")

    def upcoming_public(self, unit, on):
        """The coming meetings of `unit` that everyone may know of; those of the Party are not announced."""
        return self.coming(on).not_party().filter(unit=unit).select_related("body")

    def this_week(self, user, on):
        """The meetings of the week of `on` (Monday to Sunday) in the units of `user`, first to last."""
        monday = on - timedelta(days=on.weekday())
        week = self.visible_to(user, on).filter(held_on__range=(monday, monday + timedelta(days=6)))
        return (
            week.exclude(outcome=MeetingOutcome.CALLED_OFF)
            .select_related("body", "unit")
            .order_by("held_on", "held_at", "id")
        )


class Meeting(models.Model):
    """One sitting of a body about one or more matters, all judged by the same voting rule.

    Called; roll frozen when attendance opens; attendance entered, which makes it `valid` or void (`no_quorum`); votes
    and minutes entered; confirmed by a second person. Only then do its matters move on. `held_on` is when it met,
    `recorded_at` when its attendance was entered. A sitting called again after a void one names it in `replaces`;
    the second of two steps held in one sitting (一肩挑) names the first in `follows`.
    `returned_reason`: why it was last sent back to who entered it instead of being confirmed; `mended_at`: when it was
    last changed since, by `recorded_by`, who answers for it from then on. `counts_opened_at`: the Party organisation
    approved that the counts of this meeting be shown to everyone. `local_numbers`: the stricter numbers of
    a local rule when it was called, kept so that no later change judges it again. `voting_from`: owners hand in
    written votes from that day until `held_on`. `by_ballots`: attendance and votes are computed from the ballots of its
    `OwnersAssembly`, never typed.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("unit"))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("body"))
    rule_key = models.CharField(_("voting rule"), max_length=40)
    rule_mode = models.CharField(max_length=40, blank=True)
    local_numbers = models.JSONField(default=dict, blank=True)
    local_document = models.CharField(_("local rule"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name=_("held again for"), null=True, blank=True, on_delete=models.PROTECT, related_name="again"
    )
    follows = models.OneToOneField(
        "self",
        verbose_name=_("second part of the sitting of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="second_part",
    )
    token = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    notice_on = models.DateField(_("called on"))
    urgent_reason = models.CharField(_("why it is urgent"), max_length=200, blank=True)
    voting_from = models.DateField(_("voting from"), null=True, blank=True)
    held_on = models.DateField(_("date"))
    held_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100)
    from_paper = models.BooleanField(_("entered from paper"), default=False)

    by_ballots = models.BooleanField(_("counted from ballots of the portal"), default=False)
    roll_mode = models.CharField(_("roll"), max_length=10, choices=RollMode)
    entitled = models.PositiveIntegerField(_("entitled"), null=True, blank=True)
    area_entitled = models.BigIntegerField(_("exclusive area in all (0.01 m²)"), null=True, blank=True)
    roll_basis = models.CharField(_("basis of the number"), max_length=200, blank=True)
    roll_source = models.CharField(_("source document"), max_length=200, blank=True)
    roll_frozen_at = models.DateTimeField(null=True)

    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    on_leave = models.PositiveIntegerField(_("on leave"), null=True, blank=True)
    absent = models.PositiveIntegerField(_("absent"), null=True, blank=True)
    area_present = models.BigIntegerField(_("area taking part (0.01 m²)"), null=True, blank=True)
    non_voting = models.PositiveIntegerField(_("present without a vote"), default=0)
    leave_note = models.CharField(_("reasons of leave"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=MeetingOutcome, blank=True)
    outcome_reason = models.CharField(max_length=300, blank=True)
    quorum_result = models.JSONField(null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    chair = models.ForeignKey(
        Person, verbose_name=_("chair"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorder = models.ForeignKey(
        Person, verbose_name=_("recorder"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    observers = models.JSONField(_("observers"), default=list, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    public_summary = models.CharField(_("in plain words, for everyone"), max_length=300, blank=True)
    supervision_opinion = models.TextField(_("opinion of the supervision committee"), blank=True)
    minutes_at = models.DateTimeField(null=True)

    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("why the record was returned"), max_length=300, blank=True)
    mended_at = models.DateTimeField(null=True)
    counts_opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    counts_opened_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-held_at", "-id"]
        indexes = [models.Index(fields=["unit", "held_on"], name="meeting_by_unit_day")]
        constraints = [
            models.CheckConstraint(condition=Q(roll_mode__in=RollMode.values), name="meeting_roll_mode_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=MeetingOutcome.values), name="meeting_outcome_is_known"
            ),
            models.CheckConstraint(condition=Q(notice_on__lte=F("held_on")), name="meeting_called_before_held"),
            models.CheckConstraint(
                condition=Q(voting_from=None) | Q(voting_from__gte=F("notice_on"), voting_from__lte=F("held_on")),
                name="meeting_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(roll_frozen_at=None) | Q(entitled__isnull=False, entitled__gt=0),
                name="meeting_frozen_roll_has_number",
            ),
            models.CheckConstraint(
                condition=Q(present=None, on_leave=None, absent=None)
                | Q(
                    roll_frozen_at__isnull=False,
                    present__isnull=False,
                    on_leave__isnull=False,
                    absent__isnull=False,
                    entitled=F("present") + F("on_leave") + F("absent"),
                ),
                name="meeting_attendance_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(area_present=None)
                | Q(area_entitled__isnull=False, area_present__gte=0, area_present__lte=F("area_entitled")),
                name="meeting_area_within_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM])
                | Q(present__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False),
                name="meeting_outcome_has_attendance",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=MeetingOutcome.CALLED_OFF) | (~Q(outcome_reason="") & Q(present=None)),
                name="meeting_called_off_before_held",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    outcome__in=[MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM],
                )
                & ~Q(confirmed_by=F("recorded_by")),
                name="meeting_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None, returned_reason="")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_reason=""),
                name="meeting_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(counts_opened_at=None) | Q(counts_opened_by__isnull=False, confirmed_at__isnull=False),
                name="meeting_counts_opened_after_record",
            ),
        ]

    def __str__(self):
        return f"{self.body} {self.held_on}"

    def get_absolute_url(self):
        return reverse("meeting", args=[self.pk])

    @property
    def is_party(self):
        """Whether its roll, minutes, scans and counts belong to the Party organisation alone."""
        return self.body.is_party

    @property
    def rule(self):
        """The `VotingRule` it is judged by: the law in force on its day, with the local numbers it was called under."""
        return restored(rule_for(self.rule_key, on=self.held_on, mode=self.rule_mode), self.local_numbers)

    @property
    def is_named(self):
        return self.roll_mode == RollMode.NAMED

    @property
    def is_void(self):
        """Too few came: nothing was decided."""
        return self.outcome == MeetingOutcome.NO_QUORUM

    @property
    def is_returned(self):
        """Sent back to who entered it, and not changed since."""
        return self.returned_at is not None and self.mended_at is None and self.confirmed_at is None

    @property
    def entered_later(self):
        """More than seven days between the sitting and its record: 补录. Internal."""
        if self.recorded_at is None:
            return False
        return (timezone.localdate(self.recorded_at) - self.held_on).days > LATE_AFTER_DAYS

    @property
    def is_running(self):
        """Called, and neither confirmed nor void nor called off."""
        return self.confirmed_at is None and self.outcome in ("", MeetingOutcome.VALID)


class RollEntry(models.Model):
    """One person on a named roll. Those without a vote (probationary Party members) are listed and never counted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    capacity = models.CharField(_("capacity"), max_length=60, blank=True)
    votes = models.BooleanField(_("has a vote"), default=True)
    presence = models.CharField(_("attendance"), max_length=10, choices=Presence, blank=True)
    leave_reason = models.CharField(_("reason of leave"), max_length=100, blank=True)
    recused = models.BooleanField(_("recused"), default=False)
    recusal_reason = models.CharField(_("reason of the recusal"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("roll entry")
        verbose_name_plural = _("roll entries")
        ordering = ["meeting", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="roll_entry_person_once"),
            models.CheckConstraint(
                condition=Q(presence="") | Q(presence__in=Presence.values), name="roll_entry_presence_is_known"
            ),
            models.CheckConstraint(
                condition=Q(recused=False) | ~Q(recusal_reason=""), name="roll_entry_recusal_has_reason"
            ),
        ]

    def __str__(self):
        return self.name


class RollChange(models.Model):
    """A change of the roll or the attendance after the roll was frozen, with its reason. Append-only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="roll_changes")
    what = models.CharField(_("what changed"), max_length=300)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of the roll")
        verbose_name_plural = _("changes of the roll")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(what=""), name="roll_change_has_reason"),
        ]

    def __str__(self):
        return self.what


class Scan(models.Model):
    """A scanned paper of a meeting: internal always, and of a Party meeting for that organisation alone."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="scans")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=ScanKind)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=ScanKind.values), name="scan_kind_is_known")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.attachment}"
