"""What the database refuses of an owners' assembly: each constraint and trigger broken on purpose."""

import uuid

import pytest
from django.db import connection

from councils.actions import owners
from councils.models import (
    AdoptedRule,
    BallotEntry,
    Delivery,
    Meeting,
    OwnerBallot,
    OwnerHead,
    OwnerRoll,
    OwnersAssembly,
    PropertyUnit,
    Proxy,
    Vote,
)
from tests.councils.assembly import HEADS, Assembly
from tests.councils.assembly import delivered as assembly_delivered
from tests.councils.case import day, moment
from tests.councils.test_models import copy, refused

pytestmark = pytest.mark.django_db

EVERY = range(1, HEADS + 1)


@pytest.fixture
def assembly(liuxi):
    return Assembly(liuxi)


def all_settled():
    """Eight ballots for, one with a difference that is settled, one at home."""
    assembly = assembly_delivered()
    assembly.enter_twice(dict.fromkeys(range(1, 10), "for"), second={9: "against"})
    assembly.mend(9, "for")
    return assembly


@pytest.fixture
def counted(told):
    return told("ballots settled", all_settled)


@pytest.fixture
def closed(counted):
    counted.close()
    return counted


@pytest.fixture
def rule(assembly):
    return owners.adopt_rule(
        by=assembly.users["chair"],
        at=moment(3, 1),
        unit=assembly.unit,
        kind="abstain",
        adopted_on=day(1, 1),
        document="规则",
    )


def without_trigger(table, name):
    """Until the end of the test this trigger does not hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE councils_{table} DISABLE TRIGGER {name}")


def test_rolls(assembly):
    roll = assembly.roll()
    for name, changes in (
        ("owner_roll_number_once", {}),
        ("owner_roll_has_owners", {"number": 2, "heads": 0}),
        ("owner_roll_has_owners", {"number": 2, "area": 0}),
        ("owner_roll_has_owners", {"number": 2, "doors": HEADS - 1}),
    ):
        with refused(name):
            copy(OwnerRoll.objects.get(pk=roll.pk), token=uuid.uuid4(), **changes)


def test_rows_of_a_roll(assembly):
    assembly.roll()
    for model, name, changes in (
        (OwnerHead, "owner_head_number_once", {}),
        (OwnerHead, "owner_head_kind_is_known", {"number": 99, "kind": "tenant"}),
        (OwnerHead, "owner_head_has_a_name", {"number": 99, "names": ""}),
        (PropertyUnit, "property_unit_once", {}),
        (PropertyUnit, "property_unit_has_area", {"door": "新", "area": 0}),
        (PropertyUnit, "property_unit_source_is_known", {"door": "新", "source": "hearsay"}),
    ):
        with refused(name):
            copy(model.objects.first(), **changes)


def test_rows_of_a_roll_are_never_edited_and_stand_once_it_is_fixed(assembly):
    roll = assembly.roll()
    with refused("owner_roll_stands"):
        roll.units.update(area=1)
    with refused("owner_roll_stands"):
        OwnerRoll.objects.update(basis="别的")
    PropertyUnit.objects.filter(roll=roll, door="1").delete()
    with refused("owner_roll_adds_up"):
        OwnerRoll.objects.update(fixed_at=moment(3, 1))
    fixed = assembly.open().roll
    for change in (
        lambda: fixed.units.all().delete(),
        lambda: fixed.owners.update(names="别人"),
        lambda: copy(fixed.owners.first(), number=99),
        lambda: copy(fixed.units.first(), door="新"),
        lambda: OwnerRoll.objects.filter(pk=fixed.pk).update(fixed_at=None),
    ):
        with refused("owner_roll_stands"):
            change()


def test_adopted_rules(rule):
    for name, changes in (
        ("adopted_rule_one_in_force", {}),
        ("adopted_rule_kind_is_known", {"ended_on": day(3, 1), "kind": "dictate"}),
        ("adopted_rule_has_document", {"ended_on": day(3, 1), "document": ""}),
        ("adopted_rule_ends_after_adoption", {"ended_on": day(1, 1, 2025)}),
    ):
        with refused(name):
            copy(AdoptedRule.objects.get(pk=rule.pk), **changes)


def test_an_adopted_rule_stands(rule):
    with refused("adopted_rule_stands"):
        AdoptedRule.objects.update(document="别的规则")
    with refused("append-only"):
        rule.delete()


def test_an_assembly_votes_by_its_own_fixed_roll(assembly, rule):
    other = assembly.roll()
    row = assembly.open()
    with refused("owners_assembly_stands"):
        OwnersAssembly.objects.update(roll=other)
    with refused("append-only"):
        OwnersAssembly.objects.filter(pk=row.pk)._raw_delete("default")
    with refused("owners_assembly_closed_by_someone"):
        OwnersAssembly.objects.update(closed_at=moment(3, 26))
    # The same rows for another meeting: its flag is missing, then the roll is not fixed, then the rule is elsewhere.
    meeting = copy(Meeting.objects.get(pk=row.meeting_id), token=uuid.uuid4(), by_ballots=False)
    with refused("owners_assembly_has_its_roll"):
        copy(OwnersAssembly.objects.get(pk=row.pk), meeting=meeting)
    Meeting.objects.filter(pk=meeting.pk).update(by_ballots=True)
    with refused("owners_assembly_has_its_roll"):
        copy(OwnersAssembly.objects.get(pk=row.pk), meeting=meeting, roll=other)
    AdoptedRule.objects.update(ended_on=day(3, 2))
    elsewhere = copy(AdoptedRule.objects.get(), unit=assembly.place.unit, ended_on=None)
    with refused("owners_assembly_has_its_roll"):
        copy(OwnersAssembly.objects.get(pk=row.pk), meeting=meeting, silent_rule=elsewhere)
    assert copy(OwnersAssembly.objects.get(pk=row.pk), meeting=meeting).pk


def test_ballots(assembly):
    assembly.open()
    for name, changes in (
        ("owner_ballot_serial_once", {}),
        ("owner_ballot_one_standing", {"serial": 99}),
        ("owner_ballot_of_the_roll", {"serial": 99, "area": 1}),
        ("owner_ballot_void_with_reason", {"serial": 99, "voided_at": moment(3, 20)}),
    ):
        with refused(name):
            copy(assembly.ballot(1), **changes)


def test_a_ballot_has_area(assembly):
    """The trigger comes first; without it the check refuses."""
    assembly.open()
    without_trigger("ownerballot", "owner_ballot_is_sound")
    with refused("owner_ballot_has_area"):
        OwnerBallot.objects.update(area=0)


def test_ballots_that_came_back_and_counted_ones_stand(counted):
    void = {"voided_at": moment(3, 20), "voided_by": counted.users["chair"], "void_reason": "污损"}
    with refused("owner_ballot_stands"):
        OwnerBallot.objects.filter(serial=1).update(**void)
    with refused("owner_ballot_stands"):
        OwnerBallot.objects.filter(serial=10).update(area=5)
    with refused("append-only"):
        OwnerBallot.objects.filter(serial=10)._raw_delete("default")
    counted.close()
    with refused("owner_ballot_stands"):
        OwnerBallot.objects.filter(serial=10).update(**void)


def test_deliveries(assembly):
    assembly.open()
    assembly.deliver([1])
    for name, changes in (
        ("delivery_one_standing_per_ballot", {}),
        ("delivery_method_is_known", {"method": "owl"}),
        ("delivery_other_way_is_named", {"method": "other"}),
        ("delivery_by_someone", {"deliverer": ""}),
        ("delivery_withdrawn_with_reason", {"withdrawn_at": moment(3, 20)}),
    ):
        with refused(name):
            copy(Delivery.objects.get(), **changes)


def test_deliveries_stand_once_the_ballot_came_back(closed):
    back = {"withdrawn_at": moment(3, 20), "withdrawn_by": closed.users["chair"], "withdrawn_reason": "送错"}
    with refused("delivery_stands"):
        Delivery.objects.filter(ballot__serial=1).update(**back)
    with refused("delivery_stands"):
        Delivery.objects.filter(ballot__serial=10).update(**back)
    with refused("delivery_stands"):
        copy(Delivery.objects.first(), **back)
    with refused("append-only"):
        Delivery.objects.first().delete()


def entry(assembly, serial, look, **changes):
    """Another look at this ballot, straight into the table."""
    fields = {"choices": {str(assembly.question): "for"}, "by": assembly.users["chair"], "at": moment(3, 26)} | changes
    return BallotEntry.objects.create(ballot=assembly.ballot(serial), look=look, **fields)


def test_entries(counted):
    deputy = counted.users["deputy"]
    question = str(counted.question)
    for name, serial, look, changes in (
        ("ballot_entry_look_once", 1, 2, {}),
        ("ballot_entry_looks_count_from_one", 10, 0, {}),
        ("ballot_entry_in_order", 10, 2, {}),
        ("ballot_entry_in_order", 1, 4, {}),
        ("ballot_entry_valid_or_with_reason", 10, 1, {"choices": {}}),
        ("ballot_entry_valid_or_with_reason", 10, 1, {"invalid_reason": "未签名"}),
        ("ballot_entry_answers_every_question", 10, 1, {"choices": {question: "perhaps"}}),
        ("ballot_entry_answers_every_question", 10, 1, {"choices": {"0": "for"}}),
        ("ballot_entry_answers_every_question", 10, 1, {"choices": {question: "for", "0": "for"}}),
        ("ballot_entry_settled_with_tellers", 1, 3, {"by": deputy}),
    ):
        with refused(name):
            entry(counted, serial, look, **changes)
    assert entry(counted, 1, 3, by=deputy, tellers="监票人秦某")
    entry(counted, 10, 1, by=deputy)
    with refused("ballot_entry_by_two_persons"):
        entry(counted, 10, 2, by=deputy)
    with refused("append-only"):
        BallotEntry.objects.update(reason="改")
    with refused("append-only"):
        BallotEntry.objects.all().delete()


def test_proxies(counted):
    """Given by an owner of the roll, once, to the number adopted; an entry names only that of its own owner."""
    row = counted.proxy("10")
    other = copy(Proxy.objects.get(pk=row.pk), giver="甲八", head=counted.ballot(8).head, place=2)
    elsewhere = counted.roll().owners.first()
    for name, changes in (
        ("proxy_given_once_by_owner", {"giver": "别名"}),
        ("proxy_of_the_roll", {"head": None}),
        ("proxy_of_the_roll", {"head": elsewhere}),
        ("proxy_of_the_roll", {"most": 3}),
    ):
        with refused(name):
            copy(Proxy.objects.get(pk=row.pk), **{"holder": "别人", "place": 1} | changes)
    for changes in ({"proxy": other}, {"proxy": row, "choices": {}, "invalid_reason": "未签名"}):
        with refused("ballot_entry_names_its_proxy"):
            entry(counted, 10, 1, **changes)
    assert entry(counted, 10, 1, proxy=row)
    without_trigger("ownersassembly", "assembly_is_sound")
    for most, document in ((0, "规则"), (2, ""), (None, "规则")):
        with refused("owners_assembly_proxies_by_document"):
            OwnersAssembly.objects.update(proxies_most=most, proxies_document=document)


def test_entries_come_in_time(closed):
    with refused("ballot_entry_in_time"):
        entry(closed, 10, 1)
    closed.confirm()
    with refused("ballot_entry_in_time"):
        entry(closed, 1, 3)


def test_no_entry_of_a_void_or_undelivered_ballot(assembly):
    assembly.open()
    with refused("ballot_entry_in_order"):
        entry(assembly, 1, 1)
    assembly.deliver([2])
    owners.reissue(by=assembly.users["deputy"], at=moment(3, 19), ballot=assembly.ballot(2), reason="污损")
    with refused("ballot_entry_in_time"):
        entry(assembly, 2, 1)


def test_a_vote_says_what_the_ballots_say(closed):
    old = Vote.objects.get()
    for changes in (
        {"in_favour": 8, "against": 1},
        {"in_favour": 8, "abstain": 1},
        {"in_favour": 8, "invalid": 1},
        {"area_for": 1},
        {"present": 10},
        {"area_participating": 1000_00},
    ):
        with refused("vote_of_the_ballots"):
            copy(
                Vote.objects.get(),
                supersedes=old,
                correction_reason="更正",
                recorded_by=closed.users["chair"],
                **changes,
            )


def test_no_vote_by_ballots_before_the_count_is_closed(closed):
    """Nor one without an assembly: the flag of the meeting is a promise."""
    vote = Vote.objects.get()
    given = {"supersedes": vote, "correction_reason": "更正", "recorded_by": closed.users["chair"]}
    without_trigger("ownersassembly", "assembly_is_sound")
    OwnersAssembly.objects.update(closed_at=None, closed_by=None)
    with refused("vote_of_the_ballots"):
        copy(Vote.objects.get(), **given)


def test_the_period_of_voting_is_in_order(assembly):
    meeting = assembly.call()
    with refused("meeting_period_in_order"):
        Meeting.objects.filter(pk=meeting.pk).update(voting_from=day(3, 26))
    with refused("meeting_period_in_order"):
        Meeting.objects.filter(pk=meeting.pk).update(voting_from=day(3, 1))
