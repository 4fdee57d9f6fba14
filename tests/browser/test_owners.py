"""An owners' assembly at its screens: a roll from a sheet, numbered ballots, two people who enter, one who confirms."""

import datetime
import uuid

import pytest
from django.utils.translation import gettext as _

from councils import actions
from councils.models import Meeting, OwnerBallot
from governance.demo.walk import on
from tests.browser.town import community

pytestmark = pytest.mark.slow

SHEET = """\
楼栋,房号,业主,专有部分面积
1幢,101,安知行,88.36
1幢,102,常雨禾、常知行,102.37
1幢,103,农雨禾,118.38
1幢,104,农雨禾,20
1幢,105,尚雨禾,88.39
"""
MOTION = "使用住宅专项维修资金更换电梯1部。"


@pytest.fixture
def matter(town):
    """Owners of 柳溪苑 called for it by law."""
    place = community(town, "liuxiyuan")
    return actions.register_matter(
        by=place.clerk,
        at=on(datetime.date(2026, 3, 1)),
        unit=place.unit,
        title="关于更换电梯的事项",
        short_title="更换电梯",
        category="M11",
        origin="residents",
        owners_item=5,
        plan="电梯停运多次，提议更换。",
        motion=MOTION,
        statutory_call="owners_fifth",
        initiator_kind="owners",
        initiator_count=2,
        initiator_base=4,
        counted_by="胡振东",
        counted_on=datetime.date(2026, 3, 1),
        base_source="业主名册",
        token=uuid.uuid4(),
    )


def test_an_assembly_from_the_roll_to_the_public_page(matter, clock, desk_for, tmp_path):
    clock.set(3, 2)
    deputy = desk_for("cailihua", axe=True)
    import_roll(deputy, matter, tmp_path)
    call(deputy, matter)
    make_and_print(deputy)
    clock.set(3, 10)
    deliver(deputy)
    clock.set(3, 20)
    enter(deputy, {1: "同意", 2: "同意", 3: "同意", 4: "反对"})
    chair = desk_for("kangjianping", phone=True, axe=True)
    enter(chair, {1: "同意", 2: "反对", 3: "同意", 4: "反对"})
    settle(desk_for("linxiaowen", axe=True))
    clock.set(3, 26)
    close(deputy)
    confirm(chair, deputy)
    visitor = desk_for()
    visitor.open(matter.get_absolute_url())
    visitor.reads("4", "3", MOTION)
    visitor.page.get_by_text(_("By owners and by area")).click()
    visitor.reads("329.11", "88.39")
    visitor.reads_not("安知行", "常雨禾", "1幢")
    visitor.check("public page")


def import_roll(desk, matter, folder):
    sheet = folder / "名册.csv"
    sheet.write_text(SHEET, encoding="gb18030")
    desk.open("/desk/owners/")
    desk.press(matter.unit.name)
    desk.press(_("Import a roll"))
    desk.fill({_("As of"): "2026-03-01", _("Taken from"): "不动产登记簿"})
    desk.page.get_by_label(_("Sheet")).set_input_files(sheet)
    desk.press(_("Look at the sheet"))
    desk.reads("417.5", "常雨禾、常知行")
    desk.check("preview of the roll")
    desk.press(_("Write the roll"))
    desk.check("roll")


def call(desk, matter):
    desk.open(f"/desk/matters/{matter.pk}/call/resolve/")
    desk.fill(
        {
            _("Date"): "2026-03-25",
            _("Time"): "18:00",
            _("Voting in writing from"): "2026-03-18",
            _("Place"): "物业服务中心",
            _("Called on"): "2026-03-02",
        }
    )
    desk.press(_("Call the meeting"))


def make_and_print(desk):
    desk.press(_("Owners' ballots: roll, delivery, count"), "aside")
    desk.fill({_("Residents' committee told on"): "2026-03-02"})
    desk.check("making ballots")
    desk.press(_("Fix the roll and make the ballots"))
    desk.check("progress")
    desk.press(_("Print the ballots"))
    desk.reads("0004", MOTION)
    desk.check("ballots")


def deliver(desk):
    desk.open(f"{ballots()}delivery/")
    desk.fill({_("Delivered by"): "胡振东"})
    for box in desk.page.get_by_label(_("and signed for")).all():
        box.check()
    desk.press(_("Enter these deliveries"))
    desk.check("deliveries")
    assert OwnerBallot.objects.filter(deliveries__signed=True).count() == 4


def ballots():
    return f"/desk/meetings/{Meeting.objects.get().pk}/ballots/"


def enter(desk, choices):
    desk.open(f"{ballots()}entry/")
    for serial, choice in choices.items():
        desk.fill({_("Serial number"): f"{serial:04}"})
        desk.press(_("Open this ballot"))
        desk.fill({MOTION: choice})
        desk.check("entry")
        desk.press(_("Register this entry"))


def settle(desk):
    desk.open(ballots())
    desk.press(_("Settle ballot %(serial)s") % {"serial": "0002"})
    desk.reads("同意", "反对")
    desk.fill({MOTION: "同意"})
    desk.check("settling")
    desk.press(_("This is what the ballot says"))
    desk.reads_not(_("Entries that differ"))


def close(desk):
    desk.open(f"{ballots()}close/")
    desk.check("closing")
    desk.press(_("Close the count"))
    desk.check("record of the count")


def confirm(chair, deputy):
    deputy.open(f"/desk/meetings/{Meeting.objects.get().pk}/minutes/")
    deputy.fill({_("Minutes"): "计票由监票人解玉琴现场监督。"})
    deputy.press(_("Save the minutes"))
    chair.open("/desk/")
    row = chair.page.locator("main tbody tr", has_text=_("Confirm the record"))
    chair.press(row.get_by_role("link").inner_text())
    chair.press(_("Look at the record and confirm"))
    chair.press(_("Confirm this record"))
