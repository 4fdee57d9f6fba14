"""A result in words: the same sentences for the rule pages, real votes, notices and exports.

Everything is rendered from the stored JSON of a result (`Result.as_json`), in the language of the reader.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from councils.enums import SilentKind
from councils.voting.rules import rule_named
from councils.voting.shares import Base, Evidence, Measure, Outcome, Roll, Share, Stage, Words

_FRACTIONS = {
    (1, 2): _("half"),
    (1, 3): _("one third"),
    (2, 3): _("two thirds"),
    (3, 4): _("three quarters"),
    (3, 5): _("three fifths"),
    (4, 5): _("four fifths"),
    (1, 5): _("one fifth"),
    (1, 10): _("one tenth"),
}

_FOR = _("For")
_AGAINST = _("Against")
_ABSTAIN = _("Abstain")
_INVALID = _("Invalid")
_LABELS = {
    Words.MEETING: (_FOR, _AGAINST, _ABSTAIN),
    Words.OWNERS: (_FOR, _AGAINST, _ABSTAIN),
    Words.PARTY: (_("In favour"), _("Not in favour"), _ABSTAIN),
    Words.PARTY_ELECTION: (_("In favour"), _("Not in favour"), _ABSTAIN),
    Words.ELECTION: (_("Votes for the candidate"), _AGAINST, _ABSTAIN),
    Words.RECALL: (_("For the recall"), _("Against the recall"), _ABSTAIN),
}

_MET = {
    True: _("%(have)s: more than %(share)s of %(base)s (at least %(need)s)."),
    False: _("%(have)s: no fewer than %(share)s of %(base)s (%(need)s)."),
}
_MISSED = {
    True: _("%(have)s: not more than %(share)s of %(base)s (at least %(need)s needed)."),
    False: _("%(have)s: fewer than %(share)s of %(base)s (%(need)s needed)."),
}

_CAME = {
    Words.ELECTION: _("%(n)s voted"),
    Words.RECALL: _("%(n)s voted"),
    Words.OWNERS: _("%(n)s owners taking part"),
}
_IN_FAVOUR = {
    Words.MEETING: _("%(n)s votes for"),
    Words.PARTY: _("%(n)s members in favour"),
    Words.PARTY_ELECTION: _("%(n)s votes in favour"),
    Words.ELECTION: _("%(n)s votes for the candidate"),
    Words.RECALL: _("%(n)s votes for the recall"),
    Words.OWNERS: _("%(n)s owners for"),
}
_AREA_CAME = _("%(n)s m² taking part")
_AREA_IN_FAVOUR = _("%(n)s m² for")

_ENTITLED = {
    Roll.ADULTS: _("the %(n)s adult residents"),
    Roll.ADULT_VILLAGERS: _("the %(n)s adult villagers"),
    Roll.HOUSEHOLD_REPS: _("the %(n)s household representatives"),
    Roll.GROUP_DELEGATES: _("the %(n)s delegates of the groups"),
    Roll.REPRESENTATIVES_BODY: _("the %(n)s entitled"),
    Roll.REPRESENTATIVES: _("the %(n)s representatives"),
    Roll.VOTERS: _("the %(n)s registered voters"),
    Roll.COMMITTEE_MEMBERS: _("the %(n)s members of the committee"),
    Roll.PARTY_MEMBERS: _("the %(n)s Party members with a vote"),
    Roll.PARTY_VOTERS: _("the %(n)s Party members with the right to elect"),
    Roll.BOTH_COMMITTEES: _("the %(n)s members of the two committees"),
    Roll.OWNERS: _("all %(n)s owners"),
    Roll.OWNERS_COMMITTEE: _("all %(n)s members of the owners' committee"),
    Roll.FULL_MEMBERS: _("all %(n)s members of full capacity"),
    Roll.MEMBER_REPRESENTATIVES: _("all %(n)s members' representatives"),
    Roll.DIRECTORS: _("all %(n)s directors"),
    Roll.MEETING_MEMBERS: _("the %(n)s entitled"),
}
_PRESENT = _("the %(n)s present")
_TAKING_PART = _("the %(n)s owners taking part")
_BALLOTS = _("the %(n)s ballots cast")
_AREA_ENTITLED = _("the whole area of %(n)s m²")
_AREA_TAKING_PART = _("the %(n)s m² taking part")

_VALID = {
    Words.ELECTION: _("Enough voters took part; the election is valid."),
    Words.RECALL: _("Enough voters took part; the vote is valid."),
    Words.OWNERS: _("Enough owners took part; the vote is valid."),
}
_VALID_MEETING = _("Attendance meets the rule; the meeting is valid.")
_VOID = {
    Words.ELECTION: _("Too few voters took part; the election is void."),
    Words.RECALL: _("Too few voters took part; the vote is void."),
    Words.OWNERS: _("Too few owners took part; the vote is void."),
}
_VOID_BY_LAW = _("No quorum: fewer are present than the law asks for; the meeting cannot be held.")
_VOID_BY_RULE = _("Fewer are present than the rules ask for; the meeting is put off.")

_VERDICTS = {
    Outcome.CARRIED: _("Carried"),
    Outcome.NOT_CARRIED: _("Not carried"),
    Outcome.NO_QUORUM: _("No quorum"),
}
_ELECTION_VERDICTS = {
    Outcome.CARRIED: _("Enough votes to be elected"),
    Outcome.NOT_CARRIED: _("Not enough votes to be elected"),
    Outcome.NO_QUORUM: _("The election is void"),
}
_POLL_VERDICTS = _VERDICTS | {Outcome.NO_QUORUM: _("The vote is void")}
_VERDICTS_OF = {
    Words.ELECTION: _ELECTION_VERDICTS,
    Words.PARTY_ELECTION: _ELECTION_VERDICTS,
    Words.RECALL: _POLL_VERDICTS,
    Words.OWNERS: _POLL_VERDICTS,
}


@dataclass(frozen=True)
class BallotKind:
    """One kind of ballot with its number, as text and as a piece of the bar that begins at `start`."""

    key: str
    label: str
    count: int
    text: str
    start: int


@dataclass(frozen=True)
class Explanation:
    """A result ready to be shown: what `templates/ui/vote_result.html` draws."""

    outcome: str
    verdict: str
    validity: tuple[str, ...]
    passing: tuple[str, ...]
    remarks: tuple[str, ...]
    title: str
    mode_title: str
    basis: str
    version: str
    tightened: bool
    ballots: tuple[BallotKind, ...]
    bar_width: int
    bar_mark: int

    @property
    def is_carried(self):
        return self.outcome == Outcome.CARRIED

    @property
    def has_quorum(self):
        return self.outcome != Outcome.NO_QUORUM

    @property
    def sentences(self):
        """Every sentence in order, the verdict last."""
        last = (f"{self.verdict}{_stop(self.verdict)}",) if self.has_quorum else ()
        return (*self.validity, *self.passing, *self.remarks, *last)

    @property
    def text(self):
        """The sentences as one paragraph: a space after a Latin full stop, none after a Chinese one."""
        return "".join(s + " " if s.endswith(".") else s for s in self.sentences).strip()


def _stop(text):
    return "." if text.isascii() else "。"


def explain(result):
    """The explanation of a fresh result."""
    return explain_json(result.as_json())


def explain_json(data):
    """The explanation of a stored result (`Result.as_json`) in the active language."""
    rule = rule_named(data["rule"], data["version"], data["mode"])
    words = Words(data["words"])
    sentences = {Stage.QUORUM: [], Stage.PASSING: []}
    for check in data["checks"]:
        sentences[Stage(check["stage"])].append(_sentence(check, words, Roll(data["roll"])))
    has_quorum = data["quorum_met"]
    sentences[Stage.QUORUM].append(str(_validity(has_quorum, words, Evidence(data["evidence"]))))
    verdicts = _VERDICTS_OF.get(words, _VERDICTS)
    ballots, width, mark = _bar(data, words)
    return Explanation(
        outcome=data["outcome"],
        verdict=str(verdicts[Outcome(data["outcome"])]),
        validity=tuple(sentences[Stage.QUORUM]),
        passing=tuple(sentences[Stage.PASSING]),
        remarks=(*(_remarks(data["counts"], words) if has_quorum else ()), *_silent_owners(data)),
        title=str(rule.title),
        mode_title=str(rule.mode_title),
        basis=str(rule.basis),
        version=data["version"],
        tightened=data["tightened"],
        ballots=ballots,
        bar_width=width,
        bar_mark=mark,
    )


def vote_labels(words):
    """The names of the kinds of ballot in this vocabulary: {"for": 同意 / 赞成 …, "against", "abstain", "invalid"}."""
    in_favour, against, abstain = _LABELS[Words(words)]
    return {"for": in_favour, "against": against, "abstain": abstain, "invalid": _INVALID}


def fraction_text(share):
    """“two thirds”."""
    return str(_FRACTIONS.get((share.part, share.whole), f"{share.part}/{share.whole}"))


def square_metres(hundredths):
    """An area of whole 0.01 m² in m², as short as it can be written: 3000001 → “30000.01”, 6000000 → “60000”."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def percent(part, whole):
    """80.95%: a share for display, half up to two decimals, without zeros at the end; nothing without numbers.

    Nothing is decided by it, and a rounded share may look as if it reached what it misses (66.67% is less than two
    thirds of 300,000): the numbers always stand beside it. Less than all is never 100%, more than none never 0%.
    """
    if part is None or not whole:
        return ""
    rounded = (part * 20_000 + whole) // (2 * whole)
    hundredths = min(max(rounded, 1), 9_999) if 0 < part < whole else rounded
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".") + "%"


def _sentence(check, words, roll):
    share = Share(**check["share"])
    template = (_MET if check["met"] else _MISSED)[share.strict]
    return template % {
        "have": _have(check, words),
        "share": fraction_text(share),
        "base": _base(check, words, roll),
        "need": _need(check, words),
    }


def _have(check, words):
    quorum = check["stage"] == Stage.QUORUM
    if check["measure"] == Measure.AREA:
        return _fill(_AREA_CAME if quorum else _AREA_IN_FAVOUR, square_metres(check["have"]))
    return _fill(_CAME.get(words, _("%(n)s present")) if quorum else _IN_FAVOUR[words], check["have"])


def _base(check, words, roll):
    base = Base(check["base"])
    if check["measure"] == Measure.AREA:
        phrase = _AREA_TAKING_PART if base == Base.PARTICIPATING else _AREA_ENTITLED
        return _fill(phrase, square_metres(check["total"]))
    phrase: str | Promise = {
        Base.PRESENT: _PRESENT,
        Base.PARTICIPATING: _TAKING_PART,
        Base.BALLOTS: _BALLOTS,
    }.get(base) or _ENTITLED[roll]
    return _fill(phrase, check["total"])


def _need(check, words):
    if check["measure"] == Measure.AREA:
        return _fill(_("%(n)s m²"), square_metres(check["need"]))
    if check["stage"] == Stage.QUORUM or words in (Words.PARTY, Words.OWNERS):
        return _people(check["need"])
    return _votes(check["need"])


def _people(number):
    return ngettext("%(n)s person", "%(n)s people", number) % {"n": number}


def _votes(number):
    return ngettext("%(n)s vote", "%(n)s votes", number) % {"n": number}


def _fill(phrase, number):
    return phrase % {"n": number}


def _validity(has_quorum, words, evidence):
    if has_quorum:
        return _VALID.get(words, _VALID_MEETING)
    return _VOID.get(words, _VOID_BY_LAW if evidence == Evidence.LAW else _VOID_BY_RULE)


def _remarks(counts, words):
    voted = sum(counts[kind] for kind in ("for", "against", "abstain", "invalid"))
    if words in (Words.ELECTION, Words.PARTY_ELECTION):
        return
    if counts["abstain"] or counts["invalid"] or voted < counts["present"]:
        if words == Words.PARTY:
            yield str(_("Who abstains or does not vote is not in favour."))
        else:
            yield str(_("Abstentions and invalid ballots are not votes for."))


def _silent_owners(data):
    """That an adopted rule counted owners who returned no ballot: it must be named wherever the result is read."""
    if silent := data.get("silent"):
        yield _(
            "%(heads)s owners (%(area)s m²) who returned no ballot are counted %(how)s, by: %(document)s. Whether such "
            "a rule holds is contested."
        ) % {
            "heads": silent["heads"],
            "area": square_metres(silent["area"]),
            "how": SilentKind(silent["kind"]).label,
            "document": silent["document"],
        }


def _bar(data, words):
    """The ballots as pieces of a bar as wide as what the share is of, and the number it must reach (0: none)."""
    counts, labels = data["counts"], vote_labels(words)
    check = next((c for c in data["checks"] if c["stage"] == Stage.PASSING and c["measure"] == Measure.HEADS), None)
    pieces, start = [], 0
    for key in ("for", "against", "abstain", "invalid"):
        count = counts[key]
        if key == "invalid" and not count:
            continue
        text = _people(count) if words in (Words.PARTY, Words.OWNERS) else _votes(count)
        pieces.append(BallotKind(key, str(labels[key]), count, text, start))
        start += count
    return tuple(pieces), max(counts["present"], check["total"] if check else 0), check["need"] if check else 0
