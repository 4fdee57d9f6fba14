"""docs/catalogue.md from the data: everything that is disclosed, how often, for how long, and who reviews it.

`--check` writes nothing and fails when the page is stale.
"""

from django.utils import translation

from disclosure.catalogue import of_board
from disclosure.enums import Board
from governance.generated import WritePage, table
from orgs.offices import BODY_KINDS

PAGE = "docs/catalogue.md"
HEAD = """# What is disclosed

Written by `manage.py write_catalogue` from `disclosure/catalogue.py`; do not edit.

★ marks what article 34 of the Organic Law of Urban Residents' Committees names. "Least" is the shortest display in
days; a community may display longer, never shorter. How often is the custom of most places; where it varies, the
usual one comes first. Items for the Party organisation only are on no public page. An item is one row in the code.
"""


class Command(WritePage):
    help = f"Write {PAGE} from the catalogue in the code."
    page = PAGE

    def text(self):
        return render()


def render():
    """The whole page, in the English of the sources."""
    with translation.override(None):
        return "\n".join([HEAD, *(section(board) for board in Board)])


def section(board):
    """One board as a heading and a table."""
    rows = [
        (
            item.key + ("★" if item.statutory else ""),
            item.title,
            "; ".join(str(frequency.label) for frequency in item.frequencies),
            item.min_display,
            item.audience.label,
            BODY_KINDS[item.reviewers[0]].title if item.reviewers else "",
            item.basis,
        )
        for item in of_board(board)
    ]
    head = ["No", "Item", "How often", "Least", "For", "Reviewed by", "Basis"]
    return f"## {board.label}\n\n" + table(head, rows)
