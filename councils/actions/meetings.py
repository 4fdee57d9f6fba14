"""Calling a meeting, its roll and attendance, minutes and papers."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record as record_event
from audit.errors import Refused
from audit.models import Audience
from councils.actions.common import (
    Mistaken,
    already_done,
    changed_meanwhile,
    check_seen,
    create_once,
    lock_matter,
    lock_meeting_and_matters,
    person_of,
    record,
    refuse,
    save,
    today,
)
from councils.enums import MeetingOutcome, Presence, RollMode, ScanKind
from councils.models import AgendaItem, Meeting, RollChange, RollEntry, Scan
from councils.permissions import require_at, require_recording
from councils.procedures import Deliberation, why_not_held_by
from councils.voting import Contradiction, Counts, NoRuleInForce, UnknownMode, rule_for, tally
from disclosure.actions.common import refuse_personal_data
from orgs.powers import Power


@transaction.atomic
def call_meeting(
    *,
    by,
    at,
    matters,
    step,
    body,
    held_on,
    place,
    token,
    seen,
    held_at=None,
    notice_on=None,
    urgent_reason="",
    roll_mode=None,
    entitled=None,
    area_entitled=None,
    roll_basis="",
    roll_source="",
    rule_mode="",
    chair=None,
    recorder=None,
):
    """Call `body` to a meeting on `held_on` about `matters`, all at the same `step`; returns the Meeting.

    `seen`: {matter id: matter.version of the form}. `roll_mode` is by number for Party bodies and assemblies, by name
    for the others unless said otherwise; `entitled` of a counted roll is the number of members with a vote that the
    terms give, when there is one. `rule_mode` chooses between adults and household representatives. A step
    opens only after the one before; after a void meeting it is called again. Needs `run_meetings`.
    """
    require_at(by, Power.RUN_MEETINGS, body.unit, today(at))
    if Meeting.objects.filter(token=token).exists():
        raise already_done()
    if not matters:
        raise Mistaken({"matters": _("Choose at least one matter.")})
    locked = [lock_matter(pk) for pk in sorted(matter.pk for matter in matters)]
    for matter in locked:
        if matter.version != seen.get(matter.pk):
            called = matter.items.filter(step=step, round=matter.round, void=False, meeting__called_by=by).exists()
            raise already_done() if called else changed_meanwhile()
        refuse(why_not_callable(matter, step, body, today(at)))
    notice_on = notice_on or today(at)
    if held_on < notice_on:
        raise Mistaken({"held_on": _("A meeting cannot be held before it is called.")})
    meeting, items = create_meeting(
        by=by,
        at=at,
        matters=locked,
        step=step,
        body=body,
        held_on=held_on,
        held_at=held_at,
        place=place,
        token=token,
        notice_on=notice_on,
        urgent_reason=urgent_reason,
        roll_mode=roll_mode,
        entitled=entitled,
        area_entitled=area_entitled,
        roll_basis=roll_basis,
        roll_source=roll_source,
        rule_mode=rule_mode,
        chair=chair,
        recorder=recorder,
    )
    for item in items:
        save(item.matter)
    record(by=by, verb="call_meeting", at=at, row=meeting, matters=[matter.number for matter in locked], step=step)
    return meeting


def why_not_callable(matter, step, body, on):
    """Why `body` cannot be called about `matter` at `step` on the day `on`; None when it can."""
    closed = matter.why_closed(step, on)
    if closed:
        return closed
    return why_not_held(matter, step, body)


def why_not_held(matter, step, body):
    """Why `body` may not hold `step` of `matter` at all, or once more; None when it may."""
    row = matter.procedure_row.step(step)
    if not isinstance(row, Deliberation):
        return _("This step is no meeting.")
    if body.unit_id != matter.unit_id:
        return _("The body belongs to another unit than the matter.")
    if row.binding and body.kind != matter.deciding_body:
        return _("Another body decides this matter.")
    if matter.items.filter(step=step, round=matter.round, void=False).exists():
        return _("A meeting has been called for this step already.")
    return why_not_held_by(row, body.kind)


def create_meeting(*, by, at, matters, step, body, held_on, rule_mode, roll_mode, entitled, token, **fields):
    """The rows of a meeting with its agenda and provisional roll. The matters are locked and their step is open."""
    deliberation = matters[0].procedure_row.step(step)
    if any(matter.procedure_row.step(step) != deliberation for matter in matters):
        raise Refused(_("These matters go through different procedures; call a meeting for each."))
    rules = {matter.rule_key if deliberation.binding else deliberation.rules_of(body.kind)[0] for matter in matters}
    if len(rules) > 1:
        raise Refused(_("These matters are decided by different voting rules; call a meeting for each."))
    rule = _rule(rules.pop(), held_on, rule_mode)
    refuse(why_notice_too_short(rule, fields["notice_on"], held_on, fields["urgent_reason"]))
    roll_mode = roll_mode or (RollMode.COUNTED if body.is_party or body.row.counted else RollMode.NAMED)
    seats = [seat for seat in body.roll(held_on) if seat.votes]
    if roll_mode == RollMode.NAMED and not seats:
        raise Mistaken({"roll_mode": _("Nobody holds a seat in this body: enter the number instead of names.")})
    if roll_mode == RollMode.NAMED:
        entitled = len(seats)
    elif entitled is None and seats:
        entitled = len(seats)
        fields["roll_basis"] = fields["roll_basis"] or _("Members by the register of terms.")
    replaces = _void_before(matters[0], step)

    def build():
        meeting = Meeting.objects.create(
            unit=body.unit,
            body=body,
            rule_key=rule.key,
            rule_mode=rule.mode,
            held_on=held_on,
            called_by=by,
            called_at=at,
            roll_mode=roll_mode,
            entitled=entitled,
            replaces=replaces,
            token=token,
            **fields,
        )
        items = [
            AgendaItem.objects.create(
                meeting=meeting, matter=matter, step=step, round=matter.round, motion=matter.motion, position=place
            )
            for place, matter in enumerate(matters)
        ]
        if roll_mode == RollMode.NAMED:
            write_roll(meeting, body, held_on)
        return meeting, items

    return create_once(build)


def why_notice_too_short(rule, notice_on, held_on, urgent_reason):
    """Why the notice of the meeting is too short; None when the rule asks for none or the matter is urgent."""
    days = (held_on - notice_on).days
    if rule.notice_days and days < rule.notice_days and not urgent_reason.strip():
        return _(
            "This meeting is called %(days)s days before; without an urgent reason give %(rule)s days' notice."
        ) % {
            "days": days,
            "rule": rule.notice_days,
        }
    return None


def _rule(key, held_on, mode):
    try:
        return rule_for(key, on=held_on, mode=mode or None)
    except NoRuleInForce:
        raise Mistaken({"held_on": _("No voting rule of this body was in force on that day.")}) from None
    except UnknownMode:
        raise Mistaken({"rule_mode": _("This body does not vote in that way.")}) from None


def _void_before(matter, step):
    """The last void meeting of this step that was not held again yet, or None."""
    void = Meeting.objects.filter(items__matter=matter, items__step=step, items__round=matter.round, again=None)
    return void.filter(outcome=MeetingOutcome.NO_QUORUM).order_by("-held_on", "-id").first()


def write_roll(meeting, body, on):
    """Make the roll entries say who belongs to `body` on the day `on`; those without a vote are listed too."""
    seats = {seat.person.pk: seat for seat in body.roll(on)}
    meeting.roll.exclude(person__in=seats).delete()
    known = {entry.person_id: entry for entry in meeting.roll.all()}
    for entry in known.values():
        if entry.votes != seats[entry.person_id].votes:
            entry.votes = not entry.votes
            entry.save(update_fields=["votes"])
    RollEntry.objects.bulk_create(
        [
            RollEntry(
                meeting=meeting,
                person=seat.person,
                name=seat.person.name,
                capacity="、".join(seat.titles)[:60],
                votes=seat.votes,
            )
            for pk, seat in seats.items()
            if pk not in known
        ]
    )


@transaction.atomic
def call_off_meeting(*, by, at, meeting, seen, reason):
    """Call off a meeting that was not held; its step may be called again. Needs `run_meetings`."""
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_at(by, Power.RUN_MEETINGS, meeting.unit, today(at))
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        raise already_done()
    check_seen(meeting, seen)
    if meeting.outcome:
        raise Refused(_("This meeting has been held."))
    if not reason.strip():
        raise Mistaken({"reason": _("Say why the meeting is called off.")})
    meeting.outcome, meeting.outcome_reason = MeetingOutcome.CALLED_OFF, reason.strip()
    # The void meeting it was to be held again for waits for another one.
    meeting.replaces = None
    save(meeting, "outcome", "outcome_reason", "replaces")
    _void(items)
    record(by=by, verb="call_off_meeting", at=at, row=meeting, reason=meeting.outcome_reason)
    return meeting


def _void(items, void=True):
    """Mark the items void, or not: their step may then be called again. The matters' forms become stale."""
    for item in items:
        item.void = void
        item.save(update_fields=["void"])
        save(item.matter)


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
    freeze_roll(meeting, at=at, entitled=entitled, area_entitled=area_entitled)
    save(meeting, "entitled", "area_entitled", "roll_frozen_at")
    record(by=by, verb="open_attendance", at=at, row=meeting, entitled=meeting.entitled)
    return meeting


def freeze_roll(meeting, *, at, entitled, area_entitled):
    """Fix roll and number of the locked `meeting` (unsaved)."""
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        raise Refused(_("This meeting was called off."))
    if today(at) < meeting.held_on:
        raise Refused(_("The meeting has not been held yet."))
    if meeting.is_named:
        write_roll(meeting, meeting.body, meeting.held_on)
        meeting.entitled = meeting.roll.filter(votes=True).count()
    elif entitled is not None:
        meeting.entitled = entitled
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
    if not meeting.roll_frozen_at:
        freeze_roll(meeting, at=at, entitled=entitled, area_entitled=area_entitled)
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
    if any(item.void == result.quorum_met for item in items):
        _void(items, void=not result.quorum_met)


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
    what = []
    if meeting.is_named:
        if entry is None or not presence:
            raise Mistaken({"entry": _("Choose a person and their attendance.")})
        entry = meeting.roll.get(pk=entry.pk)
        before = entry.get_presence_display()
        entry.presence, entry.leave_reason = Presence(presence).value, leave_reason.strip()
        entry.save(update_fields=["presence", "leave_reason"])
        what.append(f"{entry.name}: {before} → {entry.get_presence_display()}")
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
                what.append(f"{Meeting._meta.get_field(name).verbose_name}: {old} → {value}")
    if not what:
        raise Mistaken({"present": _("Nothing has changed.")})
    if meeting.present is not None:
        meeting.absent = meeting.entitled - meeting.present - meeting.on_leave
        if meeting.absent < 0:
            raise Mistaken({"present": _("Present must not be more than entitled.")})
        judge_quorum(meeting, items)
    RollChange.objects.create(meeting=meeting, what="；".join(what)[:300], reason=reason.strip(), by=by, at=at)
    save(meeting, *numbers, "absent", "outcome", "quorum_result")
    record(by=by, verb="change_roll", at=at, row=meeting, reason=reason.strip())
    return meeting


def why_roll_stands(meeting):
    """Why roll and attendance of `meeting` cannot be changed; None when they can, with a reason."""
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
    record(by=by, verb="recuse", at=at, row=meeting, person=entry.name)
    return meeting


@transaction.atomic
def record_minutes(
    *,
    by,
    at,
    meeting,
    seen,
    minutes,
    public_summary="",
    supervision_opinion="",
    observers=(),
    chair=None,
    recorder=None,
):
    """Enter or change the minutes until the record is confirmed. `observers`: dicts of `name` and `capacity`.

    `public_summary` is the one sentence of plain words that everyone may read. Needs the power to enter this meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    if meeting.confirmed_at:
        raise Refused(_("The record of this meeting is confirmed."))
    if not meeting.outcome or meeting.outcome == MeetingOutcome.CALLED_OFF:
        raise Refused(_("Enter the attendance first."))
    write_minutes(
        meeting,
        at=at,
        minutes=minutes,
        public_summary=public_summary,
        supervision_opinion=supervision_opinion,
        observers=observers,
        chair=chair,
        recorder=recorder,
    )
    record(by=by, verb="record_minutes", at=at, row=meeting)
    return meeting


def write_minutes(meeting, *, at, minutes, public_summary, supervision_opinion, observers, chair, recorder):
    """The columns of the minutes of the locked meeting."""
    if not minutes.strip():
        raise Mistaken({"minutes": _("The minutes are empty.")})
    refuse_personal_data(meeting.unit, public_summary)
    meeting.minutes, meeting.public_summary = minutes.strip(), public_summary.strip()
    meeting.supervision_opinion = supervision_opinion.strip()
    meeting.observers = [
        {"name": person["name"].strip(), "capacity": person.get("capacity", "").strip()}
        for person in observers
        if person["name"].strip()
    ]
    meeting.chair = chair or meeting.chair
    meeting.recorder = recorder or meeting.recorder
    meeting.minutes_at = at
    save(
        meeting,
        "minutes",
        "public_summary",
        "supervision_opinion",
        "observers",
        "chair",
        "recorder",
        "minutes_at",
    )


@transaction.atomic
def add_scan(*, by, at, meeting, attachment, kind):
    """Add a scanned paper; also after the record was confirmed, since it changes nothing that was recorded.

    The attachment must be internal: of a Party meeting for the Party organisation alone. Needs the power to enter this
    meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    wanted = Audience.PARTY if meeting.is_party else Audience.UNIT
    if attachment.audience != wanted or attachment.path != meeting.unit.path:
        raise Refused(_("The scan of a meeting is kept among the internal papers of its own unit."))
    scan = Scan.objects.create(meeting=meeting, attachment=attachment, kind=ScanKind(kind).value)
    record(by=by, verb="add_scan", at=at, row=meeting, kind=scan.kind)
    return scan


def note_read(*, by, at, meeting):
    """Write down that somebody looked at the record of a Party meeting: views of sensitive data are events too."""
    person_of(by)
    record_event(
        by=by,
        verb="read_party_record",
        at=at,
        label=str(meeting),
        url=meeting.get_absolute_url(),
        path=meeting.unit.path,
    )
