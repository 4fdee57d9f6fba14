"""The course of one meeting, from its call to its confirmed record: what is done, what comes next, why the rest waits.

Pure: reads a meeting and its items as they were loaded; no request, no clock. The page of a meeting and its forms ask
here, so that a closed form and a closed button give the same reason.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from councils.actions.common import why_by_ballots
from councils.actions.meetings import why_part_waits
from councils.actions.records import why_not_confirmable
from councils.actions.votes import why_no_vote
from councils.enums import MeetingOutcome


class Stage(StrEnum):
    """The stages of a meeting, in their order."""

    CALL = "call"
    ATTENDANCE = "attendance"
    VOTE = "vote"
    MINUTES = "minutes"
    CONFIRMATION = "confirmation"


TITLES = {
    Stage.CALL: _("Call"),
    Stage.ATTENDANCE: _("Roll and attendance"),
    Stage.VOTE: _("Vote"),
    Stage.MINUTES: _("Minutes and papers"),
    Stage.CONFIRMATION: _("Confirmation"),
}


@dataclass(frozen=True)
class Leg:
    """One stage of one meeting. `state`: done, now or todo (classes of the track); `reason`: why it waits, if so."""

    stage: Stage
    title: str | Promise
    state: str
    reason: str = ""

    @property
    def is_open(self):
        return self.state == "now" and not self.reason


def course(meeting, items, user, today):
    """The stages of `meeting` as `user` finds them on the day `today`."""
    called_off = meeting.outcome == MeetingOutcome.CALLED_OFF
    voted = bool(items) and all(item.vote or item.void for item in items)
    done = {
        Stage.CALL: True,
        Stage.ATTENDANCE: meeting.outcome in (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM),
        Stage.VOTE: meeting.is_void or voted,
        # A void sitting may be confirmed without minutes.
        Stage.MINUTES: bool(meeting.minutes) or meeting.confirmed_at is not None,
        Stage.CONFIRMATION: meeting.confirmed_at is not None,
    }
    reasons = {
        Stage.ATTENDANCE: why_no_attendance(meeting, today),
        Stage.VOTE: why_no_vote(meeting),
        Stage.MINUTES: why_no_minutes(meeting),
        Stage.CONFIRMATION: why_not_confirmable(meeting, items, user),
    }
    legs, reached = [], False
    for stage in Stage:
        if done[stage]:
            legs.append(Leg(stage, TITLES[stage], "done"))
        elif called_off or reached:
            legs.append(Leg(stage, TITLES[stage], "todo", "" if called_off else reasons[stage] or ""))
        else:
            # The minutes of a void sitting are welcome, but nothing waits for them.
            reached = not (meeting.is_void and stage == Stage.MINUTES)
            legs.append(Leg(stage, TITLES[stage], "now" if reached else "todo", reasons[stage] or ""))
    return legs


def why_no_attendance(meeting, today):
    """Why no attendance can be entered for `meeting` on the day `today`; None when it can."""
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        return gettext("This meeting was called off.")
    if meeting.outcome:
        return gettext("The attendance is entered.")
    if today < meeting.held_on:
        return gettext("The meeting has not been held yet.")
    return why_by_ballots(meeting) or why_part_waits(meeting)


def why_no_minutes(meeting):
    """Why the minutes of `meeting` cannot be written now; None when they can."""
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        return gettext("This meeting was called off.")
    if not meeting.outcome:
        return gettext("Enter the attendance first.")
    if meeting.confirmed_at:
        return gettext("The record of this meeting is confirmed.")
    return None


def why_not_called_off(meeting):
    """Why `meeting` cannot be called off; None when it can."""
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        return gettext("This meeting was called off.")
    if meeting.outcome:
        return gettext("This meeting has been held.")
    return None
