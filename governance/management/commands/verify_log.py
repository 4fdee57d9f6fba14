"""`manage.py verify_log`: whether everything in the public log is still what was logged (audit/verification.py)."""

import itertools

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from audit.models import Leaf
from audit.verification import problems

MOST = 20  # problems that are told


class Command(BaseCommand):
    help = "Compares rows, leaves, tree and signed checkpoints of the public log; exit status 1 when something differs."
    requires_system_checks = []

    def handle(self, *, verbosity, **options):
        nested = connection.in_atomic_block
        with transaction.atomic():
            if not nested:  # what is published meanwhile is left for the next time
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            size = Leaf.objects.count()
            quiet = None if verbosity else True
            with tqdm(total=2 * size, unit="", desc="Log", disable=quiet, file=self.stderr) as bar:
                found = list(itertools.islice(problems(bar.update), MOST))
        for problem in found:
            self.stdout.write(problem)
        if found:
            more = " or more" if len(found) == MOST else ""
            raise CommandError(f"{len(found)}{more} things in the public log are not as they were logged.")
        if verbosity:
            self.stdout.write(f"The public log is whole: {size} leaves.")
