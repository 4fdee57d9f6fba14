"""What hung on a physical board, and when."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from audit.enums import Audience
from audit.models import Attachment
from disclosure.models.notices import Notice
from orgs.models import Person


class PostingQuerySet(models.QuerySet):
    """Postings ..."""

    def with_company(self):
        """Each knows without a query of its own how many that were entered with it still hang (`entered_with`)."""
        same = {name: OuterRef(name) for name in ("entered_at", "entered_by", "posted_on")}
        others = Posting.objects.filter(**same, taken_down_on=None).exclude(pk=OuterRef("pk")).order_by()
        number = others.values("entered_at").annotate(number=Count("pk")).values("number")
        return self.annotate(entered_with=Coalesce(Subquery(number), 0))

    def of_each_notice(self):
        """An annotation for notices, without a query of its own: their postings as `Posting.from_row` reads them."""
        row = JSONObject(
            posted_on="posted_on",
            taken_down_on="taken_down_on",
            photo="photo_id",
            name="photo__name",
            audience="photo__audience",
        )
        return ArraySubquery(self.filter(notice=OuterRef("pk")).values(row=row))


class Posting(models.Model):
    """A notice posted on a physical board, with the days and perhaps a photograph. Optional; nothing asks for it.

    When a whole board was photographed, each notice on it has a posting of its own with the same photograph, entered at
    once.

    `photo` is internal, unless who entered it declared that neither people nor personal data can be seen on it.
    A trigger lets nothing change but the day it was taken down, once.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="postings", verbose_name=_("notice"))
    posted_on = models.DateField(_("posted on"))
    taken_down_on = models.DateField(_("taken down on"), null=True)
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting on a physical board")
        verbose_name_plural = _("postings on physical boards")
        ordering = ["posted_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "posted_on"], name="posting_once_a_day"),
            models.CheckConstraint(
                condition=Q(taken_down_on=None) | Q(taken_down_on__gte=F("posted_on")), name="posting_dates_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.notice} {self.posted_on}"

    @property
    def together(self):
        """The other postings that were entered with it: what hung on the same board."""
        same = Posting.objects.filter(
            entered_at=self.entered_at, entered_by=self.entered_by_id, posted_on=self.posted_on
        )
        return same.exclude(pk=self.pk)

    @classmethod
    def from_row(cls, row):
        """An unsaved posting from a row of `of_each_notice`, with its photograph where everyone may look at it."""
        first, last = row["posted_on"], row["taken_down_on"]
        photo = None
        if row["audience"] == Audience.PUBLIC:
            photo = Attachment(pk=row["photo"], name=row["name"], audience=Audience.PUBLIC)
        return cls(posted_on=date.fromisoformat(first), taken_down_on=last and date.fromisoformat(last), photo=photo)
