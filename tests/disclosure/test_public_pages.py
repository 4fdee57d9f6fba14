"""What residents see: boards, notices, posters, forms, feeds. No login, few queries, nothing internal."""

import csv
import datetime
import io
import re
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from disclosure import actions
from disclosure.enums import Board, Stage
from disclosure.models import Objection
from disclosure.templatetags.disclosure import sentence
from governance.formats import longday
from orgs.exports import harmless
from tests.disclosure.conftest import moment

MOST = 6
CODE = "990101001001"
ATOM = "{http://www.w3.org/2005/Atom}"


def get(client, name, *args, query="", status=200):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()
    return response


@pytest.fixture
def notice(desk, clock):
    clock(4, 10)
    version = desk.published(title="关于老年助餐点改造事项决议的公告", text="现公布如下：\n一、改造为老年助餐点。")
    return version.notice


def page(client, notice, query=""):
    return get(client, "notice", CODE, notice.ref, query=query)


@pytest.mark.parametrize("board", ["party", "residential", "financial"])
def test_a_board_costs_few_queries_however_many_rows(client, desk, clock, board, django_assert_max_num_queries):
    item = {"party": "P03", "residential": "R01", "financial": "F01"}[board]
    clock(4, 10)
    desk.published(title="第一件", board=board, item=item)
    with django_assert_max_num_queries(MOST) as one:
        get(client, "board", CODE, board)
    for number in range(2, 8):
        desk.published(title=f"第{number}件", board=board, item=item)
    with django_assert_max_num_queries(MOST) as many:
        response = get(client, "board", CODE, board)
    assert len(one) == len(many)
    assert "第7件" in response.content.decode()


def test_an_empty_board_and_one_that_does_not_exist(client, liuxi, clock):
    get(client, "board", CODE, "financial")
    get(client, "board", CODE, "nonsense", status=404)
    get(client, "board", CODE, "compound", status=404)
    get(client, "board", "000000000000", "residential", status=404)
    get(client, "board", liuxi.compound.code, "compound")
    get(client, "board", liuxi.compound.code, "residential", status=404)


def titles(response):
    return [row.record.title for row in response.context["table"].paginated_rows]


def test_a_board_is_filtered_by_words_number_item_year_and_state(client, desk, clock):
    clock(4, 10)
    desk.published(title="旧公告", month=1, day=5)
    desk.published(title="助餐点公告", month=4, day=1)
    desk.published(title="名单", month=4, day=2, item="R10")
    everything = ["名单", "助餐点公告", "旧公告"]
    for query, expected in {
        "": everything,
        "?q=助餐": ["助餐点公告"],
        "?q=2号": ["助餐点公告"],
        "?q=柳溪居公〔2026〕3号": ["名单"],
        "?q=2025〕3号": [],
        "?item=R10": ["名单"],
        "?item=wrong": everything,
        "?year=2026": everything,
        "?year=2025": [],
        "?year=x": everything,
        "?state=on_display": ["名单", "助餐点公告"],
        "?state=display_ended": ["旧公告"],
        "?state=withdrawn": [],
        "?state=nonsense": everything,
        "?sort=published_on": ["旧公告", "助餐点公告", "名单"],
        "?page=99": everything,
    }.items():
        response = get(client, "board", CODE, "residential", query=query)
        assert titles(response) == expected, query
    tabs = {key: count for key, _name, count, _current in response.context["tabs"]}
    assert tabs == {"": 3, "on_display": 2, "display_ended": 1}


def test_drafts_and_notices_of_the_party_organisation_are_on_no_public_page(client, desk, clock):
    clock(4, 10)
    draft = desk.reviewed(title="未公布的草稿")
    internal = desk.published(title="党费收缴情况", board=Board.PARTY, item="P12")
    assert internal.notice.get_absolute_url() == internal.notice.desk_url
    for board in ("party", "residential"):
        text = get(client, "board", CODE, board).content.decode()
        text += get(client, "board_csv", CODE, board).content.decode()
        assert draft.title not in text and internal.title not in text
    assert internal.title not in get(client, "feed", CODE).content.decode()
    for name in ("notice", "notice_poster", "notice_qr", "notice_object"):
        get(client, name, CODE, internal.notice.ref, status=404)


def test_the_csv_holds_the_board_and_no_formulas(client, desk, clock):
    clock(4, 10)
    desk.published(title="=HYPERLINK(1)")
    # Who receives aid is on the board, and in no sheet.
    desk.published(title="救助户数", item="R20", text="类别\t户数\t金额（元）\n低保\t35\t12000")
    body = get(client, "board_csv", CODE, "residential").content.decode()
    assert body.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(body[1:])))
    assert len(rows) == 2 and len(rows[0]) == len(rows[1])
    assert rows[1][0] == "柳溪居公〔2026〕1号"
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert [harmless(value) for value in ("", "＝1+1", "-1")] == ["", "'＝1+1", "'-1"]
    assert rows[1][-1] == f"http://testserver/u/{CODE}/notices/residential-2026-1/"


def test_a_notice_shows_its_text_both_clocks_and_answers(client, desk, notice, django_assert_max_num_queries):
    objection = desk.objection(notice.current, name="陈大明", contact="0000-1112223", summary="居民陈*担心油烟。")
    with django_assert_max_num_queries(MOST):
        response = page(client, notice)
    text = response.content.decode()
    assert response.context["stage"] == Stage.ON_DISPLAY
    assert "一、改造为老年助餐点。" in text and "柳溪居公〔2026〕1号" in text
    assert 'datetime="2026-04-16"' in text and 'datetime="2026-04-08"' in text
    assert "居民陈*担心油烟。" in text
    for internal in (objection.text, objection.name, objection.contact):
        assert internal not in text
    actions.answer_objection(
        objection=objection,
        reply="无油烟排放。",
        outcome="not_upheld",
        by=desk.people.clerk.user,
        at=moment(4, 8),
    )
    assert "无油烟排放。" in page(client, notice).content.decode()


def test_what_was_not_summed_up_is_not_shown(client, desk, notice):
    desk.objection(notice.current)
    assert page(client, notice).context["objections"] == []


def test_html_in_a_notice_stays_text(client, desk, clock):
    version = desk.published(title="<b>题</b>", text="<script>alert(1)</script>\n表头\t<i>甲</i>\n乙\t1,000.00")
    text = page(client, version.notice).content.decode()
    assert "<script>" not in text and "<b>题" not in text and "<i>甲" not in text
    assert 'class="amount" data-label="&lt;i&gt;甲&lt;/i&gt;">1,000.00</td>' in text


def test_old_versions_stay_readable(client, desk, notice, django_assert_max_num_queries):
    desk.correct(notice.current, month=4, day=9)
    response = page(client, notice)
    assert response.context["version"].number == 2
    assert "更正后的内容" in response.content.decode()
    with django_assert_max_num_queries(MOST):
        old = page(client, notice, "?version=1")
    assert old.context["stage"] == Stage.SUPERSEDED
    assert "一、改造为老年助餐点。" in old.content.decode()
    for query in ("?version=3", "?version=x"):
        get(client, "notice", CODE, notice.ref, query=query, status=404)


@pytest.mark.parametrize(("typed", "read"), [("写错了", "写错了。"), ("写错了。", "写错了。"), ("真吗？", "真吗？")])
def test_a_reason_reads_as_one_sentence(typed, read):
    assert sentence(typed) == read


def test_a_withdrawn_notice_says_why(client, desk, clock):
    version = desk.withdrawn(title="作废的一件")
    response = page(client, version.notice)
    assert response.context["stage"] == Stage.WITHDRAWN
    assert "重复公布" in response.content.decode()
    assert version.text not in get(client, "feed", CODE).content.decode()


def test_a_street_leads_to_its_records(client, desk):
    street = get(client, "unit", CODE[:9]).content.decode()
    for name in ("catalogue", "feed"):
        assert f'href="{reverse(name, args=[CODE[:9]])}"' in street
        get(client, name, CODE[:9])
    archive = reverse("archive", args=[CODE[:9]])
    assert archive not in street and "PK" not in get(client, "archive", CODE[:9], status=404).text
    assert f"{reverse('archive', args=[CODE])}?files=1" in get(client, "unit", CODE).text


def test_the_day_of_a_withdrawal_is_the_day_here(client, desk, clock):
    version, at = desk.published(), moment(4, 3, 2)  # still the second of April in Greenwich
    actions.withdraw_version(version=version, by=desk.people.secretary.user, at=at, reason="重复公布")
    clock(4, 10)
    sitemap = get(client, "sitemap_part", CODE[:9]).content.decode()
    assert f"{version.notice.get_absolute_url()}</loc><lastmod>2026-04-03<" in sitemap
    found = get(client, "check_record", version.check_code).context["found"]
    assert str(found.states[0][1]).count(longday(datetime.date(2026, 4, 3)))


@pytest.mark.parametrize(
    "ref",
    [
        "residential-2026-99",
        "residential-2026-01",
        "residential-2026",
        "x-2026-1",
        "residential-२०२६-1",
        "-",
        "residential-99999-1",
    ],
)
def test_wrong_references_are_not_found(client, notice, ref):
    get(client, "notice", CODE, ref, status=404)


def test_relief_items_are_hidden_from_search_engines(client, desk, clock):
    version = desk.published(item="R19", title="最低生活保障确认")
    response = page(client, version.notice)
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in response.content.decode()
    assert version.title not in get(client, "feed", CODE).content.decode()


def test_the_poster_holds_the_whole_text_and_a_code(client, notice, settings, django_assert_max_num_queries):
    settings.PORTAL_URL = "https://portal.example"
    with django_assert_max_num_queries(MOST):
        text = get(client, "notice_poster", CODE, notice.ref).content.decode()
    for line in notice.current.published_text.split("\n"):
        if "电话" not in line:
            assert line in strip_tags(text)
    assert f"https://portal.example/check/{notice.current.check_code}/" in text
    assert 'style="' not in text and "data:" not in text


def test_the_code_is_an_image_of_the_address(client, notice, settings):
    import segno

    settings.PORTAL_URL = "https://portal.example"
    response = get(client, "notice_qr", CODE, notice.ref)
    assert response.headers["Content-Type"] == "image/svg+xml"
    expected = segno.make_qr(f"https://portal.example/u/{CODE}/notices/{notice.ref}/", error="m")
    out = io.BytesIO()
    expected.save(out, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None)
    assert response.content == out.getvalue()
    ET.fromstring(response.content)


def send(client, notice, **fields):
    data = {"kind": "question", "text": "几点开放？", "name": "", "contact": ""} | fields
    return client.post(reverse("notice_object", args=[CODE, notice.ref]), data)


def test_a_resident_asks_without_a_name_and_reads_when_the_reply_is_due(client, notice, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST):
        get(client, "notice_object", CODE, notice.ref)
    response = send(client, notice)
    assert response.status_code == 302
    objection = Objection.objects.get()
    assert (objection.channel, objection.received_by, objection.text) == ("web", None, "几点开放？")
    with django_assert_max_num_queries(MOST):
        receipt = client.get(response.url)
    assert 'datetime="2026-04-15"' in receipt.content.decode()  # Friday, and three working days
    assert "几点开放" not in receipt.content.decode()
    assert client.get(response.url.rstrip("/")[:-1] + "u/").status_code == 404


def test_at_the_end_of_a_year_without_a_calendar_the_form_still_works(client, desk, clock):
    version = desk.published(month=12, day=30)
    clock(12, 31)
    response = send(client, version.notice)
    assert client.get(response.url).context["due"] is None
    assert Objection.objects.get().due is None
    Objection.objects.update(summary="问开放时间")
    page(client, version.notice)
    board = version.notice.board_url
    assert f">{longday(version.published_on)}<" not in client.get(board).content.decode()
    clock(1, 5, year=2027)
    assert f">{longday(version.published_on)}<" in client.get(board).content.decode(), "days of another year name it"


def test_the_same_message_twice_counts_once_and_both_are_thanked(client, notice):
    assert send(client, notice).status_code == send(client, notice).status_code == 302
    assert Objection.objects.count() == 1


def test_a_wrong_form_is_shown_again_with_what_was_written(client, notice):
    response = send(client, notice, text="", name="张三")
    assert response.status_code == 200
    assert response.context["form"].errors and 'value="张三"' in response.content.decode()
    assert not Objection.objects.exists()


def test_objections_end_with_the_window_and_questions_do_not(client, notice, clock):
    clock(4, 8)
    assert send(client, notice, kind="objection").status_code == 302
    clock(4, 9)
    assert send(client, notice, kind="objection").status_code == 200
    assert send(client, notice, kind="question").status_code == 302
    assert set(Objection.objects.values_list("kind", flat=True)) == {"objection", "question"}


def test_a_withdrawn_notice_takes_nothing(client, desk, clock):
    version = desk.withdrawn()
    assert send(client, version.notice).context["closed"]
    assert not Objection.objects.exists()


def test_one_address_cannot_flood_the_office(client, notice, monkeypatch, clock):
    monkeypatch.setattr("disclosure.views.receipts.SENT_PER_DAY", 2)
    for number in range(3):
        response = send(client, notice, text=f"问题{number}")
    assert response.status_code == 429
    assert "问题2" in response.content.decode()
    assert Objection.objects.count() == 2
    clock(4, 11)
    assert send(client, notice).status_code == 302


def test_behind_the_proxy_neighbours_are_told_apart(client, notice, monkeypatch, settings):
    monkeypatch.setattr("disclosure.views.receipts.SENT_PER_DAY", 1)
    settings.BEHIND_TLS = True
    page = reverse("notice_object", args=[CODE, notice.ref])
    answers = [
        client.post(page, {"kind": "question", "text": f"问题{number}"}, headers={"X-Forwarded-For": chain})
        for number, chain in enumerate(("192.0.2.1", "192.0.2.2", "198.51.100.9, 192.0.2.1"))
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]


def announce(desk, title="停水通知", **fields):
    data = {"text": "4月12日停水。", "shown_until": moment(4, 12).date(), "at": moment(4, 10)} | fields
    return actions.publish_announcement(unit=desk.liuxi.unit, title=title, by=desk.people.clerk.user, **data)


def test_announcements_are_listed_and_withdrawn_ones_say_so(client, desk, clock, django_assert_max_num_queries):
    clock(4, 10)
    first = announce(desk)
    second = announce(desk, "值班安排")
    actions.withdraw_announcement(
        announcement=second, reason="重复公布", by=desk.people.clerk.user, at=moment(4, 10, 12)
    )
    with django_assert_max_num_queries(MOST):
        text = get(client, "announcements", CODE).content.decode()
    assert "停水通知" in text and "值班安排" not in text
    with django_assert_max_num_queries(MOST):
        get(client, "announcement", CODE, first.pk)
    withdrawn = get(client, "announcement", CODE, second.pk).content.decode()
    assert "重复" in withdrawn and "4月12日停水" not in withdrawn
    get(client, "announcement", "990101001002", first.pk, status=404)


def feed_of(client, name="feed", *args, code=CODE):
    """The entries of a feed that keeps to RFC 4287: [(title, id, published, updated, content, categories)]."""
    response = get(client, name, code, *args)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    (own,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href").endswith(response.request["PATH_INFO"])
    (page,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert own.get("href") == page.get("href") + "feed.atom"
    rows = []
    for element in (root, *root.findall(f"{ATOM}entry")):
        for one in ("id", "title", "updated"):
            assert len(element.findall(ATOM + one)) == 1
            assert element.find(ATOM + one).text
        assert urlsplit(element.find(f"{ATOM}id").text).scheme in ("tag", "http", "https")
        for date in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
            assert datetime.datetime.fromisoformat(date.text).utcoffset() is not None
        assert element.find(f"{ATOM}author/{ATOM}name").text
        links = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        assert links.count("alternate") == 1
        assert all(category.get("term") for category in element.findall(f"{ATOM}category"))
        if element is not root:
            values = [element.find(ATOM + name).text for name in ("title", "id", "published", "updated", "content")]
            assert element.find(f"{ATOM}content").get("type") == "text"
            rows.append((*values, [category.get("term") for category in element.findall(f"{ATOM}category")]))
    assert len({row[1] for row in rows}) == len(rows)
    assert not rows or root.find(f"{ATOM}updated").text == max(row[3] for row in rows)
    return rows


def test_the_feeds_are_valid_atom_with_notices_and_announcements(client, desk, notice, django_assert_max_num_queries):
    announce(desk)
    with django_assert_max_num_queries(MOST):
        rows = feed_of(client)
    title = "关于老年助餐点改造事项决议的公告 柳溪居公〔2026〕1号"
    assert [row[0] for row in rows] == ["停水通知", title]
    assert [row[5] for row in rows] == [["announcements"], ["residential", "R01"]]
    with django_assert_max_num_queries(MOST):
        assert [row[0] for row in feed_of(client, "board_feed", "residential")] == [title]
    assert feed_of(client, "board_feed", "party") == []
    day = re.search("<updated>(.*)T(.*)</updated>", get(client, "board_feed", CODE, "party").content.decode())
    assert day[2] == "00:00:00+08:00", "not in the future"
    get(client, "board_feed", CODE, "compound", status=404)


def test_the_feed_of_a_street_holds_what_is_displayed_below_it(
    client, desk, liuxi, clock, django_assert_max_num_queries
):
    clock(4, 10)
    announce(desk)
    version = desk.published(month=4, day=10, title="居民公约", text="居民张三提出。")
    withdrawn = desk.withdrawn(month=4, day=10, title="撤回的公告")
    titles = [
        _("Withdrawn: %(title)s") % {"title": f"{withdrawn.title} {withdrawn.notice.number}"},
        _("%(unit)s: %(title)s") % {"unit": "柳溪社区", "title": "停水通知"},
        f"居民公约 {version.notice.number}",
    ]
    with django_assert_max_num_queries(MOST):
        assert sorted(row[0] for row in feed_of(client, code=liuxi.street.code)) == sorted(titles)
    clock(5, 10)
    assert [row[0] for row in feed_of(client, "board_feed", "residential", code=liuxi.street.code)] == titles[:1]


def test_an_entry_keeps_its_id_through_correction_and_withdrawal(client, desk, clock):
    clock(4, 10)
    version = desk.published(title="公告", text="人数 <5。")
    ((title, key, first, updated, text, _categories),) = feed_of(client)
    assert title == "公告 柳溪居公〔2026〕1号" and first == updated and "人数 <5。" in text
    corrected = desk.correct(version, month=4, day=11)
    clock(4, 12)
    (again,) = feed_of(client)
    assert again[1:3] == (key, first) and again[3] > updated
    assert again[0] == _("Corrected: %(title)s") % {"title": "公告（更正） 柳溪居公〔2026〕1号"}
    actions.withdraw_version(version=corrected, by=desk.people.secretary.user, at=moment(4, 12, 12), reason="重复公布")
    (gone,) = feed_of(client)
    assert gone[1:3] == (key, first) and gone[3] > again[3]
    assert gone[4] == "重复公布" and "更正后的内容" not in gone[4]


def test_a_feed_masks_what_is_archived_and_has_no_list_of_people_in_need(client, desk, clock):
    desk.published(title="甲公告", text="居民张三提出。")
    desk.published(title="低保名单", text="李四家。", item="R19")
    for month, name in ((4, "张三"), (12, "张*")):
        clock(month, 2)
        ((title, _id, _first, _updated, text, _categories),) = feed_of(client)
        assert title.startswith("甲公告") and f"居民{name}提出" in text


def test_control_characters_do_not_break_the_feed(client, desk, clock):
    clock(4, 10)
    desk.published(title="标题\x0b甲\x1f", text="第一行\x0b第二行\x1f\ufffe。")
    ((title, _id, _first, _updated, text, _categories),) = feed_of(client)
    assert title.startswith("标题甲")
    assert "第一行\n第二行。" in text


def test_an_empty_feed_is_valid_too(client, liuxi, clock):
    assert feed_of(client) == []
