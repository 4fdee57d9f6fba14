"""The search: what is found, by whom, how it is marked, and that the index is what the records say after every verb."""

import datetime
import unicodedata
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.actions import store
from audit.enums import Audience
from audit.models import AttachmentText
from councils import actions as councils
from disclosure import actions as disclosure
from disclosure.enums import Board
from disclosure.models import Announcement, Notice
from governance.models import Kind, SearchEntry
from governance.search import query, text
from governance.search.index import differences
from orgs import actions as orgs
from orgs.enums import Level
from orgs.models import Body, OrgUnit, Person, Term
from tests import factories
from tests.audit.test_reading import sheet
from tests.governance.test_sitemap import relief_list
from tests.world import NOON, TODAY

# Text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("柳溪居公〔2026〕3号", "柳溪居公 2026 3号"),
        ("ＡＢＣ　Ｗｉ－Ｆｉ", "abc wi fi"),
        ("“两委”、大党委。", "两委 大党委"),
        ("𠮷㙓①㎡", "𠮷㙓1m2"),
        ("阿迪力·买买提", "阿迪力 买买提"),
        ("居務監督委員會、後頭髮", "居务监督委员会 后头发"),
        (" ，。 ", ""),
    ],
)
def test_text_is_normalised(typed, read):
    assert text.normal(typed) == read


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("花园　步道", ["花园", "步道"]),
        ("步道 步道", ["步道"]),
        ("", [""]),
        ("a b c d e f g h", list("abcdef")),
        ("柳\0溪", ["柳", "溪"]),
        ("步道 柳溪居公（2026）第 5号", ["柳溪居公 2026 5号", "步道"]),
        ("〔2026〕5号", ["2026 5号", ""]),
    ],
)
def test_words_of_a_query(query, words):
    assert text.words(query) == words


@pytest.mark.parametrize(
    ("line", "asked", "initials", "marked"),
    [
        ("老年助餐点改造", ["助餐"], "", "老年[助餐]点改造"),
        ("ＷＩ－ＦＩ覆盖", ["fi", "覆盖"], "", "ＷＩ－[ＦＩ覆盖]"),
        ("〔2026〕3号", ["3号", "2026"], "", "〔[2026]〕[3号]"),
        ("（周明远）", ["zm"], "zmy", "（[周明]远）"),
        ("1㎡地砖", ["m2"], "", "1[㎡]地砖"),
        ("cafe\u0301馆", ["é馆"], "", "caf[e\u0301馆]"),
        ("没有", ["步道"], "my", "没有"),
        ("居務監督", ["居务"], "", "[居務]監督"),
        ("安安安", ["安安"], "", "[安安]安"),
    ],
)
def test_marks_stand_in_the_text_people_read(line, asked, initials, marked):
    parts = text.segments(line, asked, initials)
    assert "".join(part.text for part in parts) == line
    assert "".join(f"[{part.text}]" if part.hit else part.text for part in parts) == marked


def test_excerpt_begins_shortly_before_the_word():
    parts = text.excerpt("前言。" * 60 + "修缮步道，\n更换地砖。" + "其他。" * 60, ["步道"])
    shown = "".join(part.text for part in parts)
    assert shown.startswith("…") and shown.endswith("…") and len(shown) < 110
    assert [part.text for part in parts if part.hit] == ["步道"]
    assert "步道， 更换" in shown


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_marking_never_changes_a_text(line, asked):
    words = [word for word in map(text.normal, asked) if word]
    assert "".join(part.text for part in text.segments(line, words)) == line


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cn", "Co")), max_size=40))
@pytest.mark.django_db
def test_the_database_reads_a_text_as_python_does(line):
    line = "居務" + "".join(c for c in line.replace("\0", "") if unicodedata.is_normalized("NFKC", c) or c in "①㎡Ａ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance_normal(%s), governance_pieces(governance_normal(%s), '')", [line, line])
        read, pieces = cursor.fetchone()
    assert read == text.normal(line)
    assert set(pieces) == {piece for word in read.split(" ") for piece in text.pieces(word)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "is_name", "letters"),
    [
        ("重庆路银行", False, "cqlyh"),
        ("a区 3号", False, "aq 3h"),
        ("曾单", True, "zd"),
        ("曾单", False, "cd"),
        ("𠮷村", False, "-c"),
        ("", False, ""),
    ],
)
def test_initials_run_beside_the_heading(line, is_name, letters):
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance_initials(%s, %s)", [line, is_name])
        assert cursor.fetchone()[0] == letters


# What is found


def found(client, q, where="search", **more):
    """(kind, heading) of the hits on the first page, in order."""
    response = client.get(reverse(where), {"q": q, **more})
    assert response.status_code == 200
    return [(hit.kind, hit.head) for hit in response.context.get("hits", [])]


def test_a_resident_finds_what_is_public(world):
    visitor = world.client()
    kinds = {kind for kind, _head in found(visitor, "助餐")}
    assert {Kind.MATTER, Kind.NOTICE, Kind.ANNOUNCEMENT} <= kinds
    assert (Kind.PERSON, "周明远") in found(visitor, "周明远")
    assert (Kind.MEETING, "柳溪社区居民代表会议") in found(visitor, "居民代表会议", kind="meeting")
    assert found(visitor, "ＺＭＹ")[0] == (Kind.PERSON, "周明远")
    assert all("步道" in head for _kind, head in found(visitor, "步道 花园", kind="matter"))
    assert found(visitor, "步道 助餐点") == []
    assert found(visitor, "区道步") == []  # its pieces may stand somewhere, it does not
    assert found(visitor, "老年助餐點改造") == found(visitor, "老年助餐点改造") != []


def test_words_in_the_heading_come_first_and_newest_on_request(world):
    entries = SearchEntry.objects.public().on(TODAY)
    best = query.read(query.find(entries, ["步道"]))
    assert ["步道" in hit.head for hit in best] == sorted(("步道" in hit.head for hit in best), reverse=True)
    newest = query.read(query.find(entries, ["步道"], newest=True))
    assert [hit.day for hit in newest] == sorted((hit.day for hit in newest), reverse=True)
    assert {hit.record_id for hit in best} == {hit.record_id for hit in newest}


def test_every_hit_opens(world):
    visitor, clerk = world.client(), world.client("clerk")
    opened = set()
    for kind, word in zip(Kind, ("步道", "步道", "助餐", "步道", "周明远"), strict=True):
        hit = visitor.get(reverse("search"), {"q": word, "kind": kind}).context["hits"][0]
        assert visitor.get(hit.url).status_code == 200, hit
        hit = clerk.get(reverse("desk_search"), {"q": word, "kind": kind}).context["hits"][0]
        assert clerk.get(hit.desk_url).status_code == 200, hit
        opened.add(hit.kind)
    assert opened == set(Kind)


def query_of(client, **chosen):
    """The hits of the first page for 社区."""
    return client.get(reverse("search"), {"q": "社区", **chosen}).context["hits"]


def test_filters_narrow_down(world):
    visitor = world.client()
    everywhere = visitor.get(reverse("search"), {"q": "社区"}).context["page"].paginator.count
    here = visitor.get(reverse("search"), {"q": "社区", "unit": world.liuxi.code})
    assert 0 < here.context["page"].paginator.count < everywhere
    places = OrgUnit.objects.within(world.liuxi)
    assert {hit.unit_id for hit in here.context["hits"]} <= {place.pk for place in places}
    assert {kind for kind, _head in found(visitor, "社区", kind="notice")} == {Kind.NOTICE}
    assert found(visitor, "社区", year="2019") == []
    hits = SearchEntry.objects.filter(record_id__in=[hit.record_id for hit in query_of(visitor, board="residential")])
    assert set(hits.filter(kind=Kind.NOTICE).values_list("board", flat=True)) == {"residential"}
    of_item = query_of(visitor, board="residential", item="R01")
    assert of_item and len(of_item) < len(query_of(visitor, board="residential"))
    assert {Notice.objects.get(pk=hit.record_id).item for hit in of_item} == {"R01"}
    assert query_of(visitor, board="party", item="R01") == query_of(visitor, board="party")  # no item of that board
    assert len(query_of(visitor, item="R01")) == len(query_of(visitor))
    for hit in visitor.get(reverse("search"), {"q": "社区", "year": "2026"}).context["hits"]:
        assert hit.day.year == 2026


@pytest.mark.parametrize("wrong", [{"kind": "x"}, {"year": "1'"}, {"unit": "nowhere"}, {"order": "?"}, {"page": "9"}])
def test_what_is_not_offered_counts_as_not_chosen(world, wrong):
    assert world.client().get(reverse("search"), {"q": "助餐", **wrong}).context["page"].paginator.count > 3


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "%%", "<script>", "a" * 500, "社" * 400, "\0", "🙂", "^～"])
def test_odd_words_find_nothing_and_break_nothing(world, q):
    response = world.client().get(reverse("search"), {"q": q})
    assert response.status_code == 200
    assert not response.context.get("hits")
    page = response.content.decode()
    assert ("search-error" in page) == (len(q) > 60 or q == "\0")
    assert response.context.get("has_no_words", False) == (str(_("Please type the words to look for.")) in page)
    assert bool(response.context.get("has_no_words")) == (q in ("%", "_", "\\", "'", "%%", "^～"))


@pytest.mark.parametrize(("person", "where"), [(None, "search"), ("clerk", "desk_search")])
def test_a_word_that_stands_nowhere_is_said_to_be_found_nowhere(world, person, where):
    page = world.client(*([person] if person else [])).get(reverse(where), {"q": "独角兽马戏"}).content.decode()
    assert 'id="found"' in page
    assert str(_("Nothing found for “%(query)s”") % {"query": "独角兽马戏"}) in page
    assert 'class="empty"' in page


def test_a_number_or_a_check_code_leads_to_its_record(world):
    visitor = world.client()
    for notice in Notice.objects.public().filter(unit=world.liuxi, serial__in=[1, 5]):
        hits = visitor.get(reverse("search"), {"q": notice.number}).context["hits"]
        assert hits[0].record_id == notice.pk
        marks = [[part.text for part in hit.excerpt if part.hit] for hit in hits]
        assert all(notice.number in found for found in marks), "no 15号"
    code = notice.current.check_code
    page = visitor.get(reverse("search"), {"q": code.lower().replace("-", " ")}).content.decode()
    assert reverse("check_record", args=[code]) in page
    assert visitor.get(reverse("search"), {"q": "助餐"}).context["check_code"] == ""


def test_one_character_needs_a_place(world):
    visitor = world.client()
    assert visitor.get(reverse("search"), {"q": "餐"}).context["is_too_short"]
    assert found(visitor, "餐", unit=world.liuxi.code)
    assert found(visitor, "餐 老年")  # another word is long enough for the index
    district = OrgUnit(level=Level.DISTRICT)
    assert query.is_too_short(["餐"], district) and not query.is_too_short(["餐", "老年"], district)


def test_hits_are_marked_and_escaped(world):
    clerk = world.users["clerk"]
    disclosure.publish_announcement(
        unit=world.liuxi,
        title="<b>雨棚</b>更换",
        text="更换<img src=x>雨棚。",
        shown_until=TODAY,
        by=clerk,
        at=NOON,
    )
    page = world.client().get(reverse("search"), {"q": "雨棚"}).content.decode()
    assert "&lt;b&gt;<mark>雨棚</mark>&lt;/b&gt;更换" in page
    assert "<img" not in page and "&lt;img src=x&gt;<mark>雨棚</mark>" in page


def test_pages_take_at_most_five_queries_whatever_is_found(world, django_assert_num_queries):
    """The place, how common the words are, the entries, the records, the telephone; no records for no entries."""
    visitor = world.client()
    for q, number in (("助餐", 5), ("社区", 5), ("没有这个词", 4)):
        with django_assert_num_queries(number):
            visitor.get(reverse("search"), {"q": q, "unit": world.liuxi.code})


def test_a_page_shows_twenty(world):
    visitor = world.client()
    first = visitor.get(reverse("search"), {"q": "社区"})
    second = visitor.get(reverse("search"), {"q": "社区", "page": 2})
    assert len(first.context["hits"]) == 20
    assert not {(h.kind, h.record_id, h.unit_id) for h in first.context["hits"]} & {
        (h.kind, h.record_id, h.unit_id) for h in second.context["hits"]
    }
    assert "page=2" in first.content.decode()


def test_very_many_are_not_paged_through(world, monkeypatch):
    monkeypatch.setattr(query, "MOST", 5)
    response = world.client().get(reverse("search"), {"q": "社区"})
    assert response.context["has_more"] and len(response.context["hits"]) == 5


# Who finds what


def test_the_public_finds_no_internal_word(world):
    visitor = world.client()
    assert found(visitor, "党内通报") == []  # a draft for the Party organisation
    assert found(visitor, "会议记录见附件") == []  # stands in minutes only
    assert {hit.audience for hit in SearchEntry.objects.public()} == {Audience.PUBLIC}
    shown = SearchEntry.objects.public().filter(kind=Kind.MEETING)
    assert not shown.filter(record_id__in=Body.objects.none()).exists()
    # Assemblies are shown as numbers, Party members not at all.
    public = Term.objects.filter(pk__in=SearchEntry.objects.public().filter(kind=Kind.PERSON).values("part_id"))
    assert not public.filter(office__in=["representative", "party_member", "administrator"]).exists()


def test_notices_about_people_in_need_are_never_found_in_public(world):
    relief_list(world)
    assert found(world.client(), "低保名单") == []
    assert found(world.client("clerk"), "低保名单", "desk_search") == [(Kind.NOTICE, "低保名单确认公示")]


@pytest.mark.parametrize(
    ("person", "minutes", "party"),
    [
        ("clerk", True, True),
        ("secretary", True, True),
        ("worker", True, False),
        ("supervisor", True, False),
        ("stranger", False, False),
        ("powerless", False, False),
        ("suspended", False, False),
        ("ended", False, False),
        ("administrator", False, False),
    ],
)
def test_staff_find_the_records_they_may_read(world, person, minutes, party):
    client = world.client(person)
    hits = client.get(reverse("desk_search"), {"q": "会议记录见附件", "unit": world.liuxi.code}).context.get("hits", [])
    here = {hit.head for hit in hits if hit.unit_id == world.liuxi.pk}
    assert ("柳溪社区居民代表会议" in here) == minutes
    assert ("柳溪社区党员大会" in here) == party
    assert bool(found(client, "党内通报", "desk_search")) == party


def test_a_record_is_one_hit_at_the_desk(world):
    hits = query.find(SearchEntry.objects.visible_to(world.users["clerk"], TODAY).on(TODAY), ["步道"])
    keys = [(hit.kind, hit.record_id) for hit in hits]
    assert len(keys) == len(set(keys))


# The index is what the records say


def test_the_index_is_right_after_the_whole_story(world):
    assert SearchEntry.objects.count() > 200
    assert differences() == []


def entry(kind, record):
    return SearchEntry.objects.public().filter(kind=kind, record_id=record)


def test_a_correction_replaces_what_is_found_and_a_withdrawal_ends_it(world):
    clerk, secretary, supervisor = (world.users[key] for key in ("clerk", "secretary", "supervisor"))
    notice = Notice.objects.public().filter(unit=world.liuxi, board=Board.RESIDENTIAL).latest("pk")
    before = notice.current.title
    draft = disclosure.correct_notice(
        notice=notice, title="雨棚更正公告", text="更正。", reason="数字有误", by=clerk, at=NOON
    )
    visitor = world.client()
    assert found(visitor, "雨棚更正") == []
    assert (Kind.NOTICE, before) in found(visitor, before)
    draft = disclosure.submit_draft(version=draft, by=clerk, at=NOON)
    if draft.review_required:
        draft = disclosure.review_notice(version=draft, by=supervisor, at=NOON)
    version = disclosure.sign_notice(version=draft, by=secretary, at=NOON)
    assert found(visitor, "雨棚更正") == [(Kind.NOTICE, "雨棚更正公告")]
    assert entry(Kind.NOTICE, notice.pk).on(TODAY).get().part_id == version.pk
    assert differences() == []
    disclosure.withdraw_version(version=version, by=secretary, at=NOON, reason="重复公布")
    assert found(visitor, "雨棚更正") == []
    assert not entry(Kind.NOTICE, notice.pk).on(TODAY).exists()
    assert differences() == []


def test_names_are_not_found_any_more_when_the_display_has_ended(world, monkeypatch):
    clerk, secretary, supervisor = (world.users[key] for key in ("clerk", "secretary", "supervisor"))
    version = disclosure.draft_notice(
        unit=world.liuxi,
        board=Board.RESIDENTIAL,
        item="R26",
        issuer=world.places.bodies["liuxi", "residents_committee"],
        title="雨棚检查情况",
        text="居民章雨棚提出，沈桂兰核实。",
        by=clerk,
        at=NOON,
    )
    version = disclosure.submit_draft(version=version, by=clerk, at=NOON)
    version = disclosure.review_notice(version=version, by=supervisor, at=NOON)
    disclosure.sign_notice(version=version, by=secretary, at=NOON)
    hit = (Kind.NOTICE, "雨棚检查情况")
    assert found(world.client(), "章雨棚") == [hit]
    monkeypatch.setattr("governance.middleware.now", lambda: NOON + datetime.timedelta(days=60))
    visitor = world.client()
    for words, invented in (("章雨棚", "章雨篷"), ("章雨棚 检查", "章雨篷 检查"), ("章雨棚 提出", "章雨篷 提出")):
        pages = [unquote(visitor.get(reverse("search"), {"q": asked}).content.decode()) for asked in (words, invented)]
        assert pages[0].replace("雨棚", "雨篷") == pages[1], "as of a name that nobody bears"
    assert found(visitor, "沈桂兰 核实") == [hit]
    assert differences() == []
    response = visitor.get(reverse("search"), {"q": "雨棚检查"})
    assert "居民章**提出，沈桂兰核实" in response.context["hits"][0].body
    assert found(world.client("clerk"), "章雨棚", "desk_search") == [hit]


def test_what_a_public_file_says_is_found(world, settings, tmp_path, capsys):
    settings.MEDIA_ROOT = tmp_path
    clerk = world.users["clerk"]
    rows = SimpleUploadedFile("清单.xlsx", sheet([["项目", "数量"], ["雨棚立柱", 12]], hidden=[["内部底价"]]))
    file = store(rows, audience=Audience.PUBLIC, path=world.liuxi.path, by=clerk, at=NOON)
    notice = Notice.objects.public().filter(unit=world.liuxi, board=Board.RESIDENTIAL).latest("pk")
    draft = disclosure.correct_notice(
        notice=notice, title="更正公告", text="更正。", reason="数字有误", by=clerk, at=NOON
    )
    disclosure.attach(version=draft, attachment=file, label="立柱表", by=clerk, at=NOON)
    hits = found(world.client("clerk"), "雨棚立柱", "desk_search")
    assert hits == [(Kind.NOTICE, draft.title)] == found(world.client("clerk"), "立柱表", "desk_search")
    assert found(world.client("clerk"), "内部底价", "desk_search") == []
    AttachmentText.objects.filter(sha256=file.sha256).delete()  # as of a file that was stored before texts were kept
    call_command("rebuild_search")
    assert AttachmentText.objects.get(sha256=file.sha256).text.endswith("雨棚立柱 12")
    assert differences() == []


def test_announcements_end_with_their_withdrawal(world):
    announcement = Announcement.objects.filter(unit=world.liuxi, withdrawn_at=None).latest("pk")
    assert (Kind.ANNOUNCEMENT, announcement.title) in found(world.client(), announcement.title)
    disclosure.withdraw_announcement(announcement=announcement, by=world.users["clerk"], at=NOON, reason="信息有误")
    assert (Kind.ANNOUNCEMENT, announcement.title) not in found(world.client(), announcement.title)
    assert differences() == []


def test_an_announcement_that_was_corrected_gives_way_to_its_successor(world):
    clerk, facts = world.users["clerk"], {"unit": world.liuxi, "shown_until": TODAY, "at": NOON}
    old = disclosure.publish_announcement(title="雨棚更换", text="今日更换。", by=clerk, **facts)
    disclosure.publish_announcement(title="雨棚更换（更正）", text="明日更换。", supersedes=old, by=clerk, **facts)
    assert found(world.client(), "雨棚更换") == [(Kind.ANNOUNCEMENT, "雨棚更换（更正）")]
    assert differences() == []


def test_an_edited_matter_is_found_by_its_new_words(world):
    matter = world.matter("楼道加装扶手")
    matter.title = "关于雨棚整修的事项"
    matter.save(update_fields=["title"])
    assert found(world.client(), "雨棚整修") == [(Kind.MATTER, "关于雨棚整修的事项")]
    called = world.matter("修订居民公约")
    called.title = "关于灯杆移位的事项"
    called.save(update_fields=["title"])
    assert {kind for kind, _head in found(world.client("clerk"), "灯杆", "desk_search")} == {Kind.MATTER, Kind.MEETING}
    assert differences() == []


def test_meetings_called_off_are_no_longer_announced(world):
    meeting = world.meeting("图书角夜间开放", "resolve")
    assert entry(Kind.MEETING, meeting.pk).exists()
    councils.call_off_meeting(
        meeting=meeting, seen=meeting.version, reason="会场停电", by=world.users["clerk"], at=NOON
    )
    assert not entry(Kind.MEETING, meeting.pk).exists()
    assert differences() == []


def test_people_are_found_while_they_hold_an_office(world):
    admin, body = world.admin, world.places.bodies["liuxi", "community_staff"]
    person = Person.objects.create(name="曾雨棚")
    visitor = world.client()
    term = orgs.appoint(person=person, body=body, office="worker", started_on=TODAY, source="任命", by=admin, at=NOON)
    assert found(visitor, "zyp") == [(Kind.PERSON, "曾雨棚")]
    orgs.change_person(person=person, facts={"name": "曾雨篷"}, by=admin, at=NOON)
    assert found(visitor, "曾雨棚") == [] and found(visitor, "曾雨篷") == [(Kind.PERSON, "曾雨篷")]
    assert differences() == []
    orgs.end_term(term=term, on=TODAY, by=admin, at=NOON)
    assert found(visitor, "曾雨篷") == []
    assert differences() == []


def test_names_of_bodies_and_places_are_followed(world):
    admin = world.admin
    body = world.places.bodies["liuxi", "residents_reps"]
    orgs.change_body(body=body, facts={"name": "雨棚代表会议"}, by=admin, at=NOON)
    assert (Kind.MEETING, "雨棚代表会议") in found(world.client(), "雨棚代表")
    world.liuxi.refresh_from_db()
    orgs.change_unit(unit=world.liuxi, facts={"name": "雨篷社区", "short_name": "雨篷"}, by=admin, at=NOON)
    kinds = set(SearchEntry.objects.containing(["雨篷"]).values_list("kind", flat=True))
    assert Kind.PERSON in kinds and Kind.NOTICE not in kinds, "a notice keeps its number"
    assert differences() == []


def test_a_move_takes_the_entries_along(world):
    district = OrgUnit.objects.get(pk=world.liuxi.parent_id).parent
    other = factories.unit(Level.STREET, parent=district)
    before = SearchEntry.objects.within(world.liuxi).count()
    world.liuxi.refresh_from_db()
    orgs.move_unit(unit=world.liuxi, parent=other, by=world.admin, at=NOON)
    world.liuxi.refresh_from_db()
    assert SearchEntry.objects.within(other).count() == before == SearchEntry.objects.within(world.liuxi).count()
    assert differences() == []


def test_without_the_triggers_the_difference_is_seen_and_mended(world, capsys):
    matter = world.matter("楼道加装扶手")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE councils_matter DISABLE TRIGGER search_changed")
        matter.title = "关于雨棚整修的事项"
        matter.save(update_fields=["title"])
        SearchEntry.objects.filter(kind=Kind.ANNOUNCEMENT).update(record_id=0)
        announced = Announcement.objects.values_list("pk", flat=True)
        assert differences() == [
            *sorted([("announcement", 0, "surplus"), *(("announcement", pk, "missing") for pk in announced)]),
            ("matter", matter.pk, "stale"),
        ]
        with pytest.raises(CommandError) as refused:
            call_command("rebuild_search", "--check")
        assert refused.value.returncode == 2
        assert f"matter {matter.pk}: stale" in capsys.readouterr().err
        call_command("rebuild_search")
        assert differences() == []
        SearchEntry.objects.all().delete()
        call_command("rebuild_search", "--all")
        call_command("rebuild_search", "--check")
        cursor.execute("ALTER TABLE councils_matter ENABLE TRIGGER search_changed")


# The plan


@pytest.mark.django_db
def test_no_table_is_read_whole():
    """At 3,000 entries the planner already takes the index of pieces, or walks the newest for a common word."""
    place = factories.unit()
    SearchEntry.objects.bulk_create(
        SearchEntry(
            kind=Kind.ANNOUNCEMENT,
            record_id=10**9 + number,
            part_id=number,
            audience=Audience.PUBLIC,
            unit=place,
            path=place.path,
            day=TODAY - datetime.timedelta(number % 300),
            since=TODAY - datetime.timedelta(number % 300),
            heading=9,
            text=f"第{number}次停水通知" + ("雨棚" if number % 500 == 0 else "") + " 因管道检修停水 请提前储水",
            initials="",
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE governance_searchentry")
    entries = SearchEntry.objects.public().on(TODAY)
    rare = query.by_pieces(entries, ["雨棚"])
    assert "search_by_pieces" in rare.explain() and "Seq Scan" not in rare.explain()
    initials = query.by_pieces(entries, ["ypyp"]).explain()
    checked = [line for plan in (rare.explain(), initials) for line in plan.splitlines() if "Filter:" in line]
    assert checked and "governance_pieces" not in "".join(checked), "no text is cut into pieces"
    with connection.cursor() as cursor:
        sql, values = query.common(entries, ["停水"])
        cursor.execute(f"EXPLAIN ANALYZE {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    newest, by_pieces = plan.split("search_newest", 1)
    assert "Seq Scan" not in plan and "(never executed)" in by_pieces and "never" not in newest
    assert len(rare) == 6 and len(query.find(entries, ["停水"])) == query.MOST + 1
    # Which of the two it shall be is told by the statistics.
    assert query.expected(["雨棚"]) < query.COMMON <= query.expected(["停水"])
    assert query.expected(["停水", "雨棚"]) < query.COMMON


def test_words_that_are_common_elsewhere_are_found_all_the_same(world, monkeypatch):
    """Whether the newest are looked through or the index of pieces is asked: the same is found in the same order."""
    entries = SearchEntry.objects.public().on(TODAY)
    some = entries.filter(kind=Kind.NOTICE, item="R11")
    asked = [(entries, ["步道"]), (entries, ["步道", "柳溪"]), (entries, ["lxsq"]), (some, ["公告"]), (some, ["步道"])]

    def results():
        return [
            [(hit.kind, hit.record_id, hit.parts) for hit in query.find(those, words, newest=newest)]
            for those, words in asked
            for newest in (False, True)
        ]

    expected = results()
    assert any(expected)
    monkeypatch.setattr(query, "COMMON", 0)
    assert results() == expected
    monkeypatch.setattr(query, "MOST", 1)  # enough among the newest
    assert [found[0] for found in results() if found] == [found[0] for found in expected if found]
    assert query.find(SearchEntry.objects.none(), ["步道"]) == []
