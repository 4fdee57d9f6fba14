"""Two people at once, with real threads: recorded once, and the second is told so."""

import time
import uuid
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actions import drop_content, keep_file, location, store
from audit.enums import LeafKind
from audit.errors import Stale
from audit.models import Attachment, Leaf
from disclosure import actions, periods
from disclosure.models import Announcement, NothingToReport, Notice, NoticeVersion, Objection, Redaction
from disclosure.numbers import next_serial
from tests import factories
from tests.disclosure.conftest import Desk, moment
from tests.transactional import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def desk(transactional_db):
    return Desk(factories.liuxi())


def test_two_notices_signed_at_once_get_two_numbers(desk):
    versions = [desk.reviewed(title=f"公告{number}") for number in range(4)]

    def sign(version):
        user = factories.User.objects.get(pk=desk.people.secretary.user_id)
        return actions.sign_notice(version=version, by=user, at=moment(4, 1, 12)).notice.serial

    assert sorted(together(*[lambda version=version: sign(version) for version in versions])) == [1, 2, 3, 4]
    assert Notice.objects.published().count() == 4


def test_the_same_notice_signed_twice_is_published_once(desk):
    version = desk.reviewed()

    def sign():
        user = factories.User.objects.get(pk=desk.people.secretary.user_id)
        return actions.sign_notice(version=NoticeVersion.objects.get(pk=version.pk), by=user, at=moment(4, 1, 12))

    results = together(sign, sign, sign)
    assert sum(isinstance(result, NoticeVersion) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 2
    assert desk.published(title="下一件").notice.serial == 2


def test_two_reviews_at_once_are_one(desk):
    version = desk.submitted()
    second = desk.liuxi.persons["方建国"]
    factories.user_for(second)
    accounts = [desk.people.supervisor.user_id, second.user_id]

    def review(account):
        user = factories.User.objects.get(pk=account)
        return actions.review_notice(version=version, by=user, at=moment(4, 1, 12))

    results = together(*[lambda account=account: review(account) for account in accounts])
    assert sum(isinstance(result, NoticeVersion) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 1


def test_a_change_and_a_signature_at_once_do_not_mix(desk):
    """Either the old text is published or the new one waits for a review; never the new text under the old review."""
    version = desk.reviewed()

    def sign():
        user = factories.User.objects.get(pk=desk.people.secretary.user_id)
        return actions.sign_notice(version=version, by=user, at=moment(4, 1, 12))

    def edit():
        user = factories.User.objects.get(pk=desk.people.clerk.user_id)
        return actions.edit_draft(version=version, title="改", text="改", by=user, at=moment(4, 1, 12))

    together(sign, edit)
    after = NoticeVersion.objects.get(pk=version.pk)
    assert (after.is_signed, after.title) in ((True, "公告"), (False, "改"))
    assert after.is_signed or after.reviewed_by is None


def test_a_double_click_drafts_once(desk):
    def draft():
        user = factories.User.objects.get(pk=desk.people.clerk.user_id)
        return desk.draft(by=user)

    results = together(draft, draft)
    assert sorted(type(result).__name__ for result in results) == ["NoticeVersion", "Repeated"]
    assert NoticeVersion.objects.count() == 1


def test_the_same_message_sent_twice_at_once_is_one(desk):
    notice = desk.published().notice

    def send():
        return actions.receive_objection(notice=notice, kind="question", text="几点开放？", at=moment(4, 3))

    results = together(send, send, send)
    assert sum(isinstance(result, Objection) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 2


def test_two_answers_at_once_are_one(desk):
    objection = desk.objection(desk.published(), kind="question")

    def answer(account):
        user = factories.User.objects.get(pk=account)
        return actions.answer_objection(
            objection=objection, summary="问开放时间", reply=f"答复{account}", by=user, at=moment(4, 8)
        )

    accounts = [desk.people.clerk.user_id, desk.people.secretary.user_id]
    results = together(*[lambda account=account: answer(account) for account in accounts])
    assert sum(isinstance(result, Stale) for result in results) == 1
    winner = next(result for result in results if isinstance(result, Objection))
    assert Objection.objects.get().reply == winner.reply


def test_two_words_of_a_resident_at_once_are_one(desk):
    objection = desk.objection(desk.published(), kind="question")
    clerk = desk.people.clerk.user
    actions.answer_objection(objection=objection, summary="问", reply="答", by=clerk, at=moment(4, 8))

    def say(feedback):
        return actions.give_feedback(objection=objection, feedback=feedback, at=moment(4, 9))

    results = together(lambda: say("satisfied"), lambda: say("not_satisfied"))
    assert sum(isinstance(result, Stale) for result in results) == 1


def test_two_successors_at_once_are_one(desk):
    clerk = desk.people.clerk.user_id
    fields = {"unit": desk.liuxi.unit, "title": "停水", "shown_until": date(2026, 4, 9), "at": moment(4, 1)}
    old = actions.publish_announcement(text="4月2日停水。", by=factories.User.objects.get(pk=clerk), **fields)

    def replace(text):
        user = factories.User.objects.get(pk=clerk)
        return actions.publish_announcement(text=text, supersedes=old, by=user, **fields)

    results = together(lambda: replace("4月3日停水。"), lambda: replace("4月4日停水。"))
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert Announcement.objects.count() == 2


def test_counters_need_a_transaction(desk):
    with pytest.raises(AssertionError):
        next_serial(desk.liuxi.unit, "matter", 2026)


def test_two_statements_at_once_are_one(desk):
    fields = {"by": desk.people.street.user, "at": moment(1, 1), "reason": "按街道规定公布", "token": uuid.uuid4()}
    actions.begin_duties(unit=desk.liuxi.street, first_on=date(2026, 1, 1), **fields)

    def sign():
        user = factories.User.objects.get(pk=desk.people.secretary.user_id)
        period = periods.parse("2026Q1")
        return actions.sign_nothing(unit=desk.liuxi.unit, item="F09", period=period, by=user, at=moment(4, 10))

    results = together(sign, sign)
    assert sum(isinstance(result, NothingToReport) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 1


def test_two_who_agree_to_a_masked_text_at_once_are_one(desk, monkeypatch):
    """One mask is asked for while nobody waits, and one leaf says that it took the place of the text."""
    people, path = desk.people, desk.liuxi.unit.path
    upload = SimpleUploadedFile("李秘密.csv", "姓名\n李秘密\n".encode())
    file = store(upload, audience="unit", path=path, by=people.clerk.user, at=moment(4, 1, 7))
    version = desk.published(text="李秘密反映的情况。", attachments=[file])
    text = version.published_text.replace("李秘密", "×××")
    masked = {"title": version.title, "text": text, "reason": "含个人信息"}
    masked["files"] = list(version.attachments.values_list("pk", flat=True))

    def ask():
        by = factories.User.objects.get(pk=people.secretary.user_id)
        return actions.ask_redaction(version=version, by=by, at=moment(4, 2), **masked)

    def agree(account):
        by = factories.User.objects.get(pk=account)
        return actions.agree_redaction(version=version, by=by, at=moment(4, 3))

    asked = together(ask, ask)
    assert sorted(type(result).__name__ for result in asked) == ["Redaction", "Stale"]
    accounts = [people.supervisor.user_id, people.street.user_id]
    agreed = together(*[lambda account=account: agree(account) for account in accounts])
    assert sorted(type(result).__name__ for result in agreed) == ["NoticeVersion", "Stale"]
    assert Redaction.objects.get().agreed
    leaf = Leaf.objects.get(kind=LeafKind.REDACTION)
    assert {row.withheld_id for row in Attachment.objects.all()} == {leaf.index}
    assert not default_storage.exists(location(file.sha256))

    def keep_slowly(*args):
        keep_file(*args)
        time.sleep(0.3)

    def drop_meanwhile():
        time.sleep(0.1)
        drop_content(file.sha256)

    # The same content comes back while it is dropped: no row without its content is left open.
    monkeypatch.setattr("audit.actions.attachments.keep_file", keep_slowly)
    upload.seek(0)
    by = people.clerk.user
    together(lambda: store(upload, audience="unit", path=path, by=by, at=moment(4, 4)), drop_meanwhile)
    assert Attachment.objects.latest("pk").withheld_id is not None or default_storage.exists(location(file.sha256))
