"""Turns: what people decide about a matter beside its votes. The table of them is `councils.procedures.TURNS`."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import already_done, check_seen, lock_matter, record, refuse, save, today
from councils.actions.rounds import begin_round
from councils.enums import EXPLAINED_STATUSES, Fault, MeetingOutcome, Status, TurnKind, Verdict
from councils.models import Finding, Matter, StepDone, Turn
from councils.permissions import may, require_at
from councils.procedures import TURNS, Deliberation, grounds_of, status_after, status_before, step_opened, why_no_turn
from councils.procedures.turns import DECIDED, OVERTURNED_BY
from disclosure.actions import withdraw_version
from disclosure.actions.common import refuse_personal_data
from disclosure.models import Objection
from orgs.powers import Power

# After these the published notice of the resolution must not stand on the board as if nothing had happened.
WITHDRAWING = (TurnKind.OBJECTION, TurnKind.VOID, TurnKind.REVOKED)

HELD = (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM)


@transaction.atomic
def take_turn(*, by, at, matter, seen, kind, reason, on=None, ground="", document="", resolved_in=None):
    """Let `matter` take the turn `kind` for `reason`, which everyone may read; returns the Turn.

    `on`: the day it was decided (today without). `ground`: one of those that fit, needed where there are any.
    `document` names a letter or a ruling, `resolved_in` the matter in which another body overturned the resolution. A
    fault in the procedure has verbs of its own (`record_finding`, `answer_finding`). Needs the power of the turn.
    """
    kind = TurnKind(kind)
    if kind == TurnKind.VOID:
        raise TypeError("a fault in the procedure is found and answered")
    row = TURNS[kind]
    locked = lock_matter(matter.pk)
    require_at(by, row.power, locked.unit, today(at))
    check_seen(locked, seen)
    refuse(why_not_turned(locked, kind, today(at)))
    on = on or today(at)
    _check(locked, row, on=on, at=at, reason=reason, ground=ground, document=document, resolved_in=resolved_in)
    refuse_personal_data(locked.unit, reason, document)
    objection = upheld_objections(locked).first() if kind == TurnKind.OBJECTION else None
    return _turn(
        locked,
        row,
        by=by,
        at=at,
        on=on,
        reason=reason.strip(),
        ground=ground,
        document=document.strip(),
        objection=objection,
        resolved_in=resolved_in,
    )


def why_not_turned(matter, kind, on):
    """Why `matter` cannot take the turn `kind` on the day `on`; None when it can.

    At most one query of its own for a matter loaded with `for_page()`.
    """
    row = TURNS[TurnKind(kind)]
    reason = why_not_there(matter, kind, on)
    if reason:
        return reason
    if row.kind == TurnKind.ANSWERED:
        answered = matter.turns.filter(kind=row.kind, from_round=matter.round).exists()
        return _("The reason has been given.") if answered else None
    if row.kind == TurnKind.OBJECTION and not upheld_objections(matter).exists():
        return _("No objection to this resolution was upheld.")
    if row.kind == TurnKind.REVOKED or row.goal:
        for notice in (matter.resolution_notice, matter.outcome_notice):
            if notice is not None and not notice.serial:
                return _("A notice is drafted and not published yet; discard the draft first.")
    return why_sitting_waits(matter)


def why_not_there(matter, kind, on):
    """Why the turn `kind` does not fit where `matter` stands on the day `on`; None when it does. No queries."""
    return why_no_turn(
        TURNS[TurnKind(kind)],
        status=matter.status,
        closed=matter.status_on(on) == Status.CLOSED,
        statutory=matter.is_statutory,
    )


def why_sitting_waits(matter):
    """Why a meeting on `matter` is to be finished first; None when none is under way."""
    for item in matter.items.all():
        if item.round != matter.round or item.void or item.meeting.confirmed_at:
            continue
        if item.meeting.outcome != MeetingOutcome.CALLED_OFF:
            return _("A meeting is called on it or its record is not confirmed; call it off or confirm it first.")
    return None


def upheld_objections(matter):
    """The upheld objections to the resolution of the present round that no turn has followed yet."""
    return Objection.objects.upheld().filter(notice=matter.resolution_notice_id, turn=None).order_by("pk")


def _check(matter, row, *, on, at, reason, ground, document, resolved_in):
    errors = {}
    if not reason.strip():
        errors["reason"] = _("Say why; everyone may read it.")
    if on > today(at):
        errors["on"] = _("This day has not come yet.")
    elif on < matter.registered_on:
        errors["on"] = _("The matter was not registered yet on this day.")
    elif on < (last := _last_held(matter) or on):
        errors["on"] = _("This day is before the last meeting on it, of %(day)s.") % {"day": date_format(last)}
    fitting = grounds_of(row, decider=matter.deciding_body, status=matter.status)
    if fitting and ground not in fitting:
        errors["ground"] = _("Choose one.")
    if ground and ground not in fitting:
        errors["ground"] = _("This ground does not fit here.")
    if row.kind == TurnKind.REVOKED:
        errors |= _check_overturning(matter, ground, document, resolved_in)
    if errors:
        raise Mistaken(errors)


def _last_held(matter):
    """The day of the last meeting that was held on `matter` in its present round; None when there was none."""
    held = matter.items.filter(round=matter.round, meeting__outcome__in=HELD)
    return held.aggregate(last=Max("meeting__held_on"))["last"]


def _check_overturning(matter, ground, document, resolved_in):
    """Errors unless a court's document says so, or a confirmed resolution of the body that the ground names."""
    if resolved_in is not None:
        if overturning_matters(matter, ground).filter(pk=resolved_in.pk).exists():
            return {}
        return {"resolved_in": _("This is no matter in which that body here resolved it since.")}
    if ground in OVERTURNED_BY:
        return {"resolved_in": _("Choose the matter in which it was decided.")}
    return {} if document.strip() else {"document": _("Name the document.")}


def overturning_matters(matter, *grounds):
    """The matters of the same unit resolved by a body that one of `grounds` names, since `matter` was; confirmed."""
    bodies = [kind for ground in grounds for kind in OVERTURNED_BY.get(ground, ())]
    deciding = matter.procedure_row.deciding_step.key
    done = StepDone.objects.standing().filter(step=deciding, item__meeting__body__kind__in=bodies)
    own = matter.steps_done.standing().filter(step=deciding).order_by("-done_on").first()
    if own:
        done = done.filter(done_on__gte=own.done_on)
    here = Matter.objects.filter(unit=matter.unit_id, status__in=DECIDED).exclude(pk=matter.pk)
    return here.filter(pk__in=done.values("matter"))


def _turn(matter, row, *, by, at, on, reason, faulty="", **details):
    """Write the turn and lead the locked matter where it goes."""
    step = step_opened(
        row,
        matter.procedure_row,
        statutory=matter.is_statutory,
        ground=details.get("ground", ""),
        faulty=faulty,
        owners=is_of_owners(matter),
    )
    status = status_after(
        row, matter.procedure_row, step, statutory=matter.is_statutory, shelved_from=_shelved_from(matter, row, on)
    )
    try:
        with transaction.atomic():
            turn = Turn.objects.create(
                matter=matter,
                version=matter.version,
                kind=row.kind,
                from_status=matter.status,
                to_status=status,
                from_round=matter.round,
                to_round=matter.round + bool(step),
                step=step,
                on=on,
                reason=reason,
                by=by,
                at=at,
                **details,
            )
    except IntegrityError as error:
        if "turn_" in str(error) or "councils_turn" in str(error):
            raise already_done() from error
        raise
    notices = (matter.resolution_notice, matter.outcome_notice)
    if step:
        begin_round(matter, step, on=on, undone_by=turn)
    matter.status = status
    matter.ended_reason = _reason_shown(matter, row, reason)
    save(matter, "status", "ended_reason", "round", "resolution_notice", "outcome_notice")
    matter.forget_progress()
    if row.kind in WITHDRAWING:
        _withdraw(notices, reason, by=by, at=at)
    record(by=by, verb="take_turn", at=at, row=matter, kind=row.kind.value, reason=reason)
    return turn


def is_of_owners(matter):
    """Whether owners decide `matter`: the law reserves it to them."""
    return matter.deciding_body == "owners_assembly"


def _shelved_from(matter, row, on):
    if row.kind != TurnKind.TAKEN_UP:
        return ""
    shelving = matter.turns.filter(kind=TurnKind.SHELVED).order_by("-pk").first()
    if shelving:
        return shelving.from_status
    # Shelved by a lost vote: the step that lost opens again.
    done = matter.done_on(on)
    key = next(step.key for step in matter.steps if step.key not in done)
    return status_before(matter.procedure_row, key, matter.is_statutory)


def _reason_shown(matter, row, reason):
    """What the matter says of itself now: the reason of a turn that ended or stopped it."""
    if row.kind == TurnKind.ANSWERED:
        return matter.ended_reason
    return reason if matter.status in EXPLAINED_STATUSES else ""


def _withdraw(notices, reason, *, by, at):
    """Take what is still published of `notices` off the board, when `by` signs notices; else a signer does it."""
    for notice in notices:
        version = notice and notice.current
        if version and not version.withdrawn_at and may(by, Power.SIGN_NOTICES, notice.unit, today(at)):
            withdraw_version(version=version, reason=reason, by=by, at=at)


# Faults in the procedure


@transaction.atomic
def record_finding(*, by, at, matter, seen, step, fault, text, on=None):
    """The supervision committee found a fault in the deliberation `step` of `matter`; returns the Finding.

    `text`: what was found and on what basis; everyone may read it. Needs `review_notices` at the unit.
    """
    matter = lock_matter(matter.pk)
    require_at(by, Power.REVIEW_NOTICES, matter.unit, today(at))
    check_seen(matter, seen)
    refuse(why_no_finding(matter, today(at)))
    on = on or today(at)
    errors = {}
    if step not in {row.key for row in faultable_steps(matter)}:
        errors["step"] = _("Choose one.")
    if fault not in Fault.values:
        errors["fault"] = _("Choose one.")
    if not text.strip():
        errors["text"] = _("Say what was found, and on what basis.")
    if on > today(at):
        errors["on"] = _("This day has not come yet.")
    elif matter.steps_done.standing().filter(step=step, done_on__gt=on).exists():
        errors["on"] = _("The step found at fault was not done yet on this day.")
    if errors:
        raise Mistaken(errors)
    refuse_personal_data(matter.unit, text)
    try:
        with transaction.atomic():
            finding = Finding.objects.create(
                matter=matter, step=step, round=matter.round, fault=fault, text=text.strip(), on=on, by=by, at=at
            )
    except IntegrityError as error:
        if "finding_one_open_per_step" in str(error):
            raise already_done() from error
        raise
    save(matter)
    record(by=by, verb="record_finding", at=at, row=matter, step=step)
    return finding


def faultable_steps(matter):
    """The deliberations of `matter` that are done: only there a meeting can be held again."""
    done = matter.done_on(matter.registered_on)
    return [step for step in matter.steps if isinstance(step, Deliberation) and step.key in done]


def why_no_finding(matter, on):
    """Why no fault can be recorded for `matter` on the day `on`; None when one can."""
    reason = why_not_there(matter, TurnKind.VOID, on)
    if reason:
        return reason
    if not faultable_steps(matter):
        return _("No step is done yet in which a fault could lie.")
    return None


@transaction.atomic
def answer_finding(*, by, at, finding, seen, verdict, answer):
    """The committee answers `finding`: the meeting is held again, or it does not agree, which the street then sees.

    `answer` is the reason, for everyone. Held again: the steps from there on do not count, a new round begins. `seen`
    is the version of the matter. Needs `confirm_records`; by another person than who recorded the finding.
    """
    matter = lock_matter(finding.matter_id)
    require_at(by, Power.CONFIRM_RECORDS, matter.unit, today(at))
    finding = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk)
    if finding.verdict:
        raise already_done()
    check_seen(matter, seen)
    errors = {}
    if verdict not in Verdict.values:
        errors["verdict"] = _("Choose one.")
    if not answer.strip():
        errors["answer"] = _("Say why; everyone may read it.")
    if errors:
        raise Mistaken(errors)
    refuse(why_not_answered(finding, by))
    refuse_personal_data(matter.unit, answer)
    again = verdict == Verdict.HELD_AGAIN and counts_still(matter, finding)
    if again:
        refuse(why_not_turned(matter, TurnKind.VOID, today(at)))
    finding.verdict, finding.answer, finding.answered_by, finding.answered_at = verdict, answer.strip(), by, at
    finding.save(update_fields=["verdict", "answer", "answered_by", "answered_at"])
    record(by=by, verb="answer_finding", at=at, row=matter, verdict=verdict, reason=answer.strip())
    if again:
        _turn(
            matter,
            TURNS[TurnKind.VOID],
            by=by,
            at=at,
            on=today(at),
            reason=answer.strip(),
            faulty=finding.step,
            finding=finding,
        )
    else:
        save(matter)
    return finding


def why_not_answered(finding, by):
    """Why `by` cannot answer `finding`; None when they can."""
    if finding.verdict:
        return _("This finding has been answered.")
    if finding.by_id == by.pk:
        return _("A finding is answered by another person than the one who recorded it.")
    return None


def counts_still(matter, finding):
    """Whether what was found at fault still counts; another turn may have opened the step again meanwhile."""
    return matter.steps_done.standing().filter(step=finding.step, confirmed_at__lte=finding.at).exists()


@transaction.atomic
def note_finding(*, by, at, finding, note):
    """The street notes once what it says to a finding that the committee did not agree with. Needs `oversee`."""
    matter = Matter.objects.select_related("unit").get(pk=finding.matter_id)
    require_at(by, Power.OVERSEE, matter.unit, today(at))
    finding = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk)
    if finding.noted_at:
        raise already_done()
    if finding.verdict != Verdict.DISAGREED:
        raise Refused(_("Only a finding that the committee did not agree with goes to the street."))
    if not note.strip():
        raise Mistaken({"note": _("This is needed.")})
    refuse_personal_data(matter.unit, note)
    finding.note, finding.noted_by, finding.noted_at = note.strip(), by, at
    finding.save(update_fields=["note", "noted_by", "noted_at"])
    record(by=by, verb="note_finding", at=at, row=matter)
    return finding
