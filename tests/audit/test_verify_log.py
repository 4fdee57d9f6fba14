"""verify_log finds what somebody did to the log past triggers and rights, and names it."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import log_files
from audit.actions import append_leaf, append_leaves, checkpoint
from audit.enums import LeafKind
from audit.log import notes, sources
from audit.log.sources import Row
from tests.audit.test_log import AT, CONTENT, entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_alone")]


@pytest.fixture
def rows(monkeypatch):
    """What the rows say that were logged: {subject: content}."""
    held = {entry.subject: CONTENT for entry in entries(300)}
    redacted = {}

    def read(held):
        return lambda: [Row(subject, content, f"/{subject}/") for subject, content in held.items()]

    kinds = {LeafKind.PUBLICATION: read(held), LeafKind.REDACTION: read(redacted)}
    monkeypatch.setattr(sources, "SOURCES", kinds)
    held_by_kind = {"publication": held, "redaction": redacted}
    append_leaves(entries(298))
    checkpoint()
    append_leaves(entries(300)[298:])
    return held_by_kind


def verify():
    """What verify_log says; empty when the log is whole."""
    said = io.StringIO()
    try:
        call_command("verify_log", verbosity=0, stdout=said)
    except CommandError:
        assert said.getvalue()
        return said.getvalue().splitlines()
    assert not said.getvalue()
    return []


def behind(*statements):
    """Do something as a superuser would, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_whole_log_is_whole(rows):
    assert verify() == []


def test_empty_log_is_whole():
    assert verify() == []


TAMPERED = {
    "leaf changed": (
        ["UPDATE audit_leaf SET number = '9号' WHERE index = 7"],
        "Leaf 7 (9号, publication, notice/7/1) was changed",
    ),
    "code changed": (["UPDATE audit_leaf SET code = '0000000000' WHERE index = 7"], "Leaf 7 (7号"),
    "leaf deleted": (["DELETE FROM audit_leaf WHERE index = 7"], "Leaf 7 is missing."),
    "row of a deleted leaf": (["DELETE FROM audit_leaf WHERE index = 7"], "notice/7/1 (publication) is not in the log"),
    "leaves swapped": (
        [
            "UPDATE audit_leaf SET index = 999 WHERE index = 7",
            "UPDATE audit_leaf SET index = 7 WHERE index = 9",
            "UPDATE audit_leaf SET index = 9 WHERE index = 999",
        ],
        "Leaf 7 (9号, publication, notice/9/1) is not the one in the tree",
    ),
    "signed tail cut off with tiles and head": (
        [
            "DELETE FROM audit_leaf WHERE index >= 256",
            "DELETE FROM audit_tile WHERE level = 0 AND index = 1",
            "UPDATE audit_treehead SET size = 256, peaks = (SELECT hashes FROM audit_tile WHERE level = 1)",
        ],
        "Leaves 256 to 297 are missing: the checkpoint of size 298 counts them.",
    ),
    "unsigned tail cut off": (
        ["DELETE FROM audit_leaf WHERE index = 299"],
        "The head of the tree was changed: it counts 300 leaves, there are 299.",
    ),
    "signed tile changed": (
        ["UPDATE audit_tile SET hashes = sha256('x') || substring(hashes FROM 33) WHERE level = 0 AND index = 0"],
        "Tile 0/000 was changed: hash 0",
    ),
    "upper tile changed": (["UPDATE audit_tile SET hashes = sha256('x') WHERE level = 1"], "Tile 1/000 was changed"),
    "tile deleted": (["DELETE FROM audit_tile WHERE level = 1"], "Tile 1/000 was changed"),
    "head changed": (
        ["UPDATE audit_treehead SET peaks = substring(peaks FROM 33) || sha256('x')"],
        "The head of the tree was changed",
    ),
    "checkpoint changed": (
        ["UPDATE audit_checkpoint SET note = replace(note, 'localhost', 'other')"],
        "The checkpoint of size 298 was changed",
    ),
    "salt emptied": (["UPDATE audit_leaf SET salt = '' WHERE index = 7"], "Leaf 7 (7号"),
}


@pytest.mark.parametrize(("statements", "named"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_done_behind_the_triggers_is_found_and_named(rows, statements, named):
    behind(*statements)
    assert [line for line in verify() if line.startswith(named)], verify()


def test_row_that_was_edited_is_named_with_its_address(rows):
    rows["publication"]["notice/7/1"] = CONTENT | {"title": "四月收支"}
    assert verify() == ["Leaf 7 (7号, publication, notice/7/1) was changed after it was logged. /notice/7/1/"]


def test_row_without_leaf_and_leaf_without_row_are_named(rows):
    rows["publication"]["notice/999/1"] = CONTENT
    del rows["publication"]["notice/7/1"]
    assert verify() == [
        "notice/999/1 (publication) is not in the log. /notice/999/1/",
        "Leaf 7 (7号, publication, notice/7/1) is in the log, but its row is gone.",
    ]


def test_all_leaves_written_anew_are_found_by_the_signature(rows):
    """Whoever may do anything in the database cannot make the log say something else: the key is not in it."""
    behind(*(f"DELETE FROM audit_{table}" for table in ("leaf", "tile", "treehead", "checkpoint")))
    kept = (log_files.settings.LOG_DIR / log_files.CHECKPOINT).read_text()
    (log_files.settings.LOG_DIR / log_files.CHECKPOINT).unlink()
    append_leaves(entries(300))
    assert verify() == []
    log_files.keep(kept)
    assert verify() == ["The first 298 leaves are not those that the last checkpoint outside the database signed."]


def test_redacted_row_is_what_its_redaction_says(rows):
    masked = {"title": "某某"}
    append_leaf(
        kind=LeafKind.REDACTION, subject="notice/7/1", unit_path="/1/2/", number="7号", version=1, content=masked, at=AT
    )
    rows["publication"]["notice/7/1"] = rows["redaction"]["notice/7/1"] = masked
    assert verify() == []
    rows["publication"]["notice/7/1"] = rows["redaction"]["notice/7/1"] = {"title": "某"}
    assert verify() == ["Leaf 300 (7号, redaction, notice/7/1) was changed after it was logged. /notice/7/1/"]


def test_kind_that_no_app_reads_is_a_problem(monkeypatch):
    monkeypatch.setattr(sources, "SOURCES", {})
    append_leaves(entries(1))
    assert verify() == ["Leaf 0 (0号, publication, notice/0/1): no app says which row it is about."]


def test_key_that_is_not_published_is_found(rows):
    log_files.new_key("localhost/log", from_size=0)
    (log_files.settings.LOG_DIR / log_files.KEYS).write_text(f"0 {notes.Signer.new('localhost/log').verifier}\n")
    assert [line for line in verify() if "No known key signed this note." in line]
