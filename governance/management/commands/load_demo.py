"""Load the demo community into an empty database."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from governance.demo import story
from orgs.models import OrgUnit


class Command(BaseCommand):
    help = "Load the demo: 青禾街道 with its communities, their people, boards and matters. All of it is invented."

    def handle(self, **options):
        if OrgUnit.objects.exists():
            raise CommandError("There are units already; the demo goes into an empty database only.")
        with transaction.atomic(), tqdm(story.CHAPTERS, desc="Demo", unit="chapter", file=self.stderr) as chapters:
            story.tell(timezone.localdate(), chapters)
