"""Minutes begin with what is recorded; a record that was returned says who returned it and why, and can be mended."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.errors import Refused
from audit.models import Event
from councils import actions, desk
from councils.actions import Mistaken
from councils.enums import Presence
from councils.models import Meeting
from councils.views.todo import next_action, other_actions
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(liuxi, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 9, 20))
    return Case(liuxi)


@pytest.fixture
def waiting(case):
    """The proposal's meeting, complete, waiting for the secretary."""
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 6, on_leave=1, leave_note="外出培训")
    case.vote(meeting, 5, 1, 0, dissent="建议缓办", dissenters="许国平")
    case.minutes(meeting)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def clerk(case, client_for):
    return client_for(case.place.people.clerk)


def send_back(case, reason="日期与签到表不符"):
    return actions.return_records(
        by=case.secretary, at=moment(3, 8), matter=case.matter, seen=case.fresh().version, reason=reason
    )


def draft_of(clerk, meeting):
    return clerk.get(reverse("meeting_minutes", args=[meeting.pk])).context["form"]["minutes"].value()


# The draft of the minutes


def test_minutes_begin_with_the_record(case, clerk):
    meeting = case.call(
        "propose", "party_committee", day(3, 6),
        chair=case.place.persons["周明远"], recorder=case.place.persons["林晓雯"],
    )  # fmt: skip
    case.attend(meeting, 6, on_leave=1, leave_note="外出培训")
    case.vote(meeting, 5, 1, 0, dissent="建议缓办", dissenters="许国平")
    assert draft_of(clerk, meeting).splitlines() == [
        "时间：2026年3月6日",
        "地点：社区二楼会议室",
        "主持人：周明远",
        "记录人：林晓雯",
        "应到7人，实到6人，请假1人（外出培训）。到会人数符合规定人数，会议有效。",
        "",
        f"议题一：{case.matter.motion}",
        "发言要点：",
        "表决：以举手方式表决，赞成5人、不赞成1人、弃权0人，表决通过。",
        "不同意见：（许国平）建议缓办",
    ]


def test_a_named_roll_tells_who_was_away(case, clerk):
    case.propose()
    case.confer()
    case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="named")
    meeting = actions.open_attendance(by=case.clerk, at=case.evening(meeting), meeting=meeting, seen=meeting.version)
    given = {entry.pk: (Presence.PRESENT, "") for entry in meeting.roll.all()}
    away = meeting.roll.get(name="孙敏")
    given[away.pk] = (Presence.LEAVE, "住院")
    meeting = actions.record_attendance(
        by=case.clerk, at=case.evening(meeting), meeting=meeting, seen=meeting.version, marks=given
    )
    actions.recuse(
        by=case.clerk, at=case.evening(meeting), meeting=meeting, seen=meeting.version,
        entry=meeting.roll.get(name="邓海涛"), reason="本人承揽工程",
    )  # fmt: skip
    draft = draft_of(clerk, meeting)
    assert "应到63人，实到62人，请假1人（孙敏：住院）。到会人数符合法定人数，会议有效。" in draft
    assert "回避：邓海涛（本人承揽工程）。" in draft


def test_minutes_of_a_void_sitting_say_so(case, clerk):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 3)
    assert "到会人数未达规定人数，会议不能举行，未进行表决。" in draft_of(clerk, meeting)


def test_what_was_written_is_not_drafted_over(waiting, clerk):
    assert draft_of(clerk, waiting) == "会议记录。"


# Nothing to enter from paper


def test_paper_is_not_offered_while_everything_waits(case, waiting, clerk):
    labels = [str(todo.label) for todo in other_actions(case.fresh(), case.clerk, day(3, 9))]
    assert _("Enter past meetings from paper") not in labels
    assert clerk.get(reverse("paper_entry", args=[case.matter.pk])).url == case.matter.get_desk_url()
    case.confirm(waiting)
    labels = [str(todo.label) for todo in other_actions(case.fresh(), case.clerk, day(3, 9))]
    assert _("Enter past meetings from paper") in labels


# Returned


def test_a_returned_record_says_who_and_why(case, waiting, clerk):
    send_back(case)
    page = clerk.get(waiting.get_absolute_url()).content.decode()
    assert "周明远" in page
    assert "日期与签到表不符" in page
    todo = next_action(case.fresh(), case.clerk, day(3, 9))
    assert (todo.url, todo.reason) == (waiting.get_absolute_url(), "")
    assert "周明远" in todo.text
    lines = [item for item in desk.items(case.clerk, day(3, 9)) if item.url == waiting.get_absolute_url()]
    assert [line.reason for line in lines] == ["日期与签到表不符"]
    assert not [item for item in desk.items(case.secretary, day(3, 9)) if item.kind == "confirm"]


def mend(case, meeting, **fields):
    meeting.refresh_from_db()
    given = {"held_on": day(3, 5), "place": "党群服务中心", "notice_on": day(3, 4), "reason": "抄错日期"} | fields
    return actions.mend_meeting(by=case.clerk, at=moment(3, 9), meeting=meeting, seen=meeting.version, **given)


def test_it_is_mended_and_then_confirmed(case, waiting):
    send_back(case)
    meeting = mend(case, waiting)
    assert (meeting.held_on, meeting.place, meeting.is_returned) == (day(3, 5), "党群服务中心", False)
    assert Event.objects.get(verb="mend_meeting").data["before"]["held_on"] == "2026-03-06"
    assert [item.kind for item in desk.items(case.secretary, day(3, 9))] == ["confirm"]
    case.confirm(meeting)
    with pytest.raises(Refused):
        mend(case, meeting)


def test_what_cannot_have_been_is_refused(case, waiting):
    for wrong, field in (
        ({"held_on": day(3, 10)}, "held_on"),
        ({"held_on": day(3, 1), "notice_on": day(3, 1)}, "held_on"),
        ({"held_on": day(3, 3)}, "held_on"),
        ({"held_on": day(3, 6, 2015), "notice_on": day(3, 6, 2015)}, "held_on"),
        ({"reason": " "}, "reason"),
        ({"held_on": day(3, 6), "place": "社区二楼会议室", "notice_on": day(3, 5)}, "reason"),
    ):
        with pytest.raises(Mistaken) as caught:
            mend(case, waiting, **wrong)
        assert list(caught.value.errors) == [field]


def test_both_parts_of_a_sitting_move(case):
    first = case.call("propose", "party_committee", day(3, 6), then=case.bodies["two_committees"])
    second = Meeting.objects.get(follows=first)
    case.attend(first, 7)
    case.vote(first, 7, 0, 0)
    case.attend(second, 9)
    mend(case, second)
    first.refresh_from_db()
    assert first.held_on == day(3, 5)


def test_other_changes_mend_too(case, waiting):
    send_back(case)
    case.minutes(waiting, "会议记录（补充发言）。")
    waiting.refresh_from_db()
    assert not waiting.is_returned
    send_back(case, "人数有误")
    waiting.refresh_from_db()
    assert waiting.is_returned
    actions.change_roll(
        by=case.clerk, at=moment(3, 9), meeting=waiting, seen=waiting.version, reason="漏计", present=7, on_leave=0
    )
    waiting.refresh_from_db()
    assert not waiting.is_returned


def test_the_page_takes_the_change(case, waiting, clerk):
    send_back(case)
    waiting.refresh_from_db()
    address = reverse("meeting_mend", args=[waiting.pk])
    data = {
        "seen": waiting.version, "held_on": "2026-03-05", "notice_on": "2026-03-04", "place": "党群服务中心",
        "reason": "抄错日期",
    }  # fmt: skip
    assert "held_on" in clerk.post(address, data | {"held_on": "2026-03-03"}).context["form"].errors
    assert clerk.post(address, data).url == waiting.get_absolute_url()
    assert clerk.post(address, data | {"seen": 1}).status_code == 409
    assert _("It has been changed since.") in clerk.get(waiting.get_absolute_url()).content.decode()
