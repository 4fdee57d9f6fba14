"""Whether a reason says something: one rule for the reasons that everyone reads or that pass by a guard (pure)."""

from django.utils.translation import gettext as _

LEAST = 4  # different letters: 重复公布 is a reason; x, 试行 and 改改改改 are none


def says_little(reason):
    """Whether nobody could judge by this `reason`."""
    return len({char for char in reason if char.isalnum()}) < LEAST


def why_no_reason(reason):
    """What is asked of a `reason` that says too little; None when it says enough."""
    if says_little(reason):
        return _("Say why in some words, at least %(least)s different characters.") % {"least": LEAST}
    return None
