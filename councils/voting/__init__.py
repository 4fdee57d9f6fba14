"""Voting rules (design §5, domain §4): law as data, results computed from counts in whole numbers, never floats.

`table.py` has the rows, `rules.py` picks one, `tally.py` computes, `words.py` explains a result, `describe.py` a rule.
Nothing here queries, sees a request or a clock: a meeting is judged by the rule in force on its day, so the day is
always an argument.
"""

from councils.voting.beside import beside
from councils.voting.describe import (
    attendance_labels,
    ballot_text,
    evidence_text,
    passing_texts,
    quorum_texts,
    roll_text,
    share_text,
)
from councils.voting.proxies import PROXIES, limited, proxies_of, why_no_proxies, why_too_many
from councils.voting.rules import (
    LooserThanLaw,
    NoRuleInForce,
    UnknownMode,
    UnknownRule,
    local_numbers,
    modes_of,
    restored,
    rule_for,
    rule_named,
    stricter,
    tightened,
    versions_of,
)
from councils.voting.shares import (
    Ballot,
    Base,
    Evidence,
    Measure,
    Outcome,
    Quorum,
    Roll,
    Share,
    Stage,
    VotingRule,
    Words,
)
from councils.voting.table import GROUPS, KEYS, RULES
from councils.voting.tally import MOST_HEADS, Check, Contradiction, Counts, Result, tally, validate
from councils.voting.words import Explanation, explain, explain_json, percent, square_metres, vote_labels

__all__ = [
    "MOST_HEADS",
    "GROUPS",
    "KEYS",
    "PROXIES",
    "RULES",
    "Ballot",
    "Base",
    "Check",
    "Contradiction",
    "Counts",
    "Evidence",
    "Explanation",
    "LooserThanLaw",
    "Measure",
    "NoRuleInForce",
    "Outcome",
    "Quorum",
    "Result",
    "Roll",
    "Share",
    "Stage",
    "UnknownMode",
    "UnknownRule",
    "VotingRule",
    "Words",
    "attendance_labels",
    "ballot_text",
    "beside",
    "evidence_text",
    "explain",
    "explain_json",
    "limited",
    "local_numbers",
    "modes_of",
    "passing_texts",
    "percent",
    "proxies_of",
    "quorum_texts",
    "restored",
    "roll_text",
    "rule_for",
    "rule_named",
    "share_text",
    "square_metres",
    "stricter",
    "tally",
    "tightened",
    "validate",
    "versions_of",
    "vote_labels",
    "why_no_proxies",
    "why_too_many",
]
