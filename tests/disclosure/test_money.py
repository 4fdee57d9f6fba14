"""Amounts in figures and capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.money import account, capitals, yuan

AMOUNTS = st.integers(-(10**17), 10**17)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (18600000, "壹拾捌万陆仟元整"),
        (17926000, "壹拾柒万玖仟贰佰陆拾元整"),
        (14320000, "壹拾肆万叁仟贰佰元整"),
        (0, "零元整"),
        (5, "伍分"),
        (70, "柒角整"),
        (78, "柒角捌分"),
        (100, "壹元整"),
        (305, "叁元零伍分"),
        (350, "叁元伍角整"),
        (1000, "壹拾元整"),
        (10100, "壹佰零壹元整"),
        (100000, "壹仟元整"),
        (100100, "壹仟零壹元整"),
        (1000000, "壹万元整"),
        (1000100, "壹万零壹元整"),
        (1010000, "壹万零壹佰元整"),
        (1100000, "壹万壹仟元整"),
        (10010001, "壹拾万零壹佰元零壹分"),
        (100000000, "壹佰万元整"),
        (10000000000, "壹亿元整"),
        (10000000100, "壹亿零壹元整"),
        (10001000000, "壹亿零壹万元整"),
        (123456789012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        (100000000000000, "壹万亿元整"),
        (100050000000000, "壹万零伍亿元整"),
        (-305, "负叁元零伍分"),
    ],
)
def test_capitals(fen, text):
    assert capitals(fen) == text


VALUES = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read(text):
    """The fen that capitals name, read from left to right."""
    sign = -1 if text.startswith("负") else 1
    total = section = number = fen = 0
    for char in text.removeprefix("负"):
        if char in VALUES:
            number = VALUES[char]
        elif char in "拾佰仟":
            section += number * {"拾": 10, "佰": 100, "仟": 1000}[char]
            number = 0
        elif char == "万":
            total += (section + number) * 10**4
            section = number = 0
        elif char == "亿":
            total = (total + section + number) * 10**8
            section = number = 0
        elif char == "元":
            total += section + number
            section = number = 0
        elif char == "角":
            fen += number * 10
        elif char == "分":
            fen += number
    return sign * (total * 100 + fen)


@given(AMOUNTS)
def test_capitals_name_the_amount_and_nothing_else(fen):
    text = capitals(fen)
    assert read(text) == fen
    assert "零零" not in text
    assert text.endswith(("整", "分"))


@given(AMOUNTS)
def test_figures_name_the_amount(fen):
    whole, _dot, rest = yuan(fen).removeprefix("-").partition(".")
    assert int(whole) * 100 + int(rest or 0) == abs(fen)
    assert account(fen).replace(",", "").replace(".", "").removeprefix("-").lstrip("0") == str(abs(fen)).lstrip("0")


def test_figures():
    assert [yuan(fen) for fen in (18600000, 850, 5, -300, 0)] == ["186000", "8.50", "0.05", "-3", "0"]
    assert [account(fen) for fen in (18600000, 5, -1234567)] == ["186,000.00", "0.05", "-12,345.67"]


@pytest.mark.parametrize("wrong", [1.5, "3", True, None])
def test_only_integers_are_amounts(wrong):
    for function in (yuan, account, capitals):
        with pytest.raises(TypeError):
            function(wrong)


def test_what_cannot_be_written():
    assert capitals(10**18 - 1).startswith("玖仟玖佰玖拾玖万")
    with pytest.raises(ValueError):
        capitals(10**18)
