"""Backups: restored onto an empty machine everything is the same; what is broken is refused before anything is done."""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from audit.actions import checkpoint, location, record, store
from audit.enums import Audience
from audit.models import Attachment
from governance.backup import archive, database, programs
from governance.embedded import APP, Server
from orgs.models import User
from tests import factories
from tests.governance.processes import PATIENCE, PROJECT, clean_environment
from tests.transactional import committed
from tests.world import PDF

__all__ = ["committed"]


@pytest.fixture
def portal(committed, settings, tmp_path, at):
    """A community with a file, in the tests' own database."""
    settings.MEDIA_ROOT = tmp_path / "files"
    liuxi = factories.liuxi()
    clerk = liuxi.people.clerk.user
    upload = SimpleUploadedFile("表决票.pdf", PDF, "application/pdf")
    liuxi.file = store(upload, audience=Audience.UNIT, path=liuxi.unit.path, by=clerk, at=at)
    record(by=clerk, verb="test", at=at, obj=liuxi.unit)
    return liuxi


def counts():
    with database.connected() as one:
        return database.facts(one)["tables"]


@pytest.fixture
def machine():
    """The folder of a portal on a machine where nothing is yet."""
    with tempfile.TemporaryDirectory(prefix="portal-restore-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def on(machine, *command):
    """Run a command there, as `make restore` does; (status, what it said)."""
    env = clean_environment(PORTAL_VAR=str(machine), PORTAL_DEMO="False")
    done = subprocess.run(
        [sys.executable, "-m", "governance.run", sys.executable, *command],
        check=False,
        capture_output=True,
        text=True,
        env=env,
        cwd=PROJECT,
    )
    return done.returncode, done.stdout + done.stderr


# What the second restore does in one process: the portal there is set back by one migration, saved, and replaced by it.
# It is one of the app that no other depends on: one of an app below takes those of all above with it, 40 s of CPU.
OLDER = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "governance.settings"
django.setup()
from django.core.management import call_command
folder = sys.argv[1]
call_command("migrate", "governance", "0004_search_filters", verbosity=0)
call_command("backup", folder + "/older.tar", verbosity=0)
call_command("restore", folder + "/older.tar", replace=__import__("pathlib").Path(folder))
"""


# What the role may do with the tables of the public log.
LOG_RIGHTS = """
    SELECT relname, string_agg(word, ', ' ORDER BY word) FROM pg_class,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) word
    WHERE relname IN ('audit_leaf', 'audit_checkpoint', 'audit_tile', 'audit_treehead')
        AND has_table_privilege(pg_class.oid, word) GROUP BY relname ORDER BY relname
"""


@pytest.mark.slow
def test_an_empty_machine_becomes_the_same_portal(portal, settings, tmp_path, machine):
    signed = checkpoint()
    call_command("backup", tmp_path, verbosity=0)
    (made,) = tmp_path.glob("portal-*.tar")
    assert made.stat().st_mode & 0o777 == 0o600
    before = counts()
    assert before["orgs_user"] >= 8 and before["audit_attachment"] == 1

    status, said = on(machine, "manage.py", "restore", str(made))
    assert status == 0, said
    assert (machine / "secret-key").read_text() == settings.SECRET_KEY
    assert (machine / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (machine / "log" / "checkpoint").read_text() == signed
    assert (machine / "log" / "key").read_text() == (settings.LOG_DIR / "key").read_text()
    assert (machine / "log" / "key").stat().st_mode & 0o777 == 0o600
    kept = machine / "files" / location(portal.file.sha256)
    assert kept.read_bytes() == PDF
    with Server(machine / "pg") as server:
        with psycopg.connect(server.url(APP)) as one:
            assert database.facts(one)["tables"] == before
            name = one.execute("SELECT name FROM orgs_orgunit WHERE code = '990101001001'").fetchone()
            assert name == ("柳溪社区",)
        for role, statement in (
            (APP, "TRUNCATE django_session"),
            (APP, "DROP TRIGGER event_append_only ON audit_event"),
            (APP, "UPDATE audit_event SET verb = 'x'"),
            (None, "UPDATE audit_event SET verb = 'x'"),
            (None, "DELETE FROM audit_event"),
        ):
            with psycopg.connect(server.url(role) if role else server.url()) as one, pytest.raises(psycopg.Error):
                one.execute(statement)
        with psycopg.connect(server.url(APP)) as one:
            rights = one.execute(LOG_RIGHTS).fetchall()
        append, grow = "INSERT, SELECT", "INSERT, SELECT, UPDATE"
        assert [right for _table, right in rights] == [append, append, grow, grow]
        with psycopg.connect(server.url(APP)) as one:  # rights to write, and numbers that go on
            one.execute(
                "INSERT INTO audit_event (verb, actor, label, url, path, data, happened_at, recorded_at)"
                " VALUES ('after', '', '', '', '', '{}', now(), now())"
            )

    status, said = on(machine, "manage.py", "restore", str(made))
    assert status == 1
    assert "The database is not empty." in said

    status, said = on(machine, "-c", OLDER, str(machine))
    assert status == 0, said
    assert len(list(machine.glob("before-restore-*.tar"))) == 1
    with Server(machine / "pg") as server, psycopg.connect(server.url(APP)) as one:
        assert database.facts(one)["tables"]["audit_event"] == before["audit_event"] + 1
        assert "governance.0005_replaced_announcements" in database.facts(one)["migrations"], "migrated afterwards"
        assert one.execute("SELECT to_regprocedure('governance_search_replaced()') IS NOT NULL").fetchone() == (True,)


# Writing


def test_a_missing_and_a_changed_file_are_told_and_the_rest_is_saved(portal, settings, tmp_path, at, capsys):
    Path(settings.MEDIA_ROOT, location(portal.file.sha256)).unlink()
    other = Attachment(sha256=sha256(b"one").hexdigest(), name="x.pdf", media_type="application/pdf", size=3)
    other.audience, other.uploader_id, other.uploaded_at = Audience.PUBLIC, 1, at
    other.save()
    changed = Path(settings.MEDIA_ROOT, location(other.sha256))
    changed.parent.mkdir(parents=True)
    changed.write_bytes(b"two")
    with pytest.raises(CommandError, match="2 files of attachments"):
        call_command("backup", tmp_path / "b.tar", verbosity=0)
    with archive.Reader(tmp_path / "b.tar") as source:
        manifest = source.manifest
    assert sorted(manifest["damaged"]) == sorted([portal.file.sha256, other.sha256])


def test_only_the_newest_are_kept(portal, tmp_path):
    for day in range(10, 14):
        (tmp_path / f"portal-202601{day}-000000.tar").touch()
    (tmp_path / "mine.tar").touch()
    call_command("backup", tmp_path, keep=2, verbosity=0)
    names = sorted(path.name for path in tmp_path.glob("*.tar"))
    assert names[:2] == ["mine.tar", "portal-20260113-000000.tar"]
    assert len(names) == 3


@pytest.mark.parametrize(
    ("target", "options"),
    [("no/such/folder/b.tar", {}), ("there.tar", {}), ("new.tar", {"keep": 2}), (".", {"keep": 0})],
)
def test_a_target_that_is_none(tmp_path, target, options):
    (tmp_path / "there.tar").write_text("mine")
    with pytest.raises(CommandError):
        call_command("backup", tmp_path / target, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["there.tar"]
    assert (tmp_path / "there.tar").read_text() == "mine"


def test_an_archive_that_was_not_finished_is_not_there(tmp_path):
    with pytest.raises(KeyboardInterrupt), archive.Writer(tmp_path / "b.tar") as draft:
        draft.add_text(archive.SETTINGS, "{}")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


# Reading what is not as it was written

CONTENT = b"attachment" * 200
FILE = f"files/{location(sha256(CONTENT).hexdigest())}"
FACTS = {"made_at": "2026-11-22", "postgresql": 150000, "migrations": [], "dumped_by": 15, "damaged": []}


def parts():
    return {archive.DATABASE: b"PGDMP" * 3000, archive.SECRET_KEY: b"key" * 20, archive.SETTINGS: b"{}", FILE: CONTENT}


@pytest.fixture
def whole(tmp_path):
    """A small archive in order."""
    path = tmp_path / "whole.tar"
    with archive.Writer(path) as target:
        for name, content in parts().items():
            target.add(name, io.BytesIO(content), len(content))
        target.finish(FACTS)
    assert target.sha256 == sha256(path.read_bytes()).hexdigest()
    return path


def rebuilt(path, change):
    """The archive made anew from its members after `change` of the list of (name, content)."""
    with tarfile.open(path) as old:
        members = change([(member.name, old.extractfile(member).read()) for member in old])
    with tarfile.open(path, "w") as new:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                new.addfile(member)
            else:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))


def manifest_with(change):
    def changed(members):
        name, content = members[-1]
        manifest = json.loads(content)
        change(manifest)
        return [*members[:-1], (name, json.dumps(manifest).encode())]

    return changed


def flipped(name):
    def change(members):
        return [(each, content[:-1] + b"!" if each == name else content) for each, content in members]

    return change


def rehashed(members):
    """A file and its line of the manifest changed together: its own name gives it away."""
    other = CONTENT + b"!"
    members = [(name, other if name == FILE else content) for name, content in members]
    fit = {"sha256": sha256(other).hexdigest(), "size": len(other)}
    return manifest_with(lambda manifest: manifest["parts"].update({FILE: fit}))(members)


def test_a_whole_archive_is_read(whole):
    with archive.Reader(whole) as source:
        assert source.manifest["made_at"] == FACTS["made_at"]
        assert source.open(FILE).read() == CONTENT
        assert [name for _hash, name in source.files()] == [FILE]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (flipped(archive.DATABASE), "was changed"),
        (flipped(archive.SECRET_KEY), "was changed"),
        (flipped(FILE), "was changed"),
        (rehashed, "was changed"),
        (flipped(archive.MANIFEST), "cannot be read"),
        (lambda members: members[:-1], "no manifest"),
        (lambda members: members[1:], "is missing"),
        (lambda members: [*members, members[0]], "does not belong"),
        (lambda members: [(FILE.replace(FILE[-1], "0"), b""), *members], "does not belong|was added"),
        (lambda members: [("../../etc/cron.d/x", b"x"), *members], "does not belong"),
        (lambda members: [("/etc/passwd", b"x"), *members], "does not belong"),
        (lambda members: [(archive.SECRET_KEY, None), *members], "does not belong"),
        (manifest_with(lambda manifest: manifest.update(format=2)), "format 2"),
        (manifest_with(lambda manifest: manifest.pop("format")), "cannot be read"),
        (manifest_with(lambda manifest: manifest.update(parts=[])), "cannot be read"),
        (manifest_with(lambda manifest: manifest["parts"].pop(FILE)), "was added"),
    ],
)
def test_what_was_changed_is_refused(whole, change, reason):
    rebuilt(whole, change)
    with pytest.raises(archive.Broken, match=reason):
        archive.Reader(whole)


@pytest.mark.parametrize("size", [0, 100, 512, 5000, 16384, -1024, -3000, -12000])
def test_what_was_cut_off_is_refused(whole, size):
    content = whole.read_bytes()
    # A tar ends with empty blocks up to a multiple of ten kilobytes: cutting those loses nothing.
    content = content.rstrip(b"\0")
    whole.write_bytes(content[:size])
    with pytest.raises(archive.Broken):
        archive.Reader(whole)


@pytest.mark.django_db
def test_a_refusal_is_one_sentence_and_touches_nothing(whole, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    people = User.objects.count()
    for path, reason in ((tmp_path / "none.tar", "There is no file"), (Path(__file__), "not a backup")):
        with pytest.raises(CommandError, match=reason):
            call_command("restore", path, verbosity=0)
    rebuilt(whole, manifest_with(lambda manifest: manifest.update(migrations=["orgs.9999_later"])))
    with pytest.raises(CommandError, match="newer portal"):
        call_command("restore", whole, verbosity=0)
    rebuilt(whole, manifest_with(lambda manifest: manifest.update(migrations=[])))
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", whole, verbosity=0)
    assert not (tmp_path / "files").exists()
    assert User.objects.count() == people


@pytest.mark.django_db
def test_who_has_just_gone_does_not_hinder_and_who_stays_does():
    with database.connected() as stays:
        stays.execute("SELECT 1")
        assert database.others_connected(patience=0) > 0
        gone = threading.Timer(0.3, stays.close)
        gone.start()
        assert database.others_connected(patience=PATIENCE) == 0
        gone.join()


# Programs


@pytest.mark.parametrize(
    ("server", "dumped_by", "installed", "chosen"),
    [
        (15, 15, [15, 18], 15),
        (18, 15, [15, 18], 18),
        (16, 15, [15, 17], None),
        (15, 15, [17], None),
        (18, 18, [15], None),
        (15, 18, [15, 18], None),
    ],
)
def test_programs_that_fit(monkeypatch, server, dumped_by, installed, chosen):
    monkeypatch.setattr(programs, "installed", lambda: {major: Path(str(major)) for major in installed})
    if chosen:
        assert programs.for_restore(server, dumped_by) == Path(str(chosen))
    else:
        with pytest.raises(programs.NoPrograms):
            programs.for_restore(server, dumped_by)


def test_a_password_is_on_no_command_line(monkeypatch):
    seen = {}
    monkeypatch.setenv("PGPASSWORD", "another")

    def run(command, **options):
        seen.update(command=command, env=options["env"])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    programs.run(Path("/bin"), "pg_dump", ["-v"], {"password": "geheim", "host": "db", "options": "x"})
    assert "geheim" not in " ".join(seen["command"])
    assert seen["env"]["PGPASSWORD"] == "geheim"
    assert seen["env"]["PGHOST"] == "db"
    assert "PATH" in seen["env"] or not os.environ.get("PATH")
