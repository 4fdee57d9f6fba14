"""A resident asks, is answered, and says that it does not satisfy; the desk sees to it."""

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosure.enums import Feedback, Kind
from disclosure.models import Objection
from governance.demo import case, notices

pytestmark = pytest.mark.slow


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
    receipt = resident.path

    clock.set(3, 4)
    clerk = desk_for("linxiaowen", **way)
    clerk.open(Objection.objects.get().get_absolute_url())
    clerk.fill({_("Summary for the public"): "建议避开午休", _("Reply"): "改为上午十点。"})
    clerk.check("answering")
    clerk.press(_("Publish the reply"))
    clerk.reads(_("The reply is published."), within="body")

    clock.set(3, 5)
    resident.open(receipt)
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
