"""What Django has to do before the portal can serve: migrations, catalogues, static files."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from audit.actions import drop_withheld
from audit.actions.checkpoints import log_problem
from governance.database_roles import prepare_grants

# A checkout writes both files of a catalogue within moments, in any order.
CHECKOUT = 10  # seconds


class Command(BaseCommand):
    help = "Bring database, catalogues and static files up to date, doing only what is needed."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--app-role", metavar="ROLE", help="let this database role work with the owner's tables")

    def handle(self, *, app_role, **options):
        self.migrate()
        if problem := log_problem():
            raise CommandError(problem)
        self.log_what_was_published()
        drop_withheld()
        if app_role:
            prepare_grants(os.environ["DATABASE_URL"], app_role)
        self.compile_catalogues()
        self.collect_static()
        if demo_is_wanted():
            self.load_demo()

    def migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False)

    def log_what_was_published(self):
        """Log what was published before there was a log."""
        from governance.unlogged import log_unlogged

        if done := log_unlogged(timezone.now()):
            self.stdout.write(f"Logged {done} publications of the time before the public log.")

    def compile_catalogues(self):
        """Compile a catalogue that was edited after it was compiled; without gettext the committed one serves."""
        for source in Path(settings.BASE_DIR, "locale").glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            stale = not target.exists() or source.stat().st_mtime > target.stat().st_mtime + CHECKOUT
            if stale and shutil.which("msgfmt"):
                self.stdout.write(f"Compiling {source.relative_to(settings.BASE_DIR)} ...")
                subprocess.run(["msgfmt", "--check-format", "-o", target, source], check=True)
            elif stale:
                self.stderr.write(f"{source.name} is newer than {target.name}: install gettext to compile it.")

    def collect_static(self):
        stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
        fingerprint = static_fingerprint()
        if Path(settings.STATIC_ROOT).is_dir() and stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files ...")
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint)

    def load_demo(self):
        """Load the demo as the portal itself works: by the app role, which is all the demo may need."""
        self.stdout.write("Loading the demo community (once) ...")
        role = {"DATABASE_URL": os.environ.get("APP_DATABASE_URL") or os.environ["DATABASE_URL"]}
        subprocess.run([sys.executable, "manage.py", "load_demo"], check=True, env={**os.environ, **role})


def static_fingerprint():
    """A hash of name, size and time of every static file there is to collect."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{storage.path(path)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def demo_is_wanted():
    """Whether this is a demo that has not been loaded: the command exists and there is no unit yet."""
    from orgs.models import OrgUnit

    return settings.DEMO and "load_demo" in get_commands() and not OrgUnit.objects.exists()
