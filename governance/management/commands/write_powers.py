"""docs/powers.md from the data: every power, every office that brings one, and how far.

`--check` writes nothing and fails when the page is stale.
"""

from django.utils import translation

from governance.generated import WritePage, table
from governance.roles import ROLES
from orgs.enums import Reach
from orgs.offices import BODY_KINDS
from orgs.powers import Power

PAGE = "docs/powers.md"
HEAD = """# Who may do what

Written by `manage.py write_powers` from `orgs/powers.py`, `orgs/offices.py` and `governance/roles.py`; do not edit.

A power comes only from a term: a person holds an office of a body from one day to another. `manage.py sync_grants`
derives the grants, and every question joins the dates of the term, so that a power ends with it by itself. A suspended
person and a closed account have none at once. A superuser has none in the communities; they may only keep units,
persons, terms and accounts, to set the portal up.

What the Party organisation of a unit keeps to itself never reaches further than the unit, and no supervisor, owner
or street office sees it.
"""


class Command(WritePage):
    help = f"Write {PAGE} from the tables of powers, offices and roles in the code."
    page = PAGE

    def text(self):
        return render()


def render():
    """The whole page, in the English of the sources."""
    with translation.override(None):
        return "\n".join([HEAD, powers(), roles(), bodies()])


def powers():
    return "## Powers\n\n" + table(["Power", "What it allows"], [(f"`{power}`", power.label) for power in Power])


def roles():
    rows = []
    for (kind, key), grants in ROLES.items():
        held = {reach: ", ".join(f"`{power}`" for power, far in grants if far == reach) for reach in Reach}
        row = BODY_KINDS[kind]
        rows.append((row.title, row.office(key).title, held[Reach.UNIT], held[Reach.BELOW]))
    head = ["Body", "Office", "At the unit of the body", "There and at every unit below"]
    return "## Offices that bring powers\n\n" + table(head, rows)


def bodies():
    rows = []
    for row in BODY_KINDS.values():
        offices = ", ".join(
            str(post.title) + ("" if post.votes else " (no vote)") + (f" [{post.slot[0]}]" if post.slot else "")
            for post in row.offices
        )
        if row.roll_sources:
            offices = "; ".join(filter(None, [offices, "roll: " + ", ".join(kind for kind, _keys in row.roll_sources)]))
        levels = ", ".join(str(level.label) for level in row.levels)
        years = f"{row.term_years} years" if row.term_years else ""
        rows.append((f"`{row.key}`", row.title, levels, offices, years, row.basis))
    head = ["Kind", "Body", "At", "Offices", "Term", "Basis"]
    return "## Bodies and offices\n\nIn brackets the place in 1+1+N+X.\n\n" + table(head, rows)
