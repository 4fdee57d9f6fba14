"""Units from a sheet: new ones below those that are there, names and facts of known ones."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record_all
from orgs.enums import KINDS_OF_LEVEL, UnitKind
from orgs.imports.cells import BadCell, needed, one_of, text, whole
from orgs.imports.plan import Asked, Change, Importer, Planned, bad, changes
from orgs.models import OrgUnit
from orgs.naming import initials, short_name
from orgs.permissions import administration
from orgs.powers import Power
from orgs.rules import kind_refusal, parent_refusal

LEVEL_OF = {kind: level for level, kinds in KINDS_OF_LEVEL.items() for kind in kinds}
# The words of the official tables beside those of the pages.
KINDS = {
    UnitKind.PROVINCE: ("省级", "省", "直辖市", "自治区"),
    UnitKind.CITY: ("市级", "市", "地级市"),
    UnitKind.DISTRICT: ("县（市、区）", "区", "县", "县级市"),
    UnitKind.STREET: ("街道", "街道办事处"),
    UnitKind.TOWN: ("镇",),
    UnitKind.TOWNSHIP: ("乡",),
    UnitKind.OTHER_STREET: ("街道级其他区域",),
    UnitKind.RESIDENTS: ("社区", "居委会", "社区(居民委员会)"),
    UnitKind.VILLAGE: ("村", "村委会", "行政村", "村(村民委员会)"),
    UnitKind.OTHER_COMMUNITY: ("社区级其他区域",),
    UnitKind.COMPOUND: ("小区", "住宅小区"),
    UnitKind.COURTYARD: ("院落",),
    UnitKind.GRID: ("网格",),
    UnitKind.BUILDING: ("楼栋", "楼"),
}
COLUMNS = (
    Asked(
        "code",
        ("单位代码", "统计用区划代码", "代码", "code"),
        help=gettext_lazy("Digits and capital letters."),
        example="420303001001",
    ),
    Asked(
        "name",
        ("单位名称", "名称", "name"),
        help=gettext_lazy("The full official name."),
        example="柳溪社区",
    ),
    Asked(
        "parent",
        ("上级代码", "上级单位代码", "parent"),
        help=gettext_lazy("The code of the unit it belongs to; it may stand in the same sheet."),
        example="420303001",
    ),
    Asked(
        "kind",
        ("类型", "单位类型", "kind"),
        help=gettext_lazy("One of: 街道、镇、乡、社区、村、小区、院落、网格、楼栋."),
        example="社区",
    ),
    Asked(
        "short_name",
        ("简称",),
        False,
        gettext_lazy("Opens the numbers of documents; made from the name when empty."),
        "柳溪",
    ),
    Asked(
        "households",
        ("户数",),
        False,
        gettext_lazy("A whole number."),
        "2236",
    ),
    Asked(
        "residents",
        ("人口", "常住人口"),
        False,
        gettext_lazy("A whole number."),
        "5980",
    ),
    Asked(
        "address",
        ("地址", "办公地址"),
        False,
        "",
        "柳溪路18号",
    ),
    Asked(
        "office_hours",
        ("办公时间",),
        False,
        "",
        "工作日9:00—17:00",
    ),
)
NAME = {column.key: column.names[0] for column in COLUMNS}
FACTS = ("name", "short_name", "kind", "households", "residents", "address", "office_hours")


def _facts(values):
    """The columns of a unit from the cells of a line; empty cells are left out. Raises BadCell."""
    kind = one_of(values["kind"], NAME["kind"], KINDS)
    if kind is None:
        raise BadCell(_("“%(name)s” is empty.") % {"name": NAME["kind"]})
    facts = {"name": needed(values["name"], NAME["name"]), "kind": kind}
    facts |= {key: text(values[key], NAME[key]) for key in ("short_name", "address", "office_hours")}
    facts |= {key: whole(values[key], NAME[key]) for key in ("households", "residents")}
    return {key: value for key, value in facts.items() if value not in ("", None)}


def _check(unit):
    """BadCell when a column of `unit` cannot be kept as it is. No queries."""
    try:
        unit.clean_fields(exclude=["parent", "path"])
        unit.clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise BadCell(f"{NAME.get(name, name)}{_(': ')}{messages[0]}") from None


def plan(lines, user, on):
    """What becomes of each line. Two queries."""
    held = administration(user, Power.MANAGE_UNITS, on=on)
    codes = {line.values[key].upper() for line in lines for key in ("code", "parent")}
    rows = OrgUnit.objects.filter(code__in=codes).select_related("parent").with_records()
    known = {unit.code: unit for unit in rows}
    planned = []
    for line in lines:
        code = line.values["code"].upper()
        label = f"{code} {line.values['name']}"[:120]
        try:
            row = _plan_line(line, code, known, held, on)
        except BadCell as reason:
            row = bad(line, label, reason)
        row.label = label
        planned.append(row)
    _parents_first(planned, known, held, on)
    return planned


def _plan_line(line, code, known, held, on):
    needed(code, NAME["code"])
    unit = known.get(code)
    if unit is not None and unit.pk is None:
        raise BadCell(_("The code %(code)s stands in an earlier row.") % {"code": code})
    facts = _facts(line.values)
    parent = line.values["parent"].upper()
    if unit is None:
        # No path until it is placed: whoever stands in a circle never is.
        unit = OrgUnit(code=code, path="", level=LEVEL_OF[facts["kind"]], **facts)
        unit.short_name = unit.short_name or short_name(unit.name)[:60]
        unit.initials = initials(unit.short_name)
        _check(unit)
        if not re.fullmatch(r"[0-9A-Z]+(-[0-9A-Z]+)*", code):
            raise BadCell(_("“%(name)s” has other signs than digits and capital letters.") % {"name": NAME["code"]})
        known[code] = unit
        return Planned(line.number, "", Change.NEW, row=unit, facts={"parent": parent})
    if not held.covers(unit.path):
        raise BadCell(_("The unit lies outside your area."))
    if parent and (unit.parent is None or unit.parent.code != parent):
        raise BadCell(_("The unit belongs to another one; move it on its own page."))
    if LEVEL_OF[facts["kind"]] != unit.level:
        raise BadCell(_("The unit is of another level; that never changes."))
    if reason := kind_refusal(unit, facts["kind"], unit.has_records):
        raise BadCell(reason)
    differing = changes(unit, facts)
    for name, (_old, new) in differing.items():
        setattr(unit, name, new)
    _check(unit)
    if not differing:
        return Planned(line.number, "", Change.UNCHANGED)
    unit.initials = initials(unit.short_name or unit.name)
    said = _("; ").join(
        f"{NAME[name]}{_(': ')}{_word(name, old)} → {_word(name, new)}" for name, (old, new) in differing.items()
    )
    return Planned(line.number, "", Change.CHANGED, said, row=unit, facts=differing)


def _word(name, value):
    """A value of a column as people read it."""
    return str(UnitKind(value).label) if name == "kind" else value or "–"


def _parents_first(planned, known, held, on):
    """Give each new unit its parent, topmost first, so that a parent of the same sheet is placed before it."""
    new = [row for row in planned if row.change == Change.NEW]
    for row in sorted(new, key=lambda row: row.row.level):
        reason = _place(row.row, row.facts["parent"], known, held, on)
        if reason:
            row.change, row.detail = Change.BAD, str(reason)
            known.pop(row.row.code)


def _place(unit, code, known, held, on):
    """Why `unit` cannot stand below the unit `code`; None when it was put there."""
    if not code:
        unit.path = f"/{unit.code}/"
        return None if held.covers("/") else _("“%(name)s” is empty.") % {"name": NAME["parent"]}
    parent = known.get(code)
    if parent is None or not parent.path:
        return _("The unit %(code)s above it is unknown or cannot be imported.") % {"code": code}
    if not held.covers(parent.path):
        return _("The unit lies outside your area.")
    unit.parent = parent
    # Until the database gives the real one: what lies below its parent is covered as the parent is.
    unit.path = f"{parent.path}{unit.code}/"
    return parent_refusal(unit, parent, on)


def write(planned, by, at):
    """Insert the new units level by level, update the changed ones, record each."""
    new = [row.row for row in planned if row.change == Change.NEW]
    for level in sorted({unit.level for unit in new}):
        layer = [unit for unit in new if unit.level == level]
        for unit in layer:
            unit.parent = unit.parent  # takes over the id that its parent was given a moment ago
        OrgUnit.objects.bulk_create(layer, batch_size=2000)
    changed = [row for row in planned if row.change == Change.CHANGED]
    OrgUnit.objects.bulk_update([row.row for row in changed], [*FACTS, "initials"], batch_size=500)
    events = [{"verb": "unit_opened", "obj": unit, "path": unit.path, "data": {"code": unit.code}} for unit in new]
    events += [{"verb": "unit_changed", "obj": row.row, "path": row.row.path, "data": row.facts} for row in changed]
    record_all(events, by=by, at=at)


UNITS = Importer("units", gettext_lazy("Import units"), COLUMNS, Power.MANAGE_UNITS, plan, write)
