"""Which Party body takes the first step: a branch has a committee only from seven formal members (BR 11, 12)."""

from django.utils.translation import gettext as _

# The fewest formal members of a branch that elects a committee; a smaller one has a secretary alone.
COMMITTEE_FROM = 7
# A committee, and the assembly of the members it is elected by.
ASSEMBLY_OF = {"party_committee": "party_assembly", "branch_committee": "branch_assembly"}


def why_no_committee(kind, members):
    """Why a committee of the kind `kind` cannot act where there are `members` formal members; None when it can.

    `members` is None where nobody knows the number: then nothing is refused.
    """
    if kind not in ASSEMBLY_OF or members is None or members >= COMMITTEE_FROM:
        return None
    return _(
        "This branch has %(members)s formal members; a branch has a committee only from %(least)s (Regulations on the "
        "Work of Party Branches, articles 11 and 12). The members' meeting holds this step."
    ) % {"members": members, "least": COMMITTEE_FROM}
