"""Several past steps in one go, from signed paper."""

import uuid
from dataclasses import dataclass, field
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    changed_meanwhile,
    lock_matter,
    record,
    refuse,
    refuse_in_field,
    save,
    today,
)
from councils.actions.meetings.attendance import attend, freeze_roll
from councils.actions.meetings.calls import create_meeting, why_before_registered, why_not_held
from councils.actions.meetings.minutes import write_minutes
from councils.actions.meetings.parts import next_in_one_sitting, why_not_in_one_sitting
from councils.actions.votes import write_vote
from councils.enums import MeetingOutcome, RollMode
from councils.models import Matter, Meeting
from councils.permissions import require_recording
from councils.procedures import Deliberation
from orgs.models import Body, Person


@dataclass(frozen=True, kw_only=True)
class PastItem:
    """Another matter that a sitting voted on: the version its writer saw, and its own counts."""

    matter: Matter
    seen: int
    numbers: dict


@dataclass(frozen=True, kw_only=True)
class PastSitting:
    """One sitting as its signed paper says. Counts are left out when too few came. Areas in 0.01 m².

    `same_sitting`: it was held in one sitting with the one before it (see `meetings/parts.py`). `beside`: the other
    matters it voted on, which wait for the same step.
    """

    step: str
    body: Body
    held_on: date
    present: int
    same_sitting: bool = False
    held_at: time | None = None
    place: str = ""
    notice_on: date | None = None
    urgent_reason: str = ""
    rule_mode: str = ""
    entitled: int | None = None
    on_leave: int = 0
    non_voting: int = 0
    leave_note: str = ""
    roll_basis: str = ""
    roll_source: str = ""
    area_entitled: int | None = None
    area_present: int | None = None
    chair: Person | None = None
    recorder: Person | None = None
    observers: tuple = ()
    minutes: str = ""
    public_summary: str = ""
    supervision_opinion: str = ""
    method: str = ""
    tellers: tuple = ()
    note: str = ""
    dissent: str = ""
    dissenters: str = ""
    numbers: dict = field(default_factory=dict)
    beside: tuple[PastItem, ...] = ()


def why_no_paper(matter, on):
    """Why no past step of `matter` can be entered on the day `on`; None when one can. Reads `matter.items`."""
    step = matter.open_step(on)
    if not isinstance(step, Deliberation):
        return _("No deliberation is open for this matter.")
    for item in matter.items.all():
        if (item.step, item.round, item.void) == (step.key, matter.round, False):
            if item.meeting.outcome:
                return _("What was entered waits for confirmation; what follows can be entered then.")
            return _("A meeting has been called for this step already.")
    return None


@transaction.atomic
def enter_past_steps(*, by, at, matter, seen, token, sittings):
    """Enter several `PastSitting`s of `matter` at once, in the order of their days; returns the Meetings.

    Each is judged as if entered by itself: a step follows only on the one before carried, a sitting without a quorum is
    followed by the same step again, and a vote that is lost is the last. They count once the secretary has confirmed
    them (`confirm_records`), all at once. Other matters come with the first sitting only: the later steps of each are
    its own. Needs the power to enter each of the meetings.
    """
    if Meeting.objects.filter(token=_token(token, 0)).exists():
        raise already_done()
    versions = {matter.pk: seen} | {item.matter.pk: item.seen for sitting in sittings for item in sitting.beside}
    matters = {pk: lock_matter(pk) for pk in sorted(versions)}
    matter = matters[matter.pk]
    if any(row.version != versions[pk] for pk, row in matters.items()):
        raise changed_meanwhile()
    if not sittings:
        raise Mistaken({"sittings": _("There is no meeting to enter.")})
    step, lost = matter.open_step(today(at)), False
    meetings = []
    for place, sitting in enumerate(sittings):
        if lost:
            raise _at(place, Refused(_("The vote before was lost; the matter goes no further.")))
        if not isinstance(step, Deliberation) or sitting.step != step.key:
            raise _at(place, Refused(_("The step before is not done yet.")))
        if sitting.held_on > today(at):
            raise _at(place, Refused(_("This day has not come yet.")))
        try:
            first = meetings[-1] if sitting.same_sitting and meetings else None
            refuse(_why_not_same_sitting(matter, sitting, first))
            others = [matters[item.matter.pk] for item in sitting.beside]
            own = _token(token, place)
            meeting, vote = _enter(matter, others, sitting, by=by, at=at, token=own, follows=first)
        except Mistaken as mistaken:
            raise _at(place, mistaken) from None
        except Refused as refused:
            raise _at(place, refused) from None
        meetings.append(meeting)
        if vote is not None:
            lost = not step.goes_on(vote.is_carried)
            step = matter.steps[matter.steps.index(step) + 1]
    for row in matters.values():
        save(row)
        steps = [sitting.step for sitting in sittings] if row == matter else [sittings[0].step]
        record(by=by, verb="enter_past_steps", at=at, row=row, steps=steps)
    return meetings


def _why_not_same_sitting(matter, sitting, first):
    """Why `sitting` was not in one with the meeting `first` that was entered before it; None when it was, or is not."""
    if not sitting.same_sitting:
        return None
    step = first and next_in_one_sitting(matter, first.items.get(matter=matter).step)
    if step is None or step.key != sitting.step or first.held_on != sitting.held_on or first.is_void:
        return _("Only the first two steps, on one day, are held in one sitting.")
    if first.items.count() > 1:
        return _("A sitting about several matters has no second part here: enter the next step of each by itself.")
    return why_not_in_one_sitting(step, first.body, sitting.body, sitting.held_on)


def _enter(matter, others, sitting, *, by, at, token, follows=None):
    """The rows of one sitting; its meeting and the vote on `matter` (None without a quorum)."""
    refuse(why_not_held(matter, sitting.step, sitting.body, sitting.held_on))
    for other in others:
        refuse(other.why_closed(sitting.step, today(at)))
        refuse(why_not_held(other, sitting.step, sitting.body, sitting.held_on))
    refuse_in_field("held_on", why_before_registered([matter, *others], sitting.held_on))
    if sitting.notice_on and sitting.notice_on > sitting.held_on:
        raise Mistaken({"notice_on": _("A meeting cannot be held before it is called.")})
    meeting, items = create_meeting(
        by=by,
        at=at,
        matters=[matter, *others],
        step=sitting.step,
        body=sitting.body,
        held_on=sitting.held_on,
        held_at=sitting.held_at,
        place=sitting.place,
        token=token,
        notice_on=sitting.notice_on or sitting.held_on,
        urgent_reason=sitting.urgent_reason,
        roll_mode=RollMode.COUNTED,
        entitled=sitting.entitled,
        area_entitled=sitting.area_entitled,
        roll_basis=sitting.roll_basis,
        roll_source=sitting.roll_source,
        rule_mode=sitting.rule_mode,
        chair=sitting.chair,
        recorder=sitting.recorder,
        from_paper=True,
        follows=follows,
    )
    require_recording(by, meeting, today(at))
    freeze_roll(meeting, at=at, entitled=None, area_entitled=None)
    for item, row in zip(items, (matter, *others), strict=True):
        item.matter, item.meeting = row, meeting
    attend(
        meeting,
        items,
        by=by,
        at=at,
        present=sitting.present,
        on_leave=sitting.on_leave,
        marks=None,
        non_voting=sitting.non_voting,
        area_present=sitting.area_present,
        leave_note=sitting.leave_note,
    )
    if sitting.minutes:
        write_minutes(
            meeting,
            at=at,
            minutes=sitting.minutes,
            public_summary=sitting.public_summary,
            supervision_opinion=sitting.supervision_opinion,
            observers=sitting.observers,
            chair=sitting.chair,
            recorder=sitting.recorder,
        )
    if meeting.outcome == MeetingOutcome.NO_QUORUM:
        if sitting.numbers or others:
            raise Mistaken({"present": _("Too few came, so nothing can have been voted on. Please check.")})
        return meeting, None
    counted = {"by": by, "at": at, "method": sitting.method, "tellers": sitting.tellers, "ballots": None}
    for item, beside in zip(items[1:], sitting.beside, strict=True):
        write_vote(item, **counted, note="", numbers=dict(beside.numbers))
    said = {"note": sitting.note, "dissent": sitting.dissent, "dissenters": sitting.dissenters}
    return meeting, write_vote(items[0], **counted, **said, numbers=dict(sitting.numbers))


def _token(token, place):
    """The token of the sitting at `place` under the token of the form."""
    return uuid.uuid5(token, str(place))


def _at(place, refused):
    """The refusal with `place`, the number of the sitting from 0, so that a form can show it there."""
    refused.place = place
    return refused
