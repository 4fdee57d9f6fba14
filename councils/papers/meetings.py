"""The papers of a meeting: before it the notice, sign-in sheet, ballots, count sheet and a form for the minutes; after
it the same, filled in from the record."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from councils.enums import Method, Presence, TellerRole
from councils.models import AgendaItem, Meeting, Scan
from councils.papers.model import (
    OFFICIAL,
    SLIPS,
    Blank,
    Cell,
    Paper,
    Row,
    Seal,
    Sheet,
    Slips,
    Table,
    Text,
    heading,
    pairs,
    signatures,
    wide,
)
from councils.papers.words import (
    ADDRESSEES,
    CONVENORS,
    STAMPS,
    attendance,
    ballots_of,
    ballots_sentence,
    choices,
    method_of,
    minutes_title,
    moment,
    moment_with_weekday,
    named,
    says_why_invalid,
    title_of,
    verdict,
    void_clause,
    vote_sentence,
)
from councils.voting import Ballot, square_metres
from disclosure.closing import chinese_date

MOST_BALLOTS = 400  # in one go; the next ones are printed with the next serial number
MOST_LINES = 400  # empty lines of a sign-in sheet of a counted roll
GUESTS = 6
TELLERS = {
    TellerRole.SUPERVISOR: "监票人",
    TellerRole.COUNTER: "计票人",
    TellerRole.ANNOUNCER: "唱票人",
}
COME_AND_SIGN = "请按时参加会议，并在签到表上签名；因故不能到会的，请于会前向召集单位请假。"
HAND_IN = "请在上述期间内填写表决票，签名后交回召集单位。"
ABSENCES = {Presence.LEAVE: "请假", Presence.ABSENT: "缺席"}


@dataclass(frozen=True)
class Session:
    """A meeting with all that its papers say: agenda with votes, names on the roll, written proxies, who called it.

    Ballots are printed from the serial number `first` on.
    """

    meeting: Meeting
    items: tuple
    roll: tuple
    convenor: str
    proxies: tuple = ()
    first: int = 1

    @property
    def motions(self):
        return [item.motion for item in self.items]


def session_of(meeting, items=None, first=1):
    """`meeting` as its papers need it; five queries, three when its agenda is known."""
    if items is None:
        items = meeting.items.select_related("matter__unit").prefetch_related("votes").order_by("position", "id")
    roll = tuple(meeting.roll.all()) if meeting.is_named else ()
    return Session(meeting, tuple(items), roll, convenor_of(meeting), tuple(meeting.proxies.all()), first)


def convenor_of(meeting):
    """The name of the body that calls `meeting` and seals its papers; at most one query."""
    kind = CONVENORS.get(meeting.body.kind)
    if kind is None:
        return meeting.body.name
    bodies = [body for body in meeting.unit.bodies.all() if body.kind == kind]
    return min(bodies, key=lambda body: body.pk, default=meeting.body).name


# What the papers of meetings read, to be prefetched for several at once.
SESSION_PARTS = (
    Prefetch("items", AgendaItem.objects.order_by("position", "id").prefetch_related("votes")),
    "roll",
    "proxies",
    "chair",
    "recorder",
    "unit__bodies",
    Prefetch("scans", Scan.objects.select_related("attachment")),
)


def _numbered(texts):
    """One text as it is, several as 1. 2. 3."""
    return texts if len(texts) == 1 else [f"{place}. {text}" for place, text in enumerate(texts, start=1)]


def notice(session):
    """会议通知, as posted and handed out."""
    meeting = session.meeting
    title = title_of(meeting)
    texts = [
        f"经研究，定于{moment_with_weekday(meeting)}召开{title}。现将有关事项通知如下：",
        f"一、会议时间：{moment_with_weekday(meeting)}",
        f"二、会议地点：{meeting.place}",
        f"三、会议议题：{'；'.join(text.rstrip('。') for text in _numbered(session.motions))}。",
        f"四、参会人员：{_entitled(session)}",
        f"五、有关要求：{HAND_IN if meeting.voting_from else COME_AND_SIGN}",
    ]
    blocks = [Text(f"{ADDRESSEES.get(meeting.body.kind, '各位成员')}：", "plain"), *map(Text, texts)]
    if meeting.urgent_reason:
        blocks.append(Text(f"因情况紧急（{meeting.urgent_reason}），会议通知时间短于通常要求，请予理解。"))
    blocks.append(Seal(session.convenor, meeting.notice_on))
    sheet = Sheet(f"关于召开{title}的通知", tuple(blocks), layout=OFFICIAL)
    return Paper("会议通知", (sheet,), meeting.notice_on)


def _entitled(session):
    meeting = session.meeting
    who = ADDRESSEES.get(meeting.body.kind, f"{meeting.body.name}成员").removeprefix("各位")
    return f"{who}，应到{meeting.entitled}人。" if meeting.entitled else f"{who}。"


def why_no_sign_in(session):
    """Why there is no sign-in sheet for this meeting; None when there is one."""
    if session.meeting.by_ballots:
        return _("The owners hand in their ballots: nobody signs in.")
    return None


def sign_in(session):
    """签到表: every name with room for a signature; empty lines where the roll is a number, and for guests."""
    meeting = session.meeting
    rows = [heading("序号", "姓名", "身份", "签到时间", "签名")]
    if session.roll:
        rows += [_signer(place, entry) for place, entry in enumerate(session.roll, start=1)]
    else:
        lines = min(meeting.entitled or 24, MOST_LINES)
        rows += [_line(place) for place in range(1, lines + 1)]
    widths = (8, 18, 32, 16, 26)
    guests = list(meeting.observers) + [{"name": "", "capacity": ""}] * max(0, GUESTS - len(meeting.observers))
    guest_rows = [heading("序号", "姓名", "单位或身份", "签到时间", "签名")]
    guest_rows += [_line(place, row["name"], row.get("capacity", "")) for place, row in enumerate(guests, start=1)]
    blocks = (
        *_when_and_where(meeting),
        Text(f"议题：{'；'.join(_numbered(session.motions))}", "plain"),
        Text(attendance(meeting), "plain"),
        *([Text(_proxies(session), "plain")] if session.proxies else []),
        Table(widths, tuple(rows), head=1),
        Text("列席人员", "head"),
        Table(widths, tuple(guest_rows), head=1),
        Text("主持人（签字）：　　　　　　　　　　记录人（签字）：", "plain"),
    )
    return Paper("会议签到表", (Sheet(f"{title_of(meeting)}签到表", blocks),), meeting.held_on)


def _proxies(session):
    """书面委托：甲（受托人乙）; nothing without any."""
    named = "、".join(f"{proxy.giver}（受托人{proxy.holder}）" for proxy in session.proxies)
    return f"书面委托：{named}。" if named else ""


def _line(place, name="", capacity=""):
    return Row((Cell(str(place), centre=True), Cell(name), Cell(capacity), Cell(), Cell()), height=9)


def _signer(place, entry):
    capacity = entry.capacity + ("" if entry.votes else "（无表决权）")
    note = ABSENCES.get(entry.presence, "")
    if note and entry.leave_reason:
        note += f"（{entry.leave_reason}）"
    cells = (str(place), entry.name, capacity, "", note)
    return Row(tuple(Cell(text, centre=not column) for column, text in enumerate(cells)), height=9)


def _when_and_where(meeting):
    return (Text(f"时间：{moment(meeting)}　　地点：{meeting.place}", "plain"),)


def why_no_ballots(session):
    """Why there are no ballots to print for this meeting; None when there are."""
    if session.meeting.rule.by_area:
        return _("The ballots of owners are printed from the roll of owners.")
    if session.meeting.rule.ballot == Ballot.OPEN:
        return _("This meeting votes by show of hands: it needs no ballots.")
    return None


def voters(session):
    """How many ballots are needed for one question."""
    if session.roll:
        return sum(entry.votes for entry in session.roll)
    return session.meeting.entitled or 4


def ballots(session):
    """表决票, four to a sheet, with serial numbers; at most `MOST_BALLOTS` for each question in one go."""
    meeting, first = session.meeting, session.first
    last = min(voters(session), first + MOST_BALLOTS - 1)
    sheets = []
    for item in session.items:
        slips = tuple(_ballot(meeting, item, number) for number in range(first, last + 1))
        sheets.append(Sheet("", (Slips(slips),), layout=SLIPS))
    return Paper("表决票", tuple(sheets), meeting.held_on)


def _ballot(meeting, item, number):
    approve, oppose = choices(meeting)
    is_named = meeting.rule.ballot == Ballot.NAMED
    stamp = STAMPS.get(meeting.body.kind, "召集单位")
    rules = (
        "1.每项只选一种意见，在方框内划“√”，多选或无法辨认的为无效票，不选的视为弃权。",
        "2.本票记名，请在下方签名。" if is_named else "2.本票无记名，编号仅用于核对发票张数。",
        f"3.未加盖{stamp}印章的无效。",
    )
    texts = [
        Text(f"{title_of(meeting)}表决票", "title"),
        Text(f"{chinese_date(meeting.held_on)}　　编号：{number:04}", "centre"),
        Text(f"表决事项：{item.motion}", "plain"),
        Text(f"□{approve}　　□{oppose}　　□弃权", "choice"),
        Text("说明：" + "".join(rules), "note"),
    ]
    if is_named:
        texts.append(Text("签名：", "plain"))
    return tuple(texts)


def count_sheet(session):
    """计票单 of each question: numbers once they are recorded, room for them before."""
    sheets = tuple(_count(session, item) for item in session.items)
    return Paper("计票单", sheets, session.meeting.held_on)


def _count(session, item):
    meeting, vote = session.meeting, item.vote
    approve, oppose = choices(meeting)

    def number(name):
        return _number(getattr(vote, name)) if vote else ""

    papers = ballots_of(meeting, vote) if vote else None
    issued, returned, valid, invalid = map(str, papers) if papers else ("",) * 4
    cast = str(vote.in_favour + vote.against + vote.abstain) if vote else ""
    entitled, present = ("业主人数", "参与表决人数") if meeting.rule.by_area else ("应到人数", "实到人数")
    rows = [
        pairs(entitled, _number(meeting.entitled), present, _number(meeting.present), height=12),
        pairs("发出票数", issued, "收回票数", returned, height=12),
        pairs("有效票", valid, "无效票", invalid, height=12),
        pairs(approve, number("in_favour"), oppose, number("against"), height=12),
        pairs("弃权", number("abstain"), "合计", cast, height=12),
    ]
    if meeting.rule.by_area:
        areas = [square_metres(area) for area in (vote.area_for, vote.area_participating)] if vote else ["", ""]
        labels = ("同意的专有部分面积（平方米）", "参与表决的专有部分面积（平方米）")
        rows.append(pairs(labels[0], areas[0], labels[1], areas[1], height=16))
    rows.append(wide("表决结果", _counted(meeting, vote) if vote else "", columns=4, height=16))
    blocks = (
        *_when_and_where(meeting),
        Text(f"表决事项：{item.motion}", "plain"),
        Table((24, 26, 24, 26), tuple(rows)),
        _teller_boxes(vote),
    )
    return Sheet(f"{title_of(meeting)}计票单", blocks)


def _counted(meeting, vote):
    return f"{method_of(vote)}，{_outcome(meeting, vote)}{_remark(vote)}"


def _remark(vote):
    return f"计票说明：{vote.note.rstrip('。')}。" if vote.note else ""


def _outcome(meeting, vote):
    """同意45票，反对3票，弃权2票，表决通过。 With the marks that do not count, unless a count of ballots says them."""
    void = "" if vote.method == Method.SECRET else void_clause(vote)
    return f"{vote_sentence(vote, meeting.rule.is_party)}{void}，{verdict(vote)}。"


def _number(value):
    return "" if value is None else str(value)


def _teller_boxes(vote):
    """A box for each signature at the count, with the names that are recorded."""
    names = {role: [] for role in TELLERS}
    for teller in vote.tellers if vote else ():
        names[TellerRole(teller["role"])].append(teller["name"])
    labels = [f"{word}\n{'、'.join(names[role])}".strip() for role, word in TELLERS.items()]
    return signatures(*[f"{label}\n（签字）" for label in labels])


def minutes(session):
    """会议记录, as recorded; lines to write on for what is not recorded yet."""
    meeting = session.meeting
    columns = 4
    rows = [
        wide("会议名称", title_of(meeting), columns=columns, height=9),
        wide("时间", moment(meeting), columns=columns, height=9),
        wide("地点", meeting.place, columns=columns, height=9),
        pairs("主持人", _name(meeting.chair), "记录人", _name(meeting.recorder), height=9),
        wide("出席情况", attendance(meeting) + "。" + _away(session), columns=columns, height=9),
        wide("列席人员", named(meeting.observers), columns=columns, height=9),
        wide("议题", "\n".join(_numbered(session.motions)), columns=columns, height=9),
    ]
    blocks = [Table((16, 34, 16, 34), tuple(rows)), Text("会议内容", "head")]
    written = [line for line in meeting.minutes.split("\n") if line.strip()]
    if written:
        blocks += [Text(line.strip()) for line in written]
    else:
        blocks.append(Blank(7))
    blocks.append(Text("监督意见", "head"))
    blocks.append(Text(meeting.supervision_opinion) if meeting.supervision_opinion else Blank(2))
    blocks.append(Text("表决结果", "head"))
    for item in session.items:
        blocks += _result(session, item)
    blocks.append(signatures("主持人\n（签字）", "记录人\n（签字）", height=16))
    return Paper("会议记录", (Sheet(minutes_title(meeting), tuple(blocks)),), meeting.held_on)


def _name(person):
    return person.name if person else ""


def _away(session):
    """Who is on leave and why, who is recused and who votes for whom; by name where the roll has names."""
    away = [entry for entry in session.roll if entry.presence == Presence.LEAVE]
    names = "、".join(f"{entry.name}（{entry.leave_reason}）" if entry.leave_reason else entry.name for entry in away)
    note = session.meeting.leave_note
    texts = [f"请假：{names}。" if names else "", f"请假原因：{note}。" if note else ""]
    recused = "、".join(f"{entry.name}（{entry.recusal_reason}）" for entry in session.roll if entry.recused)
    texts += [f"回避：{recused}。" if recused else "", _proxies(session)]
    if session.meeting.is_void:
        texts.append("到会人数未达规定，会议不能举行，未进行表决。")
    return "".join(texts)


def _result(session, item):
    """What the vote about one item came to, in sentences; lines to write on where there is none yet."""
    meeting, vote = session.meeting, item.vote
    if meeting.is_void:
        return [Text(f"{item.motion}未进行表决。" if item.motion.endswith("。") else f"{item.motion}。未进行表决。")]
    approve, oppose = choices(meeting)
    if vote is None:
        return [
            Text(f"表决事项：{item.motion}"),
            Text(f"表决方式：　　　　　　{approve}　　　　{oppose}　　　　弃权　　　　表决结果："),
        ]
    tellers = "，".join(
        f"{word}{'、'.join(row['name'] for row in vote.tellers if row['role'] == role)}"
        for role, word in TELLERS.items()
        if any(row["role"] == role for row in vote.tellers)
    )
    lines = [f"表决方式：{method_of(vote)}。" + (f"{tellers}。" if tellers else "")]
    lines.append(ballots_sentence(meeting, vote))
    lines.append(_outcome(meeting, vote))
    lines.append("" if says_why_invalid(vote) else _remark(vote))
    # On a roll of names 出席情况 has them.
    if vote.recused and not session.roll:
        lines.append(f"回避{vote.recused}人：{vote.recusal_note.rstrip('。')}。")
    if vote.dissent:
        lines.append(f"不同意见{f'（{vote.dissenters}）' if vote.dissenters else ''}：{vote.dissent}")
    if len(session.items) > 1:
        lines.insert(0, f"表决事项：{item.motion}")
    return [Text(line) for line in lines if line]


def packet(session):
    """Everything to print for a meeting, in the order of its use; what is recorded is filled in.

    Owners' ballots are printed from their roll, and who votes by ballot does not sign in.
    """
    papers = [notice(session)]
    if why_no_sign_in(session) is None:
        papers.append(sign_in(session))
    if why_no_ballots(session) is None:
        papers.append(ballots(session))
    papers += [count_sheet(session), minutes(session)]
    sheets = tuple(sheet for paper in papers for sheet in paper.sheets)
    return Paper("会议材料", sheets, session.meeting.held_on)


def group_text(session, address):
    """The call of the meeting as a message for a group: plain lines and the address of the matter."""
    meeting = session.meeting
    who = ADDRESSEES.get(meeting.body.kind, "各位成员")
    lines = [
        f"【会议通知】{title_of(meeting)}",
        f"{who}：",
        f"时间：{moment_with_weekday(meeting)}",
        f"地点：{meeting.place}",
        f"议题：{'；'.join(text.rstrip('。') for text in _numbered(session.motions))}。",
        HAND_IN if meeting.voting_from else "请按时参加；因故不能到会的，请提前请假。",
        session.convenor,
        chinese_date(meeting.notice_on),
        f"事项详情：{address}",
    ]
    return "\n".join(lines)
