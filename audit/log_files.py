"""What of the public log is kept outside the database, in `settings.LOG_DIR`: its keys and the last checkpoint.

- `key`: the private key that signs checkpoints. `keys`: each public key there was, after the size from which it signs.
- `checkpoint`: the last one that was signed. A database that is older, or that says otherwise, is not trusted.
"""

import contextlib
import fcntl
import os
import re
import tempfile
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from audit.errors import LogBroken
from audit.log import notes

KEY, KEYS, CHECKPOINT = "key", "keys", "checkpoint"
NAMES = (KEY, KEYS, CHECKPOINT)


@contextlib.contextmanager
def locked():
    """One process of this machine at a time signs or makes keys."""
    settings.LOG_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.LOG_DIR / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def signer():
    """The key that signs, made at the first call; the caller holds the lock."""
    path = settings.LOG_DIR / KEY
    if not path.exists():
        return new_key(_first_origin(), from_size=0)
    return notes.Signer.parse(path.read_text())


def new_key(origin, *, from_size):
    """Make a key that signs from the tree of `from_size` leaves on; the public keys of before stay in the list."""
    key = notes.Signer.new(origin)
    lines = [*_lines(), f"{from_size} {key.verifier}"]
    _replace(settings.LOG_DIR / KEYS, "".join(f"{line}\n" for line in lines))
    _replace(settings.LOG_DIR / KEY, key.secret)
    return key


def public_keys():
    """[(size from which it signs, Verifier)] of every key there was, the oldest first."""
    pairs = (line.split(" ", 1) for line in _lines())
    return [(int(size), notes.Verifier.parse(text)) for size, text in pairs]


def last_head():
    """The Head of the last checkpoint that was signed, or None. Raises LogBroken when the file cannot be read."""
    try:
        return notes.Head.parse((settings.LOG_DIR / CHECKPOINT).read_text())
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        path = settings.LOG_DIR / CHECKPOINT
        raise LogBroken(_("The last checkpoint in %(path)s cannot be read.") % {"path": path}) from error


def keep(note):
    """Keep a checkpoint as the last one; the caller holds the lock."""
    _replace(settings.LOG_DIR / CHECKPOINT, note)


def contents():
    """{name: text} of the files there are; only reads, as a backup may do no more."""
    return {name: path.read_text() for name in NAMES if (path := settings.LOG_DIR / name).exists()}


def put(texts):
    """Write files of a backup where there are none: what is here of the same log is newer, and stays.

    What is here of another log, as of a demo that ran on this machine, is put aside.
    """
    with locked():
        ours = _lines()[:1] == texts.get(KEYS, "").splitlines()[:1]
        for name, text in texts.items():
            path = settings.LOG_DIR / name
            if path.exists() and not ours:
                path.rename(settings.LOG_DIR / f"{name}-before-restore")
            if not path.exists():
                _replace(path, text)


def close(origin):
    """Put the last checkpoint of a lost log aside; the name under which the log goes on. The caller holds the lock."""
    lost = len(list(settings.LOG_DIR.glob(f"{CHECKPOINT}-lost-*"))) + 1
    path = settings.LOG_DIR / CHECKPOINT
    if path.exists():
        path.rename(settings.LOG_DIR / f"{CHECKPOINT}-lost-{lost}")
    return f"{re.sub('-[0-9]+$', '', origin)}-{lost + 1}"


def _replace(path, text):
    """Put `text` into `path` with mode 0600: whole or not at all, and on the disk when this returns."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _lines():
    with contextlib.suppress(FileNotFoundError):
        return (settings.LOG_DIR / KEYS).read_text().splitlines()
    return []


def _first_origin():
    """The name of the log: its address without the scheme, as far as that is known on the first run."""
    return f"{urlsplit(settings.PORTAL_URL).netloc or 'localhost'}/log"
