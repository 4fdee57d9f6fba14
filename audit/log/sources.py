"""Which rows the leaves are about: apps above say how to read theirs, `verify_log` compares both ways."""

from dataclasses import dataclass

SOURCES = {}  # kind of leaf: function that yields its rows


@dataclass(frozen=True)
class Row:
    """A row that must be in the log: its subject, its content as it was given to `append_leaf` (None: it is known to be
    touched), where people see it; the id of its unit and how its number ends, as its own columns say.
    """

    subject: str
    content: dict | None
    address: str = ""
    unit_id: int | None = None
    ending: str = ""

    def fits(self, leaf):
        """Whether the leaf is about the same unit, wherever that has moved since, and the same number."""
        here = self.unit_id is None or leaf.path.endswith(f"/{self.unit_id}/")
        return here and leaf.number.endswith(self.ending)


def register(kind, rows):
    """Say how the rows behind the leaves of `kind` are read: `rows()` yields a Row for each, the oldest first.

    Of a row whose content was redacted the content is that of its redaction: the first leaf only has to be there.
    """
    SOURCES[kind] = rows
