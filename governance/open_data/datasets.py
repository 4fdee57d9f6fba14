"""What is given out as data: for each kind of record its fields, and the rows that everyone may read on a day.

A row holds no more than the public pages: of a notice whose display has ended the archived text, names masked. Items
that name people in need are never among them.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.enums import MeetingOutcome, Status
from councils.models import AgendaItem, Matter, Meeting
from councils.procedures import CATEGORIES
from disclosure.archive import public_texts
from disclosure.catalogue import ITEMS
from disclosure.enums import AnnouncementKind, Board, Feedback, Outcome, Stage
from disclosure.enums import Kind as ObjectionKind
from disclosure.models import Announcement, NoticeVersion, Objection
from governance.search.tables import ASSEMBLIES
from orgs.models import Term
from orgs.offices import BODY_KINDS
from orgs.village import in_place

HIDDEN = [key for key, item in ITEMS.items() if item.noindex]
_SHOWN_BODIES = [key for key in BODY_KINDS if key not in ASSEMBLIES]
PUBLIC_OFFICES = Q()
for _key in _SHOWN_BODIES:
    PUBLIC_OFFICES |= Q(body__kind=_key, office__in=[post.key for post in BODY_KINDS[_key].offices if post.public])


@dataclass(frozen=True)
class Field:
    """A value of a row. `kind`: text, number, day or moment; `codes`: the choices that a text is one of.

    `value(row, on)` gives it on the day `on`; `optional`: it may be missing (null, in CSV an empty cell).
    """

    name: str
    kind: str
    meaning: str | Promise
    value: Callable
    optional: bool = False
    codes: tuple = ()


@dataclass(frozen=True)
class Dataset:
    """A kind of record. `rows(on)`: the rows that everyone may read on the day `on`; `unit`: the way to their unit.

    `changed(since, on)`: which of them read otherwise on the day `on` than before the day `since`, or are new; None
    where that is not kept.
    `prepare(rows, on)` gives the rows of a page what their values need beyond columns.
    """

    key: str
    title: str | Promise
    about: str | Promise
    fields: tuple[Field, ...]
    rows: Callable
    unit: str = "unit"
    changed: Callable | None = None
    prepare: Callable = lambda rows, on: None

    def page(self, units, *, on, after=0, since=None, number):
        """At most `number` rows behind the one with the id `after`, in the order of ids. `units`: a Q of units."""
        rows = self.rows(on).filter(units, pk__gt=after)
        if since is not None:
            rows = rows.filter(self.changed(since, on))
        rows = list(rows.order_by("pk")[:number])
        self.prepare(rows, on)
        return rows


_ID = Field("id", "number", _("id of the row; “after” takes the last one"), lambda row, on: row.pk)


def _unit(of=lambda row: row.unit):
    return (
        Field("unit_code", "text", _("statistical code of the unit"), lambda row, on: of(row).code),
        Field("unit", "text", _("name of the unit"), lambda row, on: of(row).name),
    )


def _url(path):
    return Field("url", "text", _("address of the page, below that of the portal"), lambda row, on: path(row))


_STAGES = tuple(
    (stage.value, stage.label)
    for stage in Stage
    if stage
    in (
        Stage.ON_DISPLAY,
        Stage.DISPLAY_ENDED,
        Stage.SUPERSEDED,
        Stage.WITHDRAWN,
    )
)


def _over(last, since, on):
    """The condition that the day in the column `last` has passed between the beginning of `since` and of `on`."""
    day = datetime.timedelta(1)
    return Q(**{f"{last}__range": (max(since, datetime.date.min + day) - day, on - day)})


def _at(column, since):
    return Q(**{f"{column}__date__gte": since})


def _notices_changed(since, on):
    """Published, withdrawn or masked, off the board or, like what it corrects, followed by a newer version since."""
    own = _at("signed_at", since) | _at("withdrawn_at", since) | Q(published_on__gte=since)
    newer = NoticeVersion.objects.signed().filter(own, notice=OuterRef("notice"), number__gt=OuterRef("number"))
    return own | _at("redaction__decided_at", since) | _over("displayed_until", since, on) | Exists(newer)


def _notices(on):
    rows = (
        NoticeVersion.objects.public().published(on).with_superseded().with_corrects().exclude(notice__item__in=HIDDEN)
    )
    return rows.select_related("notice__unit", "signed_by", "reviewed_by")


def _show_texts(rows, on):
    """Of versions that count what the notice's page shows; one query where names are masked."""
    texts = public_texts([row for row in rows if not row.is_superseded and not row.withdrawn_at], on)
    for row in rows:
        row.shown_text = texts.get(row.pk)


NOTICES = Dataset(
    "notices",
    pgettext_lazy("data", "Notices"),
    _("Each published version of each notice of the boards; a correction is a row of its own."),
    (
        _ID,
        *_unit(lambda row: row.notice.unit),
        Field("board", "text", _("board"), lambda row, on: row.notice.board, codes=tuple(Board.choices)),
        Field("item", "text", _("item of the catalogue"), lambda row, on: row.notice.item),
        Field("item_title", "text", _("title of the item"), lambda row, on: str(row.notice.row.title)),
        Field("number", "text", _("number of the notice"), lambda row, on: row.notice.number),
        Field("version", "number", _("version, counted from 1"), lambda row, on: row.number),
        Field("title", "text", _("title"), lambda row, on: row.title),
        Field(
            "text",
            "text",
            _("text as everyone reads it; null when it was corrected or taken down"),
            lambda row, on: row.shown_text,
            optional=True,
        ),
        Field("issuer", "text", _("issued by"), lambda row, on: row.issuer_name),
        Field("published_on", "day", _("published on"), lambda row, on: row.published_on),
        Field("displayed_until", "day", _("last day on display"), lambda row, on: row.displayed_until),
        Field("objections_until", "day", _("last day for objections"), lambda row, on: row.window_until, optional=True),
        Field("state", "text", _("where it stands today"), lambda row, on: row.stage(on).value, codes=_STAGES),
        Field(
            "correction_reason",
            "text",
            _("reason of the correction"),
            lambda row, on: row.correction_reason if row.is_correction else None,
            optional=True,
        ),
        Field("withdrawn_at", "moment", _("taken down at"), lambda row, on: row.withdrawn_at, optional=True),
        Field(
            "withdrawn_reason",
            "text",
            _("reason why it was taken down"),
            lambda row, on: row.withdrawn_reason or None,
            optional=True,
        ),
        _url(lambda row: row.get_absolute_url()),
    ),
    _notices,
    unit="notice__unit",
    changed=_notices_changed,
    prepare=_show_texts,
)

MATTERS = Dataset(
    "matters",
    pgettext_lazy("data", "Matters"),
    _("Matters that go through a procedure, from their registration on. The page of each has its steps as data, too."),
    (
        _ID,
        *_unit(),
        Field("number", "text", _("number of the matter"), lambda row, on: row.number),
        Field("title", "text", _("title"), lambda row, on: row.title),
        Field("motion", "text", _("what is decided"), lambda row, on: row.motion),
        Field(
            "category",
            "text",
            _("category"),
            lambda row, on: row.category,
            codes=tuple((key, category.title) for key, category in CATEGORIES.items()),
        ),
        Field("procedure", "text", _("procedure"), lambda row, on: row.procedure),
        Field("deciding_body", "text", _("kind of the deciding body"), lambda row, on: row.deciding_body),
        Field("registered_on", "day", _("registered on"), lambda row, on: row.registered_on),
        Field(
            "status",
            "text",
            _("where it stands today"),
            lambda row, on: row.status_on(on).value,
            codes=tuple(Status.choices),
        ),
        _url(lambda row: row.get_absolute_url()),
    ),
    lambda on: (
        Matter.objects.filter(registered_on__lte=on).with_progress().select_related("unit", "local_procedure__unit")
    ),
)

ANNOUNCEMENTS = Dataset(
    "announcements",
    pgettext_lazy("data", "Announcements"),
    _("Everyday announcements, service guides and duty rotas."),
    (
        _ID,
        *_unit(),
        Field("kind", "text", _("kind"), lambda row, on: row.kind, codes=tuple(AnnouncementKind.choices)),
        Field("title", "text", _("title"), lambda row, on: row.title),
        Field(
            "text",
            "text",
            _("text, while it is shown"),
            lambda row, on: None if row.withdrawn_at or row.replaced_by or row.is_past(on) else row.text,
            optional=True,
        ),
        Field("published_on", "day", _("published on"), lambda row, on: row.published_on),
        Field("shown_until", "day", _("shown until"), lambda row, on: row.shown_until, optional=True),
        Field(
            "replaces",
            "number",
            _("id of the announcement that it replaces"),
            lambda row, on: row.supersedes_id,
            optional=True,
        ),
        Field("withdrawn_at", "moment", _("taken down at"), lambda row, on: row.withdrawn_at, optional=True),
        _url(lambda row: row.get_absolute_url()),
    ),
    lambda on: Announcement.objects.filter(published_on__lte=on).select_related("unit", "successor"),
    changed=lambda since, on: (
        _at("signed_at", since)
        | _at("withdrawn_at", since)
        | _at("successor__signed_at", since)
        | _over("shown_until", since, on)
    ),
)


def _meetings(on):
    agenda = AgendaItem.objects.select_related("matter").order_by("position", "pk")
    rows = Meeting.objects.not_party().filter(notice_on__lte=on).exclude(outcome=MeetingOutcome.CALLED_OFF)
    return rows.select_related("unit", "body").prefetch_related(Prefetch("items", agenda))


MEETINGS = Dataset(
    "meetings",
    pgettext_lazy("data", "Meetings"),
    _("Meetings that were called, but for those of Party organisations; results once a second person confirmed them."),
    (
        _ID,
        *_unit(),
        Field("body", "text", _("body"), lambda row, on: row.body.name),
        Field("body_kind", "text", _("kind of the body"), lambda row, on: row.body.kind),
        Field("called_on", "day", _("called on"), lambda row, on: row.notice_on),
        Field("held_on", "day", _("date"), lambda row, on: row.held_on),
        Field("place", "text", _("place"), lambda row, on: row.place),
        Field(
            "matters",
            "text",
            _("numbers of its matters, one in a line"),
            lambda row, on: "\n".join(dict.fromkeys(item.matter.number for item in row.items.all())),
        ),
        Field(
            "outcome",
            "text",
            _("whether it was valid"),
            lambda row, on: row.outcome if row.confirmed_at and row.outcome else None,
            optional=True,
            codes=tuple(MeetingOutcome.choices),
        ),
        Field(
            "summary",
            "text",
            _("in plain words, for everyone"),
            lambda row, on: row.public_summary or None if row.confirmed_at else None,
            optional=True,
        ),
    ),
    _meetings,
)


def _objections(on):
    rows = Objection.objects.filter(received_on__lte=on).exclude(summary="").exclude(notice__item__in=HIDDEN)
    published = NoticeVersion.objects.public().published(on).values("notice")
    return rows.filter(notice__in=published).select_related("notice__unit")


OBJECTIONS = Dataset(
    "objections",
    pgettext_lazy("data", "Questions and objections"),
    _("What residents bring up, in the words of its public summary; never who or how they were reached."),
    (
        _ID,
        *_unit(lambda row: row.notice.unit),
        Field("notice", "text", _("number of the notice"), lambda row, on: row.notice.number),
        Field("kind", "text", _("kind"), lambda row, on: row.kind, codes=tuple(ObjectionKind.choices)),
        Field("received_on", "day", _("received on"), lambda row, on: row.received_on),
        Field("summary", "text", _("summary for the public"), lambda row, on: row.summary),
        Field("replied_on", "day", _("replied on"), lambda row, on: row.replied_on, optional=True),
        Field(
            "outcome",
            "text",
            _("what became of it"),
            lambda row, on: row.outcome or None,
            optional=True,
            codes=tuple(Outcome.choices),
        ),
        Field(
            "feedback",
            "text",
            _("what the resident says to the reply; null: nothing yet"),
            lambda row, on: row.feedback or None,
            optional=True,
            codes=tuple(Feedback.choices),
        ),
        _url(lambda row: row.notice.get_absolute_url()),
    ),
    _objections,
    unit="notice__unit",
    changed=lambda since, on: (
        _at("received_at", since) | Q(summarised_on__gte=since) | Q(replied_on__gte=since) | Q(feedback_on__gte=since)
    ),
)

OFFICERS = Dataset(
    "officers",
    pgettext_lazy("data", "Offices and their holders"),
    _("Who holds a public office today. Members of assemblies are counted on the unit's page, not named."),
    (
        _ID,
        *_unit(lambda row: row.body.unit),
        Field("body", "text", _("body"), lambda row, on: row.body.name),
        Field("body_kind", "text", _("kind of the body"), lambda row, on: row.body.kind),
        Field("office", "text", _("office"), lambda row, on: row.office),
        Field(
            "title",
            "text",
            _("title of the office"),
            lambda row, on: str(in_place(row.body.row.office(row.office).title, row.body.unit)),
        ),
        Field("name", "text", _("name"), lambda row, on: row.person.name),
        Field("since", "day", _("in office since"), lambda row, on: row.started_on),
        Field("due_on", "day", _("the term is due to end on"), lambda row, on: row.due_on, optional=True),
    ),
    lambda on: (
        Term.objects.running_on(on)
        .filter(PUBLIC_OFFICES, body__dissolved_on=None)
        .select_related("body__unit", "person")
    ),
    unit="body__unit",
    changed=lambda since, on: Q(started_on__gte=since),
)

DATASETS = {row.key: row for row in (NOTICES, MATTERS, ANNOUNCEMENTS, MEETINGS, OBJECTIONS, OFFICERS)}
