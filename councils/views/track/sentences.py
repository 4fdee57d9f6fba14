"""Where a matter stands and where it came from, in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.enums import InitiatorKind, Status
from councils.procedures import DUTY_BASIS, ENDED
from councils.views.track.dates import day_text, month_text
from councils.voting import Share
from councils.voting.words import fraction_text
from orgs.village import in_place

# From which share on a joint motion is named as such (domain §3, local rules).
JOINT_SHARES = {
    InitiatorKind.REPRESENTATIVES: Share(1, 5),
    InitiatorKind.RESIDENTS: Share(1, 10),
    InitiatorKind.HOUSEHOLDS: Share(1, 10),
    InitiatorKind.OWNERS: Share(1, 5),
}


def where_it_stands(matter, steps, status, on, opening="", reason_given=True):
    """(where the matter stands, what that means now) in plain words. `opening`: how its present round began.

    `reason_given`: who brought a matter that was declined has had the reason in writing.
    """
    current = next((step for step in steps if step.state == "now"), None)
    if status in ENDED and status != Status.CLOSED or status == Status.SHELVED:
        due = status == Status.DECLINED and not reason_given
        name = _("not taken on; the written reason is due") if due else str(Status(status).label)
        return name, [matter.ended_reason] if matter.ended_reason else []
    if status == Status.CLOSED:
        lines = [
            _("All steps are done. The outcome was on display until %(day)s.")
            % {"day": day_text(matter.outcome_display.displayed_until, on)}
        ]
        return str(Status.CLOSED.label), lines
    words = {"number": current.number, "step": current.name}
    now = _("Step %(number)s, %(step)s") % words if current.number else current.name
    return now, list(_detail(matter, current, status, on, opening))


def _detail(matter, step, status, on, opening):
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
                "day": day_text(display.displayed_until, on),
                "left": _left(display.displayed_until, on),
            }
        if display.window_until and on <= display.window_until:
            yield _("Objections are taken until %(day)s.") % {"day": day_text(display.window_until, on)}
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
    if opening:
        yield opening
    elif status == Status.RETURNED:
        yield _("Sent back to be changed.")
    void = any(sitting.is_void for sitting in step.sittings)
    coming = next((s for s in step.sittings if not s.meeting.outcome and s.meeting.held_on >= on), None)
    if coming and coming.meeting.voting_from:
        yield from voting_sentences(coming.meeting, on)
    elif coming and not coming.meeting.is_party:
        yield _("%(body)s: called for %(day)s.") % {
            "body": coming.meeting.body,
            "day": day_text(coming.meeting.held_on, on),
        }
    elif step.sittings and not step.sittings[-1].is_void and step.sittings[-1].meeting.outcome:
        yield _("The meeting was held; its record waits to be confirmed.")
    elif void:
        yield _("Too few came to the last sitting; it will be called again.")
    else:
        yield _("Waiting for: %(body)s.") % {"body": step.body}


def voting_sentences(meeting, on):
    """From when to when the owners hand in their ballots for `meeting`, and where; empty for meetings of one day."""
    if not meeting.voting_from or on > meeting.held_on:
        return ()
    words = {"first": day_text(meeting.voting_from, on), "last": day_text(meeting.held_on, on), "place": meeting.place}
    text = _("Voting from %(first)s to %(last)s.") if on < meeting.voting_from else _("Voting now, until %(last)s.")
    if meeting.place:
        return (text % words, _("Ballots go to: %(place)s.") % words)
    return (text % words,)


def petition_sentences(matter, on):
    """The count of the signatures of a call by law and the clock it set, in plain words; empty without a call."""
    petition = getattr(matter, "petition", None)
    if petition is None:
        return ()
    counted = _("The signatures were counted on %(day)s against this register: %(source)s.") % {
        "day": day_text(petition.counted_on, on),
        "source": petition.base_source,
    }
    differs = ()
    if petition.registered:
        text = _("They are counted against %(base)s; the portal's register has %(number)s. Reason: %(reason)s.")
        reason = petition.difference.rstrip("。.")
        differs = (text % {"base": matter.initiator_base, "number": petition.registered, "reason": reason},)
    words = {
        "due": day_text(petition.due_on, on),
        "days": petition.days,
        "basis": petition.days_basis or DUTY_BASIS,
    }
    called = petition.called_on()
    if called is not None:
        words["called"] = day_text(called, on)
        duty = _("The meeting was to be called by %(due)s (%(days)s days: %(basis)s); it was called on %(called)s.")
    elif matter.status_on(on) in ENDED:
        return (counted, *differs)
    elif on > petition.due_on:
        duty = _(
            "The meeting was to be called by %(due)s (%(days)s days: %(basis)s) and has not been called yet. Whoever "
            "signed may turn to the supervision committee or the street."
        )
        duty = in_place(duty, matter.unit)
    else:
        duty = _("The committee must call the meeting by %(due)s (%(days)s days: %(basis)s); by law it votes on it.")
    return (counted, duty % words, *differs)


def origin_sentence(matter):
    """Who put the matter forward."""
    if not matter.initiator_count:
        return matter.origin_text or str(matter.get_origin_display())
    kind = in_place(matter.get_initiator_kind_display(), matter.unit)
    words = {"count": matter.initiator_count, "kind": kind}
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
