"""Which rows the leaves are about: apps above say how to read theirs, `verify_log` compares both ways."""

from dataclasses import dataclass

SOURCES = {}  # kind of leaf: function that yields its rows


@dataclass(frozen=True)
class Row:
    """A row that must be in the log: its subject, its content as it was given to `append_leaf`, where people see it."""

    subject: str
    content: dict
    address: str = ""


def register(kind, rows):
    """Say how the rows behind the leaves of `kind` are read: `rows()` yields a Row for each, the oldest first.

    Of a row whose content was redacted the content is that of its redaction: the first leaf only has to be there.
    """
    SOURCES[kind] = rows
