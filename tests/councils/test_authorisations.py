"""What the meeting of all let its representatives decide: entered once with its source, read at each registration."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from audit.errors import Refused, Stale
from audit.models import Event
from councils.actions import Mistaken
from councils.actions.house import authorise_representatives, end_authorisation
from councils.models import Authorisation
from councils.procedures import delegable, why_not_delegable
from orgs.enums import UnitKind
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing
from tests.councils.case import Case, day, moment, register

NOON = moment(3, 2, 12)


def test_a_village_delegates_nothing_that_the_law_reserves():
    assert [row.code for row in delegable(UnitKind.RESIDENTS)] == ["M02", "M17"]
    assert delegable(UnitKind.VILLAGE) == []
    assert why_not_delegable(UnitKind.RESIDENTS, "M11")
    assert why_not_delegable(UnitKind.VILLAGE, "M04") is None


def authorise(place, **fields):
    given = {
        "by": place.people.secretary.user,
        "at": NOON,
        "unit": place.unit,
        "token": uuid.uuid4(),
        "given_on": day(3, 1),
        "categories": ["M02"],
        "document": "2026年3月1日居民会议决议",
    }
    return authorise_representatives(**(given | fields))


def decider(place, on=(3, 2), **fields):
    return register(place, at=moment(*on), category="M02", **fields).deciding_body


@pytest.mark.django_db
def test_the_representatives_decide_what_they_were_authorised_for(liuxi):
    assert decider(liuxi) == "residents_meeting"
    row = authorise(liuxi, until=day(3, 31))
    matter = register(liuxi, at=moment(3, 2), category="M02")
    assert (matter.deciding_body, matter.authorisation) == ("residents_reps", row)
    assert "2026年3月1日居民会议决议" in " ".join(matter.reasons)
    assert register(liuxi, at=moment(3, 2), category="M17").deciding_body == "residents_meeting"
    assert register(liuxi, at=moment(3, 2)).authorisation is None
    assert decider(liuxi, on=(4, 1)) == "residents_meeting"
    assert decider(liuxi, registered_on=day(2, 28)) == "residents_meeting"
    # Whoever prefers the meeting of all may have it.
    chosen = register(liuxi, at=moment(3, 2), category="M02", deciding_body="residents_meeting")
    assert (chosen.deciding_body, chosen.authorisation) == ("residents_meeting", None)


@pytest.mark.django_db
def test_once_ended_it_covers_nothing_more(liuxi):
    row = authorise(liuxi)
    matter = register(liuxi, at=moment(3, 2), category="M02")
    end_authorisation(by=liuxi.people.secretary.user, at=moment(3, 5), authorisation=row, reason="居民会议收回授权")
    assert decider(liuxi, on=(3, 5)) == "residents_meeting"
    matter.refresh_from_db()
    assert matter.deciding_body == "residents_reps"
    with pytest.raises(Stale):
        end_authorisation(by=liuxi.people.secretary.user, at=moment(3, 5), authorisation=row, reason="再次")
    assert Event.objects.filter(verb="end_authorisation").count() == 1


@pytest.mark.django_db
def test_what_cannot_be_is_refused_beside_its_field(liuxi):
    for wrong, field in (
        ({"given_on": day(3, 3)}, "given_on"),
        ({"until": day(2, 1)}, "until"),
        ({"categories": [], "extent": " "}, "categories"),
        ({"categories": ["M11"]}, "categories"),
        ({"document": " "}, "document"),
    ):
        with pytest.raises(Mistaken) as caught:
            authorise(liuxi, **wrong)
        assert list(caught.value.errors) == [field]


@pytest.mark.django_db
def test_one_stands_at_a_time_for_each_category(liuxi):
    row = authorise(liuxi, categories=["M02", "M17"], until=day(3, 31))
    for again in ({}, {"given_on": day(2, 20), "categories": ["M17"]}):
        with pytest.raises(Mistaken) as caught:
            authorise(liuxi, **again)
        assert list(caught.value.errors) == ["categories"] and row.source in caught.value.errors["categories"]
    authorise(liuxi, given_on=day(2, 1), until=day(2, 28), categories=["M17"])
    authorise(liuxi, categories=[], extent="五千元以下的支出")
    with pytest.raises(Mistaken) as caught:
        authorise(liuxi, categories=[], extent=" 五千元以下的支出")
    assert list(caught.value.errors) == ["extent"]
    end_authorisation(by=liuxi.people.secretary.user, at=NOON, authorisation=row, reason="重新授权")
    authorise(liuxi, categories=["M02", "M17"])


@pytest.mark.django_db
def test_private_data_is_refused(liuxi):
    with pytest.raises(Refused):
        authorise(liuxi, extent="联系13912345678")


@pytest.mark.django_db
def test_a_village_is_refused(liuxi):
    OrgUnit.objects.filter(pk=liuxi.unit.pk).update(kind=UnitKind.VILLAGE)
    liuxi.unit.refresh_from_db()
    with pytest.raises(Mistaken):
        authorise(liuxi)


@pytest.mark.django_db
def test_only_a_resolution_of_the_meeting_of_all_authorises(liuxi):
    case = Case(liuxi)
    case.deliberate()
    resolution = case.matter.resolutions.get()
    with pytest.raises(Mistaken) as caught:
        authorise(liuxi, at=moment(4, 1), resolution=resolution, document="")
    assert "resolution" in caught.value.errors


@pytest.mark.django_db
def test_who_answers_for_the_records_enters_it(liuxi):
    for who in ("clerk", "member", "supervisor", "street", "stranger"):
        with pytest.raises(PowerMissing):
            authorise(liuxi, by=getattr(liuxi.people, who).user)


# Pages


@pytest.fixture
def secretary(liuxi, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: NOON)
    return client_for(liuxi.people.secretary)


@pytest.mark.django_db
def test_entered_and_ended_at_the_desk(liuxi, secretary, client_for):
    address = reverse("authorisation_new", args=[liuxi.unit.code])
    data = {"token": str(uuid.uuid4()), "given_on": "2026-03-01", "categories": ["M02"], "document": ""}
    assert "document" in secretary.post(address, data).context["form"].errors
    data["document"] = "2026年3月1日居民会议决议"
    for _twice in range(2):
        assert secretary.post(address, data).url == reverse("desk_rules")
    row = Authorisation.objects.get()
    everyone = client_for()
    rules = reverse("unit_rules", args=[liuxi.unit.code])
    assert row.document in strip_tags(everyone.get(rules).content.decode())
    assert rules in everyone.get(liuxi.unit.get_absolute_url()).content.decode()
    form = client_for(liuxi.people.clerk).get(reverse("matter_new"), {"unit": liuxi.unit.code}).context["form"]
    assert form.in_force == [row]
    ended = reverse("authorisation_end", args=[row.pk])
    assert ended in secretary.get(reverse("desk_rules")).content.decode()
    assert "reason" in secretary.post(ended, {"reason": " "}).context["form"].errors
    assert secretary.post(ended, {"reason": "收回"}).url == reverse("desk_rules")
    assert row.document not in everyone.get(rules).content.decode()


@pytest.mark.django_db
def test_the_registration_reads_it(liuxi, secretary, client_for):
    authorise(liuxi)
    clerk = client_for(liuxi.people.clerk)
    sheet = {
        "unit": liuxi.unit.code, "token": str(uuid.uuid4()), "title": "关于修订公约的事项", "short_title": "修订公约",
        "category": "M02", "registered_on": "2026-03-02", "origin": "residents", "plan": "修订。",
        "motion": "修订公约。",
        **{f"{side}-{name}": value for side in ("item", "source")
           for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))},
    }  # fmt: skip
    page = clerk.post(reverse("matter_new"), sheet | {"step": "preview"})
    assert page.context["proposal"].body == "residents_reps"


@pytest.mark.django_db
def test_only_communities_have_representatives(secretary):
    for code in ("T-nowhere", "990101001", "990101001001-01"):
        assert secretary.get(reverse("authorisation_new", args=[code])).status_code == 404


@pytest.mark.django_db
def test_the_public_page_is_few_queries(liuxi, secretary, client_for, django_assert_max_num_queries):
    for number in range(4):
        authorise(liuxi, categories=[], extent=f"第{number}项")
    with django_assert_max_num_queries(6):
        client_for().get(reverse("unit_rules", args=[liuxi.unit.code]))
    with django_assert_max_num_queries(14):
        secretary.get(reverse("desk_rules"))


# What the database refuses


@pytest.mark.django_db
def test_the_database_refuses(liuxi):
    pk = authorise(liuxi).pk
    for fields, name in (
        ({"document": ""}, "authorisation_has_source"),
        ({"categories": []}, "authorisation_says_what"),
        ({"categories": ["M99"]}, "authorisation_says_what"),
        ({"until": datetime.date(2026, 2, 1)}, "authorisation_dates_in_order"),
        ({"ended_on": datetime.date(2026, 3, 5)}, "authorisation_end_has_reason"),
    ):
        row = Authorisation.objects.get(pk=pk)
        row.pk, row.token = None, uuid.uuid4()
        for key, value in fields.items():
            setattr(row, key, value)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.django_db
def test_what_was_authorised_stands(liuxi):
    row = authorise(liuxi)
    for change in ({"categories": ["M17"]}, {"until": day(4, 1)}):
        with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
            Authorisation.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        Authorisation.objects.filter(pk=row.pk).delete()
