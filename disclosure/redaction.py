"""What may take the place of a published text by law (pure): the same text with stretches masked, and nothing else.

A masked stretch is a run of ×, ＊ or *, or the words （已隐去）, in the place of one or more characters of the same
line and the same cell. Everything around it stays word for word, so that masking never says something new.
"""

import re
from itertools import zip_longest

from django.utils.translation import gettext as _

MASK = re.compile(r"(?:[×＊*]|（已隐去）)+")
_SHOWN = 40  # characters of a line in the reason


def why_no_masking(old, new):
    """Why `new` is not `old` with stretches masked, with the first line that differs; None when it is.

    Blank lines do not count.
    """
    for before, after in zip_longest(_lines(old), _lines(new)):
        if before is None or after is None or not _is_masked_line(before, after):
            return _(
                "Only masking is allowed: put × in the place of what must go and leave all else as it is. "
                "Here the text differs otherwise: “%(line)s”."
            ) % {"line": (before if after is None else after).replace("\t", " ")[:_SHOWN]}
    return None


def _lines(text):
    return [line for line in text.split("\n") if line.strip()]


def _is_masked_line(old, new):
    before, after = old.split("\t"), new.split("\t")
    return len(before) == len(after) and all(map(_is_masked, before, after))


def _is_masked(old, new):
    """Each mask stands for one character or more; what lies between is looked for from left to right."""
    if old == new:
        return True
    first, *rest = MASK.split(new)
    if not rest or not old.startswith(first):
        return False
    *between, last = rest
    at = len(first)
    for piece in between:
        found = old.find(piece, at + 1)
        if found < 0:
            return False
        at = found + len(piece)
    return len(old) - len(last) > at and old.endswith(last)
