"""Which steps of a matter are done, which one it is at, and what the steps are called."""

from django.utils.translation import gettext as _

from councils.enums import Status
from councils.procedures import ENDED, PLACES, SORTED_OUT, Deliberation
from councils.views.track.parts import STATUS_TAGS
from orgs.offices import BODY_KINDS


def outline(matter, on):
    """The states of the numbered steps, for the small track beside a title: see `step_states`."""
    return [state for key, state in step_states(matter, on).items() if matter.procedure_row.number(key)]


def current_key(matter, on):
    """The key of the step that the matter is at on `on`, None when it has ended or is closed.

    A disclosure that has begun is where the matter is until the work begins or the display ends.
    """
    status = matter.status_on(on)
    if status == Status.DISCLOSED:
        return "disclose"
    step = matter.open_step(on)
    return step.key if step else None


def step_states(matter, on):
    """{step key: done, now, todo or stopped} in order. What ended or is shelved is at no step: it stopped at one."""
    current = current_key(matter, on)
    done = matter.done_on(on)
    status = matter.status_on(on)
    states = {}
    for step in matter.steps:
        if step.key == current:
            states[step.key] = "now"
        else:
            states[step.key] = "done" if step.key in done or status == Status.CLOSED else "todo"
    if status in SORTED_OUT:
        # What would have followed does not come any more.
        return {key: state for key, state in states.items() if state == "done"}
    if status in ENDED and status != Status.CLOSED or status == Status.SHELVED:
        stopped = next((key for key, state in states.items() if state == "todo"), None)
        if stopped:
            states[stopped] = "stopped"
    return states


def stand(matter, on):
    """Let a matter of a list carry where it stands on the day `on`: `standing`, its frame `kind`, and `waiting`."""
    status, step = matter.status_on(on), matter.open_step(on)
    matter.standing, matter.kind = status.label, STATUS_TAGS.get(status, "")
    matter.waiting = step_name(matter, step) if step else ""


def step_name(matter, step):
    """The name of a step of `matter`; of the decision, whose usual name leaves open who decides, with who does."""
    if isinstance(step, Deliberation) and step.label in [place.decision for place in PLACES.values()]:
        return _("Resolution: %(body)s") % {"body": BODY_KINDS[matter.deciding_body].title}
    return str(step.label)


def short_name(step):
    return str(step.short or step.label)
