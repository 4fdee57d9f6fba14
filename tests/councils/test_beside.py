"""Owners and area beside each other: what residents read of a vote of owners."""

from datetime import date

import pytest
from django.utils import translation

from councils.voting import Counts, beside, rule_for, tally

ON = date(2026, 11, 22)


def read(present, area, for_, area_for, *, key="owners_ordinary", **more):
    """900 owners with 90,000 m², the check case of domain §4."""
    counts = Counts(
        900, present, for_, present - for_, area_entitled=90_000_00, area_participating=area, area_for=area_for
    )
    with translation.override("en"):
        return beside(tally(rule_for(key, on=ON), counts).as_json() | more)


JUST = "just enough"


@pytest.mark.parametrize(
    ("counts", "distances", "said"),
    [
        ((600, 60_000_00, 301, 30_001_00), [JUST, JUST, JUST, "0.99 more than needed"], "is carried"),
        ((600, 60_000_00, 300, 30_000_50), [JUST, JUST, "1 short", "0.49 more than needed"], "(1 owner short)"),
        ((600, 60_000_00, 299, 30_000_00), [JUST, JUST, "2 short", "0.01 short"], "(2 owners and 0.01 m² short)"),
        ((600, 59_999_00, 600, 59_999_00), [JUST, "1 short"], "(1 m² short)"),
    ],
)
def test_how_far_each_measure_is(counts, distances, said):
    found = read(*counts)
    assert [side.distance for hurdle in found.hurdles for side in hurdle.sides][: len(distances)] == distances
    assert said in found.sentence


def test_special_matters_ask_for_more_of_those_taking_part():
    found = read(600, 60_000_00, 450, 45_000_00, key="owners_special")
    assert [(hurdle.asked, hurdle.heads.need) for hurdle in found.hurdles] == [
        ("at least two thirds of all", "600 needed"),
        ("at least three quarters of those taking part", "450 needed"),
    ]
    assert found.total == ("900", "90000")


def test_areas_of_the_other_choices_stand_where_ballots_told_them():
    given = (600, 60_000_00, 400, 40_000_00)
    assert read(*given).others == (("Against", "200", ""), ("Abstain", "0", ""))
    areas = {"for": 40_000_00, "against": 20_000_00, "abstain": 0, "invalid": 0}
    assert read(*given, areas=areas).others == (("Against", "200", "20000"), ("Abstain", "0", "0"))
    assert read(599, 60_000_00, 400, 40_000_00).others == ()


def test_nothing_where_heads_alone_count():
    rule = rule_for("residents_reps", on=ON)
    assert beside(tally(rule, Counts(60, 40, 21, 19)).as_json()) is None
