"""`manage.py backup FOLDER` or `backup FILE.tar`: database, files and keys in one archive (governance/backup/)."""

import hashlib
import io
import json
import os
import tempfile
import tomllib
from pathlib import Path

import django
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from psycopg import Error
from tqdm import tqdm

from audit import log_files
from audit.actions import location
from governance.backup import archive, database, programs

# Settings that are no secret, to look at when a machine is set up anew.
SHOWN = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "WEB_CONCURRENCY")
PREFIX = "PORTAL_"
NAMES = "portal-*.tar"


class Command(BaseCommand):
    help = "Writes database, files and keys into one archive. It is not encrypted: do that before it leaves the house."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path, help="a folder (the archive is named by the moment) or a new file")
        parser.add_argument("--keep", type=int, metavar="N", help="of the archives in the folder keep the newest N")

    def handle(self, *, target, keep=None, verbosity=1, **options):
        now = timezone.localtime()
        folder = target if target.is_dir() else target.parent
        path = target / f"portal-{now:%Y%m%d-%H%M%S}.tar" if target.is_dir() else target
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        if path.exists():
            raise CommandError(f"{path} is there already.")
        if keep is not None and (keep < 1 or not target.is_dir()):
            raise CommandError("--keep asks for a folder and for a number from 1.")
        try:
            if database.is_empty():
                raise CommandError("The database has no tables: there is nothing to save yet.")
            quiet = None if verbosity else True
            with tqdm(unit="B", unit_scale=True, desc="Backup", disable=quiet, file=self.stderr) as bar:
                damaged, sha256 = write(path, now, bar)
        except (programs.NoPrograms, Error, OSError) as error:
            raise CommandError(str(error)) from None
        for old in sorted(folder.glob(NAMES))[:-keep] if keep else ():
            old.unlink()
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)\nsha256 {sha256}")
        if damaged:
            raise CommandError(
                f"The backup is written, but {len(damaged)} files of attachments are missing or were changed: "
                + ", ".join(damaged[:5])
            )


def write(path, now, bar):
    """Write the archive; returns (files that are missing or changed, SHA-256 of the archive)."""
    damaged = []
    log = log_files.contents()  # before the database is seen, which must not be older than the last checkpoint
    with (
        database.connected() as one,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch,
        archive.Writer(path, bar.update) as target,
    ):
        facts = database.facts(one)
        folder, dumped_by = programs.for_dump(facts["postgresql"] // 10000)
        dump = Path(scratch, "dump")
        what = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
        what += [f"--snapshot={database.snapshot(one)}", f"--file={dump}"]
        programs.run(folder, "pg_dump", what, database.parameters())
        with dump.open("rb") as file:
            target.add(archive.DATABASE, file, dump.stat().st_size)
        target.add_text(archive.SECRET_KEY, settings.SECRET_KEY)
        target.add_text(archive.SETTINGS, json.dumps(shown_settings(), ensure_ascii=False, indent=1))
        for name, text in log.items():
            target.add_text(f"log/{name}", text)
        for sha256 in database.attachments(one):
            content = content_of(sha256)
            if content is None:
                damaged.append(sha256)
            else:
                target.add(f"files/{location(sha256)}", io.BytesIO(content), len(content))
        target.finish(facts | {"made_at": now.isoformat(), "dumped_by": dumped_by, **versions(), "damaged": damaged})
    return damaged, target.sha256


def content_of(sha256):
    """The content of an attachment, or None when it is missing or is not what its name says."""
    try:
        with default_storage.open(location(sha256)) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def shown_settings():
    """The variables of the environment that say how this portal is set up, secrets apart."""
    names = (name for name in os.environ if name in SHOWN or name.startswith(PREFIX))
    return {name: os.environ[name] for name in sorted(names)}


def versions():
    """Which portal made the archive."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return {"portal": project["version"], "django": django.get_version()}
