"""A list of people who receive aid, typed on a phone without script: refused a column, mended, handed in."""

import pytest
from django.utils.translation import gettext as _

from disclosure.enums import Stage
from disclosure.models import NoticeVersion
from tests.browser.town import community

pytestmark = pytest.mark.slow


def test_a_relief_list_from_a_phone(town, clock, desk_for):
    place = community(town)
    clock.set(4, 10)
    clerk = desk_for("linxiaowen", phone=True, script=False)
    clerk.open("/desk/notices/new/?item=R20")
    clerk.check("relief")
    issuer = place.bodies["residents_committee"]
    clerk.page.locator("[name=issuer]").select_option(str(issuer.pk))
    rows = "张建国，临时救助，1800元，2026年4月"
    clerk.fill({_("Confirmed by"): "青禾街道办事处", _("Confirmed on"): "2026-04-09", _("The list"): f"{rows}，住院"})
    clerk.press(_("Save the draft"))
    assert clerk.page.locator("[name=text]").input_value() == f"{rows}，住院"
    assert clerk.page.locator("[name=text]").get_attribute("aria-invalid") == "true"
    clerk.check("relief refused")
    clerk.fill({_("The list"): rows})
    clerk.press(_("Save the draft"))
    clerk.reads("张建国", "1800", "金额（元）", "《中华人民共和国社会救助法》第四十五条")
    clerk.press(_("Submit for review"))
    version = NoticeVersion.objects.get(notice__item="R20")
    assert version.stage_of_draft == Stage.IN_REVIEW
