"""Masking what must go: two persons, a reason, a leaf of its own, and no copy of the original anywhere."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import append_leaf, drop_withheld, location, publish_file, store
from audit.enums import Audience, LeafKind
from audit.errors import Refused, Stale
from audit.models import WITHHELD, Attachment, Leaf
from disclosure import actions, permissions
from disclosure.enums import Stage
from disclosure.models import NoticeVersion, Redaction
from disclosure.records import subject_of
from disclosure.redaction import hidden_words, mask_words, why_no_masking
from disclosure.sealed import repeats, sealed_words
from governance.formats import longday
from orgs.permissions import PowerMissing
from tests.audit.test_files import picture
from tests.disclosure.conftest import moment

SECRET = "李秘密"
SHOWN = "附件1（已依法撤下）"
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
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


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
    for repeated in (f"{SECRET}来电", "应李 秘密要求"):  # only keyed digests know it
        said = {"at": moment(4, 4), "reason": repeated}
        with pytest.raises(Refused):
            actions.withdraw_version(version=version, by=people.secretary.user, **said)
        with pytest.raises(Refused):
            actions.correct_notice(notice=version.notice, title="公告", text="内容。", by=people.clerk.user, **said)
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
    assert longday(version.published_on) in found.covers and longday(date(2026, 4, 3)) in found.covers
    assert found.heading == _("Masked text") and "×××" in found.advice  # the old paper says more
    new = client.get(f"/check/{page.context['logged'].code}/").context["found"]
    assert new.heading == _("Masked text") and "×××" not in new.advice
    assert longday(date(2026, 4, 3)) in new.covers and longday(version.published_on) not in new.covers
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
        {"reason": f"{SECRET}要求删除"},
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


def corrected(version, by, **changes):
    texts = {"title": version.title, "text": version.body, "reason": "更正错字"} | changes
    return actions.correct_notice(notice=version.notice, by=by.user, at=moment(4, 2, 8), **texts)


def test_an_open_correction_loses_the_same_words_and_its_review(client_for, version, people, clock):
    draft = corrected(version, people.clerk, text=f"{SECRET}反映的情况已核实。", reason="情况不全")
    NoticeVersion.objects.filter(pk=draft.pk).update(correction_reason=f"{SECRET}来电")
    actions.submit_draft(version=draft, by=people.clerk.user, at=moment(4, 2, 9))
    seen = actions.review_notice(version=draft, by=people.supervisor.user, at=moment(4, 2, 9)).revision
    ask(version, people.secretary)
    agree(version, people.supervisor)
    assert SECRET not in everything()
    draft = NoticeVersion.objects.get(pk=draft.pk)
    assert (draft.text, draft.stage_of_draft, draft.reviewed_at) == ("×××反映的情况已核实。", Stage.RETURNED, None)
    assert draft.revision > seen
    with pytest.raises(Refused):
        actions.sign_notice(version=draft, by=people.secretary.user, at=moment(4, 3, 12), seen=seen)
    clock(4, 4)
    url = f"/desk/notices/{version.notice_id}/"
    assert draft.returned_reason in client_for(people.clerk).get(url).content.decode()
    actions.submit_draft(version=draft, by=people.clerk.user, at=moment(4, 4), seen=draft.revision)
    actions.review_notice(version=draft, by=people.supervisor.user, at=moment(4, 4))


def test_the_correction_of_a_masked_version_begins_with_its_body(client_for, version, people, clock):
    stale, body = version.mark, version.body
    ask(version, people.secretary)
    agree(version, people.supervisor)
    version = NoticeVersion.objects.get(pk=version.pk)
    with pytest.raises(Stale):
        corrected(version, people.clerk, text=body, seen=stale)
    clock(4, 4)
    form = client_for(people.clerk).get(f"/desk/notices/{version.notice_id}/correct/").context["form"]
    assert form.initial["text"] == "×××反映的情况。"
    draft = corrected(version, people.clerk)
    assert permissions.changes_nothing(draft)
    with pytest.raises(Refused):
        actions.submit_draft(version=draft, by=people.clerk.user, at=moment(4, 4))


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("张三住3幢201室。\n户主\t李四", "张×住×××室。\n户主\t＊＊", {"张三": "张×", "3幢201": "×××", "李四": "＊＊"}),
        ("三住3幢", "×住3幢", {"三住": "×住"}),
        ("居民张三反映3幢漏水。", "居民×××漏水。", {"张三反映3幢": "×××", "张三": "××"}),
        ("同样", "同样", {}),
    ],
)
def test_what_a_masking_takes_away(old, new, words):
    assert hidden_words(old, new) == words
    assert mask_words(old, words) == new


def test_sealed_words_are_known_again(settings):
    sealed = sealed_words(["张三", "3幢 201", "长" * 31, "一"])
    assert len(sealed) == 2 and not any("张" in word for word in sealed)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    texts = ("与张 三有关", "住3幢201室", "张四，3幢202，一长", "")
    assert [repeats(text, sealed) for text in texts] == [True, True, False, False]


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
    for reader, address in ((client_for(people.clerk), version.notice.desk_url), (supervisor, url)):
        page = reader.get(address)  # who has no part in it, or decides only, is told who asks and who decides
        asking, deciding = page.context["who_masks"]
        assert (people.secretary in asking, {people.supervisor, people.street} <= set(deciding)) == (True, True)
        assert f'href="{url}"' not in page.content.decode() and 'value="ask"' not in page.content.decode()
    assert secretary.post(url, {"do": "ask", **masked(version), "reason": ""}).context["form"].errors
    kept = secretary.post(url, {"do": "ask", **masked(version), "text": version.published_text, "title": version.title})
    assert kept.status_code == 409
    assert version.published_text.splitlines()[0] in kept.content.decode()
    assert secretary.post(url, {"do": "ask", **masked(version)}).status_code == 302
    assert secretary.get(url).context["why_not_decide"]
    assert f'href="{url}"' in secretary.get(version.notice.desk_url).content.decode()
    assert secretary.post(url, {"do": "agree"}).status_code == 403
    page = supervisor.get(url)
    assert not page.context["why_not_decide"]
    assert f"</span>{SECRET}</del>" in page.content.decode()
    assert supervisor.post(url, {"do": "agree"}).status_code == 302
    assert NoticeVersion.objects.get(pk=version.pk).title == MASKED["title"]


class TestFiles:
    """A file cannot be masked: it is withheld whole, with its name."""

    CONTENT = f"姓名,金额\n{SECRET},500\n".encode()

    @pytest.fixture
    def upload(self, desk):
        """A new internal row of the same content."""
        place = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path, "by": desk.people.clerk.user}
        return lambda: store(SimpleUploadedFile(f"{SECRET}.csv", self.CONTENT), at=moment(4, 1, 7), **place)

    @pytest.fixture
    def version(self, desk, upload):
        published = desk.published(title="收支公告", attachments=[(upload(), f"{SECRET}的明细.csv")])
        return NoticeVersion.objects.get(pk=published.pk)

    @pytest.fixture
    def withhold(self, people, django_capture_on_commit_callbacks):
        def withhold(version):
            unchanged = {"title": version.title, "text": version.published_text}
            ask(version, people.secretary, files=[row.pk for row in version.attachments.all()], **unchanged)
            with django_capture_on_commit_callbacks(execute=True):
                agree(version, people.supervisor)
            commit()

        return withhold

    @staticmethod
    def verify():
        out = io.StringIO()
        try:
            call_command("verify_log", verbosity=0, stdout=out)
        except CommandError:
            return out.getvalue()
        return ""

    def test_it_leaves_address_store_search_and_every_page(self, client, client_for, version, people, withhold, clock):
        kept = version.attachments.get().attachment
        address, where, old_code = kept.get_absolute_url(), location(kept.sha256), version.check_code
        clock(4, 4)
        assert client.get(address).getvalue() == self.CONTENT
        withhold(version)
        assert SECRET not in everything()
        assert not default_storage.exists(where)
        kept.refresh_from_db()
        assert (kept.name, kept.audience, kept.size) == (WITHHELD, Audience.UNIT, len(self.CONTENT))
        assert Attachment.objects.filter(withheld=None).count() == 0  # the upload behind it, too
        for reader in (client, client_for(people.clerk), client_for(people.secretary)):
            page = reader.get(address)
            assert page.status_code == 410
            said = page.content.decode()
            assert "含个人信息" in said and SECRET not in said and "2026" in said
        redaction = Redaction.objects.get()
        assert redaction.asked_for in said and redaction.decided_for in said
        assert redaction.asked_for != redaction.decided_for != ""
        assert client.get(reverse("attachment", args=[kept.pk, "x"])).status_code == 410
        page = client.get(version.notice.get_absolute_url())
        assert page.context["logged"].holds
        assert SHOWN in page.content.decode() and address not in page.content.decode()
        assert (str(client.get(f"/check/{old_code}/").context["found"].facts[-1][1])) == SHOWN
        data = b"".join(client.get(f"/u/{version.notice.unit.code}/archive.zip?files=1").streaming_content)
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            assert not any(SECRET.encode() in held.read(name) for name in held.namelist())
            assert not any(name.startswith("files/") for name in held.namelist())
            assert SHOWN in held.read(f"html/{version.notice.ref}-1.html").decode()
        assert not self.verify()

    def test_the_content_stays_where_another_record_uses_it(self, client, desk, upload, version, withhold, clock):
        other = desk.published(title="另一公告", attachments=[upload()]).attachments.get().attachment
        corrected = desk.correct(version, month=4, day=2)
        assert corrected.attachments.get().attachment_id == version.attachments.get().attachment_id
        withhold(version)
        clock(4, 4)
        assert client.get(other.get_absolute_url()).getvalue() == self.CONTENT
        page = client.get(version.notice.get_absolute_url())  # the correction has the same file, and was not masked
        assert page.context["logged"].holds
        assert SHOWN in page.content.decode() and SECRET not in page.content.decode()
        assert not self.verify()
        draft = desk.correct(corrected, month=4, day=4, text="再次更正的内容。")
        assert not draft.attachments.exists()
        with pytest.raises(Refused):
            publish_file(version.attachments.get().attachment, by=desk.people.secretary.user, at=AT)

    @pytest.mark.parametrize(
        "change",
        ["withheld_id = NULL, audience = 'public'", "withheld_id = %s, audience = 'unit', name = '附件已依法撤下'"],
    )
    def test_what_is_done_past_the_triggers_is_found(self, client, desk, upload, version, withhold, clock, change):
        """A withheld file is opened again; another one is withheld without a redaction of its own."""
        if "NULL" in change:
            withhold(version)
        touched, leaf = version.attachments.get().attachment_id, str(Leaf.objects.latest("index").index)
        clock(4, 4)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"UPDATE audit_attachment SET {change.replace('%s', leaf)} WHERE id = %s", [touched])
            cursor.execute("SET LOCAL session_replication_role = origin")
        assert not client.get(version.notice.get_absolute_url()).context["logged"].holds
        assert version.notice.number in self.verify()

    def test_the_database_lets_only_a_redaction_withhold(self, desk, upload, version, people, withhold):
        kept, redacted = version.attachments.get(), Leaf.objects.get()
        rows, used = Attachment.objects.filter(pk=kept.attachment_id), version.attachments.filter(pk=kept.pk)

        def refused(match, rows, **fields):
            with pytest.raises(IntegrityError, match=match), transaction.atomic():
                rows.update(**fields)
                commit()

        closed = {"audience": Audience.UNIT, "name": WITHHELD}
        refused("never changes", rows, name="别的.csv")
        refused("never changes", rows, withheld=redacted, **closed)  # a publication is no redaction
        refused("never change", used, label=WITHHELD)
        with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
            Attachment.objects.filter(pk=upload().pk)._raw_delete("default")
        with pytest.raises(IntegrityError, match="files of its version"), transaction.atomic():
            Redaction.objects.create(
                version=version, title="x", text="x", reason="x", files=[0], asked_by=people.secretary, asked_at=AT
            )
        withhold(version)
        masked = Leaf.objects.get(kind=LeafKind.REDACTION)
        content = SimpleUploadedFile("别的.csv", b"a,b\n")
        place = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path, "by": people.clerk.user, "at": AT}
        other = store(content, **place)
        refused("withheld by a redaction", Attachment.objects.filter(pk=other.pk), withheld=masked, **closed)
        refused("never changes", rows, withheld=None)

    def test_the_files_of_a_withdrawn_notice_are_for_the_desk_alone(self, client, client_for, version, people, clock):
        address = version.attachments.get().attachment.get_absolute_url()
        actions.withdraw_version(version=version, reason="数字有误", by=people.secretary.user, at=AT)
        clock(4, 3)
        page = client.get(address)
        assert page.status_code == 410
        assert "数字有误" in page.content.decode()
        assert client_for(people.clerk).get(address).getvalue() == self.CONTENT
        page = client.get(version.notice.get_absolute_url())
        assert page.context["logged"].holds
        assert address not in page.content.decode()
        data = b"".join(client.get(f"/u/{version.notice.unit.code}/archive.zip?files=1").streaming_content)
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            assert not any(name.startswith("files/") for name in held.namelist())

    def test_a_withdrawal_returns_the_open_correction(self, client, client_for, version, people, clock):
        draft, clerk, address = (
            corrected(version, people.clerk, text="更正后的内容。"),
            people.clerk.user,
            version.attachments.get().attachment.get_absolute_url(),
        )
        actions.submit_draft(version=draft, by=clerk, at=moment(4, 2, 9))
        actions.review_notice(version=draft, by=people.supervisor.user, at=moment(4, 2, 9))
        actions.withdraw_version(version=version, reason="数字有误", by=people.secretary.user, at=AT)
        draft = NoticeVersion.objects.get(pk=draft.pk)
        assert (draft.stage_of_draft, draft.reviewed_at) == (Stage.RETURNED, None)
        clock(4, 3)
        for reader in (people.clerk, people.supervisor, people.secretary):
            page = client_for(reader).get(f"/desk/notices/{version.notice_id}/").content.decode()
            assert "数字有误" in page and draft.returned_reason in page
        actions.submit_draft(version=draft, by=clerk, at=moment(4, 3, 9))
        actions.review_notice(version=draft, by=people.supervisor.user, at=moment(4, 3, 9))
        actions.sign_notice(version=draft, by=people.secretary.user, at=moment(4, 3))
        assert "数字有误" in client.get(version.notice.get_absolute_url()).content.decode()
        assert client.get(address).getvalue() == self.CONTENT

    def test_an_open_correction_is_handed_in_without_the_file(self, client_for, version, people, withhold, clock):
        texts = {"title": "公告（更正）", "text": "更正后的内容。", "reason": "数字有误"}
        by = people.clerk.user
        draft = actions.correct_notice(notice=version.notice, by=by, at=moment(4, 1, 12), **texts)
        withhold(version)
        clock(4, 4)
        page = client_for(people.clerk).get(f"/desk/notices/{version.notice_id}/").content.decode()
        assert SHOWN in page and SECRET not in page
        with pytest.raises(Refused):
            actions.submit_draft(version=draft, by=by, at=moment(4, 4))
        actions.detach(version=draft, attachment=draft.attachments.get().attachment, by=by, at=moment(4, 4))
        actions.submit_draft(version=draft, by=by, at=moment(4, 4))

    def test_a_public_photograph_of_the_paper_is_taken_back(self, client, desk, version, people, withhold, clock):
        place = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path, "by": people.clerk.user}
        photo = store(SimpleUploadedFile("照片.png", picture("PNG")), at=AT, **place)
        posted = {"posted_on": date(2026, 4, 1), "photo": photo, "photo_public": True}
        shown = actions.enter_posting(notice=version.notice, by=people.clerk.user, at=AT, **posted).photo
        clock(4, 4)
        assert client.get(shown.get_absolute_url()).getvalue()
        withhold(version)
        assert client.get(shown.get_absolute_url()).status_code == 404

    def test_the_desk_chooses_files_and_another_person_looks_at_them(self, client_for, version, people, clock):
        clock(4, 3)
        url = f"/desk/notices/{version.notice_id}/redact/1/"
        row = version.attachments.get()
        unchanged = {"do": "ask", "title": version.title, "text": version.published_text, "reason": "含个人信息"}
        secretary, supervisor = client_for(people.secretary), client_for(people.supervisor)
        assert secretary.post(url, unchanged).status_code == 409
        assert secretary.post(url, unchanged | {"files": ["0"]}).context["form"].errors
        assert secretary.post(url, unchanged | {"files": [row.pk]}).status_code == 302
        page = supervisor.get(url)
        assert page.context["files"] == [row] and not page.context["changes"]
        assert supervisor.post(url, {"do": "agree"}).status_code == 302
        assert SHOWN in supervisor.get(f"/desk/notices/{version.notice_id}/").content.decode()
        where = location(row.attachment.sha256)
        assert default_storage.exists(where)  # as if the process had died after the commit
        drop_withheld()
        assert not default_storage.exists(where)
