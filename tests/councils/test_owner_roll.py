"""Heads and areas of owners (CC 278, SPC 8, 9) and the count of their ballots, without a database."""

import pytest

from councils.enums import AreaSource, HeadKind, SilentKind
from councils.owner_count import Paper, Stand, count, progress
from councils.owner_roll import gather, read_area, read_door

COLUMNS = ("building", "door", "owner", "area", "source", "kind", "code")


def line(door, owner, area="80", *, building="1幢", source="", kind="", code=""):
    return dict(zip(COLUMNS, (building, door, owner, area, source, kind, code), strict=True))


def read(*lines):
    doors, problems = [], []
    for number, values in enumerate(lines, 2):
        door, reasons = read_door(number, values, AreaSource.REGISTER)
        doors += [door] if door else []
        problems += [(number, reason) for reason in reasons]
    return gather(doors), problems


def heads(*lines):
    reading, problems = read(*lines)
    assert problems == reading.problems == []
    return [(head.kind, head.names, head.area) for head in reading.heads]


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("89.1", 8910),
        ("89.10", 8910),
        ("89.100", 8910),
        ("８９．１㎡", 8910),
        ("1,000", 100000),
        ("0.01", 1),
        ("0", None),
        ("0.00", None),
        ("89.105", None),
        ("-3", None),
        ("", None),
        ("1e3", None),
        ("九十", None),
        ("99999999999", None),
    ],
)
def test_an_area_is_exact_or_refused(text, area):
    assert read_area(text) == area


def test_one_unit_is_one_head():
    assert heads(line("101", "张三"), line("102", "李四", "99.5")) == [
        ("person", "张三", 8000),
        ("person", "李四", 9950),
    ]


def test_one_owner_of_several_units_is_one_head():
    assert heads(line("101", "张三"), line("102", "张三", "20")) == [("person", "张三", 10000)]


def test_co_owners_are_one_head_in_whatever_order_they_stand():
    assert heads(line("101", "张三、李四"), line("102", "李四，张三")) == [("co_owners", "张三、李四", 16000)]


def test_an_organisation_is_one_head():
    assert heads(line("商1", "青禾商贸有限公司"), line("商2", "某商会", kind="单位")) == [
        ("organisation", "青禾商贸有限公司", 8000),
        ("organisation", "某商会", 8000),
    ]


def test_what_the_developer_holds_is_one_head_together():
    assert heads(
        line("101", "云川置业有限公司", kind="未售"), line("102", "未交付"), line("103", "", kind="建设单位")
    ) == [("developer", "云川置业有限公司", 24000)]
    assert heads(line("102", "未交付"), line("103", "", kind="建设单位")) == [("developer", "建设单位", 16000)]


def test_namesakes_are_told_apart_by_their_number():
    assert len(heads(line("101", "张伟", code="1"), line("102", "张伟", code="2"))) == 2
    reading, _ = read(line("101", "张伟"), line("102", "张伟"))
    assert "张伟" in reading.remarks[0]


def test_an_owner_alone_and_together_deserves_a_second_look():
    reading, _ = read(line("101", "张三"), line("102", "张三、李四"))
    assert len(reading.heads) == 2
    assert len(reading.remarks) == 1


def test_the_area_has_its_source():
    reading, _ = read(line("101", "张三", source="测绘"), line("102", "李四", source="买卖合同"), line("103", "王五"))
    assert [door.source for door in reading.doors] == ["survey", "contract", "register"]


@pytest.mark.parametrize(
    "values",
    [
        line("", "张三"),
        line("101", ""),
        line("101", "张三", "0"),
        line("101", "张三", source="听说"),
        line("101", "张三", kind="租户"),
        line("101", "张三、李四", kind="个人"),
        line("101", "张三", kind="共有"),
        line("1" * 41, "张三"),
        line("101", "长" * 61),
    ],
)
def test_a_bad_line_says_why(values):
    _reading, problems = read(values)
    assert [number for number, _reason in problems] == [2]


def test_the_same_door_twice_contradicts_itself():
    reading, _ = read(line("101", "张三"), line("１０１ ", "李四"))
    assert [number for number, _reason in reading.problems] == [3]


def test_one_number_for_two_names_contradicts_itself():
    reading, _ = read(line("101", "张三", code="7"), line("102", "李四", code="7"))
    assert [number for number, _reason in reading.problems] == [3]


def test_a_roll_without_owners_is_none():
    assert gather([]).problems


def test_kinds_know_their_words():
    assert {door.kind for door in read(line("101", "甲", kind="自然人"))[0].doors} == {HeadKind.PERSON}


# The count


def paper(area, *choices, looks=2, delivered=True, signed=True, second=None):
    final = {str(item): choice for item, choice in enumerate(choices, 1)}
    return Paper(area, delivered, signed, looks, final, final if second is None else second, final)


def silent(area, **fields):
    return paper(area, looks=0, **fields)


@pytest.mark.parametrize(
    ("ballot", "stand"),
    [
        (silent(1, delivered=False), Stand.ISSUED),
        (silent(1), Stand.DELIVERED),
        (paper(1, "for", looks=1), Stand.ONCE),
        (paper(1, "for", second={"1": "against"}), Stand.DIFFERENT),
        (paper(1, "for", second={}), Stand.DIFFERENT),
        (paper(1, "for", looks=3, second={"1": "against"}), Stand.VALID),
        (paper(1, "for"), Stand.VALID),
        (paper(1, "invalid"), Stand.VALID),
        (paper(1), Stand.INVALID),
    ],
)
def test_where_a_ballot_stands(ballot, stand):
    assert ballot.stand == stand


def test_only_settled_ballots_are_counted():
    papers = [
        paper(100, "for", "for"),
        paper(250, "against", "invalid"),
        paper(30, "abstain", "for"),
        paper(7),
        paper(9, "for", "for", second={"1": "for", "2": "against"}),
        silent(11),
        silent(13, delivered=False),
    ]
    result = count(papers, [1, 2])
    assert (result.heads, result.area) == (3, 380)
    assert result.items[1].heads == {"for": 1, "against": 1, "abstain": 1, "invalid": 0}
    assert result.items[2].area == {"for": 130, "against": 0, "abstain": 0, "invalid": 250}
    found = progress(papers)
    assert (found.issued, found.delivered, found.returned) == (7, 6, 5)
    assert (found.once, found.different, found.valid, found.invalid) == (0, 1, 3, 1)


@pytest.mark.parametrize(
    ("kind", "signed_only", "expected"),
    [
        (None, True, {"for": 2, "against": 1, "abstain": 0, "invalid": 0}),
        (SilentKind.ABSTAIN, True, {"for": 2, "against": 1, "abstain": 1, "invalid": 0}),
        (SilentKind.MAJORITY, True, {"for": 3, "against": 1, "abstain": 0, "invalid": 0}),
        (SilentKind.MAJORITY, False, {"for": 4, "against": 1, "abstain": 0, "invalid": 0}),
    ],
)
def test_silent_owners_count_only_where_their_rules_say_so(kind, signed_only, expected):
    papers = [paper(50, "for"), paper(60, "for"), paper(70, "against"), silent(80), silent(90, signed=False)]
    papers.append(silent(1000, delivered=False))
    result = count(papers, [1], kind, signed_only=signed_only)
    assert result.items[1].heads == expected
    assert result.heads == sum(expected.values())


def test_silent_owners_follow_no_majority_that_heads_and_area_do_not_share():
    papers = [paper(10, "for"), paper(10, "for"), paper(90, "against"), silent(5)]
    assert count(papers, [1], SilentKind.MAJORITY).items[1].heads["abstain"] == 1
    tied = [paper(10, "for"), paper(10, "against"), silent(5)]
    assert count(tied, [1], SilentKind.MAJORITY).items[1].heads["abstain"] == 1
