"""Two people, or one who clicks twice, at the same moment: everything is recorded once, and the second is told so.

Each race runs three times: as it is (row locks decide), without the locks (the constraint decides), and without either,
where it must go wrong, to show that the test could.
"""

import uuid

import pytest
from django.db import connection

from audit.errors import Refused, Stale
from councils import actions
from councils.models import AgendaItem, Finding, LocalProcedure, Matter, Meeting, StepDone, Turn, Vote
from orgs.models import OrgUnit, User
from tests import factories
from tests.councils.case import Case, day, moment, register
from tests.councils.test_variants import own, steps
from tests.transactional import WithoutLocks, committed, together

pytestmark = pytest.mark.slow
__all__ = ["committed"]


@pytest.fixture
def case(committed):
    return Case(factories.liuxi())


def account(user):
    """The account read anew: each thread is another request."""
    return User.objects.get(pk=user.pk)


def call(case):
    """Two calls for the same step."""
    seen = {case.matter.pk: case.fresh().version}
    body, matter = case.bodies["party_committee"], case.matter

    def run():
        return actions.call_meeting(
            by=account(case.clerk),
            at=moment(3, 5),
            matters=[matter],
            step="propose",
            body=body,
            held_on=day(3, 6),
            place="会议室",
            token=uuid.uuid4(),
            seen=seen,
        )

    return run, lambda: AgendaItem.objects.filter(step="propose", void=False).count()


def vote(case):
    """Two counts of the same question."""
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    meeting.refresh_from_db()
    item = meeting.items.get()

    def run():
        return actions.record_vote(
            by=account(case.clerk),
            at=moment(3, 6),
            item=item,
            seen=meeting.version,
            method="hands",
            in_favour=7,
            against=0,
            abstain=0,
        )

    return run, lambda: Vote.objects.count()


def confirm(case):
    """Two confirmations of the same record."""
    meeting = case.call("propose", "party_committee", day(3, 6))
    case.attend(meeting, 7)
    case.vote(meeting, 7, 0, 0)
    case.minutes(meeting)
    meeting.refresh_from_db()

    def run():
        return actions.confirm_meeting(
            by=account(case.secretary), at=moment(3, 6), meeting=meeting, seen=meeting.version
        )

    return run, lambda: StepDone.objects.count()


def turn(case):
    """Two people put the same matter aside."""
    seen, matter = case.fresh().version, case.matter

    def run():
        return actions.take_turn(
            by=account(case.secretary), at=moment(3, 5), matter=matter, seen=seen, kind="shelved", reason="待补充材料。"
        )

    return run, lambda: Turn.objects.count()


def finding(case):
    """Two records of the same fault."""
    case.propose()
    seen, matter = case.fresh().version, case.matter

    def run():
        return actions.record_finding(
            by=account(case.supervisor),
            at=moment(3, 9),
            matter=matter,
            seen=seen,
            step="propose",
            fault="call",
            text="未提前送达方案。",
        )

    return run, lambda: Finding.objects.count()


def define(case):
    """Two administrators send the same procedure of a street."""
    administrator = case.place.people.administrator.user

    def run():
        return actions.define_procedure(
            by=account(administrator),
            at=moment(1, 10),
            procedure=own(case.place),
            steps=steps("suggest", "propose", "consult"),
        )

    return run, lambda: LocalProcedure.objects.count()


RACES = {
    "define": (define, LocalProcedure, "local_procedure_version_once"),
    "call": (call, AgendaItem, "agenda_item_one_sitting_per_step"),
    "vote": (vote, Vote, "vote_one_per_item"),
    "confirm": (confirm, StepDone, "step_done_once"),
    "turn": (turn, Turn, "turn_once_per_version"),
    "finding": (finding, Finding, "finding_one_open_per_step"),
}


def won_and_lost(results):
    """(how many were done, how many were told that it was done)."""
    unexpected = [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
    assert not unexpected, unexpected
    lost = [result for result in results if isinstance(result, Stale)]
    return len(results) - len(lost), len(lost)


@pytest.mark.parametrize("race", RACES)
def test_done_once(case, race):
    prepare, _model, _constraint = RACES[race]
    run, count = prepare(case)
    assert won_and_lost(together(run, run)) == (1, 1)
    assert count() == 1


@pytest.mark.parametrize("race", RACES)
def test_the_constraint_holds_without_locks(case, race, monkeypatch):
    prepare, model, _constraint = RACES[race]
    run, count = prepare(case)
    with WithoutLocks(monkeypatch, model):
        assert won_and_lost(together(run, run)) == (1, 1)
    assert count() == 1


@pytest.mark.parametrize("race", RACES)
def test_without_locks_and_constraint_it_goes_wrong(case, race, monkeypatch):
    prepare, model, name = RACES[race]
    run, count = prepare(case)
    constraint = next(row for row in model._meta.constraints if row.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        with WithoutLocks(monkeypatch, model):
            together(run, run)
        assert count() == 2
    finally:
        monkeypatch.undo()
        _forget_councils()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def _forget_councils():
    """Empty the tables of the councils, so that the constraint can stand again."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE councils_matter, councils_meeting, councils_localprocedure CASCADE")
        cursor.execute("SET session_replication_role = origin")


def test_one_form_registers_one_matter(committed):
    place, token = factories.liuxi(), uuid.uuid4()

    def run():
        return register(place, at=moment(3, 2), token=token)

    assert won_and_lost(together(run, run)) == (1, 1)
    assert Matter.objects.count() == 1


def test_two_matters_at_once_get_two_numbers(committed):
    place = factories.liuxi()

    def run():
        return register(place, at=moment(3, 2)).serial

    assert sorted(together(run, run)) == [1, 2]
    assert OrgUnit.objects.filter(pk=place.unit.pk).exists()


def test_void_meeting_is_called_again_once(case):
    case.propose(), case.confer(), case.review()
    case.resolve_in_vain()
    seen = {case.matter.pk: case.fresh().version}

    def run():
        return actions.call_meeting(
            by=account(case.clerk),
            at=moment(3, 25),
            matters=[case.matter],
            step="resolve",
            body=case.bodies["residents_reps"],
            held_on=day(3, 31),
            place="多功能厅",
            token=uuid.uuid4(),
            seen=seen,
        )

    assert won_and_lost(together(run, run)) == (1, 1)
    assert Meeting.objects.exclude(replaces=None).count() == 1
