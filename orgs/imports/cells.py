"""What the text of a cell means: numbers, days, words of a list. Each raises BadCell with the reason (no models)."""

import datetime
import re
import unicodedata

from django.utils.translation import gettext as _

from orgs.exports import FORMULA
from orgs.naming import is_formula_error

# What people write where there is nothing.
NOTHING = ("-", "--", "—", "——", "/", "无", "空")
EARLIEST = datetime.date(1949, 10, 1)
LATEST_YEAR = 2100
_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})日?(?: 00:00)?"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)


class BadCell(Exception):
    """A cell does not say what its column asks for; `str()` is the reason."""


def text(cell, name):
    """`cell` as a word of the portal; "" for a dash. A formula is refused: no name begins like one."""
    if cell in NOTHING:
        return ""
    if is_formula_error(cell):
        raise BadCell(_("The formula of “%(name)s” failed: %(cell)s") % {"name": name, "cell": cell})
    if FORMULA.match(cell):
        raise BadCell(_("“%(name)s” begins like a formula (%(sign)s).") % {"name": name, "sign": cell.strip()[:1]})
    return cell


def needed(cell, name):
    """Like `text`, and there must be something."""
    found = text(cell, name)
    if not found:
        raise BadCell(_("“%(name)s” is empty.") % {"name": name})
    return found


def whole(cell, name):
    """A whole number from 0, also with full-width figures or commas; None for nothing."""
    if not cell or cell in NOTHING:
        return None
    plain = unicodedata.normalize("NFKC", cell).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,9}", plain):
        raise BadCell(_("“%(name)s” is not a whole number: %(cell)s") % {"name": name, "cell": shortened(cell)})
    return int(plain)


def day(cell, name):
    """A day written 2026-03-06, 2026/3/6, 2026年3月6日 or 20260306, from 1949 on; None for nothing."""
    if not cell or cell in NOTHING:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    try:
        value = datetime.date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        value = None
    if value is None:
        raise BadCell(
            _("“%(name)s” is not a day such as 2026-03-06: %(cell)s") % {"name": name, "cell": shortened(cell)}
        )
    if value < EARLIEST or value.year > LATEST_YEAR:
        raise BadCell(_("“%(name)s” lies before 1949 or after 2100: %(cell)s") % {"name": name, "cell": cell})
    return value


def one_of(cell, name, words):
    """The key that `cell` means in `words` ({key: names}); None for nothing."""
    if not cell or cell in NOTHING:
        return None
    plain = unicodedata.normalize("NFKC", cell).casefold()
    for key, names in words.items():
        if plain in {unicodedata.normalize("NFKC", str(word)).casefold() for word in (key, *names)}:
            return key
    known = _("、").join(str(names[0]) for names in words.values())
    raise BadCell(
        _("“%(name)s” is “%(cell)s”, which is none of: %(known)s")
        % {"name": name, "cell": shortened(cell), "known": known}
    )


def shortened(cell):
    """`cell` as a reason quotes it."""
    return cell if len(cell) <= 40 else f"{cell[:40]}…"
