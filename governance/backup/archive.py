"""The archive: written under another name until it is whole, and read only after every byte was checked."""

import contextlib
import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SECRET_KEY = "keys/secret-key"
SETTINGS = "settings.json"
LOG = ("log/key", "log/keys", "log/checkpoint")  # of the public log: audit/log_files.py
FILE = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
LARGEST_MANIFEST = 200 * 1024 * 1024
CHUNK = 1024 * 1024


class Broken(Exception):
    """The archive cannot be used; the text says why in one sentence."""


class Hashing:
    """A file that is read or written once, from the beginning, and knows the SHA-256 of what went through."""

    def __init__(self, file, progress=lambda size: None):
        self.file, self.progress, self.digest, self.size = file, progress, hashlib.sha256(), 0

    def _pass(self, data):
        self.digest.update(data)
        self.size += len(data)
        self.progress(len(data))
        return data

    def read(self, size=-1):
        return self._pass(self.file.read(size))

    def write(self, data):
        self.file.write(self._pass(data))
        return len(data)

    @property
    def sha256(self):
        return self.digest.hexdigest()


class Writer:
    """`with Writer(path) as archive: archive.add(...)`. The file has mode 0600 and appears whole or not at all."""

    def __init__(self, path, progress=lambda size: None):
        self.path, self.progress = Path(path), progress
        self.parts = {}
        self.sha256 = None

    def __enter__(self):
        handle, self._draft = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        self._file = os.fdopen(handle, "wb")
        self._whole = Hashing(self._file)
        self._tar = tarfile.open(fileobj=self._whole, mode="w|", format=tarfile.PAX_FORMAT)
        return self

    def add(self, name, file, size):
        """Add a part from an open file of `size` bytes; returns its SHA-256."""
        source = Hashing(file, self.progress)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, source)
        self.parts[name] = {"sha256": source.sha256, "size": size}
        return source.sha256

    def add_text(self, name, text):
        data = text.encode()
        return self.add(name, io.BytesIO(data), len(data))

    def finish(self, facts):
        """Add the manifest, which says `facts` and names every part: the archive is whole."""
        manifest = {"format": FORMAT, **facts, "parts": dict(self.parts)}
        self.add_text(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        os.link(self._draft, self.path)  # refuses to replace an archive that is there
        self.sha256 = self._whole.sha256

    def __exit__(self, *failure):
        self._tar.close()
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._draft)


class Reader:
    """A checked archive: `manifest`, and the content of its parts. Raises Broken for what is not as it was written."""

    def __init__(self, path, progress=lambda size: None):
        self.path = Path(path)
        with contextlib.ExitStack() as stack:
            try:
                self._tar = stack.enter_context(tarfile.open(self.path, "r:"))
                self._members = self._list()
                self.manifest = self._read_manifest()
                self._check(progress)
            except FileNotFoundError:
                raise Broken(f"There is no file {self.path}.") from None
            except (tarfile.TarError, OSError, EOFError) as error:
                raise Broken(f"{self.path} is not a backup of the portal, or it was cut off ({error}).") from None
            self._open = stack.pop_all()

    def _list(self):
        """{name: member} of everything in the tar, which must be files with names of ours, each once."""
        members = {}
        for member in self._tar:
            if member.name in members or not member.isreg() or not allowed(member.name):
                raise Broken(f"{member.name!r} does not belong into a backup of the portal.")
            members[member.name] = member
        return members

    def _read_manifest(self):
        member = self._members.pop(MANIFEST, None)
        if member is None:
            raise Broken(f"{self.path} has no manifest: it was cut off, or is no backup of the portal.")
        if member.size > LARGEST_MANIFEST:
            raise Broken("The manifest is too large to be one.")
        try:
            manifest = json.loads(self._tar.extractfile(member).read())
            version, parts = manifest["format"], manifest["parts"]
            if version != FORMAT:
                raise Broken(f"The backup has format {version}; this portal reads format {FORMAT}.")
            {name: (part["sha256"], part["size"]) for name, part in parts.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Broken("The manifest cannot be read.") from None
        return manifest

    def _check(self, progress):
        """Compare every part with the manifest."""
        parts = self.manifest["parts"]
        if missing := sorted(parts.keys() - self._members.keys()):
            raise Broken(f"{missing[0]} is missing from the backup.")
        if surplus := sorted(self._members.keys() - parts.keys()):
            raise Broken(f"{surplus[0]} was added to the backup.")
        for name, part in parts.items():
            source = Hashing(self.open(name), progress)
            while source.read(CHUNK):
                pass
            named = FILE.fullmatch(name)
            if source.size != part["size"] or source.sha256 != part["sha256"] or (named and named[3] != source.sha256):
                raise Broken(f"{name} was changed after the backup was made.")

    def open(self, name):
        """One part as an open file."""
        return self._tar.extractfile(self._members[name])

    def files(self):
        """(SHA-256, name of the part) of each attachment."""
        return [(match[3], name) for name in self.manifest["parts"] if (match := FILE.fullmatch(name))]

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._open.close()


def allowed(name):
    """Whether a part may have this name."""
    return name in (MANIFEST, DATABASE, SECRET_KEY, SETTINGS, *LOG) or FILE.fullmatch(name) is not None
