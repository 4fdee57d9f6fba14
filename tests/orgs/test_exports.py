"""Lists as sheets: what a cell becomes in CSV and XLSX, and the layouts of streets."""

import csv
import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from audit.errors import Refused
from audit.models import Event
from governance.exports import EXPORTS
from orgs import actions, exports
from orgs.exports import Export, Field, harmless, write, yuan
from orgs.models import ExportLayout, LayoutColumn
from tests import factories

DAY = datetime.date(2026, 3, 6)
LIST = Export("things", "Things", (Field("a", "A", lambda row: row[0]), Field("b", "B", lambda row: row[1])))


def written(kind, *records, columns=None):
    out = io.BytesIO()
    write(kind, "Things", columns or LIST.columns(), records, out)
    return out.getvalue()


def csv_rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def xlsx_rows(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "\u3000@"])
def test_no_text_is_run_as_a_formula(first):
    text = f"{first}HYPERLINK(1)"
    assert harmless(text) == f"'{text}"
    content = written("xlsx", (text, 1))
    assert xlsx_rows(content)[1][0].strip() == text.strip()


@pytest.mark.parametrize("text", ["", "柳溪社区", "1+1", "a=b", "𠮷㙓😀", "（=）"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_no_formula_is_in_the_workbook():
    content = written("xlsx", ("=1+1", "@x"))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("value", "text", "real"),
    [
        (None, "", ""),
        (-5, "-5", -5),
        (yuan(18600050), "186000.50", 186000.5),
        (yuan(-5), "-0.05", -0.05),
        (Decimal("118.35"), "118.35", 118.35),
        (DAY, "2026-03-06", DAY),
        (datetime.date(1899, 1, 1), "1899-01-01", "1899-01-01"),
        (datetime.time(9, 5), "09:05", "09:05"),
        ("a\x00b\x0bc", "abc", "abc"),
    ],
)
def test_each_kind_of_value_has_its_cell(value, text, real):
    assert csv_rows(written("csv", (value, "x")))[1] == [text, "x"]
    assert xlsx_rows(written("xlsx", (value, "x")))[1] == [real, "x"]


def test_a_text_too_long_for_excel_is_cut_and_says_so():
    cell = xlsx_rows(written("xlsx", ("长" * 40_000, "x")))[1][0]
    assert len(cell) == exports.LONGEST_CELL and cell.endswith("…")
    assert len(csv_rows(written("csv", ("长" * 40_000, "x")))[1][0]) == 40_000


def test_a_layout_chooses_columns_headings_and_order_and_ignores_what_is_gone():
    columns = LIST.columns([("b", "乙"), ("gone", ""), ("a", "")])
    assert [heading for heading, _field in columns] == ["乙", "A"]
    assert csv_rows(written("csv", (1, 2), columns=columns)) == [["乙", "A"], ["2", "1"]]
    assert [heading for heading, _field in LIST.columns([("gone", "")])] == ["A", "B"]


def test_every_list_has_columns_with_keys_of_their_own():
    for key, export in EXPORTS.items():
        keys = [field.key for field in export.fields]
        assert len(keys) == len(set(keys)) and key == export.key, key


# Layouts of streets


@pytest.fixture
def layout(liuxi, at):
    street = ExportLayout(unit=liuxi.street, sheet="matters")
    admin = liuxi.people.administrator.user
    columns = (("title", "议题名称"), ("number", ""))
    return actions.add_layout(layout=street, columns=columns, by=admin, at=at)


def test_the_layout_of_a_street_holds_for_every_unit_below(liuxi, layout, django_assert_num_queries):
    nearest = ExportLayout.objects.nearest
    with django_assert_num_queries(2):
        assert nearest("matters", [liuxi.compound.path]) == [("title", "议题名称"), ("number", "")]
    assert nearest("matters", [liuxi.unit.path, liuxi.other.path]) == nearest("matters", [liuxi.street.path])
    assert nearest("meetings", [liuxi.unit.path]) == []
    elsewhere = factories.unit(5, parent=factories.unit(4))
    assert nearest("matters", [liuxi.unit.path, elsewhere.path]) == []
    assert nearest("matters", []) == []


def test_the_public_sheet_uses_the_layout(client, liuxi, layout):
    content = client.get(reverse("matters_csv", args=[liuxi.unit.code])).content
    assert csv_rows(content)[0][0] == "议题名称" and len(csv_rows(content)[0]) == 2


def test_the_database_refuses_a_second_layout_and_one_that_is_no_streets(liuxi, layout):
    for name, build in {
        "export_layout_once": lambda: ExportLayout(unit=liuxi.street, sheet="matters"),
        "export_layout_of_street": lambda: ExportLayout(unit=liuxi.unit, sheet="matters"),
        "export_layout_has_list": lambda: ExportLayout(unit=liuxi.street, sheet=""),
        "layout_column_once": lambda: LayoutColumn(layout=layout, key="title"),
        "layout_column_has_key": lambda: LayoutColumn(layout=layout, key=""),
    }.items():
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            build().save()
        assert error.value.__cause__.diag.constraint_name == name


def test_a_layout_is_made_and_removed_by_who_keeps_the_street(liuxi, layout, at):
    admin = liuxi.people.administrator.user
    with pytest.raises(Refused):
        actions.add_layout(layout=ExportLayout(unit=liuxi.unit, sheet="board"), columns=(), by=admin, at=at)
    for person in (liuxi.people.clerk, liuxi.people.stranger):
        with pytest.raises(PermissionDenied):
            actions.remove_layout(layout=layout, by=person.user, at=at)
        with pytest.raises(PermissionDenied):
            new = ExportLayout(unit=liuxi.street, sheet="board")
            actions.add_layout(layout=new, columns=(), by=person.user, at=at)
    actions.remove_layout(layout=layout, by=admin, at=at)
    assert not ExportLayout.objects.exists()
    assert Event.objects.get(verb="layout_removed").data == {
        "list": "matters",
        "columns": ["title: 议题名称", "number"],
    }


def test_the_administration_edits_a_layout_in_rows(liuxi, client_for):
    client = client_for(liuxi.people.administrator)
    add = reverse("admin:orgs_exportlayout_add")
    response = client.post(add, {"unit": liuxi.street.pk, "sheet": "notices"})
    layout = ExportLayout.objects.get()
    change = reverse("admin:orgs_exportlayout_change", args=[layout.pk])
    assert response.url == change
    usual = list(layout.columns.all())
    assert [row.key for row in usual] == [field.key for field in EXPORTS["notices"].fields]
    form = {"columns-TOTAL_FORMS": len(usual), "columns-INITIAL_FORMS": len(usual)}
    for place, row in enumerate(usual):
        form |= {f"columns-{place}-id": row.pk, f"columns-{place}-key": row.key, f"columns-{place}-position": 9}
        if place > 1:
            form[f"columns-{place}-DELETE"] = "on"
    form |= {"columns-1-position": 1, "columns-1-heading": "公开标题"}
    assert client.post(change, form | {"columns-1-key": "secret"}).status_code == 200  # unknown: the form again
    twice = client.post(change, form | {"columns-0-heading": "公开标题"})
    assert twice.status_code == 200 and _("Another column has this heading.") in twice.text
    assert client.post(change, form).status_code == 302
    assert list(layout.columns.values_list("key", "heading")) == [("title", "公开标题"), ("number", "")]
    again = client.post(add, {"unit": liuxi.street.pk, "sheet": "notices"})
    assert again.status_code == 200 and ExportLayout.objects.count() == 1
    assert client.post(add, {"unit": liuxi.unit.pk, "sheet": "board"}).status_code == 200
    assert client.post(reverse("admin:orgs_exportlayout_delete", args=[layout.pk]), {"post": "yes"}).status_code == 302
    assert not ExportLayout.objects.exists()
