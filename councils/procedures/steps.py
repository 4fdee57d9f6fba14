"""What a procedure is made of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from councils.enums import Status
from orgs.enums import Level, UnitKind


class Audience(StrEnum):
    """Who may read the record of a step; of the others the public sees body, date and outcome only.

    PARTY is for the Party organisation that held it, INTERNAL for the committees and the staff of the unit.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    PARTY = "party"


class Purpose(StrEnum):
    """What a disclosure tells: what was decided, or what came of it."""

    RESOLUTION = "resolution"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Sitting:
    """A body kind that may hold a step, and the voting rules it may decide by, the usual one first."""

    body: str
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deliberation:
    """A step that a meeting decides. `if_lost` are the lawful states after a vote not carried, the usual one first."""

    key: str
    label: str | Promise
    verb: str | Promise
    sittings: tuple[Sitting, ...]
    done: Status
    if_lost: tuple[Status, ...]
    lost: str | Promise
    basis: str | Promise
    entry: str | Promise
    chair: str | Promise
    observers: str | Promise = ""
    audience: Audience = Audience.PUBLIC
    binding: bool = False
    numbered: bool = True
    again_from: str = ""

    @property
    def bodies(self):
        """The kinds of body that may hold this step, the usual one first."""
        return tuple(sitting.body for sitting in self.sittings)

    def rules_of(self, body):
        """The voting rules `body` may decide this step by; none when it may not hold it."""
        return next((sitting.rules for sitting in self.sittings if sitting.body == body), ())

    @property
    def is_party(self):
        """Whether the record stays within the Party organisation."""
        return self.audience == Audience.PARTY

    @property
    def is_public(self):
        """Whether counts and minutes may be shown to everyone."""
        return self.audience == Audience.PUBLIC


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """A step that a notice of the catalogue item `item` does. Days are the least the law allows, and the custom."""

    key: str
    label: str | Promise
    verb: str | Promise
    item: str
    purpose: Purpose
    issuers: tuple[str, ...]
    reviewer: str
    done: Status
    basis: str | Promise
    display_days: int = 15
    objection_days: int = 7
    within_days: int | None = None
    numbered: bool = True


@dataclass(frozen=True, kw_only=True)
class Implementation:
    """The work between the two disclosures, from the first milestone to acceptance; it has no number of its own."""

    key: str
    label: str | Promise
    verb: str | Promise
    begun: Status
    done: Status
    basis: str | Promise
    numbered: bool = False


Step = Deliberation | Disclosure | Implementation


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A named, versioned sequence of steps for units of some levels and kinds."""

    key: str
    version: str
    in_force_from: date
    title: str | Promise
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]
    steps: tuple[Step, ...]
    basis: str | Promise

    def step(self, key):
        """The step `key`. KeyError when the procedure has none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def number(self, key):
        """The number of the step on the track of six, None for the work between."""
        numbered = [step.key for step in self.steps if step.numbered]
        return numbered.index(key) + 1 if key in numbered else None

    @property
    def deciding_step(self):
        """The step whose decision binds."""
        return next(step for step in self.steps if isinstance(step, Deliberation) and step.binding)
