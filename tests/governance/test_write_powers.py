"""docs/powers.md comes from the tables, and the check notices when it does not."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from governance.management.commands import write_powers
from governance.roles import ROLES
from orgs.powers import Power


def test_page_is_current():
    call_command("write_powers", "--check")


def test_check_fails_on_a_stale_page(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError):
        call_command("write_powers", "--check")
    call_command("write_powers")
    call_command("write_powers", "--check")
    page = tmp_path / write_powers.PAGE
    page.write_text(page.read_text(encoding="utf-8").replace("`oversee`", "`overlook`"), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("write_powers", "--check")


def test_page_names_every_power_and_role():
    text = write_powers.render()
    with translation.override(None):
        assert all(f"| `{power}` | {power.label} |" in text for power in Power)
    section = text.split("## Offices that bring powers")[1].split("## ")[0]
    assert section.count("\n| ") == len(ROLES) + 2
