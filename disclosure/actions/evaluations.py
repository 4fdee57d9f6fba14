"""Evaluations by residents: announced, slips printed, answers taken by code or from paper, or called off."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.actions import record
from audit.errors import Refused, Stale
from audit.log import codes
from audit.reasons import why_no_reason
from disclosure import evaluation as rules
from disclosure import permissions, sealed
from disclosure.actions.common import decide, lock_notice, lock_person, refuse_personal_data, today
from disclosure.actions.common import require as require_verb
from disclosure.enums import Answer
from disclosure.models import Evaluation, PaperCount, Slip, SlipUse
from orgs.permissions import require
from orgs.powers import Power


class WrongCode(Refused):
    """There is no slip with this code."""


def digests_of(code):
    """The digests under which a slip with `code` may be kept."""
    return sealed.digests_of(code, "slip")


@transaction.atomic
def open_evaluation(*, notice, question, opens_on, closes_on, households, by, at):
    """Announce that residents are asked about what `notice` discloses; slips are printed after that.

    Once for each notice; anew only when what was announced before has been called off.
    """
    notice = lock_notice(notice.pk)
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, notice.unit.path, on=today(at))
    decide(permissions.may_open_evaluation(notice, today(at)))
    decide(permissions.wrong_days(opens_on, closes_on, today(at)))
    refuse_personal_data(notice.unit, question)
    if not 0 < households <= rules.MOST_HOUSEHOLDS:
        raise Refused(_("The number of households must be between 1 and %(most)s.") % {"most": rules.MOST_HOUSEHOLDS})
    if Evaluation.objects.filter(notice=notice, called_off_at=None).exists():
        raise Stale(_("Residents are asked about this notice already."))
    evaluation = Evaluation.objects.create(
        notice=notice,
        question=question.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        households=households,
        opened_by=person,
        opened_at=at,
    )
    _event("open_evaluation", evaluation, notice, by=by, at=at, households=households)
    return evaluation


@transaction.atomic
def call_off_evaluation(*, evaluation, reason, by, at):
    """End it before its end, with a reason that everyone reads: slips are void, answers given are shown to nobody."""
    evaluation = _lock(evaluation)
    person = lock_person(by)
    require_verb("withdraw", evaluation.notice, by=by, at=at)
    decide(permissions.may_call_off(evaluation, today(at)), stale=bool(evaluation.called_off_at))
    reason = reason.strip()
    decide(why_no_reason(reason))
    refuse_personal_data(evaluation.notice.unit, reason)
    evaluation.called_off_by, evaluation.called_off_at, evaluation.called_off_reason = person, at, reason
    evaluation.save(update_fields=["called_off_by", "called_off_at", "called_off_reason"])
    _event("call_off_evaluation", evaluation, evaluation.notice, by=by, at=at, reason=reason)
    return evaluation


@transaction.atomic
def print_slips(*, evaluation, by, at, seen=None, token=None):
    """The codes of all slips, in random order, this once: only their digests are kept.

    Slips that were printed before are void; the first day, when the first may be used, ends that. `seen` is the
    `printing` that the person saw (None: the caller has just read it), `token` is made with the form: pressed twice,
    the button prints once, and for some minutes gives the same codes to the same person.
    """
    evaluation = _lock(evaluation)
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, evaluation.notice.unit.path, on=today(at))
    decide(permissions.may_print_slips(evaluation, today(at)))
    printed = rules.codes_for(token or secrets.token_hex(), evaluation.pk, evaluation.households)
    digests = sorted(digests_of(code)[0] for code in printed)
    if _printed_just_now(evaluation, person, at, digests):
        return printed
    decide(_printed_meanwhile(evaluation, seen), stale=True)
    evaluation.slips.all().delete()
    Slip.objects.bulk_create([Slip(evaluation=evaluation, digest=digest) for digest in digests], batch_size=1000)
    evaluation.printed_by, evaluation.printed_at = person, at
    evaluation.save(update_fields=["printed_by", "printed_at"])
    _event("print_slips", evaluation, evaluation.notice, by=by, at=at, slips=len(digests))
    return printed


def _printed_just_now(evaluation, person, at, digests):
    """Whether this person printed the slips with these digests some minutes ago: the button was pressed twice."""
    if evaluation.printed_by_id != person.pk or at - evaluation.printed_at > timedelta(minutes=rules.AGAIN_MINUTES):
        return False
    return digests == sorted(evaluation.slips.values_list("digest", flat=True))


def _printed_meanwhile(evaluation, seen):
    if seen is None or not evaluation.printed_at or seen == evaluation.printing:
        return None
    printed = date_format(timezone.localtime(evaluation.printed_at), "DATETIME_FORMAT")
    return _("The slips were printed on %(time)s, not once more now. If you need them anew, print all slips anew.") % {
        "time": printed
    }


def slip_of(code, on):
    """The slip of a typed or scanned `code`, with its evaluation and notice, that may be used on the day `on`.

    Raises WrongCode, or Refused in words for residents.
    """
    try:
        digests = digests_of(codes.read(code))
    except codes.Mistyped:
        raise WrongCode(_("This code is not right. Please compare it with your slip, letter by letter.")) from None
    slips = Slip.objects.filter(digest__in=digests).select_related("evaluation__notice__unit", "use")
    slip = slips.first()
    if slip is None:
        raise WrongCode(
            _(
                "There is no slip with this code. Please compare it with your slip, letter by letter. If it is the "
                "same, the slip may be void, because all were printed anew: please ask the committee for a new one."
            )
        )
    decide(permissions.may_answer_evaluation(slip.evaluation, on))
    if getattr(slip, "use", None):
        raise _used()
    return slip


def _used():
    # Nobody keeps who answered, so a second tap on the button is told apart by who reads this.
    return Stale(
        _(
            "If you have sent it just now, it has been counted and need not be sent again. This slip has been used "
            "already, and each slip counts once. If it was not you, please call us."
        )
    )


@transaction.atomic
def answer_slip(*, code, answer, at):
    """Count one answer and mark its slip as used. There is no `by`, no event and no time: nobody shall know who."""
    slip = slip_of(code, today(at))
    # Before the slip, as everywhere: so no answer and no bundle wait for each other.
    evaluation = _lock(slip.evaluation)
    decide(permissions.may_answer_evaluation(evaluation, today(at)))
    _use([slip])
    _count(evaluation, {Answer(answer): 1})
    return evaluation


@transaction.atomic
def enter_paper(*, evaluation, slips, counts, tellers, by, at):
    """Count a bundle of paper slips: the codes that were cut off (`slips`, typed), and the numbers of their answers.

    Both were put into boxes apart from each other, so nobody knows which belong together; there are as many of each.
    """
    evaluation = _lock(evaluation)
    person = lock_person(by)
    require(by, Power.DRAFT_NOTICES, evaluation.notice.unit.path, on=today(at))
    decide(permissions.may_enter_paper(evaluation, today(at)))
    first, second = (name.strip() for name in tellers)
    decide(permissions.wrong_tellers(first, second))
    found = _slips_on_paper(evaluation, slips)
    total = sum(counts.values())
    if not total or total != len(found):
        raise Refused(
            _("%(codes)s codes were entered and %(answers)s answers were counted. There must be as many of each.")
            % {"codes": len(found), "answers": total}
        )
    _use(found)
    _count(evaluation, counts)
    numbers = {answer.value: counts.get(answer, 0) for answer in Answer}
    paper = PaperCount.objects.create(
        evaluation=evaluation,
        first_teller=first,
        second_teller=second,
        entered_by=person,
        entered_on=today(at),
        **numbers,
    )
    _event("enter_paper_slips", evaluation, evaluation.notice, by=by, at=at, slips=total)
    return paper


def _slips_on_paper(evaluation, typed):
    """The unused slips of the codes `typed`; Refused names those that are wrong, used or there twice."""
    wrong, by_digest = [], {}
    for text in typed:
        try:
            by_digest |= dict.fromkeys(digests_of(codes.read(text)), text)
        except codes.Mistyped:
            wrong.append(text)
    slips = list(evaluation.slips.filter(digest__in=by_digest, use=None))
    known = {by_digest[slip.digest] for slip in slips}
    wrong += [text for text in dict.fromkeys(by_digest.values()) if text not in known]
    if wrong:
        shown = pgettext("between names", ", ").join(text[:40] for text in wrong[:10])
        raise Refused(_("These codes are wrong or have been used: %(codes)s") % {"codes": shown})
    if len(slips) != len(typed):
        raise Refused(_("A code was entered twice."))
    return slips


def _use(slips):
    """Mark the slips as used. Stale when one was used a moment ago."""
    try:
        with transaction.atomic():
            # In the order of their ids, so that two bundles never wait for each other.
            SlipUse.objects.bulk_create([SlipUse(slip=slip) for slip in sorted(slips, key=lambda slip: slip.pk)])
    except IntegrityError as error:
        raise _used() from error


def _count(evaluation, counts):
    """Raise the numbers, all in one row."""
    raised = {answer.value: F(answer.value) + number for answer, number in counts.items()}
    Evaluation.objects.filter(pk=evaluation.pk).update(**raised)


def _lock(evaluation):
    rows = Evaluation.objects.select_for_update(of=("self",), no_key=True).select_related("notice__unit")
    return rows.get(pk=evaluation.pk)


def _event(verb, evaluation, notice, *, by, at, **data):
    url, path = evaluation.get_absolute_url(), notice.unit.path
    record(by=by, verb=verb, at=at, label=notice.number, url=url, path=path, data=data)
