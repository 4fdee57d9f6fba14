"""The vote on one question of the agenda, and the correction of a wrong count."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from councils.actions import votes as actions
from councils.enums import Method
from councils.forms.votes import VoteForm, methods_of
from councils.models import AgendaItem
from councils.permissions import may_confirm, require_confirming
from councils.views.answers import attempt, item_or_404, items_of, meeting_to_record, readable_meeting
from councils.voting import explain_json

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def meeting_vote(request, pk, item_pk):
    """Enter the counts of one vote; the portal computes the result, before it is registered as often as wanted."""
    sitting = meeting_to_record(request, pk)
    item = _item(sitting, item_pk)
    reason = actions.why_no_vote(sitting) or (_("The vote has been taken.") if item.vote else None)
    if reason and request.method != "POST":
        messages.warning(request, reason)
        return redirect(sitting)
    form = _form(request, sitting)
    status = 200
    if request.method == "POST" and (closed := actions.why_no_vote(sitting)):
        form.add_error(None, closed)
        status = 409
    elif request.method == "POST" and form.is_valid() and request.POST.get("do") != "preview":
        answer = attempt(
            request,
            form,
            lambda: actions.record_vote(
                by=request.user, at=request.at, item=item, seen=form.cleaned_data["seen"], **form.arguments()
            ),
            row=sitting,
            closed=lambda _fresh: AgendaItem.objects.get(pk=item.pk).vote,
        )
        if answer is None:
            messages.success(request, _("The result of the vote is registered."))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    return render(request, "councils/vote_form.html", _context(request, sitting, item, form), status=status)


@require_http_methods(FORM_METHODS)
def vote_correct(request, pk, item_pk):
    """Correct a wrong count by a new one, with a reason and by a second person. Both stay readable."""
    sitting = readable_meeting(request, pk)
    if sitting.confirmed_at:
        require_confirming(request.user, sitting, request.today)
    else:
        sitting = meeting_to_record(request, pk)
    item = _item(sitting, item_pk)
    old = item.vote
    if old is None:
        raise Http404
    reason = actions.why_not_correctable(item)
    if old.recorded_by_id == request.user.pk:
        reason = _("A count is corrected by another person than the one who entered it.")
    if reason and request.method != "POST":
        messages.warning(request, reason)
        return redirect(sitting)
    form = _form(request, sitting, vote=old)
    status = 200
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "preview":
        answer = attempt(
            request,
            form,
            lambda: actions.correct_vote(
                by=request.user,
                at=request.at,
                vote=old,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                **form.arguments(),
            ),
            row=sitting,
            closed=lambda _fresh: AgendaItem.objects.get(pk=item.pk).vote != old,
        )
        if answer is None:
            messages.success(request, _("The corrected count is registered; the old one stays readable."))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = _context(request, sitting, item, form) | {"old": old, "old_explanation": old.explanation}
    if not sitting.confirmed_at and may_confirm(request.user, sitting, request.today):
        context["return_to"] = reverse("records_confirm", args=[item.matter_id]) + "#return"
    return render(request, "councils/vote_form.html", context, status=status)


def _item(sitting, item_pk):
    return item_or_404(items_of(sitting), item_pk)


def _form(request, sitting, vote=None):
    methods = methods_of(sitting.rule)
    asked = request.GET.get("method") or (vote.method if vote else "")
    method = asked if asked in methods else methods[0].value
    return VoteForm(
        request.POST if request.method == "POST" else None,
        meeting=sitting,
        method=method,
        entries=list(sitting.roll.all()) if sitting.is_named else [],
        vote=vote,
        correcting=vote is not None,
    )


def _context(request, sitting, item, form):
    return {
        "meeting": sitting,
        "item": item,
        "form": form,
        "methods": [(method.value, method.label, method.value == form.method) for method in methods_of(sitting.rule)],
        "is_secret": form.method == Method.SECRET,
        "attendance": explain_json(sitting.quorum_result) if sitting.quorum_result else None,
        "scans": list(sitting.scans.select_related("attachment")),
    }
