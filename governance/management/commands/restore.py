"""`manage.py restore FILE`: a portal as it was when the archive was made (governance/backup/). Runs as the owner."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from psycopg import Error
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tqdm import tqdm

from audit import log_files
from audit.actions import location
from audit.actions.checkpoints import log_problem
from governance.backup import database, programs
from governance.backup.archive import DATABASE, LOG, SECRET_KEY, Broken, Reader
from governance.database_roles import prepare_grants

# Lines of a dump's list: extensions that the keeper of the old server had beside ours, as for watching it.
FOREIGN = re.compile(r" EXTENSION - (?!btree_gist )")


class Command(BaseCommand):
    help = "Restores an archive that `backup` wrote, after checking every byte of it."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument("--check", action="store_true", help="look at the archive only")
        parser.add_argument(
            "--replace", metavar="FOLDER", type=Path, help="the database is not empty: save it there, then replace it"
        )
        parser.add_argument("--app-role", help="the role that serves pages (default: that of APP_DATABASE_URL)")

    def handle(self, *, archive: Path, check, replace, app_role=None, **options):
        self.verbosity = options["verbosity"]
        try:
            self.restore(archive, check, replace, app_role or role_of_environment())
        except (Broken, programs.NoPrograms, Error, OSError) as error:
            raise CommandError(str(error)) from None

    def restore(self, path, check, replace, app_role):
        with self.bar("Checking", path.stat().st_size if path.exists() else None) as bar:
            source = Reader(path, bar.update)
        with source:
            manifest = source.manifest
            self.say(f"Made {manifest['made_at']} with PostgreSQL {manifest['postgresql'] // 10000}: whole.")
            if unknown := database.unknown_migrations(manifest["migrations"]):
                raise Broken(f"The backup was made by a newer portal ({unknown[0]}): restore it with that one.")
            if check:
                return
            folder = self.programs(manifest)
            self.make_room(replace)
            self.put_files(source)
            self.fill(source, folder)
            if app_role:
                prepare_grants(owner_address(), app_role)
            self.verify(source)
            self.put_key(source)
            self.put_log(source)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=self.verbosity)
        self.say("Restored: rows, guards and files are those of the backup.")
        if problem := log_problem():
            self.stderr.write(problem)

    def programs(self, manifest):
        with database.connected() as one:
            return programs.for_restore(one.info.server_version // 10000, manifest["dumped_by"])

    def make_room(self, replace):
        """Refuse a database with something in it, or save that first and empty the database."""
        if database.is_empty():
            return
        if replace is None:
            raise Broken("The database is not empty. --replace FOLDER saves what is there into FOLDER and replaces it.")
        if others := database.others_connected():
            raise Broken(f"{others} connections to the database are open: stop the portal (and pgbouncer) first.")
        call_command("backup", replace / f"before-restore-{timezone.localtime():%Y%m%d-%H%M%S}.tar")
        database.empty()

    def put_files(self, source):
        """The attachments; those that are there already are the same, by their name."""
        kept = Path(settings.MEDIA_ROOT)
        for sha256, part in source.files():
            target = kept / location(sha256)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(source.open(part), target, 0o644)

    def fill(self, source, folder):
        self.say("Filling the database ...")
        with tempfile.TemporaryDirectory() as scratch:
            dump = Path(scratch, "dump")
            write_whole(source.open(DATABASE), dump, 0o600)
            contents = programs.run(folder, "pg_restore", ["--list", dump], {})
            chosen = Path(scratch, "contents")
            chosen.write_text("".join(line for line in contents.splitlines(True) if not FOREIGN.search(line)))
            what = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
            what += [f"--use-list={chosen}", f"--dbname={connection.settings_dict['NAME']}"]
            programs.run(folder, "pg_restore", [*what, dump], database.parameters())

    def verify(self, source):
        """Compare the database and the files with the manifest."""
        wrong = list(database.differences(source.manifest))
        with database.connected() as one:
            damaged = set(source.manifest["damaged"])
            lost = [
                name for name in database.attachments(one) if not Path(settings.MEDIA_ROOT, location(name)).exists()
            ]
        wrong += [f"file {name} is missing" for name in lost if name not in damaged]
        if wrong:
            raise Broken(f"The restored portal is not that of the backup: {'; '.join(wrong[:5])}.")
        if damaged:
            self.stderr.write(f"{len(damaged)} files were missing when the backup was made, and are now.")

    def put_key(self, source):
        key = source.open(SECRET_KEY)
        write_whole(key, settings.VAR_DIR / "secret-key", 0o600)
        self.say(f"The secret key is in {settings.VAR_DIR / 'secret-key'}; where SECRET_KEY is set, set it to that.")

    def put_log(self, source):
        """Keys and last checkpoint of the public log; where this machine knows a later one, that stays."""
        parts = [name for name in LOG if name in source.manifest["parts"]]
        log_files.put({Path(name).name: source.open(name).read().decode() for name in parts})

    def bar(self, title, total):
        """A bar for a person at a terminal."""
        quiet = None if self.verbosity else True
        return tqdm(total=total, unit="B", unit_scale=True, desc=title, disable=quiet, file=self.stderr)

    def say(self, line):
        if self.verbosity:
            self.stdout.write(line)


def write_whole(source, target, mode):
    """Copy an open file to `target`, which appears whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:20]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, mode)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def role_of_environment():
    """The role of APP_DATABASE_URL, when that is another one than the owner."""
    role = conninfo_to_dict(os.environ.get("APP_DATABASE_URL", "")).get("user")
    return role if role != connection.settings_dict["USER"] else None


def owner_address():
    """The owner's address, of the database that Django works with."""
    return make_conninfo(**database.parameters())
