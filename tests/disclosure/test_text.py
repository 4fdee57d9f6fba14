"""Plain text that formats itself, its tokens, and the closing block."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure import closing
from disclosure.enums import Board
from disclosure.text import TOKENS, blocks, clean, fill, phone_parts, unbroken_parts


def kinds(text):
    return [block.kind for block in blocks(text)]


@pytest.mark.parametrize(
    ("line", "kind", "level"),
    [
        ("现将决议公布如下：", "paragraph", 0),
        ("一、完成情况", "heading", 1),
        ("一、将社区居委会一楼西侧闲置用房改造为老年助餐点。", "item", 1),
        ("（一）资金来源", "heading", 2),
        ("(二)责任人：罗志强。", "item", 2),
        ("1.装修改造132000元", "item", 3),
        ("2．桌椅", "item", 3),
        ("1.5万元由街道支持", "paragraph", 0),
        ("十二、其他", "heading", 1),
        ("2026年4月1日", "paragraph", 0),
        ("审核：柳溪社区居务监督委员会（盖章） 沈桂兰", "reviewer", 0),
        ("柳溪社区居民委员会（盖章）", "sign", 0),
    ],
)
def test_what_a_line_is(line, kind, level):
    (block,) = blocks(line)
    assert (block.kind, block.level) == (kind, level)
    assert block.text == line


def test_the_date_below_a_signature_is_part_of_it():
    assert kinds("2026年4月1日\n某委员会（盖章）\n2026年4月1日") == ["paragraph", "sign", "date"]


def test_telephones_stand_apart():
    first, second = blocks("联系电话：0000-8812300（居委会） 监督电话：0000-8812366、0000-8810012")
    assert (first.kind, first.text) == ("contact", "联系电话：0000-8812300（居委会）")
    assert [part for part, number in second.parts if number] == ["0000-8812366", "0000-8810012"]
    assert "".join(part for part, _number in phone_parts("拨打12345或0000-8812300。")) == "拨打12345或0000-8812300。"


@pytest.mark.parametrize(
    "whole",
    ["2026年4月1日", "12月4日", "9:00—17:00", "〔2026〕3号", "0000-8812300", "BZZAB-Q58SY"],
)
def test_what_stays_on_one_line(whole):
    assert unbroken_parts(f"一、见{whole}的公告。") == (("一、见", False), (whole, True), ("的公告。", False))
    (block,) = blocks(f"自{whole}起。")
    assert block.parts[1] == (whole, True)
    assert unbroken_parts("第3条，共15日，2026年") == ()


def test_rows_from_excel_are_a_table():
    text = "收支：\n日期\t摘要\t收入\n4月1日\t期初余额\t200,000.00\n6月5日\t改造\n以上。"
    before, table, after = blocks(text)
    assert (before.kind, table.kind, after.kind) == ("paragraph", "table", "paragraph")
    assert [cell.text for cell in table.head] == ["日期", "摘要", "收入"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["4月1日", "期初余额", "200,000.00"],
        ["6月5日", "改造", ""],
    ]
    assert [cell.numeric for cell in table.rows[0]] == [False, False, True]


def test_a_single_row_is_a_line():
    assert kinds("甲\t乙") == ["paragraph"]


def test_what_is_kept_is_what_was_typed_without_loose_ends():
    assert clean("\r\n甲\u202e\x01  \r\n\r\n\r\n\r\n乙\t\r\n\n") == "甲\n\n乙\t"


@given(st.text(alphabet="甲乙一、（）(1.)\t\n 0-9：电话盖章年月日2026", max_size=120))
def test_no_word_is_lost(text):
    def squeeze(value):
        return "".join(value.split())

    shown = "".join(
        "".join(cell.text for row in (block.head, *block.rows) for cell in row) if block.kind == "table" else block.text
        for block in blocks(text)
    )
    assert squeeze(shown) == squeeze(clean(text))


def test_tokens_are_filled_and_other_braces_stay():
    text = "{published_on} {display_first} {number} {unknown} {} {{number}}"
    filled = fill(text, {"published_on": "甲", "number": "乙"})
    assert filled == "甲 {display_first} 乙 {unknown} {} {乙}"
    assert fill("{number}", {"number": "{published_on}", "published_on": "x"}) == "{published_on}"


FACTS = closing.Facts(
    published_on=date(2026, 12, 28),
    display_days=15,
    window_days=7,
    board=Board.RESIDENTIAL,
    village=False,
    number="柳溪居公〔2026〕3号",
    issuer="柳溪社区居民委员会",
    phones=(("0000-8812300", "居委会"),),
    supervision=(("0000-8812366", "居务监督委员会"),),
    address="柳溪路18号",
)


def test_every_token_has_a_value():
    assert set(closing.tokens(FACTS)) == set(TOKENS)
    assert closing.tokens(FACTS)["window_last"] == "2027年1月4日"
    assert closing.tokens(dataclasses.replace(FACTS, window_days=0))["window_last"] == "2027年1月12日"


def test_the_year_is_named_again_when_it_changes():
    line = closing.closing(FACTS)[0]
    assert line.startswith("公布期限：2026年12月29日至2027年1月12日。如有意见，请于2027年1月4日前")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "向社区居委会或居务监督委员会反映"),
        ({"village": True}, "向村委会或村务监督委员会反映"),
        ({"board": Board.PARTY, "issuer": "柳溪社区党委"}, "向柳溪社区党委反映"),
        ({"board": Board.COMPOUND, "issuer": "业委会"}, "向业委会或社区居委会反映"),
    ],
)
def test_who_takes_objections(changes, words):
    assert words in closing.closing(dataclasses.replace(FACTS, **changes))[0]


def test_lines_without_facts_are_left_out():
    bare = dataclasses.replace(FACTS, phones=(), supervision=(), address="")
    assert closing.closing(bare)[1:] == ["特此公告。", "柳溪社区居民委员会（盖章）", "2026年12月28日"]
    short = dataclasses.replace(bare, window_days=0)
    assert closing.closing(short)[0] == "公布期限：2026年12月29日至2027年1月12日。"
