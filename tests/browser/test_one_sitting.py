"""Two matters and two steps in one sitting: called on a phone, entered part by part, confirmed at once."""

import uuid

import pytest
from django.utils.translation import gettext as _

from councils import actions
from councils.enums import Status
from councils.models import Matter, Meeting
from governance.demo import case
from governance.demo.walk import on
from tests.browser.town import community

pytestmark = pytest.mark.slow


def matter(place, title):
    return actions.register_matter(
        by=place.clerk,
        at=on(case.day(3, 2), 10),
        unit=place.unit,
        token=uuid.uuid4(),
        title=f"关于{title}的事项",
        short_title=title,
        category="M04",
        origin="residents",
        plan=f"居民提议{title}。",
        motion=f"{title}。",
    )


def enter(desk, *, present, votes, labels):
    """Attendance, a vote for each matter and the drafted minutes of the meeting on the page."""
    desk.press(_("Enter the attendance"))
    desk.check("attendance")
    desk.fill({_("Present"): present})
    desk.press(_("Register the attendance"))
    for numbers in votes:
        with desk.page.expect_navigation():
            desk.control(_("Enter the vote")).first.click()
        desk.check("vote")
        desk.fill(dict(zip(labels, numbers, strict=True)))
        desk.press(_("Register the result"))
    desk.press(_("Write the minutes"))
    desk.check("minutes")
    desk.press(_("Save the minutes"))


def test_two_matters_take_two_steps_in_one_sitting(town, clock, desk_for):
    place = community(town)
    first, second = (matter(place, title) for title in ("楼道加装扶手", "楼道照明改造"))
    clock.set(3, 6, 20)
    clerk = desk_for("linxiaowen", phone=True)
    clerk.open(first.get_desk_url())
    clerk.press(_("Call the meeting"))
    clerk.check("call")
    clerk.page.get_by_label(second.short_title).check()
    body = place.bodies["two_committees"].name
    clerk.fill(
        {
            _("Date"): "2026-03-06",
            _("Time"): "19:00",
            _("Place"): "社区二楼会议室",
            _("Next step"): _("in the same sitting, right after: %(body)s") % {"body": body},
        }
    )
    clerk.press(_("Call the meeting"))
    party = (_("In favour"), _("Not in favour"), _("Abstain"))
    enter(clerk, present=7, votes=[(7, 0, 0), (5, 1, 1)], labels=party)
    clerk.check("first part")
    clerk.press(body)
    enter(clerk, present=9, votes=[(9, 0, 0), (8, 0, 1)], labels=(_("For"), _("Against"), _("Abstain")))
    assert [meeting.items.count() for meeting in Meeting.objects.order_by("pk")] == [2, 2]
    secretary = desk_for("zhoumingyuan")
    secretary.open(f"/desk/matters/{first.pk}/confirm/")
    secretary.check("confirm")
    secretary.press(_("Confirm all %(number)s records") % {"number": 2})
    assert set(Matter.objects.values_list("status", flat=True)) == {Status.CONFERRED}
