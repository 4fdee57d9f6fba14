"""docs/operations.md and deploy/ as far as they can be judged without being root; deploy/try.sh runs every line."""

import re
import subprocess

import pytest

from tests.governance.processes import PROJECT

GUIDE = (PROJECT / "docs" / "operations.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.M | re.S)
SOURCES = "".join((PROJECT / "governance" / name).read_text() for name in ("settings.py", "gunicorn_conf.py"))


def test_the_blocks_are_shell():
    assert len(BLOCKS) > 10
    subprocess.run(["bash", "-n"], input="".join(BLOCKS), text=True, check=True)
    for script in ("portal-manage", "try.sh"):
        subprocess.run(["bash", "-n", PROJECT / "deploy" / script], check=True)
        assert (PROJECT / "deploy" / script).stat().st_mode & 0o111


@pytest.mark.parametrize("name", sorted(set(re.findall(r"deploy/[\w.-]+\w", GUIDE))))
def test_files_that_the_guide_names_are_there(name):
    assert (PROJECT / name).is_file()


def variables():
    """The variables that the guide writes into the files of settings."""
    return sorted(set(re.findall(r"^([A-Z_]+)=", GUIDE, re.M)) | set(re.findall(r'echo "?([A-Z_]+)=', GUIDE)))


@pytest.mark.parametrize("name", variables())
def test_settings_that_the_guide_names_are_read(name):
    assert f'"{name}"' in SOURCES or name in ("APP_DATABASE_URL", "OWNER", "OLD", "PGPASSWORD")


def test_commands_that_the_guide_names_exist():
    from django.core.management import get_commands

    named = set(re.findall(r"portal-manage (?:--as \w+ )?([a-z_]+)", GUIDE))
    assert named >= {"prepare", "restore", "reset_second_factor"}
    assert named <= get_commands().keys()


def test_units_start_what_there_is():
    for unit in (PROJECT / "deploy").glob("*.service"):
        text = unit.read_text()
        command = re.search(r"^ExecStart=(.*)$", text, re.M)[1]
        assert command.startswith("/srv/portal/.venv/bin/")
        assert "User=portal" in text
        assert "NoNewPrivileges=yes" in text
