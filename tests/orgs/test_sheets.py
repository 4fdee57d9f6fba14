"""Tables that people send, read as text: every kind of cell, both kinds of file, and what is refused."""

import codecs
import datetime
import io
import zipfile

import pytest
import xlsxwriter

from audit.files import OLE
from orgs import sheets
from orgs.sheets import BadSheet, Column, Line, Row, lines, read, unknown_headings

COLUMNS = (
    Column("door", ("房号", "门牌号")),
    Column("area", ("建筑面积", "面积")),
    Column("note", ("备注",), required=False),
)


def workbook(*rows, formats=(), sheets_before=(), hidden=()):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in sheets_before:
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.write(0, 0, "hidden")
            sheet.hide()
    sheet = book.add_worksheet("名册")
    sheet.activate()
    sheet.set_first_sheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, datetime.datetime | datetime.date | datetime.time):
                style = {datetime.datetime: "yyyy-mm-dd hh:mm", datetime.date: "yyyy/m/d", datetime.time: "hh:mm"}
                sheet.write_datetime(number, column, value, book.add_format({"num_format": style[type(value)]}))
            else:
                sheet.write(number, column, value)
    book.close()
    return io.BytesIO(out.getvalue())


def text(content, encoding="utf-8"):
    return io.BytesIO(content.encode(encoding))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (118.35, "118.35"),
        (89.280000000000001, "89.28"),
        (0.1 + 0.2, "0.3"),
        (13800000000, "13800000000"),
        (1e-7, "0.0000001"),
        (100, "100"),
        (-3.5, "-3.5"),
        ("0012", "0012"),
        ("  1幢\u3000101\n室\x07 ", "1幢 101 室"),
        ("𠮷㙓😀", "𠮷㙓😀"),
        (True, "TRUE"),
        (datetime.date(2026, 3, 6), "2026-03-06"),
        (datetime.datetime(2026, 3, 6, 9, 30), "2026-03-06 09:30"),
        (datetime.time(9, 30), "09:30"),
    ],
)
def test_a_cell_of_a_workbook_comes_out_as_people_see_it(value, shown):
    assert read(workbook(["x", value])) == [Row(1, ("x", shown))]


def test_a_formula_gives_its_value():
    assert read(workbook([1, "=A1*2"])) == [Row(1, ("1", "0"))]  # xlsxwriter stores 0 as the value of a formula


def test_a_formula_that_failed_is_not_an_empty_cell():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_formula(0, 0, "=1/0", None, "#DIV/0!")
    book.close()
    assert read(io.BytesIO(out.getvalue())) == [Row(1, ("#DIV/0!",))]


def test_signs_that_nobody_sees_are_taken_away():
    assert read(text("林\u200b晓\u202e雯\ufeff,x")) == [Row(1, ("林晓雯", "x"))]


def test_headings_that_nothing_is_taken_from_are_named():
    rows = read(text("名册,,\n代码,名称,颜色\n1,2,3"))
    assert unknown_headings(rows, (Column("code", ("代码",)), Column("name", ("名称",)))) == ("颜色",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_of_the_office(encoding):
    content = '房号,面积\r\n\r\n"1幢,101",89.10\r\n㙓,1\r\n'
    assert read(text(content, encoding)) == [
        Row(1, ("房号", "面积")),
        Row(3, ("1幢,101", "89.10")),
        Row(4, ("㙓", "1")),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_tabs_part_a_table_that_was_pasted_or_saved_as_unicode_text(encoding):
    assert read(text("房号\t面积\n101\t80,5\n", encoding)) == [Row(1, ("房号", "面积")), Row(2, ("101", "80,5"))]


def test_rows_keep_the_number_people_see_in_excel():
    assert [row.number for row in read(workbook([], ["房号"], [], ["101"]))] == [2, 4]


def test_hidden_and_empty_sheets_are_passed_over():
    assert read(workbook(["a"], sheets_before=("旧", "空"), hidden=("旧",))) == [Row(1, ("a",))]


def bundle(*names):
    """A zip file with these names in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


def far(cell):
    """A workbook with one cell at the far end of the sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(workbook(["a"])) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A1"', cell))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n \n",
        b"\xff\xfe\x00\x00",
        b"a\0b",
        b'a,"b\nc',
        OLE + b"\0" * 600,
        b"PK\x03\x04 and no more",
        b"%PDF-1.7 \x81",
        b"a," * 200 + b"b",
        b"1\n" * (sheets.MAX_ROWS + 1),
        b"a" * (sheets.MAX_BYTES + 1),
        b"a" * 200_000,
        far(b'r="XFD1048576"'),
        far(b"r='A1048576'"),
        far(b'r = "AAA1"'),
        workbook([370000199001011234]).getvalue(),
        "房号,面积\n".encode("utf-16-le"),
        codecs.BOM_UTF16_LE + b"a",
    ],
    ids=range(18),
)
def test_what_is_not_a_table_is_refused_with_a_reason(content):
    with pytest.raises(BadSheet) as refusal:
        read(io.BytesIO(content))
    assert str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.4", b"<html><table><tr><td>a", b"{\\rtf1 a", b"\x89PNG\r\n\x1a\n\0", bundle("word/document.xml")],
)
def test_whoever_sends_another_kind_of_file_is_told_which_are_read(content):
    with pytest.raises(BadSheet, match=r"CSV.*XLSX"):
        read(io.BytesIO(content))


def test_a_word_file_is_no_table():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "")
        package.writestr("word/document.xml", "")
    with pytest.raises(BadSheet):
        read(io.BytesIO(out.getvalue()))


def test_the_heading_is_found_below_a_title_and_by_its_synonyms():
    rows = read(text("柳溪小区业主名册\n序号,门 牌 号,面积（㎡）*\n1,101,80.5\n2,102\n"))
    assert lines(rows, COLUMNS) == [
        Line(3, {"door": "101", "area": "80.5", "note": ""}),
        Line(4, {"door": "102", "area": "", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [("序号,房号\n1,101\n", "建筑面积"), ("房号,面积,门牌号\n1,2,3\n", "房号"), ("1\n" * 12 + "房号,面积\n", "房号")],
)
def test_a_heading_without_its_columns_is_refused_by_name(content, named):
    with pytest.raises(BadSheet, match=named):
        lines(read(text(content)), COLUMNS)
