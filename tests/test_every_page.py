"""What holds for every page whatever it shows: who may read it, headers, cookies, markup, language, queries, weight.

Reads the table of `tests/pages.py`, so that a new page is held to all of it by its one row.
"""

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from councils.models import Matter
from disclosure import actions as disclosure
from disclosure.enums import Kind
from governance.context import UNIT_COOKIE
from governance.demo import notices, story, under_way
from orgs.admin.base import ListAdmin
from tests.pages import ADMINISTRATION, PAGES, PREFERENCES, PUBLIC, REFUSED, answer_of, body_of, followed
from tests.world import NOON, PEOPLE, TODAY

POLICY = {
    "default-src 'none'",
    *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
# Void elements have no end; these may leave theirs out, but in our templates they do not.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def opener(sheet):
    """Somebody of the table who gets the page with 200, as a visitor where that is possible."""
    for person in ("visitor", "clerk", "secretary", "supervisor", "administrator"):
        if sheet.answer(person) == 200:
            return person
    return None


def opened(sheets):
    """Parameters for those of `sheets` that somebody gets with 200."""
    return pytest.mark.parametrize("sheet", [sheet for sheet in sheets if opener(sheet)], ids=str)


READ = [sheet for sheet in PAGES if not sheet.post_only]
HTML = [sheet for sheet in READ if sheet.html]
OURS = [sheet for sheet in HTML if not sheet.name.startswith("admin:")]
# The same for everybody. What one may send is another matter: a form has a token of its own, and the login leads who
# is logged in away.
LOOKED_AT = [sheet for sheet in OURS if sheet.audience == PUBLIC and not sheet.takes_post]


@dataclass(frozen=True)
class Answer:
    """What a page answered, without all that the test client hangs on its responses."""

    status: int | str
    headers: dict
    cookies: dict
    content: bytes
    reason: object  # of a refusal
    queries: list


@pytest.fixture(scope="module")
def answers():
    """{(page, person): Answer} of this file."""
    return {}


@pytest.fixture
def ask(world, answers):
    """`ask(sheet, person)`: what the page answers, asked for once in this file; looking changes nothing."""

    def answer(sheet, person="visitor"):
        key = id(sheet), person
        if key not in answers:
            client, url = world.client(person), sheet.url(world)
            with CaptureQueriesContext(connection) as captured:
                response = client.get(url)
                content = body_of(response)
            status = answer_of(response)
            reason = followed(response).context["reason"] if sheet.html and status == REFUSED else None
            answers[key] = Answer(status, response.headers, response.cookies, content, reason, asked_in(captured))
        return answers[key]

    return answer


# Who may read it


@pytest.mark.parametrize("sheet", PAGES, ids=str)
def test_page_answers_each_person_as_the_table_says(ask, sheet):
    wrong = {}
    for person in ("visitor", "clerk") if sheet in LOOKED_AT else PEOPLE:
        answer, expected = ask(sheet, person), sheet.answer(person)
        if answer.status != expected:
            wrong[person] = f"{answer.status} instead of {expected}"
        if sheet.html and answer.status == REFUSED:
            assert answer.reason, f"{person} is refused without a reason"
    assert not wrong


def model_addresses(world):
    """The pages of the administration that show forms and lists of models."""
    for model, options in admin.site._registry.items():
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        yield reverse(prefix + "changelist")
        if isinstance(options, ListAdmin):
            continue
        yield reverse(prefix + "add")
        yield reverse(prefix + "change", args=[world.row(model).pk])


# Headers and cookies


def assert_guarded(response):
    """The strict policy, nothing guessed about types, in nobody's frame."""
    policy = {part.strip() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()}
    assert policy == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("sheet", PAGES, ids=str)
def test_every_answer_carries_the_strict_headers(ask, sheet):
    for person in {"visitor", opener(sheet) or "clerk", "powerless"}:
        assert_guarded(ask(sheet, person))


@pytest.mark.parametrize("sheet", [sheet for sheet in READ if sheet.audience == PUBLIC], ids=str)
def test_public_pages_set_no_cookie_but_the_remembered_community(ask, sheet):
    """Then they can come from a cache, and nobody has to be asked about cookies. A form has the cookie of its token."""
    allowed = {UNIT_COOKIE, "csrftoken"} if sheet.takes_post else {UNIT_COOKIE}
    assert set(ask(sheet).cookies) <= allowed


@opened(LOOKED_AT)
def test_public_pages_are_the_same_for_everybody(ask, sheet):
    """They come from a cache, whoever asks: not a word depends on the account."""
    assert ask(sheet, "clerk").content == ask(sheet).content


# Methods and forged forms


@pytest.mark.parametrize("sheet", [sheet for sheet in PAGES if sheet.post_only or sheet.takes_post], ids=str)
def test_forged_form_is_refused(world, sheet):
    """Without the token nothing is done, but for a preference of the visitor's own browser."""
    person = next(who for who in ("visitor", *sheet.audience.opens) if who in sheet.audience.opens)
    response = world.client(person, enforce_csrf_checks=True).post(sheet.url(world))
    assert (response.status_code == 403) == (sheet.name not in PREFERENCES)


@pytest.mark.parametrize("sheet", READ, ids=str)
def test_pages_that_only_show_refuse_to_be_sent_anything(world, sheet):
    if sheet.takes_post or sheet.name.startswith("admin:"):
        return
    person = opener(sheet) or "clerk"
    assert world.client(person).post(sheet.url(world)).status_code == 405


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "http:///evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_to_another_site(world, target):
    answers = [
        world.client().post(reverse("set_look"), {"next": target, "large": "1"}),
        world.client().post(reverse("set_language"), {"next": target, "language": "en"}),
        world.client().post(
            f"{reverse('login')}?next={target}",
            {"username": "linxiaowen", "password": "qinghe-2026", "next": target},
            REMOTE_ADDR="127.0.0.9",
        ),
        world.client("clerk").get(reverse("login"), {"next": target}),
        world.client("clerk").post(reverse("logout"), {"next": target}),
    ]
    for response in answers:
        assert response.status_code == 302, response.request["PATH_INFO"]
        assert response.url.startswith("/") and not response.url.startswith(("//", "/\\")), response.url


# Markup


class Markup(HTMLParser):
    """One page as far as the rules of markup look at it."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.ids, self.labelled, self.controls = [], [], [], set(), []
        self.headings, self.lang, self.references, self.text, self.title = [], None, [], [], ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if len(given) != len(attributes):
            self.faults.append(f"<{tag}> names an attribute twice")
        for name in given:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}>")
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.faults.append(f"inline <{tag}>")
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//|javascript:|data:", given.get(name) or ""):
                self.faults.append(f"<{tag} {name}={given[name]}>")
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "img" and "alt" not in given:
            self.faults.append("<img> without alt")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += [(tag, name, key) for key in (given.get(name) or "").split()]
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "submit", "button"):
            inside = any(opened == "label" for opened, _given in self.open)
            if not (inside or given.get("aria-label") or given.get("aria-labelledby")):
                self.controls.append((tag, given.get("id"), given.get("name")))
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
        if tag in [opened for opened, _given in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        tags = [tag for tag, _given in self.open]
        if tags and tags[-1] == "title":
            self.title += data
        if data.strip() and not {"script", "style"} & set(tags):
            foreign = any((given.get("lang") or "zh").startswith("en") for _tag, given in self.open)
            self.text.append((data.strip(), foreign))


def markup_of(response):
    markup = Markup()
    markup.feed(response.content.decode())
    markup.close()
    return markup


def faults_of(markup):
    """Everything wrong with a page, in words."""
    faults = list(markup.faults)
    faults += [f"<{tag}> is not closed" for tag, _given in markup.open]
    faults += [f"id {key} twice" for key in {key for key in markup.ids if markup.ids.count(key) > 1}]
    if markup.headings.count(1) != 1:
        faults.append(f"{markup.headings.count(1)} headings of the first level")
    if not markup.lang:
        faults.append("no lang")
    if not markup.title.strip():
        faults.append("no title")
    faults += [f"{name} without a label" for _tag, key, name in markup.controls if key not in markup.labelled]
    faults += [f"<{tag} {name}> names no {key}" for tag, name, key in markup.references if key not in markup.ids]
    return faults


@opened(OURS)
def test_markup_is_sound(ask, sheet):
    answer = ask(sheet, opener(sheet))
    assert answer.status == 200
    assert not faults_of(markup_of(answer))


LARGE = re.compile(r'^(<html [^>]*class="[^"]*) large(?=")', re.MULTILINE)
# What two answers differ in: the switch itself, and tokens made anew.
CHANGING = re.compile(
    r'<button class="(?:switch|link)" name="large".*?</button>|value="[0-9A-Za-z:_-]{36,}"', re.DOTALL
)


@opened(OURS)
def test_large_print_is_a_class_of_the_same_page(world, ask, sheet):
    client, url = world.client(opener(sheet)), sheet.url(world)
    client.cookies["large"] = "1"
    large, standard = client.get(url).content.decode(), ask(sheet, opener(sheet)).content.decode()
    assert LARGE.search(large) and not LARGE.search(standard)
    large, standard = (CHANGING.sub("", LARGE.sub(r"\1", text)) for text in (large, standard))
    if large != standard:  # a page with a secret of its own session
        del client.cookies["large"]
        standard = CHANGING.sub("", client.get(url).content.decode())
    assert large == standard


@opened(OURS)
def test_markup_is_sound_in_english(world, sheet):
    client = world.client(opener(sheet))
    client.cookies["django_language"] = "en"
    response = client.get(sheet.url(world))
    assert response.status_code == 200
    markup = markup_of(response)
    assert markup.lang == "en"
    assert not faults_of(markup)


# An empty one of these is answered on another page, or not at all.
ANSWERED_ELSEWHERE = ("desk_review_batch", "records_confirm", "implementation")


@pytest.mark.parametrize("sheet", [sheet for sheet in OURS if sheet.takes_post], ids=str)
def test_markup_of_a_form_with_errors_is_sound(world, sheet):
    for person in sorted(sheet.audience.opens):
        response = world.client(person).post(sheet.url(world))
        if response.status_code in (200, 409):
            assert not faults_of(markup_of(response))
            return
    assert sheet.name in ANSWERED_ELSEWHERE


@pytest.mark.parametrize("status", [403, 404])
def test_markup_of_error_pages_is_sound(world, status):
    url = {403: reverse("gallery"), 404: "/nowhere/"}[status]
    response = world.client("powerless").get(url)
    assert response.status_code == status
    assert not faults_of(markup_of(response))


def test_administration_has_nothing_inline(world):
    """Its templates are Django's: held to the policy and to a heading, not to our markup."""
    client = world.client("administrator")
    addresses = [sheet.url(world) for sheet in HTML if sheet.audience == ADMINISTRATION]
    for url in [*addresses, *model_addresses(world)]:
        response = client.get(url)
        if response.status_code != 403:
            assert response.status_code == 200, url
            assert_guarded(response)
            markup = markup_of(response)
            inline = [fault for fault in markup.faults if fault.startswith(("inline", "<")) and " closes " not in fault]
            assert not inline, url
            assert markup.headings.count(1) == 1, url


# Language


@opened(OURS)
def test_chinese_pages_speak_chinese(ask, sheet):
    """No visible run of three English words: a string that nobody translated."""
    markup = markup_of(ask(sheet, opener(sheet)))
    assert markup.lang == "zh-Hans"
    words = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2}")
    assert not [text for text, english in markup.text if not english and words.search(text)]


# Queries

PUBLIC_MOST, DESK_MOST = 6, 14
DESK = [sheet for sheet in OURS if sheet.audience != PUBLIC]
UNIT_PAGE = next(sheet for sheet in PAGES if sheet.name == "unit")


def asked_in(captured):
    return [row["sql"] for row in captured.captured_queries if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def queries_of(client, url):
    """The queries that a page takes, view and rendering."""
    with CaptureQueriesContext(connection) as captured:
        body_of(client.get(url))
    return asked_in(captured)


@opened([sheet for sheet in READ if sheet.audience == PUBLIC])
def test_public_pages_take_few_queries(world, ask, sheet):
    """When nothing is to be learnt any more, and the visitor's community is remembered."""
    ask(sheet)
    client = world.client()
    client.cookies[UNIT_COOKIE] = ask(UNIT_PAGE).cookies[UNIT_COOKIE].value
    asked = queries_of(client, sheet.url(world))
    assert len(asked) <= (sheet.most or PUBLIC_MOST), "\n".join(query[:200] for query in asked)


@opened(DESK)
def test_desk_pages_take_few_queries(world, ask, sheet):
    for person in ("clerk", "secretary", "supervisor", "street"):
        if sheet.answer(person) != 200:
            continue
        asked = ask(sheet, person).queries
        if len(asked) > DESK_MOST:  # once more, when nothing is to be learnt
            asked = queries_of(world.client(person), sheet.url(world))
        assert len(asked) <= DESK_MOST, "\n".join([person, *(query[:200] for query in asked)])


LISTS = (
    *("unit", "board", "board_csv", "announcements", "feed", "matters", "matters_csv", "home"),
    *("desk", "desk_notices", "desk_objections", "desk_announcements", "desk_matters", "desk_meetings"),
)


def twice(world):
    """As many matters, meetings, notices, announcements and objections again."""
    place = story.community(world, "liuxi")
    open_matters = (under_way.proposed, under_way.unconfirmed, under_way.reviewed, under_way.registered)
    for tale in 6 * open_matters:
        tale(world, story.community)
    for sheet in notices.OF_THE_YEAR:
        version = notices.publish(place, replace(sheet, title=f"{sheet.title}（续）"))
        disclosure.receive_objection(notice=version.notice, kind=Kind.QUESTION, text="何时办理？", at=NOON)
    for number in range(5):
        disclosure.publish_announcement(
            unit=world.liuxi, title=f"停水检修{number}", text="请提前储水。", shown_until=TODAY, by=place.clerk, at=NOON
        )


@pytest.mark.slow
def test_lists_take_as_many_queries_with_twice_the_rows(world, ask):
    sheets = [sheet for sheet in PAGES if sheet.name in LISTS]
    for sheet in sheets:
        ask(sheet, opener(sheet))
    assert {sheet.name for sheet in sheets} == set(LISTS)

    def asked():
        return {
            (str(sheet), person): len(queries_of(world.client(person), sheet.url(world)))
            for sheet in sheets
            for person in ("visitor", "clerk", "supervisor")
            if sheet.answer(person) == 200
        }

    before, rows = asked(), Matter.objects.count()
    twice(world)
    assert Matter.objects.count() >= 2 * rows
    assert asked() == before


# Weight

FIRST_VISIT = 60 * 1024  # bytes of page and everything that it refers to, not compressed


@pytest.mark.parametrize("name", ["home", "unit", "board", "notice", "matter", "matters", "announcement"])
def test_first_visit_is_light(world, settings, name):
    """Measured as sent to a browser that takes no compression; the page, styles, pictures and scripts."""
    sheet = next(sheet for sheet in PAGES if sheet.name == name)
    response = world.client().get(sheet.url(world))
    files = set(re.findall(r'(?:href|src)="/static/([^"]+)"', response.content.decode()))
    assert any(file.endswith(".css") for file in files)
    texts = [(settings.BASE_DIR / "static" / file).read_bytes() for file in sorted(files)]
    assert not any(b"url(" in text.replace(b"url(data:", b"") for text in texts)  # nothing that is fetched later
    size = len(response.content) + sum(map(len, texts))
    assert size <= FIRST_VISIT, size
