"""The official texts that a matter drafts by itself: the notices of its resolution and of its outcome.

They are Chinese by law, so nothing here is translated; the layout is that of templates/councils/documents/. A sentence
whose fact is not recorded is left out. The closing block (periods, telephones, seal, date) is added by the notice.
"""

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from councils.enums import LineKind, Method, MilestoneKind, Origin, Presence
from councils.voting import Evidence, square_metres
from disclosure.closing import chinese_date
from disclosure.money import account, capitals, yuan
from orgs.village import in_place

DIGITS = "〇一二三四五六七八九十"
METHODS = {Method.HANDS: "举手", Method.NAMED: "记名投票", Method.SECRET: "无记名投票"}
INITIATORS = {
    "representatives": "居民代表",
    "residents": "居民",
    "households": "户代表",
    "owners": "业主",
    "party_members": "党员",
    "group": "居民小组成员",
}
ORIGINS = {
    Origin.RESIDENTS: "由党员群众建议",
    Origin.CADRES: "由{place}干部提出",
    Origin.HIGHER: "由上级部署",
}
VERBS = {
    "sort": "会商分流",
    "suggest": "建议",
    "propose": "提议",
    "consult": "协商",
    "confer": "商议",
    "advise": "提出意见",
    "review": "审议",
}
MILESTONES = {
    MilestoneKind.STARTED: "开工",
    MilestoneKind.COMPLETED: "完工",
    MilestoneKind.ACCEPTED: "验收合格",
    MilestoneKind.TRIAL: "试运行",
}


@dataclass(frozen=True)
class Paragraph:
    """A numbered paragraph: 一、…"""

    number: str
    text: str


def chinese_number(number):
    """一, 十, 十二, 二十, 三十五 … up to 99; larger ones in figures."""
    if number <= 10:
        return DIGITS[number]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def _numbered(texts):
    return [Paragraph(chinese_number(place), text) for place, text in enumerate(texts, start=1)]


def _place(unit):
    """社区 or 村: what a unit calls itself in short."""
    return in_place("社区", unit)


def short_name_of(body, unit):
    """How a body is called inside its own unit: 社区党委, 社区“两委”会议, 党员大会, 居务监督委员会."""
    place = _place(unit)
    rest = body.name.removeprefix(unit.name)
    if body.kind == "two_committees":
        return f"{place}“两委”会议"
    if body.kind == "party_committee":
        return place + (rest if rest in ("党委", "党总支", "党支部") else "党组织")
    return rest or body.name


def _initiators(matter):
    if not matter.initiator_kind:
        return ""
    return f"{matter.initiator_count}名{in_place(INITIATORS[matter.initiator_kind], matter.unit)}"


def origin_clause(matter):
    """该事项由12名居民代表联名提出."""
    if matter.initiator_kind:
        how = "依法联名提请" if matter.is_statutory else "联名提出"
        return f"该事项由{_initiators(matter)}{how}"
    return "该事项" + ORIGINS[Origin(matter.origin)].format(place=_place(matter.unit))


def months(first, last):
    """2026年4月至6月; plans are printed by the month."""
    if first is None or last is None:
        day = first or last
        return f"{day.year}年{day.month}月" if day else ""
    begin = f"{first.year}年{first.month}月"
    if (first.year, first.month) == (last.year, last.month):
        return begin
    return f"{begin}至" + (f"{last.year}年" if last.year != first.year else "") + f"{last.month}月"


def attendance_of(vote):
    """应到63人、实到51人, or the owners and their area."""
    if vote.area_entitled is None:
        return f"应到{vote.entitled}人、实到{vote.present}人"
    return (
        f"业主{vote.entitled}人、专有部分面积{square_metres(vote.area_entitled)}平方米，"
        f"参与表决{vote.present}人、专有部分面积{square_metres(vote.area_participating)}平方米"
    )


def counts_of(vote):
    """同意45票、反对3票、弃权2票."""
    word = "人" if vote.method == Method.HANDS or vote.area_for is not None else "票"
    area = f"（专有部分面积{square_metres(vote.area_for)}平方米）" if vote.area_for is not None else ""
    return f"同意{vote.in_favour}{word}{area}、反对{vote.against}{word}、弃权{vote.abstain}{word}"


def _sentence(text):
    return text if text.endswith(("。", "？", "；")) else text + "。"


def _budget(lines):
    items = [line.planned for line in lines if line.kind == LineKind.ITEM]
    if not items or None in items or not (total := sum(items)):
        return ""
    text = f"预算{yuan(total)}元（大写：{capitals(total)}）"
    sources = [line for line in lines if line.kind == LineKind.SOURCE]
    if len(sources) == 1:
        return f"{text}，由{sources[0].label}列支。"
    return f"{text}，其中" + "，".join(f"{line.label}{yuan(line.planned)}元" for line in sources) + "。"


def _execution(matter):
    parts = []
    if matter.responsible:
        parts.append(f"责任人：{matter.responsible.name}。")
    if planned := months(matter.starts_on, matter.ends_on):
        parts.append(f"实施时间：{planned}。")
    if matter.supervisor:
        parts.append(f"监督：{matter.supervisor.name}。")
    return "".join(parts)


def minutes_draft(meeting, items, roll=()):
    """What the record already says, as the beginning of the minutes of `meeting`: to be completed by its recorder.

    `items` with matters and votes; `roll`: the entries of a named roll.
    """
    at = f"{meeting.held_at.hour}:{meeting.held_at.minute:02}" if meeting.held_at else ""
    questions = [(chinese_number(place), item) for place, item in enumerate(items, start=1)]
    text = render_to_string(
        "councils/documents/minutes_draft.txt",
        {
            "meeting": meeting,
            "when": chinese_date(meeting.held_on) + at,
            "leave": [entry for entry in roll if entry.presence == Presence.LEAVE],
            "recused": [entry for entry in roll if entry.recused],
            "questions": [(number, item, _result(item)) for number, item in questions],
            "quorum": "规定人数" if meeting.is_party else "法定人数" if is_law(meeting) else "规定人数",
            "area": attendance_of(items[0].vote) if meeting.area_entitled and items and items[0].vote else "",
        },
    )
    return text.strip()


def is_law(meeting):
    """Whether a law sets the quorum of `meeting`: only then it is called 法定人数."""
    return meeting.rule.evidence == Evidence.LAW


def _result(item):
    """以举手方式表决，同意8人、反对0人、弃权1人，表决通过。 Empty without a vote."""
    vote = item.vote
    if vote is None:
        return ""
    counts = counts_of(vote)
    if item.meeting.rule.is_party:
        counts = counts.replace("同意", "赞成").replace("反对", "不赞成")
    verdict = "表决通过" if vote.is_carried else "表决未通过"
    ballots = ""
    if vote.method == Method.SECRET:
        ballots = f"发出表决票{vote.issued}张，收回{vote.returned}张，有效{vote.valid}张，无效{vote.invalid}张，"
    return f"以{METHODS[Method(vote.method)]}方式表决，{ballots}{counts}，{verdict}。"


def resolved_paragraphs(matter, past=None):
    """What was decided, what it costs, who carries it out: numbered, without what is not recorded.

    Of an earlier round (`past`) who was to carry it out is not kept.
    """
    if past is None:
        paragraphs = [_sentence(matter.motion), _budget(matter.lines.all()), _execution(matter)]
    else:
        paragraphs = [_sentence(past.motion), _budget(past.lines)]
    return _numbered([text for text in paragraphs if text])


def path_of(items, unit):
    """社区党委提议、社区“两委”会议商议、党员大会审议: the steps of `items` that led to the decision."""
    before = ((item.meeting.body, item.step_row.part) for item in items)
    return "、".join(short_name_of(body, unit) + VERBS[part] for body, part in before if part in VERBS)


def resolution_title(matter):
    return f"关于{matter.short_title}事项决议的公告"


def resolution_notice(matter, items, vote, meeting):
    """(title, text) of the notice of the resolution.

    `items` are the agenda items that are done, in order, with their meetings and bodies; `vote` and `meeting` those of
    the deciding step. The counts of Party meetings are never in it.
    """
    text = render_to_string(
        "councils/documents/resolution_notice.txt",
        {
            "origin": origin_clause(matter),
            "path": path_of(items, matter.unit),
            "adopted_on": chinese_date(meeting.held_on),
            "body": meeting.body.name,
            "attendance": attendance_of(vote),
            "method": METHODS[Method(vote.method)],
            "counts": counts_of(vote),
            "dissent": _sentence(vote.dissent) if vote.dissent else "",
            "paragraphs": resolved_paragraphs(matter),
        },
    )
    return resolution_title(matter), text.strip()


@dataclass(frozen=True)
class Opinions:
    """What came in during the objection window, and how much of it was answered."""

    received: int
    replied: int


def outcome_title(matter):
    return f"关于{matter.short_title}事项实施结果的公告"


def outcome_notice(matter, meeting, *, opinions, supervision="", leftover=""):
    """(title, text) of the notice of the outcome. `meeting` decided; `leftover` says what is still to be done."""
    paragraphs = (
        *outcome_parts(matter, meeting.held_on.year, opinions=opinions, leftover=leftover),
        (_supervisor(matter) + "意见", _sentence(supervision.strip()) if supervision.strip() else ""),
    )
    text = render_to_string(
        "councils/documents/outcome_notice.txt",
        {
            "adopted_on": chinese_date(meeting.held_on),
            "body": meeting.body.name,
            "subject": matter.short_title,
            "paragraphs": _numbered([f"{head}：{text}" for head, text in paragraphs if text]),
            "rows": _table(matter),
        },
    )
    return outcome_title(matter), text.strip()


def outcome_parts(matter, year, *, opinions, leftover=""):
    """What came of the resolution as (heading, text); a text is empty where nothing is recorded. Dates in `year` are
    written without it."""
    return (
        ("完成情况", _completion(matter, year, leftover)),
        ("经费使用", _spending(matter)),
        ("施工单位", _selection(matter)),
        ("意见办理", _opinions(opinions)),
        (in_place("居民评议", matter.unit), _evaluation(matter, year)),
    )


def _day(day: date, year):
    """6月4日, with the year when it is another than that of the resolution."""
    return chinese_date(day, year=day.year != year)


def milestone_phrase(milestone, year):
    """4月20日开工."""
    what = MILESTONES.get(MilestoneKind(milestone.kind))
    if milestone.kind == MilestoneKind.NOT_ACCEPTED:
        what = f"验收未通过（{milestone.text}）"
    return _day(milestone.on, year) + (what or milestone.text)


def _completion(matter, year, leftover):
    phrases = [milestone_phrase(milestone, year) for milestone in matter.milestones.all()]
    end = f"尚未完成：{leftover.strip()}" if leftover.strip() else "决议内容全部完成"
    return _sentence("，".join([*phrases, end]))


def _spending(matter):
    planned, actual = matter.planned_total, matter.actual_total
    if not planned or actual is None:
        return ""
    text = f"预算{yuan(planned)}元，实际支出{yuan(actual)}元（大写：{capitals(actual)}）"
    if actual > planned:
        text += f"，超出{yuan(actual - planned)}元"
    elif actual < planned:
        text += f"，结余{yuan(planned - actual)}元"
        saved = [line for line in matter.lines.all() if line.kind == LineKind.SOURCE and line.actual < line.planned]
        if len(saved) == 1:
            text += f"，留存{saved[0].label}"
        else:
            parts = "、".join(f"{line.label}{yuan(line.planned - line.actual)}元" for line in saved)
            text += f"，分别留存{parts}"
    return text + "。明细见附表。"


def _selection(matter):
    selection = getattr(matter, "selection", None)
    if selection is None:
        return ""
    offers = "两" if selection.offers == 2 else chinese_number(selection.offers)
    text = f"经{offers}家单位{selection.method}确定"
    return text + (f"，{_supervisor(matter)}全程参加。" if selection.supervised else "。")


def _opinions(opinions):
    if not opinions.received:
        return "意见反映期内未收到意见。"
    return f"意见反映期内收到意见{opinions.received}件，已答复{opinions.replied}件。"


def _evaluation(matter, year):
    evaluation = getattr(matter, "evaluation", None)
    if evaluation is None:
        return ""
    text = (
        f"{_day(evaluation.on, year)}发放评议表{evaluation.issued}份，收回{evaluation.returned}份，"
        f"满意{evaluation.satisfied}份，基本满意{evaluation.fairly}份，不满意{evaluation.unsatisfied}份"
    )
    return text + (f"（{evaluation.note}）。" if evaluation.note else "。")


def _supervisor(matter):
    if matter.supervisor:
        return short_name_of(matter.supervisor, matter.unit)
    return in_place("居务监督委员会", matter.unit)


def _table(matter):
    """The costs by item and by source as rows of cells parted by tabs, each side with its sum."""
    if matter.actual_total is None:
        return []
    rows = []
    for kind, head in ((LineKind.ITEM, "项目"), (LineKind.SOURCE, "资金来源")):
        lines = [line for line in matter.lines.all() if line.kind == kind]
        rows.append(f"{head}\t预算\t实际")
        rows += [f"{line.label}\t{account(line.planned)}\t{account(line.actual)}" for line in lines]
        planned, actual = sum(line.planned for line in lines), sum(line.actual for line in lines)
        rows.append(f"合计\t{account(planned)}\t{account(actual)}")
        rows.append("")
    return rows[:-1]
