"""Which rule judges a meeting, and how a community may tighten it."""

from dataclasses import replace

from councils.voting.shares import Quorum, Share
from councils.voting.table import RULES


class UnknownRule(LookupError):
    """There is no rule of this key."""


class UnknownMode(LookupError):
    """The rule is not held in this mode on this day."""


class NoRuleInForce(LookupError):
    """The rule exists, but no version of it was in force on the day."""


class LooserThanLaw(ValueError):
    """A local rule asks for less than the row it would replace."""


def _rows(key):
    rows = tuple(rule for rule in RULES if rule.key == key)
    if not rows:
        raise UnknownRule(key)
    return rows


def modes_of(key, on):
    """The rules of `key` in force on the day `on`, one per mode, the usual mode first; maybe none."""
    return tuple(rule for rule in _rows(key) if rule.in_force_on(on))


def versions_of(key):
    """All rows of `key`, the newest version first."""
    return tuple(sorted(_rows(key), key=lambda rule: rule.in_force_from, reverse=True))


def rule_for(key, *, on, mode=None):
    """The rule by which a meeting held on the day `on` is judged; without `mode` the usual one.

    Raises UnknownRule, NoRuleInForce or UnknownMode.
    """
    rules = modes_of(key, on)
    if not rules:
        raise NoRuleInForce(key, on)
    if not mode:
        return rules[0]
    for rule in rules:
        if rule.mode == mode:
            return rule
    raise UnknownMode(key, mode)


def rule_named(key, version, mode=""):
    """The row a stored result was judged by. Raises UnknownRule: rows are never removed, so the name is wrong."""
    for rule in _rows(key):
        if (rule.version, rule.mode) == (version, mode):
            return rule
    raise UnknownRule(key, version, mode)


def stricter(rule, *, quorum: Share | None = None, passing: Share | None = None):
    """`rule` as a community tightened it: `quorum` of those entitled, `passing` of the same base as the law's.

    Raises LooserThanLaw when a number asks for less than the law.
    """
    changes = {}
    if quorum is not None:
        if not all(quorum.is_at_least(asked.share) for asked in rule.quorums):
            raise LooserThanLaw(rule.key, "quorum")
        changes["quorums"] = (Quorum(quorum),)
    if passing is not None:
        if not passing.is_at_least(rule.passing):
            raise LooserThanLaw(rule.key, "passing")
        changes["passing"] = passing
    return replace(rule, **changes, tightened=rule.tightened or bool(changes))


def tightened(rule, local):
    """`rule` made stricter by each of `local`, pairs of (quorum, passing) shares or None; what is looser is left out.

    A law may have become stricter than an older local rule: then the law holds.
    """
    for quorum, passing in local:
        for numbers in ({"quorum": quorum}, {"passing": passing}):
            try:
                rule = stricter(rule, **numbers)
            except LooserThanLaw:
                continue
    return rule


def local_numbers(rule):
    """What a meeting keeps of a tightened `rule`, as JSON; empty for the law's own numbers."""
    if not rule.tightened:
        return {}
    return {"quorum": _as_json(rule.quorums[0].share), "passing": _as_json(rule.passing)}


def restored(rule, numbers):
    """The law's `rule` with the `local_numbers` that a meeting kept."""
    if not numbers:
        return rule
    return stricter(rule, quorum=Share(*numbers["quorum"]), passing=Share(*numbers["passing"]))


def _as_json(share):
    return [share.part, share.whole, share.strict]
