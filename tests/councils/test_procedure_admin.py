"""Procedures of a street in the administration: rows in a form, every fault told, versions in use left alone."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from audit.models import Event
from councils.models import LocalProcedure, Matter
from councils.procedures.local import LAST_PARTS
from governance.demo.walk import on
from orgs.enums import Level, UnitKind
from tests import factories
from tests.councils.case import day
from tests.councils.test_variants import begin, define

pytestmark = pytest.mark.django_db
ADD = "admin:councils_localprocedure_add"


@pytest.fixture
def desk(liuxi, client_for, monkeypatch):
    """The administrator of the street."""
    monkeypatch.setattr("governance.middleware.now", lambda: on(day(3, 5), 9))
    return client_for(liuxi.people.administrator)


def sheet(*rows, **facts):
    """A filled form: `rows` are (part, body, more) and then the parts that every procedure ends with."""
    data = {
        "unit": "990101001",
        "key": "consult-first",
        "title": "协商先行",
        "place": "community",
        "document": "青街发〔2026〕6号",
        "adopted_on": "2026-02-10",
        "in_force_from": "2026-03-01",
    }
    filled = [*rows, *((part, "", {}) for part in LAST_PARTS)]
    data |= {"steps-TOTAL_FORMS": len(filled) + 2, "steps-INITIAL_FORMS": 0}
    for place, (part, body, more) in enumerate(filled):
        row = {"position": place + 1, "part": part, "body_kind": body, "at": "here"} | more
        data |= {f"steps-{place}-{name}": value for name, value in row.items()}
    for place in (len(filled), len(filled) + 1):
        data |= {f"steps-{place}-position": "", f"steps-{place}-part": "", f"steps-{place}-at": "here"}
    return data | facts


SOUND = (
    ("consult", "consultation_council", {"position": 2}),
    ("propose", "party_committee", {"position": 1, "label": "社区党委提议"}),
)


def errors(response):
    """Every message of the page's form and rows."""
    form = response.context["adminform"].form
    rows = response.context["inline_admin_formsets"][0].formset
    found = [*rows.non_form_errors(), *(text for row in rows.errors for texts in row.values() for text in texts)]
    return [*found, *(text for texts in form.errors.values() for text in texts)]


def test_a_new_procedure_is_offered_with_its_rows_and_saved(desk, liuxi):
    page = desk.get(reverse(ADD))
    offered = page.context["inline_admin_formsets"][0].formset.initial_extra
    assert [row["part"] for row in offered] == ["suggest", "propose", "consult", *LAST_PARTS]
    assert page.context["adminform"].form.initial["unit"] == liuxi.street.code, "there is only one"
    saved = desk.post(reverse(ADD), sheet(*SOUND))
    assert saved.status_code == 302
    local = LocalProcedure.objects.get()
    assert (local.version, local.unit) == (1, liuxi.street)
    assert [(step.position, step.part) for step in local.steps.all()] == list(
        enumerate(["propose", "consult", *LAST_PARTS], start=1)
    )
    event = Event.objects.get(verb="define_procedure")
    assert (event.path, event.data["rows"][0]["label"]) == (liuxi.street.path, "社区党委提议")
    assert desk.get(local.get_absolute_url()).status_code == 200
    assert desk.get(reverse("admin:councils_localprocedure_changelist")).status_code == 200
    cells = desk.get(reverse(ADD)).content.decode()
    assert "<th></th>" not in cells and 'class="original"></th>' not in cells and cells.count('aria-label="') > 80


@pytest.mark.parametrize(
    ("rows", "facts"),
    [
        ((), {}),
        ((("consult", "consultation_council", {}),), {}),
        ((("propose", "", {}),), {}),
        ((("propose", "party_committee", {"rule": "residents_reps"}),), {}),
        ((("propose", "party_committee", {"audience": "public"}),), {}),
        ((("propose", "party_committee", {}), ("sort", "joint_meeting", {})), {}),
        ((("propose", "big_party_committee", {}),), {}),
        ((("propose", "owners_committee", {}),), {}),
        ((("propose", "party_committee", {"at": "above"}),), {}),
        ((("propose", "party_committee", {"with_before": "on"}),), {}),
        ((*SOUND, ("resolve", "", {})), {}),
        (SOUND, {"steps-2-part": ""}),
        (SOUND, {"steps-3-part": "disclose_outcome"}),
        (SOUND, {"steps-2-body_kind": "party_committee"}),
        (SOUND, {"steps-0-part": "nonsense"}),
        (SOUND, {"steps-0-position": "x"}),
        (SOUND, {"key": "four_two_community"}),
        (SOUND, {"key": "协商"}),
        (SOUND, {"title": ""}),
        (SOUND, {"title": "长" * 10_000}),
        (SOUND, {"in_force_from": "2026-01-01"}),
        (SOUND, {"in_force_until": "2026-02-01"}),
        (SOUND, {"place": "moon"}),
        (SOUND, {"unit": "990101001001"}),
        (SOUND, {"unit": "000"}),
    ],
)
def test_what_is_not_sound_is_told_and_nothing_typed_is_lost(desk, liuxi, rows, facts):
    data = sheet(*rows, **facts)
    response = desk.post(reverse(ADD), data)
    assert response.status_code == 200 and errors(response)
    assert not LocalProcedure.objects.exists()
    assert response.context["adminform"].form.data["document"] == data["document"]


def test_what_the_law_fixes_is_refused_beside_its_field(desk, liuxi):
    chosen = {"rule": "residents_reps", "at": "above", "audience": "internal", "alternative": "on"}
    response = desk.post(reverse(ADD), sheet(*SOUND, **{f"steps-2-{name}": value for name, value in chosen.items()}))
    assert set(response.context["inline_admin_formsets"][0].formset.errors[2]) == set(chosen)
    assert not LocalProcedure.objects.exists()


def test_rows_of_the_same_number_and_rules_are_told_in_words(desk, liuxi):
    rows = (("propose", "party_committee", {"position": 1}), ("confer", "two_committees", {"position": 1}))
    page = desk.post(reverse(ADD), sheet(*rows)).content.decode()
    assert gettext("Two rows have the same number in the order.") in page
    page = desk.post(reverse(ADD), sheet(("propose", "party_committee", {"rule": "branch_committee"}))).content.decode()
    assert "：branch_committee" not in page and ": branch_committee" not in page


def test_days_out_of_order_are_told_beside_the_field(desk, liuxi):
    for field, wrong in (("in_force_from", "2026-01-01"), ("in_force_until", "2026-02-01")):
        found = desk.post(reverse(ADD), sheet(*SOUND, **{field: wrong})).context["adminform"].form.errors
        assert list(found) == [field] and len(found[field]) == 1


def test_a_version_in_use_stands_ends_and_is_followed(desk, liuxi):
    local = define(liuxi)
    change = reverse("admin:councils_localprocedure_change", args=[local.pk])
    assert desk.get(change).context["has_change_permission"]
    begin(liuxi, local)
    assert not desk.get(change).context["has_change_permission"]
    assert desk.post(change, sheet(*SOUND, title="改名")).status_code == 403
    assert LocalProcedure.objects.get().title == "协商先行" and Matter.objects.exists()

    end = reverse("admin:councils_localprocedure_end", args=[local.pk])
    assert desk.get(end).status_code == 200
    assert desk.post(end, {"in_force_until": "2026-01-01"}).status_code == 409
    assert desk.post(end, {"in_force_until": "2026-03-31"}).status_code == 302

    copy = desk.get(reverse(ADD), {"from": local.pk})
    assert copy.context["adminform"].form.initial["title"] == local.title
    assert [row["part"] for row in copy.context["inline_admin_formsets"][0].formset.initial_extra] == [
        step.part for step in local.steps.all()
    ]
    assert desk.post(reverse(ADD), sheet(*SOUND, in_force_from="2026-04-01")).status_code == 302
    assert list(LocalProcedure.objects.values_list("version", flat=True).order_by("version")) == [1, 2]
    assert desk.get(reverse(ADD), {"from": "x"}).status_code == 200


def test_a_version_not_in_use_may_change(desk, liuxi):
    local = define(liuxi)
    rows = [(step.part, step.body_kind, {"audience": step.audience}) for step in local.steps.all()][:3]
    data = sheet(*rows, title="改名") | {"steps-INITIAL_FORMS": local.steps.count(), "steps-0-DELETE": "on"}
    data |= {f"steps-{place}-id": step.pk for place, step in enumerate(local.steps.all())}
    page = reverse("admin:councils_localprocedure_change", args=[local.pk])
    assert desk.post(page, data).status_code == 302
    local = LocalProcedure.objects.get()
    assert local.title == "改名" and [step.part for step in local.steps.all()] == ["propose", "consult", *LAST_PARTS]


def test_only_within_the_own_streets(desk, liuxi, client_for):
    local = define(liuxi)
    elsewhere = factories.unit(Level.STREET, name="白石镇", kind=UnitKind.TOWN)
    assert desk.post(reverse(ADD), sheet(*SOUND, unit=elsewhere.code)).status_code == 200
    assert LocalProcedure.objects.count() == 1
    for who in ("clerk", "secretary", "street", "stranger"):
        client = client_for(getattr(liuxi.people, who))
        for url in (reverse(ADD), reverse("admin:councils_localprocedure_change", args=[local.pk])):
            assert client.get(url).status_code == 302, "the administration is closed"
