"""What a name says (pure): kind of place, short name, pinyin initials."""

import re
import unicodedata
from functools import lru_cache

from orgs.enums import UnitKind

_STREET_ENDINGS = (
    ("街道办事处", UnitKind.STREET),
    ("街道", UnitKind.STREET),
    ("镇", UnitKind.TOWN),
    ("乡", UnitKind.TOWNSHIP),
)
# Full-width letters, figures and hyphen, as Chinese input methods write them.
_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (0xFF0D, *range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_END_OF_PLACE = re.compile(r"(省|市|县|(?<![社小])区|街道办事处|街道|镇|乡)(?=..)")
_FORMULA_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)")
# Line breaks and other controls, and what cannot be seen: zero width, direction of writing.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
_HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_NAME = re.compile(rf"{_HAN}{{2,}}(?:[·•‧・]{_HAN}+)*|{_HAN}+(?:[·•‧・]{_HAN}+)+")
_LATIN_NAME = re.compile(r"[A-ZÀ-Þ][A-Za-zÀ-ž'’.-]*(?: [A-ZÀ-Þ][A-Za-zÀ-ž'’.-]*)+")
_COMMITTEE = re.compile(r"(社区)?(居民委员会|居委会)$|村?(村民委员会|村委会)$")
_AREA = re.compile(r"(街道办事处|街道|社区|镇|乡)$")


def kind_of_street(name):
    """The kind of a unit of street level, told by the end of its official name."""
    return next((kind for ending, kind in _STREET_ENDINGS if name.endswith(ending)), UnitKind.OTHER_STREET)


def kind_of_community(name):
    """The kind of a unit of community level: which law its committee follows."""
    if name.endswith(("居民委员会", "居委会")):
        return UnitKind.RESIDENTS
    if name.endswith(("村民委员会", "村委会")):
        return UnitKind.VILLAGE
    return UnitKind.OTHER_COMMUNITY


def is_formula_error(text):
    """Whether `text` is what a sheet shows where a formula failed, such as #DIV/0!."""
    return _FORMULA_ERROR.fullmatch(text) is not None


def has_unseen(text):
    """Whether `text` holds a line break or a sign that nobody sees; two names would look the same."""
    return any(unicodedata.category(char) in _UNSEEN for char in text)


def reads_like_a_person(text):
    """Whether `text` can be the full name of a person: two hanzi or more, also 买买提·艾力, or as John Smith."""
    return bool(_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text))


def half_width(text):
    """`text` with its full-width letters and figures as they stand in codes and initials: ｌｘ is lx."""
    return text.translate(_FULL_WIDTH)


def parted(text):
    """The names that were written without a space between them: 青禾街道柳溪社区 is 青禾街道 柳溪社区."""
    return _END_OF_PLACE.sub(r"\1 ", text)


def short_name(name):
    """The name without the words every such place carries: 柳溪社区居民委员会 and 柳溪社区 are both 柳溪.

    A single character left over keeps its 村 or 镇, as people would say it.
    """
    for pattern in (_COMMITTEE, _AREA):
        short = pattern.sub("", name)
        if short != name:
            break
    if len(short) > 1:
        return short
    return short + name[len(short)] if short and len(name) > 1 else name


@lru_cache(maxsize=50_000)  # places share names: an import asks for the same ones again and again
def initials(text):
    """First letters of the pinyin of `text` (柳溪 -> lx), for finding a place by typing a few letters."""
    # Its tables take as much memory as the rest of the program; a worker that only serves pages never needs them.
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda other: other.lower())
    return "".join(letters).replace(" ", "")[:100]
