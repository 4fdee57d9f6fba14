"""What must be published, as pages show it: catalogue, boards, the desk's calendar, the street's list, settling."""

import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.enums import Audience
from disclosure import actions, periods
from disclosure.catalogue import ITEMS, PARTY_ITEMS
from disclosure.enums import Board, Change, DutyState
from disclosure.models import CatalogueChange, NothingToReport
from tests.world import NOON, TODAY

OCTOBER = periods.parse("2026-10")


def keys(entries):
    return [entry.duty.item.key for entry in entries]


def test_the_catalogue_says_what_when_and_by_which_law(world, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        response = world.client().get(reverse("catalogue", args=[world.liuxi.code]))
    shelves = response.context["shelves"]
    assert [shelf.board for shelf in shelves] == [Board.PARTY, Board.RESIDENTIAL, Board.FINANCIAL]
    groups = [group for shelf in shelves for group in shelf.groups]
    assert all(line.item.duty == group.often for group in groups for line in group.lines)
    lines = {line.item.key: line for group in groups for line in group.lines}
    assert len(lines) == sum(shelf.number for shelf in shelves) == response.text.count(' data-label="') / 3
    assert response.text.count("<details id") - response.text.count(" open>") == sum(
        not group.overdue for group in groups
    )
    assert all(line.item.audience == Audience.PUBLIC for line in lines.values())
    assert "R33" not in lines and "R-B01" in lines
    assert lines["R28"].overdue.period == OCTOBER and lines["R26"].overdue is None
    assert lines["R26"].next.period == periods.parse("2026-11") and lines["R26"].last
    assert lines["F02"].item.duty == "M"
    assert {change.kind for change in response.context["changes"]} == {Change.ADDED, Change.STRICTER, Change.LEFT_OUT}


def test_a_village_has_a_law_of_its_own(world):
    village = world.places.units["shiqiao"]
    shelf = world.client().get(reverse("catalogue", args=[village.code])).context["shelves"][1]
    lines = [line for group in shelf.groups for line in group.lines if line.item.basis == "URC 34"]
    assert {shelf.sources[line.source - 1] for line in lines} == {str(ITEMS["R01"].basis_at(village))}
    assert ITEMS["R01"].basis_at(village) != ITEMS["R01"].basis_at(world.liuxi)


def test_a_board_says_what_is_overdue_and_what_did_not_happen(world, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        response = world.client().get(reverse("board", args=[world.liuxi.code, "residential"]))
    waiting = {duty.item.key: state for duty, state in response.context["waiting"]}
    assert waiting["R28"] == waiting["R30"] == DutyState.OVERDUE and "R26" not in waiting
    (statement,) = response.context["statements"]
    assert statement.text in response.text and statement.item == "R-B01"
    others = world.client().get(reverse("board", args=[world.liuxi.code, "party"])).context
    assert not {"P12", "R28"} & {duty.item.key for duty, _state in others["waiting"]}


@pytest.mark.parametrize(
    ("person", "drafts", "signs", "inside"),
    [("clerk", True, False, True), ("worker", True, False, False), ("secretary", False, True, True)],
)
def test_the_calendar_offers_what_this_person_may_do(world, person, drafts, signs, inside):
    response = world.client(person).get(reverse("desk_calendar"), {"unit": world.liuxi.code, "month": "2027-01"})
    entries = [entry for _day, entries in response.context["days"] for entry in entries]
    assert ("P12" in keys(entries)) is inside
    assert all(entry.duty.due.nominal for entry in entries) and response.context["nominal"]
    response = world.client(person).get(reverse("desk_calendar"), {"unit": world.liuxi.code})
    entries = {entry.duty.item.key: entry for _day, own in response.context["days"] for entry in own}
    assert {"R28", "R30"} == set(entries) and "R26" in keys(response.context["done"])
    assert not response.context["nominal"], "no day of this month has a star"
    assert (entries["R28"].draft_refused is None) is drafts
    assert entries["R28"].nothing_refused  # its draft is under way
    other = world.client(person).get(reverse("desk_calendar"), {"unit": world.liuxi.code, "month": "x"})
    assert other.context["month"] == TODAY.replace(day=1)


def test_the_street_looks_at_a_community_and_a_stranger_does_not(world):
    address = reverse("desk_calendar")
    response = world.client("street").get(address, {"unit": world.places.units["taoyuan"].code})
    assert keys(response.context["late"]) == [] and response.context["days"]
    assert world.client("stranger").get(address, {"unit": world.liuxi.code}).status_code == 404
    assert world.client("powerless").get(address).context["unit"] is None


def test_the_draft_form_knows_item_and_period(world):
    response = world.client("clerk").get(reverse("desk_notice_new"), {"item": "R-B01", "period": "2026-10"})
    form = response.context["form"]
    assert form["item"].value() == "R-B01" and form["period"].value() == "2026-10"
    assert "R-B01" in {key for _board, own in form.fields["item"].choices[1:] for key, _label in own}


def test_nothing_to_report_is_read_then_signed(world):
    unit = world.places.units["taoyuan"]
    address = reverse("desk_nothing", args=[unit.code]) + "?item=R26&period=2026-10"
    assert world.client("secretary").get(address).status_code == 404
    assert world.client("stranger").get(address).status_code == 403  # the clerk of that community
    own = reverse("desk_nothing", args=[world.liuxi.code])
    assert world.client("secretary").get(own + "?item=R26&period=soon").status_code == 404
    assert world.client("secretary").post(own + "?item=R28&period=2026-10").status_code == 409
    version = world.liuxi.notices.get(item="R28", period_first=OCTOBER.first).draft
    actions.edit_draft(version=version, title="无活动", text="无活动", by=world.users["clerk"], at=NOON)
    actions.discard_draft(version=version, by=world.users["clerk"], at=NOON)
    shown = world.client("secretary").get(own + "?item=R28&period=2026-10")
    assert shown.context["refused"] is None
    assert world.client("secretary").post(own + "?item=R28&period=2026-10").status_code == 302
    assert NothingToReport.objects.get(unit=world.liuxi, item="R28").text == shown.context["text"]


def test_the_street_sees_what_is_overdue_by_cause_and_in_no_ranking(world, django_assert_max_num_queries):
    client = world.client("street")
    with django_assert_max_num_queries(14):
        response = client.get(reverse("desk_duties"))
    lines = list(response.context["table"].data.data)
    codes = [line.unit.code for line in lines]
    assert codes == sorted(codes) and len(set(codes)) == 2
    assert not {line.duty.item.key for line in lines} & {"P11", "P12", "P13", "P21"}
    assert all(f"tel:{line.phone.number}" in response.text for line in lines if line.phone)
    drafts = [line.draft for line in lines if line.draft]
    assert drafts and all(client.get(reverse("desk_notice", args=[pk])).status_code == 200 for pk in drafts)
    assert {str(cause) for cause, _label, _number in response.context["causes"]} >= {"review", "signature"}
    narrowed = client.get(reverse("desk_duties"), {"cause": "review", "unit": world.liuxi.code})
    assert [line.duty.item.key for line in narrowed.context["table"].data.data] == ["R28"]
    wrong = client.get(reverse("desk_duties"), {"cause": "sloth"})
    assert len(wrong.context["table"].data.data) == len(lines)
    assert client.get(reverse("desk_duties"), {"under": "1" * 30}).status_code == 404
    sheet = client.get(reverse("desk_duties"), {"export": "csv", "cause": "review"})
    assert "R28" in sheet.content.decode("utf-8-sig") and "R30" not in sheet.content.decode("utf-8-sig")


def test_the_desk_says_how_many_are_to_be_published(world):
    clerk = world.client("clerk").get(reverse("desk")).context
    assert not [item for item, _late in clerk["items"] if item.kind == "duty"], "all of it is drafted"
    assert [item.due for item in clerk["waiting"] if item.todo == _("Waits for the signature")] == [date(2026, 11, 16)]
    street = world.client("street").get(reverse("desk")).context
    below = [(item.url, item.due) for item, _late in street["below"] if item.kind == "duty"]
    assert below == [(reverse("desk_duties"), date(2026, 11, 2))], "the day of what is overdue longest"


def test_a_change_is_entered_once_and_ended(world):
    client = world.client("secretary")
    new = reverse("desk_catalogue_new", args=[world.liuxi.code, "stricter"])
    wrong = client.post(
        new, {"item": "F04", "frequency": "Y", "reason": "试", "first_on": "2026-11-30", "token": uuid.uuid4()}
    )
    assert wrong.status_code == 200 and wrong.context["form"]["reason"].value() == "试"
    assert "frequency" in wrong.context["form"].errors
    data = {"item": "F04", "frequency": "M", "reason": "代表会议决定", "first_on": "2026-12-01", "token": uuid.uuid4()}
    for _twice in range(2):
        assert client.post(new, data).status_code == 302
    change = CatalogueChange.objects.get(token=data["token"])
    end = reverse("desk_catalogue_end", args=[change.pk])
    assert client.post(end, {"last_on": "2026-11-22"}).context["form"].errors
    assert client.post(end, {"last_on": "2027-12-31"}).status_code == 302
    change.refresh_from_db()
    assert change.last_on == date(2027, 12, 31)
    for kind in ("added", "left_out"):
        assert client.get(reverse("desk_catalogue_new", args=[world.liuxi.code, kind])).status_code == 200
    assert client.get(reverse("desk_catalogue_new", args=[world.liuxi.code, "begins"])).status_code == 403
    street = world.places.units["street"].code
    for kind in ("begins", "stricter", "party"):
        assert world.client("street").get(reverse("desk_catalogue_new", args=[street, kind])).status_code == 200
    off = {"reason": "街道党工委决定", "first_on": "2026-12-01", "token": uuid.uuid4()}
    assert world.client("street").post(reverse("desk_catalogue_new", args=[street, "party"]), off).status_code == 302
    assert not {"P11", "P12"} & set(CatalogueChange.objects.kept(world.liuxi, date(2026, 12, 1)))
    page = world.client("street").get(reverse("desk_catalogue"))
    (row,) = [row for row in page.context["rows"] if len(row.at_once) > 1]
    assert len(row.at_once) == len(PARTY_ITEMS) and row.mine
    assert str(ITEMS["P11"].title) in page.content.decode()
    assert world.client("street").post(reverse("desk_catalogue_end", args=[row.pk]), {"last_on": "2026-12-31"}).url
    assert set(PARTY_ITEMS) <= set(CatalogueChange.objects.kept(world.liuxi, date(2027, 1, 1)))
