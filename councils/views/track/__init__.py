"""A matter as a track of steps with their sittings: what the public page, the desk, the data and the lists show.

No queries of its own: matters come from `Matter.objects.for_page()` (`outline` is content with `with_progress()`).
Party-internal records stay closed here, once for every page: `opened` says whose counts may be shown to the reader.
"""

from councils.enums import TurnKind
from councils.models import story_of
from councils.procedures import Deliberation, Disclosure
from councils.views.track.dates import day_text
from councils.views.track.deliberations import deliberate, in_public
from councils.views.track.disclosures import count_opinions, disclose, money_sentence
from councils.views.track.parts import STATUS_TAGS, Entry, PeriodView, RoundView, SittingView, StepView, Track
from councils.views.track.rounds import counting_items, past_rounds
from councils.views.track.sentences import origin_sentence, petition_sentences, voting_sentences, where_it_stands
from councils.views.track.states import current_key, outline, short_name, stand, step_name, step_states
from councils.views.track.turning import entries_of, opening_of
from councils.views.track.work import implement, milestone_sentence, selection_sentence

__all__ = [
    "Entry",
    "PeriodView",
    "RoundView",
    "STATUS_TAGS",
    "SittingView",
    "StepView",
    "Track",
    "count_opinions",
    "current_key",
    "day_text",
    "in_public",
    "milestone_sentence",
    "money_sentence",
    "origin_sentence",
    "outline",
    "selection_sentence",
    "stand",
    "step_name",
    "track",
    "voting_sentences",
]


def track(matter, on, *, opened=in_public, closed_listed=False, story=None):
    """The `Track` of a matter loaded with `for_page()`, as it stands on the day `on`.

    `opened(item)` says whether the reader may see the counts of a sitting; with `closed_listed` the others are listed
    with day and body. `story`: its `Story`, which is one query for a matter loaded without `with_story`.
    """
    story = story or story_of(matter)
    states = step_states(matter, on)
    done = matter.done_on(on)
    steps = []
    for step in (step for step in matter.steps if step.key in states):
        view = StepView(
            key=step.key,
            number=matter.procedure_row.number(step.key),
            name=step_name(matter, step),
            short=short_name(step),
            body="",
            state=states[step.key],
            deliberation=isinstance(step, Deliberation),
        )
        if isinstance(step, Deliberation):
            deliberate(matter, step, view, counting_items(matter, step, done), on, opened, closed_listed)
        elif isinstance(step, Disclosure):
            disclose(matter, step, view, on, story.objections)
        else:
            implement(matter, view, on)
        steps.append(view)
    steps[-1].is_last = True
    status = matter.status_on(on)
    answered = any(turn.kind == TurnKind.ANSWERED and turn.from_round == matter.round for turn in story.turns)
    now, detail = where_it_stands(matter, steps, status, on, opening_of(matter, story, opened), reason_given=answered)
    return Track(
        status,
        STATUS_TAGS.get(status, ""),
        steps,
        now,
        tuple(detail),
        matter.procedure_row.local,
        petition_sentences(matter, on),
        tuple(entries_of(matter, story, opened)),
        tuple(past_rounds(matter, story, on, opened, closed_listed)),
    )
