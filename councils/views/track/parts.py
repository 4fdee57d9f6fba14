"""What the pages of a matter show: plain rows, built by the modules beside this one."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from councils.enums import Status
from disclosure import clocks

STATUS_TAGS = {
    Status.DISCLOSED: "good",
    Status.IMPLEMENTING: "good",
    Status.ACCEPTED: "good",
    Status.OUTCOME_DISCLOSED: "good",
    Status.CLOSED: "good",
    Status.SETTLED: "good",
    Status.REFERRED: "wait",
    Status.RETURNED: "wait",
    Status.SHELVED: "wait",
    Status.DECLINED: "void",
    Status.WITHDRAWN: "void",
    Status.REJECTED: "void",
    Status.VOID: "void",
    Status.REVOKED: "void",
}


@dataclass(frozen=True)
class SittingView:
    """One sitting of a step. `facts` and `explanation` are empty where the reader may not see the counts.

    Of owners, who count by heads and by area, `beside` has the numbers, and `computed` the sentences about them.
    """

    meeting: object
    item: object
    title: str
    tag: str
    tag_kind: str
    facts: tuple[str, ...] = ()
    explanation: object = None
    after: tuple[str, ...] = ()
    beside: object = None
    computed: tuple[str, ...] = ()

    @property
    def is_void(self):
        return self.tag_kind == "void"


@dataclass
class StepView:
    """One step of the track. `state`: see `step_states`. `number` is None for the work between the disclosures."""

    key: str
    number: int | None
    name: str
    short: str
    body: str
    state: str
    on: date | None = None
    until: date | None = None
    tag: str = ""
    tag_kind: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    sittings: list[SittingView] = field(default_factory=list)
    periods: tuple = ()
    notice: object = None
    notice_name: str = ""
    is_last: bool = False
    deliberation: bool = False
    # Empty in the present round; steps of earlier ones must not share an anchor with it.
    prefix: str = ""

    @property
    def anchor(self):
        return f"{self.prefix}step-{self.number or self.key}"


@dataclass(frozen=True)
class PeriodView:
    """A clock of a disclosure: name and days."""

    label: str
    period: clocks.Period
    note: str = ""


@dataclass(frozen=True)
class Run:
    """Steps of one sort that follow one another; `start`: the number of the first that has one."""

    name: str
    about: str
    steps: list[StepView]

    @property
    def start(self):
        return next((step.number for step in self.steps if step.number), None)


@dataclass(frozen=True)
class Entry:
    """One thing that changed the course of a matter: when, in plain words, and the reason as it was written.

    `link`: (label, address) of what it was decided in; `url`: its record at the desk.
    """

    on: date
    text: str
    reason: str = ""
    document: str = ""
    link: tuple = ()
    url: str = ""


@dataclass(frozen=True)
class RoundView:
    """An earlier round. `text`: (proposal, what was decided, budget lines), when another text was on the table."""

    number: int
    status: str
    tag_kind: str
    ended_on: date
    steps: list[StepView]
    notice: object = None
    text: object = None


@dataclass(frozen=True)
class Track:
    """The whole track of a matter on a day: its present round, what changed its course, and the rounds before.

    `local`: of a procedure that is practice of some places only.
    `petition`: what is said of the signatures of a call by law and of the day by which the meeting is called.
    """

    status: Status
    tag_kind: str
    steps: list[StepView]
    now: str
    detail: tuple[str, ...]
    local: bool = False
    petition: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    rounds: tuple[RoundView, ...] = ()

    @property
    def label(self):
        """Where it stands, for the tag beside its name; of what was declined also whether the reason is due."""
        return self.now if self.status == Status.DECLINED else self.status.label

    @property
    def runs(self):
        """The steps in runs of deliberations and of what is done about their result, each under its name."""
        parted = groupby(self.steps, key=lambda step: step.deliberation)
        return [self._run(deliberated, list(steps)) for deliberated, steps in parted]

    def _run(self, deliberated, steps):
        """Official names where the procedure is that of everywhere."""
        if deliberated and len(steps) == 1:  # a call by law enters at the decision
            return Run(_("Deliberations"), _("Decided by vote"), steps)
        if deliberated and self.local:
            return Run(_("Deliberations"), _("Talked over first, then decided"), steps)
        if deliberated:
            return Run(_("Four deliberations"), _("Talked over first, then voted on"), steps)
        about = _("Disclosed when decided, and again when done")
        return Run(_("Disclosures") if self.local else _("Two disclosures"), about, steps)

    @property
    def groups(self):
        """What `ui/track_bar.html` draws: the numbered steps of each run under its name; nothing of a lone one."""
        numbered = [(run.name, [step for step in run.steps if step.number]) for run in self.runs]
        groups = [(name, steps) for name, steps in numbered if steps]
        return groups if sum(len(steps) for _name, steps in groups) > 1 else []
