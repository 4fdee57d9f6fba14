"""Reads a table that people send: CSV (UTF-8, GB18030 or what Excel calls Unicode text) or XLSX, as rows of text.

The content decides what a file is, never its name. What a cell shows comes out exactly: dates as 2026-03-06, numbers
as they were typed, without what binary fractions add to them. No models.
"""

import codecs
import csv
import datetime
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from decimal import Decimal

import python_calamine
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.documents import OLE, XLSX, decoded
from audit.errors import Refused
from audit.files import UnknownKind, check

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
# Titles may stand above the heading of a table.
HEADING_WITHIN = 10
EXACT_DIGITS = 15  # Excel keeps no more of a number
# How pages of the web, XML, PDF and RTF begin; programs give some of them names as of tables.
_NO_TABLE = ("<", "%PDF-", "{\\rtf")
# A cell far away would make the reader set aside room for all the cells before it.
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]*)\$?([0-9]+)""")
# A cell whose formula failed, by the kind it says it is.
_FAILED = re.compile(rb"""(<(?:\w+:)?c\b[^>]*?\st\s*=\s*["'])e(["'])""")
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_NOT_WORDS = re.compile(r"[\s*:_]")


class BadSheet(Exception):
    """A file is not a table that can be read; `str()` is the reason, in words its sender can act on."""


@dataclass(frozen=True)
class Row:
    """A line of a table: its number as the sender sees it, and the text of its cells without spaces around it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column that an import asks for. `names` are its headings; the first is the one people are told."""

    key: str
    names: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Line:
    """A line below the heading: the text of each column by its key, "" where the column is missing."""

    number: int
    values: dict[str, str]


def read(file):
    """The rows of `file` (anything with `read()`) that are not empty, in order.

    Raises BadSheet: larger than MAX_BYTES, more than MAX_ROWS or MAX_COLUMNS, neither CSV nor XLSX, broken or a trap.
    """
    content = file.read(MAX_BYTES + 1)
    if not content:
        raise BadSheet(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise BadSheet(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // (1024 * 1024)})
    if content.startswith(OLE):
        raise BadSheet(_("This is an Excel file of an old kind, or it has a password. Save it as XLSX or CSV."))
    table = _from_workbook(content) if content.startswith(b"PK\x03\x04") else _from_text(content)
    rows = []
    for number, cells in enumerate(table, 1):
        if number > MAX_ROWS:
            raise BadSheet(_("The table has more than %(most)s rows.") % {"most": MAX_ROWS})
        row = Row(number, tuple(_text(cell, number) for cell in cells))
        if any(row.cells[MAX_COLUMNS:]):
            raise BadSheet(_("Row %(row)s has more than %(most)s columns.") % {"row": number, "most": MAX_COLUMNS})
        if any(row.cells):
            rows.append(row)
    if not rows:
        raise BadSheet(_("The table has no rows."))
    return rows


def lines(rows, columns):
    """The lines of `rows` below their heading, for these columns.

    The heading is the first of the upper rows that has every required column; synonyms, spaces and units in brackets
    are understood: “建筑面积（㎡）” is 建筑面积. Raises BadSheet: a column is missing or stands twice.
    """
    keys = {heading(name): column.key for column in columns for name in column.names}
    required = [column for column in columns if column.required]
    best_missing = required
    for place, row in enumerate(rows[:HEADING_WITHIN]):
        found = [keys.get(heading(cell)) for cell in row.cells]
        missing = [column for column in required if column.key not in found]
        if missing:
            best_missing = min(best_missing, missing, key=len)
            continue
        names = {column.key: column.names[0] for column in columns}
        twice = [names[key] for key in names if found.count(key) > 1]
        if twice:
            raise BadSheet(
                _("These columns stand twice: %(columns)s.") % {"columns": pgettext("between names", ", ").join(twice)}
            )
        at = {key: index for index, key in enumerate(found) if key}
        return [Line(below.number, {key: _cell(below, at.get(key)) for key in names}) for below in rows[place + 1 :]]
    raise BadSheet(
        _("These columns are missing: %(columns)s.")
        % {"columns": pgettext("between names", ", ").join(column.names[0] for column in best_missing)}
    )


def unknown_headings(rows, columns):
    """The headings of the table beside those that are asked for, as they are written; () without a heading."""
    keys = {heading(name): column.key for column in columns for name in column.names}
    required = {column.key for column in columns if column.required}
    for row in rows[:HEADING_WITHIN]:
        if required <= {keys.get(heading(cell)) for cell in row.cells}:
            return tuple(cell for cell in row.cells if cell and heading(cell) not in keys)
    return ()


def heading(text):
    """A heading reduced to what tells it apart: one width, no brackets, spaces or stars."""
    return _NOT_WORDS.sub("", _IN_BRACKETS.sub("", unicodedata.normalize("NFKC", text))).casefold()


def _cell(row, index):
    """The text of one cell; rows of a CSV file may be short."""
    return row.cells[index] if index is not None and index < len(row.cells) else ""


def _from_text(content):
    """The rows of a CSV file, parted by commas or, as pasted from Excel, by tabs."""
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = decoded(content, ("utf-16",)) if utf_16 else decoded(content)
    if text is None or "\0" in text or not text.strip() or text.lstrip().startswith(_NO_TABLE):
        raise _neither()
    first = text.lstrip().split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise BadSheet(
            _("Line %(line)s of the file cannot be read: a quotation mark is not closed, or a cell is far too long.")
            % {"line": reader.line_num}
        ) from None


def _from_workbook(content):
    """The rows of the first sheet of a workbook that has any and is not hidden."""
    try:
        if check(content, "", limit=MAX_BYTES).media_type != XLSX:
            raise _neither()
        _refuse_traps(content)
        content = _with_failed_formulas(content)
    except UnknownKind:
        raise _neither() from None
    except Refused as refusal:
        raise BadSheet(str(refusal)) from None
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if (sheet.typ, sheet.visible) == (
                python_calamine.SheetTypeEnum.WorkSheet,
                python_calamine.SheetVisibleEnum.Visible,
            ):
                rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                if rows:
                    return rows
    except (python_calamine.CalamineError, OSError, ValueError):
        raise _neither() from None
    return []


def _refuse_traps(content):
    """Refuse a workbook whose parts are not what they say, or that has a cell beyond the rows and columns we read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if package.testzip() is not None:
                raise _neither()
            sheets = [package.read(name) for name in package.namelist() if name.lower().startswith("xl/worksheets/")]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise _neither() from None
    for sheet in sheets:
        if b"\0" in sheet:  # UTF-16, which Excel never writes
            raise _neither()
        for letters, digits in _PLACE.findall(sheet):
            if len(letters) > 2 or len(digits) > 6 or int(digits) > MAX_ROWS:
                raise BadSheet(
                    _("The table goes beyond row %(rows)s or column %(columns)s. Delete empty rows and columns.")
                    % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
                )


def _with_failed_formulas(content):
    """The workbook with its cells of errors (#DIV/0!) as text; the reader would take them for empty ones."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = {
        name: _FAILED.sub(rb"\1str\2", part)
        for name, part in parts.items()
        if name.lower().startswith("xl/worksheets/") and _FAILED.search(part)
    }
    if not changed:
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in (parts | changed).items():
            package.writestr(name, part)
    return out.getvalue()


def _text(value, number):
    """What a cell shows, as one line of text."""
    match value:
        case str():
            seen = (char for char in value if unicodedata.category(char) != "Cf")  # zero width, direction of writing
            return " ".join("".join(c if c.isprintable() else " " for c in seen).split())
        case bool():
            return str(value).upper()
        case float() | int():
            return _plain(value, number)
        case datetime.datetime():
            return value.strftime("%Y-%m-%d %H:%M") if value.time() != datetime.time() else value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()[:10] if isinstance(value, datetime.date) else value.strftime("%H:%M")
        case None:
            return ""
        case _:
            return str(value)


def _plain(value, number):
    """A number in figures: 13800000000 and 118.35, never 1.38e10 or 118.35000000000001."""
    if abs(value) >= 10**EXACT_DIGITS:
        raise BadSheet(
            _("Row %(row)s has a number of more than 15 digits, of which Excel lost some. Format the column as text.")
            % {"row": number}
        )
    text = f"{Decimal(f'{value:.{EXACT_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _neither():
    return BadSheet(_("This is neither a table in CSV nor one in XLSX. Save it as XLSX or CSV and choose it again."))
