"""Word and Excel files read into the plain text of a draft: paragraphs, numbered headings, tables as rows with tabs.

What nobody sees in the file is not taken over, and it is said: deleted passages, hidden text, hidden rows, columns and
sheets; neither are comments, headers and pictures. Hostile files are refused by `audit/files.py` and
`audit/documents.py` before anything is read (no models, no settings).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import files
from audit.documents import DOCX, XLSX, Kind, W, number_of, parts, sheets
from audit.errors import Refused
from audit.packages import Package
from disclosure.closing import chinese_date
from disclosure.text import clean, printable

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 60
_NEITHER = gettext_lazy("The text is taken from .docx and .xlsx files. Save the file as one of these first.")
_BODY = "word/document.xml"
_DIGITS = "零一二三四五六七八九"


class NotComputed(Refused):
    """A value is missing in an Excel file: it would be left out without a word."""


@dataclass(frozen=True)
class Reading:
    """The text taken over, and what was left out of it, one sentence each."""

    text: str
    notes: tuple[str, ...] = ()


def read(content, name):
    """The `Reading` of a .docx or .xlsx file. Raises Refused with what is wrong with any other."""
    if not name.lower().endswith((".docx", ".xlsx")):
        raise Refused(_NEITHER)
    reader = {DOCX: _word, XLSX: _excel}.get(files.check(content, name, limit=LARGEST).media_type)
    if reader is None:
        raise Refused(_NEITHER)
    left_out = Counter()
    text = clean("\n".join(reader(content, left_out)))
    if not text:
        raise Refused(_("There is no text in this file."))
    return Reading(text, tuple(_NOTES[what](count) for what, count in left_out.items() if what in _NOTES))


def hidden_in(content, media_type):
    """What a Word or Excel file holds that its reader does not see: keys of `guard.HIDDEN`, sorted. Raises Refused."""
    found = {part.kind for part in parts(content)} if media_type in (DOCX, XLSX) else set()
    return sorted(kind.value for kind in found & {*_NOTES} - {Kind.PICTURE})


_NOTES = {
    Kind.DELETED: lambda n: (
        ngettext("%(n)s deleted passage was left out.", "%(n)s deleted passages were left out.", n) % {"n": n}
    ),
    Kind.HIDDEN: lambda n: (
        ngettext("%(n)s hidden passage was left out.", "%(n)s hidden passages were left out.", n) % {"n": n}
    ),
    Kind.PICTURE: lambda n: (
        ngettext(
            "%(n)s picture was left out. Attach it as a file.", "%(n)s pictures were left out. Attach them as files.", n
        )
        % {"n": n}
    ),
    Kind.COMMENT: lambda n: _("Comments were left out."),
    Kind.ROW: lambda n: ngettext("%(n)s hidden row was left out.", "%(n)s hidden rows were left out.", n) % {"n": n},
    Kind.COLUMN: lambda n: (
        ngettext("%(n)s hidden column was left out.", "%(n)s hidden columns were left out.", n) % {"n": n}
    ),
    Kind.SHEET: lambda n: (
        ngettext("%(n)s hidden sheet was left out.", "%(n)s hidden sheets were left out.", n) % {"n": n}
    ),
}


def _word(content, left_out):
    numbers = _Numbers(Package(content))
    for part in parts(content):
        if part.place == _BODY and part.kind == Kind.TEXT and part.source is not None:
            # A tab in a paragraph only moves the pen; in a draft it would begin a table.
            line = part.text.replace("\t", "\u3000")
            yield (numbers.of(part.source) if line.strip() else "") + line
        elif part.place == _BODY and part.kind == Kind.TEXT:
            yield "\t".join(_flat(cell) for cell in part.text.split("\t")[:MOST_COLUMNS])
        elif part.place.startswith(_BODY) or part.kind == Kind.COMMENT:
            left_out[part.kind] += 1


def _flat(text):
    return " ".join(printable(text).split())


class _Numbers:
    """The numbers that Word writes before paragraphs by itself, and that are not in their text."""

    def __init__(self, package):
        self._levels, self._list_of_style, self._counts = {}, {}, {}
        if "word/numbering.xml" not in package.names:
            return
        tree = package.tree("word/numbering.xml")
        kinds = {row.get(f"{W}abstractNumId"): self._read(row) for row in tree.findall(f"{W}abstractNum")}
        for row in tree.findall(f"{W}num"):
            kind = row.find(f"{W}abstractNumId")
            self._levels[row.get(f"{W}numId")] = kinds.get(kind.get(f"{W}val") if kind is not None else None, {})
        if "word/styles.xml" in package.names:
            for style in package.tree("word/styles.xml").findall(f"{W}style"):
                if found := self._list(style.find(f"{W}pPr")):
                    self._list_of_style[style.get(f"{W}styleId")] = found

    @staticmethod
    def _read(kind):
        def value(level, name):
            element = level.find(f"{W}{name}")
            return element.get(f"{W}val", "") if element is not None else ""

        return {
            number_of(level, "ilvl", 0): (value(level, "numFmt"), value(level, "lvlText"), value(level, "start"))
            for level in kind.findall(f"{W}lvl")
        }

    @staticmethod
    def _list(properties):
        """(number of the list, level) that a paragraph's properties name, or None."""
        numbering = properties.find(f"{W}numPr") if properties is not None else None
        if numbering is None or numbering.find(f"{W}numId") is None:
            return None
        return numbering.find(f"{W}numId").get(f"{W}val"), number_of(numbering.find(f"{W}ilvl"), default=0)

    def of(self, paragraph):
        """The number before this paragraph; empty without one. Counts on."""
        properties = paragraph.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        found = self._list(properties) or self._list_of_style.get(style.get(f"{W}val") if style is not None else None)
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


def _excel(content, left_out):
    for sheet in sheets(content):
        if not sheet.shown:
            left_out[Kind.SHEET] += 1
            continue
        if sheet.rows > MOST_ROWS or sheet.columns > MOST_COLUMNS:
            raise Refused(
                _("The sheet is too large: a notice takes at most %(rows)s rows and %(columns)s columns.")
                % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
            )
        if sheet.lost:
            raise NotComputed(
                _(
                    "Cell %(cell)s holds a formula without a result. Open the file in Excel, save it there and upload"
                    " it again."
                )
                % {"cell": sheet.lost}
            )
        left_out += {Kind.ROW: len(sheet.hidden_rows), Kind.COLUMN: len(sheet.hidden_columns)}
        yield from ("", *_grid(list(sheet.visible())), "")


def _grid(table):
    """Rows of values as lines; empty rows and columns are none."""
    decimals = [_decimals(column) for column in zip(*table, strict=True)]
    lines = [[_cell(value, places) for value, places in zip(row, decimals, strict=True)] for row in table]
    used = [place for place, column in enumerate(zip(*lines, strict=True)) if any(column)]
    return ["\t".join(row[place] for place in used) for row in lines if any(row)]


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
