"""The tree as files of 256 hashes, and the leaves as bundles of 256 entries (C2SP tlog-tiles)."""

import re

from audit.log import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT
PLACE = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
MOST_DIGITS = 18  # more than any index of ours, and a bigint holds it


def name(number):
    """The path of tile `number`: 1234067 is x001/x234/067."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def place(text):
    """(number, width) that a path after the level names; None for what is not the one right way to write it."""
    match = PLACE.fullmatch(text)
    if not match:
        return None
    digits = match[1].replace("x", "").replace("/", "")
    number, width = int(digits), int(match[2] or WIDTH)
    if len(digits) > MOST_DIGITS or name(number) != match[1] or (match[2] and width >= WIDTH):
        return None
    return number, width


def above(index, size):
    """(level, number) of the tiles above the leaf at `index` that a tree of `size` leaves has."""
    level = 0
    while size >> HEIGHT * level:
        if index >> HEIGHT * level < size >> HEIGHT * level:
            yield level, index >> HEIGHT * (level + 1)
        else:  # the last tile of the level ends before this leaf's subtree is complete
            yield level, (size >> HEIGHT * level) - 1 >> HEIGHT
        level += 1


def grown(peaks, index, hashed):
    """Append a leaf (see `merkle.append`); yields (level, number, hash) of each tile that gets one more hash."""
    for level, number, grown_hash in merkle.append(peaks, index, hashed):
        if level % HEIGHT == 0:
            yield level // HEIGHT, number >> HEIGHT, grown_hash


class Nodes:
    """node(level, index) of the tree that is held by `tiles`: {(level, number): hashes one after another}."""

    def __init__(self, tiles):
        self.tiles = tiles

    def __call__(self, level, index):
        tile, inner = divmod(level, HEIGHT)
        first = index << inner
        start = first % WIDTH * merkle.SIZE
        hashes = self.tiles[tile, first >> HEIGHT][start : start + (merkle.SIZE << inner)]
        if len(hashes) != merkle.SIZE << inner:
            raise KeyError((level, index))
        return merkle.root(merkle.split(hashes))


def bundle(entries):
    """The bytes of an entry bundle: each entry after its length in two bytes, the higher one first."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)
