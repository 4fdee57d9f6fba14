"""The tables of an Excel file, measured before they are laid out."""

import io
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from audit.documents.pieces import OLE, Kind, Part, damaged, one_line
from audit.errors import Refused
from audit.packages import Package

MOST_CELLS = 5_000_000  # up to the last cell of a sheet: the library makes room for each, used or not
_MOST_NOTED = 120_000  # cells of one kind that are kept in mind: more than a notice takes
_PERCENT_FORMATS = {"9": 0, "10": 2}  # built into Excel: their decimals
_LITERAL = re.compile(r'"[^"]*"|\\.')
_QUOTED = re.compile(r'"([^"]*)"')  # what a formula joins is read without its being computed
_PLACES = re.compile(r"\.([0#?]{1,10})[^.]*%")
_LARGEST_SHARE = 10**12
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """A sheet of an Excel file. `rows` and `columns` reach to the last cell that holds something; counted from 0,
    `hidden_rows` and `hidden_columns`. `margins` is what stands outside of its cells, and the words in formulas without
    a result. `percents`: {(row, column): its decimals} of the cells shown as per cent; `unsolved`: (row, column) of
    formulas without a result. Of a file of before 2007 only the name and the values are known.
    """

    name: str
    shown: bool
    read: Callable
    rows: int = 0
    columns: int = 0
    hidden_rows: frozenset = frozenset()
    hidden_columns: frozenset = frozenset()
    margins: str = ""
    percents: dict = field(default_factory=dict)
    unsolved: tuple = ()

    def values(self):
        """The values of all cells, row by row from A1. Raises Refused."""
        if self.rows * self.columns > MOST_CELLS:
            raise Refused(_("The file is too large when it is opened."))
        return self.read()

    def visible(self):
        """The values of the cells that are not hidden; percentages as they are read there, "12.3%"."""
        for number, row in enumerate(self.values()):
            if number not in self.hidden_rows:
                yield [
                    _percentage(value, self.percents.get((number, place)))
                    for place, value in enumerate(row)
                    if place not in self.hidden_columns
                ]

    @property
    def lost(self):
        """The first cell that is not hidden and whose formula has no result: "C3"; None when there is none."""
        return next(
            (
                f"{_letters(column)}{row + 1}"
                for row, column in self.unsolved
                if row not in self.hidden_rows and column not in self.hidden_columns
            ),
            None,
        )


def sheets(content, package=None):
    """The `Sheet`s of an Excel file, one by one. Raises Refused."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # only where a file is read

    def guarded(read):
        try:
            return read()
        except (CalamineError, ValueError, OSError) as error:
            raise damaged() from error

    if package is None and not content.startswith(OLE):
        package = Package(content)
        package.check()
    shapes = {}
    if package:
        styles = _percent_styles(package)
        shapes = {name: _shape(package, part, styles) for name, part in _places(package)}
    book = guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    for sheet in book.sheets_metadata:

        def read(name=sheet.name):
            return guarded(lambda: book.get_sheet_by_name(name).to_python(skip_empty_area=False))

        shown = sheet.visible == SheetVisibleEnum.Visible
        yield Sheet(sheet.name, shown, read, **shapes.get(sheet.name, {}))


def _places(package):
    """(name of a sheet, its part in the package)."""
    targets = {
        row.get("Id"): posixpath.normpath(posixpath.join("/xl", row.get("Target", ""))).lstrip("/")
        for row in package.tree("xl/_rels/workbook.xml.rels")
    }
    for sheet in package.tree("xl/workbook.xml").iter(f"{_S}sheet"):
        if (part := targets.get(sheet.get(_REL))) in package.names:
            yield sheet.get("name"), part


def _percent_styles(package):
    """{number of a style, as cells name it: decimals} of the styles that show a value as per cent."""
    if "xl/styles.xml" not in package.names:
        return {}
    tree = package.tree("xl/styles.xml")
    decimals = dict(_PERCENT_FORMATS)
    for row in tree.iter(f"{_S}numFmt"):
        pattern = _LITERAL.sub("", row.get("formatCode", "")).split(";")[0]
        if "%" in pattern:
            places = _PLACES.search(pattern)
            decimals[row.get("numFmtId")] = len(places[1]) if places else 0
    formats = [row.get("numFmtId") for row in tree.findall(f"{_S}cellXfs/{_S}xf")]
    return {str(number): decimals[key] for number, key in enumerate(formats) if key in decimals}


def _percentage(value, decimals):
    """`value` as it is read: "12.3%" for 0.123 with one decimal; as it is where `decimals` is None."""
    if decimals is None or not isinstance(value, float) or not abs(value) < _LARGEST_SHARE:
        return value
    return f"{(Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"


def _is_unsolved(cell):
    """Whether it is a formula that was never computed, or not to a value; an empty text is one."""
    if cell.find(f"{_S}f") is None:
        return False
    return cell.get("t") == "e" or (cell.get("t") != "str" and not cell.findtext(f"{_S}v"))


def _shape(package, part, styles):
    """How large a sheet is, what is hidden in it, what stands outside of its cells, and which of them are shown as per
    cent (`styles`) or hold formulas without a result: read before it is laid out.
    """
    last_row = last_column = 0
    hidden_rows, hidden_columns, margins, percents, unsolved = set(), set(), [], {}, []
    for element in package.elements(part):
        tag = element.tag.removeprefix(_S)
        hidden = element.get("hidden") in ("1", "true")
        if tag == "row":
            number = int(element.get("r") or last_row + 1)
            if hidden:
                hidden_rows.add(number - 1)
            for place, cell in enumerate(element, 1):
                if len(cell):
                    letters = cell.get("r", "").rstrip("0123456789")
                    row = int(cell.get("r", "")[len(letters) :] or number)
                    column = _column(letters) or place
                    last_row, last_column = max(last_row, number, row), max(last_column, column)
                    if cell.get("s") in styles and len(percents) < _MOST_NOTED:
                        percents[row - 1, column - 1] = styles[cell.get("s")]
                    if len(unsolved) < _MOST_NOTED and _is_unsolved(cell):
                        unsolved.append((row - 1, column - 1))
                        margins.append("".join(_QUOTED.findall(cell.findtext(f"{_S}f") or "")))
            element.clear()
        elif tag == "col" and hidden:
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            hidden_columns |= set(range(first - 1, min(last, 16_384)))
        elif tag in ("dataValidation", "hyperlink", "headerFooter"):
            margins += [*element.attrib.values(), *element.itertext()]
    return {
        "rows": last_row,
        "columns": last_column,
        "hidden_rows": frozenset(number for number in hidden_rows if number < last_row),
        "hidden_columns": frozenset(number for number in hidden_columns if number < last_column),
        "margins": "\n".join(margins),
        "percents": percents,
        "unsolved": tuple(unsolved),
    }


def _column(letters):
    """The number of a column, counted from 1: AB is 28."""
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _letters(number):
    """The letters of a column, counted from 0: AB for 27."""
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters


def tables(content, package=None):
    """All cells of an Excel file, also hidden ones, with their rows whole."""
    for sheet in sheets(content, package):
        kind = Kind.TEXT if sheet.shown else Kind.SHEET
        place = f"sheet {sheet.name}" if sheet.shown else f"sheet {sheet.name} (hidden)"
        yield Part(kind, place, f"{sheet.name}\n")
        for number, row in enumerate(sheet.values()):
            hidden = sheet.shown and number in sheet.hidden_rows
            yield Part(Kind.ROW if hidden else kind, place, "\t".join(one_line(written(value)) for value in row))
        if sheet.shown:
            yield from (Part(Kind.COLUMN, place, "") for _column in sheet.hidden_columns)
        yield Part(Kind.MARGIN, f"{sheet.name}: {Kind.MARGIN}", sheet.margins)


def written(value):
    """A value of a cell as words: 12 and not 12.0, and the fifteen digits that Excel knows of a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(Decimal(f"{value:.15g}")))
    return str(value)
