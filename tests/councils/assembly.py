"""An owners' assembly of a small compound: three doors a building, ten owners, the people who run it.

`Assembly` walks it by the real actions, each on its own day of March 2026.
"""

import datetime
import uuid

from councils import actions
from councils.actions import owners
from councils.enums import AreaSource
from councils.models import Meeting, OwnerBallot, OwnersAssembly
from councils.owner_roll import read_door
from tests import factories
from tests.councils.case import day, moment
from tests.councils.test_other_places import register

# Ten heads, 1,000 m²: two flats of one owner, a couple, a shop, two flats that are not sold.
SHEET = (
    ("1幢", "101", "甲一", "100"),
    ("1幢", "102", "甲二", "100"),
    ("1幢", "103", "甲三", "100"),
    ("2幢", "101", "甲四", "60"),
    ("2幢", "102", "甲四", "40"),
    ("2幢", "103", "甲五、乙五", "100"),
    ("3幢", "101", "甲六", "100"),
    ("3幢", "102", "甲七", "100"),
    ("3幢", "103", "甲八", "100"),
    ("商铺", "1", "青禾商贸有限公司", "100"),
    ("4幢", "101", "未售", "50"),
    ("4幢", "102", "未售", "50"),
)
HEADS, AREA = 10, 1000_00
COLUMNS = ("building", "door", "owner", "area", "source", "kind", "code")


def doors(rows=SHEET):
    lines = [dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, row, strict=False)) for row in rows]
    return [read_door(number, values, AreaSource.REGISTER)[0] for number, values in enumerate(lines, 2)]


def people_of(place):
    """Accounts at the compound: chair and deputy of the owners' committee, secretary of the branch, the rest."""
    people = {
        "chair": ("业委会主任", "owners_committee", "chair"),
        "deputy": ("业委会副主任", "owners_committee", "deputy_chair"),
        "branch": ("支部书记", "branch_committee", "secretary"),
    }
    users = {}
    for key, (name, body, office) in people.items():
        users[key] = factories.user_for(factories.person(name))
        factories.appoint(users[key].person, place.bodies[body], office)
    return users | {key: getattr(place.people, key).user for key in ("clerk", "secretary", "street", "stranger")}


class Assembly:
    """Called on 2 March, voting from 18 to 25 March, by the roll of 1 March. `item` 8 of CC 278 is a special matter."""

    def __init__(self, place, *, item=5):
        self.place, self.unit = place, place.compound
        self.users = people_of(place)
        self.matter = register(
            self.unit,
            self.users["branch"],
            owners_item=item,
            statutory_call="owners_fifth",
            initiator_kind="owners",
            initiator_count=3,
            initiator_base=10,
        )
        self.body = place.bodies["owners_assembly"]

    def roll(self, rows=SHEET, *, who="deputy", **fields):
        given = {"as_of": day(3, 1), "basis": "不动产登记簿", "token": uuid.uuid4()} | fields
        return owners.import_roll(by=self.users[who], at=moment(3, 1), unit=self.unit, doors=doors(rows), **given)

    def call(self, **fields):
        self.matter.refresh_from_db()
        given = {"voting_from": day(3, 18), "held_on": day(3, 25), "place": "架空层"} | fields
        return actions.call_meeting(
            by=self.users["chair"],
            at=moment(3, 2),
            matters=[self.matter],
            step="resolve",
            body=self.body,
            token=uuid.uuid4(),
            seen={self.matter.pk: self.matter.version},
            **given,
        )

    def adopt(self, kind, **fields):
        """A rule about owners who return no ballot."""
        given = {"adopted_on": day(1, 10), "document": "《柳溪苑小区业主大会议事规则》第十八条"} | fields
        return owners.adopt_rule(by=self.users["chair"], at=moment(3, 1), unit=self.unit, kind=kind, **given)

    def open(self, *, silent_rule=None, who="deputy", **fields):
        """Roll, call and ballots."""
        roll, meeting = self.roll(), self.call()
        return owners.open_assembly(
            by=self.users[who],
            at=moment(3, 3),
            meeting=meeting,
            seen=meeting.version,
            roll=roll,
            committee_told_on=day(3, 2),
            silent_rule=silent_rule,
            **fields,
        )

    @property
    def assembly(self):
        return OwnersAssembly.objects.select_related("meeting__unit", "silent_rule").get(meeting__unit=self.unit)

    @property
    def meeting(self):
        return Meeting.objects.get(pk=self.assembly.meeting_id)

    @property
    def question(self):
        return self.meeting.items.get().pk

    def ballot(self, serial):
        return OwnerBallot.objects.with_progress().get(assembly=self.assembly, serial=serial)

    def deliver(self, serials=range(1, HEADS + 1), *, who="deputy", signed=True, at=10, **fields):
        ballots = list(self.assembly.ballots.standing().filter(serial__in=serials).values_list("pk", flat=True))
        given = {"on": day(3, at), "method": "hand", "deliverer": "楼栋长"} | fields
        return owners.deliver(
            by=self.users[who],
            at=moment(3, at),
            assembly=self.assembly,
            ballots=ballots,
            signed=ballots if signed else (),
            **given,
        )

    def proxy(self, giver, holder="秦某", *, on=19, who="deputy"):
        """`giver` (name or number of the ballot) is voted for by `holder`."""
        meeting = self.meeting
        return actions.meetings.record_proxy(
            by=self.users[who],
            at=moment(3, on),
            meeting=meeting,
            seen=meeting.version,
            giver=giver,
            holder=holder,
            document="3月1日委托书",
        )

    def enter(self, serial, choice, *, who, on=20, proxy=None):
        """One entry; `choice` of the only question, or a reason why the ballot is invalid."""
        valid = choice in ("for", "against", "abstain", "invalid")
        owners.enter_ballot(
            by=self.users[who],
            at=moment(3, on),
            ballot=self.ballot(serial),
            choices={self.question: choice} if valid else {},
            invalid_reason="" if valid else choice,
            proxy=proxy,
        )

    def enter_twice(self, choices, second=None):
        """Both entries of {serial: choice}; `second` says where the second differs."""
        for serial, choice in choices.items():
            self.enter(serial, choice, who="deputy")
            self.enter(serial, (second or {}).get(serial, choice), who="branch")

    def mend(self, serial, choice, *, who="chair", on=26, **fields):
        meeting = self.meeting
        owners.mend_ballot(
            by=self.users[who],
            at=moment(3, on),
            ballot=self.ballot(serial),
            seen=fields.pop("seen", meeting.version),
            choices={self.question: choice} if choice else {},
            invalid_reason="" if choice else "未签名",
            **fields,
        )

    def close(self, *, who="deputy", on=26, **fields):
        meeting = self.meeting
        return owners.close_count(by=self.users[who], at=moment(3, on), meeting=meeting, seen=meeting.version, **fields)

    def confirm(self, who="chair", on=27):
        meeting = self.meeting
        actions.record_minutes(
            by=self.users["deputy"], at=moment(3, on), meeting=meeting, seen=meeting.version, minutes="计票记录。"
        )
        meeting = self.meeting
        return actions.confirm_meeting(by=self.users[who], at=moment(3, on), meeting=meeting, seen=meeting.version)

    @staticmethod
    def evening(number):
        return moment(3, number) + datetime.timedelta(hours=4)


def delivered():
    """A new compound whose ballots are issued and delivered."""
    assembly = Assembly(factories.liuxi())
    assembly.open()
    assembly.deliver()
    return assembly
