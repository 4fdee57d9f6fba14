"""Word and Excel files read into the plain text of a draft: paragraphs, numbered headings, tables as rows with tabs.

What nobody sees in the file is not taken over, and it is said: deleted passages, hidden text, hidden rows, columns and
sheets; neither are comments, headers and pictures. Hostile files are refused by `audit/files.py` and
`audit/packages.py` before anything is read (no models, no settings).
"""

import io
import posixpath
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import files
from audit.errors import Refused
from audit.packages import Package
from audit.reading import DOCX, XLSX
from disclosure.closing import chinese_date
from disclosure.text import clean, printable

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 60
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NEITHER = gettext_lazy("The text is taken from .docx and .xlsx files. Save the file as one of these first.")
_GONE = (f"{_W}del", f"{_W}moveFrom")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Reading:
    """The text taken over, and what was left out of it, one sentence each."""

    text: str
    notes: tuple[str, ...] = ()


def read(content, name):
    """The `Reading` of a .docx or .xlsx file. Raises Refused with what is wrong with any other."""
    if not name.lower().endswith((".docx", ".xlsx")):
        raise Refused(_NEITHER)
    checked = files.check(content, name, limit=LARGEST)
    reader = {DOCX: _word, XLSX: _excel}.get(checked.media_type)
    if reader is None:
        raise Refused(_NEITHER)
    left_out = Counter()
    package = Package(content)
    package.check()
    lines = reader(package, content, left_out)
    text = clean("\n".join(lines))
    if not text:
        raise Refused(_("There is no text in this file."))
    return Reading(text, tuple(_NOTES[what](count) for what, count in left_out.items()))


def hidden_in(content, media_type):
    """What a Word or Excel file holds that its reader does not see: keys of `guard.HIDDEN`, sorted. Raises Refused."""
    reader = {DOCX: _word, XLSX: _excel}.get(media_type)
    if reader is None:
        return []
    package, left_out = Package(content), Counter()
    package.check()
    reader(package, content, left_out)
    left_out["comments"] = sum("comments" in name.lower() and len(package.tree(name)) for name in package.names)
    return sorted(what for what, count in left_out.items() if count and what != "pictures")


_NOTES = {
    "deleted": lambda n: (
        ngettext("%(n)s deleted passage was left out.", "%(n)s deleted passages were left out.", n) % {"n": n}
    ),
    "hidden text": lambda n: (
        ngettext("%(n)s hidden passage was left out.", "%(n)s hidden passages were left out.", n) % {"n": n}
    ),
    "pictures": lambda n: (
        ngettext(
            "%(n)s picture was left out. Attach it as a file.", "%(n)s pictures were left out. Attach them as files.", n
        )
        % {"n": n}
    ),
    "comments": lambda n: _("Comments were left out."),
    "rows": lambda n: ngettext("%(n)s hidden row was left out.", "%(n)s hidden rows were left out.", n) % {"n": n},
    "columns": lambda n: (
        ngettext("%(n)s hidden column was left out.", "%(n)s hidden columns were left out.", n) % {"n": n}
    ),
    "sheets": lambda n: (
        ngettext("%(n)s hidden sheet was left out.", "%(n)s hidden sheets were left out.", n) % {"n": n}
    ),
}


# Word


def _word(package, content, left_out):
    body = package.tree("word/document.xml").find(f"{_W}body")
    if "word/comments.xml" in package.names:
        left_out["comments"] = 1
    numbers = _Numbers(package)
    return list(_blocks(body, numbers, left_out)) if body is not None else []


def _blocks(parent, numbers, left_out):
    """The lines of the paragraphs and tables below `parent`, in order."""
    for element in parent:
        if element.tag in _GONE:
            left_out["deleted"] += 1
        elif element.tag == f"{_W}p":
            # A tab in a paragraph only moves the pen; in a draft it would begin a table.
            line = _paragraph(element, left_out).replace("\t", "\u3000")
            yield (numbers.of(element) if line.strip() else "") + line
        elif element.tag == f"{_W}tbl":
            yield from _rows(element, left_out)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
            yield from _blocks(element, numbers, left_out)


def _paragraph(paragraph, left_out):
    """The visible text of a paragraph."""
    parts = []
    for element in _seen(paragraph, left_out):
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append("\t")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif element.tag in (f"{_W}drawing", f"{_W}pict", f"{_W}object"):
            left_out["pictures"] += 1
    return "".join(parts)


def _seen(parent, left_out):
    """What is below `parent` and neither deleted nor hidden; of drawings only that they are there."""
    for element in parent:
        if element.tag in _GONE:
            left_out["deleted"] += 1
        elif element.tag == f"{_W}r" and _is_on(element.find(f"{_W}rPr/{_W}vanish")):
            left_out["hidden text"] += 1
        elif element.tag in (f"{_W}drawing", f"{_W}pict", f"{_W}object"):
            yield element
        elif element.tag != f"{_W}pPr":
            yield element
            yield from _seen(element, left_out)


def _is_on(flag):
    return flag is not None and flag.get(f"{_W}val", "true") not in ("0", "false", "off")


def _rows(table, left_out):
    """A table as lines of cells parted by tabs; a cell over several columns or rows stands in the first of them."""
    yield ""
    for row in table.iter(f"{_W}tr"):
        properties = row.find(f"{_W}trPr")
        if properties is not None and properties.find(f"{_W}del") is not None:
            left_out["deleted"] += 1
            continue
        if properties is not None and _is_on(properties.find(f"{_W}hidden")):
            left_out["rows"] += 1
            continue
        cells = []
        for cell in row.iter(f"{_W}tc"):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
            pieces = (_paragraph(paragraph, left_out) for paragraph in cell.iter(f"{_W}p"))
            cells.append("" if goes_on else _flat(" ".join(pieces)))
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            cells += [""] * (min(_number(span), MOST_COLUMNS) - 1)
        yield "\t".join(cells[:MOST_COLUMNS])
    yield ""


def _flat(text):
    return " ".join(printable(text).split())


def _number(element, name="val", default=1):
    value = element.get(f"{_W}{name}", "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 6 else default


class _Numbers:
    """The numbers that Word writes before paragraphs by itself, and that are not in their text."""

    def __init__(self, package):
        self._levels, self._list_of_style, self._counts = {}, {}, {}
        if "word/numbering.xml" not in package.names:
            return
        tree = package.tree("word/numbering.xml")
        kinds = {row.get(f"{_W}abstractNumId"): self._read(row) for row in tree.findall(f"{_W}abstractNum")}
        for row in tree.findall(f"{_W}num"):
            kind = row.find(f"{_W}abstractNumId")
            self._levels[row.get(f"{_W}numId")] = kinds.get(kind.get(f"{_W}val") if kind is not None else None, {})
        if "word/styles.xml" in package.names:
            for style in package.tree("word/styles.xml").findall(f"{_W}style"):
                if found := self._list(style.find(f"{_W}pPr")):
                    self._list_of_style[style.get(f"{_W}styleId")] = found

    @staticmethod
    def _read(kind):
        def value(level, name):
            element = level.find(f"{_W}{name}")
            return element.get(f"{_W}val", "") if element is not None else ""

        return {
            _number(level, "ilvl", 0): (value(level, "numFmt"), value(level, "lvlText"), value(level, "start"))
            for level in kind.findall(f"{_W}lvl")
        }

    @staticmethod
    def _list(properties):
        """(number of the list, level) that a paragraph's properties name, or None."""
        numbering = properties.find(f"{_W}numPr") if properties is not None else None
        if numbering is None or numbering.find(f"{_W}numId") is None:
            return None
        return numbering.find(f"{_W}numId").get(f"{_W}val"), _number(numbering.find(f"{_W}ilvl"), default=0)

    def of(self, paragraph):
        """The number before this paragraph; empty without one. Counts on."""
        properties = paragraph.find(f"{_W}pPr")
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        found = self._list(properties) or self._list_of_style.get(style.get(f"{_W}val") if style is not None else None)
        levels = self._levels.get(found[0], {}) if found else {}
        if not levels or found[1] not in levels:
            return ""
        number, level = found
        counts = self._counts.setdefault(number, {})
        start = levels[level][2]
        counts[level] = counts.get(level, (int(start) if start.isdecimal() else 1) - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        form, pattern, _start = levels[level]
        if form in ("bullet", "none", ""):
            return ""
        for key in range(level + 1):
            shape = levels.get(key, ("decimal", "", ""))[0]
            pattern = pattern.replace(f"%{key + 1}", _written(counts.get(key, 1), shape))
        return pattern


def _written(number, form):
    """A number of a list as it is written: 三 or 3."""
    if not form.startswith(("chinese", "ideograph", "japanese", "taiwanese")) or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


# Excel


def _excel(package, content, left_out):
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # only where a file is read

    sizes = {name: _shape(package.tree(part)) for name, part in _parts(package).items()}
    lines = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                left_out["sheets"] += 1
                continue
            hidden_rows, hidden_columns = sizes.get(sheet.name, ((), ()))
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            lines += ["", *_grid(rows, hidden_rows, hidden_columns, left_out), ""]
    except CalamineError:
        raise Refused(_("The file is damaged and cannot be opened.")) from None
    return lines


def _parts(package):
    """{name of a sheet: its part in the package}."""
    targets = {
        row.get("Id"): posixpath.normpath(posixpath.join("/xl", row.get("Target", ""))).lstrip("/")
        for row in package.tree("xl/_rels/workbook.xml.rels")
    }
    sheets = package.tree("xl/workbook.xml").iter(f"{_S}sheet")
    found = {sheet.get("name"): targets.get(sheet.get(_REL)) for sheet in sheets}
    return {name: part for name, part in found.items() if part in package.names}


def _shape(sheet):
    """(hidden rows, hidden columns) of a sheet, counted from 0. Refused when it is too large, before it is laid out."""
    rows, columns = set(), set()
    for column in sheet.iter(f"{_S}col"):
        if column.get("hidden") in ("1", "true"):
            first, last = int(column.get("min", 1)), int(column.get("max", 1))
            columns |= set(range(first - 1, min(last, MOST_COLUMNS)))
    for row in sheet.iter(f"{_S}row"):
        if row.get("hidden") in ("1", "true") and row.get("r", "").isdecimal():
            rows.add(int(row.get("r")) - 1)
    for cell in sheet.iter(f"{_S}c"):
        letters = cell.get("r", "A1").rstrip("0123456789")
        number = cell.get("r", "A1")[len(letters) :]
        if len(letters) > 2 or _column(letters) >= MOST_COLUMNS or int(number or 1) > MOST_ROWS:
            raise Refused(
                _("The sheet is too large: a notice takes at most %(rows)s rows and %(columns)s columns.")
                % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
            )
    return rows, columns


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


def _grid(rows, hidden_rows, hidden_columns, left_out):
    """The visible cells as lines; empty rows and columns at the edges are none."""
    kept = [row for number, row in enumerate(rows) if number not in hidden_rows]
    left_out["rows"] += len(rows) - len(kept)
    width = max(map(len, rows), default=0)
    columns = [number for number in range(width) if number not in hidden_columns]
    left_out["columns"] += width - len(columns)
    for what in ("rows", "columns"):
        if not left_out[what]:
            del left_out[what]
    table = [[row[number] if number < len(row) else "" for number in columns] for row in kept]
    decimals = [_decimals(row[place] for row in table) for place in range(len(columns))]
    written = [[_cell(value, places) for value, places in zip(row, decimals, strict=True)] for row in table]
    used = [place for place in range(len(columns)) if any(row[place] for row in written)]
    return ["\t".join(row[place] for place in used) for row in written if any(row)]


def _decimals(values):
    """How many decimals the figures of a column have together; None when they are no money."""
    figures = [Decimal(repr(value)) for value in values if isinstance(value, float)]
    places = max((-figure.normalize().as_tuple().exponent for figure in figures), default=0)
    return 2 if 0 < places <= 2 else None


def _cell(value, decimals):
    """A value as it is read: 1234.50, 12, 2026年4月1日."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and decimals:
        return f"{value:,.{decimals}f}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(round(value, 6))
    if isinstance(value, date):
        return chinese_date(value)
    return _flat(str(value))
