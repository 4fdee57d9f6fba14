"""The administration: who gets in, what they see and change, and that everything goes through the actions."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.models import Event
from governance import middleware
from orgs.enums import Level, UnitKind
from orgs.models import AccountLink, Body, OrgUnit, Person, Phone, Term, UnitGrant, User
from orgs.permissions import scopes
from orgs.powers import Power
from tests import factories


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    monkeypatch.setattr(middleware, "now", lambda: at)


@pytest.fixture
def root(client_for, db):
    """A client of a superuser without any office."""
    person = factories.person("超级管理员")
    factories.user_for(person, is_staff=True, is_superuser=True)
    return client_for(person)


@pytest.fixture
def admin_client(liuxi, client_for):
    """The administrator of the street."""
    return client_for(liuxi.people.administrator)


@pytest.fixture
def elsewhere(db):
    """A unit, a body and a term of another street."""
    street = factories.unit(Level.STREET, name="白石镇", kind=UnitKind.TOWN)
    body = factories.body("organisation_office", street)
    holder = factories.person("他人")
    factories.user_for(holder)
    return factories.appoint(holder, body, "officer")


def page(name, *args):
    return reverse(f"admin:orgs_{name}", args=args)


def addresses(liuxi):
    """Every page of the administration with a real row."""
    term = Term.objects.filter(body=liuxi.bodies["community_staff"]).first()
    clerk = liuxi.people.clerk
    rows = {
        "orgunit": (liuxi.unit.pk, ("move", "close")),
        "body": (liuxi.bodies["residents_committee"].pk, ("hand_over", "dissolve")),
        "person": (clerk.pk, ("suspend", "reinstate")),
        "term": (term.pk, ("end", "standing")),
        "user": (clerk.user_id, ("reset", "close", "reopen")),
        "unitgrant": (UnitGrant.objects.filter(term=term).first().pk, ()),
    }
    for name, (pk, tools) in rows.items():
        yield page(f"{name}_changelist")
        yield page(f"{name}_change", pk)
        yield page(f"{name}_history", pk)
        if name != "unitgrant":
            yield page(f"{name}_add")
        for tool in tools:
            yield page(f"{name}_{tool}", pk)


# Who gets in


@pytest.mark.parametrize("who", ["clerk", "secretary", "deputy", "supervisor", "street", "stranger"])
def test_only_administrators_get_in(liuxi, client_for, who):
    person = getattr(liuxi.people, who)
    User.objects.filter(pk=person.user_id).update(is_staff=True)
    client = client_for(person)
    for url in [reverse("admin:index"), *addresses(liuxi)]:
        response = client.get(url)
        assert response.status_code == 302 and response.url.startswith(reverse("admin:login")), url
    assert client.get(reverse("admin:login")).status_code == 403, "a reason, not a loop"


def test_visitor_is_led_to_the_one_login_page(liuxi, client):
    for url in addresses(liuxi):
        assert client.get(url).status_code == 302
    assert client.get(reverse("admin:login") + "?next=/admin/").url == reverse("login") + "?next=/admin/"


def test_administrator_without_staff_flag_stays_out(liuxi, admin_client):
    User.objects.filter(pk=liuxi.people.administrator.user_id).update(is_staff=False)
    assert admin_client.get(reverse("admin:index")).status_code == 302


def test_every_page_opens_for_administrator_and_superuser(liuxi, admin_client, root):
    for client in (admin_client, root):
        for url in [reverse("admin:index"), *addresses(liuxi)]:
            assert client.get(url).status_code == 200, url


def test_no_page_has_inline_script_or_style(liuxi, root):
    for url in [reverse("admin:index"), *addresses(liuxi)]:
        response = root.get(url)
        html = re.sub(r'<script type="application/json".*?</script>', "", response.content.decode(), flags=re.S)
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:", html), url
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]


def test_nothing_can_be_deleted(liuxi, root):
    for name in ("orgunit", "body", "person", "term", "user", "unitgrant"):
        model = {"orgunit": OrgUnit, "body": Body, "person": Person, "term": Term, "user": User, "unitgrant": UnitGrant}
        pk = model[name].objects.first().pk
        assert root.post(page(f"{name}_delete", pk), {"post": "yes"}).status_code == 403
        assert model[name].objects.filter(pk=pk).exists()


def test_grants_cannot_be_written(liuxi, root):
    grant = UnitGrant.objects.first()
    assert str(Power(grant.permission.codename).label) in root.get(page("unitgrant_changelist")).content.decode()
    assert "Content object" not in root.get(page("unitgrant_change", grant.pk)).content.decode()
    assert root.get(reverse("admin:orgs_unitgrant_add")).status_code == 403
    assert root.post(page("unitgrant_change", grant.pk), {}).status_code == 403


def test_scope_limits_lists_and_objects(liuxi, admin_client, root, elsewhere):
    rows = {
        "orgunit": elsewhere.body.unit,
        "body": elsewhere.body,
        "person": elsewhere.person,
        "term": elsewhere,
        "user": elsewhere.person.user,
        "unitgrant": elsewhere.grants.first(),
    }
    for name, row in rows.items():
        assert admin_client.get(page(f"{name}_change", row.pk)).status_code == 302, name
        shown = root.get(page(f"{name}_change", row.pk))
        assert shown.status_code == 200, name
        assert name != "user" or capfirst(_("keeps all units and accounts (no other power)")) in shown.content.decode()
        listed = admin_client.get(page(f"{name}_changelist"), {"q": " "})
        assert row.pk not in [found.pk for found in listed.context["cl"].result_list], name
    for name, tool in (("person", "suspend"), ("term", "end"), ("user", "reset"), ("body", "dissolve")):
        assert admin_client.post(page(f"{name}_{tool}", rows[name].pk), {"reason": "x"}).status_code == 302
    own = root.get(page("user_reset", root.session["_auth_user_id"])).content.decode()
    assert _("This is your own account: you are logged out at once, and only the new link lets you in again") in own
    elsewhere.person.refresh_from_db()
    assert elsewhere.person.suspended_on is None


@pytest.mark.parametrize("name", ["orgunit", "body", "person", "term", "user", "unitgrant"])
def test_lists_take_the_same_number_of_queries_for_more_rows(liuxi, root, name, django_assert_max_num_queries):
    for number in range(12):
        unit = factories.unit(Level.COMMUNITY, name=f"社区{number}")
        holder = factories.person(f"人{number}")
        factories.user_for(holder)
        factories.appoint(holder, factories.body("community_staff", unit), "worker")
    root.get(page(f"{name}_changelist"))
    with django_assert_max_num_queries(8):
        assert len(root.get(page(f"{name}_changelist")).context["cl"].result_list) > 12


# Units


def test_tree_opens_level_by_level(liuxi, admin_client, root, elsewhere):
    def listed(client, **query):
        return [unit.name for unit in client.get(page("orgunit_changelist"), query).context["cl"].result_list]

    assert listed(root) == ["青禾街道", "白石镇"]
    assert listed(admin_client) == ["青禾街道"]
    assert listed(root, parent__id__exact=liuxi.street.pk) == ["柳溪社区", "桃园社区"]
    assert listed(root, parent__id__exact=liuxi.unit.pk) == ["柳溪苑小区"]
    assert listed(root, q="柳溪") == ["柳溪社区", "柳溪苑小区", "柳溪苑1号楼"]
    assert listed(root, q="99010100100") == ["柳溪社区", "柳溪苑小区", "柳溪苑1号楼", "桃园社区"]
    assert listed(root, q="lx") == ["柳溪社区", "柳溪苑小区", "柳溪苑1号楼"]
    assert listed(admin_client, q="白石") == []


def unit_form(**changes):
    return {
        "level": Level.COMMUNITY,
        "kind": UnitKind.RESIDENTS,
        "code": "990101001003",
        "name": "新社区",
        "short_name": "新",
        **changes,
    }


def test_add_a_unit(liuxi, admin_client):
    response = admin_client.post(page("orgunit_add"), unit_form(parent=liuxi.street.pk))
    assert response.status_code == 302
    unit = OrgUnit.objects.get(code="990101001003")
    assert unit.path == f"{liuxi.street.path}{unit.pk}/"
    event = Event.objects.get(verb="unit_opened")
    assert (event.label, event.path, event.actor) == ("新社区", unit.path, "马俊杰")


@pytest.mark.parametrize(
    ("changes", "inside"),
    [({}, False), ({"level": Level.STREET, "kind": UnitKind.STREET}, True), ({"code": "990101001001"}, True)],
)
def test_add_a_unit_refused_keeps_what_was_typed(liuxi, admin_client, elsewhere, changes, inside):
    parent = liuxi.street if inside else elsewhere.body.unit
    response = admin_client.post(page("orgunit_add"), unit_form(parent=parent.pk, **changes))
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert form.errors
    assert form["name"].value() == "新社区"
    assert not OrgUnit.objects.filter(name="新社区").exists()
    assert not Event.objects.filter(verb="unit_opened").exists()


def test_street_administrator_adds_no_root_but_a_superuser_does(liuxi, admin_client, root):
    facts = unit_form(level=Level.PROVINCE, kind=UnitKind.PROVINCE, code="98", name="江南省")
    assert admin_client.post(page("orgunit_add"), facts).status_code == 200
    assert root.post(page("orgunit_add"), facts).status_code == 302


def phones(*rows, initial=0):
    facts = {"phones-TOTAL_FORMS": len(rows), "phones-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        facts |= {f"phones-{number}-{key}": value for key, value in row.items()}
    return facts


def test_change_a_unit_and_its_telephones(liuxi, admin_client):
    unit = liuxi.other
    facts = unit_form(name="桃园里社区", short_name="桃园里", households=1900) | phones(
        {"kind": "office", "label": "居委会", "number": "0000-8812400", "position": 0, "unit": unit.pk}
    )
    facts |= {"bodies-TOTAL_FORMS": 0, "bodies-INITIAL_FORMS": 0}
    response = admin_client.post(page("orgunit_change", unit.pk), facts)
    assert response.status_code == 302, response.context["errors"]
    unit.refresh_from_db()
    assert (unit.name, unit.initials, unit.households) == ("桃园里社区", "tyl", 1900)
    assert unit.code == "990101001002", "the code stays"
    assert Event.objects.get(verb="unit_changed").data["name"] == ["桃园社区", "桃园里社区"]
    phone = Phone.objects.get(unit=unit)
    assert Event.objects.get(verb="phones_changed").data["now"] == ["居委会 0000-8812400"]
    facts |= phones(
        {
            "id": phone.pk,
            "kind": "office",
            "label": "居委会",
            "number": "0000-8812400",
            "position": 0,
            "unit": unit.pk,
            "DELETE": "on",
        },
        initial=1,
    )
    admin_client.post(page("orgunit_change", unit.pk), facts)
    assert not Phone.objects.filter(unit=unit).exists()
    assert Event.objects.filter(verb="phones_changed").first().data["gone"] == ["居委会 0000-8812400"]


def test_move_shows_what_would_change_and_then_moves(liuxi, root, elsewhere):
    url, to = page("orgunit_move", liuxi.unit.pk), elsewhere.body.unit
    preview = root.post(url, {"parent": to.code, "preview": "x"})
    facts = [value for _name, value in preview.context["facts"]]
    assert facts[:3] == ["青禾街道", "白石镇", 3]
    liuxi.unit.refresh_from_db()
    assert liuxi.unit.parent == liuxi.street
    assert root.post(url, {"parent": to.code, "confirm": "x"}).status_code == 302
    liuxi.building.refresh_from_db()
    assert liuxi.building.path.startswith(f"{to.path}{liuxi.unit.pk}/")
    assert Event.objects.get(verb="unit_moved").data["units"] == 3


@pytest.mark.parametrize("target", ["street", "unit", "compound", "other"])
def test_move_refuses_same_place_itself_below_and_wrong_level(liuxi, root, target):
    url = page("orgunit_move", liuxi.unit.pk)
    response = root.post(url, {"parent": getattr(liuxi, target).code, "confirm": "x"})
    assert response.status_code == 409
    assert response.context["refusal"]
    assert not Event.objects.filter(verb="unit_moved").exists()


def test_move_to_a_unit_outside_the_scope_is_unknown(liuxi, admin_client, elsewhere):
    response = admin_client.post(
        page("orgunit_move", liuxi.unit.pk), {"parent": elsewhere.body.unit.code, "confirm": "x"}
    )
    assert response.status_code == 200
    assert response.context["form"].errors


def test_close_says_what_is_in_the_way_and_dissolves_the_bodies(liuxi, admin_client, today):
    url = page("orgunit_close", liuxi.other.pk)
    assert "钱远" in admin_client.get(url).content.decode()
    assert admin_client.post(url).status_code == 200
    Term.objects.filter(body__unit=liuxi.other).update(ended_on=today)
    assert admin_client.post(url).status_code == 302
    liuxi.other.refresh_from_db()
    assert liuxi.other.closed_on == today
    assert set(liuxi.other.bodies.values_list("dissolved_on", flat=True)) == {today}
    assert Event.objects.filter(verb="body_dissolved").count() == 8
    assert admin_client.post(url).status_code == 200, "closed already"


# Bodies and terms


def test_establish_a_body_of_a_kind_that_fits(liuxi, admin_client):
    listed = admin_client.get(page("body_add"), {"unit": liuxi.compound.pk}).context["adminform"].form.fields["kind"]
    keys = {key for key, _title in listed.choices}
    assert "courtyard_committee" in keys and "residents_committee" not in keys
    facts = {"unit": liuxi.compound.pk, "kind": "courtyard_committee", "name": "院委会", "established_on": "2026-01-01"}
    assert admin_client.post(page("body_add"), facts).status_code == 302
    assert Event.objects.get(verb="body_established").label == "院委会"
    wrong = admin_client.post(page("body_add"), facts | {"kind": "residents_committee"})
    assert wrong.status_code == 200 and wrong.context["adminform"].form.errors


def term_form(liuxi, body, person, **changes):
    return {
        "body": liuxi.bodies[body].pk,
        "person": liuxi.persons[person].pk,
        "office": "worker",
        "standing": "full",
        "started_on": "2026-11-01",
        "source": "聘用",
        **changes,
    }


def test_appoint_and_the_powers_follow(liuxi, admin_client, today):
    user = factories.user_for(liuxi.persons["吴秀珍"])
    response = admin_client.post(page("term_add"), term_form(liuxi, "community_staff", "吴秀珍"))
    assert response.status_code == 302
    assert "run_meetings" in scopes(User.objects.get(pk=user.pk), on=today)
    assert Event.objects.get(verb="term_started").data["office"] == "worker"


@pytest.mark.parametrize(
    ("body", "person", "changes"),
    [
        ("community_staff", "林晓雯", {}),  # holds it already
        ("residents_committee", "吴秀珍", {"office": "chair"}),  # taken
        ("supervision_committee", "丁春梅", {"office": "committee_member"}),  # barred, URC 36
        ("residents_committee", "邱莉", {"office": "committee_member"}),  # the other way round
        ("community_staff", "吴秀珍", {"office": "chair"}),  # not an office of the body
        ("community_staff", "马俊杰", {}),  # oneself
        ("community_staff", "吴秀珍", {"started_on": "2020-01-01"}),  # before the body
        ("community_staff", "吴秀珍", {"due_on": "2026-11-01"}),  # due at once
        ("community_staff", "吴秀珍", {"source": ""}),
    ],
)
def test_appoint_refused_with_a_reason(liuxi, admin_client, body, person, changes):
    response = admin_client.post(page("term_add"), term_form(liuxi, body, person, **changes))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert not Event.objects.filter(verb="term_started").exists()


def test_offices_of_the_form_are_those_of_the_body(liuxi, admin_client):
    response = admin_client.get(page("term_add"), {"body": liuxi.bodies["community_staff"].pk})
    assert [key for key, _title in response.context["adminform"].form.fields["office"].choices] == ["", "worker"]


def test_end_a_term(liuxi, admin_client, today):
    term = Term.objects.get(person=liuxi.people.clerk, office="worker")
    url = page("term_end", term.pk)
    assert admin_client.post(url, {"on": "2024-01-01"}).status_code == 409
    assert admin_client.post(url, {"on": today.isoformat()}).status_code == 302
    term.refresh_from_db()
    assert term.ended_on == today
    held = scopes(User.objects.get(pk=liuxi.people.clerk.user_id), on=today)
    assert "answer_residents" not in held and "see_party_internal" in held


def seats(*rows, initial=0):
    facts = {"seats-TOTAL_FORMS": len(rows), "seats-INITIAL_FORMS": initial}
    for number, (office, person) in enumerate(rows):
        facts |= {f"seats-{number}-office": office, f"seats-{number}-person": person.pk if person else ""}
    return facts


def test_hand_over_a_body(liuxi, admin_client, today):
    body = liuxi.bodies["supervision_committee"]
    url = page("body_hand_over", body.pk)
    initial = admin_client.get(url).context["formset"]
    assert [form.initial["office"] for form in initial.initial_forms] == ["chair"] + ["committee_member"] * 2
    again, new = liuxi.persons["方建国"], liuxi.persons["吴秀珍"]
    facts = {"on": today.isoformat(), "source": "换届选举"} | seats(("chair", again), ("committee_member", new))
    response = admin_client.post(url, facts)
    assert response.status_code == 302
    assert [(seat.person.name, *seat.titles) for seat in body.roll(today)][0][0] == "方建国"
    assert {seat.person.name for seat in body.roll(today)} == {"方建国", "吴秀珍"}
    yesterday = today - datetime.timedelta(days=1)
    assert {seat.person.name for seat in body.roll(yesterday)} == {"沈桂兰", "方建国", "邱莉"}
    chair = Term.objects.get(body=body, office="chair", ended_on=None)
    assert chair.due_on == today.replace(year=today.year + 5), "five years, URC"
    supervisor = User.objects.get(pk=liuxi.people.supervisor.user_id)
    assert scopes(supervisor, on=today) == {}
    assert "review_notices" in scopes(supervisor, on=yesterday)


def test_hand_over_refused_changes_nothing(liuxi, admin_client, today):
    body = liuxi.bodies["supervision_committee"]
    before = list(Term.objects.filter(body=body).order_by("pk").values())
    facts = {"on": today.isoformat(), "source": "换届选举"}
    barred = seats(("chair", liuxi.persons["方建国"]), ("committee_member", liuxi.persons["丁春梅"]))
    two_chairs = seats(("chair", liuxi.persons["方建国"]), ("chair", liuxi.persons["邱莉"]))
    nobody = seats(("", None))
    for rows in (barred, two_chairs, nobody):
        response = admin_client.post(page("body_hand_over", body.pk), facts | rows)
        assert response.status_code == 409
    no_office = seats(("", liuxi.persons["邱莉"]))
    assert admin_client.post(page("body_hand_over", body.pk), facts | no_office).status_code == 200
    assert list(Term.objects.filter(body=body).order_by("pk").values()) == before
    assert not Event.objects.filter(verb__startswith="term").exists()


def test_hand_over_can_leave_an_office_vacant(liuxi, admin_client, today):
    body = liuxi.bodies["supervision_committee"]
    facts = {"on": today.isoformat(), "source": "换届选举"} | seats(
        ("chair", liuxi.persons["邱莉"]), ("committee_member", None)
    )
    assert admin_client.post(page("body_hand_over", body.pk), facts).status_code == 302
    assert [seat.person.name for seat in body.roll(today)] == ["邱莉"]


def test_change_of_standing_is_a_new_term(liuxi, admin_client, today):
    member = factories.appoint(
        liuxi.persons["孙敏"], liuxi.bodies["party_assembly"], "party_member", standing="probationary"
    )
    facts = {"standing": "full", "on": today.isoformat(), "source": "转正"}
    assert admin_client.post(page("term_standing", member.pk), facts).status_code == 302
    assert [seat.votes for seat in liuxi.bodies["party_assembly"].roll(today)] == [True]
    assert [seat.votes for seat in liuxi.bodies["party_assembly"].roll(today - datetime.timedelta(days=1))] == [False]


def test_dissolve_a_body(liuxi, admin_client, today):
    url = page("body_dissolve", liuxi.bodies["community_staff"].pk)
    assert admin_client.post(url, {"on": today.isoformat()}).status_code == 409
    url = page("body_dissolve", liuxi.bodies["residents_meeting"].pk)
    assert admin_client.post(url, {"on": today.isoformat()}).status_code == 302


# Persons and accounts


def test_person_page_shows_each_power_and_its_term(liuxi, admin_client, django_assert_max_num_queries):
    url = page("person_change", liuxi.people.secretary.pk)
    admin_client.get(url)
    with django_assert_max_num_queries(12):
        html = admin_client.get(url).content.decode()
    for grant in UnitGrant.objects.filter(user=liuxi.people.secretary.user):
        assert page("term_change", grant.term_id) in html
    assert html.count("←") == UnitGrant.objects.filter(user=liuxi.people.secretary.user).count() == 9


def test_person_page_shows_no_power_of_an_ended_term_or_a_suspended_person(liuxi, admin_client, today):
    url = page("person_change", liuxi.people.supervisor.pk)
    assert "←" in admin_client.get(url).content.decode()
    Term.objects.filter(person=liuxi.people.supervisor).update(ended_on=today)
    assert "←" not in admin_client.get(url).content.decode()
    url = page("person_change", liuxi.people.clerk.pk)
    Person.objects.filter(pk=liuxi.people.clerk.pk).update(suspended_on=today, suspension_reason="x")
    assert "←" not in admin_client.get(url).content.decode()


def test_add_and_change_a_person(liuxi, admin_client):
    assert admin_client.post(page("person_add"), {"name": "新人", "gender": "f", "note": "3组"}).status_code == 302
    person = Person.objects.get(name="新人")
    facts = {"name": "新人甲", "gender": "f", "note": "3组"}
    assert admin_client.post(page("person_change", person.pk), facts).status_code == 302
    person.refresh_from_db()
    assert person.name == "新人甲"
    assert Event.objects.get(verb="person_changed").data == {"columns": ["name"]}


def test_suspend_and_reinstate(liuxi, admin_client, client_for, today):
    clerk = liuxi.people.clerk
    url = page("person_suspend", clerk.pk)
    assert admin_client.post(url, {"reason": ""}).status_code == 200
    assert admin_client.post(url, {"reason": "停职"}).status_code == 302
    assert scopes(User.objects.get(pk=clerk.user_id), on=today) == {}
    assert client_for(clerk).get(reverse("composition", args=[liuxi.unit.code])).status_code == 404
    assert admin_client.post(url, {"reason": "再次"}).status_code == 409
    assert admin_client.post(page("person_reinstate", clerk.pk)).status_code == 302
    assert scopes(User.objects.get(pk=clerk.user_id), on=today)
    assert [event.verb for event in Event.objects.all()] == ["person_reinstated", "person_suspended"]


def link_in(response):
    return re.search(r"/accounts/first/[0-9A-Z-]+/", response.content.decode()).group()


def test_account_is_made_with_a_link_shown_once(liuxi, admin_client, client):
    person = liuxi.persons["方建国"]
    assert admin_client.get(page("user_add"), {"person": person.pk}).status_code == 200
    response = admin_client.post(page("user_add"), {"person": person.pk, "username": "fangjianguo"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    assert "<svg" in html and "style=" not in html
    assert client.get(link_in(response)).status_code == 200
    user = User.objects.get(username="fangjianguo")
    assert user.person == person and not user.is_staff
    assert "/accounts/first/" not in admin_client.get(page("user_change", user.pk)).content.decode()


def test_account_for_somebody_who_has_one_or_under_a_taken_name_is_refused(liuxi, admin_client):
    for facts in (
        {"person": liuxi.people.clerk.pk, "username": "second"},
        {"person": liuxi.persons["方建国"].pk, "username": "linxiaowen"},
    ):
        response = admin_client.post(page("user_add"), facts)
        assert response.status_code == 200 and response.context["adminform"].form.errors
    assert AccountLink.objects.count() == 0


def test_reset_close_and_reopen_an_account(liuxi, admin_client, client):
    user = liuxi.people.clerk.user
    first = link_in(admin_client.post(page("user_reset", user.pk)))
    second = link_in(admin_client.post(page("user_reset", user.pk)))
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    assert admin_client.get(page("user_reset", user.pk)).status_code == 200
    assert client.get(second).status_code == 200, "looking at the page changes nothing"
    assert admin_client.post(page("user_close", user.pk)).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.get(second).status_code == 410
    assert admin_client.post(page("user_reopen", user.pk)).status_code == 302


def test_administrator_cannot_make_anybody_superuser(liuxi, admin_client):
    user = liuxi.people.clerk.user
    facts = {"username": "x", "is_superuser": "on", "is_staff": "on", "is_active": "on"}
    admin_client.post(page("user_change", user.pk), facts)
    user.refresh_from_db()
    assert (user.username, user.is_superuser, user.is_staff) == ("linxiaowen", False, False)
