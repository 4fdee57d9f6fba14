"""Every list: what is exported is what is filtered, all pages of it, in as many queries however long it is."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from audit.models import Event
from orgs import listing
from orgs.models import Term

DESK_QUERIES = 14


def rows_of(response, kind):
    assert response.status_code == 200, response.content[:300]
    if kind == "csv":
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()[1:]


LISTS = [
    ("street", "desk_matters", ({}, {"status": "open"}, {"text": "助餐"}, {"sort": "title"})),
    ("street", "desk_meetings", ({}, {"state": "confirmed"})),
    ("clerk", "desk_consultations", ({}, {"kind": "hearing"}, {"sort": "subject"})),
    ("clerk", "desk_notices", ({}, {"state": "on_display"}, {"q": "公示"}, {"board": "party"})),
    ("clerk", "desk_objections", ({}, {"state": "replied"}, {"kind": "objection"}, {"q": "11"})),
    ("clerk", "desk_announcements", ({}, {"state": "past"}, {"q": "停水"})),
    ("street", "desk_below", ({}, {"unit": "柳溪社区"}, {"overdue": "on"})),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("person", "name", "queries"), LISTS, ids=[row[1] for row in LISTS])
def test_the_sheet_is_the_list_as_filtered_with_all_its_pages(world, monkeypatch, person, name, queries, kind):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    client, numbers = world.client(person), set()
    for query in queries:
        page = client.get(reverse(name), query)
        shown = page.context["listing"]
        assert len(shown.rows) <= 2
        address = dict(shown.links)["CSV" if kind == "csv" else "Excel (XLSX)"]
        rows = rows_of(client.get(reverse(name) + address), kind)
        assert len(rows) == shown.number
        numbers.add(len(rows))
    assert max(numbers) > 0


def test_a_sheet_is_sorted_as_the_page_is(world):
    client = world.client("street")
    titles = {}
    for sort in ("title", "-title"):
        rows = rows_of(client.get(reverse("desk_matters"), {"sort": sort, "export": "xlsx"}), "xlsx")
        titles[sort] = [row[2] for row in rows]  # the layout of the street: number, unit, title ...
    assert titles["title"] == titles["-title"][::-1] == sorted(titles["title"])


def test_at_the_desk_an_export_is_an_event_and_in_public_none(world):
    before = Event.objects.count()
    world.client().get(reverse("matters_xlsx", args=[world.liuxi.code]))
    assert Event.objects.count() == before
    world.client("clerk").get(reverse("desk_matters"), {"export": "csv"})
    event = Event.objects.get(verb="list_exported")
    assert event.actor_id == world.users["clerk"].pk
    assert event.data["list"] == "matters" and event.data["kind"] == "csv" and event.data["rows"] > 0


def test_the_public_lists_export_what_they_show(world):
    client = world.client()
    for name, args, query in (
        ("matters", [], {"status": "closed"}),
        ("consultations", [], {"kind": "open_talk"}),
        ("board", ["residential"], {"state": "on_display"}),
        ("board", ["financial"], {"year": "2026"}),
    ):
        args = [world.liuxi.code, *args]
        page = client.get(reverse(name, args=args), query)
        for _label, address in page.context["listing"].links:
            rows = rows_of(client.get(address), "xlsx" if ".xlsx" in address else "csv")
            assert len(rows) == page.context["listing"].number


def test_a_filter_that_cannot_be_makes_no_sheet(world):
    """The page says that there is no such choice; a sheet of all rows would say that it was made."""
    code = world.liuxi.code
    for address in (reverse("matters_csv", args=[code]), reverse("consultations_xlsx", args=[code])):
        answer = world.client(None).get(address, {"status": "zz", "kind": "zz"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
        assert "zz" in answer.text
    answer = world.client("clerk").get(reverse("desk_matters"), {"status": "zz", "export": "csv"})
    assert answer.status_code == 400 and "zz" in answer.text


def test_a_list_too_long_for_a_sheet_says_so(world, monkeypatch):
    monkeypatch.setattr("orgs.exports.MOST_ROWS", 1)
    response = world.client("clerk").get(reverse("desk_matters"), {"export": "csv"})
    assert response.status_code == 409
    assert "1" in response.context["reason"]


def test_what_belongs_to_the_party_organisation_is_in_no_other_persons_sheet(world):
    """Place and numbers of Party meetings, and Party offices, are for its own people."""
    inside = rows_of(world.client("secretary").get(reverse("desk_meetings"), {"export": "csv"}), "csv")
    outside = rows_of(world.client("worker").get(reverse("desk_meetings"), {"export": "csv"}), "csv")
    name = str(world.places.bodies["liuxi", "party_committee"])
    assert any(row[0] == name and row[6] for row in inside)
    assert all(not any(row[5:11]) for row in outside if row[0] == name)
    url = reverse("unit_terms", args=[world.liuxi.code])
    held = {row[2] for row in rows_of(world.client("secretary").get(url, {"export": "csv"}), "csv")}
    seen = {row[2] for row in rows_of(world.client("worker").get(url, {"export": "csv"}), "csv")}
    assert name in held and name not in seen and seen < held


def test_terms_of_a_unit_are_filtered(world):
    client, url = world.client("street"), reverse("unit_terms", args=[world.places.units["street"].code])
    own = client.get(url).context["listing"].number
    below = client.get(url, {"below": "on"}).context["listing"].number
    assert 0 < own < below
    ended = client.get(reverse("unit_terms", args=[world.liuxi.code]), {"state": "ended"}).context["listing"]
    assert [row.person.name for row in ended.rows] == ["罗小燕"]
    assert client.get(url, {"name": "没有这个人", "body": "x", "state": "?"}).context["listing"].number >= 0
    assert Term.objects.count() > below


def test_a_list_costs_the_same_however_long_it_is(world):
    for person, name, _queries in LISTS:
        client, counts = world.client(person), []
        for size in (1, 40):
            with (
                pytest.MonkeyPatch.context() as patch,
                CaptureQueriesContext(
                    connection,
                ) as queries,
            ):
                patch.setattr(listing, "PER_PAGE", size)
                client.get(reverse(name))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= DESK_QUERIES, name
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name), {"export": "csv"})
        assert len(queries) <= DESK_QUERIES + 3, name
