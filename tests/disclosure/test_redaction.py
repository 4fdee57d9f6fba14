"""Masking what must go: two persons, a reason, a leaf of its own, and no copy of the original anywhere."""

import io
import zipfile

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit.actions import append_leaf
from audit.enums import LeafKind
from audit.errors import Refused, Stale
from audit.models import Leaf
from disclosure import actions
from disclosure.models import NoticeVersion, Redaction
from disclosure.records import subject_of
from disclosure.redaction import why_no_masking
from orgs.permissions import PowerMissing
from tests.disclosure.conftest import moment

SECRET = "李秘密"
MASKED = {"title": "关于×××的公告", "reason": "含个人信息"}
AT = moment(4, 2)


@pytest.fixture
def version(desk):
    published = desk.published(title=f"关于{SECRET}的公告", text=f"{SECRET}反映的情况。")
    return NoticeVersion.objects.get(pk=published.pk)


def masked(version):
    return MASKED | {"text": version.published_text.replace(SECRET, "×××")}


def ask(version, by, **changes):
    return actions.ask_redaction(version=version, by=by.user, at=AT, **masked(version) | changes)


def agree(version, by):
    return actions.agree_redaction(version=version, by=by.user, at=moment(4, 3))


def commit():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def everything():
    """All that the database holds, as one text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def test_the_masked_text_takes_its_place_and_no_copy_stays(client, desk, people, version, clock):
    old_code = version.check_code
    assert SECRET in everything()
    ask(version, people.secretary)
    assert NoticeVersion.objects.get(pk=version.pk).title == version.title  # nothing changes before another agrees
    agree(version, people.supervisor)
    commit()
    assert SECRET not in everything()
    assert [leaf.kind for leaf in Leaf.objects.all()] == [LeafKind.PUBLICATION, LeafKind.REDACTION]
    assert not bytes(Leaf.objects.get(index=0).salt)
    out = io.StringIO()
    call_command("verify_log", verbosity=0, stdout=out)
    assert not out.getvalue()
    clock(4, 5)
    page = client.get(version.notice.get_absolute_url())
    assert page.context["logged"].holds
    assert page.context["logged"].redacted
    assert "含个人信息" in page.content.decode()
    found = client.get(f"/check/{old_code}/").context["found"]
    assert found.logged.holds
    assert found.title == MASKED["title"]
    assert found.states[0][0] == "warn"
    response = client.get(f"/u/{version.notice.unit.code}/archive.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as held:
        assert not any(SECRET.encode() in held.read(name) for name in held.namelist())


@pytest.mark.parametrize("who", ["clerk", "supervisor", "street", "deputy", "stranger"])
def test_only_who_signs_may_ask(version, people, who):
    with pytest.raises(PowerMissing):
        ask(version, getattr(people, who))


@pytest.mark.parametrize("who", ["clerk", "secretary", "deputy", "stranger"])
def test_only_supervision_and_street_may_agree(version, people, who):
    ask(version, people.secretary)
    with pytest.raises(PowerMissing):
        agree(version, getattr(people, who))
    agree(version, people.street)


def test_what_is_refused(desk, version, people):
    with pytest.raises(Stale):
        agree(version, people.supervisor)  # nobody asked
    for changes in (
        {"reason": " "},
        {"text": ""},
        {"title": version.title, "text": version.published_text},
        {"title": "别的"},
    ):
        with pytest.raises(Refused):
            ask(version, people.secretary, **changes)
    with pytest.raises(Stale):
        ask(desk.draft(title="草稿"), people.secretary)
    ask(version, people.secretary)
    with pytest.raises(Stale):
        ask(version, people.secretary)
    actions.decline_redaction(version=version, by=people.supervisor.user, at=moment(4, 3))
    ask(version, people.secretary)
    agree(version, people.street)
    with pytest.raises(Stale):
        ask(version, people.secretary)


@pytest.mark.parametrize(
    "new, fits",
    [
        ("张三住×××。\n户主\t＊＊\n联系138****5678", True),
        ("（已隐去）住3幢。\n户主\t李四\n联系13812345678", True),
        ("××三住3幢。\n户主\t李四\n联系××5678××", False),  # nothing behind 5678
        ("张三住3幢×。\n户主\t李四\n联系13812345678", False),  # masks nothing
        ("王五住×××。\n户主\t李四\n联系13812345678", False),
        ("张三住×××。\n户主\t×\n联系13812345678\n另", False),
        ("张三住×××\t李四\n联系13812345678", False),
    ],
)
def test_only_masking_takes_the_place_of_a_text(new, fits):
    reason = why_no_masking("张三住3幢。\n户主\t李四\n联系13812345678", new)
    assert (reason is None) == fits


def test_the_database_lets_nothing_else_take_the_place_of_a_text(version, people):
    redaction = ask(version, people.secretary)

    def refused(match, rows, **fields):
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            rows.update(**fields)
            commit()

    versions, rows = NoticeVersion.objects.filter(pk=version.pk), Redaction.objects.filter(pk=redaction.pk)
    text = {"title": redaction.title, "text": redaction.text, "published_text": redaction.text}
    refused("never changes", versions, redaction=redaction, **text)  # not agreed to
    refused("redaction never changes", rows, text="别的")
    refused("redaction_by_two", rows, agreed=True, decided_by=people.secretary, decided_at=AT)
    refused("decision_is_whole", rows, agreed=True)
    refused("in the public log", rows, agreed=True, decided_by=people.supervisor, decided_at=AT)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows._raw_delete("default")
    leaf = {"kind": LeafKind.REDACTION, "subject": subject_of(version), "unit_path": version.notice.unit.path}
    with pytest.raises(IntegrityError, match="was masked"), transaction.atomic():
        append_leaf(**leaf, number=version.notice.number, version=1, content={}, at=AT)
        commit()
    agree(version, people.supervisor)
    refused("never changes", versions, title="别的")
    refused("never changes", versions, redaction=None)
    refused("redaction never changes", rows, agreed=False)


def test_the_desk_asks_and_another_person_decides(client_for, version, people, clock):
    clock(4, 3)
    url = f"/desk/notices/{version.notice_id}/redact/1/"
    secretary, supervisor = client_for(people.secretary), client_for(people.supervisor)
    assert secretary.post(url, {"do": "ask", **masked(version), "reason": ""}).context["form"].errors
    kept = secretary.post(url, {"do": "ask", **masked(version), "text": version.published_text, "title": version.title})
    assert kept.status_code == 409
    assert version.published_text.splitlines()[0] in kept.content.decode()
    assert secretary.post(url, {"do": "ask", **masked(version)}).status_code == 302
    assert secretary.get(url).context["why_not_decide"]
    assert secretary.post(url, {"do": "agree"}).status_code == 403
    page = supervisor.get(url)
    assert not page.context["why_not_decide"]
    assert f"</span>{SECRET}</del>" in page.content.decode()
    assert supervisor.post(url, {"do": "agree"}).status_code == 302
    assert NoticeVersion.objects.get(pk=version.pk).title == MASKED["title"]
