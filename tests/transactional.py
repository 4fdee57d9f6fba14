"""For tests that must commit: several connections at once, real locks, real constraints.

Use the fixture `committed` instead of the mark `django_db`. Afterwards `tests/conftest.py` empties every table with the
triggers out of force (`session_replication_role = replica`), because the log refuses to be emptied.
"""

import contextlib
import threading

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.signals import pre_save

WAIT = 60  # seconds; only a broken test waits that long


def filled():
    """The tables that have rows."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        return {name for (name,) in cursor.fetchall()}


def empty(keep):
    """Empty every table with rows but those of `keep`."""
    tables = ", ".join(f'"{table}"' for table in sorted(filled() - keep))
    if tables:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@pytest.fixture
def committed(transactional_db):
    """Database access that commits."""


def together(*runs):
    """Run the functions at the same moment, each on its own thread and connection; what each returned or raised."""
    start = threading.Barrier(len(runs))
    results = [None] * len(runs)

    def work(place, run):
        try:
            start.wait(WAIT)
            results[place] = run()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return results


class WithoutLocks:
    """Takes away the row locks and lets `count` writers of `model` meet just before they write.

    Every check in Python has then passed on both sides: only the constraint is left. A writer that never comes (because
    it was refused before) is not waited for long.
    """

    def __init__(self, monkeypatch, model, count=2):
        monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **options: queryset)
        self.model, self.meet = model, threading.Barrier(count)

    def __enter__(self):
        pre_save.connect(self._wait, sender=self.model, weak=False, dispatch_uid="WithoutLocks")
        return self

    def __exit__(self, *error):
        pre_save.disconnect(sender=self.model, dispatch_uid="WithoutLocks")

    def _wait(self, sender, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            self.meet.wait(3)
