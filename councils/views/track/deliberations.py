"""The steps that a meeting decides, with all their sittings."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from councils.enums import MeetingOutcome, Method, Status
from councils.procedures import Audience
from councils.views.track.parts import SittingView
from councils.voting import beside, explain_json
from councils.voting.shares import Words
from orgs.offices import BODY_KINDS


def in_public(item):
    """Whether everyone may see how many came and voted at this sitting.

    Of a Party meeting and of the two committees only body, day and outcome are public, unless the Party organisation
    opened the counts.
    """
    return item.step_row.audience == Audience.PUBLIC or item.meeting.counts_opened_at is not None


def keeps_to_itself(item, opened):
    """Whether the reader learns of this sitting only what follows from it, not that its vote was lost."""
    return item.meeting.is_party and not opened(item)


def deliberate(matter, step, view, items, on, opened, closed_listed):
    """Fill `view` with the sittings of the deliberation `step` (its `items`) and what came of them."""
    kind = matter.deciding_body if step.binding else items[-1].meeting.body.kind if items else step.bodies[0]
    view.body = str(BODY_KINDS[kind].title_in(matter.unit.is_village))
    # What was called off before it met decided nothing and was no sitting; nor was what a valid one was not asked.
    held = [item for item in items if item.meeting.outcome != MeetingOutcome.CALLED_OFF]
    held = [item for item in held if item.meeting.is_void or not item.void]
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
            view.tag, view.tag_kind = _coming(coming.meeting, on), "wait"
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
    elif keeps_to_itself(last, opened):
        view.tag, view.tag_kind = (str(Status.DECLINED.label), "void") if Status.DECLINED in step.if_lost else ("", "")
        view.notes = () if view.state == "stopped" else (str(step.lost),)
    else:
        view.tag, view.tag_kind = (_("Not carried") if binding else pgettext("step", "not passed")), "void"
        # Of a matter that ended so, this is its reason and stands with where it stands.
        view.notes = () if view.state == "stopped" else (str(step.lost),)
    if step.is_triage and vote.is_carried and (sorting := getattr(last, "sorting", None)):
        view.tag, view.tag_kind = sorting.get_way_display(), "good"
        way = step.way(sorting.way)
        view.notes = (str(way.then),) if way.ends else (str(way.then), sorting.note)


def _coming(meeting, on):
    return _("voting now") if meeting.voting_from and meeting.voting_from <= on else _("called")


def _sitting(item, title, on, opened):
    meeting = item.meeting
    if not meeting.outcome:
        tag = _coming(meeting, on) if meeting.held_on >= on else _("record to be entered")
        return SittingView(meeting, item, title, tag, "wait", _when(meeting))
    if meeting.confirmed_at is None and not meeting.is_void:
        return SittingView(meeting, item, title, _("held, record not confirmed yet"), "wait")
    if not opened:
        tag, kind = (_("meeting void"), "void") if meeting.is_void else (_("meeting valid"), "good")
        return SittingView(meeting, item, title, tag, kind)
    if meeting.is_void:
        return _void(meeting, item, title)
    vote = item.vote
    if vote is None:
        return SittingView(meeting, item, title, _("meeting valid"), "good", _validity(meeting))
    explanation = vote.explanation
    came, passing = _attendance(vote.entitled, vote.present, explanation), (_sum(vote), *explanation.passing)
    found, computed = beside(vote.result), ()
    if found is not None:
        came, passing, computed = (), (), (*came, *passing)
    facts = [*came, _ballots(vote)]
    after = [*passing, *explanation.remarks, dissent_sentence(item)]
    return SittingView(
        meeting,
        item,
        title,
        _("meeting valid"),
        "good",
        tuple(facts),
        explanation,
        tuple(line for line in after if line),
        found,
        computed,
    )


def _void(meeting, item, title):
    """A sitting to which too few came; of owners with the numbers and what an adopted rule made of silent ones."""
    facts, computed, remarks = (_("No vote was taken."),), _validity(meeting), ()
    found = beside(meeting.quorum_result) if meeting.quorum_result else None
    if found is None:
        facts, computed = (*computed, *facts), ()
    else:
        remarks = explain_json(meeting.quorum_result).remarks
    return SittingView(meeting, item, title, _("meeting void"), "void", facts, None, remarks, found, computed)


def _ordinal(place):
    if place == 1:
        return pgettext("sitting", "First sitting")
    if place == 2:
        return pgettext("sitting", "Second sitting")
    if place == 3:
        return pgettext("sitting", "Third sitting")
    return pgettext("sitting", "Sitting %(number)s") % {"number": place}


def dissent_sentence(item):
    """What those who voted otherwise said, where the step is public; empty without."""
    if not (item.step_row.is_public and item.vote.dissent):
        return ""
    return _("Dissenting opinions, kept in the minutes: %(text)s") % {"text": item.vote.dissent}


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
