"""A matter as a track of steps with their sittings: what the public page, the desk, the data and the lists show.

No queries of its own: matters come from `Matter.objects.for_page()` (`outline` is content with `with_progress()`).
Party-internal records stay closed here, once for every page: `opened` says whose counts may be shown to the reader.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from councils.enums import InitiatorKind, MeetingOutcome, Method, MilestoneKind, Status
from councils.procedures import ENDED, Audience, Deliberation, Disclosure, Purpose
from councils.voting import Share, explain_json
from councils.voting.shares import Words
from councils.voting.words import fraction_text
from disclosure import clocks, money
from orgs.offices import BODY_KINDS

STATUS_TAGS = {
    Status.DISCLOSED: "good",
    Status.IMPLEMENTING: "good",
    Status.ACCEPTED: "good",
    Status.OUTCOME_DISCLOSED: "good",
    Status.CLOSED: "good",
    Status.RETURNED: "wait",
    Status.SHELVED: "wait",
    Status.DECLINED: "void",
    Status.WITHDRAWN: "void",
    Status.REJECTED: "void",
    Status.VOID: "void",
    Status.REVOKED: "void",
}
# From which share on a joint motion is named as such (domain §3, local rules).
JOINT_SHARES = {
    InitiatorKind.REPRESENTATIVES: Share(1, 5),
    InitiatorKind.RESIDENTS: Share(1, 10),
    InitiatorKind.HOUSEHOLDS: Share(1, 10),
    InitiatorKind.OWNERS: Share(1, 5),
}


def in_public(item):
    """Whether everyone may see how many came and voted at this sitting.

    Of a Party meeting and of the two committees only body, day and outcome are public, unless the Party organisation
    opened the counts.
    """
    return item.step_row.audience == Audience.PUBLIC or item.meeting.counts_opened_at is not None


@dataclass(frozen=True)
class SittingView:
    """One sitting of a step. `facts` and `explanation` are empty where the reader may not see the counts."""

    meeting: object
    item: object
    title: str
    tag: str
    tag_kind: str
    facts: tuple[str, ...] = ()
    explanation: object = None
    after: tuple[str, ...] = ()

    @property
    def is_void(self):
        return self.tag_kind == "void"


@dataclass
class StepView:
    """One step of the track. `state`: done, now or todo. `number` is None for the work between the disclosures."""

    key: str
    number: int | None
    name: str
    short: str
    body: str
    state: str
    on: date | None = None
    until: date | None = None
    tag: str = ""
    tag_kind: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    sittings: list[SittingView] = field(default_factory=list)
    periods: tuple = ()
    notice: object = None
    notice_name: str = ""
    is_last: bool = False
    deliberation: bool = False

    @property
    def anchor(self):
        return f"step-{self.number}" if self.number else f"step-{self.key}"


@dataclass(frozen=True)
class PeriodView:
    """A clock of a disclosure: name and days."""

    label: str
    period: clocks.Period
    note: str = ""


@dataclass(frozen=True)
class Track:
    """The whole track of a matter on a day."""

    status: Status
    tag_kind: str
    steps: list[StepView]
    now: str
    detail: tuple[str, ...]

    @property
    def four(self):
        return [step for step in self.steps if step.deliberation]

    @property
    def two(self):
        """The disclosures and the work between them, in order."""
        return [step for step in self.steps if not step.deliberation]

    @property
    def groups(self):
        """What `ui/track_bar.html` draws: the numbered steps under their two names."""
        halves = (
            (_("Four deliberations"), self.four),
            (_("Two disclosures"), [step for step in self.two if step.number]),
        )
        return [(name, steps) for name, steps in halves if steps]


def outline(matter, on):
    """The states of the numbered steps, for the small track beside a title: done, now or todo."""
    return [state for key, state in _states(matter, on).items() if matter.procedure_row.number(key)]


def current_key(matter, on):
    """The key of the step that the matter is at on `on`, None when it has ended or is closed.

    A disclosure that has begun is where the matter is until the work begins or the display ends.
    """
    status = matter.status_on(on)
    if status == Status.DISCLOSED:
        return "disclose"
    step = matter.open_step(on)
    return step.key if step else None


def _states(matter, on):
    """{step key: done, now or todo} in order. A matter that was voted down stops at the step that lost."""
    current = current_key(matter, on)
    done = matter.done_on(on)
    status = matter.status_on(on)
    states = {}
    for step in matter.steps:
        if step.key == current:
            states[step.key] = "now"
        else:
            states[step.key] = "done" if step.key in done or status == Status.CLOSED else "todo"
    if status in ENDED and status != Status.CLOSED:
        stopped = next((key for key, state in states.items() if state == "todo"), None)
        if stopped:
            states[stopped] = "now"
    return states


def step_name(matter, step):
    """The name of a step of `matter`: the deciding one is named after who decides."""
    if isinstance(step, Deliberation) and step.binding:
        return _("Resolution: %(body)s") % {"body": BODY_KINDS[matter.deciding_body].title}
    return str(step.label)


def _short(step):
    return {
        "propose": pgettext("short step", "Proposal"),
        "confer": pgettext("short step", "Conferral"),
        "review": pgettext("short step", "Review"),
        "resolve": pgettext("short step", "Resolution"),
        "disclose": pgettext("short step", "Disclosure"),
        "disclose_outcome": pgettext("short step", "Outcome"),
    }.get(step.key, str(step.label))


def track(matter, on, *, opened=in_public, closed_listed=False, objections=None):
    """The `Track` of a matter loaded with `for_page()`, as it stands on the day `on`.

    `opened(item)` says whether the reader may see the counts of a sitting; with `closed_listed` the others are listed
    with day and body. `objections`: (received, answered).
    """
    states = _states(matter, on)
    steps = []
    for step in matter.steps:
        view = StepView(
            key=step.key,
            number=matter.procedure_row.number(step.key),
            name=step_name(matter, step),
            short=_short(step),
            body="",
            state=states[step.key],
            deliberation=isinstance(step, Deliberation),
        )
        if isinstance(step, Deliberation):
            _deliberate(matter, step, view, on, opened, closed_listed)
        elif isinstance(step, Disclosure):
            _disclose(matter, step, view, on, objections)
        else:
            _implement(matter, view, on)
        steps.append(view)
    steps[-1].is_last = True
    status = matter.status_on(on)
    now, detail = _sentence(matter, steps, status, on)
    return Track(status, STATUS_TAGS.get(status, ""), steps, now, tuple(detail))


# Deliberations


def _deliberate(matter, step, view, on, opened, closed_listed):
    items = [item for item in matter.items.all() if item.step == step.key]
    kind = matter.deciding_body if step.binding else items[-1].meeting.body.kind if items else step.bodies[0]
    view.body = str(BODY_KINDS[kind].title_in(matter.unit.is_village))
    # What was called off before it met decided nothing and was no sitting.
    held = [item for item in items if item.meeting.outcome != MeetingOutcome.CALLED_OFF]
    shown = [item for item in held if closed_listed or opened(item)]
    view.sittings = [
        _sitting(item, _ordinal(place) if len(shown) > 1 else str(item.meeting.body), on, opened(item))
        for place, item in enumerate(shown, 1)
    ]
    valid = [item for item in held if not item.void and item.meeting.outcome == MeetingOutcome.VALID]
    last = valid[-1] if valid else None
    if last is None or last.meeting.confirmed_at is None:
        coming = next((item for item in held if not item.meeting.outcome and not item.void), None)
        if coming and not coming.meeting.is_party and coming.meeting.held_on >= on:
            view.on = coming.meeting.held_on
            view.tag, view.tag_kind = _("called"), "wait"
        return
    view.on = last.meeting.held_on
    view.text = last.meeting.public_summary
    vote = last.vote
    if vote is None:
        return
    binding = step.binding
    if vote.is_carried and view.state == "done":
        view.tag, view.tag_kind = (_("Carried") if binding else pgettext("step", "passed")), "good"
    elif vote.is_carried:
        view.tag, view.tag_kind = _("to be deliberated again"), "wait"
    else:
        view.tag, view.tag_kind = (_("Not carried") if binding else pgettext("step", "not passed")), "void"
        view.notes = (str(step.lost),)


def _sitting(item, title, on, opened):
    meeting = item.meeting
    if not meeting.outcome:
        tag = _("called") if meeting.held_on >= on else _("record to be entered")
        return SittingView(meeting, item, title, tag, "wait", _when(meeting))
    if meeting.confirmed_at is None and not meeting.is_void:
        return SittingView(meeting, item, title, _("held, record not confirmed yet"), "wait")
    if not opened:
        tag, kind = (_("meeting void"), "void") if meeting.is_void else (_("meeting valid"), "good")
        return SittingView(meeting, item, title, tag, kind)
    if meeting.is_void:
        facts = (*_validity(meeting), _("No vote was taken."))
        return SittingView(meeting, item, title, _("meeting void"), "void", facts)
    vote = item.vote
    if vote is None:
        return SittingView(meeting, item, title, _("meeting valid"), "good", _validity(meeting))
    explanation = vote.explanation
    facts = [*_attendance(vote.entitled, vote.present, explanation), _ballots(vote)]
    after = [_sum(vote), *explanation.passing, *explanation.remarks]
    return SittingView(
        meeting,
        item,
        title,
        _("meeting valid"),
        "good",
        tuple(facts),
        explanation,
        tuple(line for line in after if line),
    )


def _ordinal(place):
    if place == 1:
        return pgettext("sitting", "First sitting")
    if place == 2:
        return pgettext("sitting", "Second sitting")
    if place == 3:
        return pgettext("sitting", "Third sitting")
    return pgettext("sitting", "Sitting %(number)s") % {"number": place}


def _when(meeting):
    return (meeting.place,) if meeting.place else ()


def _validity(meeting):
    if not meeting.quorum_result:
        return ()
    return _attendance(meeting.entitled, meeting.present, explain_json(meeting.quorum_result))


def _attendance(entitled, present, explanation):
    """Who came of how many, and whether that was enough; a quorum sentence says both numbers already."""
    if len(explanation.validity) > 1:
        return explanation.validity
    head = _("%(entitled)s entitled, %(present)s present.") % {"entitled": entitled, "present": present}
    return (head, *explanation.validity)


def _ballots(vote):
    method = capfirst(Method(vote.method).label)
    if vote.method != Method.SECRET:
        return _("%(method)s.") % {"method": method}
    return _("%(method)s: %(issued)s ballots issued, %(returned)s returned.") % {
        "method": method,
        "issued": vote.issued,
        "returned": vote.returned,
    }


def _sum(vote):
    """Every vote accounted for: the kinds add up to what was cast, and the rest did not vote."""
    cast = vote.in_favour + vote.against + vote.abstain + vote.invalid
    if vote.result["words"] in (Words.PARTY, Words.OWNERS):
        text = ngettext("%(n)s person voted.", "%(n)s persons voted.", cast) % {"n": cast}
    else:
        text = ngettext("%(n)s vote in all.", "%(n)s votes in all.", cast) % {"n": cast}
    missing = vote.present - cast
    if missing:
        text += " " + ngettext("%(n)s person present did not vote.", "%(n)s persons present did not vote.", missing) % {
            "n": missing
        }
    return text


# Disclosures


def _disclose(matter, step, view, on, objections):
    resolution = step.purpose == Purpose.RESOLUTION
    display = matter.resolution_display if resolution else matter.outcome_display
    notice = matter.resolution_notice if resolution else matter.outcome_notice
    view.body = str(step.label)
    if notice is not None and notice.serial:
        notice.unit = matter.unit
        view.notice = notice
        view.notice_name = _("Resolution notice") if resolution else _("Outcome notice")
    if not display.begun(on):
        if view.notice is not None:
            view.tag, view.tag_kind = _("notice withdrawn"), "void"
        return
    view.on = display.published_on
    first = display.published_on + timedelta(days=1)
    shown = clocks.Period(first, display.displayed_until)
    window = display.window_until and clocks.Period(first, display.window_until)
    if display.ended(on):
        view.tag = _("Display ended")
    else:
        view.tag, view.tag_kind = _("On display"), "good"
        view.periods = (PeriodView(_("Display period"), shown),)
        if window:
            view.periods += (PeriodView(_("Objection window"), window),)
    if resolution:
        view.notes = tuple(_objection_lines(objections, shown, window, display.ended(on)))
    else:
        view.notes = (money_sentence(matter),) if matter.actual_total is not None else ()


def _objection_lines(objections, shown, window, ended):
    if ended:
        yield _("On display from %(first)s to %(last)s.") % {
            "first": day_text(shown.first),
            "last": day_text(shown.last),
        }
        if window:
            yield _("Objections were taken until %(last)s.") % {"last": day_text(window.last)}
    received, answered = objections or (0, 0)
    if received and received == answered:
        yield ngettext(
            "%(n)s question or objection received, answered.",
            "%(n)s questions and objections received, all answered.",
            received,
        ) % {"n": received}
    elif received:
        yield ngettext(
            "%(n)s question or objection received, %(answered)s answered.",
            "%(n)s questions and objections received, %(answered)s answered.",
            received,
        ) % {"n": received, "answered": answered}
    elif ended:
        yield _("No question or objection was received.")


def money_sentence(matter):
    """What was planned and spent, and where the rest stays."""
    planned, actual = matter.planned_total, matter.actual_total
    words = {"planned": money.yuan(planned), "actual": money.yuan(actual), "rest": money.yuan(abs(planned - actual))}
    if actual == planned:
        return _("Budget %(planned)s yuan, spent %(actual)s yuan.") % words
    if actual > planned:
        return _("Budget %(planned)s yuan, spent %(actual)s yuan, %(rest)s yuan more than planned.") % words
    left = [
        line.label
        for line in matter.lines.all()
        if line.kind == "source" and line.actual is not None and line.actual < line.planned
    ]
    if len(left) == 1:
        words["source"] = left[0]
        return (
            _("Budget %(planned)s yuan, spent %(actual)s yuan; the remaining %(rest)s yuan stay with: %(source)s.")
            % words
        )
    return _("Budget %(planned)s yuan, spent %(actual)s yuan, %(rest)s yuan left.") % words


# Implementation


def _implement(matter, view, on):
    milestones = [row for row in matter.milestones.all() if row.on <= on]
    started = next((row.on for row in milestones if row.kind == MilestoneKind.STARTED), None)
    accepted = next((row.on for row in milestones if row.kind == MilestoneKind.ACCEPTED), None)
    view.on = started or (milestones[0].on if milestones else None)
    view.until = accepted
    if matter.status == Status.ACCEPTED:
        view.tag, view.tag_kind = Status.ACCEPTED.label, "good"
    elif matter.status == Status.IMPLEMENTING:
        view.tag, view.tag_kind = Status.IMPLEMENTING.label, "good"
    lines = []
    selection = getattr(matter, "selection", None)
    if selection and selection.on <= on:
        lines.append((selection.on, selection_sentence(selection)))
    lines += [(row.on, milestone_sentence(row)) for row in milestones]
    view.notes = tuple(text for _on, text in sorted(lines, key=lambda line: line[0]))
    if not view.notes and matter.starts_on and matter.ends_on and view.state != "done":
        view.text = _("Planned from %(first)s to %(last)s.") % {
            "first": month_text(matter.starts_on),
            "last": month_text(matter.ends_on),
        }


def selection_sentence(selection):
    """How the contractor was chosen, in one sentence."""
    words = {
        "day": day_text(selection.on),
        "method": selection.method,
        "offers": selection.offers,
        "result": selection.result.rstrip("。."),
    }
    if selection.supervised:
        return _("%(day)s: %(method)s among %(offers)s, %(result)s; the supervision committee was present.") % words
    return _("%(day)s: %(method)s among %(offers)s, %(result)s.") % words


def milestone_sentence(row):
    """One milestone in one sentence."""
    words = {"day": day_text(row.on), "what": row.get_kind_display(), "text": row.text.rstrip("。.")}
    if row.kind == MilestoneKind.OTHER:
        return _("%(day)s: %(text)s.") % words
    if row.text:
        return _("%(day)s: %(what)s (%(text)s).") % words
    return _("%(day)s: %(what)s.") % words


# The sentence at the top


def _sentence(matter, steps, status, on):
    """(where the matter stands, what that means now) in plain words."""
    current = next((step for step in steps if step.state == "now"), None)
    if status in ENDED and status != Status.CLOSED:
        return str(Status(status).label), [matter.ended_reason] if matter.ended_reason else []
    if status == Status.CLOSED:
        lines = [
            _("All six steps are done. The outcome was on display until %(day)s.")
            % {"day": day_text(matter.outcome_display.displayed_until)}
        ]
        return str(Status.CLOSED.label), lines
    words = {"number": current.number, "step": current.name}
    now = _("Step %(number)s, %(step)s") % words if current.number else current.name
    return now, list(_detail(matter, current, status, on))


def _detail(matter, step, status, on):
    display = matter.outcome_display if step.key == "disclose_outcome" else matter.resolution_display
    if step.key in ("disclose", "disclose_outcome"):
        if not display.begun(on):
            yield (
                _("The resolution is adopted; its notice is being prepared.")
                if step.key == "disclose"
                else _("The work is accepted; the notice of its outcome is being prepared.")
            )
            return
        if not display.ended(on):
            yield _("On display until %(day)s, %(left)s.") % {
                "day": day_text(display.displayed_until),
                "left": _left(display.displayed_until, on),
            }
        if display.window_until and on <= display.window_until:
            yield _("Objections are taken until %(day)s.") % {"day": day_text(display.window_until)}
        elif step.key == "disclose":
            yield _("Work begins next.")
        return
    if not step.deliberation:
        yield (
            _("The resolution is being carried out; it should be done by %(day)s.")
            % {"day": month_text(matter.ends_on)}
            if matter.ends_on and matter.ends_on >= on
            else _("The resolution is being carried out.")
        )
        return
    if status == Status.RETURNED and matter.ended_reason:
        yield _("Sent back to be changed.")
    void = any(sitting.is_void for sitting in step.sittings)
    coming = next((s for s in step.sittings if not s.meeting.outcome and s.meeting.held_on >= on), None)
    if coming and not coming.meeting.is_party:
        yield _("%(body)s: called for %(day)s.") % {
            "body": coming.meeting.body,
            "day": day_text(coming.meeting.held_on),
        }
    elif step.sittings and not step.sittings[-1].is_void and step.sittings[-1].meeting.outcome:
        yield _("The meeting was held; its record waits to be confirmed.")
    elif void:
        yield _("Too few came to the last sitting; it will be called again.")
    else:
        yield _("Waiting for: %(body)s.") % {"body": step.body}


def origin_sentence(matter):
    """Who put the matter forward."""
    if not matter.initiator_count:
        return matter.origin_text or str(matter.get_origin_display())
    words = {"count": matter.initiator_count, "kind": matter.get_initiator_kind_display()}
    share = JOINT_SHARES.get(matter.initiator_kind)
    if not matter.initiator_base:
        return _("Put forward jointly by %(count)s %(kind)s.") % words
    words["base"] = matter.initiator_base
    if share and share.is_met(matter.initiator_count, matter.initiator_base):
        words["share"] = fraction_text(share)
        return _("Put forward jointly by %(count)s %(kind)s (of %(base)s, at least %(share)s).") % words
    return _("Put forward jointly by %(count)s %(kind)s (of %(base)s).") % words


def _left(until, on):
    days = (until - on).days
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def day_text(value):
    """3月6日, or 6 March."""
    return formats.date_format(value, pgettext("date format: month and day", "j F"))


def month_text(value):
    """2026年4月, or April 2026."""
    return formats.date_format(value, pgettext("date format: year and month", "F Y"))
