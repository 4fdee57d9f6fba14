"""What a community settled for itself: what its representatives may decide, and numbers stricter than the law's."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from councils.procedures import CATEGORIES
from councils.voting import KEYS, Share, local_numbers, share_text, tightened, versions_of
from orgs.models import OrgUnit, User
from orgs.permissions import scope
from orgs.powers import Power
from orgs.village import in_place

CATEGORY_CHOICES = [(category.code, category.title) for category in CATEGORIES.values()]
# The meeting of all, in a community and in a village.
MEETINGS_OF_ALL = ("residents_meeting", "villagers_meeting")


class AuthorisationQuerySet(models.QuerySet):
    """Authorisations ..."""

    def visible_to(self, user, on):
        """Of the units whose records `user` may see on the day `on`."""
        return self.filter(scope(user, Power.SEE_INTERNAL, on=on).q("unit__path"))

    def in_force(self, on):
        """Given, not over and not ended on the day `on`."""
        lasting = Q(until=None) | Q(until__gte=on)
        return self.filter(lasting, Q(ended_on=None) | Q(ended_on__gt=on), given_on__lte=on)

    def standing_between(self, first, last):
        """Not ended, and covering a day from `first` to `last` (None: without an end)."""
        found = self.filter(Q(until=None) | Q(until__gte=first), ended_on=None)
        return found if last is None else found.filter(given_on__lte=last)

    def of(self, unit):
        """Of `unit` itself, the newest first, with what the pages show."""
        return self.filter(unit=unit).select_related("unit", "resolution__matter__unit").order_by("-given_on", "-id")


class Authorisation(models.Model):
    """The meeting of all let its representatives decide some matters (URC 30): by whom, since when, what, until when.

    Given by a `resolution` of the meeting of all recorded here, or by one on paper, named in `document`. `categories`
    take effect when a matter is registered; `extent` says in words what else, or in which limits. Only its end is
    entered later.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="authorisations", verbose_name=_("unit"))
    resolution = models.ForeignKey(
        "councils.Resolution",
        verbose_name=_("resolution of the meeting"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="authorisations",
    )
    document = models.CharField(_("paper of the meeting"), max_length=200, blank=True)
    given_on = models.DateField(_("given on"))
    categories = ArrayField(
        models.CharField(max_length=3, choices=CATEGORY_CHOICES), verbose_name=_("categories"), default=list, blank=True
    )
    extent = models.CharField(_("extent in words"), max_length=300, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    token = models.UUIDField(unique=True, editable=False)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorisation of the representatives")
        verbose_name_plural = _("authorisations of the representatives")
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution__isnull=False) | ~Q(document=""), name="authorisation_has_source"
            ),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORIES)) & (Q(categories__len__gt=0) | ~Q(extent="")),
                name="authorisation_says_what",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("given_on")), name="authorisation_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, end_reason="")
                | Q(ended_on__gte=F("given_on"), ended_by__isnull=False) & ~Q(end_reason=""),
                name="authorisation_end_has_reason",
            ),
            models.UniqueConstraint(
                fields=["unit", "given_on", "categories", "extent"],
                condition=Q(ended_on=None),
                name="authorisation_once",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.given_on}"

    @property
    def source(self):
        """What it rests on: the number of the matter that was resolved, or the paper."""
        return self.resolution.matter.number if self.resolution else self.document

    @property
    def category_titles(self):
        return [in_place(CATEGORIES[code].title, self.unit) for code in self.categories]

    def is_in_force(self, on):
        """Given, not over and not ended on the day `on`."""
        lasts = (self.until is None or on <= self.until) and (self.ended_on is None or on < self.ended_on)
        return self.given_on <= on and lasts

    def covers(self, category, on):
        """Whether it lets the representatives decide a matter of `category` registered on the day `on`."""
        return category in self.categories and self.is_in_force(on)


RULE_CHOICES = [(key, versions_of(key)[0].title) for key in KEYS]
SHARE_PARTS = ("part", "whole", "strict")
_IN_FORCE = Func(
    F("in_force_from"), F("in_force_until"), Value("[]"), function="daterange", output_field=DateRangeField()
)


def _is_share(name):
    """The columns of a share are all empty, or make one: 0 < part <= whole, and more than the whole is never asked."""
    part, whole, strict = (f"{name}_{column}" for column in SHARE_PARTS)
    return Q(**{part: None, whole: None, strict: None}) | (
        Q(**{f"{part}__gt": 0, f"{strict}__isnull": False})
        & (Q(**{f"{part}__lt": F(whole)}) | Q(**{part: F(whole), strict: False}))
    )


class LocalRuleQuerySet(models.QuerySet):
    """Local rules ..."""

    def visible_to(self, user, on):
        """Of the units whose records `user` may see, or whose terms they keep, on the day `on`."""
        seen = scope(user, Power.SEE_INTERNAL, on=on).q("unit__path")
        return self.filter(seen | scope(user, Power.MANAGE_TERMS, on=on).q("unit__path"))

    def in_force(self, on):
        return self.filter(Q(in_force_until=None) | Q(in_force_until__gte=on), in_force_from__lte=on)

    def at(self, unit):
        """Of `unit` and the units above it, whose rules hold below too; the widest first."""
        return self.filter(unit__in=[*unit.ancestor_ids, unit.pk]).select_related("unit").order_by("unit__level", "id")

    def tighten(self, rule, unit, on):
        """(`rule` as tightened at `unit` on the day `on`, the documents that do it). One query."""
        rows = [row for row in self.at(unit).in_force(on) if row.rule_key == rule.key]
        before, documents = rule, []
        for row in rows:
            rule = tightened(before, [row.shares])
            if local_numbers(rule) != local_numbers(before):
                documents.append(row.document)
            before = rule
        return rule, documents


class LocalRule(models.Model):
    """Numbers stricter than the law's, adopted by a community (or a street for all below): quorum, passing share, days.

    `call_days`: within how many days a meeting is called that enough people ask for by law; the law sets none. Never
    looser than the law in force when it was entered; a law that became stricter since goes before. A meeting keeps the
    numbers it was called under. Only the last day is entered later.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="local_rules", verbose_name=_("unit"))
    rule_key = models.CharField(_("voting rule"), max_length=40, choices=RULE_CHOICES)
    quorum_part = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_whole = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_strict = models.BooleanField(null=True, blank=True)
    passing_part = models.PositiveSmallIntegerField(null=True, blank=True)
    passing_whole = models.PositiveSmallIntegerField(null=True, blank=True)
    passing_strict = models.BooleanField(null=True, blank=True)
    call_days = models.PositiveSmallIntegerField(_("days to call a meeting asked for by law"), null=True, blank=True)
    document = models.CharField(_("adopted by"), max_length=200)
    adopted_on = models.DateField(_("adopted on"))
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    token = models.UUIDField(unique=True, editable=False)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = LocalRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("local rule")
        verbose_name_plural = _("local rules")
        ordering = ["unit", "rule_key", "-in_force_from"]
        constraints = [
            models.CheckConstraint(condition=Q(rule_key__in=list(KEYS)), name="local_rule_key_is_known"),
            models.CheckConstraint(condition=_is_share("quorum"), name="local_rule_quorum_is_share"),
            models.CheckConstraint(condition=_is_share("passing"), name="local_rule_passing_is_share"),
            models.CheckConstraint(
                condition=Q(quorum_part__isnull=False)
                | Q(passing_part__isnull=False)
                | Q(call_days__isnull=False, call_days__gt=0),
                name="local_rule_says_something",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="local_rule_has_document"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("adopted_on"))
                & (Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from"))),
                name="local_rule_dates_in_order",
            ),
            ExclusionConstraint(
                name="local_rule_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("rule_key", RangeOperators.EQUAL),
                    (_IN_FORCE, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.rule_key}"

    @property
    def title(self):
        """What the rule is about."""
        return versions_of(self.rule_key)[0].title

    @property
    def shares(self):
        """(quorum, passing) as `Share`s or None."""
        return tuple(self._share(name) for name in ("quorum", "passing"))

    def _share(self, name):
        part, whole, strict = (getattr(self, f"{name}_{column}") for column in SHARE_PARTS)
        return Share(part, whole, strict) if part else None

    @property
    def quorum_text(self):
        return share_text(self.shares[0]) if self.quorum_part else ""

    @property
    def passing_text(self):
        return share_text(self.shares[1]) if self.passing_part else ""

    def is_in_force(self, on):
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)
