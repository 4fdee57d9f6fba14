"""What else can happen to a matter, beside the next step: the turns that fit where it stands."""

from django.urls import reverse
from django.utils.translation import gettext as _

from councils import actions
from councils.enums import TurnKind
from councils.procedures import TURNS
from councils.views.todo import Next
from orgs.permissions import refusal
from orgs.powers import Power


def other_ways(matter, story, user, on):
    """What else can happen to `matter` on the day `on`: a `Next` each, closed with its reason where it must wait.

    Only what fits where the matter stands; reads a matter loaded with `for_page()`.
    """
    found = []
    for finding in story.findings:
        if not finding.verdict:
            found.append(
                Next(
                    label=_("Answer the finding of the supervision committee"),
                    url=finding.get_absolute_url(),
                    reason=refusal(user, Power.CONFIRM_RECORDS, matter.unit.path, on=on) or "",
                )
            )
    for row in TURNS.values():
        if row.kind == TurnKind.VOID or actions.why_not_there(matter, row.kind, on):
            continue
        closed = actions.why_not_turned(matter, row.kind, on)
        if closed and row.kind in (TurnKind.OBJECTION, TurnKind.ANSWERED):
            continue
        found.append(
            Next(
                label=str(row.label),
                url=reverse("matter_turn", args=[matter.pk, row.kind.value]),
                reason=refusal(user, row.power, matter.unit.path, on=on) or closed or "",
            )
        )
    if not actions.why_no_finding(matter, on):
        found.append(
            Next(
                label=_("Record a fault in the procedure"),
                url=reverse("finding_new", args=[matter.pk]),
                reason=refusal(user, Power.REVIEW_NOTICES, matter.unit.path, on=on) or "",
            )
        )
    return found
