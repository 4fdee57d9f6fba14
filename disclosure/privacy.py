"""Finds personal data in a text before it is published (pure). What boards must never show: domain.md §7, PIPL.

*Hard* findings (identity number, bank card, mobile phone, door-level address) stop a signature; *soft* ones (health,
birth date, room) warn the drafter. Full-width digits and digits parted by spaces, dots or dashes are seen through.
Office telephones and amounts of money are no personal data. A guard, not a proof: people still read before they sign.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sort(models.TextChoices):
    """What was found."""

    IDENTITY = "identity", _("identity number")
    CARD = "card", _("bank card number")
    MOBILE = "mobile", _("mobile telephone number")
    DOOR = "door", _("address down to the door")
    ROOM = "room", _("room number")
    BIRTH = "birth", _("birth date")
    HEALTH = "health", _("health")


HARD = frozenset({Sort.IDENTITY, Sort.CARD, Sort.MOBILE, Sort.DOOR})


@dataclass(frozen=True, order=True)
class Finding:
    """`text` is what stands at `start`–`end` (characters) in line `line` (from 1)."""

    start: int
    end: int
    sort: Sort
    text: str
    line: int

    @property
    def hard(self):
        return self.sort in HARD


_RUN = re.compile(r"(?<![\dA-Za-z])\+?\d(?:[ \u3000.·_\-‐-―−]{0,2}[\dXx])*(?![\dA-Za-z])")
_MONEY_AFTER = re.compile(r"\s*(?:元|万元|亿元|%|平方米|㎡)")
_NUMERAL = "[0-9一二三四五六七八九十百]"
_DOOR = re.compile(
    rf"{_NUMERAL}{{1,4}}(?:栋|幢|号楼|座|#)\s*(?:{_NUMERAL}{{1,3}}(?:单元|门|梯))?\s*(?:{_NUMERAL}{{1,2}}(?:层|楼))?\s*"
    rf"(?<![0-9])[0-9]{{3,4}}(?![0-9年月日元人户个件张票米平㎡])(?:室|号|房|户)?"
    rf"|{_NUMERAL}{{1,3}}(?:单元|门洞)\s*[0-9]{{3,4}}(?![0-9年月日元人户个])(?:室|号|房)?"
    rf"|(?<![0-9\-])[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}}(?:室|号|房)"
    rf"|[路街巷道弄里村][0-9]{{1,4}}号(?:[0-9]{{1,3}}弄)?[0-9]{{3,4}}(?:室|房)"
)
_ROOM = re.compile(r"(?<![0-9])[0-9]{3,4}(?:室|号房)|(?<![0-9\-])[0-9]{1,3}-[1-9][0-9]?-[0-9]{3,4}(?![0-9\-])")
_BIRTH = re.compile(
    r"(?:出生(?:日期|年月)?|生日|生于)[:为是于]?\s*\d{2,4}[年.\-/]\d{1,2}(?:[月.\-/]\d{0,2}日?)?"
    r"|\d{4}[年.\-/]\d{1,2}(?:[月.\-/]\d{1,2}日?)?月?(?:出生|生(?![产活态效命长意]))"
)
_HEALTH = re.compile(
    "癌|肿瘤|白血病|尿毒症|透析|化疗|艾滋|梅毒|乙肝|肺结核|精神病|精神分裂|抑郁症|自闭症|癫痫|糖尿病|高血压|心脏病|冠心病|脑梗|"
    "中风|偏瘫|瘫痪|残疾证|残疾等级|[一二三四]级残疾|(?:肢体|视力|听力|言语|智力|精神|多重)残疾|失能|失智|重病|大病|患病|患有|病历|病情|"
    "诊断|怀孕|流产|吸毒|戒毒"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _narrow(text):
    """`text` with full-width and similar characters in their plain form, character for character."""
    plain = (unicodedata.normalize("NFKC", char) for char in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(plain, text, strict=True))


def _is_day(year, month, day):
    try:
        return date(1880, 1, 1) <= date(year, month, day) <= date(2100, 1, 1)
    except ValueError:
        return False


def is_identity_number(digits):
    """18 characters with a birth date and the right check character (GB 11643), or the old 15 with a birth date."""
    if re.fullmatch(r"[1-9]\d{16}[\dXx]", digits) and _is_day(
        int(digits[6:10]), int(digits[10:12]), int(digits[12:14])
    ):
        remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
        return "10X98765432"[remainder] == digits[17].upper()
    if re.fullmatch(r"[1-9]\d{14}", digits):
        return _is_day(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    return False


def is_card_number(digits):
    """16 to 19 digits with a right Luhn check digit and the first digit of a payment card."""
    if not re.fullmatch(r"[2-6]\d{15,18}", digits):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_mobile_number(digits):
    """A mobile number of the mainland."""
    return bool(re.fullmatch(r"1[3-9]\d{9}", digits))


def _runs(plain):
    """Digit runs with separators as lists of (position, character) without the separators."""
    for match in _RUN.finditer(plain):
        yield [(match.start() + i, char) for i, char in enumerate(match[0]) if char.isdigit() or char in "Xx"], match


def _sort_of(piece):
    if is_identity_number(piece):
        return Sort.IDENTITY
    if is_card_number(piece):
        return Sort.CARD
    if is_mobile_number(piece):
        return Sort.MOBILE
    return None


def _numbers(plain):
    """Hard findings among digits, (start, end, sort); the longest at each place."""
    for chars, match in _runs(plain):
        compact = "".join(char for _at, char in chars)
        if len(compact) < 11 or len(compact) == match.end() - match.start() and _MONEY_AFTER.match(plain, match.end()):
            continue
        # A number begins and ends where a group of digits does, or after the country code 86.
        begins = [i for i, (at, _c) in enumerate(chars) if i == 0 or at != chars[i - 1][0] + 1]
        begins += [i + 2 for i in begins if compact.startswith("86", i)]
        ends = {i + 1 for i, (at, _c) in enumerate(chars) if i + 1 == len(chars) or at + 1 != chars[i + 1][0]}
        taken = 0
        for begin in sorted(set(begins)):
            if begin < taken:
                continue
            for length in (19, 18, 17, 16, 15, 11):
                end = begin + length
                sort = _sort_of(compact[begin:end]) if end in ends else None
                if sort:
                    yield chars[begin][0], chars[end - 1][0] + 1, sort
                    taken = end
                    break


def find(text, *, office_numbers=()):
    """What looks like personal data in `text`, in order. `office_numbers`: telephones of offices, which are none."""
    plain = _narrow(text)
    office = {re.sub(r"\D", "", number) for number in office_numbers}
    spans = [
        span for span in _numbers(plain) if re.sub(r"\D", "", plain[span[0] : span[1]]).removeprefix("86") not in office
    ]
    for pattern, sort in ((_DOOR, Sort.DOOR), (_BIRTH, Sort.BIRTH), (_HEALTH, Sort.HEALTH), (_ROOM, Sort.ROOM)):
        for match in pattern.finditer(plain):
            if not any(start < match.end() and match.start() < end for start, end, _sort in spans):
                spans.append((match.start(), match.end(), sort))
    return sorted(
        Finding(start, end, sort, text[start:end], text.count("\n", 0, start) + 1) for start, end, sort in spans
    )


def hard(findings):
    """Those that stop a signature."""
    return [finding for finding in findings if finding.hard]
