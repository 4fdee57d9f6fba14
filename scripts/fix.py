"""`make fix`: mend what a program can mend."""

import subprocess
import sys

from scripts import PROJECT, document_writers, tracked


def main():
    """Run every mender; return 1 if something is left that needs a person."""
    python = [sys.executable, "-m"]
    menders = [
        [*python, "django_upgrade", "--target-version", "5.2", "--exit-zero-even-if-changed", *tracked("*.py")],
        [*python, "ruff", "check", "--fix", "."],
        [*python, "ruff", "format", "."],
    ]
    templates = tracked("*.html")
    if templates:
        menders.append([*python, "djhtml", "--tabwidth", "2", *templates])
    menders += [[sys.executable, "manage.py", writer] for writer in document_writers()]
    menders.append([*python, "scripts.translations", "--update"])
    return max([subprocess.run(mender, check=False, cwd=PROJECT).returncode for mender in menders])


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
