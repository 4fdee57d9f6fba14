"""Consultations: residents are heard, nothing is voted on (URC 32)."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, Count, F, Min, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from councils.enums import ConsultationKind, PointOutcome
from councils.models.matter import Matter
from orgs.models import OrgUnit, Person, User
from orgs.permissions import scope
from orgs.powers import Power

# Days to answer a simple point: practice of speaking days (象山), no law sets a number.
ANSWER_DAYS = 7


class ConsultationQuerySet(models.QuerySet):
    """Consultations ..."""

    def visible_to(self, user, on):
        """What a member of staff may open at the desk on `on`."""
        return self.filter(scope(user, Power.SEE_INTERNAL, on=on).q("unit__path"))

    def announced(self, on):
        """Called by the day `on`: what everyone may know of."""
        return self.filter(called_on__lte=on)

    def with_points(self):
        """Carry the numbers `raised` and `open_points`, and the `first_due` of the open ones, in the same query."""
        unanswered = Q(points__answered_at=None, points__isnull=False)
        return self.annotate(
            raised=Count("points"),
            open_points=Count("points", filter=unanswered),
            first_due=Min(Case(When(unanswered, then=F("points__due_on")))),
        )


class Consultation(models.Model):
    """One occasion on which residents are heard: called, held and recorded with the points raised, each answered.

    It decides nothing. `draft` is what they are asked about; `matter` the matter under way whose plan that is, if any.
    Everyone reads subject, draft, `summary`, points and answers, never who said what. `version` rises with each change.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    prefix = models.CharField(max_length=70)
    kind = models.CharField(_("kind"), max_length=20, choices=ConsultationKind)
    subject = models.CharField(_("subject"), max_length=120)
    draft = models.TextField(_("draft that is asked about"), blank=True)
    matter = models.ForeignKey(
        Matter,
        verbose_name=_("about the matter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
    )
    token = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    called_on = models.DateField(_("announced on"))
    held_on = models.DateField(_("date"))
    held_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100)
    host = models.ForeignKey(
        Person, verbose_name=_("host"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    called_off_reason = models.CharField(_("why it was called off"), max_length=200, blank=True)

    participants = models.PositiveIntegerField(_("residents who came"), null=True, blank=True)
    others = models.CharField(_("others who came"), max_length=200, blank=True)
    summary = models.TextField(_("what was talked over"), blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["unit", "-held_on"], name="consultation_by_unit_day")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="consultation_number_once"),
            models.CheckConstraint(condition=Q(kind__in=ConsultationKind.values), name="consultation_kind_is_known"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(place=""), name="consultation_says_what_and_where"),
            models.CheckConstraint(condition=Q(called_on__lte=F("held_on")), name="consultation_called_before_held"),
            models.CheckConstraint(
                condition=Q(recorded_at=None, recorded_by=None, participants=None, summary="", others="")
                | Q(recorded_at__isnull=False, recorded_by__isnull=False, participants__isnull=False) & ~Q(summary=""),
                name="consultation_record_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(called_off_reason="") | Q(recorded_at=None), name="consultation_called_off_before_held"
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("consultation", args=[self.unit.code, self.year, self.serial])

    def get_desk_url(self):
        return reverse("consultation_desk", args=[self.pk])

    @property
    def number(self):
        """柳溪协〔2026〕1号."""
        return f"{self.prefix}〔{self.year}〕{self.serial}号"

    @property
    def is_called_off(self):
        return bool(self.called_off_reason)

    @property
    def is_held(self):
        """Held and recorded."""
        return self.recorded_at is not None

    @property
    def is_concluded(self):
        """Held, and every point has its answer. Needs `with_points`."""
        return self.is_held and not self.open_points

    @property
    def recorded_on(self):
        """The day its record was entered, or None."""
        return self.recorded_at and timezone.localdate(self.recorded_at)

    @property
    def answer_by(self):
        """The day until which its points are to be answered, by custom."""
        return self.held_on + timedelta(days=ANSWER_DAYS)


class Point(models.Model):
    """One point that residents raised, and its one answer. Only the answer is ever added (triggers).

    `text` and `answer` are public; `raised_by` (who, for asking back) is internal. `matter`: the matter that it became.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="points")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("point"), max_length=300)
    raised_by = models.CharField(_("who raised it"), max_length=60, blank=True)
    due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=PointOutcome, blank=True)
    matter = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.PROTECT, related_name="points")
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["consultation", "position"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "position"], name="point_position_once"),
            models.CheckConstraint(condition=~Q(text=""), name="point_has_text"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="", outcome="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, outcome__in=PointOutcome.values)
                & ~Q(answer=""),
                name="point_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome=PointOutcome.MATTER, matter__isnull=False)
                | (~Q(outcome=PointOutcome.MATTER) & Q(matter=None)),
                name="point_matter_of_outcome",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_answered(self):
        return self.answered_at is not None

    @property
    def answered_on(self):
        """The day of the answer, or None."""
        return self.answered_at and timezone.localdate(self.answered_at)
