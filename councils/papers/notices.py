"""Notices as papers: each version as it was published."""

from councils.papers.model import OFFICIAL, Cell, Paper, Row, Sheet, Table, Text, heading

STYLES = {"heading": "head", "sign": "right", "date": "right", "contact": "body", "reviewer": "plain"}


def published(notice, version, on):
    """A version of a notice as it stands on the board on the day `on`; one that is not in force any more says so."""
    blocks = [_block(block) for block in version.blocks(on)]
    state = ""
    if version.withdrawn_at:
        state = f"（已撤下：{version.withdrawn_reason}）"
    elif version.is_superseded:
        state = "（原公布版本，已更正）"
    elif version.is_correction:
        state = f"（更正公告：{version.correction_reason}）"
    sheet = Sheet(
        version.title, tuple(blocks), layout=OFFICIAL, issuer=version.issuer_name, number=notice.number, subtitle=state
    )
    return Paper(version.title, (sheet,), version.published_on)


def _block(block):
    if block.kind != "table":
        return Text(block.text, STYLES.get(block.kind, "body"))
    columns = len(block.head)
    widths = (100 // columns + 100 % columns, *[100 // columns] * (columns - 1))
    rows = [Row(tuple(Cell(cell.text) for cell in row)) for row in block.rows]
    return Table(widths, (heading(*(cell.text for cell in block.head)), *rows), head=1)
