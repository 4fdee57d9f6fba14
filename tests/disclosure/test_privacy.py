"""The guard: what it finds, what it leaves alone, what it must not be fooled by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.privacy import Sort, find, hard, is_card_number, is_identity_number, is_mobile_number
from tests.disclosure.test_worked_case import RESOLUTION_BODY, RESOLUTION_CLOSING

IDENTITY = "11010519491231002X"
CARD = "6222020000000000000"


def sorts(text, **options):
    return [finding.sort for finding in find(text, **options)]


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        f"身份证号{IDENTITY}。",
        IDENTITY.lower(),
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110 105 1949 1231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ],
)
def test_identity_numbers(text):
    assert sorts(text) == [Sort.IDENTITY]


@pytest.mark.parametrize(
    "text",
    ["110105194912310021", "11010519491331002X", "编号202604010001234567", "统一社会信用代码91110105MA00000000"],
)
def test_what_only_looks_like_an_identity_number(text):
    assert Sort.IDENTITY not in sorts(text)


@pytest.mark.parametrize(
    "text", [CARD, "6222 0200 0000 0000 000", "4111-1111-1111-1111", "卡号：４１１１１１１１１１１１１１１１"]
)
def test_bank_cards(text):
    assert sorts(text) == [Sort.CARD]


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "1381 234 5678",
        "138.1234.5678",
        "138　1234　5678",
        "+86 138 1234 5678",
        "8613812345678",
        "１３８－１２３４－５６７８",
        "联系张三13812345678（微信同号）",
    ],
)
def test_mobile_numbers(text):
    assert sorts(text) == [Sort.MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元501室",
        "12号楼1203",
        "5幢301",
        "十二号楼三单元402室",
        "３栋２单元５０１",
        "2单元301",
        "3-2-501室",
        "柳溪路18号502室",
    ],
)
def test_addresses_down_to_the_door(text):
    assert sorts(text) == [Sort.DOOR]


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("1950年3月4日出生", Sort.BIRTH),
        ("出生日期：1950-03-04", Sort.BIRTH),
        ("生于1950年3月", Sort.BIRTH),
        ("患糖尿病多年", Sort.HEALTH),
        ("二级残疾", Sort.HEALTH),
        ("302室", Sort.ROOM),
        ("3-2-501", Sort.ROOM),
    ],
)
def test_soft_findings_warn_and_do_not_stop(text, sort):
    findings = find(text)
    assert [finding.sort for finding in findings] == [sort]
    assert not hard(findings)


@pytest.mark.parametrize(
    "text",
    [
        RESOLUTION_BODY + RESOLUTION_CLOSING,
        "预算186000元，126000元、40000元、20000元",
        "6月5日\t老年助餐点改造\t\t119,260.00\t80,740.00\t6-03",
        "合计 13812345678元",
        "柳溪路18号，工作日9:00—17:00",
        "2026-04-02至2026-04-16",
        "2栋120户，3号楼2026年改造，5幢300平方米",
        "二楼会议室，301会议室",
        "安全生产责任、民生项目、卫生整治",
        "柳溪居公〔2026〕3号",
        "电话0000-8812300、00008812366",
        "适老化设施，残疾人补贴按季发放，康复器材",
        "",
    ],
)
def test_what_is_no_personal_data(text):
    assert find(text) == []


def test_office_numbers_are_left_alone_however_they_are_written():
    text = "值班手机138 1234 5678，张三13987654321"
    assert [finding.text for finding in find(text, office_numbers=["13812345678"])] == ["13987654321"]


def test_a_finding_says_where_it_stands():
    text = "第一行\n张三电话138 1234 5678。"
    (finding,) = find(text)
    assert text[finding.start : finding.end] == finding.text == "138 1234 5678"
    assert (finding.line, finding.hard) == (2, True)


def test_several_in_one_line():
    assert sorts(f"张三 {IDENTITY} 13812345678 {CARD} 3栋501室") == [
        *(Sort.IDENTITY, Sort.MOBILE, Sort.CARD, Sort.DOOR),
    ]


@given(st.text(max_size=200))
def test_any_text_is_read_and_findings_lie_inside(text):
    end = 0
    for finding in find(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text
        assert finding.start >= end or finding.sort not in (Sort.MOBILE, Sort.CARD, Sort.IDENTITY)
        end = finding.end


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(["", " ", "-", "－", "　", ".", "·"]),
    st.booleans(),
    st.sampled_from(["联系", "电话：", "("]),
)
def test_no_mobile_number_slips_through_in_disguise(number, gap, full_width, before):
    written = gap.join((number[:3], number[3:7], number[7:]))
    if full_width:
        written = "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in written)
    assert Sort.MOBILE in sorts(f"{before}{written}。")


def test_the_checks_themselves():
    assert is_identity_number(IDENTITY) and not is_identity_number(IDENTITY[:-1] + "1")
    assert is_card_number(CARD) and not is_card_number(CARD[:-1] + "1")
    assert is_mobile_number("19900000000") and not is_mobile_number("12900000000")
