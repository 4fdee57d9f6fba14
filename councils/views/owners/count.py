"""The count of the owners' ballots: entered twice by two people, differences settled, closed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Mistaken, Refused, Stale
from councils.actions import owners as actions
from councils.enums import Marked
from councils.forms.owners import CloseForm, EntryForm, MendForm, SerialForm
from councils.models import BallotEntry
from councils.owner_count import Stand
from councils.views.answers import items_of, meeting_to_record
from councils.views.owners.ballots import assembly_of, ballot_of, result_of
from orgs.answers import keep_current, show_refusal

FORM_METHODS = ["GET", "HEAD", "POST"]
NEXT = 12  # numbers offered for the next entry


@require_http_methods(FORM_METHODS)
def owner_entry(request, pk):
    """Enter returned ballots, one number at a time. Nobody sees here what another person entered."""
    meeting = meeting_to_record(request, pk)
    assembly, items = assembly_of(meeting), items_of(meeting)
    asked = SerialForm(request.GET if "serial" in request.GET else None)
    ballot, form, status = None, None, 200
    if asked.is_bound and asked.is_valid():
        ballot = _find(assembly, asked)
    if ballot is not None:
        form = EntryForm(
            request.POST if request.method == "POST" else None, items=items, proxies=_proxies_of(ballot, meeting)
        )
        closed = _why_not_by(request, assembly, ballot)
        if request.method == "POST" and form.is_valid():
            try:
                actions.enter_ballot(by=request.user, at=request.at, ballot=ballot, **form.arguments())
            except Refused as refused:
                show_refusal(form, refused)
                status = 200 if isinstance(refused, Mistaken) else 409
            else:
                messages.success(request, _("Ballot %(serial)s is entered.") % {"serial": ballot.label})
                return redirect("owner_entry", meeting.pk)
        elif closed:
            asked.add_error("serial", closed)
            ballot = form = None
    context = {
        "meeting": meeting,
        "assembly": assembly,
        "asked": asked,
        "ballot": ballot,
        "form": form,
        "closed": actions.why_not_entered(assembly, request.today),
        "mine": _waiting(request, assembly) if ballot is None else [],
    }
    return render(request, "councils/owners/entry.html", context, status=status)


def _find(assembly, asked):
    """The ballot with the number that was typed, or None with the reason in the form."""
    text = asked.cleaned_data["serial"].strip()
    number = int(text) if text.isdecimal() else 0
    ballot = assembly.ballots.with_progress().with_doors().filter(serial=min(number, 10**9)).first()
    if ballot is None:
        asked.add_error("serial", _("There is no ballot with this number."))
    return ballot


def _proxies_of(ballot, meeting):
    """The written proxy of the owner of `ballot`, in a list; an empty one without."""
    return list(meeting.proxies.filter(head=ballot.head_id))


def _why_not_by(request, assembly, ballot):
    """Why this person has no form for `ballot`; None when they may enter it."""
    if reason := actions.why_not_entered(assembly, request.today):
        return reason
    if ballot.voided_at:
        return _("This ballot is void; another one has taken its place.")
    if not ballot.delivered:
        return _("No delivery of this ballot is entered. Enter it first.")
    if ballot.looks > 1:
        return _("This ballot has been entered twice.")
    if ballot.entries.filter(by=request.user).exists():
        return _("You entered this ballot; another person enters it the second time.")
    return None


def _waiting(request, assembly):
    """The ballots that somebody else entered once: this person may make the second entry."""
    rows = assembly.ballots.standing().filter(entries__look=1).exclude(entries__look=2)
    return list(rows.exclude(entries__by=request.user)[:NEXT])


@require_http_methods(FORM_METHODS)
def owner_mend(request, pk, serial):
    """Look at a ballot again: the two entries side by side where they differ, and what holds."""
    meeting = meeting_to_record(request, pk)
    assembly, items = assembly_of(meeting), items_of(meeting)
    ballot = ballot_of(assembly, serial)
    entries = list(BallotEntry.objects.filter(ballot=ballot).select_related("by__person", "proxy"))
    closed = actions.why_not_mendable(assembly, ballot, request.user, request.today)
    if closed and request.method != "POST":
        messages.warning(request, closed)
        return redirect("owners_assembly", meeting.pk)
    form = MendForm(
        request.POST if request.method == "POST" else None,
        items=items,
        proxies=_proxies_of(ballot, meeting),
        meeting=meeting,
        differs=ballot.paper.stand == Stand.DIFFERENT,
        entrant=any(entry.by_id == request.user.pk for entry in entries[:2]),
        tellers=actions.tellers_for(meeting, request.user, request.today),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.mend_ballot(by=request.user, at=request.at, ballot=ballot, **form.arguments())
        except Refused as refused:
            if isinstance(refused, Stale):
                meeting.refresh_from_db(fields=["version"])
                keep_current(form, meeting.version)
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, _("Ballot %(serial)s is settled.") % {"serial": ballot.label})
            return redirect("owners_assembly", meeting.pk)
    for entry in entries:
        entry.said = [(item.motion, Marked(entry.choices[str(item.pk)]).label) for item in items if entry.choices]
    context = {"meeting": meeting, "assembly": assembly, "ballot": ballot, "entries": entries, "form": form}
    return render(request, "councils/owners/mend.html", context, status=status)


@require_http_methods(FORM_METHODS)
def owner_close(request, pk):
    """What the ballots say, by heads and by area, and the button that writes it into the record."""
    meeting = meeting_to_record(request, pk)
    assembly, items = assembly_of(meeting), items_of(meeting)
    found = actions.reckon(assembly, items)
    closed = actions.why_not_closable(assembly, found.progress, request.today)
    if closed and request.method != "POST":
        messages.warning(request, closed)
        return redirect("owners_assembly", meeting.pk)
    form = CloseForm(
        request.POST if request.method == "POST" else None,
        meeting=meeting,
        undelivered=found.progress.delivered < found.progress.issued,
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_count(by=request.user, at=request.at, meeting=meeting, **form.arguments())
        except Refused as refused:
            if assembly_of(meeting).closed_at:
                messages.warning(request, str(refused))
                return redirect("owners_assembly", meeting.pk)
            if isinstance(refused, Stale):
                meeting.refresh_from_db(fields=["version"])
                keep_current(form, meeting.version)
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, _("The count is closed. Another person confirms the record."))
            return redirect(meeting)
    context = {
        "meeting": meeting,
        "assembly": assembly,
        "form": form,
        "found": found,
        "results": [result_of(meeting, found, item) for item in items],
    }
    return render(request, "councils/owners/close.html", context, status=status)
