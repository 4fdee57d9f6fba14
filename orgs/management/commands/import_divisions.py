"""`manage.py import_divisions DIR`: provinces, cities, areas, streets and villages as units."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from audit.actions import record
from orgs.divisions import TABLES, BadFile, import_table, open_table

SHOWN = 50  # refused rows on the screen


class Command(BaseCommand):
    help = (
        "Imports administrative divisions from provinces.csv, cities.csv, areas.csv, streets.csv and villages.csv. Can "
        "be stopped and run again. Exit code 0: all rows are in; 2: some rows were refused; 1: a file cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--refused", type=Path, help="write every refused row (file, line, reason) to this CSV file"
        )

    def handle(self, *args, folder, refused, **options):
        at = timezone.now()
        outcomes = {}
        try:
            totals = [self.count(folder, table) for table in TABLES]
            for table, total in zip(TABLES, totals, strict=True):
                with tqdm(total=total, desc=table.file, unit=" rows", disable=None) as bar:
                    outcomes[table.file] = import_table(folder, table, advance=bar.update)
        except BadFile as error:
            raise CommandError(str(error)) from None
        self.report(outcomes)
        rows = [row for outcome in outcomes.values() for row in outcome.refused]
        if refused:
            with refused.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([("file", "line", "reason"), *rows])
        changed = {name: [outcome.created, outcome.renamed] for name, outcome in outcomes.items()}
        if any(sum(numbers) for numbers in changed.values()):
            record(by=None, verb="divisions_imported", label=folder.name, at=at, data=changed)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE orgs_orgunit")
        if rows:
            for name, line, reason in rows[:SHOWN]:
                self.stderr.write(f"{name}:{line}: {reason}")
            if len(rows) > SHOWN:
                self.stderr.write(f"… and {len(rows) - SHOWN} more; --refused FILE writes them all.")
            raise CommandError(f"{len(rows)} rows were refused; all others are in.", returncode=2)

    def count(self, folder, table):
        """Lines of a file, so that the bar knows its end; a missing file is found before anything is written."""
        with open_table(folder, table) as reader:
            return sum(1 for _line in reader)

    def report(self, outcomes):
        for name, outcome in outcomes.items():
            self.stdout.write(
                f"{name}: {outcome.created} created, {outcome.renamed} renamed, {outcome.unchanged} unchanged, "
                f"{len(outcome.refused)} refused"
            )
