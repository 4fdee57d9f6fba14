"""A matter, its items on agendas, and its steps that are done."""

import re
from datetime import date
from functools import cache, cached_property

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from councils.enums import EXPLAINED_STATUSES, STORED_STATUSES, InitiatorKind, LineKind, Origin, Status
from councils.procedures import (
    CATEGORIES,
    ENDED,
    SORTED_OUT,
    STATUTORY_CALLS,
    next_step,
    procedure_from,
    procedure_named,
    steps_of,
    why_closed,
)
from disclosure.models import NoticeVersion
from orgs.models import Body, OrgUnit, Person, User
from orgs.permissions import scope
from orgs.powers import Power

STATUS_CHOICES = [(status.value, status.label) for status in STORED_STATUSES]
CATEGORY_CHOICES = [(category.code, category.title) for category in CATEGORIES.values()]
# What such a status means to those concerned is written beside it.
CALL_CHOICES = [(call.key, call.label) for call in STATUTORY_CALLS.values()]


class Display:
    """The dates of a notice as far as a matter needs them: published, displayed until, objections until."""

    def __init__(self, dates):
        """`dates` as read by `MatterQuerySet.with_progress`, or None when nothing is on display."""
        days = {key: day and date.fromisoformat(day) for key, day in (dates or {}).items()}
        self.published_on = days.get("published_on")
        self.displayed_until = days.get("displayed_until")
        self.window_until = days.get("window_until")

    def begun(self, on):
        return self.published_on is not None and self.published_on <= on

    def ended(self, on):
        return self.begun(on) and self.displayed_until < on


@cache
def _dates_of(notice):
    """Subquery: the dates of the newest signed version of the notice, unless it was withdrawn."""
    current = NoticeVersion.objects.current().filter(notice=OuterRef(notice), withdrawn_at=None)
    dates = JSONObject(published_on="published_on", displayed_until="displayed_until", window_until="window_until")
    return Subquery(current.values(dates=dates)[:1])


@cache
def _first_shown(notice):
    """Subquery: the first day on which the notice stands on the board; None while nothing is signed, or recalled."""
    versions = NoticeVersion.objects.lasting().filter(notice=OuterRef(notice)).order_by("number")
    return Subquery(versions.values("published_on")[:1])


class MatterQuerySet(models.QuerySet):
    """Matters ..."""

    def visible_to(self, user, on):
        """What a member of staff may open at the desk on `on`: the matters of the units whose records they may see."""
        mine = scope(user, Power.SEE_INTERNAL, on=on).q("unit__path")
        return self.filter(mine | scope(user, Power.SEE_PARTY_INTERNAL, on=on).q("unit__path"))

    def with_progress(self):
        """Carry what `status_on` and `track` read: steps done and the dates of both notices, in the same query."""
        done = StepDone.objects.standing().filter(matter=OuterRef("pk")).values("step")
        return self.annotate(
            done_keys=ArraySubquery(done),
            resolution_dates=_dates_of("resolution_notice"),
            outcome_dates=_dates_of("outcome_notice"),
            resolution_shown_on=_first_shown("resolution_notice"),
            outcome_shown_on=_first_shown("outcome_notice"),
        )

    def for_page(self):
        """With everything that a page about one matter shows: five queries in all."""
        return (
            self.with_progress()
            .select_related(
                "unit",
                "responsible",
                "supervisor",
                "resolution_notice",
                "outcome_notice",
                "selection",
                "evaluation",
                "petition",
                "local_procedure__unit",
            )
            .prefetch_related(Prefetch("items", items_for_page()), "lines", "milestones")
        )

    def under_way(self, unit, on):
        """The open matters of `unit` itself on `on`, newest first; one query, ready for `track`."""
        rows = self.filter(unit=unit, registered_on__lte=on).exclude(status__in=ENDED).with_progress()
        rows = rows.alias(outcome_until=Cast(KT("outcome_dates__displayed_until"), models.DateField()))
        closed = Q(outcome_dates__isnull=False) & Q(outcome_until__lt=on)
        return rows.exclude(closed).select_related("unit")

    def named(self, text):
        """Whose title holds `text`, or whose number it is ("柳溪议〔2026〕2号", "2026-2")."""
        number = re.search(r"([0-9]{4})[^0-9]+([0-9]{1,6})", text)
        found = Q(title__icontains=text) | Q(short_title__icontains=text)
        return self.filter(found | Q(year=number[1], serial=number[2]) if number else found)

    def standing(self, group, on):
        """Matters at `group` on the day `on`: a `Status`, "open", "closed", "sorted" or "ended".

        "sorted" are those that a triage ended. Needs `with_progress`.
        """
        day = on.isoformat()
        resolution, outcome = Q(resolution_dates__published_on__lte=day), Q(outcome_dates__published_on__lte=day)
        over = Q(outcome_dates__displayed_until__lt=day)
        closed = Q(status=Status.ACCEPTED) & outcome & over
        ended = Q(status__in=ENDED)
        derived = {
            "open": ~(closed | ended),
            "sorted": Q(status__in=SORTED_OUT),
            "ended": Q(status__in=ENDED - SORTED_OUT),
            Status.CLOSED: closed,
            Status.OUTCOME_DISCLOSED: Q(status=Status.ACCEPTED) & outcome & ~over,
            Status.ACCEPTED: Q(status=Status.ACCEPTED) & (Q(outcome_dates=None) | ~outcome),
            Status.DISCLOSED: Q(status=Status.RESOLVED) & resolution,
            Status.RESOLVED: Q(status=Status.RESOLVED) & (Q(resolution_dates=None) | ~resolution),
        }
        return self.filter(derived.get(group, Q(status=group)))


class Matter(models.Model):
    """One question on its way through a procedure: the chain of custody from suggestion to disclosed outcome.

    `status` stores only what people did; `status_on(day)` adds what follows from the dates of the two notices.
    `round` counts how often the matter was taken up again after it was returned or took a turn. What an earlier round
    was about and led to is kept in `Round`; the two notices here are those of the present one. `version` rises with
    every change, so that a form can say which state it was filled in for. `motion` is the sentence that is decided,
    `plan` the proposal it belongs to. `why` keeps, in each language, why the portal chose the procedure and the
    deciding body.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="matters", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    prefix = models.CharField(max_length=30)
    title = models.CharField(_("title"), max_length=120)
    short_title = models.CharField(
        _("short title"), max_length=40, help_text=_("Named in the titles of the notices, for example 老年助餐点改造.")
    )
    category = models.CharField(_("category"), max_length=3, choices=CATEGORY_CHOICES)

    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    origin_text = models.CharField(_("how it came up"), max_length=300, blank=True)
    initiator_kind = models.CharField(_("put forward jointly by"), max_length=20, choices=InitiatorKind, blank=True)
    initiator_count = models.PositiveIntegerField(_("how many put it forward"), null=True, blank=True)
    initiator_base = models.PositiveIntegerField(_("of how many"), null=True, blank=True)
    statutory_call = models.CharField(
        _("call by law"),
        max_length=40,
        choices=CALL_CHOICES,
        blank=True,
        help_text=_("Enough residents, representatives or owners call the meeting: it goes straight to the decision."),
    )

    procedure = models.CharField(_("procedure"), max_length=60)
    procedure_version = models.CharField(max_length=20)
    local_procedure = models.ForeignKey(
        "councils.LocalProcedure", null=True, blank=True, on_delete=models.PROTECT, related_name="matters"
    )
    procedure_data = models.JSONField(null=True, blank=True)
    deciding_body = models.CharField(_("deciding body"), max_length=40)
    rule_key = models.CharField(_("voting rule"), max_length=40)
    rule_mode = models.CharField(max_length=40, blank=True)
    authorisation = models.ForeignKey(
        "councils.Authorisation",
        verbose_name=_("authorisation of the representatives"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="matters",
    )
    why = models.JSONField(default=dict)

    plan = models.TextField(_("proposal"))
    motion = models.CharField(_("what is decided"), max_length=300)
    responsible = models.ForeignKey(
        Person,
        verbose_name=_("person in charge"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="matters_in_charge",
    )
    responsible_title = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(_("planned from"), null=True, blank=True)
    ends_on = models.DateField(_("planned to"), null=True, blank=True)
    supervisor = models.ForeignKey(
        Body,
        verbose_name=_("supervised by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supervised_matters",
    )

    status = models.CharField(_("status"), max_length=20, choices=STATUS_CHOICES, default=Status.REGISTERED)
    round = models.PositiveSmallIntegerField(default=1)
    ended_reason = models.TextField(_("explanation"), blank=True)
    registered_on = models.DateField(_("registered on"))
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    # SET_NULL: only a draft can go, and then it may be drafted again.
    resolution_notice = models.OneToOneField(
        "disclosure.Notice", null=True, on_delete=models.SET_NULL, related_name="resolved_matter"
    )
    outcome_notice = models.OneToOneField(
        "disclosure.Notice", null=True, on_delete=models.SET_NULL, related_name="finished_matter"
    )

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        ordering = ["-year", "-serial"]
        indexes = [models.Index(fields=["unit", "status"], name="matter_by_unit_status")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="matter_number_once"),
            models.CheckConstraint(condition=Q(category__in=list(CATEGORIES)), name="matter_category_is_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="matter_origin_is_known"),
            models.CheckConstraint(condition=Q(status__in=STORED_STATUSES), name="matter_status_is_stored"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="matter_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(initiator_kind="", initiator_count=None, initiator_base=None)
                | Q(initiator_kind__in=InitiatorKind.values, initiator_count__isnull=False, initiator_count__gt=0)
                & (Q(initiator_base=None) | Q(initiator_base__gte=F("initiator_count"))),
                name="matter_initiators_add_up",
            ),
            models.CheckConstraint(
                condition=Q(statutory_call="") | Q(initiator_base__isnull=False),
                name="matter_statutory_call_is_counted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=EXPLAINED_STATUSES) | ~Q(ended_reason=""),
                name="matter_end_is_explained",
            ),
            models.CheckConstraint(condition=~Q(plan="") & ~Q(motion="") & ~Q(title=""), name="matter_says_what"),
            models.CheckConstraint(
                condition=Q(local_procedure=None, procedure_data=None)
                | Q(local_procedure__isnull=False, procedure_data__isnull=False),
                name="matter_keeps_local_procedure",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.short_title}"

    def get_absolute_url(self):
        return reverse("matter", args=[self.unit.code, self.year, self.serial])

    @property
    def number(self):
        """柳溪议〔2026〕2号."""
        return f"{self.prefix}〔{self.year}〕{self.serial}号"

    def get_desk_url(self):
        return reverse("matter_desk", args=[self.pk])

    @property
    def reasons(self):
        """Why this procedure and this deciding body, in the reader's language."""
        return self.why.get(get_language()) or self.why.get(settings.LANGUAGE_CODE, [])

    @property
    def procedure_row(self):
        """The `Procedure` it goes through, in the version it began with; of a street's own from what it kept of it."""
        if self.procedure_data is not None:
            return procedure_from(self.procedure_data)
        return procedure_named(self.procedure, self.procedure_version)

    @property
    def procedure_url(self):
        """The public page of its procedure; of a street's own in the version it began with. No query with `unit`."""
        if self.procedure_data is not None:
            return self.local_procedure.get_absolute_url()
        return reverse("councils:procedure", args=[self.procedure])

    @property
    def is_statutory(self):
        """Enough people called for it by law: it enters at the deciding step."""
        return bool(self.statutory_call)

    @property
    def steps(self):
        """The steps it has to go through."""
        return steps_of(self.procedure_row, self.is_statutory)

    @cached_property
    def _progress(self):
        """(keys of deliberations done, resolution `Display`, outcome `Display`). One query without `with_progress`."""
        row = self
        if not hasattr(self, "done_keys"):
            row = Matter.objects.with_progress().get(pk=self.pk)
        return frozenset(row.done_keys), Display(row.resolution_dates), Display(row.outcome_dates)

    def forget_progress(self):
        """Read steps and dates anew: they changed since this row was fetched."""
        for name in ("_progress", "done_keys", "resolution_dates", "outcome_dates"):
            self.__dict__.pop(name, None)

    @property
    def resolution_display(self):
        """The dates of the first disclosure."""
        return self._progress[1]

    @property
    def outcome_display(self):
        """The dates of the second disclosure."""
        return self._progress[2]

    def done_on(self, day):
        """The keys of the steps that are done on `day`, disclosures and implementation included."""
        done, resolution, outcome = self._progress
        done = set(done)
        if resolution.begun(day) or self.status in (Status.IMPLEMENTING, Status.ACCEPTED):
            done.add("disclose")
        if self.status == Status.ACCEPTED:
            done.add("implement")
        if outcome.ended(day):
            done.add("disclose_outcome")
        return done

    def status_on(self, day):
        """Where the matter stands on `day`, given what is recorded: dates of the notices decide what nobody enters."""
        _done, resolution, outcome = self._progress
        if self.status == Status.RESOLVED and resolution.begun(day):
            return Status.DISCLOSED
        if self.status == Status.ACCEPTED and outcome.ended(day):
            return Status.CLOSED
        if self.status == Status.ACCEPTED and outcome.begun(day):
            return Status.OUTCOME_DISCLOSED
        return Status(self.status)

    def open_step(self, day):
        """The step that waits on `day`; None when the matter has ended or is shelved."""
        if self.status_on(day) in ENDED or self.status == Status.SHELVED:
            return None
        return next_step(self.procedure_row, self.done_on(day), self.is_statutory)

    def why_closed(self, key, day):
        """Why the step `key` cannot be taken on `day`; None when it is open."""
        return why_closed(
            self.procedure_row, key, done=self.done_on(day), status=self.status_on(day), statutory=self.is_statutory
        )

    def total(self, kind, actual=False):
        """The sum of one side of the budget in fen; None when there is none or an actual amount is missing."""
        amounts = [line.actual if actual else line.planned for line in self.lines.all() if line.kind == kind]
        return sum(amounts) if amounts and None not in amounts else None

    @property
    def planned_total(self):
        return self.total(LineKind.ITEM)

    @property
    def actual_total(self):
        return self.total(LineKind.ITEM, actual=True)


class AgendaItem(models.Model):
    """One matter before one meeting, at one step of its procedure.

    `void`: the meeting had no quorum or was called off, so that the same step may be called again. In one round a step
    has at most one meeting that is not void.
    """

    meeting = models.ForeignKey("councils.Meeting", on_delete=models.PROTECT, related_name="items")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="items")
    step = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField()
    motion = models.CharField(_("what is decided"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "step"], condition=Q(void=False), name="agenda_item_one_sitting_per_step"
            ),
            models.UniqueConstraint(fields=["meeting", "matter"], name="agenda_item_once_per_meeting"),
        ]

    def __str__(self):
        return f"{self.matter} ({self.step})"

    @property
    def step_row(self):
        """The `Deliberation` of the matter's procedure."""
        return self.matter.procedure_row.step(self.step)

    @property
    def vote(self):
        """The vote that counts: the last of the chain of corrections, or None."""
        votes = list(self.votes.all())
        superseded = {vote.supersedes_id for vote in votes}
        return next((vote for vote in votes if vote.pk not in superseded), None)

    @property
    def corrections(self):
        """[(the superseded vote, the one that corrects it)], first to last."""
        votes = {vote.pk: vote for vote in self.votes.all()}
        return [(votes[vote.supersedes_id], vote) for vote in votes.values() if vote.supersedes_id]


def items_for_page():
    """Agenda items with their sittings and votes, in the order in which they were held; two queries."""
    items = AgendaItem.objects.select_related("meeting__body", "meeting__unit", "sorting").prefetch_related("votes")
    return items.order_by("meeting__held_on", "meeting_id")


class StepDoneQuerySet(models.QuerySet):
    """Steps done ..."""

    def standing(self):
        """Neither undone by a later vote nor by a turn."""
        return self.filter(annulled_by=None, undone_by=None)


class StepDone(models.Model):
    """A deliberation that is validly done: carried and confirmed by a second person.

    `annulled_by`: a later vote undid it, because it sent the matter back before this step, or corrected its own count.
    `undone_by`: a `Turn` opened this step again, or one before it.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps_done")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="done")
    step = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField()
    done_on = models.DateField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    annulled_by = models.ForeignKey("councils.Vote", null=True, on_delete=models.PROTECT, related_name="+")
    undone_by = models.ForeignKey("councils.Turn", null=True, on_delete=models.PROTECT, related_name="+")

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("step done")
        verbose_name_plural = _("steps done")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "step"],
                condition=Q(annulled_by=None, undone_by=None),
                name="step_done_once",
            ),
            models.CheckConstraint(
                condition=Q(annulled_by=None) | Q(undone_by=None), name="step_done_is_undone_by_one_cause"
            ),
        ]

    def __str__(self):
        return f"{self.matter} {self.step}"
