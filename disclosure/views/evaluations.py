"""Evaluations by residents: the page behind a slip's code, and what the clerk does at the desk."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.errors import Refused
from audit.log import codes
from disclosure import actions, evaluation, permissions
from disclosure.enums import Answer, EvaluationState
from disclosure.forms.evaluation import CallOffForm, EvaluationForm, PaperForm, SlipForm
from disclosure.models import Evaluation, Notice
from disclosure.views import guesses
from disclosure.views.common import absolute, kept_by_nobody
from disclosure.views.posters import qr_svg
from orgs.permissions import PowerMissing, refusal
from orgs.powers import Power

# For residents


def _closed(request, reason, status):
    context = {"reason": reason, "form": SlipForm()}
    return render(request, "disclosure/slip_closed.html", context, status=status)


@login_not_required  # residents have no accounts
@require_safe
@kept_by_nobody
def slip_entry(request):
    """Where a code is typed."""
    form = SlipForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("slip", form.cleaned_data["code"])
    return render(request, "disclosure/slip_entry.html", {"form": form})


@login_not_required  # residents have no accounts: the code on the slip is what they have
@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
def slip(request, code):
    """Four answers as large buttons, then the question whether it is meant so. Works without script."""
    if guesses.too_many(request):
        text = _("Many wrong codes have come from here today. Please call us, or put your paper slip into the box.")
        return _closed(request, text, 429)
    answer = request.POST.get("answer", "")
    answer = Answer(answer) if answer in Answer.values else None
    try:
        found = actions.slip_of(code, request.today)
        if request.method == "POST" and answer and "sure" in request.POST:
            evaluation = actions.answer_slip(code=code, answer=answer, at=request.at)
            return redirect("slip_done", evaluation.pk)
    except actions.WrongCode as error:
        guesses.note(request)
        return _closed(request, str(error), 404)
    except Refused as error:
        return _closed(request, str(error), 409)
    notice = found.evaluation.notice
    context = {
        "evaluation": found.evaluation,
        "notice": notice,
        "unit": notice.unit,
        "title": notice.current.title,
        "answers": list(Answer),
        "answer": answer,
        "code": code,
    }
    return render(request, "disclosure/slip.html", context)


@login_not_required  # follows the answer
@require_safe
@kept_by_nobody
def slip_done(request, pk):
    """Thank you. Says nothing of the answer, nor of the slip."""
    rows = Evaluation.objects.select_related("notice__unit")
    evaluation = get_object_or_404(rows, pk=pk)
    context = {"evaluation": evaluation, "notice": evaluation.notice, "unit": evaluation.notice.unit}
    return render(request, "disclosure/slip_done.html", context)


# At the desk


def _drafting(request, unit):
    """PowerMissing for who may not write for residents of `unit`."""
    if reason := refusal(request.user, Power.DRAFT_NOTICES, unit.path, on=request.today):
        raise PowerMissing(reason)


def _evaluation(request, pk):
    rows = Evaluation.objects.visible_to(request.user, request.today)
    rows = rows.select_related("notice__unit", "notice__issuer", "opened_by", "printed_by", "called_off_by")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_evaluation_new(request, notice_pk):
    """Announce an evaluation of what a notice discloses."""
    visible = Notice.objects.visible_to(request.user, request.today).published()
    notice = get_object_or_404(visible.select_related("unit", "issuer").with_versions(), pk=notice_pk)
    _drafting(request, notice.unit)
    known = notice.evaluations.filter(called_off_at=None).first()
    if known and request.method != "POST":
        return redirect(known)
    form = EvaluationForm(request.POST or None, unit=notice.unit, today=request.today)
    refused, status = permissions.may_open_evaluation(notice, request.today), 200
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_evaluation(notice=notice, by=request.user, at=request.at, **form.cleaned_data)
        except Refused as error:
            refused, status = str(error), 409
        else:
            messages.success(request, _("Announced on the page of the notice."))
            if (row.opens_on - request.today).days < evaluation.NOTICE_DAYS:
                messages.warning(
                    request,
                    _("It was announced less than %(days)s days ahead, as local practice advises (not a law).")
                    % {"days": evaluation.NOTICE_DAYS},
                )
            return redirect(row)
    context = {"form": form, "notice": notice, "unit": notice.unit, "title": notice.current.title, "refused": refused}
    return render(request, "disclosure/evaluation_new.html", context, status=status)


@require_safe
def desk_evaluation(request, pk):
    """How far an evaluation is: days, slips, paper counts; its result when it is finished."""
    return _desk_page(request, _evaluation(request, pk))


def _desk_page(request, row, refused=None, status=200):
    power = refusal(request.user, Power.DRAFT_NOTICES, row.notice.unit.path, on=request.today)
    state = row.state(request.today)
    context = {
        "evaluation": row,
        "notice": row.notice,
        "unit": row.notice.unit,
        "state": state,
        "result": row.result() if state == EvaluationState.FINISHED else None,
        "papers": list(row.paper_counts.select_related("entered_by")),
        "print_refusal": power or permissions.may_print_slips(row, request.today),
        "paper_refusal": power or permissions.may_enter_paper(row, request.today),
        "call_off_refusal": permissions.missing_power("withdraw", row.notice, request.user, request.today)
        or permissions.may_call_off(row, request.today),
        "may_ask_anew": row.called_off_at
        and not power
        and not row.notice.evaluations.filter(called_off_at=None).exists(),
        "refused": refused,
        "token": uuid4(),
    }
    return render(request, "disclosure/evaluation_desk.html", context, status=status)


@require_POST
def desk_evaluation_slips(request, pk):
    """All slips to print, this once. The answer to the form itself: no address leads to them again, only the same form
    for some minutes.
    """
    row = _evaluation(request, pk)
    try:
        form = {name: request.POST.get(name, "") for name in ("seen", "token")}
        printed = actions.print_slips(evaluation=row, by=request.user, at=request.at, **form)
    except Refused as error:
        return _desk_page(request, _evaluation(request, pk), str(error), 409)
    slips = [(codes.grouped(code), qr_svg(absolute(request, reverse("slip", args=[code])))) for code in printed]
    context = {
        "evaluation": row,
        "notice": row.notice,
        "unit": row.notice.unit,
        "sheets": [slips[at : at + 8] for at in range(0, len(slips), 8)],
        "address": absolute(request, reverse("slip_entry")),
        "minutes": evaluation.AGAIN_MINUTES,
        "answers": list(Answer),
    }
    response = render(request, "disclosure/evaluation_slips.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def desk_evaluation_paper(request, pk):
    """Enter a bundle of paper slips that two tellers counted."""
    row = _evaluation(request, pk)
    _drafting(request, row.notice.unit)
    form = PaperForm(request.POST or None)
    refused, status = permissions.may_enter_paper(row, request.today), 200
    if request.method == "POST" and form.is_valid():
        try:
            paper = actions.enter_paper(evaluation=row, by=request.user, at=request.at, **form.entered())
        except Refused as error:
            refused, status = str(error), 409
        else:
            messages.success(request, _("%(number)s paper slips were counted.") % {"number": paper.total})
            return redirect(row)
    context = {"form": form, "evaluation": row, "notice": row.notice, "unit": row.notice.unit, "refused": refused}
    return render(request, "disclosure/evaluation_paper.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_evaluation_call_off(request, pk):
    """Call an evaluation off, with the reason that residents read."""
    row = _evaluation(request, pk)
    if reason := permissions.missing_power("withdraw", row.notice, request.user, request.today):
        raise PowerMissing(reason)
    form = CallOffForm(request.POST or None)
    refused, status = permissions.may_call_off(row, request.today), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_off_evaluation(evaluation=row, by=request.user, at=request.at, **form.cleaned_data)
        except Refused as error:
            refused, status = str(error), 409
        else:
            messages.success(request, _("The evaluation is called off; the page of the notice says so."))
            return redirect(row)
    context = {"form": form, "evaluation": row, "notice": row.notice, "unit": row.notice.unit, "refused": refused}
    return render(request, "disclosure/evaluation_call_off.html", context, status=status)
