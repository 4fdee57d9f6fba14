"""Pages of docs/ that are written from the data in the code."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class WritePage(BaseCommand):
    """A command that writes `page` (a path below the project) from `text()`; `--check` fails when it is stale."""

    page = ""

    def text(self):
        """The whole page, in the English of the sources."""
        raise NotImplementedError

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is stale")

    def handle(self, *, check, **options):
        path = settings.BASE_DIR / self.page
        text = self.text()
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{self.page} written.")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"{self.page} is stale: run `manage.py {name}`.")


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
