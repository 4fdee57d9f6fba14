"""The database as a backup sees it: everything at one moment, and afterwards the same again."""

import contextlib
import time

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
# What keeps the record as it is: triggers that are on, constraints, indexes. PostgreSQL 18 began to list NOT NULL.
GUARDS = """
    SELECT 'trigger ' || relname || '.' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND tgenabled = 'O' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'constraint ' || relname || '.' || conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE convalidated AND contype <> 'n' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
"""
# The server's own workers have no user. What kind of process it is stays hidden from an owner who is no superuser.
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""


def parameters():
    """How libpq reaches the database of the settings."""
    given = connection.settings_dict
    wanted = {
        "dbname": given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
        **{name: value for name, value in given["OPTIONS"].items() if isinstance(value, str)},
    }
    return {name: value for name, value in wanted.items() if value}


@contextlib.contextmanager
def connected():
    """A connection of its own that only reads, all of it at one moment."""
    with contextlib.closing(psycopg.connect(**parameters())) as one:
        one.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        one.read_only = True
        yield one


def facts(one):
    """Versions, migrations, rows of each table, guards and the files that attachments name."""
    tables = [name for (name,) in one.execute(f"{TABLES} ORDER BY relname")]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {
        "postgresql": one.info.server_version,
        "migrations": sorted(f"{app}.{name}" for app, name in one.execute("SELECT app, name FROM django_migrations")),
        "tables": {name: one.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in tables},
        "guards": sorted(name for (name,) in one.execute(GUARDS)),
    }


def attachments(one):
    """The SHA-256 of every file that an attachment names, but of those withheld by law: their content is gone.

    Backups of the time before files were withheld have no such column.
    """
    rows = one.execute(
        "SELECT DISTINCT sha256 FROM audit_attachment a WHERE to_jsonb(a) ->> 'withheld_id' IS NULL ORDER BY sha256"
    )
    return [sha256 for (sha256,) in rows]


def snapshot(one):
    """The name under which pg_dump sees the database at the moment of this connection, as long as that is open."""
    return one.execute("SELECT pg_export_snapshot()").fetchone()[0]


def is_empty():
    """Whether there is no table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({TABLES})")
        return not cursor.fetchone()[0]


def others_connected(patience=5):
    """How many others are working with the database.

    Who has just closed a connection is still listed until the server's process has ended: up to `patience` seconds
    are given for that.
    """
    until = time.monotonic() + patience
    while (count := _others()) and time.monotonic() < until:
        time.sleep(0.1)
    return count


def _others():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees all activity as at its first look
        cursor.execute(OTHERS)
        return cursor.fetchone()[0]


def empty():
    """Drop everything, rights included. The schema belongs to the owner of the database afterwards as before."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    connection.close()


def unknown_migrations(applied):
    """Those of `applied` ("app.name") that this code does not have: they are of a newer portal."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    return sorted(set(applied) - known)


def differences(wanted):
    """What the database has otherwise than `wanted` (facts at the time of the backup), in words."""
    with connected() as one:
        found = facts(one)
    for name in sorted(wanted["tables"].keys() | found["tables"].keys()):
        before, now = wanted["tables"].get(name), found["tables"].get(name)
        if before != now:
            yield f"{name} had {before} rows and has {now}"
    for guard in sorted(set(wanted["guards"]) - set(found["guards"])):
        yield f"{guard} is missing"
