"""What places settled about their catalogue, and signed statements that there is nothing to report."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from disclosure.catalogue import ITEMS, PARTY_ITEMS, WITHOUT_PERIOD, as_kept, local_item
from disclosure.enums import BY_STRICTNESS, Change, Frequency
from disclosure.models.subjects import OfItem
from orgs.models import OrgUnit, Person, User
from orgs.permissions import scope
from orgs.powers import Power

STATUTORY = [key for key, item in ITEMS.items() if item.statutory]
_HOLDS = Func(F("first_on"), F("last_on"), Value("[]"), function="daterange", output_field=DateRangeField())


def _stricter(word):
    return [frequency.value for frequency in BY_STRICTNESS[: BY_STRICTNESS.index(word)]]


class CatalogueChangeQuerySet(models.QuerySet):
    """What places settled ..."""

    def visible_to(self, user, on):
        """At the units whose records `user` may see on `on`, and at those that they oversee."""
        mine = scope(user, Power.SEE_INTERNAL, on=on).q("unit__path")
        return self.filter(mine | scope(user, Power.OVERSEE, on=on).q("unit__path"))

    def at(self, unit):
        """Of `unit` and the units above it, which hold below too; the widest first."""
        own = self.filter(unit__in=[*unit.ancestor_ids, unit.pk])
        return own.select_related("unit").order_by("unit__level", "id")

    def holding(self, on):
        """In force on the day `on`."""
        return self.filter(Q(last_on=None) | Q(last_on__gte=on), first_on__lte=on)

    def kept(self, unit, on):
        """{key: Item} as `unit` keeps its catalogue on the day `on`. One query."""
        return as_kept(self.at(unit).holding(on))

    def kept_at(self, units, on):
        """{id of a unit: {key: Item}} for several units at once. One query."""
        places = {pk for unit in units for pk in (*unit.ancestor_ids, unit.pk)}
        rows = list(self.filter(unit__in=places).holding(on).order_by("unit__level", "id"))
        return {
            unit.pk: as_kept([row for row in rows if row.unit_id in (*unit.ancestor_ids, unit.pk)]) for unit in units
        }


class CatalogueChange(models.Model):
    """Something a place settled about its catalogue, from `first_on` on, for itself and all below it.

    `kind` says what: that duties are reckoned from then on; an item of its own (key like R-B01, never used again); a
    more frequent or longer disclosure; an item left out, with a public reason. `asked` and `asked_days` are what the
    catalogue asked for when it was entered, so that the database can refuse what is looser. Only the last day is
    entered later: a duty of the past is judged by what was in force when its period began.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Change)
    item = models.CharField(_("item"), max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=60, blank=True)
    frequency = models.CharField(_("how often"), max_length=1, choices=Frequency, blank=True)
    display_days = models.PositiveSmallIntegerField(_("days on display"), null=True, blank=True)
    asked = models.CharField(max_length=1, choices=Frequency, blank=True, editable=False)
    asked_days = models.PositiveSmallIntegerField(editable=False, default=0)
    reason = models.CharField(_("reason"), max_length=300)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    token = models.UUIDField(unique=True, editable=False)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))

    objects = CatalogueChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the catalogue")
        verbose_name_plural = _("changes of the catalogue")
        ordering = ["unit", "-first_on", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Change.BEGINS, item="", title="", frequency="", display_days=None)
                | Q(kind=Change.ADDED, item__regex=r"^[PRF]-B\d\d$", frequency__in=Frequency.values) & ~Q(title="")
                | Q(kind=Change.STRICTER, item__in=list(ITEMS), title="")
                & (~Q(frequency="") | Q(display_days__isnull=False))
                | Q(kind=Change.LEFT_OUT, title="", frequency="", display_days=None)
                & (Q(item__in=list(ITEMS)) | Q(item__regex=r"^[PRF]-B\d\d$")),
                name="catalogue_change_is_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="catalogue_change_has_reason"),
            models.CheckConstraint(
                condition=~Q(kind=Change.LEFT_OUT) | ~Q(item__in=STATUTORY), name="catalogue_keeps_what_the_law_names"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Change.STRICTER)
                | Q(frequency="")
                | Q(*[Q(asked=word, frequency__in=_stricter(word)) for word in BY_STRICTNESS[1:]], _connector="OR"),
                name="catalogue_change_is_more_often",
            ),
            models.CheckConstraint(
                condition=Q(display_days=None) | Q(asked_days__gt=0, display_days__gte=F("asked_days")),
                name="catalogue_change_is_longer",
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="catalogue_change_days_in_order"
            ),
            ExclusionConstraint(
                name="catalogue_change_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    (_HOLDS, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.item} {self.title}".strip()

    @property
    def row(self):
        """The catalogue row that it is about; None when it is about no item."""
        if not self.item:
            return None
        return ITEMS.get(self.item) or local_item(self.item, self.title or self.item)

    @property
    def together(self):
        """What rows that were entered at once share: leaving out what stays in the Party is one row for each item."""
        at_once = self.kind == Change.LEFT_OUT and self.item in PARTY_ITEMS
        return (self.unit_id, self.entered_at, self.last_on) if at_once else self.pk

    def holds(self, on):
        """Whether it is in force on the day `on`."""
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)


class NothingToReport(OfItem, models.Model):
    """A signed statement that there is nothing to disclose for an item and a period. Never changed, never deleted."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    item = models.CharField(_("item"), max_length=10)
    item_title = models.CharField(max_length=60, blank=True)
    period_first = models.DateField()
    period_last = models.DateField()
    text = models.CharField(_("text"), max_length=200)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_at = models.DateTimeField(_("signed at"))
    signed_on = models.DateField(_("signed on"))

    class Meta:
        verbose_name = _("statement that there is nothing to report")
        verbose_name_plural = _("statements that there is nothing to report")
        ordering = ["-signed_on", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["unit", "item", "period_first", "period_last"], name="nothing_once"),
            models.CheckConstraint(condition=~Q(text=""), name="nothing_has_text"),
            models.CheckConstraint(
                condition=Q(period_last__gt=F("period_first"), signed_on__gt=F("period_last"))
                & ~Q(item__in=WITHOUT_PERIOD),
                name="nothing_after_its_period",
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.period}"

    @property
    def is_public(self):
        """Whether its item is open to everyone."""
        return self.item not in PARTY_ITEMS
