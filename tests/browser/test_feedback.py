"""A resident asks on the phone without scripts, is answered, and says that it does not satisfy; the desk sees to it."""

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosure.enums import Feedback, Kind
from disclosure.models import Objection
from governance.demo import case, notices
from tests.browser.town import community

pytestmark = pytest.mark.slow


@pytest.fixture
def place(town):
    return community(town)


def test_from_a_question_on_the_phone_to_the_opinion_of_the_committee(place, clock, desk_for):
    sheet = notices.Sheet(case.day(3, 2), "R28", "三月志愿服务安排", "每周六上午清理楼道。", 7)
    version = notices.publish(place, sheet)
    clock.set(3, 3)
    phone = desk_for(script=False)
    phone.open(version.notice.get_absolute_url())
    phone.press(_("Ask or object"))
    phone.fill({_("What is it?"): Kind.QUESTION.label, _("What would you like to say?"): "能不能避开午休？"})
    phone.press(_("Send"))
    phone.reads(_("We have received it"))
    receipt = phone.path

    clock.set(3, 4)
    clerk = desk_for("linxiaowen")
    clerk.open(Objection.objects.get().get_absolute_url())
    clerk.fill({_("Summary for the public"): "建议避开午休", _("Reply"): "改为上午十点。"})
    clerk.press(_("Publish the reply"))
    clerk.reads(_("The reply is published."), within="body")

    clock.set(3, 5)
    phone.open(receipt)
    phone.reads("改为上午十点。", Feedback.NONE.label)
    phone.fill({_("Are you satisfied with the reply?"): pgettext("feedback", "not satisfied")})
    phone.press(_("Send"))
    phone.reads(Feedback.NOT_SATISFIED.label)

    supervisor = desk_for("shenguilan")
    supervisor.open("/desk/")
    supervisor.press(f"{version.notice.number}：{Kind.QUESTION.label}")
    supervisor.fill({_("Opinion of the supervision committee, for everyone to read"): "建议改到下午三点。"})
    supervisor.press(_("Publish the opinion"))
    phone.open(version.notice.get_absolute_url())
    phone.reads("建议改到下午三点。", Feedback.NOT_SATISFIED.label)
    phone.reads_not("能不能避开午休", within="body")


def test_a_rota_is_written_and_today_stands_on_top(place, clock, desk_for):
    clock.set(3, 3)
    clerk = desk_for("linxiaowen")
    clerk.open("/desk/announcements/")
    clerk.press(_("Write a duty rota"))
    lines = "3月3日 值班干部 何静 0000-8812300\n三月四日 值班干部 罗志强"
    clerk.fill({_("Title"): "本周值班表", _("Duties, one line each"): lines})
    clerk.press(_("Publish"))
    assert clerk.page.input_value("#id_lines").replace("\r", "") == lines, "nothing typed is lost"
    clerk.fill({_("Duties, one line each"): lines.replace("三月四日", "3月4日")})
    clerk.press(_("Publish"))
    clerk.reads("罗志强")
    resident = desk_for()
    resident.open(place.unit.get_absolute_url())
    resident.reads(_("On duty today: %(name)s (%(post)s)") % {"name": "何静", "post": "值班干部"})
