"""`manage.py reset_second_factor ACCOUNT`: when no administrator is left who could do it in the administration."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.errors import Refused
from orgs.actions import reset_second_factor
from orgs.models import User


class Command(BaseCommand):
    help = "Removes the second factor of an account whose telephone and recovery codes are lost."

    def add_arguments(self, parser):
        parser.add_argument("account")

    def handle(self, *, account, **options):
        user = User.objects.filter(username=account).first()
        if user is None:
            raise CommandError(f"There is no account {account}.")
        try:
            reset_second_factor(user=user, by=None, at=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{account} logs in with the password alone now.")
