"""What happens on the boards from day to day, on phones and desktops, with and without scripts."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image
from playwright.sync_api import expect

from disclosure import actions
from disclosure.chain import CHECKS
from disclosure.enums import Board
from disclosure.models import NoticeVersion
from governance.demo import case, notices
from governance.demo.walk import on
from tests.browser.town import build, community
from tests.world import PDF

pytestmark = pytest.mark.slow
LIUXI = "/u/990101001001/"
CLERK, SUPERVISOR, SECRETARY = "linxiaowen", "shenguilan", "zhoumingyuan"


@pytest.fixture
def papers(told, clock):
    """On 3 March: a notice on display, two drafts and one more that wait for their review; the keys of the notices."""

    def tell():
        place = community(build(clock))
        sheet = notices.Sheet(case.day(3, 2), "R28", "三月志愿服务安排", "每周六上午清理楼道。\n联系人住3栋2单元。", 7)
        return [notices.publish(place, sheet).notice_id, *(drafted(place, title) for title in ("一月", "二月", "四月"))]

    keys = told("papers", tell)
    clock.set(3, 3)
    return keys


def drafted(place, month):
    who = {"by": place.clerk, "at": on(case.day(3, 2), 9)}
    words = {"title": f"{month}志愿服务情况", "text": "开展志愿服务8场。"}
    issuer = place.bodies["residents_committee"]
    version = actions.draft_notice(unit=place.unit, board=Board.RESIDENTIAL, item="R28", issuer=issuer, **words, **who)
    return actions.submit_draft(version=version, **who).notice_id


def photograph():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    return file.getvalue()


def public(pk):
    return NoticeVersion.objects.filter(notice=pk).latest("number").notice.get_absolute_url()


def test_announced_guided_and_on_duty(place, clock, desk_for, way):
    clock.set(3, 3)
    clerk = desk_for(CLERK, **way)
    new = reverse("desk_announcement_new")
    clerk.open(new)
    clerk.fill({_("Title"): "停水通知", _("Text"): "3月5日检修水管。", _("Shown until"): "2026-03-10"})
    clerk.check("announcement")
    clerk.press(_("Publish"))
    clerk.open(f"{new}?kind=guide")
    guide = {
        _("Title"): "老年人优待证办理",
        _("Who can have it, and when"): "年满60周岁的居民，随时可办。",
        _("Papers to bring"): "居民身份证",
        _("Time limit"): "当场办结",
        _("Responsible post"): "民政窗口",
        _("Office telephone"): "0000-8812300",
    }
    clerk.fill(guide)
    clerk.check("guide")
    clerk.press(_("Publish"))
    clerk.open(reverse("desk_announcements"))
    clerk.check("announcements")
    clerk.press(_("Write a duty rota"))
    lines = "3月3日 值班干部 何静 0000-8812300\n三月四日 值班干部 罗志强"
    clerk.fill({_("Title"): "本周值班表", _("Duties, one line each"): lines})
    clerk.press(_("Publish"))
    assert clerk.page.input_value("#id_lines").replace("\r", "") == lines, "nothing typed is lost"
    clerk.check("rota, refused")
    clerk.fill({_("Duties, one line each"): lines.replace("三月四日", "3月4日")})
    clerk.press(_("Publish"))
    clerk.reads("罗志强")
    resident = desk_for(**way)
    resident.open(LIUXI)
    resident.reads(_("On duty today: %(name)s (%(post)s)") % {"name": "何静", "post": "值班干部"})
    resident.open(f"{LIUXI}announcements/")
    resident.reads("老年人优待证办理", "停水通知")
    resident.check("announcements")
    resident.press("停水通知")
    resident.reads("3月5日检修水管。")
    resident.check("announcement")


def test_reviewed_at_once_and_on_paper_hung_up_and_taken_home(papers, clock, desk_for, way):
    _on_display, one, other, third = papers
    supervisor = desk_for(SUPERVISOR, **way)
    supervisor.open(reverse("desk_review_batch"))
    supervisor.check("several reviews")
    for tick in supervisor.page.locator("[name=version]").all()[:2]:
        tick.check()
    supervisor.press(_("Hand in the reviews"))
    assert NoticeVersion.objects.filter(notice__in=papers, reviewed_at=None).count() == 1
    left = NoticeVersion.objects.get(notice__in=papers, reviewed_at=None).notice
    clerk = desk_for(CLERK, **way)
    clerk.open(left.desk_url)
    clerk.press(_("Enter an opinion from paper"))
    member = clerk.page.locator("#id_person")
    member.select_option(member.locator("option", has_text="沈桂兰").get_attribute("value"))
    clerk.fill({_("Signed on"): "2026-03-03"})
    clerk.page.set_input_files("#id_scan", {"name": "审核意见.pdf", "mimeType": "application/pdf", "buffer": PDF})
    clerk.check("opinion on paper")
    clerk.press(_("Save"))
    secretary = desk_for(SECRETARY, **way)
    secretary.open(left.desk_url)
    secretary.check("to be signed")
    secretary.press(_("Sign and publish"))
    clock.set(3, 5)
    clerk.open(reverse("desk_notice_postings", args=[left.pk]))
    shown = _("Neither people nor personal data can be seen on it: show it to everyone")
    clerk.fill({_("Posted on"): "2026-03-03", shown: True})
    picture = {"name": "公开栏.png", "mimeType": "image/png", "buffer": photograph()}
    clerk.page.set_input_files("#id_photo", picture)
    clerk.press(_("Save"))
    clerk.check("posting")
    clerk.fill({_("Taken down on"): "2026-03-04"}, within="main .list")
    clerk.press(_("Enter that it was taken down"))
    resident = desk_for(**way)
    resident.open(public(left.pk))
    hung = _("Hung on the physical board: %(first)s to %(last)s") % {"first": "2026年3月3日", "last": "3月4日"}
    resident.reads(NoticeVersion.objects.get(notice=left).title, hung)
    resident.check("notice")
    photo = resident.control(_("photograph")).get_attribute("href")
    assert resident.context.request.get(f"{resident.server.url}{photo}").headers["content-type"] == "image/png"
    resident.open(reverse("wall", args=["990101001001"]))
    resident.check("wall")
    kept = resident.context.request.get(f"{resident.server.url}{LIUXI}archive.zip")
    assert any("notices" in name for name in zipfile.ZipFile(io.BytesIO(kept.body())).namelist())


def test_corrected_masked_and_withdrawn(papers, desk_for, way):
    pk, *_drafts = papers
    clerk, supervisor, secretary = (desk_for(name, **way) for name in (CLERK, SUPERVISOR, SECRETARY))
    resident, desk = desk_for(**way), reverse("desk_notice", args=[pk])
    masking = reverse("desk_notice_redact", args=[pk, 1])
    secretary.open(masking)
    text = secretary.page.input_value("#id_text")
    secretary.fill({_("Masked text"): text.replace("3栋2单元", "×××"), _("Reason"): "住址不应公开"})
    secretary.check("to be masked")
    secretary.press(_("Ask for the masking"))
    supervisor.open(masking)
    supervisor.check("masking")
    supervisor.press(_("Agree: mask it for good"))
    resident.open(public(pk))
    resident.reads("×××", "住址不应公开")
    resident.reads_not("3栋2单元")
    resident.check("masked")

    clerk.open(reverse("desk_notice_correct", args=[pk]))
    clerk.fill({_("Text"): "每周日上午清理楼道。", _("Reason of the correction"): "时间有误"})
    clerk.check("correction")
    clerk.press(_("Save the draft"))
    clerk.press(_("Submit for review"))
    supervisor.open(desk)
    supervisor.press(_("Agree (%(check)s)") % {"check": CHECKS[Board.RESIDENTIAL].label})
    secretary.open(desk)
    secretary.press(_("Sign and publish"))
    resident.open(public(pk))
    resident.reads("时间有误", "每周日上午清理楼道。")
    expect(resident.page.locator("main ins").first).to_contain_text("日")
    expect(resident.page.locator("main del").first).to_contain_text("六")
    resident.check("corrected")

    secretary.open(desk)
    secretary.page.locator("summary", has_text=_("Withdraw the notice")).click()
    secretary.page.fill("#id_withdraw-reason", "活动取消")
    secretary.press(_("Withdraw"))
    secretary.check("withdrawn")
    resident.open(public(pk))
    resident.reads("活动取消")
    resident.check("withdrawn")
