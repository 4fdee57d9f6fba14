"""The packet on paper: as many sheets as it should have, nothing cut off, and the message for the group."""

import datetime
import re

import pytest

from governance.demo import case
from tests.browser.town import community

pytestmark = pytest.mark.slow

# Tables and slips that are wider than the paper, in the layout for print.
WIDER = """() => [...document.querySelectorAll(".paper table, .slip, .paper p")].filter(
    (piece) => piece.scrollWidth > Math.ceil(piece.closest(".paper").clientWidth) + 1
).length"""


def test_the_packet_of_a_meeting_on_paper(town, clock, desk_for):
    place = community(town)
    walk = case.register(place)
    case.propose(walk)
    case.confer(walk, place)
    case.review(walk, place)
    meeting = walk.call("resolve", "residents_reps", datetime.date(2026, 3, 31), place="社区党群服务中心多功能厅")
    clock.set(3, 28)
    desk = desk_for("linxiaowen")
    desk.open(meeting.get_absolute_url())
    desk.press("打印会议材料")
    page = desk.page
    page.emulate_media(media="print")
    assert page.evaluate(WIDER) == 0
    printed = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page[^s]", printed))
    names = page.locator(".paper.form table tbody").first.locator("tr").count()
    assert names == meeting.entitled == 63
    # Notice, sign-in sheet on three sheets, ballots four to a sheet, count sheet, form for the minutes.
    assert pages == 1 + 3 + -(-63 // 4) + 1 + 1
    page.emulate_media(media="null")
    desk.open(f"/desk/meetings/{meeting.pk}/group-text/")
    desk.main.get_by_role("textbox").click()
    assert page.evaluate("document.getSelection().toString()").startswith("【会议通知】柳溪社区居民代表会议")
    desk.main.get_by_role("button", name="复制文字").click()
    desk.main.get_by_text("已复制。").wait_for()
    assert desk.complaints == []
