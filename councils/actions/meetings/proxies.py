"""Written proxies: entered before the attendance, only where the law allows them and to its number."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import already_done, check_seen, lock_meeting, record, refuse, save, today
from councils.models import Proxy
from councils.owner_roll import plain
from councils.permissions import require_recording
from councils.voting import limited, proxies_of, why_no_proxies, why_too_many

MOST_DIGITS = 8
MOST_NAME = 50  # letters of an owner's name that a proxy keeps


def why_no_proxy(meeting):
    """Why no proxy can be entered for `meeting` now; None when one can."""
    if reason := why_no_proxies(meeting.rule):
        return reason
    if meeting.outcome:
        return _("Proxies are entered before the attendance.")
    return None


def allowed_proxies(meeting):
    """The `Proxies` that `meeting` knows, None without: the number of the law, or that which its owners adopted."""
    row = proxies_of(meeting.rule)
    if row is None or not meeting.by_ballots:
        return row
    return limited(row, meeting.assembly.proxies_most, meeting.assembly.proxies_document)


@transaction.atomic
def record_proxy(*, by, at, meeting, seen, giver, holder, document):
    """Enter that `holder` votes for `giver` at `meeting` by the written proxy `document`; returns the Proxy.

    Refused with the article where the law knows no proxies, and to one holder beyond its number. Nobody who gave a
    proxy holds one, and an owner whose ballot is entered gives none any more. Needs the power to enter this meeting.
    """
    meeting = lock_meeting(meeting.pk)
    require_recording(by, meeting, today(at))
    check_seen(meeting, seen)
    refuse(why_no_proxy(meeting))
    giver, holder, document = giver.strip(), holder.strip(), document.strip()
    head = unknown = None
    if meeting.by_ballots and giver:
        giver, head, unknown = _owner_on_roll(meeting, giver)
    known, allowed = list(meeting.proxies.all()), allowed_proxies(meeting)
    held = [row for row in known if plain(row.holder) == plain(holder)]
    if held:  # one holder, however the spaces of the name are set
        holder = held[0].holder
    named = {"giver": giver, "holder": holder, "document": document}
    errors = {name: _("This is needed.") for name, text in named.items() if not text}
    if unknown:
        errors["giver"] = unknown
    elif head and meeting.assembly.ballots.filter(head=head, entries__isnull=False).exists():
        errors["giver"] = _("This owner's ballot is entered already.")
    if giver and plain(holder) in {plain(giver), plain(head.names) if head else ""}:
        errors["holder"] = _("Nobody votes for themselves by proxy.")
    elif giver and any(row.giver == giver for row in known):
        errors["giver"] = _("This person has given a proxy for this meeting already.")
    elif any(row.giver == holder for row in known) or any(row.holder == giver for row in known):
        errors["holder"] = _("Who gave a proxy holds none.")
    elif reason := why_too_many(allowed, len(held)):
        errors["holder"] = reason
    if errors:
        raise Mistaken(errors)
    free = next(place for place in range(1, len(held) + 2) if place not in {row.place for row in held})
    row = Proxy.objects.create(
        meeting=meeting,
        place=free,
        most=allowed.most,
        head=head,
        entered_by=by,
        entered_at=at,
        **named,
    )
    save(meeting)
    record(by=by, verb="record_proxy", at=at, row=meeting)
    return row


def _owner_on_roll(meeting, text):
    """(name, OwnerHead, None) of the owner on the fixed roll whose name or ballot number is `text`.

    (`text`, None, reason) when there is none, or several.
    """
    ballots = meeting.assembly.ballots.standing().select_related("head")
    if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS:
        found = list(ballots.filter(serial=int(text)))
    else:
        found = list(ballots.filter(head__names=text)[:2])
    if len(found) != 1:
        return (
            text,
            None,
            _("On the fixed roll no single owner has this name; give it in full, or the number of the ballot."),
        )
    head = found[0].head
    names = head.names
    shared = ballots.filter(head__names=names).count() > 1 or len(names) > MOST_NAME
    return (f"{found[0].label} {names[:MOST_NAME]}" if shared else names), head, None


@transaction.atomic
def remove_proxy(*, by, at, meeting, seen, proxy):
    """Take back a proxy that was entered wrongly or revoked, before the attendance. Needs the power to enter it."""
    meeting = lock_meeting(meeting.pk)
    require_recording(by, meeting, today(at))
    row = meeting.proxies.select_for_update(of=("self",)).filter(pk=proxy).first()
    if row is None:
        raise already_done()
    check_seen(meeting, seen)
    if meeting.outcome:
        raise Refused(_("Proxies are entered before the attendance."))
    if row.entries.exists():
        raise Refused(_("A ballot was entered by this proxy; it stands."))
    row.delete()
    save(meeting)
    record(by=by, verb="remove_proxy", at=at, row=meeting)
    return meeting
