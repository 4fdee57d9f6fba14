"""Dissent is kept: in the minutes with its names, before everyone without them, and in the resolution notice."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from councils import actions
from councils.actions import Mistaken
from councils.models import Meeting, Vote
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db
TEXT = "担心油烟影响楼上住户，建议另选地点"
WHO = "丁春梅、石建华"


@pytest.fixture
def case(liuxi):
    case = Case(liuxi)
    case.propose()
    case.confer()
    case.review()
    return case


def decided(case, **fields):
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    case.attend(meeting, 51)
    case.vote(meeting, 45, 3, 3, **fields)
    case.minutes(meeting)
    case.confirm(meeting)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dissent": "", "dissenters": WHO},
        {"dissent": f"丁春梅{TEXT}", "dissenters": WHO},
        {"dissent": "请致电13912345678", "dissenters": ""},
    ],
)
def test_what_everyone_reads_names_nobody(case, wrong):
    with pytest.raises(Mistaken) as caught:
        decided(case, **wrong)
    assert list(caught.value.errors) == ["dissent"]


def test_everyone_reads_what_was_said_and_staff_who_said_it(case, client_for, monkeypatch):
    meeting = decided(case, dissent=TEXT, dissenters=WHO)
    monkeypatch.setattr("governance.middleware.now", lambda: moment(4, 1))
    page = client_for().get(case.fresh().get_absolute_url()).content.decode()
    assert TEXT in page
    assert "丁春梅" not in page
    data = client_for().get(
        reverse("matter_json", args=[case.place.unit.code, case.matter.year, case.matter.serial])
    ).json()  # fmt: skip
    assert TEXT in str(data)
    assert "丁春梅" not in str(data)
    assert WHO in client_for(case.place.people.clerk).get(meeting.get_absolute_url()).content.decode()


def test_of_a_step_inside_the_party_nothing_is_shown(liuxi, client_for, monkeypatch):
    case = Case(liuxi)
    case.hold("propose", "party_committee", day(3, 6), 7, (6, 1, 0), minutes="会议记录。")
    meeting = case.call("confer", "two_committees", day(3, 11))
    case.attend(meeting, 9)
    case.vote(meeting, 8, 1, 0, dissent=TEXT, dissenters=WHO)
    case.minutes(meeting)
    case.confirm(meeting)
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 12))
    assert TEXT not in client_for().get(case.fresh().get_absolute_url()).content.decode()


def test_the_resolution_notice_says_it(case):
    decided(case, dissent=TEXT, dissenters=WHO)
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(4, 1), matter=case.matter, seen=case.fresh().version
    )
    assert f"表决中的不同意见已记入会议记录：{TEXT}。" in version.text
    assert "丁春梅" not in version.text


def test_a_notice_without_dissent_is_silent(case):
    decided(case)
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(4, 1), matter=case.matter, seen=case.fresh().version
    )
    assert "不同意见" not in version.text


def test_a_correction_keeps_the_dissent(case):
    meeting = decided(case, dissent=TEXT, dissenters=WHO)
    vote = actions.correct_vote(
        by=case.secretary, at=moment(4, 1), vote=meeting.items.get().vote, seen=meeting.version, reason="计票有误",
        in_favour=44, against=4, abstain=3,
    )  # fmt: skip
    assert (vote.dissent, vote.dissenters) == (TEXT, WHO)


def test_it_is_entered_with_the_vote(case, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 31, 20))
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    case.attend(meeting, 51)
    meeting.refresh_from_db()
    address = reverse("meeting_vote", args=[meeting.pk, meeting.items.get().pk])
    data = {"seen": meeting.version, "method": "hands", "for": 45, "against": 3, "abstain": 3, "dissenters": WHO}
    clerk = client_for(case.place.people.clerk)
    answer = clerk.post(address, data)
    assert "dissent" in answer.context["form"].errors
    assert clerk.post(address, data | {"dissent": TEXT}).status_code == 302
    assert Vote.objects.get(item__meeting=meeting).dissent == TEXT


def test_names_without_words_are_refused_by_the_database(case):
    meeting = decided(case)
    vote = meeting.items.get().vote
    vote.pk, vote.supersedes_id, vote.dissenters = None, meeting.items.get().vote.pk, WHO
    vote.correction_reason, vote.recorded_by = "计票有误", case.secretary
    with pytest.raises(IntegrityError, match="vote_dissent_is_written"), transaction.atomic():
        vote.save(force_insert=True)
