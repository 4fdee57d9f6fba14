"""The two disclosures: their notices, clocks and questions, and the money."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.procedures import Purpose
from councils.views.track.dates import day_text
from councils.views.track.parts import PeriodView
from disclosure import clocks, money


def disclose(matter, step, view, on, objections):
    """Fill `view` with the notice of the disclosure `step` and its clocks."""
    resolution = step.purpose == Purpose.RESOLUTION
    display = matter.resolution_display if resolution else matter.outcome_display
    notice = matter.resolution_notice if resolution else matter.outcome_notice
    view.body = str(step.label)
    shown_on = matter.resolution_shown_on if resolution else matter.outcome_shown_on
    if notice is not None and shown_on and shown_on <= on:
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
        view.notes = tuple(_objection_lines(objections, shown, window, display.ended(on), on))
    else:
        view.notes = (money_sentence(matter),) if matter.actual_total is not None else ()


def _objection_lines(objections, shown, window, ended, on):
    if ended:
        yield _("On display from %(first)s to %(last)s.") % {
            "first": day_text(shown.first, on),
            "last": day_text(shown.last, on),
        }
        if window:
            yield _("Objections were taken until %(last)s.") % {"last": day_text(window.last, on)}
    opinions = count_opinions(objections, window and window.last)
    received, answered = opinions.received, opinions.answered
    if received and received == answered:
        yield ngettext(
            "%(n)s question or objection received during the objection window, answered.",
            "%(n)s questions and objections received during the objection window, all answered.",
            received,
        ) % {"n": received}
    elif received:
        yield ngettext(
            "%(n)s question or objection received during the objection window, %(answered)s answered.",
            "%(n)s questions and objections received during the objection window, %(answered)s answered.",
            received,
        ) % {"n": received, "answered": answered}
    elif ended:
        yield _("No question or objection was received during the objection window.")
    if opinions.later:
        yield ngettext("%(n)s more came in after it.", "%(n)s more came in after it.", opinions.later) % {
            "n": opinions.later
        }


@dataclass(frozen=True)
class Opinions:
    """Questions, suggestions and objections to a resolution: received in its objection window, answered, and later."""

    received: int
    answered: int
    later: int


def count_opinions(objections, window_until):
    """Count (received on, replied on) pairs as the outcome notice does: what came in by the day `window_until`."""
    inside = [replied for received, replied in objections if window_until is None or received <= window_until]
    return Opinions(len(inside), sum(replied is not None for replied in inside), len(objections) - len(inside))


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
