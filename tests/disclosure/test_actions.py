"""The verbs: what they write, what they refuse, and that the second click is told so."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actions import store
from audit.errors import Refused, Stale
from audit.models import Event
from disclosure import actions
from disclosure.enums import Board, Kind, Outcome, Stage
from disclosure.models import Notice, NoticeVersion, Objection
from disclosure.numbers import next_serial
from governance.models import SearchEntry
from orgs.enums import PhoneKind
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing
from tests import factories
from tests.disclosure.conftest import moment

ON = date(2026, 4, 1)


def test_numbers_run_by_board_and_year_without_gaps(desk):
    numbers = [
        desk.published(title="甲").notice.number,
        desk.published(title="乙").notice.number,
        desk.published(title="丙", board=Board.FINANCIAL, item="F01").notice.number,
        desk.published(title="丁", board=Board.PARTY, item="P03").notice.number,
        desk.published(title="戊", month=12, day=31).notice.number,
    ]
    assert numbers == [
        "柳溪居公〔2026〕1号",
        "柳溪居公〔2026〕2号",
        "柳溪财公〔2026〕1号",
        "柳溪党公〔2026〕1号",
        "柳溪居公〔2026〕3号",
    ]


def test_series_of_others_have_counters_of_their_own(liuxi):
    assert [next_serial(liuxi.unit, series, 2026) for series in ("matter", "matter", "residential")] == [1, 2, 1]
    assert next_serial(liuxi.other, "matter", 2026) == 1
    assert next_serial(liuxi.unit, "matter", 2027) == 1


@pytest.mark.parametrize(
    ("board", "item", "kind"),
    [
        (Board.RESIDENTIAL, "R01", "party_committee"),
        (Board.FINANCIAL, "F01", "supervision_committee"),
        (Board.PARTY, "P03", "residents_committee"),
        (Board.COMPOUND, "E07", "residents_committee"),
    ],
)
def test_a_notice_is_issued_by_the_publisher_of_its_item(desk, board, item, kind):
    issuer = desk.liuxi.bodies[kind]
    with pytest.raises(Refused):
        desk.draft(board=board, item=item, issuer=issuer)
    if board != Board.COMPOUND:
        version = desk.draft(board=board, item=item)
        Notice.objects.filter(pk=version.notice_id).update(issuer=issuer)
        with pytest.raises(Refused):
            actions.submit_draft(version=version, by=desk.people.clerk.user, at=moment(4, 1, 9))


def test_a_refused_signature_takes_no_number(desk, people):
    version = desk.reviewed(text="联系张三13812345678")
    with pytest.raises(Refused):
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 12))
    assert desk.published(title="乙").notice.serial == 1


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("身份证11010519491231002X", Stage.DRAFT),
        ("电话１３８１２３４５６７８", Stage.REVIEWED),
        ("3栋2单元501室的住户", Stage.REVIEWED),
    ],
)
def test_personal_data_is_not_signed(desk, people, text, stage):
    with pytest.raises(Refused):
        desk.published(text=text)
    assert not NoticeVersion.objects.signed().exists()
    assert NoticeVersion.objects.get().stage(ON) == stage


def test_tokens_are_filled_by_the_signature_and_shown_before(desk):
    version = desk.reviewed(text="自{display_first}起至{display_last}，{window_last}前，{number}，{published_on}")
    assert "自2026年5月2日起" in version.full_text(date(2026, 5, 1))
    version = actions.sign_notice(version=version, by=desk.people.secretary.user, at=moment(4, 1, 12))
    first = version.published_text.split("\n")[0]
    assert first == "自2026年4月2日起至2026年4月16日，2026年4月8日前，柳溪居公〔2026〕1号，2026年4月1日"
    assert version.full_text(date(2030, 1, 1)) == version.published_text
    assert "{" in version.text


def test_the_day_of_publication_is_that_of_china(desk, people):
    version = desk.reviewed(month=3, day=31)
    version = actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 0))
    assert version.published_on == ON


def test_drafts_that_cannot_be(desk, liuxi, people):
    for fields in (
        {"item": "F01"},
        {"item": "X99"},
        {"issuer": liuxi.other_bodies["residents_committee"]},
        {"display_days": 14},
        {"board": Board.COMPOUND, "item": "E12", "display_days": 29},
    ):
        with pytest.raises(Refused):
            desk.draft(**fields)
    assert not Notice.objects.exists()
    with pytest.raises(PowerMissing):
        desk.draft(by=people.secretary.user)
    with pytest.raises(PowerMissing):
        desk.draft(by=people.stranger.user)
    with pytest.raises(PowerMissing):
        desk.draft(by=factories.User.objects.create(username="nobody"))


def test_the_same_draft_twice_is_one(desk):
    desk.draft()
    with pytest.raises(Stale):
        desk.draft()
    assert NoticeVersion.objects.count() == 1


def test_a_change_after_the_review_asks_for_a_new_one(desk, people):
    version = desk.reviewed()
    version = actions.edit_draft(version=version, title="改", text="改", by=people.clerk.user, at=moment(4, 1, 12))
    version.refresh_from_db()
    assert (version.stage(ON), version.reviewed_by, version.revision) == (Stage.DRAFT, None, 1)
    with pytest.raises(Refused):
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 13))


def test_whoever_changed_a_draft_neither_reviews_nor_signs_it(desk, liuxi, people):
    """Three authors in turn: the first and the second are still authors."""
    helper = liuxi.persons["吴秀珍"]
    user = factories.user_for(helper)
    factories.appoint(helper, liuxi.bodies["community_staff"], "worker")
    factories.appoint(people.secretary, liuxi.bodies["community_staff"], "worker")
    factories.appoint(people.supervisor, liuxi.bodies["community_staff"], "worker")
    version = desk.draft(by=people.secretary.user)
    version = actions.edit_draft(version=version, title="改", text="改", by=people.supervisor.user, at=moment(4, 1, 9))
    version = actions.edit_draft(version=version, title="再改", text="再改", by=user, at=moment(4, 1, 10))
    version = actions.submit_draft(version=version, by=user, at=moment(4, 1, 11))
    with pytest.raises(Refused):
        actions.review_notice(version=version, by=people.supervisor.user, at=moment(4, 1, 12))
    reviewer = liuxi.persons["方建国"]
    factories.user_for(reviewer)
    version = actions.review_notice(version=version, by=reviewer.user, at=moment(4, 1, 12))
    with pytest.raises(Refused) as error:
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 13))
    assert not isinstance(error.value, Stale)


def test_one_person_with_two_accounts_worth_of_powers_is_one_person(desk, liuxi, people):
    """The secretary who also sits in supervision (which composition forbids) still cannot do both."""
    factories.appoint(people.secretary, liuxi.bodies["supervision_committee"], "committee_member")
    factories.appoint(people.deputy, liuxi.bodies["residents_committee"], "chair")  # who could sign in his stead
    version = desk.submitted()
    version = actions.review_notice(version=version, by=people.secretary.user, at=moment(4, 1, 12))
    with pytest.raises(Refused):
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 13))


def test_every_step_happens_once(desk, people):
    at = moment(4, 1, 13)
    version = desk.published()
    for again in (
        lambda: actions.submit_draft(version=version, by=people.clerk.user, at=at),
        lambda: actions.review_notice(version=version, by=people.supervisor.user, at=at),
        lambda: actions.sign_notice(version=version, by=people.secretary.user, at=at),
        lambda: actions.edit_draft(version=version, title="x", text="x", by=people.clerk.user, at=at),
        lambda: actions.discard_draft(version=version, by=people.clerk.user, at=at),
    ):
        with pytest.raises(Stale):
            again()
    actions.withdraw_version(version=version, reason="重复公布", by=people.secretary.user, at=at)
    with pytest.raises(Stale):
        actions.withdraw_version(version=version, reason="重复公布", by=people.secretary.user, at=at)


def test_reasons_are_asked_for(desk, people):
    version = desk.submitted()
    with pytest.raises(Refused):
        actions.return_notice(version=version, by=people.supervisor.user, at=moment(4, 1, 12), reason="  ")
    version = desk.published(title="乙")
    with pytest.raises(Refused):
        actions.withdraw_version(version=version, by=people.secretary.user, at=moment(4, 1, 12), reason="")
    with pytest.raises(Refused):
        actions.correct_notice(
            notice=version.notice, title="丙", text="丙", reason="", by=people.clerk.user, at=moment(4, 1, 12)
        )


def test_a_correction_restarts_both_clocks_and_keeps_the_number(desk):
    old = desk.published()
    new = desk.correct(old, month=4, day=10)
    old.notice.__dict__.pop("_versions", None)
    assert new.notice.number == old.notice.number
    assert (new.published_on, new.displayed_until, new.window_until) == (
        *(date(2026, 4, 10), date(2026, 4, 25), date(2026, 4, 17)),
    )
    old = NoticeVersion.objects.get(pk=old.pk)
    assert (old.stage(date(2026, 4, 10)), new.stage(date(2026, 4, 10))) == (Stage.SUPERSEDED, Stage.ON_DISPLAY)
    assert list(NoticeVersion.objects.current()) == [new]


def test_stages_follow_the_day(desk):
    version = desk.published()
    stages = {day: version.stage(date(2026, 4, day)) for day in (1, 2, 16, 17)}
    assert stages == {
        1: Stage.ON_DISPLAY,
        2: Stage.ON_DISPLAY,
        16: Stage.ON_DISPLAY,
        17: Stage.DISPLAY_ENDED,
    }
    assert version.window_until == date(2026, 4, 8)
    for day, shown in ((16, True), (17, False)):
        assert NoticeVersion.objects.on_display(date(2026, 4, day)).exists() is shown
        assert NoticeVersion.objects.display_ended(date(2026, 4, day)).exists() is not shown


def test_files_are_opened_by_the_signature(desk, liuxi, people, client):
    upload = SimpleUploadedFile("预算.pdf", b"%PDF-1.7")
    internal = store(upload, audience="unit", path=liuxi.unit.path, by=people.clerk.user, at=moment(4, 1))
    version = desk.reviewed(attachments=[(internal, "预算明细")])
    assert client.get(internal.get_absolute_url()).status_code == 404
    version = actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 12))
    row = version.attachments.get()
    assert row.label == "预算明细"
    assert client.get(row.attachment.get_absolute_url()).getvalue() == b"%PDF-1.7"
    assert client.get(internal.get_absolute_url()).status_code == 404
    correction = desk.correct(version, month=4, day=5)
    assert correction.attachments.get().attachment == row.attachment
    party = store(upload_of("b.pdf"), audience="party", path=liuxi.unit.path, by=people.clerk.user, at=moment(4, 1))
    with pytest.raises(Refused):
        desk.draft(title="泄露", attachments=[party])


def upload_of(name):
    return SimpleUploadedFile(name, b"%PDF-1.7")


def test_party_notices_are_checked_and_signed_inside_the_party_organisation(desk, people):
    version = desk.submitted(board=Board.PARTY, item="P03")
    with pytest.raises(PowerMissing):
        actions.review_notice(version=version, by=people.supervisor.user, at=moment(4, 1, 10))
    with pytest.raises(Refused):
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 10))
    version = actions.review_notice(version=version, by=people.deputy.user, at=moment(4, 1, 11))
    with pytest.raises((Refused, PowerMissing)):
        actions.sign_notice(version=version, by=people.deputy.user, at=moment(4, 1, 12))
    version = actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 12))
    assert "审核" not in version.published_text
    assert "向柳溪社区党委反映" in version.published_text


def test_only_the_party_organisation_drafts_what_stays_in_it(desk, liuxi, people):
    worker = liuxi.persons["吴秀珍"]
    factories.user_for(worker)
    factories.appoint(worker, liuxi.bodies["community_staff"], "worker")
    with pytest.raises(PowerMissing):
        desk.draft(board=Board.PARTY, item="P12", by=worker.user)
    desk.draft(board=Board.PARTY, item="P12")


def test_a_term_that_ended_signs_nothing(desk, people):
    version = desk.reviewed()
    people.secretary.terms.update(ended_on=date(2026, 4, 1))
    people.secretary.user.__dict__.pop("_scopes", None)
    with pytest.raises(PowerMissing):
        actions.sign_notice(version=version, by=people.secretary.user, at=moment(4, 1, 12))


def test_compounds_and_villages_have_words_of_their_own(liuxi):
    assert Notice(unit=liuxi.compound, board=Board.COMPOUND, item="E07").prefix == "柳溪苑区公"
    village = OrgUnit(name="桃源村", short_name="桃源", kind="village")
    assert Notice(unit=village, board=Board.RESIDENTIAL).prefix == "桃源村公"


def test_a_number_stays_when_its_unit_is_called_otherwise(desk, liuxi):
    notice = desk.published().notice
    OrgUnit.objects.filter(pk=liuxi.unit.pk).update(short_name="改名", kind="other_community")
    assert Notice.objects.get(pk=notice.pk).number == notice.number == "柳溪居公〔2026〕1号"
    assert desk.published(title="下一件").notice.number == "改名居公〔2026〕2号"
    (entry,) = SearchEntry.objects.filter(kind="notice", record_id=notice.pk)
    assert "柳溪居公" in entry.text and "改名居公" not in entry.text


def test_a_compound_without_a_telephone_prints_that_of_its_community(liuxi):
    issuer = liuxi.bodies["owners_committee"]
    notice = Notice(unit=liuxi.compound, board=Board.COMPOUND, item="E07", issuer=issuer)
    facts = NoticeVersion(notice=notice, display_days=15, window_days=7).facts(ON)
    assert facts.phones == (("0000-8812300", "居委会"),)
    assert [number for number, _label in facts.supervision] == ["0000-8812366", "0000-8810012"]


def test_which_telephones_of_the_street_supervise(liuxi):
    notice = Notice(unit=liuxi.unit, board=Board.RESIDENTIAL, item="R01", issuer=liuxi.bodies["residents_committee"])

    def numbers():
        facts = NoticeVersion(notice=notice, display_days=15, window_days=7).facts(ON)
        return [number for number, _label in facts.supervision]

    liuxi.street.phones.create(kind=PhoneKind.SERVICE, label="便民热线", number="0000-8810099")
    assert numbers() == ["0000-8812366", "0000-8810012"]
    liuxi.street.phones.create(kind=PhoneKind.SUPERVISION, label="街道监督", number="0000-8810088")
    assert numbers() == ["0000-8812366", "0000-8810088"]


def test_every_step_is_recorded_without_personal_data(desk):
    version = desk.published()
    objection = desk.objection(version, name="陈大明", contact="0000-1112223", text="怕吵")
    verbs = list(Event.objects.filter(url=version.notice.desk_url).order_by("id").values_list("verb", flat=True))
    assert verbs == ["draft_notice", "submit_draft", "review_notice", "sign_notice"]
    event = Event.objects.get(verb="receive_objection")
    written = f"{event.label} {event.url} {event.data}"
    assert all(word not in written for word in (objection.name, objection.contact, objection.text))


# Objections


def answer(objection, people, **fields):
    data = {"summary": "居民陈*怕吵。", "reply": "按规定控制。", "outcome": Outcome.NOT_UPHELD} | fields
    return actions.answer_objection(objection=objection, by=people.clerk.user, at=moment(4, 8), **data)


def test_an_objection_is_answered_once(desk, people):
    objection = desk.objection(desk.published())
    with pytest.raises(PowerMissing):
        actions.answer_objection(
            objection=objection, summary="x", reply="x", outcome="upheld", by=people.supervisor.user, at=moment(4, 8)
        )
    answered = answer(objection, people, outcome=Outcome.UPHELD)
    assert answered.handling(date(2026, 4, 8)) == "replied"
    assert list(answered.notice.objections.upheld()) == [answered]
    with pytest.raises(Stale):
        answer(objection, people)
    with pytest.raises(Stale):
        actions.summarise_objection(objection=objection, summary="x", by=people.clerk.user, at=moment(4, 8))


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": ""},
        {"reply": " "},
        {"outcome": Outcome.NONE},
        {"summary": "陈某某怕吵"},
        {"reply": "已电话13812345678告知"},
        {"reply": "3栋2单元501室隔音"},
    ],
)
def test_replies_that_cannot_be(desk, people, fields):
    objection = desk.objection(desk.published())
    with pytest.raises(Refused):
        answer(objection, people, **fields)
    assert Objection.objects.open().exists()


def test_a_question_is_neither_upheld_nor_not(desk, people):
    question = desk.objection(desk.published(), kind=Kind.QUESTION)
    with pytest.raises(Refused):
        answer(question, people, outcome=Outcome.UPHELD)
    assert answer(question, people, outcome=Outcome.NONE).outcome == Outcome.NONE


def test_what_cannot_be_received(desk, people):
    version = desk.published()
    for fields in (
        {"kind": "objection", "day": 9},  # after the window
        {"channel": "web"},
        {"received_on": date(2026, 4, 4)},  # the future
        {"received_on": date(2026, 3, 31)},  # before the publication
        {"text": "  "},
        {"summary": "陈某某家住3栋501室"},
    ):
        fields = dict(fields)
        channel = fields.pop("channel", "phone")
        at = moment(4, fields.pop("day", 3))
        data = {"kind": "objection", "text": "怕吵", "name": "陈某某"} | fields
        with pytest.raises(Refused):
            actions.register_objection(notice=version.notice, channel=channel, by=people.clerk.user, at=at, **data)
    draft = desk.draft(title="草稿")
    with pytest.raises(Refused):
        actions.receive_objection(notice=draft.notice, kind="question", text="何时", at=moment(4, 3))
    assert not Objection.objects.exists()


def test_without_a_window_objections_are_taken_while_it_is_displayed(desk):
    version = desk.published(window_days=0)
    assert version.notice.objections_until() == date(2026, 4, 16)
    desk.objection(version, day=16)
    with pytest.raises(Refused):
        desk.objection(version, day=17, text="太迟")
    desk.objection(version, day=17, kind="question", text="何时")


def test_how_an_objection_stands(desk):
    objection = desk.objection(desk.published(), day=3)
    assert [objection.handling(date(2026, 4, day)) for day in (9, 10)] == ["in_hand", "overdue"]
