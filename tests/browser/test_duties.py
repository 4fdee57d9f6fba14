"""A month's duties: the clerk drafts what is due, the secretary signs that there is nothing, a resident reads both."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosure import actions
from disclosure.catalogue import ITEMS
from disclosure.enums import DutyState, Frequency
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

    street = desk_for("tanglei", **way)
    street.open(reverse("desk_duties"))
    street.check("overdue")
    with street.page.expect_navigation():
        street.page.locator("td a").first.click()
    street.reads(ITEMS["F04"].title, DutyState.OVERDUE.label)
    street.check("calendar of a community")
