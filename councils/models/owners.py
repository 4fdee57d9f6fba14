"""The owners' assembly as it is run: the roll of owners, ballots, their delivery, and their double entry.

Everything here is internal: names, doors, and what each owner chose. Public are totals only, which the closing of the
count writes into the meeting and its votes.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from councils.enums import AreaSource, DeliveryMethod, HeadKind, SilentKind
from councils.models.meeting import Meeting
from councils.models.proxy import Proxy
from councils.owner_count import Paper
from orgs.models import OrgUnit, User


class OwnerRoll(models.Model):
    """One version of the roll of owners of a compound, as it stood on the day `as_of`.

    Provisional until an assembly votes by it; then it is fixed, and what changes comes in a new version. Its rows are
    never edited. `heads`, `doors` and `area` (0.01 m²) are what its rows add up to (trigger, when it is fixed).
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="owner_rolls")
    number = models.PositiveIntegerField()
    as_of = models.DateField(_("as of"))
    basis = models.CharField(_("taken from"), max_length=200)
    heads = models.PositiveIntegerField(_("owners"))
    doors = models.PositiveIntegerField(_("units of property"))
    area = models.BigIntegerField(_("exclusive area in all (0.01 m²)"))
    token = models.UUIDField(unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("owner roll")
        verbose_name_plural = _("owner rolls")
        ordering = ["unit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="owner_roll_number_once"),
            models.CheckConstraint(
                condition=Q(heads__gt=0, area__gt=0, doors__gte=F("heads")), name="owner_roll_has_owners"
            ),
        ]

    def __str__(self):
        # Written into records of the meeting, which are Chinese whatever the language of the page.
        return f"业主名册第{self.number}版（{self.as_of.year}年{self.as_of.month}月{self.as_of.day}日）"

    def get_absolute_url(self):
        return reverse("owner_roll", args=[self.pk])


class OwnerHead(models.Model):
    """One owner in the sense of the law: a person, co-owners together, an organisation, or the developer."""

    roll = models.ForeignKey(OwnerRoll, on_delete=models.PROTECT, related_name="owners")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=HeadKind)
    names = models.CharField(_("owner"), max_length=1300)
    code = models.CharField(_("owner number"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("owner")
        verbose_name_plural = _("owners")
        ordering = ["roll", "number"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="owner_head_number_once"),
            models.CheckConstraint(condition=Q(kind__in=HeadKind.values), name="owner_head_kind_is_known"),
            models.CheckConstraint(condition=~Q(names=""), name="owner_head_has_a_name"),
        ]

    def __str__(self):
        return self.names


class PropertyUnit(models.Model):
    """A flat, shop or garage of its own on a roll, with its exclusive area in 0.01 m² and where that is written."""

    roll = models.ForeignKey(OwnerRoll, on_delete=models.PROTECT, related_name="units")
    head = models.ForeignKey(OwnerHead, on_delete=models.PROTECT, related_name="units")
    building = models.CharField(_("building"), max_length=40, blank=True)
    door = models.CharField(_("door"), max_length=40)
    area = models.BigIntegerField(_("exclusive area (0.01 m²)"))
    source = models.CharField(_("source of the area"), max_length=10, choices=AreaSource)

    class Meta:
        verbose_name = _("unit of property")
        verbose_name_plural = _("units of property")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "building", "door"], name="property_unit_once"),
            models.CheckConstraint(condition=Q(area__gt=0), name="property_unit_has_area"),
            models.CheckConstraint(condition=Q(source__in=AreaSource.values), name="property_unit_source_is_known"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return " ".join(part for part in (self.building, self.door) if part)


class AdoptedRule(models.Model):
    """What the owners of a compound adopted in their rules of procedure about owners who return no ballot.

    Contested (some courts do not follow it), so it counts only where this row names the document that adopted it, and
    only in an assembly that chooses it. `signed_only`: it takes a delivery with a signature.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="adopted_rules")
    kind = models.CharField(_("owners who return no ballot count"), max_length=10, choices=SilentKind)
    signed_only = models.BooleanField(_("only when the delivery was signed for"), default=True)
    adopted_on = models.DateField(_("adopted on"))
    document = models.CharField(_("adopted by"), max_length=200)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(_("no longer in force from"), null=True)

    class Meta:
        verbose_name = _("adopted rule")
        verbose_name_plural = _("adopted rules")
        ordering = ["unit", "-adopted_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_on=None), name="adopted_rule_one_in_force"),
            models.CheckConstraint(condition=Q(kind__in=SilentKind.values), name="adopted_rule_kind_is_known"),
            models.CheckConstraint(condition=~Q(document=""), name="adopted_rule_has_document"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("adopted_on")), name="adopted_rule_ends_after_adoption"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.document})"


class OwnersAssembly(models.Model):
    """How a meeting of the owners is run on paper: by which fixed roll, with which ballots, counted when.

    `committee_told_on`: the residents' committee was told (PMR 14). `proxies_most`: for how many owners one holder of
    written proxies may vote, where the owners adopted a number by `proxies_document`; the law sets none (PMR 12). Once
    `closed_at` is set the count is in the record of the meeting; entries may then only be mended, each by another look
    with a reason.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="assembly")
    roll = models.ForeignKey(OwnerRoll, on_delete=models.PROTECT, related_name="assemblies")
    silent_rule = models.ForeignKey(AdoptedRule, null=True, on_delete=models.PROTECT, related_name="+")
    committee_told_on = models.DateField(_("residents' committee told on"))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    proxies_most = models.PositiveSmallIntegerField(_("most proxies of one holder"), null=True)
    proxies_document = models.CharField(_("number of proxies adopted by"), max_length=200, blank=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    tellers = models.JSONField(_("tellers"), default=list)
    close_note = models.CharField(_("remark on the count"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("owners' assembly")
        verbose_name_plural = _("owners' assemblies")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="owners_assembly_closed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(proxies_most=None, proxies_document="")
                | Q(proxies_most__isnull=False, proxies_most__gte=1) & ~Q(proxies_document=""),
                name="owners_assembly_proxies_by_document",
            ),
        ]

    def __str__(self):
        return str(self.meeting)

    def get_absolute_url(self):
        return reverse("owners_assembly", args=[self.meeting_id])


class OwnerBallotQuerySet(models.QuerySet):
    """Ballots ..."""

    def standing(self):
        """Not void."""
        return self.filter(voided_at=None)

    def with_progress(self):
        """Carry what `paper` reads: delivery, number of entries, and what the first, the second and the last say."""
        looks = BallotEntry.objects.filter(ballot=OuterRef("pk"))
        delivery = Delivery.objects.standing().filter(ballot=OuterRef("pk"))
        return self.annotate(
            delivered=Exists(delivery),
            signed=Exists(delivery.filter(signed=True)),
            looks=Coalesce(Subquery(looks.order_by("-look").values("look")[:1]), 0),
            first=Subquery(looks.filter(look=1).values("choices")),
            second=Subquery(looks.filter(look=2).values("choices")),
            final=Subquery(looks.order_by("-look").values("choices")[:1]),
            first_proxy=Subquery(looks.filter(look=1).values("proxy")),
            second_proxy=Subquery(looks.filter(look=2).values("proxy")),
            proxy=Subquery(looks.order_by("-look").values("proxy")[:1]),
        )

    def undecided(self):
        """Entered once, or twice and differently; with progress."""
        rows = self.standing().filter(entries__look=1)
        said, signed = F("second"), Coalesce("second_proxy", 0, output_field=models.BigIntegerField())
        differs = ~Q(first=said) | ~Q(first_signer=signed)
        rows = rows.with_progress().annotate(
            first_signer=Coalesce("first_proxy", 0, output_field=models.BigIntegerField())
        )
        return rows.filter(Q(looks=1) | Q(differs, looks=2))

    def with_doors(self):
        """With the owner, and the labels of the units as `places`."""
        doors = PropertyUnit.objects.filter(head=OuterRef("head")).order_by("pk")
        return self.select_related("head").annotate(
            places=ArraySubquery(doors.values(label=Concat("building", Value(" "), "door")))
        )


class OwnerBallot(models.Model):
    """The paper ballot of one owner in one assembly, with all its questions. `area` in 0.01 m².

    A spoiled ballot is void with its reason, and another one with a serial number of its own takes its place.
    """

    assembly = models.ForeignKey(OwnersAssembly, on_delete=models.PROTECT, related_name="ballots")
    head = models.ForeignKey(OwnerHead, on_delete=models.PROTECT, related_name="ballots")
    serial = models.PositiveIntegerField(_("serial number"))
    area = models.BigIntegerField(_("exclusive area (0.01 m²)"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    voided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    objects = OwnerBallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("owner's ballot")
        verbose_name_plural = _("owners' ballots")
        ordering = ["assembly", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["assembly", "serial"], name="owner_ballot_serial_once"),
            models.UniqueConstraint(
                fields=["assembly", "head"], condition=Q(voided_at=None), name="owner_ballot_one_standing"
            ),
            models.CheckConstraint(condition=Q(area__gt=0), name="owner_ballot_has_area"),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="owner_ballot_void_with_reason",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The serial number as printed: 0012."""
        return f"{self.serial:04}"

    @property
    def paper(self):
        """What the count reads of it. Needs `with_progress`."""
        names = Paper.__dataclass_fields__
        return Paper(**{name: getattr(self, name) for name in names})


class DeliveryQuerySet(models.QuerySet):
    """Deliveries ..."""

    def standing(self):
        """Not withdrawn as wrongly entered."""
        return self.filter(withdrawn_at=None)


class Delivery(models.Model):
    """A ballot reached its owner: when, how, by whom, and whether somebody signed for it."""

    ballot = models.ForeignKey(OwnerBallot, on_delete=models.PROTECT, related_name="deliveries")
    on = models.DateField(_("delivered on"))
    method = models.CharField(_("way of delivery"), max_length=10, choices=DeliveryMethod)
    note = models.CharField(_("which other way"), max_length=100, blank=True)
    deliverer = models.CharField(_("delivered by"), max_length=60)
    signed = models.BooleanField(_("signed for"), default=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("why it is taken back"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot"], condition=Q(withdrawn_at=None), name="delivery_one_standing_per_ballot"
            ),
            models.CheckConstraint(condition=Q(method__in=DeliveryMethod.values), name="delivery_method_is_known"),
            models.CheckConstraint(
                condition=~Q(method=DeliveryMethod.OTHER) | ~Q(note=""), name="delivery_other_way_is_named"
            ),
            models.CheckConstraint(condition=~Q(deliverer=""), name="delivery_by_someone"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="delivery_withdrawn_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.ballot} {self.on}"


class BallotEntry(models.Model):
    """One look at a ballot that came back. Never updated or deleted (trigger).

    Looks 1 and 2 are entered by two persons who do not see each other's; a later look settles a difference or mends a
    mistake, and the last one counts. `choices` {agenda item id: Marked} is empty when the whole ballot is invalid.
    `proxy`: by whose written proxy somebody else signed; None when the owner did.
    """

    ballot = models.ForeignKey(OwnerBallot, on_delete=models.PROTECT, related_name="entries")
    look = models.PositiveSmallIntegerField()
    choices = models.JSONField(default=dict)
    proxy = models.ForeignKey(Proxy, null=True, on_delete=models.PROTECT, related_name="entries")
    invalid_reason = models.CharField(_("why the whole ballot is invalid"), max_length=200, blank=True)
    tellers = models.CharField(_("tellers who looked at it together"), max_length=200, blank=True)
    reason = models.CharField(_("why it is mended"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry of a ballot")
        verbose_name_plural = _("entries of ballots")
        ordering = ["ballot", "look"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "look"], name="ballot_entry_look_once"),
            ExclusionConstraint(
                name="ballot_entry_by_two_persons",
                expressions=[("ballot", "="), ("by", "="), ("look", "<>")],
                condition=Q(look__lte=2),
            ),
            models.CheckConstraint(condition=Q(look__gte=1), name="ballot_entry_looks_count_from_one"),
            models.CheckConstraint(
                condition=(Q(choices={}) & ~Q(invalid_reason="")) | (~Q(choices={}) & Q(invalid_reason="")),
                name="ballot_entry_valid_or_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.ballot} ({self.look})"
