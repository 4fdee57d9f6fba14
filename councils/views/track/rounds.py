"""The rounds of a matter: which sittings count in the present one, and what the earlier ones were."""

from councils.enums import MeetingOutcome, Status
from councils.procedures import Deliberation
from councils.views.track.deliberations import deliberate
from councils.views.track.parts import STATUS_TAGS, RoundView, StepView
from councils.views.track.states import short_name, step_name


def counting_items(matter, step, done):
    """The items of the deliberation `step` that the present round stands on.

    A step that is `done` may have been done in an earlier round; the others are those of the present one.
    """
    items = [item for item in matter.items.all() if item.step == step.key]
    number = matter.round
    if step.key in done:
        went_on = [item.round for item in items if not item.void and item.vote and step.goes_on(item.vote.is_carried)]
        number = max(went_on, default=number)
    return [item for item in items if item.round == number]


def past_rounds(matter, story, on, opened, closed_listed):
    """The rounds before the present one, the newest first, each with its own sittings, text and notice."""
    kept = {row.number: row for row in story.rounds if row.number < matter.round}
    present = _text(matter, [(line.kind, line.label, line.planned) for line in matter.lines.all()])
    views = []
    for row in reversed(kept.values()):
        budget = [(line["kind"], line["label"], line["planned"]) for line in row.budget]
        text = _text(row, budget)
        views.append(
            RoundView(
                number=row.number,
                status=Status(row.status).label,
                tag_kind=STATUS_TAGS.get(row.status, ""),
                ended_on=row.ended_on,
                steps=_steps(matter, row.number, on, opened, closed_listed),
                notice=row.resolution_notice if row.resolution_notice_id else None,
                text=text if text != present else None,
            )
        )
    return views


def _text(row, budget):
    return {"plan": row.plan, "motion": row.motion, "budget": budget}


def _steps(matter, number, on, opened, closed_listed):
    """The deliberations that met in the round `number`."""
    views = []
    for step in matter.steps:
        items = [item for item in matter.items.all() if item.step == step.key and item.round == number]
        if not isinstance(step, Deliberation) or not any(
            item.meeting.outcome != MeetingOutcome.CALLED_OFF for item in items
        ):
            continue
        view = StepView(
            key=step.key,
            number=matter.procedure_row.number(step.key),
            name=step_name(matter, step),
            short=short_name(step),
            body="",
            state="done",
            deliberation=True,
            prefix=f"round-{number}-",
        )
        deliberate(matter, step, view, items, on, opened, closed_listed)
        views.append(view)
    if views:
        views[-1].is_last = True
    return views
