"""Everything public as data: it keeps to its schema, runs through pages, and holds no more than the pages do."""

import csv
import datetime
import io
import json

import pytest
from django.urls import reverse

from disclosure import actions as disclosure
from disclosure.archive import public_text
from disclosure.models import Announcement, NoticeVersion, Objection
from governance.open_data.datasets import DATASETS
from governance.views import data
from orgs.models import OrgUnit
from tests.governance.test_sitemap import relief_list
from tests.world import NOON, TODAY

TYPES = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None)}
MOST = 6  # queries


def faults(value, schema, place="document"):
    """Where `value` does not keep to `schema`, as far as JSON Schema is used here."""
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    if types and not any(isinstance(value, TYPES[name]) and value is not True for name in types):
        return [f"{place}: {value!r} is no {types}"]
    if "const" in schema and value != schema["const"]:
        return [f"{place}: {value!r}"]
    if "oneOf" in schema and [row["const"] for row in schema["oneOf"]].count(value) != 1:
        return [f"{place}: {value!r} is none of the codes"]
    found = []
    if value is not None and schema.get("format") == "date":
        datetime.date.fromisoformat(value)
    if value is not None and schema.get("format") == "date-time":
        assert datetime.datetime.fromisoformat(value).utcoffset() is not None
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{place}.{name}" for name in {*value} ^ {*known} if name not in value or name not in known]
        for name in {*value} & {*known}:
            found += faults(value[name], known[name], f"{place}.{name}")
    if isinstance(value, list):
        for number, row in enumerate(value):
            found += faults(row, schema["items"], f"{place}[{number}]")
    return found


def get(client, unit, name, kind="json", status=200, **query):
    response = client.get(reverse("unit_data", args=[unit.code, name, kind]), query)
    assert response.status_code == status
    return response


def street_of(world):
    return OrgUnit.objects.get(pk=world.liuxi.parent_id)


@pytest.mark.parametrize("name", DATASETS)
def test_data_keep_to_their_schema(world, name, django_assert_max_num_queries):
    client = world.client()
    described = client.get(reverse("data_schema", args=[name]))
    assert described.headers["Content-Type"] == "application/schema+json"
    schema = json.loads(described.content)
    with django_assert_max_num_queries(MOST):
        document = get(client, world.liuxi, name).json()
    assert document["rows"]
    assert faults(document, schema) == []
    assert document["schema"] == schema["$id"]
    wrong = {**document["rows"][0], "id": "1"}
    assert faults({**document, "rows": [wrong]}, schema)
    sheet = get(client, world.liuxi, name, "csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(sheet))
    assert head == list(document["rows"][0])
    assert [row[0] for row in rows] == [str(row["id"]) for row in document["rows"]]


def test_the_rows_run_through_pages_without_gap_or_repetition(world, monkeypatch, django_assert_max_num_queries):
    client, street = world.client(), street_of(world)
    whole = [row["id"] for row in get(client, street, "notices").json()["rows"]]
    assert {row["unit_code"] for row in get(client, street, "officers").json()["rows"]} > {
        street.code,
        world.liuxi.code,
    }
    monkeypatch.setattr(data, "MOST_ROWS", 3)
    address, read = reverse("unit_data", args=[street.code, "notices", "json"]), []
    while address:
        with django_assert_max_num_queries(MOST):
            response = client.get(address)
        read += [row["id"] for row in response.json()["rows"]]
        address = response.json()["next"]
        assert ('rel="next"' in response.headers["Link"]) == bool(address)
    assert read == whole and len(whole) > 6


def test_units_above_a_street_give_the_same_rows(world):
    client, street = world.client(), street_of(world)
    above = OrgUnit.objects.get(pk=street.parent_id)
    for name in DATASETS:
        assert get(client, above, name).json()["rows"] == get(client, street, name).json()["rows"]


def test_only_what_changed_since_a_day(world):
    client = world.client()
    rows = get(client, world.liuxi, "notices").json()["rows"]
    day = sorted(row["published_on"] for row in rows)[len(rows) // 2]
    newer = get(client, world.liuxi, "notices", updated_since=day).json()["rows"]
    assert 0 < len(newer) < len(rows)
    assert {row["id"] for row in rows if row["published_on"] >= day} <= {row["id"] for row in newer}
    for row in rows:
        version = NoticeVersion.objects.select_related("notice").get(pk=row["id"])
        if row["state"] == "display_ended":
            said = (datetime.date.fromisoformat(row["displayed_until"]) + datetime.timedelta(1)).isoformat()
        elif row["state"] == "superseded":
            said = version.notice.current.published_on.isoformat()
        else:
            continue
        ids = [other["id"] for other in get(client, world.liuxi, "notices", updated_since=said).json()["rows"]]
        assert row["id"] in ids, row
    later = (TODAY + datetime.timedelta(days=1)).isoformat()
    for name, dataset in DATASETS.items():
        if dataset.changed:
            assert get(client, world.liuxi, name, updated_since=later).json()["rows"] == []


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("notices", {"after": "x"}),
        ("notices", {"after": "-1"}),
        ("notices", {"after": "9" * 30}),
        ("notices", {"after": "²"}),
        ("notices", {"updated_since": "2026-02-30"}),
        ("notices", {"updated_since": "yesterday"}),
        ("notices", {"updated_since": ""}),
        ("notices", {"after": ""}),
        ("notices", {"after": ["1", "2"]}),
        ("matters", {"updated_since": "2026-03-08"}),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(world, name, query):
    response = get(world.client(), world.liuxi, name, status=400, **query)
    assert response.headers["Content-Type"].startswith("text/plain") and len(response.content) > 20


def test_unknown_data_and_units_are_not_there(world):
    client = world.client()
    assert client.get(reverse("data_schema", args=["nothing"])).status_code == 404
    assert client.get(reverse("unit_data", args=[world.liuxi.code, "nothing", "json"])).status_code == 404
    assert client.get(reverse("unit_data", args=["1", "notices", "json"])).status_code == 404


def test_relief_lists_drafts_and_what_residents_wrote_are_not_in_the_data(world):
    relief_list(world)
    client, street = world.client(), street_of(world)
    everything = "".join(get(client, street, name).content.decode() for name in DATASETS)
    assert "低保名单" not in everything
    for draft in NoticeVersion.objects.open():
        assert draft.text not in everything
    summaries = " ".join(Objection.objects.values_list("summary", flat=True))
    received = [row for row in Objection.objects.all() if row.text not in summaries]
    assert received
    for objection in received:
        assert objection.text not in everything
        assert not objection.contact or objection.contact not in everything
    kinds = {row["body_kind"] for row in get(client, street, "meetings").json()["rows"]}
    assert kinds and not kinds & {"party_committee", "party_branch", "party_members", "big_party_committee"}
    offices = {row["office"] for row in get(client, street, "officers").json()["rows"]}
    assert offices and not offices & {"representative", "party_member"}


def test_texts_are_those_that_the_pages_show(world):
    rows = {row["id"]: row for row in get(world.client(), world.liuxi, "notices").json()["rows"]}
    states = set()
    for version in NoticeVersion.objects.filter(pk__in=rows):
        row = rows[version.pk]
        shown = public_text(version, TODAY) if row["state"] in ("on_display", "display_ended") else None
        assert row["text"] == shown
        states.add(row["state"])
    assert {"on_display", "display_ended", "superseded"} <= states


def test_no_cell_of_a_sheet_is_a_formula(world):
    disclosure.publish_announcement(
        unit=world.liuxi, title="=1+1", text="@SUM(A1)", shown_until=TODAY, by=world.users["clerk"], at=NOON
    )
    row = Announcement.objects.latest("pk")
    cells = get(world.client(), world.liuxi, "announcements", "csv", after=row.pk - 1).content.decode("utf-8-sig")
    assert "'=1+1" in cells and "'@SUM(A1)" in cells


def test_the_page_explains_every_field(world):
    page = world.client().get(reverse("data"), {"unit": world.liuxi.code}).content.decode()
    for name, dataset in DATASETS.items():
        assert reverse("unit_data", args=[world.liuxi.code, name, "csv"]) in page
        assert all(f"<code>{field.name}</code>" in page for field in dataset.fields)
    assert "&lt;" in world.client().get(reverse("data")).content.decode()
