"""From counts to a result. Every number is a whole number; areas are in units of 0.01 m²."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from councils.voting.shares import FIXED_BASES, Base, Measure, Outcome, Share, Stage, VotingRule

MOST_HEADS = 10**9
MOST_AREA = 10**12  # 0.01 m²


@dataclass(frozen=True)
class Counts:
    """What was counted in one vote.

    `present` is who came (owners and elections: who took part), `for_` in an election the votes of one candidate.
    Those present who did not vote need not be in any of the four kinds of ballot. Areas are in 0.01 m², owners only.
    """

    entitled: int
    present: int
    for_: int = 0
    against: int = 0
    abstain: int = 0
    invalid: int = 0
    area_entitled: int | None = None
    area_participating: int | None = None
    area_for: int | None = None

    def as_json(self):
        """The counts under their public names (`for`, not `for_`)."""
        return {name.rstrip("_"): value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Check:
    """One comparison: `have` of `total` against `share`; `need` is the smallest number that would do."""

    stage: Stage
    measure: Measure
    base: Base
    total: int
    have: int
    need: int
    share: Share
    met: bool

    def as_json(self):
        return {
            "stage": self.stage.value,
            "measure": self.measure.value,
            "base": self.base.value,
            "total": self.total,
            "have": self.have,
            "need": self.need,
            "share": {"part": self.share.part, "whole": self.share.whole, "strict": self.share.strict},
            "met": self.met,
        }


class Contradiction(ValueError):
    """Counts that cannot be true; `errors` has a sentence per field."""

    def __init__(self, errors):
        super().__init__("; ".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Result:
    """A computed result. `required` has the smallest numbers that would carry: heads, and areas in 0.01 m²."""

    rule: VotingRule
    counts: Counts
    outcome: Outcome
    checks: tuple[Check, ...]
    required: dict[str, int]

    @property
    def quorum_met(self):
        return self.outcome != Outcome.NO_QUORUM

    @property
    def carried(self):
        return self.outcome == Outcome.CARRIED

    def as_json(self) -> dict[str, Any]:
        """What is stored with a vote: everything its explanation needs, whatever becomes of the rule later."""
        rule = self.rule
        return {
            "rule": rule.key,
            "version": rule.version,
            "mode": rule.mode,
            "tightened": rule.tightened,
            "roll": rule.roll.value,
            "words": rule.words.value,
            "evidence": rule.evidence.value,
            "outcome": self.outcome.value,
            "quorum_met": self.quorum_met,
            "required": dict(self.required),
            "counts": self.counts.as_json(),
            "checks": [check.as_json() for check in self.checks],
        }


def validate(counts, rule):
    """Contradictions in `counts` under `rule`: {public field name: sentence}, empty when they can be true."""
    return {**_impossible_numbers(counts, rule), **_impossible_together(counts, rule)}


def _impossible_numbers(counts, rule):
    """Numbers that are wrong by themselves."""
    errors = {}
    for name in ("entitled", "present", "for_", "against", "abstain", "invalid"):
        value = getattr(counts, name)
        if value < 0:
            errors[name.rstrip("_")] = _("A number of people or ballots is never negative.")
        elif value > MOST_HEADS:
            errors[name.rstrip("_")] = _("This number is too large.")
    if counts.entitled == 0:
        errors["entitled"] = _("Nobody is entitled: there is nothing to decide.")
    for name in ("area_entitled", "area_participating", "area_for"):
        value = getattr(counts, name)
        if not rule.by_area:
            if value is not None:
                errors[name] = _("This meeting counts heads only, without area.")
        elif value is None:
            errors[name] = _("Owners decide by heads and by area: the area is missing.")
        elif value < 0:
            errors[name] = _("An area is never negative.")
        elif value > MOST_AREA:
            errors[name] = _("This number is too large.")
    if rule.by_area and counts.area_entitled == 0:
        errors["area_entitled"] = _("Nobody is entitled: there is nothing to decide.")
    return errors


def _impossible_together(counts, rule):
    """Numbers that contradict each other."""
    errors = {}
    if counts.present > counts.entitled:
        errors["present"] = _("Present must not be more than entitled.")
    if counts.for_ + counts.against + counts.abstain + counts.invalid > counts.present:
        errors["for"] = _("The votes add up to more than the number present. Please check.")
    areas = (counts.area_entitled, counts.area_participating, counts.area_for)
    if rule.by_area and None not in areas:
        entitled, participating, in_favour = areas
        if participating > entitled:
            errors["area_participating"] = _("The area taking part must not be more than the whole area.")
        elif (participating == 0) != (counts.present == 0):
            errors["area_participating"] = _("Heads and area contradict each other: one of them is zero.")
        if in_favour > participating:
            errors["area_for"] = _("The area in favour must not be more than the area taking part.")
        elif (in_favour == 0) != (counts.for_ == 0):
            errors["area_for"] = _("Heads and area contradict each other: one of them is zero.")
    return errors


# Which count answers for a measure and a base, and for the votes in favour.
_TOTALS = {
    Measure.HEADS: ("entitled", "present", "for_"),
    Measure.AREA: ("area_entitled", "area_participating", "area_for"),
}


def tally(rule, counts):
    """The result of `counts` under `rule`. Raises Contradiction when they cannot be true.

    Without a quorum nothing was decided, so no passing share is judged.
    """
    if errors := validate(counts, rule):
        raise Contradiction(errors)
    quorum, passing, required = [], [], {}
    for measure in rule.measures:
        entitled_name, present_name, for_name = _TOTALS[measure]
        entitled, present, for_ = (getattr(counts, name) for name in _TOTALS[measure])
        quorum += [_check(Stage.QUORUM, measure, asked.base, entitled, present, asked.share) for asked in rule.quorums]
        enough = max((asked.share.need(entitled) for asked in rule.quorums), default=1)
        required[present_name] = enough
        # Where the base is who came, an attendance too small is taken as just enough: fewer could decide nothing.
        fixed = rule.pass_base in FIXED_BASES
        total = entitled if fixed else present
        passing.append(_check(Stage.PASSING, measure, rule.pass_base, total, for_, rule.passing))
        required[for_name.rstrip("_")] = rule.passing.need(entitled if fixed else max(present, enough))
    if not all(check.met for check in quorum):
        return Result(rule, counts, Outcome.NO_QUORUM, tuple(quorum), required)
    outcome = Outcome.CARRIED if all(check.met for check in passing) else Outcome.NOT_CARRIED
    return Result(rule, counts, outcome, (*quorum, *passing), required)


def _check(stage, measure, base, total, have, share):
    return Check(stage, measure, base, total, have, share.need(total), share, share.is_met(have, total))
