"""Two people at the same ballots at the same moment: one serial number, one delivery, two entries, one closing.

Each race runs as it is (row locks decide) and without the locks (the constraint decides); without either it goes wrong.
"""

import pytest
from django.db import connection

from councils.actions import owners
from councils.models import BallotEntry, Delivery, OwnerBallot, OwnersAssembly, Vote
from councils.owner_count import Stand
from orgs.models import User
from tests import factories
from tests.councils.assembly import Assembly
from tests.councils.case import moment
from tests.councils.test_races import won_and_lost
from tests.transactional import WithoutLocks, committed, together

pytestmark = pytest.mark.slow
__all__ = ["committed"]


@pytest.fixture
def assembly(committed):
    """Issued and delivered to all but the last."""
    assembly = Assembly(factories.liuxi())
    assembly.open()
    assembly.deliver(range(1, 10))
    return assembly


def account(assembly, who):
    """The account read anew: each thread is another request."""
    return User.objects.get(pk=assembly.users[who].pk)


def serial(assembly):
    """The same spoiled ballot is replaced by two people."""
    ballot = assembly.ballot(1)

    def run(who):
        return lambda: owners.reissue(by=account(assembly, who), at=moment(3, 19), ballot=ballot, reason="污损")

    return run, lambda: OwnerBallot.objects.standing().filter(head=ballot.head).count()


def two_serials(assembly):
    """Two spoiled ballots are replaced: they may not get one number."""
    first, second = assembly.ballot(1), assembly.ballot(2)

    def run(who):
        ballot = {"deputy": first, "branch": second}[who]
        return lambda: owners.reissue(by=account(assembly, who), at=moment(3, 19), ballot=ballot, reason="污损")

    return run, lambda: OwnerBallot.objects.filter(serial=11).count()


def delivery(assembly):
    """The same delivery is entered by two people."""
    row, ballot = assembly.assembly, assembly.ballot(10).pk
    given = {"ballots": [ballot], "on": moment(3, 10).date(), "method": "hand", "deliverer": "楼栋长"}

    def run(who):
        return lambda: owners.deliver(by=account(assembly, who), at=moment(3, 10), assembly=row, **given)

    return run, lambda: Delivery.objects.filter(ballot=ballot).count()


def entry_twice(assembly):
    """One person sends the same entry twice."""
    ballot, question = assembly.ballot(1), assembly.question

    def run(_who):
        return lambda: owners.enter_ballot(
            by=account(assembly, "deputy"), at=moment(3, 20), ballot=ballot, choices={question: "for"}
        )

    return run, lambda: BallotEntry.objects.filter(ballot=ballot, look=1).count()


RACES = {
    "serial": (serial, OwnerBallot, "owner_ballot_one_standing"),
    "two_serials": (two_serials, OwnerBallot, "owner_ballot_serial_once"),
    "delivery": (delivery, Delivery, "delivery_one_standing_per_ballot"),
    "entry": (entry_twice, BallotEntry, "ballot_entry_look_once"),
}


@pytest.mark.parametrize("race", RACES)
def test_the_constraint_holds_without_locks(assembly, race, monkeypatch):
    prepare, model, _name = RACES[race]
    run, count = prepare(assembly)
    with WithoutLocks(monkeypatch, model):
        assert won_and_lost(together(run("deputy"), run("branch"))) == (1, 1)
    assert count() == 1


@pytest.mark.parametrize("race", ["two_serials", "delivery", "entry"])
def test_without_locks_and_constraint_it_goes_wrong(assembly, race, monkeypatch):
    prepare, model, name = RACES[race]
    run, count = prepare(assembly)
    constraint = next(row for row in model._meta.constraints if row.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        with WithoutLocks(monkeypatch, model):
            together(run("deputy"), run("branch"))
        assert count() == 2
    finally:
        monkeypatch.undo()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE councils_ownersassembly CASCADE")
            cursor.execute("SET session_replication_role = origin")
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def test_each_is_done_once_with_the_locks(assembly):
    for prepare in (delivery, entry_twice, serial):
        run, count = prepare(assembly)
        if prepare is serial:
            ballot = assembly.ballot(2)

            def run(who, ballot=ballot):
                return lambda: owners.reissue(by=account(assembly, who), at=moment(3, 19), ballot=ballot, reason="污损")

            def count():
                return OwnerBallot.objects.filter(serial=11).count()

        outcome = won_and_lost_or_refused(together(run("deputy"), run("branch")))
        assert outcome == (1, 1), prepare.__name__
        assert count() == 1


def won_and_lost_or_refused(results):
    """(done, told no): who comes second may be told that it is done, or why it cannot be done twice."""
    from audit.errors import Refused

    unexpected = [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
    assert not unexpected, unexpected
    lost = sum(isinstance(result, Refused) for result in results)
    return len(results) - lost, lost


def test_two_people_at_one_ballot_make_its_two_entries(assembly):
    ballot, question = assembly.ballot(1), assembly.question

    def run(who):
        return lambda: owners.enter_ballot(
            by=account(assembly, who), at=moment(3, 20), ballot=ballot, choices={question: "for"}
        )

    assert together(run("deputy"), run("branch")) == [None, None]
    assert assembly.ballot(1).paper.stand == Stand.VALID


def test_the_count_is_closed_once(assembly):
    assembly.enter_twice(dict.fromkeys(range(1, 9), "for"))
    meeting = assembly.meeting

    def run(who):
        return lambda: owners.close_count(
            by=account(assembly, who), at=moment(3, 26), meeting=meeting, seen=meeting.version, note="无人在家"
        )

    assert won_and_lost(together(run("deputy"), run("branch"))) == (1, 1)
    assert Vote.objects.count() == 1


def test_no_entry_slips_in_while_the_count_is_closed(assembly):
    """Whoever comes first: the vote says what the entries say."""
    assembly.enter_twice(dict.fromkeys(range(1, 9), "for"))
    meeting, ballot, question = assembly.meeting, assembly.ballot(9), assembly.question

    def close():
        owners.close_count(
            by=account(assembly, "deputy"), at=moment(3, 26), meeting=meeting, seen=meeting.version, note="无人在家"
        )

    def enter():
        owners.enter_ballot(by=account(assembly, "branch"), at=moment(3, 26), ballot=ballot, choices={question: "for"})

    won_and_lost_or_refused(together(close, enter))
    entered = BallotEntry.objects.filter(ballot=ballot).exists()
    assert OwnersAssembly.objects.filter(closed_at=None).exists() == entered
    assert Vote.objects.exists() != entered
