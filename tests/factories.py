"""Makes rows for tests: plain functions with good defaults. Names and places are invented.

`liuxi()` builds the community of the worked case (柳溪社区 in 青禾街道) with its bodies and people in few statements.
"""

import datetime
import itertools
import os
from types import SimpleNamespace

from governance.roles import sync_grants
from orgs.enums import KINDS_OF_LEVEL, Level, PhoneKind
from orgs.models import Body, OrgUnit, Person, Phone, Term, User
from orgs.offices import BODY_KINDS
from orgs.signals import terms_changed

PASSWORD = "a-long-enough-password-1"
BEGAN = datetime.date(2021, 1, 1)  # bodies
ELECTED = datetime.date(2025, 3, 1)  # terms
DUE = datetime.date(2030, 3, 1)
# Each process of a test run counts from elsewhere: they read what others told (tests/snapshot.py).
_count = itertools.count(1 + 1_000_000 * int("0" + os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")))


def unit(level=Level.COMMUNITY, *, parent=None, name=None, kind=None, code=None, **fields):
    """A unit; without `parent` a root. The kind is the first of its level."""
    number = next(_count)
    return OrgUnit.objects.create(
        level=level,
        parent=parent,
        name=name or f"{Level(level).name.title()} {number}",
        kind=kind or KINDS_OF_LEVEL[level][0],
        code=code or f"T{number:08d}",
        **fields,
    )


def street_with_communities(count=3, **fields):
    """A street and its communities: (street, [community, ...])."""
    street = unit(Level.STREET, **fields)
    return street, [unit(Level.COMMUNITY, parent=street) for _ in range(count)]


def body(kind="residents_committee", at=None, *, name=None, established_on=BEGAN, **fields):
    """A body at the unit `at` (a new one of a fitting level when None)."""
    row = BODY_KINDS[kind]
    if at is None:
        at = unit(row.levels[0], kind=row.kinds[0] if row.kinds else None)
    return Body.objects.create(
        unit=at, kind=kind, name=name or f"{kind} of {at.name}", established_on=established_on, **fields
    )


def person(name=None, **fields):
    return Person.objects.create(name=name or f"Person {next(_count)}", **fields)


def user_for(owner=None, *, username=None, password=None, **fields):
    """The account of a person, made when there is none; without `password` nobody can log in by form."""
    owner = owner or person()
    if owner.user is None:
        account = User(username=username or f"user{next(_count)}", **fields)
        account.set_password(password)
        account.save()
        owner.user = account
        owner.save(update_fields=["user"])
        terms_changed.send(Person, persons=[owner.pk])
    return owner.user


def appoint(holder, to, office, *, started_on=ELECTED, source="test", **fields):
    """A term of `holder` in the office `office` of the body `to`; the powers follow, and cached ones are forgotten."""
    term = Term.objects.create(person=holder, body=to, office=office, started_on=started_on, source=source, **fields)
    terms_changed.send(Term, persons=[holder.pk])
    if holder.user:
        holder.user.__dict__.pop("_scopes", None)
    return term


PARTY_COMMITTEE = (
    ("周明远", "secretary"),
    ("何静", "deputy_secretary"),
    ("罗志强", "committee_member"),
    ("许国平", "committee_member"),
    ("韩立新", "committee_member"),
    ("蒋海燕", "committee_member"),
    ("钱永福", "committee_member"),
)
# Four of them sit in the Party committee too, so that the two committees are ten persons.
RESIDENTS_COMMITTEE = (
    ("周明远", "chair"),
    ("罗志强", "deputy_chair"),
    ("何静", "committee_member"),
    ("许国平", "committee_member"),
    ("丁春梅", "committee_member"),
    ("石建华", "committee_member"),
    ("白玉兰", "committee_member"),
)
SUPERVISION_COMMITTEE = (("沈桂兰", "chair"), ("方建国", "committee_member"), ("邱莉", "committee_member"))
NAMED_REPRESENTATIVES = ("吴秀珍", "邓海涛", "孙敏")
WOMEN = {"何静", "蒋海燕", "丁春梅", "白玉兰", "沈桂兰", "邱莉", "林晓雯", "吴秀珍", "孙敏"}
# Who logs in, under which account.
ACCOUNTS = {
    "linxiaowen": "林晓雯",
    "zhoumingyuan": "周明远",
    "hejing": "何静",
    "luozhiqiang": "罗志强",
    "shenguilan": "沈桂兰",
    "tanglei": "唐磊",
    "admin": "马俊杰",
    "qianyuan": "钱远",
}


def liuxi(representatives=56):
    """The worked case's community: 7 + 7 members (4 in both), 3 supervisors, 56 representatives, staff and the street.

    Returns `street`, `unit` (柳溪社区), `compound`, `building`, `other` (桃园社区 in the same street), `bodies` and
    `other_bodies` by kind, `people` (clerk, secretary, deputy, member, supervisor, street, administrator, stranger)
    and `persons` by name.
    """
    street = unit(Level.STREET, name="青禾街道", short_name="青禾", code="990101001")
    community = unit(
        parent=street, name="柳溪社区", short_name="柳溪", code="990101001001", households=2236, address="柳溪路18号"
    )
    other = unit(parent=street, name="桃园社区", short_name="桃园", code="990101001002", households=1804)
    compound = unit(Level.COMPOUND, parent=community, name="柳溪苑小区", short_name="柳溪苑", code="990101001001-01")
    building = unit(Level.BUILDING, parent=compound, name="柳溪苑1号楼", code="990101001001-01-01")
    Phone.objects.bulk_create(
        [
            Phone(
                unit=community, kind=PhoneKind.OFFICE, label="居委会", number="0000-8812300", hours="工作日9:00—17:00"
            ),
            Phone(
                unit=community, kind=PhoneKind.SUPERVISION, label="居务监督委员会", number="0000-8812366", position=1
            ),
            Phone(unit=street, kind=PhoneKind.OFFICE, label="青禾街道", number="0000-8810012"),
        ]
    )
    at_community = {
        "party_committee": "柳溪社区党委",
        "party_assembly": "柳溪社区党员大会",
        "two_committees": "柳溪社区“两委”",
        "residents_committee": "柳溪社区居民委员会",
        "supervision_committee": "柳溪社区居务监督委员会",
        "residents_reps": "柳溪社区居民代表会议",
        "residents_meeting": "柳溪社区居民会议",
        "community_staff": "柳溪社区工作者",
    }
    places = (
        [(community, kind, name) for kind, name in at_community.items()]
        + [(other, kind, name.replace("柳溪", "桃园")) for kind, name in at_community.items()]
        + [
            (street, "organisation_office", "青禾街道党建工作办公室"),
            (street, "portal_administration", "青禾街道平台管理"),
            (compound, "branch_committee", "柳溪苑小区党支部"),
            (compound, "branch_assembly", "柳溪苑小区党支部党员大会"),
            (compound, "owners_committee", "柳溪苑小区业主委员会"),
            (compound, "owners_assembly", "柳溪苑小区业主大会"),
        ]
    )
    rows = Body.objects.bulk_create(
        [Body(unit=at, kind=kind, name=name, established_on=BEGAN) for at, kind, name in places]
    )
    bodies = {row.kind: row for row in rows if row.unit_id != other.pk}
    other_bodies = {row.kind: row for row in rows if row.unit_id == other.pk}

    holders = [(name, bodies["party_committee"], office) for name, office in PARTY_COMMITTEE]
    holders += [(name, bodies["residents_committee"], office) for name, office in RESIDENTS_COMMITTEE]
    holders += [(name, bodies["supervision_committee"], office) for name, office in SUPERVISION_COMMITTEE]
    names = [*NAMED_REPRESENTATIVES, *(f"居民代表{number}" for number in range(4, representatives + 1))]
    holders += [(name, bodies["residents_reps"], "representative") for name in names[:representatives]]
    holders += [
        ("林晓雯", bodies["community_staff"], "worker"),
        ("林晓雯", bodies["party_committee"], "party_worker"),
        ("唐磊", bodies["organisation_office"], "officer"),
        ("马俊杰", bodies["portal_administration"], "administrator"),
        ("钱远", other_bodies["community_staff"], "worker"),
        ("钱远", other_bodies["party_committee"], "party_worker"),
    ]
    accounts = User.objects.bulk_create(
        [User(username=username, password="!", is_staff=username == "admin") for username in ACCOUNTS]
    )
    user_of = dict(zip(ACCOUNTS.values(), accounts, strict=True))
    everyone = dict.fromkeys(name for name, _, _ in holders)
    persons = Person.objects.bulk_create(
        [
            Person(name=name, user=user_of.get(name), gender=("f" if name in WOMEN else "m") if name[0] != "居" else "")
            for name in everyone
        ]
    )
    by_name = {row.name: row for row in persons}
    Term.objects.bulk_create(
        [
            Term(person=by_name[name], body=at, office=office, started_on=ELECTED, due_on=DUE, source="换届选举")
            for name, at, office in holders
        ]
    )
    sync_grants([row.pk for row in persons])
    people = SimpleNamespace(
        clerk=by_name["林晓雯"],
        secretary=by_name["周明远"],
        deputy=by_name["何静"],
        member=by_name["罗志强"],
        supervisor=by_name["沈桂兰"],
        street=by_name["唐磊"],
        administrator=by_name["马俊杰"],
        stranger=by_name["钱远"],
    )
    return SimpleNamespace(
        street=street,
        unit=community,
        compound=compound,
        building=building,
        other=other,
        bodies=bodies,
        other_bodies=other_bodies,
        people=people,
        persons=by_name,
    )
