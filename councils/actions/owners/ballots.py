"""Ballots of the owners: issued by a fixed roll, delivered door by door, issued again when spoiled."""

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    check_seen,
    lock_meeting_and_matters,
    record,
    refuse,
    save,
    today,
)
from councils.enums import DeliveryMethod, MeetingOutcome, RollMode
from councils.models import AdoptedRule, Delivery, OwnerBallot, OwnerRoll, OwnersAssembly
from councils.permissions import require_recording


def lock_assembly(pk):
    """The assembly with the id `pk`, locked, with its meeting. After meetings, before ballots."""
    rows = OwnersAssembly.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("meeting__unit", "meeting__body", "roll", "silent_rule").get(pk=pk)


def why_no_ballots(meeting, on):
    """Why no ballots can be made for `meeting` on the day `on`; None when they can."""
    if meeting.by_ballots:
        return _("The ballots of this meeting are made.")
    if not meeting.rule.by_area:
        return _("Only owners, who count by heads and by area, vote with these ballots.")
    if meeting.outcome == MeetingOutcome.CALLED_OFF:
        return _("This meeting was called off.")
    if meeting.outcome or meeting.roll_frozen_at:
        return _("The attendance of this meeting is entered by hand.")
    if meeting.is_named:
        return _("The roll of this meeting is kept by name.")
    if meeting.proxies.exists():
        return _("Proxies are entered already. Take them back, and enter them by the roll once the ballots are made.")
    if on > meeting.held_on:
        return _("The voting is over.")
    return None


@transaction.atomic
def open_assembly(
    *, by, at, meeting, seen, roll, committee_told_on, silent_rule=None, proxies_most=None, proxies_document=""
):
    """Fix `roll` for `meeting` and make one ballot for each owner; returns the OwnersAssembly.

    `committee_told_on`: when the residents' committee was told (PMR 14). `silent_rule` (AdoptedRule, in force when the
    meeting was called) is applied only when it is given. `proxies_most`: for how many owners one holder of
    proxies votes by the rules of procedure, adopted by `proxies_document`. Needs the power to enter this meeting.
    """
    meeting, _items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    if meeting.by_ballots:
        raise already_done()
    check_seen(meeting, seen)
    refuse(why_no_ballots(meeting, today(at)))
    roll = OwnerRoll.objects.select_for_update(of=("self",)).filter(pk=roll.pk, unit=meeting.unit).first()
    if roll is None:
        raise Mistaken({"roll": _("This roll is not there any more. Choose another one.")})
    if committee_told_on > today(at):
        raise Mistaken({"committee_told_on": _("This day has not come yet.")})
    if silent_rule is not None:
        silent_rule = AdoptedRule.objects.get(pk=silent_rule.pk)
        ended = silent_rule.ended_on is not None and silent_rule.ended_on <= meeting.notice_on
        if silent_rule.unit_id != meeting.unit_id or silent_rule.adopted_on > meeting.notice_on or ended:
            raise Mistaken({"silent_rule": _("This rule was not in force when the meeting was called.")})
    if proxies_most is not None and not 1 <= proxies_most <= roll.heads:
        raise Mistaken({"proxies_most": _("At least one, and no more than there are owners.")})
    if (proxies_most is None) != (not proxies_document.strip()):
        raise Mistaken({"proxies_document": _("A number of proxies is given together with the document that sets it.")})
    if not roll.fixed_at:
        roll.fixed_at = at
        roll.save(update_fields=["fixed_at"])
    meeting.by_ballots, meeting.roll_mode, meeting.roll_frozen_at = True, RollMode.COUNTED, at
    meeting.entitled, meeting.area_entitled = roll.heads, roll.area
    meeting.roll_basis, meeting.roll_source = roll.basis, str(roll)
    save(
        meeting,
        "by_ballots",
        "roll_mode",
        "roll_frozen_at",
        "entitled",
        "area_entitled",
        "roll_basis",
        "roll_source",
    )
    assembly = OwnersAssembly.objects.create(
        meeting=meeting,
        roll=roll,
        silent_rule=silent_rule,
        committee_told_on=committee_told_on,
        proxies_most=proxies_most,
        proxies_document=proxies_document.strip(),
        opened_by=by,
        opened_at=at,
    )
    owners = roll.owners.annotate(area=Sum("units__area")).order_by("number")
    OwnerBallot.objects.bulk_create(
        OwnerBallot(assembly=assembly, head=head, serial=serial, area=head.area, issued_by=by, issued_at=at)
        for serial, head in enumerate(owners, 1)
    )
    record(by=by, verb="open_owners_assembly", at=at, row=meeting, roll=str(roll), ballots=roll.heads)
    return assembly


def why_over(assembly):
    """Why nothing more happens to the ballots of an assembly; None while they are out."""
    if assembly.meeting.outcome == MeetingOutcome.CALLED_OFF:
        return _("This meeting was called off.")
    if assembly.closed_at:
        return _("The count is closed.")
    return None


@transaction.atomic
def deliver(*, by, at, assembly, ballots, on, method, deliverer, note="", signed=()):
    """Enter that these ballots (ids) reached their owners on the day `on`; `signed` are those that were signed for.

    Ballots that have a delivery already are left alone; Stale when that is all of them. Returns how many were entered.
    Needs the power to enter this meeting.
    """
    assembly = lock_assembly(assembly.pk)
    meeting = assembly.meeting
    require_recording(by, meeting, today(at))
    refuse(why_over(assembly))
    errors = {}
    if on < meeting.notice_on or on > min(today(at), meeting.held_on):
        errors["on"] = _(
            "Ballots are delivered after the owners are told and before the voting ends, not ahead of time."
        )
    if method == DeliveryMethod.OTHER and not note.strip():
        errors["note"] = _("Name the way that the owners adopted.")
    if not deliverer.strip():
        errors["deliverer"] = _("Say who delivered them.")
    rows = list(assembly.ballots.standing().with_progress().filter(pk__in=ballots))
    if any(row.issued_at > assembly.opened_at and on < today(row.issued_at) for row in rows):
        errors["on"] = _("A ballot that was issued again is not delivered before that day.")
    if not rows:
        errors["ballots"] = _("Choose at least one ballot.")
    if errors:
        raise Mistaken(errors)
    waiting = [row for row in rows if not row.delivered]
    if not waiting:
        raise already_done()
    try:
        with transaction.atomic():
            for row in waiting:
                Delivery.objects.create(
                    ballot=row,
                    on=on,
                    method=DeliveryMethod(method).value,
                    note=note.strip(),
                    deliverer=deliverer.strip(),
                    signed=row.pk in signed,
                    recorded_by=by,
                    recorded_at=at,
                )
    except IntegrityError as error:
        if "delivery_one_standing_per_ballot" in str(error):
            raise already_done() from error
        raise
    record(by=by, verb="deliver_ballots", at=at, row=meeting, serials=[row.serial for row in waiting], method=method)
    return len(waiting)


@transaction.atomic
def withdraw_delivery(*, by, at, ballot, reason):
    """Take back a delivery that was entered wrongly. Needs the power to enter this meeting."""
    assembly = lock_assembly(ballot.assembly_id)
    require_recording(by, assembly.meeting, today(at))
    refuse(why_over(assembly))
    delivery = Delivery.objects.standing().filter(ballot=ballot).first()
    if delivery is None:
        raise already_done()
    if ballot.entries.exists():
        raise Refused(_("This ballot has come back; its delivery stands."))
    if not reason.strip():
        raise Mistaken({"reason": _("Say what was wrong.")})
    delivery.withdrawn_by, delivery.withdrawn_at, delivery.withdrawn_reason = by, at, reason.strip()
    delivery.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    record(by=by, verb="withdraw_delivery", at=at, row=assembly.meeting, serial=ballot.serial, reason=reason.strip())
    return delivery


def why_not_reissued(assembly, ballot):
    """Why `ballot` (`with_progress`) cannot be replaced; None when it can."""
    if reason := why_over(assembly):
        return reason
    if ballot.voided_at:
        return _("This ballot is void; another one has taken its place.")
    if ballot.looks:
        return _("This ballot has come back; it is counted as it is.")
    return None


@transaction.atomic
def reissue(*, by, at, ballot, reason):
    """Declare a spoiled or lost ballot void, with a reason, and issue another one with the next serial number.

    Returns the new OwnerBallot, which is delivered anew. Needs the power to enter this meeting.
    """
    assembly = lock_assembly(ballot.assembly_id)
    require_recording(by, assembly.meeting, today(at))
    old = assembly.ballots.with_progress().get(pk=ballot.pk)
    if old.voided_at:
        raise already_done()
    refuse(why_not_reissued(assembly, old))
    if today(at) > assembly.meeting.held_on:
        raise Refused(_("The voting is over."))
    if not reason.strip():
        raise Mistaken({"reason": _("Say why the ballot is void.")})
    last = assembly.ballots.aggregate(last=Max("serial"))["last"]
    old.voided_by, old.voided_at, old.void_reason = by, at, reason.strip()
    try:
        with transaction.atomic():
            old.save(update_fields=["voided_by", "voided_at", "void_reason"])
            new = OwnerBallot.objects.create(
                assembly=assembly, head=old.head, serial=last + 1, area=old.area, issued_by=by, issued_at=at
            )
    except IntegrityError as error:
        if "owner_ballot" in str(error):
            raise already_done() from error
        raise
    record(
        by=by,
        verb="reissue_ballot",
        at=at,
        row=assembly.meeting,
        serial=old.serial,
        new=new.serial,
        reason=reason.strip(),
    )
    return new
