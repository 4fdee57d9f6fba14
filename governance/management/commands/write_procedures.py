"""docs/procedures.md from the data: a diagram and a table of each procedure, and the voting rules.

`--check` writes nothing and fails when the page is stale.
"""

from django.utils import translation

from councils.enums import Ground, Status, TurnKind
from councils.procedures import (
    CATEGORIES,
    OWNERS_ITEMS,
    PROCEDURES,
    STATUTORY_CALLS,
    TURNS,
    VERSIONS,
    At,
    Audience,
    Deliberation,
    Disclosure,
    step_opened,
)
from councils.voting import RULES, evidence_text, passing_texts, quorum_texts
from governance.generated import WritePage, table
from orgs.enums import UnitKind
from orgs.offices import BODY_KINDS
from orgs.powers import Power

AUDIENCES = {Audience.INTERNAL: "internal", Audience.PARTY: "Party-internal"}
PLACES = {At.HERE: "", At.BELOW: " of a unit below", At.ABOVE: " of a unit above"}
PAGE = "docs/procedures.md"
HEAD = """# Procedures and voting rules

Written by `manage.py write_procedures` from `councils/procedures/` and `councils/voting/table.py`; do not edit.

A step opens when the one before is validly done. Too few present: the sitting is void, no vote counts, and the same
step is called again. Of steps marked *internal* (the committees' own) and *Party-internal* (the Party organisation's
own) the public sees body, date and outcome.
"""

EARLIER_HEAD = "A matter takes the version in force on the day it was registered. The steps were the same.\n"
TURNS_HEAD = """A vote that is lost moves the matter by itself, as the diagrams show. Everything else is a turn:
a person with the power takes it with a reason that everyone can read, and it is never changed. A turn that opens a step
begins a new round; what the round before was about, its sittings and its notice stay readable.
"""


class Command(WritePage):
    help = f"Write {PAGE} from the procedures and voting rules in the code."
    page = PAGE

    def text(self):
        return render()


def render():
    """The whole page, in the English of the sources."""
    with translation.override(None):
        parts = [HEAD]
        for procedure in PROCEDURES.values():
            parts += [
                f"## {procedure.title}\n\n`{procedure.key}`, version {procedure.version}, in force from "
                f"{procedure.in_force_from}. Basis: {procedure.basis}.\n",
                *_remarks(procedure),
                f"```mermaid\n{diagram(procedure)}\n```\n",
                steps_table(procedure),
            ]
        parts += ["## Earlier versions\n", EARLIER_HEAD, earlier_table()]
        parts += ["## Who decides what\n", categories_table(), owners_table(), calls_table()]
        parts += ["## When something fails\n", TURNS_HEAD, turns_table()]
        parts += ["## Voting rules\n", "A meeting is judged by the row in force on its day.\n", rules_table()]
        return "\n".join(parts)


def diagram(procedure):
    """The procedure as a mermaid flowchart."""
    lines = ["flowchart TD", "    registered([registered])"]
    lines += [f'    {step.key}["{_numbered(procedure, step)}"]' for step in procedure.steps]
    lines.append(f"    registered --> {procedure.steps[0].key}")
    lines.append(f"    registered -. statutory call .-> {procedure.deciding_step.key}")
    for step, following in zip(procedure.steps, (*procedure.steps[1:], None), strict=True):
        target = following.key if following else "closed([closed])"
        if not isinstance(step, Deliberation):
            lines.append(f"    {step.key} --> {target}")
            continue
        lines += _ways(step, target)
        lines.append(f"    {step.key} -. no quorum .-> {step.key}")
        for status in step.if_lost:
            lines.append(f"    {step.key} -- not carried --> {step.key}_{status}([{status.label}])")
        if step.again_from:
            lines.append(f"    {step.key}_{step.if_lost[0]} -.-> {step.again_from}")
    return "\n".join([*lines, *_turns(procedure)])


def earlier_table():
    """The versions that matters of past years begin with."""
    rows = [
        (f"`{row.key}`", row.version, f"from {row.in_force_from}", row.basis, row.deciding_step.basis)
        for row in VERSIONS
        if row is not PROCEDURES[row.key]
    ]
    return table(("Procedure", "Version", "In force", "Basis", "Basis of the decision"), rows)


def _turns(procedure):
    """The ways back of a matter that was decided, and its end by law."""
    deciding, keys = procedure.deciding_step, [step.key for step in procedure.steps]
    after = procedure.steps[keys.index(deciding.key) + 1].key
    owners = deciding.bodies[0] == "owners_assembly"
    for kind in (TurnKind.OBJECTION, TurnKind.VOID, TurnKind.CHANGED):
        key = step_opened(TURNS[kind], procedure, statutory=False, faulty=deciding.key, owners=owners)
        yield f"    {after} -. {kind.label} .-> {key}"
    yield f"    {after} -. {TurnKind.REVOKED.label} .-> revoked([{Status.REVOKED.label}])"


def turns_table():
    """What else can happen to a matter, by whom, from where, and what follows."""
    rows = [
        (
            row.label,
            ", ".join(str(Status(status).label) for status in Status if status in row.statuses),
            ", ".join(str(Ground(ground).label) for ground in row.grounds),
            f"`{row.power}`" if row.kind != TurnKind.VOID else f"found with `{Power.REVIEW_NOTICES}`, `{row.power}`",
            row.hint,
            row.basis,
        )
        for row in TURNS.values()
    ]
    return table(("Turn", "From", "Grounds", "Power", "What happens", "Basis"), rows)


def _ways(step, target):
    """What follows a deliberation that went well: the next step, or where a triage sends the matter."""
    if step.advisory:
        return [f"    {step.key} -- whatever the result --> {target}"]
    if not step.is_triage:
        return [f"    {step.key} -- carried --> {target}"]
    return [
        f"    {step.key} -- {way.label} --> "
        + (f"{step.key}_{way.key}([{way.ends.label}: {way.then}])" if way.ends else target)
        for way in step.ways
    ]


def _remarks(procedure):
    """What a reader must know before the steps: what the procedure is about, and how well it is founded."""
    if procedure.about:
        yield f"{procedure.about}\n"
    if procedure.unconfirmed:
        yield "**Local practice, unconfirmed**: no rule of its own was seen; the steps are the usual reading.\n"
    elif procedure.local:
        yield "**Local practice**: no national rule asks for it; a matter takes it only where somebody chooses it.\n"


def steps_table(procedure):
    """One row per step."""
    rows, village = [], UnitKind.VILLAGE in procedure.kinds
    for step in procedure.steps:
        if isinstance(step, Deliberation):
            held = "; ".join(
                f"{BODY_KINDS[sitting.body].title_in(village)}{PLACES[sitting.at]} "
                f"({', '.join(f'`{key}`' for key in sitting.rules)})"
                for sitting in step.sittings
            )
            lost = " or ".join(str(status.label) for status in step.if_lost) or "goes on all the same (advice)"
            done = f"{step.done.label}; if not carried: {lost}"
        elif isinstance(step, Disclosure):
            held = f"Notice `{step.item}`, reviewed by {BODY_KINDS[step.reviewer].title}"
            done = f"{step.done.label}; at least {step.display_days} days on display"
        else:
            held, done = "", f"{step.begun.label}, then {step.done.label}"
        number = procedure.number(step.key) or ""
        internal = "" if getattr(step, "is_public", True) else f" *{AUDIENCES[step.audience]}*"
        if getattr(step, "supervised", False):
            internal += "; with the supervision committee's opinion"
        if getattr(step, "with_before", False):
            internal += "; in one meeting with the step before"
        rows.append((number, f"{step.label}{internal}", held, done, step.basis))
    return table(("No.", "Step", "Held by (rule)", "Leads to", "Basis"), rows)


def categories_table():
    """The major matters."""
    deciders = {
        "representatives": "representatives meeting",
        "meeting": "meeting of all, or representatives it authorised",
        "owners": "owners",
    }
    rows = [
        (
            category.code,
            category.title,
            deciders[category.decider]
            + (
                "; owners where common parts are altered"
                if category.common_parts and category.decider != "owners"
                else ""
            ),
        )
        for category in CATEGORIES.values()
    ]
    return table(("No.", "Matter", "Decided by"), rows)


def owners_table():
    """The items of CC 278."""
    rows = [(item.number, item.title, f"`{item.rule}`") for item in OWNERS_ITEMS.values()]
    return table(("CC 278", "Reserved to the owners", "Rule"), rows)


def calls_table():
    """The requests no branch can block."""
    rows = [(call.label, BODY_KINDS[call.body].title, call.basis) for call in STATUTORY_CALLS.values()]
    return table(("Statutory call by", "Meets", "Basis"), rows)


def rules_table():
    """Every version and mode of every voting rule."""
    rows = [
        (
            f"`{rule.key}`",
            " ".join(filter(None, (rule.version, rule.mode))),
            f"{rule.in_force_from} to {rule.in_force_until}" if rule.in_force_until else f"from {rule.in_force_from}",
            "; ".join(quorum_texts(rule)),
            "; ".join(passing_texts(rule)),
            f"{rule.basis} ({evidence_text(rule)})",
        )
        for rule in RULES
    ]
    return table(("Rule", "Version, mode", "In force", "Valid when present", "Carried when in favour", "Basis"), rows)


def _numbered(procedure, step):
    number = procedure.number(step.key)
    return f"{number} {step.label}" if number else str(step.label)
