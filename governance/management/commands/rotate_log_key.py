"""`manage.py rotate_log_key`: another key signs the public log from now on; the old ones stay published."""

from django.core.management.base import BaseCommand

from audit.actions import new_log_key


class Command(BaseCommand):
    help = "Makes a new key for the checkpoints of the public log. What old keys signed stays verifiable."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--after-loss",
            action="store_true",
            help="leaves that were signed are lost for good: the log goes on under another name (docs/operations.md)",
        )

    def handle(self, *, after_loss, verbosity, **options):
        verifier = new_log_key(after_loss=after_loss)
        if verbosity:
            self.stdout.write(f"{verifier}\nPublished at /log/keys. Tell those who watch the log.")
