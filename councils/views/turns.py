"""Turns at the desk: each a form with its reason; faults in the procedure, found, answered and noted."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from councils import actions
from councils.enums import TurnKind, Verdict
from councils.forms.turns import AnswerForm, FindingForm, NoteForm, TurnForm
from councils.models import Finding, Matter
from councils.permissions import may
from councils.procedures import TURNS
from councils.views.answers import attempt
from councils.views.matters import matter_for
from councils.views.track import step_name
from orgs.permissions import PowerMissing, refusal
from orgs.powers import Power
from orgs.village import in_place


def _require(request, power, matter):
    """PowerMissing for a member who may see the matter but not do this."""
    reason = refusal(request.user, power, matter.unit.path, on=request.today)
    if reason:
        raise PowerMissing(reason)


@require_http_methods(["GET", "POST"])
def matter_turn(request, pk, kind):
    """One turn of a matter: what it does, its ground and reason."""
    matter = matter_for(request, pk, Matter.objects.for_page())
    if kind not in TurnKind.values or kind == TurnKind.VOID:
        raise Http404
    row = TURNS[TurnKind(kind)]
    _require(request, row.power, matter)
    overturning = actions.overturning_matters(matter, *row.grounds) if kind == TurnKind.REVOKED else ()
    given = {"matter": matter, "row": row, "today": request.today, "overturning": overturning}
    if request.method == "GET":
        closed = actions.why_not_turned(matter, kind, request.today)
        if closed:
            messages.warning(request, closed)
            return redirect(matter.get_desk_url())
        return _turn(request, matter, row, TurnForm(**given))
    form = TurnForm(request.POST, **given)
    if not form.is_valid():
        return _turn(request, matter, row, form)

    def act():
        actions.take_turn(by=request.user, at=request.at, matter=matter, kind=kind, **form.columns)

    def closed(fresh):
        return actions.why_not_turned(fresh, kind, request.today)

    answer = attempt(request, form, act, row=matter, closed=closed, target=matter.get_desk_url())
    if answer is None:
        messages.success(request, _("Saved. Everyone can read it on the page of the matter."))
        return redirect(matter.get_desk_url())
    return _turn(request, matter, row, form, answer) if isinstance(answer, int) else answer


def _turn(request, matter, row, form, status=200):
    context = {
        "matter": matter,
        "unit": matter.unit,
        "form": form,
        "title": row.label,
        "hint": row.hint,
        "basis": row.basis,
        "verb": row.label,
    }
    if row.kind == TurnKind.OBJECTION:
        context["objection"] = actions.upheld_objections(matter).first()
    return render(request, "councils/matter_turn.html", context, status=status)


FINDING_HINT = gettext_lazy(
    "The committee answers it: it holds the meeting again, so that everything from that step on does not count "
    "any more, or it says why it does not agree, and the street is told."
)


@require_http_methods(["GET", "POST"])
def finding_new(request, pk):
    """The supervision committee records a fault in the procedure."""
    matter = matter_for(request, pk, Matter.objects.for_page())
    _require(request, Power.REVIEW_NOTICES, matter)
    closed = actions.why_no_finding(matter, request.today)
    if closed:
        messages.warning(request, closed)
        return redirect(matter.get_desk_url())
    steps = [(step.key, step_name(matter, step)) for step in actions.faultable_steps(matter)]
    form = FindingForm(request.POST or None, matter=matter, steps=steps, today=request.today)
    status = 200
    if request.method == "POST" and form.is_valid():

        def act():
            actions.record_finding(by=request.user, at=request.at, matter=matter, **form.cleaned_data)

        def too_late(fresh):
            return actions.why_no_finding(fresh, request.today)

        answer = attempt(request, form, act, row=matter, closed=too_late, target=matter.get_desk_url())
        if answer is None:
            messages.success(request, _("Recorded. The committee is to answer it."))
        if not isinstance(answer, int):
            return answer or redirect(matter.get_desk_url())
        status = answer
    context = {
        "matter": matter,
        "unit": matter.unit,
        "form": form,
        "title": _("Record a fault in the procedure"),
        "hint": in_place(FINDING_HINT, matter.unit),
        "basis": TURNS[TurnKind.VOID].basis,
        "verb": _("Record the finding"),
    }
    return render(request, "councils/matter_turn.html", context, status=status)


@require_safe
def finding(request, pk):
    """A finding of the supervision committee, its answer, and what the street says."""
    row, matter = _finding_and_matter(request, pk)
    on = request.today
    form = None
    if not row.verdict and not _why_no_answer(request, matter, row):
        form = AnswerForm(matter=matter)
    elif row.verdict == Verdict.DISAGREED and not row.noted_at and may(request.user, Power.OVERSEE, matter.unit, on):
        form = NoteForm(matter=matter)
    return _finding(request, matter, row, form)


@require_POST
def finding_answer(request, pk):
    """The committee answers a finding."""
    row, matter = _finding_and_matter(request, pk)
    _require(request, Power.CONFIRM_RECORDS, matter)
    form = AnswerForm(request.POST, matter=matter)

    def act():
        actions.answer_finding(by=request.user, at=request.at, finding=row, **form.cleaned_data)

    return _reply(request, matter, row, form, act, actions.why_not_answered(row, request.user))


@require_POST
def finding_note(request, pk):
    """The street notes what it says to a finding that the committee did not agree with."""
    row, matter = _finding_and_matter(request, pk)
    _require(request, Power.OVERSEE, matter)
    form = NoteForm(request.POST, matter=matter)
    closed = None
    if row.verdict != Verdict.DISAGREED or row.noted_at:
        closed = _("There is nothing to note on this finding now.")

    def act():
        note = form.cleaned_data["note"]
        actions.note_finding(by=request.user, at=request.at, finding=row, note=note)

    return _reply(request, matter, row, form, act, closed)


def _finding_and_matter(request, pk):
    row = get_object_or_404(Finding.objects.select_related("by__person"), pk=pk)
    row.matter = matter_for(request, row.matter_id, Matter.objects.for_page())
    return row, row.matter


def _reply(request, matter, row, form, act, closed):
    """Do `act()` with the form, unless the finding is `closed` to it; the answer to the reader."""
    if closed:
        messages.warning(request, closed)
        return redirect(row)
    if not form.is_valid():
        return _finding(request, matter, row, form)

    def too_late(_fresh):
        return Finding.objects.filter(pk=row.pk).exclude(verdict=row.verdict, noted_at=row.noted_at).exists()

    answer = attempt(request, form, act, row=matter, closed=too_late, target=row.get_absolute_url())
    if answer is None:
        messages.success(request, _("Saved. Everyone can read it on the page of the matter."))
        return redirect(row)
    return _finding(request, matter, row, form, answer) if isinstance(answer, int) else answer


def _finding(request, matter, row, form, status=200):
    answering = isinstance(form, AnswerForm)
    context = {
        "matter": matter,
        "unit": matter.unit,
        "finding": row,
        "step": step_name(matter, row.step_row),
        "form": form,
        "target": reverse("finding_answer" if answering else "finding_note", args=[row.pk]),
        "verb": _("Answer the finding") if answering else _("Note what the street says"),
        "closed": "" if form or row.verdict else _why_no_answer(request, matter, row),
    }
    return render(request, "councils/finding.html", context, status=status)


def _why_no_answer(request, matter, row):
    power = refusal(request.user, Power.CONFIRM_RECORDS, matter.unit.path, on=request.today)
    return power or actions.why_not_answered(row, request.user) or ""
