"""The ballots of an owners' assembly: made, printed, delivered, issued again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Mistaken, Refused
from councils.actions import owners as actions
from councils.actions.owners.count import outcome_of
from councils.enums import Marked, TellerRole
from councils.forms.owners import DeliveryForm, OpenForm, WhyForm
from councils.models import AdoptedRule, OwnerRoll, OwnersAssembly
from councils.owner_count import Stand
from councils.views.answers import attempt, items_of, meeting_to_record, readable_meeting, recording_refusal
from councils.voting import explain, explain_json
from orgs.answers import show_refusal

FORM_METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 100
PRINTED = 200  # ballots of one print
# Ballots to a sheet: (letters of a line, lines for the questions and the boxes below them).
ROOM = {4: (21, 7), 2: (40, 10)}


def assembly_of(meeting):
    """The assembly of `meeting`, which knows its meeting; 404 when its ballots are not made."""
    assembly = get_object_or_404(OwnersAssembly.objects.select_related("roll", "silent_rule"), meeting=meeting)
    assembly.meeting = meeting
    return assembly


@require_safe
def owners_assembly(request, pk):
    """The owners' ballots of one meeting: how far they are, and what comes next."""
    meeting = readable_meeting(request, pk)
    if not meeting.by_ballots:
        return redirect("owner_ballots_make", meeting.pk)
    assembly, items = assembly_of(meeting), items_of(meeting)
    found = actions.reckon(assembly, items)
    ballots = list(assembly.ballots.with_progress())
    context = {
        "meeting": meeting,
        "items": items,
        "assembly": assembly,
        "progress": found.progress,
        "refusal": recording_refusal(request.user, meeting, request.today),
        "different": [row for row in ballots if not row.voided_at and row.paper.stand == Stand.DIFFERENT],
        "void": [row for row in ballots if row.voided_at],
        "over": actions.why_over(assembly),
        "entry_closed": actions.why_not_entered(assembly, request.today),
        "count_closed": actions.why_not_closable(assembly, found.progress, request.today),
        "results": [result_of(meeting, found, item) for item in items] if assembly.closed_at else [],
        "tellers": [(TellerRole(row["role"]).label, row["name"]) for row in assembly.tellers],
    }
    return render(request, "councils/owners/assembly.html", context)


def result_of(meeting, found, item):
    """One question by a `Reckoning`: its sums, and what follows with and without owners who returned no ballot."""
    sums = found.counted.items[item.pk]
    return {
        "item": item,
        "sums": [(choice.label, sums.heads[choice], sums.area[choice]) for choice in Marked],
        "explanation": explain_json(outcome_of(meeting, found.counted, item.pk).as_json() | found.silent),
        "without": explain(outcome_of(meeting, found.plain, item.pk)) if found.ruled else None,
    }


@require_http_methods(FORM_METHODS)
def owner_ballots_make(request, pk):
    """Make the ballots of a meeting of owners by a roll, which is fixed with it."""
    meeting = meeting_to_record(request, pk)
    if not meeting.rule.by_area:
        raise Http404
    if meeting.by_ballots and request.method != "POST":
        return redirect("owners_assembly", meeting.pk)
    rolls = list(OwnerRoll.objects.filter(unit=meeting.unit))
    rule = AdoptedRule.objects.filter(unit=meeting.unit, ended_on=None, adopted_on__lte=meeting.notice_on).first()
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        meeting=meeting,
        rolls=rolls,
        rule=rule,
        today=request.today,
        before=OwnersAssembly.objects.filter(meeting__unit=meeting.unit).order_by("pk").last(),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request,
            form,
            lambda: actions.open_assembly(by=request.user, at=request.at, meeting=meeting, **form.cleaned_data),
            row=meeting,
            closed=lambda fresh: actions.why_no_ballots(fresh, request.today),
        )
        if answer is None:
            messages.success(request, _("The ballots are made. Print them next."))
            return redirect("owners_assembly", meeting.pk)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {
        "meeting": meeting,
        "items": items_of(meeting),
        "form": form,
        "rolls": rolls,
        "closed": actions.why_no_ballots(meeting, request.today),
    }
    return render(request, "councils/owners/make.html", context, status=status)


@require_safe
def owner_ballots_print(request, pk):
    """The ballots to print, four to a sheet, each with its stub; a building or one ballot at a time if asked.

    For who runs the meeting: a sheet of numbered ballots in other hands could be filled in.
    """
    meeting = meeting_to_record(request, pk)
    assembly = assembly_of(meeting)
    ballots, building = narrowed(request, assembly.ballots.standing().with_doors())
    if request.GET.get("serial", "").isdecimal():
        ballots = ballots.filter(serial=int(request.GET["serial"][:9]))
    page = Paginator(ballots, PRINTED).get_page(request.GET.get("page"))
    if request.method == "GET":
        actions.note_roll_read(by=request.user, at=request.at, roll=assembly.roll, what="print_owner_ballots")
    items = items_of(meeting)
    number, rows = per_sheet([item.motion for item in items]), list(page)
    context = {
        "meeting": meeting,
        "items": items,
        "assembly": assembly,
        "page": page,
        "per_sheet": number,
        "sheets": [rows[start : start + number] for start in range(0, len(rows), number)],
        "buildings": buildings_of(assembly),
        "building": building,
    }
    return render(request, "councils/owners/print.html", context)


def per_sheet(motions):
    """How many ballots with these questions find room on a sheet of A4, without a page break inside one."""
    for number, (letters, lines) in ROOM.items():
        if sum(1 + -(-len(motion) // letters) for motion in motions) <= lines:
            return number
    return 1


def buildings_of(assembly):
    """The buildings of the roll, in the order of the sheet."""
    return list(dict.fromkeys(assembly.roll.units.order_by("pk").values_list("building", flat=True)))


def narrowed(request, ballots):
    """(ballots of the building that is asked for, that building or None)."""
    building = request.GET.get("building")
    if building is None:
        return ballots, None
    heads = ballots.filter(head__units__building=building.replace("\0", "")).order_by().values("pk")
    return ballots.filter(pk__in=heads), building


@require_http_methods(FORM_METHODS)
def owner_delivery(request, pk):
    """The delivery log: who got a ballot; the others are ticked, a building at a time."""
    meeting = meeting_to_record(request, pk)
    assembly = assembly_of(meeting)
    form = DeliveryForm(request.POST if request.method == "POST" else None, initial={"on": request.today.isoformat()})
    ticked, signed = form.ticked
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            number = actions.deliver(
                by=request.user, at=request.at, assembly=assembly, ballots=ticked, signed=signed, **form.cleaned_data
            )
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, _("%(number)s deliveries are entered.") % {"number": number})
            return redirect(request.get_full_path())
    ballots, building = narrowed(request, assembly.ballots.standing().with_progress().with_doors())
    ballots = ballots.order_by("delivered", "serial")
    page = Paginator(ballots.prefetch_related("deliveries"), PER_PAGE).get_page(request.GET.get("page"))
    for ballot in page:
        ballot.delivery = next((row for row in ballot.deliveries.all() if row.withdrawn_at is None), None)
        ballot.ticked, ballot.ticked_signed = ballot.pk in ticked, ballot.pk in signed
    if request.method == "GET":
        actions.note_roll_read(by=request.user, at=request.at, roll=assembly.roll, what="read_delivery_log")
    context = {
        "meeting": meeting,
        "assembly": assembly,
        "form": form,
        "page": page,
        "buildings": buildings_of(assembly),
        "building": building,
        "closed": actions.why_over(assembly),
    }
    return render(request, "councils/owners/delivery.html", context, status=status)


def ballot_of(assembly, serial):
    """The ballot with this number, with its progress and doors; 404 when there is none."""
    return get_object_or_404(assembly.ballots.with_progress().with_doors(), serial=serial)


@require_http_methods(FORM_METHODS)
def owner_ballot(request, pk, serial):
    """One ballot: its deliveries; taken back, or issued again when it is spoiled or lost."""
    meeting = meeting_to_record(request, pk)
    assembly = assembly_of(meeting)
    ballot = ballot_of(assembly, serial)
    withdrawing = "withdraw-reason" in request.POST
    void = WhyForm(
        request.POST if request.method == "POST" and not withdrawing else None,
        label=_("Why the ballot is void"),
        prefix="void",
    )
    withdraw = WhyForm(request.POST if withdrawing else None, label=_("What was wrong"), prefix="withdraw")
    sent, verb = (withdraw, actions.withdraw_delivery) if withdrawing else (void, actions.reissue)
    status = 200
    if request.method == "POST" and sent.is_valid():
        try:
            done = verb(by=request.user, at=request.at, ballot=ballot, reason=sent.cleaned_data["reason"])
        except Refused as refused:
            show_refusal(sent, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            if withdrawing:
                messages.success(request, _("The delivery is taken back."))
                return redirect("owner_ballot", meeting.pk, serial)
            messages.success(request, _("The new ballot has the number %(serial)s.") % {"serial": done.label})
            return redirect("owner_ballot", meeting.pk, done.serial)
    context = {
        "meeting": meeting,
        "ballot": ballot,
        "deliveries": list(ballot.deliveries.all()),
        "void": void,
        "withdraw": withdraw,
        "sent": sent,
        "void_closed": actions.why_not_reissued(assembly, ballot),
        "may_withdraw": ballot.delivered and not ballot.looks and not actions.why_over(assembly),
    }
    return render(request, "councils/owners/ballot.html", context, status=status)
