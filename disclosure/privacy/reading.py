"""A text as the guard reads it: plain characters, Chinese numerals as digits, tables with their columns (pure).

Every view has as many characters as the text, so that what is found in one lies at the same place in the others.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property

_NUMERALS = str.maketrans("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0001234567891123456789")


def _plain(text):
    """`text` with full-width and similar characters in their plain form, character for character."""
    if text.isascii():
        return text
    table = {}
    for char in set(text):
        new = unicodedata.normalize("NFKC", char)
        if len(new) == 1 and new != char:
            table[ord(char)] = new
    return text.translate(table)


class Reading:
    """`plain`: the text in plain characters; `digits`: Chinese numerals as digits too; `lines`: where they begin."""

    def __init__(self, text):
        self.text = text
        self.plain = _plain(text)
        self.digits = self.plain.translate(_NUMERALS)
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.plain))]

    def line(self, at):
        """The number of the line (from 1) that holds the character `at`."""
        return bisect_right(self.lines, at)

    def before(self, at, most):
        """Up to `most` plain characters before `at`."""
        return self.plain[max(0, at - most) : at]

    def row(self, at):
        """(start, end) of the line around `at` when it is a row of cells, else None."""
        number = self.line(at)
        start, end = self.lines[number - 1], self._end(number - 1)
        return (start, end) if number in self._rows else None

    @cached_property
    def _rows(self):
        """The numbers of the lines that hold cells."""
        return {self.line(match.start()) for match in re.finditer("\t", self.plain)}

    def _end(self, number):
        return self.lines[number + 1] - 1 if number + 1 < len(self.lines) else len(self.plain)

    def tables(self):
        """(cells of the head, rows) of each run of lines with tabs; a cell is (start, end) and a row a list of them."""
        rows = []
        for number, start in enumerate(self.lines):
            if number + 1 in self._rows:
                rows.append(self._cells(start, self._end(number)))
            elif rows:
                yield rows[0], rows[1:]
                rows = []
        if rows:
            yield rows[0], rows[1:]

    def _cells(self, start, end):
        cells = []
        for cell in self.plain[start:end].split("\t"):
            cells.append((start, start + len(cell)))
            start += len(cell) + 1
        return cells


class Spans:
    """Places that are taken: none of them overlaps another."""

    def __init__(self, spans=()):
        self._starts, self._ends = [], []
        for start, end in sorted(spans):
            self._starts.append(start)
            self._ends.append(end)

    def near(self, start, end):
        """The first that touches the stretch `start`–`end`, or None."""
        at = bisect_right(self._ends, start)
        if at < len(self._starts) and self._starts[at] < end:
            return self._starts[at], self._ends[at]
        return None
