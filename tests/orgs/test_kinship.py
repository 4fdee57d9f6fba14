"""Near relatives: declared, ended, and kept out of the bodies that the law keeps them out of."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.models import Event
from orgs import actions
from orgs.imports import TERMS
from orgs.imports.plan import Change
from orgs.models import Kinship, Person
from orgs.permissions import PowerMissing
from orgs.rules import BASES
from orgs.sheets import Line
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(liuxi):
    return liuxi.people.administrator.user


def member(liuxi):
    """Somebody of the residents' committee."""
    return liuxi.bodies["residents_committee"].terms.order_by("id").last().person


def declare(person, relative, by, at, relation="兄弟"):
    return actions.declare_kinship(person=person, relative=relative, relation=relation, by=by, at=at)


def appoint(person, body, office, by, at, today):
    return actions.appoint(person=person, body=body, office=office, started_on=today, source="推选", by=by, at=at)


@pytest.mark.parametrize("kind", ["supervision_committee", "residents_committee"])
def test_the_law_keeps_a_near_relative_out(liuxi, by, at, today, kind):
    person, body = factories.person("某某"), liuxi.bodies[kind]
    kinship = declare(person, member(liuxi), by, at)
    with pytest.raises(Refused) as told:
        appoint(person, body, "committee_member", by, at, today)
    assert member(liuxi).name in str(told.value)
    actions.end_kinship(kinship=kinship, by=by, at=at)
    assert appoint(person, body, "committee_member", by, at, today)


def test_relatives_were_so_before_they_said_it(liuxi, by, at, today):
    person, long_ago = factories.person("某某"), today - datetime.timedelta(300)
    declare(person, member(liuxi), by, at)
    with pytest.raises(Refused):
        appoint(person, liuxi.bodies["supervision_committee"], "committee_member", by, at, long_ago)
    body = {"unit": liuxi.unit.code, "body": "supervision_committee", "office": "committee_member", "source": "推选"}
    values = {column.key: "" for column in TERMS.columns} | body | {"name": "某某", "started_on": str(long_ago)}
    (planned,) = TERMS.plan([Line(2, values)], by, today)
    assert planned.change == Change.BAD and member(liuxi).name in str(planned.detail)


def test_other_bodies_are_open_to_relatives(liuxi, by, at, today):
    person = factories.person("某某")
    declare(person, member(liuxi), by, at)
    assert appoint(person, liuxi.bodies["residents_reps"], "representative", by, at, today)


def test_who_sits_already_goes_on_and_the_composition_says_so(liuxi, by, at, today):
    one = liuxi.bodies["supervision_committee"].terms.order_by("id").first().person
    declare(one, member(liuxi), by, at)
    found = {body.kind: findings for body, findings in liuxi.unit.composition(today)}
    (breach,) = found["supervision_committee"]
    assert breach.is_breach and one.name in breach.text and breach.basis == "URC 36"


def test_a_pair_is_declared_once_whichever_comes_first(liuxi, by, at):
    one, other = factories.person("甲"), factories.person("乙")
    kinship = declare(other, one, by, at)
    assert (kinship.one, kinship.other) == (one, other)
    assert kinship.relative_of(one) == other and kinship.relative_of(other) == one
    with pytest.raises(Stale):
        declare(one, other, by, at)
    actions.end_kinship(kinship=kinship, by=by, at=at)
    with pytest.raises(Stale):
        actions.end_kinship(kinship=kinship, by=by, at=at)
    declare(one, other, by, at, relation="夫妻")
    assert Kinship.objects.count() == 2
    verbs = Event.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["kinship_declared", "kinship_ended", "kinship_declared"]


def test_nobody_is_their_own_relative_and_the_relation_is_named(liuxi, by, at):
    person = factories.person("甲")
    for relative, relation in ((person, "本人"), (factories.person("乙"), " ")):
        with pytest.raises(Refused):
            declare(person, relative, by, at, relation)


def test_ending_needs_the_power_too(liuxi, by, at):
    kinship = declare(liuxi.people.clerk, member(liuxi), by, at)
    with pytest.raises(PowerMissing):
        actions.end_kinship(kinship=kinship, by=liuxi.people.secretary.user, at=at)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("kinship_of_two_in_order", {"swap": True}),
        ("kinship_says_which", {"relation": ""}),
        ("kinship_ends_after_declared", {"ended_on": "2020-01-01"}),
    ],
)
def test_impossible_kinships(liuxi, today, name, change):
    one, other = factories.person("甲"), factories.person("乙")
    if change.pop("swap", False):
        one, other = other, one
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Kinship.objects.create(**({"one": one, "other": other, "relation": "兄弟", "declared_on": today} | change))


def test_the_administrator_declares_and_ends(liuxi, client_for, today):
    client = client_for(liuxi.people.administrator)
    person, relative = liuxi.people.clerk, member(liuxi)
    page = reverse("admin:orgs_person_relatives", args=[person.pk])
    wrong = client.post(page, {"relative": relative.pk, "confirm": "1"})
    assert wrong.context["form"].errors["relation"]
    itself = client.post(page, {"relative": person.pk, "relation": "本人", "confirm": "1"})
    assert itself.status_code == 409 and "本人" in itself.text
    client.post(page, {"relative": relative.pk, "relation": "夫妻", "confirm": "1"})
    kinship = Kinship.objects.get()
    supervisor = liuxi.bodies["supervision_committee"].terms.order_by("id").first().person
    told = client.post(page.replace(str(person.pk), str(supervisor.pk)), {
        "relative": relative.pk, "relation": "兄弟", "confirm": "1",
    }, follow=True)  # fmt: skip
    assert str(BASES["URC 36"]) in told.text
    Kinship.objects.exclude(pk=kinship.pk).delete()
    assert relative.name in client.get(page).text
    client.post(page, {"ended": kinship.pk, "confirm": "1"})
    kinship.refresh_from_db()
    assert kinship.ended_on == today
    assert Person.objects.filter(pk=person.pk).exists()
