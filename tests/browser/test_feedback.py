"""A resident asks, is answered, and says that it does not satisfy; the desk sees to it. An evaluation is called off."""

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from playwright.sync_api import expect

from disclosure import actions
from disclosure.enums import EvaluationState, Feedback, Kind
from disclosure.models import Objection
from governance.demo import case, notices
from governance.demo.walk import on

pytestmark = pytest.mark.slow
WIDE = {number: number + 0xFEE0 for number in range(ord("!"), ord("~") + 1)}  # as a Chinese keyboard writes ASCII


def test_from_a_question_to_the_opinion_of_the_committee(place, clock, desk_for, way):
    sheet = notices.Sheet(case.day(3, 2), "R28", "三月志愿服务安排", "每周六上午清理楼道。", 7)
    version = notices.publish(place, sheet)
    clock.set(3, 3)
    resident = desk_for(**way)
    resident.open(version.notice.get_absolute_url())
    resident.press(_("Ask or object"))
    resident.fill({_("What is it?"): Kind.QUESTION.label, _("What would you like to say?"): "能不能避开午休？"})
    resident.press(_("Send"))
    resident.reads(_("We have received it"))
    resident.check("received")
    number = resident.page.locator("main b.no").inner_text()

    clock.set(3, 4)
    clerk = desk_for("linxiaowen", **way)
    clerk.open(Objection.objects.get().get_absolute_url())
    clerk.fill({_("Summary for the public"): "建议避开午休", _("Reply"): "改为上午十点。"})
    clerk.check("answering")
    clerk.press(_("Publish the reply"))
    clerk.reads(_("The reply is published."), within="body")

    clock.set(3, 5)
    resident.open("/receipt/")
    mistyped = ("7" if number[0] != "7" else "8") + number[1:]
    resident.fill({_("Number of the receipt"): mistyped})
    resident.press(pgettext("form", "Go on"))
    resident.check("mistyped")
    wrong = _("This number is not right. Please compare it with your receipt, letter by letter.")
    expect(resident.page.locator(".field .error")).to_have_text(wrong)
    resident.fill({_("Number of the receipt"): f" {number[:3]} {number[3:]}".lower().translate(WIDE)})
    resident.press(pgettext("form", "Go on"))
    resident.reads("改为上午十点。", Feedback.NONE.label)
    resident.fill({_("Are you satisfied with the reply?"): pgettext("feedback", "not satisfied")})
    resident.press(_("Send"))
    resident.reads(Feedback.NOT_SATISFIED.label)

    supervisor = desk_for("shenguilan", **way)
    supervisor.open("/desk/")
    supervisor.press(f"{version.notice.number}：{Kind.QUESTION.label}")
    supervisor.fill({_("Opinion of the supervision committee, for everyone to read"): "建议改到下午三点。"})
    supervisor.press(_("Publish the opinion"))
    resident.open(version.notice.get_absolute_url())
    resident.check("answered")
    resident.reads("建议改到下午三点。", Feedback.NOT_SATISFIED.label)
    resident.reads_not("能不能避开午休", within="body")


def test_an_evaluation_is_called_off_for_a_reason_that_residents_read(place, clock, desk_for, way):
    sheet = notices.Sheet(case.day(3, 2), "R28", "三月志愿服务安排", "每周六上午清理楼道。", 7)
    notice = notices.publish(place, sheet).notice
    evaluation = actions.open_evaluation(
        notice=notice,
        question="您对志愿服务是否满意？",
        opens_on=case.day(3, 13),
        closes_on=case.day(3, 20),
        households=9,
        by=place.clerk,
        at=on(case.day(3, 3), 9),
    )
    code = actions.print_slips(evaluation=evaluation, by=place.clerk, at=on(case.day(3, 3), 10))[0]
    clock.set(3, 14)
    secretary = desk_for("zhoumingyuan", **way)
    secretary.open(evaluation.get_absolute_url())
    secretary.press(pgettext("evaluation", "Call it off"))
    secretary.fill({_("Reason"): "部分评议票在分发时遗失"})
    secretary.check("calling off")
    secretary.press(pgettext("evaluation", "Call it off"))
    secretary.reads("部分评议票在分发时遗失", EvaluationState.CALLED_OFF.label)
    secretary.check("called off")
    resident = desk_for(**way)
    resident.open(f"/e/{code}/")
    resident.reads("部分评议票在分发时遗失")
    resident.check("void slip")
    resident.open(notice.get_absolute_url())
    resident.reads(
        _("Called off on %(day)s. Reason: %(reason)s") % {"day": "3月14日", "reason": "部分评议票在分发时遗失"}
    )
    resident.check("notice")
