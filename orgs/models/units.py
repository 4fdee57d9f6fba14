"""The tree of units and their telephones."""

from functools import lru_cache
from typing import NamedTuple

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs import composition
from orgs.enums import KINDS_OF_LEVEL, Level, PhoneKind, UnitKind
from orgs.naming import initials, short_name
from orgs.powers import Power
from orgs.prepared import Given, Prepared
from orgs.rules import unseen_reason

FOUND_AT_MOST = 50
# What belongs to a unit under the law for its kind; the apps above add the latter two.
RECORDS = ("bodies", "notices", "matters")
# A word that more names hold than this (社区, 村委会) is looked for in some of them only; no reader pages that far.
LOOKED_AT = 1000


class Bigrams(Func):
    """The two-character pieces of a text, indexed so that a search inside Chinese names reads no whole table."""

    function = "orgs_bigrams"
    output_field = ArrayField(models.TextField())
    arity = 1


class NamesAbove(Func):
    """The names of the units above the one with this path, topmost first, in the same query."""

    template = (
        "(SELECT string_agg(above.name, ' ' ORDER BY above.level) FROM orgs_orgunit above WHERE above.id = ANY("
        "string_to_array(trim(BOTH '/' FROM regexp_replace(%(expressions)s, '[0-9]+/$', '')), '/')::bigint[]))"
    )
    output_field = models.TextField()
    arity = 1


class IdsOfPath(Func):
    """The ids in a path as rows: the unit's own and those above it."""

    template = "unnest(string_to_array(trim(BOTH '/' FROM %(expressions)s), '/')::bigint[])"
    output_field = models.BigIntegerField()
    set_returning = True
    arity = 1


class Place(NamedTuple):
    """A unit in its surroundings: the units above it (topmost first), those directly below, and its telephones.

    `phones`: its own, then those of the places above it down from the street; each number once. The unit carries
    `office_phone`, the nearest one of an office, or None.
    """

    unit: "OrgUnit"
    above: list
    below: list
    phones: list


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

    def with_records(self):
        """Carry `has_records`: whether bodies, notices or matters follow the law for its kind; in the same query."""
        here = OrgUnit.objects.filter(pk=OuterRef("pk"))
        bodies, notices, matters = (Exists(here.filter(**{f"{name}__isnull": False})) for name in RECORDS)
        return self.annotate(has_records=bodies | notices | matters)

    def roots(self):
        """The units at the top of the tree."""
        return self.filter(parent=None)

    def streets(self):
        """Streets, towns and townships."""
        return self.filter(level=Level.STREET)

    def communities(self):
        """Residents' and villagers' communities."""
        return self.filter(level=Level.COMMUNITY)

    def around(self, code):
        """The unit with this code, the units above it and those directly below, topmost first, with `phone_rows`.

        One query: a page of a unit needs them all.
        """
        phones = Phone.objects.filter(unit=OuterRef("pk")).order_by("position", "id")
        rows = self.annotate(
            phone_rows=ArraySubquery(
                phones.values(row=JSONObject(kind="kind", label="label", number="number", hours="hours"))
            )
        )
        chain = OrgUnit.objects.filter(code=code).values(ids=IdsOfPath("path"))
        return rows.filter(pk__in=chain).union(rows.filter(parent__code=code)).order_by("level", "code")

    def place(self, code):
        """The `Place` of the unit with this code. One query; raises OrgUnit.DoesNotExist."""
        rows = _AROUND(code=code)
        unit = next((row for row in rows if row.code == code), None)
        if unit is None:
            raise self.model.DoesNotExist(code)
        above = [row for row in rows if row.level < unit.level]
        phones, office = {}, None
        for near in [unit, *reversed(above)]:
            for row in near.phone_rows:
                phone = Phone(**row)
                if phone.kind == PhoneKind.OFFICE:
                    office = office or phone
                if near.level >= Level.STREET:
                    phones.setdefault(phone.number, phone)
        unit.office_phone = office
        return Place(unit, above, [row for row in rows if row.parent_id == unit.pk], list(phones.values()))

    def with_place(self):
        """Carry `place`, the names of the units above ("湖北省 十堰市 张湾区 花果街道"), in the same query."""
        return self.annotate(place=NamesAbove("path"))

    def containing(self, word):
        """Whose name holds `word`, through the index of two-character pieces (a single character reads the table)."""
        if len(word) < 2:
            return self.filter(name__contains=word)
        return self.alias(pieces=Bigrams("name")).filter(pieces__contains=Bigrams(Value(word)), name__contains=word)

    def some_containing(self, word):
        """Ids of up to LOOKED_AT units whose name holds `word`."""
        return self.containing(word).order_by().values("pk")[:LOOKED_AT]

    def find(self, text, limit=FOUND_AT_MOST):
        """Units of street level and below for what somebody typed, best first, with `place`; at most `limit`.

        One word is a part of the name, the start of a code, pinyin initials, or a street whose communities are meant.
        With several words ("青禾 柳溪") the last is looked for inside the places that the others name.
        """
        *places, word = text.split() or [""]
        if not word or "\x00" in text:
            return self.none()
        found = self.filter(level__gte=Level.STREET)
        for place in places:
            named = OrgUnit.objects.some_containing(place)
            above = OrgUnit.objects.filter(pk__in=named, level__lte=Level.COMMUNITY).order_by("level", "code")[:20]
            ranges = Q(pk__in=[])
            for path in above.values_list("path", flat=True):
                ranges |= Q(path__gte=path, path__lt=path[:-1] + "0")
            found = found.filter(ranges)
        if word.isascii() and word[0].isdigit():
            matches = found.filter(code__startswith=word).annotate(rank=Value(0))
        elif word.isascii():
            matches = found.filter(initials__startswith=word.lower()).annotate(
                rank=Case(When(initials=word.lower(), then=Value(0)), default=Value(1))
            )
        else:
            matches = found._named(word)
        return matches.with_place().order_by("rank", "level", "code")[:limit]

    def _named(self, word):
        """Units whose own name holds `word`, then the communities of the streets whose name does."""
        short = short_name(word)
        streets = OrgUnit.objects.filter(level=Level.STREET, pk__in=OrgUnit.objects.some_containing(word))
        below = self.filter(parent__in=list(streets.order_by("code").values_list("pk", flat=True)[:FOUND_AT_MOST]))
        ids = self.some_containing(word).union(
            self.filter(name=word).order_by().values("pk"), below.order_by().values("pk")
        )
        return self.filter(pk__in=ids).annotate(
            rank=Case(
                When(name=word, then=Value(0)),
                When(short_name=short, name__contains=word, then=Value(1)),
                When(name__startswith=word, then=Value(2)),
                When(name__contains=word, then=Value(3)),
                default=Value(4),
            )
        )


_AROUND = Prepared(lambda: OrgUnit.objects.around(Given("code")))


@lru_cache(maxsize=4096)  # the same few stand above every page
def _address(code):
    return reverse("unit", args=[code])


class OrgUnit(models.Model):
    """A place in the hierarchy. `path` is the chain of ids from the root ("/1/12/225/"), kept by the database.

    `code` is the statistical division code: 9 digits for a street, 12 for a community, extended for a compound
    ("…-01") and a building ("…-01-02"). `short_name` opens the numbers of documents (柳溪 in 柳溪居公〔2026〕3号).
    """

    code = models.CharField(_("code"), max_length=24, unique=True, db_collation="C")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    initials = models.CharField(max_length=100, blank=True, editable=False, db_collation="C")
    level = models.SmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # A database default makes Django read the trigger's value back with the INSERT.
    path = models.CharField(max_length=300, editable=False, db_collation="C", db_index=True, db_default="")
    households = models.PositiveIntegerField(_("number of households"), null=True, blank=True)
    residents = models.PositiveIntegerField(_("number of residents"), null=True, blank=True)
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
            models.Index(fields=["level", "code"], name="unit_by_level"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(level=level, kind__in=kinds) for level, kinds in KINDS_OF_LEVEL.items()], _connector="OR"
                ),
                name="unit_kind_fits_level",
                violation_error_message=_("There is no unit of this kind on this level."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Z]+(-[0-9A-Z]+)*$"),
                name="unit_code_is_well_formed",
                violation_error_message=_("A code is made of digits and capital letters, its parts joined by hyphens."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="unit_has_name",
                violation_error_message=_("The name of the unit is missing."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="unit_closes_after_opening",
                violation_error_message=_("The unit would close before it opened."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *, update_fields=None, **kwargs):
        """Keep the pinyin initials in step with the name."""
        self.initials = initials(self.short_name or self.name)
        if update_fields is not None and {"name", "short_name"} & set(update_fields):
            update_fields = {*update_fields, "initials"}
        super().save(update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return _address(self.code)

    def clean(self):
        super().clean()
        texts = {name: getattr(self, name) for name in ("name", "short_name")}
        if errors := {name: reason for name, text in texts.items() if (reason := unseen_reason(text))}:
            raise ValidationError(errors)

    @property
    def ancestor_ids(self):
        """Ids of the units above, topmost first."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1]]

    @property
    def is_village(self):
        return self.kind == UnitKind.VILLAGE

    @cached_property
    def office_phone(self):
        """The telephone at the foot of every page of the unit: its own office's, else the nearest above. One query."""
        offices = Phone.objects.filter(kind=PhoneKind.OFFICE, unit__in=[*self.ancestor_ids, self.pk])
        return offices.order_by("-unit__level", "position", "id").first()

    def composition(self, on):
        """[(body, findings)] for the bodies of this unit that exist on the day `on`. Four queries."""
        bodies = list(self.bodies.existing_on(on))
        terms = [term for body in bodies for term in body.running_terms]
        holders = {}
        for term in terms:
            holders.setdefault(term.body.kind, []).append(
                composition.Holder(
                    person_id=term.person_id,
                    name=term.person.name,
                    office=term.office,
                    gender=term.person.gender,
                    standing=term.standing,
                    due_on=term.due_on,
                )
            )
        kinship = apps.get_model("orgs", "Kinship")  # bodies.py imports this module
        facts = composition.Facts(
            holders=holders,
            on=on,
            households=self.households,
            party=self.bodies.model.party_members({term.person_id for term in terms}, on),
            kin=kinship.objects.standing_on(on).among({term.person_id for term in terms}),
        )
        return [(body, composition.findings(body.kind, facts)) for body in bodies]

    def is_open_on(self, day):
        return self.closed_on is None or self.closed_on > day


class Phone(models.Model):
    """A telephone of a unit's office, printed on its pages. Never a private number."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="phones", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=PhoneKind)
    label = models.CharField(_("whose number"), max_length=60)
    number = models.CharField(_("number"), max_length=30)
    hours = models.CharField(_("hours"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number", "kind"], name="phone_once_per_unit"),
            models.CheckConstraint(condition=Q(kind__in=PhoneKind.values), name="phone_kind_is_known"),
        ]

    def __str__(self):
        return f"{self.label} {self.number}"
