"""A vote of owners as residents read it: heads and area beside each other, what was needed, and by how much.

From the stored JSON of a result (`Result.as_json`), in the language of the reader.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from councils.voting.describe import share_text
from councils.voting.shares import Base, Measure, Outcome, Share, Stage
from councils.voting.words import square_metres, vote_labels

_STAGES = {Stage.QUORUM: gettext_lazy("Taking part"), Stage.PASSING: gettext_lazy("For")}


@dataclass(frozen=True)
class Side:
    """One measure of a hurdle as text: what there was, what was needed, and by how much it is over or short."""

    have: str
    need: str
    distance: str
    met: bool


@dataclass(frozen=True)
class Hurdle:
    """One share that heads and area must both reach."""

    label: str
    asked: str
    heads: Side
    area: Side

    @property
    def sides(self):
        return (self.heads, self.area)


@dataclass(frozen=True)
class Beside:
    """`total` (heads, area), the hurdles, the other choices [(label, heads, area or "")], and all in one sentence."""

    total: tuple[str, str]
    hurdles: tuple[Hurdle, ...]
    others: tuple[tuple[str, str, str], ...]
    sentence: str


def beside(data):
    """The `Beside` of a stored result; None for a vote that counts heads only."""
    if "area_entitled" not in data["counts"]:
        return None
    pairs = {}
    for check in data["checks"]:
        key = (check["stage"], check["base"], *check["share"].values())
        pairs.setdefault(key, {})[check["measure"]] = check
    counts, areas, labels = data["counts"], data.get("areas", {}), vote_labels(data["words"])
    others = [
        (str(labels[kind]), str(counts[kind]), square_metres(areas[kind]) if kind in areas else "")
        for kind in ("against", "abstain", "invalid")
        if data["quorum_met"] and (counts[kind] or kind != "invalid")
    ]
    return Beside(
        total=(str(counts["entitled"]), square_metres(counts["area_entitled"])),
        hurdles=tuple(_hurdle(pair) for pair in pairs.values()),
        others=tuple(others),
        sentence=_sentence(data),
    )


def _hurdle(pair):
    check = pair[Measure.HEADS]
    of_those = check["base"] == Base.PARTICIPATING
    asked = _("%(share)s of those taking part") if of_those else _("%(share)s of all")
    return Hurdle(
        label=str(_STAGES[Stage(check["stage"])]),
        asked=asked % {"share": share_text(Share(**check["share"]))},
        heads=_side(check, str),
        area=_side(pair[Measure.AREA], square_metres),
    )


def _side(check, text):
    over = check["have"] - check["need"]
    distance = _("%(n)s more than needed") if over > 0 else _("just enough") if over == 0 else _("%(n)s short")
    need = _("%(n)s needed") % {"n": text(check["need"])}
    return Side(text(check["have"]), need, distance % {"n": text(abs(over))}, check["met"])


def _sentence(data):
    """What came of it and why, in words that need no table."""
    missing = _missing([check for check in data["checks"] if not check["met"]])
    return {
        Outcome.CARRIED: _(
            "Enough owners with enough area took part, and enough of both were in favour: the matter is carried."
        ),
        Outcome.NOT_CARRIED: _(
            "Enough took part, but too few were in favour (%(missing)s short): the matter is not carried."
        ),
        Outcome.NO_QUORUM: _("Too few took part (%(missing)s short): the vote is void and nothing is decided."),
    }[Outcome(data["outcome"])] % {"missing": missing}


def _missing(checks):
    """“3 owners and 120.5 m²”: the largest gap of each measure."""
    found = []
    for measure, text in ((Measure.HEADS, _owners), (Measure.AREA, _area)):
        gaps = [check["need"] - check["have"] for check in checks if check["measure"] == measure]
        found += [text(max(gaps))] if gaps else []
    return pgettext("between measures", " and ").join(found)


def _owners(number):
    return ngettext("%(n)s owner", "%(n)s owners", number) % {"n": number}


def _area(hundredths):
    return _("%(n)s m²") % {"n": square_metres(hundredths)}
