"""Everything that changes disclosure: notices, objections, announcements. Keyword-only verbs; the actor is `by=`.

Refusals raise `audit.errors.Refused` with the reason, `audit.errors.Stale` when somebody else (or the same click) came
first, and `orgs.permissions.PowerMissing` without the power.
"""

from disclosure.actions.announcements import publish_announcement, withdraw_announcement
from disclosure.actions.catalogue import (
    add_item,
    begin_duties,
    end_change,
    leave_out,
    sign_nothing,
    switch_off_party_items,
    tighten_item,
)
from disclosure.actions.evaluations import (
    WrongCode,
    answer_slip,
    call_off_evaluation,
    enter_paper,
    open_evaluation,
    print_slips,
    slip_of,
)
from disclosure.actions.guard import approve_places, mask_places
from disclosure.actions.notices import (
    attach,
    correct_notice,
    detach,
    discard_draft,
    draft_notice,
    edit_draft,
    sign_notice,
    submit_draft,
    withdraw_version,
)
from disclosure.actions.objections import (
    answer_objection,
    assign_objection,
    give_feedback,
    give_interim_reply,
    pass_to_supervision,
    receive_objection,
    register_objection,
    summarise_objection,
    supervise_reply,
)
from disclosure.actions.postings import enter_posting, take_back_photo, take_down
from disclosure.actions.redaction import agree_redaction, ask_redaction, decline_redaction
from disclosure.actions.reviews import (
    contradict_opinion,
    enter_opinion,
    return_notice,
    review_notice,
)

__all__ = [
    "WrongCode",
    "add_item",
    "agree_redaction",
    "answer_objection",
    "answer_slip",
    "approve_places",
    "ask_redaction",
    "assign_objection",
    "attach",
    "begin_duties",
    "call_off_evaluation",
    "contradict_opinion",
    "correct_notice",
    "decline_redaction",
    "detach",
    "discard_draft",
    "draft_notice",
    "edit_draft",
    "end_change",
    "enter_opinion",
    "enter_paper",
    "enter_posting",
    "give_feedback",
    "give_interim_reply",
    "leave_out",
    "mask_places",
    "open_evaluation",
    "pass_to_supervision",
    "print_slips",
    "publish_announcement",
    "receive_objection",
    "register_objection",
    "return_notice",
    "review_notice",
    "sign_nothing",
    "sign_notice",
    "slip_of",
    "submit_draft",
    "summarise_objection",
    "supervise_reply",
    "switch_off_party_items",
    "take_back_photo",
    "take_down",
    "tighten_item",
    "withdraw_announcement",
    "withdraw_version",
]
