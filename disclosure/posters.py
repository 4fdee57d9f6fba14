"""Draws a notice as a long picture for phones: 1080 pixels wide, as high as the text, with the QR code of its check.

Chinese lines never begin with a closing mark nor end with an opening one; figures and words are not torn apart. The
drawing needs a Chinese font of the system, or the one that `settings.PORTAL_FONT` names.
"""

import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import segno
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

LAYOUT = 3  # part of the content's fingerprint: raise it when the drawing changes
WIDTH, MARGIN = 1080, 84
COLUMN = WIDTH - 2 * MARGIN
HIGHEST = 12_000  # pixels; what is longer ends with a hint at the page
MOST = 6000  # characters of a paragraph that are looked at: more than fit
QR = 260
RED, BLACK, GREY, LINE = (200, 0, 0), (0, 0, 0), (90, 86, 80), (170, 165, 158)
PACKAGE = "fonts-noto-cjk"

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
# (regular, bold) by file name, the best first.
FONTS = (
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("SourceHanSerifSC-Regular.otf", "SourceHanSerifSC-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("Songti.ttc", "Songti.ttc"),
    ("simsun.ttc", "simhei.ttf"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)
NO_START = frozenset("，。、；：？！）》〉」』】〕”’…—％%,.;:?!)]}·")
NO_END = frozenset("（《〈「『【〔“‘([{")
_UNIT = re.compile(r"[0-9A-Za-z@#&/._+:\-〔〕]+|.", re.DOTALL)
_PART = re.compile(r"[^/]*/+|[^/]+")


class NoFont(Exception):
    """There is no Chinese font on this machine."""


@dataclass(frozen=True)
class Poster:
    """What the picture shows. `blocks` are those of disclosure/text.py; `address` is that of the page, `code` the one
    of its check, empty without a leaf of the log.
    """

    issuer: str
    number: str
    title: str
    blocks: tuple
    address: str
    hint: str
    code: str = ""


def fonts(configured=""):
    """(regular, bold) as paths. Raises NoFont."""
    pair = _found(configured)
    if pair is None:
        raise NoFont
    return pair


@cache
def _found(configured):
    """The pair of paths or None; the folders are looked through once, also when there is nothing in them."""
    if configured:
        return (configured, configured) if Path(configured).is_file() else None
    found = {}
    for folder in FOLDERS:
        for path in Path(folder).expanduser().rglob("*.[to]t[fc]"):
            found.setdefault(path.name, str(path))
    for regular, bold in FONTS:
        if regular in found:
            return found[regular], found.get(bold, found[regular])
    return None


def has_font():
    """Whether a picture can be drawn on this machine."""
    return _found(settings.PORTAL_FONT) is not None


@cache
def _index(path):
    """Which face of a collection is the simplified Chinese one."""
    for index in range(12 if path.endswith(".ttc") else 0):
        try:
            if "SC" in ImageFont.truetype(path, 10, index=index).getname()[0].split():
                return index
        except OSError:
            break
    return 0


def _font(path, size):
    """Without kerning: a line is as wide as its characters together, which is how lines are measured."""
    return ImageFont.truetype(path, size, index=_index(path), layout_engine=ImageFont.Layout.BASIC)


def wrap(line, width, measure, first=0):
    """`line` cut into lines no wider than `width`; the first has `first` less room. `measure(text)` gives widths."""
    lines, now, room = [], [], width - first
    for unit in _units(line, width, measure):
        size = measure(unit)
        if now and room < size:
            moved = _moved(now, unit)
            lines.append("".join(now))
            now = moved
            room = width - sum(map(measure, now))
        now.append(unit)
        room -= size
    return [*lines, "".join(now)] if now or not lines else lines


def _units(line, width, measure):
    """What may not be torn apart: words, numbers, single characters; what is wider than a line is cut after all.

    An address is cut behind a slash where that helps.
    """
    for unit in _UNIT.findall(line):
        for part in [unit] if measure(unit) <= width else _PART.findall(unit):
            if measure(part) <= width:
                yield part
            else:
                yield from part


def _moved(now, unit):
    """What leaves the end of a full line `now` so that neither it nor the next, which goes on with `unit`, is wrong."""
    moved = []
    while len(now) > 1 and ((moved or [unit])[0][0] in NO_START or now[-1][-1] in NO_END):
        moved.insert(0, now.pop())
        if len(moved) > 4:  # a run of marks: better a wrong line than none
            break
    if not moved and unit[0] in NO_START and len(now[0]) > 1:
        # A word as wide as the line gives its last letter away.
        now[0], moved = now[0][:-1], [now[0][-1]]
    return moved


class _Drawing:
    """Collects what is drawn from the top down; the height is known at the end."""

    def __init__(self, regular, bold):
        self.regular, self.bold = regular, bold
        self.y, self.marks = 70, []
        self._widths = {}

    def measured(self, path, size):
        """(font, width of a text in it): widths of characters are looked up once."""
        font = _font(path, size)
        known = self._widths.setdefault((path, size), {})

        def measure(text):
            for char in text:
                if char not in known:
                    known[char] = font.getlength(char)
            return sum(known[char] for char in text)

        return font, measure

    def text(self, text, *, size=40, bold=False, colour=BLACK, align="left", indent=0, gap=18, x=MARGIN, width=COLUMN):
        """A paragraph; returns whether there was room for it."""
        font, measure = self.measured(self.bold if bold else self.regular, size)
        step = round(size * 1.62)
        if align == "centre":
            # Lines of about the same length, as titles are set.
            whole = measure(text[:MOST])
            width_of_line = min(width, whole / -(-whole // width) + 1.5 * size) if whole else width
        else:
            width_of_line = width
        for place, line in enumerate(wrap(text[:MOST], width_of_line, measure, indent)):
            if self.y > HIGHEST:
                return False
            left = x + (indent if place == 0 else 0)
            if align == "centre":
                left = x + (width - measure(line)) / 2
            elif align == "right":
                left = x + width - measure(line) - 2 * size
            self.marks.append(("text", (left, self.y), line, font, colour))
            self.y += step
        self.y += gap
        return True

    def rule(self, width=2, colour=LINE, gap=24):
        self.marks.append(("rule", (MARGIN, self.y, WIDTH - MARGIN, self.y + width - 1), colour))
        self.y += width + gap

    def code(self, address):
        """The QR code at the left; what stands beside it begins at the same height."""
        matrix = [list(row) for row in segno.make_qr(address, error="m").matrix]
        self.marks.append(("code", (MARGIN, self.y), matrix))

    def image(self):
        """All of it as a picture of few colours."""
        image = Image.new("RGB", (WIDTH, self.y + 60), "white")
        pen = ImageDraw.Draw(image)
        for kind, place, *rest in self.marks:
            if kind == "text":
                pen.text(place, rest[0], font=rest[1], fill=rest[2])
            elif kind == "rule":
                pen.rectangle(place, fill=rest[0])
            else:
                _draw_code(pen, place, rest[0])
        return image.quantize(24)


def _draw_code(pen, place, matrix):
    each = QR // len(matrix)
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            if dark:
                x, y = place[0] + column * each, place[1] + row * each
                pen.rectangle((x, y, x + each - 1, y + each - 1), fill=BLACK)


def draw(poster, regular, bold):
    """`poster` as the bytes of a PNG."""
    out = io.BytesIO()
    laid_out(poster, regular, bold).image().save(out, "PNG", optimize=True)
    return out.getvalue()


def laid_out(poster, regular, bold):
    """`poster` as a drawing whose marks have their places."""
    drawing = _Drawing(regular, bold)
    drawing.text(poster.issuer, size=58, bold=True, colour=RED, align="centre")
    drawing.text(poster.number, size=36, align="centre", gap=10)
    drawing.rule(width=5, colour=RED, gap=44)
    drawing.text(poster.title, size=54, bold=True, align="centre", gap=34)
    if not all(_block(drawing, block) for block in poster.blocks):
        drawing.text("……（内容较长，全文请扫描下方二维码查看）", colour=GREY)
    drawing.y += 20
    drawing.rule(gap=36)
    top = drawing.y
    drawing.code(poster.address)
    side = {"x": MARGIN + QR + 44, "width": COLUMN - QR - 44}
    drawing.text(poster.hint, size=36, gap=12, **side)
    if poster.code:
        drawing.text(f"核验码　{poster.code}", size=36, bold=True, gap=12, **side)
    drawing.text(poster.address, size=28, colour=GREY, **side)
    drawing.y = max(drawing.y, top + QR + 20)
    return drawing


def _block(drawing, block):
    """One block of the text; False when the picture is full."""
    if block.kind == "table":
        return all(_row(drawing, row) for row in block.rows)
    if block.kind == "heading":
        return drawing.text(block.text, bold=True)
    if block.kind in ("sign", "date"):
        return drawing.text(block.text, align="right", gap=6)
    indent = 0 if block.kind == "reviewer" else 80
    return drawing.text(block.text, indent=indent)


def _row(drawing, row):
    """A row of a table: its first cell as a heading, the others with their labels, a line below."""
    first, *others = row
    fits = drawing.text(first.text or "—", size=38, bold=True, gap=2)
    text = "　".join(f"{cell.label}：{cell.text}" if cell.label else cell.text for cell in others if cell.text)
    fits = drawing.text(text, size=36, gap=10) and fits if text else fits
    drawing.rule(width=1, gap=16)
    return fits
