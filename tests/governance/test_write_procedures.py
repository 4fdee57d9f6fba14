"""docs/procedures.md comes from the data, and the check notices when it does not."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from councils.procedures import PROCEDURES, VERSIONS
from councils.voting import RULES
from governance.management.commands import write_procedures


def test_the_page_in_the_repository_is_current():
    call_command("write_procedures", "--check")


def test_a_stale_or_missing_page_fails_the_check(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError):
        call_command("write_procedures", "--check")
    call_command("write_procedures")
    call_command("write_procedures", "--check")
    page = tmp_path / write_procedures.PAGE
    page.write_text(page.read_text(encoding="utf-8") + "more", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("write_procedures", "--check")


def test_the_page_has_every_procedure_step_and_rule():
    text = write_procedures.render()
    assert text.count("```mermaid") == len(PROCEDURES)
    for procedure in PROCEDURES.values():
        for step in procedure.steps:
            assert f'{step.key}["' in text
    assert all(f"| `{row.key}` | {row.version} |" in text for row in VERSIONS if row not in PROCEDURES.values())
    for rule in RULES:
        assert f"| `{rule.key}` | {' '.join(filter(None, (rule.version, rule.mode)))} |" in text


def test_the_page_does_not_depend_on_the_language():

    with translation.override("zh-hans"):
        chinese = write_procedures.render()
    with translation.override("en"):
        assert write_procedures.render() == chinese
