"""Whether the public log is whole: rows ↔ leaves ↔ tree ↔ checkpoints. Reads everything, trusts only the signatures.

Triggers and rights keep the log as it is; this finds what somebody did who is above both.
"""

import itertools

from audit import log_files
from audit.enums import LeafKind
from audit.errors import LogBroken
from audit.log import codes, merkle, notes, sources, tiles
from audit.models import Checkpoint, Leaf, Tile, TreeHead

BATCH = 1000


def problems(progress=lambda count: None):
    """Yields a sentence for each thing that is not as it was logged; `progress(n)` hears of every n rows looked at.

    Call it in a transaction that sees one moment.
    """
    signed, wrong = _signed_heads()
    yield from wrong
    tree = _Tree(signed)
    yield from tree.problems(progress)
    for kind in LeafKind.values:
        yield from _rows(kind, progress)


def _signed_heads():
    """({size: [(root, name of the checkpoint)]}, what is wrong with the checkpoints themselves)."""
    heads, wrong = {}, []
    verifiers = [verifier for _size, verifier in log_files.public_keys()]
    for row in Checkpoint.objects.iterator():
        try:
            head = notes.Head.parse(notes.opened(row.note, verifiers))
            if head.size != row.size:
                raise ValueError(f"It says {head.size}.")
            heads.setdefault(head.size, []).append((head.root, f"the checkpoint of size {row.size}"))
        except ValueError as error:
            wrong.append(f"The checkpoint of size {row.size} was changed: {error}")
    try:
        if last := log_files.last_head():
            heads.setdefault(last.size, []).append((last.root, "the last checkpoint outside the database"))
    except LogBroken as broken:
        wrong.append(str(broken))
    return heads, wrong


class _Tree:
    """The tree as it follows from the leaves, compared with tiles, head and signatures."""

    def __init__(self, signed):
        self.signed = signed
        self.stored = {(tile.level, tile.index): bytes(tile.hashes) for tile in Tile.objects.iterator()}
        self.head = TreeHead.objects.first() or TreeHead()
        self.peaks, self.computed, self.names = [], {}, {}
        self.proven = 0  # the first so many leaves give a root that was signed

    def problems(self, progress):
        size = 0
        yield from self._roots(0)
        for leaf in Leaf.objects.order_by("index").iterator(BATCH):
            for missing in range(size, leaf.index):
                yield f"Leaf {missing} is missing."
                self._grow(missing, self._stored_hash(missing))
                yield from self._roots(missing + 1)
            hashed = merkle.leaf_hash(leaf.entry)
            if hashed != bytes(leaf.leaf_hash) or codes.code(hashed) != leaf.code:
                yield f"{name(leaf)} was changed: it is not what its hash and its check code say."
            self._grow(leaf.index, hashed)
            size = leaf.index + 1
            yield from self._roots(size)
            progress(1)
        for signed in sorted(self.signed):
            if signed > size:
                yield f"Leaves {size} to {signed - 1} are missing: {self.signed[signed][0][1]} counts them."
        if self.head.size != size or self.head.root != merkle.root_of_peaks(self.peaks):
            yield f"The head of the tree was changed: it counts {self.head.size} leaves, there are {size}."
        yield from self._tiles()

    def _grow(self, index, hashed):
        for level, number, grown in tiles.grown(self.peaks, index, hashed):
            self.computed.setdefault((level, number), bytearray()).extend(grown)

    def _stored_hash(self, index):
        """What the tree says of a leaf that is missing."""
        start = index % tiles.WIDTH * merkle.SIZE
        stored = self.stored.get((0, index // tiles.WIDTH), b"")[start : start + merkle.SIZE]
        return stored if len(stored) == merkle.SIZE else bytes(merkle.SIZE)

    def _roots(self, size):
        for root, checkpoint in self.signed.get(size, ()):
            if merkle.root_of_peaks(self.peaks) == root:
                self.proven = size
            else:
                yield f"The first {size} leaves are not those that {checkpoint} signed."

    def _tiles(self):
        for place in sorted(self.computed.keys() | self.stored.keys()):
            stored = merkle.split(self.stored.get(place, b""))
            computed = merkle.split(bytes(self.computed.get(place, b"")))
            pairs = enumerate(itertools.zip_longest(stored, computed))
            if (first := next((place for place, (one, other) in pairs if one != other), None)) is None:
                continue
            level, number = place
            index = number * tiles.WIDTH + first
            leaf = Leaf.objects.filter(index=index).first() if level == 0 else None
            if leaf and index >= self.proven and first < len(stored):
                yield f"{name(leaf)} is not the one in the tree (tile 0/{tiles.name(number)})."
            else:
                yield f"Tile {level}/{tiles.name(number)} was changed: hash {first} is not what the leaves give."


def _rows(kind, progress):
    """Compare the rows behind the leaves of `kind`, both ways."""
    leaves = Leaf.objects.filter(kind=kind)
    if kind not in sources.SOURCES:
        if leaf := leaves.first():
            yield f"{name(leaf)}: no app says which row it is about."
        return
    seen = set()
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
            seen.add(row.subject)
            if not row.fits(leaf):
                yield f"{name(leaf)} was logged at another unit or with another number than its row has. {row.address}"
            is_masked = not leaf.salt and kind != LeafKind.REDACTION and row.subject in redacted
            if row.content is None or not (is_masked or leaf.holds(row.content)):
                yield f"{name(leaf)} was changed after it was logged. {row.address}".rstrip()
        progress(len(batch))
    if len(seen) != leaves.count():
        for leaf in leaves.iterator(BATCH):
            if leaf.subject not in seen:
                yield f"{name(leaf)} is in the log, but its row is gone."


def name(leaf):
    """A leaf as a person finds it."""
    return f"Leaf {leaf.index} ({leaf.number}, {leaf.kind}, {leaf.subject})"
