"""The procedures: which bodies, which order, which rule, and what the portal proposes."""

from datetime import date

import pytest

from councils.enums import Status
from councils.procedures import (
    CATEGORIES,
    OWNERS_ITEMS,
    PROCEDURES,
    STATUTORY_CALLS,
    Deliberation,
    Disclosure,
    Implementation,
    NoProcedure,
    Purpose,
    first_step,
    next_step,
    procedure_for,
    procedure_named,
    propose,
    steps_of,
    why_closed,
    why_not_called,
    why_not_held_by,
)
from councils.voting import RULES, rule_for
from orgs.enums import Level, UnitKind

STEPS = ["propose", "confer", "review", "resolve", "disclose", "implement", "disclose_outcome"]
COMMUNITY = PROCEDURES["four_two_community"]
every_procedure = pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=lambda procedure: procedure.key)
every_usual_procedure = pytest.mark.parametrize(
    "procedure",
    [procedure for procedure in PROCEDURES.values() if not procedure.local],
    ids=lambda procedure: procedure.key,
)


# The data


@every_usual_procedure
def test_six_numbered_steps_and_the_work_between(procedure):
    assert [step.key for step in procedure.steps] == STEPS
    assert [procedure.number(key) for key in STEPS] == [1, 2, 3, 4, 5, None, 6]
    assert procedure.deciding_step.key == "resolve"
    assert procedure.basis and procedure.version
    assert all(step.basis and step.label and step.verb for step in procedure.steps)


@every_procedure
def test_every_rule_of_a_step_was_in_force_when_the_procedure_began(procedure):
    for step in procedure.steps:
        for sitting in getattr(step, "sittings", ()):
            for key in sitting.rules:
                assert any(rule.key == key and rule.in_force_on(procedure.in_force_from) for rule in RULES)


@every_usual_procedure
def test_only_the_deciding_step_binds_and_it_is_public(procedure):
    deliberations = [step for step in procedure.steps if isinstance(step, Deliberation)]
    assert [step.binding for step in deliberations] == [False, False, False, True]
    assert [step.is_party for step in deliberations] == [True, False, True, False]
    assert [step.is_public for step in deliberations] == [False, False, False, True]


@every_procedure
def test_displays_are_never_shorter_than_the_law(procedure):
    notices = [step for step in procedure.steps if isinstance(step, Disclosure)]
    assert [step.purpose for step in notices] == [Purpose.RESOLUTION, Purpose.OUTCOME]
    for step in notices:
        assert step.display_days >= 15
        assert step.objection_days < step.display_days


@every_usual_procedure
def test_a_lost_vote_has_a_lawful_next_step(procedure):
    assert {step.key: step.if_lost for step in procedure.steps if isinstance(step, Deliberation)} == {
        "propose": (Status.DECLINED,),
        "confer": (Status.RETURNED, Status.SHELVED),
        "review": (Status.RETURNED, Status.WITHDRAWN),
        "resolve": (Status.REJECTED,),
    }


def test_each_step_leads_to_its_own_status():
    assert [step.done for step in COMMUNITY.steps] == [
        Status.PROPOSED,
        Status.CONFERRED,
        Status.REVIEWED,
        Status.RESOLVED,
        Status.DISCLOSED,
        Status.ACCEPTED,
        Status.OUTCOME_DISCLOSED,
    ]
    assert isinstance(COMMUNITY.step("implement"), Implementation)
    assert COMMUNITY.step("implement").begun == Status.IMPLEMENTING


def test_the_big_party_committee_never_decides():
    bodies = {b for p in PROCEDURES.values() for s in p.steps for b in getattr(s, "bodies", ())}
    assert "big_party_committee" not in bodies and "street_committee" not in bodies


def test_categories_and_owners_items_are_complete():
    assert list(CATEGORIES) == [f"M{number:02}" for number in range(1, 18)]
    assert list(OWNERS_ITEMS) == list(range(1, 10))
    special = {number for number, item in OWNERS_ITEMS.items() if item.rule == "owners_special"}
    assert special == {6, 7, 8}


def test_unknown_steps_are_no_steps():
    with pytest.raises(KeyError):
        COMMUNITY.step("celebrate")
    assert COMMUNITY.number("celebrate") is None


# The order


def test_steps_follow_one_another():
    done = set()
    for key in STEPS:
        assert next_step(COMMUNITY, done).key == key
        for other in STEPS:
            reason = why_closed(COMMUNITY, other, done=done, status=Status.REGISTERED)
            assert (reason is None) == (other == key)
        done.add(key)
    assert next_step(COMMUNITY, done) is None
    assert all(why_closed(COMMUNITY, key, done=done, status=Status.CLOSED) for key in STEPS)


def test_a_statutory_call_enters_at_the_decision():
    assert first_step(COMMUNITY, statutory=True).key == "resolve"
    assert first_step(COMMUNITY).key == "propose"
    assert [step.key for step in steps_of(COMMUNITY, statutory=True)] == STEPS[3:]
    assert why_closed(COMMUNITY, "resolve", done=(), status=Status.REGISTERED, statutory=True) is None
    assert why_closed(COMMUNITY, "propose", done=(), status=Status.REGISTERED, statutory=True)
    assert why_closed(COMMUNITY, "propose", done=STEPS[3:], status=Status.REGISTERED, statutory=True)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "rejected", "revoked", "closed", "shelved"])
def test_nothing_follows_an_end(status):
    assert why_closed(COMMUNITY, "propose", done=(), status=status)


@pytest.mark.parametrize("status", ["registered", "returned", "void"])
def test_a_matter_that_came_back_goes_on(status):
    assert why_closed(COMMUNITY, "propose", done=(), status=status) is None


def test_a_step_is_held_only_by_its_bodies():
    resolve = COMMUNITY.deciding_step
    assert why_not_held_by(resolve, "residents_reps") is None
    assert why_not_held_by(resolve, "residents_reps", "residents_reps") is None
    assert why_not_held_by(resolve, "residents_reps", "residents_meeting")
    assert why_not_held_by(resolve, "party_assembly")
    assert why_not_held_by(resolve, "owners_assembly")


def test_a_procedure_has_a_first_day():
    assert procedure_for("four_two_community", date(2026, 1, 1)) is COMMUNITY
    with pytest.raises(NoProcedure):
        procedure_for("four_two_community", date(2018, 12, 31))
    with pytest.raises(NoProcedure):
        procedure_for("four_two_compound", date(2020, 12, 31))
    with pytest.raises(NoProcedure):
        procedure_for("five_two", date(2025, 12, 31))


@pytest.mark.parametrize(("key", "first"), [("community", 2019), ("village", 2019), ("compound", 2021)])
def test_every_step_of_a_past_year_has_its_rule(key, first):
    now = PROCEDURES[f"four_two_{key}"]
    for on in (date(year, month, day) for year in range(first, 2026) for month, day in ((1, 1), (12, 31))):
        procedure = procedure_for(now.key, on)
        assert procedure is not now and procedure.steps == now.steps  # the law they name is not compared
        for step in procedure.steps:
            for sitting in getattr(step, "sittings", ()):
                assert all(rule_for(rule, on=on) for rule in sitting.rules)
    if key != "compound":
        assert procedure.deciding_step.basis != now.deciding_step.basis


def test_a_matter_finds_the_version_it_began_with():
    assert procedure_named("four_two_community", "2026-1") is COMMUNITY
    with pytest.raises(KeyError):
        procedure_named("four_two_community", "1999-1")


# The proposal


@pytest.mark.parametrize(
    ("level", "kind", "facts", "expected"),
    [
        (Level.COMMUNITY, UnitKind.RESIDENTS, {"category": "M04"}, ("four_two_community", "residents_reps")),
        (Level.COMMUNITY, UnitKind.OTHER_COMMUNITY, {"category": "M04"}, ("four_two_community", "residents_reps")),
        (Level.COMMUNITY, UnitKind.RESIDENTS, {"category": "M02"}, ("four_two_community", "residents_meeting")),
        (
            Level.COMMUNITY,
            UnitKind.RESIDENTS,
            {"category": "M02", "representatives_authorised": True},
            ("four_two_community", "residents_reps"),
        ),
        (Level.COMMUNITY, UnitKind.RESIDENTS, {"category": "M17"}, ("four_two_community", "residents_meeting")),
        (Level.COMMUNITY, UnitKind.RESIDENTS, {"category": "M11"}, ("four_two_compound", "owners_assembly")),
        (
            Level.COMMUNITY,
            UnitKind.RESIDENTS,
            {"category": "M10", "common_parts": True},
            ("four_two_compound", "owners_assembly"),
        ),
        (Level.COMMUNITY, UnitKind.RESIDENTS, {"category": "M10"}, ("four_two_community", "residents_reps")),
        (Level.COMMUNITY, UnitKind.VILLAGE, {"category": "M04"}, ("four_two_village", "villagers_reps")),
        (
            Level.COMMUNITY,
            UnitKind.VILLAGE,
            {"category": "M02", "representatives_authorised": True},
            ("four_two_village", "villagers_meeting"),
        ),
        (Level.COMPOUND, UnitKind.COMPOUND, {"category": "M14"}, ("four_two_compound", "owners_assembly")),
        (Level.COMPOUND, UnitKind.COURTYARD, {"category": "M11"}, ("four_two_compound", "owners_assembly")),
    ],
)
def test_proposal(level, kind, facts, expected):
    proposal = propose(level=level, kind=kind, **facts)
    assert (proposal.procedure.key, proposal.body) == expected
    assert proposal.reasons and all(proposal.reasons)
    assert proposal.rule in proposal.procedure.deciding_step.rules_of(proposal.body)
    assert proposal.first_step == "propose"


@pytest.mark.parametrize("item", range(1, 10))
def test_the_item_of_the_civil_code_chooses_the_rule(item):
    proposal = propose(level=Level.COMPOUND, kind=UnitKind.COMPOUND, category="M11", owners_item=item)
    assert proposal.rule == ("owners_special" if item in (6, 7, 8) else "owners_ordinary")


def test_an_owners_item_at_a_community_still_goes_to_the_owners():
    proposal = propose(level=Level.COMMUNITY, kind=UnitKind.RESIDENTS, category="M04", owners_item=8)
    assert (proposal.body, proposal.rule) == ("owners_assembly", "owners_special")
    assert len(proposal.reasons) == 2


@pytest.mark.parametrize("level", [Level.STREET, Level.BUILDING])
def test_no_procedure_where_nobody_decides(level):
    with pytest.raises(NoProcedure):
        propose(level=level, kind=UnitKind.STREET, category="M04")


@pytest.mark.parametrize(
    ("kind", "call", "body"),
    [
        (UnitKind.RESIDENTS, "residents_tenth", "residents_meeting"),
        (UnitKind.RESIDENTS, "reps_third", "residents_meeting"),
        (UnitKind.RESIDENTS, "reps_fifth", "residents_reps"),
        (UnitKind.VILLAGE, "villagers_tenth", "villagers_meeting"),
        (UnitKind.VILLAGE, "village_reps_fifth", "villagers_reps"),
    ],
)
def test_a_call_decides_the_body_and_the_entry(kind, call, body):
    proposal = propose(level=Level.COMMUNITY, kind=kind, category="M04", call=call)
    assert (proposal.body, proposal.rule, proposal.first_step) == (body, body, "resolve")


def test_owners_may_call_their_assembly():
    proposal = propose(level=Level.COMPOUND, kind=UnitKind.COMPOUND, category="M11", owners_item=6, call="owners_fifth")
    assert (proposal.rule, proposal.first_step) == ("owners_special", "resolve")


def test_a_call_of_the_wrong_people_is_refused():
    with pytest.raises(NoProcedure):
        propose(level=Level.COMMUNITY, kind=UnitKind.RESIDENTS, category="M04", call="owners_fifth")
    with pytest.raises(NoProcedure):
        propose(level=Level.COMMUNITY, kind=UnitKind.RESIDENTS, category="M02", call="reps_fifth")


@pytest.mark.parametrize(
    ("call", "asking", "of", "enough"),
    [
        ("residents_tenth", 100, 1000, True),
        ("residents_tenth", 99, 1000, False),
        ("reps_third", 19, 56, True),
        ("reps_third", 18, 56, False),
        ("reps_fifth", 12, 56, True),
        ("reps_fifth", 11, 56, False),
        ("owners_fifth", 180, 900, True),
        ("owners_fifth", 179, 900, False),
        ("owners_fifth", 0, 0, False),
    ],
)
def test_how_many_make_a_call(call, asking, of, enough):
    assert (why_not_called(STATUTORY_CALLS[call], asking, of, date(2026, 1, 1)) is None) == enough


def test_a_call_counts_from_the_day_its_law_is_in_force():
    last_old_day = date(2025, 12, 31)
    assert why_not_called(STATUTORY_CALLS["residents_tenth"], 100, 1000, last_old_day)
    assert why_not_called(STATUTORY_CALLS["villagers_tenth"], 100, 1000, last_old_day) is None
