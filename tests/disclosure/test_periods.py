"""The periods of the catalogue: codes, bounds, last days; and notices that carry them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from audit.enums import Audience
from audit.errors import Refused
from disclosure import periods, permissions
from disclosure.catalogue import ITEMS
from disclosure.enums import Board, Frequency
from disclosure.forms.drafts import NewNoticeForm
from disclosure.models import Notice
from orgs.models import Body

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "first", "last", "due"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 15)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 15)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 15)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 15)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 15)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 15)),
    ],
)
def test_a_period_is_known_by_its_code_and_by_its_days(code, first, last, due):
    period = periods.parse(code)
    assert (period.first, period.last, period.nominal_due) == (first, last, due)
    assert period.code == code
    assert periods.between(first, last) == period
    assert {periods.period_of(period.frequency, day) for day in (first, last)} == {period}


@pytest.mark.parametrize(
    "code", ["", None, "2026-13", "2026-00", "2026Q5", "2026Q0", "2026H3", "1926", "２０２６", "x"]
)
def test_other_words_are_no_period(code):
    assert periods.parse(code) is None


def test_days_that_are_no_period():
    assert periods.between(None, None) is None
    assert periods.between(date(2026, 1, 1), date(2026, 2, 28)) is None
    assert periods.period_of(Frequency.STANDING, TODAY) is None


def test_recent_periods_go_back_over_the_year():
    assert [period.code for period in periods.recent(Frequency.QUARTER, date(2026, 2, 3), 2)] == [
        "2026Q1",
        "2025Q4",
        "2025Q3",
    ]


def test_the_form_takes_the_period_that_fits_its_item(liuxi):
    issuer = liuxi.bodies["residents_committee"]

    def form(item, period):
        data = {"item": item, "period": period, "title": "t", "text": "t", "issuer": issuer.pk}
        kept = {issuer.unit_id: ITEMS}
        return NewNoticeForm(data, issuers=Body.objects.all(), boards=Board.values, kept=kept, today=TODAY)

    assert "period" not in form("F04", "2026Q3").errors
    assert "period" not in form("F04", "2019Q3").errors  # as the calendar may ask for
    assert "period" not in form("F02", "2026-09").errors
    assert "period" not in form("F02", "2026Q3").errors  # monthly here, quarterly elsewhere
    assert "period" in form("F04", "2026-09").errors
    assert "period" in form("R01", "2026").errors
    assert "period" in form("F04", "soon").errors
    assert "item" in form("R-B01", "2026-09").errors


def test_a_notice_carries_its_period(desk):
    quarter = periods.parse("2026Q1")
    version = desk.draft(item="F04", board=Board.FINANCIAL, period=quarter)
    assert Notice.objects.get(pk=version.notice_id).period == quarter
    with pytest.raises(Refused):
        desk.draft(title="事项", item="R01", period=quarter)


def test_what_reports_a_period_waits_for_its_end(desk):
    running, money = periods.parse("2026Q1"), {"item": "F04", "board": Board.FINANCIAL}
    with pytest.raises(Refused, match=str(running)):
        desk.submitted(period=running, title="早了", month=3, day=31, **money)
    version = desk.published(period=running, **money)
    assert desk.correct(version, month=4, day=2).is_signed
    early = desk.reviewed(period=running, title="手续已办", **money)
    assert permissions.may_sign(early, desk.people.secretary, date(2026, 3, 31))
    assert desk.submitted(item="R11", period=periods.parse("2026")).submitted_at, "a plan is told before"


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("notice_period_is_whole", {"period_first": TODAY}),
        ("notice_period_is_whole", {"period_last": TODAY}),
        ("notice_period_is_whole", {"period_first": TODAY, "period_last": date(2026, 11, 21)}),
        ("notice_period_is_whole", {"period_first": TODAY, "period_last": TODAY, "item": "R01"}),
        ("notice_in_party_item_stays_inside", {"item": "P12", "board": Board.PARTY, "audience": Audience.PUBLIC}),
    ],
)
def test_the_database_refuses_half_a_period_and_an_open_party_item(desk, constraint, fields):
    notice = desk.draft(item="F04", board=Board.FINANCIAL).notice
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**fields)
