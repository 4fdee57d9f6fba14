"""Procedures as data (design §4, domain §3): which body does what in which order, and what follows from each outcome.

Pure: no queries, request or clock. A matter keeps the version of the procedure it began with.
"""

from councils.procedures.branches import ASSEMBLY_OF, COMMITTEE_FROM, why_no_committee
from councils.procedures.matters import CATEGORIES, OWNERS_ITEMS, STATUTORY_CALLS, Category, OwnersItem, StatutoryCall
from councils.procedures.order import (
    ENDED,
    NoProcedure,
    first_step,
    next_step,
    procedure_for,
    procedure_named,
    steps_of,
    why_closed,
    why_not_called,
    why_not_held_by,
)
from councils.procedures.proposals import Proposal, propose
from councils.procedures.steps import (
    Audience,
    Deliberation,
    Disclosure,
    Implementation,
    Procedure,
    Purpose,
    Sitting,
    Step,
)
from councils.procedures.table import PROCEDURES, VERSIONS

__all__ = [
    "ASSEMBLY_OF",
    "Audience",
    "CATEGORIES",
    "COMMITTEE_FROM",
    "Category",
    "Deliberation",
    "Disclosure",
    "ENDED",
    "Implementation",
    "NoProcedure",
    "OWNERS_ITEMS",
    "OwnersItem",
    "PROCEDURES",
    "Procedure",
    "Proposal",
    "Purpose",
    "STATUTORY_CALLS",
    "Sitting",
    "StatutoryCall",
    "VERSIONS",
    "Step",
    "first_step",
    "next_step",
    "procedure_for",
    "procedure_named",
    "propose",
    "steps_of",
    "why_closed",
    "why_no_committee",
    "why_not_called",
    "why_not_held_by",
]
