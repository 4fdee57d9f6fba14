"""Look through files and folders for personal data before they are published or handed on."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from tqdm import tqdm

from disclosure.privacy.files import NotReadable, find_in_file

CLEAN, FOUND, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0 nothing found, 1 something found, 2 a path could not be read (and nothing was found elsewhere)."""

    help = (
        "Find personal data in files and folders. Prints a JSON line for each finding: file, place, kind, masked "
        "excerpt. Exit status: 1 when something is found, 2 when something cannot be read, else 0."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--office-number", action="append", default=[], help="a telephone that is no personal data")

    def handle(self, *args, paths, office_number, **options):
        status = CLEAN
        files = [(path, file) for path in map(Path, paths) for file in self._files(path)]
        for given, file in tqdm(files, unit="file", disable=len(files) < 2):
            # A folder's own name is nobody's; those of files and folders in it may be.
            name = file.name if file == given else str(file.relative_to(given))
            try:
                found = find_in_file(file.read_bytes(), name, office_numbers=office_number)
            except (NotReadable, OSError) as error:
                self.stderr.write(f"{file}: {error}")
                status = status or UNREADABLE
                continue
            for place, finding in found:
                line = {"file": str(file), "place": place, "kind": finding.sort.value, "excerpt": finding.excerpt}
                self.stdout.write(json.dumps(line, ensure_ascii=False))
                status = FOUND
        sys.exit(status)

    def _files(self, path):
        if path.is_dir():
            return sorted(file for file in path.rglob("*") if file.is_file())
        return [path]
