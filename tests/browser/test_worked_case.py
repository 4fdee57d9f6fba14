"""The main job in the browser: 柳溪社区's meal point from an empty community to closed, by four people.

The clerk 林晓雯, the secretary 周明远, the supervisor 沈桂兰, and a resident without a login who follows on a phone.
The clock goes through the days of 2026 on which it happened. Once on desktops with scripts, every meeting step by
step; once on phones of 360 px without scripts, the four deliberations entered from signed paper and confirmed at once.
"""

from types import SimpleNamespace

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.enums import InitiatorKind, Method, MilestoneKind, Origin, Presence, RollMode
from councils.forms.meetings import CallForm
from councils.forms.votes import TELLERS
from councils.models import Matter
from councils.procedures import CATEGORIES
from disclosure.chain import CHECKS
from disclosure.enums import Board, Channel, Kind, Outcome
from disclosure.models import Objection
from governance.demo import case, notices, story, under_way
from tests.browser.town import community

pytestmark = pytest.mark.slow

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
附表：经费收支明细（单位：元）
公布期限：2026年6月13日至6月27日。监督电话：0000-8812366、0000-8810012
特此公告。
柳溪社区居民委员会（盖章）
2026年6月12日"""
VOID = "实到40人，未达到应到63人的三分之二（42人）。到会人数未达法定人数，会议不能举行。"
CAME = "实到51人，不少于应到63人的三分之二（42人）。到会人数符合规定，会议有效。无记名投票，发出51张，收回51张。"
RESULT = "共51票。同意45票，超过到会51人的半数（至少26票）。弃权、无效不算同意。表决通过"
STEPS = [
    *("社区党组织提议", "“两委”会议商议", "党员大会审议", "居民代表会议决议"),
    *("决议公开", "组织实施", "实施结果公开"),
]
CONCERN = "担心油烟和噪声影响楼上，并询问非老年居民能否用餐。"
REPLY = (
    "助餐点不设厨房，饭菜集中配送，无油烟排放；每日10:30至13:00开放，设备噪声按规定控制。"
    "优先保障60周岁以上老人，有余量时向其他居民开放，价格另行公布。反映人表示理解。"
)
FOR, AGAINST, ABSTAIN = "同意", "反对", "弃权"
PARTY_FOR, PARTY_AGAINST = "赞成", "不赞成"
# What the clerk wrote about each meeting: inside, and for everyone.
MEETINGS = {
    "propose": SimpleNamespace(
        minutes="听取入户走访和居民小组意见情况，讨论闲置用房改造方案。",
        summary="社区党委会议提出方案：闲置用房86平方米改为助餐点，预算186000元。",
    ),
    "confer": SimpleNamespace(
        minutes="何静：建议增加防滑地面和扶手，费用在预算内调剂。\n罗志强：施工避开午休时段，提前告知楼上住户。\n"
        "1名委员因对送餐距离有顾虑弃权。会后已沟通。",
        summary="社区党委和居委会一起商量，方案增加防滑地面和扶手，施工避开午休。",
    ),
    "review": SimpleNamespace(
        minutes="罗志强代表“两委”说明方案。预备党员2人参加，无表决权。",
        summary="全体党员审议，同意提交居民代表会议。",
    ),
    "resolve": SimpleNamespace(
        minutes="罗志强说明方案和党员大会审议情况。居民代表就送餐时间、施工噪声提问，罗志强作了说明。",
        summary="居民代表投票决定。",
    ),
}
SUPERVISORS = [("沈桂兰", "居务监督委员会"), ("方建国", "居务监督委员会")]


@pytest.fixture(params=["desktop", "phone"])
def team(request, town, clock, desk_for):
    """The four people at their screens, and the numbers that the papers of the year will have.

    On phones the community already had a matter and a few notices this year, as in the worked case; on desktops it is
    empty, so that the first number of everything is 1.
    """
    phone = request.param == "phone"
    place = community(town)
    team = SimpleNamespace(place=place, phone=phone, clock=clock, matter=None)
    if phone:
        under_way.lost(place)
        notices.until(place, story.FIRST_DAY, case.day(3, 1))
    team.numbers = ("2", "3", "9") if phone else ("1", "1", "2")
    clock.set(3, 2)
    logins = {"clerk": "linxiaowen", "secretary": "zhoumingyuan", "supervisor": "shenguilan"}
    kind = request.param
    for role, username in logins.items():
        desk = desk_for(username, phone=phone, script=not phone, axe=True, name=f"{kind}-{role}")
        setattr(team, role, desk)
    team.resident = desk_for(script=not phone, axe=True, name=f"{kind}-resident")
    return team


def test_from_an_empty_community_to_closed(team):
    register(team)
    if team.phone:
        deliberate_from_paper(team)
    else:
        propose(team)
        confer(team)
        review(team)
        resolve_in_vain(team)
        resolve(team)
    disclose(team)
    object_and_answer(team)
    implement(team)
    disclose_outcome(team)
    close(team)


# Steps


def register(team):
    clerk = team.clerk
    clerk.open("/desk/")
    clerk.reads(_("Nothing waits for you."))
    clerk.check("desk, empty")
    clerk.press(_("Register a matter"))
    clerk.press("柳溪社区")
    clerk.fill(
        {
            _("Title"): case.TITLE,
            _("Short title"): case.SHORT_TITLE,
            _("Category"): CATEGORIES["M04"].title,
            _("Registered on"): "2026-03-02",
            _("Origin"): Origin.RESIDENTS.label,
            _("Put forward jointly by"): InitiatorKind.REPRESENTATIVES.label,
            _("How many"): 12,
            _("Of how many"): 56,
            _("Proposal"): case.PLAN,
            _("What is decided"): case.MOTION,
            _("Person in charge"): "罗志强（社区居民委员会副主任）",
            _("Title of the person in charge"): "居委会副主任",
            _("Planned from"): "2026-04",
            _("Planned to"): "2026-06",
        }
    )
    for kind in ("item", "source"):
        lines = [(label, planned) for side, label, planned, _actual in case.MONEY if side == kind]
        for row, (label, planned) in enumerate(lines):
            table_row = clerk.page.locator(f"#{kind}-side tbody tr").nth(row)
            table_row.get_by_label(_("What for")).fill(label)
            table_row.get_by_label(_("Amount (yuan)")).fill(f"{planned // 100}")
    clerk.check("registering")
    clerk.press(_("Next: who decides"))
    clerk.reads("居民代表会议", "186000")
    clerk.check("who decides")
    clerk.press(_("Register the matter"))
    team.matter = Matter.objects.get(title=case.TITLE)
    number = f"柳溪议〔2026〕{team.numbers[0]}号"
    clerk.reads(case.TITLE)
    clerk.reads(number, within="body")
    clerk.check("registered")
    follow(team, "已登记", number, "12名居民代表联名提出（居民代表56人，达到五分之一以上）。")


def propose(team):
    """6 March: seven of seven, by name; everybody for it."""
    team.clock.set(3, 5)
    call(team, "2026-03-06", "09:00", "社区二楼会议室", roll=RollMode.NAMED)
    team.clock.set(3, 6, 18)
    attend(team)
    vote(team, {PARTY_FOR: 7})
    write(team, "propose")
    confirm(team)
    text = follow(team, "已提议", "3月6日", MEETINGS["propose"].summary)
    assert "7人" not in text and "7票" not in text, "counts of a Party meeting"


def confer(team):
    """11 March: nine of ten, one on leave; eight for it, one abstains."""
    team.clock.set(3, 10)
    call(team, "2026-03-11", "09:30", "社区二楼会议室", roll=RollMode.NAMED)
    team.clock.set(3, 11, 18)
    attend(team, leave={"钱永福": "外出培训"})
    team.clerk.reads("外出培训")
    vote(team, {FOR: 8, ABSTAIN: 1})
    write(team, "confer", observers=SUPERVISORS)
    team.clerk.reads("沈桂兰（居务监督委员会）")
    confirm(team)
    follow(team, "已商议", "3月11日", MEETINGS["confer"].summary)


def review(team):
    """20 March: 104 of 138 members, by number; 98 in favour, 2 not, 4 abstain."""
    team.clock.set(3, 19)
    call(
        team,
        "2026-03-20",
        "15:00",
        "社区党群服务中心多功能厅",
        roll=RollMode.COUNTED,
        more={
            _("Entitled"): 138,
            _("Basis of the number"): "有表决权的正式党员",
            _("Source document"): "党员名册（2026年3月）",
        },
    )
    team.clock.set(3, 20, 18)
    attend(team, numbers={_("Present"): 104, _("Without a vote"): 2})
    team.clerk.reads("92")
    vote(team, {PARTY_FOR: 98, PARTY_AGAINST: 2, ABSTAIN: 4})
    write(team, "review", observers=[("唐磊", "青禾街道党建工作办公室")])
    confirm(team)
    text = follow(team, "已审议", "3月20日", MEETINGS["review"].summary)
    assert "104" not in text and "138" not in text and "98" not in text, "counts of a Party meeting"


def resolve_in_vain(team):
    """24 March: 40 of 63; nothing can be voted on."""
    team.clock.set(3, 20, 19)
    call(team, "2026-03-24", "19:00", "社区党群服务中心多功能厅", roll=RollMode.NAMED)
    resident = team.resident
    resident.open(team.place.unit.get_absolute_url())
    resident.reads("柳溪社区居民代表会议", "晚7:00", within="#meetings")
    resident.check("the meeting is called")
    team.clock.set(3, 24, 21)
    attend(team, absent=23)
    team.clerk.reads(VOID)
    team.clerk.check("void")
    confirm(team)
    follow(team, "会议无效", "3月24日", f"{VOID}未进行表决。")


def resolve(team):
    """31 March: 51 of 63, a secret ballot: 45, 3, 2, and one invalid."""
    clerk = team.clerk
    clerk.press(_("Call the meeting again"))
    clerk.fill({_("Date"): "2026-03-31", _("Called on"): "2026-03-24", _("Time"): "19:00"})
    clerk.press(_("Call the meeting"))
    team.clock.set(3, 31, 21)
    attend(team, absent=12)
    vote(team, count_sheet(), method=Method.SECRET)
    write(
        team,
        "resolve",
        observers=[*SUPERVISORS, ("邱莉", "居务监督委员会"), ("唐磊", "青禾街道党建工作办公室"), ("居民3人", "旁听")],
        opinion="程序符合规定，资金来源清楚，同意提交表决。",
    )
    confirm(team)
    follow_resolved(team)


def deliberate_from_paper(team):
    """On 31 March the clerk types the four signed records in one sitting, and the secretary confirms them once."""
    clerk, clock = team.clerk, team.clock
    clock.set(3, 31, 21)
    clerk.open(team.matter.get_desk_url())
    clerk.press(_("Enter past meetings from paper"))
    section = "section[aria-labelledby=step-{}]".format
    hands = {_("Method"): Method.HANDS.label}

    def meeting(step, day, entitled, present, votes):
        record = {
            _("Date"): day,
            _("Entitled"): entitled,
            _("Present"): present,
            _("Minutes"): MEETINGS[step].minutes,
            _("In plain words, for everyone"): MEETINGS[step].summary,
        }
        clerk.fill(record | votes, within=f"{section(step)} > .stack")

    meeting("propose", "2026-03-06", 7, 7, hands | {PARTY_FOR: 7, PARTY_AGAINST: 0, ABSTAIN: 0})
    meeting("confer", "2026-03-11", 10, 9, hands | {_("On leave"): 1, FOR: 8, AGAINST: 0, ABSTAIN: 1})
    meeting("review", "2026-03-20", 138, 104, hands | {PARTY_FOR: 98, PARTY_AGAINST: 2, ABSTAIN: 4})
    void = f"{section('resolve')} > details"
    clerk.page.locator(f"{void} > summary").click()
    clerk.fill({_("Date"): "2026-03-24", _("Entitled"): 63, _("Present"): 40}, within=void)
    meeting("resolve", "2026-03-31", 63, 51, {_("Method"): Method.SECRET.label} | count_sheet())
    clerk.press(_("Compute the results"))
    clerk.reads(_("Everything agrees. Look at the results in each section, then save."))
    clerk.check("paper, computed")
    clerk.press(_("Save everything"))
    clerk.check("paper, saved")
    secretary = team.secretary
    secretary.open(team.matter.get_desk_url())
    secretary.press(_("Confirm the records"))
    secretary.reads(VOID, "表决通过", "补录")
    secretary.check("confirming five records")
    secretary.press(_("Confirm all %(number)s records") % {"number": 5})
    secretary.reads("已决议")
    follow_resolved(team)


def disclose(team):
    """1 April: drafted from the record, reviewed by the supervision committee, signed by the chair."""
    team.clock.set(4, 1, 8)
    team.clerk.open(team.matter.get_desk_url())
    team.clerk.press(_("Draft the resolution notice"))
    publish(team, "关于老年助餐点改造事项决议的公告", RESOLUTION)
    number = f"柳溪居公〔2026〕{team.numbers[1]}号"
    team.secretary.reads(number)
    team.clock.set(4, 2)
    resident = team.resident
    resident.open("/")
    resident.fill({_("Name or code of the community, or its street"): "柳溪"})
    resident.press(_("Find"))
    resident.press("柳溪社区")
    resident.check("community")
    resident.press("关于老年助餐点改造事项决议的公告", within="main section.band")
    assert letter(resident) == RESOLUTION
    resident.reads(number, "4月16日", "4月8日", "周明远", "沈桂兰")
    resident.check("resolution notice")
    follow(team, "决议公开中", "4月16日", number)


def object_and_answer(team):
    """3 April, before a holiday of three days: a concern, on the page or by telephone; answered on 8 April."""
    team.clock.set(4, 3)
    resident, clerk = team.resident, team.clerk
    if team.phone:
        say(team, Kind.OBJECTION, CONCERN)
        resident.reads("2026年4月9日")
        resident.check("received")
    else:
        clerk.open(team.matter.get_desk_url())
        clerk.press(f"{_('Resolution notice')} 柳溪居公〔2026〕{team.numbers[1]}号")
        clerk.press(_("Register a call or a visit"))
        clerk.fill(
            {
                _("How it came"): Channel.PHONE.label,
                _("Received on"): "2026-04-03",
                _("What is it?"): Kind.OBJECTION.label,
                _("What was said"): CONCERN,
            }
        )
        clerk.check("a call")
        clerk.press(_("Register"))
        clerk.reads("4月9日")
    team.clock.set(4, 8)
    answer(team, f"居民陈*{CONCERN}", REPLY, Outcome.NOT_UPHELD)
    notice_page(team)
    resident.reads(f"居民陈*{CONCERN}", REPLY, "异议不成立", "4月9日", "4月8日", within="#answers")
    resident.check("answered")

    # After the objection window a question is still welcome; it is no opinion of that window.
    team.clock.set(4, 12)
    say(team, Kind.QUESTION, "开放后可以代老人取餐吗？")
    resident.check("a question is received")
    team.clock.set(4, 13)
    answer(team, "居民询问能否代老人取餐。", "可以，凭老人的就餐卡代取。")
    notice_page(team)
    resident.reads("可以，凭老人的就餐卡代取。", within="#answers")


def implement(team):
    """16 April to 11 June: chosen, begun, completed, accepted, on trial, accounted for, judged by residents."""
    clerk = team.clerk
    team.clock.set(4, 16)
    clerk.open(team.matter.get_desk_url())
    clerk.press(_("Start the implementation"))
    follow(team, "组织实施中")
    enter(
        team,
        "selection",
        {
            _("Day"): "2026-04-16",
            _("How"): "询价比选",
            _("Number of offers"): 3,
            _("Result"): "最低价中选",
            _("The supervision committee was present"): True,
        },
        _("Save the choice"),
    )
    milestone(team, (4, 20), MilestoneKind.STARTED)
    milestone(team, (5, 29), MilestoneKind.COMPLETED)
    team.clock.set(6, 4, 17)
    enter(
        team,
        "acceptance",
        {
            _("Day"): "2026-06-04",
            _("Result"): _("accepted"),
            _("Who signed"): "社区“两委”、居务监督委员会、居民代表5人签字",
        },
        _("Save the acceptance"),
    )
    follow(team, "已验收", "6月4日")
    milestone(team, (6, 8), MilestoneKind.TRIAL)
    team.clock.set(6, 9)
    enter(
        team,
        "costs",
        {label: f"{actual // 100}" for _kind, label, _planned, actual in case.MONEY},
        _("Save the costs"),
    )
    clerk.reads("179260", within="#costs")
    team.clock.set(6, 11)
    enter(
        team,
        "evaluation",
        {
            _("Day"): "2026-06-10",
            _("Forms given out"): 60,
            _("Forms returned"): 54,
            _("Satisfied"): 49,
            _("Fairly satisfied"): 4,
            _("Not satisfied"): 1,
            _("What was said, and what was done about it"): "建议延长开放时间，已采纳试行",
        },
        _("Save the evaluation"),
    )
    clerk.check("implementation")


def disclose_outcome(team):
    """12 June: the outcome goes the same way as the resolution."""
    if team.phone:
        notices.until(team.place, case.day(3, 31), case.day(6, 11))
    team.clock.set(6, 12, 9)
    enter(
        team,
        "outcome",
        {_("Opinion of the supervision committee"): "程序规范，账目清楚，结果属实。"},
        _("Draft the outcome notice"),
    )
    publish(team, "关于老年助餐点改造事项实施结果的公告", OUTCOME)
    number = f"柳溪居公〔2026〕{team.numbers[2]}号"
    team.secretary.reads(number)
    team.clock.set(6, 13)
    follow(team, "实施结果公开中", number)
    resident = team.resident
    resident.press(f"{_('Outcome notice')} {number}")
    assert letter(resident) == OUTCOME
    table = resident.text("main .letter")
    for _kind, label, planned, actual in case.MONEY:
        assert label in table and f"{planned // 100:,}.00" in table and f"{actual // 100:,}.00" in table
    assert "186,000.00" in table and "179,260.00" in table
    resident.check("outcome notice")


def close(team):
    """The display ends on 27 June; on the day after it the matter is closed, and everything can be read."""
    team.clock.set(6, 27, 23)
    follow(team, "实施结果公开中")
    team.clock.set(6, 28)
    text = follow(team, "已办结")
    for fact in (
        *("3月2日", "12名居民代表", "3月6日", "3月11日", "3月20日"),
        *("3月24日", f"{VOID}未进行表决。", "3月31日", CAME, RESULT),
        *("4月1日", "4月16日", "4月8日", "4月20日", "6月4日", "6月12日", "6月27日"),
        *("询价比选", "最低价中选", "60份", "54份", "49份"),
        *("186000", "179260", "6740"),
        *(f"柳溪居公〔2026〕{number}号" for number in team.numbers[1:]),
    ):
        assert fact in text, (fact, text)
    done = team.resident.page.locator("main ol li.step.done h4")
    assert done.all_inner_texts() == STEPS
    tables = team.resident.page.locator("main table").all_inner_texts()
    for kind, table in zip(("item", "source"), tables, strict=True):
        cells = table.split()
        for side, label, planned, actual in case.MONEY:
            if side == kind:
                at = cells.index(label)
                assert cells[at + 1 : at + 3] == [f"{planned // 100:,}", f"{actual // 100:,}"]
        assert cells[-2:] == ["186,000", "179,260"]
    for desk in (team.clerk, team.secretary):
        desk.open(team.matter.get_desk_url())
        desk.reads(_("Nothing is left to do: the matter is closed."))
        desk.check("closed")


# What several steps do


def count_sheet():
    """The secret ballot of 31 March as the tellers signed it."""
    tellers = zip(TELLERS, case.TELLERS, strict=True)
    return {
        _("Ballots issued"): 51,
        _("Ballots returned"): 51,
        _("Valid ballots"): 50,
        _("Invalid ballots"): 1,
        _("Remark on the count"): "两项同时划“√”",
        FOR: 45,
        AGAINST: 3,
        ABSTAIN: 2,
    } | {str(label): teller["name"] for (_role, label), teller in tellers}


def call(team, day, hour, place, *, roll, more=None):
    clerk = team.clerk
    clerk.open(team.matter.get_desk_url())
    clerk.press(_("Call the meeting"))
    clerk.check("calling")
    form = {
        _("Date"): day,
        _("Time"): hour,
        _("Place"): place,
        _("Chair"): "周明远",
        _("Recorder"): "林晓雯",
        _("Roll"): dict(CallForm.base_fields["roll_mode"].choices)[roll],
    }
    clerk.fill(form | (more or {}))
    clerk.press(_("Call the meeting"))
    clerk.reads(_("Enter the attendance"))


def attend(team, *, leave=None, absent=0, numbers=None):
    """Everybody came but those on leave and the last `absent` of the roll; or by number."""
    clerk = team.clerk
    clerk.open(team.matter.get_desk_url())
    clerk.press(_("Enter who came"))
    clerk.press(_("Enter the attendance"))
    if numbers:
        clerk.fill(numbers)
    else:
        clerk.press(_("Open the attendance"))
        marks = clerk.page.locator("fieldset.mark")
        for name, reason in (leave or {}).items():
            mark = marks.filter(has_text=name)
            mark.get_by_label(str(Presence.LEAVE.label), exact=True).check()
            mark.get_by_placeholder(_("Reason of leave")).fill(reason)
        total = marks.count()
        for place in range(total - absent, total):
            marks.nth(place).get_by_label(str(Presence.ABSENT.label), exact=True).check()
    clerk.check("attendance")
    clerk.press(_("Register the attendance"))


def vote(team, fields, method=Method.HANDS):
    clerk = team.clerk
    clerk.press(_("Enter the vote"))
    tab = clerk.page.locator(".tabs a", has_text=str(method.label))
    if tab.count() and not tab.get_attribute("aria-current"):
        with clerk.page.expect_navigation():
            tab.click()
    zeros = [label for label in (PARTY_AGAINST, AGAINST, ABSTAIN) if label not in fields]
    shown = {label: 0 for label in zeros if clerk.main.get_by_label(label, exact=True).count()}
    clerk.fill(fields | shown)
    clerk.press(_("Compute first"))
    clerk.reads("通过" if method != Method.SECRET else "表决通过", within="aside")
    clerk.check("vote computed")
    clerk.press(_("Register the result"))


def write(team, step, observers=(), opinion=""):
    clerk = team.clerk
    clerk.press(_("Write the minutes"))
    clerk.fill(
        {
            _("Minutes"): MEETINGS[step].minutes,
            _("In plain words, for everyone"): MEETINGS[step].summary,
            _("Opinion of the supervision committee"): opinion,
        }
    )
    for row, (name, capacity) in enumerate(observers):
        clerk.page.fill(f"[name=observer_name_{row}]", name)
        clerk.page.fill(f"[name=observer_capacity_{row}]", capacity)
    clerk.press(_("Save the minutes"))
    clerk.check("record")


def confirm(team):
    """The secretary finds the record on the desk, looks at it and confirms it."""
    secretary = team.secretary
    secretary.open("/desk/")
    row = secretary.page.locator("main tbody tr", has_text=_("Confirm the record"))
    secretary.press(row.get_by_role("link").inner_text())
    secretary.press(_("Look at the record and confirm"))
    secretary.check("confirming")
    secretary.press(_("Confirm this record"))
    secretary.reads(ngettext("%(n)s record is confirmed.", "%(n)s records are confirmed.", 1) % {"n": 1}, within="body")


def publish(team, title, text):
    """Submit, review, sign: three people, one after the other."""
    clerk, supervisor, secretary = team.clerk, team.supervisor, team.secretary
    clerk.reads(title)
    assert letter(clerk).startswith(text.splitlines()[0])
    clerk.check("draft")
    clerk.press(_("Submit for review"))
    page = clerk.path
    supervisor.open("/desk/")
    supervisor.reads(title)
    supervisor.check("desk")
    supervisor.open(page)
    supervisor.fill({_("Opinion"): "情况属实，同意公布。"})
    supervisor.press(_("Agree (%(check)s)") % {"check": CHECKS[Board.RESIDENTIAL].label})
    supervisor.check("reviewed")
    secretary.open("/desk/")
    secretary.reads(title)
    secretary.open(page)
    secretary.press(_("Sign and publish"))
    secretary.check("signed")


def letter(desk):
    """The paragraphs of the notice on the page, without its table. The second telephone begins a line there."""
    paragraphs = desk.page.locator("main .letter > p").all_text_contents()
    return "\n".join(" ".join(text.split()) for text in paragraphs).replace("\n监督电话", " 监督电话")


def notice_page(team):
    team.matter.refresh_from_db()
    team.resident.open(team.matter.resolution_notice.get_absolute_url())


def say(team, kind, text):
    """The resident writes on the page of the notice, without a name."""
    notice_page(team)
    team.resident.press(_("Ask or object"))
    team.resident.fill({_("What is it?"): kind.label, _("What would you like to say?"): text})
    team.resident.check("writing")
    team.resident.press(_("Send"))
    team.resident.reads(_("We have received it"))


def answer(team, summary, reply, outcome=None):
    clerk = team.clerk
    objection = Objection.objects.get(replied_on=None)
    clerk.open("/desk/objections/")
    clerk.check("objections")
    clerk.open(objection.get_absolute_url())
    fields = {_("Summary for the public"): summary, _("Reply"): reply}
    clerk.fill(fields | ({_("Outcome"): outcome.label} if outcome else {}))
    clerk.check("answering")
    clerk.press(_("Publish the reply"))
    clerk.reads(_("The reply is published."), within="body")


def enter(team, part, fields, button):
    """One part of the page of the implementation."""
    clerk = team.clerk
    clerk.open(f"/desk/matters/{team.matter.pk}/implementation/")
    clerk.fill(fields, within=f"#{part}")
    clerk.press(button, within=f"#{part}")


def milestone(team, day, kind):
    team.clock.set(*day, 17)
    month, number = day
    fields = {_("What"): kind.label, _("Day"): f"2026-{month:02}-{number:02}"}
    enter(team, "milestone", fields, _("Save the milestone"))


def follow(team, *texts):
    """The resident opens the page of the matter and finds these texts; the whole text of the page."""
    resident = team.resident
    resident.open(team.matter.get_absolute_url())
    resident.reads(*texts)
    resident.check(f"matter, {texts[0]}")
    return resident.text()


def follow_resolved(team):
    text = follow(team, "已决议", f"{VOID}未进行表决。", CAME, RESULT)
    assert "同意\n45票\n反对\n3票\n弃权\n2票\n无效\n1票" in text, text
    for number in ("104", "138", "98"):
        assert number not in text, "counts of a Party meeting"
