"""What the desk shows: one shape for everything that waits, whichever app it comes from.

`disclosure/desk.py` and `councils/desk.py` each offer functions of (user, today) that return lists of DeskItem:

- `items`: what waits for this person; `todo` says what to do, `reason` why it waits for them. What this person sent on
  and somebody else has now comes with them, marked `sent` (`todo` then says who has it), and what falls due in the
  coming weeks without anybody having to act (a display ends, say), marked `by_itself`.
- `upcoming`: the same as `by_itself`, where another query is needed for it.
- `below`: what units below have not done yet, for whoever oversees them (提醒).
- `meetings`: sessions in the week from Monday to Sunday around `today`, as DeskMeeting.

A function that an app has no use for may be left out.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class DeskItem:
    """One line of the desk. `kind` is a word of the app (draft, reply, minutes); `due` may be open.

    `unit`: the name of whose business it is, where the reader oversees several.
    """

    due: date | None
    title: str
    url: str
    todo: str | Promise
    reason: str | Promise = ""
    kind: str = ""
    unit: str = ""
    sent: bool = False
    by_itself: bool = False

    def is_overdue(self, today):
        """Whether the last day for it has passed."""
        return self.due is not None and self.due < today


@dataclass(frozen=True)
class DeskMeeting:
    """A session on the desk's calendar. `at` is aware, or a date where no hour is set."""

    at: datetime | date
    title: str
    url: str
    place: str = ""
    sheet_url: str = ""
