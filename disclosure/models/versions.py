"""A version of a notice, with its stages and clocks."""

import dataclasses
from datetime import datetime, time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit.enums import Audience, LeafKind
from audit.log import codes
from audit.models import Leaf
from disclosure import clocks, closing, records, text
from disclosure.enums import Board, Stage
from disclosure.models.notices import Notice
from disclosure.models.version_rows import NoticeVersionQuerySet
from orgs.enums import Level, PhoneKind
from orgs.models import Body, Person, Phone


class NoticeVersion(models.Model):
    """A version of a notice: drafted, reviewed where its class asks for it, signed by another person, then fixed.

    `text` is the body as drafted and may hold the tokens of `disclosure/text.py`; `published_text` is what was posted:
    the body with its tokens filled and the closing block, fixed by the signature. `display_days` of display from the
    day after `published_on`; `window_days` for objections (0: none). `min_display_days` and `review_required` were
    copied from the catalogue. `revision` counts changes of the draft and its rounds after a return: nobody signs what
    they have not seen; `rechecked_by` counts the owners' representatives where they, and not one reviewer, checked
    it; `authors` are the ids of the persons who wrote or changed it: none of them may review or sign.
    Triggers refuse every change after the signature but one withdrawal and one `redaction`, whose text takes the place
    of the original.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="versions", verbose_name=_("notice"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    published_text = models.TextField(blank=True)
    correction_reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    display_days = models.PositiveSmallIntegerField(_("days on display"))
    min_display_days = models.PositiveSmallIntegerField()
    window_days = models.PositiveSmallIntegerField(_("days for objections"), default=clocks.WINDOW_DAYS)
    review_required = models.BooleanField()
    revision = models.PositiveIntegerField(default=0)

    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    authors = ArrayField(models.BigIntegerField())
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    rechecked_by = models.PositiveSmallIntegerField(default=0)
    review_note = models.CharField(_("opinion of the reviewer"), max_length=500, blank=True)
    returned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("what to change"), max_length=500, blank=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    displayed_until = models.DateField(null=True)
    window_until = models.DateField(null=True)
    # As they were called at the signature: the log keeps these, and a name given later changes nothing.
    unit_code = models.CharField(max_length=24, blank=True)
    unit_name = models.CharField(max_length=100, blank=True)
    issuer_name = models.CharField(max_length=100, blank=True)
    signer_name = models.CharField(max_length=60, blank=True)
    reviewer_name = models.CharField(max_length=60, blank=True)
    review_body_name = models.CharField(max_length=100, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    named = ArrayField(models.TextField(), null=True)  # residents in `published_text`; null: nobody has looked
    redaction = models.OneToOneField("disclosure.Redaction", null=True, on_delete=models.PROTECT, related_name="+")

    objects = NoticeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a notice")
        verbose_name_plural = _("versions of notices")
        ordering = ["notice", "-number"]
        indexes = [
            models.Index(fields=["-published_on", "-id"], name="version_by_day"),
            models.Index(Coalesce("withdrawn_at", "signed_at").desc(), F("id").desc(), name="version_by_change"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["notice"], condition=Q(signed_at=None), name="version_one_open_draft"),
            models.CheckConstraint(condition=Q(number__gt=0), name="version_number_is_positive"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="version_has_title_and_text"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(correction_reason=""), name="version_correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(reviewed_by=None) | ~Q(signed_by=F("reviewed_by")),
                name="version_reviewer_does_not_sign",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(review_required=False) | Q(reviewed_at__isnull=False),
                name="version_signed_after_review",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_at__isnull=False, submitted_at__isnull=False)
                & (Q(reviewed_by__isnull=False) | Q(rechecked_by__gte=3)),
                name="version_review_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None)
                | Q(returned_at__isnull=False, returned_by__isnull=False, reviewed_at=None) & ~Q(returned_reason=""),
                name="version_return_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, published_on=None, displayed_until=None, window_until=None)
                & Q(published_text="")
                | Q(
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    submitted_at__isnull=False,
                    returned_at=None,
                    published_on__isnull=False,
                    displayed_until__isnull=False,
                )
                & ~Q(published_text=""),
                name="version_signature_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, unit_code="", unit_name="", issuer_name="")
                | Q(signed_at__isnull=False) & ~Q(unit_code="") & ~Q(unit_name="") & ~Q(issuer_name=""),
                name="version_says_who_published",
            ),
            models.CheckConstraint(
                condition=Q(display_days__gte=F("min_display_days")), name="version_display_long_enough"
            ),
            models.CheckConstraint(
                condition=Q(window_days__lte=F("display_days")), name="version_window_inside_display"
            ),
            models.CheckConstraint(
                condition=Q(window_until=None) | Q(window_until__lte=F("displayed_until")),
                name="version_window_ends_before_display",
            ),
            models.CheckConstraint(
                condition=(Q(submitted_at=None) | Q(submitted_at__gte=F("drafted_at")))
                & (Q(reviewed_at=None) | Q(reviewed_at__gte=F("submitted_at")))
                & (Q(signed_at=None) | Q(signed_at__gte=F("submitted_at")))
                & (Q(signed_at=None) | Q(reviewed_at=None) | Q(signed_at__gte=F("reviewed_at")))
                & (Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("signed_at"))),
                name="version_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, signed_at__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="version_withdrawal_is_whole",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The page of this version: its own address when a newer one was signed."""
        url = self.notice.get_absolute_url()
        if not self.is_signed or self.notice.audience != Audience.PUBLIC:
            return self.notice.desk_url
        return f"{url}?version={self.number}" if self.is_superseded else url

    @property
    def is_signed(self):
        return self.signed_at is not None

    @property
    def is_superseded(self):
        """A newer version of the notice has been signed."""
        if "superseded" in self.__dict__:
            return self.superseded
        return self.is_signed and self.notice.current.number > self.number

    @cached_property
    def check_code(self):
        """The code for paper under which the public log keeps this version as it stands: ABCDE-FGHJK. One query."""
        leaves = Leaf.objects.filter(subject=records.subject_of(self)).exclude(kind=LeafKind.WITHDRAWAL)
        newest = leaves.order_by("-index").first()
        return codes.grouped(newest.code) if newest else ""

    def stage(self, on):
        """The `Stage` on the day `on`."""
        if self.is_signed:
            if self.is_recalled:
                return Stage.RECALLED
            if on < self.published_on:
                return Stage.SCHEDULED
            if self.withdrawn_at and timezone.localdate(self.withdrawn_at) <= on:
                return Stage.WITHDRAWN
            if self.is_superseded:
                return Stage.SUPERSEDED
            return Stage.DISPLAY_ENDED if on > self.displayed_until else Stage.ON_DISPLAY
        return self.stage_of_draft

    @property
    def is_recalled(self):
        """Withdrawn before its day of publication: nobody outside the desk ever read it."""
        return bool(self.withdrawn_at) and timezone.localdate(self.withdrawn_at) < self.published_on

    @property
    def is_correction(self):
        """Whether it replaces a version that people could read. Carried by `with_corrects()`, else from the notice."""
        if "corrects" in self.__dict__:
            return self.corrects
        earlier = [version for version in self.notice.signed_versions if version.number < self.number]
        return any(not version.is_recalled for version in earlier)

    def is_published(self, on):
        """Whether everyone could read it by the day `on`."""
        return self.is_signed and self.published_on <= on and not self.is_recalled

    @property
    def stage_of_draft(self):
        """The `Stage` of an unsigned version; ON_DISPLAY for a signed one (`stage` tells those apart by the day)."""
        if self.is_signed:
            return Stage.ON_DISPLAY
        if self.returned_at:
            return Stage.RETURNED
        if not self.submitted_at:
            return Stage.DRAFT
        return Stage.IN_REVIEW if self.review_required and not self.reviewed_at else Stage.REVIEWED

    @property
    def published_at(self):
        """When everyone could first read it: its signature, or the first moment of the day that it waited for."""
        first = datetime.combine(self.published_on, time(), timezone.get_current_timezone())
        return max(self.signed_at, first)

    @property
    def display(self):
        """The display period of a signed version, or None."""
        return self.is_signed and clocks.display_period(self.published_on, self.display_days) or None

    @property
    def window(self):
        """The objection window of a signed version, or None."""
        return clocks.objection_window(self.published_on, self.window_days) if self.is_signed else None

    @property
    def body(self):
        """The text without the closing block, which the `text` of a masked version holds."""
        return closing.body_of(self.text) if self.redaction_id else self.text

    @property
    def mark(self):
        """What the form of its correction was opened with: another version, or one masked since, has another."""
        return f"{self.number}-{self.redaction_id or 0}"

    def full_text(self, on):
        """The whole text: as published, or as it would be published on the day `on`."""
        return self.published_text or closing.compose(self.text, self.facts(on))

    def facts(self, published_on):
        """What the closing block says when published on `published_on`. One query: the telephones."""
        unit = self.notice.unit
        phones = list(
            Phone.objects.filter(unit_id__in=[*unit.ancestor_ids, unit.pk])
            .select_related("unit")
            .order_by("position", "id")
        )
        # A compound without an office line of its own gives that of its community.
        near = {
            phone.unit for phone in phones if phone.kind == PhoneKind.OFFICE and phone.unit.level >= Level.COMMUNITY
        }
        office = unit if unit in near else max(near, key=lambda place: place.level, default=unit)
        # The street supervises what is below it: under its own line for that, else under its office's.
        street = [phone for phone in phones if phone.unit.level == Level.STREET < unit.level]
        over = [phone for phone in street if phone.kind == PhoneKind.SUPERVISION] or [
            phone for phone in street if phone.kind == PhoneKind.OFFICE
        ]
        supervising = {phone for phone in phones if phone.kind == PhoneKind.SUPERVISION} | set(over)
        supervision = {
            phone.number: phone.label if phone.unit_id in (unit.pk, office.pk) else phone.unit.name
            for phone in sorted(supervising, key=lambda phone: (-phone.unit.level, phone.position, phone.pk))
        }
        return dataclasses.replace(
            self._own_facts(published_on),
            phones=tuple(
                (phone.number, phone.label)
                for phone in phones
                if phone.kind == PhoneKind.OFFICE and phone.unit_id == office.pk
            ),
            supervision=tuple(supervision.items()),
            address=unit.address or office.address,
            hours=unit.office_hours or office.office_hours,
        )

    def _own_facts(self, published_on):
        """What the closing block says but for telephones and address. No query."""
        notice = self.notice
        return closing.Facts(
            published_on=published_on,
            display_days=self.display_days,
            window_days=self.window_days,
            board=Board(notice.board),
            village=notice.unit.is_village,
            number=notice.number or f"{notice.prefix}〔{published_on.year}〕号",
            issuer=notice.issuer.name,
            # Paper names who reviewed for the residents; the check inside the Party organisation is its own business.
            review_body=self.review_body.name if self.review_body and notice.board != Board.PARTY else "",
            reviewer=self.reviewed_by.name if self.reviewed_by else "",
        )

    def blocks(self, on):
        """`full_text(on)` as formatted blocks for `disclosure/_text.html`."""
        return text.blocks(self.full_text(on))

    def body_blocks(self, on):
        """The body of a draft as formatted blocks, its tokens filled for the day `on`; no closing, no query."""
        return text.blocks(text.fill(self.text, closing.tokens(self._own_facts(on))))
