"""Lists of people who receive aid: the few columns that a board may show of them, and their official words (pure).

Name, category of the aid, amount or number, period, and nothing else: no illness, disability, income or family story,
no names of minors (SAL art. 45 for subsistence and temporary aid; for the other lists, and for these very columns, PIPL
arts. 6 and 28 and the custom of domain.md §7, [K]). The lists are Chinese documents, so their words are not translated.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from disclosure.aid import is_kind
from disclosure.catalogue import ITEMS
from disclosure.closing import chinese_date
from disclosure.masking import mask
from disclosure.money import yuan

KEYS = tuple(key for key, item in ITEMS.items() if item.noindex)
HEAD = ("姓名", "类别", "金额或数量", "期间")
MOST_ROWS = 300
_LAW = "根据《中华人民共和国社会救助法》第四十五条的规定，"

_CLOSING = "本名单只公布姓名、类别、金额或者数量、期间。对公布内容有异议的，可以在公布期限内提出复核。"
# What was confirmed, in the words of the notice of each item.
_CONFIRMED = {
    "R19": ("最低生活保障、低收入家庭确认结果", "下列家庭享受相应社会救助"),
    "R20": ("特困人员救助供养、临时救助确认结果", "下列人员享受相应社会救助"),
    "R21": ("高龄、残疾、优抚补贴发放情况", "下列人员享受相应补贴"),
    "R22": ("公租房、住房救助确认结果", "下列家庭享受相应住房保障"),
    "R24": ("救灾慰问物资发放情况", "下列人员领取相应物资"),
}

_OF_THE_AID = "(?:救助|保障|补贴|补助|享受|发放|领取|受助|执行|确认|起始|低保|慰问)*"
_UNIT_BEHIND = r"(?:\([^()]{1,8}\))?"
_HEADINGS = {
    "serial": re.compile("序号?|编号|No[.]?"),
    "name": re.compile(f"{_OF_THE_AID}(?:姓名|户主(?:姓名)?|(?:对象|人员?)(?:姓名)?)"),
    "category": re.compile(f"{_OF_THE_AID}(?:类别|类型|种类|项目|物资(?:名称)?|物品(?:名称)?)"),
    "quantity": re.compile(f"{_OF_THE_AID}(?:金额(?:或者?数量)?|数量|标准|[人户件份]数|合计){_UNIT_BEHIND}"),
    "period": re.compile(f"{_OF_THE_AID}(?:期间|期限|时间|月份|年月|年度|季度|起止时间)"),
}
_NEEDED = {"name": _("name"), "category": _("category"), "quantity": _("amount or number"), "period": _("period")}

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_HIDDEN = "*×某〇○"
_NAME = re.compile(
    rf"(?:[{_HAN}]{{2,4}}|[{_HAN}]{{1,2}}[{_HIDDEN}]{{1,3}}|[{_HAN}]{{1,10}}(?:·[{_HAN}]{{1,10}}){{1,3}})(?:\(\d\d?\))?"
)
_SUMS = ("合计", "总计", "小计", "共计")
_MINORS = re.compile("儿童|孤儿|未成年|无人抚养|弃婴|婴儿|幼儿|(?<!大)学生")
_MONEY = "元(?:[/每](?:人|户)?(?:[/每]?(?:月|季度|季|年|次))?)?"
_THINGS = "人|户|件|份|袋|桶|床|套|箱|瓶|个|斤|公斤|间|次"
_QUANTITY = re.compile(rf"(\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,9}})(?:\.(\d{{1,2}}))?\s*({_MONEY}|{_THINGS})?")
_UNIT = re.compile(rf"{_MONEY}|{_THINGS}")
_COUNTED = re.compile("([人户件份])数")

_TO = r"\s*(?:至|到|-|–|—{1,2}|~)\s*"
_NUMBER_OF_MONTH = "(?:1[0-2]|0?[1-9])"
_MONTH = rf"20[2-4]\d(?:年{_NUMBER_OF_MONTH}月份?|[-./]{_NUMBER_OF_MONTH})"
_DAY = rf"20[2-4]\d(?:年{_NUMBER_OF_MONTH}月[123]?\d日|[-./]{_NUMBER_OF_MONTH}[-./][0-3]?\d)"
_END = rf"(?:{_DAY}|{_MONTH}|{_NUMBER_OF_MONTH}月(?:[123]?\d日)?)"
# A day alone may be a day of birth: only one that begins a period is read.
_PERIOD = re.compile(
    rf"{_DAY}(?:起|{_TO}{_END})|{_MONTH}(?:起|{_TO}{_END})?"
    rf"|20[2-4]\d年(?:度|第?[一二三四1-4]季度|[上下]半年|{_NUMBER_OF_MONTH}{_TO}{_NUMBER_OF_MONTH}月)?"
)
_TYPED = re.compile(r"[，；;|｜]|\s+")


@dataclass(frozen=True)
class Row:
    """One who receives aid. `name` as it will be shown; `fen` (an integer) or `number`, with its `unit`."""

    name: str
    category: str
    unit: str
    period: str
    fen: int | None = None
    number: int | None = None

    @property
    def amount(self):
        """The figure alone."""
        return str(self.number) if self.fen is None else yuan(self.fen)

    @property
    def cells(self):
        """As the four columns show it."""
        return (self.name, self.category, self.amount + self.unit, self.period)


def read(text):
    """(rows, faults) of a list that was pasted or typed, with or without head; a fault names its row and column.

    Cells are parted by tabs; a line without one, as it is typed on a phone, by blanks or full-width commas.
    """
    lines = [
        (number, [cell.strip() for cell in (line.split("\t") if "\t" in line.strip() else _TYPED.split(line.strip()))])
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    if not lines:
        return [], [_("Write at least one row.")]
    columns, faults = _columns(*lines[0])
    if columns is None:
        columns = _columns_without_head([cells for _number, cells in lines])
    else:
        lines = lines[1:]
        missing = [str(word) for key, word in _NEEDED.items() if key not in columns.values()]
        if missing and not faults:
            faults = [_("These columns are missing: %(missing)s.") % {"missing": "、".join(missing)}]
    if faults:
        return [], faults
    if not lines:
        return [], [_("Write at least one row.")]
    if len(lines) > MOST_ROWS:
        return [], [_("The list has %(rows)s rows, at most are %(most)s.") % {"rows": len(lines), "most": MOST_ROWS}]
    unit = columns.pop("unit", "")
    rows = []
    for number, cells in lines:
        row, wrong = _row(number, cells, columns, unit)
        rows.append(row)
        faults += wrong
    return ([] if faults else rows), faults


def compose(item, rows, *, decided_by, decided_on, period=""):
    """The text of a notice of `item`: what was decided, by whom and on what ground, then the list.

    `period`: of the notice, in Chinese words. The closing block adds until when and to whom residents may object.
    """
    what, who = _CONFIRMED[item]
    law = _LAW if ITEMS[item].basis == "SAL 45" else ""
    opening = f"{law}现将{period}{what}予以公布。经{decided_by}{chinese_date(decided_on)}确认，{who}，期间以表列为准："
    table = "\n".join("\t".join(cells) for cells in _table(rows))
    return f"{opening}\n{table}\n{_CLOSING}"


def _table(rows):
    """The head and the cells of each row; a unit that all have in common stands in the head."""
    units = {row.unit for row in rows}
    if len(units) > 1:
        return [HEAD, *(row.cells for row in rows)]
    (unit,) = units
    what = "金额" if unit.startswith("元") else "数量"
    head = (*HEAD[:2], f"{what}（{unit}）", HEAD[3])
    return [head, *((row.name, row.category, row.amount, row.period) for row in rows)]


def refusal(item, text):
    """Why a `text` of `item` is not handed in: a list of people with other columns; None when it is fit.

    Tables that name nobody are free: totals of every kind, and for other items than those of SAL art. 45 all without a
    column of names.
    """
    if item not in KEYS:
        return None
    return next((fault for table in _tables(text) for fault in _faults_of(table, ITEMS[item].basis == "SAL 45")), None)


def is_category(text, finding):
    """Whether what the guard found is the kind of aid in a row of a list: 孤儿 beside a masked name."""
    line = text.split("\n")[finding.line - 1]
    return any(finding.text in cell and is_kind(cell) for cell in line.split("\t")[1:])


def _tables(text):
    """The tables in a text: lists of (number of the line, cells)."""
    table = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > 1:
            if any(cells[1:]) or table:  # a heading merged over the whole table is no row of it
                table.append((number, cells))
        elif table:
            yield table
            table = []


def _faults_of(table, by_law):
    number, head = table[0]
    known = [_key_of(cell) for cell in head]
    if "name" not in known:
        if all(known) or (not by_law and not any(char.isdecimal() for char in "".join(head))):
            return []
        columns = _columns_without_head([cells for _number, cells in table])
        if not any(known) and len(head) == len(columns):
            return [fault for place, cells in table for fault in _row(place, cells, columns, "")[1]]
    columns, faults = _columns(number, head)
    if columns is None:
        return [_wrong_width(number, head)]
    unit = columns.pop("unit", "")
    return faults or [fault for place, cells in table[1:] for fault in _row(place, cells, columns, unit)[1]]


def _plain(text):
    return unicodedata.normalize("NFKC", text).strip()


def _key_of(heading):
    """Which column a heading names; "" for none of them."""
    plain = _plain(heading).replace(" ", "")
    return next((key for key, pattern in _HEADINGS.items() if pattern.fullmatch(plain)), "")


def _columns(number, cells):
    """({place: key of the column, "unit": that of the amounts}, faults) of a first line; None when it is no head."""
    keys = [_key_of(cell) for cell in cells]
    if "name" not in keys and sum(map(bool, keys)) < 2:
        return None, []
    columns, faults = {}, []
    for place, (cell, key) in enumerate(zip(cells, keys, strict=True)):
        if key and key not in columns.values():
            columns[place] = key
        elif cell:
            what = _(
                "“%(heading)s” does not belong here. A relief list shows name, category, amount or number, period."
            )
            faults.append(_fault(number, place, what % {"heading": cell[:20]}))
    heading = next((_plain(cells[place]) for place, key in columns.items() if key == "quantity"), "")
    behind, counted = re.search(r"\((?:单位:)?([^()]+)\)", heading), _COUNTED.search(heading)
    if behind and _UNIT.fullmatch(behind[1]):
        columns["unit"] = behind[1]
    elif counted:
        columns["unit"] = counted[1]
    elif heading.endswith("金额"):
        columns["unit"] = "元"
    return columns, faults


def _columns_without_head(rows):
    """{place: key of the column} where no head says it: the four in their order, perhaps behind a serial number."""
    numbered = all(
        len(cells) == len(_NEEDED) + 1 and re.fullmatch(r"\d{1,4}[.、]?", _plain(cells[0])) for cells in rows
    )
    return dict(enumerate(["serial", *_NEEDED] if numbered else _NEEDED))


def _fault(number, place, what):
    return _("Row %(row)s, column %(column)s: %(what)s") % {"row": number, "column": place + 1, "what": what}


def _wrong_width(number, cells):
    return _("Row %(row)s has %(count)s columns. A relief list has four: name, category, amount or number, period.") % {
        "row": number,
        "count": len(cells),
    }


def _row(number, cells, columns, unit):
    """(the `Row`, faults) of one line; columns that the head does not have stay empty."""
    width = max(columns) + 1
    if len(cells) < width or any(cells[width:]):
        return None, [_wrong_width(number, cells)]
    if any(cells[place] for place in range(width) if place not in columns):
        return None, [_wrong_width(number, cells)]
    at = {key: place for place, key in columns.items()}
    good = {key: re.sub(r"\s+", "", cells[place]) for key, place in at.items()}
    faults = [
        _fault(number, at[key], what)
        for key, check in _CHECKS.items()
        if key in at and (what := check(_plain(good[key]), unit))
    ]
    category = good.get("category", "")
    name = _plain(good.get("name", ""))
    if _MINORS.search(category) and name and not any(mark in name[1:] for mark in _HIDDEN) and not faults:
        what = _("a minor is not named. Write the masked form: %(masked)s") % {"masked": mask(name)}
        faults.append(_fault(number, at["name"], what))
    if faults or len(at.keys() & _NEEDED.keys()) < len(_NEEDED):
        return None, faults
    whole, rest, own = _QUANTITY.fullmatch(_plain(good["quantity"])).groups()
    unit, whole = own or unit, int(whole.replace(",", ""))
    money = unit.startswith("元")
    return Row(
        good["name"],
        category,
        unit,
        good["period"],
        fen=whole * 100 + int((rest or "").ljust(2, "0")) if money else None,
        number=None if money else whole,
    ), []


def _wrong_name(cell, _unit):
    if not _NAME.fullmatch(cell) or cell in _SUMS or re.search("[病癌瘤]|残疾", cell):
        return _("write one name alone, in full or masked (张**).")
    return None


def _wrong_category(cell, _unit):
    if not is_kind(cell):
        return _(
            "write the official kind of the aid alone, such as 最低生活保障, 临时救助 or 高龄津贴, not its cause;"
            " what has no such name is 其他救助 or 救助物资."
        )
    return None


def _wrong_quantity(cell, unit):
    match = _QUANTITY.fullmatch(cell)
    own = match and (match[3] or unit)
    if not own or (match[2] and not own.startswith("元")) or not int(re.sub(r"\D", "", f"{match[1]}{match[2] or ''}")):
        return _("write an amount with at most two decimals or a whole number, with its unit: 500元/月, 2人.")
    return None


def _wrong_period(cell, _unit):
    if not _PERIOD.fullmatch(cell):
        return _("write months: 2026年7月, or 2026年7月至12月. A single day or a date of birth does not belong here.")
    return None


def _wrong_serial(cell, _unit):
    return None if re.fullmatch(r"\d{0,4}[.、]?", cell) else _("write the serial number alone.")


_CHECKS = {
    "serial": _wrong_serial,
    "name": _wrong_name,
    "category": _wrong_category,
    "quantity": _wrong_quantity,
    "period": _wrong_period,
}
