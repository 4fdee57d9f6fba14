"""The running server as its users see it: entered, used by address, left."""

import contextlib
import fcntl
import hashlib
import os
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

from governance.embedded.accounts import give, reaches, server_account
from governance.embedded.cluster import DATABASE, DISPOSABLE, DURABLE, OWNER, Cluster
from governance.embedded.errors import EmbeddedError
from governance.embedded.postmaster import SOCKET

# A socket's whole path fits into 108 bytes on Linux, 104 on macOS, with a closing zero.
LONGEST_SOCKET_FOLDER = 103 - len(f"/{SOCKET}")
# Where root's server lives when the project's own folder is closed to the server's user.
ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))


class Server:
    """A PostgreSQL server that runs while anybody is inside `with Server(folder)`.

    `durable=False` trades safety after a power cut for speed: for tests. `report` is called with one line about
    anything that takes long or is not as expected.
    """

    def __init__(self, folder, *, durable=True, report=print):
        self.report = report
        self.account = server_account()
        self.folder = Path(folder).resolve()
        self.settings = DURABLE if durable else DISPOSABLE
        self.cluster = None
        self._holder = None
        self._locks = contextlib.ExitStack()

    def url(self, role=OWNER, database=DATABASE):
        """The server's address for one role, password included, as DATABASE_URL wants it."""
        password, socket = quote(self.passwords[role]), quote(str(self.socket_folder), safe="")
        return f"postgres://{role}:{password}@/{database}?host={socket}"

    def __enter__(self):
        self._holder = os.getpid()
        try:
            self._settle()
            self._join()
        except BaseException as error:
            self._leave()
            if isinstance(error, PermissionError):
                advice = f"run this as its owner, or remove {self.folder}"
                raise EmbeddedError(f"{error.filename} belongs to somebody else: {advice}.") from error
            raise
        return self

    def __exit__(self, *failure):
        self._leave()

    def _join(self):
        """Become one of the server's users; the first one makes and starts it."""
        self._admin, self._users = map(self._open, ("admin.lock", "users.lock"))
        with locked(self._admin):
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._prepare_socket_folder()
            self.cluster = Cluster(
                self.folder, socket_folder=self.socket_folder, account=self.account, settings=self.settings
            )
            if not self.cluster.exists():
                self.report("Making a database (once, a few seconds) ...")
                self.cluster.create(keep_open=(self._admin.fileno(),))
            self.passwords = self.cluster.passwords()
            self.cluster.ensure_running()

    def _leave(self):
        """Give the shared lock back; the last one stops the server.

        A forked child shares the lock with its parent: it must touch nothing, or it would release it for both.
        """
        if os.getpid() != self._holder:
            return
        with undisturbed(), self._locks:
            if self.cluster is None:
                return
            with locked(self._admin), contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.cluster.stop()

    def _open(self, name):
        return self._locks.enter_context((self.folder / name).open("w"))

    def _settle(self):
        """Choose and make the folder; for root one that the server's user can reach."""
        if self.account is not None and not reaches(self.account, nearest(self.folder)):
            wanted = self.folder
            self.folder = elsewhere(wanted, self.account)
            self.report(f"{wanted} is closed to the user {self.account.pw_name}; the database is in {self.folder}.")
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.geteuid():
            raise PermissionError(None, None, str(self.folder))
        self.folder.chmod(0o700 if self.account is None else 0o711)

    def _prepare_socket_folder(self):
        """Make the folder of the socket, for the server's user alone; a short one when the project lies too deep."""
        folder = self.folder / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            places = [tempfile.gettempdir(), "/tmp"]  # the first may lie deep as well
            short = [Path(place).resolve() / f"portal-{fingerprint(self.folder)}" for place in places]
            folder = min(short, key=lambda folder: len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER)
        try:
            folder.mkdir(mode=0o700)
            give(folder, self.account)
        except FileExistsError:
            wanted = os.geteuid() if self.account is None else self.account.pw_uid
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid != wanted or found.st_mode & 0o077:
                raise EmbeddedError(f"{folder} is not ours: remove it, or see who made it.") from None
        self.socket_folder = folder


@contextlib.contextmanager
def locked(file):
    """Hold an exclusive lock on an open file."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def undisturbed():
    """Put off Ctrl-C and SIGTERM until the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def nearest(folder):
    """The folder itself or the first one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def elsewhere(folder, account):
    """A folder for the server of `folder` that `account` can reach; always the same one."""
    for place in ELSEWHERE:
        if place.is_dir() and reaches(account, place):
            return place / f"governance-portal-{fingerprint(folder)}"
    places = ", ".join(map(str, ELSEWHERE))
    raise EmbeddedError(f"The user {account.pw_name} can reach neither {folder} nor any of {places}.")


def fingerprint(folder):
    """A short name for a path."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
