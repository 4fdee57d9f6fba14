"""Procedures as data (design §4, domain §3): which body does what in which order, and what follows from each outcome.

Pure: no queries, request or clock. A matter keeps the version of the procedure it began with.
"""

from councils.procedures.branches import ASSEMBLY_OF, COMMITTEE_FROM, why_no_committee
from councils.procedures.checks import check_procedure, place_of
from councils.procedures.delegation import delegable, why_not_delegable
from councils.procedures.duties import BASIS as DUTY_BASIS
from councils.procedures.duties import days_to_call, last_day_to_call
from councils.procedures.local import Outline, Row, procedure_from, snapshot
from councils.procedures.matters import CATEGORIES, OWNERS_ITEMS, STATUTORY_CALLS, Category, OwnersItem, StatutoryCall
from councils.procedures.order import (
    ENDED,
    SORTED_OUT,
    NoProcedure,
    first_step,
    next_step,
    procedure_for,
    procedure_named,
    procedures_on,
    status_before,
    steps_of,
    where,
    why_closed,
    why_not_asked_by,
    why_not_called,
    why_not_held_by,
    why_not_standing,
    why_not_together,
    why_out_of_order,
)
from councils.procedures.parts import FITTING, PLACES, Place
from councils.procedures.proposals import Proposal, propose, why_not_here, why_not_lawful
from councils.procedures.steps import (
    At,
    Audience,
    Deliberation,
    Disclosure,
    Implementation,
    Procedure,
    Purpose,
    Sitting,
    Step,
    Triage,
    Way,
)
from councils.procedures.table import PROCEDURES, VERSIONS
from councils.procedures.turns import TURNS, TurnRow, grounds_of, status_after, step_opened, why_no_turn

__all__ = [
    "ASSEMBLY_OF",
    "At",
    "Audience",
    "CATEGORIES",
    "COMMITTEE_FROM",
    "Category",
    "Deliberation",
    "Disclosure",
    "ENDED",
    "FITTING",
    "Implementation",
    "NoProcedure",
    "OWNERS_ITEMS",
    "Outline",
    "OwnersItem",
    "PLACES",
    "PROCEDURES",
    "Place",
    "Procedure",
    "Proposal",
    "Purpose",
    "Row",
    "SORTED_OUT",
    "STATUTORY_CALLS",
    "Sitting",
    "StatutoryCall",
    "TURNS",
    "TurnRow",
    "Step",
    "Triage",
    "VERSIONS",
    "Way",
    "DUTY_BASIS",
    "check_procedure",
    "days_to_call",
    "delegable",
    "first_step",
    "grounds_of",
    "last_day_to_call",
    "next_step",
    "place_of",
    "procedure_for",
    "procedure_from",
    "procedure_named",
    "procedures_on",
    "propose",
    "snapshot",
    "status_after",
    "status_before",
    "step_opened",
    "steps_of",
    "where",
    "why_closed",
    "why_no_turn",
    "why_no_committee",
    "why_not_asked_by",
    "why_not_called",
    "why_not_delegable",
    "why_not_held_by",
    "why_not_here",
    "why_not_lawful",
    "why_not_standing",
    "why_not_together",
    "why_out_of_order",
]
