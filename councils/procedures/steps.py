"""What a procedure is made of."""

from dataclasses import dataclass, field
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


class At(StrEnum):
    """Where the body of a sitting stands, seen from the unit of the matter."""

    HERE = "here"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True)
class Sitting:
    """A body kind that may hold a step, and the voting rules it may decide by, the usual one first."""

    body: str
    rules: tuple[str, ...]
    at: At = At.HERE


@dataclass(frozen=True, kw_only=True)
class Deliberation:
    """A step that a meeting decides. `if_lost` are the lawful states after a vote not carried, the usual one first.

    The key names the part and counts repeated ones (suggest, suggest_2). `advisory`: the meeting gives advice, so
    whatever its result, it is recorded and the next step opens. `supervised`: the record needs the opinion of the
    supervision committee. `with_before`: held in one meeting with the step before, so on the same day. Steps of two
    versions of a procedure that differ only in the law they name are equal: one meeting can hold both.
    """

    key: str
    label: str | Promise
    verb: str | Promise
    sittings: tuple[Sitting, ...]
    done: Status
    if_lost: tuple[Status, ...] = ()
    lost: str | Promise
    basis: str | Promise = field(compare=False)
    entry: str | Promise
    chair: str | Promise
    observers: str | Promise = ""
    audience: Audience = Audience.PUBLIC
    binding: bool = False
    advisory: bool = False
    supervised: bool = False
    with_before: bool = False
    numbered: bool = True
    again_from: str = ""
    short: str | Promise = ""

    @property
    def part(self):
        """What kind of step it is."""
        return self.key.rpartition("_")[0] if self.key[-1].isdigit() else self.key

    @property
    def bodies(self):
        """The kinds of body that may hold this step, the usual one first."""
        return tuple(dict.fromkeys(sitting.body for sitting in self.sittings))

    def rules_of(self, body):
        """The voting rules `body` may decide this step by; none when it may not hold it."""
        return next((sitting.rules for sitting in self.sittings if sitting.body == body), ())

    def places_of(self, body):
        """Where a body of the kind `body` may stand to hold this step, the usual place first."""
        return tuple(sitting.at for sitting in self.sittings if sitting.body == body)

    def goes_on(self, carried):
        """Whether the matter takes this step after a vote that was `carried` or not: advice needs no majority."""
        return carried or self.advisory

    @property
    def is_triage(self):
        return False

    @property
    def is_party(self):
        """Whether the record stays within the Party organisation."""
        return self.audience == Audience.PARTY

    @property
    def is_public(self):
        """Whether counts and minutes may be shown to everyone."""
        return self.audience == Audience.PUBLIC

    @property
    def may_be_opened(self):
        """Whether the Party organisation may show its counts to everyone: they are not public, whoever holds it."""
        return not self.is_public


@dataclass(frozen=True)
class Way:
    """Where a triage sends a matter: `ends` is how the matter ends there, None when it goes on to the next step."""

    key: str
    label: str | Promise
    then: str | Promise
    ends: Status | None = None


@dataclass(frozen=True, kw_only=True)
class Triage(Deliberation):
    """A joint meeting that sorts a matter (三事分流): its vote is on one of the `ways`, recorded with a reason."""

    ways: tuple[Way, ...]

    def way(self, key):
        """The way `key`. KeyError when there is none."""
        return {way.key: way for way in self.ways}[key]

    @property
    def is_triage(self):
        return True


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
    short: str | Promise = ""


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
    short: str | Promise = ""


Step = Deliberation | Disclosure | Implementation


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A named, versioned sequence of steps for units of some levels and kinds.

    `local`: practice of some places, used only where somebody chooses it. `unconfirmed`: no rule of its own was seen,
    and the text that users read says so.
    """

    key: str
    version: str
    in_force_from: date
    title: str | Promise
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]
    steps: tuple[Step, ...]
    basis: str | Promise
    about: str | Promise = ""
    local: bool = False
    unconfirmed: bool = False

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

    def before(self, key):
        """The step before the step `key`, None before the first."""
        place = self.steps.index(self.step(key))
        return self.steps[place - 1] if place else None

    @property
    def deciding_step(self):
        """The step whose decision binds."""
        return next(step for step in self.steps if isinstance(step, Deliberation) and step.binding)
