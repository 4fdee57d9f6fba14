"""What may take the place of a published text by law (pure): the same text with stretches masked, and nothing else.

A masked stretch is a run of ×, ＊ or *, or the words （已隐去）, in the place of one or more characters of the same
line and the same cell. Everything around it stays word for word, so that masking never says something new.
"""

import re
from itertools import chain, zip_longest

from django.utils.translation import gettext as _

from disclosure.masking import bare, names_in

MASK = re.compile(r"(?:[×＊*]|（已隐去）)+")
_SHOWN = 40  # characters of a line in the reason


def why_no_masking(old, new):
    """Why `new` is not `old` with stretches masked, with the first line that differs; None when it is.

    Blank lines do not count.
    """
    for before, after in zip_longest(_lines(old), _lines(new)):
        if before is None or after is None or _hidden_in_line(before, after) is None:
            return _(
                "Only masking is allowed: put × in the place of what must go and leave all else as it is. "
                "Here the text differs otherwise: “%(line)s”."
            ) % {"line": (before if after is None else after).replace("\t", " ")[:_SHOWN]}
    return None


def hidden_words(old, new):
    """{what `new`, which is `old` masked, takes away: what stands there instead}, of two characters or more.

    With the names of persons that stood in what was taken away.
    """
    names = {name: "×" * len(name) for name in names_in(old) if name not in bare(new)}
    pairs = chain.from_iterable(_hidden_in_line(*lines) or () for lines in zip(_lines(old), _lines(new), strict=False))
    return names | {word: mask for word, mask in pairs if len(word.strip()) > 1}


def mask_words(text, words):
    """`text` with the `hidden_words` masked wherever they stand, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, words[word])
    return text


def _lines(text):
    return [line for line in text.split("\n") if line.strip()]


def _hidden_in_line(old, new):
    """[(what stood there, what stands there now)] of a line, cell by cell; None when `new` is not `old` masked."""
    before, after = old.split("\t"), new.split("\t")
    if len(before) != len(after):
        return None
    cells = list(map(_hidden, before, after))
    return None if None in cells else list(chain.from_iterable(cells))


def _hidden(old, new):
    """The same of a cell. Each mask stands for one character or more; what lies between is looked for from left to
    right. A single character comes with the one beside it: alone it would be found everywhere.
    """
    if old == new:
        return []
    pieces = MASK.split(new)
    if len(pieces) == 1 or not old.startswith(pieces[0]):
        return None
    *between, last = pieces[1:]
    ends, at = [], len(pieces[0])
    for piece in between:
        found = old.find(piece, at + 1)
        if found < 0:
            return None
        ends.append((at, found))
        at = found + len(piece)
    if len(old) - len(last) <= at or not old.endswith(last):
        return None
    ends.append((at, len(old) - len(last)))
    return [_word(old, *span, mask) for span, mask in zip(ends, MASK.findall(new), strict=True)]


def _word(old, start, end, mask):
    if end - start > 1:
        return old[start:end], mask
    before, after = old[max(0, start - 1) : start], old[end : end + 1]
    if before:
        return before + old[start:end], before + mask
    return old[start:end] + after, mask + after
