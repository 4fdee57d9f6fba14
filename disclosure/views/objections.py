"""Questions, suggestions and objections at the desk."""

from django.contrib import messages
from django.forms import ChoiceField
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import record
from audit.errors import Refused
from audit.log import codes
from disclosure import actions, permissions
from disclosure.enums import Kind
from disclosure.forms.objections import (
    AnswerForm,
    InterimForm,
    ObjectionFilter,
    OwnerForm,
    RegisterForm,
    SummaryForm,
    SupervisionForm,
    ToldFeedbackForm,
)
from disclosure.models import Notice, Objection
from disclosure.tables import OBJECTIONS, ObjectionTable
from disclosure.views.common import dated
from orgs.listing import Listing
from orgs.models import Person
from orgs.permissions import PowerMissing, holders, refusal
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
    reason = refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    if reason:
        raise PowerMissing(reason)
    given = {"notice": notice, "today": request.today, "initial": {"received_on": request.today}}
    form = RegisterForm(request.POST or None, **given)
    refused, status = permissions.may_object(notice, Kind.QUESTION, request.today), 200
    if request.method == "POST" and form.is_valid():
        try:
            objection = actions.register_objection(notice=notice, by=request.user, at=request.at, **form.cleaned_data)
        except Refused as error:
            refused, status = str(error), 409
        else:
            number = {"number": codes.grouped(objection.code)}
            text = _("Registered. Tell the resident the number of the receipt, it is shown only now: %(number)s")
            messages.success(request, text % number)
            return redirect(objection)
    context = {"form": form, "notice": notice, "version": notice.current, "unit": notice.unit, "refused": refused}
    return render(request, "disclosure/desk_objection_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_objection(request, pk):
    """One of them: what was said, the one reply and what came of it. Reading is recorded: it may hold a name."""
    rows = Objection.objects.visible_to(request.user, request.today)
    people = ("received_by", "owner", "interim_by", "replied_by", "feedback_by", "supervision_by")
    objection = get_object_or_404(rows.select_related("notice__unit", *people), pk=pk)
    notice = objection.notice
    verb = request.POST.get("verb", "answer") if request.method == "POST" else ""
    forms = _forms(request, objection, verb)
    refused, status, unsaved = None, 200, []
    if request.method == "POST":
        try:
            if _act(request, objection, verb, forms):
                return redirect(objection)
        except Refused as error:
            refused, status = str(error), 409
            objection.refresh_from_db()
            if verb in _TIMES and _TIMES[verb](objection, request.today):
                unsaved, forms = _typed(forms[verb]), _forms(request, objection, "")
    else:
        record(by=request.user, verb="view_objection", at=request.at, obj=objection, path=notice.unit.path)
    power = refusal(request.user, Power.ANSWER_RESIDENTS, notice.unit.path, on=request.today)
    context = {
        "objection": objection,
        "notice": notice,
        "unit": notice.unit,
        "title": notice.current.title,
        "handling": objection.handling(request.today),
        "rungs": objection.rungs(request.today),
        "forms": forms,
        "power": power,
        "phones": notice.unit.phones.order_by("position", "id") if power and not objection.replied_on else (),
        "no_review": refusal(request.user, Power.REVIEW_NOTICES, notice.unit.path, on=request.today),
        "put_off": permissions.may_put_off(objection, request.today),
        "feedback_closed": permissions.may_give_feedback(objection, request.today),
        "refused": refused,
        "unsaved": unsaved,
        "today": request.today,
    }
    return render(request, "disclosure/desk_objection.html", context, status=status)


def _forms(request, objection, verb):
    """{verb: its form}; only that of `verb` is filled from the request."""

    def form(name, form_class, **fields):
        auto_id = "id_%s" if name == "answer" else f"id_{name}_%s"
        return form_class(request.POST if name == verb else None, auto_id=auto_id, **fields)

    seen = {"summary": objection.summary}
    written = request.POST.dict() if verb == "summarise" else {}  # two buttons of one form: the reply stays in it
    answering = holders(Power.ANSWER_RESIDENTS, objection.notice.unit.path, on=request.today)
    return {
        "answer": form("answer", AnswerForm, kind=objection.kind, initial=seen | written),
        "interim": form("interim", InterimForm, initial=seen),
        "assign": form(
            "assign", OwnerForm, people=Person.objects.filter(user__in=answering), initial={"owner": objection.owner}
        ),
        "feedback": form("feedback", ToldFeedbackForm),
        "opinion": form("opinion", SupervisionForm),
        "summarise": form("summarise", SummaryForm),
    }


def _typed(form):
    """[(label, text)] of what was typed into a form that the page no longer shows."""
    written = [(field.label, field.value()) for field in form if not isinstance(field.field, ChoiceField)]
    return [(label, text) for label, text in written if text]


# What the desk can do about an objection: the action by verb, and what the page says afterwards.
_VERBS = {
    "answer": (actions.answer_objection, gettext_lazy("The reply is published.")),
    "interim": (actions.give_interim_reply, gettext_lazy("The interim reply is published.")),
    "assign": (actions.assign_objection, gettext_lazy("Saved.")),
    "feedback": (actions.give_feedback, gettext_lazy("Saved.")),
    "opinion": (actions.supervise_reply, gettext_lazy("The opinion is published.")),
    "summarise": (actions.summarise_objection, gettext_lazy("Saved.")),
    "pass": (actions.pass_to_supervision, gettext_lazy("Passed to the supervision committee.")),
}


# Whose form the page no longer shows once its time is over: the reason by verb, None while it is open.
_TIMES = {
    **dict.fromkeys(("answer", "assign", "summarise"), lambda objection, on: permissions.may_answer(objection)),
    "interim": permissions.may_put_off,
    "feedback": permissions.may_give_feedback,
    "opinion": lambda objection, on: permissions.may_supervise_reply(objection),
}


def _act(request, objection, verb, forms):
    """Do what was asked; False when the form is wrong. Raises Refused, for a wrong form too when its time is over."""
    if verb not in _VERBS:
        raise Http404
    action, done = _VERBS[verb]
    form = forms.get(verb)
    if form and not form.is_valid():
        if over := _TIMES[verb](objection, request.today):
            raise Refused(over)
        if verb == "summarise":
            raise Refused(_("Write the summary that the public will read."))
        return False
    action(objection=objection, by=request.user, at=request.at, **(form.cleaned_data if form else {}))
    messages.success(request, done)
    return True
