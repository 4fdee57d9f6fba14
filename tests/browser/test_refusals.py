"""What the portal refuses, as the people at the screens see it: the reason stands on the page in Chinese."""

import re
import uuid

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.models import Matter
from disclosure import actions as disclosure
from disclosure.catalogue import ITEMS
from disclosure.enums import Board, Kind
from disclosure.models import NoticeVersion, Objection
from governance.demo import PASSWORD, case
from governance.demo.walk import on
from orgs import actions as orgs
from orgs.models import Term, User
from orgs.signals import terms_changed

NO_OFFICE = gettext_lazy(
    "You hold no office in the portal today, so nothing can be done here. If that is wrong, ask your administrator."
)

pytestmark = pytest.mark.slow


@pytest.fixture
def walk(place):
    """The matter of the worked case, just registered."""
    return case.register(place)


def send(desk, path, fields):
    """Post a form that no page offers, as somebody does who types addresses."""
    script = """([path, fields]) => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = path;
        fields.csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]").value;
        for (const [name, value] of Object.entries(fields)) {
            const input = document.createElement("input");
            [input.type, input.name, input.value] = ["hidden", name, value];
            form.append(input);
        }
        document.body.append(form);
        form.submit();
    }"""
    with desk.page.expect_navigation() as answer:
        desk.page.evaluate(script, [path, fields])
    return answer.value.status


def test_a_step_before_its_turn(walk, clock, desk_for):
    clock.set(3, 5)
    desk = desk_for("linxiaowen")
    path = f"/desk/matters/{walk.matter.pk}/call/review/"
    desk.open(path)
    desk.reads("上一步骤尚未完成，暂不能办理：社区党组织提议。")
    assert desk.control(_("Call the meeting")).count() == 0
    fields = {
        "token": str(uuid.uuid4()),
        "seen": str(walk.fresh().version),
        "body": str(walk.bodies["party_assembly"].pk),
        "held_on": "2026-03-06",
        "held_at": "15:00",
        "place": "社区二楼会议室",
        "notice_on": "2026-03-05",
        "roll_mode": "counted",
    }
    assert send(desk, path, fields) == 409
    desk.reads("上一步骤尚未完成，暂不能办理：社区党组织提议。")
    assert not walk.matter.items.exists()


def test_no_vote_without_a_quorum(walk, place, clock, desk_for):
    case.propose(walk)
    case.confer(walk, place)
    case.review(walk, place)
    meeting = case.resolve_in_vain(walk)
    clock.set(3, 24, 22)
    desk = desk_for("linxiaowen")
    desk.open(f"{meeting.get_absolute_url()}vote/{meeting.items.get().pk}/")
    desk.reads(_("The meeting is void; nothing can be voted on."), within="body")
    desk.reads("实到40人，未达到应到63人的三分之二（42人）。到会人数未达法定人数，会议不能举行。")
    assert desk.control(_("Enter the vote")).count() == 0


@pytest.fixture
def draft(place):
    """`draft(by)`: an ordinary notice of 2 March, drafted by that account and submitted."""

    def make(by, **fields):
        version = disclosure.draft_notice(
            unit=place.unit,
            board=Board.RESIDENTIAL,
            item="R28",
            issuer=place.bodies["residents_committee"],
            title="2026年2月志愿服务情况",
            text="2月开展志愿服务8场，参加103人次。",
            by=by,
            at=on(case.day(3, 2), 8),
            **fields,
        )
        return disclosure.submit_draft(version=version, by=by, at=on(case.day(3, 2), 9))

    return make


def test_who_drafts_does_not_sign(place, draft, desk_for):
    worker = place.bodies["community_staff"]
    Term.objects.create(
        person=place.secretary.person, body=worker, office="worker", started_on=case.day(1, 12), source="街道任命"
    )
    terms_changed.send(Term, persons=[place.secretary.person.pk])
    version = draft(User.objects.get(username="zhoumingyuan"))
    if version.review_required:
        disclosure.review_notice(version=version, by=place.supervisor, at=on(case.day(3, 2), 9))
    desk = desk_for("zhoumingyuan")
    desk.open(version.notice.desk_url)
    desk.reads("拟稿人与签发人不能为同一人。")
    assert desk.control(_("Sign and publish")).get_attribute("aria-disabled") == "true"
    version.refresh_from_db()
    status = send(desk, f"{version.notice.desk_url}sign/", {"seen": str(version.revision)})
    assert status in (403, 409)
    desk.reads("拟稿人与签发人不能为同一人。")
    version.refresh_from_db()
    assert not version.is_signed


def test_a_display_under_fifteen_days(place, desk_for):
    desk = desk_for("linxiaowen")
    desk.open("/desk/")
    desk.press(_("Draft a notice"))
    text = "2月开展志愿服务8场，参加103人次。"
    desk.fill(
        {
            _("What is disclosed"): f"R28 {ITEMS['R28'].title}",
            _("Issued by"): "柳溪社区居民委员会（柳溪社区）",
            _("Title"): "2026年2月志愿服务情况",
            _("Text"): text,
            _("Days on display"): 14,
        }
    )
    desk.press(_("Save the draft"))
    desk.reads("公布期限不得少于15日")
    assert desk.page.input_value("#id_text") == text
    assert not NoticeVersion.objects.exists()
    desk.fill({_("Days on display"): 15})
    desk.press(_("Save the draft"))
    assert NoticeVersion.objects.get().display_days == 15


def test_an_ended_term_gives_nothing(walk, place, clock, desk_for, town):
    administrator = town.user("马俊杰")
    for term in Term.objects.filter(person=place.clerk.person, ended_on=None):
        orgs.end_term(term=term, on=case.day(3, 10), by=administrator, at=on(case.day(3, 9)))
    desk = desk_for("linxiaowen")
    desk.open("/desk/")
    desk.reads_not(NO_OFFICE)
    clock.set(3, 10)
    desk.open("/desk/")
    desk.reads(NO_OFFICE)
    assert desk.control(_("Register a matter")).count() == 0
    assert desk.open("/desk/matters/new/") == 403
    desk.reads("您没有办理此事项的权限")
    assert desk.open(walk.matter.get_desk_url()) == 404


def test_a_suspended_person_can_do_nothing(walk, place, clock, desk_for, town):
    desk = desk_for("linxiaowen")
    desk.open(walk.matter.get_desk_url())
    desk.reads(_("Call the meeting"))
    orgs.suspend_person(
        person=place.clerk.person, reason="接受组织调查", by=town.user("马俊杰"), at=on(case.day(3, 2), 11)
    )
    clock.set(3, 2, 12)
    assert desk.open("/desk/matters/new/") == 403
    desk.reads("您没有办理此事项的权限")
    desk.open("/desk/")
    since = _("Your powers have been suspended since %(day)s. If you have questions, ask your administrator.")
    desk.reads(since % {"day": "2026年3月2日"})
    desk.reads_not("接受组织调查")
    again = desk_for("linxiaowen", name="again")
    again.open("/desk/")
    assert again.control(_("Register a matter")).count() == 0


def test_a_stranger_finds_nothing(walk, place, draft, desk_for):
    version = draft(place.clerk)
    meeting = walk.call("propose", "party_committee", case.day(3, 6))
    desk = desk_for("qianyuan")
    for path in (walk.matter.get_desk_url(), version.notice.desk_url, meeting.get_absolute_url()):
        assert desk.open(path) == 404, path
        desk.reads("未找到该页面。")
        desk.reads_not(case.TITLE, "志愿服务")


def test_the_recorder_does_not_confirm(place, clock, desk_for):
    """The secretary of a small place may enter a record too, but then somebody else confirms it."""
    Term.objects.create(
        person=place.secretary.person,
        body=place.bodies["community_staff"],
        office="worker",
        started_on=case.day(1, 12),
        source="街道任命",
    )
    terms_changed.send(Term, persons=[place.secretary.person.pk])
    place.clerk = User.objects.get(username="zhoumingyuan")
    walk = case.register(place)
    meeting = walk.hold("propose", "party_committee", case.day(3, 6), 7, (7, 0, 0), confirm=False)
    clock.set(3, 7)
    desk = desk_for("zhoumingyuan")
    reason = _("A record is confirmed by another person than the one who entered it.")
    path = f"/desk/matters/{walk.matter.pk}/confirm/"
    desk.open(path)
    desk.reads(reason)
    assert desk.control(_("Confirm all")).get_attribute("aria-disabled") == "true"
    assert send(desk, path, {"seen": str(walk.fresh().version)}) in (403, 409)
    desk.reads(reason)
    meeting.refresh_from_db()
    assert meeting.confirmed_at is None


def test_votes_that_do_not_add_up(walk, place, clock, desk_for):
    """Nothing typed is lost, and the sum says what is wrong."""
    case.propose(walk)
    case.confer(walk, place)
    case.review(walk, place)
    meeting = walk.call("resolve", "residents_reps", case.day(3, 31), called_on=case.day(3, 25))
    walk.attend(meeting, 51)
    clock.set(3, 31, 22)
    desk = desk_for("linxiaowen")
    desk.open(meeting.get_absolute_url())
    desk.press(_("Enter the vote"))
    typed = {
        _("Ballots issued"): 51,
        _("Ballots returned"): 51,
        _("Valid ballots"): 50,
        _("Invalid ballots"): 1,
        "同意": 45,
        "反对": 3,
        "弃权": 3,
        _("Supervises the count"): "吴秀珍",
        _("Counts the votes"): "邓海涛",
    }
    desk.fill(typed)
    desk.press(_("Register the result"))
    desk.reads("票数合计与收回票数不符，请核对。", "同意45+反对3+弃权3+无效1", "52", "多1票")
    for name, value in {"issued": "51", "for": "45", "abstain": "3", "teller_supervisor": "吴秀珍"}.items():
        assert desk.page.input_value(f"#id_{name}") == value
    assert meeting.items.get().vote is None
    desk.fill({"弃权": 2})
    desk.press(_("Recalculate"))
    desk.reads("表决通过")
    desk.press(_("Register the result"))
    vote = meeting.items.get().vote
    assert (vote.in_favour, vote.against, vote.abstain, vote.invalid) == (45, 3, 2, 1)


def fill_in_matter(desk, title):
    desk.open("/desk/matters/new/?unit=990101001001")
    desk.fill(
        {
            _("Title"): title,
            _("Short title"): "便民座椅",
            _("Proposal"): "增设座椅8组。",
            _("What is decided"): "增设座椅8组。",
        }
    )
    desk.page.select_option("#id_category", "M04")
    desk.press(_("Next: who decides"))


def test_sent_twice_is_recorded_once(place, desk_for):
    desk = desk_for("linxiaowen")
    fill_in_matter(desk, "关于增设便民座椅的事项")
    desk.control(_("Register the matter")).dblclick()
    desk.page.wait_for_url(re.compile(r"/desk/matters/[0-9]+/$"))
    assert Matter.objects.count() == 1
    # Back with the button of the browser, and once more.
    while "new" not in desk.path:
        desk.page.go_back()
    if desk.control(_("Register the matter")).count() == 0:
        desk.page.reload()
    desk.press(_("Register the matter"))
    desk.reads("已登记，无需重复提交。", within="body")
    assert Matter.objects.count() == 1
    desk.reads(Matter.objects.get().number)


def test_a_page_that_somebody_else_has_changed(walk, place, town, desk_for):
    other = town.persons["夏雨晴"]
    other.user = User.objects.create_user("xiayuqing", PASSWORD)
    other.save(update_fields=["user"])
    terms_changed.send(Term, persons=[other.pk])
    first, second = desk_for("linxiaowen"), desk_for("xiayuqing")
    path = f"/desk/matters/{walk.matter.pk}/edit/"
    for desk in (first, second):
        desk.open(path)
    save = _("Save")
    first.fill({_("Short title"): "老年助餐点"})
    first.press(save)
    second.fill({_("Short title"): "老人食堂"})
    second.press(save)
    second.reads("内容已由他人更新，请刷新后再办理。")
    assert second.page.input_value("#id_short_title") == "老人食堂", "nothing typed is lost"
    assert walk.fresh().short_title == "老年助餐点"


def test_an_objection_says_something_and_its_summary_no_telephone(place, draft, clock, desk_for):
    version = draft(place.clerk, window_days=7)
    if version.review_required:
        disclosure.review_notice(version=version, by=place.supervisor, at=on(case.day(3, 2), 10))
    version = disclosure.sign_notice(version=version, by=place.secretary, at=on(case.day(3, 2), 11))
    clock.set(3, 3)
    resident = desk_for()
    resident.open(version.notice.get_absolute_url())
    resident.press(_("Ask or object"))
    resident.press(_("Send"))
    summary = resident.page.locator(".error-summary")
    assert summary.get_by_role("link").count() == 2, "what kind it is, and what it says"
    assert resident.page.get_attribute("#id_text", "aria-invalid") == "true"
    assert not Objection.objects.exists()
    text = "请公布志愿者报名方式，我的手机是13800138000。"
    resident.fill({_("What is it?"): Kind.QUESTION.label, _("What would you like to say?"): text})
    resident.press(_("Send"))
    resident.reads(_("We have received it"))
    resident.open(version.notice.get_absolute_url())
    resident.reads_not("13800138000", within="body")

    clerk = desk_for("linxiaowen")
    clerk.open(Objection.objects.get().get_absolute_url())
    clerk.fill({_("Summary for the public"): text, _("Reply"): "请到社区一楼报名。"})
    clerk.press(_("Publish the reply"))
    clerk.reads("个人信息", "手机号码")
    assert clerk.page.input_value("#id_reply") == "请到社区一楼报名。"
    resident.open(version.notice.get_absolute_url())
    resident.reads_not("13800138000", within="body")


def test_a_program_that_calls_itself_a_picture(walk, tmp_path, clock, desk_for, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    meeting = walk.call("propose", "party_committee", case.day(3, 6))
    clock.set(3, 6, 20)
    program = tmp_path / "签到表.jpg"
    program.write_bytes(b"MZ\x90\x00\x03" + bytes(2000))
    desk = desk_for("linxiaowen")
    desk.open(f"{meeting.get_absolute_url()}scans/")
    desk.page.set_input_files("input[type=file]", program)
    desk.press(_("Keep the scan"))
    desk.reads("内容不符，请先另存为正确的格式。")
    assert not meeting.scans.exists()
