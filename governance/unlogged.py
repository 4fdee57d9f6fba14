"""The public log of a database that is older than it: what was published before is logged once, the oldest first."""

from heapq import merge
from itertools import islice
from operator import itemgetter

from django.db import transaction

from audit.actions import append_leaves
from councils.actions.log import unlogged_resolutions
from disclosure.actions.log import unlogged_publications, unlogged_withdrawals

AT_ONCE = 2000


def log_unlogged(at, advance=lambda number: None):
    """Append what has no leaf yet, as of the moment `at`; returns how many leaves. `advance` is told of each batch.

    All or nothing, so that the order is that of the publications.
    """
    sources = (unlogged_publications(at), unlogged_withdrawals(at), unlogged_resolutions(at))
    entries, done = map(itemgetter(1), merge(*sources, key=itemgetter(0))), 0
    with transaction.atomic():
        while batch := list(islice(entries, AT_ONCE)):
            append_leaves(batch)
            done += len(batch)
            advance(len(batch))
    return done
