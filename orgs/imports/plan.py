"""What an import would do, row by row, before anything is written.

An `Importer` is a table of columns and two functions: `plan` says of each line what would happen and why not, reading
only; `write` does it. Preview and confirmation make the same plan, so that what was shown is what is done.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import sheets
from orgs.powers import Power

MOST_ROWS = 10_000


class Change(TextChoices):
    """What becomes of a row."""

    BAD = "bad", gettext_lazy("cannot be imported")
    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")

    @property
    def tag(self):
        """How the word is framed."""
        return {Change.BAD: "late", Change.NEW: "good", Change.CHANGED: "wait"}.get(self, "")


@dataclass(frozen=True)
class Asked(sheets.Column):
    """A column of an import with what people are told about it."""

    help: str | Promise = ""
    example: str = ""


@dataclass
class Planned:
    """One line: what it is about, what becomes of it, and the reason or the change in words. `row` is for `write`."""

    number: int
    label: str
    change: Change
    detail: str = ""
    row: object = None
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Importer:
    """One kind of import: `plan(lines, user, on)` gives a list of Planned, `write(planned, by, at)` does them."""

    key: str
    title: str | Promise
    columns: tuple[Asked, ...]
    power: Power
    plan: Callable
    write: Callable

    def lines(self, rows):
        """The lines of a sheet for this import. Raises BadSheet: no heading, no lines, too many."""
        found = sheets.lines(rows, self.columns)
        if not found:
            raise sheets.BadSheet(_("There is no row below the headings."))
        if len(found) > MOST_ROWS:
            raise sheets.BadSheet(
                _("The sheet has %(number)s rows; at most %(most)s are imported at once. Divide it.")
                % {"number": len(found), "most": MOST_ROWS}
            )
        return found


def template_notes(columns):
    """What the second page of a template says of `columns` (Asked)."""
    yield [_("Column"), _("Needed"), _("What goes there"), _("Example")]
    for column in columns:
        yield [column.names[0], _("yes") if column.required else _("no"), str(column.help), column.example]


def bad(line, label, reason):
    """A line that cannot be imported."""
    return Planned(line.number, label, Change.BAD, str(reason))


def counts(planned):
    """{Change: how many}, in the order of the words."""
    found = Counter(row.change for row in planned)
    return {change: found[change] for change in Change}


def fingerprint(planned):
    """Changes when the same sheet would do something else than before."""
    plain = [[row.number, row.label, row.change.value, row.detail] for row in planned]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def changes(row, facts):
    """{column: [old, new]} of the `facts` that differ in `row`."""
    return {name: [getattr(row, name), value] for name, value in facts.items() if getattr(row, name) != value}
