"""A notice before it is public: written without losing a word, freed of personal data, argued about, scheduled."""

import io

import docx
import pytest
from django.conf import settings
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from disclosure import actions
from disclosure.catalogue import ITEMS
from disclosure.chain import CHECKS
from disclosure.enums import Board, Stage
from disclosure.models import NoticeVersion
from governance.demo import PASSWORD, case
from governance.demo.walk import on
from tests.governance.processes import wait_for

pytestmark = pytest.mark.slow
NEW = "/desk/notices/new/"
ISSUER = "柳溪社区居民委员会（柳溪社区）"
MOBILE, DOOR = "13812345678", "3栋2单元501室"


@pytest.fixture
def draft(place):
    """`draft(text)`: an ordinary notice of 2 March, drafted by the clerk."""

    def make(text):
        return actions.draft_notice(
            unit=place.unit,
            board=Board.RESIDENTIAL,
            item="R28",
            issuer=place.bodies["residents_committee"],
            title="2026年2月志愿服务情况",
            text=text,
            by=place.clerk,
            at=on(case.day(3, 2), 8),
        )

    return make


def kept(page):
    """How many texts this browser keeps. It does so after a pause after the last key."""
    page.wait_for_timeout(500)
    return page.evaluate("localStorage.length")


def test_a_closed_browser_gives_the_text_back(place, desk_for):
    clerk = desk_for("linxiaowen", axe=True)
    page, offer, text = clerk.page, clerk.page.locator("[data-restore]"), clerk.page.locator("#id_text")
    clerk.open(f"{NEW}?item=F06")
    expect(offer).to_be_hidden()
    clerk.fill({_("Issued by"): ISSUER})
    clerk.press(_("Begin with the template"))
    begun = text.input_value()
    assert "【？" in begun
    text.fill(f"{begun}\n写了很久的内容。")
    wait_for(lambda: kept(page) == 1)
    page.goto("about:blank")

    clerk.open(NEW)
    clerk.check("offered")
    clerk.control(_("Restore what was not saved")).click()
    expect(text).to_have_value(f"{begun}\n写了很久的内容。")
    expect(page.locator("#id_item")).to_have_value("F06")
    clerk.press(_("Log out"), "header")
    assert page.evaluate("localStorage.length") == 0
    clerk.belongs_to("linxiaowen")
    clerk.open(NEW)
    expect(offer).to_be_hidden()


def test_a_word_file_fills_the_text_and_is_looked_at_in_three_shapes(place, desk_for):
    document, file = docx.Document(), io.BytesIO()
    document.add_heading("一、收入", 1)
    for cell, words in zip(document.add_table(1, 2).rows[0].cells, ("物业费", "8,640.00"), strict=True):
        cell.text = words
    document.save(file)
    clerk = desk_for("linxiaowen", axe=True)
    clerk.open(NEW)
    clerk.fill({_("What is disclosed"): f"F06 {ITEMS['F06'].title}", _("Issued by"): ISSUER, _("Title"): "专项经费"})
    upload = {"name": "经费.docx", "mimeType": "application/octet-stream", "buffer": file.getvalue()}
    clerk.page.set_input_files("#id_source", upload)
    clerk.press(_("Take the text over"))
    assert clerk.page.input_value("#id_text").split() == ["一、收入", "物业费", "8,640.00"]
    clerk.press(_("Preview"))
    clerk.reads(_("On the poster"), _("On a phone"), _("On the board"))
    assert clerk.page.locator(".letter").filter(has_text="8,640.00").count() == 2
    clerk.check("preview")
    clerk.press(_("Save the draft"))
    assert "物业费\t8,640.00" in NoticeVersion.objects.get().text
    clerk.open(NEW)
    assert kept(clerk.page) == 0


def test_an_ended_login_gives_the_text_back_on_a_phone_without_script(place, desk_for):
    clerk = desk_for("linxiaowen", phone=True, script=False)
    clerk.open(NEW)
    clerk.fill({_("Title"): "停水通知", _("Text"): "写了很久的内容。"})
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.press(_("Save the draft"))
    clerk.fill({_("account"): "linxiaowen", _("Password"): PASSWORD})
    clerk.press(_("Log in"))
    assert clerk.path == NEW
    assert clerk.page.input_value("#id_text") == "写了很久的内容。"
    clerk.reads(_("You were logged out meanwhile. What you wrote was kept and stands here again; it is not saved yet."))
    clerk.check("back")


def test_personal_data_is_masked_or_let_through_by_a_second_person(draft, clock, desk_for, way):
    version = draft(f"报名电话{MOBILE}。\n张三住{DOOR}，李四手机13987654321。")
    path = version.notice.desk_url
    clock.set(3, 2, 9)
    clerk = desk_for("linxiaowen", **way)
    clerk.open(path)
    assert clerk.page.locator("mark").all_inner_texts() == [MOBILE, DOOR, "13987654321"]
    clerk.check("found")
    clerk.press(_("Write “%(masked)s” instead") % {"masked": "139****4321"})
    assert clerk.page.locator("mark").all_inner_texts() == [MOBILE, DOOR]
    clerk.press(_("Mask all places in the text"))
    assert not clerk.page.locator("mark").count()
    clerk.press(_("Change the draft"))
    clerk.fill({_("Text"): f"报名电话{MOBILE}。"})
    clerk.press(_("Save the draft"))
    clerk.press(_("Submit for review"))

    supervisor, secretary = (desk_for(name, **way) for name in ("shenguilan", "zhoumingyuan"))
    supervisor.open(path)
    supervisor.press(_("Agree (%(check)s)") % {"check": CHECKS[Board.RESIDENTIAL].label})
    secretary.open(path)
    assert secretary.control(_("Sign and publish")).get_attribute("aria-disabled") == "true"
    supervisor.page.locator("summary", has_text=_("Publish it all the same")).click()
    supervisor.page.fill("#id_approve-reason", "报名电话须公布")
    supervisor.press(_("Approve"))
    secretary.open(path)
    secretary.reads("报名电话须公布")
    secretary.press(_("Sign and publish"))
    assert MOBILE in NoticeVersion.objects.get(pk=version.pk).published_text


def test_objected_answered_agreed_scheduled_and_recalled(draft, clock, desk_for, way):
    version = draft("2月开展志愿服务8场。")
    path = version.notice.desk_url
    clock.set(3, 2, 9)
    clerk, supervisor, secretary = (desk_for(name, **way) for name in ("linxiaowen", "shenguilan", "zhoumingyuan"))
    clerk.open(path)
    clerk.press(_("Submit for review"))
    supervisor.open(path)
    supervisor.page.fill("#id_return-reason", "请写明参加人次")
    supervisor.press(_("Object"))
    clerk.open(path)
    clerk.reads("请写明参加人次")
    clerk.fill({_("Answer to the objection"): "人次在年度报告中公布。"})
    clerk.press(_("Submit for review"))
    supervisor.open(path)
    supervisor.reads("人次在年度报告中公布。")
    supervisor.press(_("Agree (%(check)s)") % {"check": CHECKS[Board.RESIDENTIAL].label})
    secretary.open(path)
    secretary.fill({_("Day of publication"): "2026-03-03"})
    secretary.press(_("Sign and publish"))
    secretary.reads(Stage.SCHEDULED.label)
    secretary.check("scheduled")
    resident = desk_for(**way)
    public = NoticeVersion.objects.get(pk=version.pk).notice.get_absolute_url()
    assert resident.open(public) == 404
    secretary.page.locator("summary", has_text=_("Recall before publication")).click()
    secretary.page.fill("#id_withdraw-reason", "改期公布")
    secretary.press(_("Recall"))
    secretary.reads(Stage.RECALLED.label, "改期公布")
    clock.set(3, 3)
    assert resident.open(public) == 404
