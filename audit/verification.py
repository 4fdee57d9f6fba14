"""Whether the public log is whole: rows ↔ leaves ↔ tree ↔ checkpoints. Reads everything, trusts only the signatures.

Triggers and rights keep the log as it is; this finds what somebody did who is above both.
"""

import heapq
import itertools
from typing import NamedTuple

from audit import log_files
from audit.enums import LeafKind
from audit.errors import LogBroken
from audit.log import codes, merkle, notes, sources, tiles
from audit.models import Checkpoint, Leaf, Tile, TreeHead

BATCH = 500


def problems(progress=lambda count: None):
    """Yields a sentence for each thing that is not as it was logged; `progress(n)` hears of every n rows looked at.

    Call it in a transaction that sees one moment. Of the log it keeps one byte a leaf, and the tiles that still grow.
    """
    tree = _Tree(heapq.merge(_checkpoints(), _last_head(), key=lambda signed: signed.size))
    yield from tree.problems(progress)
    for kind in LeafKind.values:
        yield from _rows(kind, tree.size, progress)


class _Signed(NamedTuple):
    """The root that somebody signed for a size, or what is wrong with the signature."""

    size: int
    name: str
    root: bytes = b""
    fault: str = ""


def _checkpoints():
    verifiers = [verifier for _size, verifier in log_files.public_keys()]
    for row in Checkpoint.objects.order_by("size").iterator(BATCH):
        called = f"the checkpoint of size {row.size}"
        try:
            head = notes.Head.parse(notes.opened(row.note, verifiers))
            if head.size != row.size:
                raise ValueError(f"It says {head.size}.")
            yield _Signed(row.size, called, head.root)
        except ValueError as error:
            yield _Signed(row.size, called, fault=f"T{called[1:]} was changed: {error}")


def _last_head():
    called = "the last checkpoint outside the database"
    try:
        if last := log_files.last_head():
            yield _Signed(last.size, called, last.root)
    except LogBroken as broken:
        yield _Signed(0, called, fault=str(broken))


class _Tree:
    """The tree as it follows from the leaves, compared with tiles, head and signatures (`signed`, by size)."""

    def __init__(self, signed):
        self.signed = signed
        self.next = next(signed, None)
        self.size, self.peaks = 0, []
        self.growing = {}  # (level, number) of the last tile of each level: its hashes so far
        self.differing = []  # (level, number, the first hash that is another) of tiles
        self.proven = 0  # the first so many leaves give a root that was signed

    def problems(self, progress):
        yield from self._roots()
        for leaf in Leaf.objects.order_by("index").iterator(BATCH):
            while self.size < leaf.index:
                yield f"Leaf {self.size} is missing."
                self._grow(self._stored_hash(self.size))
                yield from self._roots()
            hashed = merkle.leaf_hash(leaf.entry)
            if hashed != bytes(leaf.leaf_hash) or codes.code(hashed) != leaf.code:
                yield f"{name(leaf)} was changed: it is not what its hash and its check code say."
            self._grow(hashed)
            yield from self._roots()
            progress(1)
        yield from self._missing_at_the_end()
        head = TreeHead.objects.first() or TreeHead()
        if head.size != self.size or head.root != merkle.root_of_peaks(self.peaks):
            yield f"The head of the tree was changed: it counts {head.size} leaves, there are {self.size}."
        yield from self._tiles()

    def _grow(self, hashed):
        for level, number, grown in tiles.grown(self.peaks, self.size, hashed):
            tile = self.growing.setdefault((level, number), bytearray())
            tile.extend(grown)
            if len(tile) == tiles.WIDTH * merkle.SIZE:
                self._compare((level, number), self.growing.pop((level, number)))
        self.size += 1

    def _stored_hash(self, index):
        """What the tree says of a leaf that is missing."""
        start = index % tiles.WIDTH * merkle.SIZE
        stored = _stored((0, index // tiles.WIDTH))[start : start + merkle.SIZE]
        return stored if len(stored) == merkle.SIZE else bytes(merkle.SIZE)

    def _roots(self):
        """Compare the tree with what was signed for its size."""
        while self.next and self.next.size <= self.size:
            if self.next.fault:
                yield self.next.fault
            elif merkle.root_of_peaks(self.peaks) == self.next.root:
                self.proven = self.size
            else:
                yield f"The first {self.size} leaves are not those that {self.next.name} signed."
            self.next = next(self.signed, None)

    def _missing_at_the_end(self):
        while self.next:
            counted = f"Leaves {self.size} to {self.next.size - 1} are missing: {self.next.name} counts them."
            yield self.next.fault or counted
            self.next = next(self.signed, None)

    def _compare(self, place, computed):
        pairs = itertools.zip_longest(merkle.split(_stored(place)), merkle.split(bytes(computed)))
        first = next((number for number, (stored, hashed) in enumerate(pairs) if stored != hashed), None)
        if first is not None:
            self.differing.append((*place, first))

    def _tiles(self):
        for place, computed in self.growing.items():
            self._compare(place, computed)
        beyond = Tile.objects.all()
        for level, last in tiles.above(self.size - 1, self.size):
            beyond = beyond.exclude(level=level, index__lte=last)
        for tile in beyond.iterator(BATCH):
            self._compare((tile.level, tile.index), b"")
        for level, number, first in sorted(self.differing):
            index = number * tiles.WIDTH + first
            leaf = Leaf.objects.filter(index=index).first() if level == 0 else None
            is_stored = first * merkle.SIZE < len(_stored((level, number)))
            if leaf and index >= self.proven and is_stored:
                yield f"{name(leaf)} is not the one in the tree (tile 0/{tiles.name(number)})."
            else:
                yield f"Tile {level}/{tiles.name(number)} was changed: hash {first} is not what the leaves give."


def _stored(place):
    """The hashes of the tile at (level, number), one after another."""
    tile = Tile.objects.filter(pk=place).first()
    return bytes(tile.hashes) if tile else b""


def _rows(kind, size, progress):
    """Compare the rows behind the leaves of `kind`, of a log of `size` leaves, both ways."""
    leaves = Leaf.objects.filter(kind=kind)
    if kind not in sources.SOURCES:
        if leaf := leaves.first():
            yield f"{name(leaf)}: no app says which row it is about."
        return
    seen = bytearray(size)  # a 1 at the index of each leaf that has its row
    rows = iter(sources.SOURCES[kind]())
    while batch := list(itertools.islice(rows, BATCH)):
        found = {leaf.subject: leaf for leaf in leaves.filter(subject__in=[row.subject for row in batch])}
        redacted = set(
            Leaf.objects.filter(kind=LeafKind.REDACTION, subject__in=found).values_list("subject", flat=True)
        )
        for row in batch:
            leaf = found.get(row.subject)
            if leaf is None:
                yield f"{row.subject} ({kind}) is not in the log. {row.address}".rstrip()
                continue
            seen[leaf.index] = 1
            if not row.fits(leaf):
                yield f"{name(leaf)} was logged at another unit or with another number than its row has. {row.address}"
            is_masked = not leaf.salt and kind != LeafKind.REDACTION and row.subject in redacted
            if row.content is None or not (is_masked or leaf.holds(row.content)):
                yield f"{name(leaf)} was changed after it was logged. {row.address}".rstrip()
        progress(len(batch))
    if sum(seen) != leaves.count():
        for leaf in leaves.iterator(BATCH):
            if not seen[leaf.index]:
                yield f"{name(leaf)} is in the log, but its row is gone."


def name(leaf):
    """A leaf as a person finds it."""
    return f"Leaf {leaf.index} ({leaf.number}, {leaf.kind}, {leaf.subject})"
