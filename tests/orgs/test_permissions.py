"""Who may do what, where, on which day: person x power x unit x date."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from orgs.enums import Level
from orgs.models import Person, Term, User
from orgs.permissions import (
    EVERYWHERE,
    NOWHERE,
    PowerMissing,
    Scope,
    administration,
    may_administer_person,
    refusal,
    require,
    scope,
    scopes,
)
from orgs.powers import Power
from tests import factories

ALL = set(Power)
CLERK = {Power.RUN_MEETINGS, Power.DRAFT_NOTICES, Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL}
PARTY_SECRETARY = {
    Power.RUN_MEETINGS,
    Power.CONFIRM_RECORDS,
    Power.SIGN_PARTY_NOTICES,
    Power.SEE_INTERNAL,
    Power.SEE_PARTY_INTERNAL,
}
CHAIR_BELOW = {Power.SIGN_NOTICES, Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL}
STREET = {Power.OVERSEE, Power.SEE_INTERNAL}
ADMINISTRATOR = {Power.MANAGE_UNITS, Power.MANAGE_TERMS}

# person -> {unit: powers}; units that are not named give nothing.
TABLE = {
    "clerk": {"unit": CLERK | {Power.SEE_PARTY_INTERNAL}, "compound": CLERK, "building": CLERK},
    "secretary": {
        "unit": PARTY_SECRETARY | CHAIR_BELOW,
        "compound": CHAIR_BELOW,
        "building": CHAIR_BELOW,
    },
    "deputy": {
        "unit": {Power.SEE_INTERNAL, Power.SEE_PARTY_INTERNAL},
        "compound": {Power.SEE_INTERNAL},
        "building": {Power.SEE_INTERNAL},
    },
    "member": {
        "unit": {Power.SEE_INTERNAL, Power.SEE_PARTY_INTERNAL},
        "compound": {Power.SEE_INTERNAL},
        "building": {Power.SEE_INTERNAL},
    },
    "supervisor": {"unit": {Power.REVIEW_NOTICES, Power.SEE_INTERNAL}},
    "street": {"street": STREET, "unit": STREET, "compound": STREET, "building": STREET, "other": STREET},
    "administrator": dict.fromkeys(("street", "unit", "compound", "building", "other"), ADMINISTRATOR),
    "stranger": {"other": CLERK | {Power.SEE_PARTY_INTERNAL}},
}
PLACES = ("street", "unit", "compound", "building", "other")


@pytest.mark.parametrize("name", TABLE)
def test_powers_of_a_person_by_unit(liuxi, today, name):
    user = getattr(liuxi.people, name).user
    for place in PLACES:
        path = getattr(liuxi, place).path
        held = {power for power in Power if scope(user, power, on=today).covers(path)}
        assert held == TABLE[name].get(place, set()), place


def test_table_names_every_person_and_place(liuxi):
    assert set(TABLE) == set(vars(liuxi.people))


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (factories.ELECTED - datetime.timedelta(days=1), False),
        (factories.ELECTED, True),
        (datetime.date(2026, 6, 30), True),
        (datetime.date(2026, 7, 1), False),  # the first day without it
        (datetime.date(2026, 7, 2), False),
    ],
)
def test_powers_have_the_dates_of_the_term(liuxi, day, holds):
    clerk = liuxi.people.clerk
    Term.objects.filter(person=clerk).update(ended_on=datetime.date(2026, 7, 1))
    assert scope(clerk.user, Power.RUN_MEETINGS, on=day).covers(liuxi.unit.path) is holds


def test_a_term_past_its_due_day_keeps_its_powers(liuxi, today):
    clerk = liuxi.people.clerk
    Term.objects.filter(person=clerk).update(due_on=datetime.date(2025, 12, 31))
    assert scope(clerk.user, Power.RUN_MEETINGS, on=today).covers(liuxi.unit.path)


def test_suspension_ends_all_powers_from_its_day(liuxi, today):
    clerk = liuxi.people.clerk
    Person.objects.filter(pk=clerk.pk).update(suspended_on=today, suspension_reason="test")
    assert scopes(clerk.user, on=today) == {}
    assert scopes(clerk.user, on=today - datetime.timedelta(days=1))


def test_closed_account_has_no_powers(liuxi, today):
    user = liuxi.people.clerk.user
    user.is_active = False
    assert scopes(user, on=today) == {}
    assert not user.has_perm("orgs.run_meetings", liuxi.unit)


def test_superuser_has_no_powers_in_the_communities(liuxi, today):
    root = User.objects.create(username="root", is_superuser=True, is_staff=True)
    assert scopes(root, on=today) == {}
    for power in Power:
        assert not root.has_perm(f"orgs.{power}", liuxi.unit), power
    assert root.has_perm("orgs.change_orgunit"), "Django's own questions are another matter"


def test_superuser_with_a_term_has_the_powers_of_the_term_alone(liuxi, today):
    user = liuxi.people.supervisor.user
    user.is_superuser = True
    assert user.has_perm("orgs.review_notices", liuxi.unit)
    assert not user.has_perm("orgs.sign_notices", liuxi.unit)


def test_visitor_has_no_powers(today):
    assert scopes(AnonymousUser(), on=today) == {}
    assert scope(AnonymousUser(), Power.SEE_INTERNAL, on=today) == NOWHERE


def test_has_perm_agrees_with_scope(liuxi, today, monkeypatch):
    monkeypatch.setattr("orgs.backends.timezone.localdate", lambda: today)
    for name in TABLE:
        user = getattr(liuxi.people, name).user
        for power in Power:
            held = scope(user, power, on=today).covers(liuxi.unit.path)
            assert user.has_perm(f"orgs.{power}", liuxi.unit) is held, (name, power)


def test_a_grant_of_somebody_elses_term_is_worth_nothing(liuxi, today):
    """An account handed to another person keeps the old grants until the next sync; they must not work."""
    clerk, stranger = liuxi.people.clerk, factories.person()
    account = clerk.user
    Person.objects.filter(pk=clerk.pk).update(user=None)
    Person.objects.filter(pk=stranger.pk).update(user=account)
    assert scopes(User.objects.get(pk=account.pk), on=today) == {}


def test_scopes_take_one_query_a_day_however_often_asked(liuxi, today, django_assert_num_queries):
    user = User.objects.get(pk=liuxi.people.secretary.user_id)
    with django_assert_num_queries(1):
        for power in Power:
            for place in PLACES:
                scope(user, power, on=today).covers(getattr(liuxi, place).path)
    with django_assert_num_queries(1):
        scopes(user, on=today - datetime.timedelta(days=1))


def test_scope_covers_and_filters_the_same_rows(liuxi, today):
    from orgs.models import OrgUnit

    for name in TABLE:
        user = getattr(liuxi.people, name).user
        for power in Power:
            held = scope(user, power, on=today)
            filtered = set(OrgUnit.objects.filter(held.q()))
            assert filtered == {unit for unit in OrgUnit.objects.all() if held.covers(unit.path)}


def test_scope_does_not_reach_a_unit_whose_id_begins_alike():
    held = Scope(frozenset({"/1/2/"}), ("/1/5/",))
    assert held.covers("/1/2/") and not held.covers("/1/2/3/") and not held.covers("/1/22/")
    assert held.covers("/1/5/") and held.covers("/1/5/6/") and not held.covers("/1/55/")
    assert bool(held) and not NOWHERE and not NOWHERE.covers("/1/")


def test_require_says_which_power_is_missing(liuxi, today):
    clerk = liuxi.people.clerk.user
    assert refusal(clerk, Power.RUN_MEETINGS, liuxi.unit.path, on=today) is None
    require(clerk, Power.RUN_MEETINGS, liuxi.unit.path, on=today)
    with pytest.raises(PowerMissing, match=str(Power.SIGN_NOTICES.label)):
        require(clerk, Power.SIGN_NOTICES, liuxi.unit.path, on=today)


# Administration


def test_superuser_administers_everywhere_and_a_closed_one_nowhere(liuxi, today):
    root = User(username="root", is_superuser=True)
    assert administration(root, Power.MANAGE_UNITS, on=today) == EVERYWHERE
    assert EVERYWHERE.covers(liuxi.street.path)
    root.is_active = False
    assert not administration(root, Power.MANAGE_UNITS, on=today)


def test_administrator_administers_persons_of_the_own_street_only(liuxi, today):
    user = liuxi.people.administrator.user
    far = factories.body("community_staff", factories.unit(parent=factories.unit(Level.STREET)))
    worker = factories.person()
    assert may_administer_person(user, worker, on=today), "somebody without any office"
    term = factories.appoint(worker, far, "worker")
    assert not may_administer_person(user, worker, on=today)
    factories.appoint(worker, liuxi.bodies["community_staff"], "worker")
    assert not may_administer_person(user, worker, on=today), "also holds an office elsewhere"
    Term.objects.filter(pk=term.pk).update(ended_on=today)
    assert may_administer_person(user, worker, on=today)
    assert may_administer_person(user, liuxi.people.stranger, on=today)
    assert not may_administer_person(liuxi.people.secretary.user, liuxi.people.clerk, on=today)
    assert not may_administer_person(user, None, on=today)
