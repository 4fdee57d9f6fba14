"""A small compound of 柳溪社区 whose owners are voting in writing these days: roll, ballots, deliveries, entries."""

import datetime
import uuid
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from councils import actions
from councils.actions import owners
from councils.enums import AreaSource
from councils.models import OwnerBallot
from councils.owner_roll import read_door
from governance.demo import PASSWORD
from governance.demo.places import DUE, ELECTED, FOUNDED, SOURCE
from governance.demo.walk import on
from orgs.enums import Level, Standing, UnitKind
from orgs.models import Body, OrgUnit, Person, Term, User
from orgs.signals import terms_changed

COLUMNS = ("building", "door", "owner", "area", "source", "kind", "code")
COMMITTEE = (
    ("兰晓婷", "chair", "lanxiaoting"),
    ("耿玉林", "deputy_chair", "gengyulin"),
    ("柏松年", "committee_member", ""),
)
_SURNAMES = "阳雍邴郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘"
_GIVEN = ("雨禾", "知行")
BY_PROXY = (6, 15)  # numbers of ballots that a holder of a proxy signed


def sheet():
    """60 units of 3 buildings and 4 shops: 54 owners, among them couples, two flats of one, a company, unsold flats."""
    names = [surname + given for given in _GIVEN for surname in _SURNAMES]
    rows = []
    for number in range(56):
        building, floor, side = number // 20 + 1, number % 20 // 4 + 1, number % 4 + 1
        name, kind = names[number], ""
        if number % 11 == 3:
            name = f"{name}、{names[number + 20]}"
        if number in (18, 37):
            name = names[0]
        if number >= 53:
            name, kind = "云川溪畔置业有限公司", "未售"
        source = "合同" if number % 9 == 5 else "登记"
        rows.append(
            (f"{building}幢", f"{floor}0{side}", name, f"{(88, 102, 118, 88)[side - 1]}.{35 + side}", source, kind, "")
        )
    shops = ("青禾便民超市有限公司", names[60], names[61], "青禾便民超市有限公司")
    rows += [("商铺", f"{place}号", name, f"{46 + place}.5", "登记", "", "") for place, name in enumerate(shops, 1)]
    return rows


def compound(world):
    """The compound with its bodies and the people of its owners' committee."""
    parent = world.places.units["liuxi"]
    unit = OrgUnit.objects.create(
        code=f"{parent.code}-03",
        name="溪畔苑小区",
        short_name="溪畔苑",
        level=Level.COMPOUND,
        kind=UnitKind.COMPOUND,
        parent=parent,
        opened_on=FOUNDED,
        households=60,
    )
    unit.refresh_from_db()
    bodies = {
        kind: Body.objects.create(unit=unit, kind=kind, name=f"{unit.name}{title}", established_on=FOUNDED)
        for kind, title in (("owners_committee", "业主委员会"), ("owners_assembly", "业主大会"))
    }
    password, people = make_password(PASSWORD), []
    for name, office, username in COMMITTEE:
        user = None
        if username:
            user = User.objects.create(
                username=username, password=password, is_demo=True, created_at=on(FOUNDED.replace(year=2026))
            )
        people.append(Person.objects.create(name=name, user=user))
        Term.objects.create(
            person=people[-1],
            body=bodies["owners_committee"],
            office=office,
            standing=Standing.FULL,
            started_on=ELECTED,
            due_on=DUE,
            source=SOURCE,
        )
    terms_changed.send(Term, persons=[person.pk for person in people])
    world.places.units["xipanyuan"] = unit
    return SimpleNamespace(unit=unit, bodies=bodies, chair=people[0].user, deputy=people[1].user)


def assembly_under_way(world):
    """Called 25 days ago, voting since six days, open for four more: some ballots are in, two entries differ."""
    place = compound(world)

    def day(days):
        return world.today + datetime.timedelta(days)

    reading = [
        read_door(row, dict(zip(COLUMNS, cells, strict=True)), AreaSource.REGISTER)[0]
        for row, cells in enumerate(sheet(), 2)
    ]
    roll = owners.import_roll(
        by=place.deputy,
        at=on(day(-28)),
        unit=place.unit,
        as_of=day(-30),
        basis="不动产登记簿，未登记的按买卖合同",
        doors=reading,
        token=uuid.uuid4(),
    )
    matter = actions.register_matter(
        by=place.deputy,
        at=on(day(-27)),
        unit=place.unit,
        title="关于使用维修资金更换1幢、2幢电梯的事项",
        short_title="更换1幢、2幢电梯",
        category="M11",
        origin="residents",
        owners_item=5,
        plan="1幢、2幢电梯使用已满15年，多次停运。经两家单位检测和比价，提议使用住宅专项维修资金更换电梯2部，预算386000元。",
        motion="使用住宅专项维修资金更换1幢、2幢电梯2部，预算386000元。",
        lines=[("item", "电梯及安装", 386000_00), ("source", "住宅专项维修资金", 386000_00)],
        statutory_call="owners_fifth",
        initiator_kind="owners",
        initiator_count=16,
        initiator_base=roll.heads,
        counted_by="柏松年、耿玉林",
        counted_on=day(-27),
        base_source=str(roll),
        token=uuid.uuid4(),
    )
    meeting = actions.call_meeting(
        by=place.chair,
        at=on(day(-25)),
        matters=[matter],
        seen={matter.pk: matter.version},
        step="resolve",
        body=place.bodies["owners_assembly"],
        voting_from=day(-6),
        held_on=day(4),
        place="溪畔苑小区物业服务中心一楼",
        token=uuid.uuid4(),
    )
    assembly = owners.open_assembly(
        by=place.deputy,
        at=on(day(-24)),
        meeting=meeting,
        seen=meeting.version,
        roll=roll,
        committee_told_on=day(-25),
        proxies_most=2,
        proxies_document="《溪畔苑小区业主大会议事规则》第十二条",
    )
    _deliver(place, assembly, day)
    proxies = [_proxy(place, meeting, serial, on(day(-3))) for serial in BY_PROXY]
    _enter(place, assembly, meeting.items.get().pk, {row.head_id: row for row in proxies}, day)


def _deliver(place, assembly, day):
    ballots = list(assembly.ballots.values_list("pk", flat=True))
    entered = {"by": place.deputy, "assembly": assembly}
    owners.deliver(
        **entered,
        at=on(day(-5)),
        ballots=ballots[:40],
        on=day(-6),
        method="hand",
        deliverer="柏松年",
        signed=ballots[:38],
    )
    owners.deliver(
        **entered, at=on(day(-4)), ballots=ballots[40:48], on=day(-5), method="registered", deliverer="耿玉林",
        signed=ballots[40:48],
    )  # fmt: skip
    spoiled = assembly.ballots.get(serial=12)
    new = owners.reissue(by=place.deputy, at=on(day(-4)), ballot=spoiled, reason="票面被水浸湿，无法辨认")
    owners.deliver(
        **entered, at=on(day(-4), 18), ballots=[new.pk], on=day(-4), method="hand", deliverer="耿玉林", signed=[new.pk]
    )


def _proxy(place, meeting, serial, at):
    """The owner with this ballot is away; a member of the committee votes for them."""
    meeting.refresh_from_db(fields=["version"])
    return actions.meetings.record_proxy(
        by=place.deputy, at=at, meeting=meeting, seen=meeting.version, giver=str(serial), holder="柏松年",
        document=f"授权委托书（票号{serial:04}），存业主委员会",
    )  # fmt: skip


def _enter(place, assembly, question, proxies, day):
    """The first 22 numbers came back; 14 and 17 were entered differently, the last two once only."""
    differ = {14: "abstain", 17: "against"}
    for ballot in OwnerBallot.objects.filter(assembly=assembly, serial__lte=22).standing():
        choice = "against" if ballot.serial % 8 == 5 else "for"
        entry = {"ballot": ballot, "at": on(day(-2)), "proxy": proxies.get(ballot.head_id)}
        if ballot.serial == 9:
            entry |= {"choices": {}, "invalid_reason": "未签名"}
        owners.enter_ballot(by=place.deputy, **({"choices": {question: choice}} | entry))
        if ballot.serial <= 20:
            owners.enter_ballot(by=place.chair, **({"choices": {question: differ.get(ballot.serial, choice)}} | entry))
