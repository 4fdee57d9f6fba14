"""The public log in the database: leaves, tiles and head grow together, and nothing of it ever changes."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from audit.actions import Entry, append_leaf, append_leaves
from audit.enums import LeafKind
from audit.log import canonical, codes, merkle, tiles
from audit.models import Leaf, Tile, TreeHead
from tests.transactional import committed, together  # noqa: F401

pytestmark = pytest.mark.usefixtures("log_alone")
AT = datetime.datetime(2026, 4, 1, 9, 30, tzinfo=datetime.UTC)
CONTENT = {"title": "三月收支", "version": 1}


def leaf(number=1, kind=LeafKind.PUBLICATION, **given):
    """Append a leaf for notice `number`."""
    given = {"subject": f"notice/{number}/1", "number": f"柳溪居公〔2026〕{number}号", "content": CONTENT} | given
    return append_leaf(kind=kind, unit_path="/1/2/", version=1, at=AT, **given)


def entries(count):
    """So many entries, each of a notice of its own."""
    return [Entry(LeafKind.PUBLICATION, f"notice/{n}/1", "/1/2/", f"{n}号", 1, CONTENT, AT) for n in range(count)]


def is_whole():
    """Whether tiles and head are what follows from the leaves."""
    hashes = [bytes(row.leaf_hash) for row in Leaf.objects.all()]
    held, peaks = {}, []
    for index, hashed in enumerate(hashes):
        for level, number, grown in tiles.grown(peaks, index, hashed):
            held[level, number] = held.get((level, number), b"") + grown
    head = TreeHead.objects.first()
    return (
        [row.index for row in Leaf.objects.all()] == list(range(len(hashes)))
        and {(row.level, row.index): bytes(row.hashes) for row in Tile.objects.all()} == held
        and (head.size, head.root) == (len(hashes), merkle.root(hashes))
    )


@pytest.mark.django_db
def test_leaf_holds_the_content_and_shows_only_its_hash():
    made = leaf()
    kept = Leaf.objects.get(code=made.code)
    assert kept.index == 0
    assert kept.holds(CONTENT)
    assert not kept.holds(CONTENT | {"version": 2})
    assert kept.leaf_hash == merkle.leaf_hash(kept.entry)
    assert kept.entry.decode() == (
        f'{{"hash":"{kept.content_hash.hex()}","kind":"publication","number":"柳溪居公〔2026〕1号",'
        f'"time":1775035800,"v":1,"version":1}}'
    )
    assert kept.content_hash == merkle.sha256(kept.salt + canonical.encode(CONTENT))
    assert codes.read(kept.code) == codes.code(kept.leaf_hash)


@pytest.mark.django_db
def test_equal_contents_have_different_hashes():
    assert leaf(1).content_hash != leaf(2).content_hash


@pytest.mark.django_db
def test_one_by_one_and_all_at_once_give_the_same_tree():
    for number in range(1000, 1003):
        leaf(number)
    assert is_whole()
    append_leaves(entries(600))
    assert is_whole()
    leaf(2000)
    assert is_whole()


@pytest.mark.django_db
def test_append_takes_five_queries(django_assert_num_queries):
    leaf(1)
    with django_assert_num_queries(5):
        leaf(2)


@pytest.mark.usefixtures("committed")
def test_leaf_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        leaf()
    assert not Leaf.objects.exists()


@pytest.mark.django_db
def test_code_of_another_leaf_is_not_used(monkeypatch):
    taken, free = leaf(1).code, "0000000000"
    drawn = iter([taken, free])
    monkeypatch.setattr(codes, "code", lambda hashed: next(drawn))
    assert leaf(2).code == free


@pytest.mark.usefixtures("committed")
def test_forty_appends_at_once_leave_no_gap_and_no_fork():
    def publish(first):
        for number in range(first, first + 20):
            with transaction.atomic():
                leaf(number)

    assert together(lambda: publish(100), lambda: publish(200)) == [None, None]
    assert Leaf.objects.count() == 40
    assert is_whole()


@pytest.mark.usefixtures("committed")
def test_leaf_of_what_was_taken_back_leaves_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        leaf(1)
        raise ZeroDivisionError
    with transaction.atomic():
        leaf(2)
    assert Leaf.objects.get().subject == "notice/2/1"
    assert is_whole()


@pytest.mark.django_db
def test_redaction_takes_the_salt_and_nothing_else():
    first, other, withdrawn = leaf(1), leaf(2), leaf(1, LeafKind.WITHDRAWAL)
    leaf(1, LeafKind.REDACTION, content={"title": "某某"})
    first.refresh_from_db()
    assert (first.salt, first.holds(CONTENT)) == (b"", False)
    assert first.leaf_hash == merkle.leaf_hash(first.entry)
    for kept in (other, withdrawn):
        kept.refresh_from_db()
        assert kept.holds(CONTENT)


REFUSED = {
    "leaf changed": "UPDATE audit_leaf SET number = '9号'",
    "salt emptied without a redaction": "UPDATE audit_leaf SET salt = ''",
    "leaf deleted": "DELETE FROM audit_leaf WHERE index = 1",
    "leaves emptied": "TRUNCATE audit_leaf",
    "leaf in the place of another": "UPDATE audit_leaf SET index = 7 WHERE index = 0",
    "leaf logged twice": """INSERT INTO audit_leaf SELECT 2, kind, subject, path, number, version, at, salt,
        content_hash, leaf_hash, '0000000000' FROM audit_leaf WHERE index = 0""",
    "leaf without the head": """INSERT INTO audit_leaf SELECT 2, kind, 'x', path, number, version, at, salt,
        content_hash, leaf_hash, '0000000000' FROM audit_leaf WHERE index = 0; SET CONSTRAINTS ALL IMMEDIATE""",
    "leaf before its turn": """INSERT INTO audit_leaf SELECT -1, kind, 'x', path, number, version, at, salt,
        content_hash, leaf_hash, '0000000000' FROM audit_leaf WHERE index = 0""",
    "head without the leaf": "UPDATE audit_treehead SET size = 3, peaks = peaks || substring(peaks FOR 32)",
    "head back": "UPDATE audit_treehead SET size = 1",
    "head with too few peaks": "UPDATE audit_treehead SET peaks = ''",
    "head deleted": "DELETE FROM audit_treehead",
    "head emptied": "TRUNCATE audit_treehead",
    "second head": "INSERT INTO audit_treehead VALUES (2, 0, '')",
    "tile changed": "UPDATE audit_tile SET hashes = substring(hashes FOR 32) || sha256('x')",
    "tile shortened": "UPDATE audit_tile SET hashes = substring(hashes FOR 32)",
    "tile with half a hash": "UPDATE audit_tile SET hashes = hashes || 'x'",
    "tile moved": "UPDATE audit_tile SET index = 1",
    "tile deleted": "DELETE FROM audit_tile",
    "tiles emptied": "TRUNCATE audit_tile",
    "checkpoint changed": "UPDATE audit_checkpoint SET note = 'x'",
    "checkpoint deleted": "DELETE FROM audit_checkpoint",
    "checkpoints emptied": "TRUNCATE audit_checkpoint",
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_database_refuses(statement):
    leaf(1)
    leaf(2)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_checkpoint VALUES (2, 'note')")
        with pytest.raises(DatabaseError):
            cursor.execute(statement)


@pytest.mark.django_db
def test_lost_head_is_not_made_anew():
    leaf(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM audit_treehead")
        cursor.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(DatabaseError, match="the head grows with the leaves"):
            leaf(2)
