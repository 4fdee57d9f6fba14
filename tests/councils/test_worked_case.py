"""The worked case of zh.md §3 from the register to closed: every number and sentence comes out of the portal."""

import pytest
from django.utils import translation

from audit.errors import Refused
from audit.models import Event
from councils import actions
from councils.enums import MeetingOutcome, Status
from councils.models import Matter, Meeting
from councils.papers import dossier
from tests.councils.case import MOTION, PLAN, TITLE, Case, day, earlier_notices, moment, records_of, register

pytestmark = pytest.mark.django_db

RESOLUTION = """\
该事项由12名居民代表联名提出，经社区党委提议、社区“两委”会议商议、党员大会审议，2026年3月31日柳溪社区居民代表会议应到63人、实到51人，以无记名投票方式表决，同意45票、反对3票、弃权2票，表决通过。现将决议公布如下：
一、将社区居委会一楼西侧闲置用房改造为老年助餐点。
二、预算186000元（大写：壹拾捌万陆仟元整），其中服务群众专项经费126000元，街道养老服务补助40000元，驻区单位支持20000元。
三、责任人：罗志强。实施时间：2026年4月至6月。监督：柳溪社区居务监督委员会。
公布期限：2026年4月2日至4月16日。如有意见，请于4月8日前向社区居委会或居务监督委员会反映，提倡署实名，个人信息予以保密。
联系电话：0000-8812300（居委会） 监督电话：0000-8812366（居务监督委员会）、0000-8810012（青禾街道）
地址：柳溪路18号，工作日9:00—17:00
特此公告。
柳溪社区居民委员会（盖章）
2026年4月1日
审核：柳溪社区居务监督委员会（盖章） 沈桂兰"""
OUTCOME = """\
根据2026年3月31日柳溪社区居民代表会议决议，老年助餐点改造已完成，现将实施结果公布如下：
一、完成情况：4月20日开工，5月29日完工，6月4日验收合格，6月8日试运行，决议内容全部完成。
二、经费使用：预算186000元，实际支出179260元（大写：壹拾柒万玖仟贰佰陆拾元整），结余6740元，留存服务群众专项经费。明细见附表。
三、施工单位：经三家单位询价比选确定，居务监督委员会全程参加。
四、意见办理：意见反映期内收到意见1件，已答复1件。
五、居民评议：6月10日发放评议表60份，收回54份，满意49份，基本满意4份，不满意1份（建议延长开放时间，已采纳试行）。
六、居务监督委员会意见：程序规范，账目清楚，结果属实。
公布期限：2026年6月13日至6月27日。监督电话：0000-8812366、0000-8810012
特此公告。
柳溪社区居民委员会（盖章）
2026年6月12日"""
TABLE = """\
附表：经费收支明细（单位：元）
项目\t预算\t实际
装修改造\t132,000.00\t128,600.00
桌椅及保温设备\t41,000.00\t38,460.00
适老化设施\t13,000.00\t12,200.00
合计\t186,000.00\t179,260.00

资金来源\t预算\t实际
服务群众专项经费\t126,000.00\t119,260.00
街道养老服务补助\t40,000.00\t40,000.00
驻区单位支持\t20,000.00\t20,000.00
合计\t186,000.00\t179,260.00
"""


@pytest.fixture
def case(liuxi):
    """柳溪议〔2026〕2号: another matter was registered before it, and two notices were published."""
    liuxi.unit.office_hours = "工作日9:00—17:00"
    liuxi.unit.save(update_fields=["office_hours"])
    register(liuxi, at=moment(1, 12), title="关于春节慰问的事项", short_title="春节慰问", lines=())
    earlier_notices(liuxi, 2)
    return Case(liuxi)


def stored(case):
    return case.fresh().status


def test_registered(case):
    matter = case.fresh()
    assert matter.number == "柳溪议〔2026〕2号"
    assert (matter.title, matter.motion, matter.plan) == (TITLE, MOTION, PLAN)
    assert matter.registered_on == day(3, 2)
    assert matter.procedure == "four_two_community"
    assert (matter.deciding_body, matter.rule_key) == ("residents_reps", "residents_reps")
    assert len(matter.why["zh-hans"]) == len(matter.why["en"]) > 0
    with translation.override("en"):
        assert matter.reasons == matter.why["en"] != matter.why["zh-hans"]
    assert matter.planned_total == 186000_00 == matter.total("source")
    assert [step.key for step in matter.steps] == [
        "propose",
        "confer",
        "review",
        "resolve",
        "disclose",
        "implement",
        "disclose_outcome",
    ]
    assert matter.status_on(day(3, 2)) == Status.REGISTERED


def test_party_meetings_and_the_two_committees(case):
    meeting = case.propose()
    assert (meeting.entitled, meeting.held_on) == (7, day(3, 6))
    assert stored(case) == Status.PROPOSED
    meeting = Meeting.objects.get(pk=case.confer().pk)
    assert (meeting.entitled, meeting.present, meeting.on_leave, meeting.absent) == (10, 9, 1, 0)
    vote = meeting.items.get().vote
    assert (vote.in_favour, vote.against, vote.abstain, vote.outcome) == (8, 0, 1, "carried")
    assert [person["name"] for person in meeting.observers] == ["沈桂兰", "方建国"]
    assert stored(case) == Status.CONFERRED
    meeting = Meeting.objects.get(pk=case.review().pk)
    vote = meeting.items.get().vote
    assert (vote.entitled, vote.present, vote.in_favour, vote.against, vote.abstain) == (138, 104, 98, 2, 4)
    assert vote.rule_key == "branch_assembly_4y2g"
    assert vote.result["required"] == {"present": 92, "for": 70}
    assert stored(case) == Status.REVIEWED


def test_resolution_void_then_carried(case):
    case.propose()
    case.confer()
    case.review()
    void = Meeting.objects.get(pk=case.resolve_in_vain().pk)
    assert (void.entitled, void.present, void.outcome) == (63, 40, MeetingOutcome.NO_QUORUM)
    assert void.quorum_result["required"]["present"] == 42
    assert stored(case) == Status.REVIEWED
    meeting = Meeting.objects.get(pk=case.resolve().pk)
    assert meeting.replaces == void
    assert meeting.notice_on == day(3, 24)
    vote = meeting.items.get().vote
    assert (vote.issued, vote.returned, vote.valid, vote.invalid) == (51, 51, 50, 1)
    assert (vote.entitled, vote.present, vote.in_favour, vote.against, vote.abstain) == (63, 51, 45, 3, 2)
    assert vote.result["required"]["for"] == 26
    assert vote.is_carried
    matter = case.fresh()
    assert matter.status == Status.RESOLVED
    resolution = matter.resolutions.get()
    assert (resolution.text, resolution.adopted_on) == (MOTION, day(3, 31))


def test_the_whole_case(case):
    case.deliberate()
    version = case.disclose()
    version.refresh_from_db()
    assert version.title == "关于老年助餐点改造事项决议的公告"
    assert case.fresh().resolution_notice.number == "柳溪居公〔2026〕3号"
    assert case.matter.resolution_notice.source_url == case.matter.get_absolute_url()
    assert version.published_text == RESOLUTION
    assert case.matter.status_on(day(3, 31)) == Status.RESOLVED
    assert case.matter.status_on(day(4, 1)) == Status.DISCLOSED
    display = case.matter.resolution_display
    assert (display.displayed_until, display.window_until) == (day(4, 16), day(4, 8))

    with pytest.raises(Refused, match="April 8|4月8日|8 April"):
        case.start(at=moment(4, 8))
    case.object()
    case.implement()
    assert case.fresh().status_on(day(6, 4)) == Status.ACCEPTED
    case.account_for()
    matter = case.fresh()
    assert matter.actual_total == 179260_00 == matter.total("source", actual=True)

    earlier_notices(case.place, 8)
    version = case.disclose_outcome()
    version.refresh_from_db()
    assert version.title == "关于老年助餐点改造事项实施结果的公告"
    assert case.fresh().outcome_notice.number == "柳溪居公〔2026〕9号"
    assert TABLE in version.published_text
    assert version.published_text.replace(TABLE, "") == OUTCOME
    matter = case.fresh()
    assert matter.status_on(day(6, 12)) == Status.OUTCOME_DISCLOSED
    assert matter.status_on(day(6, 27)) == Status.OUTCOME_DISCLOSED
    assert matter.status_on(day(6, 28)) == Status.CLOSED
    assert matter.open_step(day(6, 28)) is None


def test_every_step_is_written_down(case):
    case.deliberate()
    verbs = list(Event.objects.filter(path=case.place.unit.path).order_by("id").values_list("verb", flat=True))
    assert verbs.count("confirm_meeting") == 5
    assert verbs.count("call_meeting") == 5
    assert verbs.count("record_vote") == 4
    assert not Event.objects.filter(path="").exists()


def test_the_same_case_from_paper_in_one_go(case):
    """The clerk enters all four deliberations on 8 April; the secretary confirms once; later than 7 days is 补录."""
    bodies = case.bodies
    sitting = actions.PastSitting
    hands = {"method": "hands", "minutes": "会议记录。"}
    matter = case.fresh()
    meetings = actions.enter_past_steps(
        by=case.clerk,
        at=moment(4, 8),
        matter=matter,
        seen=matter.version,
        token=matter.token,
        sittings=[
            sitting(
                step="propose",
                body=bodies["party_committee"],
                held_on=day(3, 6),
                present=7,
                numbers={"in_favour": 7, "against": 0, "abstain": 0},
                **hands,
            ),
            sitting(
                step="confer",
                body=bodies["two_committees"],
                held_on=day(3, 11),
                present=9,
                on_leave=1,
                numbers={"in_favour": 8, "against": 0, "abstain": 1},
                **hands,
            ),
            sitting(
                step="review",
                body=bodies["party_assembly"],
                held_on=day(3, 20),
                entitled=138,
                present=104,
                numbers={"in_favour": 98, "against": 2, "abstain": 4},
                **hands,
            ),
            sitting(step="resolve", body=bodies["residents_reps"], held_on=day(3, 24), present=40),
            sitting(
                step="resolve",
                body=bodies["residents_reps"],
                held_on=day(3, 31),
                present=51,
                numbers={"in_favour": 45, "against": 3, "abstain": 2},
                **hands,
            ),
        ],
    )
    assert [meeting.entitled for meeting in meetings] == [7, 10, 138, 63, 63]
    assert [meeting.outcome for meeting in meetings] == ["valid", "valid", "valid", "no_quorum", "valid"]
    assert all(meeting.from_paper for meeting in meetings)
    reader = dossier.Reader(lambda meeting: True, lambda file: True)
    full = Matter.objects.for_page().get(pk=case.matter.pk)
    titles = [piece.title for piece in dossier.dossier_of(full, reader, day(4, 30)).pieces]
    assert any("记录" in title for title in titles)
    assert not any("签到" in title or title.endswith("通知") for title in titles)  # those are on the paper itself
    assert [meeting.entered_later for meeting in meetings] == [True, True, True, True, True]
    assert case.fresh().status == Status.REGISTERED
    confirm = {"seen": case.fresh().version, "records": records_of(case.matter)}
    done = actions.confirm_records(by=case.secretary, at=moment(4, 9), matter=case.matter, **confirm)
    assert len(done) == 5
    matter = case.fresh()
    assert matter.status == Status.RESOLVED
    assert [step.done_on for step in matter.steps_done.all()] == [day(3, 6), day(3, 11), day(3, 20), day(3, 31)]
    assert meetings[4].replaces == meetings[3]
