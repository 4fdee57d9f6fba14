"""Evaluation of an outcome by residents (居民评议; pure): where it stands, its codes, what its result may show.

One slip per household (domain.md §6, local practice). Small numbers are hidden, because in a small place they tell who
answered what.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import count

from disclosure import sealed
from disclosure.enums import Answer, EvaluationState

NOTICE_DAYS = 10  # local practice: announced so many days before it opens
COUNTING_DAYS = 3  # after the last day, in which paper slips are entered; then the result stands
AGAIN_MINUTES = 10  # after a printing, in which the same form is answered with the same slips
MOST_DAYS = 92
MOST_HOUSEHOLDS = 5000  # of a community
LEAST_ANSWERS = 5  # with fewer, nothing of them is shown
LEAST_OF_ONE = 3  # an answer that fewer gave is shown together with others


@dataclass(frozen=True)
class Line:
    """Answers that are shown as one number; `share` is that of all answers."""

    answers: tuple
    count: int
    share: Fraction

    @property
    def label(self):
        return "、".join(str(answer.label) for answer in self.answers)


@dataclass(frozen=True)
class Result:
    """What everyone may read: how many households answered, and what, in `lines` (none: too few answered)."""

    households: int
    answered: int
    lines: tuple

    @property
    def rate(self):
        """The share of households that answered."""
        return Fraction(self.answered, self.households)


def codes_for(token, evaluation, number):
    """`number` different codes for the slips of the evaluation with that id, in random order.

    They belong to a form with the random `token`: pressed twice, it has the same codes.
    """
    found, tried = {}, count()
    while len(found) < number:
        found[sealed.code_for(token, "slip", evaluation, next(tried))] = None
    return list(found)


def counting_until(closes_on):
    """The last day on which paper slips are entered; the result is shown from the day after."""
    return closes_on + timedelta(COUNTING_DAYS)


def result_from(closes_on):
    """The first day on which everyone may read the result."""
    return counting_until(closes_on) + timedelta(1)


def percent(share):
    """A share (Fraction) as 57.14%: half up to two decimals, without zeros at the end; the numbers stand beside it."""
    hundredths = (2 * share.numerator * 10_000 + share.denominator) // (2 * share.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".") + "%"


def state_of(opens_on, closes_on, today):
    """Where an evaluation stands on `today`."""
    if today < opens_on:
        return EvaluationState.PLANNED
    if today <= closes_on:
        return EvaluationState.OPEN
    return EvaluationState.COUNTING if today <= counting_until(closes_on) else EvaluationState.FINISHED


def result_of(households, counts):
    """The `Result` of {Answer: number}."""
    answered = sum(counts.values())
    if answered < LEAST_ANSWERS:
        return Result(households, answered, ())
    groups = _grouped({answer: counts.get(answer, 0) for answer in Answer})
    lines = (Line(group, number, Fraction(number, answered)) for group, number in groups)
    return Result(households, answered, tuple(lines))


def _grouped(counts):
    """[(answers, number)] in the order of the form: answers that few gave are one number.

    Together they are at least LEAST_OF_ONE, else the next smallest joins them: what is missing from the whole would
    give them away. That nobody gave an answer says nothing of anybody.
    """
    by_number = sorted((answer for answer in counts if counts[answer]), key=lambda answer: counts[answer])
    merged = [answer for answer in by_number if counts[answer] < LEAST_OF_ONE]
    rest = [answer for answer in by_number if answer not in merged]
    while merged and rest and (len(merged) == 1 or sum(counts[answer] for answer in merged) < LEAST_OF_ONE):
        merged.append(rest.pop(0))
    groups, done = [], set()
    for answer in counts:
        group = tuple(each for each in counts if each in merged) if answer in merged else (answer,)
        if answer not in done:
            groups.append((group, sum(counts[each] for each in group)))
            done.update(group)
    return groups
