"""The administrator makes a place with its people in the browser; what a person may do follows from the term."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.demo import PASSWORD
from orgs.enums import Level, UnitKind
from orgs.models import Body, OrgUnit, Person, Term, User
from orgs.offices import BODY_KINDS
from orgs.powers import Power

pytestmark = pytest.mark.slow
CHOSEN = "青禾-harvest-2026"


def save(desk):
    with desk.page.expect_navigation():
        desk.page.click("input[name=_save]")


def made(desk, model, values, query=""):
    """Fill in Django's form for a new row and save it; `values` by the name of the field."""
    desk.open(reverse(f"admin:orgs_{model._meta.model_name}_add") + query)
    for name, value in values.items():
        control = desk.page.locator(f"#id_{name}")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(str(value))
    save(desk)
    assert desk.page.locator(".errorlist, .errornote").all_inner_texts() == []


def test_from_a_new_community_to_its_clerk_and_the_end_of_the_term(town, clock, desk_for):
    clock.set(3, 2)
    desk = desk_for("admin")
    made(
        desk,
        OrgUnit,
        {
            "parent": town.units["street"].pk,
            "level": str(Level.COMMUNITY.label),
            "kind": str(UnitKind.RESIDENTS.label),
            "code": "990101001003",
            "name": "杏林社区",
            "short_name": "杏林",
        },
    )
    unit = OrgUnit.objects.get(name="杏林社区")
    assert unit.path.startswith(town.units["street"].path)
    made(
        desk,
        Body,
        {
            "unit": unit.pk,
            "kind": str(BODY_KINDS["community_staff"].title),
            "name": "杏林社区工作人员",
            "established_on": "2026-03-01",
        },
    )
    made(desk, Person, {"name": "简文静"})
    person, body = Person.objects.get(name="简文静"), Body.objects.get(name="杏林社区工作人员")
    made(
        desk,
        Term,
        {
            "office": str(BODY_KINDS["community_staff"].office("worker").title),
            "person": person.pk,
            "started_on": "2026-03-02",
            "source": "街道任命",
        },
        query=f"?body={body.pk}",
    )
    made(desk, User, {"person": person.pk, "username": "jianwenjing"})
    link = desk.page.text_content("code").strip()
    assert link.startswith(desk.server.url)

    clerk = desk_for(phone=True, name="new clerk")
    clerk.open(link.removeprefix(desk.server.url))
    clerk.fill({_("New password"): CHOSEN, _("New password again"): CHOSEN})
    clerk.check("first password")
    with clerk.page.expect_navigation():
        clerk.page.click("main button[type=submit]")
    clerk.log_in("jianwenjing", CHOSEN)
    assert clerk.path == "/desk/"
    clerk.reads("简文静", _("Register a matter"))
    clerk.press(_("Register a matter"))
    clerk.reads("杏林社区")
    assert clerk.open("/desk/matters/new/?unit=990101001001") == 404, "柳溪社区 is no place of hers"
    used = desk_for(phone=True, name="the link again")
    assert used.open(link.removeprefix(desk.server.url)) in (404, 410)
    assert used.page.locator("input[type=password]").count() == 0

    # What she holds, and from which term, stands on the page of the person.
    desk.open(reverse("admin:orgs_person_change", args=[person.pk]))
    desk.reads(str(Power.RUN_MEETINGS.label), "杏林社区工作人员", within=".field-powers_held")

    term = Term.objects.get(person=person)
    desk.open(reverse("admin:orgs_term_change", args=[term.pk]))
    end = desk.page.locator(".object-tools a[href*='/end']")
    with desk.page.expect_navigation():
        end.click()
    desk.page.fill("#id_on", "2026-03-10")
    with desk.page.expect_navigation():
        desk.page.locator("#content form [type=submit]").first.click()
    clock.set(3, 9)
    assert clerk.open("/desk/matters/new/") == 200
    clock.set(3, 10)
    clerk.open("/desk/")
    clerk.reads(
        _(
            "You hold no office in the portal today, so nothing can be done here. If that is wrong, ask your"
            " administrator."
        )
    )
    assert clerk.open("/desk/matters/new/") == 403


def test_five_wrong_passwords_must_wait(town, desk_for):
    desk = desk_for()
    for _attempt in range(5):
        desk.log_in("linxiaowen", "wrong")
        desk.page.wait_for_load_state()
    desk.reads(_("Too many wrong passwords"))
    desk.log_in("linxiaowen", PASSWORD)
    desk.reads(
        _(
            "To protect the account it cannot be used from here for a quarter of an hour. Nothing is lost; then try"
            " again."
        )
    )
    assert desk.open("/desk/") == 200 and desk.path.startswith("/login/")
    desk.log_in("zhoumingyuan", PASSWORD)
    assert desk.path == "/desk/", "others may go on"
