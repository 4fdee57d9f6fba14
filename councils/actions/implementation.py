"""From the resolution to the disclosed outcome: the two notices, and the work between them."""

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils import documents
from councils.actions.common import (
    already_done,
    changed_meanwhile,
    check_seen,
    lock_matter,
    record,
    refuse,
    save,
    today,
)
from councils.enums import LineKind, MilestoneKind, Status
from councils.models import Evaluation, Matter, Milestone, Selection
from councils.permissions import require_at
from councils.procedures import Deliberation
from disclosure.actions import draft_notice
from disclosure.catalogue import ITEMS
from disclosure.enums import Kind
from disclosure.enums import Outcome as ReplyOutcome
from disclosure.models import Objection
from orgs.models import Body
from orgs.powers import Power


@transaction.atomic
def draft_resolution_notice(*, by, at, matter, seen):
    """Draft the notice of the resolution from the record; returns the NoticeVersion. Needs `draft_notices`."""
    matter = lock_matter(matter.pk)
    require_at(by, Power.DRAFT_NOTICES, matter.unit, today(at))
    if matter.resolution_notice_id:
        raise already_done()
    check_seen(matter, seen)
    refuse(why_no_resolution_notice(matter))
    full = Matter.objects.for_page().get(pk=matter.pk)
    done = done_items(full)
    deciding = decided_by(full)
    title, text = documents.resolution_notice(full, done, deciding.vote, deciding.meeting)
    version = _draft(matter, "disclose", title=title, text=text, by=by, at=at)
    matter.resolution_notice = version.notice
    save(matter, "resolution_notice")
    record(by=by, verb="draft_resolution_notice", at=at, row=matter)
    return version


def why_no_resolution_notice(matter):
    """Why the resolution cannot be drafted for disclosure; None when it can."""
    if matter.status != Status.RESOLVED:
        return _("Nothing has been resolved yet.")
    if matter.resolution_notice_id:
        return _("The notice has been drafted.")
    return None


def done_items(matter):
    """The agenda items that count, in the order of the steps; reads what `for_page` prefetched."""
    order = [step.key for step in matter.steps]
    done = matter.done_on(matter.registered_on)
    latest = {}
    for item in matter.items.all():
        if not item.void and item.step in done and item.vote and item.step_row.goes_on(item.vote.is_carried):
            latest[item.step] = item
    return [latest[key] for key in order if key in latest]


def decided_by(matter):
    """The agenda item by which the matter was decided."""
    return next(item for item in done_items(matter) if item.step_row.binding)


def _draft(matter, key, *, title, text, by, at, window_days=None):
    """A notice of the disclosure step `key` in the name of its issuer."""
    step = matter.procedure_row.step(key)
    issuer = Body.objects.filter(unit=matter.unit, kind__in=step.issuers, dissolved_on=None).first()
    if issuer is None:
        raise Refused(_("The unit has no body that could issue this notice."))
    return draft_notice(
        unit=matter.unit,
        board=ITEMS[step.item].board,
        item=step.item,
        issuer=issuer,
        title=title,
        text=text,
        by=by,
        at=at,
        window_days=window_days,
        source_label=str(matter),
        source_url=matter.get_absolute_url(),
    )


@transaction.atomic
def start_implementation(*, by, at, matter, seen):
    """Begin to carry out the resolution: after the objection window, with no objection open or upheld.

    Needs `run_meetings`.
    """
    matter = lock_matter(matter.pk)
    require_at(by, Power.RUN_MEETINGS, matter.unit, today(at))
    if matter.status == Status.IMPLEMENTING:
        raise already_done()
    check_seen(matter, seen)
    refuse(why_not_startable(matter, today(at)))
    matter.status = Status.IMPLEMENTING
    save(matter, "status")
    record(by=by, verb="start_implementation", at=at, row=matter)
    return matter


def why_not_startable(matter, on):
    """Why the resolution cannot be carried out on the day `on`; None when it can."""
    if matter.status != Status.RESOLVED:
        return _("Nothing has been resolved yet.")
    display = matter.resolution_display
    if not display.begun(on):
        return _("The resolution has not been disclosed yet.")
    if display.window_until and on <= display.window_until:
        return _("Residents may object until %(day)s; the work begins afterwards.") % {
            "day": formats.date_format(display.window_until, "DATE_FORMAT")
        }
    objections = Objection.objects.filter(notice=matter.resolution_notice_id, kind=Kind.OBJECTION)
    if objections.filter(replied_on=None).exists():
        return _("An objection has not been answered yet.")
    if objections.filter(outcome=ReplyOutcome.UPHELD).exists():
        return _("An objection was upheld: the resolution must be examined again.")
    if matter.findings.filter(verdict="").exists():
        return _("The supervision committee found a fault in the procedure; it is to be answered first.")
    return None


def _implementing(pk, *, by, at, seen, also=()):
    """The locked matter, which is being implemented (or stands at one of `also`)."""
    matter = lock_matter(pk)
    require_at(by, Power.RUN_MEETINGS, matter.unit, today(at))
    if matter.version != seen:
        raise changed_meanwhile()
    if matter.status != Status.IMPLEMENTING and matter.status not in also:
        raise Refused(_("The matter is not being implemented."))
    return matter


def _check_day(matter, on, at):
    if on > today(at):
        raise Mistaken({"on": _("This day has not come yet.")})
    window = matter.resolution_display.window_until
    if window and on <= window:
        raise Mistaken({"on": _("This day lies in the objection window of the resolution.")})


def _once(build):
    """`build()`, or Stale when the same fact is there already."""
    try:
        with transaction.atomic():
            return build()
    except IntegrityError as error:
        raise already_done() from error


@transaction.atomic
def add_milestone(*, by, at, matter, seen, kind, on, text=""):
    """Enter what happened on the day `on`: work started, completed, trial operation or other. Needs `run_meetings`."""
    kind = MilestoneKind(kind)
    also = (Status.ACCEPTED,) if kind in (MilestoneKind.TRIAL, MilestoneKind.OTHER) else ()
    matter = _implementing(matter.pk, by=by, at=at, seen=seen, also=also)
    if kind in (MilestoneKind.ACCEPTED, MilestoneKind.NOT_ACCEPTED):
        raise TypeError("acceptance has a verb of its own")
    _refuse_after_outcome(matter)
    _check_day(matter, on, at)
    if kind == MilestoneKind.OTHER and not text.strip():
        raise Mistaken({"text": _("Say what happened.")})
    days = dict(matter.milestones.values_list("kind", "on"))
    if kind == MilestoneKind.COMPLETED and days.get(MilestoneKind.STARTED, on) > on:
        raise Mistaken({"on": _("The work was completed before it started. Please check.")})
    if kind == MilestoneKind.STARTED and days.get(MilestoneKind.COMPLETED, on) < on:
        raise Mistaken({"on": _("The work was completed before it started. Please check.")})
    milestone = _once(
        lambda: Milestone.objects.create(
            matter=matter,
            round=matter.round,
            kind=kind.value,
            on=on,
            text=text.strip(),
            recorded_by=by,
            recorded_at=at,
        )
    )
    save(matter)
    record(by=by, verb="add_milestone", at=at, row=matter, kind=kind.value, on=on.isoformat())
    return milestone


@transaction.atomic
def record_selection(*, by, at, matter, seen, on, method, offers, result, supervised):
    """Enter how the contractor was chosen. Needs `run_meetings`."""
    matter = _implementing(matter.pk, by=by, at=at, seen=seen)
    _check_day(matter, on, at)
    errors = {name: _("This is needed.") for name, text in (("method", method), ("result", result)) if not text.strip()}
    if offers < 1:
        errors["offers"] = _("Enter a number.")
    if errors:
        raise Mistaken(errors)
    selection = _once(
        lambda: Selection.objects.create(
            matter=matter,
            on=on,
            method=method.strip(),
            offers=offers,
            result=result.strip(),
            supervised=supervised,
            recorded_by=by,
            recorded_at=at,
        )
    )
    save(matter)
    record(by=by, verb="record_selection", at=at, row=matter)
    return selection


@transaction.atomic
def record_acceptance(*, by, at, matter, seen, on, passed, signers):
    """Enter the acceptance: who signed, and whether it was passed. Only then is the matter accepted.

    The work must be completed. Needs `run_meetings`.
    """
    matter = _implementing(matter.pk, by=by, at=at, seen=seen)
    _check_day(matter, on, at)
    completed = matter.milestones.filter(kind=MilestoneKind.COMPLETED).first()
    if completed is None:
        raise Refused(_("Enter first when the work was completed."))
    if on < completed.on:
        raise Mistaken({"on": _("Accepted before it was completed. Please check.")})
    if not signers.strip():
        raise Mistaken({"signers": _("Say who signed.")})
    kind = MilestoneKind.ACCEPTED if passed else MilestoneKind.NOT_ACCEPTED
    milestone = _once(
        lambda: Milestone.objects.create(
            matter=matter,
            round=matter.round,
            kind=kind.value,
            on=on,
            text=signers.strip(),
            recorded_by=by,
            recorded_at=at,
        )
    )
    if passed:
        matter.status = Status.ACCEPTED
    save(matter, "status")
    record(by=by, verb="record_acceptance", at=at, row=matter, passed=passed)
    return milestone


@transaction.atomic
def record_evaluation(*, by, at, matter, seen, on, issued, returned, satisfied, fairly, unsatisfied, note=""):
    """Enter what the residents said: forms issued, returned, and the three answers, which add up. `run_meetings`."""
    matter = _implementing(matter.pk, by=by, at=at, seen=seen, also=(Status.ACCEPTED,))
    _refuse_after_outcome(matter)
    _check_day(matter, on, at)
    errors = {}
    if returned > issued:
        errors["returned"] = _("More forms came back than were issued.")
    if satisfied + fairly + unsatisfied != returned:
        errors["satisfied"] = _("The answers do not add up to the forms returned. Please check.")
    if errors:
        raise Mistaken(errors)
    evaluation = _once(
        lambda: Evaluation.objects.create(
            matter=matter,
            on=on,
            issued=issued,
            returned=returned,
            satisfied=satisfied,
            fairly=fairly,
            unsatisfied=unsatisfied,
            note=note.strip(),
            recorded_by=by,
            recorded_at=at,
        )
    )
    save(matter)
    record(by=by, verb="record_evaluation", at=at, row=matter)
    return evaluation


@transaction.atomic
def record_costs(*, by, at, matter, seen, actual):
    """Enter what was really spent, by item and by source: {budget line id: fen} for every line; both sides balance.

    May be entered again until the outcome is drafted. Needs `run_meetings`.
    """
    matter = _implementing(matter.pk, by=by, at=at, seen=seen, also=(Status.ACCEPTED,))
    _refuse_after_outcome(matter)
    lines = list(matter.lines.all())
    errors = {str(line.pk): _("Enter a number.") for line in lines if actual.get(line.pk) is None}
    errors |= {str(line.pk): _("An amount is never negative.") for line in lines if (actual.get(line.pk) or 0) < 0}
    if errors or not lines:
        raise Mistaken(errors or {"lines": _("This matter has no budget.")})
    sums = {kind: sum(actual[line.pk] for line in lines if line.kind == kind) for kind in LineKind}
    if sums[LineKind.ITEM] != sums[LineKind.SOURCE]:
        raise Mistaken({"lines": _("The items of cost and the sources of money do not add up to the same sum.")})
    before = {line.label: line.actual for line in lines}
    for line in lines:
        line.actual = actual[line.pk]
        line.save(update_fields=["actual"])
    save(matter)
    record(by=by, verb="record_costs", at=at, row=matter, before=before)
    return lines


def why_cost_repeats(matter):
    """What to think of when more was spent than was resolved; None otherwise. It warns and bars nothing (custom)."""
    planned, actual = matter.planned_total, matter.actual_total
    if planned is None or actual is None or actual <= planned:
        return None
    return _("More was spent than was resolved. A changed cost repeats the procedure (custom, unconfirmed).")


def _refuse_after_outcome(matter):
    if matter.outcome_notice_id:
        raise Refused(_("The notice of the outcome has been drafted; this stands."))


@transaction.atomic
def draft_outcome_notice(*, by, at, matter, seen, supervision="", leftover=""):
    """Draft the notice of the outcome from the record; returns the NoticeVersion.

    `supervision` is the opinion of the supervision committee, `leftover` what is still to be done.
    Needs `draft_notices`.
    """
    matter = lock_matter(matter.pk)
    require_at(by, Power.DRAFT_NOTICES, matter.unit, today(at))
    if matter.outcome_notice_id:
        raise already_done()
    check_seen(matter, seen)
    refuse(why_no_outcome_notice(matter))
    full = Matter.objects.for_page().get(pk=matter.pk)
    deciding = decided_by(full)
    title, text = documents.outcome_notice(
        full, deciding.meeting, opinions=opinions_of(full), supervision=supervision, leftover=leftover
    )
    version = _draft(matter, "disclose_outcome", title=title, text=text, by=by, at=at, window_days=0)
    matter.outcome_notice = version.notice
    save(matter, "outcome_notice")
    record(by=by, verb="draft_outcome_notice", at=at, row=matter)
    return version


def why_no_outcome_notice(matter):
    """Why the outcome cannot be drafted for disclosure; None when it can."""
    if matter.status != Status.ACCEPTED:
        return _("The work has not been accepted yet.")
    if matter.outcome_notice_id:
        return _("The notice has been drafted.")
    if matter.lines.filter(actual=None).exists():
        return _("Enter first what was really spent.")
    done = matter.done_on(matter.registered_on)
    for step in matter.steps:
        if isinstance(step, Deliberation) and step.key not in done:
            return _("The step before is not done yet: %(step)s.") % {"step": step.label}
    return None


def opinions_of(matter):
    """How many opinions on the resolution came in during its objection window, and how many were answered."""
    rows = Objection.objects.filter(notice=matter.resolution_notice_id)
    if window := matter.resolution_display.window_until:
        rows = rows.filter(received_on__lte=window)
    received = list(rows.values_list("replied_on", flat=True))
    return documents.Opinions(len(received), sum(day is not None for day in received))
