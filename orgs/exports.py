"""Lists as sheets: which columns a list has, and how they are written as CSV or XLSX (no models).

The value of a cell says what it is: text, a whole number, a Decimal (money in yuan, areas in m²), a date, a moment, or
None. In XLSX numbers and dates are real ones; no text is ever run as a formula in either kind of file.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

MOST_ROWS = 20_000
LONGEST_CELL = 32_767  # characters; Excel drops a longer text altogether
FIRST_DAY = datetime.date(1900, 3, 1)  # Excel counts days wrongly before, and has none before 1900
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Where a spreadsheet would run what a cell holds; Chinese ones also run full-width signs, some after spaces.
FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Field:
    """A column of an export. `value(record)` gives its cell; `width` is in characters of the sheet."""

    key: str
    heading: str | Promise
    value: Callable
    width: int = 14


@dataclass(frozen=True)
class Export:
    """What a list has as a sheet. `key` names the list in the layouts of the streets and never changes.

    `related`: what a sheet reads beyond the page, for `prefetch_related`.
    """

    key: str
    title: str | Promise
    fields: tuple[Field, ...]
    related: tuple = ()

    def field(self, key):
        """The field `key`, or None."""
        return next((field for field in self.fields if field.key == key), None)

    def columns(self, layout=()):
        """[(heading, field)] in the order of `layout`, pairs of (key, own heading or ""); all fields without one.

        A column of a layout that the list no longer has is left out.
        """
        chosen = [(heading, self.field(key)) for key, heading in layout]
        chosen = [(heading or str(field.heading), field) for heading, field in chosen if field]
        return chosen or [(str(field.heading), field) for field in self.fields]


def yuan(fen):
    """An amount in fen as a cell in yuan; None stays empty."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def harmless(text):
    """`text` as a cell of a CSV file that no spreadsheet takes for a formula."""
    text = _CONTROL.sub("", text)
    return f"'{text}" if FORMULA.match(text) else text


def write(kind, title, columns, records, out):
    """Write the `columns` (pairs of heading and Field) of `records` to the binary stream `out`; `kind`: csv or xlsx."""
    headings = [heading for heading, _field in columns]
    rows = ([field.value(record) for _heading, field in columns] for record in records)
    if kind == "csv":
        _write_csv(headings, rows, out)
    else:
        _write_xlsx(title, headings, [field.width for _heading, field in columns], rows, out)


def write_template(kind, title, headings, notes, out):
    """An empty sheet to fill in. As XLSX it has `notes` on a second page: rows of text that explain each column."""
    if kind == "csv":
        _write_csv(headings, (), out)
        return
    import xlsxwriter  # 12 MiB that a worker needs for exports only

    book = xlsxwriter.Workbook(out)
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})  # keeps 012 and 2026-03-06 as they are typed
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 16, text)
    sheet.write_row(0, 0, headings, head)
    explained = book.add_worksheet(_sheet_name(_("How to fill it in")))
    explained.set_column(0, 1, 16)
    explained.set_column(2, 3, 44)
    for number, row in enumerate(notes):
        for column, cell in enumerate(row):
            explained.write_string(number, column, cell, None if number else head)
    book.close()


def _write_csv(headings, rows, out):
    """With a byte-order mark, so that Excel reads UTF-8."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    text.detach()


def _csv_cell(value):
    match value:
        case None:
            return ""
        case int() | Decimal():
            return str(value)
        case datetime.datetime():
            return f"{_local(value):%Y-%m-%d %H:%M}"
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return f"{value:%H:%M}"
        case _:
            return harmless(str(value))


def _write_xlsx(title, headings, widths, rows, out):
    """One worksheet, written row by row so that memory does not grow with it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        # Stays text also when somebody opens the cell and leaves it again.
        "quoted": book.add_format({"quote_prefix": True}),
    }
    sheet = book.add_worksheet(_sheet_name(title))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, formats["head"])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _xlsx_cell(sheet, number, column, value, formats)
    book.close()


def _xlsx_cell(sheet, row, column, value, formats):
    match value:
        case None:
            return
        case int() | Decimal():
            sheet.write_number(row, column, value, formats.get(type(value)))
        case datetime.datetime():
            sheet.write_datetime(row, column, _local(value).replace(tzinfo=None), formats[datetime.datetime])
        case datetime.date() if value >= FIRST_DAY:
            sheet.write_datetime(row, column, value, formats[datetime.date])
        case datetime.time():
            sheet.write_string(row, column, f"{value:%H:%M}")
        case _:
            text = _CONTROL.sub("", str(value))
            if len(text) > LONGEST_CELL:
                text = text[: LONGEST_CELL - 1] + "…"
            sheet.write_string(row, column, text, formats["quoted"] if FORMULA.match(text) else None)


def _sheet_name(title):
    """`title` as Excel lets a worksheet be called."""
    return re.sub(r"[\[\]:*?/\\']", " ", str(title)).strip()[:31] or "1"


def _local(moment):
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def too_long(number):
    """Why a list of `number` rows makes no sheet; None when it does. A sheet that lacks rows would look complete."""
    if number <= MOST_ROWS:
        return None
    return _("The list has %(number)s rows; a sheet takes %(most)s. Narrow it down with the filter.") % {
        "number": number,
        "most": MOST_ROWS,
    }
