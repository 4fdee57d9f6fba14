"""Personal data in a draft: shown in place, masked by the drafter, let through by a second person."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext

from audit.actions import store
from audit.errors import Refused, Stale
from audit.models import Event
from disclosure import actions, guard, privacy
from disclosure.models import FileScan, NoticeVersion, PrivacyOverride
from orgs.models import UnitGrant
from orgs.permissions import PowerMissing
from tests.disclosure.conftest import moment

PHONE = "13812345678"
IDENTITY = "11010519491231002X"
LATER = moment(4, 1, 12)


def word(text):
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile("名单.docx", out.getvalue())


def sign(desk, version):
    return actions.sign_notice(version=version, by=desk.people.secretary.user, at=LATER)


def approve(desk, version, by="supervisor", reason="联系人同意公开", **fields):
    return actions.approve_places(version=version, by=getattr(desk.people, by).user, reason=reason, at=LATER, **fields)


def test_the_places_say_where_they_stand(desk):
    version = desk.draft(title=f"联系{PHONE}", text=f"第一行\n住3栋2单元501室，身份证{IDENTITY}。")
    guarded = guard.look_at(version)
    assert [(place.where, place.line, place.sort) for place in guarded.places] == [
        ("title", 1, "mobile"),
        ("text", 2, "door"),
        ("text", 2, "identity"),
    ]
    assert guarded.places[1].before == "住" and guarded.places[1].after.startswith("，身份证")
    assert len(guarded.never) == 1


def test_accepting_masks_is_a_change_of_the_draft(desk):
    version = desk.reviewed(text=f"张三{PHONE}，李四13912345678。")
    code = guard.look_at(version).places[0].code
    clerk = desk.people.clerk.user
    version = actions.mask_places(version=version, code=code, by=clerk, at=LATER, seen=version.revision)
    assert version.text == "张三138****5678，李四13912345678。"
    assert version.revision == 1 and version.submitted_at is None and version.reviewed_by is None
    with pytest.raises(Stale):
        actions.mask_places(version=version, by=clerk, at=LATER, seen=0)
    version = actions.mask_places(version=version, by=clerk, at=LATER)
    assert version.text == "张三138****5678，李四139****5678。"
    with pytest.raises(Stale):
        actions.mask_places(version=version, by=clerk, at=LATER)
    with pytest.raises(PowerMissing):
        actions.mask_places(version=desk.draft(text=PHONE), by=desk.people.stranger.user, at=LATER)


def test_a_second_person_lets_it_through_and_does_not_sign(desk):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    with pytest.raises(Refused):
        sign(desk, version)
    with pytest.raises(PowerMissing):
        approve(desk, version, by="clerk")
    with pytest.raises(Refused):
        approve(desk, version, reason="x。xx x改改")
    with pytest.raises(PowerMissing):
        approve(desk, version, by="stranger")
    override = approve(desk, version)
    assert override.reason == Event.objects.get(verb="approve_places").data["reason"]
    with pytest.raises(Stale):
        approve(desk, version)
    assert PHONE in sign(desk, version).published_text


@pytest.fixture
def second_signer(desk):
    """The deputy signs too, as where the secretary is not the only one."""
    grant = UnitGrant.objects.get(permission__codename="sign_notices", user=desk.people.secretary.user)
    grant.pk, grant.user, grant.term = None, desk.people.deputy.user, desk.people.deputy.terms.first()
    grant.save()
    return desk.people.deputy


def test_who_approved_does_not_sign(desk, second_signer):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    approve(desk, version, by="secretary")
    with pytest.raises(Refused):
        sign(desk, version)
    with pytest.raises(IntegrityError, match="override_approver_does_not_sign|does not sign"), transaction.atomic():
        NoticeVersion.objects.filter(pk=version.pk).update(signed_by=desk.people.secretary)


def test_a_signer_who_approves_is_told_who_signs_then(desk, second_signer, client_for, clock):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    page = client_for(desk.people.secretary).get(version.notice.desk_url)
    assert page.context["signers_left"] == {second_signer} and not page.context["approve_refused"]
    assert str(second_signer) in page.content.decode()


def test_the_only_signer_is_told_whom_to_ask_and_cannot_approve(desk, client_for, clock):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    page = client_for(desk.people.secretary).get(version.notice.desk_url)
    assert str(desk.people.supervisor) in page.context["approve_refused"]
    with pytest.raises(Refused, match=str(desk.people.supervisor)):
        approve(desk, version, by="secretary")
    assert client_for(desk.people.supervisor).get(version.notice.desk_url).context["signers_left"] is None
    approve(desk, version)
    sign(desk, version)


def test_an_approval_falls_away_with_the_text_it_was_given_to(desk):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    approve(desk, version)
    clerk, supervisor = desk.people.clerk.user, desk.people.supervisor.user
    actions.edit_draft(version=version, title="公告", text=f"值班手机{PHONE}！", by=clerk, at=LATER)
    actions.submit_draft(version=version, by=clerk, at=LATER)
    actions.review_notice(version=version, by=supervisor, at=LATER)
    with pytest.raises(Refused):
        sign(desk, version)


@pytest.mark.parametrize("text", [f"身份证{IDENTITY}", "卡号6222020000000000000"])
def test_nobody_lets_identity_and_card_numbers_through(desk, text):
    with pytest.raises(Refused):
        desk.submitted(text=text)
    version = desk.reviewed()
    NoticeVersion.objects.filter(pk=version.pk).update(text=text)  # handed in before the guard knew such numbers
    version.refresh_from_db()
    with pytest.raises(Refused):
        approve(desk, version)
    PrivacyOverride.objects.create(
        version=version,
        revision=version.revision,
        digest=guard.look_at(version).digest,
        approved_by=desk.people.supervisor,
        approved_at=LATER,
        reason="强行公开此件",
    )
    with pytest.raises(Refused):
        sign(desk, version)


def test_files_are_looked_through_once(desk, monkeypatch, client_for, clock):
    path, clerk = desk.liuxi.unit.path, desk.people.clerk.user
    kept = store(word(f"张三{IDENTITY}"), audience="unit", path=path, by=clerk, at=LATER)
    version = desk.draft(attachments=[kept])
    (row,) = FileScan.objects.get().found
    assert (row["kind"], IDENTITY in str(row)) == ("identity", False)
    monkeypatch.setattr("disclosure.guard.find_in_file", None)
    (place,) = guard.look_at(version).places
    assert (place.where, place.name, place.part) == ("file", "名单.docx", "word/document.xml")
    assert place.part_in_words != place.part
    with pytest.raises(Refused, match="名单.docx"):
        actions.submit_draft(version=version, by=clerk, at=LATER)
    # Who may change the file is told how; who may not is told to return it.
    change = gettext("Change the file, remove it here and add it again.")
    give_back = gettext("Return the notice to its drafter to have the file changed.")
    page = client_for(desk.people.clerk).get(version.notice.desk_url)
    assert "名单.docx" in page.context["verbs"]["submit"] and change in page.content.decode()
    NoticeVersion.objects.filter(pk=version.pk).update(submitted_at=moment(4, 1, 9))
    html = client_for(desk.people.supervisor).get(version.notice.desk_url).content.decode()
    assert change not in html and give_back in html


def test_a_csv_file_with_an_identity_number_is_not_handed_in(desk):
    file = SimpleUploadedFile("名单.csv", f"姓名,证件\n张三,{IDENTITY}\n".encode("gb18030"))
    kept = store(file, audience="unit", path=desk.liuxi.unit.path, by=desk.people.clerk.user, at=LATER)
    FileScan.objects.create(sha256=kept.sha256, rules=privacy.RULES - 1, problem="as it was read before")
    version = desk.draft(attachments=[kept])
    (place,) = guard.look_at(version).never
    assert (place.where, place.name) == ("file", "名单.csv")
    with pytest.raises(Refused, match="名单.csv"):
        actions.submit_draft(version=version, by=desk.people.clerk.user, at=LATER)


def test_the_public_reason_of_a_withdrawal_is_guarded(desk):
    version, by = desk.published(), desk.people.secretary.user
    with pytest.raises(Refused):
        actions.withdraw_version(version=version, by=by, at=moment(4, 2), reason=f"居民要求，电话{PHONE}")


def test_what_a_file_hides_is_found_and_may_be_let_through(desk):
    document = docx.Document()
    document.add_paragraph("可见").add_run("看不见").font.hidden = True
    document.save(out := io.BytesIO())
    file = SimpleUploadedFile("说明.docx", out.getvalue())
    kept = store(file, audience="unit", path=desk.liuxi.unit.path, by=desk.people.clerk.user, at=LATER)
    version = desk.reviewed(attachments=[kept])
    (place,) = guard.look_at(version).places
    assert (place.sort, place.text) == ("hidden", str(guard.HIDDEN["hidden text"]))
    with pytest.raises(Refused):
        sign(desk, version)
    approve(desk, version)
    sign(desk, version)


def test_office_numbers_in_files_are_no_personal_data(desk):
    path, clerk = desk.liuxi.unit.path, desk.people.clerk.user
    desk.liuxi.unit.phones.create(kind="office", label="值班", number=PHONE)
    kept = store(word(f"值班{PHONE}"), audience="unit", path=path, by=clerk, at=LATER)
    assert not guard.look_at(desk.draft(attachments=[kept])).places


def test_a_file_that_cannot_be_read_is_named(desk):
    path, clerk = desk.liuxi.unit.path, desk.people.clerk.user
    scan = SimpleUploadedFile("扫描.pdf", b"%PDF-1.7 scan")
    kept = store(scan, audience="unit", path=path, by=clerk, at=LATER)
    guarded = guard.look_at(desk.draft(attachments=[kept]))
    assert not guarded.places and guarded.unread[0][0] == "扫描.pdf"


def test_the_database_keeps_approvals(desk):
    version = desk.reviewed(text=f"值班手机{PHONE}。")
    override = approve(desk, version)
    same = {"version": version, "digest": "0" * 64, "approved_at": LATER, "reason": "理由"}
    supervisor, clerk = desk.people.supervisor, desk.people.clerk
    for fields in (
        {"revision": version.revision, "approved_by": supervisor},
        {"revision": 7, "approved_by": clerk},
        {"revision": 7, "approved_by": supervisor, "reason": ""},
        {"revision": 7, "approved_by": supervisor, "digest": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PrivacyOverride.objects.create(**same | fields)
    for change in (lambda: override.delete(), lambda: PrivacyOverride.objects.update(reason="anders")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_page_offers_each_person_what_they_may_do(desk, client_for, clock):
    version = desk.reviewed(text=f"值班手机{PHONE}，家住3栋501室。")
    page = version.notice.desk_url
    mask, approve_url = (reverse("desk_notice_act", args=[version.notice_id, verb]) for verb in ("mask", "approve"))
    clerk, supervisor = client_for(desk.people.clerk), client_for(desk.people.supervisor)
    html = clerk.get(page).content.decode()
    assert f"<mark>{PHONE}</mark>" in html and "138****5678" in html
    assert mask in html and approve_url not in html
    html = supervisor.get(page).content.decode()
    assert mask not in html and approve_url in html
    refused = supervisor.post(approve_url, {"approve-reason": "", "seen": version.revision})
    assert refused.status_code == 409 and f"<mark>{PHONE}</mark>" in refused.content.decode()
    secretary = client_for(desk.people.secretary)
    sign_url = reverse("desk_notice_act", args=[version.notice_id, "sign"])
    assert secretary.get(page).context["verbs"]["sign"]
    assert secretary.post(sign_url, {"seen": version.revision}).status_code == 409
    assert supervisor.post(approve_url, {"approve-reason": "值班电话", "seen": version.revision}).status_code == 302
    html = secretary.get(page).content.decode()
    assert "值班" in html and approve_url not in html
    # The drafter may still mask one of them; then all begins anew.
    assert clerk.post(mask, {"seen": version.revision, "place": "text:4"}).status_code == 302
    version.refresh_from_db()
    assert version.text == "值班手机138****5678，家住3栋501室。"
    assert secretary.get(page).context["override"] is None


def test_a_place_in_a_file_names_its_sheet():
    def words(part):
        return str(guard.Place("file", "mobile", "", "", part=part).part_in_words)

    assert words("sheet 名单") == gettext("sheet “%(name)s”") % {"name": "名单"}
    assert words("xl/embeddings/1.xlsx: sheet 底稿 (hidden)") == gettext("hidden sheet “%(name)s”") % {"name": "底稿"}
