"""Writes a paper as a Word document: real tables, fonts by name also for East Asian text, page numbers as fields."""

import io
import re
from functools import cache
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from councils.papers.model import OFFICIAL, Blank, Seal, Slips, Table, Text

BODY, HEAD, TITLE = "仿宋", "黑体", "方正小标宋简体"
WIDTH, HEIGHT = 210, 297  # A4
# What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Word looks for the font of each kind of character under its own name.
SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
_ALIGN = {
    "centre": CENTRE,
    "title": CENTRE,
    "choice": CENTRE,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "body": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def write(paper):
    """`paper` as the bytes of a .docx file."""
    document = Document(io.BytesIO(_empty()))
    document.core_properties.title = _CONTROL.sub("", paper.title)[:250]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    normal = document.styles["Normal"]
    _font(normal, BODY, 12)
    before = None
    for sheet in paper.sheets:
        section = document.add_section(WD_SECTION.NEW_PAGE) if before else document.sections[0]
        if sheet.layout is not before:  # a section goes on with page and foot of the one before
            _page(section, sheet.layout)
        before = sheet.layout
        _sheet(document, sheet)
    document.settings.odd_and_even_pages_header_footer = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# What every document of the library brings along and no paper needs: 90 % of its size and a third of the time.
_UNUSED = ("customXml", "stylesWithEffects", "webSettings", "thumbnail", "numbering")
_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "header", "footer"}


@cache
def _empty():
    """The empty document to begin with, as bytes: the styles that papers use, nothing else."""
    document = Document()
    for part in (document.part, document.part.package):
        for key, relation in list(part.rels.items()):
            if relation.reltype.rpartition("/")[2] in _UNUSED:
                del part.rels[key]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in _STYLES:
            styles.remove(style)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(section, layout):
    section.page_width, section.page_height = Mm(WIDTH), Mm(HEIGHT)
    section.top_margin, section.bottom_margin = Mm(layout.top), Mm(layout.bottom)
    section.left_margin, section.right_margin = Mm(layout.left), Mm(layout.right)
    section.header_distance, section.footer_distance = Mm(10), Mm(max(layout.bottom - 12, 5))
    # GB/T 9704: at the outer edge, one character in: odd pages right, even pages left.
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        if layout.numbered:
            paragraph.alignment = align
            indent = paragraph.paragraph_format
            indent.left_indent = indent.right_indent = Pt(14)
            _page_number(paragraph)


def _page_number(paragraph):
    """— 1 —, the figure being a field."""
    for part in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if part == "PAGE" else part)
        _font(run, "宋体", 14)
        if part == "PAGE":
            for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
                element = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    element.set(qn("w:fldCharType"), kind)
                else:
                    element.text = text
                run._r.append(element)


def _font(styled, name, size, *, bold=False, colour=None):
    """Name the font for every script: Word looks East Asian characters up in `eastAsia` alone."""
    font = styled.font
    font.name, font.size, font.bold = name, Pt(size), bold
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for script in SCRIPTS:
        fonts.set(qn(f"w:{script}"), name)
    if colour:
        font.color.rgb = RGBColor(*colour)


def _paragraph(holder, text, *, font=BODY, size=12, line=None, align=None, indent=0, right=0, colour=None, after=0):
    paragraph = holder.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(0), Pt(after)
    if line:
        shape.line_spacing = Pt(line)
    if align is not None:
        paragraph.alignment = align
    if indent:
        shape.first_line_indent = Pt(indent)
    if right:
        shape.right_indent = Pt(right)
    _font(paragraph.add_run(_CONTROL.sub("", text)), font, size, colour=colour)
    return paragraph


def _sheet(document, sheet):
    layout = sheet.layout
    size, line = layout.size, layout.line
    if sheet.issuer:
        _paragraph(document, sheet.issuer, font=TITLE, size=30, align=CENTRE, colour=(204, 0, 0), after=14)
        _paragraph(document, sheet.number, size=size, line=line, align=CENTRE, after=18)
    large = 22 if layout is OFFICIAL else 18
    for text in sheet.title_lines:
        _paragraph(document, text, font=TITLE, size=large, line=large * 1.4, align=CENTRE)
    if sheet.subtitle:
        _paragraph(document, sheet.subtitle, font="楷体", size=size, line=line, align=CENTRE)
    if sheet.title:
        _paragraph(document, "", size=size / 2)
    for block in sheet.blocks:
        _WRITERS[type(block)](document, block, layout)


def _text(holder, block, layout):
    size = layout.size * 0.8 if block.style == "note" else layout.size
    font = {"head": HEAD, "title": TITLE}.get(block.style, BODY)
    _paragraph(
        holder,
        block.text,
        font=font,
        size=size * 1.2 if block.style == "title" else size,
        line=layout.line * (0.8 if block.style == "note" else 1.5 if block.style == "choice" else 1),
        align=_ALIGN.get(block.style),
        indent=2 * size if block.style in ("body", "head") else 0,
    )


def _seal(document, block, layout):
    half = layout.size / 2
    _paragraph(document, "", size=layout.size, line=layout.line * 2)
    for text, halves in zip((block.issuer, block.date), block.indents, strict=True):
        paragraph = _paragraph(
            document, text, size=layout.size, line=layout.line, align=WD_ALIGN_PARAGRAPH.RIGHT, right=halves * half
        )
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.keep_with_next = text == block.issuer


def _blank(document, block, layout):
    """A table of one column with rules below its rows: lines that stay lines when the text above grows."""
    table = document.add_table(rows=block.lines, cols=1)
    _borders(table, top="nil", left="nil", right="nil", bottom="single", insideH="single")
    for row in table.rows:
        row.height, row.height_rule = Mm(9), WD_ROW_HEIGHT_RULE.AT_LEAST


def _table(document, block, layout):
    """Written as XML in one piece: python-docx would look for the place of every property of every cell."""
    whole = WIDTH - layout.left - layout.right
    widths = [round(Mm(whole * part / 100).twips) for part in block.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(row, widths, min(layout.size, 12), place < block.head) for place, row in enumerate(block.rows))
    rules = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>' for side in _SIDES)
    document.element.body._insert_tbl(
        parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{rules}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
        )
    )
    _paragraph(document, "", size=6)


def _row(row, widths, size, is_head):
    height = f'<w:trHeight w:val="{round(Mm(row.height).twips)}" w:hRule="atLeast"/>' if row.height else ""
    cells, column = [], 0
    for cell in row.cells:
        cells.append(_cell(cell, sum(widths[column : column + cell.span]), size))
        column += cell.span
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(cell, width, size):
    name = HEAD if cell.label else BODY
    fonts = " ".join(f'w:{script}="{name}"' for script in SCRIPTS)
    look = f'<w:rPr><w:rFonts {fonts}/><w:sz w:val="{round(2 * size)}"/></w:rPr>'
    align = '<w:jc w:val="center"/>' if cell.centre else ""
    shape = f'<w:pPr><w:spacing w:before="20" w:after="20"/>{align}</w:pPr>'
    lines = "".join(
        f'<w:p>{shape}<w:r>{look}<w:t xml:space="preserve">{escape(_CONTROL.sub("", line))}</w:t></w:r></w:p>'
        for line in cell.lines
    )
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'


def _borders(table, **sides):
    """The rules of a table; `nil` for none."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in _SIDES:
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:val"), sides.get(side, "nil"))
        element.set(qn("w:sz"), "6")
        element.set(qn("w:space"), "0")
        element.set(qn("w:color"), "000000")
        borders.append(element)
    properties.append(borders)


def _margins(table, width):
    """Room at the left and right of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(int(width.twips)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def _slips(document, block, layout):
    """Two columns with dashed lines to cut along; each slip takes a quarter of the sheet, or more when it is long."""
    rows = (len(block.slips) + 1) // 2
    table = document.add_table(rows=rows, cols=2)
    table.autofit = False
    _borders(table, top="nil", left="nil", right="nil", bottom="nil", insideH="dashed", insideV="dashed")
    _margins(table, Mm(6))
    height = (HEIGHT - layout.top - layout.bottom) // 2 - 3
    for place, row in enumerate(table.rows):
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, slip in zip(row.cells, block.slips[2 * place : 2 * place + 2], strict=False):
            cell.width = Mm((WIDTH - layout.left - layout.right) / 2)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell._tc.remove(cell.paragraphs[0]._p)
            for text in slip:
                _text(cell, text, layout)


_WRITERS = {Text: _text, Table: _table, Blank: _blank, Seal: _seal, Slips: _slips}
