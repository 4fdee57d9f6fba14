"""Kept pages and their stamps: what is spared, and for whom."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

import councils.actions
import disclosure.actions
import orgs.actions
from disclosure.enums import Board
from disclosure.models import Notice
from governance import caching
from governance.stamps import STAMPS
from orgs.models import OrgUnit, Person, Term
from tests.pages import PAGES, PUBLIC, body_of
from tests.world import NOON, TODAY


@pytest.fixture
def kept(settings):
    """The cache as it is in service."""
    settings.PAGE_CACHE_SECONDS = 1


@pytest.fixture
def clock(monkeypatch):
    """`clock(seconds)` lets time pass for the cache."""
    moment = [1000.0]
    monkeypatch.setattr(caching.time, "monotonic", lambda: moment[0])

    def advance(seconds):
        moment[0] += seconds

    return advance


def worker(**options):
    """A visitor's client on a worker of its own: kept pages are those of one handler."""
    return Client(**options)


def withdraw(world, notice):
    disclosure.actions.withdraw_version(version=notice.current, by=world.users["secretary"], at=NOON, reason="重复公布")


@pytest.fixture
def notice(world):
    return Notice.objects.public().filter(unit=world.liuxi, board=Board.RESIDENTIAL).latest("pk")


def test_a_fresh_page_asks_nothing(world, kept, clock, django_assert_num_queries):
    client, url = worker(), reverse("unit", args=[world.liuxi.code])
    client.cookies["unit"] = world.liuxi.code
    first = client.get(url)
    with django_assert_num_queries(0):
        second = client.get(url)
    assert second.content == first.content
    assert {**second.headers, "X-Request-ID": ""} == {**first.headers, "X-Request-ID": ""}
    assert first.headers["Cache-Control"] == "no-cache" and "Cookie" in first.headers["Vary"]
    other = worker()
    other.cookies["unit"] = world.liuxi.code
    for head in (client.head(url), other.head(url)):
        assert [head.headers.get(name) for name in ("ETag", "Cache-Control")] == [first.headers["ETag"], "no-cache"]
    clock(1.1)
    with django_assert_num_queries(1):  # its stamp
        assert client.get(url).content == first.content
    with django_assert_num_queries(0):
        client.get(url)


def test_who_has_the_page_gets_304(world, kept, clock, django_assert_num_queries):
    client, url = worker(), reverse("board", args=[world.liuxi.code, "residential"])
    etag = client.get(url).headers["ETag"]
    for seconds, other, queries in ((0, False, 0), (2, False, 1), (0, True, 1)):
        clock(seconds)
        client = worker() if other else client
        with django_assert_num_queries(queries):
            response = client.get(url, HTTP_IF_NONE_MATCH=etag)
        assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", etag)
        assert response.headers["Cache-Control"] == "no-cache" and "Cookie" in response.headers["Vary"]


def test_a_correction_is_seen_by_every_worker_within_a_second(world, kept, clock, notice):
    url = notice.get_absolute_url()
    workers = [worker(), worker()]
    before = [client.get(url).headers["ETag"] for client in workers]
    withdraw(world, notice)
    # nginx, and a browser that loads the page anew, ask for what holds now.
    assert workers[0].get(url, HTTP_CACHE_CONTROL="no-cache").headers["ETag"] != before[0]
    assert workers[1].get(url).headers["ETag"] == before[1]
    clock(1.01)
    for client, etag in zip(workers, before, strict=True):
        response = client.get(url, HTTP_IF_NONE_MATCH=etag)
        assert response.status_code == 200 and response.headers["ETag"] != etag
        assert "重复公布" in response.content.decode()


def test_a_consultation_that_changes_is_seen_at_once(world, kept, clock):
    talk = world.coming_talk
    addresses = [talk.get_absolute_url(), reverse("consultations", args=[talk.unit.code])]
    client = worker()
    before = [client.get(url).headers["ETag"] for url in addresses]
    councils.actions.call_off_consultation(
        by=world.users["clerk"], at=NOON, consultation=talk, seen=talk.version, reason="场地检修"
    )
    clock(1.01)
    after = [client.get(url, HTTP_IF_NONE_MATCH=etag) for url, etag in zip(addresses, before, strict=True)]
    assert [response.status_code for response in after] == [200, 200]
    assert "场地检修" in after[0].content.decode()


def test_language_size_community_and_host_have_pages_of_their_own(world, kept, clock, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    url = reverse("home")
    answers = set()
    for cookies, host in (
        ({}, "testserver"),
        ({"django_language": "en"}, "testserver"),
        ({"large": "1"}, "testserver"),
        ({"unit": world.liuxi.code}, "testserver"),
        ({}, "other.example"),
    ):
        client = worker()
        for name, value in cookies.items():
            client.cookies[name] = value
        answers.add(client.get(url, HTTP_HOST=host).content)
    assert len(answers) == 4  # the front door names no host


def test_the_day_is_part_of_the_stamp(world, kept, clock, monkeypatch):
    client, url = worker(), reverse("unit", args=[world.liuxi.code])
    etag = client.get(url).headers["ETag"]
    clock(2)
    monkeypatch.setattr("governance.middleware.now", lambda: NOON.replace(day=23))
    assert client.get(url).headers["ETag"] != etag


def test_a_touched_row_shows_on_the_kept_page_within_a_minute(world, kept, clock, notice, monkeypatch):
    client, url = worker(), notice.get_absolute_url()
    before = client.get(url).content
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE disclosure_noticeversion SET published_text = published_text || '。' WHERE id = %s",
            [notice.current.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    clock(2)
    assert client.get(url).content == before
    clock(2)
    monkeypatch.setattr("governance.middleware.now", lambda: NOON + datetime.timedelta(minutes=1))
    assert client.get(url).content != before


def test_who_is_signed_in_or_sends_a_form_gets_a_page_of_their_own(world, kept, clock, notice):
    url = reverse("unit", args=[world.liuxi.code])
    client = world.client("clerk")
    response = client.get(url)
    assert "ETag" not in response.headers and response.headers["Cache-Control"] == "private, no-cache"
    form = reverse("notice_object", args=[world.liuxi.code, notice.ref])
    first, second = worker().get(form), worker().get(form)
    assert "ETag" not in first.headers
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_only_pages_without_a_token_are_kept(world, kept, clock):
    """Every page of the table, opened as by a first visitor, sets no cookie but the remembered community."""
    for page in PAGES:
        if page.name in STAMPS and page.ok == 200:
            response = worker().get(page.url(world))
            assert response.status_code == 200, page
            assert "ETag" in response.headers, page
            assert set(response.cookies) <= {"unit"}, page
            assert b"csrfmiddlewaretoken" not in response.content, page


# Public pages without an ETag: a form with a token of its own, the page that follows one, a screen on a wall that keeps
# nothing and always asks for its next page, and the pages of a secret slip, which nobody keeps.
FORMS = {"login", "login_code", "first_login", "admin:login", "notice_object", "notice_received"}
FOR_ONE = FORMS | {"wall", "receipt", "slip", "slip_entry", "slip_done"}
# They have an ETag of their own (disclosure/views/posters.py), and take a second to print.
PRINTED = {"notice_poster_pdf", "board_poster_pdf"}


def test_who_has_any_public_page_gets_304_for_it(world, kept, clock):
    """A strong ETag on every public page; sheets of Excel, which hold the moment of their making, have a weak one."""
    seen = set()
    for page in PAGES:
        if page.audience is PUBLIC and not page.post_only and page.name not in FOR_ONE | PRINTED:
            response = worker().get(page.url(world))
            if response.status_code != 200:
                continue
            etag = response.headers.get("ETag", "")
            assert etag.startswith('W/"' if page.name.endswith("_xlsx") else '"'), page
            again = worker().get(page.url(world), HTTP_IF_NONE_MATCH=etag)
            assert (again.status_code, again.headers.get("ETag")) == (304, etag), page
            seen.add(page.name)
            if not page.name.endswith("_xlsx"):
                assert body_of(worker().get(page.url(world))) == body_of(response), page
    assert len(seen) > 30 and not seen & FOR_ONE


def test_wrong_addresses_are_not_kept(world, kept, clock):
    client = worker()
    for _again in range(2):
        assert client.get("/u/nowhere/").status_code == 404
    assert "ETag" not in client.get("/u/nowhere/").headers


def test_a_worker_keeps_few_pages():
    pages = caching.Pages(most=3)
    for number in range(9):
        pages.keep(number, number)
    assert [pages.get(number) for number in range(9)] == [None] * 6 + [6, 7, 8]


def test_the_cache_can_be_switched_off(world, settings):
    settings.PAGE_CACHE_SECONDS = 0
    response = worker().get(reverse("home"))
    assert "ETag" not in response.headers


def test_units_that_an_import_renamed_change_the_stamp(world, kept, clock):
    client = worker()
    urls = [reverse("unit", args=[world.liuxi.code]), reverse("home")]
    before = [client.get(url).headers["ETag"] for url in urls]
    OrgUnit.objects.filter(pk=world.liuxi.parent_id).update(name="青禾新街道")
    OrgUnit.objects.filter(pk=world.liuxi.pk).update(name="柳溪新社区")
    clock(2)
    for url, etag in zip(urls, before, strict=True):
        assert client.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 200


VERBS = {
    "appoint": lambda world: orgs.actions.appoint(
        person=Person.objects.create(name="新来的人"),
        body=world.places.bodies["liuxi", "community_staff"],
        office="worker",
        started_on=TODAY,
        source="任命",
        by=world.admin,
        at=NOON,
    ),
    "end_term": lambda world: orgs.actions.end_term(
        term=Term.objects.filter(person__name="夏雨晴", ended_on=None).get(), on=TODAY, by=world.admin, at=NOON
    ),
    "change_person": lambda world: orgs.actions.change_person(
        person=Person.objects.get(name="周明远"), facts={"name": "周明达"}, by=world.admin, at=NOON
    ),
    "change_body": lambda world: orgs.actions.change_body(
        body=world.places.bodies["liuxi", "residents_committee"], facts={"name": "新名"}, by=world.admin, at=NOON
    ),
    "change_unit": lambda world: orgs.actions.change_unit(
        unit=OrgUnit.objects.get(pk=world.liuxi.pk), facts={"households": 1}, by=world.admin, at=NOON
    ),
    "close_compound": lambda world: OrgUnit.objects.filter(parent=world.liuxi).update(closed_on=TODAY),
    "call_off_meeting": lambda world: councils.actions.call_off_meeting(
        meeting=(meeting := world.meeting("图书角夜间开放", "resolve")),
        seen=meeting.version,
        reason="会场停电",
        by=world.users["clerk"],
        at=NOON,
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_administrators_change_is_seen_on_the_page_of_the_unit(world, kept, clock, verb):
    client, url = worker(), reverse("unit", args=[world.liuxi.code])
    before = client.get(url)
    VERBS[verb](world)
    clock(1.01)
    after = client.get(url, HTTP_IF_NONE_MATCH=before.headers["ETag"])
    assert after.status_code == 200
    assert after.content != before.content
