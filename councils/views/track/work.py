"""The work between the two disclosures."""

from django.utils.translation import gettext as _

from councils.enums import MilestoneKind, Status
from councils.views.track.dates import day_text, month_text
from orgs.village import in_place


def implement(matter, view, on):
    """Fill `view` with what happened up to the day `on`."""
    milestones = [row for row in matter.milestones.all() if row.on <= on]
    started = next((row.on for row in milestones if row.kind == MilestoneKind.STARTED), None)
    accepted = next((row.on for row in milestones if row.kind == MilestoneKind.ACCEPTED), None)
    view.on = started or (milestones[0].on if milestones else None)
    view.until = accepted
    if matter.status == Status.ACCEPTED:
        view.tag, view.tag_kind = Status.ACCEPTED.label, "good"
    elif matter.status == Status.IMPLEMENTING:
        view.tag, view.tag_kind = Status.IMPLEMENTING.label, "good"
    lines = []
    selection = getattr(matter, "selection", None)
    if selection and selection.on <= on:
        lines.append((selection.on, selection_sentence(selection, matter.unit, on)))
    lines += [(row.on, milestone_sentence(row, on)) for row in milestones]
    view.notes = tuple(text for _on, text in sorted(lines, key=lambda line: line[0]))
    if not view.notes and matter.starts_on and matter.ends_on and view.state in ("now", "todo"):
        view.text = _("Planned from %(first)s to %(last)s.") % {
            "first": month_text(matter.starts_on),
            "last": month_text(matter.ends_on),
        }


def selection_sentence(selection, unit, on=None):
    """How the contractor was chosen, in one sentence in the words of `unit`."""
    words = {
        "day": day_text(selection.on, on),
        "method": selection.method,
        "offers": selection.offers,
        "result": selection.result.rstrip("。."),
    }
    if selection.supervised:
        text = _("%(day)s: %(method)s among %(offers)s, %(result)s; the supervision committee was present.")
        return in_place(text, unit) % words
    return _("%(day)s: %(method)s among %(offers)s, %(result)s.") % words


def milestone_sentence(row, on=None):
    """One milestone in one sentence."""
    words = {"day": day_text(row.on, on), "what": row.get_kind_display(), "text": row.text.rstrip("。.")}
    if row.kind == MilestoneKind.OTHER:
        return _("%(day)s: %(text)s.") % words
    if row.text:
        return _("%(day)s: %(what)s (%(text)s).") % words
    return _("%(day)s: %(what)s.") % words
