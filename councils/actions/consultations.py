"""Consultations: called, held and recorded with the points that residents raised, each answered once."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import already_done, check_seen, create_once, record, refuse, save, today
from councils.enums import ConsultationKind, PointOutcome
from councils.models import Consultation, Point
from councils.models.consultation import ANSWER_DAYS
from councils.permissions import require_at
from disclosure.actions.common import refuse_personal_data
from disclosure.numbers import next_serial
from orgs.powers import Power

SERIES = "consultation"
NUMBER_WORD = "协"
AHEAD = timedelta(days=366)
MOST_POINTS = 200


@transaction.atomic
def call_consultation(
    *,
    by,
    at,
    unit,
    token,
    kind,
    subject,
    held_on,
    place,
    held_at=None,
    called_on=None,
    draft="",
    matter=None,
    host=None,
):
    """Announce a consultation at `unit` under the next number of the year; returns the Consultation.

    `called_on` (the day it was announced) and `held_on` may lie in the past: it may be entered from paper. `matter`: a
    matter of the same unit whose plan residents are asked about. Needs `run_meetings`.
    """
    on = today(at)
    require_at(by, Power.RUN_MEETINGS, unit, on)
    if Consultation.objects.filter(token=token).exists():
        raise already_done()
    called_on = called_on or min(on, held_on)
    errors = {
        name: _("This is needed.") for name, value in (("subject", subject), ("place", place)) if not value.strip()
    }
    if kind not in ConsultationKind.values:
        errors["kind"] = _("This is needed.")
    if called_on > on:
        errors["called_on"] = _("This day has not come yet.")
    elif held_on < called_on:
        errors["held_on"] = _("It cannot be held before it is announced.")
    elif held_on > on + AHEAD:
        errors["held_on"] = _("It is called at most one year ahead. Please check the year.")
    if kind == ConsultationKind.COURTYARD and not draft.strip() and matter is None:
        errors["draft"] = _("Residents are asked about a plan: write the draft, or choose its matter.")
    if errors:
        raise Mistaken(errors)
    if matter is not None and matter.unit_id != unit.pk:
        raise Refused(_("The matter belongs to another unit."))
    refuse_personal_data(unit, subject, draft, place)

    def build():
        return Consultation.objects.create(
            unit=unit,
            year=called_on.year,
            serial=next_serial(unit, SERIES, called_on.year),
            prefix=f"{unit.short_name or unit.name}{NUMBER_WORD}",
            kind=kind,
            subject=subject.strip(),
            draft=draft.strip(),
            matter=matter,
            token=token,
            called_by=by,
            called_at=at,
            called_on=called_on,
            held_on=held_on,
            held_at=held_at,
            place=place.strip(),
            host=host,
        )

    consultation = create_once(build)
    record(by=by, verb="call_consultation", at=at, row=consultation)
    return consultation


@transaction.atomic
def call_off_consultation(*, by, at, consultation, seen, reason):
    """Call off a consultation that was not held, with a reason that everyone reads. Needs `run_meetings`."""
    consultation = _lock(consultation)
    require_at(by, Power.RUN_MEETINGS, consultation.unit, today(at))
    if consultation.is_called_off:
        raise already_done()
    check_seen(consultation, seen)
    refuse(why_not_called_off(consultation))
    if not reason.strip():
        raise Mistaken({"reason": _("Say why it is called off.")})
    refuse_personal_data(consultation.unit, reason)
    consultation.called_off_reason = reason.strip()
    save(consultation, "called_off_reason")
    record(by=by, verb="call_off_consultation", at=at, row=consultation, reason=consultation.called_off_reason)
    return consultation


def why_not_called_off(consultation):
    """Why the consultation cannot be called off; None when it can."""
    if consultation.is_called_off:
        return _("This consultation was called off.")
    if consultation.is_held:
        return _("This consultation has been held.")
    return None


@transaction.atomic
def record_consultation(*, by, at, consultation, seen, participants, summary, others="", points=()):
    """Enter what was talked over and the points raised: (text, who raised it, internal). Needs `run_meetings`.

    A point is due to be answered ANSWER_DAYS after the day it was raised.
    """
    consultation = _lock(consultation)
    require_at(by, Power.RUN_MEETINGS, consultation.unit, today(at))
    if consultation.is_held:
        raise already_done()
    check_seen(consultation, seen)
    refuse(why_not_recordable(consultation, today(at)))
    if not summary.strip():
        raise Mistaken({"summary": _("This is needed.")})
    if participants < 1:
        raise Mistaken({"participants": _("Nobody came: call it off with that reason instead.")})
    refuse_personal_data(consultation.unit, summary, others)
    consultation.participants, consultation.others = participants, others.strip()
    consultation.summary, consultation.recorded_by, consultation.recorded_at = summary.strip(), by, at
    save(consultation, "participants", "others", "summary", "recorded_by", "recorded_at")
    _write_points(consultation, points)
    record(by=by, verb="record_consultation", at=at, row=consultation, points=len(points))
    return consultation


def why_not_recordable(consultation, on):
    """Why nothing can be recorded of the consultation on the day `on`; None when it can."""
    if consultation.is_called_off:
        return _("This consultation was called off.")
    if consultation.is_held:
        return _("The record is entered.")
    if on < consultation.held_on:
        return _("The day of the consultation has not come yet.")
    return None


@transaction.atomic
def note_points(*, by, at, consultation, seen, points):
    """Add points that were raised but are not in the record yet. Needs `run_meetings`."""
    consultation = _lock(consultation)
    require_at(by, Power.RUN_MEETINGS, consultation.unit, today(at))
    check_seen(consultation, seen)
    if not consultation.is_held:
        raise Refused(_("Enter first that it was held."))
    if not points:
        raise Mistaken({None: _("Write down at least one point.")})
    _write_points(consultation, points)
    save(consultation)
    record(by=by, verb="note_points", at=at, row=consultation, points=len(points))
    return consultation


def _write_points(consultation, points):
    """Rows of points (text, raised by) after those that are there."""
    refuse_personal_data(
        consultation.unit, *(text for text, _who in points), names=[who for _text, who in points if who.strip()]
    )
    first = consultation.points.count() + 1
    if first + len(points) > MOST_POINTS + 1:
        raise Refused(_("One consultation holds at most %(most)s points.") % {"most": MOST_POINTS})
    Point.objects.bulk_create(
        [
            Point(
                consultation=consultation,
                position=place,
                text=text.strip(),
                raised_by=who.strip(),
                due_on=consultation.held_on + timedelta(days=ANSWER_DAYS),
            )
            for place, (text, who) in enumerate(points, start=first)
        ]
    )


@transaction.atomic
def answer_point(*, by, at, point, outcome, answer, matter=None):
    """Answer one point, once and for everyone to read. Returns the Point. Needs `answer_residents`.

    `outcome` MATTER needs the `matter` of the same unit that the point was carried into; every other outcome has none.
    """
    consultation = _lock(point.consultation)
    require_at(by, Power.ANSWER_RESIDENTS, consultation.unit, today(at))
    point = Point.objects.select_for_update(no_key=True).get(pk=point.pk)
    if point.is_answered:
        raise already_done()
    if outcome not in PointOutcome.values:
        raise Mistaken({"outcome": _("Say what became of it.")})
    if not answer.strip():
        raise Mistaken({"answer": _("Write the answer.")})
    if (outcome == PointOutcome.MATTER) != (matter is not None):
        raise Mistaken({"matter": _("Choose the matter that it was carried into, and only then.")})
    if matter is not None and matter.unit_id != consultation.unit_id:
        raise Mistaken({"matter": _("The matter belongs to another unit.")})
    refuse_personal_data(consultation.unit, answer, names=[point.raised_by])
    point.consultation = consultation
    point.outcome, point.answer, point.matter = outcome, answer.strip(), matter
    point.answered_by, point.answered_at = by, at
    point.save(update_fields=["outcome", "answer", "matter", "answered_by", "answered_at"])
    save(consultation)
    record(by=by, verb="answer_point", at=at, row=consultation, point=point.position, outcome=outcome)
    return point


def _lock(consultation):
    return (
        Consultation.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=consultation.pk)
    )
