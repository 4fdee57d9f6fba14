"""What the guard finds, and how grave it is."""

import hashlib
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sort(models.TextChoices):
    """What was found."""

    IDENTITY = "identity", _("identity number")
    CARD = "card", _("bank card number")
    MOBILE = "mobile", _("mobile telephone number")
    LANDLINE = "landline", _("telephone number that is no registered office number")
    DOOR = "door", _("address down to the door")
    PASSPORT = "passport", _("passport, travel permit or military card number")
    PLATE = "plate", _("licence plate")
    ACCOUNT = "account", _("e-mail, WeChat or QQ of a person")
    BIRTH = "birth", _("birth date")
    HEALTH = "health", _("health, beside a name")
    HARDSHIP = "hardship", _("family hardship, beside a name")
    HIDDEN = "hidden", _("content of a file that its reader does not see")


# Nobody may publish these, whatever the reason (PIPL art. 28: sensitive, no lawful need on a board).
NEVER = frozenset({Sort.IDENTITY, Sort.CARD})
# Certain enough to stop even an announcement or a reply, which have one signature and nobody who could approve.
HARD = NEVER | {Sort.MOBILE, Sort.DOOR, Sort.PASSPORT, Sort.BIRTH}
PHONES = frozenset({Sort.MOBILE, Sort.LANDLINE})


_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")  # codes of the national plan of telephone numbers


def digits_of(text):
    """The digits in `text` alone, in their plain form, a final X among them."""
    return "".join(
        str(int(char)) if char.isdecimal() else char.upper() for char in text if char.isdecimal() or char in "Xx"
    )


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
        """Stops whatever has a single signature."""
        return self.sort in HARD

    @property
    def never(self):
        """Nobody can approve it."""
        return self.sort in NEVER

    @property
    def masked(self):
        """What may stand there instead (domain.md §7): the middle of a telephone hidden, everything else left out."""
        if self.sort in PHONES:
            number = digits_of(self.text)
            number = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", number)
            area = _AREA.match(number)  # hidden in its middle, what is left of it would read as an address
            return f"{area[0]}-****{number[-4:]}" if area else f"{number[:3]}****{number[-4:]}"
        return "（已隐去）"

    @property
    def excerpt(self):
        """Enough of it to find the place again, too little to be it."""
        shown = 3 if self.sort in (Sort.IDENTITY, Sort.CARD, *PHONES) else 1
        text = " ".join(self.text.split())
        return text[:shown] + "*" * max(3, len(text) - shown)

    @property
    def key(self):
        """The same for the same thing, however it is spaced; does not give it away at a glance."""
        same = digits_of(self.text) if self.sort in (*NEVER, *PHONES) else self.text
        return key_of(self.sort, same)


def key_of(sort, text):
    """The `Finding.key` of `text`; for telephones: of its digits."""
    return hashlib.sha256(f"{Sort(sort).value}:{text}".encode()).hexdigest()[:20]
