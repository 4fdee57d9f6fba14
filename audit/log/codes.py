"""The check code on paper: nine characters of the leaf's hash and a tenth that catches slips of the pen.

Characters are Crockford's base 32, each a number of GF(32). The check character makes a weighted sum of all ten vanish;
the weights are ten different powers of a generator, so that one wrong character is always found, and so is any two
that changed places.
"""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
GROUP = 5
VALUES = {char: value for value, char in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
POLYNOMIAL = 0b100101  # x⁵ + x² + 1, primitive
# What people put between groups: white space, every dash, full stops, the mark of the middle.
BETWEEN = re.compile(r"[\s\-_.,;:·・、。‐-―−─一]+")
# The address that the QR code holds, and the word that stands before the code on the paper.
ADDRESS = re.compile(r"/check/(?:\?code=)?([^/?#]+)")
WORD = re.compile(r"^\W*(?:核验码|查验码|校验码|check code)(?:是|为)?", re.IGNORECASE)
# 柳溪居公〔2026〕3号, however its brackets were typed: the number of a notice, which is no code.
NOTICE_NUMBER = re.compile(r"\w?[〔\[(【{<]?\d{4}[〕\])】}>]?第?\d+号")


class Mistyped(ValueError):
    """A text is no check code. `reason` is "length", "character" or "check"; `position` counts from 1, or is None."""

    def __init__(self, reason, position=None):
        super().__init__(reason)
        self.reason, self.position = reason, position


def code(leaf_hash):
    """The check code of a leaf."""
    number = int.from_bytes(leaf_hash[:6]) >> 3
    values = [number >> 5 * place & 31 for place in reversed(range(LENGTH - 1))]
    return "".join(ALPHABET[value] for value in [*values, _check(values)])


def grouped(text):
    """A code as it is printed: ABCDE-FGHJK."""
    return f"{text[:GROUP]}-{text[GROUP:]}"


def plain(text):
    """What somebody typed or scanned, in plain capitals without what stands between the groups."""
    text = unicodedata.normalize("NFKC", text)
    address = ADDRESS.search(text)
    return BETWEEN.sub("", address[1] if address else WORD.sub("", text)).upper()


def is_notice_number(text):
    """Whether somebody typed the number of the notice, which stands on the paper too."""
    return bool(NOTICE_NUMBER.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", text))))


def read(text):
    """The code that somebody typed or scanned, as it is kept. Raises Mistyped."""
    typed = plain(text)
    for position, char in enumerate(typed, 1):
        if char not in VALUES:
            raise Mistyped("character", position)
    if len(typed) != LENGTH:
        raise Mistyped("length")
    values = [VALUES[char] for char in typed]
    if _check(values[:-1]) != values[-1]:
        raise Mistyped("check")
    return "".join(ALPHABET[value] for value in values)


def _check(values):
    total = 0
    for value in values:
        total = (total ^ value) << 1
        if total >> 5:
            total ^= POLYNOMIAL
    return total
