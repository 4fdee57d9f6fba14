"""Numbers stricter than the law's: never looser, kept by the meetings called under them, read by everyone."""

import datetime
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from councils import actions
from councils.actions import Mistaken
from councils.actions.house import adopt_local_rule, end_local_rule
from councils.enums import MeetingOutcome
from councils.models import LocalRule, Meeting, Petition
from councils.voting import Share, local_numbers, restored, rule_for, tightened
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import Case, day, moment
from tests.transactional import committed, together

__all__ = ["committed"]

THREE_QUARTERS = Share(3, 4)
NOON = moment(3, 1, 12)


def test_a_local_rule_tightens_and_never_loosens():
    law = rule_for("residents_reps", on=day(3, 1))
    strict = tightened(law, [(THREE_QUARTERS, None), (Share(1, 2), Share(2, 3))])
    assert (strict.quorums[0].share, strict.passing, strict.tightened) == (THREE_QUARTERS, Share(2, 3), True)
    assert tightened(law, [(Share(1, 2), Share(1, 2))]) == law
    assert restored(law, local_numbers(strict)) == strict
    assert restored(law, local_numbers(law)) == law


def test_a_law_that_became_stricter_goes_before():
    law = rule_for("residents_reps", on=day(3, 1))
    later = replace(law, passing=Share(4, 5))
    assert tightened(later, [(None, Share(2, 3))]).passing == Share(4, 5)


def adopt(place, **fields):
    given = {
        "by": place.people.secretary.user,
        "at": NOON,
        "unit": place.unit,
        "token": uuid.uuid4(),
        "rule_key": "residents_reps",
        "quorum": THREE_QUARTERS,
        "document": "居民代表会议议事规则",
        "adopted_on": day(2, 1),
        "in_force_from": day(2, 1),
    }
    return adopt_local_rule(**(given | fields))


HELD = day(3, 31)


def called(place, on=HELD, **fields):
    """A representatives meeting of 63, called on the eve."""
    case = Case(place, statutory_call="reps_fifth", initiator_count=12, initiator_base=56, **fields)
    return case, case.call("resolve", "residents_reps", on, roll_mode="counted")


@pytest.mark.django_db
def test_a_meeting_is_judged_by_the_stricter_number(liuxi):
    case, plain = called(liuxi)
    rule = adopt(liuxi)
    strict_case, strict = called(liuxi)
    assert (plain.local_document, strict.local_document) == ("", rule.document)
    # 63 members: the law asks for 42, the local rule for 48. A meeting called before keeps the law's.
    assert case.attend(plain, 45).outcome == MeetingOutcome.VALID
    assert strict_case.attend(strict, 45).outcome == MeetingOutcome.NO_QUORUM


@pytest.mark.django_db
def test_a_later_change_judges_nothing_again(liuxi):
    rule = adopt(liuxi, passing=Share(2, 3))
    case, meeting = called(liuxi)
    case.attend(meeting, 60)
    end_local_rule(by=liuxi.people.secretary.user, at=moment(3, 31), rule=rule, last_day=day(3, 31))
    vote = case.vote(meeting, 39, 21, 0)
    assert not vote.is_carried
    assert vote.result["tightened"]
    assert called(liuxi, on=day(4, 10), short_title="另一事项")[1].local_document == ""
    with pytest.raises(Stale):
        end_local_rule(by=liuxi.people.secretary.user, at=moment(3, 31), rule=rule, last_day=day(4, 1))


@pytest.mark.django_db
def test_a_rule_of_the_street_holds_below_and_the_stricter_of_both_counts(liuxi):
    adopt(liuxi, by=liuxi.people.administrator.user, unit=liuxi.street, quorum=THREE_QUARTERS)
    adopt(liuxi, quorum=Share(4, 5))
    assert called(liuxi)[1].rule.quorums[0].share == Share(4, 5)


@pytest.mark.django_db
def test_paper_is_judged_by_it_too(liuxi):
    adopt(liuxi, rule_key="branch_committee")
    case = Case(liuxi)
    sitting = actions.PastSitting(
        step="propose", body=case.bodies["party_committee"], held_on=day(3, 6), entitled=7, present=5
    )
    (meeting,) = actions.enter_past_steps(
        by=case.clerk, at=moment(3, 9), matter=case.matter, seen=case.fresh().version, token=uuid.uuid4(),
        sittings=[sitting],
    )  # fmt: skip
    assert meeting.outcome == MeetingOutcome.NO_QUORUM


@pytest.mark.django_db
def test_the_days_to_call_a_meeting_are_the_communitys(liuxi):
    rule = adopt(liuxi, quorum=None, call_days=15)
    called(liuxi)
    petition = Petition.objects.get()
    assert (petition.due_on, petition.days_basis) == (day(3, 17), rule.document)


@pytest.mark.django_db
def test_what_is_looser_or_cannot_be_is_refused_beside_its_field(liuxi):
    for wrong, field in (
        ({"quorum": Share(1, 2)}, "quorum"),
        ({"passing": Share(1, 2)}, "passing"),
        ({"quorum": None}, "quorum"),
        ({"call_days": 0}, "call_days"),
        ({"adopted_on": day(3, 2), "in_force_from": day(3, 2)}, "adopted_on"),
        ({"in_force_from": day(1, 31)}, "in_force_from"),
        ({"in_force_until": day(1, 31)}, "in_force_until"),
        ({"document": " "}, "document"),
    ):
        with pytest.raises(Mistaken) as caught:
            adopt(liuxi, **wrong)
        assert field in caught.value.errors


@pytest.mark.django_db
def test_one_rule_at_a_time(liuxi):
    adopt(liuxi, in_force_until=day(3, 31))
    with pytest.raises(Mistaken):
        adopt(liuxi, in_force_from=day(3, 31))
    adopt(liuxi, in_force_from=day(4, 1))


@pytest.mark.django_db
def test_not_by_who_is_judged_by_it(liuxi):
    for who in ("clerk", "member", "supervisor", "street", "stranger"):
        with pytest.raises(PowerMissing):
            adopt(liuxi, by=getattr(liuxi.people, who).user)
    with pytest.raises(PowerMissing):
        adopt(liuxi, unit=liuxi.street)


@pytest.mark.django_db
def test_pages(liuxi, client_for, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("governance.middleware.now", lambda: NOON)
    secretary = client_for(liuxi.people.secretary)
    address = reverse("local_rule_new", args=[liuxi.unit.code])
    data = {
        "token": str(uuid.uuid4()), "rule_key": "residents_reps", "quorum": "1/2", "passing": "",
        "document": "居民代表会议议事规则", "adopted_on": "2026-02-01", "in_force_from": "2026-02-01",
    }  # fmt: skip
    for foreign in ("villagers_meeting", "owners_special"):
        answer = secretary.post(address, data | {"rule_key": foreign, "quorum": "3/4"})
        assert "rule_key" in answer.context["form"].errors
        with pytest.raises(Mistaken):
            adopt(liuxi, rule_key=foreign)
    old = secretary.post(address, data | {"quorum": "3/4", "adopted_on": "0001-01-01"})
    assert "adopted_on" in old.context["form"].errors
    answer = secretary.post(address, data)
    assert "quorum" in answer.context["form"].errors
    assert data["document"] in answer.content.decode()
    for _twice in range(2):
        assert secretary.post(address, data | {"quorum": "3/4"}).url == reverse("desk_rules")
    row = LocalRule.objects.get()
    with django_assert_max_num_queries(6):
        everyone = client_for().get(reverse("unit_rules", args=[liuxi.unit.code])).content.decode()
    assert row.document in everyone
    end = reverse("local_rule_end", args=[row.pk])
    assert end in secretary.get(reverse("desk_rules")).content.decode()
    assert "last_day" in secretary.post(end, {"last_day": "2026-02-28"}).context["form"].errors
    assert secretary.post(end, {"last_day": "2026-03-01"}).url == reverse("desk_rules")
    row.refresh_from_db()
    assert row.in_force_until == day(3, 1)


# What the database refuses


@pytest.mark.django_db
def test_the_database_refuses(liuxi):
    pk = adopt(liuxi).pk
    for fields, name in (
        ({"quorum_part": 4, "quorum_whole": 3}, "local_rule_quorum_is_share"),
        ({"quorum_strict": None}, "local_rule_quorum_is_share"),
        ({"passing_part": 1, "passing_whole": 1, "passing_strict": True}, "local_rule_passing_is_share"),
        ({"quorum_part": None, "quorum_whole": None, "quorum_strict": None}, "local_rule_says_something"),
        ({"document": ""}, "local_rule_has_document"),
        ({"in_force_from": datetime.date(2026, 1, 1)}, "local_rule_dates_in_order"),
        ({"rule_key": "nonsense"}, "local_rule_key_is_known"),
        ({"rule_key": "residents_reps"}, "local_rule_one_at_a_time"),
    ):
        row = LocalRule.objects.get(pk=pk)
        row.pk, row.token, row.rule_key = None, uuid.uuid4(), "two_committees"
        for key, value in fields.items():
            setattr(row, key, value)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.django_db
def test_rules_stand(liuxi):
    adopt(liuxi)
    with pytest.raises(IntegrityError, match="local rule stands"), transaction.atomic():
        LocalRule.objects.update(quorum_whole=5)
    called(liuxi)
    for change in ({"local_numbers": {}}, {"rule_key": "two_committees"}):
        with pytest.raises(IntegrityError, match="rule of a meeting stands"), transaction.atomic():
            Meeting.objects.update(**change)


@pytest.mark.slow
def test_two_people_adopt_one(committed):

    place = factories.liuxi()

    def run():
        return adopt(place)

    results = together(run, run)
    assert sum(isinstance(result, LocalRule) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert LocalRule.objects.count() == 1
