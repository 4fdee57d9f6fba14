"""Local procedures walked by the real actions: advice that does not bind, triage, two votes in one meeting, a street's
own procedure; and what the database keeps of them."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.models import Event
from councils import actions, documents
from councils.actions import Mistaken
from councils.actions.implementation import decided_by, done_items
from councils.enums import Status
from councils.models import LocalProcedure, LocalStep, Matter, Meeting, Sorting, StepDone
from councils.procedures import PROCEDURES, procedure_from
from councils.procedures.local import LAST_PARTS
from councils.views.track import step_name
from governance.demo.walk import Walk, on
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import day

pytestmark = pytest.mark.django_db
LINES = [("item", "灯具", 60000), ("source", "公共收益", 60000)]


@pytest.fixture
def compound(liuxi):
    """柳溪苑: the branch secretary enters; the owners' chair, who is of the branch too, confirms."""
    liuxi.bodies["building_group"] = factories.body("building_group", liuxi.building)
    liuxi.bodies["joint_meeting"] = factories.body("joint_meeting", liuxi.compound)
    secretary, chair = (factories.user_for(factories.person(name)) for name in ("支部书记", "业委会主任"))
    factories.appoint(secretary.person, liuxi.bodies["branch_committee"], "secretary")
    factories.appoint(chair.person, liuxi.bodies["branch_committee"], "committee_member")
    factories.appoint(chair.person, liuxi.bodies["owners_committee"], "chair")
    for name in ("甲", "乙", "丙"):
        factories.appoint(factories.person(name), liuxi.bodies["joint_meeting"], "community_side")
        factories.appoint(factories.person(name), liuxi.bodies["owners_committee"], "committee_member")
    liuxi.secretary, liuxi.chair = secretary, chair
    return liuxi


def walk(place, procedure, **fields):
    given = {
        "unit": place.compound,
        "bodies": place.bodies,
        "clerk": getattr(place, "secretary", None),
        "secretary": getattr(place, "chair", None),
        "supervisor": place.people.supervisor.user,
        "registered_on": day(3, 2),
        "title": "关于更换楼道灯的事项",
        "short_title": "楼道灯更换",
        "category": "M11",
        "owners_item": 9,
        "origin": "residents",
        "plan": "楼道灯损坏较多。",
        "motion": "更换楼道灯40盏。",
        "lines": LINES,
        "procedure": procedure,
    }
    return Walk(**(given | fields))


def in_community(place, procedure):
    return walk(
        place,
        procedure,
        unit=place.unit,
        clerk=place.people.clerk.user,
        secretary=place.people.secretary.user,
        owners_item=None,
        category="M04",
    )


GROUP = {"entitled": 9, "roll_basis": "党小组党员"}
OWNERS = {"entitled": 100, "area_entitled": 1_000_000, "roll_basis": "业主名册", "called_on": day(3, 12)}


def status(matter):
    return Matter.objects.get(pk=matter.pk).status


def test_three_meetings_suggest_advise_and_decide(compound, client):
    tale = walk(compound, "three_meetings")
    assert tale.matter.procedure_row is PROCEDURES["three_meetings"]
    assert tale.matter.deciding_body == "owners_assembly"

    # A suggestion that finds no majority is recorded, and the next step opens all the same.
    first = tale.hold("suggest", "building_group", day(3, 4), 9, (3, 6, 0), **GROUP)
    assert (status(tale.matter), StepDone.objects.count()) == (Status.PROPOSED, 1)
    assert (first.body.unit, first.unit) == (compound.building, compound.compound), "the record is the compound's"
    tale.hold("suggest_2", "branch_committee", day(3, 6), 2, (2, 0, 0), entitled=2, roll_basis="支委")
    tale.hold("advise", "owners_committee", day(3, 10), 4, (1, 3, 0))
    assert status(tale.matter) == Status.CONFERRED
    with pytest.raises(Refused):
        tale.call("advise", "owners_committee", day(3, 11))

    tale.hold(
        "resolve",
        "owners_assembly",
        day(3, 28),
        80,
        (60, 10, 10),
        attendance={"area_present": 800_000},
        ballot={"method": "named", "area_for": 600_000},
        **OWNERS,
    )
    assert status(tale.matter) == Status.RESOLVED
    matter = tale.fresh()
    page = client.get(matter.get_absolute_url(), headers={"host": "testserver"})
    shown = page.context["track"]
    assert [step.key for step in shown.steps if step.state == "done"] == ["suggest", "suggest_2", "advise", "resolve"]
    assert shown.local and matter.procedure_url in page.content.decode()
    items = done_items(matter)
    _title, text = documents.resolution_notice(matter, items, decided_by(matter).vote, decided_by(matter).meeting)
    assert "建议" in text and "提出意见" in text and "同意60" in text


def test_counts_of_a_joint_conferral_are_opened_by_the_branch(compound, client):
    tale = walk(compound, "four_two_compound")
    tale.hold("propose", "branch_committee", day(3, 4), 2, (2, 0, 0), entitled=2, roll_basis="支委")
    meeting = tale.hold("confer", "joint_meeting", day(3, 10), 3, (2, 1, 0))
    given = {"at": on(day(3, 10), 23), "meeting": meeting, "seen": Meeting.objects.get(pk=meeting.pk).version}

    def shown():
        steps = client.get(tale.matter.get_absolute_url()).context["track"].steps
        return next(step.sittings for step in steps if step.key == "confer")

    assert not meeting.is_party and shown() == []
    with pytest.raises(PowerMissing):
        actions.open_counts(by=compound.chair, **given)
    actions.open_counts(by=compound.secretary, **given)
    assert [ballot.count for ballot in shown()[0].explanation.ballots] == [2, 1, 0]


def sort(tale, meeting, way, note="现场更换，费用从日常维护费列支。", **fields):
    meeting = Meeting.objects.get(pk=meeting.pk)
    given = {
        "by": tale.clerk,
        "at": on(meeting.held_on, 22),
        "item": meeting.items.get(),
        "seen": meeting.version,
        "way": way,
        "note": note,
    }
    return actions.record_sorting(**(given | fields))


def heard(place, **fields):
    """(tale, meeting): the joint meeting was held and voted; nothing says yet how it sorted."""
    tale = walk(place, "four_parties", **fields)
    meeting = tale.hold("sort", "joint_meeting", day(3, 4), 3, (3, 0, 0), confirm=False)
    return tale, meeting


@pytest.mark.parametrize(
    ("way", "ends"),
    [("minor", Status.SETTLED), ("private", Status.REFERRED), ("higher", Status.REFERRED), ("major", Status.SORTED)],
)
def test_a_joint_meeting_sorts_a_matter(compound, client, way, ends):
    tale, meeting = heard(compound)
    with pytest.raises(Refused):
        tale.confirm(meeting)
    sort(tale, meeting, "minor")
    sort(tale, meeting, way, note="涉及共有部分。" if way == "major" else "物业当晚更换。")
    assert [event.data.get("before") for event in Event.objects.filter(verb="record_sorting").order_by("id")] == [
        None,
        "minor",
    ]
    tale.confirm(meeting)
    matter = tale.fresh()
    assert matter.status == ends
    page = client.get(matter.get_absolute_url())
    step = page.context["track"].steps[0]
    assert step.state == "done" and step.tag == str(matter.items.get().sorting.get_way_display())
    if way == "major":
        assert matter.open_step(day(3, 5)).key == "propose" and len(page.context["track"].steps) == 8
        tale.hold("propose", "branch_committee", day(3, 6), 2, (2, 0, 0), entitled=2, roll_basis="支委")
        assert status(matter) == Status.PROPOSED
    else:
        assert matter.open_step(day(3, 5)) is None and len(page.context["track"].steps) == 1
        assert matter.ended_reason == "物业当晚更换。"
        assert page.content.decode().count(matter.ended_reason) == 1
        matters = reverse("matters", args=[matter.unit.code])
        found = [client.get(matters, {"status": word}).context["listing"].number for word in ("sorted", "ended")]
        assert found == [1, 0]
    with pytest.raises(Refused):
        sort(tale, meeting, "minor")


def test_who_does_not_agree_how_to_sort_meets_again(compound):
    tale = walk(compound, "four_parties")
    meeting = tale.hold("sort", "joint_meeting", day(3, 4), 3, (1, 2, 0), confirm=False)
    with pytest.raises(Refused):
        sort(tale, meeting, "major")
    tale.confirm(meeting)
    assert status(tale.matter) == Status.RETURNED
    again = tale.hold("sort", "joint_meeting", day(3, 9), 3, (3, 0, 0), confirm=False)
    sort(tale, again, "minor")
    tale.confirm(again)
    assert status(tale.matter) == Status.SETTLED


def test_who_sorted_last_does_not_confirm(compound, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: on(day(3, 5), 9))
    tale, meeting = heard(compound)
    sort(tale, meeting, "major")
    both = factories.user_for(factories.person("副书记"))
    factories.appoint(both.person, compound.bodies["branch_committee"], "secretary")
    factories.appoint(both.person, compound.bodies["owners_committee"], "chair")
    sort(tale, meeting, "minor", note="现场更换。", by=both)
    fresh = Meeting.objects.get(pk=meeting.pk)
    with pytest.raises(Refused) as refused:
        actions.confirm_meeting(by=both, at=on(day(3, 4), 23), meeting=fresh, seen=fresh.version)
    assert not isinstance(refused.value, PowerMissing | Stale)
    page = client_for(compound.chair.person).get(reverse("records_confirm", args=[tale.matter.pk])).content.decode()
    assert "现场更换。" in page and "副书记" in page
    tale.confirm(meeting)
    assert status(tale.matter) == Status.SETTLED


def test_sorting_refuses_what_cannot_be(compound):
    tale, meeting = heard(compound)
    for fields in ({"way": "nowhere"}, {"note": "  "}):
        with pytest.raises(Mistaken) as refused:
            sort(tale, meeting, **({"way": "minor"} | fields))
        assert list(refused.value.errors) == list(fields)
    with pytest.raises(Refused):
        sort(tale, meeting, "minor", note="张某身份证110101199003074514")
    with pytest.raises(PowerMissing):
        sort(tale, meeting, "minor", by=compound.people.supervisor.user)
    with pytest.raises(Refused):
        sort(tale, meeting, "minor", seen=0)
    other = walk(compound, "three_meetings")
    suggested = other.hold("suggest", "building_group", day(3, 4), 9, (9, 0, 0), confirm=False, **GROUP)
    with pytest.raises(Refused):
        sort(other, suggested, "minor")


def test_the_sorting_page_takes_it_and_shows_refusals(compound, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: on(day(3, 5), 9))
    tale, meeting = heard(compound)
    desk, item = client_for(tale.clerk.person), meeting.items.get()
    url = reverse("meeting_sort", args=[meeting.pk, item.pk])
    seen = Meeting.objects.get(pk=meeting.pk).version
    assert desk.get(url).status_code == 200
    wrong = desk.post(url, {"way": "minor", "note": "", "seen": seen})
    assert wrong.status_code == 200 and "note" in wrong.context["form"].errors
    stale = desk.post(url, {"way": "minor", "note": "现场更换。", "seen": 0})
    assert stale.status_code == 409 and stale.context["form"].data["note"] == "现场更换。"
    assert desk.post(url, {"way": "minor", "note": "现场更换。", "seen": seen}).status_code == 302
    assert Sorting.objects.get().way == "minor"
    tale.confirm(meeting)
    assert desk.get(url).status_code == 302
    assert client_for(compound.people.stranger).get(url).status_code == 404


def test_two_votes_in_one_meeting_are_called_together(liuxi, client_for, monkeypatch):
    tale = in_community(liuxi, "one_meeting_two_votes")
    tale.hold("propose", "party_committee", day(3, 4), 7, (7, 0, 0))
    tale.hold("confer", "two_committees", day(3, 5), 10, (10, 0, 0))
    monkeypatch.setattr("governance.middleware.now", lambda: on(day(3, 6), 9))
    second = tale.matter.procedure_row.step("resolve")
    assert step_name(tale.matter, second) == second.label  # not named after its body, as the usual decision is
    page = client_for(liuxi.people.clerk).get(reverse("meeting_call", args=[tale.matter.pk, "review"]))
    then = page.context["form"].fields["then"]
    assert then.required and [value for value, _label in then.choices] == [str(liuxi.bodies["residents_reps"].pk)]
    members = tale.call(
        "review",
        "party_assembly",
        day(3, 9),
        entitled=100,
        roll_basis="正式党员",
        then=liuxi.bodies["residents_reps"],
    )
    second = members.second_part
    assert (second.body.kind, second.held_on) == ("residents_reps", day(3, 9))
    tale.attend(members, 90)
    tale.vote(members, 80, 5, 5)
    tale.minutes(members, "党员表决。")
    tale.attend(second, 50)
    tale.vote(second, 20, 20, 10)
    tale.minutes(second, "居民代表表决。")
    tale.confirm(members)
    assert status(tale.matter) == Status.REJECTED, "both must carry"


def test_the_second_vote_alone_is_on_the_day_of_the_first(liuxi):
    tale = in_community(liuxi, "one_meeting_two_votes")
    tale.hold("propose", "party_committee", day(3, 4), 7, (7, 0, 0))
    tale.hold("confer", "two_committees", day(3, 5), 10, (10, 0, 0))
    tale.hold("review", "party_assembly", day(3, 9), 90, (80, 5, 5), entitled=100, roll_basis="正式党员")
    with pytest.raises(Mistaken) as refused:
        tale.call("resolve", "residents_reps", day(3, 12), called_on=day(3, 10))
    assert "held_on" in refused.value.errors


def test_supervision_gives_its_opinion_at_every_step(liuxi):
    tale = in_community(liuxi, "four_two_watched")
    meeting = tale.hold("propose", "party_committee", day(3, 4), 7, (7, 0, 0), confirm=False)
    with pytest.raises(Refused):
        tale.confirm(meeting)
    tale.minutes(meeting, "会议记录。", supervision_opinion="程序符合规定。")
    tale.confirm(meeting)
    assert status(tale.matter) == Status.PROPOSED


# Which procedure a new matter takes


@pytest.mark.parametrize("procedure", ["four_two_community", "five_two", "local-0", "no_such"])
def test_a_procedure_of_other_places_is_refused(compound, procedure):
    with pytest.raises(Mistaken) as refused:
        walk(compound, procedure)
    assert list(refused.value.errors) == ["procedure"]


def test_the_chosen_procedure_is_among_the_reasons(compound):
    usual, chosen = walk(compound, "").matter, walk(compound, "three_meetings").matter
    assert usual.procedure == "four_two_compound"
    for language, reasons in chosen.why.items():
        assert len(reasons) == len(usual.why[language]) + 1


# A street's own


def steps(*parts):
    held = {"suggest": "residents_committee", "propose": "party_committee", "consult": "consultation_council"}
    rows = [LocalStep(part=part, body_kind=held.get(part, "")) for part in (*parts, *LAST_PARTS)]
    rows[0].audience = "public" if parts[0] == "suggest" else ""
    return rows


def own(place, **facts):
    given = {
        "unit": place.street,
        "key": "consult-first",
        "title": "协商先行",
        "place": "community",
        "adopted_on": day(1, 10),
        "document": "青街发〔2026〕6号",
        "in_force_from": day(2, 1),
    }
    return LocalProcedure(**(given | facts))


def define(place, procedure=None, rows=None, **facts):
    return actions.define_procedure(
        by=facts.pop("by", place.people.administrator.user),
        at=on(day(1, 10), 10),
        procedure=procedure or own(place, **facts),
        steps=steps("suggest", "propose", "consult") if rows is None else rows,
    )


def begin(place, local):
    return in_community(place, f"local-{local.pk}")


def test_a_street_defines_a_procedure_and_a_matter_keeps_it(liuxi, django_assert_num_queries):
    first = define(liuxi)
    tale = begin(liuxi, first)
    matter = Matter.objects.get(pk=tale.matter.pk)
    assert (matter.procedure, matter.procedure_version, matter.local_procedure) == ("consult-first", "1", first)
    with django_assert_num_queries(0):
        assert matter.procedure_row is procedure_from(matter.procedure_data)
        assert [step.key for step in matter.steps] == ["suggest", "propose", "consult", *LAST_PARTS]
    factories.body("consultation_council", liuxi.unit)
    tale.hold("suggest", "residents_committee", day(3, 4), 7, (2, 5, 0))
    assert status(matter) == Status.PROPOSED

    second = define(liuxi, title="协商先行（修订）", in_force_from=day(3, 1), confirmed=True)
    assert second.version == 2
    assert LocalProcedure.objects.at(liuxi.unit, day(3, 2)) == [second]
    assert LocalProcedure.objects.at(liuxi.unit, day(2, 2)) == [first]
    assert not LocalProcedure.objects.at(liuxi.compound, day(3, 2)), "it is for communities"
    assert Matter.objects.get(pk=matter.pk).procedure_row.title == "协商先行"
    with pytest.raises(Mistaken):
        begin(liuxi, first)
    with pytest.raises(Stale):
        define(liuxi, title="协商先行（修订）", in_force_from=day(3, 1), confirmed=True)
    assert begin(liuxi, second).matter.procedure_version == "2"


def test_a_version_in_use_stands_and_others_may_change(liuxi):
    local = define(liuxi)
    local.title = "改名"
    define(liuxi, procedure=local, rows=steps("propose", "consult"))
    assert [step.part for step in LocalProcedure.objects.get().steps.all()] == ["propose", "consult", *LAST_PARTS]
    begin(liuxi, local)
    with pytest.raises(Refused):
        define(liuxi, procedure=local)
    ended = actions.end_procedure(
        by=liuxi.people.administrator.user, at=on(day(3, 3), 9), procedure=local, until=day(3, 31)
    )
    assert ended.in_force_until == day(3, 31)
    with pytest.raises(Mistaken):
        actions.end_procedure(by=liuxi.people.administrator.user, at=on(day(3, 3), 9), procedure=local, until=day(1, 1))


def test_only_who_keeps_the_units_of_the_street_defines_procedures(liuxi):
    for who in ("clerk", "secretary", "street", "stranger"):
        with pytest.raises(PowerMissing):
            define(liuxi, by=getattr(liuxi.people, who).user)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"key": "four_two_community"}, "key"),
        ({"in_force_from": day(1, 1)}, "in_force_from"),
        ({"in_force_until": day(1, 20)}, "in_force_until"),
    ],
)
def test_a_procedure_with_wrong_facts_is_refused(liuxi, facts, field):
    with pytest.raises(Mistaken) as refused:
        define(liuxi, **facts)
    assert list(refused.value.errors) == [field]


def test_a_procedure_belongs_to_a_street_and_is_checked_like_code(liuxi):
    with pytest.raises(Mistaken) as refused:
        define(liuxi, unit=liuxi.unit)
    assert "unit" in refused.value.errors
    with pytest.raises(Mistaken) as refused:
        define(liuxi, rows=steps("consult"))
    assert list(refused.value.errors) == ["steps"], "the Party organisation must study the matter first"


# What the database refuses


def refused(statement, *values):
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return error.value.__cause__.diag.constraint_name


def test_the_database_keeps_what_was_used(liuxi):
    local = define(liuxi)
    matter = begin(liuxi, local).matter
    step = local.steps.first()
    assert refused("UPDATE councils_localprocedure SET title = 'x'") == "local_procedure_stands"
    assert refused("DELETE FROM councils_localprocedure WHERE id = %s", local.pk) == "local_procedure_stands"
    assert refused("UPDATE councils_localstep SET label = 'x'") == "local_step_stands"
    assert refused("DELETE FROM councils_localstep WHERE id = %s", step.pk) == "local_step_stands"
    LocalProcedure.objects.update(in_force_until=day(12, 31))
    for column, value in (("procedure", "five_two"), ("procedure_version", "9"), ("procedure_data", "{}")):
        assert refused(f"UPDATE councils_matter SET {column} = %s", value) == "matter_keeps_procedure"
    assert (
        refused("UPDATE councils_matter SET local_procedure_id = NULL, procedure_data = NULL WHERE id = %s", matter.pk)
        == "matter_keeps_procedure"
    )


def test_the_database_refuses_impossible_procedures(liuxi):
    local = define(liuxi)
    values = "SELECT unit_id, %s, %s, title, %s, about, supervised, adopted_on, document, {}, in_force_until, confirmed"
    insert = (
        "INSERT INTO councils_localprocedure (unit_id, key, version, title, place, about, supervised, adopted_on,"
        " document, in_force_from, in_force_until, confirmed) " + values + " FROM councils_localprocedure"
    )
    same = insert.format("in_force_from")
    assert refused(same, local.key, 1, "community") == "local_procedure_version_once"
    assert refused(same, local.key, 2, "moon") == "local_procedure_place_is_known"
    early = insert.format("adopted_on - 1")
    assert refused(early, local.key, 2, "community") == "local_procedure_days_in_order"


def test_the_database_keeps_a_sorting(compound):
    tale, meeting = heard(compound)
    made = sort(tale, meeting, "minor")
    assert refused("UPDATE councils_sorting SET way = 'best'") == "sorting_way_is_known"
    assert refused("UPDATE councils_sorting SET note = ''") == "sorting_has_reason"
    assert refused("DELETE FROM councils_sorting") == "sorting_stands"
    tale.confirm(meeting)
    assert refused("UPDATE councils_sorting SET way = 'major' WHERE id = %s", made.pk) == "sorting_stands"


# Pages


def test_the_pages_of_procedures(liuxi, client, django_assert_max_num_queries):
    local = define(liuxi, confirmed=True)
    for url in (local.get_absolute_url(), *(reverse("councils:procedure", args=[key]) for key in PROCEDURES)):
        with django_assert_max_num_queries(3):
            response = client.get(url)
        row = response.context["procedure"]
        html = response.content.decode()
        assert response.status_code == 200 and str(row.title) in html
        assert html.count('<li class="step') == len(row.steps)
        assert bool(response.context["mark"]) == row.local
        assert ("callout" in html) == row.local
    assert client.get(reverse("councils:procedure", args=["no-such"])).status_code == 404
    assert client.get(local.get_absolute_url().replace("/1/", "/7/")).status_code == 404
    listed = client.get(reverse("unit_rules", args=[liuxi.unit.code]))
    assert local.get_absolute_url() in listed.content.decode()
    elsewhere = client.get(reverse("unit_rules", args=[liuxi.compound.code]))
    assert local.get_absolute_url() not in elsewhere.content.decode()


def test_the_form_offers_lawful_procedures_and_says_why_not_others(liuxi, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: on(day(3, 5), 9))
    local = define(liuxi)
    desk = client_for(liuxi.people.clerk)
    data = {
        "unit": liuxi.unit.code,
        "token": str(uuid.uuid4()),
        "title": "关于更换楼道灯的事项",
        "short_title": "楼道灯更换",
        "category": "M04",
        "registered_on": "2026-03-05",
        "origin": "residents",
        "plan": "楼道灯损坏较多。",
        "motion": "更换楼道灯40盏。",
        "item-TOTAL_FORMS": "0",
        "item-INITIAL_FORMS": "0",
        "source-TOTAL_FORMS": "0",
        "source-INITIAL_FORMS": "0",
        "step": "preview",
    }
    url = reverse("matter_new")
    preview = desk.post(url, data)
    assert [choice.value for choice in preview.context["choices"]] == [
        "four_two_community",
        "four_two_watched",
        "five_two",
        "five_steps",
        "one_meeting_two_votes",
        f"local-{local.pk}",
    ]
    assert preview.context["picked"] == "four_two_community"
    wrong = desk.post(url, data | {"step": "register", "procedure": "three_meetings"})
    assert wrong.status_code == 200 and "procedure" in wrong.context["form"].errors
    done = desk.post(url, data | {"step": "register", "procedure": f"local-{local.pk}"})
    assert done.status_code == 302 and Matter.objects.get().local_procedure == local
