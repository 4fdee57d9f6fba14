"""Putting right when and where a meeting was held, while its record is not confirmed."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken
from councils.actions.common import (
    check_seen,
    lock_meeting,
    lock_meeting_and_matters,
    record,
    refuse,
    refuse_in_field,
    save,
    today,
    why_by_ballots,
)
from councils.actions.meetings.bodies import why_not_both
from councils.actions.meetings.calls import course_of, why_notice_too_short
from councils.actions.meetings.parts import other_part
from councils.enums import MeetingOutcome
from councils.permissions import require_recording
from councils.procedures import why_out_of_order
from councils.voting import NoRuleInForce, rule_for

MENDABLE = ("held_on", "held_at", "place", "notice_on", "urgent_reason", "chair", "recorder")


def why_not_mendable(meeting):
    """Why day, place and people of `meeting` stand; None while its record waits for confirmation."""
    if meeting.outcome not in (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM):
        return _("Enter the attendance first.")
    if meeting.confirmed_at:
        return _("The record of this meeting is confirmed.")
    return why_by_ballots(meeting)


@transaction.atomic
def mend_meeting(*, by, at, meeting, seen, reason, **changes):
    """Put right what was entered wrongly: `changes` are columns of MENDABLE. The reason and what was there are kept.

    Roll, attendance and counts have verbs of their own. Of two parts of one sitting both get the same day. Needs the
    power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    refuse(why_not_mendable(meeting))
    if unknown := set(changes) - set(MENDABLE):
        raise TypeError(f"mend_meeting cannot change {sorted(unknown)}")
    if not reason.strip():
        raise Mistaken({"reason": _("Say what was wrong.")})
    rule = meeting.rule
    before = {name: getattr(meeting, name) for name in changes}
    for name, value in changes.items():
        setattr(meeting, name, value.strip() if isinstance(value, str) else value)
    changed = {name: str(old or "") for name, old in before.items() if getattr(meeting, name) != old}
    if not changed:
        raise Mistaken({"reason": _("Nothing has changed.")})
    refuse_in_field("recorder", why_not_both(meeting.chair, meeting.recorder))
    refuse_in_field("held_on", _why_not_that_day(meeting, items, rule, today(at)))
    _move_part(meeting)
    save(meeting, *changes)
    note_mended(meeting, by=by, at=at)
    record(by=by, verb="mend_meeting", at=at, row=meeting, reason=reason.strip(), before=changed)
    return meeting


def _move_part(meeting):
    """Give the other part of the sitting of the locked `meeting` its new day; the first part is saved first."""
    part = other_part(meeting)
    if part is None or part.held_on == meeting.held_on:
        return
    part = lock_meeting(part.pk)
    part.held_on = meeting.held_on
    for row in sorted((meeting, part), key=lambda row: row.pk):
        save(row, "held_on")


def _why_not_that_day(meeting, items, rule, on):
    """Why the locked `meeting` cannot have been held on its new day; None when it can."""
    if meeting.held_on > on:
        return _("This day has not come yet.")
    if meeting.held_on < meeting.notice_on:
        return _("A meeting cannot be held before it is called.")
    try:
        if rule_for(meeting.rule_key, on=meeting.held_on, mode=meeting.rule_mode).version != rule.version:
            return _("Another version of the voting rule was in force on that day; enter the meeting anew.")
    except NoRuleInForce:
        return _("No voting rule of this body was in force on that day.")
    for item in items:
        done = item.matter.steps_done.filter(annulled_by=None).order_by("-done_on").values_list("done_on", flat=True)
        if meeting.held_on < max([item.matter.registered_on, *done[:1]]):
            return _("This day lies before the step it follows.")
        if reason := why_out_of_order((meeting.held_on, meeting.held_at), *course_of(item.matter, before=meeting)):
            return reason
    return why_notice_too_short(meeting.rule, meeting.notice_on, meeting.held_on, meeting.urgent_reason)


def note_mended(meeting, *, by, at):
    """The returned record of the locked `meeting` was changed: it waits for confirmation again, not for its writer.

    `by` answers for all of it from now on, its counts included, and does not confirm it; so who entered or corrected
    something and was the only one to confirm can. To save it unchanged is enough: `by` compared it with the paper.
    """
    if meeting.is_returned:
        meeting.mended_at, meeting.recorded_by = at, by
        meeting.save(update_fields=["mended_at", "recorded_by"])
