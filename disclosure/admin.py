"""What was settled, decided and posted, for the administrator to look at.

Notices that stay inside the Party are in none of these lists, and neither are words that are not published: what a
checker wrote, why an exception was made, which text was to be masked, how anybody answered an evaluation.
"""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.enums import Audience
from disclosure.models import (
    Announcement,
    CatalogueChange,
    Evaluation,
    Opinion,
    Posting,
    PrivacyOverride,
    Redaction,
)
from orgs.admin.base import ListAdmin, column, titled


class OfUnit(ListAdmin):
    """What belongs to a unit."""

    path_field = "unit__path"
    list_select_related = ["unit"]


class OfNotice(ListAdmin):
    """What belongs to a notice that is open to everyone, reached by `notice_field`."""

    notice_field = "notice"

    @property
    def path_field(self):
        return f"{self.notice_field}__unit__path"

    def in_scope(self, held):
        return super().in_scope(held) & Q(**{f"{self.notice_field}__audience": Audience.PUBLIC})

    def get_search_fields(self, request):
        return [f"{self.notice_field}__{name}" for name in ("number", "item", "unit__name", "unit__code")]

    @admin.display(description=_("unit"))
    def unit(self, row):
        return self.notice_of(row).unit

    @admin.display(description=_("notice"))
    def named(self, row):
        """Its number; of a draft the item, not the title."""
        notice = self.notice_of(row)
        return notice.number or notice.row.title

    def notice_of(self, row):
        return row.notice


class OfVersion(OfNotice):
    """What belongs to a version of a notice."""

    notice_field = "version__notice"

    def notice_of(self, row):
        return row.version.notice

    @admin.display(description=pgettext_lazy("notice", "version"), ordering="version__number")
    def version_number(self, row):
        return row.version.number


@admin.register(CatalogueChange)
class CatalogueChangeAdmin(OfUnit):
    list_display = ["unit", "kind", "item", "title", "frequency", "display_days", "first_on", "last_on", "reason"]
    list_filter = ["kind", "frequency", ("last_on", admin.EmptyFieldListFilter)]
    search_fields = ["item", "title", "unit__name", "unit__code"]


@admin.register(Announcement)
class AnnouncementAdmin(OfUnit):
    list_display = ["unit", "kind", "shown_title", "published_on", "shown_until", "is_shown"]
    list_filter = ["kind", ("withdrawn_at", admin.EmptyFieldListFilter)]
    search_fields = ["unit__name", "unit__code"]

    @admin.display(description=_("title"))
    def shown_title(self, row):
        """Not of what was withdrawn: it may be the very thing that nobody should read."""
        return "" if row.withdrawn_at else row.title

    @admin.display(description=_("not withdrawn"), boolean=True)
    def is_shown(self, row):
        return row.withdrawn_at is None


@admin.register(Posting)
class PostingAdmin(OfNotice):
    list_display = ["unit", "named", "posted_on", "taken_down_on", "by"]
    list_filter = ["posted_on", ("taken_down_on", admin.EmptyFieldListFilter)]
    list_select_related = ["notice__unit", "entered_by"]
    ordering = ["-posted_on", "-id"]

    by = column("entered_by", _("entered by"))


@admin.register(Evaluation)
class EvaluationAdmin(OfNotice):
    """What was asked and when; neither slips nor numbers, which are shown after the end, on the page of the notice."""

    list_display = ["unit", "named", "question", "opens_on", "closes_on", "households", "called_off_at"]
    list_filter = ["opens_on", ("called_off_at", admin.EmptyFieldListFilter)]
    list_select_related = ["notice__unit"]


@admin.register(Opinion)
class OpinionAdmin(OfVersion):
    """Who said what to which draft: the verdict, without the words."""

    list_display = ["unit", "named", "version_number", "of_body", "who", "verdict", "on", "is_paper", "is_settled"]
    list_filter = ["verdict", "on"]
    list_select_related = ["version__notice__unit", "body", "person"]
    ordering = ["-id"]

    of_body = column("body", _("body"))
    who = column("person", _("person"))

    @admin.display(description=_("on paper"), boolean=True)
    def is_paper(self, row):
        return row.on_paper

    @admin.display(description=_("settled"), boolean=True)
    def is_settled(self, row):
        return not row.is_open


@admin.register(PrivacyOverride)
class PrivacyOverrideAdmin(OfVersion):
    """Who let something through that the guard had found."""

    list_display = ["unit", "named", "version_number", "approver", "moment"]
    list_filter = [("approved_at", titled(admin.DateFieldListFilter, _("time")))]
    list_select_related = ["version__notice__unit", "approved_by"]
    ordering = ["-id"]

    approver = column("approved_by", _("approved by"))
    moment = column("approved_at", _("time"))


@admin.register(Redaction)
class RedactionAdmin(OfVersion):
    list_display = ["unit", "named", "version_number", "asker", "moment", "is_agreed", "decider", "public_reason"]
    list_filter = [
        ("agreed", titled(admin.BooleanFieldListFilter, _("agreed"))),
        ("asked_at", titled(admin.DateFieldListFilter, _("asked for on"))),
    ]
    list_select_related = ["version__notice__unit", "asked_by", "decided_by"]
    ordering = ["-id"]

    asker = column("asked_by", _("asked for by"))
    moment = column("asked_at", _("asked for on"))
    is_agreed = column("agreed", _("agreed"))
    is_agreed.boolean = True
    decider = column("decided_by", _("decided by"))

    @admin.display(description=_("reason"))
    def public_reason(self, row):
        """Everyone reads it once it is agreed to, nobody before."""
        return row.reason if row.agreed else ""
