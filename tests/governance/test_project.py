"""What holds for the project as a whole: locked packages, clean files, checks that fail when they should."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import polib
import pytest

from scripts import check, translations
from tests.governance.processes import PROJECT, clean_environment

PACKAGES = tomllib.loads((PROJECT / "pyproject.toml").read_text())
LOCKS = {
    "requirements.lock": PACKAGES["project"]["dependencies"],
    "requirements-dev.lock": PACKAGES["project"]["dependencies"] + PACKAGES["dependency-groups"]["dev"],
}


def plain(name):
    """A package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text):
    """{name: version} of a lock file."""
    return {plain(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_every_package_with_hashes_and_names_no_host(name):
    text = (PROJECT / name).read_text()
    versions = locked(text)
    for requirement in LOCKS[name]:
        package, exact = re.match(r"([\w.-]+)(?:\[\w+\])?(?:==([\w.]+))?", requirement).groups()
        assert plain(package) in versions
        assert exact in (None, versions[plain(package)]), f"{name} is older than pyproject.toml: make lock"
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(versions)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


def test_both_locks_agree():
    served, developed = (locked((PROJECT / name).read_text()) for name in LOCKS)
    assert served.items() <= developed.items()


def test_the_makefile_lists_its_commands():
    listing = subprocess.run(["make", "help"], check=True, capture_output=True, text=True, cwd=PROJECT).stdout
    assert {"run", "backup", "restore", "test", "check", "fix", "messages"} <= set(
        re.findall(r"make ([a-z]+)\t", listing)
    )


@pytest.fixture
def project(tmp_path):
    """A project with the script that makes the virtual environment, and a folder of commands to find."""
    shutil.copytree(PROJECT / "scripts", tmp_path / "project" / "scripts")
    (tmp_path / "commands").mkdir()
    for name in ("sh", "dirname", "basename", "cksum", "cat"):
        (tmp_path / "commands" / name).symlink_to(shutil.which(name))
    return tmp_path


def make_venv(project, **environment):
    """What the script says when it finds only the commands of `project`."""
    return subprocess.run(
        ["sh", str(project / "project" / "scripts" / "venv"), "requirements.lock"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(project / "commands"), **environment},
    )


def test_without_python_one_line_says_what_to_install(project):
    result = make_venv(project)
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.11 or newer is needed.")
    assert result.stderr.count("\n") == 1


def test_without_venv_one_line_says_what_to_install(project):
    python = project / "commands" / "python3"
    python.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    result = make_venv(project)
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_newer_python_of_another_name_is_found_and_work_is_not_done_twice(project):
    old = project / "commands" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (project / "commands" / "python3.12").symlink_to(sys.executable)
    (project / "project" / "requirements.lock").write_text("")
    first = make_venv(project)
    assert first.returncode == 0, first.stderr
    assert "with python3.12" in first.stdout
    assert make_venv(project).stdout == ""
    (project / "project" / "requirements.lock").write_text("# changed\n")
    assert make_venv(project).stdout == "Installing the packages of requirements.lock (once, about a minute) ...\n"


def test_the_needed_tools_are_named_when_they_cannot_be_installed(project):
    (project / "commands" / "id").write_text("#!/bin/sh\necho 1000\n")
    (project / "commands" / "id").chmod(0o755)
    for what, package in {"gettext": "gettext", "browser": "chromium-headless-shell fonts-noto-cjk"}.items():
        result = subprocess.run(
            ["sh", str(project / "project" / "scripts" / "need"), what],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": str(project / "commands"), "CHROMIUM": "/no/such/browser"},
        )
        assert result.returncode == 1
        assert package in result.stderr
        assert result.stderr.count("\n") == 1


# -- make check --------------------------------------------------------------------------------------------------------


def test_a_failed_check_fails_them_all(monkeypatch, capsys):
    monkeypatch.setattr(
        check, "checks", lambda: [("Good", ["true"], {}), ("Bad", ["sh", "-c", "echo why; exit 1"], {})]
    )
    assert check.main() == 1
    said = capsys.readouterr().out
    assert "why" in said
    assert "Failed: Bad." in said


def test_passed_checks_pass(monkeypatch):
    monkeypatch.setattr(check, "checks", lambda: [("Good", ["true"], {})])
    assert check.main() == 0


@pytest.mark.slow
def test_the_deploy_check_refuses_a_development_setting():
    command, production = next((row[1], row[2]) for row in check.checks() if row[0] == "Deploy checks")
    env = clean_environment(SECRET_KEY="k7" * 40 + "abcdefghij", **production)
    assert subprocess.run(command, check=False, cwd=PROJECT, env={**env, "PORTAL_TLS": "False"}).returncode == 1


# -- catalogues --------------------------------------------------------------------------------------------------------


def entry(msgid, msgstr="", **options):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **options)


def catalogue(*entries):
    made = polib.POFile()
    made.extend(entries)
    return made


@pytest.mark.parametrize(
    ("faulty", "complaint"),
    [
        (entry("Board"), "missing"),
        (entry("Board", "公开栏", flags=["fuzzy"]), "fuzzy"),
        (entry("%(count)s votes", "%(number)s 票"), "placeholders differ"),
        (entry("%s of %s", "%s 中"), "placeholders differ"),
        (entry("{name} signs", "签字"), "placeholders differ"),
        (entry("%(n)s vote", msgid_plural="%(n)s votes", msgstr_plural={0: ""}), "missing"),
        (entry("%(n)s vote", msgid_plural="%(n)s votes", msgstr_plural={0: "%(m)s 票"}), "placeholders differ"),
    ],
)
def test_an_incomplete_catalogue_is_seen(faulty, complaint):
    found = list(translations.incomplete(catalogue(entry("Vote", "投票"), faulty)))
    assert len(found) == 1
    assert found[0].startswith(complaint)


def test_a_complete_catalogue_passes():
    good = [
        entry("%(count)s of %(whole)s votes", "%(whole)s 票中 %(count)s 票"),
        entry("100%% of %s", "%s 的 100%%"),
        entry("one vote", msgid_plural="%(n)s votes", msgstr_plural={0: "%(n)s 票"}),
    ]
    assert list(translations.incomplete(catalogue(*good))) == []


def test_an_outdated_catalogue_is_seen():
    found = list(
        translations.outdated(catalogue(entry("old", "旧"), entry("x", "一")), catalogue(entry("new"), entry("x")))
    )
    assert found == ["not in the catalogue: 'new'", "no longer in the source: 'old'"]


def test_a_stale_compilation_is_seen(tmp_path):
    made = catalogue(
        entry("Board", "公开栏"), entry("not yet"), entry("a vote", msgid_plural="%(n)s", msgstr_plural={0: "票"})
    )
    path = tmp_path / "django.mo"
    assert len(list(translations.uncompiled(made, path))) == 1
    made.save_as_mofile(str(path))
    assert list(translations.uncompiled(made, path)) == []
    made[0].msgstr = "栏"
    assert len(list(translations.uncompiled(made, path))) == 1


def test_nothing_committed_names_a_machine():
    """No path of a home folder, no host of a package index."""
    listing = subprocess.run(["git", "ls-files", "-z"], check=False, capture_output=True, text=True, cwd=PROJECT).stdout
    if not listing:
        pytest.skip("not a git checkout")
    suspect = re.compile("/(?:root|" + "work)/|pypi" + r"\.org|files\.pythonhosted")
    for name in filter(None, listing.split("\0")):
        path = Path(PROJECT, name)
        if path.is_file() and path.suffix in {".py", ".html", ".md", ".toml", ".lock", ".css", ".js", ".json", ""}:
            assert not suspect.search(path.read_text(errors="replace")), name
