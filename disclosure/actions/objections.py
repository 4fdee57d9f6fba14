"""Questions, suggestions and objections: received, summed up, answered once, and what residents say to the answer."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Stale
from disclosure import clocks, permissions, sealed
from disclosure.actions.common import decide, lock_notice, lock_person, refuse_personal_data, today
from disclosure.enums import Channel, Feedback, Kind, Outcome
from disclosure.models import Objection
from disclosure.text import clean
from orgs.permissions import holders, require
from orgs.powers import Power


def _event(verb, objection, *, by, at, **data):
    """Record it without a word of what the resident wrote, and without the name."""
    notice = objection.notice
    record(
        by=by,
        verb=verb,
        at=at,
        label=notice.number,
        url=objection.get_absolute_url(),
        path=notice.unit.path,
        data={"objection": objection.pk, "kind": objection.kind, **data},
    )


def _lock(objection):
    return Objection.objects.select_for_update(of=("self",)).select_related("notice__unit").get(pk=objection.pk)


def _receive(notice, *, kind, channel, text, name, contact, summary, received_on, person, by, at, token):
    """One row; the same words for the same notice on the same day are one.

    It knows its `code`, for the receipt, this once: only a digest is kept. Who sends the same form twice (`token`) gets
    the same row with its code; who repeats the words in another form gets Stale.
    """
    notice = lock_notice(notice.pk)
    decide(permissions.may_object(notice, kind, received_on))
    text = clean(text)
    if not text.strip():
        raise Refused(_("Write down what it is about."))
    code = sealed.code_for(token, notice.pk, kind, received_on, text) if token else sealed.new_code()
    if known := notice.objections.filter(kind=kind, text=text, received_on=received_on).first():
        if known.receipt not in sealed.digests_of(code, "receipt"):
            raise Stale(_("This has been registered; there is no need to send it again."))
        known.code = code
        return known
    objection = Objection.objects.create(
        receipt=sealed.digests_of(code, "receipt")[0],
        notice=notice,
        kind=kind,
        channel=channel,
        text=text,
        name=name.strip(),
        contact=contact.strip(),
        summary=summary.strip(),
        received_on=received_on,
        received_at=at,
        received_by=person,
    )
    objection.code = code
    _event("receive_objection", objection, by=by, at=at, channel=channel)
    return objection


@transaction.atomic
def receive_objection(*, notice, kind, text, at, name="", contact="", by=None, token=""):
    """What a resident sends through the page. No account is asked for; `by` is None. `token`: made with the form."""
    return _receive(
        notice,
        kind=kind,
        channel=Channel.WEB,
        text=text,
        name=name,
        contact=contact,
        summary="",
        received_on=today(at),
        person=None,
        by=by,
        at=at,
        token=token,
    )


@transaction.atomic
def register_objection(
    *, notice, kind, channel, text, by, at, name="", contact="", summary="", received_on=None, token=""
):
    """What came by telephone or in person, entered by a clerk (来电来访登记). `received_on`: the day it came."""
    require(by, Power.ANSWER_RESIDENTS, notice.unit.path, on=today(at))
    if channel not in (Channel.PHONE, Channel.VISIT):
        raise Refused(_("Say whether it came by telephone or in person."))
    received_on = received_on or today(at)
    if received_on > today(at):
        raise Refused(_("The day it came lies in the future."))
    refuse_personal_data(notice.unit, summary, names=[name])
    return _receive(
        notice,
        kind=kind,
        channel=channel,
        text=text,
        name=name,
        contact=contact,
        summary=summary,
        received_on=received_on,
        person=lock_person(by),
        by=by,
        at=at,
        token=token,
    )


@transaction.atomic
def summarise_objection(*, objection, summary, by, at):
    """Write what the public may read of it before it is answered."""
    objection = _lock(objection)
    require(by, Power.ANSWER_RESIDENTS, objection.notice.unit.path, on=today(at))
    decide(permissions.may_answer(objection), stale=True)
    refuse_personal_data(objection.notice.unit, summary, names=[objection.name, objection.contact])
    objection.summary, objection.summarised_on = summary.strip(), today(at)
    objection.save(update_fields=["summary", "summarised_on"])
    _event("summarise_objection", objection, by=by, at=at)
    return objection


@transaction.atomic
def pass_to_supervision(*, objection, by, at):
    """Hand it to the affairs supervision committee as well; the reply is still due."""
    objection = _lock(objection)
    require(by, Power.ANSWER_RESIDENTS, objection.notice.unit.path, on=today(at))
    decide(
        _("This has been passed to the supervision committee already.") if objection.passed_to_supervision_on else None,
        stale=True,
    )
    objection.passed_to_supervision_on = today(at)
    objection.save(update_fields=["passed_to_supervision_on"])
    _event("pass_to_supervision", objection, by=by, at=at)
    return objection


@transaction.atomic
def answer_objection(*, objection, reply, by, at, summary=None, outcome=Outcome.NONE):
    """Answer once. An objection is upheld or not, with reasons; a question or suggestion is just answered."""
    objection = _lock(objection)
    person = lock_person(by)
    notice = objection.notice
    require(by, Power.ANSWER_RESIDENTS, notice.unit.path, on=today(at))
    decide(permissions.may_answer(objection), stale=True)
    summary = objection.summary if summary is None else summary.strip()
    reply = clean(reply)
    if not summary:
        raise Refused(_("Write the summary that the public will read."))
    if not reply.strip():
        raise Refused(_("Write the reply."))
    if objection.kind == Kind.OBJECTION and outcome not in (Outcome.UPHELD, Outcome.NOT_UPHELD):
        raise Refused(_("Say whether the objection is upheld."))
    if objection.kind != Kind.OBJECTION and outcome != Outcome.NONE:
        raise Refused(_("Only an objection can be upheld."))
    refuse_personal_data(notice.unit, summary, reply, names=[objection.name, objection.contact])
    objection.summary, objection.reply, objection.outcome = summary, reply, outcome
    objection.replied_by, objection.replied_on = person, today(at)
    objection.save(update_fields=["summary", "reply", "outcome", "replied_by", "replied_on"])
    _event("answer_objection", objection, by=by, at=at, outcome=outcome)
    return objection


@transaction.atomic
def assign_objection(*, objection, owner, by, at):
    """Name the person who looks after the reply; None: everybody with the power again."""
    objection = _lock(objection)
    path = objection.notice.unit.path
    require(by, Power.ANSWER_RESIDENTS, path, on=today(at))
    decide(permissions.may_answer(objection), stale=True)
    if owner and owner.user_id not in holders(Power.ANSWER_RESIDENTS, path, on=today(at)):
        raise Refused(_("This person has no power to answer residents here."))
    objection.owner = owner
    objection.save(update_fields=["owner"])
    _event("assign_objection", objection, by=by, at=at, owner=owner.pk if owner else None)
    return objection


@transaction.atomic
def give_interim_reply(*, objection, reply, until, by, at, summary=None):
    """Say what has been done so far and by which day the reply comes, at most 15 days after receipt. Once."""
    objection = _lock(objection)
    person = lock_person(by)
    notice = objection.notice
    require(by, Power.ANSWER_RESIDENTS, notice.unit.path, on=today(at))
    decide(permissions.may_put_off(objection, today(at)), stale=bool(objection.interim_on or objection.replied_on))
    summary = objection.summary if summary is None else summary.strip()
    reply = clean(reply)
    if not summary:
        raise Refused(_("Write the summary that the public will read."))
    if not reply.strip():
        raise Refused(_("Write the reply."))
    if not today(at) < until <= clocks.interim_latest(objection.received_on):
        raise Refused(
            _("The reply must be promised for a day after today and at most %(days)s days after receipt.")
            % {"days": clocks.INTERIM_DAYS}
        )
    refuse_personal_data(notice.unit, summary, reply, names=[objection.name, objection.contact])
    objection.summary, objection.interim_reply, objection.interim_until = summary, reply, until
    objection.interim_by, objection.interim_on, objection.summarised_on = person, today(at), today(at)
    fields = ("interim_reply", "interim_until", "interim_by", "interim_on")
    objection.save(update_fields=["summary", "summarised_on", *fields])
    _event("give_interim_reply", objection, by=by, at=at, until=until.isoformat())
    return objection


@transaction.atomic
def give_feedback(*, objection, feedback, at, channel=Channel.WEB, by=None):
    """What the resident says to the reply: through the receipt (`by` None), or to a clerk by telephone or visit."""
    objection = _lock(objection)
    person = None
    if channel == Channel.WEB:
        by = None  # whoever holds the receipt speaks, not the account that happens to be logged in
    else:
        require(by, Power.ANSWER_RESIDENTS, objection.notice.unit.path, on=today(at))
        person = lock_person(by)
    decide(permissions.may_give_feedback(objection, today(at)), stale=bool(objection.feedback))
    if feedback not in (Feedback.SATISFIED, Feedback.NOT_SATISFIED):
        raise Refused(_("Say whether the resident is satisfied."))
    objection.feedback, objection.feedback_channel = feedback, channel
    objection.feedback_by, objection.feedback_on = person, today(at)
    objection.save(update_fields=["feedback", "feedback_channel", "feedback_by", "feedback_on"])
    _event("give_feedback", objection, by=by, at=at, feedback=feedback, channel=channel)
    return objection


@transaction.atomic
def supervise_reply(*, objection, opinion, by, at):
    """What the supervision committee says when a resident is not satisfied; published, once."""
    objection = _lock(objection)
    person = lock_person(by)
    notice = objection.notice
    require(by, Power.REVIEW_NOTICES, notice.unit.path, on=today(at))
    decide(permissions.may_supervise_reply(objection), stale=bool(objection.supervision_on))
    opinion = clean(opinion)
    decide(None if opinion.strip() else _("Write the opinion."))
    refuse_personal_data(notice.unit, opinion, names=[objection.name, objection.contact])
    objection.supervision_opinion, objection.supervision_by, objection.supervision_on = opinion, person, today(at)
    objection.save(update_fields=["supervision_opinion", "supervision_by", "supervision_on"])
    _event("supervise_reply", objection, by=by, at=at)
    return objection
