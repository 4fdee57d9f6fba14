"""Each constraint of the organisation is broken on purpose; paths, rolls and composition are read back."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from orgs.enums import KINDS_OF_LEVEL, Level, PhoneKind, Reach, Standing, UnitKind
from orgs.models import AccountLink, Body, OrgUnit, Person, Phone, Term, UnitGrant, User
from orgs.offices import BODY_KINDS
from orgs.tables import write_offices
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date


class refused_by:
    """The database refuses the block, and names this constraint."""

    def __init__(self, constraint):
        self.constraint = constraint

    def __enter__(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, kind, error, trace):
        self.savepoint.__exit__(kind, error, trace)
        assert isinstance(error, IntegrityError), f"nothing was refused, {self.constraint} is missing"
        assert error.__cause__.diag.constraint_name == self.constraint
        return True


# Units


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("unit_kind_fits_level", {"level": 8}),
        ("unit_kind_fits_level", {"kind": "castle"}),
        ("unit_code_is_well_formed", {"code": "99-"}),
        ("unit_code_is_well_formed", {"code": "９９"}),
        ("unit_has_name", {"name": ""}),
        ("unit_closes_after_opening", {"opened_on": DAY(2026, 1, 2), "closed_on": DAY(2026, 1, 1)}),
    ],
)
def test_unit_constraints(constraint, changes):
    unit = factories.unit()
    with refused_by(constraint):
        OrgUnit.objects.filter(pk=unit.pk).update(**changes)


def test_unit_code_is_unique():
    unit = factories.unit()
    with pytest.raises(IntegrityError):
        factories.unit(code=unit.code)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("kind", UnitKind)
def test_unit_kind_fits_level(level, kind):
    row = OrgUnit(level=level, kind=kind, code="X1", name="X")
    if kind in KINDS_OF_LEVEL[level]:
        row.save()
    else:
        with refused_by("unit_kind_fits_level"):
            row.save()


@pytest.mark.parametrize("above", Level)
@pytest.mark.parametrize("level", Level)
def test_unit_level_is_below_the_parent_and_may_skip(above, level):
    parent = factories.unit(above)
    if above < level:
        assert factories.unit(level, parent=parent).path == f"{parent.path}{OrgUnit.objects.latest('pk').pk}/"
    else:
        with refused_by("unit_level_below_parent"):
            factories.unit(level, parent=parent)


def test_unit_cannot_sink_to_the_level_of_its_children():
    street, _ = factories.street_with_communities(1)
    with refused_by("unit_level_above_children"):
        OrgUnit.objects.filter(pk=street.pk).update(level=Level.COMMUNITY, kind=UnitKind.RESIDENTS)


def test_unit_with_children_is_not_deleted():
    from django.db.models import ProtectedError

    street, _ = factories.street_with_communities(1)
    with pytest.raises(ProtectedError):
        street.delete()


def test_path_is_the_chain_of_ids_and_known_after_saving():
    street = factories.unit(Level.STREET)
    community = factories.unit(parent=street)
    assert street.path == f"/{street.pk}/"
    assert community.path == f"/{street.pk}/{community.pk}/"
    assert community.ancestor_ids == [street.pk]
    assert list(OrgUnit.objects.ancestors_of(community)) == [street]


def test_moving_a_unit_takes_its_subtree_and_nothing_else():
    old, new = factories.unit(Level.STREET), factories.unit(Level.STREET)
    community = factories.unit(parent=old)
    neighbour = factories.unit(parent=old)
    compound = factories.unit(Level.COMPOUND, parent=community)
    building = factories.unit(Level.BUILDING, parent=compound)
    community.parent = new
    community.save(update_fields=["parent"])
    paths = dict(OrgUnit.objects.values_list("pk", "path"))
    assert paths[community.pk] == f"/{new.pk}/{community.pk}/"
    assert paths[building.pk] == f"/{new.pk}/{community.pk}/{compound.pk}/{building.pk}/"
    assert paths[neighbour.pk] == f"/{old.pk}/{neighbour.pk}/"
    assert set(OrgUnit.objects.within(new)) == {new, OrgUnit.objects.get(pk=community.pk), compound, building}


def test_within_does_not_mistake_ids_that_begin_alike():
    root = OrgUnit.objects.create(pk=12, code="A", name="A", level=1, kind="province")
    other = OrgUnit.objects.create(pk=125, code="B", name="B", level=1, kind="province")
    assert list(OrgUnit.objects.within(root)) == [root]
    assert list(OrgUnit.objects.within(other)) == [other]


def test_initials_follow_the_name():
    unit = factories.unit(name="柳溪社区", short_name="柳溪")
    assert unit.initials == "lx"
    unit.short_name = "桃园"
    unit.save(update_fields=["short_name"])
    unit.refresh_from_db()
    assert unit.initials == "ty"


# Telephones, bodies


def test_phone_constraints():
    unit = factories.unit()
    phone = Phone.objects.create(unit=unit, kind=PhoneKind.OFFICE, label="A", number="1")
    with refused_by("phone_once_per_unit"):
        Phone.objects.create(unit=unit, kind=PhoneKind.OFFICE, label="B", number="1")
    with refused_by("phone_kind_is_known"):
        Phone.objects.filter(pk=phone.pk).update(kind="fax")


def test_body_constraints():
    body = factories.body()
    with refused_by("body_dates_in_order"):
        Body.objects.filter(pk=body.pk).update(dissolved_on=DAY(2020, 1, 1))
    with refused_by("body_name_once_per_unit"):
        factories.body(at=body.unit, name=body.name)
    with refused_by("body_kind_is_known"):
        Body.objects.filter(pk=body.pk).update(kind="castle")


@pytest.mark.parametrize("kind", BODY_KINDS)
def test_body_stands_only_where_its_kind_may(kind):
    row = BODY_KINDS[kind]
    for level, unit_kinds in KINDS_OF_LEVEL.items():
        for unit_kind in unit_kinds:
            unit = factories.unit(level, kind=unit_kind)
            if level in row.levels and (not row.kinds or unit_kind in row.kinds):
                assert factories.body(kind, unit).pk
            else:
                with refused_by("body_fits_unit"):
                    factories.body(kind, unit)


def test_body_with_terms_keeps_its_kind_and_its_dates():
    body = factories.body(established_on=DAY(2025, 1, 1))
    factories.appoint(factories.person(), body, "chair", started_on=DAY(2025, 1, 1))
    with refused_by("body_with_terms_keeps_kind"):
        Body.objects.filter(pk=body.pk).update(kind="supervision_committee")
    with refused_by("body_contains_terms"):
        Body.objects.filter(pk=body.pk).update(established_on=DAY(2025, 1, 2))
    with refused_by("body_contains_terms"):
        Body.objects.filter(pk=body.pk).update(dissolved_on=DAY(2026, 1, 1))


# Persons and terms


def test_person_constraints():
    person = factories.person()
    with refused_by("person_suspension_has_reason"):
        Person.objects.filter(pk=person.pk).update(suspended_on=DAY(2026, 1, 1))
    with refused_by("person_gender_is_known"):
        Person.objects.filter(pk=person.pk).update(gender="x")


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("term_ends_after_start", {"ended_on": DAY(2024, 12, 31)}),
        ("term_due_after_start", {"due_on": DAY(2025, 1, 1)}),
        ("term_standing_is_known", {"standing": "honorary"}),
        ("term_office_is_of_body", {"office": "secretary"}),
        ("term_within_body", {"started_on": DAY(2020, 12, 31)}),
    ],
)
def test_term_constraints(constraint, changes):
    term = factories.appoint(factories.person(), factories.body(), "chair", started_on=DAY(2025, 1, 1))
    with refused_by(constraint):
        Term.objects.filter(pk=term.pk).update(**changes)


def test_term_ends_with_its_body():
    body = factories.body(dissolved_on=DAY(2026, 1, 1))
    with refused_by("term_within_body"):
        factories.appoint(factories.person(), body, "chair")
    factories.appoint(factories.person(), body, "chair", ended_on=DAY(2026, 1, 1))


def test_person_holds_an_office_once_at_a_time_but_again_later():
    body, person = factories.body(), factories.person()
    factories.appoint(person, body, "chair", started_on=DAY(2022, 1, 1), ended_on=DAY(2025, 1, 1))
    with refused_by("term_person_once_in_office"):
        factories.appoint(person, body, "chair", started_on=DAY(2024, 12, 31))
    factories.appoint(person, body, "chair", started_on=DAY(2025, 1, 1))
    factories.appoint(person, body, "committee_member", started_on=DAY(2025, 1, 1))


def test_seat_is_held_by_one_person_at_a_time():
    body = factories.body()
    factories.appoint(factories.person(), body, "committee_member", seat=1, ended_on=DAY(2026, 1, 1))
    with refused_by("term_seat_held_once"):
        factories.appoint(factories.person(), body, "committee_member", seat=1, started_on=DAY(2025, 12, 31))
    factories.appoint(factories.person(), body, "committee_member", seat=1, started_on=DAY(2026, 1, 1))
    factories.appoint(factories.person(), body, "committee_member", seat=2)


def test_new_offices_reach_the_triggers_after_migrate(monkeypatch):
    body = factories.body()
    data = {"residents_committee": {"levels": [5], "kinds": [], "offices": ["gardener"]}}
    monkeypatch.setattr("orgs.tables.as_plain_data", lambda: data)
    write_offices()
    assert factories.appoint(factories.person(), body, "gardener").pk
    with refused_by("term_office_is_of_body"):
        factories.appoint(factories.person(), body, "chair")


# Accounts and grants


def test_link_constraints(at):
    user = factories.user_for()
    later = at + datetime.timedelta(days=1)
    link = AccountLink.objects.create(user=user, token_hash="a" * 64, created_at=at, expires_at=later)
    with refused_by("link_open_once_per_account"):
        AccountLink.objects.create(user=user, token_hash="b" * 64, created_at=at, expires_at=later)
    with refused_by("link_expires_after_creation"):
        AccountLink.objects.filter(pk=link.pk).update(expires_at=at)
    with refused_by("link_keeps_a_hash"):
        AccountLink.objects.filter(pk=link.pk).update(token_hash="the token itself")


def test_grant_constraints(liuxi):
    grant = UnitGrant.objects.filter(user=liuxi.people.clerk.user, reach=Reach.UNIT).first()
    with refused_by("grant_reach_is_known"):
        UnitGrant.objects.filter(pk=grant.pk).update(reach="everywhere")
    grant.pk = None
    with refused_by("grant_once_per_term"):
        grant.save(force_insert=True)


def test_account_belongs_to_one_person():
    user = factories.user_for()
    with transaction.atomic(), pytest.raises(IntegrityError):
        factories.person(user=user)


def test_username_is_unique():
    factories.user_for(username="one")
    with transaction.atomic(), pytest.raises(IntegrityError):
        User.objects.create(username="one")


# Rolls


def test_two_committees_are_ten_persons(liuxi, today, django_assert_num_queries):
    body = liuxi.bodies["two_committees"]
    with django_assert_num_queries(1):
        roll = body.roll(today)
        assert len(roll) == 10
        assert all(seat.votes for seat in roll)
        assert len(roll[0].titles) == 2, "the secretary who also chairs the committee"
        assert [seat.person.name for seat in roll[:2]] == ["周明远", "何静"]


def test_representatives_meeting_is_representatives_and_committee(liuxi, today):
    assert len(liuxi.bodies["residents_reps"].roll(today)) == 56 + 7


def test_roll_of_another_community_is_not_mixed_in(liuxi, today):
    roll = liuxi.other_bodies["party_committee"].roll(today)
    assert [seat.person.name for seat in roll] == ["钱远"]
    assert not roll[0].votes, "a Party affairs worker has no vote"


def test_roll_is_of_the_day(liuxi, today):
    body = liuxi.bodies["party_committee"]
    assert body.roll(factories.ELECTED - datetime.timedelta(days=1)) == []
    Term.objects.filter(body=body, office="secretary").update(ended_on=today)
    assert "周明远" not in [seat.person.name for seat in body.roll(today)]
    assert "周明远" in [seat.person.name for seat in body.roll(today - datetime.timedelta(days=1))]


def test_roll_gives_probationary_and_suspended_members_no_vote(today):
    body = factories.body("party_assembly")
    for standing in Standing:
        factories.appoint(factories.person(), body, "party_member", standing=standing)
    assert [seat.votes for seat in body.roll(today)] == [True, False, False]


def test_roll_leaves_suspended_persons_out_from_that_day_on(liuxi, today):
    Person.objects.filter(pk=liuxi.people.deputy.pk).update(suspended_on=today, suspension_reason="test")
    body = liuxi.bodies["two_committees"]
    assert len(body.roll(today)) == 9
    assert len(body.roll(today - datetime.timedelta(days=1))) == 10


def test_overdue_terms_run_on(today):
    term = factories.appoint(factories.person(), factories.body(), "chair", due_on=DAY(2026, 1, 1))
    assert list(Term.objects.running_on(today)) == list(Term.objects.overdue_on(today)) == [term]
    assert term.is_overdue_on(today) and term.is_running_on(today)
    assert not term.is_overdue_on(DAY(2025, 12, 31))


# Search


@pytest.fixture
def places():
    province = factories.unit(Level.PROVINCE, name="江北省", code="99")
    streets = {}
    for number, name in enumerate(("青禾街道", "白石镇"), start=1):
        streets[name] = factories.unit(
            Level.STREET, parent=province, name=name, short_name=name[:2], code=f"99010100{number}"
        )
        for place, village in enumerate(("和平社区", "柳溪社区", "新和平社区"), start=1):
            factories.unit(
                parent=streets[name], name=village, short_name=village[:-2], code=f"99010100{number}00{place}"
            )
    return streets


def names(found):
    return [f"{unit.place.split()[-1]} {unit.name}" for unit in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("和平", ["青禾街道 和平社区", "白石镇 和平社区", "青禾街道 新和平社区", "白石镇 新和平社区"]),
        ("和平社区", ["青禾街道 和平社区", "白石镇 和平社区", "青禾街道 新和平社区", "白石镇 新和平社区"]),
        ("青禾 和平", ["青禾街道 和平社区", "青禾街道 新和平社区"]),
        ("青禾", ["江北省 青禾街道", "青禾街道 和平社区", "青禾街道 柳溪社区", "青禾街道 新和平社区"]),
        ("lx", ["青禾街道 柳溪社区", "白石镇 柳溪社区"]),
        ("LX", ["青禾街道 柳溪社区", "白石镇 柳溪社区"]),
        ("990101002002", ["白石镇 柳溪社区"]),
        ("99010100200", ["白石镇 和平社区", "白石镇 柳溪社区", "白石镇 新和平社区"]),
        ("柳", ["青禾街道 柳溪社区", "白石镇 柳溪社区"]),
        ("无此地", []),
        ("江北", []),
        ("", []),
        ("   ", []),
        ("a%_\\'", []),
        ("\x00", []),
    ],
)
def test_find(places, text, expected, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert names(OrgUnit.objects.find(text)) == expected


@pytest.mark.parametrize(
    "row",
    [
        OrgUnit(code="a_", name="甲", level=5, kind="residents"),
        OrgUnit(code="1", name="甲", level=1, kind="residents"),
        OrgUnit(
            code="1", name="甲", level=5, kind="residents", opened_on=DAY(2026, 11, 22), closed_on=DAY(2026, 11, 21)
        ),
        Body(kind="community_staff", name="甲", established_on=DAY(2026, 11, 22), dissolved_on=DAY(2026, 11, 21)),
        Term(office="worker", standing=Standing.FULL, started_on=DAY(2026, 11, 22), due_on=DAY(2026, 11, 21)),
    ],
)
def test_who_breaks_a_rule_is_not_told_the_name_of_a_constraint(db, row):
    with pytest.raises(ValidationError) as told:
        row.validate_constraints(exclude=["unit", "person", "body"])
    assert told.value.messages and not any("_" in message for message in told.value.messages)


def test_find_gives_at_most_the_limit_and_carries_the_place(places):
    found = OrgUnit.objects.find("和平", limit=2)
    assert len(found) == 2
    assert found[0].place == "江北省 青禾街道"


def test_with_place_of_a_root_is_empty(places):
    assert OrgUnit.objects.roots().with_place().get().place is None


def test_find_keeps_the_exact_name_when_too_many_hold_the_word(places, monkeypatch):
    monkeypatch.setattr("orgs.models.units.LOOKED_AT", 1)
    exact = factories.unit(parent=places["白石镇"], name="和平", code="990101002009")
    found = OrgUnit.objects.find("和平")
    assert found[0] == exact
    assert len(found) <= 3
