"""Turns: the lawful next step of every failure, as data (design §4, domain §3 "Failure paths").

Each row says from where a matter may take the turn, who takes it, on which grounds, where it leads and what everyone
reads of it. Pure: no queries, request or clock. What is law names its article; the rest is custom and says so.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.enums import Ground, Status, TurnKind
from councils.procedures.order import status_before, steps_of
from councils.procedures.steps import Deliberation
from orgs.powers import Power

CUSTOM = gettext_lazy("Custom, not laid down by law (unconfirmed).")
LOCAL = gettext_lazy("Local rules on four deliberations and two disclosures.")


class Goal(StrEnum):
    """Which step a turn opens again; with it a new round begins."""

    NONE = ""
    FIRST = "first"
    AGAIN = "again"
    EXAMINED = "examined"
    FAULTY = "faulty"


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """One kind of turn. `ends`: the status it leads to; without one that of the step it opens again.

    `label` names the button, `hint` tells who presses it what will happen, `told` is the sentence for everyone, with
    `%(step)s` for the step that opens; the ground is a sentence of its own after it.
    """

    kind: TurnKind
    label: str | Promise
    hint: str | Promise
    told: str | Promise
    basis: str | Promise
    power: Power
    statuses: frozenset[Status]
    goal: Goal = Goal.NONE
    ends: Status | None = None
    grounds: tuple[Ground, ...] = ()
    bars_statutory: bool = False


BEFORE_DECISION = frozenset(
    {Status.REGISTERED, Status.SORTED, Status.PROPOSED, Status.CONFERRED, Status.REVIEWED, Status.RETURNED, Status.VOID}
)
DECIDED = frozenset({Status.RESOLVED, Status.IMPLEMENTING, Status.ACCEPTED})

TURNS = {
    row.kind: row
    for row in (
        TurnRow(
            kind=TurnKind.ANSWERED,
            label=gettext_lazy("Record the written reason"),
            hint=gettext_lazy(
                "Who brought the matter is told in writing why it was not taken on. Enter what was said."
            ),
            told=gettext_lazy("Who brought it was given the reason in writing."),
            basis=CUSTOM,
            power=Power.RUN_MEETINGS,
            statuses=frozenset({Status.DECLINED}),
            ends=Status.DECLINED,
            grounds=(Ground.IN_PERSON, Ground.BY_POST, Ground.BY_MESSAGE),
        ),
        TurnRow(
            kind=TurnKind.RAISED_AGAIN,
            label=gettext_lazy("Raise it again"),
            hint=gettext_lazy(
                "A new round begins. What was said and voted before stays readable. When the substance changes, it "
                "starts with the first step, and the text can be edited."
            ),
            told=gettext_lazy("It was raised again and starts anew with this step: %(step)s."),
            basis=CUSTOM,
            power=Power.RUN_MEETINGS,
            statuses=frozenset({Status.DECLINED, Status.REJECTED}),
            goal=Goal.AGAIN,
            grounds=(Ground.SAME_SUBSTANCE, Ground.OTHER_SUBSTANCE),
        ),
        TurnRow(
            kind=TurnKind.SHELVED,
            label=gettext_lazy("Shelve it"),
            hint=gettext_lazy("Nothing more is done about it until it is taken up again where it stands."),
            told=gettext_lazy("It was shelved for the time being."),
            basis=LOCAL,
            power=Power.CONFIRM_RECORDS,
            statuses=BEFORE_DECISION,
            ends=Status.SHELVED,
            bars_statutory=True,
        ),
        TurnRow(
            kind=TurnKind.TAKEN_UP,
            label=gettext_lazy("Take it up again"),
            hint=gettext_lazy("It goes on where it stood when it was shelved."),
            told=gettext_lazy("It was taken up again where it stood."),
            basis=CUSTOM,
            power=Power.CONFIRM_RECORDS,
            statuses=frozenset({Status.SHELVED}),
        ),
        TurnRow(
            kind=TurnKind.WITHDRAWN,
            label=gettext_lazy("Record that it is withdrawn"),
            hint=gettext_lazy("Before the decision, who brought a matter may take it back. It then ends."),
            told=gettext_lazy("It was withdrawn before it was decided."),
            basis=LOCAL,
            power=Power.RUN_MEETINGS,
            statuses=BEFORE_DECISION | {Status.SHELVED},
            ends=Status.WITHDRAWN,
            grounds=(Ground.BY_INITIATORS, Ground.BY_PROPOSERS),
        ),
        TurnRow(
            kind=TurnKind.OBJECTION,
            label=gettext_lazy("Examine the resolution again"),
            hint=gettext_lazy(
                "An objection to the resolution was upheld, so it is not carried out. It is examined again, then "
                "decided again; the notice of the resolution is withdrawn with your reason."
            ),
            told=gettext_lazy(
                "An objection to the resolution was upheld. It is not carried out but examined again, starting with "
                "this step: %(step)s."
            ),
            basis=LOCAL,
            power=Power.CONFIRM_RECORDS,
            statuses=frozenset({Status.RESOLVED, Status.IMPLEMENTING}),
            goal=Goal.EXAMINED,
        ),
        TurnRow(
            kind=TurnKind.VOID,
            label=gettext_lazy("Hold the meeting again"),
            hint=gettext_lazy(
                "What was done from this step on does not count any more; the step opens again and a new round begins."
            ),
            told=gettext_lazy(
                "The supervision committee found a fault in the procedure. What was done from this step on does not "
                "count, and the meeting is held again: %(step)s."
            ),
            basis=LOCAL,
            power=Power.CONFIRM_RECORDS,
            statuses=BEFORE_DECISION | DECIDED,
            goal=Goal.FAULTY,
            ends=Status.VOID,
        ),
        TurnRow(
            kind=TurnKind.REVOKED,
            label=gettext_lazy("Record that the resolution is revoked"),
            hint=gettext_lazy(
                "The resolution was overturned by the body above or revoked by a court. The matter ends, and the work "
                "stops. Name the document, or the matter in which it was decided."
            ),
            told=gettext_lazy("The resolution was revoked by law. It is not carried out any further."),
            basis=gettext_lazy(
                "Organic Law of the Urban Residents' Committees, articles 30 and 40; in villages Organic Law of the "
                "Villagers' Committees (articles unconfirmed); for owners Civil Code, article 280."
            ),
            power=Power.CONFIRM_RECORDS,
            statuses=DECIDED,
            ends=Status.REVOKED,
            grounds=(Ground.ALL_RESIDENTS, Ground.REPRESENTATIVES, Ground.COURT),
        ),
        TurnRow(
            kind=TurnKind.CHANGED,
            label=gettext_lazy("Change the plan"),
            hint=gettext_lazy(
                "A plan that changes in substance or cost goes through all steps again. The work stops until it is "
                "decided; what was done and spent so far stays, and the old resolution stays readable."
            ),
            told=gettext_lazy(
                "The plan changed. The changed plan goes through the procedure again, starting with this step: "
                "%(step)s."
            ),
            basis=CUSTOM,
            power=Power.CONFIRM_RECORDS,
            statuses=frozenset({Status.RESOLVED, Status.IMPLEMENTING}),
            goal=Goal.FIRST,
            grounds=(Ground.CONTENT, Ground.COST),
        ),
    )
}
# Who decided -> who may overturn it (URC 30): the meeting of all the representatives and the committee, the
# representatives the committee. A court may revoke any (URC 40, CC 280).
OVERTURNING = {
    "residents_meeting": (Ground.COURT,),
    "villagers_meeting": (Ground.COURT,),
    "owners_assembly": (Ground.COURT,),
    "residents_reps": (Ground.ALL_RESIDENTS, Ground.COURT),
    "villagers_reps": (Ground.ALL_RESIDENTS, Ground.COURT),
}

# The bodies that a ground names: the matter in which it was decided was resolved by one of them.
OVERTURNED_BY = {
    Ground.ALL_RESIDENTS: ("residents_meeting", "villagers_meeting"),
    Ground.REPRESENTATIVES: ("residents_reps", "villagers_reps"),
}


def grounds_of(row, *, decider, status):
    """The grounds on which a matter decided by the body kind `decider`, standing at `status`, may take the turn."""
    if row.kind == TurnKind.REVOKED:
        return OVERTURNING.get(decider, row.grounds)
    if row.kind == TurnKind.RAISED_AGAIN and status == Status.DECLINED:
        # Nothing was deliberated beyond the first step, where it starts again in any case.
        return ()
    return row.grounds


def step_opened(row, procedure, *, statutory, ground="", faulty="", owners=False):
    """The key of the step that the turn opens again; empty when it opens none. `faulty`: the step found at fault."""
    steps = steps_of(procedure, statutory)
    keys = [step.key for step in steps]
    if row.goal == Goal.NONE:
        return ""
    if row.goal == Goal.FAULTY:
        return faulty
    if row.goal == Goal.AGAIN and ground == Ground.SAME_SUBSTANCE:
        again = procedure.deciding_step.again_from
        return again if again in keys else keys[0]
    if row.goal == Goal.EXAMINED:
        # The members' assembly examines again, then who decided decides; owners decide their business themselves.
        deciding = keys.index(procedure.deciding_step.key)
        before = [step.key for step in steps[:deciding] if _decides(step)]
        return before[-1] if before and not owners else keys[deciding]
    return keys[0]


def _decides(step):
    """Whether a vote at this step can stop the matter: neither advice nor the sorting of a triage."""
    return isinstance(step, Deliberation) and not step.advisory and not step.is_triage


def status_after(row, procedure, step, *, statutory, shelved_from=""):
    """Where the matter stands after the turn. `shelved_from`: where it stood when it was shelved."""
    if row.ends:
        return row.ends
    if row.kind == TurnKind.TAKEN_UP:
        return Status(shelved_from)
    return status_before(procedure, step, statutory)


def why_no_turn(row, *, status, closed=False, statutory=False):
    """Why a matter standing at the stored `status` may not take the turn; None when it may.

    `closed`: the outcome has been displayed to its end, after which only revocation is left.
    """
    if closed and row.kind != TurnKind.REVOKED:
        return _("The matter is closed; the resolution can only be revoked by law.")
    if status not in row.statuses:
        return _("This does not fit where the matter stands: %(status)s.") % {"status": Status(status).label}
    if statutory and row.bars_statutory:
        return _("Enough people called for it by law; it cannot be put aside.")
    return None
