"""柳溪苑 tries local procedures: 三会三议 on a shelter for bicycles, 四方联席 on what is settled on the spot."""

from councils import actions
from councils.models import LocalProcedure, LocalStep, Meeting
from councils.procedures.local import LAST_PARTS
from governance.demo import case
from governance.demo.under_way import days_after, matter
from governance.demo.walk import evening, on


def tell(world, community):
    """A matter for the owners after suggestions and advice, one settled on the spot, and one just heard."""
    of_the_street(world)
    three_meetings(world, community)
    settled_on_the_spot(world, community)
    just_heard(world, community)


def of_the_street(world):
    """青禾街道 asks its communities to consult first; built from the same parts as any procedure."""
    held = (("suggest", "residents_committee"), ("propose", "party_committee"), ("consult", "consultation_council"))
    steps = [LocalStep(part=part, body_kind=body) for part, body in held]
    steps[0].label, steps[0].audience = "居民委员会征集议题", "public"
    adopted = case.day(2, 10)
    return actions.define_procedure(
        by=world.places.user("马俊杰"),
        at=on(adopted, 10),
        procedure=LocalProcedure(
            unit=world.places.units["street"],
            key="consult-first",
            title="青禾街道“协商先行”议事规程",
            place="community",
            about="先由居民委员会征集议题，再经党组织提议和民主协商，最后由居民会议或者居民代表会议决定。",
            adopted_on=adopted,
            document="青街发〔2026〕6号",
            in_force_from=case.day(3, 1),
            confirmed=True,
        ),
        steps=[*steps, *(LocalStep(part=part) for part in LAST_PARTS)],
    )


def three_meetings(world, community):
    """Building group and branch suggested it, the owners' committee advised; the owners are called."""
    began, walk = matter(
        world,
        community,
        "liuxiyuan",
        age=20,
        title="关于在柳溪苑小区增设非机动车停车棚的事项",
        short_title="增设非机动车停车棚",
        motion="在3号楼东侧空地增设非机动车停车棚1处，设充电插座20个。",
        plan="电动自行车进楼停放有安全隐患。提议在3号楼东侧空地增设停车棚，设集中充电插座。",
        category="M11",
        owners_item=9,
        procedure="three_meetings",
    )
    walk.bodies = {**walk.bodies, "building_group": world.places.body("liuxiyuan-3", "building_group")}
    walk.hold(
        "suggest",
        "building_group",
        days_after(began, 2),
        8,
        (7, 0, 1),
        entitled=9,
        roll_basis="党小组有表决权的党员",
        told={"public_summary": "3号楼党小组听取居民意见，建议增设停车棚。"},
    )
    walk.hold(
        "suggest_2",
        "branch_committee",
        days_after(began, 5),
        5,
        (5, 0, 0),
        told={"public_summary": "小区党支部建议选址3号楼东侧，不占绿地。"},
    )
    walk.hold(
        "advise",
        "owners_committee",
        days_after(began, 9),
        6,
        (5, 0, 1),
        told={"public_summary": "业主委员会认为可行，建议充电由业主自愿付费。"},
    )
    walk.call(
        "resolve",
        "owners_assembly",
        days_after(world.today, 6),
        called_on=days_after(began, 10),
        place="小区中心广场",
        entitled=640,
        area_entitled=61_440_00,
        roll_basis="不动产登记簿和购房合同",
        roll_source="业主名册",
    )


def settled_on_the_spot(world, community):
    """The four parties agreed in one evening who mends the lamp."""
    began, walk = matter(
        world,
        community,
        "liuxiyuan",
        age=15,
        title="关于2号楼楼道照明灯不亮的事项",
        short_title="2号楼楼道照明维修",
        motion="2号楼楼道照明灯维修列为小事，现场解决。",
        plan="2号楼4至6层楼道照明灯不亮，老人上下楼不便。",
        category="M14",
        procedure="four_parties",
    )
    meeting = joint_meeting(walk, days_after(began, 3), "物业服务中心当晚派人更换，费用从日常维护费列支，不另收费。")
    walk.confirm(meeting)


def just_heard(world, community):
    """Sorted yesterday as major; the record waits for its confirmation."""
    _began, walk = matter(
        world,
        community,
        "liuxiyuan",
        age=6,
        title="关于小区东门改为人车分流的事项",
        short_title="东门人车分流",
        motion="东门改为人车分流列为大事，进入规定程序。",
        plan="东门人车混行，上下学时段拥堵。提议增设行人专用通道。",
        category="M14",
        procedure="four_parties",
    )
    joint_meeting(walk, days_after(world.today, -1), "涉及共有道路调整，须由业主共同决定。", way="major")


def joint_meeting(walk, day, note, *, way="minor"):
    """The joint meeting of the four parties sorts the matter; its record is complete and not confirmed."""
    meeting = walk.hold("sort", "joint_meeting", day, 6, (6, 0, 0), confirm=False)
    meeting = Meeting.objects.get(pk=meeting.pk)
    actions.record_sorting(
        by=walk.clerk,
        at=evening(meeting),
        item=meeting.items.get(matter=walk.matter),
        seen=meeting.version,
        way=way,
        note=note,
    )
    return meeting
