"""The public log as others read it: signed checkpoints, tiles, bundles and proofs, verified with programs of others."""

import hashlib

import pymerkle
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from audit import log_files
from audit.actions import append_leaves, checkpoint, new_log_key
from audit.errors import LogBroken
from audit.log import merkle, notes, tiles
from audit.models import Checkpoint, Leaf
from tests.audit.test_log import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_alone")]


@pytest.fixture
def leaves():
    """A log of 300 leaves: a full tile and a partial one."""
    return append_leaves(entries(300))


def get(client, path, status=200):
    response = client.get(f"/log/{path}")
    assert response.status_code == status, path
    return response


def opened(client):
    """The newest checkpoint, verified with the published keys."""
    keys = [notes.Verifier.parse(line.split(" ", 1)[1]) for line in get(client, "keys").text.splitlines()]
    return notes.Head.parse(notes.opened(get(client, "checkpoint").text, keys))


def test_everything_that_is_served_hashes_to_the_signed_root(client, leaves):
    head = opened(client)
    bundles = [get(client, "tile/entries/000").content, get(client, "tile/entries/001.p/44").content]
    found = []
    for bundle in bundles:
        while bundle:
            end = 2 + int.from_bytes(bundle[:2])
            found.append(merkle.leaf_hash(bundle[2:end]))
            bundle = bundle[end:]
    assert found == [leaf.leaf_hash for leaf in leaves]
    assert (head.size, head.root) == (300, merkle.root(found))
    assert get(client, "tile/0/000").content + get(client, "tile/0/001.p/44").content == b"".join(found)
    assert get(client, "tile/1/000.p/1").content == merkle.root(found[:256])


def test_what_the_tree_does_not_have_is_missing(client, leaves):
    for path in ("0/002", "0/001", "0/001.p/45", "0/001.p/0", "0/1", "1/000.p/2", "64/000", "00/000", "0/x000/001"):
        get(client, f"tile/{path}", 404)
    for path in (
        "tile/entries/001",
        "tile/entries/001.p/45",
        "tile/entries/x",
        "proof/300.json",
        f"proof/{9**20}.json",
    ):
        get(client, path, 404)


def test_smaller_partial_tiles_stay(client, leaves):
    """A checkpoint of before names them."""
    assert get(client, "tile/0/001.p/7").content == get(client, "tile/0/001.p/44").content[: 7 * 32]
    assert get(client, "tile/0/000.p/255").content == get(client, "tile/0/000").content[: 255 * 32]


def test_answers_say_what_they_are_and_how_long_they_hold(client, leaves):
    for path in ("checkpoint", "keys"):
        headers = get(client, path).headers
        assert (headers["Content-Type"], headers["Cache-Control"]) == ("text/plain; charset=utf-8", "no-cache")
    for path in ("tile/0/000", "tile/entries/000"):
        response = get(client, path)
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not response.cookies


def test_pymerkle_verifies_inclusion(client, leaves):
    """Another program's verifier accepts each proof, and not for another leaf."""
    tree = their_tree(300)
    for index in (0, 255, 256, 299):
        answer = get(client, f"proof/{index}.json").json()
        assert answer["entry"].encode() == Leaf.objects.get(index=index).entry
        head = notes.Head.parse(answer["checkpoint"])
        theirs = tree.prove_inclusion(index + 1, 300)
        path = [theirs.path[0].hex(), *answer["hashes"]]  # theirs begins with the leaf itself
        proof = pymerkle.MerkleProof.deserialize(theirs.serialize() | {"path": path})
        pymerkle.verify_inclusion(merkle.leaf_hash(answer["entry"].encode()), head.root, proof)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_inclusion(leaves[index - 1].leaf_hash, head.root, proof)


def their_tree(size):
    """A tree of pymerkle above the public entries."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in Leaf.objects.all()[:size]:
        tree.append_entry(leaf.entry)
    return tree


def test_pymerkle_finds_the_same_roots_and_consistency(client, leaves):
    tree = their_tree(300)
    assert tree.get_root(300) == opened(client).root
    for old in (1, 255, 256, 257, 300):
        held = {(level, n): get(client, f"tile/{level}/{tiles.name(n)}{p}").content for level, n, p in TILES}
        path = merkle.consistency(old, 300, tiles.Nodes(held))
        assert merkle.is_consistent(old, 300, tree.get_root(old), tree.get_root(300), path)


TILES = ((0, 0, ""), (0, 1, ".p/44"), (1, 0, ".p/1"))


def test_aics_tlog_verifies_checkpoint_and_inclusion(client, leaves):
    aics = pytest.importorskip("aics_tlog")  # Python 3.12 and newer
    answer = get(client, "proof/256.json").json()
    key = aics.parse_vkey(get(client, "keys").text.split(" ", 1)[1].strip())
    result = aics.verify_checkpoint(aics.parse_note(answer["checkpoint"]), key)
    assert result.ok, result.error
    proof = [bytes.fromhex(text) for text in answer["hashes"]]
    assert aics.verify_leaf_inclusion(answer["entry"].encode(), 256, 300, proof, result.root)


# -- keys and checkpoints ---------------------------------------------------------------------------------------------


def test_key_is_made_once_for_the_owner_of_the_process_alone(client):
    first = get(client, "checkpoint").text
    path = settings.LOG_DIR / log_files.KEY
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert get(client, "checkpoint").text == first
    assert len(get(client, "keys").text.splitlines()) == 1
    assert path.read_text() not in get(client, "keys").text


def test_checkpoint_of_the_empty_log_is_signed(client):
    head = opened(client)
    assert (head.origin, head.size, head.root) == ("localhost/log", 0, hashlib.sha256().digest())


def test_log_is_named_after_the_address_of_the_portal(settings, client):
    settings.PORTAL_URL = "https://sq.example.gov.cn"
    assert opened(client).origin == "sq.example.gov.cn/log"


def test_old_checkpoints_stay_verifiable_after_a_new_key(client, leaves):
    before = get(client, "checkpoint").text
    call_command("rotate_log_key", verbosity=0)
    append_leaves(entries(301)[300:])
    after = get(client, "checkpoint").text
    sizes = [line.split(" ", 1)[0] for line in get(client, "keys").text.splitlines()]
    old, new = (verifier for _size, verifier in log_files.public_keys())
    assert sizes == ["0", "300"]
    assert notes.Head.parse(notes.opened(before, [old])).origin == notes.Head.parse(notes.opened(after, [new])).origin
    with pytest.raises(notes.NotSigned):
        notes.opened(after, [old])


CHANGES = (
    lambda note: note.replace("300", "301", 1),
    lambda note: note.replace("localhost", "elsewhere", 1),
    lambda note: note[:-5] + "AAA=\n",
    lambda note: note.rstrip("\n"),
    lambda note: note.replace("\n\n", "\n"),
    lambda note: note.replace("— ", "- "),
    lambda note: note + note.splitlines(True)[-1].replace("localhost", "other") * 16,
    lambda note: "",
)


def test_changed_note_is_refused(leaves):
    note = checkpoint()
    verifiers = [verifier for _size, verifier in log_files.public_keys()]
    assert notes.opened(note, verifiers)
    for change in CHANGES:
        with pytest.raises(notes.NotSigned):
            notes.opened(change(note), verifiers)


def test_keys_read_back():
    signer = notes.Signer.new("example.com/log")
    assert notes.Signer.parse(signer.secret).verifier == signer.verifier == notes.Verifier.parse(str(signer.verifier))
    assert signer.secret not in repr(signer)
    for wrong in ("", "a+b", str(signer.verifier).replace("example", "sample"), f"{signer.verifier}A"):
        with pytest.raises(ValueError):
            notes.Verifier.parse(wrong)
    for name in ("", "two words", "a+b"):
        with pytest.raises(ValueError):
            notes.Signer.new(name)


def set_back(size):
    """Another database with so many leaves, beside what was signed: as after restoring an old backup."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("leaf", "tile", "treehead", "checkpoint"):
            cursor.execute(f"DELETE FROM audit_{table}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    signed = (settings.LOG_DIR / log_files.CHECKPOINT).rename(settings.LOG_DIR / "aside")
    append_leaves(entries(size))
    signed.rename(settings.LOG_DIR / log_files.CHECKPOINT)


def is_refused(client):
    """Publishing, showing a checkpoint, the check and the start of the portal all refuse, and say what to do."""
    with pytest.raises(LogBroken) as refused:
        append_leaves(entries(301)[300:])
    assert str(refused.value) in get(client, "checkpoint", 503).text
    assert [error.msg for error in run_checks(databases=["default"]) if error.id == "portal.E005"] == [
        str(refused.value)
    ]
    with pytest.raises(CommandError, match="docs/operations.md"):
        call_command("prepare", verbosity=0)
    return True


@pytest.mark.parametrize("size", [299, 300], ids=["older", "as large"])
def test_database_that_is_not_the_signed_one_is_refused(client, leaves, size):
    get(client, "checkpoint")
    set_back(size)
    assert is_refused(client)


def test_database_that_grew_on_another_branch_is_not_signed(client, leaves):
    get(client, "checkpoint")
    set_back(302)
    get(client, "checkpoint", 503)
    assert [error.id for error in run_checks(databases=["default"]) if error.id == "portal.E005"] == ["portal.E005"]


def test_unreadable_checkpoint_is_refused(client, leaves):
    get(client, "checkpoint")
    log_files.keep("nothing\n")
    with pytest.raises(LogBroken):
        append_leaves(entries(301)[300:])


def test_after_a_loss_the_log_goes_on_under_another_name(client, leaves):
    lost = get(client, "checkpoint").text
    set_back(299)
    call_command("rotate_log_key", after_loss=True, verbosity=0)
    assert opened(client).origin == "localhost/log-2"
    assert (settings.LOG_DIR / "checkpoint-lost-1").read_text() == lost
    append_leaves(entries(301)[300:])
    assert opened(client).size == 300
    assert new_log_key(after_loss=True).name == "localhost/log-3"


def test_checkpoint_is_kept_in_the_database_and_outside(client, leaves):
    note = get(client, "checkpoint").text
    assert Checkpoint.objects.get(size=300).note == note
    assert (settings.LOG_DIR / log_files.CHECKPOINT).read_text() == note
    assert log_files.last_head().size == 300
