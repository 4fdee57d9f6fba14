"""`make run`: everything between a fresh clone and a portal that answers.

    python -m governance.run                 serve on 127.0.0.1:8000 (PORT changes it)
    python -m governance.run COMMAND ...     run one command on its database, as the owner

Settings that are not given in the environment are made here: SECRET_KEY is kept in a file, the database is an
embedded one unless DATABASE_URL names the owner's address on a server. Django's part is `manage.py prepare`.
"""

import contextlib
import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from governance.embedded import APP, EmbeddedError, Server
from governance.embedded.private import kept

PROJECT = Path(__file__).resolve().parent.parent
# How long the workers of a killed portal may need to leave the port.
PORT_WITHIN = 5  # seconds


class CannotRun(Exception):
    """The portal cannot start; the text says in one sentence what to do."""


def main(command):
    """Serve, or run one command; returns the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    os.chdir(PROJECT)
    try:
        with contextlib.ExitStack() as stack:
            if command:
                owner, app = databases(stack, folder())
                return subprocess.run(command, check=False, env=environment(owner, APP_DATABASE_URL=app)).returncode
            port = chosen_port()
            wait_for(port)
            owner, app = databases(stack, folder())
            manage = [sys.executable, "manage.py", "prepare"]
            subprocess.run(manage, check=True, env=environment(owner, APP_DATABASE_URL=app))
            serve(app, port)
    except (CannotRun, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def folder():
    """Where everything lives that is made here and not committed."""
    path = Path(os.environ.get("PORTAL_VAR") or PROJECT / "var").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{path} cannot be made: {error.strerror}. PORTAL_VAR names another folder.") from error
    return path


def databases(stack, var):
    """The owner's and the app role's address; an embedded server is held by `stack`."""
    from governance.database_roles import app_address, prepare_grants

    owner = os.environ.get("DATABASE_URL")
    if not owner:
        server = stack.enter_context(Server(var / "pg", report=say))
        prepare_grants(server.url(), APP)
        return server.url(), server.url(APP)
    check_server(owner)
    app = os.environ.get("APP_DATABASE_URL")
    if app:
        return owner, app
    app, advice = app_address(owner, var)
    if advice:
        say(f"{advice} Until then the portal works as the owner.")
    return owner, app or owner


def check_server(url):
    """Refuse an address that does not answer, with the server's own words."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        raise CannotRun(f"DATABASE_URL does not work: {' '.join(str(error).split())}") from error


def environment(database_url, **more):
    """The environment of the portal and its commands, working as one database role."""
    var = folder()
    secret = os.environ.get("SECRET_KEY") or kept(var / "secret-key", lambda: secrets.token_urlsafe(60))
    chosen = {"SECRET_KEY": secret, "PORTAL_VAR": str(var), "DATABASE_URL": database_url, **more}
    return {"PORTAL_DEMO": "True", **os.environ, **chosen}


def serve(database_url, port):
    """Serve until somebody ends it."""
    os.environ.update(environment(database_url), PORT=str(port))
    from governance.serving import Portal

    Portal(say).run()


def chosen_port():
    """The port of the environment, 8000 by default."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def wait_for(port):
    """Wait until the port is free; refuse when it does not become so."""
    deadline = time.monotonic() + PORT_WITHIN
    while (problem := port_problem(port)) is not None:
        if problem != errno.EADDRINUSE:
            raise CannotRun(f"Port {port} cannot be used: {os.strerror(problem)}. Choose another: make run PORT=8001")
        if time.monotonic() > deadline:
            raise CannotRun(f"Port {port} is in use. Stop what runs there or choose another: make run PORT={port + 1}")
        time.sleep(0.2)


def port_problem(port):
    """Why the port cannot be bound (an errno), or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno
    return None


def say(line):
    """Tell the person at the terminal at once."""
    print(line, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
