"""The roll and the attendance of a meeting; from them follows whether it is valid."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    check_seen,
    lock_meeting_and_matters,
    record,
    refuse,
    refuse_in_field,
    save,
    today,
    why_by_ballots,
)
from councils.actions.meetings.calls import (
    mark_void,
    registered_voters,
    settle_second_part,
    why_number_unexplained,
    write_roll,
)
from councils.actions.meetings.mending import note_mended
from councils.actions.meetings.parts import lost_before, why_part_waits
from councils.enums import MeetingOutcome, Presence
from councils.models import Meeting, RollChange, RollEntry
from councils.permissions import require_recording
from councils.voting import Contradiction, Counts, tally


@transaction.atomic
def open_attendance(*, by, at, meeting, seen, entitled=None, area_entitled=None):
    """Freeze the roll: a named one is read from the terms once more, a counted one gets its number.

    Afterwards it changes only by `change_roll`, with a reason. Needs the power to enter this meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    if meeting.roll_frozen_at:
        raise already_done()
    check_seen(meeting, seen)
    refuse(why_part_waits(meeting))
    freeze_roll(meeting, at=at, entitled=entitled, area_entitled=area_entitled)
    save(meeting, "entitled", "area_entitled", "roll_frozen_at")
    record(by=by, verb="open_attendance", at=at, row=meeting, entitled=meeting.entitled)
    return meeting


def freeze_roll(meeting, *, at, entitled, area_entitled, roll_source=""):
    """Fix roll and number of the locked `meeting` (unsaved); `roll_source` explains a number not of the register."""
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        raise Refused(_("This meeting was called off."))
    if today(at) < meeting.held_on:
        raise Refused(_("The meeting has not been held yet."))
    if meeting.is_named:
        write_roll(meeting, meeting.body, meeting.held_on)
        meeting.entitled = meeting.roll.filter(votes=True).count()
    elif entitled is not None and entitled != meeting.entitled:
        registered = registered_voters(meeting.body, meeting.held_on)
        refuse_in_field("entitled", why_number_unexplained(registered, entitled, roll_source))
        meeting.entitled = entitled
    if roll_source.strip():
        meeting.roll_source = roll_source.strip()
    if area_entitled is not None:
        meeting.area_entitled = area_entitled
    if not meeting.entitled:
        raise Mistaken({"entitled": _("Enter how many are entitled.")})
    if meeting.rule.by_area and not meeting.area_entitled:
        raise Mistaken({"area_entitled": _("Owners decide by heads and by area: the area is missing.")})
    meeting.roll_frozen_at = at


@transaction.atomic
def record_attendance(
    *,
    by,
    at,
    meeting,
    seen,
    present=None,
    on_leave=0,
    marks=None,
    non_voting=0,
    area_present=None,
    leave_note="",
    entitled=None,
    area_entitled=None,
    roll_source="",
):
    """Enter who came; the portal says whether the meeting is valid. Returns the Meeting.

    By number: `present` and `on_leave`, the rest was absent. By name: `marks` {roll entry id: (Presence, reason)} for
    every entry. Freezes the roll when that was not done (`entitled` as in `open_attendance`). Without a quorum the
    meeting is void, no vote counts, and the same step may be called again. Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    if meeting.outcome in (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM):
        raise already_done()
    check_seen(meeting, seen)
    refuse(why_by_ballots(meeting) or why_part_waits(meeting))
    if not meeting.roll_frozen_at:
        freeze_roll(meeting, at=at, entitled=entitled, area_entitled=area_entitled, roll_source=roll_source)
    attend(
        meeting,
        items,
        by=by,
        at=at,
        present=present,
        on_leave=on_leave,
        marks=marks,
        non_voting=non_voting,
        area_present=area_present,
        leave_note=leave_note,
    )
    record(by=by, verb="record_attendance", at=at, row=meeting, outcome=meeting.outcome)
    settle_second_part(meeting, items, by=by, at=at)
    return meeting


def attend(meeting, items, *, by, at, present, on_leave, marks, non_voting, area_present, leave_note):
    """Write the attendance of the locked meeting with a frozen roll, and judge its quorum."""
    if meeting.is_named:
        present, on_leave, absent, non_voting = _mark(meeting, marks or {})
    else:
        if present is None:
            raise Mistaken({"present": _("Enter how many were present.")})
        absent = meeting.entitled - present - on_leave
        if absent < 0:
            raise Mistaken({"present": _("Present must not be more than entitled.")})
    meeting.present, meeting.on_leave, meeting.absent = present, on_leave, absent
    meeting.non_voting, meeting.area_present, meeting.leave_note = non_voting, area_present, leave_note.strip()
    meeting.recorded_by, meeting.recorded_at = by, at
    judge_quorum(meeting, items)
    save(
        meeting,
        "entitled",
        "area_entitled",
        "roll_source",
        "roll_frozen_at",
        "present",
        "on_leave",
        "absent",
        "non_voting",
        "area_present",
        "leave_note",
        "recorded_by",
        "recorded_at",
        "outcome",
        "quorum_result",
    )


def judge_quorum(meeting, items):
    """Set outcome and `quorum_result` of the meeting (unsaved) and mark its items void, or valid again."""
    counts = Counts(
        entitled=meeting.entitled,
        present=meeting.present,
        area_entitled=meeting.area_entitled,
        area_participating=meeting.area_present,
        area_for=0 if meeting.rule.by_area else None,
    )
    try:
        result = tally(meeting.rule, counts)
    except Contradiction as contradiction:
        raise Mistaken(contradiction.errors) from None
    meeting.quorum_result = result.as_json()
    meeting.outcome = MeetingOutcome.VALID if result.quorum_met else MeetingOutcome.NO_QUORUM
    lost = lost_before(meeting)
    put = [item for item in items if item.matter_id not in lost]
    if any(item.void == result.quorum_met for item in put):
        mark_void(put, void=not result.quorum_met)


def _mark(meeting, marks):
    """Write presence on a named roll; (present, on leave, absent, present without a vote)."""
    entries = list(meeting.roll.all())
    if {entry.pk for entry in entries} - set(marks):
        raise Mistaken({"marks": _("Say of everyone on the roll whether they came.")})
    count = dict.fromkeys(Presence.values, 0)
    guests = 0
    for entry in entries:
        presence, reason = marks[entry.pk]
        entry.presence, entry.leave_reason = Presence(presence).value, reason.strip()
        if entry.votes:
            count[entry.presence] += 1
        elif presence == Presence.PRESENT:
            guests += 1
    RollEntry.objects.bulk_update(entries, ["presence", "leave_reason"])
    return count[Presence.PRESENT], count[Presence.LEAVE], count[Presence.ABSENT], guests


@transaction.atomic
def change_roll(
    *,
    by,
    at,
    meeting,
    seen,
    reason,
    entry=None,
    presence=None,
    leave_reason="",
    entitled=None,
    present=None,
    on_leave=None,
    area_entitled=None,
    area_present=None,
):
    """Change a frozen roll or its attendance, with a reason that is kept; the quorum is judged again.

    By name: `entry` and its new `presence`. By number: the numbers that change. Not after the record was confirmed.
    Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    refuse(why_roll_stands(meeting))
    if not reason.strip():
        raise Mistaken({"reason": _("Say why the roll changes.")})
    what, colon = [], pgettext("between name and value", ": ")
    if meeting.is_named:
        if entry is None or not presence:
            raise Mistaken({"entry": _("Choose a person and their attendance.")})
        entry = meeting.roll.get(pk=entry.pk)
        before = entry.get_presence_display()
        entry.presence, entry.leave_reason = Presence(presence).value, leave_reason.strip()
        entry.save(update_fields=["presence", "leave_reason"])
        what.append(f"{entry.name}{colon}{before} → {entry.get_presence_display()}")
        voters = list(meeting.roll.filter(votes=True).values_list("presence", flat=True))
        numbers = {
            "present": voters.count(Presence.PRESENT),
            "on_leave": voters.count(Presence.LEAVE),
            "entitled": len(voters),
        }
    else:
        numbers = {"entitled": entitled, "present": present, "on_leave": on_leave}
    numbers |= {"area_entitled": area_entitled, "area_present": area_present}
    for name, value in numbers.items():
        old = getattr(meeting, name)
        if value is not None and value != old:
            setattr(meeting, name, value)
            if not meeting.is_named:
                what.append(f"{Meeting._meta.get_field(name).verbose_name}{colon}{old} → {value}")
    if not what:
        raise Mistaken({"present": _("Nothing has changed.")})
    if not meeting.is_named and entitled is not None:
        meeting.roll_source = reason.strip()[:200]
    if meeting.present is not None:
        meeting.absent = meeting.entitled - meeting.present - meeting.on_leave
        if meeting.absent < 0:
            raise Mistaken({"present": _("Present must not be more than entitled.")})
        judge_quorum(meeting, items)
    note_mended(meeting, by=by, at=at)
    RollChange.objects.create(meeting=meeting, what="；".join(what)[:300], reason=reason.strip(), by=by, at=at)
    save(meeting, *numbers, "roll_source", "absent", "outcome", "quorum_result")
    record(by=by, verb="change_roll", at=at, row=meeting, reason=reason.strip())
    settle_second_part(meeting, items, by=by, at=at)
    return meeting


def why_roll_stands(meeting):
    """Why roll and attendance of `meeting` cannot be changed; None when they can, with a reason."""
    if reason := why_by_ballots(meeting):
        return reason
    if not meeting.roll_frozen_at:
        return _("The roll is still provisional; it follows the terms.")
    if meeting.confirmed_at:
        return _("The record of this meeting is confirmed.")
    if Meeting.objects.filter(replaces=meeting).exists():
        return _("The meeting has been called again; its attendance stands.")
    return None


@transaction.atomic
def recuse(*, by, at, meeting, seen, entry, reason):
    """Somebody present takes no part in the vote because the matter is their own (回避). Named rolls only."""
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    refuse(why_roll_stands(meeting))
    if any(item.vote for item in items):
        raise Refused(_("The vote has been taken."))
    if not reason.strip():
        raise Mistaken({"reason": _("Say why this person takes no part.")})
    entry = meeting.roll.get(pk=entry.pk)
    if entry.recused:
        raise already_done()
    entry.recused, entry.recusal_reason = True, reason.strip()
    entry.save(update_fields=["recused", "recusal_reason"])
    save(meeting)
    note_mended(meeting, by=by, at=at)
    record(by=by, verb="recuse", at=at, row=meeting, person=entry.name)
    return meeting
