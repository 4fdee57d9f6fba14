"""docs/catalogue.md from the data: everything that is disclosed, how often, for how long, and who reviews it.

`--check` writes nothing and fails when the page is stale.
"""

from django.utils import translation

from disclosure.catalogue import AFFAIRS, BASES, of_board
from disclosure.enums import Board
from governance.generated import WritePage, table

PAGE = "docs/catalogue.md"
HEAD = """# What is disclosed

Written by `manage.py write_catalogue` from `disclosure/catalogue/`; do not edit.

★ marks what article 34 of the Organic Law of Urban Residents' Committees names. "Least" is the shortest display in
days; a place may display longer and more often, never less, and may drop only what has no ★. How often is the custom
of most places; where it varies, the usual one comes first, and the rarest is what is asked for. Regular items are due
on the 15th of the month after their period (custom of Chongqing), on the next working day when that is a holiday.
"To" is the scope; only what is open to society or to this community is on a public page. Which of the two is custom.
"""


class Command(WritePage):
    help = f"Write {PAGE} from the catalogue in the code."
    page = PAGE

    def text(self):
        return render()


def render():
    """The whole page, in the English of the sources."""
    with translation.override(None):
        sources = table(["Short", "Source"], list(BASES.items()))
        return "\n".join([HEAD, *(section(board) for board in Board), "## Sources\n\n" + sources])


def section(board):
    """One board: its chain as a list, its items as a table."""
    affairs = AFFAIRS[board]
    chain = " → ".join(str(step) for step in (affairs.prepare, affairs.review, affairs.approve, affairs.filing))
    facts = (
        ("Publisher", affairs.publisher),
        ("Channel", affairs.channel),
        ("Chain", f"{chain} ({affairs.chain_basis})"),
        ("Supervised by", affairs.supervise),
        ("Elements, where the item names no others", affairs.elements),
    )
    rows = [
        (
            item.key + ("★" if item.statutory else ""),
            item.title,
            "; ".join(str(frequency.label) for frequency in item.frequencies),
            item.min_display,
            item.scope.label,
            item.basis,
            "" if item.elements == affairs.elements else item.elements,
        )
        for item in of_board(board)
    ]
    head = ["No", "Item", "How often", "Least", "To", "Basis", "Elements"]
    lines = "\n".join(f"- {name}: {text}" for name, text in facts)
    return f"## {board.label}\n\n{lines}\n\n" + table(head, rows)
