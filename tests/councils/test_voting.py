"""The voting rules: the table of domain §4, its check cases, and what must hold for every rule and every count."""

import json
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from councils.voting import (
    KEYS,
    RULES,
    Contradiction,
    Counts,
    Evidence,
    LooserThanLaw,
    Measure,
    NoRuleInForce,
    Outcome,
    Share,
    UnknownMode,
    UnknownRule,
    explain,
    explain_json,
    modes_of,
    percent,
    rule_for,
    rule_named,
    stricter,
    tally,
    validate,
)
from councils.voting.shares import HALF, MORE_THAN_HALF, TWO_THIRDS

TODAY = date(2026, 11, 22)
CARRIED, LOST, VOID = Outcome.CARRIED, Outcome.NOT_CARRIED, Outcome.NO_QUORUM


def owners(present, area, for_, area_for):
    return Counts(900, present, for_, area_entitled=9_000_000, area_participating=area * 100, area_for=area_for * 100)


# Domain §4, “Check cases”, and one pair at the boundary of every other row.
@pytest.mark.parametrize(
    ("key", "mode", "counts", "outcome"),
    [
        ("branch_committee", "", Counts(7, 3, 3), VOID),
        ("branch_committee", "", Counts(7, 4, 3), LOST),
        ("branch_committee", "", Counts(7, 4, 4), CARRIED),
        ("branch_committee", "", Counts(6, 3, 3), LOST),
        ("branch_assembly", "", Counts(40, 20, 20), LOST),
        ("branch_assembly", "", Counts(41, 21, 21), CARRIED),
        ("branch_assembly", "", Counts(41, 20, 20), VOID),
        ("branch_assembly_4y2g", "", Counts(138, 104, 98, 2, 4), CARRIED),
        ("branch_assembly_4y2g", "", Counts(138, 91, 91), VOID),
        ("branch_assembly_4y2g", "", Counts(138, 92, 69), LOST),
        ("branch_assembly_4y2g", "", Counts(138, 92, 70), CARRIED),
        ("party_election", "", Counts(100, 79, 79), VOID),
        ("party_election", "", Counts(100, 80, 40), LOST),
        ("party_election", "", Counts(100, 80, 41), CARRIED),
        ("two_committees", "", Counts(10, 9, 8, 0, 1), CARRIED),
        ("two_committees", "", Counts(10, 5, 5), VOID),
        ("two_committees", "", Counts(10, 6, 5), LOST),
        ("residents_meeting", "adults", Counts(1000, 500, 500), VOID),
        ("residents_meeting", "adults", Counts(1000, 501, 251), CARRIED),
        ("residents_meeting", "adults", Counts(1000, 501, 250), LOST),
        ("residents_meeting", "household_reps", Counts(1000, 501, 251), CARRIED),
        ("residents_reps", "", Counts(60, 40, 21), CARRIED),
        ("residents_reps", "", Counts(60, 40, 20), LOST),
        ("residents_reps", "", Counts(60, 39, 39), VOID),
        ("residents_reps", "", Counts(63, 40), VOID),
        ("residents_reps", "", Counts(63, 51, 45, 3, 2, 1), CARRIED),
        ("urc_election", "voters", Counts(60, 30, 30), VOID),
        ("urc_election", "voters", Counts(60, 31, 16), CARRIED),
        ("urc_election", "household_reps", Counts(60, 31, 15), LOST),
        ("urc_election", "representatives", Counts(60, 40, 40), VOID),
        ("urc_election", "representatives", Counts(60, 41, 21), CARRIED),
        ("urc_election", "representatives", Counts(60, 41, 20), LOST),
        ("urc_election_rerun", "voters", Counts(60, 33, 11), CARRIED),
        ("urc_election_rerun", "voters", Counts(60, 33, 10), LOST),
        ("urc_recall", "voters", Counts(60, 31, 16), CARRIED),
        ("urc_recall", "representatives", Counts(60, 40, 40), VOID),
        ("villagers_meeting", "adults", Counts(900, 450, 450), VOID),
        ("villagers_meeting", "adults", Counts(900, 451, 226), CARRIED),
        ("villagers_meeting", "household_reps", Counts(300, 199, 199), VOID),
        ("villagers_meeting", "household_reps", Counts(300, 200, 100), LOST),
        ("villagers_meeting", "household_reps", Counts(300, 200, 101), CARRIED),
        ("villagers_reps", "", Counts(60, 39, 39), VOID),
        ("villagers_reps", "", Counts(60, 40, 21), CARRIED),
        ("villagers_group", "adults", Counts(90, 59, 59), VOID),
        ("villagers_group", "household_reps", Counts(90, 60, 31), CARRIED),
        ("owners_ordinary", "", owners(599, 60_000, 599, 60_000), VOID),
        ("owners_ordinary", "", owners(600, 59_999, 600, 59_999), VOID),
        ("owners_ordinary", "", owners(600, 60_000, 301, 30_001), CARRIED),
        ("owners_ordinary", "", owners(600, 60_000, 300, 30_001), LOST),
        ("owners_ordinary", "", owners(600, 60_000, 301, 30_000), LOST),
        ("owners_special", "", owners(600, 60_000, 450, 45_000), CARRIED),
        ("owners_special", "", owners(600, 60_000, 449, 45_000), LOST),
        ("owners_special", "", owners(600, 60_000, 450, 44_999), LOST),
        ("owners_committee", "", Counts(7, 4, 4), CARRIED),
        ("owners_committee", "", Counts(7, 4, 3), LOST),
        ("owners_committee", "", Counts(6, 3, 3), VOID),
        ("collective_assembly", "assembly", Counts(90, 60, 60), CARRIED),
        ("collective_assembly", "assembly", Counts(90, 60, 59), LOST),
        ("collective_assembly", "assembly", Counts(90, 59, 59), VOID),
        ("collective_assembly", "representatives", Counts(30, 20, 20), CARRIED),
        ("collective_assembly", "representatives", Counts(30, 29, 19), LOST),
        ("collective_assembly", "board", Counts(9, 6, 5), CARRIED),
        ("collective_assembly", "board", Counts(9, 6, 4), LOST),
        ("collective_assembly", "board", Counts(9, 5, 5), VOID),
        ("joint_meeting", "", Counts(10, 6, 4), CARRIED),
        ("joint_meeting", "", Counts(10, 6, 3), LOST),
        ("joint_meeting", "", Counts(10, 5, 5), VOID),
    ],
)
def test_check_case(key, mode, counts, outcome):
    result = tally(rule_for(key, on=TODAY, mode=mode), counts)
    assert result.outcome == outcome
    assert result.quorum_met == (outcome != VOID)


def test_keys_are_those_of_the_table():
    assert set(KEYS) == {
        "branch_committee",
        "branch_assembly",
        "branch_assembly_4y2g",
        "party_election",
        "party_group",
        "two_committees",
        "residents_meeting",
        "residents_reps",
        "urc_election",
        "urc_election_rerun",
        "urc_recall",
        "villagers_meeting",
        "villagers_reps",
        "villagers_group",
        "owners_ordinary",
        "owners_special",
        "owners_committee",
        "collective_assembly",
        "joint_meeting",
    }


# The day decides


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("branch_assembly", date(2018, 10, 25)),
        ("residents_meeting", date(1990, 1, 1)),
        ("residents_reps", date(1990, 1, 1)),
        ("urc_election", date(2026, 1, 1)),
        ("urc_recall", date(2026, 1, 1)),
        ("villagers_reps", date(2010, 10, 28)),
        ("owners_ordinary", date(2021, 1, 1)),
        ("collective_assembly", date(2025, 5, 1)),
    ],
)
def test_no_rule_before_the_first_day(key, first):
    assert rule_for(key, on=first).in_force_from == first
    with pytest.raises(NoRuleInForce):
        rule_for(key, on=first - timedelta(days=1))


def test_a_meeting_is_judged_by_the_rule_of_its_day():
    counts = Counts(60, 31, 16)
    assert tally(rule_for("residents_reps", on=date(2025, 12, 31)), counts).outcome == CARRIED
    assert tally(rule_for("residents_reps", on=date(2026, 1, 1)), counts).outcome == VOID


def test_group_delegates_ended_with_the_old_law():
    assert rule_for("residents_meeting", on=date(2025, 12, 31), mode="group_delegates").version == "1990-1"
    with pytest.raises(UnknownMode):
        rule_for("residents_meeting", on=date(2026, 1, 1), mode="group_delegates")


def test_unknown_rules_and_modes_are_refused():
    with pytest.raises(UnknownRule):
        rule_for("nonsense", on=TODAY)
    with pytest.raises(UnknownMode):
        rule_for("residents_reps", on=TODAY, mode="adults")
    with pytest.raises(UnknownRule):
        rule_named("residents_reps", "1999-1")


def test_the_usual_mode_is_the_first():
    assert rule_for("residents_meeting", on=TODAY).mode == "adults"
    assert rule_for("urc_election", on=TODAY, mode="").mode == "voters"
    assert rule_for("collective_assembly", on=TODAY).mode == "assembly"


# The table itself


def test_every_row_is_named_once_and_has_a_basis():
    names = [(rule.key, rule.version, rule.mode) for rule in RULES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert rule.basis and rule.title and rule.quorums and rule.measures
        assert bool(rule.mode) == bool(rule.mode_title)
        assert rule_named(rule.key, rule.version, rule.mode) is rule


def test_no_two_versions_of_a_rule_are_in_force_together():
    for rule in RULES:
        for day in (rule.in_force_from, rule.in_force_until or date(2100, 1, 1)):
            modes = [row.mode for row in modes_of(rule.key, day)]
            assert rule.mode in modes
            assert len(set(modes)) == len(modes)


def test_rows_that_judged_meetings_never_change():
    """A changed number here would change what stored results say they were judged by: add a version instead."""
    shares = {
        (rule.key, rule.version, rule.mode): (
            *((q.base, q.share.part, q.share.whole, q.share.strict) for q in rule.quorums),
            (rule.pass_base, rule.passing.part, rule.passing.whole, rule.passing.strict),
        )
        for rule in RULES
    }
    half, third2 = ("entitled", 1, 2, True), ("entitled", 2, 3, False)
    assert shares[("branch_assembly", "2018-1", "")] == (("entitled", 1, 2, False), ("entitled", 1, 2, True))
    assert shares[("branch_assembly_4y2g", "2018-1", "")] == (third2, ("entitled", 1, 2, True))
    assert shares[("residents_meeting", "1990-1", "group_delegates")] == (half, ("present", 1, 2, True))
    assert shares[("residents_meeting", "2026-1", "adults")] == (half, ("present", 1, 2, True))
    assert shares[("residents_reps", "2026-1", "")] == (third2, ("present", 1, 2, True))
    assert shares[("urc_election", "2026-1", "representatives")] == (
        ("entitled", 2, 3, True),
        ("ballots", 1, 2, True),
    )
    assert shares[("owners_special", "2021-1", "")] == (third2, ("participating", 3, 4, False))
    assert shares[("collective_assembly", "2025-1", "board")] == (third2, ("all_members", 1, 2, True))
    assert len(shares) == 39


def test_versions_and_modes_of_a_rule_share_their_words():
    for key in KEYS:
        rows = [rule for rule in RULES if rule.key == key]
        assert len({(rule.words, rule.measures, str(rule.title), rule.ballot) for rule in rows}) == 1


def test_only_owners_are_counted_by_area():
    assert {rule.key for rule in RULES if rule.by_area} == {"owners_ordinary", "owners_special"}


# Shares


shares = st.builds(
    lambda whole, part, strict: Share(min(part, whole), whole, strict and part < whole),
    st.integers(2, 20),
    st.integers(1, 20),
    st.booleans(),
)


@given(shares, st.integers(1, 10**12))
def test_need_is_the_exact_boundary(share, total):
    need = share.need(total)
    assert type(need) is int
    assert share.is_met(need, total)
    assert not share.is_met(need - 1, total)


@pytest.mark.parametrize(("part", "whole", "strict"), [(0, 2, False), (3, 2, False), (1, 1, True), (-1, 2, True)])
def test_impossible_shares_are_refused(part, whole, strict):
    with pytest.raises(ValueError):
        Share(part, whole, strict)


def test_nothing_is_enough_of_nothing():
    assert not HALF.is_met(0, 0)


@given(shares, shares, st.integers(1, 1000), st.integers(0, 1000))
def test_at_least_means_harder_to_meet(one, other, total, count):
    if one.is_at_least(other) and one.is_met(count, total):
        assert other.is_met(count, total)


# Every rule, every count


@st.composite
def rule_and_counts(draw):
    rule = draw(st.sampled_from(RULES))
    entitled = draw(st.integers(1, 3000))
    present = draw(st.integers(0, entitled))
    for_ = draw(st.integers(0, present))
    against = draw(st.integers(0, present - for_))
    abstain = draw(st.integers(0, present - for_ - against))
    areas = {}
    if rule.by_area:
        whole = draw(st.integers(1, 10**9))
        came = draw(st.integers(1, whole)) if present else 0
        areas = {
            "area_entitled": whole,
            "area_participating": came,
            "area_for": draw(st.integers(1, came)) if for_ else 0,
        }
    return rule, Counts(entitled, present, for_, against, abstain, **areas)


def more_for(counts, area=0):
    """The same count with one vote more in favour, taken from those who did not vote for."""
    against, abstain = counts.against, counts.abstain
    if counts.for_ + against + abstain == counts.present:
        against, abstain = (against - 1, abstain) if against else (against, abstain - 1)
    changes = {"for_": counts.for_ + 1, "against": against, "abstain": abstain}
    if counts.area_for is not None:
        changes["area_for"] = max(1, min(counts.area_for + area, counts.area_participating))
    return Counts(**{**counts.__dict__, **changes})


@given(rule_and_counts(), st.integers(0, 10**6))
def test_a_vote_more_in_favour_never_loses(case, area):
    rule, counts = case
    if counts.for_ == counts.present:
        return
    before, after = tally(rule, counts), tally(rule, more_for(counts, area))
    assert before.quorum_met == after.quorum_met
    if before.carried:
        assert after.carried


@given(rule_and_counts())
def test_carried_exactly_when_every_required_number_is_reached(case):
    rule, counts = case
    result = tally(rule, counts)
    have = counts.as_json()
    came = [name for name in result.required if name in ("present", "area_participating")]
    assert result.quorum_met == all(have[name] >= result.required[name] for name in came)
    if result.quorum_met:
        assert result.carried == all(have[name] >= needed for name, needed in result.required.items())


@given(rule_and_counts())
def test_results_are_whole_numbers_that_survive_json(case):
    result = tally(*case)
    stored = result.as_json()

    def numbers(value):
        if isinstance(value, dict):
            return [n for v in value.values() for n in numbers(v)]
        if isinstance(value, list):
            return [n for v in value for n in numbers(v)]
        return [] if isinstance(value, str | bool) or value is None else [value]

    assert all(type(number) is int for number in numbers(stored))
    again = json.loads(json.dumps(stored))
    assert again == stored
    assert explain_json(again) == explain(result)


@given(rule_and_counts())
def test_without_a_quorum_no_vote_is_judged(case):
    result = tally(*case)
    stages = {check.stage for check in result.checks}
    assert stages == ({"quorum", "passing"} if result.quorum_met else {"quorum"})
    assert len(result.checks) % len(result.rule.measures) == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.key}-{rule.version}-{rule.mode}")
def test_boundaries_of_every_row_are_exact(rule):
    areas = {"area_entitled": 600_007} if rule.by_area else {}

    def outcome(present, for_, came=None, in_favour=None):
        more = areas | {"area_participating": came, "area_for": in_favour} if areas else {}
        return tally(rule, Counts(61, present, for_, **more)).outcome

    enough = rule.quorums[0].share
    quorum, area = enough.need(61), enough.need(600_007)
    base = 61 if rule.pass_base in ("entitled", "all_members") else quorum
    need, area_need = rule.passing.need(base), rule.passing.need(area)
    if need > quorum:  # all who came are too few for a share of all
        assert outcome(quorum, quorum) == LOST
        quorum = need
    if not areas:
        assert outcome(enough.need(61) - 1, 1) == VOID
        assert outcome(quorum, need) == CARRIED
        assert outcome(quorum, need - 1) == LOST
    else:
        assert outcome(quorum - 1, 1, area, 1) == VOID
        assert outcome(quorum, 1, area - 1, 1) == VOID
        assert outcome(quorum, need, area, area_need) == CARRIED
        assert outcome(quorum, need - 1, area, area_need) == LOST
        assert outcome(quorum, need, area, area_need - 1) == LOST


# Contradictions


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (Counts(0, 0), "entitled"),
        (Counts(-1, 0), "entitled"),
        (Counts(10, 11), "present"),
        (Counts(10, 9, 10), "for"),
        (Counts(10, 9, 5, 4, 1), "for"),
        (Counts(10, 9, 5, 4, 0, 1), "for"),
        (Counts(10, 9, -1), "for"),
        (Counts(10, 9, 0, -1), "against"),
        (Counts(10, 9, 0, 0, -1), "abstain"),
        (Counts(10, 9, 0, 0, 0, -1), "invalid"),
        (Counts(10**9 + 1, 9), "entitled"),
        (Counts(10, 9, area_for=1), "area_for"),
    ],
)
def test_contradictions_are_named_by_field(counts, field):
    rule = rule_for("residents_reps", on=TODAY)
    assert validate(counts, rule)[field]
    with pytest.raises(Contradiction) as caught:
        tally(rule, counts)
    assert field in caught.value.errors


@pytest.mark.parametrize(
    ("areas", "field"),
    [
        ((None, 600, 300), "area_entitled"),
        ((900, None, 300), "area_participating"),
        ((900, 600, None), "area_for"),
        ((0, 0, 0), "area_entitled"),
        ((900, 901, 300), "area_participating"),
        ((900, 600, 601), "area_for"),
        ((900, 600, 0), "area_for"),
        ((900, 0, 0), "area_participating"),
        ((900, -1, 300), "area_participating"),
        ((10**12 + 1, 600, 300), "area_entitled"),
    ],
)
def test_area_contradictions_are_named_by_field(areas, field):
    whole, came, in_favour = areas
    counts = Counts(9, 6, 4, area_entitled=whole, area_participating=came, area_for=in_favour)
    assert validate(counts, rule_for("owners_ordinary", on=TODAY))[field]


# Local rules


def test_a_local_rule_may_only_tighten():
    rule = rule_for("two_committees", on=TODAY)
    local = stricter(rule, quorum=TWO_THIRDS)
    assert local.tightened and not rule.tightened
    assert tally(rule, Counts(10, 6, 6)).outcome == CARRIED
    assert tally(local, Counts(10, 6, 6)).outcome == VOID
    for looser in (HALF, Share(1, 3)):
        with pytest.raises(LooserThanLaw):
            stricter(rule, quorum=looser)
        with pytest.raises(LooserThanLaw):
            stricter(rule, passing=looser)


@given(st.sampled_from(RULES), shares, rule_and_counts())
def test_what_carries_under_a_stricter_rule_carries_under_the_law(rule, share, case):
    _rule, counts = case
    if rule.by_area != (counts.area_for is not None):
        return
    for change in ({"quorum": share}, {"passing": share}):
        try:
            local = stricter(rule, **change)
        except LooserThanLaw:
            continue
        if tally(local, counts).carried:
            assert tally(rule, counts).carried


def test_a_tightened_result_says_so():
    local = stricter(rule_for("two_committees", on=TODAY), passing=TWO_THIRDS)
    stored = tally(local, Counts(9, 9, 6)).as_json()
    assert stored["tightened"] is True
    assert explain_json(stored).tightened
    assert stored["required"] == {"present": 5, "for": 6}


# Words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@given(case=rule_and_counts())
def test_every_result_is_explained_in_both_languages(language, case):
    result = tally(*case)
    with translation.override(language):
        explanation = explain(result)
    assert explanation.is_carried == result.carried
    assert all(explanation.sentences)
    assert "%(" not in explanation.text
    for check in result.checks:
        if check.measure == Measure.HEADS:
            assert str(check.have) in explanation.text and str(check.total) in explanation.text
            assert str(check.need) in explanation.text


def test_only_a_law_sets_a_legal_quorum():
    by_law = explain(tally(rule_for("residents_reps", on=TODAY), Counts(63, 40))).validity[-1]
    by_party = explain(tally(rule_for("branch_assembly_4y2g", on=TODAY), Counts(138, 60))).validity[-1]
    by_custom = explain(tally(rule_for("two_committees", on=TODAY), Counts(10, 5))).validity[-1]
    assert by_law != by_party == by_custom
    assert rule_for("branch_assembly_4y2g", on=TODAY).evidence != Evidence.LAW


def test_party_meetings_have_their_own_words():
    def labels(key):
        result = tally(rule_for(key, on=TODAY), Counts(10, 10, 10))
        return [ballot.label for ballot in explain(result).ballots]

    assert labels("branch_assembly") != labels("residents_reps") == labels("two_committees")


def test_the_bar_is_as_wide_as_what_the_share_is_of():
    present_base = explain(tally(rule_for("residents_reps", on=TODAY), Counts(63, 51, 45, 3, 2, 1)))
    assert (present_base.bar_width, present_base.bar_mark) == (51, 26)
    assert [(b.key, b.start, b.count) for b in present_base.ballots] == [
        ("for", 0, 45),
        ("against", 45, 3),
        ("abstain", 48, 2),
        ("invalid", 50, 1),
    ]
    all_members = explain(tally(rule_for("branch_assembly", on=TODAY), Counts(138, 104, 98, 2, 4)))
    assert (all_members.bar_width, all_members.bar_mark) == (138, 70)


def test_shares_of_the_law_are_the_named_ones():
    assert MORE_THAN_HALF.need(51) == 26 and TWO_THIRDS.need(63) == 42 and MORE_THAN_HALF.need(138) == 70


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (51, 63, "80.95%"),
        (2, 3, "66.67%"),
        (1, 800, "0.13%"),
        (9, 10, "90%"),
        (201, 200, "100.5%"),
        (3, 3, "100%"),
        (0, 5, "0%"),
        (99_999, 100_000, "99.99%"),
        (1, 100_000, "0.01%"),
        (None, 3, ""),
        (1, None, ""),
        (0, 0, ""),
    ],
)
def test_shares_are_shown_half_up_and_never_as_all_or_none_that_they_are_not(part, whole, text):
    assert percent(part, whole) == text
