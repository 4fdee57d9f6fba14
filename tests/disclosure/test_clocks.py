"""Days, working days and periods."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from disclosure import clocks, workdays
from disclosure.apps import learn_workdays
from disclosure.clocks import Period
from disclosure.workdays import HOLIDAYS, WORKED_WEEKENDS, CalendarMissing, add_workdays, is_workday

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),  # Sunday, worked
        (date(2026, 2, 14), True),  # Saturday, worked
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 4, 6), False),  # Monday of 清明
        (date(2026, 4, 7), True),
        (date(2026, 5, 9), True),
        (date(2026, 6, 19), False),
        (date(2026, 9, 20), True),
        (date(2026, 9, 25), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2025, 1, 26), True),
        (date(2025, 2, 4), False),
        (date(2025, 6, 2), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),
        (date(2025, 11, 22), False),
    ],
)
def test_the_official_calendar(day, works):
    assert is_workday(day) is works


def test_the_tables_hold_only_their_year_and_do_not_contradict():
    # 28 days off in 2025 with 5 to make up for; 33 in 2026 with 6.
    assert {year: len(days) for year, days in HOLIDAYS.items()} == {2025: 28, 2026: 33}
    assert {year: len(days) for year, days in WORKED_WEEKENDS.items()} == {2025: 5, 2026: 6}
    for year in HOLIDAYS:
        assert all(day.year == year for day in HOLIDAYS[year] | WORKED_WEEKENDS[year])
        assert not HOLIDAYS[year] & WORKED_WEEKENDS[year]
        assert all(day.weekday() >= 5 for day in WORKED_WEEKENDS[year])


FILE = {"2031": {"source": "国办发明电", "off": ["2031-01-01/2031-01-03", "2031-05-01"], "worked": ["2031-01-04"]}}


@pytest.fixture
def tables(monkeypatch):
    """The tables, as they were again after the test."""
    for name in ("HOLIDAYS", "WORKED_WEEKENDS"):
        monkeypatch.setattr(workdays, name, dict(getattr(workdays, name)))


def test_the_administrator_adds_a_year(tables, tmp_path):
    file = tmp_path / "workdays.json"
    file.write_text(json.dumps(FILE))
    learn_workdays(file)
    days = {date(2031, 1, 3): False, date(2031, 1, 4): True, date(2031, 1, 5): False, date(2031, 1, 6): True}
    assert {day: is_workday(day) for day in days} == days
    with pytest.raises(CalendarMissing):
        is_workday(date(2032, 1, 5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"off": []},
        {"off": ["2030-12-31"]},
        {"off": ["2031-01-03/2031-01-01"]},
        {"off": ["next year"]},
        {"off": 5},
        {"worked": ["2031-01-06"]},
        {"worked": ["2031-01-01"]},
        {"source": " "},
        {"sauce": "x"},
    ],
)
def test_a_year_that_cannot_be_so_is_refused(tables, tmp_path, wrong):
    file = tmp_path / "workdays.json"
    file.write_text(json.dumps({"2031": FILE["2031"] | wrong}))
    with pytest.raises(ImproperlyConfigured, match="PORTAL_WORKDAYS"):
        learn_workdays(file)
    file.write_text("[]")
    with pytest.raises(ImproperlyConfigured):
        learn_workdays(file)
    with pytest.raises(ImproperlyConfigured):
        learn_workdays(tmp_path / "nothing")
    assert 2031 not in workdays.HOLIDAYS


def test_a_year_without_a_table_is_refused_and_said():
    for day in (date(2027, 1, 4), date(2024, 12, 31)):
        with pytest.raises(CalendarMissing) as missing:
            is_workday(day)
        assert missing.value.year == day.year and str(day.year) in str(missing.value)
    assert add_workdays(date(2026, 12, 28), 3) == date(2026, 12, 31)
    with pytest.raises(CalendarMissing):
        add_workdays(date(2026, 12, 29), 3)


@given(DAYS.filter(lambda day: day < date(2026, 12, 1)), st.integers(1, 10))
def test_working_days_are_counted_one_by_one(day, count):
    due = add_workdays(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert is_workday(due)
    assert sum(map(is_workday, passed)) == count
    assert due < add_workdays(day, count + 1)


def test_no_working_day_is_no_term():
    with pytest.raises(ValueError):
        add_workdays(date(2026, 4, 1), 0)


def test_the_clocks_of_the_worked_case():
    assert clocks.display_period(date(2026, 4, 1), 15) == Period(date(2026, 4, 2), date(2026, 4, 16))
    assert clocks.objection_window(date(2026, 4, 1), 7) == Period(date(2026, 4, 2), date(2026, 4, 8))
    assert clocks.display_period(date(2026, 6, 12), 15) == Period(date(2026, 6, 13), date(2026, 6, 27))
    assert clocks.objection_window(date(2026, 6, 12), 0) is None
    assert clocks.reply_due(date(2026, 4, 3)) == date(2026, 4, 9)


@given(DAYS, st.integers(1, 400))
def test_a_period_begins_the_day_after_and_has_its_days(day, days):
    period = clocks.display_period(day, days)
    assert period.first == day + timedelta(days=1)
    assert period.days == days
    assert period.last == day + timedelta(days=days)


def test_impossible_periods():
    with pytest.raises(ValueError):
        Period(date(2026, 4, 2), date(2026, 4, 1))
    with pytest.raises(ValueError):
        clocks.display_period(date(2026, 4, 1), 0)
    assert Period(date(2026, 4, 1), date(2026, 4, 1)).days == 1
