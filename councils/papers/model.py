"""What a paper is made of (pure): sheets of paragraphs, tables, ruled lines, slips to cut apart and a place for a seal.

Lengths are millimetres, sizes of type points, widths of columns parts of a hundred.
"""

from dataclasses import dataclass
from datetime import date

from disclosure.closing import chinese_date


@dataclass(frozen=True)
class Layout:
    """Margins and type of a sheet of A4. `numbered`: page numbers at the foot, outside, as — 1 —."""

    key: str
    top: int
    bottom: int
    left: int
    right: int
    size: float
    line: float
    numbered: bool = True


# GB/T 9704-2012: 156 mm × 225 mm of text in 仿宋 of size three, 28 characters a line, 22 lines a page.
OFFICIAL = Layout("official", top=37, bottom=35, left=28, right=26, size=16, line=28.95)
# Forms to be filled in by hand: more room, smaller type.
FORM = Layout("form", top=20, bottom=18, left=22, right=18, size=12, line=20)
# Four ballots to a sheet; page numbers would end up on a ballot.
SLIPS = Layout("slips", top=10, bottom=10, left=10, right=10, size=11, line=17, numbered=False)
# Half characters of a title of size two (22 pt) within 156 mm.
TITLE_WIDTH = 40


@dataclass(frozen=True)
class Text:
    """A paragraph. `style`: body (two characters in), plain, head (黑体), centre, right, note (small) or choice."""

    text: str
    style: str = "body"
    kind = "text"


@dataclass(frozen=True)
class Cell:
    """A cell; each line of `text` is a paragraph. `label`: it names the cells beside or below. `span`: columns."""

    text: str = ""
    label: bool = False
    span: int = 1
    centre: bool = False

    @property
    def lines(self):
        return self.text.split("\n")


@dataclass(frozen=True)
class Row:
    """Cells from left to right; `height` in mm is the least, 0 for as high as the text."""

    cells: tuple[Cell, ...]
    height: int = 0


@dataclass(frozen=True)
class Table:
    """Ruled rows. The first `head` rows come again on each page. `widths` add up to 100."""

    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    head: int = 0
    kind = "table"

    @property
    def head_rows(self):
        return self.rows[: self.head]

    @property
    def body_rows(self):
        return self.rows[self.head :]


@dataclass(frozen=True)
class Blank:
    """Ruled lines to write on."""

    lines: int
    kind = "blank"

    @property
    def each(self):
        return range(self.lines)


@dataclass(frozen=True)
class Slips:
    """Pieces of paper to cut apart, four to a sheet of A4; each is a tuple of `Text`."""

    slips: tuple[tuple[Text, ...], ...]
    kind = "slips"

    @property
    def fours(self):
        """The slips sheet by sheet."""
        return [self.slips[start : start + 4] for start in range(0, len(self.slips), 4)]


@dataclass(frozen=True)
class Seal:
    """Who issued it and when, with room for the seal: the date four characters from the right, the name over it."""

    issuer: str
    on: date | None = None
    kind = "seal"

    @property
    def date(self):
        return chinese_date(self.on) if self.on else "　　　　年　　月　　日"

    @property
    def indents(self):
        """(issuer, date): how many half characters each stands from the right, so that one is centred on the other."""
        issuer, day = half_widths(self.issuer), half_widths(self.date)
        name = 8 + (day - issuer) // 2
        # A name much longer than the date would leave the page: then it stands at the edge, the date centred under it.
        return (name, 8) if name >= 0 else (0, (issuer - day) // 2)


@dataclass(frozen=True)
class Sheet:
    """A page of its own, or more when it is long."""

    title: str
    blocks: tuple
    layout: Layout = FORM
    subtitle: str = ""
    issuer: str = ""
    number: str = ""

    @property
    def title_lines(self):
        return balanced(self.title, TITLE_WIDTH)


@dataclass(frozen=True)
class Paper:
    """Sheets that are printed together under one title."""

    title: str
    sheets: tuple[Sheet, ...]
    on: date | None = None

    def plain(self):
        """Every text of it, line by line: what tests and searches read."""
        return "\n".join(_plain(self))


def _plain(paper):
    for sheet in paper.sheets:
        yield from filter(None, (sheet.issuer, sheet.number, sheet.title, sheet.subtitle))
        for block in sheet.blocks:
            yield from _plain_block(block)


def _plain_block(block):
    match block:
        case Text():
            yield block.text
        case Table():
            for row in block.rows:
                yield "\t".join(cell.text for cell in row.cells)
        case Slips():
            for slip in block.slips:
                yield from (text.text for text in slip)
        case Seal():
            yield block.issuer
            yield block.date


def balanced(title, width):
    """`title` on lines of at most `width` half characters, broken before 关于 where that fits, else evenly."""
    if half_widths(title) <= width:
        return [title] if title else []
    at = title.find("关于")
    if at > 0 and half_widths(title[:at]) <= width and half_widths(title[at:]) <= width:
        return [title[:at], title[at:]]
    lines = -(-half_widths(title) // width)
    each = -(-len(title) // lines)
    return [title[start : start + each] for start in range(0, len(title), each)]


def half_widths(text):
    """The width of `text` in half characters: figures and Latin letters are half as wide as the rest."""
    return sum(1 if char.isascii() else 2 for char in text)


# Rows that forms share


def pairs(*cells, height=0):
    """A row of labels and values in turn."""
    made = [Cell(text, label=place % 2 == 0, centre=place % 2 == 0) for place, text in enumerate(cells)]
    return Row(tuple(made), height)


def wide(label, text, *, columns, height=0):
    """A row of one label and one value over the other columns."""
    return Row((Cell(label, label=True, centre=True), Cell(text, span=columns - 1)), height)


def heading(*labels):
    """The head of a table."""
    return Row(tuple(Cell(label, label=True, centre=True) for label in labels))


def signatures(*names, height=24):
    """A table with a box for each signature, two to a row."""
    if len(names) % 2:
        names = (*names, "日期")
    rows = [pairs(names[at], "", names[at + 1], "", height=height) for at in range(0, len(names), 2)]
    return Table((18, 32, 18, 32), tuple(rows))
