"""Registering a matter, and changing it while nothing was decided yet."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.errors import Mistaken, Refused
from councils.actions.common import (
    already_done,
    check_seen,
    create_once,
    lock_matter,
    record,
    refuse,
    refuse_in_field,
    today,
)
from councils.enums import LineKind, Origin, Status
from councils.models import Authorisation, BudgetLine, LocalProcedure, LocalRule, Matter, MatterFile, Petition
from councils.permissions import require_at
from councils.procedures import (
    CATEGORIES,
    STATUTORY_CALLS,
    NoProcedure,
    Procedure,
    days_to_call,
    last_day_to_call,
    procedure_for,
    procedures_on,
    propose,
    why_not_asked_by,
    why_not_called,
    why_not_here,
    why_not_lawful,
)
from councils.registers import registered_for, why_base_unexplained
from disclosure.actions.common import refuse_personal_data
from disclosure.numbers import next_serial
from orgs.powers import Power

SERIES = "matter"
NUMBER_WORD = "议"
REPRESENTATIVES = ("residents_reps", "villagers_reps")


@transaction.atomic
def register_matter(
    *,
    by,
    at,
    unit,
    token,
    title,
    short_title,
    category,
    origin,
    plan,
    motion,
    lines=(),
    origin_text="",
    initiator_kind="",
    initiator_count=None,
    initiator_base=None,
    statutory_call="",
    counted_by="",
    counted_on=None,
    base_source="",
    difference="",
    owners_item=None,
    common_parts=False,
    procedure="",
    deciding_body="",
    responsible=None,
    responsible_title="",
    starts_on=None,
    ends_on=None,
    supervisor=None,
    registered_on=None,
    files=(),
):
    """Register a matter at `unit` under the next number of the year; the portal proposes procedure, body and rule.

    `token`: a UUID made with the form, so that a form sent twice registers once. `lines`: (kind, label, fen) of the
    budget; items and sources must have the same sum. `files`: (Attachment, label). `procedure` chooses another one of
    `procedure_choices` than the proposed, `deciding_body` the meeting of all instead of the proposed body.
    With a `statutory_call` go who counted the signatures, on which day, and `base_source`, the register they are
    counted against; where the portal knows another number, `difference` says why. Where an authorisation of the
    representatives covers the category, they decide. `registered_on` may lie in the past: the register may be on paper.
    Everybody can read a matter, so personal data in it is refused. Needs `run_meetings`.
    """
    on = today(at)
    require_at(by, Power.RUN_MEETINGS, unit, on)
    if Matter.objects.filter(token=token).exists():
        raise already_done()
    registered_on = registered_on or on
    if registered_on > on:
        raise Mistaken({"registered_on": _("This day has not come yet.")})
    authorisation = authorisation_for(unit, category, registered_on)
    asked = {
        "unit": unit,
        "category": category,
        "registered_on": registered_on,
        "owners_item": owners_item,
        "common_parts": common_parts,
        "representatives_authorised": authorisation is not None,
        "call": statutory_call or None,
    }
    proposal, usual = _proposal(**asked)
    chosen = _chosen(procedure, proposal, usual, unit=unit, on=registered_on)
    body, rule = _decider(chosen.procedure, proposal, deciding_body, statutory_call)
    refuse(_why_call_fails(statutory_call, initiator_count, initiator_base, registered_on))
    if statutory_call:
        refuse_in_field("initiator_kind", why_not_asked_by(STATUTORY_CALLS[statutory_call], initiator_kind))
        _check_count(counted_by, counted_on, base_source, registered_on)
        registered = registered_for(initiator_kind, unit, counted_on)
        basis = STATUTORY_CALLS[statutory_call].basis
        refuse_in_field("difference", why_base_unexplained(registered, initiator_base, difference, basis))
    _check_fields(title=title, motion=motion, plan=plan, origin=origin, starts_on=starts_on, ends_on=ends_on)
    refuse_personal_data(unit, title, short_title, motion, plan, origin_text, base_source, difference)
    check_budget(lines)

    def build():
        matter = Matter.objects.create(
            unit=unit,
            year=registered_on.year,
            serial=next_serial(unit, SERIES, registered_on.year),
            prefix=f"{unit.short_name or unit.name}{NUMBER_WORD}",
            title=title.strip(),
            short_title=short_title.strip(),
            category=category,
            origin=origin,
            origin_text=origin_text.strip(),
            initiator_kind=initiator_kind,
            initiator_count=initiator_count,
            initiator_base=initiator_base,
            statutory_call=statutory_call,
            procedure=chosen.procedure.key,
            procedure_version=chosen.procedure.version,
            local_procedure=chosen.local,
            procedure_data=chosen.local and chosen.local.snapshot,
            deciding_body=body,
            rule_key=rule,
            authorisation=authorisation if body in REPRESENTATIVES else None,
            why=_reasons(asked, chosen.procedure, authorisation, chose_all=body != proposal.body),
            plan=plan.strip(),
            motion=motion.strip(),
            responsible=responsible,
            responsible_title=responsible_title.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
            supervisor=supervisor,
            status=Status.REGISTERED,
            registered_on=registered_on,
            registered_at=at,
            registered_by=by,
            token=token,
        )
        _write_lines(matter, lines)
        if statutory_call:
            differs = registered if registered and not registered.fits(initiator_base) else None
            _petition(
                matter,
                counted_by=counted_by.strip(),
                counted_on=counted_on,
                base_source=base_source.strip(),
                registered=differs and differs.number,
                difference=difference.strip() if differs else "",
                entered_by=by,
                entered_at=at,
            )
        MatterFile.objects.bulk_create(
            [MatterFile(matter=matter, attachment=attachment, label=label) for attachment, label in files]
        )
        return matter

    matter = create_once(build)
    record(by=by, verb="register_matter", at=at, row=matter)
    return matter


EDITABLE = (
    "title",
    "short_title",
    "plan",
    "motion",
    "origin",
    "origin_text",
    "responsible",
    "responsible_title",
    "starts_on",
    "ends_on",
    "supervisor",
)


@transaction.atomic
def edit_matter(*, by, at, matter, seen, lines=None, **changes):
    """Change a matter before the first deliberation, or when it was returned for changes.

    `changes` are columns of EDITABLE; `lines`, when given, replace the budget. `seen` is `matter.version` of the form.
    What was there before is kept in the event. Needs `run_meetings`.
    """
    matter = lock_matter(matter.pk)
    require_at(by, Power.RUN_MEETINGS, matter.unit, today(at))
    check_seen(matter, seen)
    refuse(why_not_editable(matter))
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"edit_matter cannot change {sorted(unknown)}")
    before = {name: _plain(getattr(matter, name)) for name in changes}
    for name, value in changes.items():
        setattr(matter, name, value.strip() if isinstance(value, str) else value)
    _check_fields(
        title=matter.title,
        motion=matter.motion,
        plan=matter.plan,
        origin=matter.origin,
        starts_on=matter.starts_on,
        ends_on=matter.ends_on,
    )
    refuse_personal_data(matter.unit, matter.title, matter.short_title, matter.motion, matter.plan, matter.origin_text)
    if lines is not None:
        check_budget(lines)
        old = list(matter.lines.all())
        before["lines"] = [[line.kind, line.label, line.planned] for line in old]
        matter.lines.all().delete()
        # What an earlier round spent is spent, whatever the new plan says.
        _write_lines(matter, lines, spent={(line.kind, line.label): line.actual for line in old})
    matter.version += 1
    matter.save(update_fields=[*changes, "version"])
    record(by=by, verb="edit_matter", at=at, row=matter, before=before)
    return matter


def why_not_editable(matter):
    """Why the text and budget of `matter` stand; None while they may change."""
    if matter.status not in (Status.REGISTERED, Status.RETURNED):
        return _("A deliberation has begun: the text stands unless the matter is returned for changes.")
    if matter.items.filter(void=False, round=matter.round).exists():
        return _("A meeting has been called on this text; call it off before changing the text.")
    return None


def check_budget(lines):
    """Mistaken unless items and sources of `lines` (kind, label, fen) have the same sum and every line says what."""
    totals = {kind: sum(amount for own, _label, amount in lines if own == kind) for kind in LineKind}
    if any(amount < 0 for _kind, _label, amount in lines):
        raise Mistaken({"lines": _("An amount is never negative.")})
    if any(not label.strip() for _kind, label, _amount in lines):
        raise Mistaken({"lines": _("Every line of the budget says what it is for.")})
    if len({(kind, label.strip()) for kind, label, _amount in lines}) != len(lines):
        raise Mistaken({"lines": _("A line of the budget is there twice.")})
    if totals[LineKind.ITEM] != totals[LineKind.SOURCE]:
        raise Mistaken({"lines": _("The items of cost and the sources of money do not add up to the same sum.")})


def _proposal(*, unit, registered_on, **asked):
    """What the portal proposes, and the version of the procedure in force when the matter was registered."""
    try:
        proposal = propose(level=unit.level, kind=unit.kind, **asked)
        if unit.level not in proposal.procedure.levels:
            raise Refused(" ".join(proposal.reasons))
        return proposal, procedure_for(proposal.procedure.key, registered_on)
    except NoProcedure as none:
        raise Refused(str(none)) from none


@dataclass(frozen=True)
class Choice:
    """A procedure that a new matter could take, and why not (None: it may). `local`: the street's row of it."""

    value: str
    procedure: Procedure
    why_not: str | None = None
    local: LocalProcedure | None = None


def procedure_choices(unit, proposal, on):
    """Every `Choice` at `unit` on the day `on`, the proposed procedure first, unlawful ones with their reason.

    `proposal`: what the law asks for this matter. Two queries.
    """
    place = {"level": unit.level, "kind": unit.kind}
    rows = [(key, row, None) for key, row in procedures_on(on).items()]
    rows += [(f"local-{row.pk}", row.procedure, row) for row in LocalProcedure.objects.at(unit, on)]
    choices = [
        Choice(value, row, why_not_lawful(row, proposal, **place), local)
        for value, row, local in rows
        if why_not_here(row, **place) is None
    ]
    return sorted(choices, key=lambda choice: choice.procedure.key != proposal.procedure.key)


def _chosen(value, proposal, usual, *, unit, on):
    """The `Choice` of `value`, by default the usual procedure. Mistaken for one that the law or the day forbids."""
    if not value or value == usual.key:
        return Choice(usual.key, usual)
    choice = next((row for row in procedure_choices(unit, proposal, on) if row.value == value), None)
    if choice is None:
        raise Mistaken({"procedure": _("This procedure is for other places.")})
    if choice.why_not:
        raise Mistaken({"procedure": choice.why_not})
    if choice.local:
        # Nobody changes this version while the matter takes it.
        return replace(choice, local=LocalProcedure.objects.select_for_update(no_key=True).get(pk=choice.local.pk))
    return choice


def _decider(procedure, proposal, chosen, statutory_call):
    """(body kind, rule): as proposed, or the meeting of all when somebody chose it."""
    if not chosen or chosen == proposal.body:
        return proposal.body, proposal.rule
    bodies = procedure.deciding_step.bodies
    if chosen != bodies[-1] or statutory_call:
        raise Mistaken({"deciding_body": _("This matter cannot be left to that body.")})
    return chosen, procedure.deciding_step.rules_of(chosen)[0]


def authorisation_for(unit, category, on):
    """The authorisation that lets the representatives of `unit` decide what the meeting of all decides otherwise."""
    if CATEGORIES[category].decider != "meeting":
        return None
    rows = Authorisation.objects.of(unit).in_force(on).filter(categories__contains=[category])
    return rows.first()


def _reasons(asked, procedure, authorisation, *, chose_all):
    """{language: sentences}: why this procedure and this body, as known today, for readers of either language."""
    why = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            proposal, _procedure = _proposal(**asked)
            why[language] = [str(reason) for reason in proposal.reasons]
            if procedure.local:
                why[language].append(_("This procedure was chosen: %(title)s.") % {"title": procedure.title})
            if authorisation is not None:
                words = {"day": date_format(authorisation.given_on, "DATE_FORMAT"), "source": authorisation.source}
                why[language].append(_("Authorised on %(day)s: %(source)s.") % words)
            if chose_all:
                why[language].append(_("The meeting of all was chosen to decide it."))
    return why


def _why_call_fails(key, count, base, on):
    if not key:
        return None
    if not count or not base:
        return _("Say how many of how many call for it.")
    return why_not_called(STATUTORY_CALLS[key], count, base, on)


def _check_count(counted_by, counted_on, base_source, registered_on):
    """Mistaken unless the count of the signatures is documented."""
    needed = (("counted_by", counted_by.strip()), ("counted_on", counted_on), ("base_source", base_source.strip()))
    errors = {name: _("A call by law needs this: the signatures are counted.") for name, value in needed if not value}
    if counted_on and counted_on > registered_on:
        errors["counted_on"] = _("The signatures are counted before the matter is registered.")
    if errors:
        raise Mistaken(errors)


def _petition(matter, *, counted_on, **columns):
    """The count of the signatures of the new `matter`, and the last day on which the meeting may be called."""
    local = LocalRule.objects.at(matter.unit).in_force(counted_on).filter(rule_key=matter.rule_key)
    own = local.exclude(call_days=None).last()
    days = own.call_days if own else days_to_call(matter.deciding_body)
    return Petition.objects.create(
        matter=matter,
        counted_on=counted_on,
        days=days,
        days_basis=own.document if own else "",
        due_on=last_day_to_call(counted_on, days),
        **columns,
    )


def _check_fields(*, title, motion, plan, origin, starts_on, ends_on):
    errors = {
        name: _("This is needed.")
        for name, value in (("title", title), ("motion", motion), ("plan", plan))
        if not value.strip()
    }
    if origin not in Origin.values:
        errors["origin"] = _("This is needed.")
    if starts_on and ends_on and ends_on < starts_on:
        errors["ends_on"] = _("The end lies before the beginning.")
    if errors:
        raise Mistaken(errors)


def _write_lines(matter, lines, spent=None):
    rows = [(kind, label.strip(), amount) for kind, label, amount in lines]
    BudgetLine.objects.bulk_create(
        [
            BudgetLine(
                matter=matter,
                kind=kind,
                label=label,
                planned=amount,
                actual=(spent or {}).get((kind, label)),
                position=place,
            )
            for place, (kind, label, amount) in enumerate(rows)
        ]
    )


def _plain(value):
    """A column as a JSON value."""
    return value if value is None or isinstance(value, str | int) else str(value)
