"""What was told once in a test run, for every process of it: rows, files and the objects that name them.

The first process to ask tells the demo into its own database and keeps a copy of every table; the others read the
copies, which takes a fraction of the time. Whoever asks is inside a transaction.
"""

import contextlib
import fcntl
import os
import pickle
import shutil
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.transactional import filled


def run_folder(tmp_path_factory):
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextlib.contextmanager
def locked(path):
    """One process at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def told_once(shared, name, media, tell):
    """The result of `tell()`, which fills the database and the folder `media`; told by the first process that asks.

    All tables are copied, those of migrations too: permissions have other numbers in each database.
    """
    folder = Path(shared) / name
    with locked(Path(shared) / f"{name}.lock"):
        if (folder / "objects").exists():
            shutil.copytree(folder / "media", media, dirs_exist_ok=True)
            _read(folder)
            return pickle.loads((folder / "objects").read_bytes())
        result = tell()
        draft = folder.with_suffix(".draft")
        draft.mkdir()
        _write(draft, filled() - {"django_migrations"})
        shutil.copytree(media, draft / "media")
        (draft / "objects").write_bytes(pickle.dumps(result))
        draft.rename(folder)
        return result


def _write(folder, names):
    with connection.cursor() as cursor:
        for name in names:
            with (folder / f"{name}.rows").open("wb") as file, cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                file.writelines(rows)
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        (folder / "sequences").write_bytes(pickle.dumps(cursor.fetchall()))


def _read(folder):
    """The rows as they were; numbers go on behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in filled() - {"django_migrations"}:
            cursor.execute(f'DELETE FROM "{name}"')
        for path in folder.glob("*.rows"):
            with cursor.copy(f'COPY "{path.stem}" FROM STDIN') as rows:
                rows.write(path.read_bytes())
        cursor.execute("SET LOCAL session_replication_role = origin")
        last = pickle.loads((folder / "sequences").read_bytes())
        cursor.execute(
            "SELECT setval(name::regclass, last) FROM unnest(%s::text[], %s::bigint[]) AS s (name, last)",
            [[name for name, _last in last], [number for _name, number in last]],
        )
    ContentType.objects.clear_cache()
