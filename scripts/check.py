"""`make check`: everything that can be wrong without running the tests. Runs all checks, then says which failed."""

import os
import subprocess
import sys
import time

from scripts import PROJECT, document_writers, tracked

PRODUCTION = {
    "DEBUG": "False",
    "PORTAL_DEMO": "False",
    "PORTAL_TLS": "True",
    "ALLOWED_HOSTS": "portal.example",
    "CSRF_TRUSTED_ORIGINS": "https://portal.example",
    "PORTAL_URL": "https://portal.example",
}


def checks():
    """Rows of (what is checked, command, extra environment)."""
    python = [sys.executable, "-m"]
    manage = [sys.executable, "manage.py"]
    yield "Python style", [*python, "ruff", "check", "--quiet", "."], {}
    yield "Python format", [*python, "ruff", "format", "--check", "--quiet", "."], {}
    yield "Django idioms", [*python, "django_upgrade", "--target-version", "5.2", "--check", *tracked("*.py")], {}
    templates = tracked("*.html")
    if templates:
        yield "Template indentation", [*python, "djhtml", "--tabwidth", "2", "--check", *templates], {}
    yield "Shell scripts", ["sh", "-n", "scripts/venv"], {}
    yield "System checks", [*manage, "check", "--fail-level", "WARNING"], {}
    yield "Deploy checks", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION
    yield "Migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}
    yield "Translations", [*python, "scripts.translations"], {}
    for writer in document_writers():
        yield f"Document {writer.removeprefix('write_')}", [*manage, writer, "--check"], {}


def main():
    """Run each check, print its output only when it fails; return 1 if any did."""
    failed = []
    for title, command, environment in checks():
        started = time.monotonic()
        result = subprocess.run(
            command, check=False, env={**os.environ, **environment}, capture_output=True, text=True, cwd=PROJECT
        )
        verdict = "failed" if result.returncode else "ok"
        print(f"{title:<22} {verdict:<6} {time.monotonic() - started:5.1f} s", flush=True)
        if result.returncode:
            failed.append(title)
            print(result.stdout + result.stderr, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}. `make fix` mends style, format, idioms, indentation and catalogues.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
