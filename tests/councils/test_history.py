"""The history of a matter at the desk speaks in words, and is not drowned by the events of single ballots."""

import ast
from pathlib import Path

from councils.views.todo import QUIET_VERBS, VERBS

ACTIONS = Path(__file__).parents[2] / "councils" / "actions"


def recorded():
    """The verbs that the actions record on a matter or a meeting, which are what the history reads."""
    for path in ACTIONS.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record":
                given = {word.arg: word.value for word in call.keywords}
                if "row" in given and ast.unparse(given["row"]) != "consultation":
                    yield given["verb"].value


def test_every_verb_of_a_matter_or_meeting_has_its_words():
    verbs = set(recorded())
    assert len(verbs) > 30 and "enter_ballot" in verbs
    assert verbs - set(QUIET_VERBS) - set(VERBS) == set()
    assert not set(QUIET_VERBS) & set(VERBS)
