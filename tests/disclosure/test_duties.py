"""Duties: derived from the catalogue, what places settled, and what was published; never typed."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused, Stale
from disclosure import actions, desk_duties, duties, periods
from disclosure import desk as notice_desk
from disclosure.catalogue import ITEMS, as_kept, stricter_than, why_kept, why_looser
from disclosure.duties import Due, Duty
from disclosure.enums import Board, Cause, Change, DutyState, Frequency
from disclosure.models import CatalogueChange, NothingToReport, duties_at, duty_counts, overdue_at
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing, scopes
from tests import factories
from tests.disclosure.conftest import moment

NEW_YEAR = date(2026, 1, 1)
APRIL = date(2026, 4, 20)


@pytest.mark.parametrize(
    ("nominal", "due"),
    [
        (date(2026, 9, 15), Due(date(2026, 9, 15))),
        (date(2026, 11, 15), Due(date(2026, 11, 16))),  # a Sunday
        (date(2026, 2, 15), Due(date(2026, 2, 24))),  # 春节
        (date(2026, 2, 14), Due(date(2026, 2, 14))),  # a Saturday that is worked
        (date(2027, 1, 15), Due(date(2027, 1, 15), nominal=True)),  # no calendar yet: not guessed
    ],
)
def test_the_last_day_is_a_working_day(nominal, due):
    assert duties.last_day(nominal) == due


@pytest.mark.parametrize(
    ("on", "published", "nothing", "state"),
    [
        (date(2026, 3, 31), None, None, DutyState.NOT_YET),
        (date(2026, 4, 1), None, None, DutyState.DUE),
        (date(2026, 4, 15), None, None, DutyState.DUE),
        (date(2026, 4, 16), None, None, DutyState.OVERDUE),
        (date(2026, 4, 16), date(2026, 4, 15), None, DutyState.DONE),
        (date(2026, 4, 20), date(2026, 4, 16), None, DutyState.DONE_LATE),
        (date(2026, 4, 20), None, date(2026, 4, 10), DutyState.NOTHING),
        (date(2026, 4, 20), date(2026, 4, 16), date(2026, 4, 10), DutyState.DONE_LATE),
    ],
)
def test_states(on, published, nothing, state):
    quarter = periods.parse("2026Q1")
    duty = Duty(1, ITEMS["F04"], quarter, Due(date(2026, 4, 15)), published_on=published, nothing_on=nothing)
    assert duty.state(on) == state
    assert duty.query == "item=F04&period=2026Q1"


def test_within_a_month():
    assert duties.month_after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert duties.month_after(date(2026, 12, 5)) == date(2027, 1, 5)


def change(kind, item="", **fields):
    return CatalogueChange(kind=kind, item=item, **fields)


def test_a_place_asks_for_more_never_for_less():
    assert stricter_than(ITEMS["F04"]) == (Frequency.MONTH,)
    assert stricter_than(ITEMS["R26"]) == stricter_than(ITEMS["R01"]) == stricter_than(ITEMS["R08"]) == ()
    assert why_looser(ITEMS["F04"], "Y", None) and why_looser(ITEMS["F04"], "Q", None)
    assert why_looser(ITEMS["F04"], "M", None) is None
    assert why_looser(ITEMS["F04"], "", 15) and why_looser(ITEMS["F04"], "", 16) is None
    assert why_kept(ITEMS["R01"]) and why_kept(ITEMS["R08"]) is None


def test_the_strictest_counts_wherever_it_was_set():
    kept = as_kept(
        [
            change(Change.STRICTER, "F01", frequency="Q", display_days=20),
            change(Change.STRICTER, "F01", frequency="H", display_days=30),
            change(Change.ADDED, "R-B01", title="助餐点菜单", frequency="M", display_days=15),
            change(Change.LEFT_OUT, "P12"),
        ]
    )
    assert (kept["F01"].duty, kept["F01"].min_display) == (Frequency.QUARTER, 30)
    assert kept["R-B01"].board == Board.RESIDENTIAL and kept["R-B01"].duty == Frequency.MONTH
    assert "P12" not in kept and len(kept) == 90


@pytest.fixture
def settled(desk):
    """`settled(verb, **fields)`: an action of the street from New Year on, settled on that day."""

    def settle(verb, unit=None, by=None, **fields):
        by = by or (desk.people.secretary if unit == desk.liuxi.unit else desk.people.street)
        fields = {"first_on": NEW_YEAR, "reason": "街道统一规定", "token": uuid.uuid4()} | fields
        return getattr(actions, verb)(unit=unit or desk.liuxi.street, by=by.user, at=moment(1, 1), **fields)

    settle("begin_duties")
    return settle


def of(unit, on=APRIL, **options):
    """{(item, code of the period or ""): Duty} of `unit`."""
    found = duties_at(unit, on=on, **options)
    keyed = {(duty.item.key, duty.period.code if duty.period else ""): duty for duty in found if duty.unit == unit.pk}
    assert len(keyed) == sum(duty.unit == unit.pk for duty in found)
    return keyed


def test_nothing_is_due_where_nobody_said_from_when(desk):
    assert duties_at(desk.liuxi.street, on=APRIL) == []


def test_duties_are_what_the_catalogue_asks_for(desk, settled, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = of(desk.liuxi.unit)
    assert found["F04", "2026Q1"].state(APRIL) == DutyState.OVERDUE
    assert found["F04", "2026Q2"].state(APRIL) == DutyState.NOT_YET
    assert found["R26", "2026-03"].due == Due(date(2026, 4, 15))
    assert found["R08", ""].due == Due(date(2026, 2, 2))  # a month after New Year is a Sunday
    assert ("F02", "2026Q1") in found and ("F02", "2026-03") not in found  # the rarest that the catalogue names
    assert not {"P12", "R01", "E08"} & {item for item, _period in found}
    assert not any(period.startswith("2025") for _item, period in found)
    assert not of(desk.liuxi.compound)
    assert ("P12", "2026H1") in of(desk.liuxi.unit, items=[ITEMS["P12"]])


def test_duties_never_begin_before_the_unit_opened(desk, settled):
    OrgUnit.objects.filter(pk=desk.liuxi.unit.pk).update(opened_on=date(2026, 3, 10))
    found = of(desk.liuxi.unit)
    assert ("R26", "2026-02") not in found and ("R26", "2026-03") in found
    assert found["R08", ""].due == Due(date(2026, 4, 10))
    OrgUnit.objects.filter(pk=desk.liuxi.unit.pk).update(closed_on=date(2026, 4, 1))
    assert not of(desk.liuxi.unit)


def test_a_compound_has_duties_where_it_says_so_itself(desk, settled):
    settled("begin_duties", unit=desk.liuxi.compound, by=desk.people.street)
    assert ("E08", "2026") in of(desk.liuxi.compound)
    assert {item[0] for item, _period in of(desk.liuxi.compound)} == {"E"}


def test_publishing_does_a_duty_and_withdrawing_undoes_it(desk, settled):
    quarter = periods.parse("2026Q1")
    fields = {"item": "F04", "board": Board.FINANCIAL, "period": quarter}
    key = ("F04", "2026Q1")

    def scheduled(**fields):
        version, by = desk.reviewed(**fields), desk.people.secretary.user
        return actions.sign_notice(version=version, by=by, at=moment(4, 1, 11), publish_on=date(2026, 4, 30))

    def recalled(**fields):
        by = desk.people.secretary.user
        return actions.withdraw_version(version=scheduled(**fields), reason="数字待核", by=by, at=moment(4, 2))

    for cause, step in (
        (Cause.DRAFTED, desk.draft),
        (Cause.REVIEW, desk.submitted),
        (Cause.RETURNED, desk.returned),
        (Cause.SIGNATURE, desk.reviewed),
        (Cause.SCHEDULED, scheduled),
        (Cause.RECALLED, recalled),
    ):
        with transaction.atomic():
            version = step(**fields)
            duty = of(desk.liuxi.unit)[key]
            assert (duty.cause, duty.notice) == (cause, version.notice_id)
            assert duty.state(APRIL) == DutyState.OVERDUE
            transaction.set_rollback(True)
    version = desk.published(**fields)
    assert of(desk.liuxi.unit)[key].state(APRIL) == DutyState.DONE
    assert of(desk.liuxi.unit, on=date(2026, 3, 31))[key].published_on is None
    desk.correct(version, month=4, day=18)
    assert of(desk.liuxi.unit)[key].published_on == date(2026, 4, 1)
    late = desk.published(item="F14", board=Board.FINANCIAL, period=quarter, day=17)
    assert of(desk.liuxi.unit)["F14", "2026Q1"].state(APRIL) == DutyState.DONE_LATE
    actions.withdraw_version(version=late, by=desk.people.secretary.user, at=moment(4, 18), reason="重复公布")
    assert of(desk.liuxi.unit)["F14", "2026Q1"].state(APRIL) == DutyState.OVERDUE
    standing = desk.published(item="R08", title="分工")
    assert of(desk.liuxi.unit)["R08", ""].notice == standing.notice_id


def test_what_places_settle_holds_from_the_next_period_on(desk, settled):
    unit = desk.liuxi.unit
    settled("tighten_item", item="F04", frequency="M", first_on=date(2026, 4, 1))
    found = of(unit, on=date(2026, 5, 20))
    assert ("F04", "2026Q1") in found  # began before: judged by what held then
    assert ("F04", "2026Q2") not in found and ("F04", "2026-04") in found
    settled("tighten_item", unit=unit, item="F01", frequency="H")
    found = of(unit, on=date(2026, 5, 20))
    assert ("F01", "2026H1") in found and ("F01", "2026") not in found
    assert ("F01", "2026") in of(desk.liuxi.other, on=date(2026, 5, 20))
    settled("leave_out", unit=unit, item="R31", reason="本社区不评红黑榜")
    assert ("R31", "2026Q1") not in of(unit)
    added = settled("add_item", unit=unit, board=Board.RESIDENTIAL, title="助餐点菜单", frequency="M")
    assert added.item == "R-B01"
    duty = of(unit)["R-B01", "2026-03"]
    assert (str(duty.item.title), duty.state(APRIL)) == ("助餐点菜单", DutyState.OVERDUE)
    assert ("R-B01", "2026-03") not in of(desk.liuxi.other)
    settled("add_item", unit=unit, board=Board.FINANCIAL, title="助餐点账目", frequency="L")
    assert of(unit)["F-B01", ""].due == Due(date(2026, 2, 2))
    actions.end_change(change=added, last_on=date(2026, 4, 30), by=desk.people.secretary.user, at=moment(4, 20))
    assert ("R-B01", "2026-05") not in of(unit, on=date(2026, 5, 20))


def test_one_plan_for_a_street_gives_the_same_as_for_each_unit(desk, settled, django_assert_num_queries):
    desk.published(item="F04", board=Board.FINANCIAL, period=periods.parse("2026Q1"))
    settled("tighten_item", item="F07", frequency="M")
    settled("leave_out", unit=desk.liuxi.unit, item="R31", reason="本社区不评红黑榜")
    with django_assert_num_queries(2):
        overdue = overdue_at(desk.liuxi.street, on=APRIL)
        counts = duty_counts(desk.liuxi.street, on=APRIL)
    for unit in (desk.liuxi.unit, desk.liuxi.other):
        own = of(unit).values()
        mine = [duty for duty in own if duty.state(APRIL) == DutyState.OVERDUE]
        assert {duty for duty in overdue if duty.unit == unit.pk} == set(mine)
        ended = [duty for duty in own if duty.period is None or duty.period.last < APRIL]
        done, first = sum(duty.is_done for duty in ended), min(duty.due.on for duty in mine)
        assert counts[unit.pk] == [len(ended), done, len(mine), first]


def test_the_desk_of_two_communities_asks_once_for_both(desk, settled, django_assert_num_queries):
    here, other, clerk = desk.liuxi.unit, desk.liuxi.other, desk.people.clerk
    factories.appoint(clerk, factories.body("community_staff", other), "worker")
    scopes(clerk.user, on=APRIL)
    with django_assert_num_queries(2):
        found = desk_duties.items(clerk.user, APRIL)
    assert {item.unit for item in found} == {here.name, other.name}
    desk.reviewed(item="F04", board=Board.FINANCIAL, period=periods.parse("2026Q1"))
    fewer = [item.title for item in desk_duties.items(clerk.user, APRIL)]
    assert fewer[0] != found[0].title and fewer[1] == found[1].title, "what is drafted waits for others"
    (to_sign,) = notice_desk.items(desk.people.secretary.user, APRIL)
    assert (to_sign.kind, to_sign.due) == ("sign", date(2026, 4, 15))
    both = duties_at(here, other, on=APRIL)
    assert both == [*duties_at(here, on=APRIL), *duties_at(other, on=APRIL)]


def test_the_party_organisation_may_be_spared_its_internal_items(desk, settled):
    unit = desk.liuxi.unit
    assert ("P12", "2026H1") in of(unit, items=[ITEMS["P12"]])
    settled("switch_off_party_items")
    assert not of(unit, items=[ITEMS["P12"], ITEMS["P13"]])
    kept = CatalogueChange.objects.kept(unit, APRIL)
    assert not {"P11", "P12", "P13", "P21"} & set(kept) and len(kept) == 86
    with pytest.raises(Mistaken):
        settled("leave_out", item="R31")  # a street may not for its communities


def test_a_local_item_is_drafted_and_keeps_its_title(desk, settled):
    settled(
        "add_item", unit=desk.liuxi.unit, board=Board.RESIDENTIAL, title="助餐点菜单", frequency="M", display_days=20
    )
    version = desk.published(item="R-B01", period=periods.parse("2026-03"))
    assert (version.notice.item_title, str(version.notice.row.title)) == ("助餐点菜单", "助餐点菜单")
    assert version.display_days >= version.min_display_days == 20
    assert of(desk.liuxi.unit)["R-B01", "2026-03"].state(APRIL) == DutyState.DONE
    with pytest.raises(Refused):
        desk.draft(item="R-B02")


NOTHING = {"item": "F09", "period": periods.parse("2026Q1")}


def test_nothing_to_report_is_signed_once_after_the_period(desk, settled):
    unit, secretary = desk.liuxi.unit, desk.people.secretary.user
    with pytest.raises(PowerMissing):
        actions.sign_nothing(unit=unit, by=desk.people.clerk.user, at=moment(4, 10), **NOTHING)
    with pytest.raises(Refused, match=_("The period is not over yet.")):
        actions.sign_nothing(unit=unit, by=secretary, at=moment(3, 31), **NOTHING)
    statement = actions.sign_nothing(unit=unit, by=secretary, at=moment(4, 10), **NOTHING)
    assert statement.text.startswith("本期无")
    duty = of(unit)["F09", "2026Q1"]
    assert (duty.state(APRIL), duty.nothing_on) == (DutyState.NOTHING, date(2026, 4, 10))
    with pytest.raises(Stale):
        actions.sign_nothing(unit=unit, by=secretary, at=moment(4, 11), **NOTHING)
    for item, period in (("F09", "2026-03"), ("R01", "2026Q1"), ("P12", "2026H1")):
        with pytest.raises((Refused, PowerMissing)):
            actions.sign_nothing(unit=unit, item=item, period=periods.parse(period), by=secretary, at=moment(4, 11))
    desk.published(item="F04", board=Board.FINANCIAL, period=NOTHING["period"])
    with pytest.raises(Refused):
        actions.sign_nothing(unit=unit, item="F04", period=NOTHING["period"], by=secretary, at=moment(4, 11))


def test_who_may_settle_what(desk, settled):
    unit, street, people = desk.liuxi.unit, desk.liuxi.street, desk.people
    for verb, place, by, fields in (
        ("begin_duties", unit, people.secretary, {}),
        ("tighten_item", street, people.secretary, {"item": "F04", "frequency": "M"}),
        ("tighten_item", unit, people.clerk, {"item": "F04", "frequency": "M"}),
        ("add_item", unit, people.stranger, {"board": Board.RESIDENTIAL, "title": "x", "frequency": "M"}),
        ("leave_out", unit, people.supervisor, {"item": "R31"}),
    ):
        with pytest.raises(PowerMissing):
            settled(verb, unit=place, by=by, **fields)
    for verb, fields in (
        ("tighten_item", {"item": "F04", "frequency": "Y"}),
        ("tighten_item", {"item": "F04", "display_days": 10}),
        ("tighten_item", {"item": "F04"}),
        ("tighten_item", {"item": "F04", "frequency": "M", "reason": "试行"}),
        ("tighten_item", {"item": "F04", "frequency": "M", "first_on": date(2025, 12, 31)}),
        ("leave_out", {"item": "R01"}),
        ("leave_out", {"item": "R-B07"}),
        ("add_item", {"board": Board.RESIDENTIAL, "title": "x", "frequency": "M", "display_days": 3}),
    ):
        with pytest.raises(Mistaken):
            settled(verb, unit=unit, **fields)
    settled("tighten_item", unit=unit, item="F04", frequency="M")
    with pytest.raises(Mistaken, match=_("The same is settled here for that time already; end it first.")):
        settled("tighten_item", unit=unit, item="F04", display_days=30)


def _row(desk, **fields):
    fields = {"kind": Change.STRICTER, "item": "F04", "frequency": "M", "asked": "Q", "asked_days": 15} | fields
    fields = {"reason": "街道统一规定", "first_on": NEW_YEAR, "token": uuid.uuid4(), "unit": desk.liuxi.unit} | fields
    return CatalogueChange.objects.create(entered_by=desk.people.street.user, entered_at=moment(1, 1), **fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("catalogue_change_is_more_often", {"frequency": "Y"}),
        ("catalogue_change_is_longer", {"display_days": 14}),
        ("catalogue_change_is_whole", {"frequency": ""}),
        ("catalogue_change_is_whole", {"item": "X01"}),
        ("catalogue_change_is_whole", {"kind": Change.ADDED, "item": "R-B01", "title": ""}),
        ("catalogue_change_is_whole", {"kind": Change.BEGINS}),
        ("catalogue_change_has_reason", {"reason": ""}),
        ("catalogue_change_days_in_order", {"last_on": date(2025, 12, 31)}),
        ("catalogue_keeps_what_the_law_names", {"kind": Change.LEFT_OUT, "item": "R01", "frequency": ""}),
    ],
)
def test_the_database_refuses_what_is_looser_or_half(desk, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _row(desk, **fields)


def test_what_was_settled_and_signed_stands(desk, settled):
    row = _row(desk)
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        _row(desk)
    for act in (lambda: CatalogueChange.objects.filter(pk=row.pk).update(reason="x"), row.delete):
        with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
            act()
    statement = actions.sign_nothing(unit=desk.liuxi.unit, by=desk.people.secretary.user, at=moment(4, 10), **NOTHING)
    for act in (lambda: NothingToReport.objects.filter(pk=statement.pk).update(text="x"), statement.delete):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            act()
    for constraint, fields in (
        ("nothing_once", {}),
        ("nothing_has_text", {"text": "", "item": "F08"}),
        ("nothing_after_its_period", {"signed_on": date(2026, 3, 31), "item": "F08"}),
        ("nothing_after_its_period", {"item": "R01"}),
    ):
        copy = {name: getattr(statement, name) for name in ("unit", "item", "period_first", "period_last", "text")}
        copy |= {"signed_by": statement.signed_by, "signed_at": statement.signed_at, "signed_on": statement.signed_on}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            NothingToReport.objects.create(**copy | fields)
