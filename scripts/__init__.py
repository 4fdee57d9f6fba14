"""What `make check`, `make fix` and `make messages` run."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def tracked(*patterns):
    """The project's files that git knows or would add, as paths relative to the project."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    names = subprocess.run(listing, check=True, capture_output=True, text=True, cwd=PROJECT).stdout.split("\0")
    return [name for name in sorted(set(names)) if name and (PROJECT / name).is_file()]


def document_writers():
    """The management commands that generate documents: write_…, each of which also knows --check."""
    return sorted(path.stem for path in PROJECT.glob("*/management/commands/write_*.py"))
