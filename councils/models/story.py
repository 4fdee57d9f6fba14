"""The story of a matter beside its steps: its turns, its earlier rounds and the faults found, in the query of its page.

`with_story(rows)` carries them along; `story_of(matter)` reads them as rows that were never fetched one by one.
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from councils.models.matter import Matter
from councils.models.turns import Finding, Round, Turn
from disclosure.models import Notice, NoticeVersion, Objection

TURN = (
    "id",
    "kind",
    "ground",
    "step",
    "from_status",
    "to_status",
    "from_round",
    "to_round",
    "on",
    "reason",
    "document",
    "finding_id",
    "resolved_in_id",
)
ROUND = ("number", "title", "short_title", "plan", "motion", "budget", "status", "ended_on", "resolution_notice_id")
FINDING = ("id", "step", "round", "fault", "text", "on", "verdict", "answer", "answered_at", "note", "noted_at")
NOTICE = ("board", "year", "serial", "number")
OTHER = ("prefix", "year", "serial", "unit__code")


@dataclass(frozen=True)
class Story:
    """Turns, rounds gone by and findings of one matter, oldest first; `objections`: (received on, replied on) each."""

    turns: tuple[Turn, ...]
    rounds: tuple[Round, ...]
    findings: tuple[Finding, ...]
    objections: tuple


def _array(rows, names, **more):
    fields = {name: name for name in names} | more
    return ArraySubquery(rows.values(json=JSONObject(**fields)))


def with_story(matters):
    """`matters`, each carrying what `story_of` reads; no query more."""
    own = {"matter": OuterRef("pk")}
    notice = {f"notice_{name}": f"resolution_notice__{name}" for name in NOTICE}
    shown = NoticeVersion.objects.lasting().filter(notice=OuterRef("resolution_notice"))
    notice["notice_shown"] = Exists(shown)
    other = {f"other_{name}": f"resolved_in__{name}" for name in OTHER}
    # Those of the present resolution: what an earlier round was asked was answered with it.
    asked = Objection.objects.filter(notice=OuterRef("resolution_notice")).order_by("pk")
    return matters.annotate(
        turn_rows=_array(Turn.objects.filter(**own).order_by("pk"), TURN, **other),
        round_rows=_array(Round.objects.filter(**own).order_by("number"), ROUND, **notice),
        finding_rows=_array(Finding.objects.filter(**own).order_by("pk"), FINDING),
        objection_rows=_array(asked, ("received_on", "replied_on")),
    )


def story_of(matter):
    """The `Story` of `matter`; one query for a matter that does not carry it."""
    row = matter
    if not hasattr(row, "turn_rows"):
        row = with_story(Matter.objects.filter(pk=matter.pk)).get()
    turns = []
    for data in row.turn_rows:
        turn = _row(Turn, data, TURN)
        turn.matter = matter
        if turn.resolved_in_id:
            turn.other_number = f"{data['other_prefix']}〔{data['other_year']}〕{data['other_serial']}号"
            turn.other_place = (data["other_unit__code"], data["other_year"], data["other_serial"])
        turns.append(turn)
    rounds = []
    for data in row.round_rows:
        past = _row(Round, data, ROUND)
        past.matter = matter
        if data["notice_shown"]:
            past.resolution_notice = Notice(
                pk=data["resolution_notice_id"],
                unit=matter.unit,
                **{name: data[f"notice_{name}"] for name in NOTICE},
            )
        rounds.append(past)
    findings = [_row(Finding, data, FINDING) for data in row.finding_rows]
    for finding in findings:
        finding.matter = matter
    day = Objection._meta.get_field("received_on").to_python
    objections = tuple((day(data["received_on"]), day(data["replied_on"])) for data in row.objection_rows)
    return Story(tuple(turns), tuple(rounds), tuple(findings), objections)


def _row(model, data, names):
    """An instance of `model` with the fields `names` from JSON."""
    return model(**{name: model._meta.get_field(name).to_python(data[name]) for name in names})
