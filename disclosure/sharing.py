"""What is passed on about a notice or an announcement: a message for a group, a line for a card (pure).

Messages are Chinese like the texts they carry. Of items that name people in need nothing but title and address is
passed on: those lists belong on the board, not into groups (SAL art. 45).
"""

from disclosure import text

MADE = "posters"  # where pictures and PDFs are kept that were made of notices
MOST = 1500  # characters of a message; longer ones are folded away by the readers' phones
CARD = 90


def made_for(unit):
    """The folder of what is made of the notices of `unit`: all of it goes when one of them is masked."""
    return f"{MADE}/{unit.code}"


def lines_of(blocks):
    """Formatted blocks as plain lines; each row of a table as 项目：…，预算：…"""
    for block in blocks:
        if block.kind == "table":
            for row in block.rows:
                yield "，".join(f"{cell.label}：{cell.text}" if cell.label else cell.text for cell in row if cell.text)
        else:
            yield block.text


def group_text(title, body, address, *, word="公告", number="", closed=False):
    """A message for a group: 【公告】 title, number, text, address. `closed`: without the text."""
    lines = [f"【{word}】{title}", *([number] if number else [])]
    room = MOST
    for line in () if closed else lines_of(text.blocks(body)):
        room -= len(line)
        if room < 0:
            lines.append("……（内容较长，全文请点开链接查看）")
            break
        lines.append(line)
    return "\n".join([*lines, f"查看全文、反映意见：{address}"])


def card_text(body):
    """The first sentences of a text for the card of a link."""
    line = " ".join(lines_of(text.blocks(body)))
    return line if len(line) <= CARD else line[: CARD - 1] + "…"
