"""Columns whose heading says what is below it: 身份证号, 房号, 出生年月, 病情 … (pure)."""

import re

from disclosure.privacy.kinds import Sort
from disclosure.privacy.numbers import is_identity_number, is_mobile_number

_NAME = re.compile("姓名|户主|业主|对象|申请人|人员|联系人|居民|受助人|负责人")
# Heading of the column, what its cells must look like to count, what they then are.
_COLUMNS = (
    (re.compile("身份证|证件号"), re.compile(r"\s*\d[\d\s\-]{12,20}[\dXx]\s*"), Sort.IDENTITY),
    (re.compile("银行卡|卡号|一卡通|存折"), re.compile(r"\s*\d[\d\s\-]{13,24}\d\s*"), Sort.CARD),
    (re.compile("房号|门牌|室号|住址|家庭地址|房屋坐落|户室|楼室"), re.compile(r".*\d.*"), Sort.DOOR),
    (re.compile("护照|通行证"), re.compile(r"\s*[A-Za-z]{1,2}[\d\s\-]{7,12}\s*"), Sort.PASSPORT),
    (re.compile("出生|生日"), re.compile(r"\s*\d{2,4}[年.\-/]?\d{1,2}[月.\-/]?\d{0,2}日?\s*"), Sort.BIRTH),
    (re.compile("病情|病种|疾病|患病|残疾类别|残疾等级|健康状况"), re.compile(r"\s*[^\s无/\-—健良].*"), Sort.HEALTH),
    (re.compile("致贫原因|困难原因|家庭情况|婚姻状况"), re.compile(r"\s*[^\s无/\-—].*"), Sort.HARDSHIP),
)
_ABOUT_PEOPLE = {Sort.HEALTH, Sort.HARDSHIP}


# Numbers that slipped into the next cell.
_IN_TWO = (
    (re.compile("电话|手机|联系方式"), is_mobile_number, Sort.MOBILE),
    (re.compile("身份证|证件号"), is_identity_number, Sort.IDENTITY),
)


def _in_two_cells(reading, rows, column, is_one, sort):
    """Numbers that begin in the column and end in the next."""
    for row in rows:
        if column + 1 < len(row):
            start, end = row[column][0], row[column + 1][1]
            parts = [reading.digits[first:last].strip() for first, last in row[column : column + 2]]
            if all(part.isalnum() for part in parts) and is_one("".join(parts)):
                yield start, end, sort


def find_columns(reading):
    """(start, end, sort) of the cells that their heading gives away."""
    for head, rows in reading.tables():
        titles = [reading.plain[start:end] for start, end in head]
        named = any(_NAME.search(title) for title in titles)
        for column, title in enumerate(titles):
            for heading, is_one, sort in _IN_TWO:
                if heading.search(title):
                    yield from _in_two_cells(reading, rows, column, is_one, sort)
            for heading, cell, sort in _COLUMNS:
                if heading.search(title) and (named or sort not in _ABOUT_PEOPLE):
                    for row in rows:
                        if column < len(row) and cell.fullmatch(reading.digits, *row[column]):
                            yield *row[column], sort
                    break
