"""Procedures that a street defines: rows of plain data, from which a `Procedure` is built out of the same parts.

The same plain data is what a matter keeps of the procedure it began with, so it must be readable for ever: keys of
parts, bodies, rules and places are never renamed.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.procedures import parts
from councils.procedures.parts import FITTING, PLACES
from councils.procedures.steps import At, Audience, Deliberation, Procedure, Sitting


@dataclass(frozen=True)
class Part:
    """A kind of step to choose from. `build(label, *sittings, key=..., audience=...)` makes it.

    `name`: what the step is called where nobody calls it otherwise. `fixed`: the law says who does it, so that no body
    is chosen.
    """

    key: str
    title: str | Promise
    build: object
    name: str | Promise = ""
    fixed: bool = False


PARTS = {
    part.key: part
    for part in (
        Part("sort", _("Triage: major, minor or private matter"), parts.sort, _("Sorted by the joint meeting")),
        Part("suggest", _("Suggestion (does not bind)"), parts.suggest, pgettext_lazy("short step", "Suggestion")),
        Part("propose", _("Proposal of the Party organisation"), parts.propose),
        Part("consult", _("Consultation (does not bind)"), parts.consult, pgettext_lazy("short step", "Consultation")),
        Part("confer", _("Conferral"), parts.confer, pgettext_lazy("short step", "Conferral")),
        Part("advise", _("Advice (does not bind)"), parts.advise, pgettext_lazy("short step", "Advice")),
        Part("review", _("Review by the Party members"), parts.review),
        Part("resolve", _("Decision by the body that the law names"), parts.resolve, fixed=True),
        Part("disclose", _("Resolution disclosed"), parts.disclose, fixed=True),
        Part("implement", _("Implementation"), parts.implement, fixed=True),
        Part(
            "evaluate",
            _("Evaluation after the work (does not bind)"),
            parts.evaluate,
            pgettext_lazy("short step", "Evaluation"),
        ),
        Part("disclose_outcome", _("Outcome disclosed"), parts.disclose_outcome, fixed=True),
    )
}
# What every procedure ends with; a new one is offered with these rows.
LAST_PARTS = ("resolve", "disclose", "implement", "disclose_outcome")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a procedure as somebody filled it in. `alternative`: another body that may hold the step above."""

    part: str
    label: str = ""
    body: str = ""
    at: str = At.HERE.value
    rule: str = ""
    audience: str = ""
    alternative: bool = False
    with_before: bool = False


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A whole procedure as somebody filled it in. `place`: a key of PLACES; `supervised`: an opinion at every step."""

    key: str
    version: str
    title: str
    place: str
    basis: str
    in_force_from: date
    about: str = ""
    supervised: bool = False
    confirmed: bool = False
    rows: tuple[Row, ...] = ()


def snapshot(outline):
    """The outline as JSON values; what is empty is left out."""
    plain = {name: getattr(outline, name) for name in Outline.__dataclass_fields__ if name != "rows"}
    plain["in_force_from"] = outline.in_force_from.isoformat()
    rows = [{name: value for name, value in vars(row).items() if value} for row in outline.rows]
    return {**plain, "rows": rows}


def procedure_from(data):
    """The `Procedure` of a snapshot. The same object for the same data."""
    return _procedure(json.dumps(data, sort_keys=True))


@lru_cache(maxsize=256)
def _procedure(text):
    data = json.loads(text)
    rows = tuple(Row(**row) for row in data.pop("rows"))
    return build(Outline(**{**data, "in_force_from": date.fromisoformat(data["in_force_from"])}, rows=rows))


def build(outline):
    """The `Procedure` that the rows describe, sound or not: `check_procedure` says. KeyError for an unknown part."""
    place = PLACES[outline.place]
    steps, seen = [], {}
    for first, others in _grouped(outline.rows):
        part = PARTS[first.part]
        number = seen[part.key] = seen.get(part.key, 0) + 1
        step = _fixed(part, first, place) if part.fixed else _held(part, first, others, number)
        if isinstance(step, Deliberation):
            step = replace(step, supervised=outline.supervised, with_before=first.with_before)
            step = _returning(step, steps)
        steps.append(step)
    return Procedure(
        key=outline.key,
        version=outline.version,
        in_force_from=outline.in_force_from,
        title=outline.title,
        steps=tuple(steps),
        basis=outline.basis,
        about=outline.about,
        local=True,
        unconfirmed=not outline.confirmed,
        **parts.at_place(place),
    )


def _grouped(rows):
    """[(row, [rows of other bodies that may hold the same step])]."""
    groups = []
    for row in rows:
        if row.alternative and groups:
            groups[-1][1].append(row)
        else:
            groups.append((row, []))
    return groups


def _fixed(part, row, place):
    more = {"label": row.label} if row.label else {}
    return part.build(**more) if part.key == "implement" else part.build(place, **more)


def _held(part, first, others, number):
    key = part.key if number == 1 else f"{part.key}_{number}"
    audience = {"audience": Audience(first.audience)} if first.audience else {}
    sittings = [_sitting(row) for row in (first, *others) if row.body]
    return part.build(first.label or part.name or part.title, *sittings, key=key, **audience)


def _sitting(row):
    rules = (row.rule,) if row.rule else FITTING.get(row.body, ())
    return Sitting(row.body, rules, At(row.at))


def _returning(step, before):
    """The step with where a matter goes back to: what the part says if there is such a step, else the one before."""
    known = [row.key for row in before if isinstance(row, Deliberation)]
    if not step.again_from or step.again_from in (*known, step.key):
        return step
    return replace(
        step,
        again_from=known[-1] if known else step.key,
        lost=_("Voted down: it is not implemented; it may be raised again.")
        if step.binding
        else _("Returned for changes, or not pursued; who disagreed is heard."),
    )
