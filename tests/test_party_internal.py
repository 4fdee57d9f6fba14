"""What belongs to a Party organisation stays there: design §4, on every page, export and feed.

A matter goes through two closed meetings whose records are full of marks that stand nowhere else. Everybody outside the
organisation then opens every address that there is, and follows every link on it; no mark may come back.
"""

import html
import io
import pickle
import re
import zipfile
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from pypdf import PdfReader

from audit.models import Attachment
from councils import actions
from councils.enums import TurnKind
from councils.models import Matter, Meeting
from councils.papers.catalogue import MATTER_FORMS
from governance.demo import story, under_way
from governance.demo.walk import evening
from tests import pages
from tests.pages import PAGES, body_of
from tests.world import NOON, PDF

# Words: what was said, who was there, why somebody was not, and the papers.
MINUTES = "标记会议记录"
OBSERVER = "标记列席人"
LEAVE = "标记请假原因"
RECUSAL = "标记回避原因"
ROLL = "标记名册变动"
BASIS = "标记名册依据"
NOTE = "标记计票说明"
TELLER = "标记计票人"
OPINION = "标记监督意见"
PLACE = "标记会场"
URGENT = "标记紧急原因"
FILE = "标记签到表"
CONTENT = "%MARK-OF-THE-SCAN"
WORDS = (MINUTES, OBSERVER, LEAVE, RECUSAL, ROLL, BASIS, NOTE, TELLER, OPINION, PLACE, URGENT, FILE, CONTENT)
TELLERS = ({"role": "supervisor", "name": f"{TELLER}甲"}, {"role": "counter", "name": TELLER})
# Numbers: entitled, present, without a vote, for, against, abstaining.
ASSEMBLY = (7919, 7433, 613, 5003, 1301, 1129)
COMMITTEES = (2089, 1733, 347, 1511, 119, 103)

OUTSIDERS = ("visitor", "stranger", "supervisor", "street", "owner", "worker", "administrator")
MEMBERS = ("clerk", "secretary", "member")


def number(value):
    """A pattern for the number, with or without a separator of thousands, and not inside a longer one."""
    text = f"{value // 1000},?{value % 1000:03}" if value > 999 else str(value)
    return rf"(?<![0-9A-Za-z.,\-/]){text}(?![0-9A-Za-z\-/])"


def marks_in(text, numbers=()):
    """The marks that `text` shows. Numbers of three digits are too common to be marks outside their sentence."""
    found, digits = {word for word in WORDS if word in text}, text.replace(",", "")
    likely = [value for value in numbers if value > 999 and str(value) in digits]
    return found | {value for value in likely if re.search(number(value), text)}


@pytest.fixture(scope="module")
def whole_marked(whole_world, django_db_blocker):
    """The world of this module with the marked matter in it, pickled."""
    with django_db_blocker.unblock():
        world = pickle.loads(whole_world)
        mark(world)
        return pickle.dumps(world)


@pytest.fixture
def marked(whole_marked, db):
    """The world with the marked matter; each test has objects of its own."""
    return pickle.loads(whole_marked)


def mark(world):
    """A matter of 柳溪社区 that is disclosed; its review by all Party members and its conferral bear the marks."""
    began, walk = under_way.matter(
        world,
        story.community,
        "liuxi",
        age=35,
        title="关于标记事项的事项",
        short_title="标记事项",
        motion="办理标记事项。",
        plan="居民提议办理。",
    )
    propose(world, walk, began)
    for step, body, day, counts, called in (
        ("confer", "two_committees", under_way.DAYS["confer"], COMMITTEES, 1),
        ("review", "party_assembly", under_way.DAYS["review"], ASSEMBLY, 1),
    ):
        closed(world, walk, step, body, under_way.days_after(began, day), counts, called)
    usual = under_way.USUAL["liuxi"]["resolve"]
    held_on = under_way.days_after(began, under_way.DAYS["resolve"])
    walk.hold("resolve", usual.body, held_on, usual.present, usual.counts, called_on=under_way.days_after(began, 14))
    disclosed_on = under_way.days_after(began, under_way.DAYS["disclose"])
    walk.publish(walk.draft_resolution(disclosed_on), disclosed_on)
    world.marked = walk.fresh()


def propose(world, walk, began):
    """The Party committee by a named roll: reasons of leave and of a recusal, a change of the frozen roll."""
    day = under_way.days_after(began, under_way.DAYS["propose"])
    meeting = walk.call("propose", "party_committee", day, roll_mode="named", place=PLACE, urgent_reason=URGENT)
    who = {"by": walk.clerk, "at": evening(meeting)}
    meeting = actions.open_attendance(meeting=meeting, seen=meeting.version, **who)
    *present, last = meeting.roll.filter(votes=True)
    marks = {entry.pk: ("present", "") for entry in meeting.roll.all()} | {last.pk: ("leave", LEAVE)}
    meeting = actions.record_attendance(meeting=meeting, seen=meeting.version, marks=marks, **who)
    change = {"entry": present[-1], "presence": "absent", "reason": ROLL}
    meeting = actions.change_roll(meeting=meeting, seen=meeting.version, **change, **who)
    meeting = actions.recuse(meeting=meeting, seen=meeting.version, entry=present[0], reason=RECUSAL, **who)
    walk.vote(meeting, len(present) - 2, 0, 0)
    walk.minutes(meeting, f"{MINUTES}。")
    walk.confirm(meeting)


def closed(world, walk, step, body, day, counts, called):
    """A counted meeting whose every word and number is a mark, with a scan."""
    entitled, present, guests, in_favour, against, abstain = counts
    meeting = walk.hold(
        step,
        body,
        day,
        present,
        (in_favour, against, abstain),
        called_on=under_way.days_after(day, -called),
        roll_mode="counted",
        entitled=entitled,
        roll_basis=BASIS,
        roll_source=BASIS,
        place=PLACE,
        minutes=f"{MINUTES}。",
        attendance={"non_voting": guests, "leave_note": LEAVE},
        ballot=under_way.secret(present) | {"note": NOTE, "tellers": TELLERS},
        told={
            "observers": [{"name": OBSERVER, "capacity": "列席"}],
            "supervision_opinion": OPINION,
            "public_summary": "已经讨论。",
        },
    )
    paper = world.file(f"{FILE}{step}.pdf", audience="party", content=PDF + CONTENT.encode() + step.encode())
    meeting.refresh_from_db()
    actions.add_scan(by=walk.clerk, at=NOON, meeting=meeting, attachment=paper, kind="sign_in")


def links_of(page):
    """The addresses that a page names."""
    return [html.unescape(link) for link in re.findall(r'\b(?:href|src)="([^"#]+)', page)]


def addresses(world):
    """Every address with the rows of the marked matter, whoever may open it; and the sample of every other page."""
    matter = world.marked
    meetings = list(Meeting.objects.filter(items__matter=matter).prefetch_related("items"))
    arguments = {
        "attachment": [(file.pk, file.name) for file in Attachment.objects.all()],
        "composition": [(world.liuxi.code,)],
        "matter": [(world.liuxi.code, matter.year, matter.serial)],
        "matter_json": [(world.liuxi.code, matter.year, matter.serial)],
        "meeting_call": [(matter.pk, step) for step in under_way.STEPS],
        "open_counts": [(matter.pk, meeting.pk) for meeting in meetings],
        "meeting_vote": (ballots := [(meeting.pk, item.pk) for meeting in meetings for item in meeting.items.all()]),
        "vote_correct": ballots,
        "meeting_sort": ballots,
        "matter_turn": [(matter.pk, kind) for kind in TurnKind.values],
        "finding_new": [(matter.pk,)],
    }
    for name, forms in (("meeting_paper", ("packet", "minutes")), ("meeting_paper_docx", ("count",))):
        arguments[name] = [(meeting.pk, form) for meeting in meetings for form in forms]
    arguments["matter_dossier"] = [(matter.pk,)]
    for name in ("matter_paper", "matter_paper_docx"):
        arguments[name] = [(matter.pk, form) for form in MATTER_FORMS]
    for name in ("matter_desk", "matter_edit", "implementation", "paper_entry", "records_confirm"):
        arguments[name] = [(matter.pk,)]
    for name in ("desk_notice", "desk_notice_edit", "desk_notice_correct"):
        arguments[name] = [(matter.resolution_notice.pk,)]
    for name in pages.named_pages():
        if name not in arguments and name.startswith("meeting"):
            arguments[name] = [(meeting.pk,) for meeting in meetings]
    yield from (reverse(name, args=row) for name, rows in arguments.items() for row in rows)
    yield from (sheet.url(world) for sheet in PAGES)
    for name in pages.model_pages():
        if name.endswith(("_changelist", "_add")):
            yield reverse(name)


def text_of(body):
    """What a reader finds in `body`: of a ZIP or a Word document its parts and their names, of a PDF its pages."""
    if body.startswith(b"%PDF-") and b"/FlateDecode" in body:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if not body.startswith(b"PK\x03\x04"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return "\n".join(name + text_of(package.read(name)) for name in package.namelist())


MOST_OF_A_KIND = 2  # pages of one kind that are reached by links alone
# Of these the page that is printed is asked for each time: a browser prints it.
PRINTED = {"notice_poster_pdf", "board_poster_pdf"}
# The archive of a year is its dossiers again, which are asked one by one.
LEFT_OUT = {"logout", "admin:logout", "set_look", "set_language", "admin:jsi18n", "archive_year"}


# What a visitor was shown is the same for everybody (tests/test_every_page.py), but for files.
SAME_FOR_ALL = set(pages.PUBLIC_NAMES) - {"attachment"}


def crawl(client, first, without=()):
    """{address: text} of everything that this client is given but the pages named in `without`: the `first` addresses,
    and what they link to.
    """
    seen, kinds, answers = set(), {}, {}
    waiting = [(address, True) for address in first]
    while waiting:
        address, asked = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        try:
            name = resolve(urlsplit(address).path).view_name
        except Resolver404:
            continue
        kinds[name] = kinds.get(name, 0) + (not asked)
        most = 0 if name in PRINTED else MOST_OF_A_KIND
        if name in LEFT_OUT or name in without or kinds[name] > most:
            continue
        response = client.get(address)
        text = text_of(b"".join(response) if response.streaming else response.content)
        answers[address] = f"{response.headers.get('Location')} {response.headers.get('Content-Disposition')} {text}"
        if response.headers.get("Content-Type", "").startswith("text/html"):
            here = [urljoin(address, link) for link in links_of(text)]
            waiting += [(link, False) for link in here if link.startswith("/") and not link.startswith("/static/")]
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("person", OUTSIDERS)
def test_nothing_of_a_party_meeting_reaches_those_outside_its_organisation(marked, person):
    without = SAME_FOR_ALL if person != "visitor" else ()
    answers = crawl(marked.client(person), addresses(marked), without)
    leaks = {address: marks for address, text in answers.items() if (marks := marks_in(text, {*ASSEMBLY, *COMMITTEES}))}
    assert not leaks
    assert len(answers) > 100


@pytest.mark.parametrize("person", MEMBERS)
def test_the_organisation_itself_sees_its_records(marked, person):
    client = marked.client(person)
    meetings = Meeting.objects.filter(items__matter=marked.marked, body__kind__in=("party_assembly", "two_committees"))
    named = Meeting.objects.get(items__matter=marked.marked, body__kind="party_committee")
    texts = [client.get(reverse("meeting", args=[meeting.pk])).content.decode() for meeting in (*meetings, named)]
    texts += [
        body_of(client.get(row.get_absolute_url())).decode() for row in Attachment.objects.filter(audience="party")
    ]
    seen = set().union(*(marks_in(text, {*ASSEMBLY, *COMMITTEES}) for text in texts))
    assert seen == {*WORDS, *(value for value in (*ASSEMBLY, *COMMITTEES) if value > 999)}


def public_text(world):
    """What everyone may read about the marked matter: its page, its data, the list, the notice, the feed."""
    matter = Matter.objects.get(pk=world.marked.pk)
    numbered = {"code": world.liuxi.code, "year": matter.year, "serial": matter.serial}
    of_unit = {"code": world.liuxi.code}
    client = world.client()
    addresses = [reverse(name, kwargs=numbered) for name in ("matter", "matter_json")]
    addresses += [reverse(name, kwargs=of_unit) for name in ("matters", "matters_csv", "unit", "feed")]
    return [
        client.get(address).content.decode() for address in (*addresses, matter.resolution_notice.get_absolute_url())
    ]


@pytest.mark.parametrize(("body", "numbers"), [("party_assembly", ASSEMBLY), ("two_committees", COMMITTEES)])
def test_counts_are_public_only_after_the_organisation_opened_them(marked, body, numbers):
    world, others = marked, {*ASSEMBLY, *COMMITTEES} - set(numbers)
    meeting = Meeting.objects.get(items__matter=world.marked, body__kind=body)
    assert not any(marks_in(text, {*ASSEMBLY, *COMMITTEES}) for text in public_text(world))
    address = reverse("open_counts", args=[world.marked.pk, meeting.pk])
    for person in ("clerk", "supervisor", "worker", "member"):
        assert world.client(person).post(address, {"seen": meeting.version}).status_code == 403
    world.client("secretary").post(address, {"seen": meeting.version})
    page, data, *_rest = texts = public_text(world)
    assert {value for value in numbers if re.search(number(value), page)} >= {numbers[0], numbers[1], numbers[3]}
    assert {value for value in numbers if re.search(number(value), data)} >= {numbers[0], numbers[1], numbers[3]}
    assert not any(marks_in(text, others) for text in texts)  # neither words nor the numbers of the other meeting
