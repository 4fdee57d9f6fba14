"""What hangs on a board of paper (pure): sizes of sheets, the months of a board, and long texts made short."""

import calendar
import datetime
import re
from dataclasses import replace

from django.db import models

from disclosure.sharing import lines_of

LONG = 600  # characters: a longer text is shortened on the poster of a whole board
OPENING = 160  # characters that a shortened text begins with
ROWS = 4  # of a table in it
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_PROSE = ("paragraph", "item", "heading")


class Paper(models.TextChoices):
    """The size of a sheet."""

    A4 = "a4", "A4"
    A3 = "a3", "A3"

    @classmethod
    def of(cls, asked):
        """The size that was asked for; A4 for anything unknown."""
        return cls(asked) if asked in cls.values else cls.A4


def month_of(asked, today):
    """The first day of the month `asked` for ("2026-11"; nothing: that of `today`).

    None for what is no month or lies ahead.
    """
    if not asked:
        return today.replace(day=1)
    match = _MONTH.fullmatch(asked)
    first = match and datetime.date(int(match[1]), int(match[2]), 1)
    return first if first and first <= today else None


def last_of(first):
    """The last day of the month that begins on `first`."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def beside(first, today):
    """The first days of the months before and after that of `first`, as far as they do not lie ahead of `today`."""
    day = datetime.timedelta(1)
    months = [(first - day).replace(day=1), last_of(first) + day]
    return [month for month in months if month <= today]


def shortened(blocks, *, long=LONG, opening=OPENING):
    """(the blocks as a poster of many notices shows them, whether something was left out).

    Of a text of more than `long` characters the first `opening` ones stay, and the first rows of a table that comes
    before they are used up: the code beside it leads to the rest.
    """
    if sum(map(len, lines_of(blocks))) <= long:
        return blocks, False
    kept, room = [], opening
    for block in blocks:
        if block.kind == "table" and not block.breadth and room > 0:
            kept.append(replace(block, rows=block.rows[:ROWS]))
        if block.kind not in _PROSE or room <= 0:
            break
        if len(block.text) > room:
            block = replace(block, text=block.text[:room] + "……", parts=())
        kept.append(block)
        room -= len(block.text)
    return kept, True
