"""For tests that must commit: several connections at once, real locks, real constraints.

Use the fixture `committed` instead of the mark `django_db`. Afterwards `tests/conftest.py` empties every table with the
triggers out of force (`session_replication_role = replica`), because the log refuses to be emptied.
"""

import threading
import time

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.signals import pre_save

WAIT = 60  # seconds; only a broken test waits that long
TOGETHER = "together"  # the name of the threads that are to meet


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

    threads = [threading.Thread(target=work, args=pair, name=TOGETHER) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return results


class WithoutLocks:
    """Takes away the row locks and lets all that `together` runs meet just before they write `model`.

    Every check in Python has then passed on both sides: only the constraint is left. Nobody waits for one that was
    refused before and has ended, nor for one that waits for a row of theirs.
    """

    def __init__(self, monkeypatch, model):
        monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **options: queryset)
        self.model, self.came = model, set()

    def __enter__(self):
        pre_save.connect(self._wait, sender=self.model, weak=False, dispatch_uid="WithoutLocks")
        return self

    def __exit__(self, *error):
        pre_save.disconnect(sender=self.model, dispatch_uid="WithoutLocks")

    def _wait(self, sender, **kwargs):
        self.came.add(threading.current_thread())
        until = time.monotonic() + WAIT
        while not self._all_came() and not is_waited_for() and time.monotonic() < until:
            time.sleep(0.01)

    def _all_came(self):
        return self.came.issuperset(thread for thread in threading.enumerate() if thread.name == TOGETHER)


def is_waited_for():
    """Whether another connection waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]
