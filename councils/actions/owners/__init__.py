"""The owners' assembly as it is run: rolls of owners, ballots and their delivery, double entry, the count."""

from councils.actions.owners.ballots import (
    deliver,
    open_assembly,
    reissue,
    why_no_ballots,
    why_not_reissued,
    why_over,
    withdraw_delivery,
)
from councils.actions.owners.count import (
    Reckoning,
    close_count,
    enter_ballot,
    mend_ballot,
    reckon,
    tellers_for,
    why_not_closable,
    why_not_entered,
    why_not_mendable,
)
from councils.actions.owners.rolls import adopt_rule, discard_roll, end_rule, import_roll, note_roll_read

__all__ = [
    "Reckoning",
    "adopt_rule",
    "close_count",
    "deliver",
    "discard_roll",
    "end_rule",
    "enter_ballot",
    "import_roll",
    "mend_ballot",
    "note_roll_read",
    "open_assembly",
    "reckon",
    "reissue",
    "tellers_for",
    "why_no_ballots",
    "why_not_closable",
    "why_over",
    "why_not_entered",
    "why_not_mendable",
    "why_not_reissued",
    "withdraw_delivery",
]
