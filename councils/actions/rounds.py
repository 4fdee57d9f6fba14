"""Rounds of a matter: what one was about is kept when the next begins, and the steps that do not count any more go."""

from django.utils.translation import gettext as _

from councils.actions.common import save
from councils.models import Round

TEXT = ("title", "short_title", "plan", "motion")


def begin_round(matter, step, *, on, annulled_by=None, undone_by=None):
    """End the present round of the locked `matter` on the day `on` and open the step `step` again, or its first one.

    The steps done from there on do not count any more, because of the vote `annulled_by` or the turn `undone_by`. The
    notices stay with the round they belong to. The caller saves `round` and both notices of the matter.
    """
    Round.objects.create(
        matter=matter,
        number=matter.round,
        status=undone_by.from_status if undone_by else matter.status,
        ended_on=on,
        resolution_notice=matter.resolution_notice,
        outcome_notice=matter.outcome_notice,
        budget=_budget(matter),
        **{name: getattr(matter, name) for name in TEXT},
    )
    keys = [row.key for row in matter.steps]
    start = keys.index(step) if step in keys else 0
    undone = matter.steps_done.standing().filter(step__in=keys[start:])
    undone.update(annulled_by=annulled_by, undone_by=undone_by)
    matter.round += 1
    matter.resolution_notice = matter.outcome_notice = None


def reopen_round(matter, number):
    """A corrected count shows that the round `number` of the locked `matter` goes on."""
    matter.round = number
    save(matter, "round")
    matter.forget_progress()
    matter.rounds.filter(number__gte=number).delete()


def why_round_stands(item):
    """Why the count of the confirmed vote on `item` cannot change where its matter stands; None when it can."""
    matter = item.matter
    if matter.turns.filter(at__gte=item.meeting.confirmed_at).exists():
        return _("The matter has taken another course since; this count stands.")
    kept = matter.rounds.filter(number=item.round).first()
    if kept and (any(getattr(kept, name) != getattr(matter, name) for name in TEXT) or kept.budget != _budget(matter)):
        return _("The text has been changed since the vote; this count stands.")
    return None


def _budget(matter):
    return [
        {"kind": line.kind, "label": line.label, "planned": line.planned, "actual": line.actual}
        for line in matter.lines.all()
    ]
