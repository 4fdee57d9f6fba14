"""No meeting gets stuck: whoever entered its record, somebody can always act, until it is confirmed."""

import datetime

import pytest
from django.urls import reverse

from councils import actions, desk
from councils.actions.records import is_own_record
from councils.course import Stage, course
from councils.models import Meeting
from councils.permissions import may_confirm
from councils.views.answers import recording_refusal
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db

EVENING = moment(3, 6, 22)
TODAY = EVENING.date()
MOST_ACTS = 9


class Record:
    """The record of a proposal's meeting, of which the secretary is the only one to confirm."""

    def __init__(self, case, meeting, present):
        self.case, self.pk, self.present = case, meeting.pk, present

    @property
    def meeting(self):
        return Meeting.objects.select_related("unit", "body").get(pk=self.pk)

    @property
    def item(self):
        return self.meeting.items.get()

    def open_to(self, user):
        """What `user` may do now, what brings the record furthest first."""
        meeting, items = self.meeting, [self.item]
        legs = {leg.stage: leg for leg in course(meeting, items, user, TODAY)}
        found = []
        if may_confirm(user, meeting, TODAY) and legs[Stage.CONFIRMATION].state == "now":
            if legs[Stage.CONFIRMATION].is_open and not meeting.is_returned:
                found.append("confirm")
            elif is_own_record(meeting, items, user) and not meeting.is_returned:
                found.append("return")
        if not recording_refusal(user, meeting, TODAY):
            found += [stage.value for stage in (Stage.ATTENDANCE, Stage.VOTE, Stage.MINUTES) if legs[stage].is_open]
            if meeting.is_returned and meeting.returned_by_id != user.pk:
                found.append("change")
        return found

    def do(self, act, user):
        getattr(self, f"_{act}")({"by": user, "at": EVENING})

    def _confirm(self, who):
        actions.confirm_meeting(**who, meeting=self.meeting, seen=self.meeting.version)

    def _return(self, who):
        actions.return_records(
            **who, matter=self.case.matter, seen=self.case.fresh().version, reason="请核对后重新确认"
        )

    def _attendance(self, who):
        actions.record_attendance(**who, meeting=self.meeting, seen=self.meeting.version, present=self.present)

    def _vote(self, who):
        counts = {"in_favour": self.present, "against": 0, "abstain": 0}
        actions.record_vote(**who, item=self.item, seen=self.meeting.version, method="hands", **counts)

    def _minutes(self, who):
        actions.record_minutes(**who, meeting=self.meeting, seen=self.meeting.version, minutes="会议记录。")

    def correct(self, who):
        counts = {"in_favour": self.meeting.present, "against": 0, "abstain": 0}
        vote = self.item.vote
        actions.correct_vote(**who, vote=vote, seen=self.meeting.version, reason="与计票单核对", **counts)

    def _change(self, who):
        """What was returned is compared with the paper and saved; who does so answers for the count too."""
        self._minutes(who)


@pytest.fixture
def case(liuxi, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: EVENING)
    return Case(liuxi)


def record_of(case, present=7):
    return Record(case, case.call("propose", "party_committee", day(3, 6)), present)


def walk(record, people, *, until=None):
    """Let the first of `people` who can act do so, again and again. Returns what was done; nobody able is a failure."""
    done = []
    for _number in range(MOST_ACTS):
        if record.meeting.confirmed_at or (until and done and done[-1] == until):
            return done
        chances = [(acts[0], user) for user in people if (acts := record.open_to(user))]
        assert chances, f"stuck after {done}"
        act, user = min(chances, key=lambda chance: chance[0] == "return")
        lines = [line for line in desk.items(user, TODAY) if line.url == record.meeting.get_absolute_url()]
        assert [line for line in lines if not (line.sent and act == "confirm")], (act, user)
        record.do(act, user)
        done.append(act)
    raise AssertionError(f"never confirmed: {done}")


def everybody(case, first):
    users = [person.user for person in vars(case.place.people).values() if person.user]
    return sorted(users, key=lambda user: user != first)


ENTERED = ["attendance", "vote", "minutes"]


def test_whoever_enters_it_a_record_gets_confirmed(case):
    assert walk(record_of(case), everybody(case, case.clerk)) == [*ENTERED, "confirm"]


def test_who_alone_confirms_and_entered_it_all_returns_it(case):
    record = record_of(case)
    assert walk(record, everybody(case, case.secretary)) == [*ENTERED, "return", "change", "confirm"]
    assert (record.meeting.recorded_by, record.meeting.confirmed_by) == (case.clerk, case.secretary)


@pytest.mark.parametrize("first", ["clerk", "secretary"])
def test_a_void_sitting_gets_confirmed(case, first):
    walk(record_of(case, present=3), everybody(case, getattr(case, first)))


@pytest.mark.parametrize("after", ENTERED[1:])
def test_who_corrected_a_count_returns_the_record(case, client_for, after):
    record = record_of(case)
    people = everybody(case, case.clerk)
    walk(record, people, until=after)
    secretary = client_for(case.place.people.secretary)
    target = reverse("records_confirm", args=[case.matter.pk]) + "#return"
    form = reverse("vote_correct", args=[record.pk, record.item.pk])
    assert target in secretary.get(form).content.decode()
    record.correct({"by": case.secretary, "at": EVENING})
    if after == "minutes":
        for page in (record.meeting.get_absolute_url(), case.matter.get_desk_url()):
            assert target in secretary.get(page).content.decode()
        assert 'href="#return"' in secretary.get(target).content.decode()
    assert walk(record, people)[-3:] == ["return", "change", "confirm"]
    assert (record.meeting.recorded_by, record.item.vote.recorded_by) == (case.clerk, case.secretary)


def test_who_corrects_a_count_again_does_not_confirm_it(case):
    record = record_of(case)
    people = everybody(case, case.clerk)
    walk(record, people, until="minutes")
    record.correct({"by": case.secretary, "at": EVENING})
    walk(record, people, until="change")
    record.correct({"by": case.clerk, "at": EVENING})
    later = EVENING + datetime.timedelta(minutes=1)
    record.correct({"by": case.secretary, "at": later})
    assert is_own_record(record.meeting, [record.item], case.secretary)


def test_a_roll_changed_after_the_vote_is_counted_again(case):
    record = record_of(case)
    people = everybody(case, case.clerk)
    walk(record, people, until="minutes")
    actions.change_roll(
        by=case.clerk, at=EVENING, meeting=record.meeting, seen=record.meeting.version, reason="漏记", present=6
    )
    record.correct({"by": case.secretary, "at": EVENING})
    assert walk(record, people) == ["return", "change", "confirm"]


def test_who_changes_a_returned_record_does_not_confirm_it(case):
    record = record_of(case)
    people = everybody(case, case.clerk)
    walk(record, people, until="minutes")
    record.do("return", case.secretary)
    record.do("minutes", case.secretary)
    assert record.open_to(case.secretary)[0] == "return"
    assert walk(record, people) == ["return", "change", "confirm"]
