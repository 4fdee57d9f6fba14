"""Matters of a past year from a sheet: which columns it has, and what a line of it means."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.enums import LineKind, Method, Origin
from councils.forms.money import Yuan
from councils.forms.votes import VOTES
from councils.procedures import CATEGORIES
from orgs.imports.cells import BadCell, day, needed, one_of, shortened, text
from orgs.imports.plan import Asked

MEETINGS = 4  # deliberations of one matter in one line
MOST_ROWS = 40  # each is registered and judged as if entered by hand, which takes a quarter of a second
METHODS = {
    Method.HANDS: ("举手", "举手表决"),
    Method.NAMED: ("记名", "记名投票"),
    Method.SECRET: ("无记名", "无记名投票", "票决", "投票"),
}
ORIGINS = {
    Origin.RESIDENTS: ("党员群众建议", "居民建议", "群众建议"),
    Origin.CADRES: ("社区干部提出", "干部提出"),
    Origin.HIGHER: ("上级部署",),
}
MATTER = (
    Asked("title", ("事项名称",), help=gettext_lazy("As in the register."), example="关于更换楼道灯的事项"),
    Asked("short_title", ("简称",), help=gettext_lazy("Named in the titles of the notices."), example="更换楼道灯"),
    Asked("category", ("类别",), help=gettext_lazy("The code or the name of the category."), example="M04"),
    Asked(
        "origin",
        ("事由来源", "动议事由"),
        help=gettext_lazy("One of: 党员群众建议、社区干部提出、上级部署."),
        example="党员群众建议",
    ),
    Asked(
        "registered_on",
        ("登记日期",),
        help=gettext_lazy("The number belongs to the year of this day."),
        example="2025-03-02",
    ),
    Asked("plan", ("方案", "方案内容"), help=gettext_lazy("The proposal in short."), example="更换楼道灯80盏。"),
    Asked("motion", ("表决事项",), help=gettext_lazy("The sentence that was decided."), example="同意更换楼道灯80盏。"),
    Asked("amount", ("预算金额",), False, gettext_lazy("In yuan; empty without a budget."), "12000"),
    Asked("source", ("资金来源",), False, gettext_lazy("Needed with a budget."), "惠民资金"),
    Asked("starts_on", ("计划开始",), False, "", "2025-05-01"),
    Asked("ends_on", ("计划完成",), False, "", "2025-06-30"),
)
# (key of the form for one sitting, word of the heading, what people are told, example)
SITTING = (
    ("held_on", "日期", gettext_lazy("Empty when this meeting was not held."), "2025-03-06"),
    ("body", "组织", gettext_lazy("The body that met; the usual one when empty."), ""),
    (
        "notice_on",
        "通知日期",
        gettext_lazy("The day the members were told; needed where the law sets a time."),
        "2025-03-04",
    ),
    ("place", "地点", "", "社区会议室"),
    ("entitled", "应到", gettext_lazy("How many have a vote."), "7"),
    ("roll_source", "应到说明", gettext_lazy("Why it is not the number of the register of terms, when it is not."), ""),
    ("present", "实到", gettext_lazy("How many of them came."), "7"),
    ("on_leave", "请假", "", "0"),
    ("method", "表决方式", gettext_lazy("One of: 举手、记名、无记名; the usual way when empty."), "举手"),
    ("issued", "发出票", gettext_lazy("Only with a secret ballot."), ""),
    ("returned", "收回票", gettext_lazy("Only with a secret ballot."), ""),
    ("valid", "有效票", gettext_lazy("Only with a secret ballot."), ""),
    ("invalid", "无效票", gettext_lazy("Only with a secret ballot."), ""),
    ("for", "同意", gettext_lazy("The result is computed; it is never entered."), "7"),
    ("against", "不同意", "", "0"),
    ("abstain", "弃权", "", "0"),
    ("teller_supervisor", "监票人", gettext_lazy("Only with a secret ballot."), ""),
    ("teller_counter", "计票人", gettext_lazy("Only with a secret ballot."), ""),
    ("minutes", "纪要", gettext_lazy("The essentials of the signed minutes."), "一致同意。"),
)
WORDS = {key: word for key, word, _help, _example in SITTING}


def _column(number, key, word, said, example):
    first = number == 1
    return Asked(
        f"{number}_{key}",
        (f"会议{number}{word}",),
        False,
        said if first else "",
        example if first else "",
    )


COLUMNS = (*MATTER, *(_column(number, *row) for number in range(1, MEETINGS + 1) for row in SITTING))
NAME = {column.key: column.names[0] for column in COLUMNS}


def matter_of(values):
    """What `register_matter` takes, from the cells of a line. Raises BadCell."""
    words = {key: needed(values[key], NAME[key]) for key in ("title", "short_title", "plan", "motion")}
    for key, most in (("title", 120), ("short_title", 40), ("motion", 300), ("plan", 5000)):
        if len(words[key]) > most:
            raise BadCell(_("“%(name)s” is longer than %(most)s characters.") % {"name": NAME[key], "most": most})
    categories = {code: (str(row.title),) for code, row in CATEGORIES.items()}
    category = one_of(values["category"], NAME["category"], categories)
    origin = one_of(values["origin"], NAME["origin"], ORIGINS)
    days = {key: day(values[key], NAME[key]) for key in ("registered_on", "starts_on", "ends_on")}
    for key, value in (("category", category), ("origin", origin), ("registered_on", days["registered_on"])):
        if value is None:
            raise BadCell(_("“%(name)s” is empty.") % {"name": NAME[key]})
    return {**words, **days, "category": category, "origin": origin, "lines": _budget(values, words["short_title"])}


def _budget(values, label):
    """One line of cost and one of money, or none."""
    source = text(values["source"], NAME["source"])
    if not values["amount"]:
        return ()
    try:
        fen = Yuan().clean(values["amount"])
    except forms.ValidationError as error:
        raise BadCell(f"{NAME['amount']}{_(': ')}{error.messages[0]}") from None
    source = needed(source, NAME["source"])
    return ((LineKind.ITEM, label, fen), (LineKind.SOURCE, source[:60], fen))


def sittings_of(values, sections):
    """Data for the `sections` of a matter's paper entry (see `sections_of`), the k-th meeting for the k-th step.

    Raises BadCell: a body that cannot hold the step, more meetings than the procedure has.
    """
    data, deciding = {}, sections[1::2]
    for number in range(1, MEETINGS + 1):
        cells = {key: values[f"{number}_{key}"] for key in WORDS}
        if not any(cells.values()):
            continue
        if number > len(deciding):
            raise BadCell(_("The procedure of this matter has %(most)s deliberations only.") % {"most": len(deciding)})
        data |= _data(number, cells, deciding[number - 1])
    return data


def _data(number, cells, section):
    """The cells of one meeting as the form of its section sends them."""

    def name(key):
        return NAME[f"{number}_{key}"]

    for key in ("held_on", "notice_on"):
        value = day(cells[key], name(key))
        cells[key] = value.isoformat() if isinstance(value, date) else ""
    cells["method"] = one_of(cells["method"], name("method"), METHODS) or ""
    cells["body"] = _body(cells["body"], section, name("body"))
    for key in ("place", "roll_source", "minutes", "teller_supervisor", "teller_counter"):
        cells[key] = text(cells[key], name(key))
    if cells["for"]:  # Nobody writes the noughts beside it.
        cells |= {key: cells[key] or "0" for key in VOTES}
    given = {key: value for key, value in cells.items() if value != ""}
    usual = {key: value for key, value in section.initial.items() if value is not None}
    return {f"{section.prefix}-{key}": value for key, value in (usual | given).items()}


def _body(word, section, name):
    """The id of the body that is meant, "" for the usual one."""
    word = text(word, name)
    for key, body in section.bodies.items():
        if word in (body.name, str(body.row.title)):
            return key
    if not word:
        return ""
    known = _("、").join(body.name for body in section.bodies.values())
    raise BadCell(
        _("“%(name)s” is “%(cell)s”, which is none of: %(known)s")
        % {"name": name, "cell": shortened(word), "known": known}
    )


def reason_of(sections):
    """What is wrong in the filled `sections`: the first error with the heading of its column; None when nothing is."""
    for number, section in enumerate(sections[1::2], 1):
        for key, errors in section.errors.items():
            word = NAME.get(f"{number}_{key}", f"会议{number}")
            return f"{word}{_(': ')}{errors[0]}"
    return None
