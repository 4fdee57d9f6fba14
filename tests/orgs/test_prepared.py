"""Queries whose SQL is written once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db.models import Count
from django.db.models.sql.compiler import SQLCompiler

from orgs.models import Body, OrgUnit
from orgs.prepared import Given, Prepared
from tests import factories

pytestmark = pytest.mark.django_db


def bodies_of(unit):
    rows = Body.objects.filter(unit=unit, dissolved_on=None).select_related("unit__parent").annotate(all=Count("terms"))
    return rows.prefetch_related("terms__person").order_by("kind")


def as_shown(rows):
    return [
        (row.pk, row.unit.parent.name, row.all, sorted(term.person.name for term in row.terms.all())) for row in rows
    ]


def test_it_answers_like_the_ordinary_query_for_each_value(liuxi, django_assert_num_queries):
    other = factories.unit(parent=liuxi.street)
    factories.body(at=other)
    prepared = Prepared(lambda: bodies_of(Given("unit")))
    expected = [as_shown(bodies_of(unit.pk)) for unit in (liuxi.unit, other)]
    assert expected[0] != expected[1] != []
    assert [as_shown(prepared(unit=unit.pk)) for unit in (liuxi.unit, other)] == expected
    assert prepared(unit=0) == [] and prepared.one(unit=0) is None
    with django_assert_num_queries(3):
        assert as_shown(prepared(unit=liuxi.unit.pk)) == expected[0]


def test_its_sql_is_written_once_and_holds_no_value(liuxi, monkeypatch, django_assert_num_queries):
    written = []
    write = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **kw: written.append(self) or write(self, *a, **kw))
    prepared = Prepared(lambda: OrgUnit.objects.filter(code=Given("code")))
    with django_assert_num_queries(2) as queries:
        assert prepared.one(code=liuxi.unit.code) == liuxi.unit
        assert prepared.one(code="'; DROP TABLE orgs_orgunit; --") is None
    assert len(written) == 1
    assert "''; DROP" in queries.captured_queries[1]["sql"]


def test_threads_that_ask_for_the_first_time_at_once_wait_for_one_to_write_it(monkeypatch):
    """A query that two threads write at once comes out wrong, and would stay so as long as the worker lives."""
    writing, most = [], []
    write = SQLCompiler.as_sql

    def slowly(compiler, *args, **options):
        writing.append(compiler)
        most.append(len(writing))
        time.sleep(0.02)
        writing.remove(compiler)
        return write(compiler, *args, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", slowly)
    built = []
    prepared = Prepared(lambda: built.append(1) or OrgUnit.objects.filter(code=Given("code")))
    with ThreadPoolExecutor(4) as threads:
        ready = list(threads.map(lambda _number: prepared._ready()[1], range(4)))
    assert built == [1] and most == [1] and len(set(ready)) == 1


def test_a_value_that_was_not_given_is_a_fault():
    with pytest.raises(KeyError):
        Prepared(lambda: OrgUnit.objects.filter(code=Given("code")))()


def test_the_parts_of_one_row_are_at_hand(liuxi, django_assert_num_queries):
    bodies = Prepared(lambda: Body.objects.filter(unit=Given("of")).order_by("name"))
    prepared = Prepared(lambda: OrgUnit.objects.filter(code=Given("code")), bodies=bodies)
    with django_assert_num_queries(2):
        unit = prepared.one(code=liuxi.unit.code)
        found = list(unit.bodies.all())
        assert all(body.unit is unit for body in found)
    assert found == list(Body.objects.filter(unit=liuxi.unit).order_by("name")) != []
    # What is asked of them further is still about this unit alone.
    factories.body(at=factories.unit(parent=liuxi.street))
    assert set(unit.bodies.filter(dissolved_on=None)) == set(found)
