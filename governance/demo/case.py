"""The worked case: 柳溪社区's meal point for the elderly, from the suggestion on 2 March to the end on 27 June 2026."""

import datetime

from disclosure.enums import Channel, Kind
from governance.demo.walk import Walk


def day(month, number):
    return datetime.date(2026, month, number)


TITLE = "关于将社区闲置用房改造为老年助餐点的事项"
SHORT_TITLE = "老年助餐点改造"
MOTION = "将社区居委会一楼西侧闲置用房改造为老年助餐点。"
PLAN = """\
柳溪社区60周岁以上老人1120余人，其中独居、高龄老人较多，“做饭难、吃饭难”反映集中。经入户走访和听取居民小组意见，提议：
一、将社区居委会一楼西侧闲置用房（86平方米）改造为老年助餐点，不设厨房，由取得食品经营许可的餐饮企业配送、现场分餐。
二、预算186000元（大写：壹拾捌万陆仟元整）：装修改造132000元，桌椅及保温设备41000元，适老化设施13000元。
三、资金来源：服务群众专项经费126000元，街道养老服务补助40000元，驻区单位支持20000元。
四、责任人罗志强，计划4月开工、6月上旬投入使用，居务监督委员会全程监督。"""
# kind, label, planned and actual fen
MONEY = (
    ("item", "装修改造", 132000_00, 128600_00),
    ("item", "桌椅及保温设备", 41000_00, 38460_00),
    ("item", "适老化设施", 13000_00, 12200_00),
    ("source", "服务群众专项经费", 126000_00, 119260_00),
    ("source", "街道养老服务补助", 40000_00, 40000_00),
    ("source", "驻区单位支持", 20000_00, 20000_00),
)
TELLERS = (
    {"role": "supervisor", "name": "吴秀珍"},
    {"role": "counter", "name": "邓海涛"},
    {"role": "announcer", "name": "孙敏"},
)
SUPERVISORS = [{"name": name, "capacity": "居务监督委员会"} for name in ("沈桂兰", "方建国")]
STREET_OBSERVER = {"name": "唐磊", "capacity": "青禾街道党建工作办公室"}


def register(place):
    """The matter as the clerk registers it on 2 March. `place`: unit, bodies, persons and the three accounts."""
    return Walk(
        unit=place.unit,
        bodies=place.bodies,
        clerk=place.clerk,
        secretary=place.secretary,
        supervisor=place.supervisor,
        registered_on=day(3, 2),
        title=TITLE,
        short_title=SHORT_TITLE,
        category="M04",
        origin="residents",
        initiator_kind="representatives",
        initiator_count=12,
        initiator_base=56,
        plan=PLAN,
        motion=MOTION,
        lines=[(kind, label, planned) for kind, label, planned, _actual in MONEY],
        responsible=place.persons["罗志强"],
        responsible_title="居委会副主任",
        starts_on=day(4, 1),
        ends_on=day(6, 30),
        supervisor_body=place.bodies["supervision_committee"],
    )


def propose(walk):
    return walk.hold(
        "propose",
        "party_committee",
        day(3, 6),
        7,
        (7, 0, 0),
        minutes="听取入户走访和居民小组意见情况，讨论闲置用房改造方案。表决：赞成7人。会议决定提出方案，提交“两委”会议商议。",
        told={"public_summary": "社区党委会议提出方案：闲置用房86平方米改为助餐点，预算186000元。"},
    )


def confer(walk, place):
    return walk.hold(
        "confer",
        "two_committees",
        day(3, 11),
        9,
        (8, 0, 1),
        held_at=datetime.time(9, 30),
        chair=place.persons["周明远"],
        recorder=place.persons["林晓雯"],
        attendance={"on_leave": 1, "leave_note": "外出培训"},
        minutes="何静：建议增加防滑地面和扶手，费用在预算内调剂。\n罗志强：施工避开午休时段，提前告知楼上住户。\n"
        "1名委员因对送餐距离有顾虑弃权。会后已沟通。\n会议同意修改后的方案，提交党员大会审议。",
        told={
            "observers": SUPERVISORS,
            "public_summary": "社区党委和居委会一起商量，方案增加防滑地面和扶手，施工避开午休。",
        },
    )


def review(walk, place):
    return walk.hold(
        "review",
        "party_assembly",
        day(3, 20),
        104,
        (98, 2, 4),
        held_at=datetime.time(15),
        chair=place.persons["周明远"],
        recorder=place.persons["林晓雯"],
        entitled=138,
        roll_basis="有表决权的正式党员",
        roll_source="党员名册（2026年3月）",
        attendance={"non_voting": 2},
        minutes="罗志强代表“两委”说明方案。预备党员2人参加，无表决权。",
        told={"observers": [STREET_OBSERVER], "public_summary": "全体党员审议，同意提交居民代表会议。"},
    )


def resolve_in_vain(walk):
    """The first call: 40 of 63 came."""
    return walk.hold("resolve", "residents_reps", day(3, 24), 40, None, minutes="", called_on=day(3, 20))


def resolve(walk, place):
    return walk.hold(
        "resolve",
        "residents_reps",
        day(3, 31),
        51,
        (45, 3, 2),
        called_on=day(3, 25),
        held_at=datetime.time(19),
        place="社区党群服务中心多功能厅",
        chair=place.persons["周明远"],
        recorder=place.persons["林晓雯"],
        ballot={
            "method": "secret",
            "invalid": 1,
            "issued": 51,
            "returned": 51,
            "valid": 50,
            "tellers": TELLERS,
            "note": "两项同时划“√”",
        },
        minutes="罗志强说明方案和党员大会审议情况。居民代表就送餐时间、施工噪声提问，罗志强作了说明。",
        told={
            "observers": [
                *SUPERVISORS,
                {"name": "邱莉", "capacity": "居务监督委员会"},
                STREET_OBSERVER,
                {"name": "居民3人", "capacity": "旁听"},
            ],
            "supervision_opinion": "程序符合规定，资金来源清楚，同意提交表决。",
            "public_summary": "居民代表投票决定。",
        },
    )


def disclose(walk):
    return walk.publish(walk.draft_resolution(day(4, 1)), day(4, 1))


def object_and_answer(walk):
    """A resident asked on the telephone about smoke and noise; three working days ended on 9 April."""
    return walk.answered(
        kind=Kind.OBJECTION,
        channel=Channel.PHONE,
        text="担心油烟和噪声影响楼上，并询问非老年居民能否用餐。",
        summary="居民陈*担心油烟和噪声影响楼上，并询问非老年居民能否用餐。",
        reply="助餐点不设厨房，饭菜集中配送，无油烟排放；每日10:30至13:00开放，设备噪声按规定控制。"
        "优先保障60周岁以上老人，有余量时向其他居民开放，价格另行公布。反映人表示理解。",
        received_on=day(4, 3),
        answered_on=day(4, 8),
    )


def implement(walk):
    walk.start(day(4, 16))
    walk.select(day(4, 16), method="询价比选", offers=3, result="最低价中选", supervised=True)
    walk.milestone("started", day(4, 20))
    walk.milestone("completed", day(5, 29))
    walk.accept(day(6, 4), "社区“两委”、居务监督委员会、居民代表5人签字")
    walk.milestone("trial", day(6, 8))
    walk.costs(day(6, 9), {label: actual for _kind, label, _planned, actual in MONEY})
    walk.evaluate(
        day(6, 11),
        day(6, 10),
        issued=60,
        returned=54,
        satisfied=49,
        fairly=4,
        unsatisfied=1,
        note="建议延长开放时间，已采纳试行",
    )


def disclose_outcome(walk):
    return walk.publish(walk.draft_outcome(day(6, 12), "程序规范，账目清楚，结果属实。"), day(6, 12))
