"""Questions, suggestions and objections at the desk."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import record
from audit.errors import Refused
from disclosure import actions, permissions
from disclosure.enums import Kind, Outcome
from disclosure.forms import AnswerForm, ObjectionFilter, RegisterForm, SummaryForm
from disclosure.models import Notice, Objection
from disclosure.tables import OBJECTIONS, ObjectionTable
from disclosure.views.common import dated
from orgs.listing import Listing
from orgs.permissions import PowerMissing
from orgs.powers import Power


@require_safe
def desk_objections(request):
    """What residents brought up at the user's units: open ones first, oldest first."""
    form = ObjectionFilter(request.GET)
    rows = Objection.objects.visible_to(request.user, request.today).filter(form.condition())
    rows = rows.select_related("notice__unit")
    state = "replied" if request.GET.get("state") == "replied" else "open"
    shown, order = (rows.replied(), "-replied_on") if state == "replied" else (rows.open(), "received_on")
    table = ObjectionTable(shown.order_by(order, "-id"), today=request.today, order_by=(order,))
    listing = Listing(request, table, OBJECTIONS, filters=form, prepare=dated(request.today))
    return listing.page("disclosure/desk_objections.html", {"state": state, "today": request.today})


@require_http_methods(["GET", "HEAD", "POST"])
def desk_objection_new(request, notice_pk):
    """Register what came by telephone or in person."""
    visible = Notice.objects.visible_to(request.user, request.today).published()
    notice = get_object_or_404(visible.select_related("unit", "issuer").with_versions(), pk=notice_pk)
    reason = permissions.refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    if reason:
        raise PowerMissing(reason)
    form = RegisterForm(request.POST or None, initial={"received_on": request.today})
    refused, status = permissions.may_object(notice, Kind.QUESTION, request.today), 200
    if request.method == "POST" and form.is_valid():
        try:
            objection = actions.register_objection(notice=notice, by=request.user, at=request.at, **form.cleaned_data)
        except Refused as error:
            refused, status = str(error), 409
        else:
            messages.success(request, _("Registered."))
            return redirect(objection)
    context = {"form": form, "notice": notice, "version": notice.current, "unit": notice.unit, "refused": refused}
    return render(request, "disclosure/desk_objection_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_objection(request, pk):
    """One of them: what was said, and the one reply. Reading it is recorded, because it may hold a name."""
    rows = Objection.objects.visible_to(request.user, request.today)
    objection = get_object_or_404(rows.select_related("notice__unit", "received_by", "replied_by"), pk=pk)
    notice = objection.notice
    power = permissions.refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    verb = request.POST.get("verb", "answer")
    form = AnswerForm(
        request.POST if request.method == "POST" and verb == "answer" else None,
        kind=objection.kind,
        initial={"summary": objection.summary},
    )
    refused, status = None, 200
    if request.method == "POST":
        try:
            if _act(request, objection, verb, form):
                return redirect(objection)
        except Refused as error:
            refused, status = str(error), 409
            objection.refresh_from_db()
    else:
        record(by=request.user, verb="view_objection", at=request.at, obj=objection, path=notice.unit.path)
    context = {
        "objection": objection,
        "notice": notice,
        "unit": notice.unit,
        "title": notice.current.title,
        "handling": objection.handling(request.today),
        "form": form,
        "power": power,
        "answered": permissions.may_answer(objection),
        "refused": refused,
        "today": request.today,
    }
    return render(request, "disclosure/desk_objection.html", context, status=status)


def _act(request, objection, verb, form):
    """Do what was asked; False when the form is wrong."""
    who = {"objection": objection, "by": request.user, "at": request.at}
    if verb == "pass":
        actions.pass_to_supervision(**who)
        messages.success(request, _("Passed to the supervision committee."))
    elif verb == "summarise":
        summary = SummaryForm(request.POST)
        if not summary.is_valid():
            raise Refused(_("Write the summary that the public will read."))
        actions.summarise_objection(summary=summary.cleaned_data["summary"], **who)
        messages.success(request, _("Saved."))
    elif verb == "answer":
        if not form.is_valid():
            return False
        data = form.cleaned_data
        actions.answer_objection(
            summary=data["summary"], reply=data["reply"], outcome=data.get("outcome") or Outcome.NONE, **who
        )
        messages.success(request, _("The reply is published."))
    else:
        raise Http404
    return True
