"""`manage.py sync_grants`: derive all powers again from the terms and governance/roles.py."""

from django.core.management.base import BaseCommand, CommandError

from governance.roles import sync_grants


class Command(BaseCommand):
    help = "Derives the grants of all accounts from their terms. Safe to run at any time."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail when something would change")

    def handle(self, *args, check, **options):
        granted, revoked = sync_grants(check=check)
        if check and (granted or revoked):
            raise CommandError(f"{granted} grants are missing and {revoked} are stale; run sync_grants.")
        self.stdout.write(f"{granted} granted, {revoked} revoked.")
