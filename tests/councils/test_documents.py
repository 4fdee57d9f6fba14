"""The official texts beyond the worked case: what is left out when it is not recorded, and words for other facts."""

from types import SimpleNamespace

import pytest

from councils import documents
from councils.actions import draft_resolution_notice
from councils.documents import chinese_number, months, origin_clause, short_name_of
from councils.models import Evaluation, Milestone, Selection
from tests.councils.case import Case, day, moment

CITY = SimpleNamespace(name="柳溪社区", is_village=False)
VILLAGE = SimpleNamespace(name="石桥村", is_village=True)


def matter(**fields):
    given = {
        "unit": CITY,
        "origin": "residents",
        "initiator_kind": "",
        "initiator_count": None,
        "is_statutory": False,
    }
    return SimpleNamespace(**(given | fields))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"initiator_kind": "representatives", "initiator_count": 12},
            "该事项由12名居民代表联名提出",
        ),
        (
            {"initiator_kind": "residents", "initiator_count": 300, "is_statutory": True},
            "该事项由300名居民依法联名提请",
        ),
        (
            {"unit": VILLAGE, "initiator_kind": "representatives", "initiator_count": 9},
            "该事项由9名村民代表联名提出",
        ),
        ({}, "该事项由党员群众建议"),
        ({"origin": "cadres"}, "该事项由社区干部提出"),
        ({"origin": "cadres", "unit": VILLAGE}, "该事项由村干部提出"),
        ({"origin": "higher"}, "该事项由上级部署"),
    ],
)
def test_origin(fields, text):
    assert origin_clause(matter(**fields)) == text


@pytest.mark.parametrize(
    ("kind", "name", "unit", "short"),
    [
        ("party_committee", "柳溪社区党委", CITY, "社区党委"),
        ("party_committee", "柳溪社区党总支", CITY, "社区党总支"),
        ("party_committee", "中共青禾街道柳溪社区委员会", CITY, "社区党组织"),
        ("party_committee", "石桥村党支部", VILLAGE, "村党支部"),
        ("two_committees", "柳溪社区“两委”", CITY, "社区“两委”会议"),
        ("two_committees", "石桥村“两委”", VILLAGE, "村“两委”会议"),
        ("party_assembly", "柳溪社区党员大会", CITY, "党员大会"),
        ("supervision_committee", "柳溪社区居务监督委员会", CITY, "居务监督委员会"),
    ],
)
def test_short_names(kind, name, unit, short):
    assert short_name_of(SimpleNamespace(kind=kind, name=name), unit) == short


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (day(4, 1), day(6, 30), "2026年4月至6月"),
        (day(4, 1), day(4, 30), "2026年4月"),
        (day(12, 1), day(2, 1, 2027), "2026年12月至2027年2月"),
        (day(4, 1), None, "2026年4月"),
        (None, day(6, 1), "2026年6月"),
        (None, None, ""),
    ],
)
def test_months(first, last, text):
    assert months(first, last) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (100, "100")]
)
def test_numbers(number, text):
    assert chinese_number(number) == text


def line(kind, label, planned, actual=None):
    return SimpleNamespace(kind=kind, label=label, planned=planned, actual=actual)


class Lines(list):
    def all(self):
        return self


def whole(*lines, **fields):
    rows = Lines(lines)
    given = {
        "short_title": "楼道灯更换",
        "motion": "更换楼道灯",
        "lines": rows,
        "planned_total": sum(row.planned for row in rows if row.kind == "item") or None,
        "actual_total": sum(row.actual or 0 for row in rows if row.kind == "item")
        if rows and None not in [row.actual for row in rows]
        else None,
        "responsible": None,
        "starts_on": None,
        "ends_on": None,
        "supervisor": None,
        "milestones": Lines(),
    }
    return matter(**(given | fields))


MEETING = SimpleNamespace(held_on=day(3, 31), body=SimpleNamespace(name="柳溪社区居民代表会议", kind="residents_reps"))
HANDS = SimpleNamespace(
    entitled=63,
    present=51,
    method="hands",
    in_favour=45,
    dissent="",
    against=3,
    abstain=2,
    area_entitled=None,
    area_participating=None,
    area_for=None,
)


def test_resolution_leaves_out_what_is_not_recorded():
    title, text = documents.resolution_notice(whole(), [], HANDS, MEETING)
    assert title == "关于楼道灯更换事项决议的公告"
    assert text == (
        "该事项由党员群众建议，2026年3月31日柳溪社区居民代表会议应到63人、实到51人，以举手方式表决，"
        "同意45人、反对3人、弃权2人，表决通过。现将决议公布如下：\n一、更换楼道灯。"
    )


def test_resolution_with_one_source():
    rows = (line("item", "灯具", 15300_00), line("source", "办公经费", 15300_00))
    _title, text = documents.resolution_notice(whole(*rows), [], HANDS, MEETING)
    assert "二、预算15300元（大写：壹万伍仟叁佰元整），由办公经费列支。" in text


def test_resolution_of_owners_counts_heads_and_area():
    vote = SimpleNamespace(
        entitled=900,
        present=600,
        method="named",
        in_favour=301,
        dissent="",
        against=200,
        abstain=99,
        area_entitled=9000000,
        area_participating=6000050,
        area_for=3000100,
    )
    meeting = SimpleNamespace(held_on=day(3, 31), body=SimpleNamespace(name="柳溪苑小区业主大会"))
    _title, text = documents.resolution_notice(whole(), [], vote, meeting)
    assert (
        "柳溪苑小区业主大会业主900人、专有部分面积90000平方米，参与表决600人、专有部分面积60000.50平方米，"
        "以记名投票方式表决，同意301人（专有部分面积30001平方米）、反对200人、弃权99人，表决通过。" in text
    )


def outcome(row, received=0, replied=0, **fields):
    opinions = documents.Opinions(received, replied)
    return documents.outcome_notice(row, MEETING, opinions=opinions, **fields)[1]


def test_outcome_leaves_out_what_is_not_recorded():
    assert outcome(whole()) == (
        "根据2026年3月31日柳溪社区居民代表会议决议，楼道灯更换已完成，现将实施结果公布如下：\n"
        "一、完成情况：决议内容全部完成。\n二、意见办理：意见反映期内未收到意见。"
    )


def test_outcome_with_leftovers_and_a_failed_acceptance():
    milestones = Lines(
        [
            Milestone(kind="completed", on=day(5, 29)),
            Milestone(kind="not_accepted", on=day(6, 1), text="扶手松动"),
            Milestone(kind="accepted", on=day(1, 4, 2027), text="居民代表5人"),
        ]
    )
    text = outcome(whole(milestones=milestones), 3, 2, leftover="扶手油漆")
    assert "5月29日完工，6月1日验收未通过（扶手松动），2027年1月4日验收合格，尚未完成：扶手油漆。" in text
    assert "意见反映期内收到意见3件，已答复2件。" in text


@pytest.mark.parametrize(
    ("spent", "text"),
    [
        ((100_00, 0), "预算150元，实际支出100元（大写：壹佰元整），结余50元，留存乙。明细见附表。"),
        ((90_00, 40_00), "实际支出130元（大写：壹佰叁拾元整），结余20元，分别留存甲10元、乙10元。明细见附表。"),
        ((100_00, 50_00), "预算150元，实际支出150元（大写：壹佰伍拾元整）。明细见附表。"),
        ((120_00, 50_00), "预算150元，实际支出170元（大写：壹佰柒拾元整），超出20元。明细见附表。"),
    ],
)
def test_outcome_says_what_is_left(spent, text):
    rows = (
        line("item", "灯具", 150_00, sum(spent)),
        line("source", "甲", 100_00, spent[0]),
        line("source", "乙", 50_00, spent[1]),
    )
    assert text in outcome(whole(*rows))


def test_outcome_with_two_offers_and_an_evaluation():
    row = whole(
        selection=Selection(offers=2, method="询价", supervised=False),
        evaluation=Evaluation(on=day(6, 10), issued=3, returned=2, satisfied=2, fairly=0, unsatisfied=0),
    )
    text = outcome(row, supervision="结果属实")
    assert "经两家单位询价确定。" in text
    assert "6月10日发放评议表3份，收回2份，满意2份，基本满意0份，不满意0份。" in text
    assert "居务监督委员会意见：结果属实。" in text


@pytest.mark.django_db
def test_no_count_of_a_party_meeting_reaches_the_notice(liuxi):
    case = Case(liuxi)
    case.hold("propose", "party_committee", day(3, 6), 6, (5, 1, 0))
    case.hold("confer", "two_committees", day(3, 11), 8, (7, 1, 0))
    case.hold("review", "party_assembly", day(3, 20), 117, (113, 1, 3), entitled=133)
    case.hold("resolve", "residents_reps", day(3, 31), 51, (45, 3, 2), roll_mode="counted")
    version = draft_resolution_notice(by=case.clerk, at=moment(4, 1), matter=case.matter, seen=case.fresh().version)
    for number in ("113", "117", "133"):
        assert number not in version.text
