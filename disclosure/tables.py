"""Lists of notices, objections and announcements. Rows are drawn by `row_template`, ten times cheaper than cells."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.models import Announcement, Notice, NoticeVersion, Objection


class DayTable(tables.Table):
    """A list whose rows depend on the day `today` and on what else the row template reads from `table`."""

    def __init__(self, *args, today, **facts):
        super().__init__(*args)
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


class AnnouncementTable(DayTable):
    """Announcements at the desk."""

    title = tables.Column(_("Title"))
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
        fields = ("title", "unit", "published_on", "shown_until", "signed_by", "state")
        order_by = ("-published_on",)
