"""One PostgreSQL data directory: made, started and stopped."""

import json
import secrets
import shutil
import subprocess
import time

from governance.embedded import binaries, postmaster
from governance.embedded.accounts import as_account, give
from governance.embedded.errors import EmbeddedError
from governance.embedded.private import kept

OWNER = "portal"
APP = "portal_app"
DATABASE = "portal"
START_WITHIN = 60  # seconds, recovery included
LOG_LIMIT = 2_000_000  # bytes

# With lc_ctype "C" neither trigrams nor the text parser know Chinese characters; ICU is in no wheel.
LOCALE = ["--locale=C.UTF-8"]
LOCALE_FROM_17 = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]

ACCESS = "# The only way in: the socket, with a password.\nlocal all all scram-sha-256\n"
# A refused row and the statement that brought it hold what people typed: the log gets the message alone.
DISCREET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
# The index of the search and what it points to stay in memory in a nation too; only what is used is taken.
DURABLE = {"max_connections": "200", "shared_buffers": "384MB", "jit": "off", **DISCREET}
# For databases that may be lost: tests.
DISPOSABLE = DURABLE | {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# Run once, before the first start. The owner may make databases (of tests) and, in tests, empty tables past their
# triggers; it is no superuser. Each command is one line, as single-user mode wants it.
FIRST_COMMANDS = """\
CREATE ROLE {owner} LOGIN CREATEDB PASSWORD '{owner_password}'
CREATE ROLE {app} LOGIN PASSWORD '{app_password}'
GRANT SET ON PARAMETER session_replication_role TO {owner}
CREATE DATABASE {database} OWNER {owner}
"""


class Cluster:
    """The data directory `folder`/pgdata, its socket and its passwords. The caller holds the lock."""

    def __init__(self, folder, *, socket_folder, account, settings):
        self.folder = folder
        self.pgdata = folder / "pgdata"
        self.socket_folder = socket_folder
        self.account = account
        self.settings = settings
        self.binaries = binaries.find(account, folder / "programs")

    # -- making -------------------------------------------------------------------------------------------------------

    def exists(self):
        """Whether the data directory has been made; it appears whole or not at all."""
        return (self.pgdata / "PG_VERSION").exists()

    def create(self, keep_open=()):
        """Make the data directory with its roles and its database.

        `keep_open` are descriptors of locks that the commands inherit, so that nobody else starts over the same
        folder while a command outlives us.
        """
        draft = self.folder / "pgdata.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        give(draft, self.account)
        options = ["--encoding=UTF8", "--username=postgres", "--no-sync", "--no-instructions"]
        options += ["--auth-local=trust", "--auth-host=reject"]
        options += LOCALE_FROM_17 if self.binaries.major >= 17 else LOCALE
        self._run("initdb", "-D", draft, *options, keep_open=keep_open)
        passwords = self.passwords()
        commands = FIRST_COMMANDS.format(
            owner=OWNER, app=APP, database=DATABASE, owner_password=passwords[OWNER], app_password=passwords[APP]
        )
        answer = self._run("postgres", "--single", "-D", draft, "postgres", text=commands, keep_open=keep_open)
        if "ERROR:" in answer or "FATAL:" in answer:
            raise EmbeddedError(f"The new database could not be prepared: {last_line(answer)}")
        self._write(draft / "pg_hba.conf", ACCESS)
        with (draft / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'portal.conf'\n")
        draft.rename(self.pgdata)

    def passwords(self):
        """The password of each role, made at the first call and kept in a file for our eyes only."""
        return json.loads(kept(self.folder / "passwords.json", new_passwords))

    # -- running ------------------------------------------------------------------------------------------------------

    def ensure_running(self):
        """Adopt the server that runs, wait for one that is on its way up or down, or start it."""
        self._same_version()
        deadline = time.monotonic() + START_WITHIN
        while postmaster.running(self.pgdata):
            if postmaster.status(self.pgdata) == "ready":
                return
            wait_until(deadline, "The database server neither starts nor stops.")
        self._configure()
        while True:
            postmaster.clear_stale(self.pgdata, self.socket_folder)
            try:
                self._control("start", "-t", START_WITHIN, "-l", self.log)
                return
            except EmbeddedError as error:
                # The children of a killed postmaster need a moment to notice and to leave the shared memory.
                reason = self._end_of_log()
                if "shared memory block" not in reason:
                    raise EmbeddedError(f"The database server does not start: {last_line(reason)}") from error
                wait_until(deadline, "Processes of a killed database server do not end.")

    def stop(self):
        """Stop the server: at once for its users, safely for the data."""
        if postmaster.running(self.pgdata):
            self._control("stop", "-m", "fast", "-t", START_WITHIN)

    @property
    def log(self):
        """What the server has to say; in the data directory, which belongs to it."""
        return self.pgdata / "server.log"

    def _same_version(self):
        made_by = int((self.pgdata / "PG_VERSION").read_text())
        if made_by != self.binaries.major:
            raise EmbeddedError(
                f"{self.pgdata} was made by PostgreSQL {made_by} and the programs here are {self.binaries.major}: "
                "restore a backup into a new one, or move it away to begin empty."
            )

    def _configure(self):
        """Write what may differ from start to start: the project may have been moved."""
        folder = str(self.socket_folder).replace('"', '""')
        settings = {"listen_addresses": "", "unix_socket_directories": f'"{folder}"', **self.settings}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        self._write(self.pgdata / "portal.conf", "".join(lines))
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _write(self, path, text):
        path.write_text(text)
        path.chmod(0o600)
        give(path, self.account)

    def _control(self, *arguments):
        self._run("pg_ctl", "-D", self.pgdata, "-s", "-w", *arguments)

    def _end_of_log(self):
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - 2000))
                return file.read().decode(errors="replace")
        except OSError:
            return ""

    def _run(self, program, *arguments, text="", keep_open=()):
        """Run one program as the server's user and return all it said; out of reach of the terminal's Ctrl-C.

        The output goes through a file: a started server would keep a pipe open.
        """
        with (self.folder / "command.log").open("w+") as output:
            result = subprocess.run(
                [self.binaries.program(program), *map(str, arguments)],
                check=False,
                input=text.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=binaries.ENVIRONMENT,
                start_new_session=True,
                pass_fds=keep_open,
                **as_account(self.account),
            )
            output.seek(0)
            said = output.read()
        if result.returncode:
            raise EmbeddedError(f"{program} failed: {last_line(said)}")
        return said


def new_passwords():
    """A random password for each role."""
    return json.dumps({role: secrets.token_urlsafe(24) for role in (OWNER, APP)})


def wait_until(deadline, complaint):
    """Sleep a little; raise EmbeddedError with `complaint` once `deadline` has passed."""
    if time.monotonic() > deadline:
        raise EmbeddedError(complaint)
    time.sleep(0.05)


def last_line(text):
    """The last line of a program's output that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
