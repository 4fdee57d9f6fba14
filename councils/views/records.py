"""The record of a meeting: who came, changes of the roll, minutes and scanned papers."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit import actions as audit
from audit.errors import Refused, Stale
from audit.models import Audience
from councils.actions import meetings as actions
from councils.course import why_no_attendance, why_no_minutes
from councils.documents import minutes_draft
from councils.forms.meetings import SeenForm
from councils.forms.records import AttendanceForm, MinutesForm, ProxyForm, RecusalForm, RollChangeForm, ScanForm
from councils.forms.rules import MOST_DIGITS
from councils.models import BallotEntry, Meeting
from councils.views.answers import attempt, items_of, meeting_to_record, persons_of, warn_of_chair
from councils.voting import explain_json
from orgs.answers import show_refusal

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def meeting_attendance(request, pk):
    """Who came: on a named roll everybody is present until marked otherwise; on a counted one the numbers."""
    sitting = meeting_to_record(request, pk)
    if request.method != "POST" and (reason := why_no_attendance(sitting, request.today)):
        messages.warning(request, reason)
        return redirect(sitting)
    if sitting.is_named and not sitting.roll_frozen_at:
        return _open_roll(request, sitting)
    entries = list(sitting.roll.all()) if sitting.is_named else []
    form = AttendanceForm(request.POST if request.method == "POST" else None, meeting=sitting, entries=entries)
    status = 200
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "preview":
        answer = attempt(
            request,
            form,
            lambda: actions.record_attendance(
                by=request.user,
                at=request.at,
                meeting=sitting,
                seen=form.cleaned_data["seen"],
                **form.arguments(),
            ),
            row=sitting,
            closed=lambda fresh: why_no_attendance(fresh, request.today),
        )
        if answer is None:
            return _after_attendance(request, sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"meeting": sitting, "form": form, "items": items_of(sitting)}
    return render(request, "councils/meeting_attendance.html", context, status=status)


def _open_roll(request, sitting):
    """Freeze the named roll; only then the attendance can be marked."""
    if request.method == "POST":
        form = SeenForm(request.POST)
        try:
            actions.open_attendance(
                by=request.user,
                at=request.at,
                meeting=sitting,
                seen=form.cleaned_data["seen"] if form.is_valid() else 0,
            )
        except Refused as refused:
            messages.warning(request, str(refused))
            sitting.refresh_from_db(fields=["roll_frozen_at"])
            return redirect("meeting_attendance" if sitting.roll_frozen_at else "meeting", sitting.pk)
        return redirect("meeting_attendance", sitting.pk)
    context = {"meeting": sitting, "items": items_of(sitting), "roll": list(sitting.roll.all())}
    context["voters"] = sum(entry.votes for entry in context["roll"])
    return render(request, "councils/meeting_roll_open.html", context)


def _after_attendance(request, sitting):
    sitting.refresh_from_db()
    if sitting.is_void:
        messages.warning(request, explain_json(sitting.quorum_result).validity[-1])
    else:
        messages.success(request, _("The attendance is entered. The meeting is valid."))
    return redirect(sitting)


@require_http_methods(FORM_METHODS)
def meeting_roll(request, pk):
    """Change a frozen roll with a reason, or note that somebody present takes no part in the vote."""
    sitting = meeting_to_record(request, pk)
    if request.method != "POST" and (reason := actions.why_roll_stands(sitting)):
        messages.warning(request, reason)
        return redirect(sitting)
    entries = list(sitting.roll.all()) if sitting.is_named else []
    recusing = request.method == "POST" and "recusal-seen" in request.POST
    changing = request.method == "POST" and not recusing
    form = RollChangeForm(request.POST if changing else None, meeting=sitting, entries=entries)
    recusal = RecusalForm(request.POST if recusing else None, meeting=sitting, entries=entries)
    status, sent = 200, recusal if recusing else form
    if request.method == "POST" and sent.is_valid():
        arguments = form.arguments() if changing else {name: recusal.cleaned_data[name] for name in ("entry", "reason")}
        verb = actions.change_roll if changing else actions.recuse
        try:
            verb(by=request.user, at=request.at, meeting=sitting, seen=sent.cleaned_data["seen"], **arguments)
        except Refused as refused:
            if isinstance(refused, Stale):
                messages.warning(request, str(refused))
                return redirect(sitting)
            show_refusal(sent, refused)
            status = 200 if getattr(refused, "errors", None) else 409
        else:
            messages.success(request, _("The change is noted."))
            return redirect(sitting)
    context = {"meeting": sitting, "form": form, "recusal": recusal, "items": items_of(sitting)}
    return render(request, "councils/meeting_roll.html", context, status=status)


@require_http_methods(FORM_METHODS)
def meeting_proxies(request, pk):
    """The written proxies of a meeting; where the law knows none, the page says so with its article."""
    sitting = meeting_to_record(request, pk)
    closed = actions.why_no_proxy(sitting)
    form = ProxyForm(
        request.POST if "giver" in request.POST else None,
        initial={"seen": sitting.version, "giver": request.GET.get("giver", "")[:20]},
        by_ballots=sitting.by_ballots,
    )
    status = 409 if request.method == "POST" and closed else 200
    if request.method == "POST" and not closed:
        common = {"by": request.user, "at": request.at, "meeting": sitting}
        if "remove" in request.POST:
            return _remove_proxy(request, sitting, common)
        if form.is_valid():
            answer = attempt(
                request,
                form,
                lambda: actions.record_proxy(**common, **form.cleaned_data),
                row=sitting,
                closed=actions.why_no_proxy,
                target=reverse("meeting_proxies", args=[pk]),
            )
            if answer is None:
                messages.success(request, _("The proxy is entered."))
                return redirect("meeting_proxies", pk)
            if isinstance(answer, HttpResponseBase):
                return answer
            status = answer
    context = {"meeting": sitting, "form": form, "closed": closed, "items": items_of(sitting)}
    used = Exists(BallotEntry.objects.filter(proxy=OuterRef("pk")))
    context |= {
        "proxies": list(sitting.proxies.annotate(used=used)),
        "allowed": actions.allowed_proxies(sitting),
        "back": sitting.assembly.get_absolute_url() if sitting.by_ballots else sitting.get_absolute_url(),
    }
    return render(request, "councils/meeting_proxies.html", context, status=status)


def _remove_proxy(request, sitting, common):
    numbers = [request.POST.get(name, "") for name in ("remove", "seen")]
    proxy, seen = (int(text) if text.isdecimal() and len(text) < MOST_DIGITS else 0 for text in numbers)
    try:
        actions.remove_proxy(**common, seen=seen, proxy=proxy)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The proxy is taken back."))
    return redirect("meeting_proxies", sitting.pk)


@require_http_methods(FORM_METHODS)
def meeting_minutes(request, pk):
    """The minutes, the sentence for everyone, the supervision committee's opinion and who sat in."""
    sitting = meeting_to_record(request, pk)
    if request.method != "POST" and (reason := why_no_minutes(sitting)):
        messages.warning(request, reason)
        return redirect(sitting)
    items = items_of(sitting)
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        meeting=sitting,
        persons=persons_of(sitting.unit, request.today),
        draft="" if sitting.minutes else minutes_draft(sitting, items, sitting.roll.all()),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.says_the_same and not sitting.is_returned:
            messages.success(request, _("The minutes are saved."))
            return redirect(sitting)
        answer = attempt(
            request,
            form,
            lambda: actions.record_minutes(
                by=request.user,
                at=request.at,
                meeting=sitting,
                seen=form.cleaned_data["seen"],
                **form.arguments(),
            ),
            row=sitting,
            closed=why_no_minutes,
        )
        if answer is None:
            messages.success(request, _("The minutes are saved."))
            warn_of_chair(request, Meeting.objects.select_related("body", "chair").get(pk=sitting.pk))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"meeting": sitting, "form": form, "items": items, "saved": sitting.minutes}
    return render(request, "councils/meeting_minutes.html", context, status=status)


@require_http_methods(FORM_METHODS)
def meeting_scans(request, pk):
    """Add a scanned paper to the record; also after it was confirmed."""
    sitting = meeting_to_record(request, pk)
    form = ScanForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "sign_in")})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            keep_scan(request, sitting, form.cleaned_data["file"], form.cleaned_data["kind"])
        except Refused as refused:
            form.add_error("file", str(refused))
            status = 409
        else:
            messages.success(request, _("The scan is kept."))
            return redirect(sitting)
    context = {
        "meeting": sitting,
        "form": form,
        "items": items_of(sitting),
        "scans": list(sitting.scans.select_related("attachment")),
    }
    return render(request, "councils/meeting_scans.html", context, status=status)


@transaction.atomic
def keep_scan(request, sitting, upload, kind):
    """Store an uploaded paper for the readers of `sitting` and add it to the record. Raises Refused."""
    attachment = audit.store(
        upload,
        audience=Audience.PARTY if sitting.is_party else Audience.UNIT,
        path=sitting.unit.path,
        by=request.user,
        at=request.at,
    )
    return actions.add_scan(by=request.user, at=request.at, meeting=sitting, attachment=attachment, kind=kind)
