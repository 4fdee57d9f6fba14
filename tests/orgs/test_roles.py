"""The table of roles, and the grants derived from it."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from governance.roles import ROLES, sync_grants
from orgs.enums import Reach
from orgs.models import Term, UnitGrant
from orgs.offices import BODY_KINDS, office
from orgs.powers import Power
from tests import factories

PARTY_INTERNAL = {Power.SEE_PARTY_INTERNAL, Power.SIGN_PARTY_NOTICES}


def test_roles_name_offices_that_exist():
    for kind, key in ROLES:
        assert office(kind, key)


def test_every_power_is_held_by_some_office():
    assert {power for grants in ROLES.values() for power, reach in grants} == set(Power)


def test_party_internal_powers_belong_to_party_bodies_and_stay_at_their_unit():
    for (kind, key), grants in ROLES.items():
        for power, reach in grants:
            if power in PARTY_INTERNAL:
                assert BODY_KINDS[kind].party, (kind, key)
                assert reach == Reach.UNIT, (kind, key)


def test_street_and_supervisors_see_nothing_party_internal():
    for (kind, _key), grants in ROLES.items():
        if "supervis" in kind or BODY_KINDS[kind].levels[0] <= 4 or kind.startswith("owners"):
            assert not PARTY_INTERNAL & {power for power, reach in grants}, kind


def test_supervisors_do_not_sign_what_they_review():
    for grants in ROLES.values():
        powers = {power for power, reach in grants}
        assert not {Power.REVIEW_NOTICES, Power.SIGN_NOTICES} <= powers


def test_grants_follow_terms(liuxi):
    grants = set(
        UnitGrant.objects.filter(user=liuxi.people.clerk.user).values_list(
            "permission__codename", "content_object", "reach"
        )
    )
    unit = liuxi.unit.pk
    below = {"run_meetings", "draft_notices", "answer_residents", "see_internal"}
    here = {"run_meetings", "draft_notices", "see_internal", "see_party_internal"}
    assert grants == {(power, unit, "below") for power in below} | {(power, unit, "unit") for power in here}


def test_sync_grants_changes_nothing_the_second_time(liuxi):
    assert sync_grants() == (0, 0)


def test_sync_grants_mends_missing_and_stale_grants(liuxi):
    lost = UnitGrant.objects.filter(user=liuxi.people.clerk.user)
    number = lost.count()
    lost.delete()
    kept = UnitGrant.objects.filter(user=liuxi.people.supervisor.user).first()
    UnitGrant.objects.filter(pk=kept.pk).update(content_object=liuxi.street)
    assert sync_grants(check=True) == (number + 1, 1)
    with pytest.raises(CommandError):
        call_command("sync_grants", check=True)
    assert sync_grants() == (number + 1, 1)
    call_command("sync_grants", check=True)


def test_sync_grants_for_some_persons_leaves_the_others_alone(liuxi):
    UnitGrant.objects.all().delete()
    granted, revoked = sync_grants([liuxi.people.supervisor.pk])
    assert (granted, revoked) == (2, 0)
    assert set(UnitGrant.objects.values_list("user", flat=True)) == {liuxi.people.supervisor.user_id}


def test_a_person_without_account_has_no_grants_until_there_is_one(liuxi):
    person = liuxi.persons["方建国"]
    assert not UnitGrant.objects.filter(term__person=person).exists()
    factories.user_for(person)
    assert UnitGrant.objects.filter(term__person=person).count() == 2


def test_an_office_without_a_role_brings_nothing(liuxi):
    assert not UnitGrant.objects.filter(term__office="representative").exists()


def test_sync_grants_takes_the_same_number_of_statements_for_many(liuxi, django_assert_num_queries):
    persons = [factories.person() for _ in range(5)]
    Term.objects.bulk_create(
        Term(
            person=person,
            body=liuxi.bodies["community_staff"],
            office="worker",
            started_on=datetime.date(2026, 1, 1),
            source="test",
        )
        for person in persons
    )
    for person in persons:
        factories.user_for(person)
    UnitGrant.objects.all().delete()
    with django_assert_num_queries(4):  # a savepoint around two statements
        granted, _ = sync_grants()
    assert granted >= 20
