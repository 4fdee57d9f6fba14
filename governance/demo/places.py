"""The demo's street: communities, a village, compounds, buildings, bodies, people and their terms. All invented."""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from governance.demo import PASSWORD
from orgs.enums import Level, PhoneKind, Standing, UnitKind
from orgs.models import Body, OrgUnit, Person, Phone, Term, User
from orgs.offices import BODY_KINDS
from orgs.signals import terms_changed

FOUNDED = datetime.date(2021, 3, 1)
ELECTED = datetime.date(2026, 1, 12)
DUE = datetime.date(2031, 1, 12)
SOURCE = "2026年换届选举"


def _names(text):
    """Names separated by white space."""
    return text.split()


# account, person
ACCOUNTS = (
    ("linxiaowen", "林晓雯"),
    ("zhoumingyuan", "周明远"),
    ("shenguilan", "沈桂兰"),
    ("tanglei", "唐磊"),
    ("admin", "马俊杰"),
    ("luozhiqiang", "罗志强"),
    ("qianyuan", "钱远"),
    ("gaoyulan", "高玉兰"),
    ("renhongmei", "任红梅"),
    ("shiguoqiang", "石国强"),
    ("qinxiaochuan", "秦小川"),
    ("jichanglin", "纪长林"),
    ("cailihua", "蔡丽华"),
    ("kangjianping", "康建平"),
)

WOMEN = frozenset(
    _names("""
        何静 蒋海燕 丁春梅 白玉兰 沈桂兰 邱莉 林晓雯 吴秀珍 孙敏
        高玉兰 任红梅 叶秋萍 乔淑芬 段慧敏 蔡丽华 卢月华 崔小燕
    """)
)

# Ten persons in the two committees: four sit in both.
LIUXI = {
    "party_committee": {
        "secretary": ["周明远"],
        "deputy_secretary": ["何静"],
        "committee_member": ["罗志强", "许国平", "韩立新", "蒋海燕", "钱永福"],
        "party_worker": ["林晓雯"],
    },
    "residents_committee": {
        "chair": ["周明远"],
        "deputy_chair": ["罗志强"],
        "committee_member": ["何静", "许国平", "丁春梅", "石建华", "白玉兰"],
    },
    "supervision_committee": {"chair": ["沈桂兰"], "committee_member": ["方建国", "邱莉"]},
    "big_party_committee": {
        "work_team_head": ["曾庆华"],
        "secretary": ["周明远"],
        "full_time_deputy": ["何静"],
        "resident_unit_member": ["覃志刚", "黎美玲"],
        "owners_member": ["康建平"],
        "property_member": ["温少波"],
        "police_member": ["孟海波"],
    },
    "community_staff": {"worker": ["林晓雯", "夏雨晴"]},
    "mediation_committee": {"chair": ["许国平"], "mediator": ["白玉兰", "胡振东"]},
    "police_office": {"police_officer": ["孟海波"]},
}
REPRESENTATIVES = _names("""
    吴秀珍 邓海涛 孙敏 赵德胜 钟春兰 梁国栋 谢美华 唐学文 冯桂英 董长江 程素云 曹立民 袁秋菊 邹建民
    熊玉芬 陆伟民 戴金花 郝庆祥 龚淑珍 邵国华 万红英 覃立新 武振华 严玉梅 莫少华 孔祥林 汤丽娟 尹建平
    常秀云 易志明 廖春芳 安国庆 倪桂芳 季永康 施雅琴 聂文斌 章月娥 鲁志成 葛秀兰 甘国良 蓝海英 路建军
    柴玉珍 侯德全 单小红 欧阳明 于振海 成桂花 毛学军 柯素琴 桂永昌 阮春燕 项国强 詹丽芬 靳德明 苗秀荣
""")

TAOYUAN = {
    "party_committee": {
        "secretary": ["高玉兰"],
        "deputy_secretary": ["薛志勇"],
        "committee_member": ["贾文彬", "叶秋萍", "雷建设"],
        "party_worker": ["钱远"],
    },
    "residents_committee": {
        "chair": ["高玉兰"],
        "deputy_chair": ["薛志勇"],
        "committee_member": ["叶秋萍", "洪永生", "范继红"],
    },
    "supervision_committee": {"chair": ["任红梅"], "committee_member": ["乔淑芬", "黄长青"]},
    "community_staff": {"worker": ["钱远"]},
}
SHIQIAO = {
    "party_committee": {
        "secretary": ["石国强"],
        "deputy_secretary": ["田永胜"],
        "committee_member": ["段慧敏", "彭大海", "崔小燕"],
        "party_worker": ["秦小川"],
    },
    "villagers_committee": {
        "chair": ["石国强"],
        "deputy_chair": ["田永胜"],
        "committee_member": ["崔小燕", "龙金贵", "卢月华"],
    },
    "village_supervision_committee": {"chair": ["纪长林"], "committee_member": ["关秀英", "穆怀山"]},
    "community_staff": {"worker": ["秦小川"]},
}
STREET = {
    "street_committee": {
        "posted_leader": ["蒙建中"],
        "secretary": ["骆文涛"],
        "deputy_secretary": ["佟雪梅"],
        "paired_unit_head": ["覃志刚"],
        "community_secretary": ["周明远", "高玉兰", "石国强"],
    },
    "street_party_committee": {"secretary": ["骆文涛"], "deputy_secretary": ["佟雪梅"]},
    "organisation_office": {"officer": ["唐磊"]},
    "governance_office": {"officer": ["焦志远"]},
    "finance_office": {"officer": ["翟丽萍"]},
    "discipline_office": {"officer": ["牛德山"]},
    "portal_administration": {"administrator": ["马俊杰"]},
}
BRANCH = {
    "secretary": ["蒋海燕"],
    "deputy_secretary": ["胡振东"],
    "committee_member": ["蔡丽华", "康建平", "齐国富"],
}
OWNERS = {
    "chair": ["康建平"],
    "deputy_chair": ["蔡丽华"],
    "committee_member": ["耿秀梅", "尤志鹏", "华春生", "齐国富", "傅晓峰"],
}

JOINT = {
    "convener": ["蒋海燕"],
    "community_side": ["罗志强"],
    "owners_side": ["康建平", "蔡丽华"],
    "property_side": ["温少波"],
    "council_side": ["胡振东"],
}
COMPOUND = {
    "branch_committee": BRANCH,
    "owners_committee": OWNERS,
    "property_company": {"manager": ["温少波"]},
    "joint_meeting": JOINT,
}
BUILDINGS = {
    "liuxiyuan-1": ("齐国富", "解玉琴"),
    "liuxiyuan-2": ("蔡丽华", "骆永康"),
    "liuxiyuan-3": ("胡振东", "牟淑芳"),
}


@dataclass
class Places:
    """What the rest of the demo needs of the places: units and bodies by (unit key, kind), persons by name."""

    units: dict = field(default_factory=dict)
    bodies: dict = field(default_factory=dict)
    persons: dict = field(default_factory=dict)

    def body(self, unit, kind):
        return self.bodies[unit, kind]

    def user(self, name):
        return self.persons[name].user


def build(at):
    """Make street, communities, bodies and people; `at` is the moment the accounts are made. Returns `Places`."""
    places = Places()
    _units(places)
    for key, (names, holders, assembly) in {
        "street": ({}, STREET, ()),
        "liuxi": (
            {"party_committee": "柳溪社区党委"},
            LIUXI,
            ("party_assembly", "two_committees", "residents_reps", "residents_meeting"),
        ),
        "taoyuan": (
            {"party_committee": "桃园社区党总支"},
            TAOYUAN,
            ("party_assembly", "two_committees", "residents_reps", "residents_meeting"),
        ),
        "shiqiao": (
            {"party_committee": "石桥村党总支"},
            SHIQIAO,
            ("party_assembly", "two_committees", "villagers_reps", "villagers_meeting"),
        ),
        "liuxiyuan": (
            {"branch_committee": "柳溪苑小区党支部"},
            COMPOUND,
            ("branch_assembly", "owners_assembly"),
        ),
    }.items():
        _bodies(places, key, names, holders, assembly)
    for key, (leader, steward) in BUILDINGS.items():
        holders = {"building_group": {"group_leader": [leader]}, "stewards": {"building_steward": [steward]}}
        _bodies(places, key, {}, holders, ())
    _representatives(places, "liuxi", "residents_reps", REPRESENTATIVES)
    _representatives(places, "taoyuan", "residents_reps", [f"{name}" for name in _others("桃园", 41)])
    _representatives(places, "shiqiao", "villagers_reps", [f"{name}" for name in _others("石桥", 33)])
    _accounts(places, at)
    terms_changed.send(Term, persons=[person.pk for person in places.persons.values()])
    return places


def _unit(places, key, parent, level, kind, code, name, short_name, **fields):
    above = places.units.get(parent)
    unit = OrgUnit.objects.create(
        code=code, name=name, short_name=short_name, level=level, kind=kind, parent=above, opened_on=FOUNDED, **fields
    )
    unit.refresh_from_db()
    places.units[key] = unit
    return unit


def _units(places):
    hours = "工作日9:00—17:00"
    _unit(places, "province", None, Level.PROVINCE, UnitKind.PROVINCE, "99", "示例省", "示例省")
    _unit(places, "city", "province", Level.CITY, UnitKind.CITY, "9901", "云川市", "云川")
    _unit(places, "district", "city", Level.DISTRICT, UnitKind.DISTRICT, "990101", "临河区", "临河")
    street = _unit(
        places,
        "street",
        "district",
        Level.STREET,
        UnitKind.STREET,
        "990101001",
        "青禾街道",
        "青禾",
        address="青禾路1号",
        office_hours=hours,
    )
    for key, kind, code, name, short, households, residents, address in (
        ("liuxi", UnitKind.RESIDENTS, "990101001001", "柳溪社区", "柳溪", 2236, 6120, "柳溪路18号"),
        ("taoyuan", UnitKind.RESIDENTS, "990101001002", "桃园社区", "桃园", 1804, 4870, "桃园路6号"),
        ("shiqiao", UnitKind.VILLAGE, "990101001201", "石桥村", "石桥", 612, 2043, "石桥村村部"),
    ):
        _unit(
            places,
            key,
            "street",
            Level.COMMUNITY,
            kind,
            code,
            name,
            short,
            households=households,
            residents=residents,
            address=address,
            office_hours=hours,
        )
    for key, parent, code, name, short, households in (
        ("liuxiyuan", "liuxi", "990101001001-01", "柳溪苑小区", "柳溪苑", 640),
        ("heyuan", "liuxi", "990101001001-02", "河园小区", "河园", 418),
        ("taoyuanli", "taoyuan", "990101001002-01", "桃园里小区", "桃园里", 520),
    ):
        _unit(places, key, parent, Level.COMPOUND, UnitKind.COMPOUND, code, name, short, households=households)
    for number in (1, 2, 3):
        _unit(
            places,
            f"liuxiyuan-{number}",
            "liuxiyuan",
            Level.BUILDING,
            UnitKind.BUILDING,
            f"990101001001-01-{number:02d}",
            f"柳溪苑{number}号楼",
            f"{number}号楼",
            households=72,
        )
    Phone.objects.create(unit=street, kind=PhoneKind.OFFICE, label="青禾街道", number="0000-8810012", hours=hours)
    for key, office, committee, supervision in (
        ("liuxi", "0000-8812300", "居委会", "0000-8812366"),
        ("taoyuan", "0000-8813300", "居委会", "0000-8813366"),
        ("shiqiao", "0000-8814300", "村委会", "0000-8814366"),
    ):
        unit = places.units[key]
        watch = "村务监督委员会" if unit.is_village else "居务监督委员会"
        Phone.objects.create(unit=unit, kind=PhoneKind.OFFICE, label=committee, number=office, hours=hours)
        Phone.objects.create(unit=unit, kind=PhoneKind.SUPERVISION, label=watch, number=supervision, position=1)
    Phone.objects.create(
        unit=places.units["liuxiyuan"], kind=PhoneKind.OFFICE, label="业主委员会", number="0000-8812711", hours=hours
    )


def _bodies(places, key, names, holders, derived):
    """The bodies of one unit, named after it, with the terms of their holders {kind: {office: [names]}}."""
    unit = places.units[key]
    for kind in (*holders, *derived):
        name = names.get(kind) or f"{unit.name}{TITLES[kind]}"
        places.bodies[key, kind] = Body.objects.create(unit=unit, kind=kind, name=name, established_on=FOUNDED)
    for kind, offices in holders.items():
        years = BODY_KINDS[kind].term_years
        for office, people in offices.items():
            for name in people:
                Term.objects.create(
                    person=_person(places, name),
                    body=places.bodies[key, kind],
                    office=office,
                    standing=Standing.FULL,
                    started_on=ELECTED,
                    due_on=DUE if years else None,
                    source=SOURCE if years else "街道任命",
                )


# Official endings of the names of bodies.
TITLES = {
    "street_committee": "“大工委”",
    "street_party_committee": "党工委",
    "organisation_office": "党建工作办公室",
    "governance_office": "社区治理办公室",
    "finance_office": "财政所",
    "discipline_office": "纪工委",
    "portal_administration": "平台管理",
    "big_party_committee": "“大党委”",
    "party_assembly": "党员大会",
    "two_committees": "“两委”",
    "residents_committee": "居民委员会",
    "residents_reps": "居民代表会议",
    "residents_meeting": "居民会议",
    "villagers_committee": "村民委员会",
    "villagers_reps": "村民代表会议",
    "villagers_meeting": "村民会议",
    "supervision_committee": "居务监督委员会",
    "village_supervision_committee": "村务监督委员会",
    "community_staff": "工作人员",
    "mediation_committee": "人民调解委员会",
    "branch_committee": "党支部",
    "branch_assembly": "党支部党员大会",
    "owners_committee": "业主委员会",
    "owners_assembly": "业主大会",
    "joint_meeting": "联席会议",
    "property_company": "物业服务中心",
    "police_office": "警务室",
    "building_group": "党小组",
    "stewards": "楼栋长",
}

_SURNAMES = "庄车宫宁虞裴屈祝盛宋姜房简祁卓巩瞿宗司商连冷池阎劳"
_GIVEN = ("国安", "秀清", "志华", "桂香", "建林")


def _others(place, count):
    """Invented names for the representatives of a place, always the same ones."""
    start = 0 if place == "桃园" else 60
    names = [surname + given for given in _GIVEN for surname in _SURNAMES]
    return names[start : start + count]


def _representatives(places, key, kind, names):
    """The terms of the elected representatives, in one statement each."""
    people = Person.objects.bulk_create([Person(name=name) for name in names if name not in places.persons])
    places.persons.update({person.name: person for person in people})
    Term.objects.bulk_create(
        Term(
            person=places.persons[name],
            body=places.bodies[key, kind],
            office="representative",
            started_on=ELECTED,
            due_on=DUE,
            source=SOURCE,
        )
        for name in names
    )


def _person(places, name):
    if name not in places.persons:
        places.persons[name] = Person.objects.create(name=name, gender="f" if name in WOMEN else "m")
    return places.persons[name]


def _accounts(places, at):
    password = make_password(PASSWORD)
    for username, name in ACCOUNTS:
        person = places.persons[name]
        person.user = User.objects.create(
            username=username,
            password=password,
            is_staff=username == "admin",
            is_superuser=username == "admin",
            is_demo=True,
            created_at=at,
        )
        person.save(update_fields=["user"])
