"""What changed between two versions of a text (pure): by lines, inside a line by figures, words and characters.

A row of a table is a line whose cells are parted by tabs, and is compared cell by cell.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_PIECE = re.compile(r"\d[\d,.:：]*\d|[0-9A-Za-z]+|\s+|.")
ALIKE = 0.4  # lines less alike than this are one that went and one that came
NEAR = 20  # how many lines ahead the counterpart of a line is looked for
LONGEST = 600  # pieces of a line; longer ones are marked as a whole


@dataclass(frozen=True)
class Part:
    """A stretch of a cell."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Change:
    """A line that changed, went (`new` is empty) or came (`old` is empty), as cells of parts. Or `same` lines."""

    old: tuple[tuple[Part, ...], ...] = ()
    new: tuple[tuple[Part, ...], ...] = ()
    same: int = 0


def compare(old, new):
    """The changes from the text `old` to `new`, in order, with the number of unchanged lines between them."""
    before, after = _lines(old), _lines(new)
    found = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            found.append(Change(same=i2 - i1))
        else:
            found += [_change(*pair) for pair in _pairs(before[i1:i2], after[j1:j2])]
    return found


def _lines(text):
    return [line for line in text.split("\n") if line.strip()]


def _pairs(before, after):
    """Lines that went and lines that came, matched in order where they are alike: (old or None, new or None)."""
    rest = list(after)
    for old in before:
        match = next((number for number, new in enumerate(rest[:NEAR]) if _alike(old, new)), None)
        if match is None:
            yield old, None
            continue
        yield from ((None, new) for new in rest[:match])
        yield old, rest[match]
        del rest[: match + 1]
    yield from ((None, new) for new in rest)


def _alike(old, new):
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE


def _change(old, new):
    if old is None or new is None:
        cells = tuple((Part(cell, True),) for cell in (new if old is None else old).split("\t"))
        return Change(new=cells) if old is None else Change(old=cells)
    pairs = [_cells(one or "", other or "") for one, other in zip_longest(old.split("\t"), new.split("\t"))]
    return Change(tuple(one for one, _other in pairs), tuple(other for _one, other in pairs))


def _cells(old, new):
    """The parts of a cell in both versions."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if old == new or max(len(before), len(after)) > LONGEST:
        return (Part(old, old != new),), (Part(new, old != new),)
    olds, news = [], []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        olds += [Part("".join(before[i1:i2]), kind != "equal")] if i2 > i1 else []
        news += [Part("".join(after[j1:j2]), kind != "equal")] if j2 > j1 else []
    return tuple(olds), tuple(news)
