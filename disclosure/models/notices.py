"""A notice: what it is, where it hangs, its number."""

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit.enums import Audience
from disclosure import duties
from disclosure.catalogue import PARTY_ITEMS, WITHOUT_PERIOD
from disclosure.chain import CHECKS
from disclosure.enums import (
    NUMBER_WORD,
    VILLAGE_NUMBER_WORD,
    Board,
)
from disclosure.models.subjects import OfItem
from orgs.models import Body, OrgUnit
from orgs.permissions import scope
from orgs.powers import Power


class NoticeQuerySet(models.QuerySet):
    """Notices ..."""

    def published(self):
        """With a number: at least one version was signed."""
        return self.filter(serial__isnull=False)

    def public(self):
        """Published for everyone; what is for the Party organisation only is never among them."""
        return self.published().filter(audience=Audience.PUBLIC)

    def visible_to(self, user, on):
        """What staff may open at the desk on `on`: notices of their units, in-Party ones only with that power."""
        mine = Q(pk__in=[])
        for power in (Power.SEE_INTERNAL, Power.DRAFT_NOTICES, Power.REVIEW_NOTICES, Power.SIGN_NOTICES):
            mine |= scope(user, power, on=on).q("unit__path")
        party = scope(user, Power.SEE_PARTY_INTERNAL, on=on).q("unit__path")
        party |= scope(user, Power.SIGN_PARTY_NOTICES, on=on).q("unit__path")
        return self.filter(Q(audience=Audience.PUBLIC) & (mine | party) | Q(audience=Audience.PARTY) & party)

    def with_versions(self):
        """Versions, newest first, in one query more; needed by `current`, `draft` and everything derived from them."""
        versions = self.model.versions.rel.related_model.objects
        return self.prefetch_related(Prefetch("versions", versions.with_people()))


class Notice(OfItem, models.Model):
    """One disclosure on a board of a unit: a number, and one or more versions of which the newest signed one counts.

    `item` is the key of a catalogue row, whose audience and reviewing body were copied when it was drafted. `source_*`
    point at what it discloses (a matter, say) without an import. `period_first` and `period_last` are the days that a
    periodic item is disclosed for, which is what a duty looks for. An item that a place added to the catalogue has
    its title copied to `item_title`. `year`, `serial` and `number` are given at the first
    signature: 柳溪居公〔2026〕3号 stays so when the unit is called otherwise later.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="notices", verbose_name=_("unit"))
    board = models.CharField(_("board"), max_length=20, choices=Board)
    item = models.CharField(_("item"), max_length=10)
    item_title = models.CharField(max_length=60, blank=True)
    period_first = models.DateField(null=True, blank=True)
    period_last = models.DateField(null=True, blank=True)
    issuer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="notices", verbose_name=_("issued by"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("serial number"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=130, blank=True)
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-year", "-serial", "-id"]
        indexes = [
            models.Index(fields=["unit", "board", "-year", "-serial"], name="notice_by_board"),
            models.Index(fields=["unit", "item", "period_first"], name="notice_by_duty"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "board", "year", "serial"], name="notice_number_once"),
            models.CheckConstraint(condition=Q(board__in=Board.values), name="notice_board_is_known"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.PUBLIC, Audience.PARTY]), name="notice_audience_is_known"
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.PUBLIC) | Q(board=Board.PARTY), name="notice_in_party_is_party_affairs"
            ),
            models.CheckConstraint(
                condition=Q(year=None, serial=None, number="")
                | Q(year__isnull=False, serial__isnull=False, serial__gt=0) & ~Q(number=""),
                name="notice_number_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.PARTY) | ~Q(item__in=PARTY_ITEMS),
                name="notice_in_party_item_stays_inside",
            ),
            models.CheckConstraint(
                condition=Q(period_first=None, period_last=None)
                | Q(period_first__isnull=False, period_last__isnull=False, period_last__gte=F("period_first"))
                & ~Q(item__in=WITHOUT_PERIOD),
                name="notice_period_is_whole",
            ),
        ]

    def __str__(self):
        return self.number or str(self.newest)

    def get_absolute_url(self):
        """The public page; at the desk while there is no number, or when the notice is not public."""
        if self.serial and self.audience == Audience.PUBLIC:
            return reverse("notice", args=[self.unit.code, self.ref])
        return self.desk_url

    @property
    def desk_url(self):
        return reverse("desk_notice", args=[self.pk])

    @property
    def poster_url(self):
        return reverse("notice_poster", args=[self.unit.code, self.ref])

    @property
    def board_url(self):
        return reverse("board", args=[self.unit.code, self.board])

    @property
    def due(self):
        """The last day to publish it: that of its period; None without one."""
        return self.period and duties.last_day(self.period.nominal_due).on

    @property
    def checking(self):
        """How a draft of it is looked at before its signature (`disclosure/chain.py`)."""
        return CHECKS[Board(self.board)]

    @property
    def ref(self):
        """What names the notice in addresses: "residential-2026-3". None without a number."""
        return f"{self.board}-{self.year}-{self.serial}" if self.serial else None

    @property
    def prefix(self):
        """What opens the number that it is given now: 柳溪居公."""
        words = VILLAGE_NUMBER_WORD if self.unit.is_village else NUMBER_WORD
        return f"{self.unit.short_name or self.unit.name}{words[Board(self.board)]}公"

    @property
    def short_number(self):
        """〔2026〕3号; empty without one."""
        return f"〔{self.year}〕{self.serial}号" if self.serial else ""

    @cached_property
    def _versions(self):
        """All versions, newest first, each knowing this very notice. One query, none after `with_versions()`."""
        versions = sorted(self.versions.all(), key=lambda version: -version.number)
        for version in versions:
            version.notice = self
        return versions

    @property
    def newest(self):
        """The newest version, signed or not."""
        return self._versions[0] if self._versions else None

    @property
    def current(self):
        """The newest signed version, or None."""
        return next((version for version in self._versions if version.is_signed), None)

    @property
    def draft(self):
        """The version that is being worked on, or None."""
        return next((version for version in self._versions if not version.is_signed), None)

    @property
    def signed_versions(self):
        """Signed versions, newest first."""
        return [version for version in self._versions if version.is_signed]

    def published_versions(self, on):
        """Versions that everyone could read by the day `on`, newest first; without those scheduled or recalled."""
        return [version for version in self._versions if version.is_published(on)]

    def objections_until(self):
        """The last day for objections: the end of the window, or without one of the display. None if not signed."""
        version = self.current
        return version and (version.window_until or version.displayed_until)
