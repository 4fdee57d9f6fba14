"""A month's duties: the clerk drafts what is due, the secretary signs that there is nothing, a resident reads both.
A community's own item is published under like the others.
"""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosure import actions
from disclosure.catalogue import ITEMS
from disclosure.enums import Board, DutyState, Frequency
from disclosure.models import NoticeVersion
from governance.demo.walk import on
from tests.browser.town import community

pytestmark = pytest.mark.slow
NEW_YEAR = datetime.date(2026, 1, 1)


def test_due_nothing_to_report_and_overdue(town, clock, desk_for, way):
    place = community(town)
    actions.begin_duties(
        unit=place.unit,
        first_on=NEW_YEAR,
        reason="按街道规定公布",
        token=uuid.uuid4(),
        by=town.user("唐磊"),
        at=on(datetime.date(2026, 4, 1), 9),
    )
    clock.set(4, 10)
    clerk = desk_for("linxiaowen", **way)
    clerk.open("/desk/calendar/")
    clerk.check("calendar")
    clerk.reads(ITEMS["F04"].title, DutyState.DUE.label)
    with clerk.page.expect_navigation():
        clerk.page.locator("a[href*='item=F04&period=2026Q1']").click()
    assert clerk.page.locator("[name=item]").input_value() == "F04"
    assert clerk.page.locator("[name=period]").input_value() == "2026Q1"

    secretary = desk_for("zhoumingyuan", **way)
    secretary.open("/desk/calendar/")
    with secretary.page.expect_navigation():
        secretary.page.locator("a[href*='nothing/?item=F09&period=2026Q1']").click()
    secretary.check("nothing")
    secretary.press(_("Sign it"))
    secretary.reads(DutyState.NOTHING.label)
    secretary.open(reverse("desk_catalogue_new", args=[place.unit.code, "stricter"]))
    secretary.page.select_option("#id_item", "F04")
    monthly = {_("How often"): Frequency.MONTH.label, _("First day"): "2026-05-01", _("Reason"): "居民希望每月看到"}
    secretary.fill(monthly)
    secretary.check("stricter")
    secretary.press(_("Enter"))
    secretary.reads("居民希望每月看到")

    clock.set(4, 16)
    resident = desk_for(**way)
    resident.open(f"/u/{place.unit.code}/board/financial/")
    resident.reads(_("Still to be published here"), DutyState.OVERDUE.label, "本期无捐赠收入与使用内容，特此说明。")
    resident.check("board")
    resident.press(_("What must be published here"))
    resident.reads(ITEMS["F04"].title, pgettext("affairs", "Residents' committee"))
    resident.check("catalogue")

    secretary.open(reverse("desk_catalogue_new", args=[place.unit.code, "added"]))
    own = {_("Board"): Board.RESIDENTIAL.label, _("Title"): "小区停车位分配", _("How often"): Frequency.EVENT.label}
    secretary.fill({**own, _("First day"): "2026-04-16", _("Reason"): "居民代表会议要求公开"})
    secretary.check("local item")
    secretary.press(_("Enter"))
    secretary.reads("小区停车位分配", "居民代表会议要求公开")
    clerk.open("/desk/notices/new/")
    item = clerk.page.locator("#id_item option", has_text="小区停车位分配").inner_text()
    issuer = place.bodies["residents_committee"]
    written = {_("Title"): "一季度停车位分配结果", _("Text"): "分配车位3个。"}
    clerk.fill({_("What is disclosed"): item, _("Issued by"): f"{issuer.name}（{place.unit.name}）", **written})
    clerk.press(_("Save the draft"))
    clerk.press(_("Submit for review"))
    draft = NoticeVersion.objects.latest("pk")
    actions.review_notice(version=draft, by=place.supervisor, at=clock())
    secretary.open(draft.notice.desk_url)
    secretary.press(_("Sign and publish"))
    resident.open(f"/u/{place.unit.code}/catalogue/")
    resident.reads("小区停车位分配", "居民代表会议要求公开")
    resident.open(NoticeVersion.objects.get(pk=draft.pk).notice.get_absolute_url())
    resident.reads("分配车位3个。")

    street = desk_for("tanglei", **way)
    street.open(reverse("desk_duties"))
    street.check("overdue")
    with street.page.expect_navigation():
        street.page.locator("td a").first.click()
    street.reads(ITEMS["F04"].title, DutyState.OVERDUE.label)
    street.check("calendar of a community")
