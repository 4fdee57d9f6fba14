"""What each verb does, and what it refuses: with the reason, without a trace."""

import datetime
import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.models import Attachment, Event
from councils import actions
from councils.actions import Mistaken
from councils.enums import MeetingOutcome, Status
from councils.models import AgendaItem, Matter, Meeting, Vote
from councils.procedures import why_out_of_order
from councils.tables_meetings import state_of
from disclosure.actions import answer_objection, discard_draft, register_objection
from disclosure.enums import Channel, Kind, Outcome
from governance.formats import longday
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import LINES, Case, day, moment, records_of, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(liuxi):
    return Case(liuxi)


def refuses(kind, run, /, **fields):
    """`run` raises `kind` and leaves no event behind; returns what was raised."""
    before = Event.objects.count()
    with pytest.raises(kind) as caught, transaction.atomic():
        run(**fields)
    assert Event.objects.count() == before
    return caught.value


# Register


def test_numbers_count_by_unit_and_year(liuxi):
    numbers = [register(liuxi, at=moment(3, 2)).number for _ in range(2)]
    numbers.append(register(liuxi, at=moment(1, 2, year=2027)).number)
    assert numbers == ["柳溪议〔2026〕1号", "柳溪议〔2026〕2号", "柳溪议〔2027〕1号"]


def test_form_sent_twice_registers_once(liuxi):
    token = uuid.uuid4()
    register(liuxi, at=moment(3, 2), token=token)
    refuses(Stale, register, place=liuxi, at=moment(3, 2), token=token)
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lines": (*LINES[:5], ("source", "驻区单位支持", 20000_01))}, "lines"),
        ({"lines": (*LINES, ("item", "装修改造", 0))}, "lines"),
        ({"lines": (("item", " ", 0),)}, "lines"),
        ({"lines": (("item", "装修", -1), ("source", "经费", -1))}, "lines"),
        ({"motion": " "}, "motion"),
        ({"title": ""}, "title"),
        ({"plan": ""}, "plan"),
        ({"ends_on": day(3, 1)}, "ends_on"),
        ({"registered_on": day(3, 3)}, "registered_on"),
        ({"deciding_body": "party_assembly"}, "deciding_body"),
    ],
)
def test_register_refuses_what_cannot_be_true(liuxi, fields, field):
    mistake = refuses(Mistaken, register, place=liuxi, at=moment(3, 2), **fields)
    assert list(mistake.errors) == [field]
    assert not Matter.objects.exists()


def test_personal_data_is_refused_where_everybody_reads(case, liuxi):
    phone = "请联系13812345678。"
    refuses(Refused, register, place=liuxi, at=moment(3, 2), plan=phone)
    edit = {"by": case.clerk, "at": moment(3, 3), "matter": case.matter, "seen": 1}
    refuses(Refused, actions.edit_matter, title=phone, **edit)
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    refuses(Refused, case.minutes, meeting=meeting, public_summary=phone)
    case.minutes(meeting, phone)


def test_portal_chooses_who_decides(liuxi):
    assert register(liuxi, at=moment(3, 2), category="M02").deciding_body == "residents_meeting"
    chosen = register(liuxi, at=moment(3, 2), deciding_body="residents_meeting")
    assert (chosen.deciding_body, chosen.rule_key) == ("residents_meeting", "residents_meeting")
    assert len(chosen.reasons) > len(register(liuxi, at=moment(3, 2)).reasons)


def test_owners_business_is_registered_at_the_compound(liuxi):
    refuses(Refused, register, place=liuxi, at=moment(3, 2), category="M11")


def test_statutory_call_must_be_large_enough(liuxi):
    few = {"statutory_call": "reps_fifth", "initiator_count": 11, "initiator_base": 56}
    refuses(Refused, register, place=liuxi, at=moment(3, 2), **few)
    others = few | {"initiator_count": 12, "initiator_kind": "residents"}
    assert list(refuses(Mistaken, register, place=liuxi, at=moment(3, 2), **others).errors) == ["initiator_kind"]
    matter = register(liuxi, at=moment(3, 2), **(few | {"initiator_count": 12}))
    assert matter.open_step(day(3, 2)).key == "resolve"


def test_matter_changes_until_a_meeting_is_called(case):
    actions.edit_matter(
        by=case.clerk,
        at=moment(3, 3),
        matter=case.matter,
        seen=1,
        short_title="助餐点",
        lines=[("item", "装修", 100), ("source", "经费", 100)],
    )
    assert (case.fresh().short_title, case.matter.planned_total, case.matter.version) == ("助餐点", 100, 2)
    assert Event.objects.get(verb="edit_matter").data["before"]["short_title"] == "老年助餐点改造"
    edit = {"by": case.clerk, "at": moment(3, 3), "matter": case.matter, "plan": "新方案"}
    refuses(Stale, actions.edit_matter, seen=1, **edit)
    meeting = case.call("propose", "party_committee", day(3, 6))
    refuses(Refused, actions.edit_matter, seen=case.fresh().version, **edit)
    actions.call_off_meeting(by=case.clerk, at=moment(3, 5), meeting=meeting, seen=1, reason="改期")
    actions.edit_matter(seen=case.fresh().version, **edit)
    case.propose()
    refuses(Refused, actions.edit_matter, seen=case.fresh().version, **edit)


# Call


def test_steps_open_in_order_only(case):
    for step, body in (("confer", "two_committees"), ("review", "party_assembly"), ("resolve", "residents_reps")):
        refuses(Refused, case.call, step=step, body=body, held_on=day(3, 11))
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    refuses(Refused, case.call, step="confer", body="two_committees", held_on=day(3, 11))
    case.confirm(meeting)
    case.call("confer", "two_committees", day(3, 11))


def test_no_meeting_lies_before_the_one_it_follows_or_before_its_round(case):
    case.propose()
    early = refuses(Mistaken, case.call, step="confer", body="two_committees", held_on=day(3, 5), at=moment(3, 4))
    assert list(early.errors) == ["held_on"]
    assert why_out_of_order((day(3, 6), datetime.time(9)), (day(3, 6), None), day(3, 6)) is None
    assert "19:00" in why_out_of_order((day(3, 6), datetime.time(18)), (day(3, 6), datetime.time(19)))
    assert why_out_of_order((day(3, 6), None), None, day(3, 7))


def test_only_the_right_body_may_hold_a_step(case):
    refuses(Refused, case.call, step="propose", body="residents_reps", held_on=day(3, 6))
    refuses(Refused, case.call, step="disclose", body="residents_committee", held_on=day(3, 6))
    case.propose(), case.confer(), case.review()
    refuses(Refused, case.call, step="resolve", body="residents_meeting", held_on=day(3, 31))


def test_body_of_another_unit_cannot_be_called(case):
    case.bodies = {**case.bodies, "party_committee": case.place.other_bodies["party_committee"]}
    refuses(Refused, case.call, step="propose", body="party_committee", held_on=day(3, 6))


def test_residents_meeting_needs_ten_days_unless_urgent(liuxi):
    case = Case(
        liuxi, statutory_call="residents_tenth", initiator_kind="residents", initiator_count=300, initiator_base=3000
    )
    call = {"step": "resolve", "body": "residents_meeting", "entitled": 3000, "at": moment(3, 2)}
    refuses(Refused, case.call, held_on=day(3, 11), **call)
    case.call(held_on=day(3, 12), **call)
    other = Case(
        liuxi, statutory_call="residents_tenth", initiator_kind="residents", initiator_count=300, initiator_base=3000
    )
    other.call(held_on=day(3, 4), urgent_reason="房屋险情", **call)


def test_one_meeting_for_a_step(case):
    token = uuid.uuid4()
    seen = {case.matter.pk: case.matter.version}
    case.call("propose", "party_committee", day(3, 6), token=token)
    refuses(Stale, case.call, step="propose", body="party_committee", held_on=day(3, 6), token=token)
    refuses(Stale, case.call, step="propose", body="party_committee", held_on=day(3, 6), seen=seen)
    refuses(Refused, case.call, step="propose", body="party_committee", held_on=day(3, 7))
    assert Meeting.objects.count() == 1


def test_several_matters_in_one_meeting(case, liuxi):
    other = Case(liuxi, short_title="另一事项")
    meeting = actions.call_meeting(
        by=case.clerk,
        at=moment(3, 5),
        matters=[case.matter, other.matter],
        step="propose",
        body=case.bodies["party_committee"],
        held_on=day(3, 6),
        place="会议室",
        token=uuid.uuid4(),
        seen={case.matter.pk: 1, other.matter.pk: 1},
    )
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    refuses(Refused, case.confirm, meeting=meeting)
    other.vote(meeting, 3, 4, 0)
    case.confirm(meeting)
    assert (case.fresh().status, other.fresh().status) == (Status.PROPOSED, Status.DECLINED)


def test_called_off_meeting_opens_the_step_again(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    off = {"by": case.clerk, "at": moment(3, 5), "meeting": meeting, "seen": 1}
    refuses(Mistaken, actions.call_off_meeting, reason=" ", **off)
    actions.call_off_meeting(reason="停电", **off)
    refuses(Stale, actions.call_off_meeting, reason="停电", **off)
    refuses(Refused, case.attend, meeting=meeting, present=7)
    case.call("propose", "party_committee", day(3, 9))


# Roll and attendance


def test_attendance_is_judged_by_the_rule(case):
    case.propose(), case.confer()
    meeting = case.call("review", "party_assembly", day(3, 20), entitled=138)
    case.attend(meeting, 91)
    assert Meeting.objects.get(pk=meeting.pk).outcome == MeetingOutcome.NO_QUORUM
    refuses(Refused, case.vote, meeting=meeting, in_favour=91, against=0, abstain=0)
    again = case.call("review", "party_assembly", day(3, 21), entitled=138)
    case.attend(again, 92)
    assert Meeting.objects.get(pk=again.pk).outcome == MeetingOutcome.VALID
    assert again.replaces == meeting


def test_attendance_once_and_not_more_than_entitled(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    refuses(Mistaken, case.attend, meeting=meeting, present=8)
    refuses(Mistaken, case.attend, meeting=meeting, present=6, on_leave=2)
    refuses(Mistaken, case.attend, meeting=meeting, present=None)
    case.attend(meeting, 6, 1)
    refuses(Stale, case.attend, meeting=meeting, present=7)


def test_not_before_its_day(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    refuses(
        Refused,
        actions.record_attendance,
        by=case.clerk,
        at=moment(3, 5),
        meeting=meeting,
        seen=1,
        present=7,
    )


def test_roll_is_frozen_then_changes_with_a_reason_only(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    opened = actions.open_attendance(by=case.clerk, at=moment(3, 6), meeting=meeting, seen=1)
    assert (opened.entitled, opened.version) == (7, 2)
    refuses(Stale, actions.open_attendance, by=case.clerk, at=moment(3, 6), meeting=meeting, seen=2)
    change = {"by": case.clerk, "at": moment(3, 6), "meeting": meeting}
    refuses(Mistaken, actions.change_roll, seen=2, entitled=6, reason="", **change)
    actions.change_roll(seen=2, entitled=6, reason="一人已卸任", **change)
    case.attend(meeting, 3)
    assert Meeting.objects.get(pk=meeting.pk).outcome == MeetingOutcome.VALID
    actions.change_roll(seen=4, present=2, reason="签到表重复", **change)
    assert Meeting.objects.get(pk=meeting.pk).outcome == MeetingOutcome.NO_QUORUM
    assert AgendaItem.objects.get(meeting=meeting).void
    actions.change_roll(seen=5, present=3, reason="核对无误", **change)
    assert Meeting.objects.get(pk=meeting.pk).outcome == MeetingOutcome.VALID
    assert not AgendaItem.objects.get(meeting=meeting).void
    assert meeting.roll_changes.count() == 3


def test_attendance_changed_after_the_vote_asks_for_a_new_count(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    vote = case.vote(meeting, 5, 2, 0)
    case.minutes(meeting)
    meeting.refresh_from_db()
    actions.change_roll(
        by=case.clerk, at=moment(3, 6), meeting=meeting, seen=meeting.version, present=6, reason="一人提前离会"
    )
    refuses(Refused, case.confirm, meeting=meeting)
    meeting.refresh_from_db()
    deputy = case.secretary
    new = actions.correct_vote(
        by=deputy,
        at=moment(3, 6),
        vote=vote,
        seen=meeting.version,
        reason="按6人重新计票",
        in_favour=5,
        against=1,
        abstain=0,
    )
    assert new.present == 6
    case.confirm(meeting, by=_other_confirmer(case))
    assert case.fresh().status == Status.PROPOSED


def test_a_meeting_void_after_its_vote_shows_no_result(case, client_for):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    meeting.refresh_from_db()
    page = client_for(case.secretary.person)
    verdict = meeting.items.get().vote.explanation.verdict
    assert str(verdict) in page.get(meeting.get_absolute_url()).content.decode()
    actions.change_roll(
        by=case.clerk, at=moment(3, 6), meeting=meeting, seen=meeting.version, present=2, reason="只来了2人"
    )
    meeting.refresh_from_db()
    assert meeting.is_void
    shown = page.get(meeting.get_absolute_url()).content.decode()
    assert str(verdict) not in shown and 'id="result"' in shown


def test_owners_vote_until_the_day_of_the_meeting():
    meeting = Meeting(voting_from=day(3, 10), held_on=day(3, 20))
    meeting.readable = True
    states = [str(state_of(meeting, day(3, number))[0]) for number in (9, 10, 20, 21)]
    assert states[0] != states[1] == states[2] != states[3]


def test_named_roll_follows_the_terms_until_it_is_frozen(case):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31))
    gone = case.place.persons["孙敏"].terms.get()
    gone.ended_on = day(3, 30)
    gone.save()
    rows = {row.pk: ("present", "") for row in meeting.roll.all()}
    incomplete = dict(list(rows.items())[:-3])
    refuses(Mistaken, case.attend, meeting=meeting, present=None, marks=incomplete)
    case.attend(meeting, None, marks=rows)
    assert Meeting.objects.get(pk=meeting.pk).entitled == 62


def test_recused_members_cannot_vote(case):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31))
    rows = list(meeting.roll.all())
    case.attend(meeting, None, marks={row.pk: ("present", "") for row in rows})
    meeting.refresh_from_db()
    actions.recuse(
        by=case.clerk, at=moment(3, 31), meeting=meeting, seen=meeting.version, entry=rows[5], reason="亲属参与报价"
    )
    refuses(
        Mistaken,
        case.vote,
        meeting=meeting,
        in_favour=None,
        against=None,
        abstain=None,
        method="named",
        ballots={rows[5].pk: "for"},
    )
    refuses(Mistaken, case.vote, meeting=meeting, in_favour=63, against=0, abstain=0)
    vote = case.vote(meeting, 62, 0, 0)
    assert (vote.entitled, vote.present) == (63, 63)


# Vote

SECRET = {
    "method": "secret",
    "invalid": 1,
    "issued": 51,
    "returned": 51,
    "valid": 50,
    "tellers": [{"role": "supervisor", "name": "吴秀珍"}, {"role": "counter", "name": "邓海涛"}],
}


@pytest.mark.parametrize(
    ("numbers", "fields", "field"),
    [
        ((46, 3, 2), {}, "for"),
        ((45, 3, 2), {"invalid": 2}, "valid"),
        ((45, 3, 2), {"returned": 52}, "returned"),
        ((45, 3, 2), {"valid": None}, "valid"),
        ((45, 3, 2), {"tellers": []}, "tellers"),
        ((45, 3, 2), {"tellers": [{"role": role, "name": "吴秀珍"} for role in ("supervisor", "counter")]}, "tellers"),
        ((45, 3, None), {}, "abstain"),
    ],
)
def test_count_sheet_must_add_up(case, numbers, fields, field):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    case.attend(meeting, 51)
    in_favour, against, abstain = numbers
    mistake = refuses(
        Mistaken,
        case.vote,
        meeting=meeting,
        in_favour=in_favour,
        against=against,
        abstain=abstain,
        **(SECRET | fields),
    )
    assert field in mistake.errors
    assert not Vote.objects.filter(item__meeting=meeting).exists()


def test_more_votes_than_people_is_refused(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 6)
    assert "for" in refuses(Mistaken, case.vote, meeting=meeting, in_favour=7, against=0, abstain=0).errors
    assert "issued" in refuses(Mistaken, case.vote, meeting=meeting, in_favour=6, against=0, abstain=0, issued=6).errors


def test_vote_once(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    refuses(Refused, case.vote, meeting=meeting, in_favour=7, against=0, abstain=0)
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    refuses(Stale, case.vote, meeting=meeting, in_favour=7, against=0, abstain=0)


def test_half_is_not_carried(case):
    """Three of seven is less than half; the proposal is declined with its explanation, and that is the end."""
    case.hold("propose", "party_committee", day(3, 6), 7, (3, 4, 0))
    matter = case.fresh()
    assert matter.status == Status.DECLINED and matter.ended_reason
    assert matter.open_step(day(3, 6)) is None
    refuses(Refused, case.call, step="propose", body="party_committee", held_on=day(3, 9))


def test_conferral_lost_returns_to_the_proposal(case):
    case.propose()
    case.hold("confer", "two_committees", day(3, 11), 10, (5, 5, 0))
    matter = case.fresh()
    assert (matter.status, matter.round, matter.open_step(day(3, 11)).key) == (Status.RETURNED, 2, "propose")
    actions.edit_matter(by=case.clerk, at=moment(3, 12), matter=matter, seen=matter.version, plan="修改后的方案")
    case.hold("propose", "party_committee", day(3, 13), 7, (7, 0, 0))
    assert case.fresh().status == Status.PROPOSED
    case.hold("confer", "two_committees", day(3, 16), 10, (6, 4, 0))
    assert case.fresh().status == Status.CONFERRED


def test_review_lost_returns_to_the_conferral(case):
    case.propose(), case.confer()
    case.hold("review", "party_assembly", day(3, 20), 138, (69, 69, 0), entitled=138)
    matter = case.fresh()
    assert (matter.status, matter.open_step(day(3, 20)).key) == (Status.RETURNED, "confer")
    assert [step.step for step in matter.steps_done.filter(annulled_by=None)] == ["propose"]


def test_resolution_lost_is_the_end(case):
    case.propose(), case.confer(), case.review()
    case.hold("resolve", "residents_reps", day(3, 31), 50, (25, 25, 0), roll_mode="counted")
    matter = case.fresh()
    assert matter.status == Status.REJECTED
    assert not matter.resolutions.exists()


# Confirm and correct


def test_nobody_confirms_their_own_record(case):
    meeting = case.call("propose", "party_committee", day(3, 6), by=case.secretary)
    actions.record_attendance(by=case.secretary, at=moment(3, 6), meeting=meeting, seen=1, present=7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    refuses(Refused, case.confirm, meeting=meeting)


def test_nobody_confirms_their_own_count(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    actions.record_vote(
        by=case.secretary,
        at=moment(3, 6),
        item=meeting.items.get(),
        seen=2,
        method="hands",
        in_favour=7,
        against=0,
        abstain=0,
    )
    case.minutes(meeting)
    refuses(Refused, case.confirm, meeting=meeting)


def test_record_must_be_complete_and_is_confirmed_once(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    refuses(Refused, case.confirm, meeting=meeting)
    case.attend(meeting, 7)
    refuses(Refused, case.confirm, meeting=meeting)
    case.minutes(meeting)
    refuses(Refused, case.confirm, meeting=meeting)
    case.vote(meeting, 7, 0, 0)
    assert case.fresh().status == Status.REGISTERED
    case.confirm(meeting)
    refuses(Stale, case.confirm, meeting=meeting)
    refuses(Refused, case.minutes, meeting=meeting)
    assert case.fresh().steps_done.get().done_on == day(3, 6)


def correct(case, meeting, in_favour, against, abstain, by=None):
    meeting = Meeting.objects.get(pk=meeting.pk)
    return actions.correct_vote(
        by=by or case.secretary,
        at=case.evening(meeting),
        vote=meeting.items.get().vote,
        seen=meeting.version,
        reason="计票单抄录有误",
        in_favour=in_favour,
        against=against,
        abstain=abstain,
    )


def test_count_is_corrected_by_another_person(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    old = case.vote(meeting, 6, 1, 0)
    refuses(Refused, correct, case=case, meeting=meeting, in_favour=7, against=0, abstain=0, by=case.clerk)
    new = correct(case, meeting, 7, 0, 0)
    assert new.supersedes == old and meeting.items.get().vote == new
    assert Vote.objects.filter(pk=old.pk, in_favour=6).exists()
    refuses(
        Stale,
        actions.correct_vote,
        by=case.secretary,
        at=moment(3, 6),
        vote=old,
        seen=Meeting.objects.get(pk=meeting.pk).version,
        reason="again",
        in_favour=7,
        against=0,
        abstain=0,
    )


def test_no_meeting_before_the_matter_was_registered(case):
    for early in (day(2, 27), day(3, 1)):
        with pytest.raises(Mistaken) as refused:
            case.call("propose", "party_committee", early, notice_on=day(2, 20), at=moment(3, 2))
        assert list(refused.value.errors) == ["held_on"] and longday(day(3, 2)) in str(refused.value.errors["held_on"])
    case.call("propose", "party_committee", day(3, 2), notice_on=day(2, 20), at=moment(3, 2))


def test_who_corrected_a_count_does_not_confirm_it(case, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 7))
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 4, 3, 0)
    case.minutes(meeting)
    correct(case, meeting, 3, 4, 0)
    refuses(Refused, case.confirm, meeting=meeting)
    deputy = _other_confirmer(case)
    page = client_for(deputy.person).get(reverse("records_confirm", args=[case.matter.pk])).content.decode()
    assert "计票单抄录有误" in page and "4 → 3" in page and str(case.secretary) in page
    case.confirm(meeting, by=deputy)
    assert case.fresh().status == Status.DECLINED


def test_corrected_count_moves_a_confirmed_matter(case):
    case.propose()
    meeting = case.confer()
    correct(case, meeting, 5, 3, 1)
    matter = case.fresh()
    assert (matter.status, matter.round) == (Status.RETURNED, 2)
    assert not matter.steps_done.filter(annulled_by=None).exists()
    again = Meeting.objects.get(pk=meeting.pk)
    deputy = _other_confirmer(case)
    actions.correct_vote(
        by=deputy,
        at=moment(3, 12),
        vote=again.items.get().vote,
        seen=again.version,
        reason="复核计票单",
        in_favour=8,
        against=0,
        abstain=1,
    )
    matter = case.fresh()
    assert (matter.status, matter.round) == (Status.CONFERRED, 1)
    assert sorted(step.step for step in matter.steps_done.filter(annulled_by=None)) == ["confer", "propose"]
    case.review()
    assert case.fresh().status == Status.REVIEWED


def _other_confirmer(case):
    """A second person with the secretary's powers."""
    person = factories.person("新任书记")
    factories.user_for(person)
    factories.appoint(person, case.bodies["party_committee"], "secretary")
    return person.user


def test_no_correction_after_the_next_step_was_called(case):
    meeting = case.propose()
    case.call("confer", "two_committees", day(3, 11))
    refuses(Refused, correct, case=case, meeting=meeting, in_favour=6, against=1, abstain=0)


def test_resolution_is_corrected_until_its_notice_is_drafted(case):
    meeting = case.deliberate()
    numbers = {"invalid": 1, "issued": 51, "returned": 51, "valid": 50}
    row = Meeting.objects.get(pk=meeting.pk)
    fix = {"by": case.secretary, "at": moment(4, 1, 8), "vote": row.items.get().vote, "reason": "抄录有误"}
    actions.correct_vote(seen=row.version, in_favour=44, against=4, abstain=2, **numbers, **fix)
    resolutions = case.fresh().resolutions.filter(vote__superseded_by=None)
    assert resolutions.get().vote.in_favour == 44
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(4, 1, 9), matter=case.matter, seen=case.fresh().version
    )
    assert "同意44票、反对4票、弃权2票" in version.text
    row.refresh_from_db()
    fix |= {"by": _other_confirmer(case), "vote": row.items.get().vote}
    refuses(Refused, actions.correct_vote, seen=row.version, in_favour=45, against=3, abstain=2, **numbers, **fix)
    discard_draft(version=version, by=case.clerk, at=moment(4, 1, 10))
    assert case.fresh().resolution_notice is None
    actions.correct_vote(seen=row.version, in_favour=45, against=3, abstain=2, **numbers, **fix)


def test_scan_is_kept_where_the_meeting_is(case):
    meeting = case.call("propose", "party_committee", day(3, 6))

    def paper(**fields):
        given = {
            "sha256": "0" * 64,
            "name": "签到表.pdf",
            "media_type": "application/pdf",
            "size": 1,
            "audience": "party",
            "path": case.place.unit.path,
            "uploader_id": case.clerk.pk,
            "uploader": "林晓雯",
            "uploaded_at": moment(3, 6),
        }
        return Attachment.objects.create(**(given | fields))

    add = {"by": case.clerk, "at": moment(3, 6), "meeting": meeting, "kind": "sign_in"}
    refuses(Refused, actions.add_scan, attachment=paper(audience="unit"), **add)
    refuses(Refused, actions.add_scan, attachment=paper(path=case.place.other.path), **add)
    assert actions.add_scan(attachment=paper(), **add).meeting == meeting


# Past steps


def past(case, *sittings, **fields):
    matter = case.fresh()
    fields = {"seen": matter.version, "token": uuid.uuid4(), "by": case.clerk, "at": moment(4, 8)} | fields
    return actions.enter_past_steps(matter=matter, sittings=list(sittings), **fields)


def sitting(case, step, body, on, present, *counts, **fields):
    numbers = dict(zip(("in_favour", "against", "abstain"), counts, strict=True)) if counts else {}
    return actions.PastSitting(
        step=step,
        body=case.bodies[body],
        held_on=on,
        present=present,
        numbers=numbers,
        method="hands" if counts else "",
        minutes="会议记录。",
        **fields,
    )


def test_past_steps_follow_each_other(case):
    first = sitting(case, "propose", "party_committee", day(3, 6), 7, 7, 0, 0)
    second = sitting(case, "confer", "two_committees", day(3, 11), 9, 8, 0, 1)
    wrong = {
        "skipped": (second,),
        "backwards": (first, sitting(case, "confer", "two_committees", day(3, 5), 9, 8, 0, 1)),
        "an hour too early": (
            sitting(case, "propose", "party_committee", day(3, 6), 7, 7, 0, 0, held_at=datetime.time(19)),
            sitting(case, "confer", "two_committees", day(3, 6), 9, 8, 0, 1, held_at=datetime.time(18)),
        ),
        "before the register": (sitting(case, "propose", "party_committee", day(3, 1), 7, 7, 0, 0),),
        "to come": (sitting(case, "propose", "party_committee", day(4, 9), 7, 7, 0, 0),),
        "after a loss": (sitting(case, "propose", "party_committee", day(3, 6), 7, 3, 4, 0), second),
        "votes without a quorum": (sitting(case, "propose", "party_committee", day(3, 6), 3, 3, 0, 0),),
        "nothing": (),
    }
    for sittings in wrong.values():
        refuses(Refused, _past, case=case, sittings=sittings)
    assert not Meeting.objects.exists()
    token = uuid.uuid4()
    assert len(past(case, first, second, token=token)) == 2
    refuses(Stale, _past, case=case, sittings=(first, second), token=token)
    refuses(Refused, _past, case=case, sittings=(second,))


def _past(case, sittings, **fields):
    return past(case, *sittings, **fields)


def test_refusal_names_the_sitting(case):
    first = sitting(case, "propose", "party_committee", day(3, 6), 7, 7, 0, 0)
    bad = sitting(case, "confer", "two_committees", day(3, 11), 11, 8, 0, 1)
    assert refuses(Refused, _past, case=case, sittings=(first, bad)).place == 1


def test_past_steps_are_confirmed_once_by_another(case):
    past(case, sitting(case, "propose", "party_committee", day(3, 6), 7, 7, 0, 0))
    confirm = {"at": moment(4, 9), "matter": case.matter, "records": records_of(case.matter)}
    refuses(Refused, actions.confirm_records, by=case.secretary, seen=1, **confirm)
    assert actions.confirm_records(by=case.secretary, seen=case.fresh().version, **confirm)
    assert case.fresh().status == Status.PROPOSED
    refuses(Stale, actions.confirm_records, by=case.secretary, seen=case.fresh().version, **confirm)


def test_chair_of_the_committee_confirms_what_is_not_the_partys(case):
    """Where secretary and chair are two people, each confirms their own; the order of the steps still holds."""
    chair = factories.user_for(factories.person("居委会主任"))
    case.secretary.person.terms.filter(body__kind="residents_committee").update(ended_on=day(3, 1))
    factories.appoint(chair.person, case.bodies["residents_committee"], "chair")
    steps = [
        sitting(case, "propose", "party_committee", day(3, 6), 7, 7, 0, 0),
        sitting(case, "confer", "two_committees", day(3, 11), 9, 8, 0, 1),
        sitting(case, "review", "party_assembly", day(3, 20), 104, 98, 2, 4, entitled=138),
        sitting(case, "resolve", "residents_reps", day(3, 31), 51, 45, 3, 2),
    ]
    past(case, *steps[:3])
    confirm = {"at": moment(4, 9), "matter": case.matter, "records": records_of(case.matter)}
    refuses(PowerMissing, actions.confirm_records, by=chair, seen=case.fresh().version, **confirm)
    actions.confirm_records(by=case.secretary, seen=case.fresh().version, **confirm)
    past(case, steps[3])
    confirm["records"] = records_of(case.matter)
    actions.confirm_records(by=chair, seen=case.fresh().version, **confirm)
    assert case.fresh().status == Status.RESOLVED


# Implementation


def test_work_begins_after_objections(case):
    case.deliberate()
    refuses(Refused, case.start)
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(4, 1, 9), matter=case.matter, seen=case.fresh().version
    )
    again = {"by": case.clerk, "at": moment(4, 1, 9), "matter": case.matter}
    refuses(Stale, actions.draft_resolution_notice, seen=case.fresh().version, **again)
    refuses(Refused, case.start)
    case.publish(version, moment(4, 1, 9))
    refuses(Refused, case.start, at=moment(4, 8))
    objection = register_objection(
        notice=case.fresh().resolution_notice,
        kind=Kind.OBJECTION,
        channel=Channel.PHONE,
        text="担心油烟。",
        by=case.clerk,
        at=moment(4, 3),
    )
    refuses(Refused, case.start, at=moment(4, 9))
    answer_objection(
        objection=objection,
        reply="重新研究。",
        summary="担心油烟。",
        outcome=Outcome.UPHELD,
        by=case.clerk,
        at=moment(4, 8),
    )
    refuses(Refused, case.start, at=moment(4, 9))


def test_work_in_order(case):
    case.deliberate(), case.disclose()
    refuses(Refused, case.milestone, kind="started", on=day(4, 20))
    case.start()
    refuses(Stale, case.start)
    refuses(Mistaken, case.milestone, kind="started", on=day(4, 8))
    case.milestone("started", day(4, 20))
    refuses(Stale, case.milestone, kind="started", on=day(4, 20))
    refuses(Mistaken, case.milestone, kind="completed", on=day(4, 19))
    refuses(Mistaken, case.milestone, kind="other", on=day(4, 19))
    accept = {"by": case.clerk, "at": moment(6, 4), "matter": case.matter, "on": day(6, 4), "signers": "居民代表5人"}
    refuses(Refused, actions.record_acceptance, seen=case.fresh().version, passed=True, **accept)
    case.milestone("completed", day(5, 29))
    refuses(
        Mistaken,
        actions.record_acceptance,
        seen=case.fresh().version,
        passed=True,
        **(accept | {"on": day(5, 28)}),
    )
    actions.record_acceptance(seen=case.fresh().version, passed=False, **accept)
    assert case.fresh().status == Status.IMPLEMENTING
    actions.record_acceptance(seen=case.fresh().version, passed=True, **accept)
    assert case.fresh().status == Status.ACCEPTED


def test_costs_must_balance(case):
    case.deliberate(), case.disclose(), case.implement()
    lines = {line.label: line.pk for line in case.fresh().lines.all()}
    costs = {"by": case.clerk, "at": moment(6, 9), "matter": case.matter}
    actual = dict.fromkeys(lines.values(), 100)
    refuses(Mistaken, actions.record_costs, seen=case.fresh().version, actual={lines["装修改造"]: 1}, **costs)
    refuses(
        Mistaken, actions.record_costs, seen=case.fresh().version, actual=actual | {lines["装修改造"]: 101}, **costs
    )
    refuses(Mistaken, actions.record_costs, seen=case.fresh().version, actual=actual | {lines["装修改造"]: -1}, **costs)
    draft = {"by": case.clerk, "at": moment(6, 12), "matter": case.matter}
    refuses(Refused, actions.draft_outcome_notice, seen=case.fresh().version, **draft)
    actions.record_costs(seen=case.fresh().version, actual=actual, **costs)
    actions.draft_outcome_notice(seen=case.fresh().version, **draft)
    refuses(Stale, actions.draft_outcome_notice, seen=case.fresh().version, **draft)
    refuses(Refused, actions.record_costs, seen=case.fresh().version, actual=actual, **costs)


def test_evaluation_must_add_up(case):
    case.deliberate(), case.disclose(), case.implement()
    forms = {"on": day(6, 10), "issued": 60, "returned": 54, "satisfied": 49, "fairly": 4, "unsatisfied": 1}
    who = {"by": case.clerk, "at": moment(6, 11), "matter": case.matter}
    for wrong in ({"returned": 61}, {"fairly": 5}, {"on": day(6, 12)}):
        refuses(Mistaken, actions.record_evaluation, seen=case.fresh().version, **(forms | wrong), **who)
    actions.record_evaluation(seen=case.fresh().version, **forms, **who)
    refuses(Stale, actions.record_evaluation, seen=case.fresh().version, **forms, **who)
