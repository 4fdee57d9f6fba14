"""The database refuses what must never be: each constraint and trigger broken on purpose."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from disclosure.actions.log import log_publication, log_withdrawal
from disclosure.enums import Board
from disclosure.models import Announcement, Counter, Notice, NoticeAttachment, NoticeVersion, Objection
from tests.disclosure.conftest import moment

DAY = date(2026, 4, 1)


def refused(match):
    return pytest.raises(IntegrityError, match=match)


def change(row, **fields):
    """UPDATE the row as nothing in the portal would."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.fixture
def draft(desk):
    return desk.draft()


@pytest.fixture
def reviewed(desk):
    return desk.reviewed()


@pytest.fixture
def published(desk):
    return desk.published()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"board": "kitchen"}, "notice_board_is_known"),
        ({"audience": "unit"}, "notice_audience_is_known"),
        ({"audience": "party"}, "notice_in_party_is_party_affairs"),
        ({"year": 2026}, "notice_number_is_whole"),
        ({"serial": 1}, "notice_number_is_whole"),
        ({"year": 2026, "serial": 0, "number": "一号"}, "notice_number_is_whole"),
        ({"year": 2026, "serial": 1}, "notice_number_is_whole"),
        ({"number": "一号"}, "notice_number_is_whole"),
    ],
)
def test_impossible_notices(draft, fields, constraint):
    with refused(constraint):
        change(draft.notice, **fields)


def test_two_notices_never_share_a_number(desk, published):
    other = desk.draft(title="另一件").notice
    with refused("notice_number_once"):
        change(other, year=2026, serial=1, number="柳溪居公〔2026〕1号")
    other = desk.draft(title="财务", board=Board.FINANCIAL, item="F01").notice
    change(other, year=2026, serial=1, number="柳溪财公〔2026〕1号")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"title": ""}, "version_has_title_and_text"),
        ({"text": ""}, "version_has_title_and_text"),
        ({"display_days": 14}, "version_display_long_enough"),
        ({"window_days": 16}, "version_window_inside_display"),
        ({"authors": []}, "version_has_authors"),
        ({"reviewed_at": moment(4, 2)}, "version_review_is_whole"),
        ({"returned_at": moment(4, 2)}, "version_return_is_whole"),
        ({"submitted_at": moment(3, 1)}, "version_dates_in_order"),
        ({"signed_at": moment(4, 2)}, "version_sa|version_sign"),
        ({"unit_code": "990101001001"}, "version_says_who_published"),
        ({"published_on": DAY}, "version_"),
        ({"withdrawn_at": moment(4, 2)}, "version_withdrawal_is_whole"),
    ],
)
def test_impossible_drafts(draft, fields, constraint):
    with refused(constraint):
        change(draft, **fields)


def signature(people, **fields):
    return {
        "signed_at": moment(4, 1, 11),
        "signed_by": people.secretary,
        "published_on": DAY,
        "displayed_until": DAY + timedelta(days=15),
        "window_until": DAY + timedelta(days=7),
        "published_text": "全文",
        **{"unit_code": "990101001001", "unit_name": "柳溪社区", "issuer_name": "柳溪社区居民委员会"},
    } | fields


def test_the_signature_of_the_right_person_is_accepted(reviewed, people):
    change(reviewed.notice, year=2026, serial=1, number="柳溪居公〔2026〕1号")
    change(reviewed, **signature(people))
    log_publication(NoticeVersion.objects.get(pk=reviewed.pk), at=moment(4, 1, 11))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        (lambda people: {"signed_by": people.clerk}, "version_author_does_not_sign"),
        (lambda people: {"signed_by": people.supervisor}, "version_reviewer_does_not_sign"),
        (lambda people: {"signed_by": None}, "version_signature_is_whole"),
        (lambda people: {"published_text": ""}, "version_signature_is_whole"),
        (lambda people: {"issuer_name": ""}, "version_says_who_published"),
        (lambda people: {"displayed_until": None}, "version_signature_is_whole"),
        (lambda people: {"displayed_until": DAY + timedelta(days=14)}, "version_displayed_as_long_as_it_says"),
        (lambda people: {"window_until": None}, "version_window_as_long_as_it_says"),
        (lambda people: {"window_until": DAY + timedelta(days=6)}, "version_window_as_long_as_it_says"),
        (lambda people: {"window_until": DAY + timedelta(days=16)}, "version_window_ends_before_display"),
        (lambda people: {"signed_at": moment(4, 1, 9, year=2025)}, "version_dates_in_order"),
    ],
)
def test_impossible_signatures(reviewed, people, fields, constraint):
    change(reviewed.notice, year=2026, serial=1, number="柳溪居公〔2026〕1号")
    with refused(constraint):
        change(reviewed, **signature(people, **fields(people)))


def test_nothing_is_signed_before_its_review(desk, people):
    version = desk.submitted()
    change(version.notice, year=2026, serial=1, number="柳溪居公〔2026〕1号")
    with refused("version_signed_after_review"):
        change(version, **signature(people))


def test_nothing_is_published_without_a_number(reviewed, people):
    with refused("numbered"):
        change(reviewed, **signature(people))


def test_an_author_does_not_review(desk, people):
    version = desk.submitted()
    with refused("version_author_does_not_review"):
        change(version, reviewed_by=people.clerk, reviewed_at=moment(4, 1, 12))


def test_one_open_draft_and_numbered_versions(draft, desk, people):
    row = NoticeVersion.objects.filter(pk=draft.pk).values().get()
    row.pop("id")
    with refused("version_number_is_positive"), transaction.atomic():
        NoticeVersion.objects.create(**row | {"number": 0, "correction_reason": "x"})
    with refused("version_number_once"), transaction.atomic():
        NoticeVersion.objects.create(**row)
    with refused("version_one_open_draft"), transaction.atomic():
        NoticeVersion.objects.create(**row | {"number": 2, "correction_reason": "x"})
    published = desk.published(title="另一件")
    row = NoticeVersion.objects.filter(pk=draft.pk).values().get() | {"notice_id": published.notice_id, "number": 2}
    row.pop("id")
    with refused("version_correction_has_reason"), transaction.atomic():
        NoticeVersion.objects.create(**row)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "改"},
        {"text": "改"},
        {"published_text": "改"},
        {"displayed_until": date(2026, 5, 1)},
        {"signed_at": moment(4, 2)},
        {"revision": 9},
        {"authors": [1]},
        {"signed_at": None, "signed_by": None, "published_on": None, "displayed_until": None, "window_until": None},
    ],
)
def test_a_published_version_never_changes(published, fields):
    with refused("published version never changes"):
        change(published, **fields)


def test_a_published_version_is_withdrawn_once_and_for_good(published, people):
    withdrawal = {"withdrawn_at": moment(4, 2), "withdrawn_by": people.secretary, "withdrawn_reason": "重复"}
    with refused("published version never changes"):
        change(published, title="改", **withdrawal)
    change(published, **withdrawal)
    for fields in ({"withdrawn_reason": "改"}, {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_reason": ""}):
        with refused("published version never changes"):
            change(published, **fields)
    log_withdrawal(NoticeVersion.objects.get(pk=published.pk), at=moment(4, 2))


def test_nothing_published_is_deleted(published):
    with refused("never deleted"), transaction.atomic():
        NoticeVersion.objects.filter(pk=published.pk)._raw_delete("default")
    with refused("never deleted"), transaction.atomic():
        Notice.objects.filter(pk=published.notice_id)._raw_delete("default")
    with pytest.raises(ProtectedError):
        published.notice.delete()
    with pytest.raises(ProtectedError):
        published.notice.unit.delete()


def test_the_notice_of_a_number_never_changes(published, desk):
    gone = {"serial": None, "year": None, "number": ""}
    for fields in ({"serial": 2}, {"number": "二号"}, gone, {"item": "R02"}, {"source_label": "x"}):
        with refused("published notice never changes"):
            change(published.notice, **fields)
    other = desk.draft(title="另一件")
    with refused("stays with its notice"):
        change(other, notice=published.notice)


def test_the_files_of_a_published_version_are_fixed(desk, liuxi, published):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from audit.actions import store

    def keep(name):
        upload = SimpleUploadedFile(name, b"%PDF-1.7")
        path = liuxi.unit.path
        return store(upload, audience="public", path=path, by=liuxi.people.clerk.user, at=moment(4, 1))

    with_file = desk.published(title="附件", attachments=[keep("a.pdf")])
    row = with_file.attachments.get()
    with refused("never change"):
        change(row, label="改")
    with refused("never change"), transaction.atomic():
        NoticeAttachment.objects.filter(pk=row.pk)._raw_delete("default")
    with refused("never change"), transaction.atomic():
        NoticeAttachment.objects.create(version=published, attachment=keep("b.pdf"), label="b")
    draft = desk.draft(title="草稿", attachments=[keep("c.pdf")])
    mine = draft.attachments.get()
    with refused("never change"):
        change(mine, version=published)
    with refused("notice_attachment_has_label"):
        change(mine, label="")
    with refused("notice_attachment_once"), transaction.atomic():
        NoticeAttachment.objects.create(version=draft, attachment=mine.attachment, label="x")


def objection_row(published, **fields):
    return {
        "notice": published.notice,
        "kind": "objection",
        "channel": "web",
        "text": "意见",
        "received_on": DAY,
        "received_at": moment(4, 1),
    } | fields


def reply(people, **fields):
    return {
        "summary": "摘要",
        "reply": "答复",
        "outcome": "upheld",
        "replied_by": people.clerk,
        "replied_on": date(2026, 4, 3),
    } | fields


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        (lambda people: {"kind": "shout"}, "objection_kind_is_known"),
        (lambda people: {"text": ""}, "objection_has_text"),
        (lambda people: {"channel": "phone"}, "objection_channel_and_clerk"),
        (lambda people: {"received_by": people.clerk}, "objection_channel_and_clerk"),
        (lambda people: reply(people, summary=""), "objection_reply_is_whole"),
        (lambda people: reply(people, reply=""), "objection_reply_is_whole"),
        (lambda people: reply(people, replied_by=None), "objection_reply_is_whole"),
        (lambda people: reply(people, replied_on=None), "objection_reply_is_whole"),
        (lambda people: reply(people, outcome=""), "objection_reply_is_whole"),
        (lambda people: reply(people, outcome="none"), "objection_outcome_of_objections"),
        (lambda people: reply(people, kind="question"), "objection_outcome_of_objections"),
        (lambda people: reply(people, replied_on=date(2026, 3, 31)), "objection_dates_in_order"),
    ],
)
def test_impossible_objections(published, people, fields, constraint):
    with refused(constraint), transaction.atomic():
        Objection.objects.create(**objection_row(published, **fields(people)))


def test_what_was_received_never_changes_and_is_answered_once(published, people):
    objection = Objection.objects.create(**objection_row(published))
    for fields in ({"text": "改"}, {"name": "改"}, {"kind": "question"}, {"received_on": date(2026, 4, 2)}):
        with refused("what was received never changes"):
            change(objection, **fields)
    change(objection, summary="摘要", passed_to_supervision_on=DAY)
    with refused("what was received never changes"):
        change(objection, passed_to_supervision_on=None)
    change(objection, **reply(people))
    for fields in ({"reply": "改"}, {"summary": "改"}, {"outcome": "not_upheld"}, {"replied_on": date(2026, 4, 4)}):
        with refused("a reply never changes"):
            change(objection, **fields)
    with refused("never deleted"), transaction.atomic():
        objection.delete()


def test_impossible_announcements(liuxi, people):
    row = {
        "unit": liuxi.unit,
        "title": "停水",
        "text": "内容",
        "signed_by": people.clerk,
        "signed_at": moment(4, 1),
        "published_on": DAY,
        "shown_until": DAY,
    }
    for fields, constraint in (
        ({"title": ""}, "announcement_has_title_and_text"),
        ({"shown_until": DAY - timedelta(days=1)}, "announcement_dates_in_order"),
        ({"withdrawn_at": moment(4, 2)}, "announcement_withdrawal_is_whole"),
    ):
        with refused(constraint), transaction.atomic():
            Announcement.objects.create(**row | fields)
    announcement = Announcement.objects.create(**row)
    with refused("never changes"):
        change(announcement, text="改")
    withdrawal = {"withdrawn_at": moment(4, 2), "withdrawn_by": people.clerk, "withdrawn_reason": "重复"}
    change(announcement, **withdrawal)
    with refused("never changes"):
        change(announcement, withdrawn_reason="改")
    with refused("never deleted"), transaction.atomic():
        announcement.delete()


def test_counters(liuxi):
    counter = Counter.objects.create(unit=liuxi.unit, series="matter", year=2026, last=1)
    with refused("counter_once_per_year"), transaction.atomic():
        Counter.objects.create(unit=liuxi.unit, series="matter", year=2026, last=5)
    with refused("counter_starts_at_one"):
        change(counter, last=0)


@pytest.mark.parametrize("model", [Notice, NoticeVersion, NoticeAttachment, Objection, Announcement])
def test_no_table_is_emptied(db, model):
    with refused("never emptied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
