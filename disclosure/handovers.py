"""Whom a draft waits for and since when, and what happened to it, for the page of a notice at the desk."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.enums import Stage
from orgs.enums import Level

# What people read of the data of an event.
_WORDS = ("opinion", "reason", "answer")


@dataclass(frozen=True)
class Waiting:
    """`whom` a draft waits for and `since` which day, by when that should be done (`due`, or None), on what basis."""

    whom: str
    since: date
    due: date | None = None
    basis: str = ""

    def is_late(self, on):
        return self.due is not None and on > self.due


@dataclass(frozen=True)
class HandOver:
    """One thing that happened: who, what (a verb of the log), when, and the words said with it."""

    verb: str
    actor: str
    at: datetime
    words: str = ""
    of: str = ""


def waiting(version):
    """Whom the newest version waits for; None once it is signed."""
    checking = version.notice.checking
    stage = version.stage_of_draft
    if stage == Stage.DRAFT:
        return Waiting(_("the drafter"), timezone.localdate(version.drafted_at))
    if stage == Stage.RETURNED:
        since = timezone.localdate(version.returned_at)
        objected = any(opinion.is_open for opinion in version.opinions.all())
        return Waiting(
            _("the drafter, to answer the objection") if objected else _("the drafter, to change it"),
            since,
            checking.due(since) if objected else None,
            str(checking.basis) if objected and checking.days else "",
        )
    if stage == Stage.IN_REVIEW:
        since = timezone.localdate(version.submitted_at)
        return Waiting(str(checking.waits), since, checking.due(since), str(checking.basis))
    if stage == Stage.REVIEWED:
        return Waiting(_("the signatory"), timezone.localdate(version.reviewed_at or version.submitted_at))
    return None


def timeline(notice, events, on):
    """Everything that happened to `notice` until the day `on`, oldest first, ending with its publication and filing."""
    lines = [
        HandOver(
            verb=event.verb,
            actor=event.actor,
            at=event.happened_at,
            words=next((event.data[name] for name in _WORDS if event.data.get(name)), ""),
            of=event.data.get("of", ""),
        )
        for event in events
    ]
    for version in notice.published_versions(on):
        lines.append(HandOver(verb="published", actor="", at=version.published_at, of=_filed_with(notice)))
    return sorted(lines, key=lambda line: line.at)


def _filed_with(notice):
    """Where it is on file by being published: the street sees it at once and nobody hands anything in."""
    if notice.unit.level <= Level.STREET or not notice.row.reviewers:
        return ""
    return _("the street")
