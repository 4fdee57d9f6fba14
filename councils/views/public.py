"""Matters for everyone: the list of a unit and the page of one matter, also as data."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from councils.enums import LineKind
from councils.forms.matters import PublicFilter
from councils.logged import logged_resolution, with_resolutions
from councils.models import BudgetLine, Matter, Milestone, items_for_page, story_of, with_story
from councils.procedures import CATEGORIES
from councils.tables import MATTERS, PublicMatterTable
from councils.views.track import count_opinions, origin_sentence, outline, selection_sentence, stand, track
from disclosure import money
from orgs.exports import MEDIA_TYPES
from orgs.listing import Listing
from orgs.offices import BODY_KINDS
from orgs.prepared import Given, Prepared
from orgs.views import place_or_404

_NUMBERED = {name: Given(name) for name in ("unit__code", "year", "serial")}
_MATTER = Prepared(
    lambda: with_resolutions(with_story(Matter.objects.for_page())).filter(**_NUMBERED).prefetch_related(None),
    items=Prepared(lambda: items_for_page().filter(matter=Given("of"))),
    lines=Prepared(lambda: BudgetLine.objects.filter(matter=Given("of"))),
    milestones=Prepared(lambda: Milestone.objects.filter(matter=Given("of"))),
)


def public_matter(code, year, serial):
    """The matter with this number, loaded for its page. Http404 without."""
    matter = _MATTER.one(unit__code=code, year=year, serial=serial)
    if matter is None:
        raise Http404
    return matter


@login_not_required  # residents have no accounts
@require_safe
def matter(request, code, year, serial):
    """Where the matter stands, the account of each step, the money, whom to call. Six queries."""
    row = public_matter(code, year, serial)
    unit, above, _below, phones = place_or_404(code)
    row.unit = unit
    shown = track(row, request.today)
    context = {
        "matter": row,
        "unit": unit,
        "above": above,
        "phones": phones,
        "track": shown,
        "origin": origin_sentence(row),
        "budget": budget(row),
        "evaluation": getattr(row, "evaluation", None),
        "category": CATEGORIES[row.category].title,
        "procedure": row.procedure_row,
        "decider": BODY_KINDS[row.deciding_body].title,
        "object_url": object_url(row, request.today),
        "logged": logged_resolution(row),
    }
    return render(request, "councils/matter.html", context)


def object_url(matter, on):
    """Where to ask or object: the form of the notice that is on display, or None."""
    for notice, display in (
        (matter.outcome_notice, matter.outcome_display),
        (matter.resolution_notice, matter.resolution_display),
    ):
        if notice is not None and display.begun(on) and not display.ended(on):
            return reverse("notice_object", args=[matter.unit.code, notice.ref])
    return None


def budget(matter):
    """The two tables of the money: [(caption, head, lines, planned, actual)]; amounts as texts. Empty without lines."""
    lines = list(matter.lines.all())
    if not lines:
        return []
    amounts = [amount for line in lines for amount in (line.planned, line.actual) if amount is not None]
    decimals = any(amount % 100 for amount in amounts)

    def text(fen):
        if fen is None:
            return ""
        return money.account(fen) if decimals else money.account(fen).removesuffix(".00")

    tables = []
    for kind, caption, head in (
        (LineKind.ITEM, _("What it is spent on (yuan)"), pgettext("budget", "Item")),
        (LineKind.SOURCE, _("Where the money comes from (yuan)"), _("Source")),
    ):
        own = [line for line in lines if line.kind == kind]
        tables.append(
            {
                "caption": caption,
                "head": head,
                "lines": [(line.label, text(line.planned), text(line.actual)) for line in own],
                "planned": text(matter.total(kind)),
                "actual": text(matter.total(kind, actual=True)),
                "has_actual": any(line.actual is not None for line in own),
            }
        )
    return tables


def _listing(request, unit):
    """The public matters of `unit` as the filter asks for, newest first."""
    form = PublicFilter(request.GET)
    rows = Matter.objects.filter(unit=unit, registered_on__lte=request.today).with_progress()

    def prepare(matter):
        matter.unit = unit
        stand(matter, request.today)
        matter.pips = outline(matter, request.today)

    table = PublicMatterTable(form.filtered(rows, request.today).order_by("-year", "-serial"))
    addresses = {kind: reverse(f"matters_{kind}", args=[unit.code]) for kind in MEDIA_TYPES}
    return Listing(request, table, MATTERS, filters=form, prepare=prepare, unit=unit, addresses=addresses)


@login_not_required  # residents have no accounts
@require_safe
def matters(request, code):
    """The matters of a unit, newest first, each with its small track."""
    unit, above, _below, phones = place_or_404(code)
    listing = _listing(request, unit)
    return listing.page("councils/matter_list.html", {"unit": unit, "above": above, "phones": phones})


# Data


@login_not_required  # anyone may check
@require_safe
def matter_json(request, code, year, serial):
    """What the page of the matter says, as data; amounts in fen, areas in 0.01 m², days as YYYY-MM-DD."""
    row = public_matter(code, year, serial)
    return JsonResponse(facts(row, request.today), json_dumps_params={"ensure_ascii": False})


def facts(matter, on):
    """The public facts of a matter as plain values."""
    story = story_of(matter)
    shown = track(matter, on, story=story)
    opinions = count_opinions(story.objections, matter.resolution_display.window_until)
    evaluation = getattr(matter, "evaluation", None)
    selection = getattr(matter, "selection", None)
    return {
        "number": matter.number,
        "unit": {"code": matter.unit.code, "name": matter.unit.name},
        "url": matter.get_absolute_url(),
        "title": matter.title,
        "motion": matter.motion,
        "category": matter.category,
        "origin": matter.origin,
        "origin_text": origin_sentence(matter),
        "registered_on": _iso(matter.registered_on),
        "procedure": matter.procedure,
        "procedure_version": matter.procedure_version,
        "deciding_body": matter.deciding_body,
        "voting_rule": matter.rule_key,
        "responsible": matter.responsible.name if matter.responsible else None,
        "responsible_title": matter.responsible_title,
        "supervisor": matter.supervisor.name if matter.supervisor else None,
        "status": shown.status.value,
        "ended_reason": matter.ended_reason,
        "round": matter.round,
        "steps": [_step_facts(matter, step, on) for step in shown.steps],
        "course": [
            {"on": _iso(entry.on), "text": entry.text, "reason": entry.reason, "document": entry.document}
            for entry in shown.entries
        ],
        "turns": [
            {
                "kind": turn.kind,
                "ground": turn.ground,
                "on": _iso(turn.on),
                "from": turn.from_status,
                "to": turn.to_status,
                "step": turn.step,
                "round": turn.to_round,
            }
            for turn in story.turns
        ],
        "earlier_rounds": [_round_facts(row, shown) for row in story.rounds],
        "budget": [
            {"kind": row.kind, "label": row.label, "planned": row.planned, "actual": row.actual}
            for row in matter.lines.all()
        ],
        "selection": selection and selection_sentence(selection, matter.unit),
        "milestones": [
            {"kind": row.kind, "on": _iso(row.on), "text": row.text} for row in matter.milestones.all() if row.on <= on
        ],
        "evaluation": evaluation
        and {
            "on": _iso(evaluation.on),
            **{
                name: getattr(evaluation, name) for name in ("issued", "returned", "satisfied", "fairly", "unsatisfied")
            },
            "note": evaluation.note,
        },
        # Received and answered during the objection window, as the outcome notice counts them; then what came later.
        "objections": {"received": opinions.received, "answered": opinions.answered, "later": opinions.later},
    }


def _step_facts(matter, step, on):
    found = {"key": step.key, "number": step.number, "state": step.state, "body": step.body, "on": _iso(step.on)}
    if step.notice is not None:
        found["notice"] = {"number": step.notice.number, "url": step.notice.get_absolute_url()}
    if step.deliberation:
        found["sittings"] = [_sitting_facts(sitting) for sitting in step.sittings]
    return found


def _round_facts(row, shown):
    view = next((view for view in shown.rounds if view.number == row.number), None)
    return {
        "number": row.number,
        "status": row.status,
        "ended_on": _iso(row.ended_on),
        "title": row.title,
        "motion": row.motion,
        "budget": row.budget,
        "notice": row.resolution_notice.number if row.resolution_notice_id and row.resolution_notice else None,
        "steps": [
            {
                "key": step.key,
                "on": _iso(step.on),
                "sittings": [_sitting_facts(sitting) for sitting in step.sittings],
            }
            for step in (view.steps if view else ())
        ],
    }


def _sitting_facts(sitting):
    meeting = sitting.meeting
    found = {"body": str(meeting.body), "held_on": _iso(meeting.held_on), "outcome": meeting.outcome}
    if meeting.by_ballots and meeting.confirmed_at:
        found["ballots"] = meeting.quorum_result["paper"]
    if meeting.is_void:
        return found | {"entitled": meeting.entitled, "present": meeting.present}
    if sitting.explanation:
        vote = sitting.item.vote
        found |= {
            "entitled": vote.entitled,
            "present": vote.present,
            "method": vote.method,
            "for": vote.in_favour,
            "against": vote.against,
            "abstain": vote.abstain,
            "invalid": vote.invalid,
            "result": vote.outcome,
            "rule": vote.rule_key,
            "rule_version": vote.rule_version,
            "explanation": sitting.explanation.text,
        }
        if "areas" in vote.result:
            found["areas"] = vote.result["areas"]
        if sitting.item.step_row.is_public and vote.dissent:
            found["dissent"] = vote.dissent
    return found


def _iso(day):
    return day and day.isoformat()


@login_not_required  # anyone may check
@require_safe
def matters_sheet(request, code, kind):
    """The list as a sheet, CSV or XLSX: what everyone may know of each matter; money in yuan."""
    unit, *_around = place_or_404(code)
    return _listing(request, unit).sheet(kind)
