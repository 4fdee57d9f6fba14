"""Lists of notices, objections and announcements, and their columns as sheets.

Rows are drawn by `row_template`, ten times cheaper than cells. `Listing` gives each record the day as `on`.
"""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.models import Announcement, Notice, NoticeVersion, Objection
from orgs.exports import Export, Field
from orgs.village import in_place


class DayTable(tables.Table):
    """A list whose rows depend on the day `today` and on what else the row template reads from `table`."""

    def __init__(self, *args, today, order_by=None, **facts):
        super().__init__(*args, order_by=order_by)
        self.today = today
        for name, value in facts.items():
            setattr(self, name, value)


class BoardTable(DayTable):
    """The current versions of the notices of a board."""

    number = tables.Column(
        pgettext_lazy("notice", "Number"), order_by=("notice__year", "notice__serial"), empty_values=()
    )
    title = tables.Column(_("Title"))
    item = tables.Column(pgettext_lazy("notice", "Item"), accessor="notice__item", order_by="notice__item")
    published_on = tables.Column(_("Published"))
    displayed_until = tables.Column(_("Display period"))
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "disclosure/_board_row.html"
    empty_text = _("Nothing has been published here yet.")

    class Meta:
        model = NoticeVersion
        fields = ("number", "title", "item", "published_on", "displayed_until", "state")
        order_by = ("-number",)
        attrs = {"class": "board"}


class NoticeTable(DayTable):
    """Notices at the desk."""

    title = tables.Column(_("Title"), orderable=False, empty_values=())
    number = tables.Column(pgettext_lazy("notice", "Number"), order_by=("year", "serial"), empty_values=())
    unit = tables.Column(_("Unit"), order_by="unit__code")
    board = tables.Column(_("Board"))
    people = tables.Column(_("Drafted by"), orderable=False, empty_values=())
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "disclosure/_notice_row.html"
    empty_text = _("No notices match.")
    caption = _("Notices")

    class Meta:
        model = Notice
        fields = ("title", "number", "unit", "board", "people", "state")
        order_by = ()


class ObjectionTable(DayTable):
    """Questions, suggestions and objections at the desk."""

    summary = tables.Column(_("About"), orderable=False, empty_values=())
    kind = tables.Column(_("Kind"))
    channel = tables.Column(_("Received"))
    received_on = tables.Column(_("Received on"))
    due = tables.Column(_("Reply due"), orderable=False, empty_values=())
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "disclosure/_objection_row.html"
    empty_text = _("Nothing to answer.")
    caption = _("Questions, suggestions and objections")

    class Meta:
        model = Objection
        fields = ("summary", "kind", "channel", "received_on", "due", "state")
        order_by = ("received_on",)


class OverdueTable(DayTable):
    """Overdue duties of the units below, in the order of codes."""

    unit = tables.Column(_("Unit"), order_by="unit__code")
    title = tables.Column(pgettext_lazy("notice", "Item"))
    period = tables.Column(_("Period"), accessor="duty__period", orderable=False)
    due = tables.Column(pgettext_lazy("desk", "Due"), accessor="duty__due__on")
    cause = tables.Column(_("Waits because"), accessor="duty__cause")
    phone = tables.Column(_("Remind by telephone"), orderable=False)

    row_template = "disclosure/_overdue_row.html"
    empty_text = _("Nothing is overdue below.")
    caption = _("Overdue, in the order of codes")

    class Meta:
        fields = ("unit", "title", "period", "due", "cause", "phone")
        order_by = ()


class AnnouncementTable(DayTable):
    """Announcements at the desk."""

    title = tables.Column(_("Title"))
    kind = tables.Column(_("Kind"))
    unit = tables.Column(_("Unit"), order_by="unit__code")
    published_on = tables.Column(_("Published"))
    shown_until = tables.Column(_("Shown until"))
    signed_by = tables.Column(_("Signed by"), order_by="signed_by__name")
    state = tables.Column(_("State"), orderable=False, empty_values=())

    row_template = "disclosure/_announcement_row.html"
    empty_text = _("No announcements yet.")
    caption = _("Announcements")

    class Meta:
        model = Announcement
        fields = ("title", "kind", "unit", "published_on", "shown_until", "signed_by", "state")
        order_by = ("-published_on",)


def _newest(name):
    """The column `name` of the newest version of a notice."""
    return lambda notice: getattr(notice.newest, name)


def _item(notice):
    return f"{notice.item} {in_place(notice.row.title, notice.unit)}"


BOARD = Export(
    "board",
    _("Board"),
    (
        Field("number", pgettext_lazy("notice", "Number"), lambda row: row.notice.number, 24),
        Field("version", _("Version"), lambda row: row.number, 8),
        Field("title", _("Title"), lambda row: row.title, 44),
        Field("item", pgettext_lazy("notice", "Item"), lambda row: _item(row.notice), 30),
        Field("issuer", _("Issued by"), lambda row: row.issuer_name, 24),
        Field("published_on", _("Published"), lambda row: row.published_on),
        Field("displayed_until", _("Displayed until"), lambda row: row.displayed_until),
        Field("window_until", _("Objections until"), lambda row: row.window_until),
        Field("state", _("State"), lambda row: str(row.stage(row.on).label)),
        Field("address", _("Address"), lambda row: row.address, 44),
    ),
)
NOTICES = Export(
    "notices",
    _("Notices"),
    (
        Field("number", pgettext_lazy("notice", "Number"), lambda row: row.number, 24),
        Field("title", _("Title"), _newest("title"), 44),
        Field("unit", _("Unit"), lambda row: row.unit.name, 18),
        Field("board", _("Board"), lambda row: row.get_board_display()),
        Field("item", pgettext_lazy("notice", "Item"), _item, 30),
        Field("issuer", _("Issued by"), lambda row: row.issuer.name, 24),
        Field("drafted_by", _("Drafted by"), _newest("drafted_by")),
        Field("reviewed_by", _("Reviewed by"), _newest("reviewed_by")),
        Field("signed_by", _("Signed by"), _newest("signed_by")),
        Field("published_on", _("Published"), _newest("published_on")),
        Field("displayed_until", _("Displayed until"), _newest("displayed_until")),
        Field("window_until", _("Objections until"), _newest("window_until")),
        Field("state", _("State"), lambda row: str(row.newest.stage(row.on).label)),
        Field("source", _("Source"), lambda row: row.source_label, 24),
    ),
)
# What a resident wrote, the name and the telephone stay out: a sheet goes from hand to hand.
OBJECTIONS = Export(
    "objections",
    _("Questions, suggestions and objections"),
    (
        Field("notice", pgettext_lazy("found", "Notice"), lambda row: row.notice.number, 24),
        Field("unit", _("Unit"), lambda row: row.notice.unit.name, 18),
        Field("kind", _("Kind"), lambda row: row.get_kind_display()),
        Field("channel", _("Received"), lambda row: row.get_channel_display()),
        Field("received_on", _("Received on"), lambda row: row.received_on),
        Field("due", _("Reply due"), lambda row: row.due),
        Field("summary", _("Summary"), lambda row: row.summary, 44),
        Field("outcome", _("Outcome"), lambda row: row.get_outcome_display()),
        Field("reply", _("Reply"), lambda row: row.reply, 44),
        Field("replied_on", _("Replied on"), lambda row: row.replied_on),
        Field("state", _("State"), lambda row: str(row.handling(row.on).label)),
    ),
)
ANNOUNCEMENTS = Export(
    "announcements",
    _("Announcements"),
    (
        Field("title", _("Title"), lambda row: row.title, 44),
        Field("kind", _("Kind"), lambda row: row.get_kind_display()),
        Field("unit", _("Unit"), lambda row: row.unit.name, 18),
        Field("published_on", _("Published"), lambda row: row.published_on),
        Field("shown_until", _("Shown until"), lambda row: row.shown_until),
        Field("signed_by", _("Signed by"), lambda row: row.signed_by.name),
        Field("state", _("State"), lambda row: str(row.state(row.on)[0])),
        Field("withdrawn", _("Reason of the withdrawal"), lambda row: row.withdrawn_reason, 30),
    ),
)

OVERDUE = Export(
    "overdue_duties",
    _("Overdue disclosures"),
    (
        Field("unit", _("Unit"), lambda line: line.unit.name, 18),
        Field("code", _("Code"), lambda line: line.unit.code, 16),
        Field("item", pgettext_lazy("notice", "Item"), lambda line: line.title, 40),
        Field("period", _("Period"), lambda line: str(line.duty.period or ""), 18),
        Field("due", pgettext_lazy("desk", "Due"), lambda line: line.duty.due.on),
        Field("cause", _("Waits because"), lambda line: str(line.duty.cause.label), 20),
    ),
)
