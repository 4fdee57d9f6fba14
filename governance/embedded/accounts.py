"""The operating system's user that the server runs as, and what that user can reach."""

import os
import pwd
import subprocess

from governance.embedded.errors import EmbeddedError

UNPRIVILEGED = ("postgres", "nobody")


def server_account():
    """The account (pwd entry) to run the server as, or None: the one who asks. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(f"PostgreSQL does not run as root and there is no user {' or '.join(UNPRIVILEGED)} here.")


def as_account(account):
    """Keyword arguments that make `subprocess` run a command as `account` (None: as we are)."""
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def reaches(account, path, *, permission="-x"):
    """Whether `account` may enter (or with "-r" read) `path`. Asked of the kernel: modes, groups and ACLs all count."""
    test = ["/bin/sh", "-c", f'test {permission} "$0"', str(path)]
    return subprocess.run(test, check=False, **as_account(account)).returncode == 0


def give(path, account):
    """Hand one file or folder to `account`."""
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
