"""Walks a matter through its procedure by the real actions, each on its own day. The demo and the tests use it."""

import datetime
import uuid
from types import MappingProxyType

from councils import actions
from councils.models import Matter, Meeting
from disclosure import actions as disclosure
from disclosure.enums import Outcome

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
NOTHING = MappingProxyType({})


def on(day, hour=17, minute=0):
    """A moment of `day` in Shanghai."""
    return datetime.datetime.combine(day, datetime.time(hour, minute), SHANGHAI)


class Walk:
    """One matter and the people who carry it: accounts of `clerk`, `secretary` and `supervisor`, bodies by kind."""

    def __init__(
        self, *, unit, bodies, clerk, secretary, supervisor, registered_on, signer=None, supervisor_body=None, **fields
    ):
        self.bodies = bodies
        self.clerk, self.secretary, self.supervisor = clerk, secretary, supervisor
        self.signer = signer or secretary
        self.matter = actions.register_matter(
            by=clerk, at=on(registered_on, 10), unit=unit, token=uuid.uuid4(), supervisor=supervisor_body, **fields
        )

    def fresh(self):
        """The matter as it is now."""
        self.matter = Matter.objects.for_page().get(pk=self.matter.pk)
        return self.matter

    def call(self, step, body, held_on, *, called_on=None, **fields):
        """Call a meeting, by default on the day before it."""
        fields.setdefault("place", "村委会二楼会议室" if self.matter.unit.is_village else "社区二楼会议室")
        return actions.call_meeting(
            by=self.clerk,
            at=on(called_on or held_on - datetime.timedelta(days=1)),
            matters=[self.matter],
            seen={self.matter.pk: self.fresh().version},
            step=step,
            body=self.bodies[body],
            held_on=held_on,
            token=uuid.uuid4(),
            **fields,
        )

    def attend(self, meeting, present, **fields):
        """Enter the attendance on the evening of the day; `present` of a named roll leaves the last ones absent."""
        meeting.refresh_from_db()
        entries = list(meeting.roll.filter(votes=True)) if meeting.roll_mode == "named" else []
        if entries:
            late = entries[present:]
            fields["marks"] = {entry.pk: ("leave" if entry in late else "present", "") for entry in entries}
            present = None
        return actions.record_attendance(
            by=self.clerk, at=evening(meeting), meeting=meeting, seen=meeting.version, present=present, **fields
        )

    def vote(self, meeting, in_favour, against, abstain, *, method="hands", **fields):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.record_vote(
            by=self.clerk,
            at=evening(meeting),
            item=meeting.items.get(matter=self.matter),
            seen=meeting.version,
            method=method,
            in_favour=in_favour,
            against=against,
            abstain=abstain,
            **fields,
        )

    def minutes(self, meeting, text, **fields):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.record_minutes(
            by=self.clerk, at=evening(meeting), meeting=meeting, seen=meeting.version, minutes=text, **fields
        )

    def confirm(self, meeting):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.confirm_meeting(by=self.secretary, at=evening(meeting), meeting=meeting, seen=meeting.version)

    def hold(
        self,
        step,
        body,
        held_on,
        present,
        counts,
        *,
        minutes="会议记录见附件。",
        attendance=NOTHING,
        ballot=NOTHING,
        told=NOTHING,
        confirm=True,
        **fields,
    ):
        """A whole meeting: called, attended, voted (unless `counts` is None), written down, confirmed."""
        meeting = self.call(step, body, held_on, **fields)
        self.attend(meeting, present, **attendance)
        if counts is not None:
            self.vote(meeting, *counts, **ballot)
        if minutes:
            self.minutes(meeting, minutes, **told)
        if confirm:
            self.confirm(meeting)
        return meeting

    def publish(self, version, day, *, opinion=""):
        """Submitted by the clerk, reviewed by the supervisor, signed by the chair, one after the other."""
        disclosure.submit_draft(version=version, by=self.clerk, at=on(day, 9))
        if version.review_required:
            disclosure.review_notice(version=version, by=self.supervisor, at=on(day, 10), opinion=opinion)
        return disclosure.sign_notice(version=version, by=self.signer, at=on(day, 11))

    def draft_resolution(self, day):
        return actions.draft_resolution_notice(
            by=self.clerk, at=on(day, 8), matter=self.matter, seen=self.fresh().version
        )

    def draft_outcome(self, day, supervision):
        return actions.draft_outcome_notice(
            by=self.clerk, at=on(day, 8), matter=self.matter, seen=self.fresh().version, supervision=supervision
        )

    def answered(self, *, kind, channel, text, summary, reply, received_on, answered_on, outcome=Outcome.NOT_UPHELD):
        """A resident's objection to the resolution notice, and its answer."""
        objection = disclosure.register_objection(
            notice=self.fresh().resolution_notice,
            kind=kind,
            channel=channel,
            text=text,
            by=self.clerk,
            at=on(received_on),
        )
        return disclosure.answer_objection(
            objection=objection, reply=reply, summary=summary, outcome=outcome, by=self.clerk, at=on(answered_on)
        )

    def start(self, day):
        return self._carry_out(actions.start_implementation, day, hour=9)

    def select(self, day, **fields):
        return self._carry_out(actions.record_selection, day, on=day, **fields)

    def milestone(self, kind, day, **fields):
        return self._carry_out(actions.add_milestone, day, kind=kind, on=day, **fields)

    def accept(self, day, signers):
        return self._carry_out(actions.record_acceptance, day, on=day, passed=True, signers=signers)

    def costs(self, day, actual):
        """`actual` amounts in fen by the label of their line."""
        lines = {line.pk: actual[line.label] for line in self.fresh().lines.all()}
        return self._carry_out(actions.record_costs, day, actual=lines)

    def evaluate(self, day, held_on, **fields):
        return self._carry_out(actions.record_evaluation, day, on=held_on, **fields)

    def edit(self, day, **changes):
        """Change the text while nothing of the round is decided."""
        return actions.edit_matter(
            by=self.clerk, at=on(day, 10), matter=self.matter, seen=self.fresh().version, **changes
        )

    def turn(self, kind, day, reason, **fields):
        """Another course of the matter, entered by the secretary."""
        return actions.take_turn(
            by=self.secretary,
            at=on(day),
            matter=self.matter,
            seen=self.fresh().version,
            kind=kind,
            reason=reason,
            **fields,
        )

    def find(self, step, day, *, fault, text):
        """The supervision committee records a fault in `step`."""
        return actions.record_finding(
            by=self.supervisor,
            at=on(day),
            matter=self.matter,
            seen=self.fresh().version,
            step=step,
            fault=fault,
            text=text,
        )

    def answer(self, finding, day, *, verdict, answer):
        """The committee answers the finding."""
        return actions.answer_finding(
            by=self.secretary,
            at=on(day),
            finding=finding,
            seen=self.fresh().version,
            verdict=verdict,
            answer=answer,
        )

    def _carry_out(self, action, day, *, hour=17, **fields):
        return action(by=self.clerk, at=on(day, hour), matter=self.matter, seen=self.fresh().version, **fields)


def evening(meeting):
    """When a meeting is written down: the evening of its day."""
    return on(meeting.held_on, 22)
