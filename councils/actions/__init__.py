"""Everything that changes matters and meetings. Keyword-only verbs; the actor is `by=`, the moment `at=`.

`seen` is the version of the row (`matter.version`, `meeting.version`) that the form was filled in for, `token` a UUID
made with a form that creates rows. Refusals raise `audit.errors.Refused` with the reason, its kind `Mistaken` with
`errors` per field, `audit.errors.Stale` when somebody else (or the same click) came first, and
`orgs.permissions.PowerMissing` without the power.
"""

from audit.errors import Mistaken
from councils.actions.consultations import (
    answer_point,
    call_consultation,
    call_off_consultation,
    note_points,
    record_consultation,
)
from councils.actions.implementation import (
    add_milestone,
    draft_outcome_notice,
    draft_resolution_notice,
    record_acceptance,
    record_costs,
    record_evaluation,
    record_selection,
    start_implementation,
    why_cost_repeats,
    why_no_outcome_notice,
    why_no_resolution_notice,
    why_not_startable,
)
from councils.actions.matters import edit_matter, register_matter, why_not_editable
from councils.actions.meetings import (
    add_scan,
    call_meeting,
    call_off_meeting,
    change_roll,
    mend_meeting,
    note_read,
    open_attendance,
    record_attendance,
    record_minutes,
    recuse,
    why_not_callable,
    why_roll_stands,
)
from councils.actions.past import PastSitting, enter_past_steps
from councils.actions.procedures import define_procedure, end_procedure
from councils.actions.records import (
    confirm_meeting,
    confirm_records,
    open_counts,
    return_records,
    waiting_meetings,
    why_not_confirmable,
)
from councils.actions.sorting import record_sorting, why_not_sortable
from councils.actions.turns import (
    answer_finding,
    faultable_steps,
    note_finding,
    overturning_matters,
    record_finding,
    take_turn,
    upheld_objections,
    why_no_finding,
    why_not_answered,
    why_not_there,
    why_not_turned,
)
from councils.actions.votes import correct_vote, record_vote, why_no_vote, why_not_correctable

__all__ = [
    "Mistaken",
    "PastSitting",
    "add_milestone",
    "add_scan",
    "answer_finding",
    "answer_point",
    "call_consultation",
    "call_meeting",
    "call_off_consultation",
    "call_off_meeting",
    "change_roll",
    "confirm_meeting",
    "confirm_records",
    "correct_vote",
    "define_procedure",
    "draft_outcome_notice",
    "draft_resolution_notice",
    "edit_matter",
    "end_procedure",
    "enter_past_steps",
    "mend_meeting",
    "note_points",
    "faultable_steps",
    "note_finding",
    "note_read",
    "open_attendance",
    "open_counts",
    "record_acceptance",
    "record_attendance",
    "record_consultation",
    "record_costs",
    "record_evaluation",
    "overturning_matters",
    "record_finding",
    "record_minutes",
    "record_selection",
    "record_sorting",
    "record_vote",
    "recuse",
    "register_matter",
    "return_records",
    "start_implementation",
    "take_turn",
    "upheld_objections",
    "waiting_meetings",
    "why_cost_repeats",
    "why_no_finding",
    "why_no_outcome_notice",
    "why_no_resolution_notice",
    "why_no_vote",
    "why_not_answered",
    "why_not_callable",
    "why_not_confirmable",
    "why_not_correctable",
    "why_not_editable",
    "why_not_sortable",
    "why_not_startable",
    "why_not_there",
    "why_not_turned",
    "why_roll_stands",
]
