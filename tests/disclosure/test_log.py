"""The public log of notices: nothing is published without its leaf, no leaf stands without its publication."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit.actions import append_leaf
from audit.enums import LeafKind
from audit.models import Leaf
from disclosure import actions
from disclosure.models import Notice, NoticeVersion
from disclosure.records import publication, subject_of
from governance.unlogged import log_unlogged
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
    actions.withdraw_version(version=second, reason="重复公布", by=desk.people.secretary.user, at=moment(4, 3))
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


def test_what_was_published_before_the_log_is_logged_once_the_oldest_first(desk):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        first = desk.published()
        desk.withdrawn(title="二", day=2)
        desk.correct(first, month=4, day=3)
        for table in ("leaf", "treehead", "tile"):
            cursor.execute(f"DELETE FROM audit_{table}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert log_unlogged(moment(5, 1)) == 4
    kinds = [LeafKind.PUBLICATION, LeafKind.PUBLICATION, LeafKind.WITHDRAWAL, LeafKind.CORRECTION]
    assert [leaf.kind for leaf in Leaf.objects.all()] == kinds
    assert {leaf.at for leaf in Leaf.objects.all()} == {moment(5, 1)}
    assert log_unlogged(moment(5, 2)) == 0
    commit()


@pytest.mark.django_db
def test_the_portal_logs_what_is_unlogged_before_it_serves(monkeypatch):
    done = []
    monkeypatch.setattr("governance.unlogged.log_unlogged", lambda at: done.append(at))
    for other in ("migrate", "compile_catalogues", "collect_static"):
        monkeypatch.setattr(f"governance.management.commands.prepare.Command.{other}", lambda command: None)
    monkeypatch.setattr("governance.management.commands.prepare.demo_is_wanted", lambda: False)
    call_command("prepare")
    assert len(done) == 1


def test_the_page_says_since_when_it_is_unchanged_and_when_it_was_touched(client, desk, clock):
    version = desk.withdrawn()
    page = client.get(version.notice.get_absolute_url())
    assert version.notice.poster_url not in page.content.decode()
    poster = client.get(version.notice.poster_url).content.decode()
    assert 'class="void"' in poster
    assert version.withdrawn_reason in poster
    assert page.context["logged"].holds
    assert page.context["logged"].since == date(2026, 4, 1)
    columns = ("published_text", "title", "withdrawn_reason", "issuer_name", "signer_name", "reviewer_name")
    for column in (*columns, "review_body_name", "source_url"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            of, key = ("notice", version.notice_id) if column == "source_url" else ("noticeversion", version.pk)
            cursor.execute(f"UPDATE disclosure_{of} SET {column} = {column} || '。' WHERE id = %s", [key])
            page = client.get(version.notice.get_absolute_url())
            assert not page.context["logged"].holds, column
            if column == "title":
                poster = client.get(version.notice.poster_url)
                assert poster.context["touched"]
                assert not poster.context["check"]
                shared = client.get(f"{version.notice.get_absolute_url()}share/")
                assert version.published_text[:9] not in shared.context["text"]
            assert 'role="alert"' in page.content.decode()
            transaction.set_rollback(True)


def test_a_withdrawal_undone_and_a_correction_gone_behind_the_application_are_seen(client, desk, clock):
    version = desk.withdrawn()
    first = desk.published(title="二")
    desk.correct(first, month=4, day=2)
    clock(4, 3)
    commit()
    for notice, done in (
        (version.notice, "SET withdrawn_at = NULL, withdrawn_by_id = NULL, withdrawn_reason = '' WHERE number = 1"),
        (first.notice, "SET signed_at = NULL WHERE number = 2"),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_signature_is_whole")
            cursor.execute("ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_says_who_published")
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"UPDATE disclosure_noticeversion {done} AND notice_id = %s", [notice.pk])
            assert not client.get(notice.get_absolute_url()).context["logged"].holds
            code = Leaf.objects.get(subject=f"notice/{notice.pk}/1", kind=LeafKind.PUBLICATION).code
            assert not client.get(f"/check/{code[:5]}-{code[5:]}/").context["found"].logged.holds
            transaction.set_rollback(True)


@pytest.mark.parametrize("change", ["unit_id = %(other)s", "serial = 9", "year = 2025"])
def test_a_notice_moved_or_renumbered_behind_the_application_is_named(client, desk, clock, change):
    version = desk.published()
    change %= {"other": desk.liuxi.other.pk}
    commit()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE disclosure_notice SET {change} WHERE id = %s", [version.notice_id])
        cursor.execute("SET LOCAL session_replication_role = origin")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_log", verbosity=0, stdout=out)
    assert version.notice.number in out.getvalue()
    touched = Notice.objects.select_related("unit").get(pk=version.notice_id)
    assert not client.get(touched.get_absolute_url()).context["logged"].holds


class TestCheck:
    """`/check/`: from the code on a paper to its record."""

    def test_a_typed_code_leads_to_its_record_however_it_is_written(self, client, desk, clock):
        code = desk.published().check_code
        for typed in (code, code.lower(), f" {code.replace('-', '')} ", code.replace("0", "o").replace("1", "l")):
            assert client.get("/check/", {"code": typed}).url == f"/check/{code}/"
        assert client.get(f"/check/{code.lower()}/").url == f"/check/{code}/"

    def test_a_slip_of_the_pen_is_found_where_it_is_and_nothing_typed_is_lost(self, client, desk, clock):
        code = desk.published().check_code
        wrong = code[:3] + ("7" if code[3] != "7" else "8") + code[4:]
        page = client.get("/check/", {"code": wrong})
        assert "4" in page.context["wrong"]
        assert wrong in page.content.decode()
        for typed in (code[:-1], "U" * 10, "不是核验码", code[:-1] + "U"):
            page = client.get("/check/", {"code": typed})
            assert page.context["wrong"]
            assert typed in page.content.decode()

    def test_an_unknown_code_says_that_the_paper_is_not_from_here(self, client, db):
        page = client.get("/check/00000-00000/")
        assert page.status_code == 404
        assert page.context["found"] is None
        assert client.get("/check/00000-0000U/").url.startswith("/check/?code=")

    def test_a_record_says_what_became_of_it(self, client, desk, clock, django_assert_max_num_queries):
        first = desk.published()
        clock(4, 30)
        found = client.get(f"/check/{first.check_code}/").context["found"]
        assert found.logged.holds
        assert [kind for kind, _sentence in found.states] == [""]  # the display ended
        desk.correct(first, month=5, day=2)
        clock(5, 3)
        with django_assert_max_num_queries(6):
            found = client.get(f"/check/{first.check_code}/").context["found"]
        assert [kind for kind, _sentence in found.states] == ["warn"]
        assert found.title == first.title
        one, two = Leaf.objects.order_by("index")
        assert [(leaf, former) for leaf, _kind, former in found.chain] == [(one, None), (two, one)]
        assert found.unit_name == first.unit_name
        assert found.url == first.notice.get_absolute_url()

    def test_what_is_scheduled_is_not_known_before_its_day(self, client, desk, clock):
        version = desk.reviewed()
        actions.sign_notice(
            version=version, by=desk.people.secretary.user, at=moment(4, 1, 11), publish_on=date(2026, 4, 3)
        )
        code = NoticeVersion.objects.get(pk=version.pk).check_code
        clock(4, 2)
        assert client.get(f"/check/{code}/").status_code == 404
        clock(4, 3)
        assert client.get(f"/check/{code}/").context["found"].logged.since == date(2026, 4, 3)
