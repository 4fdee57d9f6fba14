"""What the meeting of all may leave to its representatives (URC 30), and what it may not (VC 27)."""

from django.utils.translation import gettext as _

from councils.procedures.matters import CATEGORIES
from orgs.enums import UnitKind


def delegable(kind):
    """The categories that the meeting of all may leave to the representatives at a unit of the kind `kind`."""
    return [
        row for row in CATEGORIES.values() if row.decider == "meeting" and why_not_delegable(kind, row.code) is None
    ]


def why_not_delegable(kind, category):
    """Why the meeting of all cannot leave this category to its representatives; None when it can."""
    decider = CATEGORIES[category].decider
    if decider == "owners":
        return _("The owners decide this themselves (Civil Code, article 278).")
    if decider == "meeting" and kind == UnitKind.VILLAGE:
        return _("The Organic Law of the Villagers' Committees reserves this to the villagers' meeting.")
    return None
