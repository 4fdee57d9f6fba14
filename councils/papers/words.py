"""The words that papers share: times, bodies, who calls a meeting, how a vote is written down (pure)."""

from councils.documents import METHODS
from councils.enums import Method
from councils.voting import square_metres
from disclosure.closing import chinese_date

WEEKDAYS = "一二三四五六日"
# Which body calls a meeting and seals its papers, where that is not the body itself.
CONVENORS = {
    "residents_reps": "residents_committee",
    "residents_meeting": "residents_committee",
    "villagers_reps": "villagers_committee",
    "villagers_meeting": "villagers_committee",
    "owners_assembly": "owners_committee",
    "party_assembly": "party_committee",
    "two_committees": "party_committee",
    "branch_assembly": "branch_committee",
}
# Whose seal makes a ballot valid.
STAMPS = {
    "residents_reps": "社区居民委员会",
    "residents_meeting": "社区居民委员会",
    "villagers_reps": "村民委员会",
    "villagers_meeting": "村民委员会",
    "owners_assembly": "业主委员会",
}
# Whom the notice of a meeting addresses.
ADDRESSEES = {
    "residents_reps": "各位居民代表、社区居民委员会成员",
    "residents_meeting": "各位居民",
    "villagers_reps": "各位村民代表、村民委员会成员",
    "villagers_meeting": "各位村民",
    "owners_assembly": "各位业主",
    "party_assembly": "各位党员",
    "branch_assembly": "各位党员",
    "two_committees": "各位“两委”成员",
}


def chinese_time(time):
    """上午9:30, 下午3:00, 晚7:00; nothing for nothing."""
    if time is None:
        return ""
    part = next(
        word for hour, word in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚")) if time.hour < hour
    )
    return f"{part}{(time.hour - 1) % 12 + 1}:{time.minute:02}"


def _period(meeting):
    """2026年5月6日至2026年5月20日（书面表决）, where owners hand in written votes; else nothing."""
    if meeting.voting_from is None:
        return ""
    return f"{chinese_date(meeting.voting_from)}至{chinese_date(meeting.held_on)}（书面表决）"


def moment(meeting):
    """2026年3月31日晚7:00."""
    return _period(meeting) or moment_of(meeting.held_on, meeting.held_at)


def moment_of(day, time):
    """A day with its hour, if that is known."""
    return chinese_date(day) + chinese_time(time)


def moment_with_weekday(meeting):
    """2026年3月31日（星期二）晚7:00."""
    day = meeting.held_on
    return _period(meeting) or f"{chinese_date(day)}（星期{WEEKDAYS[day.weekday()]}）{chinese_time(meeting.held_at)}"


def title_of(meeting):
    """What the papers of a meeting are headed: 柳溪社区居民代表会议, 柳溪社区党委会议."""
    name = meeting.body.name
    return name if name.endswith(("会议", "大会", "会")) and not name.endswith("委员会") else f"{name}会议"


def minutes_title(meeting):
    """柳溪社区居民代表会议记录, 柳溪社区党员大会会议记录."""
    return title_of(meeting).removesuffix("会议") + "会议记录"


def choices(meeting):
    """The words for and against: 赞成 and 不赞成 among Party members, else 同意 and 反对."""
    return ("赞成", "不赞成") if meeting.rule.is_party else ("同意", "反对")


def people(number):
    """51人, or room for the number."""
    return "　　　人" if number is None else f"{number}人"


def attendance(meeting):
    """应到63人，实到51人，请假0人，缺席12人; of owners how many they are and take part, with their areas."""
    if meeting.area_entitled is not None:
        return (
            f"业主{people(meeting.entitled)}，专有部分面积{_area(meeting.area_entitled)}；"
            f"参与表决{people(meeting.present)}，专有部分面积{_area(meeting.area_present)}{_silent(meeting)}"
        )
    parts = [
        f"应到{people(meeting.entitled)}",
        f"实到{people(meeting.present)}",
        f"请假{people(meeting.on_leave)}",
        f"缺席{people(meeting.absent)}",
    ]
    return "，".join(parts)


def _silent(meeting):
    """Owners who returned no ballot and were counted in by their own rule, which is contested; mostly nothing."""
    silent = (meeting.quorum_result or {}).get("silent")
    if not silent:
        return ""
    counted = f"{people(silent['heads'])}，专有部分面积{_area(silent['area'])}"
    return f"（其中依{silent['document']}计入未交回表决票的业主{counted}，此做法存在争议）"


def _area(hundredths):
    return "　　　平方米" if hundredths is None else f"{square_metres(hundredths)}平方米"


def vote_sentence(vote, party):
    """同意45票，反对3票，弃权2票, with heads as 人 and with the area of owners."""
    word = "人" if vote.method == Method.HANDS or vote.area_for is not None else "票"
    approve, oppose = ("赞成", "不赞成") if party else ("同意", "反对")
    area = f"（专有部分面积{square_metres(vote.area_for)}平方米）" if vote.area_for is not None else ""
    return f"{approve}{vote.in_favour}{word}{area}，{oppose}{vote.against}{word}，弃权{vote.abstain}{word}"


def void_clause(vote):
    """，无效1张; nothing when every mark counts."""
    return f"，无效{vote.invalid}张" if vote.invalid else ""


def ballots_of(meeting, vote):
    """(issued, returned, valid, invalid) ballots; None when there were none. Owners' ballots hold every question."""
    if vote.issued is not None:
        return vote.issued, vote.returned, vote.valid, vote.invalid
    if meeting.by_ballots:
        counted = meeting.quorum_result["paper"]
        return tuple(counted[name] for name in ("issued", "returned", "valid", "invalid"))
    return None


def says_why_invalid(vote):
    """Whether the remark on the count stands with the invalid ballots of its count sheet."""
    return bool(vote.note and vote.issued is not None and vote.invalid)


def ballots_sentence(meeting, vote):
    """发出表决票51张，收回51张，有效50张，无效1张（两项同时划“√”）。 Empty when there were none."""
    ballots = ballots_of(meeting, vote)
    if ballots is None:
        return ""
    issued, returned, valid, invalid = ballots
    note = f"（{vote.note}）" if says_why_invalid(vote) else ""
    return f"发出表决票{issued}张，收回{returned}张，有效{valid}张，无效{invalid}张{note}。"


def method_of(vote):
    return METHODS[Method(vote.method)]


def verdict(vote):
    return "表决通过" if vote.is_carried else "表决未通过"


def named(persons):
    """沈桂兰（居务监督委员会）、唐磊（青禾街道）."""
    return "、".join(
        f"{person['name']}（{person['capacity']}）" if person.get("capacity") else person["name"] for person in persons
    )
