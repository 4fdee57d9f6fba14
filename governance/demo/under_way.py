"""Matters that stand at every other step on the day the demo is loaded, and two that did not get through."""

import datetime
from dataclasses import dataclass

from disclosure import actions as disclosure
from disclosure.enums import Channel, Kind
from governance.demo import case
from governance.demo.walk import Walk, on

STEPS = ("propose", "confer", "review", "resolve")


@dataclass(frozen=True)
class Numbers:
    """Who comes and how they vote in the usual sitting of one place: body, present, counts, roll fields."""

    body: str
    present: int
    counts: tuple
    roll: dict
    attendance: dict


def _sitting(body, present, counts, attendance=None, **roll):
    return Numbers(body, present, counts, roll, attendance or {})


USUAL = {
    "liuxi": {
        "propose": _sitting("party_committee", 7, (7, 0, 0)),
        "confer": _sitting("two_committees", 10, (9, 0, 1)),
        "review": _sitting("party_assembly", 101, (96, 2, 3), entitled=138, roll_basis="有表决权的正式党员"),
        "resolve": _sitting("residents_reps", 52, (47, 3, 2)),
    },
    "taoyuan": {
        "propose": _sitting("party_committee", 5, (5, 0, 0)),
        "confer": _sitting("two_committees", 7, (7, 0, 0)),
        "review": _sitting("party_assembly", 71, (68, 1, 2), entitled=96, roll_basis="有表决权的正式党员"),
        "resolve": _sitting("residents_reps", 39, (35, 2, 2)),
    },
    "shiqiao": {
        "propose": _sitting("party_committee", 5, (5, 0, 0)),
        "confer": _sitting("two_committees", 7, (6, 1, 0)),
        "review": _sitting("party_assembly", 47, (45, 0, 2), entitled=61, roll_basis="有表决权的正式党员"),
        "resolve": _sitting("villagers_reps", 33, (31, 1, 1)),
    },
    "liuxiyuan": {
        "propose": _sitting("branch_committee", 5, (5, 0, 0)),
        "confer": _sitting("joint_meeting", 6, (6, 0, 0)),
        "review": _sitting("branch_assembly", 34, (33, 0, 1), entitled=46, roll_basis="有表决权的正式党员"),
        "resolve": _sitting(
            "owners_assembly",
            471,
            (398, 52, 21),
            {"area_present": 45_918_20},
            entitled=640,
            area_entitled=61_440_00,
            roll_basis="不动产登记簿和购房合同",
            roll_source="业主名册",
        ),
    },
}
SUMMARIES = {
    "propose": "党组织会议讨论了群众意见，提出方案。",
    "confer": "一起商量方案，完善了费用和工期。",
    "review": "全体党员审议，同意提交表决。",
    "resolve": "大家投票决定。",
}
# Days from the registration to each step; owners must be told 15 days before.
DAYS = {"propose": 3, "confer": 7, "review": 12, "resolve": 30, "disclose": 31}


def matter(world, community, key, *, age, title, short_title, motion, plan, category="M04", **fields):
    """A matter registered `age` days ago in the place `key`."""
    place = community(world, key)
    began = world.today - datetime.timedelta(days=age)
    responsible = fields.pop("responsible", None)
    return began, Walk(
        unit=place.unit,
        bodies=place.bodies,
        clerk=place.clerk,
        secretary=place.secretary,
        supervisor=place.supervisor,
        registered_on=began,
        title=title,
        short_title=short_title,
        motion=motion,
        plan=plan,
        category=category,
        origin=fields.pop("origin", "residents"),
        responsible=place.persons[responsible] if responsible else None,
        supervisor_body=place.bodies.get("supervision_committee") or place.bodies.get("village_supervision_committee"),
        **fields,
    )


def deliberate(walk, key, began, last, *, confirm=True, **ballot):
    """Hold the usual sittings from the proposal to `last`; `confirm` False leaves the last one unconfirmed."""
    for step in STEPS[: STEPS.index(last) + 1]:
        usual = USUAL[key][step]
        walk.hold(
            step,
            usual.body,
            days_after(began, DAYS[step]),
            usual.present,
            usual.counts,
            attendance=usual.attendance,
            ballot=ballot if step == "resolve" else {},
            told={"public_summary": SUMMARIES[step]},
            called_on=days_after(began, DAYS[step] - (16 if step == "resolve" else 1)),
            confirm=confirm or step != last,
            **usual.roll,
        )


def days_after(day, number):
    """The day `number` days after `day`."""
    return day + datetime.timedelta(days=number)


def lost(place):
    """柳溪社区's first matter of 2026, voted down by the representatives in February."""
    walk = Walk(
        unit=place.unit,
        bodies=place.bodies,
        clerk=place.clerk,
        secretary=place.secretary,
        supervisor=place.supervisor,
        registered_on=case.day(1, 19),
        title="关于将中心花园改建为停车位的事项",
        short_title="中心花园改建停车位",
        motion="将中心花园东侧草坪改建为停车位24个。",
        plan="部分居民反映停车难。提议将中心花园东侧草坪（约600平方米）改建为停车位24个。",
        category="M14",
        origin="residents",
        supervisor_body=place.bodies["supervision_committee"],
    )
    for step, day, counts in (
        ("propose", case.day(1, 22), (5, 1, 1)),
        ("confer", case.day(1, 27), (6, 2, 2)),
        ("review", case.day(2, 3), (74, 18, 9)),
        ("resolve", case.day(2, 11), (19, 28, 5)),
    ):
        usual = USUAL["liuxi"][step]
        summary = {"resolve": "多数居民代表希望保留绿地，未同意改建。"}.get(step, SUMMARIES[step])
        said = {"dissent": "部分居民代表认为停车困难突出，建议另行选址研究。"} if step == "resolve" else {}
        walk.hold(
            step, usual.body, day, usual.present, counts, told={"public_summary": summary}, ballot=said, **usual.roll
        )


def registered(world, community):
    """Just registered; the Party committee is called for the day after tomorrow."""
    _began, walk = matter(
        world,
        community,
        "liuxi",
        age=4,
        title="关于在柳溪路18号院加装非机动车充电设施的事项",
        short_title="加装非机动车充电设施",
        motion="在柳溪路18号院东门内加装非机动车充电设施20个。",
        plan="居民反映电动自行车充电不便、飞线充电有隐患。提议在18号院东门内加装充电设施20个。",
        initiator_kind="residents",
        initiator_count=63,
        initiator_base=5210,
        lines=[("item", "设备和安装", 36000_00), ("source", "服务群众专项经费", 36000_00)],
        responsible="罗志强",
        responsible_title="居委会副主任",
    )
    walk.call("propose", "party_committee", days_after(world.today, 2), called_on=world.today)


def proposed(world, community):
    began, walk = matter(
        world,
        community,
        "liuxi",
        age=9,
        title="关于修订《柳溪社区居民公约》的事项",
        short_title="修订居民公约",
        motion="通过修订后的《柳溪社区居民公约》。",
        plan="现行居民公约于2018年订立，居民建议增加文明养犬、楼道清洁和电动自行车停放的内容。",
        category="M02",
        origin="cadres",
    )
    deliberate(walk, "liuxi", began, "propose")


def unconfirmed(world, community):
    """The conferral is entered; the secretary has not confirmed it yet."""
    began, walk = matter(
        world,
        community,
        "liuxi",
        age=8,
        title="关于设置家门口小修小补服务点的事项",
        short_title="设置小修小补服务点",
        motion="在社区党群服务中心北侧设置小修小补服务点。",
        plan="居民小组反映修鞋、配钥匙、磨刀不便。提议利用北侧闲置岗亭设置服务点，由居民委员会管理。",
    )
    deliberate(walk, "liuxi", began, "confer", confirm=False)


def conferred(world, community):
    began, walk = matter(
        world,
        community,
        "taoyuan",
        age=11,
        title="关于改造桃园广场健身步道的事项",
        short_title="桃园广场步道改造",
        motion="改造桃园广场健身步道，铺设防滑面层420米。",
        plan="步道破损多处，雨天易滑。提议铺设防滑面层420米，增设夜间照明。",
        lines=[("item", "面层和照明", 88000_00), ("source", "街道民生项目资金", 88000_00)],
    )
    deliberate(walk, "taoyuan", began, "confer")


def reviewed(world, community):
    """The representatives are called for next week: everyone sees it coming."""
    began, walk = matter(
        world,
        community,
        "liuxi",
        age=20,
        title="关于开放社区图书角夜间自习的事项",
        short_title="图书角夜间开放",
        motion="社区图书角每周一至周五夜间开放至22:00。",
        plan="学生家长建议延长图书角开放时间。提议每周一至周五开放至22:00，由志愿者值守。",
    )
    deliberate(walk, "liuxi", began, "review")
    walk.call(
        "resolve",
        "residents_reps",
        days_after(world.today, 6),
        called_on=days_after(world.today, -1),
        held_at=datetime.time(19),
        place="社区党群服务中心多功能厅",
    )


def resolved(world, community):
    """Resolved last week; the notice waits for the supervision committee."""
    began, walk = matter(
        world,
        community,
        "taoyuan",
        age=36,
        title="关于桃园社区老年活动室更换空调的事项",
        short_title="老年活动室更换空调",
        motion="更换老年活动室空调3台。",
        plan="现有空调使用超过12年，制冷制热不足。提议更换3台，旧机按资产处置规定回收。",
        lines=[("item", "空调及安装", 15600_00), ("source", "服务群众专项经费", 15600_00)],
        responsible="薛志勇",
        responsible_title="居委会副主任",
    )
    deliberate(walk, "taoyuan", began, "resolve", **secret(39))
    version = walk.draft_resolution(days_after(began, 33))
    disclosure.submit_draft(version=version, by=walk.clerk, at=_evening(began, 33))


def _evening(began, days):
    return on(days_after(began, days), 18)


def secret(present):
    """The count sheet of a secret ballot in which everybody present returned a ballot."""
    return {
        "method": "secret",
        "issued": present,
        "returned": present,
        "valid": present,
        "invalid": 0,
        "tellers": case.TELLERS,
    }


def disclosed(world, community):
    """On display, the objection window open, one objection waiting for its answer."""
    began, walk = matter(
        world,
        community,
        "liuxi",
        age=35,
        title="关于中心花园步道修缮的事项",
        short_title="中心花园步道修缮",
        motion="修缮中心花园步道，更换破损地砖并增设座椅8组。",
        plan="步道地砖破损，老人行走不便。提议更换破损地砖，增设座椅8组。",
        lines=[
            ("item", "地砖更换", 42000_00),
            ("item", "座椅", 9600_00),
            ("source", "服务群众专项经费", 31600_00),
            ("source", "街道民生项目资金", 20000_00),
        ],
        responsible="罗志强",
        responsible_title="居委会副主任",
    )
    deliberate(walk, "liuxi", began, "resolve", **secret(52))
    walk.publish(walk.draft_resolution(days_after(began, 31)), days_after(began, 31))
    disclosure.register_objection(
        notice=walk.fresh().resolution_notice,
        kind=Kind.OBJECTION,
        channel=Channel.VISIT,
        text="担心施工期间轮椅无法通行，希望分段施工。",
        summary="居民担心施工期间轮椅无法通行，希望分段施工。",
        by=walk.clerk,
        at=_evening(began, 33),
    )


def implementing(world, community):
    began, walk = matter(
        world,
        community,
        "shiqiao",
        age=75,
        title="关于修建石桥村文化小广场的事项",
        short_title="文化小广场修建",
        motion="在村部东侧修建文化小广场450平方米。",
        plan="村民反映活动场地不足。提议在村部东侧空地修建文化小广场450平方米。",
        lines=[
            ("item", "场地和设施", 168000_00),
            ("source", "上级补助", 128000_00),
            ("source", "村集体经费", 40000_00),
        ],
        responsible="田永胜",
        responsible_title="村委会副主任",
    )
    deliberate(walk, "shiqiao", began, "resolve", **secret(33))
    walk.publish(walk.draft_resolution(days_after(began, 31)), days_after(began, 31))
    walk.start(days_after(began, 40))
    walk.select(days_after(began, 42), method="公开比选", offers=4, result="综合评分最高者中选", supervised=True)
    walk.milestone("started", days_after(began, 46))


def outcome_on_display(world, community):
    began, walk = matter(
        world,
        community,
        "taoyuan",
        age=110,
        title="关于桃园里小区雨水管疏通的事项",
        short_title="桃园里雨水管疏通",
        motion="疏通桃园里小区外公共雨水管360米。",
        plan="雨季积水多次。提议疏通小区外公共雨水管360米。",
        lines=[("item", "疏通和清运", 27000_00), ("source", "街道民生项目资金", 27000_00)],
        responsible="薛志勇",
        responsible_title="居委会副主任",
    )
    deliberate(walk, "taoyuan", began, "resolve", **secret(39))
    walk.publish(walk.draft_resolution(days_after(began, 31)), days_after(began, 31))
    walk.start(days_after(began, 40))
    walk.select(days_after(began, 42), method="询价比选", offers=3, result="最低价中选", supervised=True)
    walk.milestone("started", days_after(began, 60))
    walk.milestone("completed", days_after(began, 84))
    walk.accept(days_after(began, 90), "社区“两委”、居务监督委员会、居民代表3人签字")
    walk.costs(days_after(began, 92), {"疏通和清运": 26300_00, "街道民生项目资金": 26300_00})
    walk.evaluate(
        days_after(began, 95), days_after(began, 94), issued=40, returned=37, satisfied=33, fairly=3, unsatisfied=1
    )
    walk.publish(walk.draft_outcome(days_after(began, 104), "程序规范，账目清楚，结果属实。"), days_after(began, 104))


def by_owners(world, community):
    """A compound: heads and area of 柳溪苑 decide; carried by three quarters of those who took part."""
    began, walk = matter(
        world,
        community,
        "liuxiyuan",
        age=40,
        title="关于柳溪苑小区地面公共区域划线停车收费的事项",
        short_title="公共区域停车收费",
        motion="小区地面公共区域划线停车，收费所得归全体业主。",
        plan="地面停车无序。提议划线停车位36个，收费标准每月80元，收益归全体业主，每季度公布。",
        category="M11",
        owners_item=8,
    )
    deliberate(walk, "liuxiyuan", began, "resolve", method="named", area_for=38_904_60)


def declined(world, community):
    began, walk = matter(
        world,
        community,
        "taoyuan",
        age=50,
        title="关于将社区会议室出租经营的事项",
        short_title="会议室出租经营",
        motion="将社区二楼会议室出租经营。",
        plan="有居民建议将二楼会议室出租，增加社区收入。",
        category="M07",
    )
    walk.hold(
        "propose",
        "party_committee",
        days_after(began, 3),
        5,
        (1, 4, 0),
        told={"public_summary": "会议室是居民议事和培训的公共用房，不宜出租。"},
    )
    walk.turn(
        "answered",
        days_after(began, 6),
        "会议室是居民议事和培训的公共用房，按规定不得出租经营。建议改为向居民小组和社区社会组织预约开放，可作为新的事项提出。",
        ground="in_person",
        document="桃园复〔2026〕1号",
    )


TALES = (
    declined,
    outcome_on_display,
    implementing,
    by_owners,
    resolved,
    disclosed,
    reviewed,
    conferred,
    proposed,
    unconfirmed,
    registered,
)
