"""See that the search finds what the records say, and mend it."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from audit.actions import keep_text
from audit.enums import Audience
from audit.models import Attachment, AttachmentText
from governance.search.index import differences, rebuild, repair

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare the index of the search with the records and write anew what differs. --check only tells: exit code 0 "
        "when nothing differs, 2 when something does. --all writes every entry anew. Public files that were "
        "not read yet are read before."
    )

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="change nothing")
        choice.add_argument("--all", action="store_true", help="write everything anew")

    def handle(self, *, check, all, **options):
        if not check:
            self.read_files()
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

    def read_files(self):
        """Keep the text of each public file that was stored before the portal read them."""
        unread = Attachment.objects.filter(audience=Audience.PUBLIC)
        unread = list(unread.exclude(sha256__in=AttachmentText.objects.values("sha256")))
        for attachment in tqdm(unread, unit=" files", disable=None if unread else True):
            try:
                keep_text(attachment)
            except FileNotFoundError:
                self.stderr.write(f"{attachment}: the file is missing.")
