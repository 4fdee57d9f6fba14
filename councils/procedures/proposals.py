"""Which procedure and deciding body fit a new matter, and why."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from councils.procedures.matters import CATEGORIES, OWNERS_ITEMS, STATUTORY_CALLS
from councils.procedures.order import NoProcedure, first_step, why_not_held_by
from councils.procedures.steps import Procedure
from councils.procedures.table import PROCEDURES
from orgs.enums import Level
from orgs.offices import BODY_KINDS


@dataclass(frozen=True)
class Proposal:
    """What the portal proposes for a new matter, and why; a person may choose otherwise where the law leaves room."""

    procedure: Procedure
    body: str
    rule: str
    first_step: str
    reasons: tuple[str, ...] = field(default=())


def propose(
    *, level, kind, category, owners_item=None, common_parts=False, representatives_authorised=False, call=None
):
    """Which procedure, deciding body and voting rule fit a matter, and why.

    `owners_item` is an item of CC 278 (1 to 9), `common_parts` says that owners' common parts are touched,
    `representatives_authorised` that the residents' meeting let the representatives decide it, `call` the key of a
    statutory call. Raises NoProcedure with a reason where no procedure fits.
    """
    about = CATEGORIES[category]
    statutory = STATUTORY_CALLS[call] if call else None
    if owners_item or common_parts or about.decider == "owners" or level == Level.COMPOUND:
        body, rule, reasons = _owners(level, about, owners_item, common_parts)
        procedure = PROCEDURES["four_two_compound"]
    else:
        procedure = _procedure_at(level, kind)
        body, reasons = _residents(procedure, about, representatives_authorised)
        rule = body
    if statutory:
        if why_not_held_by(procedure.deciding_step, statutory.body):
            raise NoProcedure(_("This call is not for the body that decides this matter."))
        if about.decider == "meeting" and statutory.body != body and not representatives_authorised:
            raise NoProcedure(_("The meeting of all must decide this; representatives cannot be called for it."))
        if statutory.body != body:
            body, rule = statutory.body, procedure.deciding_step.rules_of(statutory.body)[0]
        reasons.append(
            _("%(who)s called for it by law (%(basis)s): it goes straight to the vote of the meeting.")
            % {"who": statutory.label, "basis": statutory.basis}
        )
    return Proposal(procedure, body, rule, first_step(procedure, bool(statutory)).key, tuple(reasons))


def why_not_here(procedure, level, kind):
    """Why units of this level and kind do not use the procedure; None when they may."""
    if level in procedure.levels and kind in procedure.kinds:
        return None
    return _("This procedure is for other places.")


def why_not_lawful(procedure, proposal, *, level, kind):
    """Why a matter for which the law asks what `proposal` says may not go through `procedure`; None when it may.

    Whatever leads there, the body that the law names must be the one that decides, by the rule of the law.
    """
    elsewhere = why_not_here(procedure, level, kind)
    if elsewhere:
        return elsewhere
    if why_not_held_by(procedure.deciding_step, proposal.body, proposal.rule):
        return _("This matter is reserved to another body: %(body)s.") % {"body": BODY_KINDS[proposal.body].title}
    return None


def _procedure_at(level, kind):
    for procedure in PROCEDURES.values():
        if not procedure.local and why_not_here(procedure, level, kind) is None:
            return procedure
    raise NoProcedure(_("A matter belongs to a community, a village or a compound."))


def _owners(level, about, owners_item, common_parts):
    """The owners' assembly by the rule of the item, with reasons."""
    reasons = []
    if owners_item is None:
        owners_item = 7 if common_parts else 9
        reasons.append(
            _("No item of Civil Code article 278 was chosen; item %(item)s is assumed: %(title)s.")
            % {"item": owners_item, "title": OWNERS_ITEMS[owners_item].title}
        )
    item = OWNERS_ITEMS[owners_item]
    reasons.append(
        _("The owners decide together on this (Civil Code, article 278, item %(item)s): %(title)s.")
        % {"item": item.number, "title": item.title}
    )
    if level != Level.COMPOUND:
        reasons.append(_("A residents' meeting cannot decide it; register the matter at the compound."))
    return "owners_assembly", item.rule, reasons


def _residents(procedure, about, authorised):
    """The meeting or its representatives, with reasons."""
    representatives, meeting = procedure.deciding_step.bodies
    village = procedure.key == "four_two_village"
    if about.decider == "meeting" and (village or not authorised):
        if about.code == "M02":
            reason = _("Only the meeting of all decides on charter and covenant, unless it authorised others.")
        else:
            reason = _("One tenth of the residents ask for it: the meeting of all decides.")
        return meeting, [reason]
    if about.decider == "meeting":
        return representatives, [_("The residents' meeting authorised the representatives to decide it.")]
    reasons = [_("The representatives meeting decides major matters between meetings of all.")]
    if about.common_parts:
        reasons.append(
            _("Where common parts of a compound are altered, the owners decide instead (Civil Code, article 278).")
        )
    if village and about.code == "M07":
        reasons.append(_("Property of the rural collective is decided by the collective's own assembly."))
    return representatives, reasons
