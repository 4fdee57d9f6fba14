"""What the desk shows to whom, at every point of the worked case."""

import datetime

import pytest

from councils import actions, desk
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(liuxi):
    return Case(liuxi)


def kinds(user, on):
    return [item.kind for item in desk.items(user, on) if not (item.sent or item.by_itself)]


def sent(user, on):
    return [item.kind for item in desk.items(user, on) if item.sent]


def clocks(user, on):
    return [(item.kind, item.due) for item in desk.items(user, on) if item.by_itself]


def test_a_registered_matter_waits_for_a_call(case):
    assert kinds(case.clerk, day(3, 2)) == ["call"]
    assert kinds(case.supervisor, day(3, 2)) == []


def test_meeting_goes_from_clerk_to_secretary(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    assert kinds(case.clerk, day(3, 5)) == []
    assert kinds(case.clerk, day(3, 6)) == ["attendance"]
    assert desk.items(case.clerk, day(3, 6))[0].due == day(3, 6)
    case.attend(meeting, 7)
    assert kinds(case.clerk, day(3, 6)) == ["minutes"]
    assert kinds(case.secretary, day(3, 6)) == ["minutes"]
    case.vote(meeting, 7, 0, 0)
    assert kinds(case.clerk, day(3, 6)) == ["minutes"]
    assert sent(case.clerk, day(3, 6)) == []
    case.minutes(meeting)
    assert kinds(case.clerk, day(3, 6)) == []
    assert sent(case.clerk, day(3, 6)) == ["confirm"]
    assert kinds(case.secretary, day(3, 6)) == ["confirm"]
    case.confirm(meeting)
    assert kinds(case.secretary, day(3, 6)) == ["call"]
    assert sent(case.clerk, day(3, 6)) == []


def test_a_week_later_it_counts_as_entered_later(case):
    case.call("propose", "party_committee", day(3, 6))
    in_time, late = (desk.items(case.clerk, day(3, number))[0].reason for number in (13, 14))
    assert in_time != late


def test_party_records_wait_only_for_the_party(case, liuxi):
    """A community worker without a post in the Party organisation is not asked to enter its meetings."""
    from tests import factories

    worker = factories.person("新来的社工")
    user = factories.user_for(worker)
    factories.appoint(worker, liuxi.bodies["community_staff"], "worker")
    case.call("propose", "party_committee", day(3, 6))
    assert kinds(user, day(3, 6)) == []
    assert kinds(case.clerk, day(3, 6)) == ["attendance"]


def test_void_record_waits_for_confirmation_and_a_new_call(case):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 24), roll_mode="counted")
    case.attend(meeting, 40)
    assert kinds(case.secretary, day(3, 24)) == ["confirm", "call"]


def test_notices_and_work(case):
    case.deliberate()
    assert kinds(case.clerk, day(3, 31)) == ["draft"]
    case.disclose()
    assert kinds(case.clerk, day(4, 8)) == []
    assert clocks(case.clerk, day(4, 2)) == [("clock", day(4, 8))]
    assert kinds(case.clerk, day(4, 9)) == ["implement"]
    case.object()
    case.start()
    assert desk.items(case.clerk, day(4, 17))[0].due == day(6, 30)
    case.milestone("completed", day(5, 29))
    actions.record_acceptance(
        by=case.clerk,
        at=moment(6, 4),
        matter=case.matter,
        seen=case.fresh().version,
        on=day(6, 4),
        passed=True,
        signers="居民代表5人",
    )
    assert kinds(case.clerk, day(6, 4)) == ["draft"]
    case.account_for()
    case.disclose_outcome()
    assert kinds(case.clerk, day(6, 12)) == []
    assert clocks(case.clerk, day(6, 27)) == [("clock", day(6, 27))]
    assert clocks(case.clerk, day(6, 28)) == []


def test_this_week_hides_hour_and_place_of_party_meetings(case):
    case.call("propose", "party_committee", day(3, 6), at=moment(3, 2), held_at=datetime.time(9, 30))
    (mine,) = desk.meetings(case.clerk, day(3, 2))
    (theirs,) = desk.meetings(case.supervisor, day(3, 2))
    assert mine.place == "社区二楼会议室" and mine.at.hour == 9
    assert theirs.place == "" and theirs.at == day(3, 6)
    assert desk.meetings(case.clerk, day(3, 9)) == []
    assert desk.meetings(case.place.people.stranger.user, day(3, 2)) == []


def test_queries_do_not_grow(case, liuxi, django_assert_num_queries):
    case.call("propose", "party_committee", day(3, 6))
    others = [Case(liuxi, short_title=f"事项{number}") for number in range(3)]
    others[0].call("propose", "party_committee", day(3, 6))
    with django_assert_num_queries(4):  # powers, meetings, their items with matters, matters
        assert len(desk.items(case.clerk, day(3, 6))) == 4


def test_a_returned_record_comes_back_to_who_entered_it(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    actions.return_records(
        by=case.secretary, at=moment(3, 6, 23), matter=case.matter, seen=case.fresh().version, reason="漏记请假人员。"
    )
    line = desk.items(case.clerk, day(3, 7))[0]
    assert (line.kind, line.reason, line.url) == ("minutes", "漏记请假人员。", meeting.get_absolute_url())
    case.confirm(meeting)
    assert kinds(case.clerk, day(3, 7)) == ["call"]


def test_the_street_sees_what_its_communities_have_not_done(case, people):
    street = people.street.user

    def below(on):
        return [(item.kind, item.due) for item in desk.below(street, on)]

    case.propose()
    case.confer()
    case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted", roll_basis="名册")
    assert below(day(3, 31)) == []
    assert below(day(4, 1)) == [("record", day(3, 31))]
    case.attend(meeting, 51)
    case.vote(meeting, 45, 3, 3)
    case.minutes(meeting)
    case.confirm(meeting)
    assert below(day(4, 1)) == [("matter", None)]
    case.disclose()
    assert below(day(4, 2)) == []
    case.start()
    assert below(day(6, 30)) == []
    assert below(day(7, 1)) == [("matter", day(6, 30))]
    assert desk.below(case.clerk, day(7, 1)) == []


def test_the_street_is_told_nothing_of_party_meetings(case, people):
    case.call("propose", "party_committee", day(3, 6))
    assert desk.below(people.street.user, day(3, 20)) == []
