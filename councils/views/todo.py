"""What to do next with a matter, by whom, and if not now, why: the buttons of its page at the desk.

Reads a matter loaded with `for_page()`; the same guards that the actions ask give the reasons.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils import actions
from councils.actions.past import why_no_paper
from councils.actions.records import is_own_record
from councils.enums import MeetingOutcome, Status
from councils.permissions import may
from councils.procedures import ENDED, Deliberation
from councils.views.track import day_text
from orgs.permissions import refusal
from orgs.powers import Power
from orgs.village import in_place

_DRAFTED = gettext_lazy(
    "The notice is drafted; it is reviewed by the supervision committee and then signed by another person."
)
# The events of a matter and its meetings in the words of the desk.
VERBS = {
    "register_matter": gettext_lazy("registered the matter"),
    "edit_matter": gettext_lazy("changed the text or the budget"),
    "call_meeting": gettext_lazy("called a meeting"),
    "call_off_meeting": gettext_lazy("called the meeting off"),
    "open_attendance": gettext_lazy("opened the attendance"),
    "record_attendance": gettext_lazy("entered the attendance"),
    "change_roll": gettext_lazy("changed the roll"),
    "recuse": gettext_lazy("entered a recusal"),
    "record_proxy": gettext_lazy("entered a proxy"),
    "remove_proxy": gettext_lazy("took a proxy back"),
    "record_vote": gettext_lazy("entered the vote"),
    "correct_vote": gettext_lazy("corrected a count"),
    "record_minutes": gettext_lazy("entered the minutes"),
    "record_sorting": gettext_lazy("entered how the matter was sorted"),
    "mend_meeting": gettext_lazy("put day, place or people of the meeting right"),
    "add_scan": gettext_lazy("added a scan"),
    "enter_past_steps": gettext_lazy("entered past meetings from paper"),
    "return_records": gettext_lazy("returned the record for changes"),
    "confirm_meeting": gettext_lazy("confirmed the record"),
    "open_counts": gettext_lazy("opened the counts to everyone"),
    "draft_resolution_notice": gettext_lazy("drafted the resolution notice"),
    "start_implementation": gettext_lazy("began the implementation"),
    "record_selection": gettext_lazy("entered the choice of the contractor"),
    "add_milestone": gettext_lazy("entered a milestone"),
    "record_acceptance": gettext_lazy("entered the acceptance"),
    "record_costs": gettext_lazy("entered what was spent"),
    "record_evaluation": gettext_lazy("entered the residents' evaluation"),
    "draft_outcome_notice": gettext_lazy("drafted the outcome notice"),
    "open_owners_assembly": gettext_lazy("opened the owners' ballot"),
    "close_owners_count": gettext_lazy("closed the count of the ballots"),
    "download_dossier": gettext_lazy("downloaded the dossier"),
    "take_turn": gettext_lazy("changed the course of the matter"),
    "record_finding": gettext_lazy("recorded a fault in the procedure"),
    "answer_finding": gettext_lazy("answered the finding"),
    "note_finding": gettext_lazy("noted what the street says"),
}
# Events of single ballots, of which an assembly has hundreds; and who looked. Left out of the history of a matter.
QUIET_VERBS = (
    "deliver_ballots",
    "withdraw_delivery",
    "reissue_ballot",
    "enter_ballot",
    "mend_ballot",
    "read_party_record",
)
RETURN_IT = gettext_lazy(
    "You entered or corrected some of it, so another person confirms it. If nobody else may, return it: another "
    "person then compares it with the signed paper and answers for it."
)


@dataclass(frozen=True)
class Next:
    """What comes next: a button with the address of a page, or with `post` of a verb.

    A `reason` closes the button and stands beside it; without a `label` there is nothing to press, only `text`.
    """

    label: str = ""
    url: str = ""
    reason: str = ""
    text: str = ""
    post: bool = False


def next_action(matter, user, on):
    """The one thing to do next with `matter` as `user` finds it on the day `on`."""
    status = matter.status_on(on)
    if status == Status.CLOSED:
        return Next(text=_("Nothing is left to do: the matter is closed."))
    if status == Status.SHELVED:
        return Next(text=_("The matter is shelved. It goes on where it stood once it is taken up again."))
    if status in (Status.DECLINED, Status.REJECTED):
        return Next(text=_("The matter has ended; it may be raised again, which begins a new round."))
    if status in ENDED:
        return Next(text=_("The matter has ended."))
    step = matter.open_step(on)
    if isinstance(step, Deliberation):
        return _deliberation(matter, step, user, on)
    if status == Status.OUTCOME_DISCLOSED:
        return Next(
            text=_("The outcome is on display until %(day)s; then the matter closes by itself.")
            % {"day": day_text(matter.outcome_display.displayed_until)}
        )
    if step.key == "disclose":
        return _notice(
            matter,
            matter.resolution_notice,
            "resolution",
            _("Draft the resolution notice"),
            actions.why_no_resolution_notice(matter),
            user,
            on,
        )
    if step.key == "disclose_outcome":
        return _outcome(matter, user, on)
    return _implementation(matter, user, on)


def _deliberation(matter, step, user, on):
    item = next(
        (
            item
            for item in matter.items.all()
            if item.step == step.key
            and item.round == matter.round
            and not item.void
            and item.meeting.outcome != MeetingOutcome.CALLED_OFF
        ),
        None,
    )
    if item is None:
        return Next(
            label=_("Call the meeting"),
            url=reverse("meeting_call", args=[matter.pk, step.key]),
            reason=refusal(user, Power.RUN_MEETINGS, matter.unit.path, on=on) or "",
            text=str(step.entry),
        )
    meeting, item = _part_to_enter(matter, item)
    recording = recording_refusal(user, meeting, on)
    words = {"body": meeting.body, "day": day_text(meeting.held_on)}
    if not meeting.outcome and meeting.held_on > on:
        return Next(
            label=_("Open the meeting"),
            url=meeting.get_absolute_url(),
            text=_("%(body)s is called for %(day)s.") % words,
        )
    if not meeting.outcome:
        label = _("Enter who came")
    elif item.vote is None:
        label = _("Enter the vote")
    elif item.step_row.is_triage and item.vote.is_carried and not hasattr(item, "sorting"):
        label = _("Say how it was sorted")
    elif not meeting.minutes:
        label = _("Enter the minutes")
    else:
        return _confirmation(matter, meeting, item, user, on)
    return Next(
        label=label,
        url=meeting.get_absolute_url(),
        reason=recording,
        text=_("%(body)s met on %(day)s.") % words,
    )


def _part_to_enter(matter, item):
    """(meeting, item) of the part of the sitting that is to be entered: the second once the first is carried."""
    parts = [own for own in matter.items.all() if not own.void and own.meeting.follows_id == item.meeting_id]
    if parts and item.vote and item.meeting.minutes and not (parts[0].meeting.is_void or parts[0].meeting.minutes):
        return parts[0].meeting, parts[0]
    return item.meeting, item


def recording_refusal(user, meeting, on):
    """Why `user` may not enter the record of `meeting`; empty when they may."""
    reason = refusal(user, Power.RUN_MEETINGS, meeting.unit.path, on=on)
    if not reason and meeting.is_party:
        reason = refusal(user, Power.SEE_PARTY_INTERNAL, meeting.unit.path, on=on)
    return reason or ""


def _confirmation(matter, meeting, item, user, on):
    reason = refusal(user, Power.CONFIRM_RECORDS, matter.unit.path, on=on)
    if not reason and meeting.is_party:
        reason = refusal(user, Power.SEE_PARTY_INTERNAL, matter.unit.path, on=on)
    if meeting.is_returned and meeting.returned_by_id != user.pk and not recording_refusal(user, meeting, on):
        return Next(
            label=_("Change the record"),
            url=meeting.get_absolute_url(),
            text=_("%(name)s returned the record for changes: %(reason)s")
            % {"name": meeting.returned_by, "reason": meeting.returned_reason},
        )
    page = reverse("records_confirm", args=[matter.pk])
    if not reason and is_own_record(meeting, [item], user):
        return Next(label=_("Return the record"), url=f"{page}#return", text=str(RETURN_IT))
    return Next(
        label=_("Confirm the records"),
        url=page,
        reason=reason or "",
        text=_("The record is complete; the secretary confirms it."),
    )


def _notice(matter, notice, purpose, label, reason, user, on):
    if notice is not None and notice.serial:
        return Next(
            label=_("Open the notice"),
            url=notice.desk_url,
            text=_("The notice was withdrawn; the matter goes on once it is published again."),
        )
    if notice is not None:
        return Next(
            label=_("Open the draft of the notice"),
            url=notice.desk_url,
            text=in_place(_DRAFTED, matter.unit),
        )
    return Next(
        label=label,
        url=reverse("matter_notice", args=[matter.pk, purpose]),
        post=True,
        reason=refusal(user, Power.DRAFT_NOTICES, matter.unit.path, on=on) or reason or "",
        text=_("The text drafts itself from the record."),
    )


def _outcome(matter, user, on):
    page = reverse("implementation", args=[matter.pk])
    missing = any(line.actual is None for line in matter.lines.all())
    if matter.outcome_notice is None and missing:
        return Next(
            label=_("Enter what was spent"),
            url=f"{page}#costs",
            reason=refusal(user, Power.RUN_MEETINGS, matter.unit.path, on=on) or "",
            text=_("The work is accepted. What was really spent is still missing."),
        )
    if matter.outcome_notice is None:
        return Next(
            label=_("Draft the outcome notice"),
            url=f"{page}#outcome",
            reason=refusal(user, Power.DRAFT_NOTICES, matter.unit.path, on=on) or "",
            text=_("The text drafts itself from the record."),
        )
    return _notice(matter, matter.outcome_notice, "outcome", "", "", user, on)


def _implementation(matter, user, on):
    power = refusal(user, Power.RUN_MEETINGS, matter.unit.path, on=on) or ""
    if matter.status == Status.IMPLEMENTING:
        kinds = {row.kind for row in matter.milestones.all()}
        completed = "completed" in kinds
        return Next(
            label=_("Record the acceptance") if completed else _("Record the implementation"),
            url=reverse("implementation", args=[matter.pk]) + ("#acceptance" if completed else ""),
            reason=power,
            text=_("The resolution is being carried out."),
        )
    return Next(
        label=_("Start the implementation"),
        url=reverse("implementation_start", args=[matter.pk]),
        post=True,
        reason=power or actions.why_not_startable(matter, on) or "",
        text=_("The resolution is on display."),
    )


def other_actions(matter, user, on):
    """Further things that may be done now, each as a `Next`; what the user may never do is left out."""
    found = []
    running = may(user, Power.RUN_MEETINGS, matter.unit, on)
    if running and why_no_paper(matter, on) is None:
        found.append(Next(label=_("Enter past meetings from paper"), url=reverse("paper_entry", args=[matter.pk])))
    if running and matter.status in (Status.IMPLEMENTING, Status.ACCEPTED):
        found.append(Next(label=_("Implementation"), url=reverse("implementation", args=[matter.pk])))
    for notice in (matter.resolution_notice, matter.outcome_notice):
        if notice is not None and not notice.serial and may(user, Power.SEE_INTERNAL, matter.unit, on):
            found.append(Next(label=_("Draft of the notice"), url=notice.desk_url))
    return found
