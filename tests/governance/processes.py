"""Starting, watching and killing real processes."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from governance.embedded import postmaster

PATIENCE = 120  # seconds; only a broken test waits that long
PROJECT = Path(__file__).resolve().parent.parent.parent
# The real Makefile, with the packages of this test run.
MAKE_RUN = ["make", "run", "VENV=true", f"PY={sys.executable}"]
OURS = (
    "DATABASE_URL",
    "APP_DATABASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "PORT",
    "PORTAL_VAR",
    "PORTAL_DEMO",
    "MAKEFLAGS",
    "MAKELEVEL",
)


def clean_environment(**more):
    """The environment of a shell that knows nothing of the portal."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | more


def start(*command, **options):
    """Start a command in a process group of its own, as a terminal does; its output can be read from the pipe."""
    options = {"env": clean_environment(), "cwd": PROJECT, **options}
    return subprocess.Popen(
        [str(word) for word in command],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A test run in several processes ignores Ctrl-C in each of them; a terminal's command does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )


def members(group):
    """The processes of a process group that are not zombies."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]


def end(process):
    """Kill whatever is left of a started command; the end of a test, not its subject."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def wait_for(condition, seconds=PATIENCE):
    """The first true value of `condition()`; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return value


def free_port():
    """A port where nobody listens, and none that the system would give to an outgoing connection meanwhile."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def output_of(process):
    """All that it said until it ended."""
    return process.communicate(timeout=PATIENCE)[0]


def started(var, port, **environment):
    """Start the portal by make and wait until it answers."""
    settings = {"PORTAL_DEMO": "False", "WEB_CONCURRENCY": "2"} | environment
    env = clean_environment(PORTAL_VAR=str(var), PORT=str(port), **settings)
    process = start(*MAKE_RUN, env=env)
    process.said = []
    for line in process.stdout:
        process.said.append(line)
        if "The portal answers at" in line:
            break
    assert process.poll() is None, process.said
    process.said = "".join(process.said)
    return process


def stop_database(var):
    if pid := postmaster.running(var / "pg" / "pgdata"):
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: not postmaster.running(var / "pg" / "pgdata"))
