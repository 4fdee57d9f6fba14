"""Who may do what in the councils: verb by person; and what of a Party meeting reaches whom."""

import uuid

import pytest
from django.db import transaction

from audit.models import Event
from councils import actions
from councils.models import Matter, Meeting
from councils.permissions import may_read_meeting
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import Case, day, moment, register

pytestmark = pytest.mark.django_db

EVERYONE = ("clerk", "secretary", "deputy", "member", "supervisor", "street", "administrator", "stranger", "worker")
CLERKS = {"clerk", "secretary", "worker"}  # run_meetings
PARTY_CLERKS = {"clerk", "secretary"}  # and see_party_internal


@pytest.fixture
def case(liuxi):
    """The case, with a community worker who has no post in the Party organisation."""
    worker = factories.person("新来的社工")
    factories.user_for(worker)
    factories.appoint(worker, liuxi.bodies["community_staff"], "worker")
    liuxi.people.worker = worker
    return Case(liuxi)


def user(case, who):
    return getattr(case.place.people, who).user


def who_may(case, run):
    """The people for whom `run(user)` is not refused for want of power; everything is undone again."""
    able = set()
    for who in EVERYONE:
        events = Event.objects.count()
        try:
            with transaction.atomic():
                run(user(case, who))
                raise Undo
        except Undo:
            able.add(who)
        except PowerMissing:
            pass
        assert Event.objects.count() == events
    return able


class Undo(Exception):
    """Takes back what was done."""


def test_register(case):
    def run(by):
        case.place.people.clerk = by.person
        register(case.place, at=moment(3, 2))

    clerk = case.place.people.clerk
    assert who_may(case, run) == CLERKS
    case.place.people.clerk = clerk


def test_call_and_edit(case):
    assert who_may(case, lambda by: case.call("propose", "party_committee", day(3, 6), by=by)) == CLERKS
    edit = {"at": moment(3, 3), "matter": case.matter, "seen": 1, "plan": "新方案"}
    assert who_may(case, lambda by: actions.edit_matter(by=by, **edit)) == CLERKS


def test_party_records_are_entered_by_the_party_only(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    on = {"at": moment(3, 6), "meeting": meeting}
    assert who_may(case, lambda by: actions.open_attendance(by=by, seen=1, **on)) == PARTY_CLERKS
    assert who_may(case, lambda by: actions.record_attendance(by=by, seen=1, present=7, **on)) == PARTY_CLERKS
    case.attend(meeting, 7)
    vote = {"item": meeting.items.get(), "method": "hands", "in_favour": 7, "against": 0, "abstain": 0}
    assert who_may(case, lambda by: actions.record_vote(by=by, at=moment(3, 6), seen=2, **vote)) == PARTY_CLERKS
    assert who_may(case, lambda by: actions.record_minutes(by=by, seen=2, minutes="x", **on)) == PARTY_CLERKS
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    seen = Meeting.objects.get(pk=meeting.pk).version
    assert who_may(case, lambda by: actions.confirm_meeting(by=by, seen=seen, **on)) == {"secretary"}
    past = actions.PastSitting(step="propose", body=case.bodies["party_committee"], held_on=day(3, 6), present=3)
    other = Case(case.place, short_title="另一事项").matter

    def enter(by):
        actions.enter_past_steps(by=by, at=moment(3, 9), matter=other, seen=1, token=uuid.uuid4(), sittings=[past])

    assert who_may(case, enter) == PARTY_CLERKS


def test_records_of_residents_are_entered_by_every_clerk(case):
    other = Case(case.place, short_title="另一事项", statutory_call="reps_fifth")
    meeting = other.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    on = {"at": moment(3, 31), "meeting": meeting}
    assert who_may(case, lambda by: actions.record_attendance(by=by, seen=1, present=51, **on)) == CLERKS
    other.attend(meeting, 51)
    other.vote(meeting, 45, 3, 2)
    other.minutes(meeting)
    seen = Meeting.objects.get(pk=meeting.pk).version
    assert who_may(case, lambda by: actions.confirm_meeting(by=by, seen=seen, **on)) == {"secretary"}


def test_counts_are_opened_by_the_party_organisation(case):
    meeting = case.propose()
    seen = Meeting.objects.get(pk=meeting.pk).version
    on = {"at": moment(3, 7), "meeting": meeting, "seen": seen}
    assert who_may(case, lambda by: actions.open_counts(by=by, **on)) == {"secretary"}
    assert actions.open_counts(by=case.secretary, **on).counts_opened_by == case.secretary


def test_notices_and_work(case):
    case.deliberate()
    draft = {"at": moment(4, 1), "matter": case.matter, "seen": case.fresh().version}
    assert who_may(case, lambda by: actions.draft_resolution_notice(by=by, **draft)) == {"clerk", "worker"}
    case.disclose()
    start = {"at": moment(4, 16), "matter": case.matter, "seen": case.fresh().version}
    assert who_may(case, lambda by: actions.start_implementation(by=by, **start)) == CLERKS


def test_powers_end_with_the_term(case):
    call = {"step": "propose", "body": "party_committee", "held_on": day(3, 6)}
    for term in case.place.people.clerk.terms.all():
        term.ended_on = day(3, 5)
        term.save()
    case.clerk.__dict__.pop("_scopes", None)
    with pytest.raises(PowerMissing):
        case.call(at=moment(3, 5), **call)
    case.call(at=moment(3, 4), **call)


@pytest.mark.parametrize(
    ("body", "readers"),
    [
        ("party_committee", {"clerk", "secretary", "deputy", "member"}),
        ("two_committees", {"clerk", "secretary", "deputy", "member"}),
        ("party_assembly", {"clerk", "secretary", "deputy", "member"}),
        ("residents_reps", {"clerk", "secretary", "deputy", "member", "supervisor", "street", "worker"}),
    ],
)
def test_who_reads_the_record(case, body, readers):
    meeting = Meeting(unit=case.place.unit, body=case.bodies[body])
    assert {who for who in EVERYONE if may_read_meeting(user(case, who), meeting, day(3, 6))} == readers


def test_strangers_do_not_see_that_it_exists(case):
    meeting = case.propose()
    seeing = {who for who in EVERYONE if Matter.objects.visible_to(user(case, who), day(3, 6)).exists()}
    assert seeing == {"clerk", "secretary", "deputy", "member", "supervisor", "street", "worker"}
    for who in EVERYONE:
        rows = Meeting.objects.visible_to(user(case, who), day(3, 6))
        assert list(rows) == ([meeting] if who in seeing else [])


def test_suspended_secretary_cannot_confirm(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    person = case.place.people.secretary
    person.suspended_on, person.suspension_reason = day(3, 6), "停职"
    person.save()
    case.secretary.__dict__.pop("_scopes", None)
    with pytest.raises(PowerMissing):
        case.confirm(meeting)
