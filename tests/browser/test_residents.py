"""What a resident does without a login: find the community, read, follow, print, call. On a phone without scripts;
some of it at a desktop with them too.
"""

import re

import pytest
import segno
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from playwright.sync_api import expect

from councils.models import Matter
from disclosure.enums import Answer, Board
from disclosure.models import Evaluation, Notice
from governance.demo import case, notices, story
from orgs.enums import Level
from tests import factories
from tests.browser.town import build, community

pytestmark = pytest.mark.slow
LIUXI = "/u/990101001001/"
four_ways = pytest.mark.parametrize(
    "way", ["phone", "phone without script", "desktop", "desktop without script"], indirect=True
)


@pytest.fixture
def disclosed(told, clock):
    """The worked case on 2 April: resolved and on display, beside the notices of the year."""

    def tell():
        place = community(build(clock))
        notices.until(place, story.FIRST_DAY, case.day(3, 31))
        walk = case.register(place)
        case.propose(walk)
        case.confer(walk, place)
        case.review(walk, place)
        case.resolve_in_vain(walk)
        case.resolve(walk, place)
        case.disclose(walk)
        return walk.matter.pk

    pk = told("disclosed", tell)
    clock.set(4, 2)
    return Matter.objects.for_page().get(pk=pk)


@pytest.fixture
def phone(desk_for):
    return desk_for(script=False)


@pytest.fixture
def reader(desk_for, way):
    """A resident at any kind of screen."""
    return desk_for(**way)


def find(desk, words):
    desk.open("/")
    desk.fill({str(_("Name or code of the community, or its street")): words})
    desk.press(_("Find"))


@pytest.mark.parametrize("words", ["柳溪社区", "990101001001"])
def test_the_one_community_of_that_name_or_code_opens_at_once(town, phone, words):
    find(phone, words)
    assert phone.path == LIUXI
    phone.reads("柳溪社区", "青禾街道", "2236户", "柳溪路18号")


def test_by_initials_and_by_street(town, phone):
    for words in ("lx", "青禾街道"):
        find(phone, words)
        if phone.path != LIUXI:
            phone.press("柳溪社区")
        assert phone.path == LIUXI
    find(phone, "没有这个社区")
    phone.reads(
        "没有这个社区",
        _("Try a shorter piece of the name, the name of the street, or call the office at the foot of the page."),
    )


def test_equal_names_are_told_apart_by_their_place(town, phone):
    district = factories.unit(Level.DISTRICT, parent=town.units["city"], name="望山区", code="990102")
    street = factories.unit(Level.STREET, parent=district, name="松岭街道", short_name="松岭", code="990102001")
    twin = factories.unit(parent=street, name="柳溪社区", short_name="柳溪", code="990102001001")
    find(phone, "柳溪社区")
    rows = phone.page.locator("main .list li")
    expect(rows.filter(has_text="青禾街道")).to_have_count(1)
    expect(rows.filter(has_text="松岭街道")).to_have_count(1)
    phone.check("equal names")
    with phone.page.expect_navigation():
        rows.filter(has_text="松岭街道").get_by_role("link").click()
    assert phone.path == twin.get_absolute_url()


def test_the_community_is_remembered(town, phone):
    phone.open("/")
    phone.reads_not(_("Last community you looked at"))
    phone.open(LIUXI)
    phone.open("/")
    phone.reads(_("Last community you looked at"))
    phone.press(_("Open %(name)s") % {"name": "柳溪社区"})
    assert phone.path == LIUXI


def test_large_print_stays(town, phone):
    phone.open(LIUXI)
    body = phone.page.locator("body")
    before = body.evaluate("body => parseFloat(getComputedStyle(body).fontSize)")
    phone.press(_("Large print"), within="header")
    assert phone.path == LIUXI
    assert body.evaluate("body => parseFloat(getComputedStyle(body).fontSize)") > before
    phone.check("large print")
    phone.open("/rules/")
    assert body.evaluate("body => parseFloat(getComputedStyle(body).fontSize)") > before
    phone.press(_("Standard print"), within="header")
    assert body.evaluate("body => parseFloat(getComputedStyle(body).fontSize)") == before


def test_english_and_back(town, phone):
    phone.open("/")
    phone.press("English", within="footer")
    phone.reads("Find my community", "No registration, no login.")
    assert phone.page.get_attribute("html", "lang") == "en"
    phone.open("/rules/")
    assert phone.page.get_attribute("html", "lang") == "en"
    phone.press("中文", within="footer")
    assert phone.page.get_attribute("html", "lang") == "zh-Hans"
    phone.open("/")
    phone.reads(_("Find my community"))


@four_ways
def test_from_the_board_to_the_notice_and_its_poster(disclosed, reader, live_server):
    notice = disclosed.resolution_notice
    reader.open(LIUXI)
    reader.check("community")
    reader.open(notice.board_url)
    reader.reads("居务公开", "〔2026〕3号")
    reader.check("board")
    reader.press("关于老年助餐点改造事项决议的公告")
    reader.reads("柳溪居公〔2026〕3号", "同意45票、反对3票、弃权2票", "4月16日")
    reader.check("notice")
    reader.press(_("The notice as a poster (A4, to print)"))
    reader.reads("关于老年助餐点改造事项决议的公告", "柳溪居公〔2026〕3号")
    reader.check("poster")
    address = f"{live_server.url}/check/{notice.current.check_code}/"
    reader.reads(address)

    drawn = reader.page.locator("main footer .qr").inner_html()
    paths = re.compile(r' d="([^"]+)"')
    expected = segno.make_qr(address, error="m").svg_inline(border=2, omitsize=True)
    assert paths.findall(drawn) == paths.findall(expected), "the code leads to the check of the notice"

    pdf = reader.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    (width, height), *others = {
        (float(w), float(h)) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    }
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297) and not others


@four_ways
def test_a_household_answers_with_the_code_of_the_slip_that_the_clerk_printed(disclosed, clock, desk_for, way):
    clerk, phone = desk_for("linxiaowen", **way), desk_for(**way)
    clerk.open(f"/desk/notices/{disclosed.resolution_notice.pk}/evaluation/")
    question = pgettext("evaluation", "Question")
    clerk.fill({question: "您对这项决议是否满意？", _("Number of households"): "9"})
    clerk.press(_("Announce"))
    clerk.press(_("Show all slips to print"))
    clerk.check("slips")
    slips = clerk.page.locator(".code-slip")
    expect(slips).to_have_count(9)
    code = slips.nth(4).locator(".no").inner_text()

    clock.set(4, 12)
    phone.open("/e/")
    phone.fill({_("Code on the slip"): code.lower()})
    phone.press(pgettext("form", "Go on"))
    phone.reads("您对这项决议是否满意？")
    phone.check("slip")
    phone.press(Answer.FAIRLY.label)
    phone.press(_("Yes, send it"))
    phone.reads(_("Thank you, your answer has been counted"))
    assert Evaluation.objects.get().fairly == 1


def test_the_three_boards_are_apart(disclosed, phone):
    assert Notice.objects.filter(board=Board.PARTY).exists()
    phone.open(f"{LIUXI}board/party/")
    phone.reads("柳溪社区党委委员分工")
    phone.reads_not("老年助餐点")
    phone.open(f"{LIUXI}board/residential/")
    phone.reads("老年助餐点")
    phone.reads_not("党委委员分工")


def test_the_feed_is_found_and_holds_the_notice(disclosed, phone):
    phone.open(LIUXI)
    link = phone.page.locator("head link[type='application/atom+xml']").get_attribute("href")
    feed = phone.context.request.get(f"{phone.server.url}{link}")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "关于老年助餐点改造事项决议的公告" in feed.text()
    assert "党员大会" not in feed.text().split("<content")[0]


def test_a_coming_meeting_of_the_representatives_is_told_and_one_of_the_party_is_not(place, clock, phone):
    walk = case.register(place)
    walk.call("propose", "party_committee", case.day(3, 6), called_on=case.day(3, 4))
    clock.set(3, 5)
    phone.open(LIUXI)
    phone.reads(_("No meeting has been called."), within="#meetings")
    walk.attend(walk.matter.items.get().meeting, 7)
    meeting = walk.matter.items.get().meeting
    walk.vote(meeting, 7, 0, 0)
    walk.minutes(meeting, "同意。")
    walk.confirm(meeting)
    case.confer(walk, place)
    case.review(walk, place)
    walk.call("resolve", "residents_reps", case.day(3, 31), called_on=case.day(3, 25), place="社区党群服务中心多功能厅")
    clock.set(3, 26)
    phone.open(LIUXI)
    phone.reads("柳溪社区居民代表会议", "社区党群服务中心多功能厅", within="#meetings")


def test_every_telephone_can_be_pressed(town, phone):
    phone.open(LIUXI)
    links = phone.page.locator("#phones a.phone")
    assert links.count() == 3
    for number, link in zip(("0000-8812300", "0000-8812366", "0000-8810012"), links.all(), strict=True):
        expect(link).to_contain_text(number)
        assert link.get_attribute("href") == f"tel:{number.replace('-', '')}"
        assert link.bounding_box()["height"] >= 44, "a thumb is broad"


@four_ways
def test_a_word_is_marked_and_leads_to_what_was_decided(disclosed, reader):
    reader.open("/search/")
    reader.fill({str(_("Words to look for")): "助餐 闲置"})
    reader.press(pgettext("verb", "Search"))
    reader.check("search")
    reader.page.locator("[name=year]").select_option("2026")
    reader.press(pgettext("verb", "Search"))
    found = reader.page.locator("ol.found > li")
    expect(found.first.locator("mark").first).to_have_text("闲置")
    with reader.page.expect_navigation():
        found.first.get_by_role("link").click()
    assert reader.path.startswith(LIUXI)
    reader.reads("助餐")
    calendar = reader.context.request.get(f"{reader.server.url}{LIUXI}calendar.ics")
    assert calendar.headers["content-type"].startswith("text/calendar") and "BEGIN:VCALENDAR" in calendar.text()


@four_ways
def test_a_resident_checks_the_poster_by_its_code(reader, disclosed):
    notice = disclosed.resolution_notice
    reader.open(notice.poster_url)
    code = reader.page.locator(".sheet footer b.no").inner_text()
    assert code == notice.current.check_code
    wrong = code[:3] + ("7" if code[3] != "7" else "8") + code[4:]
    reader.open("/check/")
    reader.fill({str(_("Check code")): wrong.lower()})
    reader.press(pgettext("verb", "Check"))
    said = _("This check code is not right. Please compare character %(places)s.") % {"places": 4}
    expect(reader.page.locator(".field .error")).to_have_text(said)
    reader.fill({str(_("Check code")): code.replace("-", "").lower()})
    reader.press(pgettext("verb", "Check"))
    expect(reader.page.locator("h1")).to_have_text(_("This is a record of the portal, unchanged"))
    expect(reader.page.locator("main")).to_contain_text(notice.number)
