"""Procedures for everyone: what happens in which order, in plain words; those of the portal and those of a street."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from councils.models import LocalProcedure
from councils.procedures import PROCEDURES, VERSIONS, At, Deliberation, Disclosure, Procedure
from councils.voting import versions_of
from orgs.enums import UnitKind
from orgs.offices import BODY_KINDS

STANDS = {
    At.HERE: "",
    At.BELOW: gettext_lazy("of a unit below"),
    At.ABOVE: gettext_lazy("of a unit above"),
}


@dataclass(frozen=True)
class Line:
    """One procedure in a list: its page, and how well it is founded."""

    procedure: Procedure
    url: str
    mark: str | Promise


def mark_of(procedure):
    """How well a procedure is founded, in the words that stand beside its name; empty for those of everywhere."""
    if procedure.unconfirmed:
        return _("local practice, unconfirmed")
    return _("local practice") if procedure.local else ""


def lines(unit=None, on=None):
    """The procedures of the portal as `Line`s, or those that streets above `unit` (and it itself) defined, on `on`."""
    if unit is None:
        rows = [(row, reverse("councils:procedure", args=[row.key])) for row in PROCEDURES.values()]
    else:
        rows = [(row.procedure, row.get_absolute_url()) for row in LocalProcedure.objects.at(unit, on)]
    return [Line(row, url, mark_of(row)) for row, url in rows]


@login_not_required  # how matters are taken is everybody's to know
@require_safe
def procedure(request, key):
    """One procedure of the portal."""
    if key not in PROCEDURES:
        raise Http404(key)
    return _page(request, PROCEDURES[key])


@login_not_required  # how matters are taken is everybody's to know
@require_safe
def local_procedure(request, code, key, version):
    """One version of a procedure that a street defined; older ones stay readable."""
    rows = LocalProcedure.objects.select_related("unit").prefetch_related("steps")
    local = get_object_or_404(rows, unit__code=code, key=key, version=version)
    return _page(request, local.procedure, local)


def _page(request, row, local=None):
    earlier = [] if local else [old for old in VERSIONS if old.key == row.key and old is not row]
    context = {"procedure": row, "local": local, "mark": mark_of(row), "steps": steps_of(row), "earlier": earlier}
    return render(request, "councils/procedure.html", context)


def steps_of(procedure):
    """The steps in plain words, for `councils/_procedure_track.html`."""
    village = UnitKind.VILLAGE in procedure.kinds
    return [
        {
            "number": procedure.number(step.key),
            "row": step,
            "sittings": [_sitting(sitting, village) for sitting in getattr(step, "sittings", ())],
            "notes": [str(note) for note in _notes(step)],
            "ways": getattr(step, "ways", ()),
            "is_disclosure": isinstance(step, Disclosure),
            "reviewer": BODY_KINDS[step.reviewer].title if isinstance(step, Disclosure) else "",
            "back_to": _back_to(procedure, step),
        }
        for step in procedure.steps
    ]


def _sitting(sitting, village):
    return {
        "body": BODY_KINDS[sitting.body].title_in(village),
        "stands": STANDS[sitting.at],
        "rules": [versions_of(key)[0] for key in sitting.rules],
    }


def _notes(step):
    """What is special about a meeting."""
    if not isinstance(step, Deliberation):
        return
    if step.advisory:
        yield _("Advice: it does not bind; the result is recorded and the next step opens.")
    if step.binding:
        yield _("This decision binds.")
    if step.with_before:
        yield _("In one meeting with the step before; both must be carried.")
    if step.supervised:
        yield _("The supervision committee gives its opinion, which stands in the record.")


def _back_to(procedure, step):
    """The name of the step where a matter begins again after this one was lost; empty when it says so itself."""
    if not isinstance(step, Deliberation) or step.advisory or not step.again_from:
        return ""
    return procedure.step(step.again_from).label
