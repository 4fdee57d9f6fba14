"""The checks that a procedure must pass, one bad template for each; and every procedure walked to its end."""

import itertools
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from councils.enums import Status
from councils.procedures import (
    ENDED,
    PROCEDURES,
    VERSIONS,
    At,
    Audience,
    Deliberation,
    Disclosure,
    Implementation,
    Sitting,
    check_procedure,
    first_step,
    next_step,
    procedure_from,
    propose,
    snapshot,
    steps_of,
    where,
    why_closed,
    why_not_lawful,
    why_not_standing,
    why_not_together,
)
from councils.procedures.checks import MOST_STEPS
from councils.procedures.local import LAST_PARTS, PARTS, Outline, Row, build
from councils.procedures.parts import FITTING, PLACES, WAYS
from councils.voting import KEYS
from orgs.enums import Level, UnitKind
from orgs.offices import BODY_KINDS

COMMUNITY = PROCEDURES["four_two_community"]
THREE = PROCEDURES["three_meetings"]
FOUR = PROCEDURES["four_parties"]
every_version = pytest.mark.parametrize("procedure", VERSIONS, ids=lambda row: f"{row.key}-{row.version}")


def changed(procedure, step, /, **facts):
    """The procedure with one step changed."""
    return replace(procedure, steps=tuple(replace(row, **facts) if row.key == step else row for row in procedure.steps))


def reordered(procedure, *keys):
    return replace(procedure, steps=tuple(procedure.step(key) for key in keys))


def held_by(body, *rules, at=At.HERE):
    return {"sittings": (Sitting(body, rules or FITTING.get(body, ("joint_meeting",)), at),)}


ADVICE = THREE.step("advise")
BAD = {
    "no_place": replace(COMMUNITY, levels=(Level.STREET,)),
    "mixed_places": replace(COMMUNITY, kinds=(UnitKind.RESIDENTS, UnitKind.VILLAGE)),
    "no_steps": replace(COMMUNITY, steps=()),
    "too_many_steps": replace(
        COMMUNITY,
        steps=tuple(replace(ADVICE, key=f"advise_{n}", **held_by("residents_committee")) for n in range(2, MOST_STEPS))
        + COMMUNITY.steps,
    ),
    "step_twice": replace(COMMUNITY, steps=(COMMUNITY.steps[0], *COMMUNITY.steps)),
    "long_key": changed(THREE, "advise", key="advise_" + "1" * 20),
    "no_disclosure": reordered(COMMUNITY, "propose", "confer", "review", "resolve", "implement", "disclose_outcome"),
    "no_outcome": reordered(COMMUNITY, "propose", "confer", "review", "resolve", "disclose", "implement"),
    "disclosures_are_the_same": changed(COMMUNITY, "disclose_outcome", purpose=COMMUNITY.step("disclose").purpose),
    "work_before_disclosure": reordered(
        COMMUNITY, "propose", "confer", "review", "resolve", "implement", "disclose", "disclose_outcome"
    ),
    "evaluation_too_late": replace(
        PROCEDURES["five_two"],
        steps=tuple(s for s in PROCEDURES["five_two"].steps if s.key != "evaluate")
        + (PROCEDURES["five_two"].step("evaluate"),),
    ),
    "disclosed_before_decided": reordered(
        COMMUNITY, "propose", "confer", "review", "disclose", "implement", "resolve", "disclose_outcome"
    ),
    "evaluation_before_work": replace(
        PROCEDURES["five_two"],
        steps=tuple(
            PROCEDURES["five_two"].step(key)
            for key in [
                "propose",
                "confer",
                "review",
                "resolve",
                "disclose",
                "evaluate",
                "implement",
                "disclose_outcome",
            ]
        ),
    ),
    "binding_meeting_after_work": changed(PROCEDURES["five_two"], "evaluate", advisory=False, if_lost=(Status.VOID,)),
    "triage_in_between": replace(FOUR, steps=(FOUR.steps[1], FOUR.steps[0], *FOUR.steps[2:])),
    "reviewed_before_proposed": reordered(COMMUNITY, "review", "propose", "confer", *LAST_PARTS),
    "conferred_twice": replace(
        COMMUNITY, steps=(*COMMUNITY.steps[:2], replace(COMMUNITY.step("confer"), key="confer_2"), *COMMUNITY.steps[2:])
    ),
    "suggested_twice_by_one_body": changed(THREE, "suggest_2", **held_by("building_group", at=At.BELOW)),
    "proposed_and_decided_in_one_sitting": changed(
        reordered(COMMUNITY, "propose", *LAST_PARTS), "resolve", with_before=True, again_from="propose"
    ),
    "three_votes_in_one_sitting": changed(
        changed(reordered(COMMUNITY, "propose", "review", *LAST_PARTS), "resolve", with_before=True),
        "review",
        with_before=True,
    ),
    "reviewed_by_the_committee_in_one_sitting": changed(
        PROCEDURES["one_meeting_two_votes"], "review", **held_by("party_committee")
    ),
    "nothing_decides": changed(COMMUNITY, "resolve", binding=False),
    "two_decide": changed(COMMUNITY, "review", binding=True),
    "party_decides": changed(COMMUNITY, "resolve", **held_by("party_assembly")),
    "residents_decide_for_owners": changed(THREE, "resolve", **held_by("residents_reps")),
    "decider_elsewhere": changed(THREE, "resolve", **held_by("owners_assembly", at=At.BELOW)),
    "advice_decides": changed(COMMUNITY, "resolve", advisory=True),
    "lost_decision_is_shelved": changed(COMMUNITY, "resolve", if_lost=(Status.SHELVED,)),
    "secret_decision": changed(COMMUNITY, "resolve", audience=Audience.INTERNAL),
    "not_studied_first": reordered(COMMUNITY, "resolve", "disclose", "implement", "disclose_outcome"),
    "nobody_holds_it": changed(COMMUNITY, "confer", sittings=()),
    "unknown_body": changed(COMMUNITY, "confer", **held_by("sages")),
    "body_of_other_places": changed(COMMUNITY, "confer", **held_by("owners_committee")),
    "body_is_not_below": changed(THREE, "advise", **held_by("joint_meeting", at=At.BELOW)),
    "party_above": changed(THREE, "suggest_2", **held_by("party_committee", at=At.ABOVE)),
    "big_committee_confers": changed(COMMUNITY, "confer", **held_by("big_party_committee")),
    "unknown_rule": changed(COMMUNITY, "confer", **held_by("two_committees", "by_acclamation")),
    "rule_of_another_body": changed(COMMUNITY, "confer", **held_by("two_committees", "residents_reps")),
    "rule_not_in_force": replace(COMMUNITY, in_force_from=date(1985, 1, 1)),
    "no_rule": replace(
        COMMUNITY,
        steps=(
            COMMUNITY.steps[0],
            replace(COMMUNITY.steps[1], sittings=(Sitting("two_committees", ()),)),
            *COMMUNITY.steps[2:],
        ),
    ),
    "party_record_of_others": changed(THREE, "advise", audience=Audience.PARTY),
    "public_party_record": changed(COMMUNITY, "review", audience=Audience.PUBLIC),
    "nothing_follows_a_loss": changed(COMMUNITY, "confer", if_lost=()),
    "returned_to_nowhere": changed(COMMUNITY, "confer", again_from="suggest"),
    "returned_to_later": changed(COMMUNITY, "confer", again_from="review"),
    "first_step_with_the_one_before": changed(COMMUNITY, "propose", with_before=True),
    "decided_with_the_disclosure": changed(
        reordered(COMMUNITY, "propose", "disclose", "resolve", "implement", "disclose_outcome"),
        "resolve",
        with_before=True,
    ),
    "triage_ends_all": changed(FOUR, "sort", ways=WAYS[1:]),
    "short_display": changed(COMMUNITY, "disclose", display_days=14),
    "no_time_for_objections": changed(COMMUNITY, "disclose", objection_days=0),
    "objections_after_display": changed(COMMUNITY, "disclose", objection_days=16),
    "unknown_item": changed(COMMUNITY, "disclose", item="X99"),
    "nobody_publishes": changed(COMMUNITY, "disclose", issuers=()),
    "nobody_checks": changed(COMMUNITY, "disclose", reviewer="sages"),
}


@pytest.mark.parametrize("procedure", BAD.values(), ids=BAD)
def test_a_bad_template_is_refused_with_a_reason(procedure):
    reasons = check_procedure(procedure)
    assert reasons and all(reasons)
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        ("reviewed_before_proposed", "before the Party members review"),
        ("conferred_twice", "follows itself"),
        ("suggested_twice_by_one_body", "follows itself"),
        ("proposed_and_decided_in_one_sitting", "shares a sitting"),
        ("three_votes_in_one_sitting", "shares a sitting"),
        ("reviewed_by_the_committee_in_one_sitting", "shares a sitting"),
    ],
)
def test_what_makes_no_sense_is_named(case, fault):
    with translation.override("en"):
        assert [reason for reason in check_procedure(BAD[case]) if fault in reason]


def test_no_two_faults_are_told_alike():
    """Every reason that the checks know is given for one of the templates above."""
    told = {reason for procedure in BAD.values() for reason in check_procedure(procedure)}
    assert len(told) >= 39


@every_version
def test_every_procedure_of_the_portal_passes(procedure):
    assert check_procedure(procedure) == []


@every_version
def test_what_is_local_says_so(procedure):
    assert procedure.local == (procedure.key not in {f"four_two_{place}" for place in PLACES})
    assert not procedure.unconfirmed or procedure.local
    assert bool(procedure.about) == procedure.local


def test_fitting_rules_and_bodies_exist():
    assert set(FITTING) <= set(BODY_KINDS)
    assert {rule for rules in FITTING.values() for rule in rules} <= set(KEYS)


# Walked by a simulated engine


def walk(procedure, loser=None, way=None, statutory=False):
    """(keys in the order they were taken, the last status): all carried, but not at the step `loser`."""
    done, taken, status = set(), [], Status.REGISTERED
    for _turn in range(3 * len(procedure.steps)):
        step = next_step(procedure, done, statutory)
        if step is None:
            return taken, Status.CLOSED
        assert why_closed(procedure, step.key, done=done, status=status, statutory=statutory) is None
        taken.append(step.key)
        status = step.done
        if isinstance(step, Deliberation):
            if step.key == loser:
                loser = None
                if not step.goes_on(False):
                    status = step.if_lost[0]
                    if status in ENDED:
                        return taken, status
                    keys = [row.key for row in procedure.steps]
                    done -= set(keys[keys.index(step.again_from) :])
                    continue
            elif step.is_triage and way and step.way(way).ends:
                return taken, step.way(way).ends
        done.add(step.key)
    raise AssertionError("the matter goes round for ever")


@every_version
def test_all_carried_leads_from_the_first_step_to_closed(procedure):
    assert walk(procedure) == ([step.key for step in procedure.steps], Status.CLOSED)
    assert walk(procedure, statutory=True)[0][0] == first_step(procedure, True).key == "resolve"


@pytest.mark.parametrize(
    ("procedure", "step"),
    [
        pytest.param(procedure, step, id=f"{procedure.key}-{procedure.version}-{step.key}")
        for procedure in VERSIONS
        for step in procedure.steps
        if isinstance(step, Deliberation)
    ],
)
def test_each_lost_step_ends_or_comes_again(procedure, step):
    taken, status = walk(procedure, loser=step.key)
    if step.advisory:
        assert (taken, status) == walk(procedure)
    elif Status.RETURNED in step.if_lost:
        assert status == Status.CLOSED and taken.count(step.key) == 2
    else:
        assert (taken[-1], status) == (step.key, step.if_lost[0])


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("major", Status.CLOSED),
        ("higher", Status.REFERRED),
        ("minor", Status.SETTLED),
        ("private", Status.REFERRED),
    ],
)
def test_a_triage_sends_a_matter_on_or_ends_it(way, status):
    assert walk(FOUR, way=way)[1] == status
    assert {row.key for row in WAYS} == {"major", "higher", "minor", "private"}
    with pytest.raises(KeyError):
        FOUR.step("sort").way("nowhere")


# Where a body stands, and two votes in one meeting


def test_a_body_may_stand_below_or_above_where_the_procedure_says_so():
    compound, building, community = "/1/2/3/", "/1/2/3/4/", "/1/2/"
    assert [where(compound, path) for path in (compound, building, community, "/1/2/5/")] == [
        At.HERE,
        At.BELOW,
        At.ABOVE,
        None,
    ]
    suggest, sort = THREE.step("suggest"), FOUR.step("sort")
    assert why_not_standing(suggest, "building_group", compound, building) is None
    assert why_not_standing(suggest, "building_group", compound, compound)
    assert why_not_standing(sort, "joint_meeting", compound, community) is None
    assert why_not_standing(sort, "joint_meeting", compound, compound) is None
    assert why_not_standing(sort, "joint_meeting", compound, "/1/9/")


def test_two_votes_of_one_meeting_are_on_one_day():
    second = PROCEDURES["one_meeting_two_votes"].step("resolve")
    assert second.with_before
    assert why_not_together(second, date(2026, 3, 1), date(2026, 3, 1)) is None
    assert why_not_together(second, date(2026, 3, 1), date(2026, 3, 2))
    assert why_not_together(second, None, date(2026, 3, 2)) is None
    assert why_not_together(COMMUNITY.step("resolve"), date(2026, 3, 1), date(2026, 3, 2)) is None


# What is lawful for a matter


@pytest.mark.parametrize(
    ("place", "facts", "lawful"),
    [
        (
            (Level.COMMUNITY, UnitKind.RESIDENTS),
            {"category": "M04"},
            {"four_two_community", "four_two_watched", "five_two", "five_steps", "one_meeting_two_votes"},
        ),
        ((Level.COMMUNITY, UnitKind.VILLAGE), {"category": "M04"}, {"four_two_village", "four_two_watched_village"}),
        (
            (Level.COMPOUND, UnitKind.COMPOUND),
            {"category": "M11", "owners_item": 6},
            {"four_two_compound", "three_meetings", "four_parties"},
        ),
        ((Level.COMMUNITY, UnitKind.RESIDENTS), {"category": "M11"}, set()),
    ],
)
def test_only_procedures_of_the_place_that_end_with_the_lawful_decider(place, facts, lawful):
    level, kind = place
    proposal = propose(level=level, kind=kind, **facts)
    found = {row.key for row in PROCEDURES.values() if why_not_lawful(row, proposal, level=level, kind=kind) is None}
    assert found == lawful


def test_no_procedure_takes_a_reserved_matter_from_the_meeting_of_all():
    here = {"level": Level.COMMUNITY, "kind": UnitKind.RESIDENTS}
    representatives_only = changed(COMMUNITY, "resolve", **held_by("residents_reps"))
    assert check_procedure(representatives_only) == []
    assert why_not_lawful(representatives_only, propose(category="M04", **here), **here) is None
    assert why_not_lawful(representatives_only, propose(category="M02", **here), **here)


# Procedures of a street


def outline(*rows, place="community", **facts):
    """The outline of a local procedure: `rows` (part, body, facts) and the last parts."""
    filled = [Row(part=part, body=body, **more) for part, body, more in rows]
    given = {
        "key": "ours",
        "version": "1",
        "title": "本街道议事规程",
        "place": place,
        "basis": "青街发〔2026〕1号",
        "in_force_from": date(2026, 2, 1),
    }
    return Outline(rows=(*filled, *(Row(part=part) for part in LAST_PARTS)), **(given | facts))


OURS = outline(
    ("suggest", "residents_committee", {"audience": "public", "label": "居委会建议"}),
    ("propose", "party_committee", {"rule": "branch_committee"}),
    ("propose", "party_assembly", {"alternative": True, "rule": "branch_assembly"}),
    ("consult", "consultation_council", {}),
    ("suggest", "joint_meeting", {"audience": "public"}),
)


def test_rows_become_steps():
    procedure = build(OURS)
    assert [step.key for step in procedure.steps] == ["suggest", "propose", "consult", "suggest_2", *LAST_PARTS]
    assert procedure.step("suggest").label == "居委会建议"
    assert procedure.step("propose").bodies == ("party_committee", "party_assembly")
    assert procedure.step("consult").rules_of("consultation_council") == ("joint_meeting",)
    assert procedure.step("suggest_2").part == "suggest" and procedure.step("disclose_outcome").key in LAST_PARTS
    assert procedure.step("resolve").again_from == "suggest_2", "there is no conferral to go back to"
    assert procedure.local and procedure.unconfirmed


def test_a_sound_outline_passes_and_a_bad_one_does_not():
    # A Party body that is only the alternative still studies the matter first.
    assert check_procedure(build(OURS)) == []
    assert check_procedure(build(outline()))
    assert check_procedure(build(outline(("propose", "", {}))))
    assert check_procedure(build(outline(("propose", "party_committee", {"audience": "public"}))))
    assert check_procedure(build(outline(place="compound"))) == []


def test_a_snapshot_is_the_procedure():
    data = snapshot(OURS)
    assert procedure_from(data) == build(OURS)
    assert procedure_from(data) is procedure_from(snapshot(OURS)), "built once"
    supervised = procedure_from(snapshot(replace(OURS, supervised=True, confirmed=True)))
    assert all(step.supervised for step in supervised.steps if isinstance(step, Deliberation))
    assert not supervised.unconfirmed


def test_every_part_can_be_a_row():
    for part, place in itertools.product(PARTS.values(), PLACES):
        procedure = build(replace(outline(place=place), rows=(Row(part=part.key, body="joint_meeting"),)))
        (step,) = procedure.steps
        assert step.key == part.key
        assert isinstance(step, Deliberation | Disclosure | Implementation)
        assert bool(getattr(step, "sittings", ())) == (not part.fixed or part.key == "resolve")


@pytest.mark.parametrize("place", PLACES)
def test_the_deciders_of_a_place_come_from_the_law(place):
    procedure = build(outline(("propose", "party_committee", {}), place=place))
    assert procedure.deciding_step.sittings == PLACES[place].deciders
    assert steps_of(procedure)[-1].key == "disclose_outcome"
