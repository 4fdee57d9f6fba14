"""Actions on the organisation: effect, record, refusals that leave no trace, and two people at the same moment."""

import datetime
import uuid

import pytest
from django.utils.formats import date_format

from audit.errors import Refused, Stale
from audit.models import Event
from orgs import actions
from orgs.enums import Level, UnitKind
from orgs.imports.plan import fingerprint
from orgs.models import Body, ExportLayout, OrgUnit, Person, Term, User
from orgs.permissions import PowerMissing, scopes
from orgs.powers import Power
from orgs.signals import terms_changed
from tests import factories
from tests.transactional import together


@pytest.fixture
def by(liuxi):
    return liuxi.people.administrator.user


@pytest.fixture
def heard():
    """Persons that `terms_changed` named, in order."""
    calls = []

    def listen(sender, persons, **kwargs):
        calls.append(persons)

    terms_changed.connect(listen)
    yield calls
    terms_changed.disconnect(listen)


def verbs():
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


def test_appoint_starts_a_term_with_the_bodys_length(liuxi, by, at, heard):
    body, person = liuxi.bodies["residents_reps"], factories.person()
    on = datetime.date(2028, 2, 29)
    term = actions.appoint(
        person=person, body=body, office="representative", started_on=on, source="补选", by=by, at=at
    )
    assert term.due_on == datetime.date(2033, 2, 28)
    assert heard == [[person.pk]]
    event = Event.objects.get()
    assert (event.verb, event.actor, event.path, event.happened_at) == ("term_started", "马俊杰", liuxi.unit.path, at)
    assert event.data == {
        "body": "柳溪社区居民代表会议",
        "office": "representative",
        "on": "2028-02-29",
        "source": "补选",
    }


def test_office_becomes_free_on_the_day_the_term_ends(liuxi, by, at, today):
    chair = Term.objects.get(body=liuxi.bodies["residents_committee"], office="chair")
    new = {
        "person": liuxi.persons["丁春梅"],
        "body": chair.body,
        "office": "chair",
        "source": "补选",
        "by": by,
        "at": at,
    }
    actions.end_term(term=chair, on=today, by=by, at=at)
    with pytest.raises(Refused, match="周明远"):
        actions.appoint(started_on=today - datetime.timedelta(days=1), **new)
    assert actions.appoint(started_on=today, **new).started_on == today
    # A later term in the way is told by its first day, to the same person and to others.
    for refusal, person in ((Stale, new["person"]), (Refused, factories.person())):
        with pytest.raises(refusal, match=date_format(today, "DATE_FORMAT")):
            actions.appoint(started_on=today - datetime.timedelta(days=1), **new | {"person": person})
    with pytest.raises(Stale):
        actions.end_term(term=chair, on=today, by=by, at=at)


def test_ending_a_term_on_its_first_day_undoes_it(liuxi, by, at, today):
    term = Term.objects.get(person=liuxi.people.clerk, office="worker")
    actions.end_term(term=term, on=term.started_on, by=by, at=at)
    for day in (term.started_on, today):
        assert "answer_residents" not in scopes(User.objects.get(pk=liuxi.people.clerk.user_id), on=day)


def test_seat_is_taken(liuxi, by, at, today):
    facts = {"body": liuxi.bodies["residents_reps"], "office": "representative", "started_on": today, "source": "x"}
    actions.appoint(person=factories.person(), seat=7, by=by, at=at, **facts)
    with pytest.raises(Refused, match="7"):
        actions.appoint(person=factories.person(), seat=7, by=by, at=at, **facts)


def test_suspended_person_is_not_appointed(liuxi, by, at, today):
    person = liuxi.persons["吴秀珍"]
    actions.suspend_person(person=person, reason="x", by=by, at=at)
    with pytest.raises(Refused):
        actions.appoint(
            person=Person.objects.get(pk=person.pk),
            body=liuxi.bodies["community_staff"],
            office="worker",
            started_on=today,
            source="x",
            by=by,
            at=at,
        )


def test_hand_over_is_all_or_nothing(liuxi, by, at, today, heard):
    body = liuxi.bodies["residents_committee"]
    before = list(Term.objects.order_by("pk").values())
    successors = [("chair", liuxi.persons["丁春梅"], None), ("committee_member", liuxi.people.supervisor, None)]
    with pytest.raises(Refused):
        actions.hand_over(body=body, on=today, successors=successors, source="换届", by=by, at=at)
    assert list(Term.objects.order_by("pk").values()) == before
    assert verbs() == [] and heard == []


def test_hand_over_tells_of_everybody_once(liuxi, by, at, today, heard):
    body, chair = liuxi.bodies["supervision_committee"], liuxi.persons["方建国"]
    old, new = actions.hand_over(body=body, on=today, successors=[("chair", chair, None)], source="换届", by=by, at=at)
    assert [term.person.name for term in old] == ["沈桂兰"]
    assert heard == [sorted({liuxi.people.supervisor.pk, chair.pk})]
    assert verbs() == ["term_ended", "term_started"]


# Powers


def administrative_calls(liuxi, by, at, today):
    """Each action with real rows, as (name, call)."""
    body, clerk = liuxi.bodies["community_staff"], liuxi.people.clerk
    term = Term.objects.get(person=clerk, office="worker")
    common = {"by": by, "at": at}
    new_unit = OrgUnit(parent=liuxi.street, level=Level.COMMUNITY, kind="residents", code="990101001009", name="新")
    new_body = Body(unit=liuxi.unit, kind="ethics_council", name="道德评议会", established_on=today)
    appointment = {"body": body, "office": "worker", "started_on": today, "source": "x"}
    return {
        "open_unit": lambda: actions.open_unit(unit=new_unit, **common),
        "change_unit": lambda: actions.change_unit(unit=liuxi.unit, facts={"name": "柳"}, **common),
        "move_unit": lambda: actions.move_unit(unit=liuxi.compound, parent=liuxi.other, **common),
        "close_unit": lambda: actions.close_unit(unit=liuxi.building, **common),
        "establish_body": lambda: actions.establish_body(body=new_body, **common),
        "change_body": lambda: actions.change_body(body=body, facts={"name": "x"}, **common),
        "dissolve_body": lambda: actions.dissolve_body(body=liuxi.bodies["residents_meeting"], on=today, **common),
        "add_person": lambda: actions.add_person(person=Person(name="新人"), **common),
        "change_person": lambda: actions.change_person(person=clerk, facts={"note": "x"}, **common),
        "appoint": lambda: actions.appoint(person=liuxi.persons["吴秀珍"], **appointment, **common),
        "end_term": lambda: actions.end_term(term=term, on=today, **common),
        "hand_over": lambda: actions.hand_over(
            body=body, on=today, successors=[("worker", liuxi.persons["吴秀珍"], None)], source="x", **common
        ),
        "change_standing": lambda: actions.change_standing(
            term=term, standing="suspended", on=today, source="x", **common
        ),
        "suspend_person": lambda: actions.suspend_person(person=clerk, reason="x", **common),
        "create_account": lambda: actions.create_account(person=liuxi.persons["吴秀珍"], username="wu", **common),
        "reset_account": lambda: actions.reset_account(user=clerk.user, **common),
        "close_account": lambda: actions.close_account(user=clerk.user, **common),
        "declare_kinship": lambda: actions.declare_kinship(
            person=clerk, relative=liuxi.persons["吴秀珍"], relation="姐妹", **common
        ),
        "add_layout": lambda: actions.add_layout(
            layout=ExportLayout(unit=liuxi.street, sheet="matters"), columns=(), **common
        ),
        "import_sheet": lambda: actions.import_sheet(
            kind="persons", lines=[], token=uuid.uuid4(), name="x", sha256="0" * 64, seen=fingerprint([]), **common
        ),
    }


NAMES = [
    "open_unit", "change_unit", "move_unit", "close_unit", "establish_body", "change_body", "dissolve_body",
    "add_person", "change_person", "appoint", "end_term", "hand_over", "change_standing", "suspend_person",
    "create_account", "reset_account", "close_account", "add_layout", "import_sheet", "declare_kinship",
]  # fmt: skip


def test_every_action_is_tried_here(liuxi, by, at, today):
    tried = set(administrative_calls(liuxi, by, at, today))
    assert tried == set(NAMES)
    # Those of layouts are tried in test_exports, of second factors in test_second_factor, of kinship in test_kinship.
    without_power = {
        "remove_layout",
        "note_layout",
        "choose_password",
        "preview_move",
        "preview_close",
        "reinstate_person",
        "reopen_account",
        "check_code",
        "end_kinship",
        "remove_second_factor",
        "renew_recovery_codes",
        "reset_second_factor",
        "set_up_second_factor",
    }
    assert tried | without_power == set(actions.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_actions_need_their_power(liuxi, at, today, name):
    for who in ("secretary", "clerk", "street", "stranger"):
        user = getattr(liuxi.people, who).user
        with pytest.raises(PowerMissing):
            administrative_calls(liuxi, user, at, today)[name]()
    assert verbs() == []


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_recorded_with_the_actor(liuxi, by, at, today, name):
    administrative_calls(liuxi, by, at, today)[name]()
    assert Event.objects.exists()
    assert {event.actor for event in Event.objects.all()} == {"马俊杰"}


def test_power_ends_with_the_administrators_own_term(liuxi, by, at, today):
    Term.objects.filter(person=liuxi.people.administrator).update(ended_on=today)
    with pytest.raises(PowerMissing):
        administrative_calls(liuxi, by, at, today)["change_unit"]()


def test_move_needs_the_power_at_both_places(liuxi, by, at):
    far = factories.unit(Level.STREET)
    with pytest.raises(PowerMissing):
        actions.move_unit(unit=liuxi.unit, parent=far, by=by, at=at)
    with pytest.raises(PowerMissing):
        actions.move_unit(unit=factories.unit(parent=far), parent=liuxi.street, by=by, at=at)


def test_change_unit_leaves_code_and_place_alone(liuxi, by, at):
    for facts in ({"code": "1"}, {"level": 4}, {"parent": liuxi.other}, {"path": "/"}, {"closed_on": None}):
        with pytest.raises(Refused):
            actions.change_unit(unit=liuxi.unit, facts=facts, by=by, at=at)
    actions.change_unit(unit=liuxi.unit, facts={"name": liuxi.unit.name}, by=by, at=at)
    assert verbs() == [], "nothing changed, nothing recorded"


def test_a_community_with_records_becomes_no_village(liuxi, by, at):
    for kind in (UnitKind.OTHER_COMMUNITY, UnitKind.RESIDENTS):
        actions.change_unit(unit=liuxi.unit, facts={"kind": kind}, by=by, at=at)
    with pytest.raises(Refused):
        actions.change_unit(unit=liuxi.unit, facts={"kind": UnitKind.VILLAGE}, by=by, at=at)
    empty = factories.unit(parent=liuxi.street)
    actions.change_unit(unit=empty, facts={"kind": UnitKind.VILLAGE}, by=by, at=at)
    factories.body("villagers_committee", empty)
    with pytest.raises(Refused):
        actions.change_unit(unit=empty, facts={"kind": UnitKind.RESIDENTS}, by=by, at=at)


def test_powers_move_with_the_unit(liuxi, at, today):
    root = User.objects.create(username="root", is_superuser=True)
    street = factories.unit(Level.STREET)
    actions.move_unit(unit=liuxi.unit, parent=street, by=root, at=at)
    clerk, officer = (User.objects.get(pk=person.user_id) for person in (liuxi.people.clerk, liuxi.people.street))
    path = OrgUnit.objects.get(pk=liuxi.building.pk).path
    assert scopes(clerk, on=today)[Power.RUN_MEETINGS].covers(path)
    assert not scopes(officer, on=today)[Power.OVERSEE].covers(path), "the old street sees it no more"


def test_nothing_is_opened_or_established_below_a_closed_unit(liuxi, by, at, today):
    OrgUnit.objects.filter(pk=liuxi.other.pk).update(closed_on=today)
    closed = OrgUnit.objects.get(pk=liuxi.other.pk)
    unit = OrgUnit(parent=closed, level=Level.COMPOUND, kind="compound", code="990101001002-01", name="新")
    with pytest.raises(Refused):
        actions.open_unit(unit=unit, by=by, at=at)
    with pytest.raises(Refused):
        actions.move_unit(unit=liuxi.compound, parent=closed, by=by, at=at)
    body = Body(unit=closed, kind="ethics_council", name="x", established_on=today)
    with pytest.raises(Refused):
        actions.establish_body(body=body, by=by, at=at)


# Two at the same moment


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_fill_the_same_office(at, today):
    body = factories.body()
    roots = [User.objects.create(username=f"root{n}", is_superuser=True) for n in range(2)]
    results = together(
        *(
            lambda root=root: actions.appoint(
                person=Person.objects.create(name="x"),
                body=body,
                office="chair",
                started_on=today,
                source="x",
                by=root,
                at=at,
            )
            for root in roots
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["Refused", "Term"]
    assert Term.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_appointment_sent_twice_is_recorded_once(at, today):
    body, person = factories.body("community_staff"), factories.person()
    root = User.objects.create(username="root", is_superuser=True)
    call = {"person": person, "body": body, "office": "worker", "started_on": today, "source": "x", "by": root}
    results = together(*[lambda: actions.appoint(at=at, **call)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Stale", "Term"]
    assert verbs() == ["term_started"]


@pytest.mark.django_db(transaction=True)
def test_the_same_move_sent_twice_is_done_once(at):
    root = User.objects.create(username="root", is_superuser=True)
    district = factories.unit(Level.DISTRICT)
    one, two = (factories.unit(Level.STREET, parent=district) for _n in range(2))
    child = factories.unit(parent=one)
    results = together(
        lambda: actions.move_unit(unit=child, parent=two, by=root, at=at),
        lambda: actions.move_unit(unit=child, parent=two, by=root, at=at),
    )
    assert sorted(type(result).__name__ for result in results) == ["OrgUnit", "Refused"]
    child.refresh_from_db()
    assert child.path == f"/{district.pk}/{two.pk}/{child.pk}/"
