"""What the database refuses: each constraint and trigger of the councils, broken on purpose; and what rows derive."""

import datetime
import uuid
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from audit.actions import append_leaf
from audit.enums import LeafKind
from audit.models import Attachment
from councils.enums import Status
from councils.models import (
    AgendaItem,
    BudgetLine,
    Evaluation,
    Matter,
    MatterFile,
    Meeting,
    Milestone,
    NamedBallot,
    Resolution,
    RollChange,
    RollEntry,
    Scan,
    Selection,
    StepDone,
    Vote,
)
from councils.records import subject_of
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db


@contextmanager
def refused(name):
    """The block is refused by the constraint or trigger `name` and by no other."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    diagnosis = caught.value.__cause__.diag
    assert name in (diagnosis.constraint_name or diagnosis.message_primary)


def copy(row, **fields):
    """Insert a copy of `row` with other values."""
    row.pk = None
    row._state.adding = True
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


@pytest.fixture
def case(liuxi):
    return Case(liuxi)


@pytest.fixture
def voted(case):
    """The conferral with attendance, vote and minutes, not confirmed."""
    case.propose()
    meeting = case.call("confer", "two_committees", day(3, 11))
    case.attend(meeting, 9, 1)
    vote = case.vote(meeting, 8, 0, 1)
    case.minutes(meeting)
    return vote


def test_matter(case):
    pk = case.matter.pk
    matter = Matter.objects.filter(pk=pk)
    broken = {
        "matter_category_is_known": {"category": "M99"},
        "matter_origin_is_known": {"origin": "nowhere"},
        "matter_status_is_stored": {"status": Status.CLOSED},
        "matter_dates_in_order": {"ends_on": day(3, 1)},
        "matter_initiators_add_up": {"initiator_count": 57},
        "matter_statutory_call_is_counted": {"statutory_call": "reps_fifth", "initiator_base": None},
        "matter_end_is_explained": {"status": Status.DECLINED},
        "matter_says_what": {"motion": ""},
    }
    for name, values in broken.items():
        with refused(name):
            matter.update(**values)
    with refused("matter_initiators_add_up"):
        matter.update(initiator_count=None)
    with refused("matter_number_once"):
        copy(matter.get(), token=uuid.uuid4())
    with refused("councils_matter_token_key"):
        copy(matter.get(), serial=99)
    with refused("append-only"):
        matter.get().lines.all().delete()
        matter.get().delete()


def test_budget(case):
    line = case.matter.lines.first()
    lines = BudgetLine.objects.filter(pk=line.pk)
    for name, values in {
        "budget_line_kind_is_known": {"kind": "gift"},
        "budget_line_planned_not_negative": {"planned": -1},
        "budget_line_actual_not_negative": {"actual": -1},
    }.items():
        with refused(name):
            lines.update(**values)
    with refused("budget_line_once"):
        copy(lines.get())
    lines.update(planned=1)
    case.propose()
    with refused("budget_line_stands"):
        lines.update(planned=2)
    with refused("budget_line_stands"):
        lines.delete()
    with refused("budget_line_stands"):
        copy(lines.get(), label="another")
    lines.update(actual=2)
    with refused("matter_file_has_label"):
        MatterFile.objects.create(matter=case.matter, attachment_id=1, label="")


def test_meeting(case):
    called = case.call("propose", "party_committee", day(3, 6))
    meeting = Meeting.objects.filter(pk=called.pk)
    for name, values in {
        "meeting_roll_mode_is_known": {"roll_mode": "guessed"},
        "meeting_outcome_is_known": {"outcome": "fine"},
        "meeting_called_before_held": {"notice_on": day(3, 7)},
        "meeting_frozen_roll_has_number": {"roll_frozen_at": moment(3, 6), "entitled": 0},
        "meeting_attendance_adds_up": {
            "roll_frozen_at": moment(3, 6),
            "entitled": 7,
            "present": 7,
            "on_leave": 1,
            "absent": 0,
        },
        "meeting_area_within_whole": {"area_entitled": 1, "area_present": 2},
        "meeting_outcome_has_attendance": {"outcome": "valid"},
        "meeting_called_off_before_held": {"outcome": "called_off"},
        "meeting_counts_opened_after_record": {"counts_opened_at": moment(3, 6), "counts_opened_by": case.secretary},
    }.items():
        with refused(name):
            meeting.update(**values)
    with refused("meeting_attendance_adds_up"):
        meeting.update(present=8, on_leave=0, absent=0, entitled=7, roll_frozen_at=moment(3, 6))
    with refused("meeting_frozen_roll_has_number"):
        meeting.update(roll_frozen_at=moment(3, 6), entitled=None)
    with refused("meeting_area_within_whole"):
        meeting.update(area_present=2)
    with refused("councils_meeting_token_key"):
        copy(meeting.get())
    case.attend(called, 7)
    with refused("meeting_confirmed_by_another"):
        meeting.update(confirmed_by=F("recorded_by"), confirmed_at=moment(3, 6))
    with refused("append-only"):
        meeting.get().items.all().delete()
    with refused("append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM councils_meeting")


def test_a_void_meeting_is_held_again_once(case):
    case.propose(), case.confer(), case.review()
    void = case.resolve_in_vain()
    again = case.resolve()
    with refused("councils_meeting_replaces_id_key"):
        copy(Meeting.objects.get(pk=again.pk), token=uuid.uuid4(), confirmed_at=None, confirmed_by=None, replaces=void)


def test_one_sitting_for_a_step(case):
    first = case.call("propose", "party_committee", day(3, 6))
    other = Case(case.place, short_title="另一事项").call("propose", "party_committee", day(3, 6))
    item = first.items.get()
    with refused("agenda_item_one_sitting_per_step"):
        copy(first.items.get(), meeting=other)
    with refused("agenda_item_once_per_meeting"):
        copy(first.items.get(), step="confer")
    with refused("agenda_item_stands"):
        AgendaItem.objects.filter(pk=item.pk).update(motion="另一件事")
    AgendaItem.objects.filter(pk=item.pk).update(void=True)
    copy(AgendaItem.objects.get(pk=item.pk), meeting=other, void=False)


def test_roll(case):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31))
    assert meeting.roll.count() == 63
    entry = meeting.roll.first()
    entries = RollEntry.objects.filter(pk=entry.pk)
    with refused("roll_entry_person_once"):
        copy(entries.get())
    with refused("roll_entry_presence_is_known"):
        entries.update(presence="late")
    with refused("roll_entry_recusal_has_reason"):
        entries.update(recused=True)
    case.attend(meeting, None, marks={row.pk: ("present", "") for row in meeting.roll.all()})
    with refused("roll_entry_stands"):
        entries.delete()
    with refused("roll_change_has_reason"):
        RollChange.objects.create(meeting=meeting, what="x", reason="", by=case.clerk, at=moment(3, 31))
    change = RollChange.objects.create(meeting=meeting, what="x", reason="y", by=case.clerk, at=moment(3, 31))
    with refused("append-only"):
        RollChange.objects.filter(pk=change.pk).update(reason="z")
    case.vote(meeting, 60, 3, 0)
    case.minutes(meeting)
    case.confirm(meeting)
    with refused("roll_entry_stands"):
        entries.update(presence="absent")


def test_vote(voted, case):
    def again(**fields):
        """A correction with other numbers: what is wrong is refused whoever enters it."""
        given = {"supersedes": voted, "correction_reason": "计票有误", "recorded_by": case.secretary}
        return copy(Vote.objects.get(pk=voted.pk), **(given | fields))

    for name, values in {
        "vote_method_is_known": {"method": "shouting"},
        "vote_outcome_is_known": {"outcome": "no_quorum"},
        "vote_present_within_entitled": {"present": 11},
        "vote_counts_within_present": {"against": 1},
        "vote_ballots_add_up": {"issued": 9},
        "vote_areas_within_whole": {"area_entitled": 10, "area_participating": 11, "area_for": 1},
        "vote_correction_has_reason": {"correction_reason": ""},
        "vote_corrected_by_another": {"recorded_by": case.clerk},
    }.items():
        with refused(name):
            again(**values)
    for values in (
        {"area_for": 1, "area_participating": 2},
        {"area_for": 1, "area_entitled": 2},
        {"area_entitled": 2, "area_participating": 2},
    ):
        with refused("vote_areas_within_whole"):
            again(**values)
    secret = {"method": "secret", "issued": 9, "returned": 9, "valid": 9}
    for values in (
        {"returned": None},
        {"issued": 10},
        {"returned": 10},
        {"valid": 8, "returned": 8},
        {"valid": 8},
        {"invalid": 1, "in_favour": 7},
    ):
        with refused("vote_ballots_add_up"):
            again(**(secret | values))
    with refused("vote_one_per_item"):
        copy(Vote.objects.get(pk=voted.pk))
    with refused("append-only"):
        Vote.objects.filter(pk=voted.pk).update(in_favour=9)
    with refused("append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM councils_vote")
    other = Case(case.place, short_title="另一事项").propose().items.get()
    with refused("vote_corrects_same_item"):
        again(item=other)
    again(**secret)
    with refused("councils_vote_supersedes_id_key"):
        again()


def test_no_vote_without_a_valid_meeting(voted, case):
    called = Case(case.place, short_title="另一事项").call("propose", "party_committee", day(3, 6))
    with refused("vote_at_valid_meeting"):
        copy(Vote.objects.get(pk=voted.pk), item=called.items.get())


def test_named_ballots(case):
    case.propose(), case.confer(), case.review()
    meeting = case.call("resolve", "residents_reps", day(3, 31))
    rows = list(meeting.roll.all())
    case.attend(meeting, None, marks={row.pk: ("present" if row != rows[0] else "leave", "") for row in rows})
    vote = case.vote(meeting, None, None, None, method="named", ballots={row.pk: "for" for row in rows[1:60]})
    assert (vote.in_favour, vote.present) == (59, 62)
    ballot = vote.ballots.first()
    with refused("named_ballot_once"):
        copy(NamedBallot.objects.get(pk=ballot.pk))
    with refused("named_ballot_choice_is_known"):
        NamedBallot.objects.create(vote=vote, entry=rows[61], choice="maybe")
    with refused("named_ballot_of_voter"):
        NamedBallot.objects.create(vote=vote, entry=rows[0], choice="for")
    with refused("append-only"):
        NamedBallot.objects.filter(pk=ballot.pk).update(choice="against")


def test_confirmed_records_stand(case):
    case.deliberate()
    meeting = Meeting.objects.filter(items__step="resolve", outcome="valid")
    with refused("meeting_confirmed_stands"):
        meeting.update(minutes="改")
    with refused("agenda_item_stands"):
        AgendaItem.objects.filter(meeting__in=meeting).update(void=True)
    resolution = Resolution.objects.filter(matter=case.matter)
    with refused("append-only"):
        resolution.update(text="改")
    with refused("append-only"):
        resolution.delete()
    with refused("councils_resolution_vote_id_key"):
        copy(resolution.get())
    step = StepDone.objects.filter(matter=case.matter, step="review")
    with refused("step_done_once"):
        copy(step.get())
    with refused("step_done_stands"):
        step.update(done_on=day(3, 1))
    with refused("append-only"):
        step.delete()
    party = Meeting.objects.filter(items__step="review")
    party.update(counts_opened_at=moment(4, 1), counts_opened_by=case.secretary)
    with refused("meeting_counts_stay_open"):
        party.update(counts_opened_at=None, counts_opened_by=None)


def test_implementation(case):
    who = {"matter": case.matter, "recorded_by": case.clerk, "recorded_at": moment(6, 1)}
    with refused("milestone_kind_is_known"):
        Milestone.objects.create(kind="dreamt", on=day(5, 1), **who)
    with refused("milestone_says_what"):
        Milestone.objects.create(kind="accepted", on=day(5, 1), **who)
    started = Milestone.objects.create(kind="started", on=day(5, 1), **who)
    with refused("milestone_kind_once"):
        Milestone.objects.create(kind="started", on=day(5, 2), **who)
    choice = {"on": day(5, 1), "method": "询价比选", "result": "最低价中选"}
    with refused("selection_has_offers"):
        Selection.objects.create(offers=0, **choice, **who)
    Selection.objects.create(offers=3, **choice, **who)
    forms = {"on": day(6, 1), "issued": 60, "returned": 54, "satisfied": 49, "fairly": 4, "unsatisfied": 1}
    for values in ({"issued": 53}, {"fairly": 5}):
        with refused("evaluation_forms_add_up"):
            Evaluation.objects.create(**(forms | values), **who)
    Evaluation.objects.create(**forms, **who)
    for rows in (Milestone.objects.filter(pk=started.pk), Selection.objects.all(), Evaluation.objects.all()):
        with refused("append-only"):
            rows.update(on=day(6, 2))
        with refused("append-only"):
            rows.delete()


def test_scan(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    paper = Attachment.objects.create(
        sha256="0" * 64,
        name="签到表.pdf",
        media_type="application/pdf",
        size=1,
        audience="party",
        path=case.place.unit.path,
        uploader_id=case.clerk.pk,
        uploader="林晓雯",
        uploaded_at=moment(3, 6),
    )
    with refused("scan_kind_is_known"):
        Scan.objects.create(meeting=meeting, attachment=paper, kind="selfie")
    scan = Scan.objects.create(meeting=meeting, attachment=paper, kind="sign_in")
    with refused("append-only"):
        scan.delete()


# What rows derive


def test_pages_read_a_matter_in_five_queries(case, django_assert_num_queries):
    case.deliberate()
    with django_assert_num_queries(5):
        matter = Matter.objects.for_page().get(pk=case.matter.pk)
        assert matter.status_on(day(4, 1)) == Status.RESOLVED
        assert [item.vote for item in matter.items.all()]
        assert [str(item.meeting.body) for item in matter.items.all()]
        assert matter.planned_total and matter.responsible and matter.supervisor
        assert matter.resolution_notice is None and not hasattr(matter, "selection")
        assert list(matter.milestones.all()) == []


def test_under_way_is_one_query(case, liuxi, django_assert_num_queries):
    case.propose()
    Case(liuxi, short_title="另一事项")
    with django_assert_num_queries(1):
        rows = list(Matter.objects.under_way(liuxi.unit, day(3, 7)))
        assert [(row.short_title, row.status_on(day(3, 7))) for row in rows] == [
            ("另一事项", Status.REGISTERED),
            ("老年助餐点改造", Status.PROPOSED),
        ]
        assert [row.open_step(day(3, 7)).key for row in rows] == ["propose", "confer"]
    assert list(Matter.objects.under_way(liuxi.unit, day(3, 1))) == []
    assert list(Matter.objects.under_way(liuxi.other, day(3, 7))) == []


def test_a_closed_matter_is_no_longer_under_way(case):
    case.deliberate(), case.disclose(), case.implement(), case.account_for(), case.disclose_outcome()
    assert list(Matter.objects.under_way(case.place.unit, day(6, 27)))
    assert not list(Matter.objects.under_way(case.place.unit, day(6, 28)))


def test_party_meetings_are_not_announced(case):
    case.call("propose", "party_committee", day(3, 6))
    assert not Meeting.objects.upcoming_public(case.place.unit, day(3, 2)).exists()
    other = Case(case.place, short_title="另一事项", statutory_call="reps_fifth", initiator_count=12, initiator_base=56)
    meeting = other.call("resolve", "residents_reps", day(3, 9))
    assert list(Meeting.objects.upcoming_public(case.place.unit, day(3, 9))) == [meeting]
    assert not Meeting.objects.upcoming_public(case.place.unit, day(3, 10)).exists()


def test_correct_chain_gives_the_vote_that_counts(voted, case):
    newer = copy(
        Vote.objects.get(pk=voted.pk),
        supersedes=voted,
        correction_reason="计票有误",
        recorded_by=case.secretary,
        in_favour=7,
        against=1,
    )
    item = AgendaItem.objects.get(pk=voted.item_id)
    assert item.vote == newer
    assert list(Vote.objects.standing()) == [*Vote.objects.filter(item__step="propose"), newer]


def test_entered_later_is_more_than_seven_days():
    at = datetime.datetime(2026, 3, 14, 0, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
    assert Meeting(held_on=day(3, 6), recorded_at=at).entered_later
    assert not Meeting(held_on=day(3, 7), recorded_at=at).entered_later
    assert not Meeting(held_on=day(3, 7)).entered_later


def at_the_end():
    """Look now at what is looked at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_resolution_without_its_leaf(case, monkeypatch):
    monkeypatch.setattr("councils.actions.records.log_resolutions", lambda matters, *, at: None)
    with refused("resolution_is_logged"):
        case.deliberate()
        at_the_end()


@pytest.mark.parametrize(
    "change", [{"number": "别的〔2026〕9号"}, {"subject": "resolution/0"}, {"subject": "notice/1/1"}]
)
def test_no_leaf_of_a_resolution_that_was_not_taken(case, monkeypatch, change):
    if "number" in change:  # the only leaf of this subject
        monkeypatch.setattr("councils.actions.records.log_resolutions", lambda matters, *, at: None)
    with refused("leaf_is_resolved"):
        case.deliberate()
        resolution = Resolution.objects.get(matter=case.matter)
        leaf = {"subject": subject_of(resolution), "number": resolution.number, "unit_path": case.matter.unit.path}
        append_leaf(kind=LeafKind.RESOLUTION, version=2, content={}, at=moment(4, 2), **leaf | change)
        at_the_end()
