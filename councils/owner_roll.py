"""Who the owners of a compound are, as heads and areas (pure; CC 278, SPC 8, 9). Areas are whole numbers of 0.01 m².

One unit is one head; whoever owns several units is one head; co-owners are one head together; what the developer has
not sold or not handed over is one head together.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from councils.enums import AreaSource, HeadKind
from orgs.naming import is_formula_error

MOST_DOORS = 10_000
MOST_AREA = 1_000_000_00  # of one unit
MOST_NAMES = 20  # of one owner: co-owners, or what a sheet calls the developer
MOST_CODE = 40  # letters of an owner number

# What people write in the sheet.
_SOURCES = {
    AreaSource.REGISTER: ("登记", "不动产登记簿", "不动产权证", "不动产登记", "产权证", "房产证", "register"),
    AreaSource.SURVEY: ("测绘", "实测", "测绘报告", "实测面积", "survey"),
    AreaSource.CONTRACT: ("合同", "买卖合同", "购房合同", "合同面积", "contract"),
}
_KINDS = {
    HeadKind.PERSON: ("个人", "自然人"),
    HeadKind.CO_OWNERS: ("共有", "共同共有", "按份共有"),
    HeadKind.ORGANISATION: ("单位", "法人", "组织", "非法人组织"),
    HeadKind.DEVELOPER: ("建设单位", "开发商", "开发企业", "开发建设单位", "未售", "未交付", "未出售"),
}
SOURCE_WORDS = {word: source for source, words in _SOURCES.items() for word in words}
KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words}
_BETWEEN_NAMES = re.compile(r"[、,，;；/]+")
_ORGANISATION = re.compile(r"(公司|厂|局|学校|医院|银行|合作社|事务所|办事处|委员会)$")
_AREA = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,2})0*)?")


@dataclass(frozen=True)
class Door:
    """One unit of property as a line of the sheet says it. `row` is the number of that line."""

    row: int
    building: str
    door: str
    area: int
    source: str
    owners: tuple[str, ...]
    kind: str
    code: str = ""

    @property
    def label(self):
        return " ".join(part for part in (self.building, self.door) if part)


@dataclass
class Head:
    """One owner in the sense of the law, with the units that make the area."""

    kind: str
    owners: tuple[str, ...]
    code: str
    doors: list = field(default_factory=list)

    @property
    def kind_label(self):
        return HeadKind(self.kind).label

    @property
    def names(self):
        return "、".join(self.owners) or "建设单位"

    @property
    def area(self):
        return sum(door.area for door in self.doors)


@dataclass(frozen=True)
class Reading:
    """What a sheet says: its heads, `problems` [(row, reason)] that forbid using it, `remarks` that people should read.

    `heads` is what can be counted even so, for the preview.
    """

    heads: list
    problems: list
    remarks: list

    @property
    def area(self):
        return sum(head.area for head in self.heads)

    @property
    def doors(self):
        return [door for head in self.heads for door in head.doors]


def plain(text):
    """One width, no spaces: ３－５０１ and 3-501 are the same door."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_area(text):
    """An area in m² as hundredths, or None when it is no number above zero with at most two decimals."""
    found = _AREA.fullmatch(re.sub(r"(m2|㎡|平方米|,)", "", plain(text)))
    if not found:
        return None
    area = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    return area if 0 < area <= MOST_AREA else None


def read_door(row, values, default_source):
    """(Door, []) of one line of a sheet, or (None, reasons).

    `values` are texts under building, door, owner, area, source, kind and code. Where no source of the area is given it
    is `default_source`.
    """
    reasons = [_("A formula failed: %(text)s") % {"text": cell} for cell in values.values() if is_formula_error(cell)][
        :1
    ]
    building, door = plain(values["building"]), plain(values["door"])
    if not door:
        reasons.append(_("The door is missing."))
    if max(len(building), len(door)) > 40:
        reasons.append(_("Building or door has more than 40 characters."))
    area = read_area(values["area"])
    if area is None:
        reasons.append(_("“%(text)s” is no area: above 0, at most two decimals.") % {"text": values["area"][:40]})
    source = SOURCE_WORDS.get(plain(values["source"]), None if values["source"] else default_source)
    if source is None:
        reasons.append(_("“%(text)s” is no known source of an area.") % {"text": values["source"][:40]})
    owners = tuple(dict.fromkeys(name for part in _BETWEEN_NAMES.split(values["owner"]) if (name := part.strip())))
    kind = KIND_WORDS.get(plain(values["kind"]))
    if values["kind"] and kind is None:
        reasons.append(_("“%(text)s” is no known kind of owner.") % {"text": values["kind"][:40]})
    if kind is None and owners and KIND_WORDS.get(plain(owners[0])) == HeadKind.DEVELOPER:
        kind = HeadKind.DEVELOPER
    if kind == HeadKind.DEVELOPER:  # “未售” is no name
        owners = tuple(name for name in owners if plain(name) not in KIND_WORDS)
    elif not owners:
        reasons.append(_("The owner is missing. A unit that is not sold says so under the kind of owner."))
    if len(owners) > MOST_NAMES or any(len(name) > 60 for name in owners):
        reasons.append(_("More than 20 owners, or a name of more than 60 characters."))
    if kind in (HeadKind.PERSON, HeadKind.ORGANISATION) and len(owners) > 1:
        reasons.append(_("Several owners together are co-owners."))
    if kind == HeadKind.CO_OWNERS and len(owners) == 1:
        reasons.append(_("Co-owners are at least two; part their names with “、”."))
    code = plain(values["code"])
    if len(code) > MOST_CODE:
        reasons.append(_("The owner number has more than %(most)s characters.") % {"most": MOST_CODE})
    if reasons:
        return None, reasons
    if kind is None:
        single = HeadKind.ORGANISATION if _ORGANISATION.search(owners[0]) else HeadKind.PERSON
        kind = HeadKind.CO_OWNERS if len(owners) > 1 else single
    return Door(row, building, door, area, source.value, owners, kind.value, code), []


def gather(doors):
    """The `Reading` of these doors: who is one head, what contradicts itself, what deserves a second look."""
    problems, seen, heads, names_of_code = [], {}, {}, {}
    for door in doors:
        place = (door.building.casefold(), door.door.casefold())
        if place in seen:
            reason = _("%(door)s stands in row %(row)s already.") % {"door": door.label, "row": seen[place]}
            problems.append((door.row, reason))
            continue
        seen[place] = door.row
        names = frozenset(door.owners)
        developer = door.kind == HeadKind.DEVELOPER
        if door.code and not developer and names_of_code.setdefault(door.code, names) != names:
            reason = _("The owner number %(code)s belongs to other names in an earlier row.") % {"code": door.code}
            problems.append((door.row, reason))
            continue
        key = HeadKind.DEVELOPER if developer else (door.kind, door.code or names)
        head = heads.setdefault(key, Head(door.kind, door.owners, door.code))
        if developer and head.owners != door.owners:
            head.owners = tuple(dict.fromkeys((*head.owners, *door.owners)))
        head.doors.append(door)
    if not heads:
        problems.append((0, _("The roll has no owner.")))
    if any(len(head.owners) > MOST_NAMES for head in heads.values()):
        reason = _("The units that are not sold name more than %(most)s owners; the developer is one.")
        problems.append((0, reason % {"most": MOST_NAMES}))
    if len(seen) > MOST_DOORS:
        problems.append((0, _("The roll has more than %(most)s doors.") % {"most": MOST_DOORS}))
    return Reading(list(heads.values()), problems, _remarks(heads.values()))


def _remarks(heads):
    """What may hide two people of one name, or one owner twice."""
    remarks = []
    alone = {head.owners[0] for head in heads if head.kind == HeadKind.PERSON}
    several = [head for head in heads if head.kind == HeadKind.PERSON and not head.code and len(head.doors) > 1]
    for head in several:
        remarks.append(
            _("%(name)s owns %(number)s units and is one head. Two people of this name need an owner number each.")
            % {"name": head.names, "number": len(head.doors)}
        )
    for head in heads:
        if head.kind == HeadKind.CO_OWNERS and alone.intersection(head.owners):
            remarks.append(
                _("%(names)s are one head together; one of them is also a head alone.") % {"names": head.names}
            )
    shared = Counter(head.names for head in heads if head.code)
    for name, number in shared.items():
        if number > 1:
            remarks.append(
                _("%(name)s has %(number)s owner numbers and is %(number)s heads.") % {"name": name, "number": number}
            )
    return remarks
