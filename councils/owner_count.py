"""The count of an owners' assembly from its ballots (pure). Heads, and areas in whole numbers of 0.01 m².

A ballot that came back takes part; one that is invalid as a whole (not signed, not the owner's, illegible) does not. A
question whose mark cannot be told on a valid ballot takes part and is not for. Owners who returned nothing take no part
unless their own rules of procedure say otherwise (`SilentKind`), which is contested.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from councils.enums import Marked, SilentKind

CHOICES = tuple(Marked.values)


class Stand(StrEnum):
    """Where one ballot stands between being issued and being counted."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    ONCE = "once"
    DIFFERENT = "different"
    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True)
class Paper:
    """One standing ballot. `looks`: how often it was entered; `first`, `second` and `final` what was entered.

    Each is a dict {agenda item id as text: Marked}, empty for a ballot that is invalid as a whole. `first_proxy`,
    `second_proxy` and `proxy`: the id of the written proxy that it was signed by, None when the owner signed.
    """

    area: int
    delivered: bool = False
    signed: bool = False
    looks: int = 0
    first: dict | None = None
    second: dict | None = None
    final: dict | None = None
    first_proxy: int | None = None
    second_proxy: int | None = None
    proxy: int | None = None

    @property
    def stand(self):
        if self.looks == 0:
            return Stand.DELIVERED if self.delivered else Stand.ISSUED
        if self.looks == 1:
            return Stand.ONCE
        if self.looks == 2 and (self.first, self.first_proxy) != (self.second, self.second_proxy):
            return Stand.DIFFERENT
        return Stand.VALID if self.final else Stand.INVALID


@dataclass(frozen=True)
class Progress:
    """How far the ballots are. `by_proxy`: how many of the valid ones a holder of a proxy signed."""

    issued: int
    delivered: int
    returned: int
    once: int
    different: int
    valid: int
    invalid: int
    by_proxy: int


@dataclass
class Sums:
    """One question: how many heads and how much area chose what."""

    heads: dict = field(default_factory=lambda: dict.fromkeys(CHOICES, 0))
    area: dict = field(default_factory=lambda: dict.fromkeys(CHOICES, 0))

    def add(self, choice, heads, area):
        self.heads[choice] += heads
        self.area[choice] += area

    @property
    def leading(self):
        """The choice that most heads and most area made; None when these are two or it is a tie."""
        first = []
        for measure in (self.heads, self.area):
            best = max(measure[choice] for choice in CHOICES[:3])
            leaders = [choice for choice in CHOICES[:3] if measure[choice] == best]
            first.append(leaders[0] if len(leaders) == 1 else None)
        return first[0] if first[0] == first[1] else None


@dataclass(frozen=True)
class Count:
    """The outcome of the counting: who took part, and `Sums` by agenda item id. `silent` are counted in where ruled."""

    heads: int
    area: int
    items: dict
    silent_heads: int = 0
    silent_area: int = 0


def progress(papers):
    """`Progress` of these standing ballots."""
    stands = [paper.stand for paper in papers]
    came = [stand for stand in stands if stand not in (Stand.ISSUED, Stand.DELIVERED)]
    return Progress(
        issued=len(stands),
        delivered=sum(paper.delivered for paper in papers),
        returned=len(came),
        once=came.count(Stand.ONCE),
        different=came.count(Stand.DIFFERENT),
        valid=came.count(Stand.VALID),
        invalid=came.count(Stand.INVALID),
        by_proxy=sum(paper.stand == Stand.VALID and paper.proxy is not None for paper in papers),
    )


def count(papers, items, silent=None, *, signed_only=True):
    """The `Count` of the settled ballots for the agenda items with these ids.

    `silent` (a SilentKind) also counts who was delivered a ballot, with a signature if `signed_only`, and returned
    none: with the choice that leads by heads and by area, as abstaining when none does, or as abstaining always.
    """
    sums = {item: Sums() for item in items}
    heads = area = 0
    for paper in papers:
        if paper.stand == Stand.VALID:
            heads, area = heads + 1, area + paper.area
            for item in items:
                sums[item].add(paper.final[str(item)], 1, paper.area)
    if silent is None:
        return Count(heads, area, sums)
    quiet = [paper for paper in papers if paper.stand == Stand.DELIVERED and (paper.signed or not signed_only)]
    quiet_area = sum(paper.area for paper in quiet)
    for own in sums.values():
        choice = own.leading if silent == SilentKind.MAJORITY else None
        own.add(choice or Marked.ABSTAIN.value, len(quiet), quiet_area)
    return Count(heads + len(quiet), area + quiet_area, sums, len(quiet), quiet_area)
