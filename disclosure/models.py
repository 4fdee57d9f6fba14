"""Notices and their versions, objections, everyday announcements, and the counters of their numbers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit.enums import Audience
from audit.models import Attachment
from disclosure import clocks, closing, text
from disclosure.catalogue import ITEMS
from disclosure.enums import (
    NUMBER_WORD,
    VILLAGE_NUMBER_WORD,
    Board,
    Channel,
    Handling,
    Kind,
    Outcome,
    Stage,
)
from disclosure.workdays import CalendarMissing
from orgs.enums import Level, PhoneKind
from orgs.models import Body, OrgUnit, Person, Phone
from orgs.permissions import scope
from orgs.powers import Power


class Counter(models.Model):
    """The last serial number of a series (a board, "matter" …) at a unit in a year. Written by `next_serial` only."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["unit", "series", "year"], name="counter_once_per_year"),
            models.CheckConstraint(condition=Q(last__gt=0), name="counter_starts_at_one"),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.series} {self.year}: {self.last}"


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
        people = ("drafted_by", "reviewed_by", "signed_by")
        return self.prefetch_related(
            Prefetch("versions", NoticeVersion.objects.select_related(*people).order_by("-number"))
        )


class Notice(models.Model):
    """One disclosure on a board of a unit: a number, and one or more versions of which the newest signed one counts.

    `item` is the key of a catalogue row, whose audience and reviewing body were copied when it was drafted. `source_*`
    point at what it discloses (a matter, say) without an import. `year` and `serial` are given at the first signature.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="notices", verbose_name=_("unit"))
    board = models.CharField(_("board"), max_length=20, choices=Board)
    item = models.CharField(_("item"), max_length=10)
    issuer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="notices", verbose_name=_("issued by"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("serial number"), null=True, blank=True)
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-year", "-serial", "-id"]
        indexes = [models.Index(fields=["unit", "board", "-year", "-serial"], name="notice_by_board")]
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
                condition=Q(year=None, serial=None) | Q(year__isnull=False, serial__gt=0), name="notice_number_is_whole"
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
    def row(self):
        """The catalogue row of `item`."""
        return ITEMS[self.item]

    @property
    def ref(self):
        """What names the notice in addresses: "residential-2026-3". None without a number."""
        return f"{self.board}-{self.year}-{self.serial}" if self.serial else None

    @property
    def prefix(self):
        """What opens its number: 柳溪居公."""
        words = VILLAGE_NUMBER_WORD if self.unit.is_village else NUMBER_WORD
        return f"{self.unit.short_name or self.unit.name}{words[Board(self.board)]}公"

    @property
    def number(self):
        """柳溪居公〔2026〕3号; empty without one."""
        return f"{self.prefix}〔{self.year}〕{self.serial}号" if self.serial else ""

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

    def objections_until(self):
        """The last day for objections: the end of the window, or without one of the display. None if not signed."""
        version = self.current
        return version and (version.window_until or version.displayed_until)


class NoticeVersionQuerySet(models.QuerySet):
    """Versions of notices ..."""

    def signed(self):
        """Published, whatever became of them since."""
        return self.filter(signed_at__isnull=False)

    def open(self):
        """Drafts on their way to a signature."""
        return self.filter(signed_at__isnull=True)

    def current(self):
        """The newest signed version of each notice."""
        newer = NoticeVersion.objects.filter(
            notice=OuterRef("notice"), number__gt=OuterRef("number"), signed_at__isnull=False
        )
        return self.signed().exclude(Exists(newer))

    def public(self):
        """Signed versions of notices for everyone."""
        return self.signed().filter(notice__audience=Audience.PUBLIC)

    def on_display(self, on):
        """Current, not withdrawn, display period not over on `on`."""
        return self.current().filter(withdrawn_at=None, displayed_until__gte=on)

    def display_ended(self, on):
        """Current, not withdrawn, display period over on `on`."""
        return self.current().filter(withdrawn_at=None, displayed_until__lt=on)


class NoticeVersion(models.Model):
    """A version of a notice: drafted, reviewed where its class asks for it, signed by another person, then fixed.

    `text` is the body as drafted and may hold the tokens of `disclosure/text.py`; `published_text` is what was posted:
    the body with its tokens filled and the closing block, fixed by the signature. `display_days` of display from the
    day after `published_on`; `window_days` for objections (0: none). `min_display_days` and `review_required` were
    copied from the catalogue. `revision` counts changes of the draft, so that nobody signs what they have not seen;
    `authors` are the ids of the persons who wrote or changed it: none of them may review or sign.
    Triggers refuse every change after the signature but one withdrawal.
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
    review_note = models.CharField(_("opinion of the reviewer"), max_length=500, blank=True)
    returned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("what to change"), max_length=500, blank=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    displayed_until = models.DateField(null=True)
    window_until = models.DateField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = NoticeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a notice")
        verbose_name_plural = _("versions of notices")
        ordering = ["notice", "-number"]
        indexes = [models.Index(fields=["-published_on", "-id"], name="version_by_day")]
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
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False, submitted_at__isnull=False),
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
        return self.is_signed and self.notice.current.number > self.number

    def stage(self, on):
        """The `Stage` on the day `on`."""
        if self.is_signed:
            if self.withdrawn_at and timezone.localdate(self.withdrawn_at) <= on:
                return Stage.WITHDRAWN
            if self.is_superseded:
                return Stage.SUPERSEDED
            return Stage.DISPLAY_ENDED if on > self.displayed_until else Stage.ON_DISPLAY
        return self.stage_of_draft

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
    def display(self):
        """The display period of a signed version, or None."""
        return self.is_signed and clocks.display_period(self.published_on, self.display_days) or None

    @property
    def window(self):
        """The objection window of a signed version, or None."""
        return clocks.objection_window(self.published_on, self.window_days) if self.is_signed else None

    def window_open(self, on):
        """Whether objections are taken on `on`: the window of a notice that is on display runs or is about to begin."""
        return bool(self.stage(on) == Stage.ON_DISPLAY and self.window_until and on <= self.window_until)

    def full_text(self, on):
        """The whole text: as published, or as it would be published on the day `on`."""
        return self.published_text or closing.compose(self.text, self.facts(on))

    def facts(self, published_on):
        """What the closing block says when published on `published_on`. Queries the telephones."""
        notice = self.notice
        unit = notice.unit
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
        supervision = {
            phone.number: phone.label if phone.unit_id in (unit.pk, office.pk) else phone.unit.name
            for phone in sorted(phones, key=lambda phone: (-phone.unit.level, phone.position, phone.pk))
            if phone.kind == PhoneKind.SUPERVISION or phone.unit.level == Level.STREET
        }
        return closing.Facts(
            published_on=published_on,
            display_days=self.display_days,
            window_days=self.window_days,
            board=Board(notice.board),
            village=unit.is_village,
            number=notice.number or f"{notice.prefix}〔{published_on.year}〕号",
            issuer=notice.issuer.name,
            phones=tuple(
                (phone.number, phone.label)
                for phone in phones
                if phone.kind == PhoneKind.OFFICE and phone.unit_id == office.pk
            ),
            supervision=tuple(supervision.items()),
            address=unit.address or office.address,
            hours=unit.office_hours or office.office_hours,
            review_body=self.review_body.name if self.review_body else "",
            reviewer=self.reviewed_by.name if self.reviewed_by else "",
        )

    def blocks(self, on):
        """`full_text(on)` as formatted blocks for `disclosure/_text.html`."""
        return text.blocks(self.full_text(on))


class NoticeAttachment(models.Model):
    """A file that belongs to a version; fixed with its signature."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="attachments")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("attachment of a notice")
        verbose_name_plural = _("attachments of notices")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "attachment"], name="notice_attachment_once"),
            models.CheckConstraint(condition=~Q(label=""), name="notice_attachment_has_label"),
        ]

    def __str__(self):
        return self.label


class ObjectionQuerySet(models.QuerySet):
    """Questions, suggestions and objections ..."""

    def open(self):
        """Without a reply."""
        return self.filter(replied_on=None)

    def replied(self):
        """With a reply."""
        return self.filter(replied_on__isnull=False)

    def upheld(self):
        """Objections that were found right: what they object to must not go on."""
        return self.filter(outcome=Outcome.UPHELD)

    def visible_to(self, user, on):
        """Whose raw text and name a member of staff may read on `on`; never beyond those who answer or supervise."""
        mine = Q(pk__in=[])
        for power in (Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL, Power.REVIEW_NOTICES):
            mine |= scope(user, power, on=on).q("notice__unit__path")
        return self.filter(mine)


class Objection(models.Model):
    """A resident's question, suggestion or objection to a notice, with one reply.

    `text`, `name` and `contact` are internal for good; the public sees `summary` and `reply`. `received_by` is None
    when it came through the page. Triggers refuse a second reply and any change of what was received.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections", verbose_name=_("notice"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("received"), max_length=10, choices=Channel)
    text = models.TextField(_("what it says"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    contact = models.CharField(_("telephone or other contact"), max_length=100, blank=True)
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(_("summary for the public"), max_length=300, blank=True)
    passed_to_supervision_on = models.DateField(null=True)
    reply = models.TextField(_("reply"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    replied_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    replied_on = models.DateField(_("replied on"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="objection_kind_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="objection_has_text"),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB, received_by=None)
                | Q(channel__in=[Channel.PHONE, Channel.VISIT], received_by__isnull=False),
                name="objection_channel_and_clerk",
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None, replied_by=None, reply="", outcome="")
                | Q(replied_on__isnull=False, replied_by__isnull=False, outcome__in=Outcome.values)
                & ~Q(reply="")
                & ~Q(summary=""),
                name="objection_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", Outcome.NONE]) & (Q(outcome="") | ~Q(kind=Kind.OBJECTION))
                | Q(outcome__in=[Outcome.UPHELD, Outcome.NOT_UPHELD], kind=Kind.OBJECTION),
                name="objection_outcome_of_objections",
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None) | Q(replied_on__gte=F("received_on")), name="objection_dates_in_order"
            ),
        ]

    def __str__(self):
        return _("%(kind)s to %(number)s") % {"kind": self.get_kind_display(), "number": self.notice.number}

    def get_absolute_url(self):
        return reverse("desk_objection", args=[self.pk])

    @property
    def due(self):
        """The last day for the reply, or None while the calendar of that year is not known."""
        try:
            return clocks.reply_due(self.received_on)
        except CalendarMissing:
            return None

    def handling(self, on):
        """In hand, overdue or replied on the day `on`."""
        if self.replied_on:
            return Handling.REPLIED
        return Handling.OVERDUE if self.due and on > self.due else Handling.IN_HAND


class AnnouncementQuerySet(models.QuerySet):
    """Announcements ..."""

    def shown(self, on):
        """Published, not withdrawn, not past their last day on `on`."""
        return self.filter(withdrawn_at=None, published_on__lte=on, shown_until__gte=on)

    def public(self):
        """All but the withdrawn ones."""
        return self.filter(withdrawn_at=None)


class Announcement(models.Model):
    """An everyday announcement (a water cut, the rota of a holiday) with one signature; not a statutory disclosure."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    published_on = models.DateField(_("published on"))
    shown_until = models.DateField(_("shown until"))
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["unit", "-published_on"], name="announcement_by_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="announcement_has_title_and_text"),
            models.CheckConstraint(condition=Q(shown_until__gte=F("published_on")), name="announcement_dates_in_order"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="announcement_withdrawal_is_whole",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("announcement", args=[self.unit.code, self.pk])

    def blocks(self):
        """The text as formatted blocks."""
        return text.blocks(self.text)
