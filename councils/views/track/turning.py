"""What changed the course of a matter, in plain words and with its day: lost votes, turns, faults found."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from councils.enums import Fault, Ground, Status, TurnKind, Verdict
from councils.procedures import TURNS
from councils.views.track.dates import day_text
from councils.views.track.deliberations import keeps_to_itself
from councils.views.track.parts import Entry
from councils.views.track.states import step_name
from orgs.offices import BODY_KINDS
from orgs.village import in_place


def entries_of(matter, story, opened):
    """The entries of the course of `matter`, oldest first. `opened(item)`: whose counts the reader may see."""
    entries = [_lost(matter, item, opened) for item in matter.items.all() if _is_lost(item)]
    # On one day the finding comes before the turn that follows it.
    for finding in story.findings:
        entries += _found(matter, finding)
    entries += [_turned(matter, turn) for turn in story.turns]
    return sorted(entries, key=lambda entry: entry.on)


def opening_of(matter, story, opened):
    """How the present round of `matter` began, in one sentence; empty in its first, and of a lost vote of the Party."""
    turn = next((turn for turn in reversed(story.turns) if turn.step and turn.to_round == matter.round), None)
    if turn:
        return told(matter, turn)
    lost = [item for item in matter.items.all() if _is_lost(item) and item.round == matter.round - 1]
    if not lost or keeps_to_itself(lost[-1], opened):
        return ""
    item = lost[-1]
    return _("Sent back to be changed: %(body)s did not pass it on %(day)s.") % {
        "body": _body(item),
        "day": day_text(item.meeting.held_on),
    }


def told(matter, turn):
    """What everyone reads of a turn: its sentence, with its ground in brackets before the full stop."""
    sentence = str(TURNS[TurnKind(turn.kind)].told)
    if turn.step:
        sentence %= {"step": step_name(matter, matter.procedure_row.step(turn.step))}
    if not turn.ground:
        return sentence
    words = {"sentence": sentence.rstrip(".。"), "ground": Ground(turn.ground).label}
    return _("%(sentence)s (%(ground)s).") % words


def _is_lost(item):
    if item.void or item.meeting.confirmed_at is None:
        return False
    return item.vote is not None and not item.step_row.goes_on(item.vote.is_carried)


def _body(item):
    return str(BODY_KINDS[item.meeting.body.kind].title_in(item.meeting.unit.is_village))


def _lost(matter, item, opened):
    step = matter.procedure_row.step(item.step)
    if keeps_to_itself(item, opened):
        declined = Status.DECLINED in step.if_lost
        return Entry(item.meeting.held_on, str(Status.DECLINED.label if declined else step.lost))
    text = _("%(body)s did not pass it. %(consequence)s") % {"body": _body(item), "consequence": step.lost}
    return Entry(item.meeting.held_on, text)


def _turned(matter, turn):
    link = ()
    if turn.resolved_in_id:
        link = (turn.other_number, reverse("matter", args=turn.other_place))
    return Entry(turn.on, told(matter, turn), turn.reason, turn.document, link)


def _found(matter, finding):
    """The finding, and unless a turn tells it already, what the committee and the street said."""
    url = finding.get_absolute_url()
    step = step_name(matter, matter.procedure_row.step(finding.step))
    text = in_place(_("The supervision committee found a fault in this step: %(step)s (%(fault)s)."), matter.unit) % {
        "step": step,
        "fault": Fault(finding.fault).label,
    }
    yield Entry(finding.on, text, finding.text, url=url)
    if finding.verdict == Verdict.DISAGREED:
        text = _("The committee does not agree with the finding; the street was told.")
        yield Entry(timezone.localdate(finding.answered_at), text, finding.answer, url=url)
    if finding.noted_at:
        text = _("The street looked at the finding.")
        yield Entry(timezone.localdate(finding.noted_at), text, finding.note, url=url)
