"""What may be done with a question or an objection of a resident, and until when."""

from django.utils.translation import gettext as _

from disclosure import clocks
from disclosure.enums import Kind


def may_object(notice, kind, on):
    """Whether `notice` takes a question, suggestion or objection (`kind`) on the day `on`.

    Objections while the window runs (without a window: while it is displayed); questions and suggestions always.
    """
    version = notice.current
    if version is None or not notice.published_versions(on):
        return _("This notice is not published.")
    if version.withdrawn_at:
        return _("This notice has been withdrawn.")
    if kind == Kind.OBJECTION and on > notice.objections_until():
        return _("The time for objections has ended. You can still ask a question or make a suggestion.")
    return None


def may_answer(objection):
    """Once."""
    if objection.replied_on:
        return _("This has been answered already; an answer never changes.")
    return None


def may_put_off(objection, on):
    """Whether an interim reply may be given on the day `on`: once, before the reply, while a first reply is in time."""
    if objection.interim_on:
        return _("An interim reply has been given already.")
    first = objection.first_reply_due
    if first and on > first or on >= clocks.interim_latest(objection.received_on):
        return _("It is too late for an interim reply; give the reply.")
    return may_answer(objection)


def may_give_feedback(objection, on):
    """Whether the resident may say on the day `on` if the reply satisfies: once, within ten days of it."""
    if not objection.replied_on:
        return _("There is no reply yet.")
    if objection.feedback:
        return _("What you think of the reply has been recorded already.")
    if on > objection.feedback_until:
        return _("The time to say what you think of the reply has ended.")
    return None


def may_supervise_reply(objection):
    """Whether the supervision committee gives its opinion: once, when the resident is not satisfied."""
    if objection.supervision_on:
        return _("The supervision committee has given its opinion already.")
    if not objection.waits_for_opinion:
        return _("The committee gives its opinion when the resident is not satisfied with the reply.")
    return None


def reply_days():
    """Working days for the first reply, for forms and pages."""
    return clocks.REPLY_WORKDAYS
