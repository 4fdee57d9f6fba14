"""The administrator imports units from a sheet: a bad row is named, mended in the sheet, and all of it confirmed."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.models import Import, OrgUnit

pytestmark = pytest.mark.slow
HEAD = "单位代码,单位名称,上级代码,类型,户数"


def test_a_sheet_with_one_bad_row_is_mended_and_imported(town, clock, desk_for):
    clock.set(3, 2)
    desk, street = desk_for("admin"), town.units["street"]
    desk.open(reverse("admin:orgs_orgunit_changelist"))
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name=_("Import units")).click()

    def upload(households):
        rows = (
            HEAD,
            f"{street.code}071,杏林社区,{street.code},社区,１２００",
            f"{street.code}071-01,杏林苑,{street.code}071,小区,{households}",
        )
        sheet = {"name": "名册.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode("gb18030")}
        desk.page.set_input_files("#id_file", sheet)
        with desk.page.expect_navigation():
            desk.page.get_by_role("button", name=_("Show what would happen")).click()

    upload("三百")
    wrong = desk.page.locator("tr", has_text="杏林苑")
    assert "三百" in wrong.inner_text() and "户数" in wrong.inner_text()
    assert desk.page.get_by_role("button", name=_("Import now")).count() == 0
    upload("300")
    assert not OrgUnit.objects.filter(name="杏林社区").exists()
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=_("Import now")).click()
    said = _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
    assert said % {"new": 2, "changed": 0, "unchanged": 0} in desk.page.locator(".messagelist").inner_text()
    unit = OrgUnit.objects.get(name="杏林苑")
    assert unit.parent.name == "杏林社区" and unit.parent.households == 1200 and unit.households == 300
    assert unit.path.startswith(street.path) and Import.objects.get().name == "名册.csv"
