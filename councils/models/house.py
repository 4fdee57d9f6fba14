"""What a community settled for itself: what its representatives were authorised to decide."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.procedures import CATEGORIES
from orgs.models import OrgUnit, User
from orgs.permissions import scope
from orgs.powers import Power

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
        ]

    def __str__(self):
        return f"{self.unit} {self.given_on}"

    @property
    def source(self):
        """What it rests on: the number of the matter that was resolved, or the paper."""
        return self.resolution.matter.number if self.resolution else self.document

    @property
    def category_titles(self):
        return [CATEGORIES[code].title for code in self.categories]

    def is_in_force(self, on):
        """Given, not over and not ended on the day `on`."""
        lasts = (self.until is None or on <= self.until) and (self.ended_on is None or on < self.ended_on)
        return self.given_on <= on and lasts

    def covers(self, category, on):
        """Whether it lets the representatives decide a matter of `category` registered on the day `on`."""
        return category in self.categories and self.is_in_force(on)
