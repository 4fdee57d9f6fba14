"""Confirming records: only then a step is done and the matter moves on."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    check_seen,
    lock_matter,
    lock_meeting_and_matters,
    record,
    refuse,
    save,
    today,
)
from councils.actions.log import log_resolutions
from councils.actions.meetings.parts import other_part
from councils.actions.rounds import begin_round, reopen_round
from councils.enums import MeetingOutcome, Status
from councils.models import Meeting, Resolution, StepDone
from councils.permissions import may_confirm, require_at, require_confirming
from orgs.powers import Power


@transaction.atomic
def confirm_meeting(*, by, at, meeting, seen):
    """Confirm the record of one meeting; its matters take their step. By another person than who entered it.

    Needs `confirm_records`, and for a Party meeting to see its record.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    part = other_part(meeting)
    if part is None or part.confirmed_at:
        _confirm(meeting, items, by=by, at=at, seen=seen)
        log_resolutions([item.matter for item in items], at=at)
        return meeting
    # Both parts of one sitting, the first first; the page showed `meeting`.
    check_seen(meeting, seen)
    matters = []
    for pk in sorted((meeting.pk, part.pk)):
        row, items = lock_meeting_and_matters(pk)
        _confirm(row, items, by=by, at=at, seen=row.version)
        matters += [item.matter for item in items]
    log_resolutions(matters, at=at)
    return Meeting.objects.get(pk=meeting.pk)


@transaction.atomic
def confirm_records(*, by, at, matter, seen, records):
    """Confirm all records of `matter` that wait for it, in the order of their days. Returns the meetings.

    `seen` is `matter.version` of the page, `records` {meeting id: meeting.version} of the records on it. What belongs
    to other matters of the same meetings is confirmed with them.
    Records that `by` may not confirm are left alone; PowerMissing when that is all of them.
    """
    _locked, mine = _waiting_for(by, matter, at=at, seen=seen)
    done, matters = [], []
    for row in mine:
        meeting, items = lock_meeting_and_matters(row.pk)
        _confirm(meeting, items, by=by, at=at, seen=records.get(meeting.pk))
        done.append(meeting)
        matters += [item.matter for item in items]
    log_resolutions(matters, at=at)
    return done


@transaction.atomic
def return_records(*, by, at, matter, seen, reason):
    """Send the records of `matter` that wait back to who entered them, with a reason; they can then be changed.

    Nothing that was entered is lost, and they are confirmed later as any other. `seen` is `matter.version` of the page.
    Returns the meetings. Needs the power to confirm them.
    """
    locked, mine = _waiting_for(by, matter, at=at, seen=seen)
    if not reason.strip():
        raise Mistaken({"reason": _("Say what is to be changed.")})
    done = []
    for row in mine:
        meeting, _items = lock_meeting_and_matters(row.pk)
        meeting.returned_by, meeting.returned_at, meeting.returned_reason = by, at, reason.strip()
        meeting.mended_at = None
        save(meeting, "returned_by", "returned_at", "returned_reason", "mended_at")
        done.append(meeting)
    save(locked)
    record(by=by, verb="return_records", at=at, row=locked, reason=reason.strip())
    return done


def _waiting_for(by, matter, *, at, seen):
    """(the locked matter, its waiting records that `by` may confirm). PowerMissing when there are none of these."""
    locked = lock_matter(matter.pk)
    waiting = list(waiting_meetings(locked))
    if not waiting:
        raise already_done()
    check_seen(locked, seen)
    mine = [row for row in waiting if may_confirm(by, row, today(at))]
    if not mine:
        require_confirming(by, waiting[0], today(at))
    return locked, mine


def waiting_meetings(matter):
    """The meetings of `matter` whose attendance is entered and that are not confirmed, first to last."""
    return (
        Meeting.objects.filter(items__matter=matter, confirmed_at=None)
        .filter(outcome__in=[MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM])
        .select_related("body", "unit")
        .order_by("held_on", "held_at", "id")
    )


def why_not_confirmable(meeting, items, by):
    """Why `by` cannot confirm the record of `meeting` now; None when they can. Both parts of a sitting go together."""
    if reason := _why_not_complete(meeting, items, by):
        return reason
    part = other_part(meeting)
    if part is None or part.confirmed_at:
        return None
    reason = _why_not_complete(part, part.items.select_related("matter").prefetch_related("votes"), by)
    if reason is None:
        return None
    return _("Both parts of this sitting are confirmed together. %(body)s: %(reason)s") % {
        "body": part.body,
        "reason": reason,
    }


def _why_not_complete(meeting, items, by):
    if meeting.outcome not in (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM):
        return _("Enter the attendance first.")
    if meeting.recorded_by_id == by.pk:
        return _("A record is confirmed by another person than the one who entered it.")
    if meeting.is_void:
        return None
    if not meeting.minutes:
        return _("The minutes are missing.")
    for item in items:
        vote = item.vote
        if item.void:
            continue
        if vote is None:
            return _("A vote is missing: %(matter)s.") % {"matter": item.matter.short_title}
        if reason := _why_not_sorted(item, by):
            return reason
        if item.step_row.supervised and not meeting.supervision_opinion:
            return _("In this procedure the supervision committee gives its opinion at every step; it is missing.")
        if reason := _why_own_count(meeting, vote, by):
            return reason
        if (vote.entitled, vote.present) != (meeting.entitled, meeting.present):
            return _("The attendance was changed after the vote; correct the count: %(matter)s.") % {
                "matter": item.matter.short_title
            }
    return None


def is_own_record(meeting, items, by):
    """Whether `by` entered some of what is to be confirmed, so that another person confirms it.

    Who is the only one that may confirm returns the record: another person then answers for it (`note_mended`).
    """
    if meeting.recorded_by_id == by.pk:
        return True
    items = [item for item in items if item.vote and not item.void]
    sortings = [item.sorting for item in items if hasattr(item, "sorting")]
    if any(_is_own_sorting(meeting, sorting, by) for sorting in sortings):
        return True
    return any(_why_own_count(meeting, item.vote, by) for item in items)


def _why_own_count(meeting, vote, by):
    """Why `by` cannot confirm the count `vote`, having entered it; None when they did not.

    What is computed from ballots was entered by two people each; who closed the count is `meeting.recorded_by`.
    """
    if meeting.by_ballots or vote.recorded_by_id != by.pk or _is_answered_for(meeting, vote.recorded_at):
        return None
    if vote.supersedes_id:
        return _("A record is confirmed by another person than the one who corrected its count.")
    return _("A record is confirmed by another person than the one who entered it.")


def _is_answered_for(meeting, entered_at):
    """Whether `meeting.recorded_by` answers for what was entered at `entered_at`: returned and compared since."""
    return meeting.mended_at is not None and entered_at <= meeting.returned_at


def _is_own_sorting(meeting, sorting, by):
    return sorting.by_id == by.pk and not _is_answered_for(meeting, sorting.at)


def _why_not_sorted(item, by):
    """Why `by` cannot confirm how the voted `item` was sorted; None when they can, or when nothing was to be sorted."""
    if not item.step_row.is_triage or not item.step_row.goes_on(item.vote.is_carried):
        return None
    if not hasattr(item, "sorting"):
        return _("Say how the meeting sorted the matter: %(matter)s.") % {"matter": item.matter.short_title}
    if _is_own_sorting(item.meeting, item.sorting, by):
        return _("A record is confirmed by another person than the one who entered how the matter was sorted.")
    return None


def _confirm(meeting, items, *, by, at, seen):
    require_confirming(by, meeting, today(at))
    if meeting.confirmed_at:
        raise already_done()
    check_seen(meeting, seen)
    refuse(why_not_confirmable(meeting, items, by))
    # The items first: once the meeting is confirmed its agenda stands.
    for item in items:
        if item.void:
            save(item.matter)
        else:
            refuse(item.matter.why_closed(item.step, today(at)))
            settle(item, item.vote, by=by, at=at)
    meeting.confirmed_by, meeting.confirmed_at = by, at
    save(meeting, "confirmed_by", "confirmed_at")
    record(by=by, verb="confirm_meeting", at=at, row=meeting)


def settle(item, vote, *, by, at):
    """Let the locked matter of `item` take its step, or go where a lost vote sends it."""
    matter, step = item.matter, item.step_row
    if not step.goes_on(vote.is_carried):
        _lose(item, vote)
        return
    try:
        with transaction.atomic():
            StepDone.objects.create(
                matter=matter,
                item=item,
                step=item.step,
                round=item.round,
                done_on=item.meeting.held_on,
                confirmed_by=by,
                confirmed_at=at,
            )
    except IntegrityError as error:
        if "step_done_once" in str(error):
            raise already_done() from error
        raise
    if step.binding:
        _resolve(item, vote)
    matter.status, matter.ended_reason = step.done, ""
    if step.is_triage:
        _sort(item)
    save(matter, "status", "ended_reason")
    matter.forget_progress()


def _resolve(item, vote):
    """Write down what was decided, under the names of today; `log_resolutions` then logs it."""
    matter, meeting = item.matter, item.meeting
    Resolution.objects.create(
        matter=matter,
        vote=vote,
        text=item.motion,
        adopted_on=meeting.held_on,
        number=matter.number,
        title=matter.title,
        unit_code=matter.unit.code,
        unit_name=matter.unit.name,
        body_name=meeting.body.name,
    )


def _sort(item):
    """A triage sends the matter on, or ends it as the meeting sorted it."""
    sorting = item.sorting
    way = item.step_row.way(sorting.way)
    if way.ends:
        item.matter.status, item.matter.ended_reason = way.ends, sorting.note


def _lose(item, vote):
    """Not carried: the matter ends, or is returned to an earlier step, whose done steps no longer count."""
    matter, step = item.matter, item.step_row
    matter.status, matter.ended_reason = step.if_lost[0], str(step.lost)
    if matter.status == Status.RETURNED:
        begin_round(matter, step.again_from, on=item.meeting.held_on, annulled_by=vote)
    save(matter, "status", "ended_reason", "round")
    matter.forget_progress()


def settle_again(item, old, new, *, by, at):
    """After a corrected count of a confirmed meeting: put the locked matter where the new count puts it."""
    matter = item.matter
    step = item.step_row
    if step.goes_on(old.is_carried) and step.goes_on(new.is_carried):
        if item.step_row.binding:
            _resolve(item, new)
        save(matter)
        return
    if step.goes_on(old.is_carried):
        matter.steps_done.filter(item=item, annulled_by=None).update(annulled_by=new)
        _lose(item, new)
        return
    if not step.goes_on(new.is_carried):
        # Lost as before; what it annulled stays annulled, whichever of the two counts is named.
        save(matter)
        return
    if step.is_triage and not hasattr(item, "sorting"):
        raise Refused(_("This meeting sorted nothing; the matter comes before the next one."))
    annulled_by = [vote.pk for vote in item.votes.all() if not vote.is_carried]
    matter.steps_done.filter(annulled_by__in=annulled_by).exclude(item=item).update(annulled_by=None)
    reopen_round(matter, item.round)
    settle(item, new, by=by, at=at)


@transaction.atomic
def open_counts(*, by, at, meeting, seen):
    """The Party organisation lets everyone see the counts of a meeting whose step is not public. Cannot be taken back.

    That is its own meetings, and those it holds together with others (the joint conferral of a compound). Needs
    `sign_party_notices` at the unit.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_at(by, Power.SIGN_PARTY_NOTICES, meeting.unit, today(at))
    if not any(item.step_row.may_be_opened for item in items):
        raise Refused(_("The counts of this meeting are public anyway."))
    if meeting.counts_opened_at:
        raise already_done()
    check_seen(meeting, seen)
    if not meeting.confirmed_at:
        raise Refused(_("The record of this meeting is not confirmed yet."))
    meeting.counts_opened_by, meeting.counts_opened_at = by, at
    save(meeting, "counts_opened_by", "counts_opened_at")
    record(by=by, verb="open_counts", at=at, row=meeting)
    return meeting
