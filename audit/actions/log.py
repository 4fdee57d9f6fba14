"""Appending to the public log: in the transaction that makes something public, as its last lock."""

import datetime
import secrets
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from audit import log_files
from audit.actions.checkpoints import contradiction
from audit.errors import LogBroken
from audit.log import codes, merkle, tiles
from audit.models import Leaf, TreeHead
from audit.models.log import content_hash

SALT = 16  # bytes


@dataclass(frozen=True)
class Entry:
    """What is made public: see `append_leaf`."""

    kind: str
    subject: str
    unit_path: str
    number: str
    version: int
    content: dict
    at: datetime.datetime


def append_leaf(*, kind, subject, unit_path, number, version, content, at):
    """Append one leaf to the public log and return it.

    `kind` is a LeafKind; `subject` names the row ("notice/<pk>/<version>"), once per kind; `unit_path` is the id path
    of its unit; `content` a dict of ASCII keys, strings and integers, of which the leaf keeps a salted hash; `at` the
    moment. Locks the head until the end of the transaction: call it after every other lock. Raises ValueError for a
    content without canonical form, LogBroken when the log is not the one that was signed, and
    TransactionManagementError outside a transaction.
    """
    return append_leaves([Entry(kind, subject, unit_path, number, version, content, at)])[0]


def append_leaves(entries):
    """Append a leaf for each of `entries`, in their order, and return them."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A leaf belongs into the transaction that makes something public.")
    leaves = [_leaf(entry) for entry in entries]
    while again := _with_taken_codes(leaves):
        for place in again:
            _salt(leaves[place], entries[place].content)
    head = _locked_head()
    peaks, grown = merkle.split(bytes(head.peaks)), {}
    for index, leaf in enumerate(leaves, head.size):
        leaf.index = index
        for level, number, hashed in tiles.grown(peaks, index, leaf.leaf_hash):
            grown[level, number] = grown.get((level, number), b"") + hashed
    Leaf.objects.bulk_create(leaves, batch_size=5000)
    _extend_tiles(grown)
    head.size += len(leaves)
    head.peaks = b"".join(peaks)
    head.save(update_fields=["size", "peaks"])
    return leaves


def _leaf(entry):
    """The leaf of an entry, without its place."""
    leaf = Leaf(
        kind=entry.kind,
        subject=entry.subject,
        path=entry.unit_path,
        number=entry.number,
        version=entry.version,
        at=entry.at,
    )
    _salt(leaf, entry.content)
    return leaf


def _salt(leaf, content):
    """Give the leaf a new salt, and what follows from that."""
    leaf.salt = secrets.token_bytes(SALT)
    leaf.content_hash = content_hash(leaf.salt, content)
    leaf.leaf_hash = merkle.leaf_hash(leaf.entry)
    leaf.code = codes.code(leaf.leaf_hash)


def _with_taken_codes(leaves):
    """The places of leaves whose check code another leaf has: about one in 2**45 for each that there is."""
    seen = set(Leaf.objects.filter(code__in=[leaf.code for leaf in leaves]).values_list("code", flat=True))
    places = []
    for place, leaf in enumerate(leaves):
        if leaf.code in seen:
            places.append(place)
        seen.add(leaf.code)
    return places


def _locked_head():
    """The head of the tree, locked; made when the log is empty. Raises LogBroken when it is not what was signed."""
    heads = TreeHead.objects.using(DEFAULT_DB_ALIAS).select_for_update()
    if (head := heads.first()) is None:
        TreeHead.objects.bulk_create([TreeHead()], ignore_conflicts=True)
        head = heads.get()
    last = log_files.last_head()
    if last and head.size <= last.size and (reason := contradiction(head, last)):
        raise LogBroken(reason)
    return head


def _extend_tiles(grown):
    """Add hashes at the end of tiles: {(level, index): hashes}."""
    rows = ", ".join(["(%s, %s, %s)"] * len(grown))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_tile (level, index, hashes) VALUES {rows}"
            " ON CONFLICT (level, index) DO UPDATE SET hashes = audit_tile.hashes || EXCLUDED.hashes",
            [value for (level, index), hashes in grown.items() for value in (level, index, hashes)],
        )
