"""What a draft begins with: the skeleton of its item, or the last notice with its period moved on (pure).

Notices are Chinese documents, so these words are not translated (docs/adr/0004). What is to be filled in or checked
stands in marks, 【？…】; a draft is not handed in while one is left. In skeletons {unit}, {period} and {title} are put
in.
"""

import re
from datetime import date, timedelta

from django.utils import translation

from disclosure.enums import Board, Frequency
from disclosure.periods import Period, period_of

MARK = re.compile(r"【？[^】\n]*】")
_NUMERALS = "零一二三四"

# Lists of people who receive aid show these columns and no more (disclosure/relief.py).
_AID = "姓名\t类别\t金额或数量\t期间\n【？张**】\t【？类别】\t【？金额】\t【？月份】"

# The items that are drafted most, in full; title first, then the text.
_OWN = {
    "P01": (
        "{unit}党组织设置和委员分工",
        "经选举产生并报上级党组织批准，{unit}党组织设置和委员分工如下：\n职务\t姓名\t分工\n书记\t【？姓名】\t主持全面工作\n"
        "副书记\t【？姓名】\t【？分工】\n委员\t【？姓名】\t【？分工】",
    ),
    "P06": (
        "{unit}{period}组织生活开展情况",
        "{period}组织生活开展情况如下：\n项目\t次数\t主要内容\n党员大会\t【？次数】\t【？内容】\n支委会\t【？次数】\t【？内容】\n"
        "党课\t【？次数】\t【？内容】\n主题党日\t【？次数】\t【？内容】",
    ),
    "P18": (
        "{unit}“大党委”成员和{period}例会议定事项",
        "一、社区“大党委”由【？人数】人组成，其中驻区单位委员【？人数】人。\n二、{period}例会于【？日期】召开，议定事项如下：\n1.【？事项】\n2.【？事项】",
    ),
    "R01": (
        "{unit}居民代表会议决定及落实情况",
        "【？日期】居民代表会议应到【？人数】人、实到【？人数】人，同意【？票数】票、反对【？票数】票、弃权【？票数】票，表决通过。"
        "现将决定及落实情况公布如下：\n一、决定事项：【？事项】\n二、资金及来源：【？金额】元，【？来源】\n三、责任人和时间：【？姓名、时间】\n"
        "四、落实情况：【？进度】",
    ),
    "R02": (
        "{unit}{period}政府拨付和社会捐赠款物管理使用情况",
        "{period}政府拨付和社会捐赠款物管理使用情况如下（单位：元）：\n项目\t来源\t收到\t使用\t结余\t用途\n【？项目】\t【？来源】\t【？金额】\t【？金额】\t【？金额】\t【？用途】",
    ),
    "R06": (
        "{unit}{period}协助政府工作情况",
        "{period}协助政府开展工作情况如下：\n工作事项\t交办部门\t完成情况\t经费\n【？事项】\t【？部门】\t【？情况】\t【？金额】",
    ),
    "R08": (
        "{unit}居民委员会成员分工和值班安排",
        "居民委员会成员分工如下：\n职务\t姓名\t分工\n主任\t【？姓名】\t主持全面工作\n副主任\t【？姓名】\t【？分工】\n委员\t【？姓名】\t【？分工】\n"
        "工作日【？时间】有人接待，双休日和节假日安排一人值班。",
    ),
    "R19": (
        "{unit}最低生活保障确认情况",
        "根据《中华人民共和国社会救助法》第四十五条的规定，经【？街道办事处、日期】确认，以下家庭享受最低生活保障，现予公布：\n"
        + _AID,
    ),
    "R20": (
        "{unit}特困人员和临时救助确认情况",
        "根据《中华人民共和国社会救助法》第四十五条的规定，经【？街道办事处、日期】确认，以下人员获得救助，现予公布：\n"
        + _AID,
    ),
    "R21": ("{unit}{period}高龄、残疾、优抚补贴发放情况", "{period}补贴发放情况如下：\n" + _AID),
    "R22": ("{unit}公租房、住房救助确认情况", "经【？机关、日期】确认，以下家庭享受住房保障，现予公布：\n" + _AID),
    "R24": ("{unit}救灾慰问物资发放情况", "救灾慰问物资发放情况如下：\n" + _AID),
    "R26": (
        "{unit}{period}环境卫生和消防安全检查情况",
        "{period}检查情况如下：\n项目\t检查数\t发现问题\t已整改\n楼道堆物\t【？数量】\t【？数量】\t【？数量】\n消防设施\t【？数量】\t【？数量】\t【？数量】\n"
        "未整改的问题：【？问题、责任人、时限】",
    ),
    "R28": (
        "{unit}{period}志愿服务情况",
        "{period}开展志愿服务【？场次】场，参加【？人次】人次，服务时长【？小时】小时。\n活动\t日期\t参加人次\t时长（小时）\n【？活动】\t【？日期】\t【？人次】\t【？小时】",
    ),
    "R30": (
        "{unit}{period}居民意见办理情况",
        "{period}收到居民意见【？件数】件，已办结【？件数】件，正在办理【？件数】件。\n意见类别\t收到\t已办结\t正在办理\n【？类别】\t【？件数】\t【？件数】\t【？件数】",
    ),
    "F02": (
        "{unit}{period}收入明细公开表",
        "单位：元\n日期\t摘要\t来源\t金额\t凭证号\n【？日期】\t【？摘要】\t【？来源】\t【？金额】\t【？凭证号】\n\t本期合计\t\t【？金额】\t\n"
        "审批：【？姓名】　审核：居务监督委员会　会计：【？姓名】　报账员：【？姓名】",
    ),
    "F03": (
        "{unit}{period}支出明细公开表",
        "单位：元\n日期\t摘要\t金额\t经手人\t审批人\t凭证号\n【？日期】\t【？摘要】\t【？金额】\t【？姓名】\t【？姓名】\t【？凭证号】\n\t本期合计\t【？金额】\t\t\t\n"
        "审批：【？姓名】　审核：居务监督委员会　会计：【？姓名】　报账员：【？姓名】",
    ),
    "F06": (
        "{unit}{period}服务群众专项经费收支公开表",
        "单位：元\n日期\t摘要\t收入\t支出\t余额\t凭证号\n【？日期】\t期初余额\t\t\t【？金额】\t\n【？日期】\t【？摘要】\t【？金额】\t【？金额】\t【？金额】\t【？凭证号】\n"
        "【？日期】\t本期合计/期末余额\t【？金额】\t【？金额】\t【？金额】\t\n"
        "审批：【？姓名】　审核：居务监督委员会　会计：【？姓名】　报账员：【？姓名】",
    ),
    "F11": (
        "{unit}工程预决算和招投标情况",
        "【？工程名称】有关情况公布如下（单位：元）：\n项目\t预算\t决算\t资金来源\n【？项目】\t【？金额】\t【？金额】\t【？来源】\n"
        "一、选定方式：【？方式】\n二、施工单位：【？单位】\n三、开工、完工和验收：【？日期】",
    ),
    "E07": (
        "{unit}{period}公共收益收支情况",
        "单位：元\n项目\t收入\t支出\t结余\t用途\n【？项目】\t【？金额】\t【？金额】\t【？金额】\t【？用途】\n期末余额：【？金额】元，存放于业主共有账户。",
    ),
    "E08": (
        "{unit}{period}住宅专项维修资金筹集使用情况",
        "单位：元\n项目\t表决情况\t使用金额\t分摊户数\t账户余额\n【？项目】\t【？情况】\t【？金额】\t【？户数】\t【？金额】",
    ),
}
_MONEY = (
    "单位：元\n项目\t期初\t收入\t支出\t期末\n【？项目】\t【？金额】\t【？金额】\t【？金额】\t【？金额】\n"
    "说明：【？说明】"
)
_FACTS = "一、事项和依据：【？事项、依据】\n二、进展和结果：【？情况】\n三、责任人和时间：【？姓名、时间】"
_REGULAR = "{period}{title}情况如下：\n项目\t内容\t进展或结果\n【？项目】\t【？内容】\t【？情况】"
_STANDING = "{title}公布如下：\n序号\t内容\t说明\n1\t【？内容】\t【？说明】"


def skeleton(item, unit, period):
    """(title, text) that a draft of the catalogue `item` at `unit` begins with; `period` may be None."""
    with translation.override("zh-hans"):
        title = str(item.title)
    words = {"unit": unit.name, "period": chinese(period) if period else "", "title": title}
    if item.key in _OWN:
        heading, text = _OWN[item.key]
    else:
        regular = "{unit}{period}{title}"
        heading = regular if period or item.frequency != Frequency.EVENT else "关于【？事项】的公告"
        text = _MONEY if item.board == Board.FINANCIAL else _FACTS if item.frequency == Frequency.EVENT else _REGULAR
        text = _STANDING if item.frequency == Frequency.STANDING else text
    return heading.format(**words), text.format(**words)


def chinese(period):
    """2026年第三季度, 2026年上半年, 2026年9月, 2026年."""
    year, month = period.first.year, period.first.month
    return f"{year}年" + {
        Frequency.MONTH: f"{month}月",
        Frequency.QUARTER: f"第{_NUMERALS[(month - 1) // 3 + 1]}季度",
        Frequency.HALF_YEAR: "上半年" if month == 1 else "下半年",
        Frequency.YEAR: "",
    }.get(period.frequency, "")


def following(period):
    """The period after `period`."""
    return period_of(period.frequency, period.last + timedelta(1))


_QUARTER = re.compile(r"(20\d\d)年第?([一二三四])季度")
_HALF = re.compile(r"(20\d\d)年([上下])半年")
_MONTH = re.compile(r"(20\d\d)年(\d{1,2})月(?!\d)")
_YEAR = re.compile(r"(20\d\d)年")


def period_named(title):
    """The `Period` that a title names, or None: of older notices nobody said it otherwise."""
    if match := _QUARTER.search(title):
        first = date(int(match[1]), _NUMERALS.index(match[2]) * 3 - 2, 1)
        return period_of(Frequency.QUARTER, first)
    if match := _HALF.search(title):
        return period_of(Frequency.HALF_YEAR, date(int(match[1]), 1 if match[2] == "上" else 7, 1))
    if (match := _MONTH.search(title)) and 1 <= int(match[2]) <= 12:
        return period_of(Frequency.MONTH, date(int(match[1]), int(match[2]), 1))
    if match := _YEAR.search(title):
        return period_of(Frequency.YEAR, date(int(match[1]), 1, 1))
    return None


def _short(period):
    """The period without its year, as texts go on with: 第三季度, 下半年, 9月; empty for a year."""
    return chinese(period).partition("年")[2]


def moved_on(text, old: Period, new: Period):
    """`text` with the words of the period `old` turned into those of `new`."""
    pairs = [(chinese(old), chinese(new))]
    if _short(old):
        pairs.append((_short(old), _short(new) or chinese(new)))
    if old.frequency == Frequency.QUARTER:
        pairs.insert(1, (chinese(old).replace("第", ""), chinese(new).replace("第", "")))
    patterns = "|".join(re.escape(word) + (r"(?!\d|末|初)" if word.endswith("月") else "") for word, _new in pairs)
    # 12月 holds 2月, and 2月5日 is a day and no month.
    words = dict(pairs)
    return re.sub(rf"(?<!\d)(?:{patterns})(?!\d*日)", lambda match: words[match[0]], text)


_TIME = re.compile(r"(?:20\d\d年)?(?:第?[一二三四]季度|[上下]半年|\d{1,2}月(?:\d{1,2}日)?)|20\d\d年")


def marked_title(title, period):
    """`title` with the times that it names in marks, but for those that say `period` (None: all of them)."""
    right = {word.replace("第", "") for word in (chinese(period), _short(period))} if period else ()
    return _TIME.sub(lambda time: time[0] if time[0].replace("第", "") in right else f"【？{time[0]}】", title)


_FIGURE = re.compile(r"(?<![\d〔【？年.,-])\d[\d,]*(?:\.\d+)?(?=元|人|户|件|次|场|处|个|具|份|小时|%|万元)")


def marked(text):
    """`text` with its figures in marks: of tables each cell with a figure, elsewhere what counts something."""
    lines, in_table = [], False
    for line in text.split("\n"):
        if "\t" not in line:
            in_table = False
            lines.append(_FIGURE.sub(lambda match: f"【？{match[0]}】", line))
        elif in_table:
            cells = line.split("\t")
            lines.append("\t".join(f"【？{cell}】" if re.search(r"\d", cell) else cell for cell in cells))
        else:
            in_table = True
            lines.append(line)
    return "\n".join(lines)
