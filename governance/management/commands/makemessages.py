"""Django's makemessages as this project wants it: stable output, no guessed translations."""

from django.core.management.commands import makemessages

OURS = {
    "no_obsolete": True,
    "no_wrap": True,
    "add_location": "file",
    "ignore_patterns": [".venv", "var", "tests", "benchmarks", "scripts", "docs"],
}


class Command(makemessages.Command):
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args, **options):
        super().handle(*args, **{**options, **OURS})
