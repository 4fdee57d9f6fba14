"""Service guides and duty rotas as plain text, and read back from it (pure).

Like every text of the portal they are stored as what people read (ADR 0004), so that search, feed and messages need to
know nothing of them: a guide has five headed parts, a rota is a table of day, post, name and office telephone.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from disclosure.enums import AnnouncementKind

# The parts of a service guide: field, heading.
GUIDE_PARTS = (
    ("conditions", "办理条件"),
    ("papers", "所需材料"),
    ("time_limit", "办理时限"),
    ("post", "责任岗位"),
    ("phone", "联系电话"),
)
MOST_AHEAD = timedelta(days=366)
MOST_YEARS = 10  # of a guide; nobody looks after a page for longer
ROTA_HEAD = ("日期", "岗位", "姓名", "办公电话")
_FIGURES = "一二三四五"
_HEADINGS = {f"{figure}、{heading}": key for figure, (key, heading) in zip(_FIGURES, GUIDE_PARTS, strict=True)}
_DAY = re.compile(r"^(?:(?P<year>\d{4})\s*[年./-])?\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?$")
_PARTED = re.compile(r"[\t,，;；]|[ \u3000]+")


@dataclass(frozen=True)
class Duty:
    """Who is on duty on a day: post, name, office telephone (may be empty)."""

    day: date
    post: str
    name: str
    phone: str = ""


class WrongLine(ValueError):
    """A line of a rota cannot be read; `str()` says which and why."""


def guide_text(parts):
    """A service guide as text, from the texts of GUIDE_PARTS by field."""
    headings = {key: heading for heading, key in _HEADINGS.items()}
    return "\n".join(f"{headings[key]}\n{parts[key].strip()}" for key, _heading in GUIDE_PARTS)


def guide_parts(text):
    """{field: text} of a service guide. Text before the first heading is lost: `guide_text` writes none."""
    parts, key = {}, None
    for line in text.split("\n"):
        if _HEADINGS.get(line) and _HEADINGS[line] not in parts:
            key = _HEADINGS[line]
            parts[key] = []
        elif key:
            parts[key].append(line)
    return {key: "\n".join(lines) for key, lines in parts.items()}


def rota_text(duties):
    """A rota as text: a table that `text.blocks` and `read_rota` understand."""
    rows = [(f"{d.day.year}年{d.day.month}月{d.day.day}日", d.post, d.name, d.phone) for d in duties]
    return "\n".join("\t".join(row) for row in (ROTA_HEAD, *rows))


def read_rota(lines, *, year):
    """The duties in `lines`, in order of days: day, post, name and telephone parted by tabs, commas or spaces.

    A day without a year lies in `year`; the head of a pasted table is skipped. Raises WrongLine.
    """
    duties = []
    for number, line in enumerate(lines.split("\n"), 1):
        cells = [cell.strip() for cell in _PARTED.split(line.strip())]
        if not line.strip() or cells[0] == ROTA_HEAD[0]:
            continue
        day = _read_day(cells[0], year)
        if day is None:
            raise WrongLine(_("Line %(number)s: write the day first, for instance 2026-10-01.") % {"number": number})
        if not 3 <= len(cells) <= 4 or not cells[1] or not cells[2]:
            raise WrongLine(
                _("Line %(number)s: write day, post, name and, if you like, the office telephone.") % {"number": number}
            )
        duties.append(Duty(day, *cells[1:]))
    if not duties:
        raise WrongLine(_("Write at least one line."))
    return sorted(duties, key=lambda duty: duty.day)


def _read_day(text, year):
    match = _DAY.match(text)
    try:
        return match and date(int(match["year"] or year), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def wrong_end(kind, shown_until, published_on):
    """Why an announcement of this kind cannot be shown until then, or None."""
    if shown_until is None:
        return None if kind == AnnouncementKind.GUIDE else _("Say until when it is shown.")
    if shown_until < published_on:
        return _("The last day lies in the past.")
    if kind != AnnouncementKind.GUIDE and shown_until > published_on + MOST_AHEAD:
        return _("The last day lies more than a year ahead; what stands for longer is a service guide.")
    if shown_until.year > published_on.year + MOST_YEARS:
        return _("The last day lies more than ten years ahead.")
    return None


def wrong(kind, text):
    """Why `text` is not what an announcement of this kind holds, or None."""
    if kind == AnnouncementKind.ROTA:
        try:
            read_rota(text, year=date.min.year)
        except WrongLine as error:
            return str(error)
    if kind == AnnouncementKind.GUIDE and not all(guide_parts(text).get(key) for key, _heading in GUIDE_PARTS):
        return _("A service guide says conditions, papers, time limit, post and telephone.")
    return None
