"""The public log of notices: nothing is published without its leaf, no leaf stands without its publication."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.actions import append_leaf
from audit.enums import LeafKind
from audit.models import Leaf
from disclosure import actions
from disclosure.models import NoticeVersion
from disclosure.records import publication, subject_of
from tests.disclosure.conftest import moment


def commit():
    """Look now at what is looked at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(match):
    return pytest.raises(IntegrityError, match=match)


def content(version):
    return publication(version, version.attachments.select_related("attachment"))


def test_each_signature_and_withdrawal_is_logged_and_nothing_else(desk):
    first = desk.published()
    desk.draft(title="草稿")
    second = desk.correct(first, month=4, day=2)
    actions.withdraw_version(version=second, reason="重复", by=desk.people.secretary.user, at=moment(4, 3))
    commit()
    kinds = [LeafKind.PUBLICATION, LeafKind.CORRECTION, LeafKind.WITHDRAWAL]
    assert [leaf.kind for leaf in Leaf.objects.all()] == kinds
    assert [leaf.index for leaf in Leaf.objects.all()] == [0, 1, 2]
    assert Leaf.objects.get(index=0).holds(content(NoticeVersion.objects.get(pk=first.pk)))
    assert first.check_code[:5] + first.check_code[6:] == Leaf.objects.get(index=0).code


def test_a_unit_or_body_that_is_renamed_leaves_the_record_as_it_was(desk):
    version = desk.published()
    type(version.notice.unit).objects.filter(pk=version.notice.unit_id).update(name="新名社区", short_name="新名")
    type(version.notice.issuer).objects.filter(pk=version.notice.issuer_id).update(name="新名居委会")
    assert Leaf.objects.get().holds(content(NoticeVersion.objects.get(pk=version.pk)))


def test_what_stays_inside_the_party_is_not_logged(desk):
    desk.published(board="party", item="P11", by=desk.people.clerk.user)
    commit()
    assert not Leaf.objects.exists()


@pytest.mark.parametrize("verb", ["published", "withdrawn"])
def test_the_database_refuses_a_publication_without_its_leaf(desk, monkeypatch, verb):
    if verb == "published":
        monkeypatch.setattr("disclosure.actions.notices.log_publication", lambda version, *, at: None)
    monkeypatch.setattr("disclosure.actions.notices.log_withdrawal", lambda version, *, at: None)
    with refused("in the public log"), transaction.atomic():
        getattr(desk, verb)()
        commit()


@pytest.mark.parametrize("change", [{"kind": "correction"}, {"kind": "withdrawal"}, {"number": "别的〔2026〕9号"}, {}])
def test_the_database_refuses_a_leaf_without_its_publication(desk, change):
    version = desk.published() if change else desk.reviewed()
    leaf = {
        "kind": LeafKind.WITHDRAWAL,
        "subject": subject_of(version),
        "unit_path": version.notice.unit.path,
        "number": version.notice.number,
        "version": version.number,
        "content": {},
        "at": moment(4, 2),
    } | change
    if change.get("number"):
        NoticeVersion.objects.filter(pk=version.pk).update(
            withdrawn_at=moment(4, 2), withdrawn_by=desk.people.secretary, withdrawn_reason="重复"
        )
    with refused("is published"), transaction.atomic():
        append_leaf(**leaf)
        commit()
    if change.get("number"):
        append_leaf(**leaf | {"number": version.notice.number})
