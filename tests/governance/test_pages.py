"""The pages of `governance`: home and search, preferences, gallery, errors, the unit page and the desk."""

import logging
import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.contrib.messages import ERROR
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from councils.enums import Status
from disclosure import actions as disclosure
from disclosure.enums import Board
from disclosure.views.boards import board_name
from governance import context
from governance.context import LARGE_COOKIE, UNIT_COOKIE
from governance.views import desk
from orgs.desk import DeskItem, DeskMeeting
from orgs.enums import Level
from orgs.models import OrgUnit, Term, User
from tests import factories
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db):
    return User.objects.create(username="clerk", is_staff=True)


@pytest.fixture
def places(db):
    """Two streets, each with a 柳溪社区 of its own, and one compound."""

    def unit(code, name, level, kind, parent=None, **more):
        return OrgUnit.objects.create(code=code, name=name, level=level, kind=kind, parent=parent, **more)

    street = unit("990101001", "青禾街道", 4, "street")
    other = unit("990101002", "望江街道", 4, "street")
    first = unit("990101001001", "柳溪社区", 5, "residents", street, address="柳溪路18号", households=2236)
    second = unit("990101002001", "柳溪社区", 5, "residents", other)
    compound = unit("990101001001-01", "柳溪苑", 6, "compound", first)
    return {"street": street, "other": other, "first": first, "second": second, "compound": compound}


# Home and search


def test_home_offers_the_search_and_the_places(client, places):
    response = client.get("/")
    assert response.status_code == 200
    assert [unit.name for unit in response.context["places"]] == ["青禾街道", "望江街道"]
    assert response.context["last"] is None


def test_home_offers_the_communities_of_a_single_street(client, liuxi):
    assert [unit.pk for unit in client.get("/").context["places"]] == [liuxi.unit.pk, liuxi.other.pk]


@pytest.mark.parametrize("query", ["柳溪社区", "lx", "LXSQ", " 柳溪社 ", "街道 柳溪社区"])
def test_equal_names_are_told_apart_by_street(client, places, query):
    results = client.get("/", {"q": query}).context["results"]
    communities = [(unit.pk, unit.place) for unit in results if unit.level == 5]
    assert communities == [(places["first"].pk, "青禾街道"), (places["second"].pk, "望江街道")]


@pytest.mark.parametrize(
    ("query", "name"), [("990101002001", "second"), ("望江 柳溪", "second"), ("柳溪苑", "compound")]
)
def test_one_certain_result_opens_at_once(client, places, query, name):
    response = client.get("/", {"q": query})
    assert response.status_code == 302
    assert response.url == places[name].get_absolute_url()


def test_street_name_finds_its_communities(client, places):
    found = [unit.pk for unit in client.get("/", {"q": "望江"}).context["results"]]
    assert found == [places["other"].pk, places["second"].pk]


@pytest.mark.parametrize("query", ["ｌｘ", "ＬＸ　", "９９０１０１００１００１", "青禾街道柳溪社区", "青禾街道柳溪"])
def test_full_width_and_names_run_together_are_understood(client, places, query):
    found = client.get("/", {"q": query})
    if found.status_code == 200:
        assert places["first"] in found.context["results"].object_list
    else:
        assert found.url == places["first"].get_absolute_url()


def test_search_without_result_says_so(client, places):
    response = client.get("/", {"q": "没有这个地方"})
    assert response.status_code == 200
    assert list(response.context["results"]) == []


@pytest.mark.parametrize("query", ["%", "_", "'", "\\", "(", "🙂", "a" * 500, "\t"])
def test_odd_searches_are_harmless(client, places, query):
    assert client.get("/", {"q": query}).status_code == 200


def test_home_pages_through_places_of_one_name(client):
    district = factories.unit(Level.DISTRICT)
    street = factories.unit(Level.STREET, parent=district)
    for number in range(45):
        factories.unit(Level.COMMUNITY, parent=street, name=f"和平村委会{number}")
    first = client.get("/", {"q": "和平村委会"})
    second = client.get("/", {"q": "和平村委会", "page": 2})
    assert first.context["results"].paginator.count == 45
    seen = [unit.name for response in (first, second) for unit in response.context["results"]]
    assert len(seen) == len(set(seen)) == 45
    assert "page=2" in first.content.decode()


def test_home_needs_few_queries(client, places, django_assert_max_num_queries):
    client.cookies[UNIT_COOKIE] = places["first"].code
    with django_assert_max_num_queries(6):
        client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/", {"q": "柳溪"})


# The community that was looked at last


def test_unit_page_is_remembered_and_shown_at_home(client, places):
    response = client.get(places["compound"].get_absolute_url())
    assert response.cookies[UNIT_COOKIE].value == places["first"].code
    assert client.get("/").context["last"] == places["first"]
    again = client.get(places["compound"].get_absolute_url())
    assert UNIT_COOKIE not in again.cookies


@pytest.mark.parametrize("value", ["<script>", "../../etc", "990101999999", ""])
def test_strange_cookie_is_ignored(client, places, value):
    client.cookies[UNIT_COOKIE] = value
    response = client.get("/")
    assert response.status_code == 200
    assert response.context["last"] is None


# Preferences


def test_large_print_is_remembered_and_undone(client, places):
    assert 'class="public"' in client.get("/").content.decode()
    response = client.post(reverse("set_look"), {"large": "1", "next": "/?q=lx"})
    assert response.url == "/?q=lx"
    assert response.cookies[LARGE_COOKIE]["max-age"] > 0
    assert 'class="public large"' in client.get("/").content.decode()
    client.post(reverse("set_look"), {"large": "0", "next": "/"})
    assert 'class="public"' in client.get("/").content.decode()


def test_language_is_remembered(client, places):
    assert '<html lang="zh-Hans"' in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = client.get("/")
    assert '<html lang="en"' in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-Hans"' in client.get("/").content.decode()


def test_the_english_title_parts_the_place_from_the_name(client, db, settings):
    settings.PORTAL_PLACE = "青禾街道"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "青禾街道 Community governance portal</title>" in client.get("/").content.decode()


def test_unknown_language_changes_nothing(client):
    response = client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    assert not response.cookies


@pytest.mark.parametrize("name", ["set_look", "set_language"])
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_preferences_lead_only_to_our_own_pages(client, name, target):
    assert client.post(reverse(name), {"large": "1", "language": "en", "next": target}).url == "/"


@pytest.mark.parametrize("name", ["set_look", "set_language"])
def test_preferences_change_only_by_post(client, name):
    assert client.get(reverse(name)).status_code == 405


def test_what_a_page_does_not_take_is_refused_as_such():
    strict = Client(enforce_csrf_checks=True)
    for method in ("put", "delete", "patch", "post"):
        assert getattr(strict, method)(reverse("check")).status_code == 405, method
    assert strict.put(reverse("login")).status_code == 405
    assert strict.post(reverse("login")).status_code == 403  # a form without its token


@pytest.mark.parametrize("path", ["/u/%00/", "/files/1/%00", "/desk/matters/1/call/%00/"])
def test_an_address_with_a_nul_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_who_comes_from_the_login_to_an_address_for_forms_is_told_so(client, clerk):
    client.force_login(clerk)
    page = client.get(reverse("set_look"))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert page.context["reason"] in page.content.decode()
    assert not client.head(reverse("set_look")).content


def test_a_fault_is_written_to_the_output_of_the_server():
    assert "output" in [handler.name for handler in logging.getLogger("django.request").handlers]


def test_preferences_work_without_a_token():
    response = Client(enforce_csrf_checks=True).post(reverse("set_look"), {"large": "1", "next": "/"})
    assert response.status_code == 302


# What every public page keeps


def test_public_pages_set_no_session_and_no_token(client, places):
    response = client.get("/")
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_pages_carry_a_strict_policy_and_nothing_inline(client, places, clerk):
    client.force_login(clerk)
    for url in ["/", places["first"].get_absolute_url(), "/ui/", "/desk/", "/no-such-page/"]:
        response = client.get(url)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = response.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert text.count("<script") == len(re.findall(r'<script type="module" src="/static/[^"]+"></script>', text))
        assert text.count("<h1") == 1


def test_office_phone_stands_on_every_page(client, places, clerk, settings):
    settings.PORTAL_PHONE = "0000-8810012"
    client.force_login(clerk)
    for url in ["/", "/ui/", "/desk/", "/no-such-page/"]:
        assert 'href="tel:00008810012"' in client.get(url).content.decode()


# Errors


@pytest.mark.parametrize("path", ["/", "/desk/", "/nowhere/"])
def test_an_address_that_is_too_long_gets_a_page(client, places, path):
    assert client.get(path, {"q": "a" * 4000}).status_code != 414
    answer = client.get(path, {"q": "好" * 500})
    assert answer.status_code == 414 and "</html>" in answer.content.decode()


def test_missing_page_is_404_with_a_way_on(client, places):
    response = client.get("/u/0000/")
    assert response.status_code == 404
    assert 'name="q"' in response.content.decode()


def test_refusal_page_gives_the_reason(client, db):
    client.force_login(User.objects.create(username="resident"))
    response = client.get("/ui/")
    assert response.status_code == 403
    assert response.context["reason"] in response.content.decode()


def test_stale_token_is_explained(clerk, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    response = client.post(reverse("desk_review_batch"))
    assert response.status_code == 403
    assert response.context["reason"] in response.content.decode()


def test_a_resident_without_a_token_is_not_told_of_offices(db):
    response = Client(enforce_csrf_checks=True).post(reverse("login"))
    assert response.status_code == 403
    assert "not_done.html" in [template.name for template in response.templates]


def test_server_error_page_needs_nothing():
    from django.template.loader import get_template

    assert "<h1>" in get_template("500.html").render()


# Gallery


def test_gallery_shows_every_component(client, clerk):
    client.force_login(clerk)
    text = client.get("/ui/").content.decode()
    for component in ("error-summary", "track-bar", "tally-bar", "clock last", "clock coming", "clock ended", "leaf"):
        assert f'class="{component}"' in text
    assert 'aria-sort="ascending"' in text
    assert 'aria-disabled="true"' in text


def test_only_administrators_find_the_gallery_in_the_footer(client, clerk):
    for is_staff in (True, False):
        User.objects.filter(pk=clerk.pk).update(is_staff=is_staff)
        client.force_login(clerk)
        assert (reverse("gallery") in client.get(reverse("desk")).content.decode()) is is_staff


def test_gallery_is_closed_to_strangers(client):
    assert client.get("/ui/").status_code == 302


# The unit page


def test_the_search_of_a_unit_page_looks_there_first(client, liuxi):
    address = f"{reverse('search')}?unit={liuxi.unit.code}"
    assert f'href="{address}"' in client.get(liuxi.unit.get_absolute_url()).content.decode()
    assert client.get(address).context["unit"] == liuxi.unit


def test_unit_page_shows_where_it_stands_and_what_is_below(client, liuxi):
    response = client.get(liuxi.unit.get_absolute_url())
    assert [place.pk for place in response.context["above"]] == [liuxi.street.pk]
    assert [place.pk for place in response.context["below"]] == [liuxi.compound.pk]
    assert liuxi.street.get_absolute_url() in response.content.decode()


def test_unit_page_says_who_is_who(client, liuxi):
    bodies = {sitting.body.kind: sitting for sitting in client.get(liuxi.unit.get_absolute_url()).context["bodies"]}
    committee = bodies["supervision_committee"]
    assert [(post.names, post.count) for post in committee.posts] == [(("沈桂兰",), 1), (("方建国", "邱莉"), 2)]
    assert committee.people == 3
    assert bodies["residents_reps"].posts[0].names == ()
    assert bodies["residents_reps"].posts[0].count == 56


def test_unit_page_names_no_ordinary_party_members(client, liuxi):
    member = factories.person("普通党员")
    factories.appoint(member, liuxi.bodies["party_assembly"], "party_member")
    assert "普通党员" not in client.get(liuxi.unit.get_absolute_url()).content.decode()


def test_ended_terms_are_not_shown_and_late_ones_say_so(client, liuxi, today):
    terms = Term.objects.filter(body=liuxi.bodies["supervision_committee"])
    terms.filter(person__name="邱莉").update(ended_on=today)
    terms.exclude(person__name="邱莉").update(due_on=today)
    bodies = client.get(liuxi.unit.get_absolute_url()).context["bodies"]
    committee = next(sitting for sitting in bodies if sitting.body.kind == "supervision_committee")
    assert committee.people == 2
    assert committee.awaits_handover


def test_unit_page_gives_telephones_of_itself_and_above(client, liuxi):
    phones = client.get(liuxi.compound.get_absolute_url()).context["phones"]
    assert [phone.number for phone in phones] == ["0000-8812300", "0000-8812366", "0000-8810012"]
    assert client.get(liuxi.compound.get_absolute_url()).context["unit"].office_phone.number == "0000-8812300"


def test_closed_unit_stays_readable(client, liuxi, today):
    OrgUnit.objects.filter(pk=liuxi.compound.pk).update(closed_on=today)
    assert client.get(liuxi.compound.get_absolute_url()).context["is_closed"]
    assert client.get(liuxi.unit.get_absolute_url()).context["below"] == []


def test_unit_page_needs_few_queries(client, liuxi, django_assert_max_num_queries):
    for _number in range(3):
        factories.unit(6, parent=liuxi.unit)
    for place in (liuxi.street, liuxi.unit, liuxi.compound, liuxi.building):
        with django_assert_max_num_queries(6):
            client.get(place.get_absolute_url())


def publish(liuxi, title, board=Board.RESIDENTIAL, item="R01", *, at, days=15):
    """A notice of 柳溪社区 on display from the day after `at`."""
    people = liuxi.people
    version = disclosure.draft_notice(
        unit=liuxi.unit,
        board=board,
        item=item,
        issuer=liuxi.bodies["residents_committee"],
        title=title,
        text="内容。",
        by=people.clerk.user,
        at=at,
        display_days=days,
    )
    version = disclosure.submit_draft(version=version, by=people.clerk.user, at=at)
    if version.review_required:
        version = disclosure.review_notice(version=version, by=people.supervisor.user, at=at)
    return disclosure.sign_notice(version=version, by=people.secretary.user, at=at)


def board_of(client, unit, key):
    return next(board for board in client.get(unit.get_absolute_url()).context["boards"] if board.key == key)


def test_boards_stand_even_when_empty(client, liuxi):
    boards = client.get(liuxi.unit.get_absolute_url()).context["boards"]
    assert [(board.key, board.on_display) for board in boards] == [("party", 0), ("residential", 0), ("financial", 0)]
    boards = client.get(liuxi.compound.get_absolute_url()).context["boards"]
    assert [board.key for board in boards] == ["party", "compound"]
    assert client.get(liuxi.street.get_absolute_url()).context["boards"] == []


def test_a_village_has_village_affairs(client, liuxi):
    village = factories.unit(5, parent=liuxi.street, kind="village")
    name = board_of(client, village, "residential").name
    assert name == board_name(Board.RESIDENTIAL, village) != board_of(client, liuxi.unit, "residential").name


def test_board_shows_the_newest_notices_and_counts_those_on_display(client, liuxi, at):
    for days_ago in (60, 40, 5, 3):
        publish(liuxi, f"{days_ago} days ago", at=at - timedelta(days_ago))
    board = board_of(client, liuxi.unit, "residential")
    assert board.on_display == 2
    assert [(line.title, line.kind) for line in board.notices] == [
        ("3 days ago", "good"),
        ("5 days ago", "good"),
        ("40 days ago", ""),
    ]
    assert board.notices[0].url in client.get(liuxi.unit.get_absolute_url()).content.decode()


def test_home_shows_what_is_new_in_the_last_community(client, liuxi, at, django_assert_max_num_queries):
    for days_ago in (30, 3, 2, 1):
        publish(liuxi, f"{days_ago} days ago", at=at - timedelta(days_ago))
    client.get(liuxi.unit.get_absolute_url())
    with django_assert_max_num_queries(6):
        response = client.get("/")
    assert [version.title for version in response.context["news"]] == ["1 days ago", "2 days ago"]


def test_drafts_and_withdrawn_notices_stay_off_the_board(client, liuxi, at):
    version = publish(liuxi, "taken down", at=at - timedelta(2))
    disclosure.withdraw_version(version=version, reason="wrong", by=liuxi.people.secretary.user, at=at)
    disclosure.draft_notice(
        unit=liuxi.unit,
        board=Board.RESIDENTIAL,
        item="R01",
        issuer=liuxi.bodies["residents_committee"],
        title="draft",
        text="内容。",
        by=liuxi.people.clerk.user,
        at=at,
    )
    assert board_of(client, liuxi.unit, "residential").notices == ()


def test_unit_page_query_count_does_not_grow_with_notices(client, liuxi, at, django_assert_max_num_queries):
    for days_ago in range(1, 7):
        publish(liuxi, f"{days_ago} days ago", at=at - timedelta(days_ago))
        disclosure.publish_announcement(
            unit=liuxi.unit,
            title=f"{days_ago}",
            text="内容。",
            shown_until=(at + timedelta(9)).date(),
            by=liuxi.people.clerk.user,
            at=at,
        )
    with django_assert_max_num_queries(6):
        response = client.get(liuxi.unit.get_absolute_url())
    assert len(response.context["everyday"].news) == 3


@pytest.mark.slow
def test_unit_page_follows_a_matter_through_its_steps(client, liuxi, monkeypatch, django_assert_max_num_queries):
    case = Case(liuxi)

    def shown(*moment_of):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(*moment_of))
        with django_assert_max_num_queries(6):
            return client.get(liuxi.unit.get_absolute_url()).context["matters"]

    assert [(line.number, line.total, line.states) for line in shown(3, 3)] == [(1, 6, ("now", *["todo"] * 5))]
    case.deliberate()
    assert [(line.number, line.status, line.kind) for line in shown(4, 1)] == [(5, Status.RESOLVED.label, "wait")]
    case.disclose()
    line = shown(4, 2)[0]
    assert (line.number, line.states) == (5, ("done",) * 4 + ("now", "todo"))
    assert (line.status, line.kind, line.until) == (Status.DISCLOSED.label, "good", day(4, 16))
    line = shown(4, 17)[0]
    assert (line.number, line.states, line.until) == (None, ("done",) * 5 + ("todo",), None)
    case.implement()
    case.account_for()
    case.disclose_outcome()
    line = shown(6, 16)[0]
    assert (line.number, line.states[-1], line.until) == (6, "now", day(6, 27))
    assert shown(6, 28) == []


def test_unit_page_announces_meetings_but_none_of_the_party(client, liuxi, monkeypatch):
    case = Case(liuxi)
    case.call("propose", "party_committee", day(3, 6))
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 5, 20))
    assert client.get(liuxi.unit.get_absolute_url()).context["meetings"] == []


@pytest.mark.slow
def test_unit_page_announces_the_meeting_of_representatives(client, liuxi, monkeypatch):
    case = Case(liuxi)
    case.propose()
    case.confer()
    case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 24), held_at=time(19), roll_mode="counted", roll_basis="x")
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 24))
    response = client.get(liuxi.unit.get_absolute_url())
    assert response.context["meetings"] == [meeting]
    assert 'datetime="19:00"' in response.content.decode()
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 25))
    assert client.get(liuxi.unit.get_absolute_url()).context["meetings"] == []


# The desk


@pytest.fixture
def offered(monkeypatch):
    """Replaces what the apps offer to the desk."""

    def offer(**lists):
        monkeypatch.setattr(desk, "collect", lambda name, user, today: list(lists.get(name, ())))

    return offer


def test_desk_is_for_staff_only(client):
    assert client.get("/desk/").status_code == 302


def test_desk_lists_what_waits_oldest_first(client_for, people, offered, today):
    def item(title, days):
        return DeskItem(due=days and today + timedelta(days), title=title, url=f"/{title}/", todo="do", reason="why")

    offered(items=[item("open", None), item("later", 3), item("late", -2), replace(item("sent", 1), sent=True)])
    response = client_for(people.clerk).get("/desk/")
    assert [(row.title, late) for row, late in response.context["items"]] == [
        ("late", True),
        ("later", False),
        ("open", False),
    ]
    assert response.context["overdue"] == 1
    text = response.content.decode()
    for part in ('href="/late/"', "why", 'href="/sent/"', people.clerk.name):
        assert part in text


def test_desk_shows_the_meetings_of_the_week(client_for, people, offered, today, at):
    meetings = [
        DeskMeeting(at=at + timedelta(days=1), title="second", url="/2/", place="hall", sheet_url="/sheet/"),
        DeskMeeting(at=today, title="first", url="/1/"),
    ]
    offered(meetings=meetings)
    response = client_for(people.clerk).get("/desk/")
    assert [meeting.title for meeting in response.context["meetings"]] == ["first", "second"]
    assert 'href="/sheet/"' in response.content.decode()


def test_desk_announces_terms_that_end(client_for, liuxi, today):
    Term.objects.filter(body=liuxi.bodies["owners_committee"]).delete()
    chair = factories.person("业委会主任")
    factories.appoint(chair, liuxi.bodies["owners_committee"], "chair", due_on=today + timedelta(20))
    upcoming = client_for(liuxi.people.clerk).get("/desk/").context["upcoming"]
    assert "柳溪苑小区业主委员会" in [item.title for item in upcoming]
    elsewhere = client_for(liuxi.people.stranger).get("/desk/").context["upcoming"]
    assert "柳溪苑小区业主委员会" not in [item.title for item in elsewhere]


def test_desk_of_somebody_without_office_says_so(client_for, db):
    response = client_for(factories.person("路人")).get("/desk/")
    assert response.status_code == 200
    assert response.context["powers"] == set()


@pytest.mark.parametrize("name", ["clerk", "secretary", "supervisor", "street", "administrator", "of two communities"])
def test_desk_needs_few_queries(client_for, people, name, django_assert_max_num_queries):
    person = getattr(people, name, people.clerk)
    if name == "of two communities":
        other = factories.unit()
        for kind, office in (("community_staff", "worker"), ("party_committee", "party_worker")):
            factories.appoint(person, factories.body(kind, other), office)
    client = client_for(person)
    client.get("/desk/")
    with django_assert_max_num_queries(14):
        client.get("/desk/")


# Weight


@pytest.mark.parametrize("page", ["home", "unit"])
def test_first_visit_is_at_most_60_kilobytes(client, liuxi, at, settings, page):
    for days_ago in range(1, 4):
        publish(liuxi, f"关于老年助餐点改造事项实施结果的公告{days_ago}", at=at - timedelta(days_ago))
    response = client.get("/" if page == "home" else liuxi.unit.get_absolute_url())
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', response.content.decode())
    assert len([name for name in files if name.endswith(".css")]) == 5
    size = len(response.content) + sum((settings.BASE_DIR / "static" / name).stat().st_size for name in files)
    assert size <= 60 * 1024


# Menus and messages


def test_menu_leads_into_the_community_on_the_page_or_the_last_one(client, liuxi):
    before = client.get("/").content.decode()
    assert f'href="{liuxi.unit.get_absolute_url()}#boards"' not in before
    client.get(liuxi.unit.get_absolute_url())
    assert f'href="{liuxi.unit.get_absolute_url()}#boards"' in client.get("/").content.decode()
    other = client.get(liuxi.other.get_absolute_url()).content.decode()
    assert f'href="{liuxi.other.get_absolute_url()}#boards"' in other


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "Home"),
        ("/u/990101001001/board/party/", "Boards"),
        ("/u/990101001001/notices/party-2026-1/", "Boards"),
        ("/u/990101001001/matters/2026-1/", "Matters"),
        ("/u/990101001001/", None),
    ],
)
def test_menu_marks_where_the_visitor_is(path, entry):
    with translation.override("en"):
        current = [str(label) for label, _url, is_current in context.public_menu(path, "990101001001") if is_current]
    assert current == ([entry] if entry else [])


def test_desk_menu_marks_where_the_clerk_is():
    with translation.override("en"):
        current = [str(label) for label, _url, is_current in context.desk_menu("/desk/notices/4/edit/") if is_current]
    assert current == ["Notices"]


def test_messages_are_announced_to_the_ear():
    request = RequestFactory().get("/")
    text = render_to_string("base.html", {"messages": [Message(ERROR, "Not in order <b>")]}, request=request)
    assert 'role="status"' in text
    assert "Not in order &lt;b&gt;" in text
    assert "callout late" in text


def test_an_icon_is_there_where_no_page_names_one(settings):
    """Browsers ask for it on the page of faults and beside files."""
    assert (settings.WHITENOISE_ROOT / "favicon.ico").read_bytes()[:4] == b"\x00\x00\x01\x00"
