"""Whether a procedure is sound and lawful: the same checks for those in the code and those that a street defines."""

from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from councils.enums import Status
from councils.procedures.parts import CO_ORDINATING, FITTING, PLACES
from councils.procedures.steps import At, Audience, Deliberation, Disclosure, Implementation, Purpose, Triage
from councils.voting import KEYS, RULES
from disclosure.catalogue import ITEMS
from disclosure.clocks import DISPLAY_DAYS
from orgs.offices import BODY_KINDS

MOST_STEPS = 12
LONGEST_KEY = 20
MEMBERS = {"party_assembly", "branch_assembly"}
AFTER_THE_DECISION = ("disclose", "implement", "disclose_outcome")


def check_procedure(procedure):
    """Every reason why `procedure` cannot be used, in words for who defined it; empty when it is sound."""
    place = place_of(procedure)
    if place is None:
        return [_("A procedure is for communities, for villages or for compounds.")]
    if not procedure.steps:
        return [_("A procedure has steps.")]
    reasons = [
        *_order(procedure),
        *_sense(procedure),
        *_decision(procedure, place),
        *(reason for step in procedure.steps for reason in _step(procedure, step)),
    ]
    return list(dict.fromkeys(reasons))


def place_of(procedure):
    """The `Place` whose levels and kinds the procedure is for, or None."""
    for place in PLACES.values():
        if set(procedure.levels) == set(place.levels) and set(procedure.kinds) <= set(place.kinds) and procedure.kinds:
            return place
    return None


def _order(procedure):
    """Steps that are missing, twice, or out of order."""
    steps, keys = procedure.steps, [step.key for step in procedure.steps]
    if len(steps) > MOST_STEPS:
        yield _("A procedure has at most %(number)s steps.") % {"number": MOST_STEPS}
    if len(set(keys)) < len(keys):
        yield _("A step is there twice: each has its own key.")
    if any(len(key) > LONGEST_KEY for key in keys):
        yield _("The key of a step is too long.")
    ends = [step for step in steps if not isinstance(step, Deliberation)]
    if tuple(step.key for step in ends) != AFTER_THE_DECISION or not _are_what_they_say(ends):
        yield _("After the decision come the disclosure of the resolution, the work and the disclosure of its outcome.")
        return
    if not isinstance(steps[-1], Disclosure):
        yield _("The disclosure of the outcome is the last step.")
    binding = [place for place, step in enumerate(steps) if getattr(step, "binding", False)]
    disclosed, done = keys.index("disclose"), keys.index("implement")
    if len(binding) == 1 and binding[0] != disclosed - 1:
        yield _("The resolution is disclosed straight after the decision.")
    if done != disclosed + 1:
        yield _("The work follows the disclosure of the resolution.")
    if any(isinstance(step, Deliberation) and not step.advisory for step in steps[disclosed + 1 :]):
        yield _("After the decision a meeting can only evaluate what was done.")
    if any(isinstance(step, Triage) for step in steps[1:]):
        yield _("A matter is sorted before anything else.")


def _are_what_they_say(ends):
    resolution, work, outcome = ends
    return (
        isinstance(resolution, Disclosure)
        and resolution.purpose == Purpose.RESOLUTION
        and isinstance(work, Implementation)
        and isinstance(outcome, Disclosure)
        and outcome.purpose == Purpose.OUTCOME
    )


def _sense(procedure):
    """Steps that are lawful one by one and make no sense as they follow one another."""
    steps = [step for step in procedure.steps if isinstance(step, Deliberation)]
    parts = [step.part for step in steps]
    if "propose" in parts and "review" in parts[: parts.index("propose")]:
        yield _("A matter is proposed before the Party members review it.")
    for before, step in pairwise(procedure.steps):
        if not (isinstance(before, Deliberation) and isinstance(step, Deliberation)):
            continue
        if before.part == step.part and not (step.advisory and set(before.bodies).isdisjoint(step.bodies)):
            yield _("The same step follows itself; another body that may hold it is a row below: %(step)s.") % {
                "step": step.label
            }
    for sitting in _one_sitting(procedure.steps):
        if any(getattr(step, "binding", False) for step in sitting) and not all(map(_may_be_beside, sitting)):
            yield _("Only the review by the Party members' assembly shares a sitting with the decision.")


def _one_sitting(steps):
    """The steps in their order, those of one sitting in a list."""
    sittings = []
    for step in steps:
        if sittings and getattr(step, "with_before", False):
            sittings[-1].append(step)
        else:
            sittings.append([step])
    return sittings


def _may_be_beside(step):
    """Whether `step` may share a sitting with the decision: of Party steps only the first vote of 一会两票 may."""
    return getattr(step, "audience", None) != Audience.PARTY or step.part == "review" and set(step.bodies) <= MEMBERS


def _decision(procedure, place):
    """What the law says about who decides, and what must come before."""
    binding = [step for step in procedure.steps if isinstance(step, Deliberation) and step.binding]
    if len(binding) != 1:
        yield _("Exactly one step decides.")
        return
    step = binding[0]
    lawful = {sitting.body for sitting in place.deciders}
    if not step.sittings or not set(step.bodies) <= lawful or any(row.at != At.HERE for row in step.sittings):
        yield _("By law only this body decides here: %(bodies)s.") % {
            "bodies": pgettext("between names", ", ").join(
                str(BODY_KINDS[sitting.body].title) for sitting in place.deciders
            )
        }
    if step.advisory or step.if_lost != (Status.REJECTED,):
        yield _("The decision binds: what is voted down is not carried out.")
    if step.audience != Audience.PUBLIC:
        yield _("The counts of the decision are public.")
    before = [row for row in procedure.steps[: procedure.steps.index(step)] if isinstance(row, Deliberation)]
    if place.studied_first and not any(BODY_KINDS[body].party for row in before for body in row.bodies if _known(body)):
        yield _("The Party organisation studies the matter before the meeting decides.")


def _step(procedure, step):
    if isinstance(step, Deliberation):
        yield from _deliberation(procedure, step)
    elif isinstance(step, Disclosure):
        yield from _disclosure(procedure, step)


def _deliberation(procedure, step):
    said = {"step": step.label}
    if not step.sittings:
        yield _("Say which body holds this step: %(step)s.") % said
    for sitting in step.sittings:
        yield from _sitting(procedure, step, sitting)
    party = [BODY_KINDS[body].party for body in step.bodies if _known(body)]
    if step.audience == Audience.PARTY and not all(party):
        yield _("Only a Party body keeps its record to the Party organisation: %(step)s.") % said
    if step.audience == Audience.PUBLIC and any(party):
        yield _("The record of a Party body is not public: %(step)s.") % said
    if not step.binding and not step.advisory and not step.if_lost:
        yield _("Say what follows when this step is not carried: %(step)s.") % said
    keys = [row.key for row in procedure.steps[: procedure.steps.index(step) + 1] if isinstance(row, Deliberation)]
    if Status.RETURNED in step.if_lost and step.again_from not in keys:
        yield _("A matter is returned to a step that lies before: %(step)s.") % said
    before = procedure.steps[procedure.steps.index(step) - 1] if step != procedure.steps[0] else None
    if step.with_before and not isinstance(before, Deliberation):
        yield _("Only a step after another meeting can be held together with it: %(step)s.") % said
    if isinstance(step, Triage) and all(way.ends for way in step.ways):
        yield _("A major matter goes on to a decision: %(step)s.") % said


def _sitting(procedure, step, sitting):
    said = {"body": sitting.body, "step": step.label}
    if not _known(sitting.body):
        yield _("There is no such kind of body: %(body)s.") % said
        return
    row = BODY_KINDS[sitting.body]
    said["body"] = row.title
    if sitting.body in CO_ORDINATING and not step.advisory:
        yield _("%(body)s co-ordinates and never decides; it can only advise.") % said
    if not _may_stand(row, procedure, sitting.at):
        yield _("%(body)s does not stand there: %(step)s.") % said
    if row.party and sitting.at == At.ABOVE:
        yield _("A Party organisation above keeps its own records: %(body)s.") % said
    for key in sitting.rules:
        if key not in KEYS:
            yield _("There is no such voting rule: %(rule)s.") % {"rule": key}
        elif key not in FITTING.get(sitting.body, ()):
            yield _("%(body)s does not decide by this rule: %(rule)s.") % {**said, "rule": _title(key)}
        elif not any(rule.key == key and rule.in_force_on(procedure.in_force_from) for rule in RULES):
            yield _("This voting rule is not in force on the first day: %(rule)s.") % {"rule": _title(key)}
    if not sitting.rules:
        yield _("Say by which rule it decides: %(body)s.") % said


def _title(key):
    """What the rule with this key is called."""
    return next(rule.title for rule in RULES if rule.key == key)


def _may_stand(row, procedure, at):
    """Whether a body of this kind may stand `at` that place, seen from the units of the procedure."""
    if at == At.HERE:
        return bool(set(row.levels) & set(procedure.levels)) and (
            not row.kinds or bool(set(row.kinds) & set(procedure.kinds))
        )
    level = procedure.levels[0]
    return any(other > level if at == At.BELOW else other < level for other in row.levels)


def _disclosure(procedure, step):
    said = {"step": step.label}
    if step.display_days < DISPLAY_DAYS:
        yield _("What was decided is on display for at least %(days)s days: %(step)s.") % {
            **said,
            "days": DISPLAY_DAYS,
        }
    if not 0 < step.objection_days <= step.display_days:
        yield _("The time for objections lies within the display: %(step)s.") % said
    if step.item not in ITEMS:
        yield _("There is no such item in the catalogue: %(item)s.") % {"item": step.item}
    if not step.issuers or not all(_known(body) for body in (*step.issuers, step.reviewer)):
        yield _("A known body publishes, and a known body checks it: %(step)s.") % said


def _known(body):
    return body in BODY_KINDS
