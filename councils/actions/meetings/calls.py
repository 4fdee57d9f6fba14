"""Calling a meeting, with its agenda and provisional roll, and calling it off."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import formats
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    changed_meanwhile,
    check_seen,
    create_once,
    lock_matter,
    lock_meeting_and_matters,
    record,
    refuse,
    refuse_in_field,
    save,
    today,
)
from councils.actions.meetings.bodies import why_not_both, why_not_by_committee
from councils.actions.meetings.parts import (
    lost_before,
    next_in_one_sitting,
    second_part_of,
    why_not_in_one_sitting,
)
from councils.enums import MeetingOutcome, RollMode
from councils.models import AgendaItem, LocalRule, Meeting, RollEntry
from councils.permissions import require_at
from councils.procedures import (
    Deliberation,
    why_not_held_by,
    why_not_standing,
    why_not_together,
    why_out_of_order,
)
from councils.voting import NoRuleInForce, UnknownMode, local_numbers, rule_for
from orgs.powers import Power

# A later day is a slip of the year.
AHEAD = timedelta(days=366)


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
    voting_from=None,
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
    then=None,
):
    """Call `body` to a meeting on `held_on` about `matters`, all at the same `step`; returns the Meeting.

    `seen`: {matter id: matter.version of the form}. `roll_mode` is by number for Party bodies and assemblies, by name
    for the others unless said otherwise; `entitled` of a counted roll is the number of members with a vote that the
    terms give, when there is one. `rule_mode` chooses between adults and household representatives. Owners
    may vote in writing from `voting_from` to `held_on`; notice is then counted to the first of these days. A step opens
    only after the one before; after a void meeting it is called again. `then`: the body that holds the next step in the
    same sitting (see `parts.py`), by a meeting of its own. Needs `run_meetings`.
    """
    if not matters:
        raise Mistaken({"matters": _("Choose at least one matter.")})
    require_at(by, Power.RUN_MEETINGS, matters[0].unit, today(at))
    if Meeting.objects.filter(token=token).exists():
        raise already_done()
    locked = [lock_matter(pk) for pk in sorted(matter.pk for matter in matters)]
    for matter in locked:
        if matter.version != seen.get(matter.pk):
            called = matter.items.filter(step=step, round=matter.round, void=False, meeting__called_by=by).exists()
            raise already_done() if called else changed_meanwhile()
        refuse(why_not_callable(matter, step, body, today(at)))
    refuse_in_field("held_on", why_before_registered(locked, held_on))
    notice_on = notice_on or today(at)
    if held_on < notice_on:
        raise Mistaken({"held_on": _("A meeting cannot be held before it is called.")})
    if voting_from and not notice_on <= voting_from <= held_on:
        raise Mistaken({"voting_from": _("Owners vote from a day after they were told until the date above.")})
    if held_on > today(at) + AHEAD:
        raise Mistaken({"held_on": _("A meeting is called at most one year ahead. Please check the year.")})
    if then is not None:
        refuse_in_field("then", _why_not_then(locked, step, body, then, held_on))
    meeting, items = create_meeting(
        by=by,
        at=at,
        matters=locked,
        step=step,
        body=body,
        held_on=held_on,
        held_at=held_at,
        voting_from=voting_from,
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
    numbers = [matter.number for matter in locked]
    record(by=by, verb="call_meeting", at=at, row=meeting, matters=numbers, step=step)
    if then is not None:
        second = next_in_one_sitting(locked[0], step).key
        part, _items = create_meeting(
            by=by,
            at=at,
            matters=locked,
            step=second,
            body=then,
            held_on=held_on,
            held_at=held_at,
            place=place,
            token=uuid.uuid5(token, second),
            notice_on=notice_on,
            urgent_reason=urgent_reason,
            chair=chair,
            recorder=recorder,
            follows=meeting,
        )
        record(by=by, verb="call_meeting", at=at, row=part, matters=numbers, step=second)
    return meeting


def _why_not_then(matters, step, first, second, on):
    """Why `second` cannot hold the next step of `matters` in the sitting of `first`; None when it can."""
    row = next_in_one_sitting(matters[0], step)
    if row is None:
        return _("This step is not held in one sitting with the next.")
    reasons = (why_not_held(matter, row.key, second, on) for matter in matters)
    return next((reason for reason in reasons if reason), None) or why_not_in_one_sitting(row, first, second, on)


def why_not_callable(matter, step, body, on):
    """Why `body` cannot be called about `matter` at `step` on the day `on`; None when it can."""
    closed = matter.why_closed(step, on)
    if closed:
        return closed
    return why_not_held(matter, step, body, on)


def why_not_held(matter, step, body, on):
    """Why `body` may not hold `step` of `matter` on the day `on`, or not once more; None when it may."""
    row = matter.procedure_row.step(step)
    if not isinstance(row, Deliberation):
        return _("This step is no meeting.")
    elsewhere = why_not_standing(row, body.kind, matter.unit.path, body.unit.path)
    if elsewhere and body.kind in row.bodies:
        return elsewhere
    if row.binding and body.kind != matter.deciding_body:
        return _("Another body decides this matter.")
    if matter.items.filter(step=step, round=matter.round, void=False).exists():
        return _("A meeting has been called for this step already.")
    return why_not_held_by(row, body.kind) or why_not_by_committee(body, on)


def create_meeting(
    *, by, at, matters, step, body, held_on, token, rule_mode="", roll_mode=None, entitled=None, roll_basis="", **fields
):
    """The rows of a meeting with its agenda and provisional roll. The matters are locked and their step is open."""
    deliberation = matters[0].procedure_row.step(step)
    refuse_in_field("recorder", why_not_both(fields.get("chair"), fields.get("recorder")))
    if len({matter.unit_id for matter in matters}) > 1:
        raise Refused(_("These matters belong to different units; call a meeting for each."))
    if any(matter.procedure_row.step(step) != deliberation for matter in matters):
        raise Refused(_("These matters go through different procedures; call a meeting for each."))
    rules = {matter.rule_key if deliberation.binding else deliberation.rules_of(body.kind)[0] for matter in matters}
    if len(rules) > 1:
        raise Refused(_("These matters are decided by different voting rules; call a meeting for each."))
    law = _rule(rules.pop(), held_on, rule_mode)
    rule, documents = LocalRule.objects.tighten(law, body.unit, held_on)
    first_day = fields.get("voting_from") or held_on
    refuse(why_notice_too_short(rule, fields["notice_on"], first_day, fields["urgent_reason"]))
    for matter in matters:
        sitting = (first_day, None if fields.get("voting_from") else fields.get("held_at"))
        refuse_in_field("held_on", why_out_of_order(sitting, *course_of(matter)))
    roll_mode = roll_mode or (RollMode.COUNTED if body.is_party or body.row.counted else RollMode.NAMED)
    seats = [seat for seat in body.roll(held_on) if seat.votes]
    if roll_mode == RollMode.NAMED and not seats:
        raise Mistaken({"roll_mode": _("Nobody holds a seat in this body: enter the number instead of names.")})
    if roll_mode == RollMode.NAMED:
        entitled = len(seats)
    elif entitled is None and seats:
        entitled = len(seats)
        roll_basis = roll_basis or _("Members by the register of terms.")
    if roll_mode == RollMode.COUNTED:
        refuse_in_field("entitled", why_nobody_entitled(entitled))
        said = fields.get("roll_source", "") or ("" if fields.get("from_paper") else roll_basis)
        refuse_in_field("entitled", why_number_unexplained(len(seats), entitled, said))
    replaces = _void_before(matters[0], step)
    if replaces is None:
        for matter in matters:
            apart = why_not_together(deliberation, _held_before(matter, deliberation), held_on)
            if apart:
                raise Mistaken({"held_on": apart})

    def build():
        meeting = Meeting.objects.create(
            # The record is kept with the matter, wherever the body stands.
            unit=matters[0].unit,
            body=body,
            rule_key=rule.key,
            rule_mode=rule.mode,
            local_numbers=local_numbers(rule),
            local_document="；".join(documents)[:300],
            held_on=held_on,
            called_by=by,
            called_at=at,
            roll_mode=roll_mode,
            entitled=entitled,
            roll_basis=roll_basis,
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


def why_before_registered(matters, held_on):
    """Why no meeting about `matters` was on the day `held_on`; None when all were registered by then."""
    registered_on = max(matter.registered_on for matter in matters)
    if held_on < registered_on:
        return _("The matter was registered on %(day)s; no meeting about it can lie before.") % {
            "day": formats.date_format(registered_on)
        }
    return None


def course_of(matter, before=None, confirmed=False):
    """What the next sitting of `matter` follows: (day and hour of the last one, first day of a round taken up again).

    Sittings in this round that were held, valid or not; `before`: only those entered before this meeting and
    not in one sitting with it; `confirmed`: only those whose record is confirmed.
    """
    held = Meeting.objects.filter(items__matter=matter, items__round=matter.round)
    held = held.filter(outcome__in=[MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM])
    if confirmed:
        held = held.exclude(confirmed_at=None)
    if before is not None:
        held = held.filter(pk__lt=before.pk).exclude(pk=before.follows_id)
    last = held.order_by("-held_on", F("held_at").desc(nulls_last=True)).values_list("held_on", "held_at").first()
    return last, matter.rounds.order_by("-number").values_list("ended_on", flat=True).first()


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


def registered_voters(body, on):
    """How many members with a vote the register of terms gives for `body` on the day `on`; 0 without terms."""
    return sum(seat.votes for seat in body.roll(on))


def why_nobody_entitled(entitled):
    """Why a roll by number cannot count `entitled`; None when it can, or when the number is entered later."""
    return _("Somebody must be entitled to vote here; the number cannot be 0.") if entitled == 0 else None


def why_number_unexplained(registered, entitled, said):
    """Why `entitled` cannot stand without a word: the register gives another number. None when it can.

    The register may be incomplete, so a reason is enough; whoever confirms the record reads it.
    """
    if not registered or entitled in (None, registered) or said.strip():
        return None
    return _(
        "By the register of terms %(number)s members of this body have a vote on that day. Say under “Source document” "
        "why the number differs."
    ) % {"number": registered}


def why_roll_differs(meeting):
    """What a reader of the record is told when a counted roll is not what the register of terms gives; None else."""
    if meeting.is_named or not meeting.entitled:
        return None
    registered = registered_voters(meeting.body, meeting.held_on)
    if registered in (0, meeting.entitled):
        return None
    return _("%(entitled)s are entitled here, %(registered)s by the register of terms. Reason: %(reason)s.") % {
        "entitled": meeting.entitled,
        "registered": registered,
        "reason": (meeting.roll_source or meeting.roll_basis or _("none")).rstrip("。."),
    }


def _rule(key, held_on, mode):
    try:
        return rule_for(key, on=held_on, mode=mode or None)
    except NoRuleInForce:
        raise Mistaken({"held_on": _("No voting rule of this body was in force on that day.")}) from None
    except UnknownMode:
        raise Mistaken({"rule_mode": _("This body does not vote in that way.")}) from None


def _held_before(matter, step):
    """The day on which the step before `step` was held in this round; None when it was not, or there is none."""
    before = matter.procedure_row.before(step.key)
    if not isinstance(before, Deliberation):
        return None
    held = matter.items.filter(step=before.key, round=matter.round, void=False).select_related("meeting").first()
    return held and held.meeting.held_on


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
    mark_void(items)
    record(by=by, verb="call_off_meeting", at=at, row=meeting, reason=meeting.outcome_reason)
    settle_second_part(meeting, items, by=by, at=at)
    return meeting


def settle_second_part(first, items, *, by, at):
    """Let the second part of a sitting follow the locked `first` with its `items`.

    What was not carried there is not put to it; with nothing left it is called off.
    """
    second = second_part_of(first)
    if second is None or second.is_void:
        return
    lost = lost_before(second)
    matters = {item.matter_id: item.matter for item in items}
    own = list(second.items.all())
    for item in own:
        item.matter = matters[item.matter_id]
        if item.void != (item.matter_id in lost):
            mark_void([item], void=not item.void)
    if not second.outcome and all(item.void for item in own):
        second.outcome = MeetingOutcome.CALLED_OFF
        second.outcome_reason = _("Nothing was carried in the part before it.")
        save(second, "outcome", "outcome_reason")
        record(by=by, verb="call_off_meeting", at=at, row=second, reason=second.outcome_reason)


def mark_void(items, void=True):
    """Mark the items void, or not: their step may then be called again. The matters' forms become stale."""
    for item in items:
        item.void = void
        item.save(update_fields=["void"])
        save(item.matter)
