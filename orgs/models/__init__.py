"""Who is where: the tree of units, their bodies, persons, terms, and the grants that follow from terms."""

from orgs.models.accounts import AccountLink, User
from orgs.models.bodies import Body, Kinship, Person, Seat, Term, UnitGrant
from orgs.models.imports import Import
from orgs.models.layouts import ExportLayout, LayoutColumn
from orgs.models.units import OrgUnit, Phone

__all__ = [
    "AccountLink",
    "Body",
    "ExportLayout",
    "Import",
    "Kinship",
    "LayoutColumn",
    "OrgUnit",
    "Person",
    "Phone",
    "Seat",
    "Term",
    "UnitGrant",
    "User",
]
