"""Numbers that belong to a person: identity, bank card, mobile and fixed telephone (pure).

A number begins and ends where a group of digits does; groups may be parted by spaces, dashes, dots, brackets, cells or
line ends, and be written in Chinese numerals. What a check digit or an issuer does not vouch for must look as people
write such a number, or follow a word that announces it.
"""

import re
from datetime import date
from itertools import accumulate

from disclosure.privacy.kinds import Sort

_GAP = r"[\s·•._/()\[\]\u00ad\u200b-\u200f\u2060\ufeff\-‐-―−]{0,3}"
_RUN = re.compile(rf"[0-9](?:{_GAP}[0-9])*(?:{_GAP}[Xx](?![A-Za-z0-9]))?")
_SHORTEST = 10

# GB/T 2260: the first two digits are a province; 81-83 are residence permits of Hong Kong, Macau and Taiwan.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# GB 11643: region, birth date, serial, check character; the old form of 15 has neither century nor check character.
_IDENTITY = re.compile(rf"(?={_PROVINCE}\d{{4}}(?:18|19|20)\d\d{_DAY}\d{{3}}[\dXx])")
_OLD_IDENTITY = re.compile(rf"(?={_PROVINCE}\d{{4}}\d\d{_DAY}\d{{3}})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Issuers: UnionPay (62, 81, 60), old cards of ICBC and ABC (955x), Visa, Mastercard, JCB.
_CARD = re.compile(r"(?=(?:6[02]|81|955[0-9]|4\d|5[1-5]|2[2-7]|35[2-8])\d{12})")
_CARD_LENGTHS = (19, 18, 17, 16)
_MOBILE = re.compile(r"(?=1[3-9]\d{9})")
# National plan of telephone numbers: area codes 010, 02x and 03xx-09xx.
_LANDLINE = re.compile(r"(?=(0(?:10|2\d|[3-9]\d\d))[2-8]\d{6})")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")

_MONEY_AFTER = re.compile(r"\s?(?:元|万元|亿元|%|平方米|㎡|吨|度)")
_OF_PAPER = re.compile(
    r"(?:合同|发票|编号|代码|单号|凭证|流水|批号|型号|文号|备案|许可证?|注册号|订单|条码|序列号|项目号|案号)[^\n,;。\t]{0,6}$"
)
_OF_PERSON = re.compile(r"身份证|证件|手机|电话|卡号|联系|微信")
_IDENTITY_CUE = re.compile(r"身份证[^\n。;]{0,10}$|证件号[^\n。;]{0,4}$")
_CARD_CUE = re.compile(r"(?:卡号|银行卡|银行账户|账号|帐号)[^\n。;]{0,6}$")
_OF_OFFICE = re.compile(r"对公|专户|基本户|单位|公司")  # an account of an organisation is no personal data
_PHONE_CUE = re.compile(
    r"(?:电话|手机|联系|微信|致电|拨打|号码|(?:tel|phone|mobile|vx|wx|wechat)\W?)[^\n。;]{0,12}$", re.I
)
_WRITTEN_MOBILES = {(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (11,), (1,) * 11}
# Two amounts side by side are no telephone number.
_IN_CELLS = {(3, 4, 4), (3, 8), (1,) * 11}


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
    """16 to 19 digits with the prefix of an issuer and a right check digit (Luhn, ISO/IEC 7812)."""
    if not (re.fullmatch(r"\d{16,19}", digits) and _CARD.match(digits)):
        return False
    run = _Luhn(digits)
    return run.holds(0, len(digits))


def is_mobile_number(digits):
    """A mobile number of the mainland."""
    return bool(re.fullmatch(r"1[3-9]\d{9}", digits))


class _Luhn:
    """Check digits of all stretches of a run, each in one subtraction: a long run stays linear."""

    def __init__(self, digits):
        values = [int(char) if char.isdigit() else 0 for char in digits]
        doubled = [value * 2 - 9 * (value > 4) for value in values]
        pairs = list(zip(values, doubled, strict=True))
        # sums[p]: digits at places of parity p as they are, the others doubled.
        self._sums = [
            list(accumulate((pair[(at + parity) % 2] for at, pair in enumerate(pairs)), initial=0)) for parity in (0, 1)
        ]

    def holds(self, begin, end):
        sums = self._sums[(end - 1) % 2]
        return (sums[end] - sums[begin]) % 10 == 0


class _Run:
    """Digits that may belong together: `digits` without the gaps, their `places` in the text, groups between cuts."""

    def __init__(self, reading, match):
        self.reading = reading
        start = match.start()
        found = [(at, char) for at, char in enumerate(match[0], start) if char.isdigit() or char in "Xx"]
        self.places = [at for at, _char in found]
        self.digits = "".join(char for _at, char in found)
        plain = reading.plain
        cuts = [
            number
            for number in range(1, len(found))
            if self.places[number] != self.places[number - 1] + 1
            or plain[self.places[number]].isascii() != plain[self.places[number - 1]].isascii()
        ]
        self.begins = {0, *cuts}
        self.ends = {len(found), *cuts}
        self.taken = bytearray(len(found))

    def begins_at(self, at, *prefixes):
        """Whether a number may begin at `at`: a group does, or what stands before it is one of `prefixes`."""
        return at in self.begins or any(
            at - len(prefix) in self.begins and self.digits.startswith(prefix, at - len(prefix)) for prefix in prefixes
        )

    def span(self, begin, end):
        """The place of the digits `begin`–`end` in the text."""
        return self.places[begin], self.places[end - 1] + 1

    def shape(self, begin, end):
        """How long the groups are, and what stands between them."""
        cuts = [begin, *(at for at in range(begin + 1, end) if at in self.begins), end]
        gaps = {self._gap(at) for at in cuts[1:-1]}
        return tuple(end - start for start, end in zip(cuts, cuts[1:], strict=False)), gaps

    def _gap(self, at):
        """What stands before the digit `at`: without the spaces around it, or a space."""
        gap = self.reading.plain[self.places[at - 1] + 1 : self.places[at]]
        return gap.strip(" ") or gap[:1]

    def by_letter(self, begin, end):
        """Whether a Latin letter touches it: part of a longer code."""
        start, stop = self.span(begin, end)
        around = self.reading.plain[max(0, start - 1) : start] + self.reading.plain[stop : stop + 1]
        return any(char.isascii() and char.isalpha() for char in around)

    def cued(self, pattern, begin):
        return bool(pattern.search(self.reading.before(self.places[begin], 24)))

    def of_paper(self, begin):
        """A word before it says that it numbers a paper, not a person."""
        before = self.reading.before(self.places[begin], 16)
        return bool(_OF_PAPER.search(before)) and not _OF_PERSON.search(before)

    def money(self, begin, end):
        """One group, with a unit of measure after it."""
        start, stop = self.span(begin, end)
        return stop - start == end - begin and bool(_MONEY_AFTER.match(self.reading.plain, stop))


def _identities(run):
    for match in _IDENTITY.finditer(run.digits):
        begin, end = match.start(), match.start() + 18
        if begin in run.begins and end in run.ends:
            digits = run.digits[begin:end]
            # Excel makes zeros of the last three digits, the check digit among them, where one is kept as a number.
            is_rounded = digits.endswith("000") and len(run.shape(begin, end)[0]) == 1
            if is_identity_number(digits) or is_rounded or run.cued(_IDENTITY_CUE, begin):
                yield begin, end


def _old_identities(run):
    for match in _OLD_IDENTITY.finditer(run.digits):
        begin, end = match.start(), match.start() + 15
        if begin in run.begins and end in run.ends and is_identity_number(run.digits[begin:end]):
            shape, _gaps = run.shape(begin, end)
            certain = len(shape) < 9 and run.cued(_IDENTITY_CUE, begin)
            if (
                certain
                or shape in ((15,), (6, 6, 3), (6, 9), (1,) * 15)
                and not (run.of_paper(begin) or run.by_letter(begin, end) or run.money(begin, end))
            ):
                yield begin, end


def _cards(run):
    luhn = None
    for match in _CARD.finditer(run.digits):
        begin = match.start()
        if begin not in run.begins:
            continue
        luhn = luhn or _Luhn(run.digits)
        ends = [
            end for length in _CARD_LENGTHS if (end := begin + length) in run.ends and run.digits[end - 1] not in "Xx"
        ]
        for end in ends:
            if luhn.holds(begin, end) and _even(run, begin, end) and not (run.of_paper(begin) or run.money(begin, end)):
                yield begin, end
                break
        else:  # mistyped, but said to be one
            if ends and run.cued(_CARD_CUE, begin) and not run.cued(_OF_OFFICE, begin) and _even(run, begin, ends[0]):
                yield begin, ends[0]


def _even(run, begin, end):
    """Grouped as people write the number of a card."""
    shape, gaps = run.shape(begin, end)
    return len(shape) < 3 or len(gaps) == 1 and (set(shape[:-1]) in ({4}, {1}) or shape[0] == 6)


def _mobiles(run):
    for match in _MOBILE.finditer(run.digits):
        begin, end = match.start(), match.start() + 11
        if not (run.begins_at(begin, "86", "0086", "0") and end in run.ends):
            continue
        shape, gaps = run.shape(begin, end)
        certain = run.cued(_PHONE_CUE, begin)
        written = shape in _WRITTEN_MOBILES and (len(gaps) < 2 or shape == (3, 4, 4))
        if len(shape) == 2 and gaps & {".", "/"} or gaps & {"\t", "\n", "/"} and shape not in _IN_CELLS:
            written = False
        if certain or written and not (run.of_paper(begin) or run.by_letter(begin, end) or run.money(begin, end)):
            yield begin, end


def _landlines(run):
    for match in _LANDLINE.finditer(run.digits):
        begin, local = match.start(), match.end(1)
        for end in (local + 8, local + 7):
            if begin in run.begins and end in run.ends and not _DATE.match(run.digits, local):
                shape, gaps = run.shape(begin, end)
                if 1 < shape[0] < local - begin:
                    continue  # an area code is written in one piece
                apart = gaps & {"\t", "\n", "/"} and not run.cued(_PHONE_CUE, begin)
                if not (apart or run.of_paper(begin) or run.by_letter(begin, end) or run.money(begin, end)):
                    yield begin, end
                    break


# The surest first: what one has taken is not looked at again.
_SORTS = (
    (Sort.IDENTITY, _identities),
    (Sort.CARD, _cards),
    (Sort.IDENTITY, _old_identities),
    (Sort.MOBILE, _mobiles),
    (Sort.LANDLINE, _landlines),
)


def find_numbers(reading):
    """(start, end, sort) of every number of a person in a `Reading`."""
    for match in _RUN.finditer(reading.digits):
        if match.end() - match.start() < _SHORTEST:
            continue
        run = _Run(reading, match)
        if len(run.digits) < _SHORTEST:
            continue
        for sort, find in _SORTS:
            for begin, end in find(run):
                if not any(run.taken[begin:end]):
                    run.taken[begin:end] = b"\1" * (end - begin)
                    yield *run.span(begin, end), sort
