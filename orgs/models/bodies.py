"""Bodies, persons, terms, and the grants that follow from terms."""

from dataclasses import dataclass

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import UserObjectPermissionBase

from orgs.enums import Reach, Standing
from orgs.models.accounts import User
from orgs.models.units import OrgUnit
from orgs.offices import BODY_KINDS, office
from orgs.rules import person_errors


@dataclass(frozen=True)
class Seat:
    """One person on the roll of a body: the offices that put them there, and whether they have a vote."""

    person: "Person"
    terms: tuple
    votes: bool

    @property
    def titles(self):
        """The titles of the offices, without repetition."""
        return list(dict.fromkeys(str(term.title) for term in self.terms))


class BodyQuerySet(models.QuerySet):
    """Bodies ..."""

    def existing_on(self, day):
        """Established and not dissolved on `day`, each with its `running_terms` and their persons (two queries)."""
        terms = Term.objects.running_on(day).select_related("person", "body")
        return (
            self.filter(established_on__lte=day)
            .filter(Q(dissolved_on=None) | Q(dissolved_on__gt=day))
            .prefetch_related(models.Prefetch("terms", terms, to_attr="running_terms"))
        )


class Body(models.Model):
    """An organised body at a unit: a Party organisation, a committee, an assembly."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=40, choices=[(key, kind.title) for key, kind in BODY_KINDS.items()])
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=100)
    established_on = models.DateField(_("established on"))
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["unit", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(BODY_KINDS)), name="body_kind_is_known"),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("established_on")),
                name="body_dates_in_order",
                violation_error_message=_("The body would be dissolved before it was established."),
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "name"],
                condition=Q(dissolved_on=None),
                name="body_name_once_per_unit",
                violation_error_message=_("The unit has a body of this kind and name already."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def row(self):
        """The `BodyKind` that says what this body is."""
        return BODY_KINDS[self.kind]

    @property
    def is_party(self):
        return self.row.party

    @staticmethod
    def party_members(persons, on):
        """Those of `persons` (ids) who hold a term of any Party body on the day `on`, and so are Party members."""
        party = [key for key, kind in BODY_KINDS.items() if kind.party]
        held = (
            Term.objects.running_on(on).filter(person__in=persons, body__kind__in=party).exclude(office="party_worker")
        )
        return frozenset(held.values_list("person", flat=True))

    def roll(self, on):
        """Who belongs to the body on the day `on`: a list of `Seat`, distinct persons, heads first. One query.

        A derived body counts the terms of its sources at the same unit. A person whose rights are suspended is left
        out; a probationary or suspended term, or an office without a vote, gives none, but another office may.
        """
        sources = self.row.roll_sources or ((self.kind, tuple(post.key for post in self.row.offices)),)
        counted = Q(pk__in=[])
        for kind, offices in sources:
            own = Q(body=self) if kind == self.kind else Q(body__unit=self.unit_id, body__kind=kind)
            counted |= own & Q(office__in=offices)
        terms = (
            Term.objects.filter(counted)
            .running_on(on)
            .filter(Q(body__dissolved_on=None) | Q(body__dissolved_on__gt=on))
            .filter(Q(person__suspended_on=None) | Q(person__suspended_on__gt=on))
            .select_related("person", "body")
        )
        order = {pair: place for place, pair in enumerate((kind, key) for kind, keys in sources for key in keys)}
        held = {}
        for term in sorted(terms, key=lambda term: (order[term.body.kind, term.office], term.seat or 0, term.pk)):
            held.setdefault(term.person_id, []).append(term)
        return [
            Seat(person=own[0].person, terms=tuple(own), votes=any(term.has_vote for term in own))
            for own in held.values()
        ]


class Person(models.Model):
    """Somebody who holds or held an office. Holds no identity number, address or private telephone."""

    name = models.CharField(_("name"), max_length=60)
    user = models.OneToOneField(
        User, verbose_name=_("account"), null=True, blank=True, on_delete=models.PROTECT, related_name="person"
    )
    gender = models.CharField(_("gender"), max_length=1, blank=True, choices=[("f", _("female")), ("m", _("male"))])
    note = models.CharField(_("what tells this person from others of the name"), max_length=100, blank=True)
    suspended_on = models.DateField(_("suspended from"), null=True, blank=True)
    suspension_reason = models.CharField(_("reason of the suspension"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_on=None) | ~Q(suspension_reason=""), name="person_suspension_has_reason"
            ),
            models.CheckConstraint(condition=Q(gender__in=["", "f", "m"]), name="person_gender_is_known"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if errors := person_errors(self.name, self.note):
            raise ValidationError(errors)


class KinshipQuerySet(models.QuerySet):
    """Declared near relatives ..."""

    def standing_on(self, day):
        """Declared by `day` and not ended."""
        return self.filter(declared_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def not_ended_on(self, day):
        """Not ended by `day`, whenever they were declared: relatives they were before."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def of(self, person):
        """Of `person`, whichever of the two they are."""
        return self.filter(Q(one=person) | Q(other=person))

    def among(self, persons):
        """Both of them among the ids `persons`, as a frozen set of pairs of ids."""
        pairs = self.filter(one__in=persons, other__in=persons).values_list("one_id", "other_id")
        return frozenset(frozenset(pair) for pair in pairs)


class Kinship(models.Model):
    """Two persons who declared that they are near relatives. Internal: only who keeps terms sees it.

    The law keeps near relatives out of the same committee, and out of the supervision of each other (`rules.KIN`). The
    pair is kept once, the lower id as `one`; `ended_on` is the first day on which it no longer holds.
    """

    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("relation"), max_length=30)
    declared_on = models.DateField(_("declared on"))
    ended_on = models.DateField(_("no longer since"), null=True, blank=True)

    objects = KinshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("near relatives")
        verbose_name_plural = _("near relatives")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="kinship_of_two_in_order"),
            models.CheckConstraint(condition=~Q(relation=""), name="kinship_says_which"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("declared_on")), name="kinship_ends_after_declared"
            ),
            models.UniqueConstraint(fields=["one", "other"], condition=Q(ended_on=None), name="kinship_once"),
        ]

    def __str__(self):
        return f"{self.one} / {self.other}: {self.relation}"

    def relative_of(self, person):
        """The other one of the two."""
        return self.other if person.pk == self.one_id else self.one


class TermQuerySet(models.QuerySet):
    """Terms ..."""

    def overdue_on(self, day):
        """In force on `day` though due to have ended: 继续履职至换届交接."""
        return self.running_on(day).filter(due_on__lte=day)

    def running_on(self, day):
        """In force on `day`. A term past `due_on` goes on until handover; `ended_on` is the first day without it."""
        return self.filter(started_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


# From the first day up to the day that is the first without it.
_DAYS_IN_OFFICE = Func(F("started_on"), F("ended_on"), Value("[)"), function="daterange", output_field=DateRangeField())


class Term(models.Model):
    """A person holds an office of a body from `started_on` until the day before `ended_on`.

    `due_on` is when it should end by law or charter; it goes on until handover (继续履职至换届交接). `seat` numbers the
    seats of an office where they are told apart. `source` says what the appointment rests on.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="terms", verbose_name=_("person"))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="terms", verbose_name=_("body"))
    office = models.CharField(_("office"), max_length=40)
    seat = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True)
    standing = models.CharField(_("standing"), max_length=20, choices=Standing, default=Standing.FULL)
    started_on = models.DateField(_("from"))
    due_on = models.DateField(_("due to end on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    source = models.CharField(_("source of the appointment"), max_length=200)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["body", "-started_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="term_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gt=F("started_on")),
                name="term_due_after_start",
                violation_error_message=_("The term would be due to end before its first day is over."),
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="term_standing_is_known"),
            ExclusionConstraint(
                name="term_person_once_in_office",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    (_DAYS_IN_OFFICE, RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="term_seat_held_once",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (_DAYS_IN_OFFICE, RangeOperators.OVERLAPS),
                ],
                condition=Q(seat__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.title}"

    @property
    def row(self):
        """The `Office` that says what this post is."""
        return office(self.body.kind, self.office)

    @property
    def title(self):
        """The office's title in the active language."""
        return self.row.title

    @property
    def has_vote(self):
        return self.row.votes and self.standing == Standing.FULL

    def is_overdue_on(self, day):
        """Past the day it was due to end, and going on until handover."""
        return self.due_on is not None and self.due_on <= day and (self.ended_on is None or self.ended_on > day)

    def is_running_on(self, day):
        return self.started_on <= day and (self.ended_on is None or self.ended_on > day)


class UnitGrant(UserObjectPermissionBase):
    """A power at a unit that follows from a term. Derived by `sync_grants`; nobody else writes it."""

    content_object = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, related_name="grants")
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="grants")
    reach = models.CharField(_("reach"), max_length=10, choices=Reach)

    class Meta:
        verbose_name = _("power of an account")
        verbose_name_plural = _("powers of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "term", "reach"], name="grant_once_per_term"
            ),
            models.CheckConstraint(condition=Q(reach__in=Reach.values), name="grant_reach_is_known"),
        ]
