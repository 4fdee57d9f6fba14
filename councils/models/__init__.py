"""Matters, meetings, votes, and what became of the resolutions."""

from councils.models.budget import BudgetLine, MatterFile
from councils.models.consultation import Consultation, Point
from councils.models.house import Authorisation, LocalRule
from councils.models.implementation import Evaluation, Milestone, Selection
from councils.models.matter import AgendaItem, Matter, StepDone, items_for_page
from councils.models.meeting import Meeting, RollChange, RollEntry, Scan
from councils.models.owners import (
    AdoptedRule,
    BallotEntry,
    Delivery,
    OwnerBallot,
    OwnerHead,
    OwnerRoll,
    OwnersAssembly,
    PropertyUnit,
)
from councils.models.petition import Petition
from councils.models.procedures import LocalProcedure, LocalStep, Sorting
from councils.models.proxy import Proxy
from councils.models.story import Story, story_of, with_story
from councils.models.turns import Finding, Round, Turn
from councils.models.vote import NamedBallot, Resolution, Vote

__all__ = [
    "AdoptedRule",
    "AgendaItem",
    "Authorisation",
    "BallotEntry",
    "BudgetLine",
    "Consultation",
    "Delivery",
    "Evaluation",
    "LocalProcedure",
    "LocalRule",
    "LocalStep",
    "Finding",
    "Matter",
    "MatterFile",
    "Meeting",
    "Milestone",
    "NamedBallot",
    "Petition",
    "OwnerBallot",
    "OwnerHead",
    "OwnerRoll",
    "OwnersAssembly",
    "Point",
    "PropertyUnit",
    "Proxy",
    "Resolution",
    "RollChange",
    "RollEntry",
    "Round",
    "Scan",
    "Selection",
    "Sorting",
    "StepDone",
    "Story",
    "Turn",
    "Vote",
    "items_for_page",
    "story_of",
    "with_story",
]
