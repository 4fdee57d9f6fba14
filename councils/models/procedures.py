"""Procedures that a street defines, and what a joint meeting made of a matter."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Deferrable, F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from councils.models.matter import AgendaItem
from councils.procedures import At, Audience, Outline, Row, procedure_from, snapshot, why_not_here
from councils.procedures.local import PARTS
from councils.procedures.parts import PLACES, WAYS
from orgs.models import OrgUnit, User

AT_CHOICES = [
    (At.HERE.value, _("of the same unit")),
    (At.BELOW.value, _("of a unit below")),
    (At.ABOVE.value, _("of a unit above")),
]
AUDIENCE_CHOICES = [
    (Audience.PUBLIC.value, _("everyone")),
    (Audience.INTERNAL.value, _("the committees and the staff of the unit")),
    (Audience.PARTY.value, _("the Party organisation alone")),
]


class LocalProcedureQuerySet(models.QuerySet):
    """Local procedures ..."""

    def at(self, unit, on):
        """Those of `unit` and the streets above it that its matters may take on the day `on`."""
        return [row for row in self.for_unit(unit, on) if why_not_here(row.procedure, unit.level, unit.kind) is None]

    def for_unit(self, unit, on):
        """In force on the day `on` for `unit`: of the units above it, the newest version of each. Two queries."""
        rows = (
            self.filter(unit__in=[*unit.ancestor_ids, unit.pk], in_force_from__lte=on)
            .filter(Q(in_force_until=None) | Q(in_force_until__gte=on))
            .select_related("unit")
            .prefetch_related("steps")
            .order_by("unit__level", "key", "version")
        )
        return list({(row.unit_id, row.key): row for row in rows}.values())


class LocalProcedure(models.Model):
    """A procedure that a street defined for itself and the units below, in one version; rows of `LocalStep`.

    A version that a matter went through never changes (trigger), only its last day may be set; a change is a new
    version. `place`: which kind of place it is for. `confirmed`: the street confirmed it in the document named here.
    """

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("street"), on_delete=models.PROTECT, related_name="local_procedures"
    )
    key = models.SlugField(
        _("key"), max_length=40, help_text=_("Small letters, digits and hyphens; it stays the same in every version.")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=60)
    place = models.CharField(
        _("kind of place"), max_length=20, choices=[(place.key, place.label) for place in PLACES.values()]
    )
    about = models.CharField(_("in one sentence"), max_length=200, blank=True)
    supervised = models.BooleanField(_("the supervision committee gives its opinion at every step"), default=False)
    adopted_on = models.DateField(_("adopted on"))
    document = models.CharField(_("document"), max_length=120, help_text=_("The paper it was adopted by, with number."))
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    confirmed = models.BooleanField(
        _("confirmed"), default=False, help_text=_("Until it is, every page says that this procedure is unconfirmed.")
    )

    objects = LocalProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure of a street")
        verbose_name_plural = _("procedures of streets")
        ordering = ["unit", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "key", "version"], name="local_procedure_version_once"),
            models.CheckConstraint(condition=Q(place__in=list(PLACES)), name="local_procedure_place_is_known"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("adopted_on"))
                & (Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from"))),
                name="local_procedure_days_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.version})"

    def get_absolute_url(self):
        return reverse("councils:local_procedure", args=[self.unit.code, self.key, self.version])

    def clean(self):
        super().clean()
        if errors := self.day_errors():
            raise ValidationError(errors)

    def day_errors(self):
        """{field: what is wrong} with the order of its days."""
        errors = {}
        if self.adopted_on and self.in_force_from and self.in_force_from < self.adopted_on:
            errors["in_force_from"] = _("It cannot be in force before it was adopted.")
        if self.in_force_from and self.in_force_until and self.in_force_until < self.in_force_from:
            errors["in_force_until"] = _("The end lies before the beginning.")
        return errors

    @property
    def outline(self):
        """The plain data of this version."""
        return self.outline_of(self.steps.all())

    def outline_of(self, steps):
        """The plain data of this version with the rows `steps`, saved or not."""
        return Outline(
            key=self.key,
            version=str(self.version),
            title=self.title,
            place=self.place,
            about=self.about,
            supervised=self.supervised,
            confirmed=self.confirmed,
            basis=self.document,
            in_force_from=self.in_force_from,
            rows=tuple(step.row for step in steps),
        )

    @property
    def snapshot(self):
        """What a matter keeps of it."""
        return snapshot(self.outline)

    @cached_property
    def procedure(self):
        """The `Procedure` that the rows describe."""
        return procedure_from(self.snapshot)

    @property
    def is_used(self):
        """Whether a matter began with this version."""
        return self.pk is not None and self.matters.exists()


class LocalStep(models.Model):
    """One row of a local procedure: a step, or (`alternative`) another body that may hold the step above."""

    procedure = models.ForeignKey(LocalProcedure, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"))
    part = models.CharField(_("step"), max_length=20)
    label = models.CharField(_("name of the step"), max_length=60, blank=True)
    body_kind = models.CharField(_("held by"), max_length=40, blank=True)
    at = models.CharField(_("where it stands"), max_length=10, choices=AT_CHOICES, default=At.HERE.value)
    rule = models.CharField(_("voting rule"), max_length=40, blank=True)
    audience = models.CharField(_("record read by"), max_length=10, blank=True, choices=AUDIENCE_CHOICES)
    alternative = models.BooleanField(_("or held by"), default=False)
    with_before = models.BooleanField(_("same meeting as above"), default=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["procedure", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "position"], name="local_step_position_once", deferrable=Deferrable.DEFERRED
            )
        ]

    def __str__(self):
        return self.label or str(PARTS[self.part].title)

    @property
    def row(self):
        """The plain data of this row."""
        return Row(
            part=self.part,
            label=self.label,
            body=self.body_kind,
            at=self.at,
            rule=self.rule,
            audience=self.audience,
            alternative=self.alternative,
            with_before=self.with_before,
        )


class Sorting(models.Model):
    """How a joint meeting sorted a matter (三事分流), with its reason; it stands with the confirmed record (trigger).

    `note` is public: how a minor matter was settled, who helps with a private one, which level takes it over.
    """

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="sorting")
    way = models.CharField(_("sorted as"), max_length=10, choices=[(way.key, way.label) for way in WAYS])
    note = models.CharField(_("reason, and what follows"), max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sorting of a matter")
        verbose_name_plural = _("sortings of matters")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=[way.key for way in WAYS]), name="sorting_way_is_known"),
            models.CheckConstraint(condition=~Q(note=""), name="sorting_has_reason"),
        ]

    def __str__(self):
        return str(self.get_way_display())
