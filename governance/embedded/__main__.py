"""Run one command with a database: `python -m governance.embedded [--data DIR] [--durable] -- COMMAND ...`.

The command finds the owner's address in DATABASE_URL and a passing SECRET_KEY. This process holds the server for the
time and then ends as the command did. With DATABASE_URL already set the command simply runs.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from governance.embedded import EmbeddedError, Server

DATA = Path(__file__).resolve().parent.parent.parent / "var" / "test-pg"


def main(arguments=None):
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m governance.embedded", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", default=DATA, type=Path, help="folder of the server (default: var/test-pg)")
    parser.add_argument("--durable", action="store_true", help="keep the data safe through a power cut")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args(arguments)
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    if os.environ.get("DATABASE_URL"):
        return run(options.command)
    signal.signal(signal.SIGTERM, end_by)
    try:
        with Server(options.data, durable=options.durable, report=say) as server:
            return run(options.command, DATABASE_URL=server.url())
    except EmbeddedError as error:
        say(str(error))
        return 1


def run(command, **environment):
    """Run `command` to its end; SIGTERM and SIGHUP are passed on, Ctrl-C reaches it by the terminal."""
    try:
        child = subprocess.Popen(command, env={**os.environ, **environment})
    except OSError as error:
        say(f"{command[0]}: {error.strerror}.")
        return 127
    signal.signal(signal.SIGINT, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: child.send_signal(received))
    status = child.wait()
    return status if status >= 0 else 128 - status


def end_by(number, _frame):
    """Leave by the usual way out, through every `finally`."""
    sys.exit(128 + number)


def say(line):
    """Tell a person, without mixing with what the command prints."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
