"""`/u/<code>/`: one place and everything public about it."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from councils.enums import Status
from councils.models import Matter, Meeting
from councils.views.track import voting_sentences
from disclosure.enums import AnnouncementKind, Board, Stage
from disclosure.models import Announcement, NoticeVersion
from disclosure.views.boards import board_mark, board_name
from governance.context import UNIT_COOKIE
from governance.views.preferences import remember
from orgs.enums import Level
from orgs.models import Term
from orgs.offices import BODY_KINDS
from orgs.prepared import Given, Prepared
from orgs.views import place_or_404
from orgs.village import in_place

NEWEST = 3  # notices on each board, announcements
MOST_OF_A_KIND = 6  # service guides, rotas
MOST_MATTERS = 6
MOST_MEETINGS = 5
IN_FORCE = {Status.DISCLOSED, Status.IMPLEMENTING, Status.ACCEPTED, Status.OUTCOME_DISCLOSED}
# The boards that always stand; others only where something was published on them.
BOARDS = {
    Level.COMMUNITY: (Board.PARTY, Board.RESIDENTIAL, Board.FINANCIAL),
    Level.COMPOUND: (Board.PARTY, Board.COMPOUND),
}
# A body with more holders of one office than this shows their number, not their names.
MOST_NAMES = 12
_ORDER = {key: number for number, key in enumerate(BODY_KINDS)}
_NOT_PUBLIC = {(kind.key, post.key) for kind in BODY_KINDS.values() for post in kind.offices if not post.public}


@dataclass(frozen=True)
class Post:
    """The holders of one office of a body; `names` is empty when they are too many to name."""

    title: str
    names: tuple
    count: int


@dataclass(frozen=True)
class Sitting:
    """A body as the page shows it. `awaits_handover`: its terms are over, and it serves until the next takes over."""

    body: object
    posts: tuple
    people: int
    awaits_handover: bool


@dataclass(frozen=True)
class BoardLine:
    """A notice as its board lists it; `kind` colours the tag that says `state`."""

    title: str
    url: str
    on: object
    state: str
    kind: str


@dataclass(frozen=True)
class BoardCard:
    """A board with its newest notices; `on_display` counts those whose display period runs."""

    key: str
    mark: str
    name: str
    url: str
    on_display: int
    notices: tuple


@dataclass(frozen=True)
class Everyday:
    """What people read daily. `on_duty`: the duties of today's rotas."""

    news: tuple
    guides: tuple
    rotas: tuple
    on_duty: tuple

    def __bool__(self):
        return bool(self.news or self.guides or self.rotas)


@dataclass(frozen=True)
class MatterLine:
    """A matter under way: the states of its numbered steps, and the step that waits (`number` None: the work between).

    `until` is the last day of the display that runs, `voting_until` that of the owners' written vote, if one does.
    """

    title: str
    url: str
    states: tuple
    number: int | None
    total: int
    step: str
    status: str
    kind: str
    until: object
    voting_until: object


@login_not_required  # residents have no accounts
@require_safe
def unit(request, code):
    """Where the unit stands, who is who, boards, matters, meetings, telephones and the units below."""
    unit, above, below, phones = place_or_404(code)
    context = {
        "unit": unit,
        "above": above,
        "near": [place for place in above if place.level >= Level.STREET],
        "below": [child for child in below if child.is_open_on(request.today)],
        "phones": phones,
        "boards": boards_of(unit, request.today),
        "has_compounds": any(child.level == Level.COMPOUND for child in below),
        "has_affairs": unit.level in BOARDS,
        "matters": matters_of(unit, request.today),
        "meetings": meetings_of(unit, request.today),
        "everyday": everyday_of(unit, request.today),
        "bodies": who_is_who(unit, request.today),
        "is_closed": not unit.is_open_on(request.today),
    }
    response = render(request, "governance/unit.html", context)
    community = next((place for place in [unit, *above] if place.level == Level.COMMUNITY), None)
    if community and request.COOKIES.get(UNIT_COOKIE) != community.code:
        remember(response, UNIT_COOKIE, community.code)
    return response


def _newest_notices(unit, today):
    """The newest notices of each board of the unit; each knows how many of its board are on display."""
    per_board = {"partition_by": F("notice__board")}
    return (
        NoticeVersion.objects.current()
        .public()
        .published(today)
        .filter(notice__unit=unit, withdrawn_at=None)
        .select_related("notice")
        .annotate(
            place=Window(RowNumber(), order_by=[F("published_on").desc(), F("id").desc()], **per_board),
            on_display=Window(Count("pk", filter=Q(displayed_until__gte=today)), **per_board),
        )
        .filter(place__lte=NEWEST)
        .order_by("place")
    )


def _newest_announcements(unit, today):
    """The newest announcements of each kind that count at the unit."""
    newest = Window(RowNumber(), partition_by=F("kind"), order_by=[F("published_on").desc(), F("id").desc()])
    rows = Announcement.objects.shown(today).filter(unit=unit).annotate(place=newest)
    return rows.filter(place__lte=MOST_OF_A_KIND).order_by("place")


def _terms(unit, today):
    """The terms in force on `today` in the unit's bodies."""
    terms = Term.objects.running_on(today).filter(body__unit=unit, body__dissolved_on=None)
    return terms.select_related("person", "body").order_by("body", "seat", "started_on", "id")


def _under_way(unit, today):
    """The newest matters under way, each with the last day on which owners hand in their ballots, if that runs."""
    voting = Meeting.objects.filter(
        items__matter=OuterRef("pk"), items__void=False, outcome="", voting_from__lte=today, held_on__gte=today
    )
    rows = Matter.objects.under_way(unit, today)
    return rows.annotate(voting_until=Subquery(voting.values("held_on")[:1]))[:MOST_MATTERS]


_HERE = Given("unit"), Given("today")
_NOTICES = Prepared(lambda: _newest_notices(*_HERE))
_MATTERS = Prepared(lambda: _under_way(*_HERE))
_MEETINGS = Prepared(lambda: Meeting.objects.upcoming_public(*_HERE)[:MOST_MEETINGS])
_ANNOUNCEMENTS = Prepared(lambda: _newest_announcements(*_HERE))
_TERMS = Prepared(lambda: _terms(*_HERE))


def meetings_of(unit, today):
    """The coming meetings that everyone may know of; of written votes with what `voting` says of them. One query."""
    meetings = _MEETINGS(unit=unit.pk, today=today)
    for meeting in meetings:
        meeting.voting = voting_sentences(meeting, today)
    return meetings


def boards_of(unit, today):
    """The boards of the unit with their newest notices. One query."""
    by_board = {}
    for version in _NOTICES(unit=unit.pk, today=today):
        version.notice.unit = unit
        by_board.setdefault(version.notice.board, []).append(version)
    always = BOARDS.get(unit.level, ())
    return [
        BoardCard(
            key=board.value,
            mark=board_mark(board, unit),
            name=board_name(board, unit),
            url=reverse("board", args=[unit.code, board.value]),
            on_display=by_board[board][0].on_display if board in by_board else 0,
            notices=tuple(_line(version, today) for version in by_board.get(board, ())),
        )
        for board in Board
        if board in always or board in by_board
    ]


def _line(version, today):
    runs = today <= version.displayed_until
    return BoardLine(
        title=version.title,
        url=version.notice.get_absolute_url(),
        on=version.published_on,
        state=Stage.ON_DISPLAY.label if runs else Stage.DISPLAY_ENDED.label,
        kind="good" if runs else "",
    )


def matters_of(unit, today):
    """The newest matters of the unit that are under way. One query."""
    return [_matter_line(matter, today) for matter in _MATTERS(unit=unit.pk, today=today)]


def _matter_line(matter, today):
    done, step, status = matter.done_on(today), matter.open_step(today), matter.status_on(today)
    displays = {Status.DISCLOSED: matter.resolution_display, Status.OUTCOME_DISCLOSED: matter.outcome_display}
    until = displays[status].displayed_until if status in displays else None
    if until and until >= today:
        # To residents the matter is at its disclosure while that runs, though work may already begin.
        step = next(step for step in matter.steps if step.done == status)
    else:
        until = None
    return MatterLine(
        title=matter.title,
        url=matter.get_absolute_url(),
        states=tuple(
            "now" if row == step else "done" if row.key in done else "todo" for row in matter.steps if row.numbered
        ),
        number=step and matter.procedure_row.number(step.key),
        total=sum(row.numbered for row in matter.procedure_row.steps),
        step=step.label if step else "",
        status=status.label,
        kind="good" if status in IN_FORCE else "wait",
        until=until,
        voting_until=matter.voting_until,
    )


def everyday_of(unit, today):
    """What people read daily: the unit's newest announcements, its service guides, and who is on duty. One query."""
    by_kind = {kind: [] for kind in AnnouncementKind}
    for announcement in _ANNOUNCEMENTS(unit=unit.pk, today=today):
        announcement.unit = unit
        by_kind[announcement.kind].append(announcement)
    rotas = by_kind[AnnouncementKind.ROTA]
    return Everyday(
        news=tuple(by_kind[AnnouncementKind.ANNOUNCEMENT][:NEWEST]),
        guides=tuple(by_kind[AnnouncementKind.GUIDE]),
        rotas=tuple(rotas),
        on_duty=tuple(duty for rota in rotas for duty in rota.duties() if duty.day == today),
    )


def who_is_who(unit, today):
    """The bodies of the unit with the holders of their public offices on `today`, in the order of law. One query."""
    by_body = {}
    for term in _TERMS(unit=unit.pk, today=today):
        if (term.body.kind, term.office) not in _NOT_PUBLIC:
            by_body.setdefault(term.body, []).append(term)
    bodies = sorted(by_body, key=lambda body: (_ORDER[body.kind], body.pk))
    return [_sitting(unit, body, by_body[body], today) for body in bodies]


def _sitting(unit, body, terms, today):
    posts = []
    for office in body.row.offices:
        names = tuple(term.person.name for term in terms if term.office == office.key)
        if names:
            posts.append(Post(in_place(office.title, unit), names if len(names) <= MOST_NAMES else (), len(names)))
    return Sitting(
        body=body,
        posts=tuple(posts),
        people=len({term.person_id for term in terms if body.row.office(term.office).votes}),
        awaits_handover=any(term.due_on and term.due_on <= today for term in terms),
    )
