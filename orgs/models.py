"""Who is where: the tree of units, their bodies, persons, terms, and the grants that follow from terms."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from orgs.enums import Level, PhoneKind, Reach, Standing, UnitKind
from orgs.offices import BODY_KINDS, office
from orgs.powers import Power


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a name to log in with. What it may do comes from the terms of its person."""

    username = models.CharField(_("account"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    created_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()
    EMAIL_FIELD = None
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        person = getattr(self, "person", None)
        return person.name if person else self.username


class OrgUnitQuerySet(models.QuerySet):
    """Units ..."""

    def within(self, unit):
        """`unit` and every unit below it: one range of the path index ('0' follows '/')."""
        return self.filter(path__gte=unit.path, path__lt=unit.path[:-1] + "0")

    def ancestors_of(self, unit):
        """The units above `unit`, topmost first; their ids are in its path."""
        return self.filter(pk__in=unit.ancestor_ids).order_by("level")

    def open_on(self, day):
        """Not closed by `day`."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class OrgUnit(models.Model):
    """A place in the hierarchy. `path` is the chain of ids from the root ("/1/12/225/"), kept by the database.

    `code` is the statistical division code: 9 digits for a street, 12 for a community, extended for a compound
    ("…-01") and a building ("…-01-02"). `short_name` opens the numbers of documents (柳溪 in 柳溪居公〔2026〕3号).
    """

    code = models.CharField(_("code"), max_length=24, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=20, blank=True)
    initials = models.CharField(max_length=100, blank=True, editable=False, db_collation="C")
    level = models.SmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=300, editable=False, db_collation="C", db_index=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    residents = models.PositiveIntegerField(_("residents"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=100, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        permissions = [(power.value, power.label) for power in Power]
        default_permissions = ("add", "change", "view")
        indexes = [
            models.Index(fields=["name"], name="unit_by_name"),
            models.Index(fields=["initials"], name="unit_by_initials"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unit_level_is_known"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_is_known"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="unit_closes_after_opening",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unit", args=[self.code])

    @property
    def ancestor_ids(self):
        """Ids of the units above, topmost first."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1]]

    @property
    def is_village(self):
        return self.kind == UnitKind.VILLAGE


class Phone(models.Model):
    """A telephone of a unit's office, printed on its pages. Never a private number."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="phones", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=PhoneKind)
    label = models.CharField(_("label"), max_length=60)
    number = models.CharField(_("number"), max_length=30)
    hours = models.CharField(_("hours"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "number", "kind"], name="phone_once_per_unit")]

    def __str__(self):
        return f"{self.label} {self.number}"


class Body(models.Model):
    """An organised body at a unit: a Party organisation, a committee, an assembly."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=40, choices=[(key, kind.title) for key, kind in BODY_KINDS.items()])
    name = models.CharField(_("name"), max_length=100)
    established_on = models.DateField(_("established on"))
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["unit", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(BODY_KINDS)), name="body_kind_is_known"),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("established_on")), name="body_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "name"], condition=Q(dissolved_on=None), name="body_name_once_per_unit"
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
            )
        ]

    def __str__(self):
        return self.name


class TermQuerySet(models.QuerySet):
    """Terms ..."""

    def running_on(self, day):
        """In force on `day`. A term past `due_on` goes on until handover; `ended_on` is the first day without it."""
        return self.filter(started_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


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
                condition=Q(due_on=None) | Q(due_on__gt=F("started_on")), name="term_due_after_start"
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="term_standing_is_known"),
            ExclusionConstraint(
                name="term_person_once_in_office",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    (
                        Func(
                            F("started_on"),
                            F("ended_on"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            ExclusionConstraint(
                name="term_seat_held_once",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (
                        Func(
                            F("started_on"),
                            F("ended_on"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(seat__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.title}"

    @property
    def title(self):
        """The office's title in the active language."""
        return office(self.body.kind, self.office).title


class UnitGrant(UserObjectPermissionBase):
    """A power at a unit that follows from a term. Derived by `sync_grants`; nobody else writes it."""

    content_object = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, related_name="grants")
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="grants")
    reach = models.CharField(max_length=10, choices=Reach)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "term", "reach"], name="grant_once_per_term"
            )
        ]
