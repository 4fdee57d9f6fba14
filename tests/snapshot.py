"""What was told once in a test run, for every process and test of it: rows, files and the objects that name them.

Who asks first writes the story into its own database and keeps a copy of every table; the others read the copies, which
takes a fraction of the time.
"""

import contextlib
import fcntl
import os
import pickle
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from tests.transactional import filled

KEPT = {"django_migrations"}
NUMBERS = "numbers.sql"  # what sets the sequences behind the rows


def several_processes():
    """Whether the run is shared out among processes (pytest-xdist)."""
    return "PYTEST_XDIST_WORKER" in os.environ


def run_folder(tmp_path_factory):
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if several_processes() else base


@contextlib.contextmanager
def locked(path):
    """One process at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrated_once(shared):
    """Make the test database of this process as a copy of one that the first process of the run has migrated."""
    creation, given = connection.creation, connection.settings_dict
    name = creation._get_test_db_name()
    template, migrated = f"test_{given['NAME']}_migrated", Path(shared) / "migrated"
    with locked(Path(shared) / "migrated.lock"):
        if not migrated.exists():
            own = given["NAME"]
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(given["TEST"], "NAME", template)
                creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connection.close()
            settings.DATABASES[connection.alias]["NAME"] = given["NAME"] = own
            migrated.touch()
        with creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


class Stage:
    """The story of the test before, which the next one finds if it asks for the same: both are savepoints of one
    transaction, which ends when somebody needs another database.

    What a test will ask for is taken from the last one of its file with the same fixtures.
    """

    def __init__(self, shared, blocker):
        self.shared, self._blocker = shared, blocker
        self.stories, self.name, self._around = {}, None, None

    @staticmethod
    def _like(item):
        return item.path, frozenset(item.fixturenames)

    def set_for(self, item):
        """Have the story there that this test is likely to ask for, or none, before its own transaction begins."""
        expected = self.stories.get(self._like(item))
        with self._blocker.unblock():
            if self.name != expected:
                self.clear()
            # A module's own transaction (tests/world.py) ends before ours could.
            if expected and not self.name and not connection.in_atomic_block:
                self._around = transaction.atomic()
                self._around.__enter__()
                told_once(self.shared, expected, tell=None)
                self.name = expected

    def tell(self, item, name, tell):
        """The result of `tell()` for this test."""
        if name != self.name:
            if len(connection.atomic_blocks) == 1:
                self.stories[self._like(item)] = name
            return told_once(self.shared, name, tell)
        with connection.cursor() as cursor:
            cursor.execute((self.shared / name / NUMBERS).read_text())
        return _objects(self.shared / name)

    def clear(self):
        """Undo the story."""
        if self.name:
            self.name = None
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)
            ContentType.objects.clear_cache()


def told_once(shared, name, tell, media=None):
    """The result of `tell()`, which fills the database and the folder `media`; told by the first process that asks.

    Everybody gets objects of their own. All tables are copied, those of migrations too: permissions have other numbers
    in each database.
    """
    folder = Path(shared) / name
    with locked(Path(shared) / f"{name}.lock"), transaction.atomic():
        if (folder / "objects").exists():
            _read(folder)
            if media:
                shutil.copytree(folder / "media", media, dirs_exist_ok=True)
        else:
            objects = pickle.dumps(tell())
            draft = folder.with_suffix(".draft")
            draft.mkdir()
            (draft / "objects").write_bytes(objects)
            _write(draft)
            if media:
                shutil.copytree(media, draft / "media")
            draft.rename(folder)
        # Deferred constraints are asked now: each test would ask for all rows again at its end, and undo that.
        connection.check_constraints()
        return _objects(folder)


def _objects(folder):
    return pickle.loads((folder / "objects").read_bytes())


def _write(folder):
    names = sorted(filled() - KEPT)
    values = []
    with connection.cursor() as cursor:
        for name in names:
            with (folder / f"{name}.rows").open("wb") as file, cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                file.writelines(rows)
            for sequence in connection.introspection.get_sequences(cursor, name):
                cursor.execute(f'SELECT max("{sequence["column"]}") FROM "{name}"')
                values.append(f"setval('{sequence['name']}', {cursor.fetchone()[0]})")
    (folder / NUMBERS).write_text(f"SELECT {', '.join(values)}")


def _read(folder):
    """The rows as they were; numbers go on behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in sorted(filled() - KEPT)))
        for path in folder.glob("*.rows"):
            with cursor.copy(f'COPY "{path.stem}" FROM STDIN') as rows:
                rows.write(path.read_bytes())
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute((folder / NUMBERS).read_text())
    ContentType.objects.clear_cache()
