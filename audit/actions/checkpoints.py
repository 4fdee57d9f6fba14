"""Signing how large the public log is and what its root is; refusing a log that is not the one signed before."""

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from audit import log_files
from audit.errors import LogBroken
from audit.log import merkle, notes
from audit.models import Checkpoint, Tile, TreeHead


def checkpoint():
    """The signed note about the tree as it is committed now: call it outside a transaction.

    It is signed when somebody asks, once for each size. Raises LogBroken.
    """
    head = committed_head()
    last = log_files.last_head()
    kept = Checkpoint.objects.using(DEFAULT_DB_ALIAS).filter(size=head.size).first()
    if kept and last and last.size == head.size:
        return kept.note
    with log_files.locked():
        last = log_files.last_head()
        if reason := contradiction(head, last):
            raise LogBroken(reason)
        signer = log_files.signer()
        note = signer.sign(notes.Head(signer.name, head.size, head.root).text)
        Checkpoint.objects.bulk_create([Checkpoint(size=head.size, note=note)], ignore_conflicts=True)
        note = Checkpoint.objects.using(DEFAULT_DB_ALIAS).get(size=head.size).note
        if last is None or last.size <= head.size:
            log_files.keep(note)
    return note


def checkpoint_of_today():
    """(the Signer of now, the present checkpoint as signed by it alone): for what is signed beside a checkpoint.

    After a new key the one that is kept has the signature of the key before, until the log grows.
    """
    text = checkpoint().rpartition("\n\n")[0] + "\n"
    with log_files.locked():
        signer = log_files.signer()
    return signer, signer.sign(text)


def committed_head():
    """The head of the tree, read where it is written: a replica may lag behind what was signed."""
    return TreeHead.objects.using(DEFAULT_DB_ALIAS).first() or TreeHead()


def contradiction(head, last):
    """Why the tree under `head` does not continue the one that `last` (a Head or None) was signed of; None if it does.

    Reads tiles where the tree has grown since.
    """
    if last is None:
        return None
    if head.size < last.size:
        return _(
            "The database holds %(size)s entries of the public log, but %(signed)s were signed: it is older than what"
            " was published. Nothing can be published until the administrator has mended this (docs/operations.md)."
        ) % {"size": head.size, "signed": last.size}
    if root_at(last.size, head) != last.root:
        return _(
            "The public log is not the one that was signed at %(signed)s entries. Nothing can be published until the"
            " administrator has mended this (docs/operations.md)."
        ) % {"signed": last.size}
    return None


def log_problem():
    """What is wrong between the database and the last checkpoint that was signed, or None."""
    try:
        return contradiction(committed_head(), log_files.last_head())
    except LogBroken as broken:
        return str(broken)


def root_at(size, head):
    """The root of the first `size` leaves; None when tiles are missing."""
    if size == head.size:
        return head.root
    if size == 0:
        return merkle.EMPTY
    tiles = Tile.objects.using(DEFAULT_DB_ALIAS).covering([size - 1], head.size)
    try:
        return merkle.tree_root(size, tiles.nodes())
    except KeyError:
        return None


def new_log_key(*, after_loss=False):
    """Make a new key; it signs from now on. Returns its Verifier.

    `after_loss`: the database is a restored one that lacks leaves which were signed. The log goes on under another
    name, for nobody can continue the old one; its last checkpoint stays beside the new one's.
    """
    head = committed_head()
    with log_files.locked():
        origin = log_files.signer().name
        if after_loss:
            origin = log_files.close(origin)
        return log_files.new_key(origin, from_size=head.size).verifier
