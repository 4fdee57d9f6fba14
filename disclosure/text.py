"""Plain text that formats itself (pure): what is stored is what was typed; no HTML is ever stored.

A blank line ends a paragraph, and so does a line break: official texts are one paragraph a line. 一、/（一）/1. open
headings and list items; rows pasted from Excel (cells parted by tabs) become a table; telephone lines, the signature
(…（盖章）), its date and the line of the reviewer are set apart as on paper.

**Tokens.** A draft may hold `{published_on}`, `{display_first}`, `{display_last}`, `{window_last}` and `{number}`:
what is known only when the notice is signed. `fill` puts the values in, for good at the signature and with provisional
values in previews; every other brace stays as it is.
"""

import re
from dataclasses import dataclass

TOKENS = ("published_on", "display_first", "display_last", "window_last", "number")
_TOKEN = re.compile(r"\{(" + "|".join(TOKENS) + r")\}")

# Marks that turn the direction of writing: a line would be read otherwise than it is kept.
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TURN = re.compile(f"[{_TURNS}]")
# What XML cannot hold, but for the tab and line ends; and those marks.
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff{_TURNS}]")

_NUMBERED = (
    (re.compile(r"^[一二三四五六七八九十]+、"), 1),
    (re.compile(r"^[（(][一二三四五六七八九十]+[）)]"), 2),
    (re.compile(r"^\d{1,2}[.．、](?!\d)|^[（(]\d{1,2}[）)]"), 3),
)
_SEAL = re.compile(r"^.{2,60}（(盖章|签章|印章)）$")
_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_REVIEWER = re.compile(r"^(审核|审批|签发)：")
_PHONES = re.compile(r"(?:联系|监督|咨询|服务|举报|投诉)?电话：")
_PHONE = re.compile(r"(?<![\d-])(\d{3,4}-\d{7,8}|\d{5,12})(?![\d-])")
# What stays on one line: a telephone number with its hyphen, a date, a month, hours, an amount, a document's number, a
# check code.
_UNBROKEN = re.compile(
    r"(?<![\d-])\d{3,4}-\d{7,8}(?![\d-])|(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月(?!\d)"
    r"|\d{1,2}:\d{2}(?:—\d{1,2}:\d{2})?|(?<![\d,.])\d[\d,]*(?:\.\d+)?[万亿]?元|〔\d{4}〕\d+号"
    r"|(?<![0-9A-Z-])[0-9A-Z]{5}-[0-9A-Z]{5}(?![0-9A-Z-])"
)
_NUMBER_CELL = re.compile(r"^[-+−]?[￥¥]?[-−]?\d[\d,]*(\.\d+)?(%|元|万元)?$|^[（(][\d,]+(\.\d+)?[）)]$")
# A cell with line ends or quotes as Excel and WPS copy it: in quotes, its own doubled.
_CELL = r'"((?:[^"\t]|"")*)"'
_QUOTED = re.compile(rf"(?<=\t){_CELL}(?=\t|\n|\Z)|(?:\A|(?<=\n)){_CELL}(?=\t)")
_ENDS_SENTENCE = ("。", "；", "：", "，", "？", "、", ".", ";", ":", ",")
HEADING_LENGTH = 24
# From so many columns on, or so many characters that do not break.
_BREADTHS = ((10, 51, "broadest"), (8, 45, "broader"), (6, 40, "broad"))
# Cells that stay whole beside these: a month, a day in figures, a document's number with what opens it.
_WHOLE = re.compile(r"\d{4}年\d{1,2}月|\d{4}(?:[-./]\d{1,2}){1,2}|[^〔\s]{0,8}〔\d{4}〕第?\d+号")
_SHORT, _NARROWEST = 4, 6  # characters: a word that is not broken; the least width of a column of texts


@dataclass(frozen=True)
class Cell:
    """A cell of a table. `numeric`: aligned to the right; `label` is its heading, for phones."""

    text: str
    numeric: bool = False
    label: str = ""

    @property
    def is_whole(self):
        """Whether it stays on one line: an amount, a day, the number of a record, a name."""
        is_short = self.numeric or len(self.text) <= _SHORT
        return is_short or any(pattern.fullmatch(self.text) for pattern in (_UNBROKEN, _WHOLE))

    @property
    def room(self):
        """The least width on paper, in characters; figures and Latin letters are a little more than half as wide."""
        width = sum(1 if char > "\u2e7f" else 0.55 for char in self.text)
        return width if self.is_whole else min(width, _NARROWEST)


@dataclass(frozen=True)
class Block:
    """A piece of formatted text.

    `kind`: paragraph, heading, item, contact, sign, date, reviewer or table. `level` 1–3 of a heading or item. Lines
    of text have `parts`, (text, stays on one line) in turn, where a part must not break; a table has `head` (cells) and
    `rows` (of cells).
    """

    kind: str
    text: str = ""
    level: int = 0
    parts: tuple = ()
    head: tuple = ()
    rows: tuple = ()

    @property
    def breadth(self):
        """How a table is fitted on paper, as a class: a broad one smaller, a very broad one on a sheet turned round."""
        columns = list(zip(self.head, *self.rows, strict=True))
        room = sum(0.8 + max(cell.room for cell in column) for column in columns)
        return next((word for many, wide, word in _BREADTHS if len(columns) >= many or room > wide), "")


def fill(text, values):
    """`text` with its tokens replaced from the dict `values`; a token without a value stays."""
    return _TOKEN.sub(lambda match: values.get(match[1], match[0]), text)


def straight(text):
    """`text` without marks that turn the direction of writing, which no Chinese text needs."""
    return _TURN.sub("", text)


def printable(text):
    """`text` without the control characters that neither a page nor XML can carry, and without marks that turn the
    direction of writing; line ends and tabs stay.
    """
    return _CONTROL.sub("", text)


def clean(text):
    """Text as it is stored: \\n line ends (Word's line and page breaks too), no control characters but
    tabs, no spaces at the end of lines or blank lines at the ends.
    """
    text = printable(re.sub(r"\r\n|[\r\v\f]", "\n", text))
    if '"' in text and "\t" in text:
        text = _QUOTED.sub(_unquoted, text)
    lines = [line.rstrip(" \u3000") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _unquoted(match):
    """The cell on one line, without the quotes that only say where it ends."""
    cell = (match[1] if match[1] is not None else match[2]).replace('""', '"')
    return " ".join(piece.strip() for piece in cell.split("\n"))


def phone_parts(line):
    """`line` cut into (text, is a telephone number)."""
    return _parts(_PHONE, line)


def unbroken_parts(line):
    """`line` cut into (text, stays on one line); nothing where it may break anywhere."""
    return _parts(_UNBROKEN, line) if _UNBROKEN.search(line) else ()


def _parts(pattern, line):
    parts, end = [], 0
    for match in pattern.finditer(line):
        if match.start() > end:
            parts.append((line[end : match.start()], False))
        parts.append((match[0], True))
        end = match.end()
    if end < len(line):
        parts.append((line[end:], False))
    return tuple(parts)


def _contacts(line):
    """A line of telephone numbers as one contact block for each heading in it."""
    starts = [match.start() for match in _PHONES.finditer(line)] + [len(line)]
    for start, end in zip(starts, starts[1:], strict=False):
        piece = line[start:end].strip()
        yield Block("contact", piece, parts=phone_parts(piece))


def _cells(line):
    return [cell.strip() for cell in line.split("\t")]


def _rows(lines):
    """Pasted rows as blocks. A first row with one cell alone was merged over the table: it is a line above it."""
    titles = []
    while len(lines) > 2 and sum(map(bool, _cells(lines[0]))) == 1:
        titles.append(Block("paragraph", lines.pop(0).strip()))
    if len(lines) == 1:
        return [Block("paragraph", lines[0].strip().replace("\t", "　"))]
    return [*titles, _table(lines)]


def _table(lines):
    """Lines with tabs as a table; the first is its head. Short rows are filled up."""
    rows = [_cells(line) for line in lines]
    width = max(len(row) for row in rows)
    head, *body = [row + [""] * (width - len(row)) for row in rows]
    cells = [
        tuple(Cell(c, bool(_NUMBER_CELL.match(c)), label) for c, label in zip(row, head, strict=True)) for row in body
    ]
    return Block("table", head=tuple(map(Cell, head)), rows=tuple(cells))


def _line(line, after_seal):
    if _SEAL.match(line):
        return [Block("sign", line)]
    if _DATE.match(line) and after_seal:
        return [Block("date", line)]
    if _REVIEWER.match(line):
        return [Block("reviewer", line)]
    if _PHONES.match(line):
        return list(_contacts(line))
    for pattern, level in _NUMBERED:
        if pattern.match(line):
            short = len(line) <= HEADING_LENGTH and not line.endswith(_ENDS_SENTENCE)
            return [Block("heading" if short and level < 3 else "item", line, level, parts=unbroken_parts(line))]
    return [Block("paragraph", line, parts=unbroken_parts(line))]


def blocks(text):
    """`text` as a list of blocks, in order."""
    result, rows = [], []
    for line in [*clean(text).split("\n"), ""]:
        if "\t" in line:
            rows.append(line)
            continue
        if rows:
            result += _rows(rows)
            rows = []
        line = line.strip()
        if line:
            result += _line(line, bool(result) and result[-1].kind == "sign")
    return result
