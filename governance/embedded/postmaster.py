"""What the files that PostgreSQL leaves behind say about a running server."""

import os
import subprocess
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


def running(pgdata):
    """The process id of the live postmaster of `pgdata`, or None.

    Not taken for alive: a process that is gone, a zombie nobody has reaped yet (a signal can still be sent to it,
    which deceives PostgreSQL itself), and a stranger who was given the same number since.
    """
    pid = number_in(pgdata / "postmaster.pid")
    return pid if pid is not None and serves(pid, pgdata) else None


def status(pgdata):
    """The word the postmaster wrote into its file: starting, ready, stopping; empty when there is none."""
    try:
        return (pgdata / "postmaster.pid").read_text().splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def clear_stale(pgdata, socket_folder):
    """Remove the lock files of a server that is not running, which would refuse the next start."""
    for name in (pgdata / "postmaster.pid", socket_folder / f"{SOCKET}.lock", socket_folder / SOCKET):
        name.unlink(missing_ok=True)


def number_in(path):
    """The process id on the first line of a lock file, or None."""
    try:
        return int(path.read_text().splitlines()[0])
    except (OSError, IndexError, ValueError):
        return None


def serves(pid, pgdata):
    """Whether process `pid` lives and is a postmaster of `pgdata`: its working directory is the data directory."""
    if not Path("/proc/self").exists():
        return _serves_by_ps(pid, pgdata)
    process = Path("/proc", str(pid))
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" and os.path.samefile(process / "cwd", pgdata)
    except OSError:
        return False


def _serves_by_ps(pid, pgdata):
    """The same where there is no /proc (macOS)."""
    answer = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], check=False, capture_output=True, text=True)
    state, _, command = answer.stdout.strip().partition(" ")
    return bool(state) and not state.startswith("Z") and str(pgdata) in command
