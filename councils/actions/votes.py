"""Votes: the counts are entered, the result is computed."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused, Stale
from councils.actions.common import (
    already_done,
    check_seen,
    lock_meeting_and_matters,
    record,
    refuse,
    refuse_in_field,
    save,
    today,
    why_by_ballots,
)
from councils.actions.log import log_resolutions
from councils.actions.meetings.calls import settle_second_part
from councils.actions.meetings.mending import note_mended
from councils.actions.records import settle_again
from councils.actions.rounds import why_round_stands
from councils.enums import Choice, MeetingOutcome, Method, TellerRole
from councils.models import NamedBallot, Vote
from councils.permissions import require_confirming, require_recording
from councils.voting import Contradiction, Counts, tally
from disclosure.actions.common import refuse_personal_data

# What a form may give for a vote, beside method and tellers.
NUMBERS = ("in_favour", "against", "abstain", "invalid", "issued", "returned", "valid", "area_for")


@transaction.atomic
def record_vote(
    *,
    by,
    at,
    item,
    seen,
    method,
    tellers=(),
    note="",
    dissent="",
    dissenters="",
    recused=0,
    recusal_note="",
    ballots=None,
    **numbers,
):
    """Enter the counts of the vote on the agenda item `item`; the portal computes and returns the Vote.

    `numbers`: `in_favour`, `against`, `abstain`; secret ballots also `invalid`, `issued`, `returned`, `valid`; owners
    `area_for` (0.01 m²). A named vote takes `ballots` {roll entry id: Choice} instead on a named roll. `tellers`: dicts
    of `role` and `name`. `dissent`: opinions of who voted otherwise, for everyone and without the names, which
    `dissenters` keeps for the minutes. `recused`: how many of those present took no part, with who and why; on a named
    roll the roll says so (`recuse`). `seen` is `meeting.version` of the form. Raises Mistaken with `errors` per field
    when the numbers cannot be true. Needs the power to enter this meeting.
    """
    meeting, items = lock_meeting_and_matters(item.meeting_id)
    require_recording(by, meeting, today(at))
    item = next(own for own in items if own.pk == item.pk)
    if item.vote:
        raise _registered_before(item.vote, numbers)
    check_seen(meeting, seen)
    refuse(why_no_vote(meeting) or why_not_put(item))
    vote = write_vote(
        item,
        by=by,
        at=at,
        method=method,
        tellers=tellers,
        note=note,
        dissent=dissent,
        dissenters=dissenters,
        recused=recused,
        recusal_note=recusal_note,
        ballots=ballots,
        numbers=numbers,
    )
    save(meeting)
    record(by=by, verb="record_vote", at=at, row=meeting, matter=item.matter.number, outcome=vote.outcome)
    settle_second_part(meeting, items, by=by, at=at)
    return vote


def _registered_before(vote, numbers):
    """The answer to a count that comes second; who counted otherwise must know."""
    if all(getattr(vote, name) == value for name, value in numbers.items() if value is not None):
        return already_done()
    return Stale(_("A count with other numbers has been registered meanwhile. Compare it with the paper."))


def why_no_vote(meeting):
    """Why no vote can be taken at `meeting` now; None when it can."""
    if reason := why_by_ballots(meeting):
        return reason
    if meeting.outcome == "":
        return _("Enter the attendance first.")
    if meeting.outcome != MeetingOutcome.VALID:
        return _("The meeting is void; nothing can be voted on.")
    if meeting.confirmed_at:
        return _("The record of this meeting is confirmed.")
    return None


def why_not_put(item):
    """Why the question `item` is not put to the vote at a valid meeting; None when it is."""
    if item.void:
        return _("The part of the sitting before did not carry this; it is not put to the vote.")
    return None


def write_vote(
    item,
    *,
    by,
    at,
    method,
    tellers,
    note,
    ballots,
    numbers,
    dissent="",
    dissenters="",
    recused=0,
    recusal_note="",
    supersedes=None,
    correction_reason="",
    extra=None,
):
    """The row of a vote on a locked item, computed by the rule of the meeting; `extra` is kept with its result."""
    meeting = item.meeting
    unknown = set(numbers) - set(NUMBERS)
    if unknown:
        raise TypeError(f"a vote has no {sorted(unknown)}")
    numbers = {name: value for name, value in numbers.items() if value is not None}
    tellers = _tellers(method, tellers)
    if method == Method.NAMED and meeting.is_named:
        numbers = _count(meeting, ballots or {}) | {
            name: value for name, value in numbers.items() if name == "area_for"
        }
    missing = [name for name in ("in_favour", "against", "abstain") if name not in numbers]
    if missing:
        raise Mistaken({_public(name): _("Enter a number.") for name in missing})
    _check_count_sheet(method, numbers)
    _check_dissent(meeting.unit, dissent, dissenters)
    recused, recusal_note = _recused(meeting, recused, recusal_note)
    result = _judge(meeting, numbers, recused)
    fields = {name: numbers.get(name) for name in NUMBERS} | {"invalid": numbers.get("invalid", 0)}
    try:
        with transaction.atomic():
            vote = Vote.objects.create(
                item=item,
                method=Method(method).value,
                entitled=meeting.entitled,
                present=meeting.present,
                area_entitled=meeting.area_entitled,
                area_participating=meeting.area_present,
                tellers=tellers,
                note=note.strip(),
                recused=recused,
                recusal_note=recusal_note,
                dissent=dissent.strip(),
                dissenters=dissenters.strip(),
                rule_key=result.rule.key,
                rule_version=result.rule.version,
                mode=result.rule.mode,
                result=result.as_json() | (extra or {}),
                outcome=result.outcome.value,
                recorded_by=by,
                recorded_at=at,
                supersedes=supersedes,
                correction_reason=correction_reason.strip(),
                **fields,
            )
    except IntegrityError as error:
        if "vote_one_per_item" in str(error) or "supersedes" in str(error):
            raise already_done() from error
        raise
    if method == Method.NAMED and meeting.is_named:
        NamedBallot.objects.bulk_create(
            [
                NamedBallot(vote=vote, entry_id=entry, choice=Choice(choice).value)
                for entry, choice in sorted(ballots.items())
            ]
        )
    return vote


def _recused(meeting, recused, note):
    """(how many of those present took no part, who and why). A named roll knows; a counted one is told."""
    if meeting.is_named:
        rows = meeting.roll.filter(recused=True, votes=True, presence="present").values_list("name", "recusal_reason")
        return len(rows), "；".join(f"{name}：{reason}" for name, reason in rows)[:200]
    if recused:
        refuse_in_field("recusal_note", None if note.strip() else _("Say how many take no part, who and why."))
    elif note.strip():
        raise Mistaken({"recused": _("Say how many take no part, who and why.")})
    return recused, note.strip()


def _judge(meeting, numbers, recused):
    cast = sum(numbers.get(name, 0) for name in ("in_favour", "against", "abstain", "invalid"))
    if recused and cast > meeting.present - recused:
        raise Mistaken({"for": _("More votes than people present who were not recused.")})
    counts = Counts(
        entitled=meeting.entitled,
        present=meeting.present,
        for_=numbers["in_favour"],
        against=numbers["against"],
        abstain=numbers["abstain"],
        invalid=numbers.get("invalid", 0),
        area_entitled=meeting.area_entitled,
        area_participating=meeting.area_present,
        area_for=numbers.get("area_for"),
    )
    try:
        return tally(meeting.rule, counts)
    except Contradiction as contradiction:
        raise Mistaken(contradiction.errors) from None


def _check_count_sheet(method, numbers):
    """Mistaken unless the count sheet of a secret ballot adds up; other votes have none."""
    sheet = ("issued", "returned", "valid")
    if method != Method.SECRET:
        if any(name in numbers for name in sheet):
            raise Mistaken({"issued": _("Only a secret ballot has a count sheet.")})
        return
    missing = [name for name in sheet if name not in numbers]
    if missing:
        raise Mistaken({name: _("Enter a number.") for name in missing})
    issued, returned, valid = (numbers[name] for name in sheet)
    errors = {}
    if returned > issued:
        errors["returned"] = _("More ballots came back than were issued.")
    if valid + numbers.get("invalid", 0) != returned:
        errors["valid"] = _("Valid and invalid ballots do not add up to those returned. Please check.")
    if numbers["in_favour"] + numbers["against"] + numbers["abstain"] != valid:
        errors["for"] = _("The votes do not add up to the valid ballots. Please check.")
    if errors:
        raise Mistaken(errors)


def _check_dissent(unit, dissent, dissenters):
    """Mistaken unless the text can be shown to everyone: without private data and the names of who dissented."""
    if not dissent.strip():
        refuse_in_field("dissent", dissenters.strip() and _("Write down what they said."))
        return
    try:
        refuse_personal_data(unit, dissent)
    except Refused as refused:
        raise Mistaken({"dissent": str(refused)}) from None
    names = [name for name in re.split(r"[、,，;；\s]+", dissenters) if name]
    if any(name in dissent for name in names):
        raise Mistaken({"dissent": _("This is for everyone: leave out the names of those who dissented.")})


def _tellers(method, tellers):
    """The tellers as stored; a secret ballot needs somebody who supervises the count and somebody else who counts."""
    people = [
        {"role": TellerRole(teller["role"]).value, "name": teller["name"].strip()}
        for teller in tellers
        if teller.get("name", "").strip()
    ]
    if method == Method.SECRET:
        names = {role: {p["name"] for p in people if p["role"] == role} for role in TellerRole.values}
        if not names[TellerRole.SUPERVISOR] or not names[TellerRole.COUNTER]:
            raise Mistaken({"tellers": _("A secret ballot needs a teller who supervises and one who counts.")})
        if names[TellerRole.SUPERVISOR] & names[TellerRole.COUNTER]:
            raise Mistaken({"tellers": _("Nobody supervises a count of their own.")})
    return people


def _count(meeting, ballots):
    """The sums of named ballots; Mistaken for anybody who cannot vote here."""
    voters = set(meeting.roll.filter(votes=True, recused=False, presence="present").values_list("pk", flat=True))
    if set(ballots) - voters:
        raise Mistaken({"ballots": _("Somebody who is not present or has no vote cannot vote.")})
    chosen = [Choice(choice) for choice in ballots.values()]
    return {
        "in_favour": chosen.count(Choice.FOR),
        "against": chosen.count(Choice.AGAINST),
        "abstain": chosen.count(Choice.ABSTAIN),
    }


def _public(name):
    return "for" if name == "in_favour" else name


@transaction.atomic
def correct_vote(
    *,
    by,
    at,
    vote,
    seen,
    reason,
    method=None,
    tellers=None,
    note="",
    dissent=None,
    dissenters=None,
    recused=None,
    recusal_note=None,
    ballots=None,
    **numbers,
):
    """Correct a wrong count by another vote that supersedes it. Both stay; the new one counts.

    By another person than who entered it, with a reason, while the next step is not done. Before the record is
    confirmed by who may enter it, afterwards by who may confirm it; the matter then stands where the corrected count
    puts it. `seen` is `meeting.version` of the form.
    """
    meeting, items = lock_meeting_and_matters(vote.item.meeting_id)
    item = next(own for own in items if own.pk == vote.item_id)
    if meeting.confirmed_at:
        require_confirming(by, meeting, today(at))
    else:
        require_recording(by, meeting, today(at))
    if item.vote.pk != vote.pk:
        raise already_done()
    check_seen(meeting, seen)
    old = item.vote
    if old.recorded_by_id == by.pk:
        raise Refused(_("A count is corrected by another person than the one who entered it."))
    if not reason.strip():
        raise Mistaken({"reason": _("Say what was wrong.")})
    refuse(why_not_correctable(item))
    new = write_vote(
        item,
        by=by,
        at=at,
        method=method or old.method,
        tellers=old.tellers if tellers is None else tellers,
        note=note,
        dissent=old.dissent if dissent is None else dissent,
        dissenters=old.dissenters if dissenters is None else dissenters,
        recused=old.recused if recused is None else recused,
        recusal_note=old.recusal_note if recusal_note is None else recusal_note,
        ballots=ballots,
        numbers=numbers,
        supersedes=old,
        correction_reason=reason,
    )
    save(meeting)
    note_mended(meeting, by=by, at=at)
    if meeting.confirmed_at:
        settle_again(item, old, new, by=by, at=at)
    else:
        settle_second_part(meeting, items, by=by, at=at)
    record(
        by=by, verb="correct_vote", at=at, row=meeting, matter=item.matter.number, reason=reason.strip(), vote=new.pk
    )
    log_resolutions([item.matter], at=at)
    return new


def why_not_correctable(item):
    """Why the count of `item` stands; None while the step after it is not done."""
    if reason := why_by_ballots(item.meeting):
        return reason
    matter = item.matter
    if item.void:
        return _("The meeting is void; nothing can be voted on.")
    if not item.meeting.confirmed_at:
        return None
    later = matter.items.filter(void=False, pk__gt=item.pk).exclude(meeting=item.meeting)
    if later.exists():
        return _("The next step has been called; this count stands.")
    if matter.resolution_notice_id:
        return _("The resolution notice has been drafted; discard the draft before correcting the count.")
    return why_round_stands(item)
