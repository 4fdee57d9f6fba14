"""See that the search finds what the records say, and mend it."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from governance.search.index import differences, rebuild, repair

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare the index of the search with the records and write anew what differs. --check only tells: exit code 0 "
        "when nothing differs, 2 when something does. --all writes every entry anew."
    )

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="change nothing")
        choice.add_argument("--all", action="store_true", help="write everything anew")

    def handle(self, *, check, all, **options):
        if all:
            self.stdout.write(f"{rebuild()} entries written.")
            return
        found = differences()
        if not found:
            self.stdout.write("The index is what the records say.")
            return
        for kind, record, fault in found[:SHOWN]:
            self.stderr.write(f"{kind} {record}: {fault}")
        if len(found) > SHOWN:
            self.stderr.write(f"… and {len(found) - SHOWN} more.")
        if check:
            raise CommandError(f"{len(found)} records differ.", returncode=2)
        for _record in tqdm(repair(found), total=len(found), unit=" records", disable=None):
            pass
        self.stdout.write(f"{len(found)} records written anew.")
