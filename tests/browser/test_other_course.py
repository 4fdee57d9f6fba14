"""A matter that takes another course: voted down, raised again, a fault found, held again, resolved; all in public."""

import pytest
from django.utils.translation import gettext as _

from councils.enums import Fault, Ground, Status, Verdict
from councils.procedures import TURNS
from councils.views.track import step_name
from governance.demo import case
from governance.demo.under_way import USUAL
from governance.demo.walk import Walk
from tests.browser.town import community

pytestmark = pytest.mark.slow


def hold(walk, step, day, counts=None):
    usual = USUAL["liuxi"][step]
    walk.hold(step, usual.body, day, usual.present, counts or usual.counts, **usual.roll)


def test_voted_down_raised_again_and_held_again(town, clock, desk_for):
    place = community(town)
    walk = Walk(
        unit=place.unit,
        bodies=place.bodies,
        clerk=place.clerk,
        secretary=place.secretary,
        supervisor=place.supervisor,
        registered_on=case.day(3, 2),
        title="关于楼道加装扶手的事项",
        short_title="楼道加装扶手",
        category="M04",
        origin="residents",
        plan="居民提议楼道加装扶手。",
        motion="楼道加装扶手。",
    )
    for number, step in enumerate(("propose", "confer", "review"), start=3):
        hold(walk, step, case.day(3, number))
    hold(walk, "resolve", case.day(3, 10), (20, 28, 4))
    clock.set(3, 11)
    clerk = desk_for("linxiaowen", phone=True, axe=True)
    clerk.open(walk.matter.get_desk_url())
    clerk.check("voted down")
    again = TURNS["raised_again"].label
    clerk.press(again)
    clerk.check("raise again")
    clerk.press(again)  # nothing is filled in: told beside the fields
    clerk.check("raise again, refused")
    clerk.fill(
        {
            _("Does the substance change?"): Ground.SAME_SUBSTANCE.label,
            _("Why it is raised again, and what is different"): "多数住户补签了同意书。",
        }
    )
    clerk.press(again)
    assert walk.fresh().status == Status.PROPOSED
    for number, step in enumerate(("confer", "review", "resolve"), start=12):
        hold(walk, step, case.day(3, number))
    clock.set(3, 16)
    supervisor = desk_for("shenguilan")
    supervisor.open(walk.matter.get_desk_url())
    supervisor.press(_("Record a fault in the procedure"))
    supervisor.check("fault")
    supervisor.fill(
        {
            _("Which step"): step_name(walk.matter, walk.matter.procedure_row.deciding_step),
            _("Kind of fault"): Fault.ROLL.label,
            _("What was found, and on what basis"): "签到名册中3人不是居民代表，依据居民代表名册。",
        }
    )
    supervisor.press(_("Record the finding"))
    secretary = desk_for("zhoumingyuan", phone=True, axe=True)
    secretary.open("/desk/")
    secretary.reads(_("It found a fault in the procedure."))
    secretary.open(walk.matter.get_desk_url())
    secretary.press(_("Answer the finding of the supervision committee"))
    secretary.check("finding")
    secretary.fill({_("Answer"): Verdict.HELD_AGAIN.label, _("Reason"): "名册已更正，重新召开居民代表会议。"})
    secretary.press(_("Answer the finding"))
    assert walk.fresh().status == Status.VOID
    resident = desk_for(axe=True)
    resident.open(walk.matter.get_absolute_url())
    resident.check("held again")
    resident.reads(Status.VOID.label, "签到名册中3人不是居民代表", "名册已更正", "多数住户补签了同意书")
    hold(walk, "resolve", case.day(3, 18))
    clock.set(3, 19)
    resident.open(walk.matter.get_absolute_url())
    assert walk.fresh().status == Status.RESOLVED and walk.matter.round == 3
    assert resident.main.locator("details[id^=round-]").count() == 2
    resident.page.locator("#round-2 summary").click()
    resident.reads(_("Carried"), within="#round-2")
    resident.check("resolved")
