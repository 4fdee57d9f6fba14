"""The count of the owners' ballots: entered twice by two people, differences settled, closed into the record."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from audit.reasons import says_little
from councils.actions.common import (
    already_done,
    check_seen,
    lock_meeting_and_matters,
    record,
    refuse,
    save,
    today,
)
from councils.actions.meetings.attendance import attend
from councils.actions.meetings.mending import note_mended
from councils.actions.owners.ballots import lock_assembly, why_over
from councils.actions.votes import write_vote
from councils.enums import Marked, Method
from councils.models import BallotEntry, OwnersAssembly, RollChange
from councils.owner_count import Stand, count, progress
from councils.permissions import recorders, require_recording
from councils.voting import Counts, tally
from orgs.models import Person, Term


@dataclass(frozen=True)
class Reckoning:
    """What the ballots of an assembly say now. `plain` leaves out owners who returned none; `ruled` is None without a
    rule about them, and otherwise counts them in."""

    progress: object
    plain: object
    ruled: object = None
    rule: object = None

    @property
    def silent(self):
        """What a stored result says of owners who returned no ballot; nothing unless an adopted rule counts them."""
        if self.rule is None:
            return {}
        said = {name: getattr(self.rule, name) for name in ("kind", "document")}
        said |= {"adopted_on": self.rule.adopted_on.isoformat()}
        return {"silent": said | {"heads": self.ruled.silent_heads, "area": self.ruled.silent_area}}

    @property
    def counted(self):
        """The `Count` that decides."""
        return self.ruled or self.plain


def reckon(assembly, items):
    """The `Reckoning` of an assembly for these agenda items. One query."""
    papers = [ballot.paper for ballot in assembly.ballots.standing().with_progress()]
    ids = [item.pk for item in items]
    rule = assembly.silent_rule
    ruled = count(papers, ids, rule.kind, signed_only=rule.signed_only) if rule else None
    return Reckoning(progress(papers), count(papers, ids), ruled, rule)


def why_not_entered(assembly, on):
    """Why no returned ballots can be entered on the day `on`; None when they can."""
    if reason := why_over(assembly):
        return reason
    if on < (assembly.meeting.voting_from or assembly.meeting.held_on):
        return _("The voting has not begun yet.")
    return None


@transaction.atomic
def enter_ballot(*, by, at, ballot, choices, invalid_reason="", proxy=None):
    """Enter what a returned ballot says: {agenda item id: Marked}, or why the whole ballot is invalid.

    `proxy` (Proxy): by which written proxy of this owner somebody else signed; None when the owner did. The first to
    come makes the first entry, another person the second, neither sees the other's. Needs the power to enter this
    meeting.
    """
    assembly = lock_assembly(ballot.assembly_id)
    require_recording(by, assembly.meeting, today(at))
    refuse(why_not_entered(assembly, today(at)))
    ballot = assembly.ballots.with_progress().get(pk=ballot.pk)
    if ballot.voided_at:
        raise Refused(_("This ballot is void; another one has taken its place."))
    if not ballot.delivered:
        raise Refused(_("No delivery of this ballot is entered. Enter it first."))
    said = _said(assembly.meeting, ballot, choices, invalid_reason, proxy)
    by_others = list(ballot.entries.values_list("by_id", flat=True))
    if len(by_others) > 1:
        raise already_done()
    if by.pk in by_others:
        raise Refused(_("You entered this ballot; another person enters it the second time."))
    _look(ballot, look=len(by_others) + 1, by=by, at=at, **said)
    record(by=by, verb="enter_ballot", at=at, row=assembly.meeting, serial=ballot.serial, look=len(by_others) + 1)


def _said(meeting, ballot, choices, invalid_reason, proxy):
    """The columns of an entry; Mistaken unless it says something of every question, or why it is invalid."""
    reason = invalid_reason.strip()
    if reason and any(choices.values()):
        raise Mistaken(
            {"invalid_reason": _("Either choices or why the whole ballot is invalid: open it anew to choose.")}
        )
    if reason:
        return {"choices": {}, "invalid_reason": reason, "proxy": None}
    ids = list(meeting.items.values_list("pk", flat=True))
    errors = {f"choice_{pk}": _("Choose one.") for pk in ids if choices.get(pk) not in Marked.values}
    if proxy is not None:
        of_owner = meeting.proxies.filter(head=ballot.head_id).select_for_update(of=("self",), no_key=True)
        proxy = of_owner.filter(pk=proxy.pk).first()
        if proxy is None:
            errors["proxy"] = _("This owner has given no such proxy for this meeting.")
    if errors:
        raise Mistaken(errors)
    return {"choices": {str(pk): Marked(choices[pk]).value for pk in ids}, "invalid_reason": "", "proxy": proxy}


def _look(ballot, *, look, by, at, **columns):
    try:
        with transaction.atomic():
            return BallotEntry.objects.create(ballot=ballot, look=look, by=by, at=at, **columns)
    except IntegrityError as error:
        if "ballot_entry_look_once" in str(error) or "ballot_entry_by_two_persons" in str(error):
            raise already_done() from error
        raise


def why_not_mendable(assembly, ballot, by, on):
    """Why `by` does not look again at `ballot` (`with_progress`) on the day `on`; None when they may.

    Who made one of the two entries does so only while nobody else with the power is left.
    """
    if assembly.meeting.confirmed_at:
        return _("The record of this meeting is confirmed.")
    if ballot.looks < 2:
        return _("This ballot has not been entered twice yet.")
    entrants = set(ballot.entries.filter(look__lte=2).values_list("by_id", flat=True))
    if by.pk in entrants and recorders(assembly.meeting, on) - entrants - {assembly.closed_by_id}:
        return _("You entered this ballot: somebody who made neither entry settles it.")
    return None


def tellers_for(meeting, by, on):
    """Who may look at a ballot of `meeting` together with `by` on the day `on`: other people in office at its unit."""
    terms = Term.objects.running_on(on).filter(body__unit=meeting.unit_id)
    return Person.objects.filter(terms__in=terms).exclude(user=by).distinct().order_by("id")


@transaction.atomic
def mend_ballot(*, by, at, ballot, seen, choices, invalid_reason="", proxy=None, teller=None, reason=""):
    """Look at a ballot again: settle a difference, or mend what two people entered wrongly, with a reason.

    By a third person; where nobody else has the power, by one of the two together with `teller`, another person
    (Person) of `tellers_for`. After the count was closed the attendance and the votes are computed anew, by another
    person than who closed it. `seen` is `meeting.version`. Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(
        OwnersAssembly.objects.values_list("meeting_id", flat=True).get(pk=ballot.assembly_id)
    )
    assembly = lock_assembly(ballot.assembly_id)
    require_recording(by, meeting, today(at))
    ballot = assembly.ballots.with_progress().get(pk=ballot.pk)
    refuse(why_not_mendable(assembly, ballot, by, today(at)))
    check_seen(meeting, seen)
    differs = ballot.paper.stand == Stand.DIFFERENT
    said = _said(meeting, ballot, choices, invalid_reason, proxy)
    if not differs and says_little(reason):
        raise Mistaken({"reason": _("Two people entered the same: say what was wrong, in a sentence.")})
    if not differs and (said["choices"], said["proxy"] and said["proxy"].pk) == (ballot.final, ballot.proxy):
        raise Mistaken({"reason": _("Nothing has changed.")})
    if teller is not None and not tellers_for(meeting, by, today(at)).filter(pk=teller.pk).exists():
        raise Mistaken({"teller": _("Choose another person who holds an office here.")})
    if teller is None and ballot.entries.filter(look__lte=2, by=by).exists():
        raise Mistaken({"teller": _("You entered this ballot before: choose who looks at it with you.")})
    if assembly.closed_at and assembly.closed_by_id == by.pk:
        raise Refused(_("A count is corrected by another person than the one who entered it."))
    said |= {"tellers": teller.name if teller else "", "reason": reason.strip()}
    _look(ballot, look=ballot.looks + 1, by=by, at=at, **said)
    if assembly.closed_at:
        _count_again(assembly, meeting, items, by=by, at=at, reason=reason.strip())
    else:
        save(meeting)
    record(by=by, verb="mend_ballot", at=at, row=meeting, serial=ballot.serial, reason=reason.strip())


def why_not_closable(assembly, found, on):
    """Why the count cannot be closed on the day `on`, given its `Progress`; None when it can."""
    if reason := why_over(assembly):
        return reason
    if on < assembly.meeting.held_on:
        return _("The voting is not over yet.")
    if found.once:
        return _("%(number)s ballots have been entered once only.") % {"number": found.once}
    if found.different:
        return _("%(number)s differences are not settled.") % {"number": found.different}
    return None


@transaction.atomic
def close_count(*, by, at, meeting, seen, tellers=(), note=""):
    """Close the count: attendance and votes are computed from the ballots and written into the record of the meeting.

    The meeting is then void for want of a quorum, or its votes stand; another person confirms the record. `note` says
    why some ballots were not delivered, if so. Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(meeting.pk)
    require_recording(by, meeting, today(at))
    assembly = lock_assembly(OwnersAssembly.objects.values_list("pk", flat=True).get(meeting=meeting))
    if assembly.closed_at:
        raise already_done()
    check_seen(meeting, seen)
    found = reckon(assembly, items)
    refuse(why_not_closable(assembly, found.progress, today(at)))
    if found.progress.delivered < found.progress.issued and not note.strip():
        raise Mistaken({"note": _("Not every ballot was delivered: say why.")})
    people = [{"role": row["role"], "name": row["name"].strip()} for row in tellers if row["name"].strip()]
    assembly.closed_by, assembly.closed_at, assembly.tellers, assembly.close_note = by, at, people, note.strip()
    assembly.save(update_fields=["closed_by", "closed_at", "tellers", "close_note"])
    _write(assembly, meeting, items, found, by=by, at=at)
    record(by=by, verb="close_owners_count", at=at, row=meeting, outcome=meeting.outcome)
    return meeting


def _write(assembly, meeting, items, found, *, by, at, reason=""):
    """Attendance and votes of the locked meeting, computed; votes that stand are superseded with `reason`."""
    counted, paper = found.counted, found.progress
    attend(
        meeting,
        items,
        by=by,
        at=at,
        present=counted.heads,
        on_leave=0,
        marks=None,
        non_voting=0,
        area_present=counted.area,
        leave_note="",
    )
    names = ("issued", "delivered", "returned", "valid", "invalid", "by_proxy")
    meeting.quorum_result |= {"paper": {name: getattr(paper, name) for name in names}} | found.silent
    save(meeting, "quorum_result")
    if meeting.is_void:
        return
    for item in items:
        sums, old = counted.items[item.pk], item.vote
        if old and _says_the_same(old, meeting, sums):
            continue
        write_vote(
            item,
            by=by,
            at=at,
            method=Method.NAMED,
            tellers=assembly.tellers,
            note=assembly.close_note,
            ballots=None,
            numbers=_numbers(sums),
            supersedes=old,
            correction_reason=reason if old else "",
            extra={"areas": sums.area} | found.silent | _without(meeting, item, found),
        )


def _says_the_same(vote, meeting, sums):
    """Whether mending left this vote as it was."""
    now = _numbers(sums) | {"present": meeting.present, "area_participating": meeting.area_present}
    return vote.result["areas"] == sums.area and all(getattr(vote, name) == value for name, value in now.items())


def _numbers(sums):
    heads = sums.heads
    return {
        "in_favour": heads["for"],
        "against": heads["against"],
        "abstain": heads["abstain"],
        "invalid": heads["invalid"],
        "area_for": sums.area["for"],
    }


def _without(meeting, item, found):
    """The outcome that the vote would have without owners who returned no ballot, where an adopted rule counts them."""
    return {"without_silent": outcome_of(meeting, found.plain, item.pk).outcome.value} if found.ruled else {}


def outcome_of(meeting, counted, item_id):
    """The `Result` of one question by a `Count`, under the rule of the meeting."""
    sums = counted.items[item_id]
    numbers = _numbers(sums)
    return tally(
        meeting.rule,
        Counts(
            entitled=meeting.entitled,
            present=counted.heads,
            for_=numbers["in_favour"],
            against=numbers["against"],
            abstain=numbers["abstain"],
            invalid=numbers["invalid"],
            area_entitled=meeting.area_entitled,
            area_participating=counted.area,
            area_for=numbers["area_for"],
        ),
    )


def _count_again(assembly, meeting, items, *, by, at, reason):
    """After an entry was mended: attendance and votes anew; the old votes stay and are superseded."""
    before = meeting.present
    note_mended(meeting, by=by, at=at)
    _write(assembly, meeting, items, reckon(assembly, items), by=by, at=at, reason=reason)
    if meeting.present != before:
        what = _("Owners taking part: %(before)s → %(after)s") % {"before": before, "after": meeting.present}
        RollChange.objects.create(meeting=meeting, what=what, reason=reason, by=by, at=at)
